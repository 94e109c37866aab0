package userpool

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// providing asks for those providers.
func providing(providers ...v1alpha1.IdentityProvider) func(*v1alpha1.SecuredAPISpec) {
	return func(spec *v1alpha1.SecuredAPISpec) { spec.UserPool.IdentityProviders = providers }
}

func okta() v1alpha1.IdentityProvider {
	return v1alpha1.IdentityProvider{
		Name: "Okta", Attributes: map[string]v1alpha1.Claim{"email": "email"},
		OIDC: &v1alpha1.OIDCProvider{
			Issuer: "https://login.example.com", ClientID: "c1", ClientSecretFrom: &v1alpha1.SecretKey{Name: "okta", Key: "secret"},
		},
	}
}

func google() v1alpha1.IdentityProvider {
	return v1alpha1.IdentityProvider{
		Name: "Google", Attributes: map[string]v1alpha1.Claim{"email": "email"},
		Google: &v1alpha1.SocialProvider{ClientID: "g1", ClientSecretFrom: v1alpha1.SecretKey{Name: "google", Key: "secret"}},
	}
}

const metadataXML = `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://saml.example.com"><IDPSSODescriptor>` +
	`<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://saml.example.com/sso"/></IDPSSODescriptor></EntityDescriptor>`

// newProvidedWorld has the Secrets and ConfigMaps that providers name.
func newProvidedWorld(t *testing.T, edits ...func(*v1alpha1.SecuredAPISpec)) *world {
	t.Helper()
	w := newWorld(t, edits...)
	w.inputs["okta/secret"], w.inputs["google/secret"] = "s1", "s2"
	w.inputs["apple/key"], w.inputs["staff/metadata"] = w.privateKey(), metadataXML
	return w
}

// privateKey is another one each time, as Apple gives them: Cognito takes no other text.
func (w *world) privateKey() string {
	w.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		w.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		w.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}))
}

// provider is what Cognito shows of a provider, nil if there is none.
func (w *world) provider(name string) *types.IdentityProviderType {
	w.Helper()
	out, err := w.cip.DescribeIdentityProvider(w.Context(), &cip.DescribeIdentityProviderInput{UserPoolId: w.id(NamePool), ProviderName: &name})
	if err != nil {
		return nil
	}
	return out.IdentityProvider
}

// makeProvider makes one by hand.
func (w *world) makeProvider(pool, name string, kind types.IdentityProviderTypeType, details map[string]string) {
	w.Helper()
	must[cip.CreateIdentityProviderOutput](w)(w.cip.CreateIdentityProvider(w.Context(), &cip.CreateIdentityProviderInput{
		UserPoolId: &pool, ProviderName: &name, ProviderType: kind, ProviderDetails: details,
	}))
}

var byHand = map[string]string{
	"client_id": "c0", "client_secret": "s0", "oidc_issuer": "https://evil.example.com", "authorize_scopes": "openid", "attributes_request_method": "GET",
}

