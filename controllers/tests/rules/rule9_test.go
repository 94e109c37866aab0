package rules_test

import (
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
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
)

func TestRule9ClientSecretsAreStoredInSecrets(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Recipe()
	object.Spec.ResourceServers = []v1alpha1.ResourceServer{{Identifier: "notes", Scopes: []v1alpha1.ResourceServerScope{{Name: "read"}}}}
	object.Spec.Clients = append(object.Spec.Clients, v1alpha1.Client{Name: "job", Flows: []v1alpha1.Flow{v1alpha1.FlowClientCredentials}, Scopes: []string{"notes/read"}})
	w.Create(object)
	w.AwaitReady(object)

	secret := &corev1.Secret{}
	if err := w.Client.Get(t.Context(), client.ObjectKey{Namespace: w.Namespace, Name: object.Status.Client("job").SecretName}, secret); err != nil {
		t.Fatal(err)
	}
	value := string(secret.Data["clientSecret"])
	if string(secret.Data["clientID"]) != object.Status.Client("job").ID || len(value) < 24 || !strings.HasSuffix(string(secret.Data["tokenURL"]), "/oauth2/token") {
		t.Errorf("the Secret has all that a program needs: %v", secret.Data)
	}
	c := harness.Must[*cip.DescribeUserPoolClientOutput](w)(w.Cognito().DescribeUserPoolClient(t.Context(), &cip.DescribeUserPoolClientInput{
		UserPoolId: &object.Status.UserPool.ID, ClientId: aws.String(object.Status.Client("job").ID),
	}))
	if aws.ToString(c.UserPoolClient.ClientSecret) != value {
		t.Error("AWS has the secret of the Secret")
	}
	if strings.Contains(w.TextOf(object), value) {
		t.Error("the secret is nowhere else in Kubernetes")
	}

	w.Update(object, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Mode, o.Spec.Clients[1].Secret = v1alpha1.ModePlan, &v1alpha1.ClientSecret{Generation: 2}
	})
	if diff := cmp.Diff([]string{"~ client/job.secret: generation 1 -> 2 (inPlace)"}, w.AwaitPlanned(object)); diff != "" {
		t.Errorf("a new one is planned in words (-want +got):\n%s", diff)
	}
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Mode = v1alpha1.ModeApply })
	w.AwaitReady(object)
	w.Get(secret)
	young := string(secret.Data["clientSecret"])
	if young == value || object.Status.Client("job").SecretGeneration != 2 {
		t.Errorf("it takes the place of the former: %+v", object.Status.Client("job"))
	}
	w.Eventually("an event that says so", func(context.Context) (bool, string) {
		notes := w.EventNotes()
		return strings.Contains(notes, "~ client/job.secret: generation 1 -> 2"), notes
	})
	if text := w.TextOf(object); strings.Contains(text, value) || strings.Contains(text, young) {
		t.Error("neither is anywhere else in Kubernetes")
	}

	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients = o.Spec.Clients[:1] })
	w.AwaitReady(object)
	if err := w.Client.Get(t.Context(), client.ObjectKeyFromObject(secret), secret); client.IgnoreNotFound(err) != nil || err == nil {
		t.Errorf("a client that goes takes its Secret with it: %v", err)
	}
}

func TestRule9ASecretDeletedByHandIsCreatedAgain(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, 200*time.Millisecond)
	object := w.Recipe()
	object.Spec.ResourceServers = []v1alpha1.ResourceServer{{Identifier: "notes", Scopes: []v1alpha1.ResourceServerScope{{Name: "read"}}}}
	object.Spec.Clients = []v1alpha1.Client{{Name: "job", Flows: []v1alpha1.Flow{v1alpha1.FlowClientCredentials}, Scopes: []string{"notes/read"}}}
	w.Create(object)
	w.AwaitReady(object)
	secret := &corev1.Secret{}
	secret.Namespace, secret.Name = w.Namespace, object.Status.Clients[0].SecretName
	w.Get(secret)
	before := secret.DeepCopy()
	if err := w.Client.Delete(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	w.Eventually("the Secret to come back whole", func(ctx context.Context) (bool, string) {
		err := w.Client.Get(ctx, client.ObjectKeyFromObject(before), secret)
		return err == nil && len(secret.Data) == len(before.Data), fmt.Sprint(err)
	})
	if diff := cmp.Diff(before.Data, secret.Data); diff != "" {
		t.Errorf("with what AWS knows (-before +after):\n%s", diff)
	}
	w.AwaitReady(object)
}

// secretsLike are the client secrets that the operator makes.
var secretsLike = regexp.MustCompile(`[A-Z2-7]{26}`)

// The log, events and status have no secret.
func TestRule9LogsEventsAndStatusHaveNoSecret(t *testing.T) {
	t.Parallel()
	for name, instead := range map[string]func(*harness.Stepper){
		"all goes well": func(*harness.Stepper) {},
		// The Secret cannot be created, and the error goes into a condition and an event.
		"a failure": func(m *harness.Stepper) {
			theirs := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: m.Namespace, Name: "notes-web"}}
			if err := m.Client.Create(m.T.Context(), theirs); err != nil {
				m.T.Error(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			life := harness.Life{From: harness.WithProgram}
			whole := harness.Undisturbed(t, life)

			m := harness.NewStepper(t)
			object := m.Prepare(life)
			created := slices.Index(whole.Edges.Names, "before create Secret")
			*m.Edges = harness.Boundaries{KillAt: created + 1, Instead: func() { instead(m) }}
			var said strings.Builder
			ctx := logr.NewContext(t.Context(), funcr.New(func(prefix, args string) { said.WriteString(prefix + args) }, funcr.Options{}))
			operator := m.Start()
			recorder := events.NewFakeRecorder(100)
			operator.Recorder = recorder
			for range 3 {
				// The queue logs the error.
				_, err := operator.Reconcile(ctx, ctrl.Request{NamespacedName: client.ObjectKeyFromObject(object)})
				said.WriteString(fmt.Sprint(err) + m.TextOf(object))
				m.Clock.SetTime(m.Clock.Now().Add(time.Hour))
			}
			close(recorder.Events)
			for event := range recorder.Events {
				said.WriteString(event)
			}
			if found := secretsLike.FindString(said.String()); found != "" {
				t.Errorf("%s is a secret: %s", found, said.String())
			}
			if m.Edges.Seen <= created {
				t.Error("it was to create a Secret")
			}
		})
	}
}

