package awslocal

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	gatewaytypes "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	cognitotypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
	"github.com/securedapi/securedapi/hack/awslocal/wire/wiretest"
)

func TestQuotas(t *testing.T) {
	regionalAPI := wire.Call{Operation: "CreateRestApi", Input: &apigateway.CreateRestApiInput{
		EndpointConfiguration: &gatewaytypes.EndpointConfiguration{
			Types: []gatewaytypes.EndpointType{gatewaytypes.EndpointTypeRegional},
		},
	}}
	edgeAPI := wire.Call{Operation: "CreateRestApi", Input: &apigateway.CreateRestApiInput{}}
	call := func(operation string) wire.Call {
		return wire.Call{Operation: operation, Input: &apigateway.GetRestApisInput{}}
	}
	client := func(pool string) wire.Call {
		return wire.Call{
			Operation: "DescribeUserPoolClient",
			Input:     &cognitoidentityprovider.DescribeUserPoolClientInput{UserPoolId: &pool},
		}
	}
	cognito := scope{cognitoService, DefaultAccount, DefaultRegion}
	gateway := scope{apigatewayService, DefaultAccount, DefaultRegion}

	challenge := wire.Call{Operation: "RespondToAuthChallenge", Input: &cognitoidentityprovider.RespondToAuthChallengeInput{}}
	tag := func(int) wire.Call {
		arn := "arn:aws:cognito-idp:us-east-1:111111111111:userpool/a"
		return wire.Call{Operation: "TagResource", Input: &cognitoidentityprovider.TagResourceInput{ResourceArn: &arn}}
	}
	pool := "us-east-1_a"
	createGroup := wire.Call{Operation: "CreateGroup", Input: &cognitoidentityprovider.CreateGroupInput{UserPoolId: &pool}}
	functions := scope{lambdaService, DefaultAccount, DefaultRegion}
	webACLs := scope{wafService, DefaultAccount, DefaultRegion}
	tokens := scope{stsService, DefaultAccount, DefaultRegion}
	among := func(operations ...string) func(i int) wire.Call {
		return func(i int) wire.Call { return call(operations[i%len(operations)]) }
	}

	const (
		gatewayDoc = "https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html"
		cognitoDoc = "https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html"
		lambdaDoc  = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"
		wafDoc     = "https://docs.aws.amazon.com/waf/latest/developerguide/limits.html"
		stsDoc     = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"
	)
	tests := []struct {
		reason, source string
		scope          scope
		calls          func(i int) wire.Call
		burst          int // how many go through at once
		then           time.Duration
		more           int // how many go through after that
	}{
		{"Regional APIs", gatewayDoc, gateway, always(regionalAPI), 1, 3 * time.Second, 1},
		{"edge APIs, which is the default", gatewayDoc, gateway, always(edgeAPI), 1, 30 * time.Second, 1},
		{"deletions of APIs", gatewayDoc, gateway, among("DeleteRestApi"), 1, 30 * time.Second, 1},
		{"definitions put", gatewayDoc, gateway, among("PutRestApi"), 1, time.Second, 1},
		{"deployments", gatewayDoc, gateway, among("CreateDeployment"), 1, 5 * time.Second, 1},
		{"resources created", gatewayDoc, gateway, among("CreateResource"), 5, time.Second, 5},
		{"resources deleted", gatewayDoc, gateway, among("DeleteResource"), 5, time.Second, 5},
		{"resources read", gatewayDoc, gateway, among("GetResources"), 5, 2 * time.Second, 5},
		{"domain names created", gatewayDoc, gateway, among("CreateDomainName"), 1, 30 * time.Second, 1},
		{"domain names updated", gatewayDoc, gateway, among("UpdateDomainName"), 1, 30 * time.Second, 1},
		{"domain names deleted", gatewayDoc, gateway, among("DeleteDomainName"), 1, 30 * time.Second, 1},
		{"usage plans", gatewayDoc, gateway, among("UpdateUsagePlan"), 1, 20 * time.Second, 1},
		{"the account's settings", gatewayDoc, gateway, among("UpdateAccount"), 1, 20 * time.Second, 1},
		{"all calls to API Gateway", gatewayDoc, gateway, among("GetRestApis", "GetStage"), 40, time.Second, 10},

		{"pools read", cognitoDoc, cognito, among("DescribeUserPool", "ListUserPools"), 15, time.Second, 15},
		{"pools written", cognitoDoc, cognito, among("CreateUserPool", "UpdateUserPool", "DeleteUserPool"), 15, time.Second, 15},
		{"a pool's resources read", cognitoDoc, cognito, among("DescribeUserPoolDomain", "GetUserPoolMfaConfig"), 20, time.Second, 20},
		{"a pool's resources written", cognitoDoc, cognito, among("CreateUserPoolDomain", "SetUserPoolMfaConfig"), 15, time.Second, 15},
		{"clients read", cognitoDoc, cognito, among("DescribeUserPoolClient", "ListUserPoolClients"), 15, time.Second, 15},
		{"clients written", cognitoDoc, cognito, among("CreateUserPoolClient", "UpdateUserPoolClient"), 15, time.Second, 15},
		{"one operation on one pool", cognitoDoc, cognito, always(client("a")), 5, time.Second, 5},
		{"tags of all pools", cognitoDoc, cognito, func(i int) wire.Call {
			arn := "arn:aws:cognito-idp:us-east-1:111111111111:userpool/" + string(rune('a'+i))
			return wire.Call{Operation: "UntagResource", Input: &cognitoidentityprovider.UntagResourceInput{ResourceArn: &arn}}
		}, 5, time.Second, 5},
		{"one operation on one pool, named by its ARN", cognitoDoc, cognito, tag, 5, time.Second, 5},
		{
			"one operation on many pools", cognitoDoc, cognito, func(i int) wire.Call { return client(string(rune('a' + i))) }, 15,
			time.Second, 15,
		},
		{"groups read", cognitoDoc, cognito, among("GetGroup", "ListGroups", "GetUserPoolMfaConfig"), 20, time.Second, 20},
		{"groups written", cognitoDoc, cognito, among("CreateGroup", "UpdateGroup", "DeleteGroup", "SetUserPoolMfaConfig"), 15, time.Second, 15},
		{"one operation on groups of one pool", cognitoDoc, cognito, always(createGroup), 5, time.Second, 5},
		{"members added and removed", cognitoDoc, cognito, among("AdminAddUserToGroup", "AdminRemoveUserFromGroup"), 25, time.Second, 25},
		{"groups of a user", cognitoDoc, cognito, among("AdminListGroupsForUser"), 50, time.Second, 50},
		{"members listed, as users", cognitoDoc, cognito, among("ListUsersInGroup", "ListUsers"), 30, time.Second, 30},
		{"sign-ins", cognitoDoc, cognito, among("InitiateAuth", "GetTokensFromRefreshToken"), 120, time.Second, 120},
		{
			"second factors", cognitoDoc, cognito,
			among("AssociateSoftwareToken", "VerifySoftwareToken", "SetUserMFAPreference", "AdminSetUserMFAPreference"), 25, time.Second, 25,
		},
		{
			"passkeys written", cognitoDoc, cognito,
			among("StartWebAuthnRegistration", "CompleteWebAuthnRegistration", "DeleteWebAuthnCredential"), 25, time.Second, 25,
		},
		{"passkeys listed", cognitoDoc, cognito, among("ListWebAuthnCredentials"), 50, time.Second, 50},
		{"users' own attributes", cognitoDoc, cognito, among("UpdateUserAttributes", "VerifyUserAttribute"), 25, time.Second, 25},
		{"codes for them", cognitoDoc, cognito, among("GetUserAttributeVerificationCode"), 50, time.Second, 50},
		{"answers to challenges, three times as many", cognitoDoc, cognito, always(challenge), 360, time.Second, 360},

		{"functions read", lambdaDoc, functions, among("GetFunction"), 100, time.Second, 100},
		{"web ACLs associated", wafDoc, webACLs, among("AssociateWebACL"), 1, 2 * time.Second, 1},
		{"web ACLs taken off", wafDoc, webACLs, among("DisassociateWebACL"), 1, 2 * time.Second, 1},
		{"web ACLs looked at", wafDoc, webACLs, among("GetWebACLForResource"), 1, time.Second, 1},
		{"policies read", lambdaDoc, functions, among("GetPolicy"), 15, time.Second, 15},
		{"policies written", lambdaDoc, functions, among("AddPermission", "RemovePermission"), 15, time.Second, 15},

		{"roles assumed, and who one is", stsDoc, tokens, among("AssumeRole", "GetCallerIdentity"), 600, time.Second, 600},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			wiretest.Source(t, tt.source)
			c := clocktesting.NewFakeClock(time.Now())
			qs := newQuotas(c, 1)
			if got := through(qs, tt.scope, tt.calls); got != tt.burst {
				t.Errorf("%d went through at once, want %d", got, tt.burst)
			}
			c.Step(tt.then)
			if got := through(qs, tt.scope, tt.calls); got != tt.more {
				t.Errorf("%d went through %s later, want %d", got, tt.then, tt.more)
			}
		})
	}
}

