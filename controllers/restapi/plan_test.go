package restapi_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/restapi"
)

// workingCopy is what API Gateway should hold for the model: what Calculate must find nothing amiss with.
func workingCopy(m *restapi.Model) restapi.WorkingCopy {
	w := restapi.WorkingCopy{Methods: map[string]types.Method{}, Authorizers: map[string]types.Authorizer{
		"a1": {
			Id: new("a1"), Name: new("cognito"), Type: types.AuthorizerTypeCognitoUserPools,
			ProviderARNs: []string{m.PoolARN}, IdentitySource: new("method.request.header.Authorization"),
		},
	}}
	for _, method := range m.Methods {
		found := types.Method{
			HttpMethod: new(string(method.HTTPMethod)), AuthorizationType: new("NONE"),
			MethodIntegration: &types.Integration{Type: types.IntegrationType(method.Integration.Type)},
		}
		switch method.Integration.Type {
		case "AWS_PROXY":
			found.MethodIntegration.Uri, found.MethodIntegration.HttpMethod = &method.Integration.URI, new("POST")
		case "HTTP_PROXY":
			found.MethodIntegration.Uri, found.MethodIntegration.HttpMethod = &method.Integration.URI, new(string(method.HTTPMethod))
			found.MethodIntegration.RequestParameters = map[string]string{}
			for _, name := range method.Integration.Variables {
				found.MethodIntegration.RequestParameters["integration.request.path."+name] = "method.request.path." + name
			}
		}
		if method.Guarded {
			found.AuthorizationType, found.AuthorizerId, found.AuthorizationScopes = new("COGNITO_USER_POOLS"), new("a1"), method.Scopes
		}
		w.Methods[method.String()] = found
	}
	return w
}

func TestCalculate(t *testing.T) {
	scoped := route("/scoped", lambda("f"))
	scoped.Scopes = []string{"notes/read", "notes/write"}
	guest := route("/guest", lambda("f"))
	guest.Access = v1alpha1.AccessGuest
	orders := route("/orders/{id}", server("https://b.example.com/{id}"))
	orders.Access = v1alpha1.AccessGuest
	m := build(t, route("/registered", lambda("f")), guest, scoped, orders)
	const integration = "AWS_PROXY POST arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:111111111111:function:f/invocations"
	const order = "https://b.example.com/{id} integration.request.path.id=method.request.path.id"
	edit := func(name string, change func(*types.Method)) func(*restapi.WorkingCopy) {
		return func(w *restapi.WorkingCopy) {
			method := w.Methods[name]
			change(&method)
			w.Methods[name] = method
		}
	}
	authorizer := func(change func(*types.Authorizer)) func(*restapi.WorkingCopy) {
		return func(w *restapi.WorkingCopy) {
			a := w.Authorizers["a1"]
			change(&a)
			w.Authorizers["a1"] = a
		}
	}
	const notOurs = "~ GET /registered access: authorizer a1, which is not ours -> registered; " +
		"~ GET /scoped access: authorizer a1, which is not ours -> registered with notes/read or notes/write; + authorizer cognito-us-east-1_AbCdEf " + poolARN
	for _, tc := range []struct {
		reason string
		change func(*restapi.WorkingCopy)
		want   string
	}{
		{"what is as it should be needs nothing", func(*restapi.WorkingCopy) {}, ""},
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
		{
			"a scope less", edit("GET /scoped", func(m *types.Method) { m.AuthorizationScopes = []string{"notes/read"} }),
			"~ GET /scoped access: registered with notes/read -> registered with notes/read or notes/write",
		},
		{
			"a guest route that asks for a token", edit("GET /guest", func(m *types.Method) { m.AuthorizationType, m.AuthorizerId = new("COGNITO_USER_POOLS"), new("a1") }),
			"~ GET /guest access: registered -> guest",
		},
		{"another backend", edit("GET /guest", func(m *types.Method) {
			m.MethodIntegration = &types.Integration{Type: types.IntegrationTypeHttpProxy, HttpMethod: new("GET"), Uri: new("https://x/")}
		}), "~ GET /guest integration: HTTP_PROXY GET https://x/ -> " + integration},
		{"no backend", edit("GET /guest", func(m *types.Method) { m.MethodIntegration = nil }), `~ GET /guest integration: "" -> ` + integration},
		{
			"a server that is called otherwise", edit("GET /orders/{id}", func(m *types.Method) { m.MethodIntegration.HttpMethod = new("POST") }),
			"~ GET /orders/{id} integration: HTTP_PROXY POST " + order + " -> HTTP_PROXY GET " + order,
		},
		{
			"a variable that is not handed on", edit("GET /orders/{id}", func(m *types.Method) { m.MethodIntegration.RequestParameters = nil }),
			"~ GET /orders/{id} integration: HTTP_PROXY GET https://b.example.com/{id} -> HTTP_PROXY GET " + order,
		},
		{"a mock calls nothing, however", edit("OPTIONS /guest", func(m *types.Method) { m.MethodIntegration.HttpMethod = new("POST") }), ""},
		{"a method that is not there", func(w *restapi.WorkingCopy) { delete(w.Methods, "GET /registered") }, "+ GET /registered registered"},
		{"a method that nobody asked for", func(w *restapi.WorkingCopy) { w.Methods["POST /admin"] = types.Method{} }, "- POST /admin"},
		{"methods alone are compared as far as they tell", func(w *restapi.WorkingCopy) { w.Authorizers = nil }, ""},
		{"authorizers alone", func(w *restapi.WorkingCopy) { w.Methods = nil; w.Authorizers = map[string]types.Authorizer{} }, "+ authorizer cognito-us-east-1_AbCdEf " + poolARN},
	} {
		w := workingCopy(m)
		tc.change(&w)
		if diff := cmp.Diff(tc.want, restapi.Calculate(m, w).String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
	}
}

func TestCompare(t *testing.T) {
	before := build(t, route("/a", lambda("f")), route("/b", lambda("f"), "GET", "POST"))
	guest := route("/a", lambda("f"))
	guest.Access = v1alpha1.AccessGuest
	for _, tc := range []struct {
		reason string
		after  *restapi.Model
		want   string
	}{
		{"the same", before, ""},
		{"a route is opened", build(t, guest, route("/b", lambda("f"), "GET", "POST")), "~ GET /a access: registered -> guest"},
		{"a method comes, another goes", build(t, route("/a", lambda("f")), route("/b", lambda("f"), "GET", "PUT")), "+ PUT /b registered; - POST /b"},
		{
			"another function", build(t, route("/a", lambda("g")), route("/b", lambda("f"), "GET", "POST")),
			"~ GET /a backend: arn:aws:lambda:us-east-1:111111111111:function:f -> arn:aws:lambda:us-east-1:111111111111:function:g",
		},
	} {
		if diff := cmp.Diff(tc.want, restapi.Compare(restapi.Served(before), tc.after).String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
	}
}
