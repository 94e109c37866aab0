package controllers_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

func TestRule9SecretsAreInSecrets(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever)
	object := w.recipe()
	object.Spec.UserPool.ResourceServers = []v1alpha1.ResourceServer{{Identifier: "notes", Scopes: []v1alpha1.ResourceServerScope{{Name: "read"}}}}
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
	everywhere := w.textOf(object)
	if strings.Contains(everywhere, value) {
		t.Error("the secret is nowhere else in Kubernetes")
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
	object.Spec.UserPool.ResourceServers = []v1alpha1.ResourceServer{{Identifier: "notes", Scopes: []v1alpha1.ResourceServerScope{{Name: "read"}}}}
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