// However a ClientCredentials client goes, its Secret is deleted.
func TestRule9TheSecretIsDeletedWithItsClient(t *testing.T) {
	t.Parallel()
	people := func(o *v1alpha1.SecuredAPI) {
		o.Spec.Clients[0].Flows, o.Spec.Clients[0].Scopes = []v1alpha1.Flow{v1alpha1.FlowImplicit}, []string{"openid"}
	}
	none := func(o *v1alpha1.SecuredAPI) { o.Spec.Clients = nil }
	for _, tc := range []struct {
		name   string
		before func(*harness.Stepper, *v1alpha1.SecuredAPI)
		edit   func(*v1alpha1.SecuredAPI)
	}{
		{"its pool was deleted, and the spec no longer has the client", func(m *harness.Stepper, o *v1alpha1.SecuredAPI) {
			lost := o.Status.UserPool.ID
			m.DeletePool(o)
			m.Clock.SetTime(m.Clock.Now().Add(2 * harness.ResyncNever))
			operator := m.Start()
			for range 3 {
				after, _ := m.Pass(operator, o)
				if m.Get(o); o.Status.UserPool == nil || o.Status.UserPool.ID != lost {
					return
				}
				m.Clock.SetTime(m.Clock.Now().Add(after))
			}
			m.T.Fatal("the loss was not seen")
		}, none},
		{"the client was deleted by hand, and its flow becomes Code", func(m *harness.Stepper, o *v1alpha1.SecuredAPI) {
			harness.Must[*cip.DeleteUserPoolClientOutput](m.World)(m.Cognito().DeleteUserPoolClient(m.T.Context(), &cip.DeleteUserPoolClientInput{
				UserPoolId: &o.Status.UserPool.ID, ClientId: &o.Status.Clients[0].ID,
			}))
		}, people},
		{"its creation was refused, and the spec no longer has the client", func(m *harness.Stepper, o *v1alpha1.SecuredAPI) {
			m.AWS.Inject(awslocal.Fault{Operation: "CreateUserPoolClient", Kind: awslocal.RefuseBefore, Code: "LimitExceededException", Times: 1})
			m.Update(o, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].Name = "other" })
			m.Pass(m.Start(), o)
		}, none},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			m := harness.NewStepper(t)
			object := m.Recipe()
			harness.WithProgram(object)
			m.Create(object)
			m.RunUntil(object, m.Ready(object))
			tc.before(m, object)
			m.Update(object, tc.edit)
			m.RunUntil(object, m.Ready(object))
			if secrets := m.Secrets(); len(secrets) != 0 {
				t.Errorf("no Secret remains: %s", secrets[0].Name)
			}
		})
	}
}

// The Secret is created before its client. If the object is deleted in between, the Secret is deleted.
func TestRule9ASecretWithoutAClientIsDeletedWithTheObject(t *testing.T) {
	t.Parallel()
	life := harness.Life{From: harness.WithProgram}
	whole := harness.Undisturbed(t, life)

	m := harness.NewStepper(t)
	object := m.Prepare(life)
	*m.Edges = harness.Boundaries{KillAt: 1 + slices.Index(whole.Edges.Names, "before CreateUserPoolClient")}
	m.RunUntilKilled(object)
	if len(m.Secrets()) != 1 {
		t.Fatal("there is a Secret")
	}
	// By then the spec may not name it any more.
	m.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients = nil })
	if err := m.Client.Delete(t.Context(), object); err != nil {
		t.Fatal(err)
	}
	m.RunUntil(object, m.Gone(object))
	if left := len(m.Secrets()); left != 0 {
		t.Errorf("%d Secrets are left", left)
	}
}

// The operator is killed while a Code client replaces a ClientCredentials client. The Secret is deleted all the same.
func TestRule9TheSecretIsDeletedWithItsClientAfterACrash(t *testing.T) {
	t.Parallel()
	for boundary, killed := 1, true; killed; boundary++ {
		m := harness.NewStepper(t)
		object := m.Recipe()
		harness.WithProgram(object)
		m.Create(object)
		m.RunUntil(object, m.Ready(object))
		*m.Edges = harness.Boundaries{KillAt: boundary}
		m.Update(object, func(o *v1alpha1.SecuredAPI) {
			o.Spec.Clients[0].Flows, o.Spec.Clients[0].Scopes = []v1alpha1.Flow{v1alpha1.FlowImplicit}, []string{"openid"}
		})
		m.RunUntil(object, m.Ready(object))
		killed = m.Edges.Seen >= boundary
		if secrets := m.Secrets(); len(secrets) != 0 {
			t.Errorf("killed %s: the Secret remains", m.Edges.Names[boundary-1])
		}
	}
}
