package cognito_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/hack/awslocal/cognito"
	"github.com/securedapi/securedapi/hack/awslocal/social"
	"github.com/securedapi/securedapi/hack/awslocal/wire/wiretest"
)

const (
	describedProviders = "model: CreateIdentityProviderInput.ProviderDetails, \"Describe response\""
	appleSecret        = "Apple: Creating a client secret"
)

// sociable is an app whose users also sign in at a social provider.
type sociable struct {
	*federated
	social *social.Provider
	apple  *social.Apple // nil of the others
}

// startSocial starts the stand-in of a kind.
func startSocial(t *testing.T, kind types.IdentityProviderTypeType, edits ...func(*sociable)) *sociable {
	t.Helper()
	f := &federated{name: string(kind), kind: kind, mapping: map[string]string{"email": "email", "name": "name"}}
	s := &sociable{federated: f}
	switch kind {
	case types.IdentityProviderTypeTypeFacebook:
		s.social = social.StartFacebook("v21.0", map[string]any{"id": "101", "email": ada, "name": "Ada", "first_name": "Ada"})
		f.details = map[string]string{"authorize_scopes": "public_profile,email", "api_version": "v21.0"}
	case types.IdentityProviderTypeTypeLoginWithAmazon:
		s.social = social.StartAmazon(map[string]any{"user_id": "amzn1.account.101", "email": ada, "name": "Ada", "postal_code": "10115"})
		f.details = map[string]string{"authorize_scopes": "profile postal_code"}
	default:
		apple, err := social.StartApple(map[string]any{"sub": "001.a.1", "email": ada, "email_verified": true})
		if err != nil {
			t.Fatal(err)
		}
		key, err := apple.PrivateKey()
		if err != nil {
			t.Fatal(err)
		}
		s.apple, s.social = apple, apple.Provider
		apple.Posts = map[string]string{"user": `{"name": {"firstName": "Ada", "lastName": "Lovelace"}, "email": "eve@example.com"}`}
		f.details = map[string]string{"authorize_scopes": "email name", "team_id": apple.TeamID, "key_id": apple.KeyID, "private_key": key}
		f.mapping = map[string]string{"email": "email", "given_name": "firstName", "family_name": "lastName"}
	}
	t.Cleanup(s.social.Close)
	f.network = s.social
	f.app = start(t, setup{options: []cognito.Option{cognito.WithNetwork(s.social)}}).app(types.OAuthFlowTypeImplicit)
	f.details["client_id"], s.social.Back = s.social.ClientID, f.base+"/oauth2/idpresponse"
	if s.apple == nil {
		f.details["client_secret"] = s.social.ClientSecret
	} else {
		s.apple.Now = f.clock.Now
	}
	for _, edit := range edits {
		edit(s)
	}
	f.connect()
	return s
}

// enter signs in, and returns what came home in the fragment. Apple's form is sent by hand.
func (s *sociable) enter() url.Values {
	s.t.Helper()
	b := s.traveler().open(s.url("/oauth2/authorize", "identity_provider="+s.name, "scope=openid email profile"))
	if s.apple != nil && b.status == http.StatusOK {
		b.submit(nil)
	}
	if b.location.Fragment == "" {
		s.t.Fatalf("the sign-in ends at %s with %d: %s", b.location, b.status, b.body)
	}
	return home(b)
}

