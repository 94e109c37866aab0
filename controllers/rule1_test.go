package controllers_test

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
	"github.com/securedapi/securedapi/controllers/userpool"
	"github.com/securedapi/securedapi/hack/awslocal"
)

func TestRule1NeverTwice(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"CreateUserPool", "CreateUserPoolClient", "CreateUserPoolDomain", "CreateRestApi", "AddPermission", "PutRestApi", "CreateDeployment"} {
		for _, kind := range []awslocal.Kind{awslocal.LoseReply, awslocal.RefuseAfter, awslocal.CutBody, awslocal.Garbage, awslocal.RefuseBefore, awslocal.Cut} {
			t.Run(operation+"/"+kind.String(), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, resyncNever)
				w.aws.Inject(awslocal.Fault{Operation: operation, Kind: kind, Times: 1})
				object := w.create(w.recipe())
				w.awaitReady(object)
				all := w.inventory()
				if len(all.Pools) != 1 || len(all.Pools[0].Clients) != 1 || len(all.APIs) != 1 || all.APIs[0].Deployments != 1 {
					t.Errorf("one of each, whatever became of the reply: %+v", all)
				}
				if len(doubts(&object.Status)) != 0 {
					t.Errorf("no creation is left in doubt: %v", doubts(&object.Status))
				}
			})
		}
	}
}

func TestRule1ListsThatTrail(t *testing.T) {
	t.Parallel()
	m := newMortalOnOneClock(t, awslocal.WithListLag(20*time.Second))
	for _, operation := range []string{"CreateUserPool", "CreateRestApi"} {
		m.aws.Inject(awslocal.Fault{Operation: operation, Kind: awslocal.LoseReply, Times: 1})
	}
	object := m.create(m.recipe())
	m.rest(object, m.ready(object))
	m.clock.SetTime(m.clock.Now().Add(time.Minute))
	if all := m.inventory(); len(all.Pools) != 1 || len(all.APIs) != 1 {
		t.Errorf("what was made is waited for, not made again: %+v", all)
	}
}

// The token that was saved as the intent goes in with the call, as a tag.
func TestRule1TheTokenGoesInWithTheCall(t *testing.T) {
	t.Parallel()
	for operation, resource := range map[string]string{"CreateUserPool": userpool.NamePool, "CreateRestApi": restapi.NameAPI} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			whole := lived(t, lives[0])

			m := newMortal(t)
			object := m.prepare(lives[0])
			var token string
			*m.edges = boundaries{killAt: 1 + slices.Index(whole.edges.names, "before "+operation), instead: func() {
				saved := &v1alpha1.SecuredAPI{ObjectMeta: object.ObjectMeta}
				m.get(saved)
				token = saved.Status.Resource(resource).Pending.Token
			}}
			m.live(lives[0], object)
			tags := m.describePool().UserPoolTags
			if resource == restapi.NameAPI {
				tags = must[*apigateway.GetRestApiOutput](m.world)(m.gateway().GetRestApi(t.Context(), &apigateway.GetRestApiInput{RestApiId: &object.Status.API.ID})).Tags
			}
			if token == "" || tags[engine.TagToken] != token {
				t.Errorf("it carries the token %q: %v", token, tags)
			}
		})
	}
}

// Two that carry an object's tags are for a person to sort out: none is taken, changed or deleted.
func TestRule1TwoAreForAPerson(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		again func(*world, *v1alpha1.SecuredAPI)
		left  func(inventory) int
	}{
		{"user pools", func(w *world, _ *v1alpha1.SecuredAPI) {
			pool := w.describePool()
			must[*cip.CreateUserPoolOutput](w)(w.cognito().CreateUserPool(w.t.Context(), &cip.CreateUserPoolInput{PoolName: pool.Name, UserPoolTags: pool.UserPoolTags}))
		}, func(all inventory) int { return len(all.Pools) }},
		{"REST APIs", func(w *world, o *v1alpha1.SecuredAPI) {
			api := must[*apigateway.GetRestApiOutput](w)(w.gateway().GetRestApi(w.t.Context(), &apigateway.GetRestApiInput{RestApiId: &o.Status.API.ID}))
			must[*apigateway.CreateRestApiOutput](w)(w.gateway().CreateRestApi(w.t.Context(), &apigateway.CreateRestApiInput{Name: api.Name, Tags: api.Tags}))
		}, func(all inventory) int { return len(all.APIs) }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			m := newMortal(t)
			object := m.recipe()
			object.Spec.DeletionPolicy = v1alpha1.DeletionRetain
			m.create(object)
			m.rest(object, m.ready(object))
			tc.again(m.world, object)
			if err := m.client.Delete(t.Context(), object); err != nil {
				t.Fatal(err)
			}
			m.rest(object, m.gone(object))

			restored := m.create(m.recipe())
			m.rest(restored, func() bool {
				m.get(restored)
				return meta.IsStatusConditionTrue(restored.Status.Conditions, v1alpha1.ConditionStalled)
			})
			stalled := meta.FindStatusCondition(restored.Status.Conditions, v1alpha1.ConditionStalled)
			if stalled == nil || stalled.Reason != v1alpha1.ReasonDuplicateFound {
				t.Errorf("a person is told: %+v", stalled)
			}
			if err := m.client.Delete(t.Context(), restored); err != nil {
				t.Fatal(err)
			}
			m.passOnce(m.start(), restored)
			if left := tc.left(m.inventory()); left != 2 {
				t.Errorf("both are left alone, also by a deletion: %d are left", left)
			}
		})
	}
}
