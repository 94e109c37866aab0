package rules_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// The tests of this file go through the CRD: every property of the spec has an edit (edits),
// after which all is as if it had never been otherwise, and a bad value (harness.Refusals, impossibles), after which all is
// as it was.

// exempt are the properties that no edit can change, or whose change is no change of AWS, with the reason. The others
// have an edit and a bad value.
var exempt = map[string]struct {
	reason string
	// refused is a change that the API server refuses to the recipe, with its words.
	refused harness.Refusal
}{
	"region": {
		"a user pool cannot move",
		harness.Refusal{Property: "region", Patch: `{region: eu-west-1}`, Words: "region is immutable"},
	},
	"mode": {
		"it says whether AWS is changed: TestPlan…",
		harness.Refusal{Property: "mode", Patch: `{mode: DryRun}`, Words: "Unsupported value"},
	},
	"acknowledge": {
		"it agrees to a plan: TestAPoolThatReplacesALostOneNeedsTheHash, TestAdoption…",
		harness.Refusal{Property: "acknowledge", Patch: `{acknowledge: "` + strings.Repeat("0", 65) + `"}`, Words: "Too long"},
	},
	"suspend": {
		"it stops everything: TestSuspendStopsEverything",
		harness.Refusal{Property: "suspend", Patch: `{suspend: "yes"}`, Words: "must be of type boolean"},
	},
	"api.adopt": {
		"what is taken over is not a fresh build: TestAdoption…",
		harness.Refusal{Property: "api.adopt", Patch: `{api: {adopt: {}}}`, Words: "Required value"},
	},
	"userPool.adopt": {
		"what is taken over is not a fresh build: TestAdoption…",
		harness.Refusal{Property: "userPool.adopt", Patch: `{userPool: {adopt: {}}}`, Words: "Required value"},
	},
	"api.adopt.id": {
		"what is taken over is not a fresh build: TestAdoption…",
		harness.Refusal{Property: "api.adopt.id", Patch: `{api: {adopt: {id: "https://abc"}}}`, Words: "id must be the id of a REST API"},
	},
	"userPool.adopt.id": {
		"what is taken over is not a fresh build: TestAdoption…",
		harness.Refusal{Property: "userPool.adopt.id", Patch: `{userPool: {adopt: {id: pool}}}`, Words: "id must be the id of a user pool"},
	},
	"clients[].secret.generation": {
		"the life `rotate` of all sweeps raises it, with a clock on which the former secret goes: it ends as a fresh client",
		harness.Refusal{Property: "clients[].secret.generation", Patch: `{clients: [{name: job, flows: [ClientCredentials], scopes: [a/b], secret: {generation: -1}}]}`, Words: "greater than or equal to 1"},
	},
	"userPool.usernameCase": {
		"Cognito cannot change it",
		harness.Refusal{Property: "userPool.usernameCase", Patch: `{userPool: {usernameCase: Sensitive}}`, Words: "usernameCase is immutable"},
	},
	"userPool.aliases": {
		"Cognito cannot change it",
		harness.Refusal{Property: "userPool.aliases", Patch: `{userPool: {signInWith: [], aliases: [Email, Email]}}`, Words: "Duplicate value"},
	},
	"userPool.standardAttributes": {
		"Cognito cannot change it",
		harness.Refusal{Property: "userPool.standardAttributes", Patch: `{userPool: {standardAttributes: [{name: gender}]}}`, Words: "standardAttributes are immutable"},
	},
	"userPool.standardAttributes[].name": {
		"Cognito cannot change it",
		harness.Refusal{Property: "userPool.standardAttributes[].name", Patch: `{userPool: {standardAttributes: [{name: shoe_size}]}}`, Words: "Unsupported value"},
	},
	"userPool.standardAttributes[].required": {
		"Cognito cannot change it",
		harness.Refusal{Property: "userPool.standardAttributes[].required", Patch: `{userPool: {standardAttributes: [{name: gender, required: 1}]}}`, Words: "must be of type boolean"},
	},
	"userPool.standardAttributes[].mutable": {
		"Cognito cannot change it",
		harness.Refusal{Property: "userPool.standardAttributes[].mutable", Patch: `{userPool: {standardAttributes: [{name: gender, mutable: 1}]}}`, Words: "must be of type boolean"},
	},
	"userPool.standardAttributes[].minLength": {
		"Cognito cannot change it",
		harness.Refusal{Property: "userPool.standardAttributes[].minLength", Patch: `{userPool: {standardAttributes: [{name: gender, minLength: -1}]}}`, Words: "greater than or equal to 0"},
	},
	"userPool.standardAttributes[].maxLength": {
		"Cognito cannot change it",
		harness.Refusal{Property: "userPool.standardAttributes[].maxLength", Patch: `{userPool: {standardAttributes: [{name: gender, maxLength: 2049}]}}`, Words: "less than or equal to 2048"},
	},
	"userPool.customAttributes[].mutable": {
		"Cognito cannot change it",
		harness.Refusal{Property: "userPool.customAttributes[].mutable", Patch: `{userPool: {customAttributes: [{name: a, mutable: 1}]}}`, Words: "must be of type boolean"},
	},
	"userPool.customAttributes[].minLength": {
		"Cognito cannot change it",
		harness.Refusal{Property: "userPool.customAttributes[].minLength", Patch: `{userPool: {customAttributes: [{name: a, minLength: -1}]}}`, Words: "greater than or equal to 0"},
	},
	"userPool.customAttributes[].maxLength": {
		"Cognito cannot change it",
		harness.Refusal{Property: "userPool.customAttributes[].maxLength", Patch: `{userPool: {customAttributes: [{name: a, maxLength: 2049}]}}`, Words: "less than or equal to 2048"},
	},
	"userPool.customAttributes[].minimum": {
		"Cognito cannot change it",
		harness.Refusal{Property: "userPool.customAttributes[].minimum", Patch: `{userPool: {customAttributes: [{name: a, minimum: 1}]}}`, Words: "only an attribute of type Number"},
	},
	"userPool.customAttributes[].maximum": {
		"Cognito cannot change it",
		harness.Refusal{Property: "userPool.customAttributes[].maximum", Patch: `{userPool: {customAttributes: [{name: a, maximum: 1}]}}`, Words: "only an attribute of type Number"},
	},
	"userPool.customAttributes[].type": {
		"Cognito cannot change it",
		harness.Refusal{Property: "userPool.customAttributes[].type", Patch: `{userPool: {customAttributes: [{name: a, type: Text}]}}`, Words: "Unsupported value"},
	},
	"userPool.customAttributes[].name": {
		"Cognito cannot change it",
		harness.Refusal{Property: "userPool.customAttributes[].name", Patch: `{userPool: {customAttributes: [{name: a b}]}}`, Words: "name may hold only letters"},
	},
	"clients[].secret.rotateEvery": {
		"a secret's age is no property of AWS: TestASecretIsReplacedForItsAge",
		harness.Refusal{Property: "clients[].secret.rotateEvery", Patch: `{clients: [{name: job, flows: [ClientCredentials], scopes: [a/b], secret: {rotateEvery: 1h}}]}`, Words: "rotateEvery must be at least 24h"},
	},
	"clients[].secret.from": {
		"a secret's value is no property that AWS shows, and another one takes its time: TestAGivenSecret…",
		harness.Refusal{Property: "clients[].secret.from", Patch: `{clients: [{name: job, flows: [ClientCredentials], scopes: [a/b], secret: {generation: 1, from: {name: a, key: b}}}]}`, Words: "generation cannot go with from"},
	},
	"clients[].secret.from.name": {
		"a secret's value is no property that AWS shows, and another one takes its time: TestAGivenSecret…",
		harness.Refusal{Property: "clients[].secret.from.name", Patch: `{clients: [{name: job, flows: [ClientCredentials], scopes: [a/b], secret: {from: {name: A_B, key: b}}}]}`, Words: "should match"},
	},
	"clients[].secret.from.key": {
		"a secret's value is no property that AWS shows, and another one takes its time: TestAGivenSecret…",
		harness.Refusal{Property: "clients[].secret.from.key", Patch: `{clients: [{name: job, flows: [ClientCredentials], scopes: [a/b], secret: {from: {name: a, key: ""}}}]}`, Words: "at least 1 chars"},
	},
	"clients[].secret.overlap": {
		"it is how long a former secret stays: TestAClientsOwnOverlap",
		harness.Refusal{Property: "clients[].secret.overlap", Patch: `{clients: [{name: job, flows: [ClientCredentials], scopes: [a/b], secret: {overlap: soon}}]}`, Words: "should match"},
	},
	"userPoolRef": {
		"another user pool has other users: TestTwoAPIsHaveOneUserPool",
		harness.Refusal{Property: "userPoolRef", Patch: `{userPoolRef: {name: accounts}}`, Words: "userPoolRef is immutable"},
	},
	"userPoolRef.name": {
		"another user pool has other users: TestTwoAPIsHaveOneUserPool",
		harness.Refusal{Property: "userPoolRef.name", Patch: `{userPoolRef: {name: ""}}`, Words: "at least 1 chars"},
	},
	"userPoolRef.namespace": {
		"another user pool has other users: TestConsentToNamespaces",
		harness.Refusal{Property: "userPoolRef.namespace", Patch: `{userPoolRef: {name: accounts, namespace: ""}}`, Words: "at least 1 chars"},
	},
	"userPool.sharedWith.selector.matchExpressions": {
		"it selects who may use the pool: TestConsentToNamespaces",
		harness.Refusal{Property: "userPool.sharedWith.selector.matchExpressions", Patch: `{userPool: {sharedWith: {from: Selector, selector: {matchExpressions: team}}}}`, Words: "must be of type array"},
	},
	"userPool.sharedWith.selector.matchExpressions[].key": {
		"it selects who may use the pool: TestConsentToNamespaces",
		harness.Refusal{Property: "userPool.sharedWith.selector.matchExpressions[].key", Patch: `{userPool: {sharedWith: {from: Selector, selector: {matchExpressions: [{operator: Exists}]}}}}`, Words: "Required value"},
	},
	"userPool.sharedWith.selector.matchExpressions[].operator": {
		"it selects who may use the pool: TestConsentToNamespaces",
		harness.Refusal{Property: "userPool.sharedWith.selector.matchExpressions[].operator", Patch: `{userPool: {sharedWith: {from: Selector, selector: {matchExpressions: [{key: team}]}}}}`, Words: "Required value"},
	},
	"userPool.sharedWith.selector.matchExpressions[].values": {
		"it selects who may use the pool: TestConsentToNamespaces",
		harness.Refusal{Property: "userPool.sharedWith.selector.matchExpressions[].values", Patch: `{userPool: {sharedWith: {from: Selector, selector: {matchExpressions: [{key: team, operator: In, values: shop}]}}}}`, Words: "must be of type array"},
	},
	"userPool.sharedWith.selector.matchLabels": {
		"it selects who may use the pool: TestConsentToNamespaces",
		harness.Refusal{Property: "userPool.sharedWith.selector.matchLabels", Patch: `{userPool: {sharedWith: {from: Selector, selector: {matchLabels: team}}}}`, Words: "must be of type object"},
	},
	"userPool.signInWith": {
		"Cognito cannot change it",
		harness.Refusal{Property: "userPool.signInWith", Patch: `{userPool: {signInWith: [Email, PhoneNumber]}}`, Words: "signInWith is immutable"},
	},
}

// TestEveryPropertyHasAnEditRow holds the CRD against the tables of edits and bad values: a property that is new is in
// neither, and fails here.
func TestEveryPropertyHasAnEditRow(t *testing.T) {
	changed, refused := map[string]bool{}, map[string]bool{}
	for _, e := range edits {
		for _, property := range e.properties {
			changed[property] = true
		}
	}
	for _, r := range harness.Refusals {
		refused[r.Property] = true
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
		len(properties), len(edits), len(harness.Refusals)+len(impossibles), len(exempt))
}

// specProperties are the paths of all properties of the spec, with [] for the items of a list.
func specProperties(t *testing.T) []string {
	t.Helper()
	paths := map[string]bool{}
	harness.EachProperty(t, func(path string, _ *apiextensionsv1.JSONSchemaProps) {
		if name, of := strings.CutPrefix(path, "spec."); of && !strings.HasSuffix(name, "[]") {
			paths[name] = true
		}
	})
	return namesOf(paths)
}

// namesOf are a table's names, sorted.
func namesOf[V any](table map[string]V) []string { return slices.Sorted(maps.Keys(table)) }