func TestIdentityProviderInItsLife(t *testing.T) {
	w := newProvidedWorld(t, providing(okta()))
	if got := w.converge(); !strings.Contains(got, "+ identityProvider/Okta OIDC") {
		t.Errorf("got %s", got)
	}
	first := func(edit func(*v1alpha1.IdentityProvider)) func(*v1alpha1.SecuredAPISpec) {
		return func(spec *v1alpha1.SecuredAPISpec) { edit(&spec.UserPool.IdentityProviders[0]) }
	}
	for _, tc := range []struct {
		reason string
		edit   func(*v1alpha1.SecuredAPISpec)
		want   string
	}{
		{"nothing changed", func(*v1alpha1.SecuredAPISpec) {}, ""},
		{
			"another issuer", first(func(p *v1alpha1.IdentityProvider) { p.OIDC.Issuer = "https://sso.example.com" }),
			"~ identityProvider/Okta.issuer: https://login.example.com -> https://sso.example.com",
		},
		{
			"more scopes", first(func(p *v1alpha1.IdentityProvider) { p.OIDC.Scopes = []v1alpha1.ProviderScope{"profile", "openid"} }),
			"~ identityProvider/Okta.scopes: openid -> openid profile",
		},
		{
			"another mapping", first(func(p *v1alpha1.IdentityProvider) { p.Attributes = map[string]v1alpha1.Claim{"name": "nick"} }),
			"~ identityProvider/Okta.attributes: email=email, username=sub -> name=nick, username=sub",
		},
		{
			"an identifier", first(func(p *v1alpha1.IdentityProvider) { p.Identifiers = []string{"acme.example"} }),
			`~ identityProvider/Okta.identifiers: "" -> acme.example`,
		},
		{
			"no identifier and no mapping", first(func(p *v1alpha1.IdentityProvider) { p.Attributes, p.Identifiers = nil, nil }),
			`~ identityProvider/Okta.attributes: name=nick, username=sub -> username=sub; ~ identityProvider/Okta.identifiers: acme.example -> ""`,
		},
		{
			"another secret, of which only digests are told, that differ from those of others", func(*v1alpha1.SecuredAPISpec) { w.inputs["okta/secret"] = "s9" },
			"~ identityProvider/Okta.clientSecret: " + engine.DigestOf(0, []string{"u1", "s1"}) + " -> " + engine.DigestOf(0, []string{"u1", "s9"}),
		},
	} {
		tc.edit(&w.object.Spec)
		if diff := cmp.Diff(tc.want, w.converge()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
		if got := w.converge(whole); got != "" {
			t.Errorf("%s: a look at everything does %s", tc.reason, got)
		}
	}
	if got := w.provider("Okta").ProviderDetails["client_secret"]; got != "s9" {
		t.Errorf("got the secret %q, want s9", got)
	}
	must[cip.UpdateIdentityProviderOutput](w)(w.cip.UpdateIdentityProvider(w.Context(), &cip.UpdateIdentityProviderInput{
		UserPoolId: w.id(NamePool), ProviderName: new("Okta"), ProviderDetails: byHand,
	}))
	if got := w.converge(whole); !strings.Contains(got, "issuer: https://evil.example.com -> https://sso.example.com") {
		t.Errorf("somebody sends users elsewhere: got %s", got)
	}
	providing()(&w.object.Spec)
	want := "~ client/web.identityProviders: Cognito,Okta -> Cognito; - identityProvider/Okta OIDC/Okta"
	if diff := cmp.Diff(want, w.converge()); diff != "" {
		t.Errorf("it goes after its clients (-want +got):\n%s", diff)
	}
	if w.provider("Okta") != nil || w.object.Status.Resource(PrefixProvider+"Okta") != nil {
		t.Error("got a provider or its record, want none")
	}
}

// Every kind is made with what Cognito takes, and is seen to agree afterwards.
func TestKindsOfIdentityProviders(t *testing.T) {
	key := v1alpha1.SecretKey{Name: "google", Key: "secret"}
	attributes := map[string]v1alpha1.Claim{"email": "email"}
	for _, tc := range []struct {
		reason   string
		provider v1alpha1.IdentityProvider
		want     map[string]string
	}{
		{"OIDC with everything", v1alpha1.IdentityProvider{Name: "Okta", OIDC: &v1alpha1.OIDCProvider{
			Issuer: "https://i.example.com", ClientID: "c", AttributesMethod: "POST", AuthorizeURL: "https://i.example.com/a",
			TokenURL: "https://i.example.com/t", AttributesURL: "https://i.example.com/u", JWKSURL: "https://i.example.com/j",
		}}, map[string]string{
			"oidc_issuer": "https://i.example.com", "client_id": "c", "attributes_request_method": "POST", "authorize_scopes": "openid",
			"authorize_url": "https://i.example.com/a", "token_url": "https://i.example.com/t", "attributes_url": "https://i.example.com/u",
			"jwks_uri": "https://i.example.com/j", "attributes_url_add_attributes": "false",
		}},
		{"SAML by URL", v1alpha1.IdentityProvider{Name: "Staff", SAML: &v1alpha1.SAMLProvider{
			MetadataURL: "https://saml.example.com/metadata", SignOut: v1alpha1.Enabled, SignRequests: v1alpha1.Enabled,
		}}, map[string]string{
			"MetadataURL": "https://saml.example.com/metadata", "IDPSignout": "true", "IDPInit": "false", "EncryptedResponses": "false",
			"RequestSigningAlgorithm": "rsa-sha256",
		}},
		{"SAML by file", v1alpha1.IdentityProvider{Name: "Staff", SAML: &v1alpha1.SAMLProvider{
			MetadataFrom: &v1alpha1.ConfigMapKey{Name: "staff", Key: "metadata"}, IDPInitiated: v1alpha1.Enabled,
		}}, map[string]string{
			"MetadataFile": metadataXML, "IDPSignout": "false", "IDPInit": "true", "EncryptedResponses": "false",
			"SSORedirectBindingURI": "https://saml.example.com/sso",
		}},
		{"Google", google(), map[string]string{
			"client_id": "g1", "client_secret": "s2", "authorize_scopes": "email openid profile",
			"attributes_url": "https://people.googleapis.com/v1/people/me?personFields=", "attributes_url_add_attributes": "true",
			"authorize_url": "https://accounts.google.com/o/oauth2/v2/auth", "oidc_issuer": "https://accounts.google.com",
			"token_request_method": "POST", "token_url": "https://www.googleapis.com/oauth2/v4/token",
		}},
		{"Facebook", v1alpha1.IdentityProvider{Name: "Facebook", Facebook: &v1alpha1.FacebookProvider{
			SocialProvider: v1alpha1.SocialProvider{ClientID: "f", ClientSecretFrom: key}, APIVersion: "v21.0",
		}}, map[string]string{
			"api_version": "v21.0", "client_id": "f", "client_secret": "s2", "authorize_scopes": "email,public_profile",
			"attributes_url": "https://graph.facebook.com/v21.0/me?fields=", "attributes_url_add_attributes": "true",
			"authorize_url": "https://www.facebook.com/v21.0/dialog/oauth", "token_request_method": "GET",
			"token_url": "https://graph.facebook.com/v21.0/oauth/access_token",
		}},
		{"Amazon", v1alpha1.IdentityProvider{Name: "LoginWithAmazon", Amazon: &v1alpha1.SocialProvider{
			ClientID: "a", ClientSecretFrom: key, Scopes: []v1alpha1.ProviderScope{"profile", "postal_code"},
		}}, map[string]string{
			"client_id": "a", "client_secret": "s2", "authorize_scopes": "postal_code profile",
			"attributes_url": "https://api.amazon.com/user/profile", "attributes_url_add_attributes": "false",
			"authorize_url": "https://www.amazon.com/ap/oa", "token_request_method": "POST", "token_url": "https://api.amazon.com/auth/o2/token",
		}},
		{"Apple, whose private key is not shown", v1alpha1.IdentityProvider{Name: "SignInWithApple", Apple: &v1alpha1.AppleProvider{
			ServicesID: "com.example.notes", TeamID: "T1", KeyID: "K1", PrivateKeyFrom: v1alpha1.SecretKey{Name: "apple", Key: "key"},
		}}, map[string]string{
			"client_id": "com.example.notes", "team_id": "T1", "key_id": "K1", "authorize_scopes": "email name",
			"attributes_url_add_attributes": "false", "authorize_url": "https://appleid.apple.com/auth/authorize",
			"oidc_issuer": "https://appleid.apple.com", "token_request_method": "POST", "token_url": "https://appleid.apple.com/auth/token",
		}},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			tc.provider.Attributes = attributes
			w := newProvidedWorld(t, providing(tc.provider), func(spec *v1alpha1.SecuredAPISpec) {
				spec.Clients[0].IdentityProviders = []string{tc.provider.Name} // all that Cognito allows beside one where sign-ins begin
			})
			w.converge()
			if diff := cmp.Diff(tc.want, w.provider(tc.provider.Name).ProviderDetails); diff != "" {
				t.Errorf("details (-want +got):\n%s", diff)
			}
			if got := w.converge(whole); got != "" {
				t.Errorf("a look at everything does %s, want nothing", got)
			}
		})
	}
}

