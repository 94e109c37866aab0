package validate

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/specs"
)

const good = `
domain: {prefix: notes-beta}
clients: [{name: web, flows: [Code], callbackURLs: ["https://app.example.com/callback"], scopes: [openid, notes/read]}]
resourceServers: [{identifier: notes, scopes: [{name: read}]}]
routes: [{path: /notes, methods: [GET], backend: {lambda: {function: Notes}}}]
`

// patched is the good spec with a merge patch laid over it.
func patched(t *testing.T, patch string) *v1alpha1.SecuredAPISpec {
	t.Helper()
	spec := &v1alpha1.SecuredAPISpec{}
	if err := json.Unmarshal(specs.Merged(t, good, patch), spec); err != nil {
		t.Fatal(err)
	}
	for i := range spec.Clients {
		if spec.Clients[i].Flows == nil {
			// As the API server does.
			spec.Clients[i].Flows = []v1alpha1.Flow{v1alpha1.FlowCode}
		}
	}
	return spec
}

// factsOf are the facts of a spec: there are two Regions in this world.
func factsOf(spec *v1alpha1.SecuredAPISpec) Facts {
	if spec.Region != "" && spec.Region != "us-east-1" {
		return Facts{}
	}
	return here
}

// long are specs that break the rules whose examples are too long to read.
var long = map[string]func(*v1alpha1.SecuredAPISpec){
	"size": func(s *v1alpha1.SecuredAPISpec) {
		for i := range 200 {
			s.Routes = append(s.Routes, route(fmt.Sprintf("/%d/{proxy+}", i), server("https://b.example.com/"+strings.Repeat("a", 1000))))
			s.Routes[i].Scopes = []string{"notes/" + strings.Repeat("a", 250)}
		}
	},
	"methodCount": func(s *v1alpha1.SecuredAPISpec) {
		for i := range 143 {
			s.Routes = append(s.Routes, route(fmt.Sprint("/", i), lambda("f"), "GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS"))
		}
	},
	"scopeCount": func(s *v1alpha1.SecuredAPISpec) {
		s.Clients = append(s.Clients, v1alpha1.Client{Name: "all", Flows: []v1alpha1.Flow{}})
		c := &s.Clients[len(s.Clients)-1]
		s.Routes = nil
		for i := range 26 {
			s.Routes = append(s.Routes, route(fmt.Sprint("/", i), lambda("f")))
			s.Routes[i].Scopes = []string{fmt.Sprint("server", i, "/read")}
			c.Scopes = append(c.Scopes, s.Routes[i].Scopes...)
		}
	},
	"attributeCount": func(s *v1alpha1.SecuredAPISpec) {
		for i := range 50 {
			s.UserPool.CustomAttributes = append(s.UserPool.CustomAttributes, v1alpha1.CustomAttribute{Name: fmt.Sprint("a", i)})
		}
	},
	"places": func(s *v1alpha1.SecuredAPISpec) {
		for i := range 300 {
			s.Routes = append(s.Routes, route(fmt.Sprintf("/a/%d", i), lambda("f")))
		}
	},
	"document": func(s *v1alpha1.SecuredAPISpec) {
		var path strings.Builder
		for i := range 100 {
			fmt.Fprintf(&path, "/{%c%c}", 'a'+i/26, 'a'+i%26)
		}
		for i := range 124 {
			s.Routes = append(s.Routes, route(fmt.Sprintf("%s/%d", path.String(), i), lambda("f"), "GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS", "ANY"))
		}
	},
}

// breaks is a spec that breaks the rule.
func breaks(t *testing.T, rule Rule) *v1alpha1.SecuredAPISpec {
	t.Helper()
	spec := patched(t, cmp.Or(rule.Example, "{}"))
	if edit := long[rule.Name]; edit != nil {
		edit(spec)
	}
	return spec
}

func TestEveryRuleRefusesItsExample(t *testing.T) {
	if err := Spec(patched(t, `{}`), here); err != nil {
		t.Fatalf("the good spec: got %v, want none", err)
	}
	if got := Warnings(patched(t, `{}`)); len(got) > 0 {
		t.Fatalf("the good spec: got the warnings %q, want none", got)
	}
	for _, rule := range slices.Concat(Rules, Doubts) {
		spec := breaks(t, rule)
		found := rule.find(spec, factsOf(spec))
		if len(found) == 0 {
			t.Errorf("%s: got no violation of its example", rule.Name)
		}
		for _, v := range found {
			if !strings.HasPrefix(v.Field, "spec") || v.Rule == "" || v.Remedy == "" {
				t.Errorf("%s: got %+v, want a field, a rule and a remedy", rule.Name, v)
			}
			if len(v.Value) > maxValue+8 {
				t.Errorf("%s: got a value of %d bytes", rule.Name, len(v.Value))
			}
		}
	}
}

