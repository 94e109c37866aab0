package restapi

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/plan"
)

// Parts of the API.
const (
	// PartAPI is the API's working copy and the stage that serves it.
	PartAPI = "api"
	// PartMethods and PartAuthorizers are the working copy's, which a check looks at one at a time.
	PartMethods     = "methods"
	PartAuthorizers = "authorizers"
	partDeployment  = "deployment"
)

const (
	authTypeNone    = "NONE"
	authTypeCognito = "COGNITO_USER_POOLS"
)

// Calculate returns what has to change for the working copy to be the model. A method is guarded only if its
// authorizer was seen to take tokens of our user pool, and of no other.
func Calculate(m *Model, observed WorkingCopy) plan.Plan {
	var p plan.Plan
	if observed.Methods != nil {
		wanted := map[string]bool{}
		for i := range m.Methods {
			method := &m.Methods[i]
			wanted[method.String()] = true
			if found, ok := observed.Methods[method.String()]; ok {
				p = append(p, diffMethod(m, method, &found, observed.Authorizers)...)
			} else {
				p = append(p, create(method.String(), accessWords(method.Access(), method.Scopes)))
			}
		}
		for _, name := range slices.Sorted(maps.Keys(observed.Methods)) {
			if !wanted[name] {
				p = append(p, plan.Change{Part: PartAPI, Action: plan.Delete, Subject: name, Class: plan.Redeploy})
			}
		}
	}
	if observed.Authorizers != nil && !slices.ContainsFunc(slices.Collect(maps.Values(observed.Authorizers)), m.guards) {
		p = append(p, create("authorizer "+m.AuthorizerName(), m.PoolARN))
	}
	return p
}

func create(subject, to string) plan.Change {
	return plan.Change{Part: PartAPI, Action: plan.Create, Subject: subject, To: to, Class: plan.Redeploy}
}

func diffMethod(m *Model, want *Method, found *types.Method, authorizers map[string]types.Authorizer) plan.Plan {
	name := want.String()
	have := ""
	if i := found.MethodIntegration; i != nil {
		have = integrationWords(string(i.Type), aws.ToString(i.HttpMethod), aws.ToString(i.Uri), i.RequestParameters)
	}
	return plan.Diff(PartAPI, plan.Redeploy,
		plan.Field{Subject: name + " access", Observed: m.observedAccess(found, authorizers), Desired: accessWords(want.Access(), want.Scopes)},
		plan.Field{
			Subject: name + " integration", Observed: have,
			Desired: integrationWords(want.Integration.Type, want.calledBy(), want.Integration.URI, want.Integration.parameters()),
		},
	)
}

// integrationWords are what an integration calls, how and with what. A mock calls nothing.
func integrationWords(kind, method, uri string, parameters map[string]string) string {
	if kind == typeMock {
		return kind
	}
	words := []string{kind, method, uri}
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		words = append(words, name+"="+parameters[name])
	}
	return strings.Join(words, " ")
}

// observedAccess is who may call a method as it was read, in the words of accessWords.
func (m *Model) observedAccess(found *types.Method, authorizers map[string]types.Authorizer) string {
	switch aws.ToString(found.AuthorizationType) {
	case authTypeNone:
		return accessWords(v1alpha1.AccessGuest, nil)
	case authTypeCognito:
		id := aws.ToString(found.AuthorizerId)
		authorizer, ok := authorizers[id]
		if authorizers != nil && (!ok || !m.guards(authorizer)) {
			return "authorizer " + id + ", which is not ours"
		}
		return accessWords(v1alpha1.AccessRegistered, found.AuthorizationScopes)
	default:
		return "authorization " + aws.ToString(found.AuthorizationType)
	}
}

// guards says whether an authorizer takes tokens of the model's user pool, from the header that we name, and no others.
func (m *Model) guards(a types.Authorizer) bool {
	return a.Type == types.AuthorizerTypeCognitoUserPools &&
		slices.Equal(a.ProviderARNs, []string{m.PoolARN}) &&
		aws.ToString(a.IdentitySource) == "method.request.header."+tokenHeader
}

func accessWords(access v1alpha1.Access, scopes []string) string {
	words := strings.ToLower(string(access))
	if len(scopes) > 0 {
		words += " with " + strings.Join(slices.Sorted(slices.Values(scopes)), " or ")
	}
	return words
}

// Served are the model's methods as status lists them. Preflights are not listed: they come with every path.
func Served(m *Model) []v1alpha1.ServedRoute {
	var routes []v1alpha1.ServedRoute
	for i := range m.Methods {
		if method := &m.Methods[i]; !method.Preflight() {
			routes = append(routes, v1alpha1.ServedRoute{
				Path: method.Path, Method: method.HTTPMethod,
				Access: method.Access(), Scopes: method.Scopes, Backend: method.Integration.Backend,
			})
		}
	}
	return routes
}

// Compare returns the plan from the routes that are served to those of the model, without a look at AWS: the deployment
// that serves them is known and cannot have changed.
func Compare(served []v1alpha1.ServedRoute, m *Model) plan.Plan {
	have := map[string]v1alpha1.ServedRoute{}
	for _, route := range served {
		have[string(route.Method)+" "+route.Path] = route
	}
	var p plan.Plan
	for _, want := range Served(m) {
		name := string(want.Method) + " " + want.Path
		route, ok := have[name]
		delete(have, name)
		if !ok {
			p = append(p, create(name, accessWords(want.Access, want.Scopes)))
			continue
		}
		p = append(p, plan.Diff(PartAPI, plan.Redeploy,
			plan.Field{
				Subject: name + " access", Observed: accessWords(route.Access, route.Scopes),
				Desired: accessWords(want.Access, want.Scopes),
			},
			plan.Field{Subject: name + " backend", Observed: route.Backend, Desired: want.Backend})...)
	}
	for _, name := range slices.Sorted(maps.Keys(have)) {
		p = append(p, plan.Change{Part: PartAPI, Action: plan.Delete, Subject: name, Class: plan.Redeploy})
	}
	return p
}