// What Cognito does not show is known by the digest of what was sent.
func TestPrivateKeysAreFollowed(t *testing.T) {
	w := newProvidedWorld(t, providing(v1alpha1.IdentityProvider{
		Name: "SignInWithApple", Apple: &v1alpha1.AppleProvider{
			ServicesID: "com.example.notes", TeamID: "T1", KeyID: "K1", PrivateKeyFrom: v1alpha1.SecretKey{Name: "apple", Key: "key"},
		},
	}))
	w.converge()
	w.inputs["apple/key"] = w.privateKey()
	got := w.converge()
	if !strings.HasPrefix(got, "~ identityProvider/SignInWithApple.privateKey: sha256:") || strings.Contains(got, "BEGIN") {
		t.Errorf("got %s, want a change of the key by its digest", got)
	}
	w.wantCalls("the new key", "DescribeIdentityProvider", "DescribeUserPool", "UpdateIdentityProvider")
	if got := w.converge(whole); got != "" {
		t.Errorf("a look at everything does %s, want nothing", got)
	}
}

func TestAnotherKindIsAnotherProvider(t *testing.T) {
	w := newProvidedWorld(t, providing(okta()))
	w.converge()
	saml := v1alpha1.IdentityProvider{Name: "Okta", Attributes: okta().Attributes, SAML: &v1alpha1.SAMLProvider{MetadataURL: "https://saml.example.com/metadata"}}
	providing(saml)(&w.object.Spec)
	todo, err := w.plan()
	if err != nil || todo.String() != "~ identityProvider/Okta.kind: OIDC -> SAML" || !todo.Has(plan.Replace) {
		t.Errorf("got the plan %v, %v, want a replacement", todo, err)
	}
	for _, tc := range []struct {
		reason string
		fail   func()
	}{
		{"AWS does not answer the creation", func() { w.loseReply("CreateIdentityProvider") }},
		{"AWS does not carry it out", func() { w.cut("CreateIdentityProvider") }},
		{"AWS does not answer the deletion", func() { w.loseReply("DeleteIdentityProvider") }},
		{"nothing fails", func() {}},
	} {
		tc.fail()
		for range 3 {
			if w.apply() == nil {
				break
			}
			w.pause(grace)
		}
		want := w.object.Spec.UserPool.IdentityProviders[0]
		kind := types.IdentityProviderTypeTypeSaml
		if want.OIDC != nil {
			kind = types.IdentityProviderTypeTypeOidc
		}
		if got := w.provider("Okta"); got == nil || got.ProviderType != kind {
			t.Errorf("%s: got %v, want the kind %s", tc.reason, got, kind)
		}
		if got := w.converge(whole); got != "" {
			t.Errorf("%s: a look at everything does %s, want nothing", tc.reason, got)
		}
		if want.OIDC != nil {
			providing(saml)(&w.object.Spec)
		} else {
			providing(okta())(&w.object.Spec)
		}
	}
}

