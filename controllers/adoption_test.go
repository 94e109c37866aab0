package controllers_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	apigwtypes "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
)

// byHand is what somebody made before there was a SecuredAPI: as the Serverless Framework leaves it.
type byHand struct{ pool, client, api string }

func (w *world) makeByHand(tags map[string]string) byHand {
	w.t.Helper()
	ctx := w.t.Context()
	pool := must[*cip.CreateUserPoolOutput](w)(w.cognito().CreateUserPool(ctx, &cip.CreateUserPoolInput{
		PoolName: aws.String("legacy"), UsernameAttributes: []ciptypes.UsernameAttributeType{"email"}, UserPoolTags: tags,
		EmailVerificationSubject: aws.String("Welcome to the legacy"),
	})).UserPool
	must[*cip.CreateUserPoolDomainOutput](w)(w.cognito().CreateUserPoolDomain(ctx, &cip.CreateUserPoolDomainInput{UserPoolId: pool.Id, Domain: aws.String("legacy")}))
	client := must[*cip.CreateUserPoolClientOutput](w)(w.cognito().CreateUserPoolClient(ctx, &cip.CreateUserPoolClientInput{
		UserPoolId: pool.Id, ClientName: aws.String("web"), RefreshTokenValidity: 90,
	})).UserPoolClient
	must[*cip.CreateUserPoolClientOutput](w)(w.cognito().CreateUserPoolClient(ctx, &cip.CreateUserPoolClientInput{UserPoolId: pool.Id, ClientName: aws.String("batch")}))
	must[*cip.AdminCreateUserOutput](w)(w.cognito().AdminCreateUser(ctx, &cip.AdminCreateUserInput{UserPoolId: pool.Id, Username: aws.String("ann@example.com")}))
	api := must[*apigateway.CreateRestApiOutput](w)(w.gateway().CreateRestApi(ctx, &apigateway.CreateRestApiInput{Name: aws.String("legacy"), Tags: tags}))
	root := must[*apigateway.GetResourcesOutput](w)(w.gateway().GetResources(ctx, &apigateway.GetResourcesInput{RestApiId: api.Id})).Items[0]
	must[*apigateway.PutMethodOutput](w)(w.gateway().PutMethod(ctx, &apigateway.PutMethodInput{
		RestApiId: api.Id, ResourceId: root.Id, HttpMethod: aws.String("GET"), AuthorizationType: aws.String("NONE"),
	}))
	must[*apigateway.PutIntegrationOutput](w)(w.gateway().PutIntegration(ctx, &apigateway.PutIntegrationInput{
		RestApiId: api.Id, ResourceId: root.Id, HttpMethod: aws.String("GET"), Type: apigwtypes.IntegrationTypeMock,
	}))
	must[*apigateway.CreateDeploymentOutput](w)(w.gateway().CreateDeployment(ctx, &apigateway.CreateDeploymentInput{RestApiId: api.Id, StageName: aws.String("beta")}))
	return byHand{*pool.Id, *client.ClientId, *api.Id}
}

// adopting is the recipe for what was made by hand, with no policy of its own.
func (w *world) adopting(made byHand) *v1alpha1.SecuredAPI {
	w.t.Helper()
	object := w.recipe()
	object.Spec.DeletionPolicy = ""
	object.Spec.Domain.Prefix = "legacy"
	object.Spec.UserPool.Adopt = &v1alpha1.AdoptUserPoolSpec{ID: made.pool}
	object.Spec.API = &v1alpha1.APISpec{Adopt: &v1alpha1.AdoptAPISpec{ID: made.api}}
	return object
}

func TestAdoptionWaitsForThePlanToBeSeen(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		reason  string
		consent func(*world, *v1alpha1.SecuredAPI)
	}{
		{"its hash is acknowledged", func(w *world, object *v1alpha1.SecuredAPI) {
			w.awaitStalled(object, v1alpha1.ReasonAwaitingAcknowledgement)
			w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Acknowledge = o.Status.Plan.Hash })
		}},
		{"it was shown in mode Plan", func(w *world, object *v1alpha1.SecuredAPI) {
			w.awaitStalled(object, v1alpha1.ReasonAwaitingAcknowledgement)
			w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Mode = v1alpha1.ModePlan })
			w.awaitPlanned(object)
			w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Mode = v1alpha1.ModeApply })
		}},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, resyncNever)
			made := w.makeByHand(map[string]string{"team": "x"})
			before := w.inventory()
			w.aws.ResetCalls()
			object := w.create(w.adopting(made))
			w.awaitStalled(object, v1alpha1.ReasonAwaitingAcknowledgement)
			for _, want := range []string{
				`~ userPool.passwordPolicy.minimumLength: 8 -> 6 (inPlace)`,
				`~ userPool.tags.securedapi.dev/namespace: "" -> ` + w.namespace + ` (inPlace)`,
				`~ client/web.callbackURLs: "" -> http://localhost:3000/callback (inPlace)`,
				`+ GET /registered registered (redeploy)`,
				`- GET / (redeploy)`,
			} {
				if !slices.Contains(planWords(object), want) {
					t.Errorf("%s is in the plan:\n%s", want, strings.Join(planWords(object), "\n"))
				}
			}
			w.askNow(object)
			if calls := w.mutating(); len(calls) != 0 {
				t.Fatalf("nothing is written before: %v", calls)
			}
			if diff := cmp.Diff(before, w.inventory()); diff != "" {
				t.Fatalf("AWS is as it was (-before +after):\n%s", diff)
			}
			tc.consent(w, object)
			w.awaitReady(object)
			w.checkAdopted(object, made)
			w.delete(object)
			if all := w.inventory(); len(all.Pools) != 1 || len(all.APIs) != 1 {
				t.Errorf("an adopted pool's default policy is Retain: %+v", all)
			}
		})
	}
}

