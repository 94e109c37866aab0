package features_test

import (
	"context"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/kube/outputs"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// withOutputs asks for both.
func withOutputs(o *v1alpha1.SecuredAPI) {
	o.Spec.Outputs = v1alpha1.OutputsSpec{ConfigMapName: "notes-config", SecretName: "notes-credentials"}
}

func configMap(w *harness.World, name string) *corev1.ConfigMap {
	w.T.Helper()
	found := &corev1.ConfigMap{}
	found.Namespace, found.Name = w.Namespace, name
	w.Get(found)
	return found
}

// text is a Secret's data.
func text(w *harness.World, name string) map[string]string {
	w.T.Helper()
	found := &corev1.Secret{}
	found.Namespace, found.Name = w.Namespace, name
	w.Get(found)
	values := map[string]string{}
	for key, value := range found.Data {
		values[key] = string(value)
	}
	return values
}

// isGone says whether an object of that name does not exist.
func isGone(w *harness.World, object client.Object, name string) bool {
	w.T.Helper()
	err := w.Client.Get(w.T.Context(), client.ObjectKey{Namespace: w.Namespace, Name: name}, object)
	if client.IgnoreNotFound(err) != nil {
		w.T.Fatal(err)
	}
	return apierrors.IsNotFound(err)
}

func TestOutputsSayWhatStatusSays(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Recipe()
	withOutputs(object)
	w.Create(object)
	w.AwaitReady(object)

	found, status := configMap(w, "notes-config"), &object.Status
	want := map[string]string{
		"REGION": "us-east-1", "USER_POOL_ID": status.UserPool.ID, "ISSUER": status.Issuer, "JWKS_URI": status.Issuer + "/.well-known/jwks.json",
		"DOMAIN": status.Domain, "AUTHORIZE_URL": status.Domain + "/oauth2/authorize", "TOKEN_URL": status.Domain + "/oauth2/token",
		"LOGIN_URL": status.Domain + "/login", "LOGOUT_URL": status.Domain + "/logout", "ENDPOINT": status.Endpoint,
		"CLIENT_ID": status.Clients[0].ID, "CLIENT_ID_WEB": status.Clients[0].ID, "LOGIN_URL_WEB": status.Clients[0].LoginURL,
	}
	got := maps.Clone(found.Data)
	delete(got, outputs.ConfigKey)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the ConfigMap (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(found.Data, text(w, "notes-credentials")); diff != "" {
		t.Errorf("an object without secrets says the same in both (-ConfigMap +Secret):\n%s", diff)
	}
	if !metav1.IsControlledBy(found, object) {
		t.Errorf("got the owners %v, want the object: it takes the ConfigMap with it", found.OwnerReferences)
	}
	if diff := cmp.Diff(map[string]string{"securedapi.dev/content": "outputs", "app.kubernetes.io/managed-by": "securedapi"}, found.Labels); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(v1alpha1.OutputsStatus{ConfigMapName: "notes-config", SecretName: "notes-credentials"}, status.Outputs); diff != "" {
		t.Errorf("status.outputs (-want +got):\n%s", diff)
	}
}

func TestOutputsFollowTheSpec(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	writes := countStatusWrites(w)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	w.AWS.ResetCalls()
	writes(object)

	w.Update(object, withOutputs)
	w.AwaitReady(object)
	before := configMap(w, "notes-config")
	if n := writes(object); n > 3 {
		t.Errorf("got %d writes of status, want 3 at most: a name before each creation, and the end", n)
	}
	if calls := w.AWS.Calls(); len(calls) > 0 {
		t.Errorf("got calls %v, want none for outputs", calls)
	}

	w.Update(object, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Clients = append(o.Spec.Clients, v1alpha1.Client{Name: "my-app", CallbackURLs: []v1alpha1.URL{"notes:/callback"}})
	})
	w.AwaitReady(object)
	after := configMap(w, "notes-config")
	if id := object.Status.Client("my-app").ID; id == "" || after.Data["CLIENT_ID_MY_APP"] != id || after.Data["CLIENT_ID"] != "" {
		t.Errorf("got %v, want the id %s of a second client", after.Data, id)
	}
	if after.UID != before.UID {
		t.Error("the ConfigMap was made anew, want an update")
	}

	w.Update(object, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Outputs = v1alpha1.OutputsSpec{ConfigMapName: "front-end.config", SecretName: "back-end"}
	})
	w.AwaitReady(object)
	if diff := cmp.Diff(after.Data, configMap(w, "front-end.config").Data); diff != "" {
		t.Errorf("under another name (-before +after):\n%s", diff)
	}
	if !isGone(w, &corev1.ConfigMap{}, "notes-config") || !isGone(w, &corev1.Secret{}, "notes-credentials") {
		t.Error("what has a former name is still there")
	}

	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Outputs = v1alpha1.OutputsSpec{} })
	w.AwaitReady(object)
	if !isGone(w, &corev1.ConfigMap{}, "front-end.config") || !isGone(w, &corev1.Secret{}, "back-end") {
		t.Error("what the spec does not ask for is still there")
	}
	if object.Status.Outputs != (v1alpha1.OutputsStatus{}) {
		t.Errorf("got status.outputs %v, want none", object.Status.Outputs)
	}
}