func TestSignInAtASocialProvider(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		kind    types.IdentityProviderTypeType
		source  string
		edit    func(*sociable)
		subject string
		want    map[string]any    // claims
		mapping map[string]string // the provider's, as described
	}{
		{
			types.IdentityProviderTypeTypeFacebook, describedProviders, func(*sociable) {}, "101",
			map[string]any{"email": ada, "name": "Ada", "email_verified": false},
			map[string]string{"email": "email", "name": "name", "username": "id"},
		},
		{
			types.IdentityProviderTypeTypeLoginWithAmazon, describedProviders, func(s *sociable) { s.mapping["zoneinfo"] = "postal_code" }, "amzn1.account.101",
			map[string]any{"email": ada, "name": "Ada", "zoneinfo": "10115", "email_verified": false},
			map[string]string{"email": "email", "name": "name", "zoneinfo": "postal_code", "username": "user_id"},
		},
		{
			types.IdentityProviderTypeTypeSignInWithApple, describedProviders + "; names: aws-cdk ProviderAttribute.APPLE_FIRST_NAME",
			func(s *sociable) { s.mapping["email_verified"] = "email_verified" }, "001.a.1",
			// The address is that of the ID token: the form's comes from the browser.
			map[string]any{"email": ada, "given_name": "Ada", "family_name": "Lovelace", "email_verified": true},
			map[string]string{"email": "email", "given_name": "firstName", "family_name": "lastName", "email_verified": "email_verified", "username": "sub"},
		},
	} {
		t.Run(string(tc.kind), func(t *testing.T) {
			t.Parallel()
			wiretest.Source(t, tc.source)
			s := startSocial(t, tc.kind, tc.edit)
			claims := claimsIn(t, s.enter().Get("id_token"))
			want := map[string]any{
				"cognito:username": s.name + "_" + tc.subject, "cognito:groups": []any{*s.pool + "_" + s.name},
				"identities": []any{map[string]any{
					"userId": tc.subject, "providerName": s.name, "providerType": s.name, "issuer": nil, "primary": "true",
					"dateCreated": claims["identities"].([]any)[0].(map[string]any)["dateCreated"],
				}},
			}
			maps.Copy(want, tc.want)
			got := map[string]any{}
			for name := range want {
				got[name] = claims[name]
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s\nID token (-want +got):\n%s", tc.source, diff)
			}
			described, err := s.api.DescribeIdentityProvider(s.ctx(), &idp.DescribeIdentityProviderInput{UserPoolId: s.pool, ProviderName: &s.name})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.mapping, described.IdentityProvider.AttributeMapping); diff != "" {
				t.Errorf("mapping (-want +got):\n%s", diff)
			}
			s.social.Person["email"] = "countess@example.com"
			if s.apple != nil {
				s.apple.Posts = nil // Apple tells names once
			}
			again := claimsIn(t, s.enter().Get("id_token"))
			if again["sub"] != claims["sub"] || again["email"] != "countess@example.com" || again["given_name"] != claims["given_name"] {
				t.Errorf("got %v at the second sign-in, want the same user with the address of now and the name of before", again)
			}
		})
	}
}

// What is configured is what the providers see.
func TestSocialSignInsThatFail(t *testing.T) {
	t.Parallel()
	const exchange = "Exception processing authorization code"
	const apple = "/auth/token of the provider answers 400"
	for _, tc := range []struct {
		name, source string
		kind         types.IdentityProviderTypeType
		edit         func(*sociable)
		want         string
	}{
		{"a secret that is not Facebook's", "aws-amplify/amplify-cli#2082", types.IdentityProviderTypeTypeFacebook, func(s *sociable) { s.details["client_secret"] = "wrong" }, exchange},
		{"a secret that is not Amazon's", "aws-amplify/amplify-cli#2082", types.IdentityProviderTypeTypeLoginWithAmazon, func(s *sociable) { s.details["client_secret"] = "wrong" }, exchange},
		{"the id of another key", appleSecret, types.IdentityProviderTypeTypeSignInWithApple, func(s *sociable) { s.details["key_id"] = "OTHERKEY12" }, apple},
		{"another key", appleSecret, types.IdentityProviderTypeTypeSignInWithApple, func(s *sociable) { s.details["private_key"] = p8 }, apple},
		{"another team", appleSecret, types.IdentityProviderTypeTypeSignInWithApple, func(s *sociable) { s.details["team_id"] = "OTHERTEAM1" }, apple},
		{"a token of another issuer", "OpenID Connect Core 1.0, 3.1.3.7", types.IdentityProviderTypeTypeSignInWithApple, func(s *sociable) { s.social.Person["iss"] = "https://evil.example.com" }, "Bad id_token issuer https://evil.example.com"},
		{"a token for another client", "OpenID Connect Core 1.0, 3.1.3.7", types.IdentityProviderTypeTypeSignInWithApple, func(s *sociable) { s.social.Person["aud"] = "com.example.other" }, "bad id_token audience"},
		{"a person without an id", "model: username is mapped to id", types.IdentityProviderTypeTypeFacebook, func(s *sociable) { s.social.Person["id"] = "" }, "the provider does not say who the user is"},
		{"an attribute that the pool requires and the person did not grant", "amazon-archives/amazon-cognito-auth-js#54", types.IdentityProviderTypeTypeFacebook, func(s *sociable) {
			s.app = s.requiring("email")
			s.social.Back = s.base + "/oauth2/idpresponse"
			s.details["authorize_scopes"] = "public_profile"
		}, "attributes required: email"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			wiretest.Source(t, tc.source)
			s := startSocial(t, tc.kind, tc.edit)
			got := s.enter()
			if got.Get("error_description") != tc.want || got.Has("id_token") || (got.Get("error") == "server_error") != (tc.want == exchange) {
				t.Errorf("%s\ngot %v, want the error %q", tc.source, got, tc.want)
			}
			users, err := s.api.ListUsers(s.ctx(), &idp.ListUsersInput{UserPoolId: s.pool})
			if err != nil || len(users.Users) > 0 {
				t.Errorf("got %+v, %v, want no user", users, err)
			}
		})
	}
}

