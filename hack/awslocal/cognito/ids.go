package cognito

import (
	"crypto/rand"
	"encoding/base64"

	"github.com/google/uuid"
)

const (
	digits       = "0123456789"
	lowercase    = "abcdefghijklmnopqrstuvwxyz"
	uppercase    = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	lowerAlnum   = digits + lowercase
	anyAlnum     = lowerAlnum + uppercase
	codeLength   = 6
	secretLength = 52
)

func newPoolID(region string) string { return region + "_" + randomText(anyAlnum, 9) }

func newClientID() string { return randomText(lowerAlnum, 26) }

func newUUID() string { return uuid.NewString() }

// newToken returns an unguessable text that is safe in a URL.
func newToken() string {
	b := make([]byte, 32)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

func randomText(alphabet string, length int) string {
	b := make([]byte, length)
	rand.Read(b)
	for i := range b {
		b[i] = alphabet[int(b[i])%len(alphabet)]
	}
	return string(b)
}
