package awslocal

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	apigwtypes "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/securedapi/securedapi/hack/awslocal/iam"
	"github.com/securedapi/securedapi/hack/awslocal/wire/wiretest"
)

const (
	roleARN  = "arn:aws:iam::111111111111:role/operator"
	session  = "arn:aws:sts::111111111111:assumed-role/operator/s"
	poolARNs = "arn:aws:cognito-idp:us-east-1:111111111111:userpool/"
	apis     = "arn:aws:apigateway:us-east-1::/restapis"
	ourTag   = `{"StringEquals":{"aws:ResourceTag/cluster":"c1"}}`
)

// Sources.
const (
	authorization = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_"
	ofCognito     = authorization + "amazoncognitouserpools.html: "
	ofGateway     = authorization + "amazonapigatewaymanagement.html: "
	ofLambda      = authorization + "awslambda.html: "
	ofSTS         = authorization + "awssecuritytokenservice.html: "
	inherited     = "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-tagging-supported-resources.html"
)

// account is a local AWS in which an administrator made a pool, an API with a stage, and a function, ours by a tag.
type account struct {
	*Server
	t         *testing.T
	pool, api string
	as        aws.Config
}

func newAccount(t *testing.T, policy string, options ...Option) *account {
	t.Helper()
	a := &account{Server: Start(t, options...), t: t}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	config, tags := a.Config(), map[string]string{"cluster": "c1"}
	pool, err := cip.NewFromConfig(config).CreateUserPool(a.t.Context(), &cip.CreateUserPoolInput{PoolName: aws.String("notes"), UserPoolTags: tags})
	must(err)
	a.pool = *pool.UserPool.Id
	gateway := apigateway.NewFromConfig(config)
	api, err := gateway.CreateRestApi(a.t.Context(), &apigateway.CreateRestApiInput{Name: aws.String("notes"), Tags: tags})
	must(err)
	a.api = *api.Id
	resources, err := gateway.GetResources(a.t.Context(), &apigateway.GetResourcesInput{RestApiId: api.Id})
	must(err)
	root := resources.Items[0].Id
	_, err = gateway.PutMethod(a.t.Context(), &apigateway.PutMethodInput{RestApiId: api.Id, ResourceId: root, HttpMethod: aws.String("GET"), AuthorizationType: aws.String("NONE")})
	must(err)
	_, err = gateway.PutIntegration(a.t.Context(), &apigateway.PutIntegrationInput{RestApiId: api.Id, ResourceId: root, HttpMethod: aws.String("GET"), Type: apigwtypes.IntegrationTypeMock})
	must(err)
	_, err = gateway.CreateDeployment(a.t.Context(), &apigateway.CreateDeploymentInput{RestApiId: api.Id, StageName: aws.String("beta")})
	must(err)
	a.Lambda.Handle("Fn", func(context.Context, json.RawMessage) (any, error) { return nil, nil })
	a.Lambda.Handle("Fn:live", func(context.Context, json.RawMessage) (any, error) { return nil, nil })
	a.Lambda.Tag("Fn", tags)
	_, err = lambda.NewFromConfig(config).AddPermission(a.t.Context(), addPermission("sns", "sns.amazonaws.com", ""))
	must(err)
	a.SQS.Queue(DefaultAccount, DefaultRegion, "events")
	parsed, err := iam.Parse("p", []byte(policy))
	must(err)
	a.IAM.PutRole(roleARN, iam.Role{Policies: []iam.Policy{parsed}})
	a.as, err = a.ConfigAs(roleARN, "s")
	must(err)
	return a
}

func addPermission(sid, principal string, url lambdatypes.FunctionUrlAuthType) *lambda.AddPermissionInput {
	return &lambda.AddPermissionInput{
		FunctionName: aws.String("Fn"), StatementId: &sid, Action: aws.String("lambda:InvokeFunction"), Principal: &principal, FunctionUrlAuthType: url,
	}
}

// allows is a policy that allows actions, with a condition if there is one.
func allows(actions, resources, condition string) string {
	list := func(words string) string { return `["` + strings.ReplaceAll(words, " ", `","`) + `"]` }
	if condition != "" {
		condition = `,"Condition":` + condition
	}
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":` + list(actions) + `,"Resource":` + list(resources) + condition + `}]}`
}

