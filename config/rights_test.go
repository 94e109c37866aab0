package config

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// TestRights runs the operator as its service account through the life of a SecuredAPI, and compares the rights that it
// used with those that it has.
func TestRights(t *testing.T) {
	r := newRecorder(t)
	address := freeAddress(t)
	stop := startOperator(t, r, "--leader-elect", "--leader-election-namespace=securedapi-system", "--metrics-bind-address="+address)
	p := person{t, newClient(t, cluster.Config)}

	// Retain, because API Gateway allows one DeleteRestApi in 30 seconds, and the operator keeps to that.
	plain := p.create("plain", func(o *v1alpha1.SecuredAPI) { o.Spec.DeletionPolicy = v1alpha1.DeletionRetain })
	p.await(plain, v1alpha1.ReasonSucceeded)
	p.edit(plain, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients = nil })
	p.await(plain, v1alpha1.ReasonSucceeded)
	p.delete(plain)
	if namespaces := r.namespacesOf("secrets"); len(namespaces) > 0 {
		t.Errorf("the operator asked for Secrets in %v, where no SecuredAPI has a ClientCredentials client", namespaces)
	}

	object := p.create("shop", withJob, withOutputs)
	p.allow(object)
	for range 2 {
		p.edit(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].CallbackURLs[0] += "in/" })
		p.await(object, v1alpha1.ReasonSucceeded)
	}
	p.give("shop", "okta")
	p.edit(object, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.IdentityProviders = []v1alpha1.IdentityProvider{{Name: "Okta", OIDC: &v1alpha1.OIDCProvider{
			Issuer: "https://login.example.com", ClientID: "c", ClientSecretFrom: &v1alpha1.SecretKey{Name: "okta", Key: "secret"},
		}}}
	})
	p.await(object, v1alpha1.ReasonSucceeded)
	p.edit(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Outputs = v1alpha1.OutputsSpec{} })
	p.await(object, v1alpha1.ReasonSucceeded)
	p.delete(object)
	scrape(t, address)
	stop()

	granted := p.granted()
	used := r.rights()
	for _, one := range used {
		if !slices.Contains(granted, one) {
			t.Errorf("missing: the operator needs %s, which its roles do not have", one)
		}
	}
	for _, one := range granted {
		if !slices.Contains(used, one) {
			t.Errorf("unused: the operator's roles have %s, which it did not need", one)
		}
	}
	if diff := cmp.Diff([]string{`get secrets. in "shop"`}, r.refusals()); diff != "" {
		t.Errorf("refused requests (-want +got):\n%s", diff)
	}
	if namespaces := r.namespacesOf("secrets"); !slices.Equal(namespaces, []string{"shop"}) {
		t.Errorf("the operator asked for Secrets in %v, want shop only", namespaces)
	}
	// The cluster-wide watch is of those that the operator wrote.
	if namespaces := r.namespacesOf("configmaps"); !slices.Equal(namespaces, []string{"", "shop"}) {
		t.Errorf("the operator asked for ConfigMaps in %v, want the watch and shop only", namespaces)
	}
	t.Logf("rights of the operator: %d granted, %d used", len(granted), len(used))
}

// give makes a Secret that specs may name.
func (p person) give(namespace, name string) {
	p.Helper()
	secret := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: namespace, Name: name, Labels: map[string]string{v1alpha1.ContentLabel: v1alpha1.ContentInput},
		},
		StringData: map[string]string{"secret": "given"},
	}
	if err := p.Create(p.Context(), secret); err != nil {
		p.Fatal(err)
	}
}

