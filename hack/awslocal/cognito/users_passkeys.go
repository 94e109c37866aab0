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
	errNotOurs           = denied("Passkeys are for users of the user pool itself") // no source says; their provider decides who they are
	errNoSuchPasskey     = wire.Errorf(resourceNotFound, "The user has no such passkey")
)

// registration is a passkey that a user is about to make.
type registration struct {
	webauthn.SessionData
	client  *client
	expires time.Time
}

func (s *Service) startWebAuthnRegistration(
	r wire.Request, in *idp.StartWebAuthnRegistrationInput,
) (*idp.StartWebAuthnRegistrationOutput, error) {
	g, err := s.bearer(in.AccessToken, r.Now)
	if err != nil {
		return nil, err
	}
	asked, err := s.beginPasskey(g.client, g.user, r.Now)
	if err != nil {
		return nil, err
	}
	options, err := plainDocument(asked)
	return &idp.StartWebAuthnRegistrationOutput{CredentialCreationOptions: options}, err
}

// beginPasskey asks for a passkey. The registration is good for as long as its options say that a browser waits: a minute (API reference:
// example of StartWebAuthnRegistration). The one before counts no longer.
func (s *Service) beginPasskey(c *client, u *user, now time.Time) (*protocol.PublicKeyCredentialCreationOptions, error) {
	p := c.pool
	id := s.relyingParty(p)
	switch {
	case !p.allowsPasskeys():
		return nil, errPasskeysOff
	case u.status == types.UserStatusTypeExternalProvider:
		return nil, errNotOurs
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
	u.registration = &registration{*session, c, now.Add(time.Minute)}
	return &creation.Response, nil
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

func (s *Service) completeWebAuthnRegistration(
	r wire.Request, in *idp.CompleteWebAuthnRegistrationInput,
) (*idp.CompleteWebAuthnRegistrationOutput, error) {
	g, err := s.bearer(in.AccessToken, r.Now)
	if err != nil {
		return nil, err
	}
	if !g.client.pool.allowsPasskeys() {
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
	return &idp.CompleteWebAuthnRegistrationOutput{}, s.keepPasskey(g.client, g.user, made, r.Now)
}

// keepPasskey keeps a passkey that was asked for.
func (s *Service) keepPasskey(c *client, u *user, made *protocol.ParsedCredentialCreationData, now time.Time) error {
	p := c.pool
	if !p.allowsPasskeys() {
		return errPasskeysOff
	}
	if err := s.checkRegistration(c, u, made, now); err != nil {
		return err
	}
	party, err := s.party(p, made.Response.CollectedClientData.Origin)
	if err != nil {
		return err
	}
	begun := u.registration.SessionData
	begun.UserVerification = p.userVerification() // the pool may have changed meanwhile
	credential, err := party.CreateCredential(holder{u, party.Config.RPID}, begun, made)
	if err != nil {
		return wire.Errorf(passkeyRejected, "The passkey is not supported: %v", err)
	}
	u.passkeys[made.ID] = &passkey{*credential, party.Config.RPID, now}
	u.registration, u.modified = nil, now
	return nil
}

// checkRegistration refuses what has an exception of its own.
func (s *Service) checkRegistration(c *client, u *user, made *protocol.ParsedCredentialCreationData, now time.Time) error {
	begun, id := u.registration, s.relyingParty(c.pool)
	hash := sha256.Sum256([]byte(id))
	switch data := made.Response.CollectedClientData; {
	case begun == nil || data.Challenge != begun.Challenge || !now.Before(begun.expires):
		return errNoRegistration
	case begun.client != c:
		return errOtherClient
	case !bytes.Equal(made.Response.AttestationObject.AuthData.RPIDHash, hash[:]):
		return errOtherRelyingParty
	case !aligned(data.Origin, id):
		return errOriginNotAllowed
	}
	for _, other := range c.pool.users {
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