// checkAdopted holds what was taken over against what it was and what the spec asks for.
func (w *world) checkAdopted(object *v1alpha1.SecuredAPI, made byHand) {
	w.t.Helper()
	status := object.Status
	if got := (byHand{status.UserPool.ID, status.Clients[0].ID, status.API.ID}); got != made {
		w.t.Errorf("the same pool, client and API: %+v, not %+v", got, made)
	}
	pool := w.describePool()
	if pool.UserPoolTags["team"] != "x" || *pool.EmailVerificationSubject != "Welcome to the legacy" || *pool.Name != "legacy" {
		w.t.Errorf("what the spec doesn't name survives: %+v", pool)
	}
	if pool.UserPoolTags[engine.TagName] != "notes" || *pool.Policies.PasswordPolicy.MinimumLength != 6 {
		w.t.Errorf("what the spec names is as it says: %+v", pool)
	}
	users := must[*cip.ListUsersOutput](w)(w.cognito().ListUsers(w.t.Context(), &cip.ListUsersInput{UserPoolId: &made.pool}))
	if len(users.Users) != 1 {
		w.t.Errorf("the users stay: %+v", users.Users)
	}
	clients := w.inventory().Pools[0].Clients
	if len(clients) != 2 || !strings.Contains(clients[1], "]90 ") {
		w.t.Errorf("clients of other names stay, and so does what the spec doesn't name of ours: %v", clients)
	}
	if got := w.call(status.Endpoint + "/registered"); got != 401 {
		w.t.Errorf("the API is guarded: %d", got)
	}
}

func TestWhatCannotBeAdopted(t *testing.T) {
	t.Parallel()
	foreign := engine.Owner{Cluster: "c2", Namespace: "prod", Name: "shop", UID: "u"}
	for _, tc := range []struct {
		name   string
		tags   map[string]string
		edit   func(*v1alpha1.SecuredAPI)
		reason string
		says   string
	}{
		{"what can't be changed must match", nil, func(o *v1alpha1.SecuredAPI) {
			o.Spec.UserPool.SignInWith = nil
		}, v1alpha1.ReasonInvalidSpec, `userPool.signInWith: user pool `},
		{"a pool that does not exist", nil, func(o *v1alpha1.SecuredAPI) {
			o.Spec.UserPool.Adopt.ID = "us-east-1_Missing00"
		}, v1alpha1.ReasonInvalidSpec, `userPool.adopt.id: there is no userPool "us-east-1_Missing00"`},
		{"a pool of another Region", nil, func(o *v1alpha1.SecuredAPI) {
			o.Spec.UserPool.Adopt.ID = "eu-west-1_Elsewhere"
		}, v1alpha1.ReasonInvalidSpec, `userPool.adopt.id: "eu-west-1_Elsewhere" is of Region eu-west-1, and this object of us-east-1`},
		{"another cluster's", foreign.Tags("t"), func(*v1alpha1.SecuredAPI) {
		}, v1alpha1.ReasonOwnershipConflict, "belongs to SecuredAPI prod/shop of cluster c2; nothing was changed"},
		{"another cluster's API, by itself", foreign.Tags("t"), func(o *v1alpha1.SecuredAPI) {
			o.Spec.UserPool.Adopt, o.Spec.Domain = nil, nil
		}, v1alpha1.ReasonOwnershipConflict, "belongs to SecuredAPI prod/shop of cluster c2; nothing was changed"},
		{"an API that does not exist", nil, func(o *v1alpha1.SecuredAPI) {
			o.Spec.UserPool.Adopt, o.Spec.Domain = nil, nil
			o.Spec.API.Adopt.ID = "missing000"
		}, v1alpha1.ReasonInvalidSpec, `api.adopt.id: there is no api "missing000"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, resyncNever)
			made := w.makeByHand(tc.tags)
			before := w.inventory()
			object := w.adopting(made)
			tc.edit(object)
			ownPool := object.Spec.UserPool.Adopt == nil
			w.create(object)
			if message := w.awaitStalled(object, tc.reason); !strings.Contains(message, tc.says) {
				t.Errorf("a person reads why: %s, want %s", message, tc.says)
			}
			after := w.inventory()
			if ownPool {
				// It got one of its own, named after it.
				after.Pools = slices.DeleteFunc(after.Pools, func(p poolItem) bool { return p.Name != "legacy" })
			}
			if diff := cmp.Diff(before, after); diff != "" {
				t.Errorf("AWS is as it was (-before +after):\n%s", diff)
			}
		})
	}
}

func TestAnAdoptionKnowsWhatItWaitedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever)
	made := w.makeByHand(nil)
	object := w.create(w.adopting(made))
	w.awaitStalled(object, v1alpha1.ReasonAwaitingAcknowledgement)
	hash := object.Status.Plan.Hash
	// AWS moves on after the plan was shown.
	must[*cip.UpdateUserPoolOutput](w)(w.cognito().UpdateUserPool(t.Context(), &cip.UpdateUserPoolInput{
		UserPoolId: &made.pool, Policies: &ciptypes.UserPoolPolicyType{PasswordPolicy: &ciptypes.PasswordPolicyType{MinimumLength: aws.Int32(20)}},
	}))
	w.aws.ResetCalls()
	w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Acknowledge = hash })
	w.await(object, "another plan", func(o *v1alpha1.SecuredAPI) bool { return o.Status.Plan != nil && o.Status.Plan.Hash != hash })
	if calls := w.mutating(); len(calls) != 0 {
		t.Errorf("nobody agreed to this one: %v", calls)
	}
}
