package owners_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/attacks/report"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// outputs are the labels of what the operator wrote for spec.outputs.
var outputs = map[string]string{v1alpha1.ContentLabel: v1alpha1.ContentOutputs}

// of is an object's metadata, and the object's as owner.
func of(owner *v1alpha1.SecuredAPI, name string, labels map[string]string) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Namespace: owner.Namespace, Name: name, Labels: labels,
		OwnerReferences: []metav1.OwnerReference{*metav1.NewControllerRef(owner, v1alpha1.GroupVersion.WithKind("SecuredAPI"))},
	}
}

func create(w *harness.World, object client.Object) {
	w.T.Helper()
	if err := w.Client.Create(w.T.Context(), object); err != nil {
		w.T.Fatal(err)
	}
}

// Somebody who may write SecuredAPIs, and no ConfigMaps and Secrets, has the operator write what is another's.
func TestOutputsTakeNothingFromOthers(t *testing.T) {
	t.Parallel()
	const name = "theirs"
	configMap := func(o *v1alpha1.SecuredAPI) { o.Spec.Outputs.ConfigMapName = name }
	secret := func(o *v1alpha1.SecuredAPI) { o.Spec.Outputs.SecretName = name }
	for _, tc := range []struct {
		how   string
		there func(*harness.World) client.Object
		ask   func(*v1alpha1.SecuredAPI)
	}{
		{"a ConfigMap of nobody", func(w *harness.World) client.Object {
			return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: w.Namespace, Name: name}, Data: map[string]string{"a": "b"}}
		}, configMap},
		{"a ConfigMap with our labels", func(w *harness.World) client.Object {
			return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: w.Namespace, Name: name, Labels: outputs}}
		}, configMap},
		{"a ConfigMap of another SecuredAPI", func(w *harness.World) client.Object {
			return &corev1.ConfigMap{ObjectMeta: of(other(w), name, outputs)}
		}, configMap},
		{"a ConfigMap of a former object of that name", func(w *harness.World) client.Object {
			former := w.Recipe()
			former.UID = "former"
			return &corev1.ConfigMap{ObjectMeta: of(former, name, outputs)}
		}, configMap},
		{"a ConfigMap that the object owns and does not control", func(w *harness.World) client.Object {
			found := &corev1.ConfigMap{ObjectMeta: of(suspended(w), name, outputs)}
			found.OwnerReferences[0].Controller = nil
			return found
		}, configMap},
		{"a Secret of nobody", func(w *harness.World) client.Object {
			return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: w.Namespace, Name: name}, Data: map[string][]byte{"a": []byte("b")}}
		}, secret},
		{"a Secret of another SecuredAPI", func(w *harness.World) client.Object {
			return &corev1.Secret{ObjectMeta: of(other(w), name, outputs)}
		}, secret},
		{"a certificate with the object as its controller", func(w *harness.World) client.Object {
			return &corev1.Secret{
				ObjectMeta: of(suspended(w), name, outputs), Type: corev1.SecretTypeTLS,
				Data: map[string][]byte{"tls.crt": {}, "tls.key": {}},
			}
		}, secret},
		{"a Secret of the object that is no output, as a client's", func(w *harness.World) client.Object {
			return &corev1.Secret{ObjectMeta: of(suspended(w), name, nil), Data: map[string][]byte{"clientSecret": []byte("x")}}
		}, secret},
	} {
		t.Run(tc.how, func(t *testing.T) {
			t.Parallel()
			report.Attack(t, "spec.outputs names what is another's", tc.how)
			w := harness.NewWorld(t, harness.ResyncNever)
			object := suspended(w)
			there := tc.there(w)
			create(w, there)
			before, _ := there.DeepCopyObject().(client.Object)
			w.Update(object, func(o *v1alpha1.SecuredAPI) { tc.ask(o); o.Spec.Suspend = false })
			w.AwaitStalled(object, v1alpha1.ReasonOwnershipConflict)
			w.Get(there)
			if diff := cmp.Diff(before, there); diff != "" {
				t.Errorf("it was written (-before +after):\n%s", diff)
			}
			// Nor does it go with the object, or with the field.
			w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Outputs = v1alpha1.OutputsSpec{} })
			w.AwaitReady(object)
			w.Get(there)
			w.Delete(object)
			w.Get(there)
		})
	}
}

