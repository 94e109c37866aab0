package restapi

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// openDeployment makes a deployment in which GET /registered is open, and closes it again in the working copy.
func (w *world) openDeployment() string {
	w.t.Helper()
	if err := w.opens("/registered", true); err != nil {
		w.t.Fatal(err)
	}
	id := w.snapshot()
	if err := w.opens("/registered", false); err != nil {
		w.t.Fatal(err)
	}
	return id
}

// What a stage serves beside its deployment is drift.
func TestAStageServesItsDeploymentAlone(t *testing.T) {
	for _, tc := range []struct {
		name   string
		meddle func(w *world) string
		want   string
	}{
		{"another deployment", func(w *world) string {
			id := w.openDeployment()
			w.patchStage("prod", replace("/deploymentId", id))
			return id
		}, "~ stage prod deployment: <theirs> -> <ours>"},
		{"a canary that gets all calls", func(w *world) string {
			id := w.openDeployment()
			w.patchStage("prod", replace("/canarySettings/deploymentId", id), replace("/canarySettings/percentTraffic", "100"))
			return id
		}, `~ stage prod canary: <theirs> 100% -> ""`},
		{"a canary that gets none", func(w *world) string {
			id := w.openDeployment()
			w.patchStage("prod", replace("/canarySettings/deploymentId", id), replace("/canarySettings/percentTraffic", "0"))
			return id
		}, `~ stage prod canary: <theirs> 0% -> ""`},
		{"variables, whose values are not told", func(w *world) string {
			w.patchStage("prod", replace("/variables/b", "secret"), replace("/variables/a", "x"))
			return ""
		}, `~ stage prod variables: a,b -> ""`},
		{"a cache", func(w *world) string {
			w.patchStage("prod", replace("/cacheClusterEnabled", "true"), replace("/cacheClusterSize", "1.6"))
			return ""
		}, `~ stage prod cache: 1.6 -> ""`},
		{"all at once", func(w *world) string {
			id := w.openDeployment()
			w.patchStage("prod", replace("/canarySettings/deploymentId", id), replace("/canarySettings/percentTraffic", "0.5"),
				replace("/deploymentId", id), replace("/variables/a", "x"), replace("/cacheClusterEnabled", "true"))
			return id
		}, `~ stage prod deployment: <theirs> -> <ours>; ~ stage prod canary: <theirs> 0.5% -> ""; ` +
			`~ stage prod variables: a -> ""; ~ stage prod cache: 0.5 -> ""`},
	} {
		w := newWorld(t, recipe()...)
		w.converge()
		theirs := tc.meddle(w)
		if done := w.converge(); done != "" || len(w.calls()) != 0 {
			t.Errorf("%s: a pass that does not look: got %s done", tc.name, done)
		}
		done := strings.ReplaceAll(w.converge(looks("stage/prod")), w.id(deploymentName), "<ours>")
		if theirs != "" {
			done = strings.ReplaceAll(done, theirs, "<theirs>")
		}
		if diff := cmp.Diff(tc.want, done); diff != "" {
			t.Errorf("%s: what was done (-want +got):\n%s", tc.name, diff)
		}
		if got, want := w.calls(), []string{"GetStages", "GetRestApi", "UpdateStage"}; !slices.Equal(got, want) {
			t.Errorf("%s: got calls %v, want %v", tc.name, got, want)
		}
		stage := w.stage("prod")
		if *stage.DeploymentId != w.id(deploymentName) || stage.CanarySettings != nil || len(stage.Variables) != 0 || stage.CacheClusterEnabled {
			t.Errorf("%s: got %+v, want our deployment alone", tc.name, stage)
		}
		if got := w.get("prod", "/registered"); got != http.StatusUnauthorized {
			t.Errorf("%s: GET /registered: got %d, want 401", tc.name, got)
		}
	}
}

func TestOtherSettingsOfAStageSurvive(t *testing.T) {
	w := newWorld(t, recipe()...)
	w.converge()
	w.patchStage("prod", replace("/tracingEnabled", "true"), replace("/description", "ours"), replace("/*/*/throttling/rateLimit", "7"),
		replace("/accessLogSettings/destinationArn", "arn:aws:logs:us-east-1:111111111111:log-group:a"), replace("/variables/a", "x"))
	w.edit(func(spec *v1alpha1.SecuredAPISpec) { spec.Routes[0].Methods = []v1alpha1.Method{"GET", "PUT"} })
	w.converge(whole)
	got := w.stage("prod")
	if !got.TracingEnabled || aws.ToString(got.Description) != "ours" || got.MethodSettings["*/*"].ThrottlingRateLimit != 7 || got.AccessLogSettings == nil {
		t.Errorf("got %+v, want tracing, description, throttling and logs as they were", got)
	}
	if done := w.converge(looks("stage/prod")); done != "" {
		t.Errorf("the next look: got %s done, want nothing", done)
	}
}

