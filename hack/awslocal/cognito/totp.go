package cognito

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"time"
)

const (
	// totpStep is for how long a code is shown: RFC 6238's default.
	totpStep = 30 * time.Second
	// totpSecretSize makes secrets of 52 characters, as AWS's are.
	totpSecretSize = 32
)

var totpEncoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// authenticator is an app that shows time-based codes.
type authenticator struct {
	secret []byte
	device string // its friendly name; empty without one
	last   int64  // the step of the last code that was taken
}

func newAuthenticator() *authenticator {
	a := &authenticator{secret: make([]byte, totpSecretSize)}
	rand.Read(a.secret)
	return a
}

// text is the secret as people type it into their app.
func (a *authenticator) text() string { return totpEncoding.EncodeToString(a.secret) }

// step finds the step that a code is of, among the current one and those beside it: "Amazon Cognito accepts TOTP tokens
// that are within 30 seconds before or after the attempt"
// (https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa-totp.html).
func (a *authenticator) step(code string, now time.Time) (step int64, ok bool) {
	current := now.Unix() / int64(totpStep.Seconds())
	for _, step := range []int64{current, current - 1, current + 1} {
		if same(a.code(step), code) {
			return step, true
		}
	}
	return 0, false
}

// code is RFC 4226's HOTP over a step, with six digits: RFC 6238 with SHA-1, the only hash that Cognito takes.
func (a *authenticator) code(step int64) string {
	mac := hmac.New(sha1.New, a.secret)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(step)))
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 0xf
	value := binary.BigEndian.Uint32(sum[offset:]) & 0x7fffffff
	return fmt.Sprintf("%06d", value%1_000_000)
}
