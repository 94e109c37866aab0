package harness

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/awslocal/cognito"
)

// Recipe is the manifest that the project started from, as people apply it.
func (w *World) Recipe() *v1alpha1.SecuredAPI {
	w.T.Helper()
	return w.Sample("notes")
}

// Sample is the first SecuredAPI of a manifest of config/samples, as people apply it.
func (w *World) Sample(name string) *v1alpha1.SecuredAPI { return w.Samples(name)[0] }

// Samples are the SecuredAPIs of a manifest of config/samples. Secrets and ConfigMaps in it are made.
func (w *World) Samples(name string) []*v1alpha1.SecuredAPI {
	w.T.Helper()
	text, err := os.ReadFile(File("config/samples/securedapi_v1alpha1_" + name + ".yaml"))
	if err != nil {
		w.T.Fatal(err)
	}
	var objects []*v1alpha1.SecuredAPI
	for document := range strings.SplitSeq(string(text), "\n---\n") {
		var into client.Object = &v1alpha1.SecuredAPI{}
		if !strings.Contains(document, "kind: SecuredAPI\n") {
			into = &unstructured.Unstructured{}
		}
		if err := yaml.UnmarshalStrict([]byte(document), into); err != nil {
			w.T.Fatal(err)
		}
		into.SetNamespace(w.Namespace)
		if object, is := into.(*v1alpha1.SecuredAPI); is {
			objects = append(objects, object)
		} else if err := w.Client.Create(w.T.Context(), into); err != nil {
			w.T.Fatal(err)
		}
	}
	return objects
}

// WithServer gives the recipe a resource server.
func WithServer(o *v1alpha1.SecuredAPI) {
	o.Spec.ResourceServers = []v1alpha1.ResourceServer{{Identifier: "notes", Scopes: []v1alpha1.ResourceServerScope{{Name: "read"}}}}
}

// WithProgram makes the recipe's client a program, which has a secret.
func WithProgram(o *v1alpha1.SecuredAPI) {
	WithServer(o)
	o.Spec.Clients[0].Flows, o.Spec.Clients[0].Scopes = []v1alpha1.Flow{v1alpha1.FlowClientCredentials}, []string{"notes/read"}
}

// WithoutDomain has no domain, and so no flows: its clients are of Cognito's API alone.
func WithoutDomain(o *v1alpha1.SecuredAPI) {
	o.Spec.Domain = nil
	for i := range o.Spec.Clients {
		o.Spec.Clients[i] = v1alpha1.Client{Name: o.Spec.Clients[i].Name, Flows: []v1alpha1.Flow{}}
	}
}

// WithGuestsReading has the path of the recipe's guarded route in two routes: guests may GET, registered users POST.
func WithGuestsReading(o *v1alpha1.SecuredAPI) {
	reading := *o.Spec.Routes[0].DeepCopy()
	reading.Access = v1alpha1.AccessGuest
	o.Spec.Routes[0].Methods = []v1alpha1.Method{"POST"}
	o.Spec.Routes = []v1alpha1.Route{o.Spec.Routes[0], reading, o.Spec.Routes[1]}
}

// RotateTo asks for a new secret of the first client.
func RotateTo(generation int32) func(*v1alpha1.SecuredAPI) {
	return func(o *v1alpha1.SecuredAPI) {
		o.Spec.Clients[0].Secret = &v1alpha1.ClientSecret{Generation: generation}
	}
}

// NewRotation is an object with a confidential client, Ready, and an AWS on the same clock, whose token endpoint learns of
// a new secret late.
func NewRotation(t TB) (*Stepper, *v1alpha1.SecuredAPI) {
	t.Helper()
	m := NewStepperOnOneClock(t, awslocal.WithCognito(cognito.WithSecretDelay(20*time.Second)))
	object := m.Prepare(Life{From: WithProgram, Edit: RotateTo(2)})
	m.TakeCalls()
	return m, object
}

// Create creates the object, as people apply it.
func (w *World) Create(object *v1alpha1.SecuredAPI) *v1alpha1.SecuredAPI {
	w.T.Helper()
	if err := w.Client.Create(w.T.Context(), object); err != nil {
		w.T.Fatal(err)
	}
	return object
}

// Get reads the object from the API server.
func (w *World) Get(object client.Object) {
	w.T.Helper()
	if err := w.Client.Get(w.T.Context(), client.ObjectKeyFromObject(object), object); err != nil {
		w.T.Fatal(err)
	}
}

// Update edits an object's spec, against whoever else writes it.
func (w *World) Update(object *v1alpha1.SecuredAPI, edit func(*v1alpha1.SecuredAPI)) {
	w.T.Helper()
	w.Eventually("the update", func(ctx context.Context) (bool, string) {
		w.Get(object)
		edit(object)
		err := w.Client.Update(ctx, object)
		if err != nil && !apierrors.IsConflict(err) {
			w.T.Fatal(err)
		}
		return err == nil, fmt.Sprint(err)
	})
}

// Delete deletes the object and waits until it is gone.
func (w *World) Delete(object *v1alpha1.SecuredAPI) {
	w.T.Helper()
	if err := w.Client.Delete(w.T.Context(), object); err != nil {
		w.T.Fatal(err)
	}
	w.AwaitGone(object)
}

// AskNow asks for a look at everything by the annotation, and waits until it was made.
func (w *World) AskNow(object *v1alpha1.SecuredAPI) {
	w.T.Helper()
	at := metav1.NowMicro().String()
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Annotations = map[string]string{v1alpha1.ReconcileAtAnnotation: at} })
	w.Await(object, "the pass that was asked for", func(o *v1alpha1.SecuredAPI) bool { return o.Status.LastHandledReconcileAt == at })
}

// Secrets are the Secrets of the namespace, but for those that specs read.
func (w *World) Secrets() []corev1.Secret {
	w.T.Helper()
	list := &corev1.SecretList{}
	if err := w.Client.List(w.T.Context(), list, client.InNamespace(w.Namespace)); err != nil {
		w.T.Fatal(err)
	}
	return slices.DeleteFunc(list.Items, func(s corev1.Secret) bool { return s.Labels[v1alpha1.ContentLabel] == v1alpha1.ContentInput })
}

// SecretOf is the Secret of the object's first client.
func (w *World) SecretOf(object *v1alpha1.SecuredAPI) *corev1.Secret {
	w.T.Helper()
	secret := &corev1.Secret{}
	secret.Namespace, secret.Name = w.Namespace, object.Name+"-"+object.Spec.Clients[0].Name
	if known := object.Status.Client(object.Spec.Clients[0].Name); known != nil && known.SecretName != "" {
		secret.Name = known.SecretName
	}
	w.Get(secret)
	return secret
}
