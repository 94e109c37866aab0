package clientsecret

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/kube/owned"
	"github.com/securedapi/securedapi/controllers/userpool"
)

// A Secret that somebody planted under the former name does not keep the client's secret from getting another one, which is the remedy
// that the refusal names.
func TestASecretMovesAwayFromAPlantedOne(t *testing.T) {
	object := &v1alpha1.SecuredAPI{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "notes", UID: "u1"}}
	object.Status.Resources = []v1alpha1.ResourceRecord{{Name: userpool.PrefixSecret + "job", Kept: map[string]string{}}}
	planted := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "notes-job"}}
	c := fake.NewClientBuilder().WithObjects(planted).Build()
	s := &Secrets{Objects: owned.Objects{Client: c, Reader: c, Owner: object}}
	if err := s.Move(t.Context(), "job", "other"); err != nil {
		t.Errorf("with another name: %v", err)
	}
}

// A secret that is given takes the place of what is stored, and of none is made where one is stored.
func TestWhatIsStored(t *testing.T) {
	object := &v1alpha1.SecuredAPI{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "notes", UID: "u1"}}
	c := fake.NewClientBuilder().Build()
	s := &Secrets{Objects: owned.Objects{Client: c, Reader: c, Owner: object}}
	made, err := s.Ensure(t.Context(), "job")
	if again, _ := s.Ensure(t.Context(), "job"); err != nil || len(made) < 24 || again != made {
		t.Errorf("got %q, then %q, %v; want one secret", made, again, err)
	}
	staged, err := s.Stage(t.Context(), "job", "")
	if again, _ := s.Stage(t.Context(), "job", ""); err != nil || len(staged) < 24 || again != staged || staged == made {
		t.Errorf("got the next one %q, then %q, %v; want one, and another than %q", staged, again, err, made)
	}
	for _, given := range []string{"a", "b", "b"} {
		if got, err := s.Stage(t.Context(), "job", given); got != given || err != nil {
			t.Errorf("got the next one %q, %v, want %q", got, err, given)
		}
		if got, err := s.Value(t.Context(), "job"); got != made || err != nil {
			t.Errorf("got %q, %v, want that %q stays", got, err, made)
		}
	}
	if got, err := s.Promote(t.Context(), "job", "1"); !got || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
	for _, want := range []string{"b", "c"} {
		if got, err := s.Value(t.Context(), "job"); got != want || err != nil {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
		if err := s.Put(t.Context(), "job", "c"); err != nil {
			t.Error(err)
		}
	}
	if got, err := s.Value(t.Context(), "none"); got != "" || err != nil {
		t.Errorf("of a client without one: got %q, %v, want none", got, err)
	}
}

// The name of a client's Secret is the one that the operator noted when it wrote the Secret.
func TestName(t *testing.T) {
	for _, tc := range []struct {
		reason string
		known  []v1alpha1.ResourceRecord
		want   string
	}{
		{"there is no record yet", nil, "notes-job"},
		{"the record has no name: the Secret has the one that the spec gives by default", []v1alpha1.ResourceRecord{{Name: userpool.PrefixSecret + "job"}}, "notes-job"},
		{"the record has a name", []v1alpha1.ResourceRecord{{Name: userpool.PrefixSecret + "job", Kept: map[string]string{userpool.KeptName: "other"}}}, "other"},
		{"a record of another client", []v1alpha1.ResourceRecord{{Name: userpool.PrefixSecret + "web", Kept: map[string]string{userpool.KeptName: "other"}}}, "notes-job"},
	} {
		object := &v1alpha1.SecuredAPI{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "notes"}}
		object.Status.Resources = tc.known
		if got := Name(object, "job"); got != tc.want {
			t.Errorf("%s: got %q, want %q", tc.reason, got, tc.want)
		}
	}
}
