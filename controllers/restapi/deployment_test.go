package restapi

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"github.com/google/go-cmp/cmp"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/hack/awslocal"
	fakegateway "github.com/securedapi/securedapi/hack/awslocal/apigateway"
)

// sideways opens GET /registered before a call and closes it after.
func (w *world) sideways(operation string) {
	change := func(open bool) func(awslocal.Call) {
		return func(awslocal.Call) {
			if err := w.opens("/registered", open); err != nil {
				w.t.Error(err)
			}
		}
	}
	w.aws.Hook(awslocal.Hook{Operation: operation, Times: 1, Before: change(true), After: change(false)})
}

// A method that is opened between the definition and its snapshot, and closed right after, shows in the snapshot alone.
func TestASnapshotThatIsOpenIsNeverServed(t *testing.T) {
	for name, fault := range map[string]awslocal.Fault{
		"answered":                   {},
		"the reply is lost":          {Operation: "CreateDeployment", Kind: awslocal.LoseReply, Times: 1},
		"the proof is not completed": {Operation: "GetDeployment", Kind: awslocal.RefuseBefore, Times: 1},
	} {
		w := newWorld(t, recipe()...)
		w.converge()
		served := w.id(deploymentName)
		w.edit(func(spec *v1alpha1.SecuredAPISpec) { spec.Routes[0].Methods = []v1alpha1.Method{"GET", "PUT"} })
		w.sideways("CreateDeployment")
		if fault.Kind != 0 {
			w.aws.Inject(fault)
		}
		var err error
		for range 4 {
			if _, err = w.run(); reason(err) == v1alpha1.ReasonRejectedByAWS {
				break
			}
			w.now = w.now.Add(grace)
		}
		if reason(err) != v1alpha1.ReasonRejectedByAWS || !strings.Contains(err.Error(), "~ GET /registered access: guest -> registered") {
			t.Errorf("%s: got %v, want RejectedByAWS with what differs", name, err)
		}
		if slices.Contains(w.calls(), "UpdateStage") || *w.stage("prod").DeploymentId != served || w.get("prod", "/registered") != http.StatusUnauthorized {
			t.Errorf("%s: got calls %v, want the stage left as it was", name, w.calls())
		}
		if got := w.deployments(); !slices.Equal(got, []string{served}) || len(w.object.Status.Resource(deploymentName).Retired) != 0 {
			t.Errorf("%s: got deployments %v, want what is served alone", name, got)
		}
		w.converge()
		if got := w.get("prod", "/registered"); got != http.StatusUnauthorized || w.id(deploymentName) == served {
			t.Errorf("%s: GET /registered of the next deployment: got %d, want 401", name, got)
		}
	}
}

