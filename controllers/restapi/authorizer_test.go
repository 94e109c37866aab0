package restapi

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
	"github.com/securedapi/securedapi/hack/awslocal"
	fakegateway "github.com/securedapi/securedapi/hack/awslocal/apigateway"
)

// own has only the object's clients open its routes, of which one takes access tokens.
func (w *world) own(clients ...string) {
	w.t.Helper()
	w.edit(func(spec *v1alpha1.SecuredAPISpec) {
		spec.API = &v1alpha1.APISpec{Authorizer: &v1alpha1.AuthorizerSpec{Clients: v1alpha1.ClientsOwn}}
		spec.Clients = nil
		for _, name := range clients {
			spec.Clients = append(spec.Clients, v1alpha1.Client{Name: name})
		}
	})
}

// client is what the phase before notes of one.
func (w *world) client(name, id string) {
	*w.pass().Record(prefixClient + name) = v1alpha1.ResourceRecord{
		Name: prefixClient + name, ID: id, Under: poolID, Verified: new(metav1.NewTime(w.now)),
	}
}

// authorizerNames are the authorizers of the working copy, each with what it matches the audience with.
func (w *world) authorizers() map[string]string {
	w.t.Helper()
	out, err := w.side.GetAuthorizers(w.t.Context(), &apigateway.GetAuthorizersInput{RestApiId: aws.String(w.id(NameAPI))})
	all := map[string]string{}
	for _, a := range must(w.t, out, err).Items {
		all[*a.Id] = aws.ToString(a.IdentityValidationExpression)
	}
	return all
}

// audiences are those of the authorizers of the working copy, sorted.
func (w *world) audiences() string {
	w.t.Helper()
	var all []string
	for _, audience := range w.authorizers() {
		all = append(all, audience)
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

// ownWorld is a world with the two clients a and b, and a route with a scope beside the recipe.
func ownWorld(t *testing.T, facts fakegateway.Facts) *world {
	t.Helper()
	scoped := route("/scoped", function("f"))
	scoped.Scopes = []string{"notes/read"}
	w := newWorldOn(t, awslocal.Start(t, awslocal.WithAPIGateway(fakegateway.WithFacts(facts))), append(recipe(), scoped)...)
	w.own("web", "app")
	w.client("web", "b+1")
	w.client("app", "a1")
	return w
}

// Access tokens have no audience: their routes have an authorizer without.
func TestOwnClientsAreAnAudience(t *testing.T) {
	for name, facts := range map[string]fakegateway.Facts{"as recorded": {}, "an import leaves authorizers": {KeepsAuthorizerOnPut: true}} {
		t.Run(name, func(t *testing.T) {
			w := ownWorld(t, facts)
			w.converge()
			if got, want := w.audiences(), ` ^(a1|b\+1)$`; got != want {
				t.Errorf("the audiences of the authorizers: got %q, want %q", got, want)
			}
			if got := w.object.Status.API.Clients; got != v1alpha1.ClientsOwn {
				t.Errorf("whose tokens count, in status: got %q, want %q", got, v1alpha1.ClientsOwn)
			}
			if done := w.converge(whole); done != "" {
				t.Errorf("a look at everything: got %q, want nothing to do", done)
			}

			served := w.id(deploymentName)
			w.client("web", "c1")
			w.converge()
			if got, want := w.audiences(), ` ^(a1|c1)$`; got != want || w.id(deploymentName) == served {
				t.Errorf("after a client was replaced: got audiences %q, deployment %s; want %q, another than %s", got, w.id(deploymentName), want, served)
			}

			w.edit(func(spec *v1alpha1.SecuredAPISpec) { spec.API = nil })
			done := w.converge()
			if want := "~ GET /registered access: registered at its own clients -> registered"; !strings.Contains(done, want) {
				t.Errorf("any client: got %q, want %q", done, want)
			}
			if got := w.audiences(); got != "" {
				t.Errorf("any client: got audiences %q, want none", got)
			}
		})
	}
}

// Whoever changes an authorizer changes who gets in.
func TestAnotherAudienceIsRepaired(t *testing.T) {
	for name, change := range map[string]func(*world, string, string) types.PatchOperation{
		"more clients": func(_ *world, _, _ string) types.PatchOperation {
			return replace("/identityValidationExpression", ".*")
		},
		"any client": func(_ *world, _, _ string) types.PatchOperation { return replace("/identityValidationExpression", "") },
		"longer": func(_ *world, _, _ string) types.PatchOperation {
			return replace("/authorizerResultTtlInSeconds", "3600")
		},
	} {
		for _, scoped := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				w := ownWorld(t, fakegateway.Facts{})
				w.converge()
				before := w.audiences()
				for id, audience := range w.authorizers() {
					patch := change(w, id, audience)
					if scoped != (audience == "") || *patch.Value == audience {
						continue
					}
					out, err := w.side.UpdateAuthorizer(t.Context(), &apigateway.UpdateAuthorizerInput{
						RestApiId: aws.String(w.id(NameAPI)), AuthorizerId: &id, PatchOperations: []types.PatchOperation{patch},
					})
					must(t, out, err)
				}
				// A drift check looks at authorizers alone, or at everything.
				w.converge(looks(authorizersAspect))
				if got := w.audiences(); got != before {
					t.Errorf("got the audiences %q, want %q again", got, before)
				}
				if done := w.converge(whole); done != "" {
					t.Errorf("a look at everything: got %q, want nothing to do", done)
				}
			})
		}
	}
}

