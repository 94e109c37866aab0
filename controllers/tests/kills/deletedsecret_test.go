package kills_test

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// Whenever somebody deletes the Secret, one comes back that is good for a token.
func TestADeletedSecretComesBackAtEveryBoundary(t *testing.T) {
	harness.Sweep(t)
	whole, object := harness.NewRotation(t)
	*whole.Edges = harness.Boundaries{}
	whole.Live(harness.Life{Edit: harness.RotateTo(2)}, object)
	for i, name := range whole.Edges.Names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, object := harness.NewRotation(t)
			*m.Edges = harness.Boundaries{Each: func(string) {
				if m.Edges.Seen == i+1 {
					if err := m.Client.Delete(t.Context(), m.SecretOf(object)); err != nil {
						t.Error(err)
					}
				}
			}}
			m.Update(object, harness.RotateTo(2))
			ready := m.Ready(object)
			m.RunUntil(object, func() bool {
				secret := &corev1.Secret{}
				key := client.ObjectKey{Namespace: m.Namespace, Name: object.Status.Clients[0].SecretName}
				return ready() && m.Edges.Seen > i && m.Client.Get(t.Context(), key, secret) == nil
			})
			if all := m.Inventory(); !strings.Contains(all.Pools[0].Clients[0], "true 1 [true]") {
				t.Errorf("one secret is left, and it is the one of the Secret: %v", all.Pools[0].Clients)
			}
			if len(harness.Pending(&object.Status)) != 0 || harness.Record(&object.Status, "secret/web").Kept["lost"] != "" {
				t.Errorf("nothing is left in doubt: %+v", object.Status)
			}
		})
	}
}
