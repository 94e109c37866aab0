package policy_test

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tenancy/policy"
)

// named makes a policy for the namespaces of a team; all namespaces if the team is empty.
func named(name, team string, edit func(*v1alpha1.SecuredAPIPolicySpec)) v1alpha1.SecuredAPIPolicy {
	p := v1alpha1.SecuredAPIPolicy{ObjectMeta: metav1.ObjectMeta{Name: name}}
	if team != "" {
		p.Spec.NamespaceSelector.MatchLabels = map[string]string{"team": team}
	}
	if edit != nil {
		edit(&p.Spec)
	}
	return p
}

func role(account string) func(*v1alpha1.SecuredAPIPolicySpec) {
	return func(s *v1alpha1.SecuredAPIPolicySpec) { s.RoleARN = "arn:aws:iam::" + account + ":role/tenant" }
}

func TestFor(t *testing.T) {
	broken := named("broken", "", func(s *v1alpha1.SecuredAPIPolicySpec) {
		s.NamespaceSelector.MatchExpressions = []metav1.LabelSelectorRequirement{{Key: "team", Operator: "Like"}}
	})
	for _, tc := range []struct {
		reason   string
		policies []v1alpha1.SecuredAPIPolicy
		required bool
		names    string
		role     string
		refused  string
	}{
		{"no policy exists: everything is allowed", nil, false, "", "", ""},
		{"no policy exists, and one is required", nil, true, "", "", "no SecuredAPIPolicy selects namespace shop"},
		{"policies exist, and none selects the namespace", []v1alpha1.SecuredAPIPolicy{named("a", "pay", nil)}, false, "", "", "no SecuredAPIPolicy selects namespace shop"},
		{"one policy selects the namespace", []v1alpha1.SecuredAPIPolicy{named("b", "shop", role("111111111111")), named("a", "pay", role("222222222222"))}, true, "b", "arn:aws:iam::111111111111:role/tenant", ""},
		{"two policies select it, and one has a role", []v1alpha1.SecuredAPIPolicy{named("b", "shop", role("111111111111")), named("a", "", nil)}, false, "a,b", "arn:aws:iam::111111111111:role/tenant", ""},
		{"two policies have the same role", []v1alpha1.SecuredAPIPolicy{named("b", "shop", role("111111111111")), named("a", "", role("111111111111"))}, false, "a,b", "arn:aws:iam::111111111111:role/tenant", ""},
		{"two policies have different roles", []v1alpha1.SecuredAPIPolicy{named("b", "shop", role("111111111111")), named("a", "", role("222222222222"))}, false, "", "", "SecuredAPIPolicies a and b give namespace shop two different roles"},
		{"a policy's selector is invalid", []v1alpha1.SecuredAPIPolicy{broken, named("b", "shop", nil)}, false, "", "", "SecuredAPIPolicy broken: spec.namespaceSelector"},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			got, err := policy.For("shop", labels.Set{"team": "shop"}, tc.policies, tc.required)
			if tc.refused != "" {
				if err == nil || !strings.Contains(err.Error(), tc.refused) {
					t.Errorf("got the error %v, want one with %q", err, tc.refused)
				}
				return
			}
			if err != nil || got.Names() != tc.names || got.RoleARN != tc.role || got.Any() != (len(tc.policies) > 0) {
				t.Errorf("got the policies %q, the role %q and the error %v, want %q, %q and none", got.Names(), got.RoleARN, err, tc.names, tc.role)
			}
		})
	}
}

func TestReconcilesPerMinute(t *testing.T) {
	limit := func(n int32) func(*v1alpha1.SecuredAPIPolicySpec) {
		return func(s *v1alpha1.SecuredAPIPolicySpec) { s.Limits.ReconcilesPerMinute = &n }
	}
	for _, tc := range []struct {
		reason   string
		policies []v1alpha1.SecuredAPIPolicy
		want     int
	}{
		{"no policy has a limit", []v1alpha1.SecuredAPIPolicy{named("a", "", nil)}, 0},
		{"one policy has a limit", []v1alpha1.SecuredAPIPolicy{named("a", "", nil), named("b", "", limit(6))}, 6},
		{"the lowest of two limits counts", []v1alpha1.SecuredAPIPolicy{named("a", "", limit(4)), named("b", "", limit(6))}, 4},
	} {
		got, err := policy.For("shop", nil, tc.policies, false)
		if err != nil || got.ReconcilesPerMinute() != tc.want {
			t.Errorf("%s: got %d and the error %v, want %d", tc.reason, got.ReconcilesPerMinute(), err, tc.want)
		}
	}
}