// An edit moves the stage without a look at it. What the answer shows beside the deployment goes, too.
func TestAnEditFindsACanaryInTheAnswer(t *testing.T) {
	w := newWorld(t, recipe()...)
	w.converge()
	w.patchStage("prod", replace("/canarySettings/deploymentId", w.openDeployment()), replace("/canarySettings/percentTraffic", "100"))
	w.edit(func(spec *v1alpha1.SecuredAPISpec) { spec.Routes[0].Methods = []v1alpha1.Method{"GET", "PUT"} })
	w.converge()
	if got, want := w.calls()[6:], []string{"UpdateStage", "UpdateStage"}; !slices.Equal(got, want) {
		t.Errorf("got calls %v, want %v", got, want)
	}
	if stage := w.stage("prod"); stage.CanarySettings != nil || w.get("prod", "/registered") != http.StatusUnauthorized {
		t.Errorf("got canary %+v, want none", stage.CanarySettings)
	}
}

func TestAStageThatSomebodyDeletedOrMadeAnew(t *testing.T) {
	remove := func(w *world) {
		w.t.Helper()
		_, err := w.side.DeleteStage(w.t.Context(), &apigateway.DeleteStageInput{RestApiId: aws.String(w.id(NameAPI)), StageName: aws.String("prod")})
		if err != nil {
			w.t.Fatal(err)
		}
	}
	create := func(tags map[string]string) func(w *world) {
		return func(w *world) {
			w.t.Helper()
			id := w.openDeployment()
			remove(w)
			out, err := w.side.CreateStage(w.t.Context(), &apigateway.CreateStageInput{
				RestApiId: aws.String(w.id(NameAPI)), StageName: aws.String("prod"), DeploymentId: &id, Tags: tags,
			})
			must(w.t, out, err)
		}
	}
	for name, meddle := range map[string]func(*world){
		"deleted": remove, "made anew": create(nil), "made anew with a tag": create(map[string]string{"team": "a"}),
	} {
		w := newWorld(t, recipe()...)
		w.converge()
		meddle(w)
		w.converge(looks("stage/prod"))
		if got := w.get("prod", "/registered"); got != http.StatusUnauthorized {
			t.Errorf("%s: GET /registered: got %d, want 401", name, got)
		}
		if tags := w.stage("prod").Tags; !tagged(tags) {
			t.Errorf("%s: got tags %v, want the owner's", name, tags)
		}
	}
	w := newWorld(t, recipe()...)
	w.converge()
	create(map[string]string{engine.TagCluster: "c", engine.TagNamespace: "default", engine.TagName: "other"})(w)
	if _, err := w.run(looks("stage/prod")); reason(err) != v1alpha1.ReasonOwnershipConflict {
		t.Errorf("a stage of another SecuredAPI: got %v, want OwnershipConflict", err)
	}
}

// A stage that came in between the look and the creation is made ours.
func TestAStageThatExistsAlready(t *testing.T) {
	w := newWorld(t, recipe()...)
	w.aws.Hook(awslocal.Hook{Operation: "CreateStage", Times: 1, Before: func(awslocal.Call) {
		_, err := w.side.CreateStage(t.Context(), &apigateway.CreateStageInput{
			RestApiId: aws.String(w.id(NameAPI)), StageName: aws.String("prod"), DeploymentId: aws.String(w.openDeployment()),
		})
		if err != nil {
			t.Error(err)
		}
	}})
	w.converge()
	if got := w.get("prod", "/registered"); got != http.StatusUnauthorized || !tagged(w.stage("prod").Tags) {
		t.Errorf("got GET /registered %d, tags %v, want 401, the owner's", got, w.stage("prod").Tags)
	}
}

func TestAnotherStageNameServesBeforeTheFormerGoes(t *testing.T) {
	w := newWorld(t, recipe()...)
	w.converge()
	w.edit(func(spec *v1alpha1.SecuredAPISpec) { spec.Stage = "beta" })
	former := functions + "%[1]s/prod " + functions + "%[1]s/prod"
	goes := fmt.Sprintf("+ stage beta; - stage/prod prod; - permission/"+former, "g") + fmt.Sprintf("; - permission/"+former, "f")
	if got, want := must2(t)(w.planned()), "+ permission/"+functions+"f/beta; + permission/"+functions+"g/beta; "+goes; got != want {
		t.Errorf("plan: got %s, want %s", got, want)
	}
	w.aws.Inject(awslocal.Fault{Operation: "CreateStage", Kind: awslocal.Throttle, Times: 1})
	if _, err := w.run(); !awserr.Is(err, awserr.Throttle) {
		t.Errorf("got %v, want a throttle", err)
	}
	if w.stage("prod") == nil || w.object.Status.API.Stage != "prod" || w.object.Status.API.DeploymentID == "" {
		t.Errorf("while beta is not there: got status %+v, want that prod serves", w.object.Status.API)
	}
	p := w.pass()
	if err := p.Apply(t.Context(), Kinds(w.gateway)); err != nil {
		t.Fatal(err)
	}
	if got, want := p.Done().String(), goes; got != want || p.Done()[1].Class != "replace" {
		t.Errorf("done: got %s (%s), want %s (replace)", got, p.Done()[1].Class, want)
	}
	if w.stage("prod") != nil || w.get("beta", "/guest") != http.StatusOK || w.object.Status.API.Stage != "beta" {
		t.Errorf("got prod %+v, status %+v, want beta alone", w.stage("prod"), w.object.Status.API)
	}
}

