package cognito

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// passkey is a key pair that a user has, of which the pool knows the public half. What comments call passkeyGuide is "Passwordless sign-in
// with WebAuthn passkeys" in
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html.
type passkey struct {
	webauthn.Credential
	relyingParty string
	created      time.Time
}

// passkeyLimit: "each user can register up to 20 passkeys" (passkeyGuide).
const passkeyLimit = 20

// passkeyAlgorithms: "Amazon Cognito recognizes passkeys created using either of two asymmetric cryptographic algorithms, ES256(-7)
// and RS256(-257)" (passkeyGuide).
var passkeyAlgorithms = []protocol.CredentialParameter{
	{Type: protocol.PublicKeyCredentialType, Algorithm: -7}, {Type: protocol.PublicKeyCredentialType, Algorithm: -257},
}

// allowsPasskeys tells whether users of the pool may sign in with passkeys.
func (p *pool) allowsPasskeys() bool {
	return slices.Contains(p.Policies.SignInPolicy.AllowedFirstAuthFactors, types.AuthFactorTypeWebAuthn)
}

func (p *pool) webAuthn() types.WebAuthnConfigurationType {
	if p.mfa.WebAuthnConfiguration == nil {
		return types.WebAuthnConfigurationType{}
	}
	return *p.mfa.WebAuthnConfiguration
}

// passkeysAreBothFactors tells whether a passkey can stand for a second factor as well.
func (p *pool) passkeysAreBothFactors() bool {
	return p.webAuthn().FactorConfiguration == types.WebAuthnFactorConfigurationTypeMultiFactorWithUserVerification
}

// userVerification is whether an authenticator has to verify its user: "preferred" unless configured (passkeyGuide). A pool where
// passkeys are both factors "requires passkey authenticators to perform user verification" (model, WebAuthnFactorConfigurationType).
func (p *pool) userVerification() protocol.UserVerificationRequirement {
	if p.passkeysAreBothFactors() || p.webAuthn().UserVerification == types.UserVerificationTypeRequired {
		return protocol.VerificationRequired
	}
	return protocol.VerificationPreferred
}

// relyingParty is the domain that passkeys of the pool are bound to: the configured one, else the custom domain, else the prefix
// domain (passkeyGuide). It is empty if there is none of them.
func (s *Service) relyingParty(p *pool) string {
	if configured := p.webAuthn().RelyingPartyId; configured != nil {
		return *configured
	}
	var prefix string
	for _, d := range s.domains {
		switch {
		case d.pool == p && d.custom():
			return d.name
		case d.pool == p:
			prefix = d.name + ".auth." + p.region + ".amazoncognito.com"
		}
	}
	return prefix
}

// holder is a user as the WebAuthn library knows one, with the passkeys of one relying party. The user handle is the sub, and both
// names are the user name (API reference, StartWebAuthnRegistration: example).
type holder struct {
	*user
	relyingParty string
}

func (h holder) WebAuthnID() []byte          { return []byte(h.sub()) }
func (h holder) WebAuthnName() string        { return h.name }
func (h holder) WebAuthnDisplayName() string { return h.name }

func (h holder) WebAuthnCredentials() []webauthn.Credential {
	var credentials []webauthn.Credential
	for _, k := range h.passkeys {
		if k.relyingParty == h.relyingParty {
			credentials = append(credentials, k.Credential)
		}
	}
	slices.SortFunc(credentials, func(a, b webauthn.Credential) int { return slices.Compare(a.ID, b.ID) })
	return credentials
}

// offersPasskey tells whether a user can sign in with a passkey, by its existence and the pool's configuration. Passkeys of another
// relying party are of no use: "if you change your RP ID, your users must register again with the new RP ID" (passkeyGuide).
func (s *Service) offersPasskey(p *pool, u *user) bool {
	return p.allowsPasskeys() && len(holder{u, s.relyingParty(p)}.WebAuthnCredentials()) > 0
}

// party is the pool as a relying party of WebAuthn that a page of an origin talks to. Attestation isn't asked for (passkeyGuide:
// Cognito doesn't enforce it). Outputs of extensions that nobody asked for are ignored: password managers send them.
func (s *Service) party(p *pool, origin string) (*webauthn.WebAuthn, error) {
	id := s.relyingParty(p)
	resident := true
	return webauthn.New(&webauthn.Config{
		RPID: id, RPDisplayName: id, RPOrigins: []string{origin},
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			RequireResidentKey: &resident, ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: p.userVerification(),
		},
	})
}

// aligned tells whether pages of an origin may use passkeys of a relying party: over HTTPS, at its domain or below
// (https://www.w3.org/TR/webauthn-3/#relying-party-identifier), or on localhost, which browsers trust without HTTPS.
func aligned(origin, relyingParty string) bool {
	u, err := url.Parse(origin)
	if err != nil {
		return false
	}
	host := u.Hostname()
	secure := u.Scheme == "https" || u.Scheme == "http" && (host == "localhost" || strings.HasSuffix(host, ".localhost"))
	return secure && (host == relyingParty || strings.HasSuffix(host, "."+relyingParty))
}

// describe shows a passkey to its user. Its name is generated: "Roaming passkey" is AWS's for one of another device (AWS CLI example
// list-web-authn-credentials); for others it is not known.
func (k *passkey) describe(id string) types.WebAuthnCredentialDescription {
	out := types.WebAuthnCredentialDescription{
		AuthenticatorTransports: []string{}, CreatedAt: aws.Time(k.created), CredentialId: &id,
		FriendlyCredentialName: aws.String("Passkey"), RelyingPartyId: aws.String(k.relyingParty),
	}
	for _, t := range k.Transport {
		out.AuthenticatorTransports = append(out.AuthenticatorTransports, string(t))
	}
	if attachment := string(k.Authenticator.Attachment); attachment != "" {
		out.AuthenticatorAttachment = &attachment
	}
	if k.Authenticator.Attachment == protocol.CrossPlatform {
		out.FriendlyCredentialName = aws.String("Roaming passkey")
	}
	return out
}
