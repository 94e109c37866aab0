package cognito_test

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

const (
	enterExample = "API reference: InitiateAuth, example"
	wrongPasskey = "NotAuthorizedException: The passkey could not be verified."
)

// held is a pool that allows passkeys, with ada's.
func (c *cloud) held(config types.WebAuthnConfigurationType, attributes ...string) (s *secured, d *device, token *string) {
	c.t.Helper()
	s, d = c.withPasskeys(config, attributes...), newDevice()
	return s, d, s.register(d)
}

func TestPasskeysOffered(t *testing.T) {
	preferred := types.WebAuthnConfigurationType{}
	check(t, setup{}, []behavior{
		{
			name: "a passkey is among the choices", source: choiceDoc + "; the order: " + enterExample,
			do: func(c *cloud) (any, error) {
				s, _, _ := c.held(preferred, "email="+ada, "email_verified=true")
				out, err := s.begin()
				return []any{out.ChallengeName, out.AvailableChallenges}, err
			},
			want: []any{choose, []types.ChallengeNameType{bySRP, byPass, emailOTP, webAuthn}},
		},
		{
			name: "a preferred one is asked for at once", source: enterExample,
			do: func(c *cloud) (any, error) {
				s, d, _ := c.held(preferred)
				out := s.prefersPasskey()
				var options map[string]any
				if err := json.Unmarshal([]byte(out.ChallengeParameters["CREDENTIAL_REQUEST_OPTIONS"]), &options); err != nil {
					return nil, err
				}
				_, challenged := options["challenge"].(string)
				delete(options, "challenge")
				id := options["allowCredentials"].([]any)[0].(map[string]any)["id"]
				delete(options, "allowCredentials")
				return []any{out.ChallengeName, out.AvailableChallenges, challenged, options, id == *d.id()}, nil
			},
			want: []any{
				webAuthn,
				[]types.ChallengeNameType{bySRP, byPass, webAuthn},
				true,
				map[string]any{"rpId": relyingParty, "timeout": 180000.0, "userVerification": "preferred"},
				true,
			},
		},
		{
			name: "or once it was chosen", source: "amplify-js handleWebAuthnSignInResult; model: SELECT_CHALLENGE",
			do: func(c *cloud) (any, error) {
				s, d, _ := c.held(preferred)
				begun, err := s.begin()
				if err != nil {
					return nil, err
				}
				asked, err := s.answer(choose, begun.Session, "ANSWER", "WEB_AUTHN")
				if err != nil {
					return nil, err
				}
				out, err := s.answer(webAuthn, asked.Session, "CREDENTIAL", d.sign(s, asked.ChallengeParameters))
				return []any{asked.ChallengeName, out.AuthenticationResult != nil}, err
			},
			want: []any{webAuthn, true},
		},
		{
			name: "who has none chooses among the rest", source: choiceDoc,
			do: func(c *cloud) (any, error) {
				out := c.withPasskeys(preferred).prefersPasskey()
				return []any{out.ChallengeName, out.AvailableChallenges}, nil
			},
			want: []any{choose, []types.ChallengeNameType{bySRP, byPass}},
		},
		{
			name: "a user that is kept secret looks like one who has none", source: "model: PreventUserExistenceErrors; whether AWS makes up a passkey is not known",
			do: func(c *cloud) (any, error) {
				s, _, _ := c.held(preferred)
				s.client = c.appClient(s.pool, withFlows("ALLOW_USER_AUTH"), func(in *idp.CreateUserPoolClientInput) {
					in.PreventUserExistenceErrors = types.PreventUserExistenceErrorTypesEnabled
				}).ClientId
				out, err := s.begin("USERNAME", "bob", "PREFERRED_CHALLENGE", "WEB_AUTHN")
				return []any{out.ChallengeName, out.AvailableChallenges}, err
			},
			want: []any{choose, []types.ChallengeNameType{bySRP, byPass, emailOTP}},
		},
		{
			name: "passkeys of another relying party are of no use", source: passkeyGuide,
			do: func(c *cloud) (any, error) {
				s, _, token := c.held(preferred)
				_, err := c.api.SetUserPoolMfaConfig(c.ctx(), &idp.SetUserPoolMfaConfigInput{
					UserPoolId: s.pool, WebAuthnConfiguration: &types.WebAuthnConfigurationType{RelyingPartyId: aws.String("example.org")},
				})
				if err != nil {
					return nil, err
				}
				listed, err := s.passkeys(token, nil, nil)
				if err != nil {
					return nil, err
				}
				return []any{s.prefersPasskey().ChallengeName, *listed.Credentials[0].RelyingPartyId}, nil
			},
			want: []any{choose, relyingParty},
		},
	})
}

