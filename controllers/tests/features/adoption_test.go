package features_test

import (
	"slices"
	"strings"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/config/iam"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

func TestAdoptionWaitsForThePlanToBeSeen(t *testing.T) {
	t.Parallel()
	acknowledge := func(w *harness.World, object *v1alpha1.SecuredAPI) {
		w.AwaitStalled(object, v1alpha1.ReasonAwaitingAcknowledgement)
		w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Acknowledge = o.Status.Plan.Hash })
	}
	show := func(w *harness.World, object *v1alpha1.SecuredAPI) {
		w.AwaitStalled(object, v1alpha1.ReasonAwaitingAcknowledgement)
		w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Mode = v1alpha1.ModePlan })
		w.AwaitPlanned(object)
		w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Mode = v1alpha1.ModeApply })
	}
	for _, tc := range []struct {
		reason string
		// password is the policy that the spec asks for; without one it is that of the pool.
		password *v1alpha1.PasswordPolicy
		consent  func(*harness.World, *v1alpha1.SecuredAPI)
	}{
		{"its hash is acknowledged", &v1alpha1.PasswordPolicy{MinimumLength: 6}, acknowledge},
		{"it was shown in mode Plan", nil, show},
		{
			"it weakens the pool, and was shown in mode Plan before its hash is acknowledged", &v1alpha1.PasswordPolicy{MinimumLength: 6},
			func(w *harness.World, object *v1alpha1.SecuredAPI) {
				show(w, object)
				w.Await(object, "the plan to wait in mode Apply", func(o *v1alpha1.SecuredAPI) bool {
					return o.Status.Plan != nil && o.Status.Plan.Mode == v1alpha1.ModeApply
				})
				if calls := w.Writes(); len(calls) != 0 {
					t.Errorf("got %v written, want nothing before the hash of a plan that weakens is acknowledged", calls)
				}
				acknowledge(w, object)
			},
		},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			t.Parallel()
			w := harness.NewWorld(t, harness.ResyncNever)
			made := w.MakeLegacy(map[string]string{"team": "x"})
			before := w.Inventory()
			w.AWS.ResetCalls()
			asked := w.Adopting(made)
			asked.Spec.UserPool.PasswordPolicy = tc.password
			object := w.Create(asked)
			w.AwaitStalled(object, v1alpha1.ReasonAwaitingAcknowledgement)
			length := int32(8)
			if tc.password != nil {
				length = tc.password.MinimumLength
				for _, want := range []string{
					`~ userPool.passwordPolicy.minimumLength: 8 -> 6 (weakens)`, `~ userPool.passwordPolicy.requireSymbols: true -> false (weakens)`,
				} {
					if !slices.Contains(harness.PlanWords(object), want) {
						t.Errorf("got plan %q, want %q in it", harness.PlanWords(object), want)
					}
				}
			}
			for _, want := range []string{
				`~ userPool.tags.securedapi.dev/namespace: "" -> ` + w.Namespace + ` (inPlace)`,
				`~ client/web.callbackURLs: "" -> http://localhost:3000/callback (inPlace)`,
				`+ GET /registered registered (redeploy)`,
				`- GET / (redeploy)`,
			} {
				if !slices.Contains(harness.PlanWords(object), want) {
					t.Errorf("%s is in the plan:\n%s", want, strings.Join(harness.PlanWords(object), "\n"))
				}
			}
			w.AskNow(object)
			if calls := w.Writes(); len(calls) != 0 {
				t.Fatalf("nothing is written before: %v", calls)
			}
			if diff := cmp.Diff(before, w.Inventory()); diff != "" {
				t.Fatalf("AWS is as it was (-before +after):\n%s", diff)
			}
			tc.consent(w, object)
			w.AwaitReady(object)
			status := object.Status
			if got := (harness.Legacy{Pool: status.UserPool.ID, Client: status.Clients[0].ID, API: status.API.ID}); got != made {
				t.Errorf("the same pool, client and API: %+v, not %+v", got, made)
			}
			pool := w.DescribePool()
			if pool.UserPoolTags["team"] != "x" || *pool.EmailVerificationSubject != "Welcome to the legacy" || *pool.Name != "legacy" {
				t.Errorf("what the spec doesn't name survives: %+v", pool)
			}
			if pool.UserPoolTags[engine.TagName] != "notes" || *pool.Policies.PasswordPolicy.MinimumLength != length {
				t.Errorf("what the spec names is as it says: %+v", pool)
			}
			users := harness.Must[*cip.ListUsersOutput](w)(w.Cognito().ListUsers(t.Context(), &cip.ListUsersInput{UserPoolId: &made.Pool}))
			if len(users.Users) != 1 {
				t.Errorf("the users stay: %+v", users.Users)
			}
			clients := w.Inventory().Pools[0].Clients
			if len(clients) != 2 || !strings.Contains(clients[1], "refresh 90 ") {
				t.Errorf("clients of other names stay, and so does what the spec doesn't name of ours: %v", clients)
			}
			if got := w.StatusCode(status.Endpoint + "/registered"); got != 401 {
				t.Errorf("the API is guarded: %d", got)
			}
			w.Delete(object)
			if all := w.Inventory(); len(all.Pools) != 1 || len(all.APIs) != 1 {
				t.Errorf("an adopted pool's default policy is Retain: %+v", all)
			}
		})
	}
}

