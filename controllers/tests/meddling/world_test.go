package meddling_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/prometheus/client_golang/prometheus"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/awsclient/quota"
	"github.com/securedapi/securedapi/controllers/drift"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/outcome"
	"github.com/securedapi/securedapi/controllers/schedule"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/operatorrole"
)

const (
	interval = 10 * time.Minute
	// longest is an interval with all of its jitter.
	longest = interval + interval/10
	grace   = time.Minute
	// backoff stands for the queue's.
	backoff = time.Second
	// maxPasses bounds the passes of a case: far more than any takes.
	maxPasses = 100
)

var place = drift.Place{Account: awslocal.DefaultAccount, Region: awslocal.DefaultRegion}

// world is an AWS account, one object, and its operator: both lists in order, drift checks as they are scheduled, and the
// account's sweep. There is no Kubernetes: status is kept in memory.
type world struct {
	t       *testing.T
	aws     *awslocal.Server
	clock   *clocktesting.FakeClock
	cip     *cip.Client
	gateway *apigateway.Client
	lambda  *lambda.Client
	// What somebody else calls with, and what a test looks with.
	sideCIP     *cip.Client
	sideGateway *apigateway.Client
	sideLambda  *lambda.Client

	object   *v1alpha1.SecuredAPI
	digests  engine.Digests
	schedule *schedule.Schedule
	sweeps   drift.Sweeps
	sweepAt  time.Time

	// theirs are the deployments of somebody else, and foreign is their pool.
	theirs  []string
	foreign string
	// open are the moments at which the operator's own acts let somebody in.
	open []string
	// last is the first phase's outcome that is not success, and gone says that the object was let go.
	last  outcome.Outcome
	gone  bool
	trace []string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	clock := clocktesting.NewFakeClock(time.Now().Truncate(time.Second))
	server := awslocal.Start(t, awslocal.WithClock(clock))
	for _, name := range []string{"registered", "guest", "other"} {
		server.Lambda.Handle(name, func(context.Context, json.RawMessage) (any, error) {
			return map[string]any{"statusCode": http.StatusOK, "body": name}, nil
		})
	}
	operatorrole.LetRoutesCall(server, "registered", "guest", "other")
	factory, err := awsclient.New(harness.OperatorConfig(t, server, owner.Cluster), quota.Options{}, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	clients, err := factory.For(awsclient.Target{Region: awslocal.DefaultRegion})
	if err != nil {
		t.Fatal(err)
	}
	config := server.Config()
	config.RetryMaxAttempts = 1
	aside := awslocal.Aside(config)
	w := &world{
		t: t, aws: server, clock: clock, schedule: &schedule.Schedule{Interval: interval},
		cip: clients.Cognito, gateway: clients.APIGateway, lambda: clients.Lambda,
		sideCIP: cip.NewFromConfig(aside), sideGateway: apigateway.NewFromConfig(aside), sideLambda: lambda.NewFromConfig(aside),
		object: &v1alpha1.SecuredAPI{
			ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "notes", UID: "u1", Generation: 1},
			Spec:       recipe(), Status: v1alpha1.SecuredAPIStatus{Region: awslocal.DefaultRegion, ObservedGeneration: -1},
		},
	}
	w.sweepAt = clock.Now().Add(w.sweeps.Wait(place, clock.Now(), interval/2))
	made, err := w.sideCIP.CreateUserPool(t.Context(), &cip.CreateUserPoolInput{PoolName: new("theirs")})
	if err != nil {
		t.Fatal(err)
	}
	w.foreign = *made.UserPool.Id
	for _, operation := range []string{"CreateStage", "UpdateStage"} {
		server.Hook(awslocal.Hook{Operation: operation, After: func(call awslocal.Call) { w.probe("after our " + call.Operation) }})
	}
	return w
}

// recipe is that of DESIGN.md, section 1.
func recipe() v1alpha1.SecuredAPISpec {
	function := func(name string) v1alpha1.Backend {
		return v1alpha1.Backend{Lambda: &v1alpha1.LambdaBackend{Function: name}}
	}
	return v1alpha1.SecuredAPISpec{
		Stage: "beta", DeletionPolicy: v1alpha1.DeletionDelete,
		UserPool: v1alpha1.UserPoolSpec{
			SignInWith:     []v1alpha1.SignInAttribute{v1alpha1.SignInEmail},
			PasswordPolicy: &v1alpha1.PasswordPolicy{MinimumLength: 6, RequireUppercase: true, RequireNumbers: true},
		},
		Domain: &v1alpha1.DomainSpec{Prefix: "notes-beta"},
		Clients: []v1alpha1.Client{{
			Name: "web", CallbackURLs: []v1alpha1.URL{"http://localhost:3000/callback"}, LogoutURLs: []v1alpha1.URL{"http://localhost:3000/"},
			Flows: []v1alpha1.Flow{v1alpha1.FlowImplicit}, Scopes: []string{"openid", "email"},
		}},
		Routes: []v1alpha1.Route{
			{Path: "/registered", Methods: []v1alpha1.Method{"GET"}, Access: v1alpha1.AccessRegistered, Backend: function("registered")},
			{Path: "/guest", Methods: []v1alpha1.Method{"GET"}, Access: v1alpha1.AccessGuest, Backend: function("guest")},
		},
	}
}

func poolARN(id string) string {
	return "arn:aws:cognito-idp:" + awslocal.DefaultRegion + ":" + awslocal.DefaultAccount + ":userpool/" + id
}

var owner = engine.Owner{Cluster: "c", Namespace: "default", Name: "notes", UID: "u1"}
