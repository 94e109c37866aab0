package awsclient_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go/middleware"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/awsclient/quota"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// deadlines are those of the attempts of a call, as clients with default settings make it.
func deadlines(t *testing.T, server *awslocal.Server, call func(*awsclient.Clients)) []time.Time {
	t.Helper()
	var all []time.Time
	config := server.Config()
	config.APIOptions = append(config.APIOptions, func(stack *middleware.Stack) error {
		return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("NoteDeadline", func(
			ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler,
		) (middleware.DeserializeOutput, middleware.Metadata, error) {
			deadline, _ := ctx.Deadline()
			all = append(all, deadline)
			return next.HandleDeserialize(ctx, in)
		}), middleware.Before)
	})
	factory, err := awsclient.New(config, quota.Options{}, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	call(clientsFor(t, factory, "us-east-1"))
	return all
}

func createPool(t *testing.T) func(c *awsclient.Clients) {
	t.Helper()
	return func(c *awsclient.Clients) {
		_, _ = c.Cognito.CreateUserPool(t.Context(), &cip.CreateUserPoolInput{PoolName: aws.String("p")})
	}
}

func TestCallsHaveTheirTimeouts(t *testing.T) {
	for _, tc := range []struct {
		reason string
		call   func(c *awsclient.Clients)
		want   time.Duration
	}{
		{"a call of Cognito's", createPool(t), 20 * time.Second},
		{"an import grows with the API", func(c *awsclient.Clients) {
			_, _ = c.APIGateway.PutRestApi(t.Context(), &apigateway.PutRestApiInput{RestApiId: aws.String("a"), Body: []byte("{}")})
		}, time.Minute},
		{"a deployment grows with the API, within the creation grace period", func(c *awsclient.Clients) {
			_, _ = c.APIGateway.CreateDeployment(t.Context(), &apigateway.CreateDeploymentInput{RestApiId: aws.String("a")})
		}, 30 * time.Second},
	} {
		began := time.Now()
		got := deadlines(t, awslocal.Start(t), tc.call)
		ended := time.Now()
		if len(got) != 1 || got[0].Before(began.Add(tc.want)) || got[0].After(ended.Add(tc.want)) {
			t.Errorf("%s: got deadlines %v, want one in %s from %s", tc.reason, got, tc.want, began)
		}
	}
}

// What is repeated after a throttle has no more time than what is not.
func TestAttemptsShareATimeout(t *testing.T) {
	server := awslocal.Start(t)
	server.Inject(awslocal.Fault{Operation: "CreateUserPool", Kind: awslocal.Throttle, Times: 2})
	got := deadlines(t, server, createPool(t))
	if len(got) != 3 || !got[0].Equal(got[2]) {
		t.Errorf("got the deadlines %v, want three that are one", got)
	}
}

// Three quarters of the grace period are for a creation, and for lists to show what it made: see the engine's Pass.
func TestCreationsEndWithinTheGracePeriod(t *testing.T) {
	const forLists = 15 * time.Second
	for operation, timeout := range awsclient.CallTimeouts() {
		if strings.HasPrefix(operation, "Create") && timeout+forLists > engine.DefaultGrace*3/4 {
			t.Errorf("%s may take %s: raise engine.DefaultGrace, which is %s", operation, timeout, engine.DefaultGrace)
		}
	}
}
