package restapi

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/attached/invoke"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// byHand makes a REST API of somebody's: GET /guest and GET /admin, both open, served by the stage prod.
func (w *world) byHand(set ...func(*apigateway.CreateRestApiInput)) string {
	w.t.Helper()
	ctx := w.t.Context()
	in := &apigateway.CreateRestApiInput{Name: aws.String("theirs"), Tags: map[string]string{"team": "a"}}
	for _, s := range set {
		s(in)
	}
	out, err := w.side.CreateRestApi(ctx, in)
	api := must(w.t, out, err).Id
	root := out.RootResourceId
	for _, path := range []string{"guest", "admin"} {
		resource, err := w.side.CreateResource(ctx, &apigateway.CreateResourceInput{RestApiId: api, ParentId: root, PathPart: aws.String(path)})
		id := must(w.t, resource, err).Id
		method, err := w.side.PutMethod(ctx, &apigateway.PutMethodInput{
			RestApiId: api, ResourceId: id, HttpMethod: aws.String("GET"), AuthorizationType: aws.String("NONE"),
		})
		must(w.t, method, err)
		integration, err := w.side.PutIntegration(ctx, &apigateway.PutIntegrationInput{
			RestApiId: api, ResourceId: id, HttpMethod: aws.String("GET"), Type: types.IntegrationTypeMock,
		})
		must(w.t, integration, err)
	}
	deployment, err := w.side.CreateDeployment(ctx, &apigateway.CreateDeploymentInput{RestApiId: api, StageName: aws.String("prod")})
	must(w.t, deployment, err)
	return *api
}

func (w *world) adopt(id string) {
	w.edit(func(spec *v1alpha1.SecuredAPISpec) {
		spec.API = &v1alpha1.APISpec{Adopt: &v1alpha1.AdoptAPISpec{ID: id}}
	})
}

func TestAnAPIIsAdoptedOnceAPersonAgrees(t *testing.T) {
	w := newWorld(t, recipe()...)
	id := w.byHand()
	w.adopt(id)
	api := w.object.DeepCopy()

	w.object.Status.Resources = append(w.object.Status.Resources, v1alpha1.ResourceRecord{Name: NameAPI, ID: id})
	deployed := *w.stage("prod").DeploymentId
	w.object = api
	want := "= api " + id + "; ~ api.tags.securedapi.dev/cluster: \"\" -> c; ~ api.tags.securedapi.dev/name: \"\" -> notes; " +
		"~ api.tags.securedapi.dev/namespace: \"\" -> default; ~ api.tags.securedapi.dev/namespace-uid: \"\" -> n; " +
		"~ api.tags.securedapi.dev/uid: \"\" -> u; + permission/" + functions + "f/prod; + permission/" + functions + "g/prod; " +
		"~ GET /guest backend: MOCK -> " + functions + "g; + OPTIONS /guest guest; + GET /registered registered; - GET /admin; " +
		"+ authorizer cognito-us-east-1_AbCdEf " + poolPrefix + poolID + "; ~ stage prod deployment: " + deployed + " -> unmade; " +
		"~ stage/prod.tags.securedapi.dev/cluster: \"\" -> c; ~ stage/prod.tags.securedapi.dev/name: \"\" -> notes; " +
		"~ stage/prod.tags.securedapi.dev/namespace: \"\" -> default; ~ stage/prod.tags.securedapi.dev/namespace-uid: \"\" -> n; " +
		"~ stage/prod.tags.securedapi.dev/uid: \"\" -> u"
	if diff := cmp.Diff(want, must2(t)(w.planned())); diff != "" {
		t.Errorf("plan (-want +got):\n%s", diff)
	}
	_, err := w.run()
	if _, ok := errors.AsType[*engine.ConsentError](err); !ok {
		t.Errorf("without consent: got %v, want a ConsentError", err)
	}
	for _, call := range w.aws.Calls() {
		if call.Mutating {
			t.Errorf("without consent: got call %s, want none that changes anything", call.Operation)
		}
	}

	_, err = w.run(w.consents)
	if _, ok := errors.AsType[*engine.UnsettledError](err); !ok {
		t.Errorf("the pass that writes the tags: got %v, want an UnsettledError", err)
	}
	w.now = w.now.Add(grace)
	_, want, _ = strings.Cut(want, "~ api.tags.securedapi.dev/uid: \"\" -> u; ")
	if diff := cmp.Diff(strings.Replace(want, "unmade", "<deployment>", 1),
		strings.ReplaceAll(w.converge(), w.object.Status.Resource(deploymentName).ID, "<deployment>")); diff != "" {
		t.Errorf("done (-want +got):\n%s", diff)
	}
	if got := w.get("prod", "/registered"); got != http.StatusUnauthorized {
		t.Errorf("GET /registered without a token: got %d, want 401", got)
	}
	if tags := w.stage("prod").Tags; !tagged(tags) {
		t.Errorf("the stage's tags: got %v, want the owner's", tags)
	}
	out, err := w.side.GetRestApi(t.Context(), &apigateway.GetRestApiInput{RestApiId: &id})
	if tags := must(t, out, err).Tags; !tagged(tags) || tags["team"] != "a" {
		t.Errorf("the API's tags: got %v, want the owner's and those that it had", tags)
	}
	if !w.object.Status.Resource(NameAPI).Adopted {
		t.Error("got a record that is not adopted")
	}
	if done := w.converge(whole); done != "" {
		t.Errorf("the next look: got %s done, want nothing", done)
	}
}