// many is more calls than any quota allows at once.
const many = 1000

// through counts the calls that go through before the first that doesn't.
func through(qs *quotas, sc scope, calls func(int) wire.Call) int {
	for i := range many {
		if qs.take(sc, calls(i)) != nil {
			return i
		}
	}
	return many
}

func always(call wire.Call) func(int) wire.Call { return func(int) wire.Call { return call } }

func TestQuotasArePerAccountAndRegion(t *testing.T) {
	qs := newQuotas(clocktesting.NewFakeClock(time.Now()), 1)
	deployment := wire.Call{Operation: "CreateDeployment", Input: &apigateway.CreateDeploymentInput{}}
	for _, sc := range []scope{
		{apigatewayService, "111111111111", "us-east-1"},
		{apigatewayService, "222222222222", "us-east-1"},
		{apigatewayService, "111111111111", "eu-west-1"},
	} {
		if got := through(qs, sc, always(deployment)); got != 1 {
			t.Errorf("%+v: %d went through, want 1", sc, got)
		}
	}
}

func TestQuotasScale(t *testing.T) {
	c := clocktesting.NewFakeClock(time.Now())
	sc := scope{apigatewayService, DefaultAccount, DefaultRegion}
	deletion := always(wire.Call{Operation: "DeleteRestApi", Input: &apigateway.DeleteRestApiInput{}})

	fast := newQuotas(c, 10)
	through(fast, sc, deletion)
	c.Step(3 * time.Second)
	if got := through(fast, sc, deletion); got != 1 {
		t.Errorf("ten times as fast, 3 s later: %d went through, want 1", got)
	}
	if got := through(newQuotas(c, 0), sc, deletion); got != many {
		t.Errorf("turned off: %d went through, want all", got)
	}
}

