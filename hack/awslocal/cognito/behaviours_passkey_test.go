package cognito_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/descope/virtualwebauthn"
)

const (
	startExample = "API reference: StartWebAuthnRegistration, example"
	startModel   = "model: exceptions of StartWebAuthnRegistration; AWS's words are not known"
	doneModel    = "model: exceptions of CompleteWebAuthnRegistration; AWS's words are not known"
)

// creation are the options of a registration but for what is random.
type creation struct {
	RP, User map[string]string
	Excluded int
	Algs     []int
	Timeout  int
	Selected map[string]any
}

func readCreation(raw string) (creation, error) {
	var o struct {
		RP, User               map[string]string
		ExcludeCredentials     []any
		PubKeyCredParams       []struct{ Alg int }
		Timeout                int
		AuthenticatorSelection map[string]any
	}
	err := json.Unmarshal([]byte(raw), &o)
	out := creation{RP: o.RP, User: o.User, Excluded: len(o.ExcludeCredentials), Timeout: o.Timeout, Selected: o.AuthenticatorSelection}
	for _, p := range o.PubKeyCredParams {
		out.Algs = append(out.Algs, p.Alg)
	}
	delete(out.User, "id")
	return out, err
}

func TestPasskeysBegun(t *testing.T) {
	begun := func(s *secured) (creation, error) {
		raw, err := s.start(s.enter().AuthenticationResult.AccessToken)
		if err != nil {
			return creation{}, err
		}
		return readCreation(raw)
	}
	party := func(s *secured) (any, error) {
		got, err := begun(s)
		return got.RP["id"], err
	}
	noParty := func(c *cloud) *secured {
		return c.passkeyPool(&idp.SetUserPoolMfaConfigInput{WebAuthnConfiguration: &types.WebAuthnConfigurationType{}})
	}
	check(t, setup{}, []behavior{
		{
			name: "options to make a passkey", source: startExample,
			do: func(c *cloud) (any, error) {
				s := c.withPasskeys(types.WebAuthnConfigurationType{})
				s.register(newDevice())
				return begun(s)
			},
			want: creation{
				RP: map[string]string{"id": relyingParty, "name": relyingParty}, User: map[string]string{"name": "ada", "displayName": "ada"},
				Excluded: 1, Algs: []int{-7, -257}, Timeout: 60000,
				Selected: map[string]any{"requireResidentKey": true, "residentKey": "required", "userVerification": "preferred"},
			},
		},
		{
			name: "the pool can require user verification", source: "model: WebAuthnConfigurationType.UserVerification",
			do: func(c *cloud) (any, error) {
				got, err := begun(c.withPasskeys(types.WebAuthnConfigurationType{UserVerification: "required"}))
				return got.Selected["userVerification"], err
			},
			want: "required",
		},
		{
			name: "a prefix domain is the relying party by default", source: passkeyGuide,
			do: func(c *cloud) (any, error) {
				s := noParty(c)
				c.prefix(s.pool, "ours")
				return party(s)
			},
			want: "ours.auth.us-east-1.amazoncognito.com",
		},
		{
			name: "a custom domain before it", source: passkeyGuide,
			do: func(c *cloud) (any, error) {
				s := noParty(c)
				c.prefix(s.pool, "ours")
				_, err := c.api.CreateUserPoolDomain(c.ctx(), &idp.CreateUserPoolDomainInput{
					UserPoolId: s.pool, Domain: aws.String("auth.example.org"),
					CustomDomainConfig: &types.CustomDomainConfigType{CertificateArn: aws.String("arn:aws:acm:us-east-1:111111111111:certificate/1")},
				})
				if err != nil {
					return nil, err
				}
				return party(s)
			},
			want: "auth.example.org",
		},
		{
			name: "one of them is needed", source: startModel,
			do:      func(c *cloud) (any, error) { return begun(noParty(c)) },
			wantErr: "WebAuthnConfigurationMissingException: The user pool has no relying party id and no domain",
		},
		{
			name: "a relying party is a domain", source: passkeyGuide + ": any domain name; AWS's words are not known",
			do: func(c *cloud) (any, error) {
				return c.api.SetUserPoolMfaConfig(c.ctx(), &idp.SetUserPoolMfaConfigInput{
					UserPoolId: c.pool(), WebAuthnConfiguration: &types.WebAuthnConfigurationType{RelyingPartyId: aws.String("https://example.com")},
				})
			},
			wantErr: "InvalidParameterException: RelyingPartyId must be a domain name",
		},
		{
			name: "the pool must allow passkeys", source: startModel,
			do: func(c *cloud) (any, error) {
				s := c.choice()
				return s.start(s.enter().AuthenticationResult.AccessToken)
			},
			wantErr: "WebAuthnNotEnabledException: Passkeys are not enabled for the user pool",
		},
		{
			name: "a token that isn't one", source: "apps quote AWS",
			do: func(c *cloud) (any, error) {
				return c.withPasskeys(types.WebAuthnConfigurationType{}).start(aws.String("a.b.c"))
			},
			wantErr: "NotAuthorizedException: Invalid Access Token",
		},
		{
			name: "a user has twenty at most", source: passkeyGuide + "; model: LimitExceededException; AWS's words are not known",
			do: func(c *cloud) (any, error) {
				s, d := c.withPasskeys(types.WebAuthnConfigurationType{}), newDevice()
				token := s.register(d)
				for range 19 {
					if err := s.tryRegister(token, d, key()); err != nil {
						return nil, fmt.Errorf("one of the first twenty: %w", err)
					}
				}
				return s.start(token)
			},
			wantErr: "LimitExceededException: Limit exceeded: passkeys of a user, 20",
		},
	})
}

