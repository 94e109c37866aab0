package clientsecret

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/owned"
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