// Between the import and its proof somebody may change the authorizer: the stage is not moved.
func TestADeploymentWithAnotherAudienceIsNotServed(t *testing.T) {
	w := ownWorld(t, fakegateway.Facts{})
	w.converge()
	served := w.id(deploymentName)
	w.edit(func(spec *v1alpha1.SecuredAPISpec) { spec.Routes[0].Methods = []v1alpha1.Method{"GET", "PUT"} })
	w.aws.Hook(awslocal.Hook{Operation: "CreateDeployment", Times: 1, Before: func(awslocal.Call) {
		for id, audience := range w.authorizers() {
			if audience == "" {
				continue
			}
			_, err := w.side.UpdateAuthorizer(context.Background(), &apigateway.UpdateAuthorizerInput{
				RestApiId: aws.String(w.id(NameAPI)), AuthorizerId: &id,
				PatchOperations: []types.PatchOperation{replace("/identityValidationExpression", "")},
			})
			if err != nil {
				t.Error(err)
			}
		}
	}})
	_, err := w.run()
	if reason(err) != v1alpha1.ReasonRejectedByAWS || *w.stage("prod").DeploymentId != served {
		t.Errorf("got %v and deployment %s, want RejectedByAWS and %s", err, *w.stage("prod").DeploymentId, served)
	}
}

// An API waits for the ids of the clients: without one its users would be kept out, and with none everybody would be let in.
func TestAnAudienceWaitsForItsClients(t *testing.T) {
	w := ownWorld(t, fakegateway.Facts{})
	w.object.Status.Resource(prefixClient + "app").ID = ""
	w.converge()
	if known := w.object.Status.Resource(deploymentName); known != nil && known.ID != "" {
		t.Errorf("got deployment %s before client app has an id, want none", known.ID)
	}
	w.client("app", "a1")
	w.converge()
	if got, want := w.audiences(), ` ^(a1|b\+1)$`; got != want {
		t.Errorf("got audiences %q, want %q", got, want)
	}
}