func TestPasskeysMade(t *testing.T) {
	preferred := types.WebAuthnConfigurationType{}
	// made registers a passkey after a change of what is usual.
	made := func(name, source, refusal string, change func(*secured, *device)) behavior {
		return behavior{name: name, source: source, wantErr: refusal, do: func(c *cloud) (any, error) {
			s, d := c.withPasskeys(preferred), newDevice()
			change(s, d)
			return nil, s.tryRegister(s.enter().AuthenticationResult.AccessToken, d, key())
		}}
	}
	// late completes a registration after something happened.
	late := func(name, refusal string, meanwhile func(s *secured, token *string)) behavior {
		return behavior{name: name, source: doneModel, wantErr: refusal, do: func(c *cloud) (any, error) {
			s, d := c.withPasskeys(preferred), newDevice()
			token := s.enter().AuthenticationResult.AccessToken
			options, err := s.start(token)
			if err != nil {
				return nil, err
			}
			meanwhile(s, token)
			return nil, s.complete(token, d.create(s, options, key()))
		}}
	}
	const (
		gone  = "WebAuthnChallengeNotFoundException: The challenge of StartWebAuthnRegistration has expired"
		alien = "WebAuthnOriginNotAllowedException: The passkey's origin does not align with the relying party"
	)
	check(t, setup{}, []behavior{
		made("an authenticator that verifies its user", passkeyGuide, "", func(*secured, *device) {}),
		made("one that doesn't, where that is preferred", passkeyGuide, "", func(_ *secured, d *device) { d.authenticator.Options.UserNotVerified = true }),
		made("the domain itself is an origin", "WebAuthn: relying party identifier", "", func(_ *secured, d *device) { d.page.Origin = "https://example.com:8443" }),
		made("another domain isn't", doneModel, alien, func(_ *secured, d *device) { d.page.Origin = "https://example.com.example.org" }),
		made("nor is one that only ends like it", doneModel, alien, func(_ *secured, d *device) { d.page.Origin = "https://notexample.com" }),
		made("nor one without HTTPS", "WebAuthn: secure contexts", alien, func(_ *secured, d *device) { d.page.Origin = "http://app.example.com" }),
		made("a passkey of another relying party", doneModel,
			"WebAuthnRelyingPartyMismatchException: The passkey is of another relying party than the pool's",
			func(_ *secured, d *device) { d.page.ID = "example.org" }),
		{
			name: "the user must be verified where that is required", source: passkeyGuide + "; model: WebAuthnCredentialNotSupportedException",
			do: func(c *cloud) (any, error) {
				s, d := c.withPasskeys(types.WebAuthnConfigurationType{UserVerification: "required"}), newDevice()
				d.authenticator.Options.UserNotVerified = true
				return nil, s.tryRegister(s.enter().AuthenticationResult.AccessToken, d, key())
			},
			wantErr: "WebAuthnCredentialNotSupportedException: The passkey is not supported: " +
				"Error validating the authenticator response",
		},
		{
			name: "keys may be of RSA", source: passkeyGuide + ": RS256",
			do: func(c *cloud) (any, error) {
				s := c.withPasskeys(preferred)
				made := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeRSA)
				return nil, s.tryRegister(s.enter().AuthenticationResult.AccessToken, newDevice(), made)
			},
		},
		late("a registration is good for a minute", gone, func(s *secured, _ *string) { s.clock.Step(time.Minute) }),
		late("and until the next begins", gone, func(s *secured, token *string) {
			if _, err := s.start(token); err != nil {
				s.t.Error(err)
			}
		}),
		late("the pool may allow passkeys no more", "WebAuthnNotEnabledException: Passkeys are not enabled for the user pool", func(s *secured, _ *string) {
			if _, err := s.api.UpdateUserPool(s.ctx(), &idp.UpdateUserPoolInput{UserPoolId: s.pool, Policies: withFactors("PASSWORD")}); err != nil {
				s.t.Error(err)
			}
		}),
		{
			name: "a registration is completed once", source: doneModel,
			do: func(c *cloud) (any, error) {
				s, d := c.withPasskeys(preferred), newDevice()
				token := s.enter().AuthenticationResult.AccessToken
				options, err := s.start(token)
				if err != nil {
					return nil, err
				}
				if err := s.complete(token, d.create(s, options, key())); err != nil {
					return nil, err
				}
				return nil, s.complete(token, d.create(s, options, key()))
			},
			wantErr: gone,
		},
		{
			name: "by the client that began it", source: doneModel,
			do: func(c *cloud) (any, error) {
				s, d := c.withPasskeys(preferred), newDevice()
				options, err := s.start(s.enter().AuthenticationResult.AccessToken)
				if err != nil {
					return nil, err
				}
				s.client = c.appClient(s.pool, withPasswords).ClientId
				return nil, s.complete(s.enter().AuthenticationResult.AccessToken, d.create(s, options, key()))
			},
			wantErr: "WebAuthnClientMismatchException: The access token is of another client than the registration",
		},
		{
			name: "a passkey is one user's", source: "WebAuthn: registering a new credential, step 26; AWS's answer is not known",
			do: func(c *cloud) (any, error) {
				s, d := c.withPasskeys(preferred), newDevice()
				s.register(d)
				c.confirmed(s.pool, "bob")
				out, err := s.signIn(s.client, "bob", password)
				if err != nil {
					return nil, err
				}
				return nil, s.tryRegister(out.AuthenticationResult.AccessToken, d, d.authenticator.Credentials[0])
			},
			wantErr: "WebAuthnCredentialNotSupportedException: The passkey is registered already",
		},
		{
			name: "a credential has its form", source: "model: RegistrationResponseJSON; AWS's words are not known",
			do: func(c *cloud) (any, error) {
				s := c.withPasskeys(preferred)
				return nil, s.complete(s.enter().AuthenticationResult.AccessToken, map[string]any{"id": "1"})
			},
			wantErr: "InvalidParameterException: Credential is not a RegistrationResponseJSON: Parse error for Registration",
		},
	})
}