// suspended is the recipe, which the operator does not work on yet. Asked again it is the same object.
func suspended(w *harness.World) *v1alpha1.SecuredAPI {
	w.T.Helper()
	object := w.Recipe()
	object.Spec.Suspend = true
	if err := w.Client.Create(w.T.Context(), object); err != nil {
		w.Get(object)
	}
	return object
}

// other is another SecuredAPI of the namespace.
func other(w *harness.World) *v1alpha1.SecuredAPI {
	w.T.Helper()
	object := w.Recipe()
	object.Name, object.Spec.Domain.Prefix, object.Spec.Suspend = "papers", "papers-beta", true
	return w.Create(object)
}

// Somebody who may create ConfigMaps prepares one with the object as its controller: none of it is left for programs to read.
func TestAPlantedOutputIsReplacedWhole(t *testing.T) {
	t.Parallel()
	report.Attack(t, "a program reads values that somebody planted", "a ConfigMap and a Secret of the object, with its labels")
	w := harness.NewWorld(t, harness.ResyncNever)
	object := suspended(w)
	create(w, &corev1.ConfigMap{
		ObjectMeta: of(object, "notes-config", nil), BinaryData: map[string][]byte{"LD_PRELOAD": []byte("/tmp/evil.so")},
		Data: map[string]string{"ENDPOINT": "https://evil.example.com", "NODE_OPTIONS": "--require /tmp/evil.js"},
	})
	create(w, &corev1.Secret{ObjectMeta: of(object, "notes-credentials", outputs), Data: map[string][]byte{"PATH": []byte("/tmp")}})
	w.Update(object, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Suspend, o.Spec.Outputs = false, v1alpha1.OutputsSpec{ConfigMapName: "notes-config", SecretName: "notes-credentials"}
	})
	w.AwaitReady(object)
	configMap, secret := &corev1.ConfigMap{}, &corev1.Secret{}
	configMap.Namespace, configMap.Name = w.Namespace, "notes-config"
	secret.Namespace, secret.Name = w.Namespace, "notes-credentials"
	w.Get(configMap)
	w.Get(secret)
	if configMap.Data["NODE_OPTIONS"] != "" || len(configMap.BinaryData) > 0 || configMap.Data["ENDPOINT"] != object.Status.Endpoint {
		t.Errorf("got the ConfigMap %v, %v, want the object's values alone", configMap.Data, configMap.BinaryData)
	}
	if secret.Data["PATH"] != nil || string(secret.Data["ENDPOINT"]) != object.Status.Endpoint {
		t.Errorf("got the Secret %v, want the object's values alone", secret.Data)
	}
}

// Somebody who may write a status names a ConfigMap and a Secret as the object's former outputs, for the operator to delete.
func TestAForgedStatusDeletesNoConfigMap(t *testing.T) {
	t.Parallel()
	report.Attack(t, "a forged status deletes a ConfigMap, or a client's Secret", "status.outputs names them")
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Recipe()
	harness.WithProgram(object)
	w.Create(object)
	w.AwaitReady(object)
	theirs := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: w.Namespace, Name: "theirs", Labels: outputs}}
	create(w, theirs)
	before := w.SecretOf(object)
	forge(w, object, func(s *v1alpha1.SecuredAPIStatus) {
		s.Outputs = v1alpha1.OutputsStatus{ConfigMapName: "theirs", SecretName: before.Name}
	})
	w.AskNow(object)
	w.AwaitReady(object)
	w.Get(theirs)
	if diff := cmp.Diff(before, w.SecretOf(object)); diff != "" {
		t.Errorf("the client's Secret (-before +after):\n%s", diff)
	}
}

// An object asks for the name that the Secret of another object's client has.
func TestOutputsAndAnotherObjectsClientSecret(t *testing.T) {
	t.Parallel()
	report.Attack(t, "an output takes the place of another object's client's Secret", "spec.outputs.secretName is <other>-<client>")
	w := harness.NewWorld(t, harness.ResyncNever)
	victim := w.Recipe()
	harness.WithProgram(victim)
	w.Create(victim)
	w.AwaitReady(victim)
	before := w.SecretOf(victim)

	object := w.Recipe()
	object.Name, object.Spec.Domain.Prefix, object.Spec.Outputs.SecretName = "papers", "papers-beta", before.Name
	w.Create(object)
	w.AwaitStalled(object, v1alpha1.ReasonOwnershipConflict)
	if diff := cmp.Diff(before, w.SecretOf(victim)); diff != "" {
		t.Errorf("the client's Secret (-before +after):\n%s", diff)
	}
}