// What somebody changes between any two calls is found before the stage gets it.
func TestMeddlingBetweenAnyTwoCalls(t *testing.T) {
	authorizer := func(w *world) error {
		api := aws.String(w.id(NameAPI))
		out, err := w.side.GetAuthorizers(t.Context(), &apigateway.GetAuthorizersInput{RestApiId: api})
		if err != nil || len(out.Items) == 0 {
			return err
		}
		_, err = w.side.UpdateAuthorizer(t.Context(), &apigateway.UpdateAuthorizerInput{
			RestApiId: api, AuthorizerId: out.Items[0].Id, PatchOperations: []types.PatchOperation{
				{Op: types.OpAdd, Path: aws.String("/providerARNs"), Value: aws.String(poolPrefix + "us-east-1_Theirs")},
			},
		})
		return err
	}
	backend := func(w *world) error {
		api := aws.String(w.id(NameAPI))
		out, err := w.side.GetResources(t.Context(), &apigateway.GetResourcesInput{RestApiId: api})
		if err != nil {
			return err
		}
		i := slices.IndexFunc(out.Items, func(r types.Resource) bool { return *r.Path == "/registered" })
		_, err = w.side.PutIntegration(t.Context(), &apigateway.PutIntegrationInput{
			RestApiId: api, ResourceId: out.Items[i].Id, HttpMethod: aws.String("GET"), Type: types.IntegrationTypeHttpProxy,
			IntegrationHttpMethod: aws.String("GET"), Uri: aws.String("https://theirs.example.com/"),
		})
		return err
	}
	for name, meddle := range map[string]func(*world) error{
		"a method opened":          func(w *world) error { return w.opens("/registered", true) },
		"the authorizer's pool":    authorizer,
		"a method's other backend": backend,
	} {
		for _, operation := range []string{"PutRestApi", "CreateDeployment", "GetDeployment", "GetResources", "GetAuthorizers", "UpdateStage"} {
			w := newWorld(t, recipe()...)
			w.converge()
			w.edit(func(spec *v1alpha1.SecuredAPISpec) { spec.Routes[1].Methods = []v1alpha1.Method{"GET", "PUT"} })
			w.aws.Hook(awslocal.Hook{Operation: operation, Times: 1, After: func(awslocal.Call) {
				if err := meddle(w); err != nil {
					t.Error(err)
				}
			}})
			_, err := w.run()
			// Before the method's look at it, or after: then what is served is good.
			if err != nil && reason(err) != v1alpha1.ReasonRejectedByAWS {
				t.Errorf("%s after %s: got %v, want RejectedByAWS or none", name, operation, err)
			}
			if operation == "PutRestApi" && err == nil {
				t.Errorf("%s after %s: got no error, want RejectedByAWS", name, operation)
			}
			out, err := w.side.GetDeployment(t.Context(), &apigateway.GetDeploymentInput{
				RestApiId: aws.String(w.id(NameAPI)), DeploymentId: w.stage("prod").DeploymentId, Embed: []string{"apisummary"},
			})
			if got := *must(t, out, err).ApiSummary["/registered"]["GET"].AuthorizationType; got != "COGNITO_USER_POOLS" {
				t.Errorf("%s after %s: got GET /registered served with %s", name, operation, got)
			}
			w.converge(whole)
			if done := w.converge(whole); done != "" {
				t.Errorf("%s after %s: the next look: got %s done, want nothing", name, operation, done)
			}
		}
	}
}

func TestDriftOfTheWorkingCopyIsDeployedAway(t *testing.T) {
	w := newWorld(t, recipe()...)
	w.converge()
	former := w.id(deploymentName)
	if err := w.opens("/registered", true); err != nil {
		t.Fatal(err)
	}
	if done := w.converge(looks("authorizers")); done != "" {
		t.Errorf("a look at the authorizers: got %s done, want nothing", done)
	}
	want := "~ GET /registered access: guest -> registered; ~ stage prod deployment: " + former + " -> <deployment>"
	done := w.converge(looks("methods"))
	if got := strings.ReplaceAll(done, w.id(deploymentName), "<deployment>"); got != want {
		t.Errorf("a look at the methods: got %s done, want %s", got, want)
	}
	if done := w.converge(whole); done != "" {
		t.Errorf("the next look: got %s done, want nothing", done)
	}
}

func TestADeploymentCarriesItsDigest(t *testing.T) {
	w := newWorld(t, recipe()...)
	w.converge()
	out, err := w.side.GetDeployment(t.Context(), &apigateway.GetDeploymentInput{
		RestApiId: aws.String(w.id(NameAPI)), DeploymentId: aws.String(w.id(deploymentName)),
	})
	if got, want := *must(t, out, err).Description, w.object.Status.Resource(deploymentName).Digest+" "; !strings.HasPrefix(got, want) || len(got) == len(want) {
		t.Errorf("got description %q, want %q and a token", got, want)
	}
}

// Another version of the operator may send another document for the same routes.
func TestAnotherDocumentIsRolledOut(t *testing.T) {
	w := newWorld(t, recipe()...)
	w.converge()
	former, digest := w.id(deploymentName), w.object.Status.Resource(deploymentName).Digest
	w.object.Status.Resource(deploymentName).Digest = "sha256:former"
	w.digests.Forget(w.object.UID)
	want := "~ deployment.digest: sha256:former -> " + digest
	if got := must2(t)(w.planned()); got != want {
		t.Errorf("plan: got %s, want %s", got, want)
	}
	done := w.converge()
	if got := strings.ReplaceAll(done, w.id(deploymentName), "<new>"); got != want+"; ~ stage prod deployment: "+former+" -> <new>" {
		t.Errorf("got %s done, want %s", got, want)
	}
	if done := w.converge(); done != "" {
		t.Errorf("the next pass: got %s done, want nothing", done)
	}
}

