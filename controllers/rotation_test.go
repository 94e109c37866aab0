package controllers_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/awslocal/cognito"
)

// newRotation is an object with a confidential client, Ready, and an AWS on the same clock, whose token endpoint learns of
// a new secret late.
func newRotation(t *testing.T) (*mortal, *v1alpha1.SecuredAPI) {
	t.Helper()
	m := newMortalOnOneClock(t, awslocal.WithCognito(cognito.WithSecretDelay(20*time.Second)))
	object := m.prepare(stretch{from: withProgram, edit: raise(2)})
	m.calls()
	return m, object
}

// raise asks for a new secret.
func raise(generation int32) func(*v1alpha1.SecuredAPI) {
	return func(o *v1alpha1.SecuredAPI) {
		o.Spec.Clients[0].Secret = &v1alpha1.ClientSecret{Generation: generation}
	}
}

// out says whether the secret of a generation is in the Secret.
func (m *mortal) out(object *v1alpha1.SecuredAPI, generation int32) func() bool {
	return func() bool {
		m.get(object)
		return object.Status.ObservedGeneration == object.Generation && object.Status.Clients[0].SecretGeneration == generation
	}
}

// ofSecrets says whether a call is one of those for a client's secrets.
func ofSecrets(call string) bool { return strings.Contains(call, "ClientSecret") }

func (w *world) secretOf(object *v1alpha1.SecuredAPI) *corev1.Secret {
	w.t.Helper()
	secret := &corev1.Secret{}
	secret.Namespace, secret.Name = w.namespace, object.Name+"-"+object.Spec.Clients[0].Name
	w.get(secret)
	return secret
}

func (m *mortal) addByHand(object *v1alpha1.SecuredAPI) string {
	m.t.Helper()
	return *must[*cip.AddUserPoolClientSecretOutput](m.world)(m.cognito().AddUserPoolClientSecret(m.t.Context(), &cip.AddUserPoolClientSecretInput{
		UserPoolId: &object.Status.UserPool.ID, ClientId: &object.Status.Clients[0].ID,
	})).ClientSecretDescriptor.ClientSecretId
}

func TestARotationHasNoGap(t *testing.T) {
	t.Parallel()
	m, object := newRotation(t)
	before := m.secretOf(object).Data
	m.edges.each = func(edge string) {
		if data := m.secretOf(object).Data; !m.admits(data, string(data["clientSecret"])) {
			t.Errorf("%s: what the Secret holds gets no token", edge)
		}
	}
	m.update(object, raise(2))
	began := m.clock.Now()
	m.rest(object, m.out(object, 2))
	m.edges.each = nil
	during, secret := m.secretOf(object).Data, record(&object.Status, "secret/web")
	old, young := string(before["clientSecret"]), string(during["clientSecret"])
	if old == young || !m.admits(during, old) || !m.admits(during, young) {
		t.Error("both secrets are good")
	}
	want := map[string][]byte{
		"clientID": before["clientID"], "tokenURL": before["tokenURL"], "clientSecret": []byte(young), "clientSecretID": []byte(secret.ID),
	}
	if diff := cmp.Diff(want, during); diff != "" {
		t.Errorf("the Secret (-want +got):\n%s", diff)
	}
	if wait := m.clock.Since(began); wait > time.Minute || secret.Retired[0].Until.Sub(m.clock.Now()).Round(time.Minute) != time.Hour {
		t.Errorf("it came out after %v, and the former is good until %v", wait, secret.Retired)
	}
	wantCalls := []string{"DescribeUserPool", "ListUserPoolClientSecrets", "AddUserPoolClientSecret", "DescribeUserPool"}
	isSTS := func(call string) bool { return call == "GetCallerIdentity" }
	if diff := cmp.Diff(wantCalls, slices.DeleteFunc(m.calls(), isSTS)); diff != "" {
		t.Errorf("the calls (-want +got):\n%s", diff)
	}
	m.rest(object, m.ready(object))
	after := m.secretOf(object).Data
	if m.admits(after, old) || !m.admits(after, young) {
		t.Error("after the overlap only the new one is")
	}
	if text := m.textOf(object); strings.Contains(text, old) || strings.Contains(text, young) {
		t.Error("no secret is in status")
	}
	m.rest(object, func() bool { return m.clock.Since(began) > 3*resyncNever })
	if calls := m.calls(); slices.ContainsFunc(calls[slices.Index(calls, "DeleteUserPoolClientSecret")+1:], ofSecrets) {
		t.Errorf("a check of what was replaced costs no call more: %v", calls)
	}
}

