package cognito

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/crewjam/saml"
)

// Sign-in that begins at a provider of SAML ("IdP-initiated"). Source:
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-SAML-session-initiation.html.

// unsolicited reads what a response that nobody asked for is for: its RelayState has the parameters of a request to /oauth2/authorize. It
// is nil if the state is none, or if the provider may not begin sign-ins. A request that is wrong is refused as there.
func (st *site) unsolicited(r *http.Request, relayed string) (*departure, *answer) {
	query, err := url.ParseQuery(relayed)
	if err != nil || !query.Has("client_id") {
		return nil, nil
	}
	req, failure := st.authRequest(r, query)
	if failure != nil {
		return nil, failure
	}
	one, _ := req.client.asked(query)
	if !one.initiates() || !req.client.onlySAML() {
		return nil, nil
	}
	return &departure{req: req, provider: one}, nil
}

// initiates says whether sign-ins may begin at the provider.
func (one *provider) initiates() bool {
	return one != nil && one.ProviderDetails[detailInitiated] == "true"
}

// onlySAML says whether the client has no providers but those of SAML.
func (c *client) onlySAML() bool {
	return !slices.ContainsFunc(c.SupportedIdentityProviders, func(name string) bool {
		one := c.pool.providers[name]
		return one == nil || one.ProviderType != types.IdentityProviderTypeTypeSaml
	})
}

// checkInitiated: "you can't add non-SAML IdPs, including the user pool itself, to any app client that uses a SAML provider with
// IdP-initiated sign-in". The words are not known, and neither is whether a provider of such a client may become one (here it may, and
// begins no sign-in there).
func (c *client) checkInitiated() error {
	for _, name := range c.SupportedIdentityProviders {
		if c.pool.providers[name].initiates() && !c.onlySAML() {
			return invalid("The provider %s with IdP-initiated sign-in can only be combined with providers of type SAML.", name)
		}
	}
	return nil
}

// used are the assertions of a provider. One with the ID of an earlier one is refused ("no replayed assertions",
// cognito-user-pools-saml-idp-things-to-know.html).
type used struct {
	*Service

	prefix string
}

// Consume takes an assertion once.
func (u *used) Consume(id string, _ time.Time) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.assertions[u.prefix+id] {
		return saml.ErrAssertionReplayed
	}
	u.assertions[u.prefix+id] = true
	return nil
}
