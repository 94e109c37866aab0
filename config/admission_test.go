package config

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/yaml"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/attacks/report"
)

const finalizer = "securedapi.dev/finalizer"

// Every write below is a dry run: admission is the same, and a refusal can be waited for, because policies take effect some
// time after they were created.

type admissionCase struct {
	reason string
	// by writes; refused is the policy that refuses, or empty.
	by      client.Client
	write   func(client.Client) error
	refused string
}

// TestAdmissionOfSecuredAPIs: administrators hold every right of RBAC, so what refuses them is admission.
func TestAdmissionOfSecuredAPIs(t *testing.T) {
	install()
	admin, operator := newClient(t, as("alice", "system:masters")), newClient(t, asOperator())
	p := person{t, newClient(t, cluster.Config)}
	object := p.create("admission", func(o *v1alpha1.SecuredAPI) {
		o.Finalizers, o.Spec.DeletionPolicy = []string{finalizer, "example.com/other"}, v1alpha1.DeletionRetain
	})

	status := func(c client.Client) error {
		changed := object.DeepCopy()
		changed.Status.Region = "eu-west-1"
		return c.Status().Patch(t.Context(), changed, client.MergeFrom(object), client.DryRunAll)
	}
	without := func(name string) func(client.Client) error {
		return func(c client.Client) error {
			changed := object.DeepCopy()
			controllerutil.RemoveFinalizer(changed, name)
			return c.Patch(t.Context(), changed, client.MergeFrom(object), client.DryRunAll)
		}
	}
	decide(t, []admissionCase{
		{"an administrator writes status", admin, status, "securedapi-status"},
		{"the operator writes status", operator, status, ""},
		{"an administrator takes our finalizer off", admin, without(finalizer), "securedapi-finalizer"},
		{"the operator takes our finalizer off", operator, without(finalizer), ""},
		{"an administrator takes another finalizer off", admin, without("example.com/other"), ""},
	})
}