func TestASecretIsReplacedAgainWhenTheFormerOneIsGone(t *testing.T) {
	t.Parallel()
	m, object := newRotation(t)
	m.update(object, raise(2))
	m.rest(object, m.out(object, 2))
	until := record(&object.Status, "secret/web").Retired[0].Until
	m.update(object, raise(3))
	m.passOnce(m.start(), object)
	m.get(object)
	conditions := object.Status.Conditions
	reconciling := meta.FindStatusCondition(conditions, v1alpha1.ConditionReconciling)
	if reconciling == nil || !strings.Contains(reconciling.Message, until.UTC().Format(time.RFC3339)) || !meta.IsStatusConditionTrue(conditions, v1alpha1.ConditionReady) {
		t.Errorf("all works, and it says until when it waits: %+v", conditions)
	}
	m.rest(object, m.out(object, 3))
	if m.clock.Now().Before(until.Time) {
		t.Error("the former secret had its time")
	}
	m.rest(object, m.ready(object))
	if all := m.inventory(); !strings.Contains(all.Pools[0].Clients[0], "true 1 [true]") {
		t.Errorf("one secret is left, and it is the one of the Secret: %v", all.Pools[0].Clients)
	}
}

func TestASecretAddedByHandIsForAPersonToSortOut(t *testing.T) {
	t.Parallel()
	m, object := newRotation(t)
	byHand, before := m.addByHand(object), m.secretOf(object).Data
	m.calls()
	m.update(object, raise(2))
	m.rest(object, func() bool {
		m.get(object)
		return meta.IsStatusConditionTrue(object.Status.Conditions, v1alpha1.ConditionStalled)
	})
	stalled := meta.FindStatusCondition(object.Status.Conditions, v1alpha1.ConditionStalled)
	if stalled.Reason != v1alpha1.ReasonDuplicateFound || !strings.Contains(stalled.Message, byHand) {
		t.Errorf("a person reads what there is: %+v", stalled)
	}
	if calls := m.mutating(); len(calls) != 0 {
		t.Errorf("nothing is changed in AWS: %v", calls)
	}
	if diff := cmp.Diff(before, m.secretOf(object).Data); diff != "" {
		t.Errorf("nor in the Secret (-before +after):\n%s", diff)
	}
	must[*cip.DeleteUserPoolClientSecretOutput](m.world)(m.cognito().DeleteUserPoolClientSecret(t.Context(), &cip.DeleteUserPoolClientSecretInput{
		UserPoolId: &object.Status.UserPool.ID, ClientId: &object.Status.Clients[0].ID, ClientSecretId: &byHand,
	}))
	m.rest(object, m.ready(object))
	if got := object.Status.Clients[0].SecretGeneration; got != 2 {
		t.Errorf("it goes on when there is room: generation %d", got)
	}
}

func TestARestoredObjectKeepsItsSecret(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		reason string
		lose   func(*mortal, *v1alpha1.SecuredAPI)
	}{
		{"its status is gone, and Cognito does not tell the secret", func(m *mortal, object *v1alpha1.SecuredAPI) {
			m.update(object, raise(2))
			m.rest(object, m.ready(object))
			object.Status = v1alpha1.SecuredAPIStatus{}
			if err := m.client.Status().Update(m.t.Context(), object); err != nil {
				m.t.Fatal(err)
			}
		}},
		{"its status is gone, and the spec asks for a later generation", func(m *mortal, object *v1alpha1.SecuredAPI) {
			m.update(object, raise(2))
			object.Status = v1alpha1.SecuredAPIStatus{}
			if err := m.client.Status().Update(m.t.Context(), object); err != nil {
				m.t.Fatal(err)
			}
		}},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			t.Parallel()
			m, object := newRotation(t)
			tc.lose(m, object)
			before := m.secretOf(object).Data
			m.aws.ResetCalls()
			m.rest(object, m.ready(object))
			if diff := cmp.Diff(before, m.secretOf(object).Data); diff != "" {
				t.Errorf("the same secret (-before +after):\n%s", diff)
			}
			if calls := m.calls(); slices.ContainsFunc(calls, ofSecrets) || object.Status.Clients[0].SecretGeneration != 2 {
				t.Errorf("it is the one that is asked for: %v, %+v", calls, object.Status.Clients)
			}
		})
	}
}

// Whenever somebody deletes the Secret, one comes back that is good for a token.
func TestADeletedSecretComesBackAtEveryBoundary(t *testing.T) {
	sweep(t)
	whole, object := newRotation(t)
	*whole.edges = boundaries{}
	whole.live(stretch{edit: raise(2)}, object)
	for i, name := range whole.edges.names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, object := newRotation(t)
			*m.edges = boundaries{each: func(string) {
				if m.edges.seen == i+1 {
					if err := m.client.Delete(t.Context(), m.secretOf(object)); err != nil {
						t.Error(err)
					}
				}
			}}
			m.update(object, raise(2))
			ready := m.ready(object)
			m.rest(object, func() bool {
				secret := &corev1.Secret{}
				key := client.ObjectKey{Namespace: m.namespace, Name: object.Status.Clients[0].SecretName}
				return ready() && m.edges.seen > i && m.client.Get(t.Context(), key, secret) == nil
			})
			if all := m.inventory(); !strings.Contains(all.Pools[0].Clients[0], "true 1 [true]") {
				t.Errorf("one secret is left, and it is the one of the Secret: %v", all.Pools[0].Clients)
			}
			if len(doubts(&object.Status)) != 0 || record(&object.Status, "secret/web").Kept["lost"] != "" {
				t.Errorf("nothing is left in doubt: %+v", object.Status)
			}
		})
	}
}