func TestAnAdoptedAPISurvivesASpecWithoutRoutes(t *testing.T) {
	w := newWorld(t, recipe()...)
	id := w.byHand()
	w.adopt(id)
	_, _ = w.run(w.consents)
	w.now = w.now.Add(grace)
	w.converge()
	w.edit(func(spec *v1alpha1.SecuredAPISpec) { spec.Routes, spec.API = nil, nil })
	_, err := w.run()
	if reason(err) != v1alpha1.ReasonInvalidSpec || !strings.Contains(err.Error(), "spec.routes: REST API "+id+" was adopted") {
		t.Errorf("got %v, want InvalidSpec of spec.routes", err)
	}
	if got := w.get("prod", "/guest"); got != http.StatusOK || len(w.calls()) != 0 {
		t.Errorf("got GET /guest %d after calls %v, want 200 after none", got, w.calls())
	}
}

func TestAdoptionRefuses(t *testing.T) {
	for _, tc := range []struct {
		reason string
		adopts func(w *world) string
		want   string
	}{
		{"there is no such API", func(*world) string { return "abc" }, `there is no api "abc"`},
	} {
		w := newWorld(t, recipe()...)
		w.adopt(tc.adopts(w))
		for mode, run := range map[string]func(...func(*engine.Pass)) (string, error){"plan": w.planned, "apply": w.run} {
			_, err := run()
			if reason(err) != v1alpha1.ReasonInvalidSpec || !strings.HasPrefix(err.Error(), adoptField+": ") || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%s, %s: got %v, want InvalidSpec of %s with %q", tc.reason, mode, err, adoptField, tc.want)
			}
			if got := slices.DeleteFunc(w.calls(), func(call string) bool { return call == "GetRestApi" }); len(got) != 0 {
				t.Errorf("%s, %s: got calls %v, want a look at the API alone", tc.reason, mode, got)
			}
		}
	}
}