// A digest that is remembered is that of the generation.
func TestEachEditIsServed(t *testing.T) {
	w := newWorld(t, recipe()...)
	w.converge()
	for i := range 8 {
		w.edit(func(spec *v1alpha1.SecuredAPISpec) {
			spec.Routes[0].Access = []v1alpha1.Access{v1alpha1.AccessRegistered, v1alpha1.AccessGuest}[i%2]
		})
		w.converge()
		if want := []int{http.StatusUnauthorized, http.StatusOK}[i%2]; w.get("prod", "/registered") != want {
			t.Errorf("edit %d: GET /registered: got %d, want %d", i, w.get("prod", "/registered"), want)
		}
	}
}

// The API guards for the pool that there is, also where an import leaves an authorizer of the same name as it was.
func TestAnotherUserPool(t *testing.T) {
	for _, keeps := range []bool{false, true} {
		w := newWorldOn(t, awslocal.Start(t, awslocal.WithAPIGateway(fakegateway.WithFacts(fakegateway.Facts{KeepsAuthorizerOnPut: keeps}))), recipe()...)
		w.converge()
		digest := w.object.Status.Resource(deploymentName).Digest
		w.object.Status.Resource(poolName).ID = "us-east-1_Other"
		w.converge()
		if w.object.Status.Resource(deploymentName).Digest == digest || *w.stage("prod").DeploymentId != w.id(deploymentName) {
			t.Errorf("import keeps authorizers %v: got the former definition served", keeps)
		}
		out, err := w.side.GetAuthorizers(t.Context(), &apigateway.GetAuthorizersInput{RestApiId: aws.String(w.id(NameAPI))})
		if got := must(t, out, err).Items; len(got) != 1 || !slices.Equal(got[0].ProviderARNs, []string{poolPrefix + "us-east-1_Other"}) {
			t.Errorf("import keeps authorizers %v: got %+v, want one for the new pool alone", keeps, got)
		}
	}
}

func TestTheLastDeploymentsStay(t *testing.T) {
	w := newWorld(t, recipe()...)
	w.converge()
	all := []string{w.id(deploymentName)}
	for i := range 7 {
		w.edit(func(spec *v1alpha1.SecuredAPISpec) {
			spec.Routes[1].Methods = []v1alpha1.Method{[]v1alpha1.Method{"PUT", "GET"}[i%2]}
		})
		w.converge()
		all = append(all, w.id(deploymentName))
		if got, want := slices.Contains(w.calls(), "DeleteDeployment"), i >= 5; got != want {
			t.Errorf("edit %d: got calls %v, want a DeleteDeployment %v", i, w.calls(), want)
		}
	}
	got := w.deployments()
	slices.Sort(got)
	want := slices.Sorted(slices.Values(all[2:]))
	if !slices.Equal(got, want) {
		t.Errorf("got deployments %v, want the last six of %v", got, all)
	}
}

// A deployment that somebody's stage serves is theirs.
func TestADeploymentThatAnotherStageServesStays(t *testing.T) {
	w := newWorld(t, recipe()...)
	w.converge()
	first := w.id(deploymentName)
	out, err := w.side.CreateStage(t.Context(), &apigateway.CreateStageInput{
		RestApiId: aws.String(w.id(NameAPI)), StageName: aws.String("theirs"), DeploymentId: &first,
	})
	must(t, out, err)
	for i := range 7 {
		w.edit(func(spec *v1alpha1.SecuredAPISpec) {
			spec.Routes[1].Methods = []v1alpha1.Method{[]v1alpha1.Method{"PUT", "GET"}[i%2]}
		})
		w.converge()
	}
	if got := w.deployments(); !slices.Contains(got, first) || len(got) != 7 {
		t.Errorf("got deployments %v, want the last six and %s", got, first)
	}
	if w.stage("theirs") == nil {
		t.Error("got no stage theirs, want it as it was")
	}
}

