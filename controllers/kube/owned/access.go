package owned

import (
	"fmt"
	"regexp"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
)

// A right is to one kind of object in a namespace. A person gives it by a RoleBinding to a ClusterRole of config/rbac, and both
// have the same name.
type right struct{ reason, role, objects, why string }

// rights are by the resource that the API server names.
var rights = map[string]right{
	"secrets": {
		v1alpha1.ReasonMissingSecretAccess, "securedapi-secrets", "Secrets",
		"the secrets of clients, the Secret of spec.outputs and the Secrets that the spec names are kept there",
	},
	"configmaps": {
		v1alpha1.ReasonMissingConfigMapAccess, "securedapi-configmaps", "ConfigMaps",
		"the ConfigMap of spec.outputs and the ConfigMaps that the spec names are kept there",
	},
}

// refused is how the API server says that no role gives the right. A quota, an admission policy and a namespace that is
// being deleted are Forbidden too, and another role does not help there.
var refused = regexp.MustCompile(`User "([^"]*)" cannot (\w+) resource "(secrets|configmaps)"`)

// explain gives a reason to an error that says that the operator has no right to the namespace's Secrets or ConfigMaps. The
// words are the same for each object: it is one right, given by one command.
func (o Objects) explain(err error) error {
	if !apierrors.IsForbidden(err) {
		return err
	}
	words := refused.FindStringSubmatch(err.Error())
	if words == nil {
		return err
	}
	user, verb, missing := words[1], words[2], rights[words[3]]
	return awserr.Because(missing.reason, fmt.Errorf(
		"the operator may not %s %s in namespace %s, and %s; "+
			"allow it with: kubectl create rolebinding %s --namespace=%s --clusterrole=%s %s",
		verb, missing.objects, o.Owner.Namespace, missing.why, missing.role, o.Owner.Namespace, missing.role, subject(user)))
}

// subject is kubectl's flag for a user of the API server.
func subject(user string) string {
	if account, ok := strings.CutPrefix(user, "system:serviceaccount:"); ok {
		return "--serviceaccount=" + account
	}
	return fmt.Sprintf("--user='%s'", strings.ReplaceAll(user, "'", `'\''`))
}