// A provider that waits for its secret keeps back the clients that name it, and nothing else.
func TestASecretThatIsNotThere(t *testing.T) {
	w := newProvidedWorld(t, providing(okta(), google()), func(spec *v1alpha1.SecuredAPISpec) {
		app := spec.Clients[0]
		app.Name, app.IdentityProviders = "app", []string{"Google"}
		spec.Clients = append(spec.Clients, app)
	})
	delete(w.inputs, "google/secret")
	w.wantFailure(w.apply(), v1alpha1.ReasonDependencyNotReady, "spec.userPool.identityProviders[1].google.clientSecretFrom", "Secret google")
	if diff := cmp.Diff([]string{"web"}, w.clients()); diff != "" {
		t.Errorf("clients meanwhile (-want +got):\n%s", diff)
	}
	if w.provider("Okta") == nil || w.object.Status.UserPool == nil && w.last.ID(NameDomain) == "" {
		t.Error("the other provider and the domain are made")
	}
	w.wantFailure(w.apply(), v1alpha1.ReasonDependencyNotReady)
	w.wantCalls("the next look makes no call")
	w.inputs["google/secret"] = "s2"
	want := "+ identityProvider/Google Google; ~ client/web.identityProviders: Cognito,Okta -> Cognito,Google,Okta; + client/app implicit"
	if diff := cmp.Diff(want, w.converge()); diff != "" {
		t.Errorf("then (-want +got):\n%s", diff)
	}
}

