package kills_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// losses are the ways in which AWS does what a call asks for and the caller does not learn of it.
var losses = []awslocal.Kind{awslocal.LoseReply, awslocal.RefuseAfter, awslocal.CutBody, awslocal.Garbage}

// occurrence is one call of a life: the nth of its operation, from zero.
type occurrence struct {
	operation string
	nth       int
}

// mutatingCalls are the calls so far that could change something, in order.
func mutatingCalls(w *harness.World) (calls []occurrence) {
	seen := map[string]int{}
	for _, operation := range w.Writes() {
		calls = append(calls, occurrence{operation, seen[operation]})
		seen[operation]++
	}
	return calls
}

// most is the most of a kind that AWS held at once: of user pools, of REST APIs, of clients in use under one name, and of
// deployments of one model.
type most struct{ Pools, APIs, Clients, Deployments int }

// atMostOne is what rule 1 allows.
var atMostOne = most{1, 1, 1, 1}

func (a most) max(b most) most {
	return most{max(a.Pools, b.Pools), max(a.APIs, b.APIs), max(a.Clients, b.Clients), max(a.Deployments, b.Deployments)}
}

// holds counts what the account holds, by calls that change nothing.
func holds(m *harness.Stepper, object *v1alpha1.SecuredAPI) most {
	m.T.Helper()
	ctx := m.T.Context()
	if err := m.Client.Get(ctx, client.ObjectKeyFromObject(object), object); client.IgnoreNotFound(err) != nil {
		m.T.Fatal(err)
	}
	retired := map[string]bool{}
	for _, id := range harness.RetiredClients(&object.Status) {
		retired[id] = true
	}
	pools := harness.Must[*cip.ListUserPoolsOutput](m.World)(m.Cognito().ListUserPools(ctx, &cip.ListUserPoolsInput{MaxResults: aws.Int32(60)})).UserPools
	clients := map[string]int{}
	for _, pool := range pools {
		listed := harness.Must[*cip.ListUserPoolClientsOutput](m.World)(m.Cognito().ListUserPoolClients(ctx, &cip.ListUserPoolClientsInput{UserPoolId: pool.Id, MaxResults: aws.Int32(60)}))
		for _, c := range listed.UserPoolClients {
			if !retired[*c.ClientId] {
				clients[*c.ClientName]++
			}
		}
	}
	apis := harness.Must[*apigateway.GetRestApisOutput](m.World)(m.Gateway().GetRestApis(ctx, &apigateway.GetRestApisInput{})).Items
	deployments := map[string]int{}
	for _, api := range apis {
		for _, d := range harness.Must[*apigateway.GetDeploymentsOutput](m.World)(m.Gateway().GetDeployments(ctx, &apigateway.GetDeploymentsInput{RestApiId: api.Id})).Items {
			digest, _, _ := strings.Cut(aws.ToString(d.Description), " ")
			deployments[digest]++
		}
	}
	return most{len(pools), len(apis), greatest(clients), greatest(deployments)}
}

func greatest(counts map[string]int) (n int) {
	for _, count := range counts {
		n = max(n, count)
	}
	return n
}

// loseReply leads an object through a life in which the reply of one call is lost, and returns the most that there was
// at once, looking after every pass.
func loseReply(m *harness.Stepper, life harness.Life, object *v1alpha1.SecuredAPI, call occurrence, loss awslocal.Kind) (all most) {
	m.T.Helper()
	m.AfterPass = func() { all = all.max(holds(m, object)) }
	m.AWS.Inject(awslocal.Fault{Operation: call.operation, Kind: loss, Skip: call.nth, Times: 1})
	m.Live(life, object)
	return all
}

