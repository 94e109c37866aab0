package features_test

import (
	"context"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/outcome"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// givenBy asks for the secret in the Secret app.
func givenBy(o *v1alpha1.SecuredAPI) {
	o.Spec.Clients[0].Secret = &v1alpha1.ClientSecret{From: &v1alpha1.SecretKey{Name: "app", Key: "password"}}
}

const (
	chosen = "chosen_by_a_person_0123456789"
	better = "better+chosen+0123456789+abcd"
)

// A person gives a client its secret, and another one, and loses it. Programs that read the client's Secret notice nothing.
func TestAPersonGivesAClientItsSecret(t *testing.T) {
	t.Parallel()
	m, object := harness.NewRotation(t)
	m.Edges.Each = func(edge string) {
		if data := m.SecretOf(object).Data; !m.Admits(data, string(data["clientSecret"])) {
			t.Errorf("%s: what the Secret holds gets no token", edge)
		}
	}
	holds := func(value string) func() bool {
		return func() bool { m.Get(object); return string(m.SecretOf(object).Data["clientSecret"]) == value }
	}
	stalled := func() bool {
		m.Get(object)
		return meta.IsStatusConditionTrue(object.Status.Conditions, v1alpha1.ConditionStalled)
	}
	app := func() *corev1.Secret {
		return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: object.Namespace, Name: "app"}}
	}

	m.Update(object, givenBy)
	m.RunUntil(object, stalled)
	if got := outcome.StalledMessage(&object.Status); !strings.Contains(got, "spec.clients[0].secret.from: there is no Secret app") {
		t.Errorf("without the Secret: got %q", got)
	}
	m.MakeInput(&corev1.Secret{StringData: map[string]string{"password": chosen + "\n"}}, "app")
	m.RunUntil(object, holds(chosen))
	m.RunUntil(object, m.Ready(object))

	given := app()
	m.Get(given)
	given.Data["password"] = []byte(better)
	if err := m.Client.Update(t.Context(), given); err != nil {
		t.Fatal(err)
	}
	m.Update(object, asked)
	m.RunUntil(object, holds(better))
	m.RunUntil(object, m.Ready(object))

	if err := m.Client.Delete(t.Context(), given); err != nil {
		t.Fatal(err)
	}
	m.Update(object, asked)
	m.RunUntil(object, stalled)
	if data := m.SecretOf(object).Data; string(data["clientSecret"]) != better || !m.Admits(data, better) {
		t.Error("the client lost its secret with the Secret that gave it")
	}
	m.TakeCalls()
	m.MakeInput(&corev1.Secret{StringData: map[string]string{"password": better}}, "app")
	m.RunUntil(object, m.Ready(object))
	if writes := m.Writes(); len(writes) > 0 {
		t.Errorf("got the writes %v when it came back, want none", writes)
	}
	if text := m.TextOf(object) + m.EventNotes(); strings.Contains(text, chosen) || strings.Contains(text, better) {
		t.Errorf("a secret is told: %s", text)
	}
}

// A client with a secret that is no good is not made, and everything else is.
func TestAGivenSecretThatCognitoDoesNotTake(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	const short = "a-short-password"
	w.MakeInput(&corev1.Secret{StringData: map[string]string{"password": short}}, "app")
	object := w.Recipe()
	object.Spec.Clients = append(object.Spec.Clients, *object.Spec.Clients[0].DeepCopy())
	object.Spec.Clients[0].Name, object.Spec.Clients[0].Flows = "server", []v1alpha1.Flow{v1alpha1.FlowCode}
	givenBy(object)
	w.Create(object)
	message := w.AwaitStalled(object, v1alpha1.ReasonInvalidSpec)
	if !strings.Contains(message, "spec.clients[0].secret.from: the key password of Secret app") || strings.Contains(message, short) {
		t.Errorf("got %q, want the field and the key, and not the value", message)
	}
	if got := w.StatusCode(object.Status.Client("web").LoginURL); got != 200 {
		t.Errorf("the login page of the other client answers %d, want 200", got)
	}
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: w.Namespace, Name: "app"}}
	w.Get(secret)
	secret.Data["password"] = []byte(chosen)
	if err := w.Client.Update(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	w.AskNow(object)
	w.AwaitReady(object)
	w.Eventually("the client's Secret", func(context.Context) (bool, string) {
		made := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: w.Namespace, Name: "notes-server"}}
		w.Get(made)
		return string(made.Data["clientSecret"]) == chosen, string(made.Data["clientSecret"])
	})
}

// asked asks for a full check.
func asked(o *v1alpha1.SecuredAPI) {
	if o.Annotations == nil {
		o.Annotations = map[string]string{}
	}
	o.Annotations[v1alpha1.ReconcileAtAnnotation] += "now"
}