func TestAdmissionOfSecrets(t *testing.T) {
	install()
	admin, operator := newClient(t, cluster.Config), newClient(t, asOperator())
	p := person{t, admin}
	p.namespace("secrets")
	kubectl(t, "apply", "--namespace=secrets", "-k", "tenant")

	owner := metav1.OwnerReference{APIVersion: "securedapi.dev/v1alpha1", Kind: "SecuredAPI", Name: "orders", UID: "1", Controller: new(true)}
	follower, other := owner, owner
	follower.Controller = nil
	other.APIVersion, other.Kind = "apps/v1", "Deployment"
	secret := func(name string, kind corev1.SecretType, owners ...metav1.OwnerReference) *corev1.Secret {
		return &corev1.Secret{
			ObjectMeta: metav1.ObjectMeta{Namespace: "secrets", Name: name, OwnerReferences: owners},
			Type:       kind, Data: map[string][]byte{"tls.crt": {}, "tls.key": {}},
		}
	}
	ours, theirs := secret("ours", corev1.SecretTypeOpaque, owner), secret("theirs", corev1.SecretTypeOpaque)
	for _, s := range []*corev1.Secret{ours, theirs} {
		if err := admin.Create(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	create := func(kind corev1.SecretType, owners ...metav1.OwnerReference) func(client.Client) error {
		return func(c client.Client) error {
			return c.Create(t.Context(), secret("new", kind, owners...), client.DryRunAll)
		}
	}
	update := func(s *corev1.Secret, owners ...metav1.OwnerReference) func(client.Client) error {
		return func(c client.Client) error {
			changed := s.DeepCopy()
			changed.OwnerReferences, changed.Data["more"] = owners, []byte("x")
			return c.Update(t.Context(), changed, client.DryRunAll)
		}
	}
	remove := func(s *corev1.Secret) func(client.Client) error {
		return func(c client.Client) error { return c.Delete(t.Context(), s.DeepCopy(), client.DryRunAll) }
	}
	const policy = "securedapi-secrets"
	decide(t, []admissionCase{
		{"a Secret that a SecuredAPI owns", operator, create(corev1.SecretTypeOpaque, owner), ""},
		{"a Secret without a type", operator, create("", owner), ""},
		{"a Secret without an owner", operator, create(corev1.SecretTypeOpaque), policy},
		{"a Secret whose owner reference is not the controller's", operator, create(corev1.SecretTypeOpaque, follower), policy},
		{"a Secret with another kind of owner", operator, create(corev1.SecretTypeOpaque, other), policy},
		{"a Secret of the type kubernetes.io/tls", operator, create(corev1.SecretTypeTLS, owner), policy},
		{"an update of an owned Secret", operator, update(ours, owner), ""},
		{"an update that removes the owner", operator, update(ours), policy},
		{"an update of another owner's Secret", operator, update(theirs, owner), policy},
		{"the deletion of an owned Secret", operator, remove(ours), ""},
		{"the deletion of another owner's Secret", operator, remove(theirs), policy},
		{"another user creates any Secret", admin, create(corev1.SecretTypeTLS), ""},
		{"another user deletes any Secret", admin, remove(theirs), ""},
	})
}

func TestAdmissionOfConfigMaps(t *testing.T) {
	install()
	admin, operator := newClient(t, cluster.Config), newClient(t, asOperator())
	p := person{t, admin}
	p.namespace("configmaps")
	kubectl(t, "apply", "--namespace=configmaps", "-k", "tenant")
	owner := metav1.OwnerReference{APIVersion: "securedapi.dev/v1alpha1", Kind: "SecuredAPI", Name: "orders", UID: "1", Controller: new(true)}
	configMap := func(name string, owners ...metav1.OwnerReference) *corev1.ConfigMap {
		return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "configmaps", Name: name, OwnerReferences: owners}}
	}
	ours, theirs := configMap("ours", owner), configMap("theirs")
	for _, c := range []*corev1.ConfigMap{ours, theirs} {
		if err := admin.Create(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	create := func(owners ...metav1.OwnerReference) func(client.Client) error {
		return func(c client.Client) error {
			return c.Create(t.Context(), configMap("new", owners...), client.DryRunAll)
		}
	}
	update := func(changed *corev1.ConfigMap) func(client.Client) error {
		changed = changed.DeepCopy()
		changed.Data = map[string]string{"a": "b"}
		return func(c client.Client) error { return c.Update(t.Context(), changed.DeepCopy(), client.DryRunAll) }
	}
	remove := func(gone *corev1.ConfigMap) func(client.Client) error {
		return func(c client.Client) error { return c.Delete(t.Context(), gone.DeepCopy(), client.DryRunAll) }
	}
	const policy = "securedapi-secrets"
	decide(t, []admissionCase{
		{"a ConfigMap that a SecuredAPI owns", operator, create(owner), ""},
		{"a ConfigMap that nobody owns", operator, create(), policy},
		{"an update of our ConfigMap", operator, update(ours), ""},
		{"an update of another's ConfigMap", operator, update(theirs), policy},
		{"our ConfigMap is deleted", operator, remove(ours), ""},
		{"another's ConfigMap is deleted", operator, remove(theirs), policy},
		{"anybody else writes ConfigMaps", admin, update(theirs), ""},
	})
}

func TestAdmissionOfPolicies(t *testing.T) {
	install()
	admin := newClient(t, cluster.Config)
	writer := &rbacv1.ClusterRole{
		ObjectMeta: metav1.ObjectMeta{Name: "policy-writer"},
		Rules: []rbacv1.PolicyRule{{
			APIGroups: []string{"securedapi.dev"}, Resources: []string{"securedapipolicies"}, Verbs: []string{"create", "update", "delete"},
		}},
	}
	if err := admin.Create(t.Context(), writer); err != nil {
		t.Fatal(err)
	}
	kubectl(t, "create", "clusterrolebinding", "policy-writer", "--clusterrole=policy-writer", "--user=bob")
	kubectl(t, "create", "clusterrolebinding", "policy-administrators", "--clusterrole=securedapi-policy-administrator", "--group=platform-admins")
	kubectl(t, "create", "clusterrolebinding", "cluster-admins", "--clusterrole=cluster-admin", "--user=dave")
	kubectl(t, "create", "clusterrole", "all-policies", "--verb=*", "--resource=securedapipolicies.securedapi.dev")
	kubectl(t, "create", "clusterrolebinding", "all-policies", "--clusterrole=all-policies", "--user=erin")
	kubectl(t, "create", "clusterrole", "all-apis", "--verb=*", "--resource=securedapis.securedapi.dev")
	kubectl(t, "create", "clusterrolebinding", "all-apis", "--clusterrole=all-apis", "--user=bob")
	create := func(c client.Client) error {
		all := &v1alpha1.SecuredAPIPolicy{ObjectMeta: metav1.ObjectMeta{Name: "all"}}
		return c.Create(t.Context(), all, client.DryRunAll)
	}
	present := &v1alpha1.SecuredAPIPolicy{ObjectMeta: metav1.ObjectMeta{Name: "present"}, Spec: v1alpha1.SecuredAPIPolicySpec{
		NamespaceSelector: metav1.LabelSelector{MatchLabels: map[string]string{"team": "nobody"}},
	}}
	if err := admin.Create(t.Context(), present); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := admin.Delete(context.WithoutCancel(t.Context()), present); err != nil {
			t.Error(err)
		}
	})
	update := func(c client.Client) error {
		edited := present.DeepCopy()
		edited.Spec.Regions = []string{"us-east-1"}
		return c.Update(t.Context(), edited, client.DryRunAll)
	}
	remove := func(c client.Client) error { return c.Delete(t.Context(), present.DeepCopy(), client.DryRunAll) }
	decide(t, []admissionCase{
		{"the right to write alone", newClient(t, as("bob")), create, "securedapi-policies"},
		{"the right to write alone, for an edit", newClient(t, as("bob")), update, "securedapi-policies"},
		{"the right to write alone, for a deletion", newClient(t, as("bob")), remove, "securedapi-policies"},
		{"a member of the administrators' group edits", newClient(t, as("carol", "platform-admins")), update, ""},
		{"a member of the administrators' group", newClient(t, as("carol", "platform-admins")), create, ""},
		{"system:masters, by default", newClient(t, as("alice", "system:masters")), create, ""},
		{"cluster-admin, whose rule has all verbs", newClient(t, as("dave")), create, ""},
		{"all verbs on policies", newClient(t, as("erin")), update, ""},
	})
}

