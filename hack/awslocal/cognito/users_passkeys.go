package cognito

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// The codes are the model's. AWS's words are not known: these are the model's descriptions.
var (
	errPasskeysOff       = wire.Errorf("WebAuthnNotEnabledException", "Passkeys are not enabled for the user pool")
	errNoRelyingParty    = wire.Errorf("WebAuthnConfigurationMissingException", "The user pool has no relying party id and no domain")
	errNoRegistration    = wire.Errorf("WebAuthnChallengeNotFoundException", "The challenge of StartWebAuthnRegistration has expired")
	errOtherClient       = wire.Errorf("WebAuthnClientMismatchException", "The access token is of another client than the registration")
	errOtherRelyingParty = wire.Errorf("WebAuthnRelyingPartyMismatchException", "The passkey is of another relying party than the pool's")
	errOriginNotAllowed  = wire.Errorf("WebAuthnOriginNotAllowedException", "The passkey's origin does not align with the relying party")
	errNoSuchPasskey     = wire.Errorf(resourceNotFound, "The user has no such passkey")
)

// registration is a passkey that a user is about to make.
type registration struct {
	webauthn.SessionData
	client  *client
	expires time.Time
}

// startWebAuthnRegistration asks for a passkey. The registration is good for as long as its options say that a browser waits: a minute
// (API reference: example). The one before counts no longer.
func (s *Service) startWebAuthnRegistration(
	r wire.Request, in *idp.StartWebAuthnRegistrationInput,
) (*idp.StartWebAuthnRegistrationOutput, error) {
	g, err := s.bearer(in.AccessToken, r.Now)
	if err != nil {
		return nil, err
	}
	p, u := g.client.pool, g.user
	id := s.relyingParty(p)
	switch {
	case !p.allowsPasskeys():
		return nil, errPasskeysOff
	case id == "":
		return nil, errNoRelyingParty
	case len(u.passkeys) >= passkeyLimit:
		return nil, overLimit("passkeys of a user", passkeyLimit)
	}
	party, err := s.party(p, "https://"+id)
	if err != nil {
		return nil, err
	}
	party.Config.Timeouts.Registration.Timeout = time.Minute
	owner := holder{u, id}
	creation, session, err := party.BeginRegistration(owner, webauthn.WithCredentialParameters(passkeyAlgorithms),
		webauthn.WithExclusions(webauthn.Credentials(owner.WebAuthnCredentials()).CredentialDescriptors()))
	if err != nil {
		return nil, err
	}
	options, err := plainDocument(creation.Response)
	if err != nil {
		return nil, err
	}
	u.registration = &registration{*session, g.client, r.Now.Add(time.Minute)}
	return &idp.StartWebAuthnRegistrationOutput{CredentialCreationOptions: options}, nil
}

// plainDocument is a value as a document by its names in JSON, which documents don't look at.
func plainDocument(value any) (document.Interface, error) {
	encoded, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	var plain map[string]any
	if err := json.Unmarshal(encoded, &plain); err != nil {
		return nil, err
	}
	return document.NewLazyDocument(plain), nil
}

// completeWebAuthnRegistration keeps the passkey that an authenticator made.
func (s *Service) completeWebAuthnRegistration(
	r wire.Request, in *idp.CompleteWebAuthnRegistrationInput,
) (*idp.CompleteWebAuthnRegistrationOutput, error) {
	g, err := s.bearer(in.AccessToken, r.Now)
	if err != nil {
		return nil, err
	}
	p, u := g.client.pool, g.user
	if !p.allowsPasskeys() {
		return nil, errPasskeysOff
	}
	raw, err := in.Credential.MarshalSmithyDocument()
	if err != nil {
		return nil, err
	}
	made, err := protocol.ParseCredentialCreationResponseBytes(raw)
	if err != nil {
		return nil, invalid("Credential is not a RegistrationResponseJSON: %v", err)
	}
	if err := s.checkRegistration(g, made, r.Now); err != nil {
		return nil, err
	}
	party, err := s.party(p, made.Response.CollectedClientData.Origin)
	if err != nil {
		return nil, err
	}
	begun := u.registration.SessionData
	begun.UserVerification = p.userVerification() // the pool may have changed meanwhile
	credential, err := party.CreateCredential(holder{u, party.Config.RPID}, begun, made)
	if err != nil {
		return nil, wire.Errorf(passkeyRejected, "The passkey is not supported: %v", err)
	}
	u.passkeys[made.ID] = &passkey{*credential, party.Config.RPID, r.Now}
	u.registration, u.modified = nil, r.Now
	return &idp.CompleteWebAuthnRegistrationOutput{}, nil
}

// checkRegistration refuses what has an exception of its own.
func (s *Service) checkRegistration(g *grant, made *protocol.ParsedCredentialCreationData, now time.Time) error {
	begun, id := g.user.registration, s.relyingParty(g.client.pool)
	hash := sha256.Sum256([]byte(id))
	switch data := made.Response.CollectedClientData; {
	case begun == nil || data.Challenge != begun.Challenge || !now.Before(begun.expires):
		return errNoRegistration
	case begun.client != g.client:
		return errOtherClient
	case !bytes.Equal(made.Response.AttestationObject.AuthData.RPIDHash, hash[:]):
		return errOtherRelyingParty
	case !aligned(data.Origin, id):
		return errOriginNotAllowed
	}
	for _, other := range g.client.pool.users {
		if other.passkeys[made.ID] != nil { // https://www.w3.org/TR/webauthn-3/#sctn-registering-a-new-credential, step 26
			return wire.Errorf(passkeyRejected, "The passkey is registered already")
		}
	}
	return nil
}

func (s *Service) listWebAuthnCredentials(
	r wire.Request, in *idp.ListWebAuthnCredentialsInput,
) (*idp.ListWebAuthnCredentialsOutput, error) {
	g, err := s.bearer(in.AccessToken, r.Now)
	if err != nil {
		return nil, err
	}
	ids, next, err := page(g.user.passkeys, in.NextToken, in.MaxResults, passkeyLimit)
	if err != nil {
		return nil, err
	}
	out := &idp.ListWebAuthnCredentialsOutput{Credentials: []types.WebAuthnCredentialDescription{}, NextToken: next}
	for _, id := range ids {
		out.Credentials = append(out.Credentials, g.user.passkeys[id].describe(id))
	}
	return out, nil
}

func (s *Service) deleteWebAuthnCredential(
	r wire.Request, in *idp.DeleteWebAuthnCredentialInput,
) (*idp.DeleteWebAuthnCredentialOutput, error) {
	g, err := s.bearer(in.AccessToken, r.Now)
	if err != nil {
		return nil, err
	}
	id := aws.ToString(in.CredentialId)
	if g.user.passkeys[id] == nil {
		return nil, errNoSuchPasskey
	}
	delete(g.user.passkeys, id)
	g.user.modified = r.Now
	return &idp.DeleteWebAuthnCredentialOutput{}, nil
}
