package cognito_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/hack/awslocal/cognito"
	"github.com/securedapi/securedapi/hack/awslocal/openid"
	"github.com/securedapi/securedapi/hack/awslocal/wire/wiretest"
)

const oktaIssuer = "https://okta.example.com"

// federated is an app whose users also sign in at a provider.
type federated struct {
	*app
	provider *openid.Provider
	network  http.RoundTripper // in which the provider is
	details  map[string]string
	mapping  map[string]string
	name     string
	kind     types.IdentityProviderTypeType
	alone    bool // whether the client has no other provider
}

func startFederated(t *testing.T, issuer string, edits ...func(*federated)) *federated {
	t.Helper()
	provider, err := openid.Start(issuer, "ada-1", "www.googleapis.com")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(provider.Close)
	provider.Claims["email"], provider.Claims["nick"] = ada, "Ada"
	f := &federated{
		provider: provider, network: provider, name: "Okta", kind: types.IdentityProviderTypeTypeOidc, mapping: map[string]string{"email": "email", "name": "nick"},
		details: map[string]string{
			"client_id": provider.ClientID, "client_secret": provider.ClientSecret, "oidc_issuer": issuer, "authorize_scopes": "openid email",
			"attributes_request_method": "GET",
		},
	}
	f.app = start(t, setup{options: []cognito.Option{cognito.WithNetwork(provider)}}).app(types.OAuthFlowTypeImplicit)
	for _, edit := range edits {
		edit(f)
	}
	f.connect()
	return f
}

// connect makes the provider one of the pool and of the client.
func (f *federated) connect() {
	f.t.Helper()
	_, err := f.api.CreateIdentityProvider(f.ctx(), &idp.CreateIdentityProviderInput{
		UserPoolId: f.pool, ProviderName: &f.name, ProviderType: f.kind, ProviderDetails: f.details, AttributeMapping: f.mapping,
		IdpIdentifiers: []string{"example.com"},
	})
	if err != nil {
		f.t.Fatal(err)
	}
	if f.alone {
		f.offer(f.name)
		return
	}
	f.offer("COGNITO", f.name)
}

// offer lets the client's users sign in there.
func (f *federated) offer(providers ...string) {
	f.t.Helper()
	in := &idp.UpdateUserPoolClientInput{UserPoolId: f.pool, ClientId: f.client.ClientId}
	withAll := &idp.CreateUserPoolClientInput{}
	withOAuth(types.OAuthFlowTypeImplicit)(withAll)
	in.AllowedOAuthFlowsUserPoolClient, in.AllowedOAuthFlows, in.AllowedOAuthScopes = true, withAll.AllowedOAuthFlows, withAll.AllowedOAuthScopes
	in.CallbackURLs, in.LogoutURLs, in.SupportedIdentityProviders = withAll.CallbackURLs, withAll.LogoutURLs, providers
	if _, err := f.api.UpdateUserPoolClient(f.ctx(), in); err != nil {
		f.t.Fatal(err)
	}
}

// traveler is a browser that also reaches the provider, and ends at the callback URL.
func (f *federated) traveler() *browser {
	f.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		f.t.Fatal(err)
	}
	b := &browser{t: f.t, server: f.cloud.url}
	b.client = &http.Client{Transport: f.network, Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), callback) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	return b
}

// signIn signs in at the provider, and returns what came home in the fragment.
func (f *federated) signIn(change ...string) url.Values {
	f.t.Helper()
	if len(change) == 0 {
		change = []string{"identity_provider=" + f.name}
	}
	home := f.traveler().open(f.url("/oauth2/authorize", change...)).location
	values, err := url.ParseQuery(home.Fragment)
	if err != nil {
		f.t.Fatal(err)
	}
	return values
}

// claimsIn are those of a token.
func claimsIn(t *testing.T, token string) map[string]any {
	t.Helper()
	claims := map[string]any{}
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("got the token %q, want one of three parts", token)
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err == nil {
		err = json.Unmarshal(payload, &claims)
	}
	if err != nil {
		t.Fatal(err)
	}
	return claims
}

