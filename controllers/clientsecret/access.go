package clientsecret

import (
	"fmt"
	"regexp"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
)

// secretRole is the name of the ClusterRole of config/rbac/secrets_role.yaml, and of its RoleBinding in each namespace.
const secretRole = "securedapi-secrets"

// refused is how the API server says that no role gives the right. A quota, an admission policy and a namespace that is
// being deleted are Forbidden too, and another role does not help there.
var refused = regexp.MustCompile(`User "([^"]*)" cannot (\w+) resource "secrets"`)

// explain gives the reason MissingSecretAccess to an error that says that the operator has no right to the namespace's
// Secrets. The words are the same for each Secret: it is one right, given by one command.
func (s *Secrets) explain(err error) error {
	if !apierrors.IsForbidden(err) {
		return err
	}
	words := refused.FindStringSubmatch(err.Error())
	if words == nil {
		return err
	}
	user, verb := words[1], words[2]
	return awserr.Because(v1alpha1.ReasonMissingSecretAccess, fmt.Errorf(
		"the operator may not %s Secrets in namespace %s, and the secrets of ClientCredentials clients are kept there; "+
			"allow it with: kubectl create rolebinding %s --namespace=%s --clusterrole=%s %s",
		verb, s.Object.Namespace, secretRole, s.Object.Namespace, secretRole, subject(user)))
}

// subject is kubectl's flag for a user of the API server.
func subject(user string) string {
	if account, ok := strings.CutPrefix(user, "system:serviceaccount:"); ok {
		return "--serviceaccount=" + account
	}
	return fmt.Sprintf("--user='%s'", strings.ReplaceAll(user, "'", `'\''`))
}
