package features_test

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
	"github.com/descope/virtualwebauthn"
)

// phone keeps a passkey, for the pages of an origin.
type phone struct {
	page          virtualwebauthn.RelyingParty
	authenticator virtualwebauthn.Authenticator
	passkey       virtualwebauthn.Credential
}

// newPhone makes the key pair. It is of RSA: virtualwebauthn leaves out leading zeros of the coordinates of other keys.
func newPhone(relyingParty, origin string) *phone {
	return &phone{
		page:          virtualwebauthn.RelyingParty{ID: relyingParty, Name: relyingParty, Origin: origin},
		authenticator: virtualwebauthn.NewAuthenticator(),
		passkey:       virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeRSA),
	}
}

// create answers options to make a passkey, as a browser does.
func (p *phone) create(t *testing.T, options document.Interface) document.Interface {
	t.Helper()
	raw, err := options.MarshalSmithyDocument()
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := virtualwebauthn.ParseAttestationOptions(string(raw))
	if err != nil {
		t.Fatal(err)
	}
	p.authenticator.Options.UserHandle = []byte(parsed.UserID)
	var response map[string]any
	if err := json.Unmarshal([]byte(virtualwebauthn.CreateAttestationResponse(p.page, p.authenticator, p.passkey, *parsed)), &response); err != nil {
		t.Fatal(err)
	}
	return document.NewLazyDocument(response)
}

// sign answers options to sign in.
func (p *phone) sign(t *testing.T, options string) string {
	t.Helper()
	parsed, err := virtualwebauthn.ParseAssertionOptions(options)
	if err != nil {
		t.Fatal(err)
	}
	p.passkey.Counter++
	return virtualwebauthn.CreateAssertionResponse(p.page, p.authenticator, p.passkey, *parsed)
}
