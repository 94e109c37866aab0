package controllers_test

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
func (w *world) mutatingCalls() (calls []occurrence) {
	seen := map[string]int{}
	for _, operation := range w.mutating() {
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
func (m *mortal) holds(object *v1alpha1.SecuredAPI) most {
	m.t.Helper()
	ctx := m.t.Context()
	if err := m.client.Get(ctx, client.ObjectKeyFromObject(object), object); client.IgnoreNotFound(err) != nil {
		m.t.Fatal(err)
	}
	retired := map[string]bool{}
	for _, id := range retiredClients(&object.Status) {
		retired[id] = true
	}
	pools := must[*cip.ListUserPoolsOutput](m.world)(m.cognito().ListUserPools(ctx, &cip.ListUserPoolsInput{MaxResults: aws.Int32(60)})).UserPools
	clients := map[string]int{}
	for _, pool := range pools {
		listed := must[*cip.ListUserPoolClientsOutput](m.world)(m.cognito().ListUserPoolClients(ctx, &cip.ListUserPoolClientsInput{UserPoolId: pool.Id, MaxResults: aws.Int32(60)}))
		for _, c := range listed.UserPoolClients {
			if !retired[*c.ClientId] {
				clients[*c.ClientName]++
			}
		}
	}
	apis := must[*apigateway.GetRestApisOutput](m.world)(m.gateway().GetRestApis(ctx, &apigateway.GetRestApisInput{})).Items
	deployments := map[string]int{}
	for _, api := range apis {
		for _, d := range must[*apigateway.GetDeploymentsOutput](m.world)(m.gateway().GetDeployments(ctx, &apigateway.GetDeploymentsInput{RestApiId: api.Id})).Items {
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
func (m *mortal) loseReply(life stretch, object *v1alpha1.SecuredAPI, call occurrence, loss awslocal.Kind) (all most) {
	m.t.Helper()
	m.afterPass = func() { all = all.max(m.holds(object)) }
	m.aws.Inject(awslocal.Fault{Operation: call.operation, Kind: loss, Skip: call.nth, Times: 1})
	m.live(life, object)
	return all
}

// The reply of every call that changes something is lost, in every way.
func TestEveryLostReply(t *testing.T) {
	sweep(t)
	for _, life := range lives {
		t.Run(life.name, func(t *testing.T) {
			t.Parallel()
			whole := lived(t, life)
			calls := whole.mutatingCalls()
			want := normalised(whole.world)
			for i, call := range calls {
				for _, loss := range losses {
					t.Run(fmt.Sprintf("%d %s/%s", i+1, call.operation, loss), func(t *testing.T) {
						t.Parallel()
						m := newMortal(t)
						object := m.prepare(life)
						if got := m.loseReply(life, object, call, loss); atMostOne.max(got) != atMostOne {
							t.Errorf("never more than one of each: %+v", got)
						}
						if !m.failed(call.operation) {
							t.Fatal("no reply was lost")
						}
						if diff := cmp.Diff(want, normalised(m.world)); diff != "" {
							t.Errorf("AWS is as after a life without a loss (-want +got):\n%s", diff)
						}
						m.secretsAgree(object)
					})
				}
			}
			t.Logf("%s: %d mutating calls, each reply lost in %d ways", life.name, len(calls), len(losses))
		})
	}
}

// failed says whether a call of the operation failed.
func (w *world) failed(operation string) bool {
	return slices.ContainsFunc(w.aws.Calls(), func(c awslocal.Call) bool { return c.Operation == operation && c.Code != "" })
}

// secretsAgree fails unless AWS has the secret of every Secret, and there are as many as there are clients with one.
func (m *mortal) secretsAgree(object *v1alpha1.SecuredAPI) {
	m.t.Helper()
	want := 0
	for _, c := range object.Status.Clients {
		if c.SecretName == "" {
			continue
		}
		want++
		secret := &corev1.Secret{}
		secret.Namespace, secret.Name = m.namespace, c.SecretName
		m.get(secret)
		if value := string(secret.Data["clientSecret"]); value == "" || !m.admits(secret.Data, value) {
			m.t.Errorf("AWS has another secret of client %s than its Secret", c.Name)
		}
	}
	if got := len(m.secrets()); got != want {
		m.t.Errorf("%d Secrets for %d clients with a secret", got, want)
	}
}

func (w *world) secrets() []corev1.Secret {
	w.t.Helper()
	list := &corev1.SecretList{}
	if err := w.client.List(w.t.Context(), list, client.InNamespace(w.namespace)); err != nil {
		w.t.Fatal(err)
	}
	return list.Items
}

// defaultRetryer puts the SDK's own retryer in the place of the operator's. It only waits less.
func defaultRetryer(stack *middleware.Stack) error {
	standard := retry.NewStandard(func(o *retry.StandardOptions) { o.MaxBackoff = time.Millisecond })
	attempt := retry.NewAttemptMiddleware(standard, smithyhttp.RequestCloner)
	_, err := stack.Finalize.Swap(attempt.ID(), attempt)
	return err
}

// With the retryer that the SDK comes with, the same loss makes two of everything that is created: that it does not is
// the operator's own doing.
func TestTheDefaultRetryerMakesTwoPools(t *testing.T) {
	sweep(t)
	for operation, twice := range map[string]most{
		"CreateUserPool":       {2, 1, 1, 1},
		"CreateUserPoolClient": {1, 1, 2, 1},
		"CreateRestApi":        {1, 2, 1, 1},
		"CreateDeployment":     {1, 1, 1, 2},
	} {
		for _, loss := range []awslocal.Kind{awslocal.LoseReply, awslocal.RefuseAfter} {
			t.Run(operation+"/"+loss.String(), func(t *testing.T) {
				t.Parallel()
				m := newMortal(t)
				m.stack = append(m.stack, defaultRetryer)
				life := lives[0]
				if got := m.loseReply(life, m.prepare(life), occurrence{operation: operation}, loss); got != twice {
					t.Errorf("there were %+v at once, want %+v", got, twice)
				}
			})
		}
	}
}
