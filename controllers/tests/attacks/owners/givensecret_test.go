package owners_test

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/attacks/report"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// Somebody who may write SecuredAPIs, and read the Secret of an output alone, names a Secret as that of a client of their own. What it
// holds would come to the client's Secret and to the output.
func TestAGivenSecretTellsNothingOfOthers(t *testing.T) {
	t.Parallel()
	const value = "the_secret_of_somebody_else_01"
	data := map[string][]byte{"clientSecret": []byte(value)}
	for _, tc := range []struct {
		how   string
		there func(*harness.World) *corev1.Secret
	}{
		{"one that nobody allowed to be read", func(w *harness.World) *corev1.Secret {
			return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: w.Namespace, Name: "theirs"}, Data: data}
		}},
		{"an output of another object", func(w *harness.World) *corev1.Secret {
			return &corev1.Secret{ObjectMeta: of(other(w), "theirs", outputs), Data: data}
		}},
		{"the Secret of another object's client", func(w *harness.World) *corev1.Secret {
			return &corev1.Secret{ObjectMeta: of(other(w), "theirs", nil), Data: data}
		}},
		{"one that is allowed to be read in another namespace", func(w *harness.World) *corev1.Secret {
			create(w, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: w.Namespace + "-pay"}})
			return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{
				Namespace: w.Namespace + "-pay", Name: "theirs", Labels: map[string]string{v1alpha1.ContentLabel: v1alpha1.ContentInput},
			}, Data: data}
		}},
	} {
		t.Run(tc.how, func(t *testing.T) {
			t.Parallel()
			report.Attack(t, "a client's secret comes from another's Secret", tc.how)
			w := harness.NewWorld(t, harness.ResyncNever)
			create(w, tc.there(w))
			object := w.Recipe()
			harness.WithProgram(object)
			object.Spec.Outputs.SecretName = "readable"
			object.Spec.Clients[0].Secret = &v1alpha1.ClientSecret{
				Name: "readable-too", From: &v1alpha1.SecretKey{Name: "theirs", Key: "clientSecret"},
			}
			w.Create(object)
			message := w.AwaitStalled(object, v1alpha1.ReasonDependencyNotReady)
			if !strings.Contains(message, "there is no Secret theirs with the label") {
				t.Errorf("got %q, want what a Secret says that does not exist", message)
			}
			for _, call := range w.AWS.Calls() {
				if call.Operation == "CreateUserPoolClient" || call.Operation == "AddUserPoolClientSecret" {
					t.Errorf("%s was called", call.Operation)
				}
			}
			all := &corev1.SecretList{}
			if err := w.Client.List(t.Context(), all, client.InNamespace(w.Namespace)); err != nil {
				t.Fatal(err)
			}
			for i := range all.Items {
				for key, held := range all.Items[i].Data {
					if all.Items[i].Name != "theirs" && strings.Contains(string(held), value) {
						t.Errorf("the Secret %s has it by the key %s", all.Items[i].Name, key)
					}
				}
			}
		})
	}
}
