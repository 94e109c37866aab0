package features_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	corev1 "k8s.io/api/core/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

const oktaSecret = "the-secret-of-okta"

// withOkta asks for a provider with its secret in the Secret okta.
func withOkta(o *v1alpha1.SecuredAPI) {
	o.Spec.UserPool.IdentityProviders = []v1alpha1.IdentityProvider{{
		Name: "Okta", Attributes: map[string]v1alpha1.Claim{"email": "email"},
		OIDC: &v1alpha1.OIDCProvider{
			Issuer: "https://login.example.com", ClientID: "c", ClientSecretFrom: &v1alpha1.SecretKey{Name: "okta", Key: "secret"},
		},
	}}
}

// detail is a detail of a provider as Cognito has it.
func detail(w *harness.World, object *v1alpha1.SecuredAPI, provider, key string) string {
	w.T.Helper()
	out := harness.Must[*cip.DescribeIdentityProviderOutput](w)(w.Cognito().DescribeIdentityProvider(w.T.Context(), &cip.DescribeIdentityProviderInput{
		UserPoolId: &object.Status.UserPool.ID, ProviderName: &provider,
	}))
	return out.IdentityProvider.ProviderDetails[key]
}

// A provider waits for its Secret, and nothing else waits with it. Nobody reads the secret in what the operator writes.
func TestAProviderWaitsForItsSecret(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Recipe()
	withOkta(object)
	object.Spec.Clients[0].IdentityProviders = []string{"Cognito", "Okta"}
	w.Create(object)
	message := w.AwaitStalled(object, v1alpha1.ReasonDependencyNotReady)
	for _, word := range []string{"spec.userPool.identityProviders[0].oidc.clientSecretFrom: ", "Secret okta", "key secret", "kubectl label secret okta --namespace=" + w.Namespace} {
		if !strings.Contains(message, word) {
			t.Errorf("got %q, want it to say %q", message, word)
		}
	}
	for _, call := range w.AWS.Calls() {
		if strings.Contains(call.Operation, "IdentityProvider") && !strings.HasPrefix(call.Operation, "List") {
			t.Errorf("%s is called before the secret is there", call.Operation)
		}
	}
	if got := w.StatusCode(object.Status.Clients[0].LoginURL); got != 200 {
		t.Errorf("the login page answers %d, want 200: only the provider waits", got)
	}
	w.MakeInput(&corev1.Secret{StringData: map[string]string{"secret": oktaSecret}}, "okta")
	w.AskNow(object)
	w.AwaitReady(object)
	if got := detail(w, object, "Okta", "client_secret"); got != oktaSecret {
		t.Errorf("got the secret %q, want that of the Secret", got)
	}
	written, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	if told := string(written) + w.EventNotes(); strings.Contains(told, oktaSecret) {
		t.Errorf("the secret is told: %s", told)
	}
}

// Who may write SecuredAPIs could send a Secret to an address of their own. So what carries no label is not read, whatever the operator
// may read.
func TestASecretThatNobodyAllowedIsNotRead(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	for _, labels := range []map[string]string{nil, {v1alpha1.ContentLabel: v1alpha1.ContentOutputs}, {v1alpha1.ContentLabel: ""}} {
		secret := &corev1.Secret{StringData: map[string]string{"secret": oktaSecret}}
		secret.Namespace, secret.Name, secret.Labels = w.Namespace, "okta", labels
		if err := w.Client.Create(t.Context(), secret); err != nil {
			t.Fatal(err)
		}
		object := w.Recipe()
		object.Spec.Domain.Prefix = fmt.Sprintf("notes-%d", len(labels[v1alpha1.ContentLabel]))
		withOkta(object)
		object.Spec.UserPool.IdentityProviders[0].OIDC.TokenURL = "https://evil.example.com/token"
		w.Create(object)
		w.AwaitStalled(object, v1alpha1.ReasonDependencyNotReady)
		w.Delete(object)
		if err := w.Client.Delete(t.Context(), secret); err != nil {
			t.Fatal(err)
		}
	}
	for _, call := range w.AWS.Calls() {
		if call.Operation == "CreateIdentityProvider" {
			t.Error("the secret was sent to AWS")
		}
	}
}

// Nothing else has an object reconciled here: no check is due, and nobody edits it.
func TestASecretWakesWhoReadsIt(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Recipe()
	withOkta(object)
	w.Create(object)
	w.AwaitStalled(object, v1alpha1.ReasonDependencyNotReady)
	w.MakeInput(&corev1.Secret{StringData: map[string]string{"secret": "first"}}, "okta")
	w.AwaitReady(object)
	has := func(want string) {
		t.Helper()
		w.Eventually("the secret "+want, func(context.Context) (bool, string) {
			got := detail(w, object, "Okta", "client_secret")
			return got == want, got
		})
	}
	has("first")
	secret := &corev1.Secret{}
	secret.Namespace, secret.Name = w.Namespace, "okta"
	w.Get(secret)
	secret.Data["secret"] = []byte("second")
	if err := w.Client.Update(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	has("second")
	w.Stop()
	w.StartOperator()
	secret.Data["secret"] = []byte("third")
	if err := w.Client.Update(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	has("third")
	if err := w.Client.Delete(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	w.AwaitStalled(object, v1alpha1.ReasonDependencyNotReady)
	if got := detail(w, object, "Okta", "client_secret"); got != "third" {
		t.Errorf("got the secret %q, want that the provider stays as it was made", got)
	}
}

func TestAConfigMapWakesWhoReadsIt(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Recipe()
	object.Spec.UserPool.IdentityProviders = []v1alpha1.IdentityProvider{{
		Name: "Staff", Attributes: map[string]v1alpha1.Claim{"email": "email"},
		SAML: &v1alpha1.SAMLProvider{MetadataFrom: &v1alpha1.ConfigMapKey{Name: harness.InputName, Key: "a"}},
	}}
	w.Create(object)
	w.AwaitStalled(object, v1alpha1.ReasonDependencyNotReady)
	w.MakeInputs()
	w.AwaitReady(object)
	metadata := configMap(w, harness.InputName)
	before := detail(w, object, "Staff", "MetadataFile")
	metadata.Data["a"] = metadata.Data["b"]
	if err := w.Client.Update(t.Context(), metadata); err != nil {
		t.Fatal(err)
	}
	w.Eventually("the new metadata", func(context.Context) (bool, string) {
		got := detail(w, object, "Staff", "MetadataFile")
		return got == metadata.Data["b"] && got != before, got
	})
	if err := w.Client.Delete(t.Context(), metadata); err != nil {
		t.Fatal(err)
	}
	w.AwaitStalled(object, v1alpha1.ReasonDependencyNotReady)
	if got := detail(w, object, "Staff", "MetadataFile"); got != metadata.Data["b"] {
		t.Errorf("got %q, want that the provider stays as it was made", got)
	}
}