type call func(a *account) error

func describePool(id string) call {
	return func(a *account) error {
		if id == "" {
			id = a.pool
		}
		_, err := cip.NewFromConfig(a.as).DescribeUserPool(a.t.Context(), &cip.DescribeUserPoolInput{UserPoolId: &id})
		return err
	}
}

func adminSignIn(a *account) error {
	_, err := cip.NewFromConfig(a.as).AdminInitiateAuth(a.t.Context(), &cip.AdminInitiateAuthInput{
		UserPoolId: &a.pool, ClientId: aws.String("gone"), AuthFlow: ciptypes.AuthFlowTypeAdminUserPasswordAuth,
	})
	return err
}

func adminAnswer(a *account) error {
	_, err := cip.NewFromConfig(a.as).AdminRespondToAuthChallenge(a.t.Context(), &cip.AdminRespondToAuthChallengeInput{
		UserPoolId: &a.pool, ClientId: aws.String("gone"), ChallengeName: ciptypes.ChallengeNameTypeNewPasswordRequired,
	})
	return err
}

func adminPrefers(a *account) error {
	_, err := cip.NewFromConfig(a.as).AdminSetUserMFAPreference(a.t.Context(), &cip.AdminSetUserMFAPreferenceInput{
		UserPoolId: &a.pool, Username: aws.String("ada"),
	})
	return err
}

func updatePool(sms string) call {
	return func(a *account) error {
		in := &cip.UpdateUserPoolInput{UserPoolId: &a.pool}
		if sms != "" {
			in.SmsConfiguration = &ciptypes.SmsConfigurationType{SnsCallerArn: &sms}
		}
		_, err := cip.NewFromConfig(a.as).UpdateUserPool(a.t.Context(), in)
		return err
	}
}

// sendWith changes the key of functions that send messages.
func sendWith(key string) call {
	return func(a *account) error {
		_, err := cip.NewFromConfig(a.as).UpdateUserPool(a.t.Context(), &cip.UpdateUserPoolInput{
			UserPoolId: &a.pool, LambdaConfig: &ciptypes.LambdaConfigType{KMSKeyID: &key},
		})
		return err
	}
}

func listPools(a *account) error {
	_, err := cip.NewFromConfig(a.as).ListUserPools(a.t.Context(), &cip.ListUserPoolsInput{MaxResults: aws.Int32(1)})
	return err
}

func createPool(tags map[string]string) call {
	return func(a *account) error {
		_, err := cip.NewFromConfig(a.as).CreateUserPool(a.t.Context(), &cip.CreateUserPoolInput{PoolName: aws.String("x"), UserPoolTags: tags})
		return err
	}
}

func createAPI(tags map[string]string) call {
	return func(a *account) error {
		_, err := apigateway.NewFromConfig(a.as).CreateRestApi(a.t.Context(), &apigateway.CreateRestApiInput{Name: aws.String("x"), Tags: tags})
		return err
	}
}

func getStage(api string) call {
	return func(a *account) error {
		if api == "" {
			api = a.api
		}
		_, err := apigateway.NewFromConfig(a.as).GetStage(a.t.Context(), &apigateway.GetStageInput{RestApiId: &api, StageName: aws.String("beta")})
		return err
	}
}

func deleteStage(api string) call {
	return func(a *account) error {
		_, err := apigateway.NewFromConfig(a.as).DeleteStage(a.t.Context(), &apigateway.DeleteStageInput{RestApiId: &api, StageName: aws.String("beta")})
		return err
	}
}

func tagAPI(a *account) error {
	_, err := apigateway.NewFromConfig(a.as).TagResource(a.t.Context(), &apigateway.TagResourceInput{
		ResourceArn: aws.String(apis + "/" + a.api), Tags: map[string]string{"team": "x"},
	})
	return err
}

func putAPI(document string) call {
	return func(a *account) error {
		_, err := apigateway.NewFromConfig(a.as).PutRestApi(a.t.Context(), &apigateway.PutRestApiInput{
			RestApiId: &a.api, Mode: apigwtypes.PutModeOverwrite, Body: []byte(document),
		})
		return err
	}
}

func permit(in *lambda.AddPermissionInput) call {
	return func(a *account) error {
		_, err := lambda.NewFromConfig(a.as).AddPermission(a.t.Context(), in)
		return err
	}
}

