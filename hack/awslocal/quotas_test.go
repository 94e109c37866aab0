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
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
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

	tests := []struct {
		reason string
		scope  scope
		calls  func(i int) wire.Call
		burst  int // how many go through at once
		then   time.Duration
		more   int // how many go through after that
	}{
		{"Regional APIs", gateway, always(regionalAPI), 1, 3 * time.Second, 1},
		{"edge APIs, which is the default", gateway, always(edgeAPI), 1, 30 * time.Second, 1},
		{"deletions of APIs", gateway, always(call("DeleteRestApi")), 1, 30 * time.Second, 1},
		{"definitions put", gateway, always(call("PutRestApi")), 1, time.Second, 1},
		{"deployments", gateway, always(call("CreateDeployment")), 1, 5 * time.Second, 1},
		{"resources read", gateway, always(call("GetResources")), 5, 2 * time.Second, 5},
		{"all calls to API Gateway", gateway, always(call("GetRestApis")), 40, time.Second, 10},
		{"pools read, whichever way", cognito, func(i int) wire.Call {
			return call([]string{"DescribeUserPool", "ListUserPools"}[i%2])
		}, 15, time.Second, 15},
		{"pools written", cognito, always(call("CreateUserPool")), 15, time.Second, 15},
		{"one operation on one pool", cognito, always(client("a")), 5, time.Second, 5},
		{
			"one operation on many pools", cognito, func(i int) wire.Call { return client(string(rune('a' + i))) }, 15,
			time.Second, 15,
		},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
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

// through counts the calls that go through before the first that doesn't.
func through(qs *quotas, sc scope, calls func(int) wire.Call) int {
	for i := range 100 {
		if qs.take(sc, calls(i)) != nil {
			return i
		}
	}
	return 100
}

func always(call wire.Call) func(int) wire.Call { return func(int) wire.Call { return call } }

func TestQuotasAreApart(t *testing.T) {
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
	if got := through(newQuotas(c, 0), sc, deletion); got != 100 {
		t.Errorf("turned off: %d went through, want all", got)
	}
}

// A call that one quota refuses takes nothing from the others.
func TestRefusedCallsCostNothing(t *testing.T) {
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

func TestOverQuotaDoesNothingAndIsLogged(t *testing.T) {
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
	}
	for _, q := range quotaTable {
		for operation := range strings.FieldsSeq(q.operations) {
			if _, ok := clients[q.service].MethodByName(operation); !ok {
				t.Errorf("%s has no operation %s", q.service, operation)
			}
		}
	}
}
