package controllers_test

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/go-logr/logr"
	"github.com/go-logr/logr/funcr"
	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/hack/awslocal"
)

func TestRule9SecretsAreInSecrets(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever)
	object := w.recipe()
	object.Spec.ResourceServers = []v1alpha1.ResourceServer{{Identifier: "notes", Scopes: []v1alpha1.ResourceServerScope{{Name: "read"}}}}
	object.Spec.Clients = append(object.Spec.Clients, v1alpha1.Client{Name: "job", Flows: []v1alpha1.Flow{v1alpha1.FlowClientCredentials}, Scopes: []string{"notes/read"}})
	w.create(object)
	w.awaitReady(object)

	secret := &corev1.Secret{}
	if err := w.client.Get(t.Context(), client.ObjectKey{Namespace: w.namespace, Name: object.Status.Client("job").SecretName}, secret); err != nil {
		t.Fatal(err)
	}
	value := string(secret.Data["clientSecret"])
	if string(secret.Data["clientID"]) != object.Status.Client("job").ID || len(value) < 24 || !strings.HasSuffix(string(secret.Data["tokenURL"]), "/oauth2/token") {
		t.Errorf("the Secret has all that a program needs: %v", secret.Data)
	}
	c := must[*cip.DescribeUserPoolClientOutput](w)(w.cognito().DescribeUserPoolClient(t.Context(), &cip.DescribeUserPoolClientInput{
		UserPoolId: &object.Status.UserPool.ID, ClientId: aws.String(object.Status.Client("job").ID),
	}))
	if aws.ToString(c.UserPoolClient.ClientSecret) != value {
		t.Error("AWS has the secret of the Secret")
	}
	if strings.Contains(w.textOf(object), value) {
		t.Error("the secret is nowhere else in Kubernetes")
	}

	w.update(object, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Mode, o.Spec.Clients[1].Secret = v1alpha1.ModePlan, &v1alpha1.ClientSecret{Generation: 2}
	})
	if diff := cmp.Diff([]string{"~ client/job.secret: generation 1 -> 2 (inPlace)"}, w.awaitPlanned(object)); diff != "" {
		t.Errorf("a new one is planned in words (-want +got):\n%s", diff)
	}
	w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Mode = v1alpha1.ModeApply })
	w.awaitReady(object)
	w.get(secret)
	young := string(secret.Data["clientSecret"])
	if young == value || object.Status.Client("job").SecretGeneration != 2 {
		t.Errorf("it takes the place of the former: %+v", object.Status.Client("job"))
	}
	w.eventually("an event that says so", func(context.Context) (bool, string) {
		notes := w.eventNotes()
		return strings.Contains(notes, "~ client/job.secret: generation 1 -> 2"), notes
	})
	if text := w.textOf(object); strings.Contains(text, value) || strings.Contains(text, young) {
		t.Error("neither is anywhere else in Kubernetes")
	}

	w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients = o.Spec.Clients[:1] })
	w.awaitReady(object)
	if err := w.client.Get(t.Context(), client.ObjectKeyFromObject(secret), secret); client.IgnoreNotFound(err) != nil || err == nil {
		t.Errorf("a client that goes takes its Secret with it: %v", err)
	}
}

// textOf is the object and all events of the namespace, as text.
func (w *world) textOf(object *v1alpha1.SecuredAPI) string {
	w.t.Helper()
	var text bytes.Buffer
	w.get(object)
	list := &eventsv1.EventList{}
	if err := w.client.List(w.t.Context(), list, client.InNamespace(w.namespace)); err != nil {
		w.t.Fatal(err)
	}
	for _, o := range []any{object, list} {
		encoded, err := yaml.Marshal(o)
		if err != nil {
			w.t.Fatal(err)
		}
		text.Write(encoded)
	}
	return text.String()
}

func TestRule9ASecretDeletedByHandComesBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 200*time.Millisecond)
	object := w.recipe()
	object.Spec.ResourceServers = []v1alpha1.ResourceServer{{Identifier: "notes", Scopes: []v1alpha1.ResourceServerScope{{Name: "read"}}}}
	object.Spec.Clients = []v1alpha1.Client{{Name: "job", Flows: []v1alpha1.Flow{v1alpha1.FlowClientCredentials}, Scopes: []string{"notes/read"}}}
	w.create(object)
	w.awaitReady(object)
	secret := &corev1.Secret{}
	secret.Namespace, secret.Name = w.namespace, object.Status.Clients[0].SecretName
	w.get(secret)
	before := secret.DeepCopy()
	if err := w.client.Delete(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	w.eventually("the Secret to come back whole", func(ctx context.Context) (bool, string) {
		err := w.client.Get(ctx, client.ObjectKeyFromObject(before), secret)
		return err == nil && len(secret.Data) == len(before.Data), fmt.Sprint(err)
	})
	if diff := cmp.Diff(before.Data, secret.Data); diff != "" {
		t.Errorf("with what AWS knows (-before +after):\n%s", diff)
	}
	w.awaitReady(object)
}

// secretsLike are the client secrets that the operator makes.
var secretsLike = regexp.MustCompile(`[A-Z2-7]{26}`)

