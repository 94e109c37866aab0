package restapi

import (
	"maps"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// copied is what API Gateway holds of a model: methods by their names, and one authorizer.
type copied struct {
	methods     map[string]types.Method
	authorizers []types.Authorizer
}

func copyOf(m *Model) copied {
	c := copied{methods: map[string]types.Method{}, authorizers: []types.Authorizer{{
		Id: new("a1"), Name: new("cognito"), Type: types.AuthorizerTypeCognitoUserPools,
		ProviderARNs: []string{m.PoolARN}, IdentitySource: new("method.request.header.Authorization"),
	}}}
	for i := range m.Methods {
		method := &m.Methods[i]
		have := types.Method{AuthorizationType: new("NONE"), MethodIntegration: &types.Integration{Type: method.Integration.Type}}
		if !method.Preflight() {
			have.MethodIntegration.Uri, have.MethodIntegration.HttpMethod = new(method.Integration.uri()), new(method.Integration.calledBy(method.HTTPMethod))
			have.MethodIntegration.RequestParameters = method.Integration.parameters()
		}
		if method.Guarded {
			have.AuthorizationType, have.AuthorizerId, have.AuthorizationScopes = new("COGNITO_USER_POOLS"), new("a1"), method.Scopes
		}
		c.methods[method.String()] = have
	}
	return c
}

// seen is the copy as it is read, in resources of one method each.
func (c copied) seen(m *Model) *seen {
	var resources []types.Resource
	if c.methods != nil {
		resources = []types.Resource{{Path: new("/")}}
	}
	for _, name := range slices.Sorted(maps.Keys(c.methods)) {
		path := pathOf(name)
		method := name[:len(name)-len(path)-1]
		resources = append(resources, types.Resource{Path: &path, ResourceMethods: map[string]types.Method{method: c.methods[name]}})
	}
	return m.workingCopy(resources, c.authorizers)
}

func TestDifferenceOfAWorkingCopy(t *testing.T) {
	scoped := route("/scoped", function("f"))
	scoped.Scopes = []string{"notes/read", "notes/write"}
	m := build(t, route("/registered", function("f")), guest("/guest", function("f")), scoped, guest("/orders/{id}", server("https://b.example.com/{id}")))
	const invocation = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/" + functions + "f/invocations"
	const order = "https://b.example.com/{id}"
	const handedOn = " integration.request.path.id=method.request.path.id"
	edit := func(name string, change func(*types.Method)) func(*copied) {
		return func(c *copied) {
			method := c.methods[name]
			change(&method)
			c.methods[name] = method
		}
	}
	integration := func(name string, change func(*types.Integration)) func(*copied) {
		return edit(name, func(m *types.Method) { change(m.MethodIntegration) })
	}
	authorizer := func(change func(*types.Authorizer)) func(*copied) {
		return func(c *copied) { change(&c.authorizers[0]) }
	}
	const notOurs = "~ GET /registered access: authorizer a1, which is not ours -> registered; " +
		"~ GET /scoped access: authorizer a1, which is not ours -> registered with notes/read or notes/write; " +
		"+ authorizer cognito-us-east-1_AbCdEf " + poolPrefix + poolID
	for _, tc := range []struct {
		reason string
		change func(*copied)
		want   string
	}{
		{"what is as it should be needs nothing", func(*copied) {}, ""},
		{"the order of scopes means nothing", edit("GET /scoped", func(m *types.Method) { m.AuthorizationScopes = []string{"notes/write", "notes/read"} }), ""},
		{
			"a guarded method that was opened", edit("GET /registered", func(m *types.Method) { m.AuthorizationType = new("NONE"); m.AuthorizerId = nil }),
			"~ GET /registered access: guest -> registered",
		},
		{
			"a guarded method under IAM", edit("GET /registered", func(m *types.Method) { m.AuthorizationType = new("AWS_IAM") }),
			"~ GET /registered access: authorization AWS_IAM -> registered",
		},
		{
			"a guarded method without authorizer", edit("GET /registered", func(m *types.Method) { m.AuthorizerId = nil }),
			"~ GET /registered access: authorizer , which is not ours -> registered",
		},
		{
			"a guarded method with an unknown authorizer", edit("GET /registered", func(m *types.Method) { m.AuthorizerId = new("zz") }),
			"~ GET /registered access: authorizer zz, which is not ours -> registered",
		},
		{"the authorizer takes another pool's tokens", authorizer(func(a *types.Authorizer) { a.ProviderARNs = []string{"arn:other"} }), notOurs},
		{"the authorizer takes another pool's tokens, too", authorizer(func(a *types.Authorizer) { a.ProviderARNs = append(a.ProviderARNs, "arn:other") }), notOurs},
		{"the authorizer is a function", authorizer(func(a *types.Authorizer) { a.Type = types.AuthorizerTypeToken }), notOurs},
		{"the authorizer looks at another header", authorizer(func(a *types.Authorizer) { a.IdentitySource = new("method.request.header.X") }), notOurs},
		{"another authorizer guards nothing of ours", func(c *copied) {
			c.authorizers = append(c.authorizers, types.Authorizer{Id: new("a2"), Type: types.AuthorizerTypeToken})
		}, ""},
		{
			"a scope less", edit("GET /scoped", func(m *types.Method) { m.AuthorizationScopes = []string{"notes/read"} }),
			"~ GET /scoped access: registered with notes/read -> registered with notes/read or notes/write",
		},
		{
			"a guest route that asks for a token", edit("GET /guest", func(m *types.Method) { m.AuthorizationType, m.AuthorizerId = new("COGNITO_USER_POOLS"), new("a1") }),
			"~ GET /guest access: registered -> guest",
		},
		{
			"a method that asks for an API key, which nobody has", edit("GET /guest", func(m *types.Method) { m.ApiKeyRequired = new(true) }),
			"~ GET /guest access: guest and an API key -> guest",
		},
		{"another backend", integration("GET /guest", func(i *types.Integration) {
			*i = types.Integration{Type: typeHTTP, HttpMethod: new("GET"), Uri: new("https://x/")}
		}), "~ GET /guest backend: https://x/ -> " + functions + "f"},
		{"another function", integration("GET /guest", func(i *types.Integration) {
			i.Uri = new("arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/" + functions + "g/invocations")
		}), "~ GET /guest backend: " + functions + "g -> " + functions + "f"},
		{"no backend", edit("GET /guest", func(m *types.Method) { m.MethodIntegration = nil }), `~ GET /guest backend: "" -> ` + functions + "f"},
		{
			"a function that is not called as a proxy", integration("GET /guest", func(i *types.Integration) { i.Type = types.IntegrationTypeAws }),
			"~ GET /guest backend: AWS POST " + invocation + " -> " + functions + "f",
		},
		{
			"a function in the words of another Region", integration("GET /guest", func(i *types.Integration) {
				i.Uri = new("arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/" + functions + "f/invocations")
			}),
			"~ GET /guest backend: AWS_PROXY POST arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/" + functions + "f/invocations -> " + functions + "f",
		},
		{
			"a function that is called otherwise", integration("GET /guest", func(i *types.Integration) { i.HttpMethod = new("GET") }),
			"~ GET /guest backend: AWS_PROXY GET " + invocation + " -> " + functions + "f",
		},
		{
			"a server that is called otherwise", integration("GET /orders/{id}", func(i *types.Integration) { i.HttpMethod = new("POST") }),
			"~ GET /orders/{id} backend: HTTP_PROXY POST " + order + handedOn + " -> " + order,
		},
		{
			"a server that is not called as a proxy", integration("GET /orders/{id}", func(i *types.Integration) { i.Type = types.IntegrationTypeHttp }),
			"~ GET /orders/{id} backend: HTTP GET " + order + handedOn + " -> " + order,
		},
		{
			"a variable that is not handed on", integration("GET /orders/{id}", func(i *types.Integration) { i.RequestParameters = nil }),
			"~ GET /orders/{id} backend: HTTP_PROXY GET " + order + " -> " + order,
		},
		{"a mock calls nothing, however", integration("OPTIONS /guest", func(i *types.Integration) { i.HttpMethod = new("POST") }), ""},
		{"a method that is not there", func(c *copied) { delete(c.methods, "GET /registered") }, "+ GET /registered registered"},
		{"a preflight that is not there", func(c *copied) { delete(c.methods, "OPTIONS /registered") }, "+ OPTIONS /registered guest"},
		{
			"a path that is not there, with its preflight",
			func(c *copied) { delete(c.methods, "GET /registered"); delete(c.methods, "OPTIONS /registered") },
			"+ GET /registered registered",
		},
		{"a method that nobody asked for", func(c *copied) { c.methods["POST /admin"] = types.Method{} }, "- POST /admin"},
		{"a preflight that nobody asked for", func(c *copied) {
			c.methods["OPTIONS /admin"] = c.methods["OPTIONS /guest"]
		}, "- OPTIONS /admin"},
		{"a path that nobody asked for, with its preflight", func(c *copied) {
			c.methods["GET /admin"], c.methods["OPTIONS /admin"] = c.methods["GET /guest"], c.methods["OPTIONS /guest"]
		}, "- GET /admin"},
		{"a path that nobody asked for, of mocks", func(c *copied) {
			c.methods["GET /admin"], c.methods["OPTIONS /admin"] = c.methods["OPTIONS /guest"], c.methods["OPTIONS /guest"]
		}, "- GET /admin"},
		{"a path that nobody asked for, with an OPTIONS of its own", func(c *copied) {
			c.methods["GET /admin"], c.methods["OPTIONS /admin"] = c.methods["GET /guest"], c.methods["GET /guest"]
		}, "- GET /admin; - OPTIONS /admin"},
		{"methods alone are compared as far as they tell", func(c *copied) { c.authorizers = nil }, ""},
		{"authorizers alone", func(c *copied) { c.methods = nil }, ""},
		{
			"no authorizer, and nobody looked at the methods", func(c *copied) { c.methods, c.authorizers = nil, []types.Authorizer{} },
			"+ authorizer cognito-us-east-1_AbCdEf " + poolPrefix + poolID,
		},
	} {
		c := copyOf(m)
		tc.change(&c)
		if diff := cmp.Diff(tc.want, m.difference(c.seen(m)).String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
	}
}

func TestDifferenceOfASummary(t *testing.T) {
	scoped := route("/registered", function("f"))
	scoped.Scopes = []string{"a", "b"}
	m := build(t, scoped, guest("/guest", function("g")))
	none, cognito := types.MethodSnapshot{AuthorizationType: new("NONE")}, types.MethodSnapshot{AuthorizationType: new("COGNITO_USER_POOLS")}
	for _, tc := range []struct {
		reason string
		change func(map[string]map[string]types.MethodSnapshot)
		want   string
	}{
		{"each method with its authorization type", func(map[string]map[string]types.MethodSnapshot) {}, ""},
		{
			"a guarded method is open", func(s map[string]map[string]types.MethodSnapshot) { s["/registered"]["GET"] = none },
			"~ GET /registered access: guest -> registered with a or b",
		},
		{
			"a guest's method is guarded", func(s map[string]map[string]types.MethodSnapshot) { s["/guest"]["GET"] = cognito },
			"~ GET /guest access: registered -> guest",
		},
		{
			"another kind of authorization", func(s map[string]map[string]types.MethodSnapshot) {
				s["/registered"]["GET"] = types.MethodSnapshot{AuthorizationType: new("CUSTOM")}
			},
			"~ GET /registered access: authorization CUSTOM -> registered with a or b",
		},
		{
			"an API key", func(s map[string]map[string]types.MethodSnapshot) {
				s["/guest"]["GET"] = types.MethodSnapshot{AuthorizationType: new("NONE"), ApiKeyRequired: true}
			},
			"~ GET /guest access: guest and an API key -> guest",
		},
		{"a method is missing", func(s map[string]map[string]types.MethodSnapshot) { delete(s["/guest"], "GET") }, "+ GET /guest guest"},
		{"a path is missing", func(s map[string]map[string]types.MethodSnapshot) { delete(s, "/guest") }, "+ GET /guest guest"},
		{
			"a method is too many", func(s map[string]map[string]types.MethodSnapshot) { s["/guest"]["PUT"] = none },
			"- PUT /guest",
		},
		{
			"a path is too many, whatever answers there", func(s map[string]map[string]types.MethodSnapshot) {
				s["/admin"] = map[string]types.MethodSnapshot{"OPTIONS": none}
			},
			"- OPTIONS /admin",
		},
	} {
		summary := map[string]map[string]types.MethodSnapshot{
			"/registered": {"GET": cognito, "OPTIONS": none}, "/guest": {"GET": none, "OPTIONS": none},
		}
		tc.change(summary)
		if diff := cmp.Diff(tc.want, m.difference(m.summarized(summary)).String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
	}
}

func TestDifferenceOfWhatIsServed(t *testing.T) {
	before := build(t, route("/a", function("f")), route("/b", function("f"), "GET", "POST"), guest("/own", function("f"), "OPTIONS"))
	b := route("/b", function("f"), "GET", "POST")
	own := guest("/own", function("f"), "OPTIONS")
	for _, tc := range []struct {
		reason string
		after  *Model
		want   string
	}{
		{"the same", before, ""},
		{"a route is opened", build(t, guest("/a", function("f")), b, own), "~ GET /a access: registered -> guest"},
		{"a method comes, another goes", build(t, route("/a", function("f")), route("/b", function("f"), "GET", "PUT"), own), "+ PUT /b registered; - POST /b"},
		{"another function", build(t, route("/a", function("g")), b, own), "~ GET /a backend: " + functions + "f -> " + functions + "g"},
		{"a path comes with its preflight", build(t, route("/a", function("f")), b, own, guest("/c", function("f"))), "+ GET /c guest"},
		{"a path goes with its preflight", build(t, b, own), "- GET /a"},
		{"an OPTIONS of one's own goes", build(t, route("/a", function("f")), b), "- OPTIONS /own"},
		{
			"an OPTIONS of one's own becomes a preflight", build(t, route("/a", function("f")), b, guest("/own", function("f"), "GET")),
			"+ GET /own guest; ~ OPTIONS /own backend: " + functions + "f -> MOCK",
		},
	} {
		todo := tc.after.difference(recall(&v1alpha1.APIStatus{Routes: before.Served()}))
		if diff := cmp.Diff(tc.want, todo.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
		for _, change := range todo {
			if change.Part != deploymentName {
				t.Errorf("%s: got part %q of %s, want deployment", tc.reason, change.Part, change)
			}
		}
	}
	for _, status := range []*v1alpha1.APIStatus{nil, {}} {
		if got := recall(status); got != nil {
			t.Errorf("of no routes: got %+v, want nil, for nothing is known", got)
		}
	}
	if got := recall(&v1alpha1.APIStatus{Routes: []v1alpha1.ServedRoute{{Path: "/a", Method: "GET"}}}).methods["GET /a"].access; got != "registered" {
		t.Errorf("a route that does not say who may call it: got %s, want registered", got)
	}
}

// A backend that is not the spec's may be another's, and so may the secrets in it.
func TestAPlanLeavesOutWhatMayBeSecret(t *testing.T) {
	const wanted = "https://b.example.com/x?key=ours"
	for _, tc := range []struct{ reason, found, want string }{
		{"the spec's own", wanted, wanted},
		{"nothing secret", "HTTP_PROXY POST https://b.example.com/x", "HTTP_PROXY POST https://b.example.com/x"},
		{"a query", "https://b.example.com/x?key=secret", "https://b.example.com/x?…"},
		{"a user", "https://user@b.example.com/", "https://…@b.example.com/"},
		{"a user and a password, and a fragment", "https://user:secret@b.example.com/#secret", "https://…@b.example.com/#…"},
		{"an @ in the path", "https://b.example.com/@x", "https://b.example.com/@x"},
		{
			"a value that is fixed", "HTTP GET https://b.example.com/ integration.request.header.X='secret and more'",
			"HTTP GET https://b.example.com/ integration.request.header.X='…'",
		},
		{"a function", functions + "f", functions + "f"},
	} {
		if got := shown(tc.found, wanted); got != tc.want {
			t.Errorf("%s: got %q, want %q", tc.reason, got, tc.want)
		}
	}
}
