package controllers_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/yaml"
)

// The tests of this file go through the CRD: every property of the spec has an edit (edits, in
// update_test.go), after which all is as if it had never been otherwise, and a bad value (refusals, impossibles), after
// which all is as it was.

// exempt are the properties that no edit can change, or whose change is no change of AWS, with the reason. The others
// have an edit and a bad value.
var exempt = map[string]struct {
	reason string
	// refused is a change that the API server refuses to the recipe, with its words.
	refused refusal
}{
	"region": {
		"a user pool cannot move",
		refusal{"region", `{region: eu-west-1}`, "region is immutable"},
	},
	"mode": {
		"it says whether AWS is changed: TestPlan…",
		refusal{"mode", `{mode: DryRun}`, "Unsupported value"},
	},
	"acknowledge": {
		"it agrees to a plan: TestANewPoolForALostOneNeedsItsHash, TestAdoption…",
		refusal{"acknowledge", `{acknowledge: "` + strings.Repeat("0", 65) + `"}`, "Too long"},
	},
	"suspend": {
		"it stops everything: TestSuspendStopsEverything",
		refusal{"suspend", `{suspend: "yes"}`, "must be of type boolean"},
	},
	"api": {
		"all that it says today is what is taken over: TestAdoption…",
		refusal{"api", `{api: abc123defg}`, "must be of type object"},
	},
	"api.adopt": {
		"what is taken over is not a fresh build: TestAdoption…",
		refusal{"api.adopt", `{api: {adopt: {}}}`, "Required value"},
	},
	"userPool.adopt": {
		"what is taken over is not a fresh build: TestAdoption…",
		refusal{"userPool.adopt", `{userPool: {adopt: {}}}`, "Required value"},
	},
	"api.adopt.id": {
		"what is taken over is not a fresh build: TestAdoption…",
		refusal{"api.adopt.id", `{api: {adopt: {id: "https://abc"}}}`, "id must be the id of a REST API"},
	},
	"userPool.adopt.id": {
		"what is taken over is not a fresh build: TestAdoption…",
		refusal{"userPool.adopt.id", `{userPool: {adopt: {id: pool}}}`, "id must be the id of a user pool"},
	},
	"clients[].secret": {
		"all that it says today is its generation",
		refusal{"clients[].secret", `{clients: [{name: web, callbackURLs: ["a:/b"], secret: {}}]}`, "only a client with flow ClientCredentials has a secret"},
	},
	"clients[].secret.generation": {
		"the life `rotate` of all sweeps raises it, with a clock on which the former secret goes: it ends as a fresh client",
		refusal{"clients[].secret.generation", `{clients: [{name: job, flows: [ClientCredentials], scopes: [a/b], secret: {generation: -1}}]}`, "greater than or equal to 1"},
	},
	"userPool.signInWith": {
		"Cognito cannot change it",
		refusal{"userPool.signInWith", `{userPool: {signInWith: [Email, PhoneNumber]}}`, "signInWith is immutable"},
	},
}

// TestEveryPropertyHasItsEdits holds the CRD against the tables of edits and bad values: a property that is new is in
// neither, and fails here.
func TestEveryPropertyHasItsEdits(t *testing.T) {
	changed, refused := map[string]bool{}, map[string]bool{}
	for _, e := range edits {
		for _, property := range e.properties {
			changed[property] = true
		}
	}
	for _, r := range refusals {
		refused[r.property] = true
	}
	for _, i := range impossibles {
		for _, property := range i.properties {
			refused[property] = true
		}
	}
	properties := specProperties(t)
	for _, property := range properties {
		switch _, free := exempt[property]; {
		case free && changed[property]:
			t.Errorf("%s is exempt and has an edit", property)
		case !free && !changed[property]:
			t.Errorf("%s needs an edit, in edits, or a reason, in exempt", property)
		case !free && !refused[property]:
			t.Errorf("%s needs a bad value, in refusals or impossibles", property)
		}
	}
	for _, named := range slices.Concat(namesOf(changed), namesOf(refused), namesOf(exempt)) {
		if !slices.Contains(properties, named) {
			t.Errorf("%s is not in the CRD", named)
		}
	}
	t.Logf("properties: %d properties, %d edits A→B, %d bad→A, %d exempt",
		len(properties), len(edits), len(refusals)+len(impossibles), len(exempt))
}

// specProperties are the paths of all properties of the spec, with [] for the items of a list.
func specProperties(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("../config/crd/bases/securedapi.dev_securedapis.yaml")
	if err != nil {
		t.Fatal(err)
	}
	crd := &apiextensionsv1.CustomResourceDefinition{}
	if err := yaml.UnmarshalStrict(text, crd); err != nil {
		t.Fatal(err)
	}
	paths := map[string]bool{}
	var walk func(prefix string, schema apiextensionsv1.JSONSchemaProps)
	walk = func(prefix string, schema apiextensionsv1.JSONSchemaProps) {
		if schema.Items != nil {
			walk(strings.TrimSuffix(prefix, ".")+"[].", *schema.Items.Schema)
		}
		for name, property := range schema.Properties {
			paths[prefix+name] = true
			walk(prefix+name+".", property)
		}
	}
	walk("", crd.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["spec"])
	return namesOf(paths)
}

// What the API server refuses changes nothing: not the object, not AWS.
func TestARefusedValueChangesNothing(t *testing.T) {
	t.Parallel()
	m := newMortal(t)
	object := m.create(m.recipe())
	m.rest(object, m.ready(object))
	before, version := m.inventory(), object.ResourceVersion
	bad := slices.Clone(refusals)
	for _, property := range exempt {
		bad = append(bad, property.refused)
	}
	for _, r := range bad {
		err := m.client.Patch(t.Context(), object.DeepCopy(), r.mergePatch(t))
		if !apierrors.IsInvalid(err) || !strings.Contains(err.Error(), r.words) {
			t.Errorf("%s is refused with %q: %v", r.patch, r.words, err)
		}
	}
	m.get(object)
	if object.ResourceVersion != version {
		t.Error("the object is as it was")
	}
	operator := m.start()
	m.clock.SetTime(m.clock.Now().Add(2 * resyncNever))
	m.passOnce(operator, object)
	if diff := cmp.Diff(before, m.inventory()); diff != "" {
		t.Errorf("AWS is as it was (-before +after):\n%s", diff)
	}
}