// A provider stays while a client that names it did not converge.
func TestProvidersGoAfterTheirClients(t *testing.T) {
	w := newProvidedWorld(t, providing(okta()))
	w.converge()
	providing()(&w.object.Spec)
	w.refuse("UpdateUserPoolClient", "TooManyRequestsException")
	if err := w.apply(); err == nil {
		t.Fatal("the refusal is an error")
	}
	if w.provider("Okta") == nil {
		t.Error("the provider went before its client was taken off it")
	}
	w.converge()
	if w.provider("Okta") != nil {
		t.Error("the provider stays")
	}
}

func TestAProviderThatSomebodyMade(t *testing.T) {
	for _, tc := range []struct {
		reason string
		kind   types.IdentityProviderTypeType
		detail map[string]string
		want   string
	}{
		{"of the kind: it becomes what the spec asks for, as a group does", types.IdentityProviderTypeTypeOidc, byHand, ""},
		{"of another kind", types.IdentityProviderTypeTypeSaml, map[string]string{"MetadataURL": "https://saml.example.com/metadata"}, "of the kind SAML"},
	} {
		w := newProvidedWorld(t)
		w.converge()
		w.makeProvider(*w.id(NamePool), "Okta", tc.kind, tc.detail)
		providing(okta())(&w.object.Spec)
		err := w.apply()
		if tc.want != "" {
			w.wantFailure(err, v1alpha1.ReasonOwnershipConflict, tc.want)
			continue
		}
		if err != nil || w.provider("Okta").ProviderDetails["client_secret"] != "s1" {
			t.Errorf("%s: got %v and %v", tc.reason, err, w.provider("Okta"))
		}
	}
}

// Providers of an adopted pool that the spec does not name stay, and are told.
func TestProvidersOfAnAdoptedPool(t *testing.T) {
	w := newProvidedWorld(t, providing(okta()))
	pool := w.makePool()
	w.makeProvider(pool, "Okta", types.IdentityProviderTypeTypeSaml, map[string]string{"MetadataURL": "https://saml.example.com/metadata"})
	w.makeProvider(pool, "Other", types.IdentityProviderTypeTypeOidc, byHand)
	w.object.Spec.UserPool.Adopt = &v1alpha1.AdoptUserPoolSpec{ID: pool}
	got := w.planned()
	if !strings.Contains(got, "identityProvider/Other") || !strings.Contains(got, "identityProvider/Okta.kind: SAML -> OIDC") {
		t.Errorf("got the plan %s, want the provider that is replaced and the one that is not ours", got)
	}
	_ = w.apply(w.consent)
	w.pause(grace)
	w.converge(w.consent)
	if w.provider("Okta").ProviderType != types.IdentityProviderTypeTypeOidc || w.provider("Other") == nil {
		t.Error("want the kind of the spec, and the other provider")
	}
}