func TestSignInAtAProvider(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, source, issuer string
		edit                 func(*federated)
		change               []string
	}{
		{"by its name", "authorization-endpoint.html: identity_provider", oktaIssuer, func(*federated) {}, nil},
		{"by an identifier", "authorization-endpoint.html: idp_identifier", oktaIssuer, func(*federated) {}, []string{"idp_identifier=example.com"}},
		{
			"at Google, whose addresses Cognito knows", "model: CreateIdentityProviderInput.ProviderDetails", "https://accounts.google.com",
			func(f *federated) {
				f.name, f.kind = "Google", types.IdentityProviderTypeTypeGoogle
				delete(f.details, "oidc_issuer")
				delete(f.details, "attributes_request_method")
			}, nil,
		},
		{
			"with addresses that are given, without discovery", "model: CreateIdentityProviderInput.ProviderDetails", oktaIssuer,
			func(f *federated) {
				f.details["authorize_url"], f.details["token_url"] = oktaIssuer+"/v2/auth", oktaIssuer+"/v2/token"
				f.details["attributes_url"], f.details["jwks_uri"] = oktaIssuer+"/userinfo", oktaIssuer+"/keys"
			}, nil,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			wiretest.Source(t, tc.source)
			f := startFederated(t, tc.issuer, tc.edit)
			home := f.signIn(tc.change...)
			claims := claimsIn(t, home.Get("id_token"))
			subject, _ := claims["sub"].(string)
			want := map[string]any{
				"cognito:username": f.name + "_ada-1", "email": ada, "email_verified": false,
				"cognito:groups": []any{*f.pool + "_" + f.name},
				"identities": []any{map[string]any{
					"userId": "ada-1", "providerName": f.name, "providerType": string(f.kind), "issuer": nil, "primary": "true",
					"dateCreated": claims["identities"].([]any)[0].(map[string]any)["dateCreated"],
				}},
			}
			got := map[string]any{}
			for name := range want {
				got[name] = claims[name]
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s\nID token (-want +got):\n%s", tc.source, diff)
			}
			user, err := f.api.AdminGetUser(f.ctx(), &idp.AdminGetUserInput{UserPoolId: f.pool, Username: aws.String(f.name + "_ada-1")})
			if err != nil || user.UserStatus != types.UserStatusTypeExternalProvider {
				t.Errorf("got %+v, %v, want a user of the status %s", user, err, types.UserStatusTypeExternalProvider)
			}
			f.provider.Claims["email"] = "countess@example.com"
			again := claimsIn(t, f.signIn(tc.change...).Get("id_token"))
			if again["sub"] != subject || again["email"] != "countess@example.com" {
				t.Errorf("got %v at the second sign-in, want the same user with the attributes of now", again)
			}
		})
	}
}

func TestTheLoginPageOffersProviders(t *testing.T) {
	t.Parallel()
	f := startFederated(t, oktaIssuer)
	b := f.traveler().open(f.url("/oauth2/authorize"))
	if !strings.Contains(b.body, "Continue with Okta") || !strings.Contains(b.body, `name="password"`) {
		t.Fatalf("got the page %s, want it to offer Okta beside the password", b.body)
	}
	if home := b.open(f.url("/oauth2/authorize", "identity_provider=Okta")).location; !strings.Contains(home.Fragment, "id_token=") {
		t.Errorf("got home to %s, want tokens", home)
	}
	f.offer("Okta")
	if home := f.signIn("scope=openid"); home.Get("id_token") == "" {
		t.Errorf("got %v, want that a client with one provider needs no page", home)
	}
	if says := f.traveler().open(f.url("/oauth2/authorize", "identity_provider=Missing")).status; says != http.StatusBadRequest {
		t.Errorf("got %d for a provider that the client does not have, want %d", says, http.StatusBadRequest)
	}
}

// What a provider says is not believed before it is verified.
func TestSignInsThatFail(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, source string
		edit         func(*federated)
		want         string
	}{
		{"the secret is not the provider's", "OAuth 2.0, 5.2", func(f *federated) { f.details["client_secret"] = "wrong" }, "/token of the provider answers 400"},
		{"a token of another issuer", "TimothyJones/github-cognito-openid-wrapper#100", func(f *federated) { f.provider.Claims["iss"] = "https://evil.example.com" }, "Bad id_token issuer https://evil.example.com"},
		{"a token for another client", "OpenID Connect Core 1.0, 3.1.3.7", func(f *federated) { f.provider.Claims["aud"] = "other" }, "bad id_token audience"},
		{"a token that has expired", "OpenID Connect Core 1.0, 3.1.3.7", func(f *federated) { f.provider.Claims["exp"] = 1 }, "the id_token has expired"},
		{"a token of another request", "OpenID Connect Core 1.0, 3.1.3.7", func(f *federated) { f.provider.Claims["nonce"] = "other" }, "bad id_token nonce"},
		{
			"the pool requires what the provider does not say", "amazon-archives/amazon-cognito-auth-js#54", func(f *federated) {
				f.app = f.requiring("family_name")
			}, "attributes required: family_name",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			wiretest.Source(t, tc.source)
			f := startFederated(t, oktaIssuer, tc.edit)
			if got := f.signIn(); got.Get("error_description") != tc.want || got.Has("id_token") {
				t.Errorf("%s\ngot %v, want the error %q", tc.source, got, tc.want)
			}
		})
	}
}

