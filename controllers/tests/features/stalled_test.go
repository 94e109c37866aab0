package features_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// A stalled phase is not retried each time that the other phase is.
func TestAStalledPhaseIsNotRetriedWithTheOtherPhase(t *testing.T) {
	t.Parallel()
	m := harness.NewStepper(t)
	m.AWS.Inject(awslocal.Fault{
		Operation: "CreateUserPoolDomain", Kind: awslocal.RefuseBefore,
		Code: "InvalidParameterException", Message: "Domain already associated with another user pool.", Status: http.StatusBadRequest,
	})
	m.AWS.Inject(awslocal.Fault{Operation: "PutRestApi", Kind: awslocal.RefuseBefore})
	object := m.Create(m.Recipe())
	operator := m.Start()
	for end := m.Clock.Now().Add(30 * time.Second); m.Clock.Now().Before(end); {
		after, _ := m.Pass(operator, object)
		m.Clock.SetTime(m.Clock.Now().Add(after))
	}
	tries := 0
	for _, call := range m.TakeCalls() {
		if call == "CreateUserPoolDomain" {
			tries++
		}
	}
	if tries != 1 {
		t.Errorf("the domain was tried %d times while the API failed", tries)
	}
}
