package restapi

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
)

func TestKindsAreInTheOrderOfCreation(t *testing.T) {
	var got []string
	for _, kind := range Kinds(&Gateway{}) {
		got = append(got, kind.Prefix)
	}
	if diff := cmp.Diff([]string{"api", "permission/", "deployment", "stage/"}, got); diff != "" {
		t.Errorf("kinds (-want +got):\n%s", diff)
	}
}

func TestTheLifeOfAnAPI(t *testing.T) {
	w := newWorld(t, recipe()...)
	step := func(name string, run func() string, plan string, calls ...string) {
		t.Helper()
		done := run()
		if deployment := w.object.Status.Resource(deploymentName); deployment != nil {
			done = strings.ReplaceAll(done, deployment.ID, "<deployment>")
		}
		if diff := cmp.Diff(plan, done); diff != "" {
			t.Errorf("%s: what was done (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(calls, w.calls()); diff != "" {
			t.Errorf("%s: calls (-want +got):\n%s", name, diff)
		}
	}
	apply := func() string { return w.converge() }

	step("create", apply, "+ api default-notes; + permission/"+functions+"f/prod; + permission/"+functions+"g/prod; "+
		"+ GET /guest guest; + GET /registered registered; + stage prod",
		"GetRestApis", "CreateRestApi", "AddPermission", "AddPermission", "PutRestApi", "CreateDeployment",
		"GetDeployment", "GetResources", "GetAuthorizers", "CreateStage")
	if got, want := w.reserved[:2], []string{"CreateDeployment", "CreateRestApi"}; !slices.Equal(got, want) {
		t.Errorf("create: got places for %v first, want for %v", got, want)
	}
	if w.saves != 5 {
		t.Errorf("create: got %d writes of status, want one before each creation", w.saves)
	}
	if got := w.get("prod", "/registered"); got != http.StatusUnauthorized {
		t.Errorf("GET /registered without a token: got %d, want 401", got)
	}
	if got := w.get("prod", "/guest"); got != http.StatusOK {
		t.Errorf("GET /guest: got %d, want 200", got)
	}

	step("nothing to do", apply, "")
	if w.saves != 0 {
		t.Errorf("nothing to do: got %d writes of status, want none", w.saves)
	}

	step("look at everything", func() string { return w.converge(whole) }, "",
		"GetRestApi", "GetPolicy", "GetPolicy", "GetDeployment", "GetResources", "GetAuthorizers", "GetStages")
	step("look at one aspect", func() string { return w.converge(looks("methods")) }, "", "GetResources")
	step("look at the other", func() string { return w.converge(looks("authorizers")) }, "", "GetAuthorizers")

	former := w.id(deploymentName)
	w.edit(func(spec *v1alpha1.SecuredAPISpec) { spec.Routes[0].Methods = []v1alpha1.Method{"GET", "POST"} })
	step("a route changes", apply, "+ POST /registered registered; ~ stage prod deployment: "+former+" -> <deployment>",
		"GetRestApi", "PutRestApi", "CreateDeployment", "GetDeployment", "GetResources", "GetAuthorizers", "UpdateStage")
	if w.saves != 2 {
		t.Errorf("a route changes: got %d writes of status, want 2", w.saves)
	}

	w.edit(func(spec *v1alpha1.SecuredAPISpec) { spec.Routes = spec.Routes[:1] })
	step("a path goes, and its function", apply,
		"- GET /guest; ~ stage prod deployment: "+w.id(deploymentName)+" -> <deployment>; - permission/"+functions+"g/prod "+functions+"g/prod",
		"GetRestApi", "PutRestApi", "CreateDeployment", "GetDeployment", "GetResources", "GetAuthorizers", "UpdateStage", "RemovePermission")
	if got := w.statements("g", nil); len(got) != 0 {
		t.Errorf("statements of a function that is called no more: got %v, want none", got)
	}

	step("delete", func() string { return must(t, "", func() error { _, err := w.remove(); return err }()) }, "",
		"GetRestApi", "RemovePermission", "DeleteRestApi", "GetRestApi")
	if got, want := w.reserved, []string{"DeleteRestApi"}; !slices.Equal(got, want) {
		t.Errorf("delete: got places for %v, want for %v", got, want)
	}
	if got := w.statements("f", nil); len(got) != 0 || len(w.apis()) != 0 || w.object.Status.API != nil {
		t.Errorf("after the deletion: got statements %v, APIs %v, status %+v, want none", got, w.apis(), w.object.Status.API)
	}
}

func TestASpecWithoutRoutesHasNoAPI(t *testing.T) {
	w := newWorld(t)
	if done := w.converge(whole); done != "" || len(w.calls()) != 0 {
		t.Errorf("got %q done by %v, want nothing", done, w.calls())
	}
	w.edit(func(spec *v1alpha1.SecuredAPISpec) { spec.Routes = recipe() })
	w.converge()
	api, deployment := w.id(NameAPI), w.id(deploymentName)
	w.edit(func(spec *v1alpha1.SecuredAPISpec) { spec.Routes = nil })

	want := "- stage/prod prod; - deployment " + deployment + "; - permission/" + functions + "g/prod " + functions + "g/prod; " +
		"- permission/" + functions + "f/prod " + functions + "f/prod; - api " + api
	if got := must2(t)(w.planned()); got != want {
		t.Errorf("planned: got %s, want %s", got, want)
	}
	if got := w.converge(); got != want {
		t.Errorf("done: got %s, want %s", got, want)
	}
	if got := w.apis(); len(got) != 0 || len(w.statements("f", nil)) != 0 || w.object.Status.API != nil || len(w.object.Status.Resources) != 1 {
		t.Errorf("got APIs %v, status %+v, want none", got, w.object.Status)
	}
	w.converge()
	if got := w.calls(); len(got) != 0 {
		t.Errorf("the next pass: got calls %v, want none", got)
	}
}

func must2(t *testing.T) func(string, error) string {
	t.Helper()
	return func(got string, err error) string {
		t.Helper()
		return must(t, got, err)
	}
}

// Nothing is taken away because the account is not known.
func TestAPoolARNThatIsNotKnown(t *testing.T) {
	w := newWorld(t, recipe()...)
	w.converge()
	w.gateway.PoolARN = func(string) string { return "" }
	if _, err := w.run(whole); err == nil || !strings.Contains(err.Error(), "user pool ARN") {
		t.Errorf("got %v, want an error about the user pool's ARN", err)
	}
	for _, call := range w.aws.Calls() {
		if call.Mutating {
			t.Errorf("got call %s, want none that changes anything", call.Operation)
		}
	}
	w.gateway.PoolARN = func(id string) string { return poolPrefix + id }
	w.converge()
}

func TestNothingIsMadeBeforeTheUserPool(t *testing.T) {
	w := newWorld(t, recipe()...)
	w.object.Status.Resources = nil
	if w.converge(); len(w.calls()) != 0 {
		t.Errorf("got calls %v, want none", w.calls())
	}
	if got := w.pass().Checkable(Kinds(w.gateway)); len(got) != 0 {
		t.Errorf("got checks %v, want none", got)
	}
}

func TestWhatIsCheckedAndHowOften(t *testing.T) {
	w := newWorld(t, recipe()...)
	w.converge()
	want := []engine.Check{
		{Name: "permission/" + functions + "f/prod", Cadence: engine.Rotating},
		{Name: "permission/" + functions + "g/prod", Cadence: engine.Rotating},
		{Name: "methods", Cadence: engine.Rotating},
		{Name: "authorizers", Cadence: engine.Rotating},
		{Name: "stage/prod", Cadence: engine.EveryCheck},
	}
	if diff := cmp.Diff(want, w.pass().Checkable(Kinds(w.gateway))); diff != "" {
		t.Errorf("checks (-want +got):\n%s", diff)
	}
}
