package cognito

import (
	"testing"
	"time"
)

// TestTOTP holds codes against the test vectors of RFC 6238, appendix B, for SHA-1: the last six of their eight digits.
func TestTOTP(t *testing.T) {
	t.Parallel()
	a := &authenticator{secret: []byte("12345678901234567890")}
	for at, want := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		if got := a.code(at / 30); got != want {
			t.Errorf("at %d: got %s, want %s", at, got, want)
		}
		if step, ok := a.step(want, time.Unix(at, 0)); !ok || step != at/30 {
			t.Errorf("at %d: %s is of step %d (%t), want %d", at, want, step, ok, at/30)
		}
	}
}