func TestAnAPIOfOthersIsLeftAlone(t *testing.T) {
	w := newWorld(t, recipe()...)
	w.converge()
	id := w.id(NameAPI)
	_, err := w.side.UntagResource(t.Context(), &apigateway.UntagResourceInput{
		ResourceArn: aws.String("arn:aws:apigateway:us-east-1::/restapis/" + id), TagKeys: []string{engine.TagCluster},
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*v1alpha1.SecuredAPISpec){
		"an edit":               func(spec *v1alpha1.SecuredAPISpec) { spec.Routes[0].Methods = []v1alpha1.Method{"PUT"} },
		"the stage's name":      func(spec *v1alpha1.SecuredAPISpec) { spec.Stage = "beta" },
		"a spec without routes": func(spec *v1alpha1.SecuredAPISpec) { spec.Routes = nil },
	} {
		w.edit(change)
		for range 2 {
			if _, err := w.run(whole); reason(err) != v1alpha1.ReasonOwnershipConflict {
				t.Errorf("%s: got %v, want OwnershipConflict", name, err)
			}
			for _, call := range w.aws.Calls() {
				if call.Mutating {
					t.Errorf("%s: got call %s, want none that changes anything", name, call.Operation)
				}
			}
		}
		w.object.Spec.Stage, w.object.Spec.Routes = "prod", recipe()
	}
	if got := w.apis(); !slices.Equal(got, []string{id}) {
		t.Errorf("got APIs %v, want %s", got, id)
	}
	if _, err := w.remove(); err != nil || len(w.apis()) != 1 {
		t.Errorf("a deletion: got %v, APIs %v, want the API left alone", err, w.apis())
	}
	// Whoever took the API over needs it.
	if got := w.statements("f", nil); !slices.Equal(got, []string{invoke.StatementID(owner, id, "prod")}) {
		t.Errorf("a deletion: got statements %v, want the API's left alone", got)
	}
}

func TestASpecThatLosesItsRoutesAndItsAPI(t *testing.T) {
	w := newWorld(t, recipe()...)
	w.converge()
	_, err := w.side.DeleteRestApi(t.Context(), &apigateway.DeleteRestApiInput{RestApiId: aws.String(w.id(NameAPI))})
	if err != nil {
		t.Fatal(err)
	}
	w.edit(func(spec *v1alpha1.SecuredAPISpec) { spec.Routes = nil })
	w.converge()
	if got := w.statements("f", nil); len(got) != 0 || len(w.object.Status.Resources) != 1 || w.object.Status.API != nil {
		t.Errorf("got statements %v, status %+v, want none", got, w.object.Status)
	}
}

func TestARestoredObjectFindsItsAPI(t *testing.T) {
	w := newWorld(t, recipe()...)
	w.converge()
	id := w.id(NameAPI)
	w.apply(recipe()...)
	restored := func(p *engine.Pass) { p.Owner.UID = "u2" }
	w.settle(restored)
	if got := w.apis(); !slices.Equal(got, []string{id}) {
		t.Errorf("got APIs %v, want %s", got, id)
	}
	out, err := w.side.GetRestApi(t.Context(), &apigateway.GetRestApiInput{RestApiId: &id})
	if got := must(t, out, err).Tags[engine.TagUID]; got != "u2" {
		t.Errorf("the API's uid: got %s, want u2", got)
	}
	if got := w.stage("prod").Tags[engine.TagUID]; got != "u2" {
		t.Errorf("the stage's uid: got %s, want u2", got)
	}
	if got := w.statements("f", nil); !slices.Equal(got, []string{invoke.StatementID(owner, id, "prod")}) {
		t.Errorf("statements: got %v, want one", got)
	}
	if done := w.converge(whole, restored); done != "" {
		t.Errorf("the next look: got %s done, want nothing", done)
	}
}

func TestAnObjectWithoutStatusTakesItsAPIDown(t *testing.T) {
	for _, tc := range []struct {
		reason string
		with   func(w *world, api string)
		left   int
	}{
		{"all of it is its own", func(*world, string) {}, 0},
		{"it has a stage of somebody else, who may need the API", func(w *world, api string) {
			out, err := w.side.GetDeployments(t.Context(), &apigateway.GetDeploymentsInput{RestApiId: &api})
			_, err = w.side.CreateStage(t.Context(), &apigateway.CreateStageInput{
				RestApiId: &api, StageName: aws.String("theirs"), DeploymentId: must(t, out, err).Items[0].Id,
			})
			if err != nil {
				t.Fatal(err)
			}
		}, 1},
	} {
		w := newWorld(t, recipe()...)
		w.converge()
		tc.with(w, w.id(NameAPI))
		w.apply(recipe()...)
		if _, err := w.remove(); err != nil {
			t.Fatal(err)
		}
		if got := w.apis(); len(got) != tc.left || len(w.statements("f", nil)) != tc.left || len(w.statements("g", nil)) != tc.left {
			t.Errorf("%s: got APIs %v, statements %v %v, want %d of each", tc.reason, got, w.statements("f", nil), w.statements("g", nil), tc.left)
		}
	}
}

// An object that waits for its turn looks for nothing meanwhile, however often it comes back. An API without its deployment is of no use,
// so it waits for both.
func TestWaitingForAPlaceCostsNoCall(t *testing.T) {
	busy := errors.New("others come first")
	for _, rare := range []string{"CreateRestApi", "CreateDeployment"} {
		w := newWorld(t, recipe()...)
		for range 3 {
			_, err := w.run(func(p *engine.Pass) {
				p.Reserve = func(_ context.Context, operation string) error {
					if operation == rare {
						return busy
					}
					return nil
				}
			})
			if calls := w.calls(); !errors.Is(err, busy) || len(calls) > 0 {
				t.Errorf("%s has no place: got the error %v and the calls %v, want %q and none", rare, err, calls, busy)
			}
		}
	}
}

func TestAPlanOfADeletionTakesNoPlace(t *testing.T) {
	w := newWorld(t, recipe()...)
	w.converge()
	api, deployment := w.id(NameAPI), w.id(deploymentName)
	p := w.pass(func(p *engine.Pass) { p.Plan = true })
	w.object.Status.Resources = slices.DeleteFunc(w.object.Status.Resources, func(r v1alpha1.ResourceRecord) bool { return r.Name == poolName })
	w.reserved = nil
	if err := p.Remove(t.Context(), Kinds(w.gateway)); err != nil {
		t.Fatal(err)
	}
	want := "- stage/prod prod; - deployment " + deployment + "; - permission/" + functions + "g/prod " + functions + "g/prod; " +
		"- permission/" + functions + "f/prod " + functions + "f/prod; - api " + api
	if got := p.Done(); got.String() != want || !got.Has("replace") || len(w.reserved) != 0 {
		t.Errorf("got %s, places for %v, want %s, and none", got, w.reserved, want)
	}
}

// A creation whose answer was lost is settled also if the spec asks for no API any more.
func TestAnAPIInDoubtThatNobodyAsksForGoes(t *testing.T) {
	for name, kind := range map[string]awslocal.Kind{"it was made": awslocal.LoseReply, "it was not": awslocal.Cut} {
		w := newWorld(t, recipe()...)
		w.aws.Inject(awslocal.Fault{Operation: "CreateRestApi", Kind: kind, Times: 1})
		if _, err := w.run(); err == nil {
			t.Fatalf("%s: got no error from a call without an answer, want one", name)
		}
		w.edit(func(spec *v1alpha1.SecuredAPISpec) { spec.Routes = nil })
		w.settle()
		if got, known := w.apis(), w.object.Status.Resources; len(got) != 0 || len(known) != 1 {
			t.Errorf("%s: got the APIs %v and the records %+v, want none but the user pool's", name, got, known)
		}
	}
}

// An API that somebody deleted holds nothing that the spec does not say: it is made anew, with all that was in it.
func TestALostAPIIsMadeAnew(t *testing.T) {
	for name, set := range map[string]func(*engine.Pass){
		"seen by a look": whole, "met by an edit": func(*engine.Pass) {}, "gone before the proof": func(*engine.Pass) {},
	} {
		w := newWorld(t, recipe()...)
		w.converge()
		lost := w.id(NameAPI)
		remove := func(awslocal.Call) {
			if _, err := w.side.DeleteRestApi(t.Context(), &apigateway.DeleteRestApiInput{RestApiId: &lost}); err != nil {
				t.Error(err)
			}
		}
		if name == "gone before the proof" {
			w.aws.Hook(awslocal.Hook{Operation: "CreateDeployment", Times: 1, After: remove})
		} else {
			remove(awslocal.Call{})
		}
		w.edit(func(spec *v1alpha1.SecuredAPISpec) { spec.Routes[0].Methods = []v1alpha1.Method{"GET", "PUT"} })
		w.settle(set)
		if got := w.get("prod", "/registered"); got != http.StatusUnauthorized || w.id(NameAPI) == lost {
			t.Errorf("%s: got GET /registered %d on API %s, want 401 on another than %s", name, got, w.id(NameAPI), lost)
		}
		if got := w.statements("f", nil); !slices.Equal(got, []string{invoke.StatementID(owner, w.id(NameAPI), "prod")}) {
			t.Errorf("%s: got statements %v, want that of the new API", name, got)
		}
		if done := w.converge(whole); done != "" {
			t.Errorf("%s: the next look: got %s done, want nothing", name, done)
		}
	}
}

// Each call is refused, carried out without an answer, or cut off, and the operator restarted with what it had saved. All
// ends as it should, with one API and one statement in each policy.
func TestNothingIsLostOrMadeTwice(t *testing.T) {
	for _, tc := range []struct {
		name       string
		change     func(*v1alpha1.SecuredAPISpec)
		operations []string
	}{
		{"create", nil, []string{
			"CreateRestApi", "AddPermission", "PutRestApi", "CreateDeployment", "GetDeployment", "GetResources", "GetAuthorizers", "CreateStage",
		}},
		{"edit", func(spec *v1alpha1.SecuredAPISpec) { spec.Routes[0].Methods = []v1alpha1.Method{"GET", "PUT"} }, []string{
			"PutRestApi", "CreateDeployment", "GetDeployment", "GetResources", "GetAuthorizers", "UpdateStage",
		}},
		{"rename", func(spec *v1alpha1.SecuredAPISpec) { spec.Stage = "beta" }, []string{"CreateStage", "DeleteStage"}},
		{"a function goes", func(spec *v1alpha1.SecuredAPISpec) { spec.Routes = spec.Routes[:1] }, []string{"UpdateStage", "RemovePermission"}},
	} {
		name, change := tc.name, tc.change
		for _, operation := range tc.operations {
			for _, kind := range []awslocal.Kind{awslocal.RefuseBefore, awslocal.RefuseAfter, awslocal.LoseReply, awslocal.Throttle} {
				w := newWorld(t, recipe()...)
				if change != nil {
					w.converge()
					w.edit(change)
				}
				w.aws.Inject(awslocal.Fault{Operation: operation, Kind: kind, Times: 1})
				if _, err := w.run(); err != nil && w.saves > 0 {
					// The last status of a pass is saved when it ends, unless it is killed.
					w.crash()
				}
				w.aws.ClearFaults()
				w.settle()
				what := name + ", " + operation + " " + kind.String()
				if got := w.apis(); len(got) != 1 {
					t.Errorf("%s: got APIs %v, want one", what, got)
				}
				if got := w.get(w.object.Spec.Stage, "/registered"); got != http.StatusUnauthorized {
					t.Errorf("%s: GET /registered: got %d, want 401", what, got)
				}
				if got := w.statements("f", nil); len(got) != 1 {
					t.Errorf("%s: got statements %v, want one", what, got)
				}
				if got := len(w.statements("g", nil)); got != len(w.object.Spec.Routes)-1 {
					t.Errorf("%s: got %d statements of g, want %d", what, got, len(w.object.Spec.Routes)-1)
				}
				if name == "rename" && w.stage("prod") != nil {
					t.Errorf("%s: got stage prod, want none", what)
				}
				if done := w.converge(whole); done != "" {
					t.Errorf("%s: the next look: got %s done, want nothing", what, done)
				}
			}
		}
	}
}

// What is in an API and stays with its adoption is in the plan, for a person agrees to it. AWS has to say what that is.
func TestAnAdoptionTellsWhatOthersHaveInTheAPI(t *testing.T) {
	for _, tc := range []struct{ reason, refused string }{
		{"AWS says what there is", ""},
		{"AWS does not say which stages there are", "GetStages"},
		{"AWS does not say which authorizers there are", "GetAuthorizers"},
	} {
		w := newWorld(t, recipe()...)
		id := w.byHand()
		deployment, err := w.side.CreateDeployment(t.Context(), &apigateway.CreateDeploymentInput{RestApiId: &id, StageName: aws.String("beta")})
		deployed := *must(t, deployment, err).Id
		authorizer, err := w.side.CreateAuthorizer(t.Context(), &apigateway.CreateAuthorizerInput{
			RestApiId: &id, Name: aws.String("theirs"), Type: types.AuthorizerTypeCognitoUserPools,
			IdentitySource: aws.String("method.request.header.Authorization"), ProviderARNs: []string{poolPrefix + "us-east-1_Other"},
		})
		want := "= api " + id + "; = stage/beta " + deployed + "; = authorizer/theirs " + *must(t, authorizer, err).Id + "; "
		w.adopt(id)
		if tc.refused != "" {
			agreed := w.pass(w.consents).Consent
			w.aws.Inject(awslocal.Fault{Operation: tc.refused, Kind: awslocal.RefuseBefore, Times: 1})
			_, err := w.run(func(p *engine.Pass) { p.Consent = agreed })
			changes := slices.ContainsFunc(w.aws.Calls(), func(call awslocal.Call) bool { return call.Mutating })
			if err == nil || !strings.Contains(err.Error(), tc.refused) || changes {
				t.Errorf("%s: got the error %v and the calls %v, want one of the call and no change", tc.reason, err, w.calls())
			}
			continue
		}
		if got, err := w.planned(); err != nil || !strings.HasPrefix(got, want) {
			t.Errorf("%s: got the plan %q and the error %v, want it to begin with %q", tc.reason, got, err, want)
		}
	}
}