// Not a word that the operator says has a secret in it: neither in the log, nor in events, nor in status.
func TestRule9NothingThatIsSaidHasTheSecret(t *testing.T) {
	t.Parallel()
	for name, instead := range map[string]func(*mortal){
		"all goes well": func(*mortal) {},
		// The Secret cannot be created, and the error goes into a condition and an event.
		"a failure": func(m *mortal) {
			theirs := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: m.namespace, Name: "notes-web"}}
			if err := m.client.Create(m.t.Context(), theirs); err != nil {
				m.t.Error(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			life := stretch{from: withProgram}
			whole := lived(t, life)

			m := newMortal(t)
			object := m.prepare(life)
			created := slices.Index(whole.edges.names, "before create Secret")
			*m.edges = boundaries{killAt: created + 1, instead: func() { instead(m) }}
			var said strings.Builder
			ctx := logr.NewContext(t.Context(), funcr.New(func(prefix, args string) { said.WriteString(prefix + args) }, funcr.Options{}))
			operator := m.start()
			recorder := events.NewFakeRecorder(100)
			operator.Recorder = recorder
			for range 3 {
				// The queue logs the error.
				_, err := operator.Reconcile(ctx, ctrl.Request{NamespacedName: client.ObjectKeyFromObject(object)})
				said.WriteString(fmt.Sprint(err) + m.textOf(object))
				m.clock.SetTime(m.clock.Now().Add(time.Hour))
			}
			close(recorder.Events)
			for event := range recorder.Events {
				said.WriteString(event)
			}
			if found := secretsLike.FindString(said.String()); found != "" {
				t.Errorf("%s is a secret: %s", found, said.String())
			}
			if m.edges.seen <= created {
				t.Error("it was to create a Secret")
			}
		})
	}
}

// Whatever becomes of a program's client, its Secret does not stay behind.
func TestRule9NoSecretOutlivesItsClient(t *testing.T) {
	t.Parallel()
	people := func(o *v1alpha1.SecuredAPI) {
		o.Spec.Clients[0].Flows, o.Spec.Clients[0].Scopes = []v1alpha1.Flow{v1alpha1.FlowImplicit}, []string{"openid"}
	}
	none := func(o *v1alpha1.SecuredAPI) { o.Spec.Clients = nil }
	for _, tc := range []struct {
		name   string
		before func(*mortal, *v1alpha1.SecuredAPI)
		edit   func(*v1alpha1.SecuredAPI)
	}{
		{"its pool is lost, and it is not wanted in the new one", func(m *mortal, o *v1alpha1.SecuredAPI) {
			lost := o.Status.UserPool.ID
			m.deletePool(o)
			m.clock.SetTime(m.clock.Now().Add(2 * resyncNever))
			operator := m.start()
			for range 3 {
				after, _ := m.passOnce(operator, o)
				if m.get(o); o.Status.UserPool == nil || o.Status.UserPool.ID != lost {
					return
				}
				m.clock.SetTime(m.clock.Now().Add(after))
			}
			m.t.Fatal("the loss was not seen")
		}, none},
		{"it is deleted by hand, and is to be one for people", func(m *mortal, o *v1alpha1.SecuredAPI) {
			must[*cip.DeleteUserPoolClientOutput](m.world)(m.cognito().DeleteUserPoolClient(m.t.Context(), &cip.DeleteUserPoolClientInput{
				UserPoolId: &o.Status.UserPool.ID, ClientId: &o.Status.Clients[0].ID,
			}))
		}, people},
		{"its creation was refused, and it is not wanted any more", func(m *mortal, o *v1alpha1.SecuredAPI) {
			m.aws.Inject(awslocal.Fault{Operation: "CreateUserPoolClient", Kind: awslocal.RefuseBefore, Code: "LimitExceededException", Times: 1})
			m.update(o, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].Name = "other" })
			m.passOnce(m.start(), o)
		}, none},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			m := newMortal(t)
			object := m.recipe()
			withProgram(object)
			m.create(object)
			m.rest(object, m.ready(object))
			tc.before(m, object)
			m.update(object, tc.edit)
			m.rest(object, m.ready(object))
			if secrets := m.secrets(); len(secrets) != 0 {
				t.Errorf("no Secret remains: %s", secrets[0].Name)
			}
		})
	}
}

// The Secret is there before its client. An object that is deleted in between leaves none behind.
func TestRule9ASecretWithoutItsClientGoesWithTheObject(t *testing.T) {
	t.Parallel()
	life := stretch{from: withProgram}
	whole := lived(t, life)

	m := newMortal(t)
	object := m.prepare(life)
	*m.edges = boundaries{killAt: 1 + slices.Index(whole.edges.names, "before CreateUserPoolClient")}
	m.untilKilled(object)
	if len(m.secrets()) != 1 {
		t.Fatal("there is a Secret")
	}
	// By then the spec may not name it any more.
	m.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients = nil })
	if err := m.client.Delete(t.Context(), object); err != nil {
		t.Fatal(err)
	}
	m.rest(object, m.gone(object))
	if left := len(m.secrets()); left != 0 {
		t.Errorf("%d Secrets are left", left)
	}
}

// Nor does it stay behind where the operator is killed while a client for people takes the place of a program's.
func TestRule9NoSecretOutlivesItsClientAfterACrash(t *testing.T) {
	t.Parallel()
	for boundary, killed := 1, true; killed; boundary++ {
		m := newMortal(t)
		object := m.recipe()
		withProgram(object)
		m.create(object)
		m.rest(object, m.ready(object))
		*m.edges = boundaries{killAt: boundary}
		m.update(object, func(o *v1alpha1.SecuredAPI) {
			o.Spec.Clients[0].Flows, o.Spec.Clients[0].Scopes = []v1alpha1.Flow{v1alpha1.FlowImplicit}, []string{"openid"}
		})
		m.rest(object, m.ready(object))
		killed = m.edges.seen >= boundary
		if secrets := m.secrets(); len(secrets) != 0 {
			t.Errorf("killed %s: the Secret remains", m.edges.names[boundary-1])
		}
	}
}