// TestSecretAccess takes the right back from a namespace whose SecuredAPI has a secret.
func TestSecretAccess(t *testing.T) {
	startOperator(t, newRecorder(t))
	p := person{t, newClient(t, cluster.Config)}
	binding := &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: "leaving", Name: "securedapi-secrets"}}

	object := p.create("leaving", withJob)
	p.allow(object)
	if err := p.Delete(t.Context(), binding); err != nil {
		t.Fatal(err)
	}
	p.checkNow(object)
	if message := p.await(object, v1alpha1.ReasonMissingSecretAccess); strings.Count(message, "kubectl") != 1 {
		t.Errorf("want one command in the message, got: %s", message)
	}
	secret := &corev1.Secret{}
	if err := p.Get(t.Context(), client.ObjectKey{Namespace: "leaving", Name: "orders-job"}, secret); err != nil {
		t.Errorf("the Secret was to stay: %v", err)
	}
	p.edit(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients = o.Spec.Clients[:1] })
	p.await(object, v1alpha1.ReasonMissingSecretAccess)
	// A namespace that is deleted loses its RoleBindings, and nobody can add one.
	p.delete(object)
}

// TestConfigMapAccess runs the command that the condition has where the operator has no right to ConfigMaps.
func TestConfigMapAccess(t *testing.T) {
	startOperator(t, newRecorder(t))
	p := person{t, newClient(t, cluster.Config)}
	object := p.create("pages", func(o *v1alpha1.SecuredAPI) { o.Spec.Outputs.ConfigMapName = "orders-config" })
	message := p.await(object, v1alpha1.ReasonMissingConfigMapAccess)
	for _, condition := range []string{v1alpha1.ConditionUserPoolReady, v1alpha1.ConditionAPIReady, v1alpha1.ConditionDeployed} {
		if !meta.IsStatusConditionTrue(object.Status.Conditions, condition) {
			t.Errorf("%s is not true, and AWS agrees with the spec", condition)
		}
	}
	_, command, found := strings.Cut(message, "allow it with: kubectl ")
	if !found || strings.Contains(command, ";") {
		t.Fatalf("want one command in the message, got: %s", message)
	}
	kubectl(t, strings.Fields(command)...)
	p.checkNow(object)
	p.await(object, v1alpha1.ReasonSucceeded)
	written := &corev1.ConfigMap{}
	if err := p.Get(t.Context(), client.ObjectKey{Namespace: "pages", Name: "orders-config"}, written); err != nil {
		t.Fatal(err)
	}
	if written.Data["ENDPOINT"] != object.Status.Endpoint {
		t.Errorf("got the endpoint %q, want %q", written.Data["ENDPOINT"], object.Status.Endpoint)
	}
	p.delete(object)
}

// allow runs the command that the condition has, and applies config/tenant, which has to give the same right.
func (p person) allow(object *v1alpha1.SecuredAPI) {
	p.Helper()
	// Nobody but a person can give the right, and the API needs no Secret.
	for _, condition := range []string{v1alpha1.ConditionAPIReady, v1alpha1.ConditionStalled} {
		p.eventually(condition, func() (bool, string) {
			p.get(object)
			return meta.IsStatusConditionTrue(object.Status.Conditions, condition), fmt.Sprint(object.Status.Conditions)
		})
	}
	message := p.await(object, v1alpha1.ReasonMissingSecretAccess)
	_, command, found := strings.Cut(message, "allow it with: kubectl ")
	if !found || strings.Contains(command, ";") {
		p.Fatalf("want one command in the message, got: %s", message)
	}
	kubectl(p.T, strings.Fields(command)...)
	byCommand, byManifest := &rbacv1.RoleBinding{}, &rbacv1.RoleBinding{}
	key := client.ObjectKey{Namespace: object.Namespace, Name: "securedapi-secrets"}
	if err := p.Get(p.Context(), key, byCommand); err != nil {
		p.Fatal(err)
	}
	kubectl(p.T, "delete", "rolebinding", key.Name, "--namespace", key.Namespace)
	kubectl(p.T, "apply", "--namespace", key.Namespace, "-k", "tenant")
	if err := p.Get(p.Context(), key, byManifest); err != nil {
		p.Fatal(err)
	}
	if diff := cmp.Diff(byCommand, byManifest, cmpopts.IgnoreFields(rbacv1.RoleBinding{}, "ObjectMeta")); diff != "" {
		p.Errorf("the message's command and config/tenant differ (-command +manifest):\n%s", diff)
	}
	p.checkNow(object)
	p.await(object, v1alpha1.ReasonSucceeded)
}