func TestStatusTellsWhatIsServed(t *testing.T) {
	w := newWorld(t, recipe()...)
	w.converge()
	first := *w.object.Status.API
	want := v1alpha1.APIStatus{
		ID: w.id(NameAPI), Stage: "prod", DeploymentID: w.id(deploymentName), Digest: w.object.Status.Resource(deploymentName).Digest,
		Routes: []v1alpha1.ServedRoute{
			{Path: "/guest", Method: "GET", Access: "Guest", Backend: functions + "g"},
			{Path: "/registered", Method: "GET", Access: "Registered", Backend: functions + "f"},
		},
	}
	if diff := cmp.Diff(want, first); diff != "" {
		t.Errorf("after the creation (-want +got):\n%s", diff)
	}
	for _, operation := range []string{"PutRestApi", "UpdateStage"} {
		w.edit(func(spec *v1alpha1.SecuredAPISpec) { spec.Routes[1].Methods = []v1alpha1.Method{"GET", "PUT"} })
		w.aws.Inject(awslocal.Fault{Operation: operation, Kind: awslocal.Throttle, Times: 1})
		if _, err := w.run(whole); err == nil {
			t.Fatalf("%s: got no error", operation)
		}
		if diff := cmp.Diff(first, *w.object.Status.API); diff != "" {
			t.Errorf("the stage serves what it did while %s is throttled (-want +got):\n%s", operation, diff)
		}
	}
	w.converge()
	if got := w.object.Status.API; len(got.Routes) != 3 || got.DeploymentID == first.DeploymentID || got.Digest == first.Digest {
		t.Errorf("after the edit: got %+v, want three routes of another deployment", got)
	}

	// Somebody moves the stage, and it cannot be moved back.
	w.patchStage("prod", replace("/deploymentId", first.DeploymentID))
	w.aws.Inject(awslocal.Fault{Operation: "UpdateStage", Kind: awslocal.RefuseBefore, Times: 1})
	if _, err := w.run(looks("stage/prod")); err == nil {
		t.Fatal("got no error of UpdateStage")
	}
	if got := w.object.Status.API; got.DeploymentID != "" || got.Digest != "" {
		t.Errorf("while something else is served: got %+v, want no deployment of ours", got)
	}
	w.converge()
	if got := w.object.Status.API; got.DeploymentID != w.id(deploymentName) || got.Digest == "" {
		t.Errorf("once it is moved back: got %+v, want our deployment", got)
	}
}

func TestStatusTellsThatALostStageServesNothing(t *testing.T) {
	w := newWorld(t, recipe()...)
	w.converge()
	_, err := w.side.DeleteStage(t.Context(), &apigateway.DeleteStageInput{RestApiId: aws.String(w.id(NameAPI)), StageName: aws.String("prod")})
	if err != nil {
		t.Fatal(err)
	}
	w.aws.Inject(awslocal.Fault{Operation: "CreateStage", Kind: awslocal.RefuseBefore, Times: 1})
	if _, err := w.run(whole); err == nil {
		t.Fatal("got no error of CreateStage")
	}
	if got := w.object.Status.API.DeploymentID; got != "" {
		t.Errorf("got deployment %s in status, want none", got)
	}
}

func TestPatches(t *testing.T) {
	got := patches(&stage{Name: "prod", DeploymentID: "d2"}, &servedStage{
		DeploymentID: "d1", Variables: map[string]string{"b": "", "a": ""}, CacheSize: "0.5", Canary: &types.CanarySettings{},
	})
	var words []string
	for _, patch := range got {
		words = append(words, string(patch.Op)+" "+*patch.Path+" "+aws.ToString(patch.Value))
	}
	want := []string{
		"remove /canarySettings ", "replace /deploymentId d2", "remove /variables/a ", "remove /variables/b ", "replace /cacheClusterEnabled false",
	}
	if diff := cmp.Diff(want, words); diff != "" {
		t.Errorf("patches (-want +got):\n%s", diff)
	}
	if got := patches(&stage{DeploymentID: "d1"}, &servedStage{DeploymentID: "d1"}); len(got) != 0 {
		t.Errorf("of what is as wanted: got %v, want none", got)
	}
}
