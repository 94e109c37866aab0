package drift_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/controllers/drift"
)

const signature = "securedapi/cluster-1"

// message is an event of a call, with the user agent of a console.
func message(source, name, parameters string) string {
	return fmt.Sprintf(`{"detail-type": "AWS API Call via CloudTrail", "source": %q, "account": "1", "region": "r",
		"detail": {"eventSource": %q, "eventName": %q, "awsRegion": "us-east-1", "recipientAccountId": "111122223333",
		"userAgent": "Mozilla/5.0", "readOnly": false, "userIdentity": {"arn": "arn:aws:iam::111122223333:user/ann"},
		"requestParameters": %s}}`, "aws."+source, source+".amazonaws.com", name, parameters)
}

func TestParseEvent(t *testing.T) {
	pool, api := drift.Change{Pool: "us-east-1_a"}, drift.Change{API: "abc123"}
	const agent = "aws-sdk-go-v2/1.47.8 ua/2.1 securedapi/cluster-1 api/apigateway#1.40.2"
	put := message("apigateway", "PutRestApi", `{"restApiId": "abc123", "template": false}`)
	for _, tc := range []struct {
		reason string
		body   string
		want   drift.Change // the zero Change for an event that concerns nobody
	}{
		{"a user pool", message("cognito-idp", "UpdateUserPool", `{"userPoolId": "us-east-1_a", "policies": {}}`), pool},
		{"a client of a user pool", message("cognito-idp", "DeleteUserPoolClient", `{"userPoolId": "us-east-1_a", "clientId": "c"}`), pool},
		{"a resource server of a user pool", message("cognito-idp", "CreateResourceServer", `{"userPoolId": "us-east-1_a"}`), pool},
		{"the tags of a user pool", message("cognito-idp", "UntagResource", `{"resourceArn": "arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_a"}`), pool},
		{"the web ACL of a user pool", message("wafv2", "DisassociateWebACL", `{"resourceArn": "arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_a"}`), pool},
		{"the web ACL of a load balancer", message("wafv2", "DisassociateWebACL", `{"resourceArn": "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/web/1"}`), drift.Change{}},
		{"MFA of a user pool", message("cognito-idp", "SetUserPoolMfaConfig", `{"userPoolId": "us-east-1_a"}`), pool},
		{"a group of a user pool", message("cognito-idp", "DeleteGroup", `{"userPoolId": "us-east-1_a"}`), pool},
		{"an identity provider of a user pool", message("cognito-idp", "CreateIdentityProvider", `{"userPoolId": "us-east-1_a"}`), pool},
		{"an operation that is new in Cognito", message("cognito-idp", "PutSomethingNew", `{"userPoolId": "us-east-1_a"}`), pool},
		{"an import of users", message("cognito-idp", "StartUserImportJob", `{"userPoolId": "us-east-1_a"}`), drift.Change{}},
		{"an operation on a user", message("cognito-idp", "AdminCreateUser", `{"userPoolId": "us-east-1_a"}`), drift.Change{}},
		{"the creation of a pool", message("cognito-idp", "CreateUserPool", `{"poolName": "notes"}`), drift.Change{}},
		{"an API", put, api},
		{"the tags of an API", message("apigateway", "TagResource", `{"resourceArn": "arn:aws:apigateway:us-east-1::/restapis/abc123"}`), api},
		{"the tags of a stage", message("apigateway", "TagResource", `{"resourceArn": "arn:aws:apigateway:us-east-1::/restapis/abc123/stages/prod"}`), api},
		{"no API", message("apigateway", "UpdateAccount", `{"template": false}`), drift.Change{}},
		{"the operator's statement in a function's policy", message("lambda", "RemovePermission20150331v2", `{"functionName": "F", "statementId": "securedapi-abc123-prod"}`), api},
		{"a statement of a former version of the operator", message("lambda", "RemovePermission20150331v2", `{"functionName": "F", "statementId": "securedapi-abc123"}`), api},
		{"the operator's statement for a user pool", message("lambda", "RemovePermission20150331v2", `{"functionName": "F", "statementId": "securedapi-us-east-1_a-0011223344556677"}`), pool},
		{"a statement of another owner", message("lambda", "AddPermission20150331v2", `{"functionName": "F", "statementId": "notes"}`), drift.Change{}},
		{"a call without parameters", message("cognito-idp", "UpdateUserPool", `null`), drift.Change{}},
		{"another service", message("s3", "DeleteBucket", `{"userPoolId": "us-east-1_a"}`), drift.Change{}},
		{"a call that read", strings.Replace(put, `"readOnly": false`, `"readOnly": true`, 1), drift.Change{}},
		{"a call that failed", strings.Replace(put, `"readOnly": false`, `"errorCode": "AccessDenied"`, 1), drift.Change{}},
		{"a call with the operator's signature", strings.Replace(put, "Mozilla/5.0", agent, 1), drift.Change{API: "abc123", Signed: true}},
		{"the operator's signature in brackets", strings.Replace(put, "Mozilla/5.0", "["+agent+"]", 1), drift.Change{API: "abc123", Signed: true}},
		{"a call of the operator of a cluster whose id has the same prefix", strings.Replace(put, "Mozilla/5.0", strings.Replace(agent, "cluster-1", "cluster-10", 1), 1), api},
	} {
		got, concerns, err := drift.ParseEvent(tc.body, signature)
		if err != nil {
			t.Errorf("%s: %v", tc.reason, err)
		}
		if concerns != (tc.want != drift.Change{}) {
			t.Errorf("%s: concerns somebody is %v", tc.reason, concerns)
		}
		if !concerns {
			continue
		}
		tc.want.Place, tc.want.Principal = drift.Place{Account: "111122223333", Region: "us-east-1"}, "arn:aws:iam::111122223333:user/ann"
		got.Operation = ""
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
	}
	for reason, body := range map[string]string{
		"no JSON":                "hello",
		"of another detail type": `{"detail-type": "EC2 Instance State-change Notification", "detail": {}}`,
		"nothing":                "",
		"a member of no type":    `{"detail-type": "AWS API Call via CloudTrail", "detail": {"eventName": 7}}`,
	} {
		if _, _, err := drift.ParseEvent(body, signature); err == nil {
			t.Errorf("%s is no event", reason)
		}
	}
}

// Every operation of Cognito's that names a pool counts as a change of the pool, unless it is on users.
func TestEveryCognitoOperationIsClassified(t *testing.T) {
	client := reflect.TypeFor[*cip.Client]()
	pools := 0
	for method := range client.Methods() {
		if method.Type.NumIn() < 3 || method.Type.In(2).Kind() != reflect.Pointer {
			continue
		}
		input := method.Type.In(2).Elem()
		if _, onPool := input.FieldByName("UserPoolId"); !onPool {
			continue
		}
		pools++
		_, named := input.FieldByName("Username")
		_, signsIn := input.FieldByName("Session")
		_, links := input.FieldByName("DestinationUser")
		_, unlinks := input.FieldByName("User")
		want := !named && !signsIn && !links && !unlinks && !strings.Contains(method.Name, "UserImportJob")
		_, got, err := drift.ParseEvent(message("cognito-idp", method.Name, `{"userPoolId": "us-east-1_a"}`), signature)
		if err != nil || got != want {
			t.Errorf("%s: a change of the pool is %v (%v), want %v", method.Name, got, err, want)
		}
	}
	if pools < 80 {
		t.Errorf("got %d operations on pools, want all of the SDK's", pools)
	}
}
