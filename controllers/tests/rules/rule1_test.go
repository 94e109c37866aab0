package rules_test

import (
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/restapi"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/controllers/userpool"
	"github.com/securedapi/securedapi/hack/awslocal"
)

func TestRule1NoResourceIsCreatedTwice(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"CreateUserPool", "CreateUserPoolClient", "CreateUserPoolDomain", "CreateRestApi", "AddPermission", "PutRestApi", "CreateDeployment"} {
		for _, kind := range []awslocal.Kind{awslocal.LoseReply, awslocal.RefuseAfter, awslocal.CutBody, awslocal.Garbage, awslocal.RefuseBefore, awslocal.Cut} {
			t.Run(operation+"/"+kind.String(), func(t *testing.T) {
				t.Parallel()
				w := harness.NewWorld(t, harness.ResyncNever)
				w.AWS.Inject(awslocal.Fault{Operation: operation, Kind: kind, Times: 1})
				object := w.Create(w.Recipe())
				w.AwaitReady(object)
				all := w.Inventory()
				if len(all.Pools) != 1 || len(all.Pools[0].Clients) != 1 || len(all.APIs) != 1 || all.APIs[0].Deployments != 1 {
					t.Errorf("one of each, whatever became of the reply: %+v", all)
				}
				if len(harness.Pending(&object.Status)) != 0 {
					t.Errorf("no creation is left in doubt: %v", harness.Pending(&object.Status))
				}
			})
		}
	}
}

func TestRule1StaleListsCauseNoSecondCreation(t *testing.T) {
	t.Parallel()
	m := harness.NewStepperOnOneClock(t, awslocal.WithListLag(20*time.Second))
	for _, operation := range []string{"CreateUserPool", "CreateRestApi"} {
		m.AWS.Inject(awslocal.Fault{Operation: operation, Kind: awslocal.LoseReply, Times: 1})
	}
	object := m.Create(m.Recipe())
	m.RunUntil(object, m.Ready(object))
	m.Clock.SetTime(m.Clock.Now().Add(time.Minute))
	if all := m.Inventory(); len(all.Pools) != 1 || len(all.APIs) != 1 {
		t.Errorf("what was made is waited for, not made again: %+v", all)
	}
}

// A creation carries the token of the pending operation, as a tag.
func TestRule1ACreationCarriesItsSavedToken(t *testing.T) {
	t.Parallel()
	for operation, resource := range map[string]string{"CreateUserPool": userpool.NamePool, "CreateRestApi": restapi.NameAPI} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			whole := harness.Undisturbed(t, harness.Lives[0])

			m := harness.NewStepper(t)
			object := m.Prepare(harness.Lives[0])
			var token string
			*m.Edges = harness.Boundaries{KillAt: 1 + slices.Index(whole.Edges.Names, "before "+operation), Instead: func() {
				saved := &v1alpha1.SecuredAPI{ObjectMeta: object.ObjectMeta}
				m.Get(saved)
				token = saved.Status.Resource(resource).Pending.Token
			}}
			m.Live(harness.Lives[0], object)
			tags := m.DescribePool().UserPoolTags
			if resource == restapi.NameAPI {
				tags = harness.Must[*apigateway.GetRestApiOutput](m.World)(m.Gateway().GetRestApi(t.Context(), &apigateway.GetRestApiInput{RestApiId: &object.Status.API.ID})).Tags
			}
			if token == "" || tags[engine.TagToken] != token {
				t.Errorf("it carries the token %q: %v", token, tags)
			}
		})
	}
}

// Two resources with an object's tags need a person: the operator uses, changes and deletes neither.
func TestRule1DuplicatesStallTheObject(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		again func(*harness.World, *v1alpha1.SecuredAPI)
		left  func(harness.Inventory) int
	}{
		{"user pools", func(w *harness.World, _ *v1alpha1.SecuredAPI) {
			pool := w.DescribePool()
			harness.Must[*cip.CreateUserPoolOutput](w)(w.Cognito().CreateUserPool(w.T.Context(), &cip.CreateUserPoolInput{PoolName: pool.Name, UserPoolTags: pool.UserPoolTags}))
		}, func(all harness.Inventory) int { return len(all.Pools) }},
		{"REST APIs", func(w *harness.World, o *v1alpha1.SecuredAPI) {
			api := harness.Must[*apigateway.GetRestApiOutput](w)(w.Gateway().GetRestApi(w.T.Context(), &apigateway.GetRestApiInput{RestApiId: &o.Status.API.ID}))
			harness.Must[*apigateway.CreateRestApiOutput](w)(w.Gateway().CreateRestApi(w.T.Context(), &apigateway.CreateRestApiInput{Name: api.Name, Tags: api.Tags}))
		}, func(all harness.Inventory) int { return len(all.APIs) }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			m := harness.NewStepper(t)
			object := m.Recipe()
			object.Spec.DeletionPolicy = v1alpha1.DeletionRetain
			m.Create(object)
			m.RunUntil(object, m.Ready(object))
			tc.again(m.World, object)
			if err := m.Client.Delete(t.Context(), object); err != nil {
				t.Fatal(err)
			}
			m.RunUntil(object, m.Gone(object))

			restored := m.Create(m.Recipe())
			m.RunUntil(restored, func() bool {
				m.Get(restored)
				return meta.IsStatusConditionTrue(restored.Status.Conditions, v1alpha1.ConditionStalled)
			})
			stalled := meta.FindStatusCondition(restored.Status.Conditions, v1alpha1.ConditionStalled)
			if stalled == nil || stalled.Reason != v1alpha1.ReasonDuplicateFound {
				t.Errorf("a person is told: %+v", stalled)
			}
			if err := m.Client.Delete(t.Context(), restored); err != nil {
				t.Fatal(err)
			}
			m.Pass(m.Start(), restored)
			if left := tc.left(m.Inventory()); left != 2 {
				t.Errorf("both are left alone, also by a deletion: %d are left", left)
			}
		})
	}
}
