package docstest

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// TestOperatorRemovedFirst holds README.md to what it says of an operator that is removed before its objects.
func TestOperatorRemovedFirst(t *testing.T) {
	install := documents(t, tutorial)[0]
	r := startReader(t)
	r.follow(install, before(install, "notes.yaml"))
	cognito := cip.NewFromConfig(r.aws.Config(), func(o *cip.Options) { o.Region = "eu-west-1" })
	pools := func() int {
		out, err := cognito.ListUserPools(t.Context(), &cip.ListUserPoolsInput{MaxResults: aws.Int32(60)})
		if err != nil {
			t.Fatal(err)
		}
		return len(out.UserPools)
	}
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
	if got := pools(); got != 1 {
		t.Errorf("got %d user pools without an operator, want 1", got)
	}
	r.run(commandsOf(`
kubectl apply --server-side -k install
kubectl wait crd/securedapis.securedapi.dev --for=delete --timeout=2m
kubectl delete --ignore-not-found -k install
`), "")
	if got := pools(); got != 0 {
		t.Errorf("got %d user pools after the operator was installed again, want 0", got)
	}
}

// commandsOf is a block that no document has.
func commandsOf(text string) block { return block{piece: piece{1, text + "\n"}} }