// A pod that started with a part of the values would keep it.
func TestOutputsAreWrittenWhenAllIsThere(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Recipe()
	withOutputs(object)
	object.Spec.Routes[0].Backend.Lambda.Function = "Missing"
	w.Create(object)
	w.AwaitStalled(object, v1alpha1.ReasonDependencyNotReady)
	if !isGone(w, &corev1.ConfigMap{}, "notes-config") || !isGone(w, &corev1.Secret{}, "notes-credentials") {
		t.Error("outputs were written without an endpoint")
	}
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Routes[0].Backend.Lambda.Function = "RegisteredHandler" })
	w.AwaitReady(object)
	endpoint := configMap(w, "notes-config").Data["ENDPOINT"]
	if endpoint == "" || endpoint != object.Status.Endpoint {
		t.Errorf("got the endpoint %q, want %q", endpoint, object.Status.Endpoint)
	}
	// What is written follows, whatever else fails.
	w.Update(object, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Routes[0].Backend.Lambda.Function = "Missing"
		o.Spec.Clients[0].Name = "other"
	})
	w.AwaitStalled(object, v1alpha1.ReasonDependencyNotReady)
	if got := configMap(w, "notes-config").Data["CLIENT_ID_OTHER"]; got != object.Status.Client("other").ID {
		t.Errorf("got the client %q, want %q", got, object.Status.Client("other").ID)
	}
}

func TestOutputsArePutBack(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Recipe()
	withOutputs(object)
	w.Create(object)
	w.AwaitReady(object)
	want := configMap(w, "notes-config")
	w.AWS.ResetCalls()
	for _, tc := range []struct {
		reason string
		edit   func(*corev1.ConfigMap)
	}{
		{"a value", func(c *corev1.ConfigMap) { c.Data["ENDPOINT"] = "https://evil.example.com" }},
		{"a key more", func(c *corev1.ConfigMap) { c.Data["MORE"] = "1" }},
		{"a key less", func(c *corev1.ConfigMap) { delete(c.Data, "ISSUER") }},
		{"bytes", func(c *corev1.ConfigMap) { c.BinaryData = map[string][]byte{"more": {1}} }},
		{"the labels", func(c *corev1.ConfigMap) { c.Labels = nil }},
		{"a frozen one", func(c *corev1.ConfigMap) { c.Data, c.Immutable = nil, new(true) }},
	} {
		edited := configMap(w, "notes-config")
		tc.edit(edited)
		if err := w.Client.Update(t.Context(), edited); err != nil {
			t.Fatal(err)
		}
		w.Eventually(tc.reason+" to be put back", func(context.Context) (bool, string) {
			now := &corev1.ConfigMap{}
			if isGone(w, now, "notes-config") {
				return false, "it is not there"
			}
			diff := cmp.Diff(want.Data, now.Data) + cmp.Diff(want.Labels, now.Labels)
			return diff == "" && len(now.BinaryData) == 0, diff
		})
	}
	if err := w.Client.Delete(t.Context(), configMap(w, "notes-config")); err != nil {
		t.Fatal(err)
	}
	w.Eventually("the ConfigMap to come back", func(context.Context) (bool, string) {
		return !isGone(w, &corev1.ConfigMap{}, "notes-config"), ""
	})
	if calls := w.AWS.Calls(); len(calls) > 0 {
		t.Errorf("got calls %v, want none", calls)
	}
	version := object.ResourceVersion
	if w.Get(object); object.ResourceVersion != version {
		t.Error("the object was written, want its status as it is")
	}
}