func TestAdoptionsThatAreRefused(t *testing.T) {
	t.Parallel()
	foreign := engine.Owner{Cluster: "c2", Namespace: "prod", Name: "shop", UID: "u"}
	for _, tc := range []struct {
		name   string
		tags   map[string]string
		edit   func(*v1alpha1.SecuredAPI)
		reason string
		says   string
	}{
		{"an immutable setting of the pool differs", nil, func(o *v1alpha1.SecuredAPI) {
			o.Spec.UserPool.SignInWith = nil
		}, v1alpha1.ReasonInvalidSpec, `userPool.signInWith: user pool `},
		{"a pool that does not exist", nil, func(o *v1alpha1.SecuredAPI) {
			o.Spec.UserPool.Adopt.ID = "us-east-1_Missing00"
		}, v1alpha1.ReasonInvalidSpec, `userPool.adopt.id: there is no userPool "us-east-1_Missing00"`},
		{"a pool of another Region", nil, func(o *v1alpha1.SecuredAPI) {
			o.Spec.UserPool.Adopt.ID = "eu-west-1_Elsewhere"
		}, v1alpha1.ReasonInvalidSpec, `userPool.adopt.id: "eu-west-1_Elsewhere" is of Region eu-west-1, and this object of us-east-1`},
		{"a pool of another cluster", foreign.Tags("t"), func(*v1alpha1.SecuredAPI) {
		}, v1alpha1.ReasonOwnershipConflict, "belongs to SecuredAPI prod/shop of cluster c2; nothing was changed"},
		{"an API of another cluster, without a pool", foreign.Tags("t"), func(o *v1alpha1.SecuredAPI) {
			o.Spec.UserPool.Adopt = nil
			harness.WithoutDomain(o)
		}, v1alpha1.ReasonOwnershipConflict, "belongs to SecuredAPI prod/shop of cluster c2; nothing was changed"},
		{"an API that does not exist", nil, func(o *v1alpha1.SecuredAPI) {
			o.Spec.UserPool.Adopt = nil
			harness.WithoutDomain(o)
			o.Spec.API.Adopt.ID = "missing000"
		}, v1alpha1.ReasonInvalidSpec, `api.adopt.id: there is no api "missing000"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := harness.NewWorld(t, harness.ResyncNever)
			made := w.MakeLegacy(tc.tags)
			before := w.Inventory()
			object := w.Adopting(made)
			tc.edit(object)
			w.Create(object)
			if message := w.AwaitStalled(object, tc.reason); !strings.Contains(message, tc.says) {
				t.Errorf("a person reads why: %s, want %s", message, tc.says)
			}
			if diff := cmp.Diff(before, w.Inventory()); diff != "" {
				t.Errorf("AWS is as it was (-before +after):\n%s", diff)
			}
		})
	}
}

// The pool may go between the look at a plan that was agreed to and the pass that carries it out.
func TestConsentToAnAdoptionIsNoneToLoseUsers(t *testing.T) {
	t.Parallel()
	m := harness.NewStepper(t)
	m.Guarded = false
	api := m.MakeAPI("legacy", "beta", nil)
	m.Permit("adopt", iam.Values{"USER_POOL_ID": {"none"}, "REST_API_ID": {api}})
	object := m.Recipe()
	routes := object.Spec.Routes
	object.Spec.DeletionPolicy, object.Spec.Routes = v1alpha1.DeletionRetain, nil
	m.Create(object)
	m.RunUntil(object, m.Ready(object))
	m.Update(object, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Routes, o.Spec.API = routes, &v1alpha1.APISpec{Adopt: &v1alpha1.AdoptAPISpec{ID: api}}
	})
	m.RunUntil(object, func() bool {
		m.Get(object)
		return object.Status.Plan != nil
	})
	m.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Acknowledge = o.Status.Plan.Hash })
	deleted := false
	m.Edges.Each = func(name string) {
		// The plan has all of the pool by then.
		if name == "before GetRestApi" && !deleted {
			deleted = true
			m.DeletePool(object)
		}
	}
	m.RunUntil(object, func() bool {
		m.Get(object)
		return deleted && object.Status.Plan != nil && object.Status.Plan.Hash != object.Spec.Acknowledge
	})
	if pools := m.Inventory().Pools; len(pools) != 0 {
		t.Errorf("got %d pools, want none before a person agreed to one without users", len(pools))
	}
}