func TestAnAttributeThatFacebookDoesNotHaveTakesTheOthersWithIt(t *testing.T) {
	t.Parallel()
	wiretest.Source(t, "aws-amplify/amplify-js#13674")
	s := startSocial(t, types.IdentityProviderTypeTypeFacebook, func(s *sociable) { s.mapping["nickname"] = "shoe_size" })
	claims := claimsIn(t, s.enter().Get("id_token"))
	if claims["cognito:username"] != "Facebook_101" || claims["email"] != nil || claims["name"] != nil {
		t.Errorf("got %v, want a user without attributes", claims)
	}
}

func TestFacebooksVersionIsInItsAddresses(t *testing.T) {
	t.Parallel()
	wiretest.Source(t, describedProviders)
	s := startSocial(t, types.IdentityProviderTypeTypeFacebook, func(s *sociable) { s.details["api_version"] = "v22.0" })
	b := s.traveler().open(s.url("/oauth2/authorize", "identity_provider=Facebook"))
	if !strings.HasPrefix(b.location.String(), "https://www.facebook.com/v22.0/dialog/oauth?") || b.status != http.StatusNotFound {
		t.Errorf("got %s with %d, want the dialog of the version v22.0, which this Facebook does not have", b.location, b.status)
	}
}

// Only Apple posts. What another site's form posts is not an answer.
func TestAnswersComeAsTheProviderSendsThem(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		kind   types.IdentityProviderTypeType
		method string
	}{
		{types.IdentityProviderTypeTypeSignInWithApple, http.MethodGet},
		{types.IdentityProviderTypeTypeLoginWithAmazon, http.MethodPost},
	} {
		t.Run(string(tc.kind), func(t *testing.T) {
			t.Parallel()
			wiretest.Source(t, "Apple: Request an authorization, response_mode; no source says that Cognito takes the other, so it is refused")
			s := startSocial(t, tc.kind)
			b := s.traveler()
			b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
			answer := url.Values{"code": {"1"}, "state": {b.open(s.url("/oauth2/authorize", "identity_provider="+s.name)).location.Query().Get("state")}}
			r, err := http.NewRequestWithContext(t.Context(), tc.method, s.base+"/oauth2/idpresponse?"+answer.Encode(), nil)
			if tc.method == http.MethodPost {
				r, err = http.NewRequestWithContext(t.Context(), tc.method, s.base+"/oauth2/idpresponse", strings.NewReader(answer.Encode()))
			}
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if got := b.do(r).location.Query().Get("error"); got != "Invalid state" {
				t.Errorf("got %s, want a refusal of the state", b.location)
			}
		})
	}
}

// The secret of each exchange is new, and of the time of the exchange.
func TestApplesSecretIsMadeAtEachSignIn(t *testing.T) {
	t.Parallel()
	wiretest.Source(t, appleSecret)
	s := startSocial(t, types.IdentityProviderTypeTypeSignInWithApple)
	for range 2 {
		if got := s.enter(); got.Get("id_token") == "" {
			t.Fatalf("got %v, want tokens", got)
		}
		s.clock.Step(365 * 24 * time.Hour)
	}
	if users, err := s.api.ListUsers(s.ctx(), &idp.ListUsersInput{UserPoolId: s.pool, Limit: aws.Int32(60)}); err != nil || len(users.Users) != 1 {
		t.Errorf("got %+v, %v, want one user", users, err)
	}
}
