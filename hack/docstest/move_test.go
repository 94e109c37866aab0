package docstest

import (
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

// TestMoveToAnotherName follows the guide with a user in the pool. What the AWS CLI would untag is untagged by the SDK.
func TestMoveToAnotherName(t *testing.T) {
	guide, tutorial := documents(t, "docs/how-to/move-an-api.md")[0], documents(t, tutorial)[0]
	r := startReader(t)
	r.follow(tutorial, before(tutorial, "notes.yaml"))
	r.document = guide.path
	config := r.aws.Config()
	config.Region = "eu-west-1"
	cognito, gateway := cip.NewFromConfig(config), apigateway.NewFromConfig(config)
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	const spec = `apiVersion: securedapi.dev/v1alpha1
kind: SecuredAPI
metadata: {name: NAME, namespace: default}
spec:
  mode: MODE
  userPool: {signInWith: [Email]ADOPT_POOL}
  domain: {prefix: notes-moves}
  clients: [{name: web, callbackURLs: ["https://notes.example.com/callback"]}]
  routes: [{path: /hello, methods: [GET], backend: {lambda: {function: Hello}}}]
`
	r.write("notes.yaml", strings.NewReplacer("NAME", "notes", "MODE", "Apply", "ADOPT_POOL", "").Replace(spec))
	r.run(commandsOf("kubectl create -f notes.yaml\nkubectl wait sapi/notes --for=condition=Ready --timeout=2m"), "")
	pool := strings.TrimSpace(r.run(commandsOf(`kubectl get sapi notes -o jsonpath='{.status.userPool.id}'`), ""))
	_, err := cognito.AdminCreateUser(t.Context(), &cip.AdminCreateUserInput{UserPoolId: &pool, Username: aws.String("ada@example.com")})
	check(err)

	// 1. What it prints ends with the deletion.
	printed := strings.Fields(regexp.MustCompile(`(?m)^arn:.*$`).FindString(r.run(only(t, guide, `"deletionPolicy": "Retain"`), "")))
	if len(printed) != 3 {
		t.Fatalf("got %v of the first step, want the pool's ARN, the API's id and the stage", printed)
	}
	// 2.
	r.run(commandsOf(stubs+"POOL_ARN="+printed[0]+" API_ID="+printed[1]+" STAGE="+printed[2]), "")
	r.run(only(t, guide, "untag-resource"), "")
	for _, call := range recorded(t, r.shell) {
		arn, keys := flagsOf(call)["resource-arn"], call[indexOf(t, call, "--tag-keys")+1:]
		switch call[1] {
		case "cognito-idp":
			_, err = cognito.UntagResource(t.Context(), &cip.UntagResourceInput{ResourceArn: &arn, TagKeys: keys})
		case "apigateway":
			_, err = gateway.UntagResource(t.Context(), &apigateway.UntagResourceInput{ResourceArn: &arn, TagKeys: keys})
		default:
			t.Errorf("no test knows %v", call)
		}
		check(err)
	}
	// 3. and 4.
	r.run(commandsOf(`securedapi iam-policy adopt --cluster-id "$CLUSTER_ID" --account "$ACCOUNT" --region "$REGION" `+
		"--user-pool "+pool+" --rest-api "+printed[1]+" > adopt.json"), "")
	r.permit()
	moved := strings.NewReplacer("NAME", "moved", "MODE", "Plan", "ADOPT_POOL", ", adopt: {id: "+pool+"}").Replace(spec)
	r.write("moved.yaml", moved+"  api: {adopt: {id: "+printed[1]+"}}\n")
	r.run(commandsOf("kubectl create -f moved.yaml\n"+
		`kubectl wait sapi/moved --for='jsonpath={.status.conditions[?(@.type=="Ready")].reason}=Planned' --timeout=2m`+"\n"+
		`kubectl patch sapi moved --type=merge --patch '{"spec": {"mode": "Apply"}}'`+"\n"+
		"kubectl wait sapi/moved --for=condition=Ready --timeout=3m"), "")
	got := r.run(commandsOf(`kubectl get sapi moved -o jsonpath='{.status.userPool.arn} {.status.api.id} {.status.api.stage}'`), "")
	if want := strings.Join(printed, " "); strings.TrimSpace(got) != want {
		t.Errorf("got %s of the object in its new place, want %s as before", got, want)
	}
	users, err := cognito.ListUsers(t.Context(), &cip.ListUsersInput{UserPoolId: &pool})
	check(err)
	if len(users.Users) != 1 {
		t.Errorf("got %d users after the move, want the one from before", len(users.Users))
	}

	// The guide says how to find the permission of the old object.
	policy, err := lambda.NewFromConfig(config).GetPolicy(t.Context(), &lambda.GetPolicyInput{FunctionName: aws.String("Hello")})
	check(err)
	digest := ""
	for _, s := range guide.spans {
		if strings.HasPrefix(s.text, "printf ") {
			digest = s.text
		}
	}
	for name, owner := range map[string]string{"notes": "old", "moved": "new"} {
		command := strings.NewReplacer("<cluster id>", "'$CLUSTER_ID'", "<old namespace>", "default", "<old name>", name, "<stage>", printed[2]).Replace(digest)
		statement := "securedapi-" + printed[1] + "-" + r.run(commandsOf(command), "")[:16]
		if !strings.Contains(*policy.Policy, `"`+statement+`"`) {
			t.Errorf("the function has no statement %s of the %s object: %s", statement, owner, *policy.Policy)
		}
	}

	// 5. The object has adopted what it has, so its deletion leaves everything.
	r.run(commandsOf("kubectl delete sapi moved"), "")
	if _, err := cognito.DescribeUserPool(t.Context(), &cip.DescribeUserPoolInput{UserPoolId: &pool}); err != nil {
		t.Errorf("got %v of the pool after the deletion of the object, want the pool", err)
	}
	r.run(commandsOf("kubectl delete --ignore-not-found -k install"), "")
}

// TestMoveToAnotherCluster follows the guide with a user in the pool. The new cluster is the same control plane without the operator and
// the namespace of before: a namespace of the same name has another uid, as in another cluster.
func TestMoveToAnotherCluster(t *testing.T) {
	guide, tutorial := documents(t, "docs/how-to/move-an-api.md")[0], documents(t, tutorial)[0]
	r := startReader(t)
	r.follow(tutorial, before(tutorial, "notes.yaml"))
	r.document = guide.path
	config := r.aws.Config()
	config.Region = "eu-west-1"
	cognito := cip.NewFromConfig(config)
	const ids = `kubectl get sapi notes -o jsonpath='{.status.userPool.arn} {.status.api.id} {.status.endpoint}'`
	r.write("notes.yaml", `apiVersion: securedapi.dev/v1alpha1
kind: SecuredAPI
metadata: {name: notes}
spec:
  userPool: {signInWith: [Email]}
  routes: [{path: /hello, methods: [GET], backend: {lambda: {function: Hello}}}]
`)
	r.run(commandsOf(`kubectl create namespace shop
kubectl() { command kubectl --namespace=shop "$@"; }
kubectl create -f notes.yaml
kubectl wait sapi/notes --for=condition=Ready --timeout=2m`), "")
	was := r.run(commandsOf(ids), "")
	pool := was[strings.LastIndex(strings.Fields(was)[0], "/")+1 : len(strings.Fields(was)[0])]
	if _, err := cognito.AdminCreateUser(t.Context(), &cip.AdminCreateUserInput{UserPoolId: &pool, Username: aws.String("ada@example.com")}); err != nil {
		t.Fatal(err)
	}

	// 1. The id is what the operator has by default, and the new one has it, too.
	id := strings.TrimSpace(r.run(only(t, guide, "get namespace kube-system"), ""))
	described, err := cognito.DescribeUserPool(t.Context(), &cip.DescribeUserPoolInput{UserPoolId: &pool})
	if err != nil {
		t.Fatal(err)
	}
	if got := described.UserPool.UserPoolTags["securedapi.dev/cluster"]; got != id {
		t.Errorf("got %q in the tag of the pool, want the id %q of the first step", got, id)
	}
	// 3. and 6. The old cluster is gone, as config/admission/README.md has it: nothing of it deletes anything in AWS.
	r.run(commandsOf(`kubectl delete deployment securedapi-manager --namespace=securedapi-system
while [[ -n $(kubectl get lease securedapi.dev --namespace=securedapi-system -o jsonpath='{.spec.holderIdentity}') ]]; do sleep 1; done
kubectl delete validatingadmissionpolicybinding securedapi-finalizer
until kubectl patch sapi notes --type=merge --patch '{"metadata": {"finalizers": null}}'; do sleep 1; done
kubectl delete sapi notes
kubectl delete namespace shop --wait=false
echo '{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}' | kubectl replace --raw /api/v1/namespaces/shop/finalize -f -
kubectl wait namespace/shop --for=delete --timeout=1m
kubectl create namespace shop`), "")
	// 2. and 4.
	r.run(commandsOf(`command kubectl apply --server-side -k install
kubectl rollout status deployment/securedapi-manager --namespace=securedapi-system --timeout=2m
kubectl create -f notes.yaml
kubectl wait sapi/notes --for='jsonpath={.status.conditions[?(@.type=="Stalled")].reason}=AwaitingAcknowledgement' --timeout=2m`), "")
	// 5.
	r.run(only(t, guide, "HASH=$(kubectl"), "")
	if got := r.run(commandsOf(ids), ""); got != was {
		t.Errorf("got %s of the object in its new cluster, want %s as before", got, was)
	}
	users, err := cognito.ListUsers(t.Context(), &cip.ListUsersInput{UserPoolId: &pool})
	if err != nil {
		t.Fatal(err)
	}
	if len(users.Users) != 1 {
		t.Errorf("got %d users after the move, want the one from before", len(users.Users))
	}
	r.run(commandsOf(`kubectl patch sapi notes --type=merge --patch '{"spec": {"deletionPolicy": "Retain"}}'
kubectl delete sapi notes
command kubectl delete --ignore-not-found -k install`), "")
}

func indexOf(t *testing.T, words []string, word string) int {
	t.Helper()
	for i, one := range words {
		if one == word {
			return i
		}
	}
	t.Fatalf("%v has no %s", words, word)
	return 0
}