// The reply of every call that changes something is lost, in every way.
func TestEveryLostReply(t *testing.T) {
	harness.Sweep(t)
	sample := harness.NewSample(t)
	for _, life := range harness.Lives {
		t.Run(life.Name, func(t *testing.T) {
			t.Parallel()
			whole := harness.Undisturbed(t, life)
			calls := mutatingCalls(whole.World)
			want := harness.Normalised(whole.World)
			for _, run := range sample.Of(life, len(calls)*len(losses)) {
				i, loss := run/len(losses), losses[run%len(losses)]
				call := calls[i]
				t.Run(fmt.Sprintf("%d %s/%s", i+1, call.operation, loss), func(t *testing.T) {
					t.Parallel()
					m := harness.NewStepper(t)
					object := m.Prepare(life)
					if got := loseReply(m, life, object, call, loss); atMostOne.max(got) != atMostOne {
						t.Errorf("never more than one of each: %+v", got)
					}
					if !failed(m.World, call.operation) {
						t.Fatal("no reply was lost")
					}
					if diff := cmp.Diff(want, harness.Normalised(m.World)); diff != "" {
						t.Errorf("AWS is as after a life without a loss (-want +got):\n%s", diff)
					}
					if wrong := wrongSecrets(m, object); len(wrong) != 0 {
						t.Errorf("no secret is lost, and none is left: %v", wrong)
					}
				})
			}
			t.Logf("%s: %d mutating calls, each reply lost in %d ways", life.Name, len(calls), len(losses))
		})
	}
}

// failed says whether a call of the operation failed.
func failed(w *harness.World, operation string) bool {
	return slices.ContainsFunc(w.AWS.Calls(), func(c awslocal.Call) bool { return c.Operation == operation && c.Code != "" })
}

// defaultRetryer puts the SDK's own retryer in the place of the operator's. It only waits less.
func defaultRetryer(stack *middleware.Stack) error {
	standard := retry.NewStandard(func(o *retry.StandardOptions) { o.MaxBackoff = time.Millisecond })
	attempt := retry.NewAttemptMiddleware(standard, smithyhttp.RequestCloner)
	_, err := stack.Finalize.Swap(attempt.ID(), attempt)
	return err
}

// With the SDK's default retryer, the same lost reply creates every resource twice. So the operator's retryer is what prevents that.
func TestTheDefaultRetryerMakesTwoPools(t *testing.T) {
	harness.Sweep(t)
	for operation, twice := range map[string]most{
		"CreateUserPool":       {2, 1, 1, 1},
		"CreateUserPoolClient": {1, 1, 2, 1},
		"CreateRestApi":        {1, 2, 1, 1},
		"CreateDeployment":     {1, 1, 1, 2},
	} {
		for _, loss := range []awslocal.Kind{awslocal.LoseReply, awslocal.RefuseAfter} {
			t.Run(operation+"/"+loss.String(), func(t *testing.T) {
				t.Parallel()
				m := harness.NewStepper(t)
				m.Stack = append(m.Stack, defaultRetryer)
				life := harness.Lives[0]
				if got := loseReply(m, life, m.Prepare(life), occurrence{operation: operation}, loss); got != twice {
					t.Errorf("there were %+v at once, want %+v", got, twice)
				}
			})
		}
	}
}

// wrongSecrets says how Secrets differ from what AWS takes from the clients that have a secret, one for each.
func wrongSecrets(m *harness.Stepper, object *v1alpha1.SecuredAPI) (wrong []string) {
	m.T.Helper()
	want := 0
	for _, c := range object.Status.Clients {
		if c.SecretName == "" {
			continue
		}
		want++
		secret := &corev1.Secret{}
		secret.Namespace, secret.Name = m.Namespace, c.SecretName
		m.Get(secret)
		if value := string(secret.Data["clientSecret"]); value == "" || !m.Admits(secret.Data, value) {
			wrong = append(wrong, "AWS has another secret of client "+c.Name)
		}
	}
	if got := len(m.Secrets()); got != want {
		wrong = append(wrong, fmt.Sprintf("%d Secrets for %d clients with a secret", got, want))
	}
	return wrong
}
