package docstest

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/google/go-cmp/cmp"
)

// TestOperatorRemovedFirst holds README.md to what it says of an operator that is removed before its objects.
func TestOperatorRemovedFirst(t *testing.T) {
	install := documents(t, tutorial)[0]
	r := startReader(t)
	r.follow(install, before(install, "notes.yaml"))
	// config/admission/README.md says how a policy comes back.
	r.run(commandsOf(`
kubectl delete validatingadmissionpolicybinding securedapi-finalizer
kubectl apply --server-side -k install
kubectl get validatingadmissionpolicybinding securedapi-finalizer
`), "")
	r.run(commandsOf(`
kubectl create -f - <<END
apiVersion: securedapi.dev/v1alpha1
kind: SecuredAPI
metadata: {name: notes, namespace: default}
spec:
  routes: [{path: /hello, methods: [GET], backend: {lambda: {function: Hello}}}]
END
kubectl wait sapi/notes --for=condition=Ready --timeout=2m
while kubectl patch sapi notes --type=merge --dry-run=server --patch '{"metadata": {"finalizers": null}}'; do sleep 1; done
kubectl delete --ignore-not-found --wait=false -k install
kubectl wait namespace/securedapi-system --for=delete --timeout=2m
`), "")
	left := r.run(commandsOf(`kubectl get securedapis notes -o jsonpath='{.metadata.deletionTimestamp} {.metadata.finalizers}'`), "")
	if !strings.Contains(left, "securedapi.dev/finalizer") || strings.HasPrefix(left, " ") {
		t.Errorf("got %q of the object, want a deletion that waits for its finalizer", left)
	}
	if got := pools(t, r, "eu-west-1"); got != 1 {
		t.Errorf("got %d user pools without an operator, want 1", got)
	}
	r.run(commandsOf(`
kubectl apply --server-side -k install
kubectl wait crd/securedapis.securedapi.dev --for=delete --timeout=2m
kubectl delete --ignore-not-found -k install
`), "")
	if got := pools(t, r, "eu-west-1"); got != 0 {
		t.Errorf("got %d user pools after the operator was installed again, want 0", got)
	}
}