// decide tries each case until it is decided as the case says.
func decide(t *testing.T, cases []admissionCase) {
	t.Helper()
	for _, tc := range cases {
		t.Run(tc.reason, func(t *testing.T) {
			if tc.refused != "" {
				report.Attack(t, "what RBAC allows goes past "+tc.refused, tc.reason)
			}
			person{T: t}.eventually("the decision", func() (bool, string) {
				err := tc.write(tc.by)
				if tc.refused == "" {
					return err == nil, errorText(err)
				}
				return apierrors.IsForbidden(err) && strings.Contains(err.Error(), "ValidatingAdmissionPolicy '"+tc.refused+"'"), errorText(err)
			})
		})
	}
}

// TestAdmissionKnowsTheOperators: the policies name accounts, which kustomize does not rename.
func TestAdmissionKnowsTheOperators(t *testing.T) {
	const rest = "system:serviceaccount:securedapi-rest:securedapi-manager-rest"
	for dir, want := range map[string][]string{"default": {account}, "shards/a": {account, rest}, "shards/rest": {account, rest}} {
		var lists, accounts []string
		for document := range strings.SplitSeq(string(build(t, dir)), "\n---\n") {
			var object struct {
				Kind     string
				Metadata metav1.ObjectMeta
				Spec     struct {
					Variables []struct{ Name, Expression string }
				}
			}
			if err := yaml.Unmarshal([]byte(document), &object); err != nil {
				t.Fatal(err)
			}
			if object.Kind == "ServiceAccount" {
				accounts = append(accounts, "system:serviceaccount:"+object.Metadata.Namespace+":"+object.Metadata.Name)
			}
			for _, variable := range object.Spec.Variables {
				if variable.Name == "operators" {
					lists = append(lists, strings.NewReplacer("\n", "", " ", "").Replace(variable.Expression))
				}
			}
		}
		list := "['" + strings.Join(want, "','") + "']"
		if diff := cmp.Diff([]string{list, list, list}, lists); diff != "" {
			t.Errorf("%s: the operators of its policies (-want +got):\n%s", dir, diff)
		}
		if len(accounts) != 1 || !strings.Contains(list, "'"+accounts[0]+"'") {
			t.Errorf("%s: its service accounts are %v, and its policies know %s", dir, accounts, list)
		}
	}
}