func revoke(sid string) call {
	return func(a *account) error {
		_, err := lambda.NewFromConfig(a.as).RemovePermission(a.t.Context(), &lambda.RemovePermissionInput{FunctionName: aws.String("Fn"), StatementId: &sid})
		return err
	}
}

func receive(a *account) error {
	_, err := sqs.NewFromConfig(a.as).ReceiveMessage(a.t.Context(), &sqs.ReceiveMessageInput{QueueUrl: aws.String(a.URL + "/111111111111/events")})
	return err
}

const (
	document   = `{"openapi":"3.0.1","info":{"title":"notes","version":"1"},"paths":{}}`
	withPolicy = `{"openapi":"3.0.1","info":{"title":"notes","version":"1"},"paths":{},"x-amazon-apigateway-policy":{"Version":"2012-10-17","Statement":[]}}`
)

// What each call needs to be allowed, and what AWS says if it isn't. An empty want is no refusal; $API is the API's id, and
// $POOL the pool's.
func TestAuthorization(t *testing.T) {
	tags := map[string]string{"cluster": "c1"}
	apigw := func(method, path string) string {
		return "403 AccessDeniedException: User: " + session + " is not authorized to perform: apigateway:" + method +
			" on resource: arn:aws:apigateway:us-east-1::" + path + " because no identity-based policy allows the apigateway:" + method + " action"
	}
	cognito := func(operation, resource string) string {
		return "400 AccessDeniedException: User: " + session + " is not authorized to perform: cognito-idp:" + operation + " on resource: " +
			resource + " because no identity-based policy allows the cognito-idp:" + operation + " action"
	}
	function := func(operation string) string {
		return "403 AccessDeniedException: User: " + session + " is not authorized to perform: lambda:" + operation +
			" on resource: arn:aws:lambda:us-east-1:111111111111:function:Fn because no identity-based policy allows the lambda:" + operation + " action"
	}
	for _, tt := range []struct {
		reason, source, policy string
		call                   call
		want                   string
	}{
		{"Cognito's words, and status 400", "lgallard/terraform-aws-cognito-user-pool#116", allows("a:B", "*", ""), createPool(nil), cognito("CreateUserPool", "*")},
		{"a pool by its ARN", ofCognito + "DescribeUserPool has userpool*", allows("cognito-idp:DescribeUserPool", poolARNs+"*", ""), describePool(""), ""},
		{"what takes no resource isn't allowed on one", ofCognito + "ListUserPools has no resource type", allows("cognito-idp:ListUserPools", poolARNs+"*", ""), listPools, cognito("ListUserPools", "*")},
		{"what takes no resource", ofCognito + "ListUserPools has no resource type", allows("cognito-idp:ListUserPools", "*", ""), listPools, ""},
		{"a pool's tags", ofCognito + "userpool has aws:ResourceTag", allows("cognito-idp:DescribeUserPool", "*", ourTag), describePool(""), ""},
		{"a deleted pool has no tags", "authorization comes first: it decides on the request's context (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html)", allows("cognito-idp:DescribeUserPool", "*", ourTag), describePool("us-east-1_Gone"), cognito("DescribeUserPool", poolARNs+"us-east-1_Gone")},
		{"without a condition it is not found", "AWS-aspnet #135, as in the table of pools", allows("cognito-idp:DescribeUserPool", "*", ""), describePool("us-east-1_Gone"), "400 ResourceNotFoundException: User pool us-east-1_Gone does not exist."},
		{"tags of a creation", ofCognito + "CreateUserPool has aws:RequestTag", allows("cognito-idp:CreateUserPool", "*", `{"StringEquals":{"aws:RequestTag/cluster":"c1"}}`), createPool(tags), ""},
		{"a creation without tags", ofCognito + "CreateUserPool has aws:RequestTag", allows("cognito-idp:CreateUserPool", "*", `{"StringEquals":{"aws:RequestTag/cluster":"c1"}}`), createPool(nil), cognito("CreateUserPool", "*")},
		{"a creation with further tags", ofCognito + "CreateUserPool has aws:TagKeys", allows("cognito-idp:CreateUserPool", "*", `{"ForAllValues:StringEquals":{"aws:TagKeys":"cluster"}}`), createPool(map[string]string{"cluster": "c1", "x": "y"}), cognito("CreateUserPool", "*")},
		{"an administrator's sign-in on the pool", ofCognito + "AdminInitiateAuth has userpool*", allows("cognito-idp:AdminInitiateAuth", poolARNs+"*", ourTag), adminSignIn, "400 ResourceNotFoundException: User pool client gone does not exist."},
		{"the permission for InitiateAuth does not allow AdminInitiateAuth", ofCognito + "AdminInitiateAuth", allows("cognito-idp:InitiateAuth", "*", ""), adminSignIn, cognito("AdminInitiateAuth", poolARNs+"$POOL")},
		{"an administrator's answer on the pool", ofCognito + "AdminRespondToAuthChallenge has userpool*", allows("cognito-idp:AdminInitiateAuth", "*", ""), adminAnswer, cognito("AdminRespondToAuthChallenge", poolARNs+"$POOL")},
		{"an administrator's choice of second factors on the pool", ofCognito + "AdminSetUserMFAPreference has userpool*", allows("cognito-idp:SetUserMFAPreference", "*", ""), adminPrefers, cognito("AdminSetUserMFAPreference", poolARNs+"$POOL")},
		{"an administrator's change of a user", ofCognito + "AdminUpdateUserAttributes has userpool*", allows("a:B", "*", ""), func(a *account) error {
			_, err := cip.NewFromConfig(a.as).AdminUpdateUserAttributes(a.t.Context(), &cip.AdminUpdateUserAttributesInput{UserPoolId: &a.pool, Username: aws.String("ada"), UserAttributes: []ciptypes.AttributeType{}})
			return err
		}, cognito("AdminUpdateUserAttributes", poolARNs+"$POOL")},
		{"a role that Cognito gets is passed to it", "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html", allows("cognito-idp:UpdateUserPool", "*", ""), updatePool("arn:aws:iam::111111111111:role/Texts"), "400 AccessDeniedException: User: " + session + " is not authorized to perform: iam:PassRole on resource: arn:aws:iam::111111111111:role/Texts because no identity-based policy allows the iam:PassRole action"},

		{"a key for functions that send messages is granted", "CloudFormation's schema of AWS::Cognito::UserPool", allows("cognito-idp:UpdateUserPool", "*", ""), sendWith("arn:aws:kms:us-east-1:111111111111:key/a"), "400 AccessDeniedException: User: " + session + " is not authorized to perform: kms:CreateGrant on resource: arn:aws:kms:us-east-1:111111111111:key/a because no identity-based policy allows the kms:CreateGrant action"},
		{"a key that may be granted", "CloudFormation's schema of AWS::Cognito::UserPool", allows("cognito-idp:UpdateUserPool kms:CreateGrant", "*", ""), sendWith("arn:aws:kms:us-east-1:111111111111:key/a"), ""},

		{"API Gateway's words, and status 403", "mattclay/aws-terminator#284; the status: Open-SL/serverless-permission-generator#12", allows("a:B", "*", ""), createAPI(nil), apigw("POST", "/restapis")},
		{"an API's creation", ofGateway + "POST has RestApis", allows("apigateway:POST", apis, ""), createAPI(nil), ""},
		{"with tags it needs PUT on the tags of APIs, in an encoded ARN", "mattclay/aws-terminator#284", allows("apigateway:POST", apis, ""), createAPI(tags), apigw("PUT", "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2F*")},
		{"a pattern in an encoded ARN allows the tags", "mattclay/aws-terminator#284", allows("apigateway:POST apigateway:PUT", apis+" arn:aws:apigateway:*::/tags/arn%3Aaws%3Aapigateway%3A*%3A%3A%2Frestapis%2F*", ""), createAPI(tags), ""},
		{"a stage inherits its API's tags", inherited, allows("apigateway:GET", "*", ourTag), getStage(""), ""},
		{"a deleted API has no tags", inherited, allows("apigateway:DELETE", "*", ourTag), deleteStage("gone000000"), apigw("DELETE", "/restapis/gone000000/stages/beta")},
		{"without a condition it is not found", "snapshot, as in the table of stages", allows("apigateway:DELETE", "*", ""), deleteStage("gone000000"), "404 NotFoundException: Invalid stage identifier specified"},
		{"what exists is changed to be tagged: PATCH on it", "iann0036/iam-dataset#39", allows("apigateway:PUT", "*", ""), tagAPI, apigw("PATCH", "/restapis/$API")},
		{"tagging an existing resource needs PUT on its tags", "iann0036/iam-dataset#39", allows("apigateway:PATCH", "*", ""), tagAPI, apigw("PUT", "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2F$API")},
		{"PATCH and PUT are allowed", "iann0036/iam-dataset#39", allows("apigateway:PATCH apigateway:PUT", "*", ""), tagAPI, ""},
		{"the tags of a resource are no key of its tags", ofGateway + "Tags has no condition key", allows("apigateway:PATCH apigateway:PUT", "*", ourTag), tagAPI, apigw("PUT", "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2F$API")},
		{"the list of usage plans", ofGateway + "GET has UsagePlans", allows("apigateway:GET", apis, ""), func(a *account) error {
			_, err := apigateway.NewFromConfig(a.as).GetUsagePlans(a.t.Context(), nil)
			return err
		}, apigw("GET", "/usageplans")},
		{"the list of API keys", ofGateway + "GET has ApiKeys", allows("apigateway:GET", "arn:aws:apigateway:us-east-1::/apikeys", ""), func(a *account) error {
			_, err := apigateway.NewFromConfig(a.as).GetApiKeys(a.t.Context(), nil)
			return err
		}, ""},
		{"an import", ofGateway + "PUT has RestApi", allows("apigateway:PUT", apis+"/*", ourTag), putAPI(document), ""},
		{"a policy in an import needs a permission of its own", ofGateway + "UpdateRestApiPolicy", allows("apigateway:PUT", apis+"/*", ""), putAPI(withPolicy), apigw("UpdateRestApiPolicy", "/restapis/$API")},

		{"Lambda's words, and status 403", "sachalau, awslabs/genomics-secondary-analysis#12", allows("a:B", "*", ""), permit(addPermission("a", "apigateway.amazonaws.com", "")), function("AddPermission")},
		{"for whom a statement is", ofLambda + "AddPermission has lambda:Principal", allows("lambda:AddPermission", "*", `{"StringEquals":{"lambda:Principal":"apigateway.amazonaws.com"}}`), permit(addPermission("a", "apigateway.amazonaws.com", "")), ""},
		{"another principal of a statement", ofLambda + "AddPermission has lambda:Principal", allows("lambda:AddPermission", "*", `{"StringEquals":{"lambda:Principal":"apigateway.amazonaws.com"}}`), permit(addPermission("a", "*", "")), function("AddPermission")},
		{"a function's URL", ofLambda + "AddPermission has lambda:FunctionUrlAuthType", allows("lambda:AddPermission", "*", `{"Null":{"lambda:FunctionUrlAuthType":"true"}}`), permit(addPermission("a", "*", "NONE")), function("AddPermission")},
		{"a function's tags", ofLambda + "function has aws:ResourceTag", allows("lambda:AddPermission", "*", ourTag), permit(addPermission("a", "apigateway.amazonaws.com", "")), ""},
		{"other tags of a function", ofLambda + "function has aws:ResourceTag", allows("lambda:AddPermission", "*", `{"StringEquals":{"aws:ResourceTag/cluster":"c2"}}`), permit(addPermission("a", "apigateway.amazonaws.com", "")), function("AddPermission")},
		{"an alias has its function's tags", ofLambda + "function alias has aws:ResourceTag", allows("lambda:AddPermission", "*", ourTag), func(a *account) error {
			in := addPermission("a", "apigateway.amazonaws.com", "")
			in.Qualifier = aws.String("live")
			return permit(in)(a)
		}, ""},
		{"for whom the statement is that is removed", ofLambda + "RemovePermission has lambda:Principal", allows("lambda:RemovePermission", "*", `{"StringEqualsIfExists":{"lambda:Principal":"apigateway.amazonaws.com"}}`), revoke("sns"), function("RemovePermission")},
		{"a missing statement has no principal", ofLambda + "RemovePermission has lambda:Principal", allows("lambda:RemovePermission", "*", `{"StringEqualsIfExists":{"lambda:Principal":"apigateway.amazonaws.com"}}`), revoke("none"), "404 ResourceNotFoundException: Statement none is not found in resource policy."},

		{"SQS's words, in lower case", "RaiderIO/keystone.guru#3901", allows("a:B", "*", ""), receive, "403 AccessDenied: User: " + session + " is not authorized to perform: sqs:receivemessage on resource: arn:aws:sqs:us-east-1:111111111111:events because no identity-based policy allows the sqs:receivemessage action"},
		{"a queue by its ARN", authorization + "amazonsqs.html: ReceiveMessage has queue*", allows("sqs:ReceiveMessage", "arn:aws:sqs:us-east-1:111111111111:events", ""), receive, ""},
		{"GetCallerIdentity needs no permission", "https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html", allows("a:B", "*", ""), func(a *account) error {
			_, err := sts.NewFromConfig(a.as).GetCallerIdentity(a.t.Context(), nil)
			return err
		}, ""},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			wiretest.Source(t, tt.source)
			a := newAccount(t, tt.policy)
			a.as.RetryMaxAttempts = 1
			got := ""
			if err := tt.call(a); err != nil {
				got = refused(err)
				if got == "no refusal" {
					t.Fatal(err)
				}
				if got[:1] != "4" {
					got = "404 " + got
				}
			}
			if want := strings.NewReplacer("$API", a.api, "$POOL", a.pool).Replace(tt.want); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

// Tags are seen late by policies, if the switch says so, and then they are seen.
func TestTagLag(t *testing.T) {
	clock := clocktesting.NewFakeClock(time.Now())
	policy := allows("cognito-idp:CreateUserPool", "*", "")
	a := newAccount(t, policy, WithClock(clock), WithTagLag(5*time.Second))
	parsed, err := iam.Parse("late", []byte(allows("cognito-idp:DescribeUserPool", "*", ourTag)))
	if err != nil {
		t.Fatal(err)
	}
	a.IAM.Attach(roleARN, parsed)
	if got := refused(describePool("")(a)); !strings.HasPrefix(got, "400 AccessDeniedException") {
		t.Errorf("at once: got %s", got)
	}
	clock.Step(5 * time.Second)
	if err := describePool("")(a); err != nil {
		t.Errorf("5 s later: %v", err)
	}
	if _, err := cip.NewFromConfig(a.Config()).UntagResource(a.t.Context(), &cip.UntagResourceInput{
		ResourceArn: aws.String(poolARNs + a.pool), TagKeys: []string{"cluster"},
	}); err != nil {
		t.Fatal(err)
	}
	if err := describePool("")(a); err != nil {
		t.Errorf("what was taken away counts at once: %v", err)
	}
	clock.Step(5 * time.Second)
	if got := refused(describePool("")(a)); !strings.HasPrefix(got, "400 AccessDeniedException") {
		t.Errorf("5 s later: got %s", got)
	}
}

// Who may assume a role, and what a session in it may.
func TestAssumedRoles(t *testing.T) {
	const tenant = "arn:aws:iam::222222222222:role/tenant"
	trust := func(principal, condition string) string {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":` + principal + `,"Action":["sts:AssumeRole","sts:TagSession"]` + condition + `}]}`
	}
	const (
		operator   = `{"AWS":"` + roleARN + `"}`
		confused   = "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"
		crossing   = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html"
		refusal    = "403 AccessDenied: User: " + session + " is not authorized to perform: sts:AssumeRole on resource: "
		externalID = `,"Condition":{"StringEquals":{"sts:ExternalId":"c1/shop"}}`
	)
	may := allows("sts:AssumeRole sts:TagSession", "*", "")
	for _, tt := range []struct {
		reason, source, policy, role, trust string
		change                              func(*sts.AssumeRoleInput)
		want                                string
	}{
		{"a role that trusts the caller", crossing, may, tenant, trust(operator, ""), nil, ""},
		{"a role that trusts the caller's account", crossing, may, tenant, trust(`{"AWS":"111111111111"}`, ""), nil, ""},
		{"a role that trusts the ARN of the account's root", crossing, may, tenant, trust(`{"AWS":"arn:aws:iam::111111111111:root"}`, ""), nil, ""},
		{"a role that trusts another principal", crossing, may, tenant, trust(`{"AWS":"333333333333"}`, ""), nil, refusal + tenant},
		{"a role that trusts a service", crossing, may, tenant, trust(`{"Service":"pods.eks.amazonaws.com"}`, ""), nil, refusal + tenant},
		{"across accounts the caller's policies have to allow it, too", crossing, allows("a:B", "*", ""), tenant, trust(operator, ""), nil, refusal + tenant},
		{"in one account a role that names the caller is enough", "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html", allows("a:B", "*", ""), "arn:aws:iam::111111111111:role/other", trust(operator, ""), nil, ""},
		{"in one account a role that names the account is not enough", "the same", allows("a:B", "*", ""), "arn:aws:iam::111111111111:role/other", trust(`{"AWS":"111111111111"}`, ""), nil, refusal + "arn:aws:iam::111111111111:role/other"},
		{"the external id", confused, may, tenant, trust(operator, externalID), func(in *sts.AssumeRoleInput) { in.ExternalId = aws.String("c1/shop") }, ""},
		{"another external id", confused, may, tenant, trust(operator, externalID), func(in *sts.AssumeRoleInput) { in.ExternalId = aws.String("c1/pay") }, refusal + tenant},
		{"no external id", confused, may, tenant, trust(operator, externalID), nil, refusal + tenant},
		{"tags need sts:TagSession", ofSTS + "TagSession", allows("sts:AssumeRole", "*", ""), tenant, trust(operator, ""), func(in *sts.AssumeRoleInput) {
			in.Tags = []ststypes.Tag{{Key: aws.String("a"), Value: aws.String("b")}}
		}, "403 AccessDenied: User: " + session + " is not authorized to perform: sts:TagSession on resource: " + tenant},
		{"the external id is no key of sts:TagSession", ofSTS + "TagSession", may, tenant, trust(operator, externalID), func(in *sts.AssumeRoleInput) {
			in.ExternalId, in.Tags = aws.String("c1/shop"), []ststypes.Tag{{Key: aws.String("a"), Value: aws.String("b")}}
		}, "403 AccessDenied: User: " + session + " is not authorized to perform: sts:TagSession on resource: " + tenant},
		{"an invalid session policy", "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html: MalformedPolicyDocument", may, tenant, trust(operator, ""), func(in *sts.AssumeRoleInput) {
			in.Policy = aws.String(`{}`)
		}, `400 MalformedPolicyDocument: policy session: the Version is "", want "2012-10-17"`},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			wiretest.Source(t, tt.source)
			a := newAccount(t, tt.policy)
			trusted, err := iam.ParseTrust("trust", []byte(tt.trust))
			if err != nil {
				t.Fatal(err)
			}
			a.IAM.PutRole(tt.role, iam.Role{Trust: &trusted})
			in := &sts.AssumeRoleInput{RoleArn: aws.String(tt.role), RoleSessionName: aws.String("session")}
			if tt.change != nil {
				tt.change(in)
			}
			got := ""
			if _, err := sts.NewFromConfig(a.as).AssumeRole(a.t.Context(), in); err != nil {
				got = refused(err)
			}
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// A session policy takes away what the role's policies allow, and an explicit denial says so.
func TestSessionPolicies(t *testing.T) {
	a := newAccount(t, allows("a:B", "*", ""))
	out, err := sts.NewFromConfig(a.Config()).AssumeRole(a.t.Context(), &sts.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::111111111111:role/any"), RoleSessionName: aws.String("session"),
		Policy: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"cognito-idp:*","Resource":"*"},
			{"Effect":"Deny","Action":"cognito-idp:List*","Resource":"*"}]}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	c := out.Credentials
	a.as.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: *c.AccessKeyId, SecretAccessKey: *c.SecretAccessKey, SessionToken: *c.SessionToken}, nil
	})
	if err := describePool("")(a); err != nil {
		t.Errorf("what it allows: %v", err)
	}
	if got := refused(listPools(a)); !strings.HasSuffix(got, "cognito-idp:ListUserPools on resource: * with an explicit deny in a session policy") {
		t.Errorf("what it denies: %s", got)
	}
	if got := refused(getStage("")(a)); !strings.HasSuffix(got, "because no session policy allows the apigateway:GET action") {
		t.Errorf("what it doesn't allow: %s", got)
	}
}
