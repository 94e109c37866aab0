package features_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/outcome"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// out says whether the secret of a generation is in the Secret.
func out(m *harness.Stepper, object *v1alpha1.SecuredAPI, generation int32) func() bool {
	return func() bool {
		m.Get(object)
		return object.Status.ObservedGeneration == object.Generation && object.Status.Clients[0].SecretGeneration == generation
	}
}

// ofSecrets says whether a call is one of those for a client's secrets.
func ofSecrets(call string) bool { return strings.Contains(call, "ClientSecret") }

func addByHand(m *harness.Stepper, object *v1alpha1.SecuredAPI) string {
	m.T.Helper()
	return *harness.Must[*cip.AddUserPoolClientSecretOutput](m.World)(m.Cognito().AddUserPoolClientSecret(m.T.Context(), &cip.AddUserPoolClientSecretInput{
		UserPoolId: &object.Status.UserPool.ID, ClientId: &object.Status.Clients[0].ID,
	})).ClientSecretDescriptor.ClientSecretId
}

func TestTheSecretWorksThroughoutARotation(t *testing.T) {
	t.Parallel()
	m, object := harness.NewRotation(t)
	before := m.SecretOf(object).Data
	m.Edges.Each = func(edge string) {
		if data := m.SecretOf(object).Data; !m.Admits(data, string(data["clientSecret"])) {
			t.Errorf("%s: what the Secret holds gets no token", edge)
		}
	}
	m.Update(object, harness.RotateTo(2))
	began := m.Clock.Now()
	m.RunUntil(object, out(m, object, 2))
	m.Edges.Each = nil
	during, secret := m.SecretOf(object).Data, harness.Record(&object.Status, "secret/web")
	old, young := string(before["clientSecret"]), string(during["clientSecret"])
	if old == young || !m.Admits(during, old) || !m.Admits(during, young) {
		t.Error("both secrets are good")
	}
	want := map[string][]byte{
		"clientID": before["clientID"], "tokenURL": before["tokenURL"], "clientSecret": []byte(young), "clientSecretID": []byte(secret.ID),
	}
	if diff := cmp.Diff(want, during); diff != "" {
		t.Errorf("the Secret (-want +got):\n%s", diff)
	}
	if wait := m.Clock.Since(began); wait > time.Minute || secret.Retired[0].Until.Sub(m.Clock.Now()).Round(time.Minute) != time.Hour {
		t.Errorf("it came out after %v, and the former is good until %v", wait, secret.Retired)
	}
	wantCalls := []string{"DescribeUserPool", "DescribeUserPoolClient", "ListUserPoolClientSecrets", "AddUserPoolClientSecret", "DescribeUserPool"}
	isSTS := func(call string) bool { return call == "GetCallerIdentity" }
	if diff := cmp.Diff(wantCalls, slices.DeleteFunc(m.TakeCalls(), isSTS)); diff != "" {
		t.Errorf("the calls (-want +got):\n%s", diff)
	}
	m.RunUntil(object, m.Ready(object))
	after := m.SecretOf(object).Data
	if m.Admits(after, old) || !m.Admits(after, young) {
		t.Error("after the overlap only the new one is")
	}
	if text := m.TextOf(object); strings.Contains(text, old) || strings.Contains(text, young) {
		t.Error("no secret is in status")
	}
	m.RunUntil(object, func() bool { return m.Clock.Since(began) > 3*harness.ResyncNever })
	if calls := m.TakeCalls(); slices.ContainsFunc(calls[slices.Index(calls, "DeleteUserPoolClientSecret")+1:], ofSecrets) {
		t.Errorf("a check of what was replaced costs no call more: %v", calls)
	}
}

// The Secret gets the name that the spec gives it, with what it holds, and takes nobody else's.
func TestASecretIsRenamed(t *testing.T) {
	t.Parallel()
	m, object := harness.NewRotation(t)
	before := m.SecretOf(object).Data
	theirs := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: object.Namespace, Name: "theirs"}, StringData: map[string]string{"a": "b"}}
	if err := m.Client.Create(t.Context(), theirs); err != nil {
		t.Fatal(err)
	}
	named := func(name string) func(*v1alpha1.SecuredAPI) {
		return func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].Secret = &v1alpha1.ClientSecret{Name: name} }
	}
	m.Update(object, named("program"))
	m.RunUntil(object, func() bool { m.Get(object); return object.Status.Clients[0].SecretName == "program" })
	if diff := cmp.Diff(before, m.SecretOf(object).Data); diff != "" {
		t.Errorf("the Secret (-want +got):\n%s", diff)
	}
	if err := m.Client.Get(t.Context(), client.ObjectKey{Namespace: object.Namespace, Name: "notes-web"}, &corev1.Secret{}); !apierrors.IsNotFound(err) {
		t.Errorf("the former Secret: got %v, want it to be deleted", err)
	}
	m.Update(object, named("theirs"))
	m.RunUntil(object, func() bool {
		m.Get(object)
		ready := meta.FindStatusCondition(object.Status.Conditions, v1alpha1.ConditionReady)
		return ready.Reason == v1alpha1.ReasonOwnershipConflict && strings.Contains(ready.Message, "the Secret theirs exists and is not this object's")
	})
	kept := &corev1.Secret{}
	if err := m.Client.Get(t.Context(), client.ObjectKeyFromObject(theirs), kept); err != nil || len(kept.Data) != 1 {
		t.Errorf("somebody else's Secret: got %v %v, want it as it was", kept.Data, err)
	}
	if got := object.Status.Clients[0].SecretName; got != "program" || !m.Admits(before, string(m.SecretOf(object).Data["clientSecret"])) {
		t.Errorf("got the Secret %q, want program, with what gets a token", got)
	}
}