// A person reads whose tokens count from now on.
func TestWhatAnAudienceWeakens(t *testing.T) {
	w := ownWorld(t, fakegateway.Facts{})
	w.converge()
	p := w.pass(whole, func(p *engine.Pass) { p.Plan = true })
	w.edit(func(spec *v1alpha1.SecuredAPISpec) { spec.API = nil })
	p.Object = w.object.DeepCopy()
	if err := p.Apply(t.Context(), Kinds(w.gateway)); err != nil {
		t.Fatal(err)
	}
	if !p.Done().Has(plan.Weakens) || !strings.Contains(p.Done().String(), "registered at other clients -> registered") {
		t.Errorf("got %s, want a change of class %s for GET /registered", p.Done(), plan.Weakens)
	}
}

// The time to live is a setting of the authorizer.
func TestTheAuthorizersCache(t *testing.T) {
	w := newWorld(t, recipe()...)
	w.edit(func(spec *v1alpha1.SecuredAPISpec) {
		spec.API = &v1alpha1.APISpec{Authorizer: &v1alpha1.AuthorizerSpec{CacheTTL: "0s"}}
	})
	w.converge()
	out, err := w.side.GetAuthorizers(t.Context(), &apigateway.GetAuthorizersInput{RestApiId: aws.String(w.id(NameAPI))})
	if got := must(t, out, err).Items; len(got) != 1 || aws.ToInt32(got[0].AuthorizerResultTtlInSeconds) != 0 || got[0].AuthorizerResultTtlInSeconds == nil {
		t.Errorf("got authorizers %+v, want one that asks anew for each request", got)
	}
	if done := w.converge(whole); done != "" {
		t.Errorf("a look at everything: got %q, want nothing to do", done)
	}
}

// sources are where the authorizers of the working copy look for the token, sorted.
func (w *world) sources() []string {
	w.t.Helper()
	out, err := w.side.GetAuthorizers(w.t.Context(), &apigateway.GetAuthorizersInput{RestApiId: aws.String(w.id(NameAPI))})
	var all []string
	for _, a := range must(w.t, out, err).Items {
		all = append(all, strings.TrimPrefix(aws.ToString(a.IdentitySource), "method.request.header."))
	}
	slices.Sort(all)
	return all
}

// All authorizers look for the token where the spec says, with either behavior of an import, and a browser may send it there.
func TestTheTokensHeader(t *testing.T) {
	for name, facts := range map[string]fakegateway.Facts{"as recorded": {}, "an import leaves authorizers": {KeepsAuthorizerOnPut: true}} {
		t.Run(name, func(t *testing.T) {
			w := ownWorld(t, facts)
			w.converge()
			served := w.id(deploymentName)
			asks := func(header string) {
				t.Helper()
				w.edit(func(spec *v1alpha1.SecuredAPISpec) { spec.API.Authorizer.Header = header })
			}
			asks("X-Auth-Token")
			if done := w.converge(); !strings.Contains(done, "deployment.digest") || w.id(deploymentName) == served {
				t.Errorf("another header: did %q, and serves %s; want another deployment than %s", done, w.id(deploymentName), served)
			}
			if got := w.sources(); !slices.Equal(got, []string{"X-Auth-Token", "X-Auth-Token"}) {
				t.Errorf("got the headers %v, want X-Auth-Token of ID tokens and of access tokens", got)
			}
			if done := w.converge(whole); done != "" {
				t.Errorf("a look at everything: got %q, want nothing to do", done)
			}
			asks("")
			w.converge()
			if got := w.sources(); !slices.Equal(got, []string{"Authorization", "Authorization"}) {
				t.Errorf("without it: got the headers %v, want Authorization", got)
			}
		})
	}
}

// A header is a part of the authorizer's name, as whatever tells one authorizer from another.
func TestNamesTellTheHeader(t *testing.T) {
	seen := map[string]Authorizer{}
	for _, a := range []Authorizer{
		{Header: "Authorization", TTL: 300},
		{Header: "X-A", TTL: 300},
		{Header: "X-B", TTL: 300},
		{Header: "Authorization", TTL: 30},
		{Header: "X-A", TTL: 30},
		{Header: "X-A", TTL: 300, Audience: "^(a)$"},
		{Header: "Authorization", TTL: 300, Audience: "^(a)$"},
	} {
		a.PoolARN = poolPrefix + poolID
		if other, is := seen[a.Name()]; is {
			t.Errorf("%+v and %+v have the name %s", a, other, a.Name())
		}
		seen[a.Name()] = a
	}
}

