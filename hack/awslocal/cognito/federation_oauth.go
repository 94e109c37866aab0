package cognito

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// Sign-in at Facebook and at Amazon, which give no ID token: what they say of a user is at an address of its own. Source of the addresses
// and of how they are asked: the details that Cognito adds (provider_details.go).

// plainOAuth are the kinds that give no ID token.
var plainOAuth = map[types.IdentityProviderTypeType]bool{
	types.IdentityProviderTypeTypeFacebook: true, types.IdentityProviderTypeTypeLoginWithAmazon: true,
}

// errCode are Cognito's words for a code that such a provider does not take (aws-amplify/amplify-cli#2082).
var errCode = errors.New("Exception processing authorization code") //nolint:staticcheck // Cognito's words

// profile turns a code into what the provider says of the user.
func (st *site) profile(ctx context.Context, one *provider, code, back string) (map[string]any, error) {
	details := one.ProviderDetails
	target, method := details["token_url"], details["token_request_method"]
	form := url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {back},
		"client_id": {details["client_id"]}, "client_secret": {details["client_secret"]},
	}
	var body io.Reader = strings.NewReader(form.Encode())
	if method == http.MethodGet {
		target, body = target+"?"+form.Encode(), nil
	}
	var answered struct {
		Access string `json:"access_token"`
	}
	if err := st.fetch(ctx, method, target, body, "", &answered); err != nil {
		return nil, errCode
	}
	claims := map[string]any{}
	if details["attributes_url_add_attributes"] != "true" {
		return claims, st.fetch(ctx, http.MethodGet, details["attributes_url"], nil, answered.Access, &claims)
	}
	fields := slices.Compact(slices.Sorted(maps.Values(one.AttributeMapping)))
	err := st.fetch(ctx, http.MethodGet, details["attributes_url"]+url.QueryEscape(strings.Join(fields, ",")), nil, answered.Access, &claims)
	if err != nil {
		// One attribute that Facebook does not have takes all others with it, and users come in with their names only
		// (aws-amplify/amplify-js#13674).
		err = st.fetch(ctx, http.MethodGet, details["attributes_url"]+subjects[one.ProviderType], nil, answered.Access, &claims)
	}
	return claims, err
}
