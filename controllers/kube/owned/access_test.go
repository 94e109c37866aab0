package owned

import (
	"errors"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
)

func TestExplain(t *testing.T) {
	forbidden := func(why string) error {
		return apierrors.NewForbidden(corev1.Resource("secrets"), "orders-job", errors.New(why))
	}
	const give = "kubectl create rolebinding securedapi-secrets --namespace=shop --clusterrole=securedapi-secrets "
	for _, tc := range []struct {
		reason string
		err    error
		// want is the end of the message, or empty if the error stays as it is.
		want string
	}{
		{
			"a service account has no right",
			forbidden(`User "system:serviceaccount:securedapi-system:securedapi-manager" cannot get resource "secrets" in API group "" in the namespace "shop"`),
			give + "--serviceaccount=securedapi-system:securedapi-manager",
		},
		{
			"a person runs the operator",
			forbidden(`User "o'neill" cannot create resource "secrets" in API group "" in the namespace "shop"`),
			give + `--user='o'\''neill'`,
		},
		{"a quota is used up, which no role changes", forbidden("exceeded quota: secrets, requested: secrets=1, used: secrets=3, limited: secrets=3"), ""},
		{"the namespace is being deleted", forbidden("unable to create new content in namespace shop because it is being terminated"), ""},
		{"the Secret does not exist", apierrors.NewNotFound(corev1.Resource("secrets"), "orders-job"), ""},
		{"no error", nil, ""},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			o := Objects{Owner: &v1alpha1.SecuredAPI{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "orders"}}}
			got := o.explain(tc.err)
			if tc.want == "" {
				if !errors.Is(got, tc.err) || awserr.Explained(got) {
					t.Errorf("got %v, want the same error", got)
				}
				return
			}
			failure, ok := errors.AsType[*awserr.Failure](got)
			if !ok || failure.Reason != v1alpha1.ReasonMissingSecretAccess || !strings.HasSuffix(got.Error(), tc.want) {
				t.Errorf("got %v, want %s that ends with:\n%s", got, v1alpha1.ReasonMissingSecretAccess, tc.want)
			}
		})
	}
}