// Somebody who has an authorizer look elsewhere keeps the callers out, or lets in a token that a proxy of theirs writes there.
func TestAnotherHeaderIsRepaired(t *testing.T) {
	for _, tc := range []struct{ asked, byHand string }{{"X-Auth-Token", "Authorization"}, {"", "X-Auth-Token"}, {"X-Auth-Token", "x-auth-token"}} {
		w := ownWorld(t, fakegateway.Facts{})
		w.edit(func(spec *v1alpha1.SecuredAPISpec) { spec.API.Authorizer.Header = tc.asked })
		w.converge()
		before := w.sources()
		for id := range w.authorizers() {
			out, err := w.side.UpdateAuthorizer(t.Context(), &apigateway.UpdateAuthorizerInput{
				RestApiId: aws.String(w.id(NameAPI)), AuthorizerId: &id,
				PatchOperations: []types.PatchOperation{replace("/identitySource", "method.request.header."+tc.byHand)},
			})
			must(t, out, err)
		}
		w.converge(looks(authorizersAspect))
		if got := w.sources(); !slices.Equal(got, before) {
			t.Errorf("%q was changed to %q: got %v, want %v again", tc.asked, tc.byHand, got, before)
		}
		if done := w.converge(whole); done != "" {
			t.Errorf("a look at everything: got %q, want nothing to do", done)
		}
	}
}

// Between the import and its proof somebody has the authorizer look elsewhere: the stage is not moved.
func TestADeploymentWithAnotherHeaderIsNotServed(t *testing.T) {
	w := newWorld(t, recipe()...)
	w.converge()
	served := w.id(deploymentName)
	w.edit(func(spec *v1alpha1.SecuredAPISpec) {
		spec.API = &v1alpha1.APISpec{Authorizer: &v1alpha1.AuthorizerSpec{Header: "X-Auth-Token"}}
	})
	w.aws.Hook(awslocal.Hook{Operation: "CreateDeployment", Times: 1, Before: func(awslocal.Call) {
		for id := range w.authorizers() {
			_, err := w.side.UpdateAuthorizer(context.Background(), &apigateway.UpdateAuthorizerInput{
				RestApiId: aws.String(w.id(NameAPI)), AuthorizerId: &id,
				PatchOperations: []types.PatchOperation{replace("/identitySource", "method.request.header.Authorization")},
			})
			if err != nil {
				t.Error(err)
			}
		}
	}})
	_, err := w.run()
	if reason(err) != v1alpha1.ReasonRejectedByAWS || *w.stage("prod").DeploymentId != served {
		t.Errorf("got %v and deployment %s, want RejectedByAWS and %s", err, *w.stage("prod").DeploymentId, served)
	}
}

// Preflights and the gateway's own answers allow the header, once, in whatever case the spec has it.
func TestBrowsersMaySendTheTokensHeader(t *testing.T) {
	for header, want := range map[string]string{
		"Authorization": usualHeaders, "authorization": usualHeaders, "X-Requested-With": usualHeaders, "X-Auth-Token": usualHeaders + ",X-Auth-Token",
	} {
		m := build(t, recipe()...)
		m.Header = header
		document, err := Document(m)
		if got := strings.Count(string(must(t, document, err)), `'`+want+`'`); got < 3 {
			t.Errorf("%s: got %d answers that allow %s, want those of preflights, 4XX and 5XX", header, got, want)
		}
		if got := strings.Contains(string(document), `"name":"`+header+`"`); !got {
			t.Errorf("%s: the document does not name it", header)
		}
	}
}
