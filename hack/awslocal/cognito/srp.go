package cognito

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"math/big"
	"strings"
)

// srpServer is the server's half of one sign-in with the Secure Remote Password protocol, version 6a, as AWS's own
// clients compute theirs (AuthenticationHelper.js of amazon-cognito-identity-js): the group of 3072 bits of RFC 5054,
// SHA-256, and numbers hashed as Java's BigInteger.toByteArray writes them.
type srpServer struct {
	name     string // of the pool and the user, who are hashed together
	salt     *big.Int
	verifier *big.Int
	secret   *big.Int // b
	public   *big.Int // B
	client   *big.Int // A
}

var (
	srpPrime, _ = new(big.Int).SetString("FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74"+
		"020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B"+
		"0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F"+
		"83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E8603"+
		"9B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33"+
		"A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6B"+
		"F12FFA06D98A0864D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E"+
		"4B82D120A93AD2CAFFFFFFFFFFFFFFFF", 16)
	srpGenerator  = big.NewInt(2)
	srpMultiplier = hashed(signed(srpPrime), signed(srpGenerator)) // k
)

// newSRP begins a sign-in of the user called name in a pool, whose client sent its public key.
func newSRP(pool, name, password string, salt []byte, client *big.Int) *srpServer {
	_, pool, _ = strings.Cut(pool, "_")
	srp := &srpServer{name: pool + name, salt: new(big.Int).SetBytes(salt), client: client}
	identity := sha256.Sum256([]byte(srp.name + ":" + password))
	x := hashed(signed(srp.salt), identity[:])
	srp.verifier = new(big.Int).Exp(srpGenerator, x, srpPrime)
	b := make([]byte, 128)
	rand.Read(b)
	srp.secret = new(big.Int).SetBytes(b)
	// B = kv + g^b
	srp.public = new(big.Int).Exp(srpGenerator, srp.secret, srpPrime)
	srp.public.Add(srp.public, new(big.Int).Mul(srpMultiplier, srp.verifier)).Mod(srp.public, srpPrime)
	return srp
}

// claim is the signature that whoever knows the password makes over the secret block and the time.
func (srp *srpServer) claim(block []byte, timestamp string) (string, error) {
	u := hashed(signed(srp.client), signed(srp.public))
	// S = (A v^u)^b
	shared := new(big.Int).Exp(srp.verifier, u, srpPrime)
	shared.Mul(shared, srp.client).Exp(shared, srp.secret, srpPrime)
	key, err := hkdf.Key(sha256.New, signed(shared), signed(u), "Caldera Derived Key", 16)
	if err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(srp.name))
	mac.Write(block)
	mac.Write([]byte(timestamp))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil)), nil
}

func hashed(parts ...[]byte) *big.Int {
	h := sha256.New()
	for _, part := range parts {
		h.Write(part)
	}
	return new(big.Int).SetBytes(h.Sum(nil))
}

// signed writes a number with a zero before it if its first bit would be taken for a sign.
func signed(n *big.Int) []byte {
	b := n.Bytes()
	if len(b) == 0 || b[0]&0x80 != 0 {
		return append([]byte{0}, b...)
	}
	return b
}
