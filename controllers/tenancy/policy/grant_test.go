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

// What several policies allow together is what each of them allows.
func TestSeveralPoliciesAllowWhatEachAllows(t *testing.T) {
	prefixes := func(list ...string) func(*v1alpha1.SecuredAPIPolicySpec) {
		return func(s *v1alpha1.SecuredAPIPolicySpec) { s.DomainPrefixes = list }
	}
	adopting := func(pools, apis []string) func(*v1alpha1.SecuredAPIPolicySpec) {
		return func(s *v1alpha1.SecuredAPIPolicySpec) {
			s.Adopt = v1alpha1.AdoptPolicy{UserPoolIDs: pools, RestAPIIDs: apis}
		}
	}
	prefix := func(prefix string) func(*policy.Request) {
		return func(r *policy.Request) { r.Spec.Domain.Prefix = prefix }
	}
	adopted := func(r *policy.Request) {
		r.Spec.UserPool.Adopt, r.Spec.API = &v1alpha1.AdoptUserPoolSpec{ID: "p1"}, &v1alpha1.APISpec{Adopt: &v1alpha1.AdoptAPISpec{ID: "a1"}}
	}
	nothing := func(*v1alpha1.SecuredAPIPolicySpec) {}
	for _, tc := range []struct {
		reason   string
		one, two func(*v1alpha1.SecuredAPIPolicySpec)
		request  func(*policy.Request)
		// refused are the policies that the refusal names, each with what it allows.
		refused []string
	}{
		{"each has one prefix, and they differ", prefixes("shop-a"), prefixes("shop-b"), prefix("shop-a"), []string{"two, whose domainPrefixes allows shop-b"}},
		{"the other one of the two prefixes", prefixes("shop-a"), prefixes("shop-b"), prefix("shop-b"), []string{"one, whose domainPrefixes allows shop-a"}},
		{"a prefix of neither", prefixes("shop-a"), prefixes("shop-b"), prefix("shop-c"), []string{"one, whose", "two, whose"}},
		{"each has both", prefixes("shop-a", "shop-b"), prefixes("shop-b", "shop-a"), prefix("shop-a"), nil},
		{"two patterns that both match", prefixes("shop-*"), prefixes("*-a"), prefix("shop-a"), nil},
		{"two patterns, and one matches", prefixes("shop-*"), prefixes("*-a"), prefix("shop-b"), []string{"two, whose domainPrefixes allows *-a"}},
		{"a policy without the list allows every prefix", prefixes("shop-a"), nothing, prefix("shop-a"), nil},
		{"a policy with an empty list allows none", prefixes("shop-a"), prefixes([]string{}...), prefix("shop-a"), []string{"two, whose domainPrefixes allows nothing"}},
		{"an adoption that each lists", adopting([]string{"p1"}, []string{"a1"}), adopting([]string{"p1"}, []string{"a1"}), adopted, nil},
		{
			"an adoption that one lists", adopting([]string{"p1"}, []string{"a1"}), nothing, adopted,
			[]string{"two, whose adopt.userPoolIDs allows nothing", "two, whose adopt.restAPIIDs allows nothing"},
		},
		{
			"callbacks to localhost that one refuses", nothing, func(s *v1alpha1.SecuredAPIPolicySpec) { s.LocalhostCallbacks = v1alpha1.Refused },
			callback("http://localhost:3000/"),
			[]string{"localhostCallbacks of SecuredAPIPolicy two is Refused"},
		},
	} {
		grant, err := policy.For("shop", nil, []v1alpha1.SecuredAPIPolicy{named("one", "", tc.one), named("two", "", tc.two)}, false)
		if err != nil {
			t.Fatal(err)
		}
		err = grant.Check(request(tc.request))
		if (err == nil) != (len(tc.refused) == 0) {
			t.Errorf("%s: got the error %v, want a refusal: %t", tc.reason, err, len(tc.refused) > 0)
			continue
		}
		for _, words := range tc.refused {
			if !strings.Contains(err.Error(), words) {
				t.Errorf("%s: got the error %v, want %q in it", tc.reason, err, words)
			}
		}
	}
}

// What carries the object's tags, and may not be its own, is listed by each policy.
func TestEachPolicyListsWhatReturns(t *testing.T) {
	lists := func(pools, apis []string) func(*v1alpha1.SecuredAPIPolicySpec) {
		return func(s *v1alpha1.SecuredAPIPolicySpec) {
			s.Adopt = v1alpha1.AdoptPolicy{UserPoolIDs: pools, RestAPIIDs: apis}
		}
	}
	for _, tc := range []struct {
		reason    string
		one, two  func(*v1alpha1.SecuredAPIPolicySpec)
		pool, api string
	}{
		{"neither lists it", lists(nil, nil), lists(nil, nil), "one", "one"},
		{"the first lists both", lists([]string{"p1"}, []string{"a1"}), lists(nil, nil), "two", "two"},
		{"the second lists both", lists(nil, nil), lists([]string{"p1"}, []string{"a1"}), "one", "one"},
		{"an id of another kind", lists([]string{"a1"}, []string{"p1"}), lists([]string{"p1"}, []string{"a1"}), "one", "one"},
		{"each lists both", lists([]string{"p0", "p1"}, []string{"a1"}), lists([]string{"p1"}, []string{"a1"}), "", ""},
	} {
		grant, err := policy.For("shop", nil, []v1alpha1.SecuredAPIPolicy{named("one", "", tc.one), named("two", "", tc.two)}, false)
		if err != nil {
			t.Fatal(err)
		}
		for what, got := range map[string]struct {
			err  error
			lack string
		}{"the pool": {grant.MayAdoptPool("p1"), tc.pool}, "the API": {grant.MayAdoptAPI("a1"), tc.api}} {
			if (got.err == nil) != (got.lack == "") || got.err != nil && !strings.Contains(got.err.Error(), "SecuredAPIPolicy "+got.lack+" lists it") {
				t.Errorf("%s: %s: got the error %v, want one that names policy %q", tc.reason, what, got.err, got.lack)
			}
		}
	}
}