// granted are the rights of the operator's roles, of config/tenant's among them.
func (p person) granted() []right {
	p.Helper()
	var rules []rbacv1.PolicyRule
	for _, name := range []string{"securedapi-manager", "securedapi-metrics-auth", "securedapi-secrets", "securedapi-configmaps"} {
		role := &rbacv1.ClusterRole{}
		if err := p.Get(p.Context(), client.ObjectKey{Name: name}, role); err != nil {
			p.Fatal(err)
		}
		rules = append(rules, role.Rules...)
	}
	role := &rbacv1.Role{}
	if err := p.Get(p.Context(), client.ObjectKey{Namespace: "securedapi-system", Name: "securedapi-leader-election"}, role); err != nil {
		p.Fatal(err)
	}
	var granted []right
	for _, rule := range append(rules, role.Rules...) {
		for _, group := range rule.APIGroups {
			for _, resource := range rule.Resources {
				for _, verb := range rule.Verbs {
					granted = append(granted, right{verb, group, resource})
				}
			}
		}
	}
	return granted
}

// TestNoSecretsByDefault asks RBAC itself.
func TestNoSecretsByDefault(t *testing.T) {
	install()
	operator := newClient(t, asOperator())
	for name, do := range map[string]func() error{
		"get": func() error {
			return operator.Get(t.Context(), client.ObjectKey{Namespace: "default", Name: "any"}, &corev1.Secret{})
		},
		"list": func() error { return operator.List(t.Context(), &corev1.SecretList{}) },
		"create": func() error {
			return operator.Create(t.Context(), &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "any"}})
		},
	} {
		if err := do(); !apierrors.IsForbidden(err) {
			t.Errorf("%s: want Forbidden, got %v", name, err)
		}
	}
}

// Whoever edits a namespace must not make user pools and public APIs, so the role edit of every cluster gets no right.
func TestWhoReadsAndWritesSecuredAPIs(t *testing.T) {
	install()
	for _, tc := range []struct {
		role   string
		joins  []string
		writes bool
	}{
		{"securedapi-securedapi-editor", []string{"admin"}, true},
		{"securedapi-securedapi-viewer", []string{"view"}, false},
	} {
		role := &rbacv1.ClusterRole{}
		if err := newClient(t, cluster.Config).Get(t.Context(), client.ObjectKey{Name: tc.role}, role); err != nil {
			t.Fatal(err)
		}
		var joins []string
		for _, of := range []string{"admin", "edit", "view"} {
			if role.Labels["rbac.authorization.k8s.io/aggregate-to-"+of] == "true" {
				joins = append(joins, of)
			}
		}
		writes := slices.ContainsFunc(role.Rules, func(rule rbacv1.PolicyRule) bool {
			return slices.ContainsFunc(rule.Verbs, func(verb string) bool { return !slices.Contains([]string{"get", "list", "watch"}, verb) })
		})
		if !slices.Equal(joins, tc.joins) || writes != tc.writes {
			t.Errorf("%s: got that it joins %v and writes: %t, want %v and %t", tc.role, joins, writes, tc.joins, tc.writes)
		}
	}
}

// TestAllNamespaces: the choice gives the account the same role everywhere.
func TestAllNamespaces(t *testing.T) {
	binding := string(build(t, "rbac/all-namespaces"))
	for _, want := range []string{"kind: ClusterRoleBinding", "name: secrets", "name: manager"} {
		if !strings.Contains(binding, want) {
			t.Errorf("want %q in:\n%s", want, binding)
		}
	}
}
