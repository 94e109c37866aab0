package cognito_test

import (
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/descope/virtualwebauthn"
)

const (
	webAuthn     = types.ChallengeNameTypeWebAuthn
	relyingParty = "example.com"
	passkeyGuide = "developer guide: amazon-cognito-user-pools-authentication-flow-methods.html, passkeys"
)

// device is what ada's passkeys are on, and the page that uses them.
type device struct {
	page          virtualwebauthn.RelyingParty
	authenticator virtualwebauthn.Authenticator
	attachment    string
	transports    []string
}

func newDevice() *device {
	return &device{
		page:          virtualwebauthn.RelyingParty{ID: relyingParty, Name: relyingParty, Origin: "https://app.example.com"},
		authenticator: virtualwebauthn.NewAuthenticator(),
	}
}

// key makes a key pair. Not all of virtualwebauthn's can be used: it leaves out leading zeros of coordinates.
func key() virtualwebauthn.Credential {
	const whole = 77 // bytes of a COSE key of P-256
	for {
		if made := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2); len(made.Key.AttestationData()) == whole {
			return made
		}
	}
}

// withPasskeys is a pool whose users may sign in with passkeys of example.com.
func (c *cloud) withPasskeys(config types.WebAuthnConfigurationType, attributes ...string) *secured {
	c.t.Helper()
	if config.RelyingPartyId == nil {
		config.RelyingPartyId = aws.String(relyingParty)
	}
	return c.passkeyPool(&idp.SetUserPoolMfaConfigInput{WebAuthnConfiguration: &config}, attributes...)
}

// passkeyPool is a pool that allows passkeys and is configured so; ada is in it, and a client with which she signs in.
func (c *cloud) passkeyPool(config *idp.SetUserPoolMfaConfigInput, attributes ...string) *secured {
	c.t.Helper()
	config.UserPoolId = c.pool(func(in *idp.CreateUserPoolInput) {
		in.AutoVerifiedAttributes = []types.VerifiedAttributeType{"email"}
		in.Policies = withFactors("PASSWORD", "EMAIL_OTP", "WEB_AUTHN")
		if config.MfaConfiguration == types.UserPoolMfaTypeOn {
			in.Policies = withFactors("PASSWORD", "WEB_AUTHN")
		}
	})
	if _, err := c.api.SetUserPoolMfaConfig(c.ctx(), config); err != nil {
		c.t.Fatal(err)
	}
	c.confirmed(config.UserPoolId, "ada", attributes...)
	flows := withFlows("ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH")
	return &secured{cloud: c, pool: config.UserPoolId, client: c.appClient(config.UserPoolId, flows).ClientId}
}

// start begins a registration; the options are as a page gets them.
func (s *secured) start(token *string) (options string, err error) {
	out, err := s.api.StartWebAuthnRegistration(s.ctx(), &idp.StartWebAuthnRegistrationInput{AccessToken: token})
	if err != nil {
		return "", err
	}
	raw, err := out.CredentialCreationOptions.MarshalSmithyDocument()
	return string(raw), err
}

// create answers options with a key pair, as a browser does.
func (d *device) create(s *secured, options string, made virtualwebauthn.Credential) map[string]any {
	s.t.Helper()
	parsed, err := virtualwebauthn.ParseAttestationOptions(options)
	if err != nil {
		s.t.Fatal(err)
	}
	d.authenticator.Options.UserHandle = []byte(parsed.UserID)
	var response map[string]any
	if err := json.Unmarshal([]byte(virtualwebauthn.CreateAttestationResponse(d.page, d.authenticator, made, *parsed)), &response); err != nil {
		s.t.Fatal(err)
	}
	if d.attachment != "" {
		response["authenticatorAttachment"] = d.attachment
		response["response"].(map[string]any)["transports"] = d.transports
	}
	return response
}

func (s *secured) complete(token *string, credential map[string]any) error {
	_, err := s.api.CompleteWebAuthnRegistration(s.ctx(), &idp.CompleteWebAuthnRegistrationInput{
		AccessToken: token, Credential: document.NewLazyDocument(credential),
	})
	return err
}

// tryRegister registers a passkey of a device for ada.
func (s *secured) tryRegister(token *string, d *device, made virtualwebauthn.Credential) error {
	options, err := s.start(token)
	if err != nil {
		return err
	}
	if err := s.complete(token, d.create(s, options, made)); err != nil {
		return err
	}
	d.authenticator.AddCredential(made)
	return nil
}

// register registers a passkey for ada, who signs in for it with her password.
func (s *secured) register(d *device) (token *string) {
	s.t.Helper()
	token = s.enter().AuthenticationResult.AccessToken
	if err := s.tryRegister(token, d, key()); err != nil {
		s.t.Fatal(err)
	}
	return token
}

// prefersPasskey begins a sign-in with a passkey.
func (s *secured) prefersPasskey() *idp.InitiateAuthOutput {
	s.t.Helper()
	out, err := s.begin("PREFERRED_CHALLENGE", "WEB_AUTHN")
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

// sign answers a challenge with the first passkey that it allows, whose counter grows by one.
func (d *device) sign(s *secured, parameters map[string]string) string {
	s.t.Helper()
	options, err := virtualwebauthn.ParseAssertionOptions(parameters["CREDENTIAL_REQUEST_OPTIONS"])
	if err != nil {
		s.t.Fatal(err)
	}
	with := d.authenticator.FindAllowedCredential(*options)
	if with == nil {
		s.t.Fatalf("got %s, want a passkey among %v", parameters["CREDENTIAL_REQUEST_OPTIONS"], d.authenticator.Credentials)
	}
	with.Counter++
	return virtualwebauthn.CreateAssertionResponse(d.page, d.authenticator, *with, *options)
}

// enterWith signs in with a passkey.
func (s *secured) enterWith(d *device) (*idp.RespondToAuthChallengeOutput, error) {
	s.t.Helper()
	asked := s.prefersPasskey()
	return s.answer(webAuthn, asked.Session, "CREDENTIAL", d.sign(s, asked.ChallengeParameters))
}