// What the API server refuses is told in its words, and tried again.
func TestOutputsThatAQuotaRefuses(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	used := len(w.Secrets())
	quota := &corev1.ResourceQuota{
		ObjectMeta: metav1.ObjectMeta{Namespace: w.Namespace, Name: "secrets"},
		Spec:       corev1.ResourceQuotaSpec{Hard: corev1.ResourceList{"count/secrets": *resource.NewQuantity(int64(used), resource.DecimalSI)}},
	}
	if err := w.Client.Create(t.Context(), quota); err != nil {
		t.Fatal(err)
	}
	quota.Status = corev1.ResourceQuotaStatus{
		Hard: quota.Spec.Hard, Used: corev1.ResourceList{"count/secrets": *resource.NewQuantity(int64(used), resource.DecimalSI)},
	}
	// No controller counts here.
	if err := w.Client.Status().Update(t.Context(), quota); err != nil {
		t.Fatal(err)
	}
	w.Update(object, withOutputs)
	w.Await(object, "the refusal", func(o *v1alpha1.SecuredAPI) bool {
		ready := meta.FindStatusCondition(o.Status.Conditions, v1alpha1.ConditionReady)
		return ready.Reason == v1alpha1.ReasonOutputsNotWritten && strings.Contains(ready.Message, "exceeded quota") &&
			meta.IsStatusConditionTrue(o.Status.Conditions, v1alpha1.ConditionReconciling)
	})
	if isGone(w, &corev1.ConfigMap{}, "notes-config") {
		t.Error("the ConfigMap is not there: nothing refused it")
	}
	if err := w.Client.Delete(t.Context(), quota); err != nil {
		t.Fatal(err)
	}
	w.AwaitReady(object)
	if isGone(w, &corev1.Secret{}, "notes-credentials") {
		t.Error("the Secret is not there, and the object is Ready")
	}
}

// Secrets are not watched: a drift check puts them back.
func TestASecretOfOutputsIsPutBack(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, 100*time.Millisecond)
	object := w.Recipe()
	withOutputs(object)
	w.Create(object)
	w.AwaitReady(object)
	want := text(w, "notes-credentials")
	edited := &corev1.Secret{}
	edited.Namespace, edited.Name = w.Namespace, "notes-credentials"
	w.Get(edited)
	edited.Data = map[string][]byte{"CLIENT_ID": []byte("evil")}
	if err := w.Client.Update(t.Context(), edited); err != nil {
		t.Fatal(err)
	}
	w.Eventually("the Secret to be put back", func(context.Context) (bool, string) {
		diff := cmp.Diff(want, text(w, "notes-credentials"))
		return diff == "", diff
	})
	w.AwaitCalls(func(c awslocal.Call) bool { return c.Operation == "GetStages" }, 2)
	before := configMap(w, "notes-config").ResourceVersion
	w.AwaitCalls(func(c awslocal.Call) bool { return c.Operation == "GetStages" }, 6)
	if now := configMap(w, "notes-config").ResourceVersion; now != before {
		t.Error("a pass wrote a ConfigMap that was as it should be")
	}
}

func TestOutputsFollowARotation(t *testing.T) {
	t.Parallel()
	m := harness.NewStepper(t)
	object := m.Prepare(harness.Life{From: func(o *v1alpha1.SecuredAPI) { harness.WithProgram(o); withOutputs(o) }, Edit: harness.RotateTo(2)})
	first := string(m.SecretOf(object).Data["clientSecret"])
	if got := text(m.World, "notes-credentials"); got["CLIENT_SECRET"] != first || got["CLIENT_SECRET_WEB"] != first || first == "" {
		t.Errorf("got the secrets %q and %q, want the client's", got["CLIENT_SECRET"], got["CLIENT_SECRET_WEB"])
	}
	for key, value := range configMap(m.World, "notes-config").Data {
		if strings.Contains(value, first) {
			t.Errorf("the ConfigMap has the secret in %s", key)
		}
	}
	m.Update(object, harness.RotateTo(3))
	m.Edges.Each = func(edge string) {
		if got := text(m.World, "notes-credentials"); !m.Admits(m.SecretOf(object).Data, got["CLIENT_SECRET_WEB"]) {
			t.Errorf("%s: the secret of the outputs gets no token", edge)
		}
	}
	m.RunUntil(object, m.Ready(object))
	m.Edges.Each = nil
	second := string(m.SecretOf(object).Data["clientSecret"])
	if got := text(m.World, "notes-credentials")["CLIENT_SECRET_WEB"]; got != second || second == first {
		t.Errorf("got the secret %q, want the one that replaced %q", got, first)
	}
	if said := m.TextOf(object); strings.Contains(said, first) || strings.Contains(said, second) {
		t.Error("the object or an event has a secret")
	}
}