func TestARefusedPruneIsTriedAgain(t *testing.T) {
	w := newWorld(t, recipe()...)
	w.converge()
	for i := range 6 {
		w.edit(func(spec *v1alpha1.SecuredAPISpec) {
			spec.Routes[1].Methods = []v1alpha1.Method{[]v1alpha1.Method{"PUT", "GET"}[i%2]}
		})
		if i == 5 {
			w.aws.Inject(awslocal.Fault{
				Operation: "DeleteDeployment", Kind: awslocal.RefuseBefore, Times: 1, Code: "BadRequestException", Message: "Invalid request", Status: 400,
			})
			if _, err := w.run(); !awserr.Is(err, awserr.Rejected) {
				t.Errorf("got %v, want the refusal", err)
			}
		}
		w.converge()
	}
	if got := w.deployments(); len(got) != 6 {
		t.Errorf("got deployments %v, want six", got)
	}
}

func TestASpecThatGoesBackAfterAFailedChange(t *testing.T) {
	for _, operation := range []string{"PutRestApi", "CreateDeployment", "UpdateStage"} {
		for _, kind := range []awslocal.Kind{awslocal.RefuseBefore, awslocal.Throttle, awslocal.LoseReply} {
			w := newWorld(t, recipe()...)
			w.converge()
			w.edit(func(spec *v1alpha1.SecuredAPISpec) { spec.Routes[0].Access = v1alpha1.AccessGuest })
			w.aws.Inject(awslocal.Fault{Operation: operation, Kind: kind, Times: 1})
			if _, err := w.run(); err == nil {
				t.Fatalf("%s %s: got no error", operation, kind)
			}
			w.edit(func(spec *v1alpha1.SecuredAPISpec) { spec.Routes[0].Access = v1alpha1.AccessRegistered })
			w.settle()
			if got := w.get("prod", "/registered"); got != http.StatusUnauthorized {
				t.Errorf("%s %s: GET /registered: got %d, want 401", operation, kind, got)
			}
			if got := w.object.Status.API.Routes[1].Access; got != v1alpha1.AccessRegistered {
				t.Errorf("%s %s: got a route for %s in status, want Registered", operation, kind, got)
			}
			if done := w.converge(whole); done != "" {
				t.Errorf("%s %s: the next look: got %s done, want nothing", operation, kind, done)
			}
		}
	}
}

func TestADeploymentThatSomebodyDeletedIsMadeAnew(t *testing.T) {
	// away moves the stage to another deployment and deletes ours.
	away := func(w *world) {
		w.t.Helper()
		w.patchStage("prod", replace("/deploymentId", w.openDeployment()))
		_, err := w.side.DeleteDeployment(w.t.Context(), &apigateway.DeleteDeploymentInput{
			RestApiId: aws.String(w.id(NameAPI)), DeploymentId: aws.String(w.id(deploymentName)),
		})
		if err != nil {
			w.t.Fatal(err)
		}
	}
	for name, set := range map[string]func(*engine.Pass){"a look at everything": whole, "a look at the stage": looks("stage/prod")} {
		w := newWorld(t, recipe()...)
		w.converge()
		former := w.id(deploymentName)
		away(w)
		if _, err := w.run(set); err != nil {
			// The stage cannot be moved back; the next pass looks why.
			w.converge()
		}
		if got := w.get("prod", "/registered"); got != http.StatusUnauthorized || w.id(deploymentName) == former {
			t.Errorf("%s: got GET /registered %d by %s, want 401 by another than %s", name, got, w.id(deploymentName), former)
		}
	}
	w := newWorld(t, recipe()...)
	w.aws.Hook(awslocal.Hook{Operation: "CreateDeployment", Times: 1, After: func(awslocal.Call) {
		_, err := w.side.DeleteDeployment(t.Context(), &apigateway.DeleteDeploymentInput{
			RestApiId: aws.String(w.id(NameAPI)), DeploymentId: aws.String(w.deployments()[0]),
		})
		if err != nil {
			t.Error(err)
		}
	}})
	if _, err := w.run(); reason(err) != v1alpha1.ReasonRejectedByAWS || !strings.Contains(err.Error(), "+ deployment ") {
		t.Errorf("deleted before it was proven: got %v, want RejectedByAWS", err)
	}
	w.converge()
}