func TestPasskeysEnter(t *testing.T) {
	preferred := types.WebAuthnConfigurationType{}
	// signed signs in with a passkey after a change of what is usual.
	signed := func(name, source, refusal string, config types.WebAuthnConfigurationType, change func(*secured, *device, *string)) behavior {
		return behavior{name: name, source: source, wantErr: refusal, do: func(c *cloud) (any, error) {
			s, d, token := c.held(config)
			asked := s.prefersPasskey()
			change(s, d, token)
			_, err := s.answer(webAuthn, asked.Session, "CREDENTIAL", d.sign(s, asked.ChallengeParameters))
			return nil, err
		}}
	}
	required := types.WebAuthnConfigurationType{UserVerification: "required"}
	const unknown = "model: RespondToAuthChallenge has NotAuthorizedException; AWS's words are not known"
	check(t, setup{}, []behavior{
		{
			name: "a passkey alone gives tokens", source: passkeyGuide,
			do: func(c *cloud) (any, error) {
				s, d, _ := c.held(preferred)
				out, err := s.enterWith(d)
				if err != nil {
					return nil, err
				}
				user, err := s.api.GetUser(s.ctx(), &idp.GetUserInput{AccessToken: out.AuthenticationResult.AccessToken})
				return []any{out.AuthenticationResult.IdToken != nil, *user.Username}, err
			},
			want: []any{true, "ada"},
		},
		signed("so does one without user verification, where that is preferred", passkeyGuide, "", preferred,
			func(_ *secured, d *device, _ *string) { d.authenticator.Options.UserNotVerified = true }),
		signed("not where it is required", passkeyGuide+"; "+unknown, wrongPasskey, required,
			func(_ *secured, d *device, _ *string) { d.authenticator.Options.UserNotVerified = true }),
		signed("another key with the passkey's id", unknown, wrongPasskey, preferred, func(_ *secured, d *device, _ *string) {
			other := key()
			other.ID = d.authenticator.Credentials[0].ID
			d.authenticator.Credentials[0] = other
		}),
		signed("a page of another domain", unknown, wrongPasskey, preferred,
			func(_ *secured, d *device, _ *string) { d.page.Origin = "https://example.org" }),
		signed("another relying party", unknown, wrongPasskey, preferred,
			func(_ *secured, d *device, _ *string) { d.page.ID = "example.org" }),
		signed("another user's handle", unknown, wrongPasskey, preferred,
			func(_ *secured, d *device, _ *string) { d.authenticator.Options.UserHandle = []byte("bob") }),
		signed("a passkey that was deleted meanwhile", unknown, wrongPasskey, preferred,
			func(s *secured, d *device, token *string) {
				if err := s.forget(token, d); err != nil {
					s.t.Error(err)
				}
			}),
		{
			name: "a copy of the key, told by its counter", source: "WebAuthn: signature counter considerations; AWS's answer is not known",
			do: func(c *cloud) (any, error) {
				s, d, _ := c.held(preferred)
				if _, err := s.enterWith(d); err != nil {
					return nil, err
				}
				d.authenticator.Credentials[0].Counter--
				return s.enterWith(d)
			},
			wantErr: wrongPasskey,
		},
		{
			name: "what was signed for another sign-in", source: unknown,
			do: func(c *cloud) (any, error) {
				s, d, _ := c.held(preferred)
				old := d.sign(s, s.prefersPasskey().ChallengeParameters)
				return s.answer(webAuthn, s.prefersPasskey().Session, "CREDENTIAL", old)
			},
			wantErr: wrongPasskey,
		},
		{
			name: "a session serves once, and a refused answer can be given again", source: "apps quote AWS; one request, one change",
			do: func(c *cloud) (any, error) {
				s, d, _ := c.held(preferred)
				asked := s.prefersPasskey()
				answer := func(credential string) string {
					_, err := s.answer(webAuthn, asked.Session, "CREDENTIAL", credential)
					return explain(err)
				}
				good := d.sign(s, asked.ChallengeParameters)
				return []string{answer(d.sign(s, s.prefersPasskey().ChallengeParameters)), answer(good), answer(good)}, nil
			},
			want: []string{wrongPasskey, "", "NotAuthorizedException: Invalid session for the user, session can only be used once."},
		},
		{
			name: "a credential is needed", source: "API reference: ChallengeResponses, WEB_AUTHN",
			do: func(c *cloud) (any, error) {
				s, _, _ := c.held(preferred)
				return s.answer(webAuthn, s.prefersPasskey().Session)
			},
			wantErr: "InvalidParameterException: Missing required parameter CREDENTIAL",
		},
		{
			name: "in its form", source: "API reference: AuthenticationResponseJSON; AWS's words are not known",
			do: func(c *cloud) (any, error) {
				s, _, _ := c.held(preferred)
				return s.answer(webAuthn, s.prefersPasskey().Session, "CREDENTIAL", "{}")
			},
			wantErr: "InvalidParameterException: CREDENTIAL is not an AuthenticationResponseJSON: CredentialAssertionResponse with ID missing",
		},
	})
}