// TestUndeploy follows README.md from make deploy to make undeploy. An object that another finalizer holds shows what is left while objects
// are.
func TestUndeploy(t *testing.T) {
	readme, install := documents(t, "README.md")[0], documents(t, tutorial)[0]
	r := startReader(t)
	r.document = install.path
	r.run(commandsOf("export ACCOUNT=111111111111 REGION=us-east-1"), "") // that of config/default
	r.run(only(t, install, "iam-policy --cluster-id"), "")
	r.document = readme.path
	repository, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	r.run(commandsOf(`make() { env --unset=MAKEFLAGS make --no-print-directory --directory=`+repository+` "$@"; }`), "")

	deploy := spanOf(t, readme, "make deploy")
	r.run(commandsOf(deploy+"\nkubectl rollout status deployment/securedapi-manager --namespace=securedapi-system --timeout=2m"), "")
	image := strings.TrimSpace(r.run(commandsOf(`kubectl get deployment securedapi-manager --namespace=securedapi-system `+
		`-o jsonpath='{.spec.template.spec.containers[*].image}'`), ""))
	if _, want, _ := strings.Cut(deploy, "IMG="); image != want {
		t.Errorf("got the image %s after %s, want %s", image, deploy, want)
	}

	_, variables, _ := strings.Cut(deploy, "make deploy")
	r.run(commandsOf("make build-installer"+variables), "")
	if got := r.run(commandsOf("kubectl diff --server-side --force-conflicts -f "+filepath.Join(repository, "dist", "install.yaml")+" || [ $? -eq 1 ]"), ""); got != "" {
		t.Errorf("make build-installer writes something else than make deploy applies:\n%s", got)
	}

	r.run(commandsOf(`
kubectl create -f - <<END
apiVersion: securedapi.dev/v1alpha1
kind: SecuredAPI
metadata: {name: notes, namespace: default, finalizers: [example.com/hold]}
spec:
  deletionPolicy: Delete
  routes: [{path: /hello, methods: [GET], backend: {lambda: {function: Hello}}}]
---
apiVersion: securedapi.dev/v1alpha1
kind: SecuredAPIPolicy
metadata: {name: default}
spec: {namespaceSelector: {}}
END
kubectl wait sapi/notes --for=condition=Ready --timeout=2m
`), "")
	for _, target := range []string{"undeploy", "uninstall"} {
		refusal := r.run(commandsOf("if make "+target+" 2>&1; then false; fi"), "")
		if !strings.Contains(refusal, "  default/notes\n") || !strings.Contains(refusal, "CONFIRM=yes") {
			t.Errorf("got this answer of make %s, want default/notes and CONFIRM=yes in it:\n%s", target, refusal)
		}
	}
	// left are what deploy made, with a mark at what is being deleted.
	left := func() string {
		return r.run(commandsOf(`
for what in deployment,serviceaccount,networkpolicy crd,clusterrole,clusterrolebinding,validatingadmissionpolicy,validatingadmissionpolicybinding \
  securedapipolicies namespace; do
  kubectl get "$what" --namespace=securedapi-system --output=go-template='{{range .items}}{{.kind}}/{{.metadata.name}}{{
    if .metadata.deletionTimestamp}} deleted{{end}}{{"\n"}}{{end}}'
done | grep -i securedapi || true`), "")
	}
	before := left()
	for _, want := range []string{"Deployment/securedapi-manager\n", "CustomResourceDefinition/securedapis.securedapi.dev\n", "SecuredAPIPolicy/default\n"} {
		if !strings.Contains(before, want) {
			t.Errorf("got this after the refusals, want %s in it:\n%s", want, before)
		}
	}

	r.run(commandsOf(`
CONFIRM=yes make undeploy >&2 3>&- &
UNDEPLOY=$!
until [[ $(kubectl get sapi notes -o jsonpath='{.metadata.finalizers}') == '["example.com/hold"]' ]]; do sleep 1; done
`), "")
	// The operator needs its rights to the end, and the policies: a policy names the role in whose account an object is.
	want := strings.Replace(before, "securedapis.securedapi.dev\n", "securedapis.securedapi.dev deleted\n", 1)
	if diff := cmp.Diff(want, left()); diff != "" {
		t.Errorf("while an object is left (-want +got):\n%s", diff)
	}
	r.run(commandsOf(`
kubectl patch sapi notes --type=merge --patch '{"metadata": {"finalizers": null}}'
wait "$UNDEPLOY"
`), "")
	if got := left(); got != "" {
		t.Errorf("got this after make undeploy, want nothing:\n%s", got)
	}
	if got := pools(t, r, "us-east-1"); got != 0 {
		t.Errorf("got %d user pools after make undeploy, want 0", got)
	}
	r.run(commandsOf("make undeploy\nmake uninstall"), "") // nothing is there, so nothing is asked
}

// pools counts the user pools of a Region.
func pools(t *testing.T, r *reader, region string) int {
	t.Helper()
	cognito := cip.NewFromConfig(r.aws.Config(), func(o *cip.Options) { o.Region = region })
	out, err := cognito.ListUserPools(t.Context(), &cip.ListUserPoolsInput{MaxResults: aws.Int32(60)})
	if err != nil {
		t.Fatal(err)
	}
	return len(out.UserPools)
}

// spanOf is the code in a document's text that begins with a text and has an argument.
func spanOf(t *testing.T, d *document, text string) string {
	t.Helper()
	for _, s := range d.spans {
		if strings.HasPrefix(s.text, text+" ") {
			return s.text
		}
	}
	t.Fatalf("%s does not have the code %s", d.path, text)
	return ""
}

// commandsOf is a block that no document has.
func commandsOf(text string) block { return block{piece: piece{1, text + "\n"}} }