// A role's calls are paid by the role's account.
func TestRolesHaveTheQuotasOfTheirAccount(t *testing.T) {
	s := Start(t, WithQuotas(1), WithClock(clocktesting.NewFakeClock(time.Now())))
	create := func(config aws.Config) error {
		_, err := apigateway.NewFromConfig(config).CreateRestApi(t.Context(), &apigateway.CreateRestApiInput{Name: aws.String("a")})
		return err
	}
	if err := errors.Join(create(once(s)), create(assuming(s, theirRole))); err != nil {
		t.Errorf("the first of ours and the first of theirs: %v", err)
	}
	if err := create(assuming(s, theirRole2)); code(err) != "TooManyRequestsException" {
		t.Errorf("the second of theirs, by another role: %v", err)
	}
}

// A call that one quota refuses takes nothing from the others.
func TestARefusedCallUsesNoOtherQuota(t *testing.T) {
	qs := newQuotas(clocktesting.NewFakeClock(time.Now()), 1)
	sc := scope{apigatewayService, DefaultAccount, DefaultRegion}
	deletion := always(wire.Call{Operation: "DeleteRestApi", Input: &apigateway.DeleteRestApiInput{}})
	for range 50 {
		through(qs, sc, deletion)
	}
	read := wire.Call{Operation: "GetRestApis", Input: &apigateway.GetRestApisInput{}}
	if got := through(qs, sc, always(read)); got != 39 {
		t.Errorf("%d more went through, want 39", got)
	}
}

func TestACallOverQuotaChangesNothingAndIsLogged(t *testing.T) {
	s := Start(t, WithQuotas(1), WithClock(clocktesting.NewFakeClock(time.Now())))
	ctx := t.Context()
	client := apigateway.NewFromConfig(once(s))
	create := func() error {
		_, err := client.CreateRestApi(ctx, &apigateway.CreateRestApiInput{Name: aws.String("notes")})
		return err
	}
	if err := create(); err != nil {
		t.Fatal(err)
	}
	throttle, ok := errors.AsType[*gatewaytypes.TooManyRequestsException](create())
	if !ok || throttle.ErrorMessage() != "Too Many Requests" || aws.ToString(throttle.RetryAfterSeconds) != "30" {
		t.Errorf("got %v", throttle)
	}
	apis, err := client.GetRestApis(ctx, nil)
	if err != nil || len(apis.Items) != 1 {
		t.Errorf("got %v, %v, want one API", apis, err)
	}
	got := s.Calls()[1]
	if got.Operation != "CreateRestApi" || got.Status != 429 || got.Code != "TooManyRequestsException" {
		t.Errorf("logged %+v", got)
	}

	cognito := cognitoidentityprovider.NewFromConfig(once(s))
	for range 15 {
		if _, err := cognito.CreateUserPool(ctx, newPool("a")); err != nil {
			t.Fatal(err)
		}
	}
	_, err = cognito.CreateUserPool(ctx, newPool("a"))
	if e, ok := errors.AsType[*cognitotypes.TooManyRequestsException](err); !ok || e.ErrorMessage() != "Rate exceeded" {
		t.Errorf("got %v", err)
	}
	if got := pools(t, s); got != 15 {
		t.Errorf("%d pools, want 15", got)
	}
}

// The table names operations in text; this catches one that isn't.
func TestQuotaTableNamesOperations(t *testing.T) {
	clients := map[string]reflect.Type{
		cognitoService:    reflect.TypeFor[*cognitoidentityprovider.Client](),
		apigatewayService: reflect.TypeFor[*apigateway.Client](),
		lambdaService:     reflect.TypeFor[*lambda.Client](),
		stsService:        reflect.TypeFor[*sts.Client](),
		wafService:        reflect.TypeFor[*wafv2.Client](),
	}
	for _, q := range quotaTable {
		for operation := range strings.FieldsSeq(q.operations) {
			if _, ok := clients[q.service].MethodByName(operation); !ok {
				t.Errorf("%s has no operation %s", q.service, operation)
			}
		}
	}
}