func TestASecondRotationWaitsUntilTheFormerSecretIsDeleted(t *testing.T) {
	t.Parallel()
	m, object := harness.NewRotation(t)
	m.Update(object, harness.RotateTo(2))
	m.RunUntil(object, out(m, object, 2))
	until := harness.Record(&object.Status, "secret/web").Retired[0].Until
	m.Update(object, harness.RotateTo(3))
	m.Pass(m.Start(), object)
	m.Get(object)
	conditions := object.Status.Conditions
	reconciling := meta.FindStatusCondition(conditions, v1alpha1.ConditionReconciling)
	if reconciling == nil || !strings.Contains(reconciling.Message, until.UTC().Format(time.RFC3339)) || !meta.IsStatusConditionTrue(conditions, v1alpha1.ConditionReady) {
		t.Errorf("all works, and it says until when it waits: %+v", conditions)
	}
	m.RunUntil(object, out(m, object, 3))
	if m.Clock.Now().Before(until.Time) {
		t.Error("the former secret had its time")
	}
	m.RunUntil(object, m.Ready(object))
	if all := m.Inventory(); !strings.Contains(all.Pools[0].Clients[0], "true 1 [true]") {
		t.Errorf("one secret is left, and it is the one of the Secret: %v", all.Pools[0].Clients)
	}
}

func TestASecretAddedByHandStallsTheRotation(t *testing.T) {
	t.Parallel()
	m, object := harness.NewRotation(t)
	byHand, before := addByHand(m, object), m.SecretOf(object).Data
	m.TakeCalls()
	m.Update(object, harness.RotateTo(2))
	m.RunUntil(object, func() bool {
		m.Get(object)
		return meta.IsStatusConditionTrue(object.Status.Conditions, v1alpha1.ConditionStalled)
	})
	stalled := meta.FindStatusCondition(object.Status.Conditions, v1alpha1.ConditionStalled)
	if stalled.Reason != v1alpha1.ReasonDuplicateFound || !strings.Contains(outcome.StalledMessage(&object.Status), byHand) {
		t.Errorf("a person reads what there is: %+v", stalled)
	}
	if calls := m.Writes(); len(calls) != 0 {
		t.Errorf("nothing is changed in AWS: %v", calls)
	}
	if diff := cmp.Diff(before, m.SecretOf(object).Data); diff != "" {
		t.Errorf("nor in the Secret (-before +after):\n%s", diff)
	}
	harness.Must[*cip.DeleteUserPoolClientSecretOutput](m.World)(m.Cognito().DeleteUserPoolClientSecret(t.Context(), &cip.DeleteUserPoolClientSecretInput{
		UserPoolId: &object.Status.UserPool.ID, ClientId: &object.Status.Clients[0].ID, ClientSecretId: &byHand,
	}))
	m.RunUntil(object, m.Ready(object))
	if got := object.Status.Clients[0].SecretGeneration; got != 2 {
		t.Errorf("it goes on when there is room: generation %d", got)
	}
}

func TestARestoredObjectKeepsItsSecret(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		reason string
		lose   func(*harness.Stepper, *v1alpha1.SecuredAPI)
	}{
		{"the status is lost, and Cognito does not show the secret", func(m *harness.Stepper, object *v1alpha1.SecuredAPI) {
			m.Update(object, harness.RotateTo(2))
			m.RunUntil(object, m.Ready(object))
			object.Status = v1alpha1.SecuredAPIStatus{}
			if err := m.Client.Status().Update(m.T.Context(), object); err != nil {
				m.T.Fatal(err)
			}
		}},
		{"the status is lost, and the spec asks for a later generation", func(m *harness.Stepper, object *v1alpha1.SecuredAPI) {
			m.Update(object, harness.RotateTo(2))
			object.Status = v1alpha1.SecuredAPIStatus{}
			if err := m.Client.Status().Update(m.T.Context(), object); err != nil {
				m.T.Fatal(err)
			}
		}},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			t.Parallel()
			m, object := harness.NewRotation(t)
			tc.lose(m, object)
			before := m.SecretOf(object).Data
			m.AWS.ResetCalls()
			m.RunUntil(object, m.Ready(object))
			if diff := cmp.Diff(before, m.SecretOf(object).Data); diff != "" {
				t.Errorf("the same secret (-before +after):\n%s", diff)
			}
			if calls := m.TakeCalls(); slices.ContainsFunc(calls, ofSecrets) || object.Status.Clients[0].SecretGeneration != 2 {
				t.Errorf("it is the one that is asked for: %v, %+v", calls, object.Status.Clients)
			}
		})
	}
}