// Who holds the name keeps it, and AWS is served meanwhile.
func TestANameThatIsTaken(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	first := w.Recipe()
	withOutputs(first)
	w.Create(first)
	w.AwaitReady(first)
	before := configMap(w, "notes-config")

	second := w.Recipe()
	second.Name, second.Spec.Domain.Prefix, second.Spec.Outputs.ConfigMapName = "papers", "papers-beta", "notes-config"
	w.Create(second)
	message := w.AwaitStalled(second, v1alpha1.ReasonOwnershipConflict)
	for _, words := range []string{"ConfigMap notes-config", "SecuredAPI notes", "spec.outputs.configMapName"} {
		if !strings.Contains(message, words) {
			t.Errorf("got the message %q, want %q in it", message, words)
		}
	}
	for _, condition := range []string{v1alpha1.ConditionUserPoolReady, v1alpha1.ConditionAPIReady, v1alpha1.ConditionDeployed} {
		if !meta.IsStatusConditionTrue(second.Status.Conditions, condition) {
			t.Errorf("%s is not true: AWS agrees with the spec", condition)
		}
	}
	if ready := meta.FindStatusCondition(second.Status.Conditions, v1alpha1.ConditionReady); ready.Status != metav1.ConditionFalse || second.Status.Endpoint == "" {
		t.Errorf("got Ready %s and the endpoint %q, want False and a URL", ready.Status, second.Status.Endpoint)
	}
	if diff := cmp.Diff(before, configMap(w, "notes-config")); diff != "" {
		t.Errorf("the ConfigMap (-before +after):\n%s", diff)
	}
	// Its holder lets go of the name.
	w.Update(first, func(o *v1alpha1.SecuredAPI) { o.Spec.Outputs.ConfigMapName = "" })
	w.AwaitReady(first)
	w.AwaitReady(second)
	if found := configMap(w, "notes-config"); !metav1.IsControlledBy(found, second) || found.Data["ENDPOINT"] != second.Status.Endpoint {
		t.Error("the ConfigMap is not of the object that waited for it")
	}
}

// The former one stays where the new one cannot be written.
func TestARenamedOutputToANameThatIsTaken(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Recipe()
	withOutputs(object)
	w.Create(object)
	w.AwaitReady(object)
	theirs := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: w.Namespace, Name: "theirs"}, Data: map[string]string{"a": "b"}}
	if err := w.Client.Create(t.Context(), theirs); err != nil {
		t.Fatal(err)
	}
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Outputs.ConfigMapName = "theirs" })
	w.AwaitStalled(object, v1alpha1.ReasonOwnershipConflict)
	if isGone(w, &corev1.ConfigMap{}, "notes-config") {
		t.Error("the former ConfigMap is gone, and there is no other")
	}
	if got := configMap(w, "theirs"); got.ResourceVersion != theirs.ResourceVersion {
		t.Error("somebody else's ConfigMap was written")
	}
	if err := w.Client.Delete(t.Context(), theirs); err != nil {
		t.Fatal(err)
	}
	w.AskNow(object)
	w.AwaitReady(object)
	if !isGone(w, &corev1.ConfigMap{}, "notes-config") || isGone(w, &corev1.ConfigMap{}, "theirs") {
		t.Error("the ConfigMap does not have its new name, or its former one still")
	}
}

// A client may get the name of the Secret that spec.outputs had before.
func TestANameGoesFromOutputsToAClientAndBack(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Recipe()
	harness.WithServer(object)
	object.Spec.Outputs.SecretName = "notes-job"
	w.Create(object)
	w.AwaitReady(object)

	job := v1alpha1.Client{Name: "job", Flows: []v1alpha1.Flow{v1alpha1.FlowClientCredentials}, Scopes: []string{"notes/read"}}
	w.Update(object, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Outputs.SecretName, o.Spec.Clients = "", append(o.Spec.Clients, job)
	})
	w.AwaitReady(object)
	if got := text(w, "notes-job"); got["clientSecret"] == "" || got["CLIENT_ID"] != "" {
		t.Errorf("got a Secret with the keys %v, want the client's", keys(got))
	}

	w.Update(object, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Outputs.SecretName, o.Spec.Clients = "notes-job", o.Spec.Clients[:1]
	})
	w.AwaitReady(object)
	if got := text(w, "notes-job"); got["clientSecret"] != "" || got["CLIENT_ID"] == "" {
		t.Errorf("got a Secret with the keys %v, want that of outputs", keys(got))
	}

	// The same where the outputs had another name before.
	w.Update(object, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Outputs.SecretName, o.Spec.Clients = "notes-credentials", append(o.Spec.Clients, job)
	})
	w.AwaitReady(object)
	w.Update(object, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Outputs.SecretName, o.Spec.Clients = "notes-job", o.Spec.Clients[:1]
	})
	w.AwaitReady(object)
	if got := text(w, "notes-job"); got["clientSecret"] != "" || got["CLIENT_ID"] == "" || !isGone(w, &corev1.Secret{}, "notes-credentials") {
		t.Errorf("got a Secret with the keys %v, want that of outputs", keys(got))
	}
}

func keys(of map[string]string) (names []string) {
	for key := range of {
		names = append(names, key)
	}
	return names
}
