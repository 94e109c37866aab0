package cognito

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jws"
)

// keyPair are the two keys of a pool: Cognito signs ID tokens with one and access tokens with the other
// (https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html).
// They are made when first needed, which most pools in tests never do.
type keyPair struct {
	load func() (*loadedKeys, error)
}

type loadedKeys struct {
	id, access jwk.Key
	public     jwk.Set
}

func newKeyPair() *keyPair { return &keyPair{load: sync.OnceValues(generateKeys)} }

func generateKeys() (*loadedKeys, error) {
	var keys [2]jwk.Key
	var errs [2]error
	var both sync.WaitGroup
	for i := range keys {
		both.Go(func() { keys[i], errs[i] = generateKey() })
	}
	both.Wait()
	public := jwk.NewSet()
	for i := range keys {
		if errs[i] != nil {
			return nil, fmt.Errorf("generate a signing key: %w", errs[i])
		}
		key, err := keys[i].PublicKey()
		if err != nil {
			return nil, fmt.Errorf("public half of a signing key: %w", err)
		}
		if err := public.AddKey(key); err != nil {
			return nil, fmt.Errorf("key set: %w", err)
		}
	}
	return &loadedKeys{id: keys[0], access: keys[1], public: public}, nil
}

func generateKey() (jwk.Key, error) {
	raw, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	key, err := jwk.Import(raw)
	if err != nil {
		return nil, err
	}
	kid := make([]byte, 32)
	rand.Read(kid)
	for name, value := range map[string]any{
		jwk.KeyIDKey:     base64.StdEncoding.EncodeToString(kid),
		jwk.AlgorithmKey: jwa.RS256(),
		jwk.KeyUsageKey:  jwk.ForSignature,
	} {
		if err := key.Set(name, value); err != nil {
			return nil, err
		}
	}
	return key, nil
}

// sign makes a token of claims. Its header has a kid and an alg, as Cognito's.
func sign(key jwk.Key, claims map[string]any) (string, error) {
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("encode claims: %w", err)
	}
	token, err := jws.Sign(payload, jws.WithKey(jwa.RS256(), key))
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	return string(token), nil
}
