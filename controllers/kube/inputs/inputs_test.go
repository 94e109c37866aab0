package inputs

import (
	"context"
	"errors"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/kube/owned"
)

func TestInputs(t *testing.T) {
	named := func(name, namespace string, labels map[string]string) metav1.ObjectMeta {
		return metav1.ObjectMeta{Name: name, Namespace: namespace, Labels: labels}
	}
	given := map[string]string{v1alpha1.ContentLabel: v1alpha1.ContentInput}
	reader := fake.NewClientBuilder().WithObjects(
		&corev1.Secret{ObjectMeta: named("okta", "shop", given), Data: map[string][]byte{"secret": []byte("s1\n"), "empty": []byte("\n")}},
		&corev1.Secret{ObjectMeta: named("database", "shop", nil), Data: map[string][]byte{"secret": []byte("s2")}},
		&corev1.Secret{ObjectMeta: named("notes-config", "shop", map[string]string{v1alpha1.ContentLabel: v1alpha1.ContentOutputs}), Data: map[string][]byte{"secret": []byte("s3")}},
		&corev1.Secret{ObjectMeta: named("theirs", "bank", given), Data: map[string][]byte{"secret": []byte("s4")}},
	).Build()
	const nowhere = "there is no Secret "
	for _, tc := range []struct{ reason, secret, key, want, words string }{
		{"a value, without the line break of an editor", "okta", "secret", "s1", ""},
		{"a key that is not there", "okta", "password", "", "Secret okta has no value for the key password"},
		{"a key without a value", "okta", "empty", "", "Secret okta has no value for the key empty"},
		{"no such Secret", "google", "secret", "", nowhere + "google with the label securedapi.dev/content=input, whose key secret is read"},
		{"a Secret that nobody allowed to be read looks like none", "database", "secret", "", nowhere + "database with the label"},
		{"so does one of the operator's own", "notes-config", "secret", "", nowhere + "notes-config with the label"},
		{"and one of another namespace", "theirs", "secret", "", nowhere + "theirs with the label"},
	} {
		inputs := Of(t.Context(), owned.Objects{Reader: reader, Owner: &v1alpha1.SecuredAPI{ObjectMeta: named("notes", "shop", nil)}})
		got, err := inputs.Secret("spec.x", v1alpha1.SecretKey{Name: tc.secret, Key: tc.key})
		if tc.words == "" {
			if err != nil || got != tc.want {
				t.Errorf("%s: got %q, %v, want %q", tc.reason, got, err, tc.want)
			}
			continue
		}
		failure, explained := errors.AsType[*awserr.Failure](err)
		_, absent := errors.AsType[*engine.AbsentError](err)
		if !explained || !absent || failure.Reason != v1alpha1.ReasonDependencyNotReady || !strings.Contains(err.Error(), "spec.x: "+tc.words) {
			t.Errorf("%s: got %v, want %s that says %q", tc.reason, err, v1alpha1.ReasonDependencyNotReady, tc.words)
		}
	}
}

// Several values of one Secret are one read.
func TestASecretIsReadOnceInAPass(t *testing.T) {
	reads := 0
	reader := interceptor.NewClient(fake.NewClientBuilder().WithObjects(&corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: "a", Namespace: "shop", Labels: map[string]string{v1alpha1.ContentLabel: v1alpha1.ContentInput}},
		Data:       map[string][]byte{"b": []byte("1"), "c": []byte("2")},
	}).Build(), interceptor.Funcs{
		Get: func(ctx context.Context, c client.WithWatch, key client.ObjectKey, object client.Object, options ...client.GetOption) error {
			reads++
			return c.Get(ctx, key, object, options...)
		},
	})
	inputs := Of(t.Context(), owned.Objects{Reader: reader, Owner: &v1alpha1.SecuredAPI{ObjectMeta: metav1.ObjectMeta{Namespace: "shop"}}})
	for _, key := range []string{"b", "c", "b"} {
		if _, err := inputs.Secret("", v1alpha1.SecretKey{Name: "a", Key: key}); err != nil {
			t.Error(err)
		}
	}
	if reads != 1 {
		t.Errorf("got %d reads, want 1", reads)
	}
}

func TestARightThatIsMissing(t *testing.T) {
	reader := interceptor.NewClient(fake.NewClientBuilder().Build(), interceptor.Funcs{
		Get: func(context.Context, client.WithWatch, client.ObjectKey, client.Object, ...client.GetOption) error {
			return apierrors.NewForbidden(corev1.Resource("secrets"), "okta", errors.New(
				`User "system:serviceaccount:securedapi-system:securedapi-manager" cannot get resource "secrets" in API group "" in the namespace "shop"`))
		},
	})
	inputs := Of(t.Context(), owned.Objects{Reader: reader, Owner: &v1alpha1.SecuredAPI{ObjectMeta: metav1.ObjectMeta{Namespace: "shop"}}})
	_, err := inputs.Secret("", v1alpha1.SecretKey{Name: "okta", Key: "a"})
	if failure, ok := errors.AsType[*awserr.Failure](err); !ok || failure.Reason != v1alpha1.ReasonMissingSecretAccess {
		t.Errorf("got %v, want %s", err, v1alpha1.ReasonMissingSecretAccess)
	}
}