// A rule with a bound accepts the bound, and refuses one more.
func TestBounds(t *testing.T) {
	scopes := func(n int) (names []string) {
		for i := range n {
			names = append(names, fmt.Sprint("notes/", i))
		}
		return names
	}
	for _, tc := range []struct {
		rule  string
		find  func(*v1alpha1.SecuredAPISpec, Facts) []Finding
		bound int
		// spec is one with n of what the rule bounds.
		spec func(n int) *v1alpha1.SecuredAPISpec
	}{
		{"methodCount", methodCount, maxMethods, func(n int) *v1alpha1.SecuredAPISpec {
			return of(route("/a", lambda("f")), route("/b", lambda("f"), make([]v1alpha1.Method, n-1)...))
		}},
		{"scopeCount of servers", scopeCount, maxServers, func(n int) *v1alpha1.SecuredAPISpec {
			spec := of()
			for i := range n {
				spec.ResourceServers = append(spec.ResourceServers, v1alpha1.ResourceServer{Identifier: fmt.Sprint("server", i)})
			}
			return spec
		}},
		{"scopeCount of a server's scopes", scopeCount, maxScopes, func(n int) *v1alpha1.SecuredAPISpec {
			spec := of(route("/a", lambda("f")))
			spec.Routes[0].Scopes = scopes(n)
			spec.Clients = []v1alpha1.Client{{Name: "web", Scopes: scopes(n)}}
			return spec
		}},
		{"size", size, maxSpec, func(n int) *v1alpha1.SecuredAPISpec {
			spec := of(route("/a", lambda("")))
			text, err := json.Marshal(spec)
			if err != nil {
				t.Fatal(err)
			}
			spec.Routes[0].Backend.Lambda.Function = strings.Repeat("f", n-len(text))
			return spec
		}},
	} {
		if found := tc.find(tc.spec(tc.bound), here); len(found) > 0 {
			t.Errorf("%s: got %v for the bound of %d, want none", tc.rule, found, tc.bound)
		}
		if found := tc.find(tc.spec(tc.bound+1), here); len(found) != 1 {
			t.Errorf("%s: got %v for one more than %d, want one violation", tc.rule, found, tc.bound)
		}
	}
}

// A message shows the beginning of a long value.
func TestLongValuesAreTruncated(t *testing.T) {
	err := Spec(of(route("/a", server("https://10.0.0.1/"+strings.Repeat("a", 900)))), here)
	if err == nil || len(err.Error()) > 500 || !strings.Contains(err.Error(), `aaa"… has a host, 10.0.0.1, `) {
		t.Errorf("got %v, want the URL cut", err)
	}
}

// The bound of the document's length is never below it.
func TestTheSizeBoundIsNeverBelowTheDocument(t *testing.T) {
	all := map[string][]v1alpha1.Route{
		"one route":         {route("/a", lambda("f"))},
		"a refusal":         {route("/a", lambda("f")), guest("/{p+}", lambda("g"), "ANY")},
		"escaped addresses": {route("/{a}/{b}", server("https://b.example.com/{a}/{b}?"+strings.Repeat("&", 800)), "GET", "PUT", "ANY")},
	}
	for name, edit := range long {
		spec := &v1alpha1.SecuredAPISpec{}
		edit(spec)
		if len(spec.Routes) > 0 {
			all[name] = spec.Routes
		}
	}
	for name, routes := range all {
		text, err := documentOf(routes, here)
		if err != nil {
			t.Fatal(err)
		}
		if bound := atMost(routes); bound < len(text) {
			t.Errorf("%s: got the bound %d of a document of %d bytes", name, bound, len(text))
		}
	}
}

// No remedy names a field that cannot go with the rest of the spec.
func TestTheRemedyOfABorrowersProvider(t *testing.T) {
	err := Spec(&v1alpha1.SecuredAPISpec{
		UserPoolRef: &v1alpha1.UserPoolRef{Name: "accounts"},
		Clients:     []v1alpha1.Client{{Name: "web", IdentityProviders: []string{"Google"}}},
	}, Facts{Region: "us-east-1", Partition: "aws"})
	if err == nil || strings.Contains(err.Error(), "add it there") {
		t.Errorf("got %v; userPool cannot go with userPoolRef", err)
	}
}
