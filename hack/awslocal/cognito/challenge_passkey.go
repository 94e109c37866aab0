package cognito

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/go-webauthn/webauthn/protocol"
)

// errWrongPasskey: RespondToAuthChallenge has no exception for passkeys (model). AWS's words are not known.
var errWrongPasskey = denied("The passkey could not be verified.")

// demandPasskey asks for a signature by one of the user's passkeys, in a PublicKeyCredentialRequestOptionsJSON (API reference,
// InitiateAuth: example). A browser waits for it as long as the session does: three minutes there, the default of AuthSessionValidity.
func (s *Service) demandPasskey(c *client, u *user, now time.Time) (*idp.InitiateAuthOutput, error) {
	id := s.relyingParty(c.pool)
	party, err := s.party(c.pool, "https://"+id)
	if err != nil {
		return nil, err
	}
	party.Config.Timeouts.Login.Timeout = time.Duration(aws.ToInt32(c.AuthSessionValidity)) * time.Minute
	assertion, session, err := party.BeginLogin(holder{u, id})
	if err != nil {
		return nil, err
	}
	options, err := json.Marshal(assertion.Response)
	if err != nil {
		return nil, err
	}
	ch := &challenge{name: factorPasskey, client: c, user: u, passkey: session, request: assertion.Response}
	return s.ask(ch, map[string]string{"CREDENTIAL_REQUEST_OPTIONS": string(options)}, now), nil
}

// answerPasskey takes the signature. It is held to what the pool and the user have turned on by now, so that a change of either in the
// meantime lets nobody in who could not begin. A counter that does not grow tells of a copied key
// (https://www.w3.org/TR/webauthn-3/#sctn-sign-counter), which is refused: whether AWS does so is not known.
func (s *Service) answerPasskey(
	ch *challenge, responses map[string]string, _ time.Time,
) (*idp.InitiateAuthOutput, error) {
	p, u := ch.client.pool, ch.user
	if !slices.Contains(s.firstFactors(p, u), factorPasskey) {
		return nil, errWrongPasskey
	}
	signed, err := protocol.ParseCredentialRequestResponseBytes([]byte(responses["CREDENTIAL"]))
	if err != nil {
		return nil, invalid("CREDENTIAL is not an AuthenticationResponseJSON: %v", err)
	}
	origin, id := signed.Response.CollectedClientData.Origin, s.relyingParty(p)
	if !aligned(origin, id) {
		return nil, errWrongPasskey
	}
	party, err := s.party(p, origin)
	if err != nil {
		return nil, err
	}
	begun := *ch.passkey
	begun.UserVerification = p.userVerification()
	credential, err := party.ValidateLogin(holder{u, id}, begun, signed)
	if err != nil || credential.Authenticator.CloneWarning {
		return nil, errWrongPasskey
	}
	u.passkeys[signed.ID].Credential = *credential
	return nil, nil
}
