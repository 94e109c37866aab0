package features_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/awslocal/cognito"
)

// While the domain is not ACTIVE, no login page is published, and Ready says why.
func TestTheLoginPageIsPublishedOnceTheDomainIsActive(t *testing.T) {
	t.Parallel()
	const creating = 20 * time.Second
	m := harness.NewStepperOnOneClock(t, awslocal.WithCognito(cognito.WithDomainDelay(creating), cognito.WithDomainDeletion(creating)))
	object := m.Recipe()
	clients := object.Spec.Clients
	object.Spec.Domain, object.Spec.Clients = nil, nil
	m.Create(object)
	m.RunUntil(object, m.Ready(object))
	working := func(prefix string) {
		t.Helper()
		m.Update(object, func(o *v1alpha1.SecuredAPI) {
			o.Spec.Domain, o.Spec.Clients = &v1alpha1.DomainSpec{Prefix: prefix}, clients
		})
		withheld := false
		m.RunUntil(object, func() bool {
			m.Get(object)
			page := ""
			if client := object.Status.Client(clients[0].Name); client != nil {
				page = client.LoginURL
			}
			ready := meta.FindStatusCondition(object.Status.Conditions, v1alpha1.ConditionReady)
			switch {
			case page == "" && harness.IsReady(object) && ready.ObservedGeneration == object.Generation:
				t.Errorf("%s: got Ready without a login page", prefix)
			case page == "" && ready.Reason == v1alpha1.ReasonProgressing && strings.Contains(ready.Message, "domain "):
				withheld = withheld || object.Status.Domain == ""
			case strings.Contains(page, prefix) && m.StatusCode(page) != http.StatusOK:
				t.Errorf("%s: got a login page that does not open", prefix)
			}
			return strings.Contains(page, prefix) && harness.IsReady(object)
		})
		if !withheld {
			t.Errorf("%s: got the page at once, want it withheld, and Ready to name the domain", prefix)
		}
	}
	working("notes-a")
	working("notes-b")
}
