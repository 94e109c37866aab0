package userpool

import (
	"slices"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// naming asks for the providers Okta and Google and has the client web name those.
func naming(names ...string) func(*v1alpha1.SecuredAPISpec) {
	return func(spec *v1alpha1.SecuredAPISpec) {
		providing(okta(), google())(spec)
		spec.Clients[0].IdentityProviders = names
	}
}

func (w *world) web() *clientType { return w.client(w.last.ID(PrefixClient + "web")) }

// byOthers changes the client web by hand, its providers as well if any are given.
func (w *world) byOthers(providers ...string) {
	w.Helper()
	in := updateClientInput(w.web())
	in.CallbackURLs = append(in.CallbackURLs, "https://evil.example.com/callback")
	if len(providers) > 0 {
		in.SupportedIdentityProviders = providers
	}
	w.updateClient(in)
}

const repaired = "~ client/web.callbackURLs: http://localhost:3000/callback,https://evil.example.com/callback -> http://localhost:3000/callback"

// A provider that waits for its Secret keeps back nothing else of the clients that name it: they are repaired, and none of them lets in
// whom the spec does not name.
func TestClientsWhileAProviderWaits(t *testing.T) {
	for _, tc := range []struct {
		reason string
		// before is what the client names while all Secrets are there, if anything, and names what it names once Okta's is missing.
		before, names []string
		// meanwhile are the providers that it has then, and byHand those that somebody gives it, beside another URL.
		meanwhile, byHand []string
		repair, then      string
	}{
		{
			reason: "made without it, and widened in place", names: []string{"Cognito", "Google", "Okta"}, meanwhile: []string{"COGNITO", "Google"},
			repair: repaired,
			then:   "+ identityProvider/Okta OIDC; ~ client/web.identityProviders: Cognito,Google -> Cognito,Google,Okta",
		},
		{
			reason: "of all providers, made with those that are there", meanwhile: []string{"COGNITO", "Google"}, byHand: []string{"COGNITO"},
			repair: repaired + "; ~ client/web.identityProviders: Cognito -> Cognito,Google",
			then:   "+ identityProvider/Okta OIDC; ~ client/web.identityProviders: Cognito,Google -> Cognito,Google,Okta",
		},
		{
			reason: "named later, beside others", before: []string{"Google"}, names: []string{"Cognito", "Okta"}, meanwhile: []string{"COGNITO"},
			byHand: []string{"Google"}, repair: repaired + "; ~ client/web.identityProviders: Google -> Cognito",
			then: "+ identityProvider/Okta OIDC; ~ client/web.identityProviders: Cognito -> Cognito,Okta",
		},
		{
			reason: "named later, alone: the list stays, for an empty one has no meaning and Cognito's users may not be meant",
			before: []string{"Google"}, names: []string{"Okta"}, meanwhile: []string{"Google"}, repair: repaired,
			then: "+ identityProvider/Okta OIDC; ~ client/web.identityProviders: Google -> Okta",
		},
	} {
		w := newProvidedWorld(t, naming(tc.names...))
		if tc.before != nil {
			naming(tc.before...)(&w.object.Spec)
			providing(google())(&w.object.Spec)
			w.converge()
			naming(tc.names...)(&w.object.Spec)
		}
		delete(w.inputs, "okta/secret")
		const field = "spec.userPool.identityProviders[0].oidc.clientSecretFrom"
		w.wantFailure(w.apply(), v1alpha1.ReasonDependencyNotReady, field, "Secret okta")
		id := w.last.ID(PrefixClient + "web")
		if diff := cmp.Diff(tc.meanwhile, slices.Sorted(slices.Values(w.web().SupportedIdentityProviders))); diff != "" {
			t.Errorf("%s: providers meanwhile (-want +got):\n%s", tc.reason, diff)
		}
		w.wantFailure(w.apply(), v1alpha1.ReasonDependencyNotReady, field)
		w.wantCalls(tc.reason + ": the next look makes no call")
		w.byOthers(tc.byHand...)
		w.wantFailure(w.apply(whole), v1alpha1.ReasonDependencyNotReady, field)
		if diff := cmp.Diff(tc.repair, w.last.Done().String()); diff != "" {
			t.Errorf("%s: the repair (-want +got):\n%s", tc.reason, diff)
		}
		w.inputs["okta/secret"] = "s1"
		if diff := cmp.Diff(tc.then, w.converge()); diff != "" {
			t.Errorf("%s: then (-want +got):\n%s", tc.reason, diff)
		}
		if got := w.last.ID(PrefixClient + "web"); got != id {
			t.Errorf("%s: got client %s, want that it stays %s", tc.reason, got, id)
		}
		if got := w.converge(whole); got != "" {
			t.Errorf("%s: a look at everything does %s, want nothing", tc.reason, got)
		}
	}
}

// A Secret that goes later takes nothing down: the provider stays, and the client is repaired as before.
func TestASecretThatGoesLater(t *testing.T) {
	for _, names := range [][]string{nil, {"Okta"}, {"Cognito", "Okta"}} {
		w := newProvidedWorld(t, naming(names...))
		w.converge()
		before := w.web().SupportedIdentityProviders
		delete(w.inputs, "okta/secret")
		w.byOthers("COGNITO", "Google")
		w.wantFailure(w.apply(whole), v1alpha1.ReasonDependencyNotReady, "Secret okta")
		if diff := cmp.Diff(before, w.web().SupportedIdentityProviders); diff != "" || len(w.web().CallbackURLs) != 1 {
			t.Errorf("%v: got the URLs %v after the repair, and (-want +got):\n%s", names, w.web().CallbackURLs, diff)
		}
		w.inputs["okta/secret"] = "s1"
		w.converge(whole)
	}
}

// A client is not made, nor made anew, that nobody could sign in to as the spec says.
func TestAClientThatNamesOnlyWhatWaits(t *testing.T) {
	for _, tc := range []struct {
		reason string
		change func(*world)
		// kept is the number of clients meanwhile.
		kept int
	}{
		{"somebody deletes it", func(w *world) {
			must[cip.DeleteUserPoolClientOutput](w)(w.cip.DeleteUserPoolClient(w.Context(), &cip.DeleteUserPoolClientInput{
				UserPoolId: w.id(NamePool), ClientId: w.id(PrefixClient + "web"),
			}))
		}, 0},
		{"it has to be another one", func(w *world) {
			w.object.Spec.Clients[0].Flows, w.object.Spec.Clients[0].Secret = []v1alpha1.Flow{v1alpha1.FlowCode}, &v1alpha1.ClientSecret{}
		}, 1},
	} {
		w := newProvidedWorld(t, naming("Google"))
		providing(google())(&w.object.Spec)
		w.converge()
		naming("Okta")(&w.object.Spec)
		delete(w.inputs, "okta/secret")
		tc.change(w)
		w.wantFailure(w.apply(whole), v1alpha1.ReasonDependencyNotReady, "client web", "Okta")
		if got := len(w.clients()); got != tc.kept {
			t.Errorf("%s: got %d clients, want %d", tc.reason, got, tc.kept)
		}
		w.inputs["okta/secret"] = "s1"
		w.converge()
		if diff := cmp.Diff([]string{"Okta"}, w.web().SupportedIdentityProviders); diff != "" {
			t.Errorf("%s: then (-want +got):\n%s", tc.reason, diff)
		}
	}
}

// A provider that leaves the spec stays while a client was left with it. Cognito would refuse every later change of that client.
func TestAProviderThatAClientWasLeftWith(t *testing.T) {
	w := newProvidedWorld(t, naming("Google"))
	providing(google())(&w.object.Spec)
	w.converge()
	naming("Okta")(&w.object.Spec)
	providing(okta())(&w.object.Spec)
	delete(w.inputs, "okta/secret")
	w.wantFailure(w.apply(), v1alpha1.ReasonDependencyNotReady, "Google", "client web")
	if w.provider("Google") == nil {
		t.Error("the provider went while the client has no other")
	}
	w.inputs["okta/secret"] = "s1"
	w.converge()
	if got := w.web().SupportedIdentityProviders; w.provider("Google") != nil || !slices.Equal(got, []string{"Okta"}) {
		t.Errorf("got the providers %v, and Google %v, want Okta alone", got, w.provider("Google"))
	}
}

// What a client of an adopted pool had stays when the Secret of its provider is not there yet: people sign in by it.
func TestAnAdoptedClientKeepsItsProviders(t *testing.T) {
	for _, names := range [][]string{nil, {"Cognito", "Okta"}} {
		w := newProvidedWorld(t, naming(names...))
		w.converge()
		want := w.web().SupportedIdentityProviders
		w.object.Status = v1alpha1.SecuredAPIStatus{Region: w.object.Status.Region}
		delete(w.inputs, "okta/secret")
		w.wantFailure(w.apply(), v1alpha1.ReasonDependencyNotReady, "Secret okta")
		if diff := cmp.Diff(want, w.web().SupportedIdentityProviders); diff != "" {
			t.Errorf("%v (-want +got):\n%s", names, diff)
		}
	}
}
