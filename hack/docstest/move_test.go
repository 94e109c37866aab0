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

// TestMove follows the guide to another name, with a user in the pool. What the AWS CLI would untag is untagged by the SDK.
func TestMove(t *testing.T) {
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
