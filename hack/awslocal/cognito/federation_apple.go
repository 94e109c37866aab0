package cognito

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jws"
)

// Sign in with Apple is OpenID Connect, with a secret that is signed and an answer that is posted. Source unless another stands beside:
// https://developer.apple.com/documentation/signinwithapple.

// appleSecretValidity: Apple takes at most six months. What Cognito asks for is not known.
const appleSecretValidity = 5 * time.Minute

// clientSecret is what the provider knows Cognito by. For Apple, it is a token that the team's key signs
// (https://developer.apple.com/documentation/accountorganizationaldatasharing/creating-a-client-secret).
func (one *provider) clientSecret(now time.Time) (string, error) {
	details := one.ProviderDetails
	if one.ProviderType != types.IdentityProviderTypeTypeSignInWithApple {
		return details["client_secret"], nil
	}
	key, err := appleKey(details["private_key"])
	if err != nil {
		return "", err
	}
	payload, err := json.Marshal(map[string]any{
		"iss": details["team_id"], "sub": details["client_id"], "aud": details["oidc_issuer"],
		"iat": now.Unix(), "exp": now.Add(appleSecretValidity).Unix(),
	})
	if err != nil {
		return "", err
	}
	header := jws.NewHeaders()
	if err := header.Set(jws.KeyIDKey, details["key_id"]); err != nil {
		return "", err
	}
	signed, err := jws.Sign(payload, jws.WithKey(jwa.ES256(), key, jws.WithProtectedHeaders(header)))
	return string(signed), err
}

// appleKey reads a private key as Apple gives it (.p8), in lines or in one, with its first and last line or without: people report that
// Cognito takes each of these (aws-amplify/docs#5018, aws-amplify/docs#4678).
func appleKey(text string) (*ecdsa.PrivateKey, error) {
	text = strings.NewReplacer("-----BEGIN PRIVATE KEY-----", "", "-----END PRIVATE KEY-----", "").Replace(text)
	raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(raw)
	if err != nil {
		return nil, err
	}
	key, is := parsed.(*ecdsa.PrivateKey)
	if !is || key.Curve != elliptic.P256() {
		return nil, errors.New("the key is not one of ES256")
	}
	return key, nil
}

// posts says that the provider has browsers post its answer, as Apple has where it is asked for scopes.
func (one *provider) posts() bool {
	return one.ProviderType == types.IdentityProviderTypeTypeSignInWithApple
}

// posted is what Apple's form says of a person who signs in for the first time. It comes from the browser and is not signed, so only the
// name is taken from it. That Cognito writes both names as one for name is not known.
func posted(form url.Values) map[string]any {
	var user struct {
		Name struct {
			First string `json:"firstName"`
			Last  string `json:"lastName"`
		} `json:"name"`
	}
	if json.Unmarshal([]byte(form.Get("user")), &user) != nil {
		return nil
	}
	return map[string]any{
		"firstName": user.Name.First, "lastName": user.Name.Last, "name": strings.TrimSpace(user.Name.First + " " + user.Name.Last),
	}
}
