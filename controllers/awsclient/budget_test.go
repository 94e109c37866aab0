package awsclient_test

import (
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/prometheus/client_golang/prometheus"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/awsclient/quota"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// withAllQuotas is a factory whose clients may use all of an account's quotas, on a clock that stands still.
func withAllQuotas(t *testing.T, options ...awslocal.Option) (*awslocal.Server, *clocktesting.FakeClock, *awsclient.Factory) {
	t.Helper()
	server := awslocal.Start(t, options...)
	clock := clocktesting.NewFakeClock(time.Now())
	factory, err := awsclient.New(server.Config(), quota.Options{Share: 1, Speed: 1, Clock: clock}, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	return server, clock, factory
}

// A deployment uses up an account's quota, so other clients of the account have to wait.
func TestOneBudgetForAnAccount(t *testing.T) {
	const own, other = "111111111111", "222222222222"
	for _, tc := range []struct {
		reason string
		region string
		role   string
		shares bool
	}{
		{"a role of the operator's own account", "us-east-1", "arn:aws:iam::" + own + ":role/team", true},
		{"a role of another account", "us-east-1", "arn:aws:iam::" + other + ":role/team", false},
		{"another Region", "eu-west-1", "", false},
	} {
		_, _, factory := withAllQuotas(t, awslocal.WithAccount(own))
		mine := clientsFor(t, factory, "us-east-1")
		mine.BelongsTo(t.Context(), own)
		theirs, err := factory.For(awsclient.Target{Region: tc.region, Role: tc.role})
		if err != nil {
			t.Fatal(err)
		}
		const call = "CreateDeployment"
		ctx := quota.WithCaller(t.Context(), quota.Caller{Namespace: "a", Name: "first"})
		if err := mine.Reserve(ctx, call); err != nil {
			t.Fatal(err)
		}
		ctx = quota.WithCaller(t.Context(), quota.Caller{Namespace: "b", Name: "second"})
		_, waits := errors.AsType[*awserr.Waiting](theirs.Reserve(ctx, call))
		if waits != tc.shares {
			t.Errorf("%s: waits is %v", tc.reason, waits)
		}
	}
}

// AWS allows fewer calls on one user pool than on all together, so a throttle lowers the pool's own rate, too.
func TestAThrottleLowersTheRateOfItsPool(t *testing.T) {
	server, clock, factory := withAllQuotas(t)
	clients := clientsFor(t, factory, "us-east-1")
	pool, err := clients.Cognito.CreateUserPool(t.Context(), &cip.CreateUserPoolInput{PoolName: aws.String("notes")})
	if err != nil {
		t.Fatal(err)
	}
	list := func() error {
		_, err := clients.Cognito.ListUserPoolClients(t.Context(), &cip.ListUserPoolClientsInput{UserPoolId: pool.UserPool.Id})
		return err
	}
	server.Inject(awslocal.Fault{Operation: "ListUserPoolClients", Kind: awslocal.Throttle, Times: 1})
	done := make(chan error)
	go func() { done <- list() }()
	for start := time.Now(); !clock.HasWaiters(); runtime.Gosched() {
		if time.Since(start) > 10*time.Second {
			t.Fatal("the call is tried again and does not wait")
		}
	}
	clock.Step(300 * time.Millisecond) // half of 15 a second is 136 ms, half of 5 a second 408 ms
	if !clock.HasWaiters() {
		t.Error("the call waits for the line of all pools only")
	}
	clock.Step(200 * time.Millisecond)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// A retry after a throttle takes a place of its own. Otherwise it would use the next call's place, and that call would be throttled.
func TestARetryTakesAPlaceInTheQueue(t *testing.T) {
	server, clock, factory := withAllQuotas(t)
	clients := clientsFor(t, factory, "us-east-1")
	server.Inject(awslocal.Fault{Operation: "CreateRestApi", Kind: awslocal.Throttle, Times: 1})
	_, err := clients.APIGateway.CreateRestApi(t.Context(), &apigateway.CreateRestApiInput{Name: aws.String("notes")})
	waiting, ok := errors.AsType[*awserr.Waiting](err)
	if !ok || waiting.At.Sub(clock.Now()).Round(time.Second) != 6*time.Second {
		t.Errorf("half of one in 3 s after a throttle, and no sooner: %v", err)
	}
	if calls := server.Calls(); len(calls) != 1 {
		t.Errorf("nothing is called before that: %d calls", len(calls))
	}
}