func TestCreationsOfProvidersThatFail(t *testing.T) {
	for _, tc := range []struct {
		reason string
		fail   func(*world)
		// waits says that the outcome is not known before the grace period ends.
		waits bool
	}{
		{"AWS refuses it", func(w *world) { w.refuse("CreateIdentityProvider", "InvalidParameterException") }, false},
		{"AWS fails before it carries it out", func(w *world) { w.cut("CreateIdentityProvider") }, true},
		{"the reply is lost", func(w *world) { w.loseReply("CreateIdentityProvider") }, false},
	} {
		w := newProvidedWorld(t)
		w.converge()
		providing(okta())(&w.object.Spec)
		tc.fail(w)
		if err := w.apply(); err == nil {
			t.Errorf("%s: the failure is an error", tc.reason)
		}
		if tc.waits {
			if err := w.apply(); err == nil {
				t.Errorf("%s: the outcome is known before the grace period ends", tc.reason)
			}
			w.pause(grace)
		}
		w.converge()
		if got := w.provider("Okta"); got == nil || got.ProviderDetails["client_secret"] != "s1" {
			t.Errorf("%s: got %+v, want the provider", tc.reason, got)
		}
		if got := w.converge(whole); got != "" {
			t.Errorf("%s: a look at everything does %s, want nothing", tc.reason, got)
		}
		if err := w.remove(); err != nil || len(w.pools()) != 0 {
			t.Errorf("%s: got %v and the pools %v after a deletion, want none", tc.reason, err, w.pools())
		}
	}
}

// What the spec drops of a provider is as in a provider that never had it. Plans and events show what it was, and of a secret a digest.
func TestADetailThatTheSpecDrops(t *testing.T) {
	for _, tc := range []struct {
		reason, key, shown string
		with, without      v1alpha1.IdentityProvider
	}{
		{
			"SAML requests are not signed any more", "RequestSigningAlgorithm", "rsa-sha256",
			v1alpha1.IdentityProvider{Name: "Staff", SAML: &v1alpha1.SAMLProvider{MetadataURL: "https://saml.example.com/m", SignRequests: v1alpha1.Enabled}},
			v1alpha1.IdentityProvider{Name: "Staff", SAML: &v1alpha1.SAMLProvider{MetadataURL: "https://saml.example.com/m"}},
		},
		{
			"the client secret is dropped", "client_secret", engine.DigestOf(0, []string{"u1", "s1"}),
			okta(),
			func() v1alpha1.IdentityProvider { p := okta(); p.OIDC.ClientSecretFrom = nil; return p }(),
		},
		{
			"the token URL is discovered again", "token_url", "https://old.example.com/t",
			func() v1alpha1.IdentityProvider {
				p := okta()
				p.OIDC.AuthorizeURL, p.OIDC.TokenURL = "https://old.example.com/a", "https://old.example.com/t"
				p.OIDC.AttributesURL, p.OIDC.JWKSURL = "https://old.example.com/u", "https://old.example.com/k"
				return p
			}(),
			okta(),
		},
		{
			"Facebook's version", "api_version", "v17.0",
			v1alpha1.IdentityProvider{Name: "Facebook", Facebook: &v1alpha1.FacebookProvider{SocialProvider: *google().Google, APIVersion: "v17.0"}},
			v1alpha1.IdentityProvider{Name: "Facebook", Facebook: &v1alpha1.FacebookProvider{SocialProvider: *google().Google}},
		},
	} {
		w := newProvidedWorld(t, providing(tc.with))
		w.converge()
		providing(tc.without)(&w.object.Spec)
		done := w.converge()
		if !strings.Contains(done, ": "+tc.shown+" -> ") {
			t.Errorf("%s: did %q, want it to show %s", tc.reason, done, tc.shown)
		}
		w.converge(whole)
		fresh := newProvidedWorld(t, providing(tc.without))
		fresh.converge()
		if got, want := w.provider(tc.with.Name).ProviderDetails[tc.key], fresh.provider(tc.with.Name).ProviderDetails[tc.key]; got != want {
			t.Errorf("%s: %s is %q after the edit (did %q), a fresh object has %q", tc.reason, tc.key, got, done, want)
		}
	}
}