// requiring is an app of a pool that requires an attribute.
func (c *cloud) requiring(name string) *app {
	c.t.Helper()
	pool := c.pool(byEmail, func(in *idp.CreateUserPoolInput) {
		in.Schema = []types.SchemaAttributeType{{Name: &name, Required: aws.Bool(true), Mutable: aws.Bool(true)}}
	})
	a := &app{cloud: c, pool: pool, client: c.appClient(pool, withOAuth(types.OAuthFlowTypeImplicit)), base: c.url + "/auth/" + region + "/requiring"}
	c.prefix(pool, "requiring")
	return a
}

func TestAStateIsGoodOnceAndForFiveMinutes(t *testing.T) {
	t.Parallel()
	f := startFederated(t, oktaIssuer)
	b := f.traveler()
	var back string
	b.client.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if strings.HasSuffix(r.URL.Path, "/oauth2/idpresponse") {
			back = r.URL.String()
			return http.ErrUseLastResponse
		}
		return nil
	}
	b.open(f.url("/oauth2/authorize", "identity_provider=Okta"))
	f.clock.Step(5 * time.Minute)
	if got := f.browser().open(back).status; got != http.StatusBadRequest {
		t.Errorf("after five minutes: got %d, want %d", got, http.StatusBadRequest)
	}
	b.open(f.url("/oauth2/authorize", "identity_provider=Okta"))
	if got := f.browser().open(back).location; !strings.Contains(got.Fragment, "id_token") {
		t.Errorf("in time: got %s, want tokens", got)
	}
	if got := f.browser().open(back).status; got != http.StatusBadRequest {
		t.Errorf("once more: got %d, want %d", got, http.StatusBadRequest)
	}
}

func TestAnAttributeThatCannotChangeFailsTheSecondSignIn(t *testing.T) {
	t.Parallel()
	wiretest.Source(t, "aws-solutions-library-samples/accelerated-intelligent-document-processing-on-aws#835")
	f := startFederated(t, oktaIssuer, func(f *federated) {
		_, err := f.api.AddCustomAttributes(f.ctx(), &idp.AddCustomAttributesInput{UserPoolId: f.pool, CustomAttributes: []types.SchemaAttributeType{{
			Name: aws.String("nick"), AttributeDataType: types.AttributeDataTypeString, Mutable: aws.Bool(false),
		}}})
		if err != nil {
			f.t.Fatal(err)
		}
		f.mapping["custom:nick"] = "nick"
	})
	if got := f.signIn(); got.Get("id_token") == "" {
		t.Errorf("the first: got %v, want tokens", got)
	}
	if got := f.signIn().Get("error_description"); got != "user.custom:nick: Attribute cannot be updated." {
		t.Errorf("the second: got %q, want a refusal", got)
	}
}

// The session that begins where a provider answers, below /oauth2, is the one that the logout ends.
func TestLogoutAfterAProvider(t *testing.T) {
	t.Parallel()
	wiretest.Source(t, "developer guide: logout-endpoint, it signs the user out and redirects")
	f := startFederated(t, oktaIssuer)
	b := f.traveler().open(f.url("/oauth2/authorize", "identity_provider="+f.name))
	if b.open(f.url("/oauth2/authorize")); !strings.HasPrefix(b.location.String(), callback) {
		t.Fatalf("a session leads to %s, want the callback URL", b.location)
	}
	b.open(f.url("/logout"))
	if b.open(f.url("/oauth2/authorize")); !strings.HasSuffix(b.location.Path, "/login") {
		t.Errorf("after the logout, the browser is at %s, want the login page", b.location)
	}
}