// Of a lost reply, the deployment with the token is found on whatever page it is.
func TestADeploymentIsFoundAmongMany(t *testing.T) {
	w := newWorld(t, recipe()...)
	w.converge()
	for range 500 {
		w.snapshot()
	}
	w.edit(func(spec *v1alpha1.SecuredAPISpec) { spec.Routes[1].Methods = []v1alpha1.Method{"PUT"} })
	w.aws.Inject(awslocal.Fault{Operation: "CreateDeployment", Kind: awslocal.LoseReply, Times: 1})
	if _, err := w.run(); err == nil {
		t.Fatal("got no error of the lost reply")
	}
	w.converge()
	want := []string{"GetDeployments", "GetDeployments", "GetDeployment", "GetResources", "GetAuthorizers", "UpdateStage"}
	got := slices.DeleteFunc(w.calls(), func(call string) bool { return call == "GetRestApi" })
	if !slices.Equal(got, want) {
		t.Errorf("got calls %v, want %v", got, want)
	}
	if got := len(w.deployments()); got > 502 {
		t.Errorf("got %d deployments, want 502", got)
	}
}

// A working copy that still reads as what is served does not prove the import wrong. The snapshot waits, and nobody is served it.
func TestAWorkingCopyThatReadsBackLate(t *testing.T) {
	clock := clocktesting.NewFakeClock(time.Now())
	w := newWorldOn(t, awslocal.Start(t, awslocal.WithClock(clock), awslocal.WithReadLag(4*time.Second)), recipe()...)
	w.now = clock.Now()
	step := func(d time.Duration) {
		clock.Step(d)
		w.now = clock.Now()
	}
	w.converge()
	step(time.Minute)
	w.converge(whole)
	step(time.Minute)
	w.converge(whole)
	served := w.id(deploymentName)
	w.edit(func(spec *v1alpha1.SecuredAPISpec) { spec.Routes[1].Methods = []v1alpha1.Method{"GET", "PUT"} })
	for _, wait := range []time.Duration{time.Second, time.Second} {
		_, err := w.run()
		awaited, ok := errors.AsType[*engine.AwaitedError](err)
		if !ok || awaited.Until.Sub(w.now) != wait || !strings.Contains(err.Error(), "+ PUT /guest guest") {
			t.Fatalf("got %v, want it awaited for %s", err, wait)
		}
		if got := *w.stage("prod").DeploymentId; got != served || w.id(deploymentName) != served {
			t.Errorf("got %s served, want %s until the next is proven", got, served)
		}
		step(wait)
	}
	step(4 * time.Second)
	w.converge()
	if diff := cmp.Diff([]string{"GetDeployment", "GetResources", "GetAuthorizers", "GetRestApi", "UpdateStage"}, w.calls()); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	if got := *w.stage("prod").DeploymentId; got == served || got != w.id(deploymentName) {
		t.Errorf("got %s served, want %s", got, w.id(deploymentName))
	}
}

// An import that took longer than a quarter of the grace period is no reason for others to make the deployment as well.
func TestTheIntentionIsYoungWhenTheDeploymentIsMade(t *testing.T) {
	w := newWorld(t, recipe()...)
	w.aws.Hook(awslocal.Hook{Operation: "PutRestApi", Times: 1, Before: func(awslocal.Call) { w.now = w.now.Add(grace - time.Second) }})
	w.aws.Hook(awslocal.Hook{Operation: "CreateDeployment", Times: 1, Before: func(awslocal.Call) {
		if pending := w.written.Resource(deploymentName).Pending; pending == nil || pending.Token == "" || !pending.Since.Time.Equal(w.now) {
			t.Errorf("got the intention %+v, want it saved at %s", pending, w.now)
		}
	}})
	w.converge()
	if got := w.deployments(); len(got) != 1 {
		t.Errorf("got deployments %v, want one", got)
	}
}
