package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/controllers/engine/plan"
)

func TestWords(t *testing.T) {
	for _, tc := range []struct {
		reason string
		change plan.Change
		want   string
	}{
		{
			"an update says both values",
			plan.Change{Action: plan.Update, Subject: "userPool.passwordPolicy.minimumLength", From: "6", To: "8"},
			"~ userPool.passwordPolicy.minimumLength: 6 -> 8",
		},
		{
			"an empty value is visible",
			plan.Change{Action: plan.Update, Subject: "client/web.logoutURLs", From: "", To: "https://a/"},
			`~ client/web.logoutURLs: "" -> https://a/`,
		},
		{"a creation says what of", plan.Change{Action: plan.Create, Subject: "GET /orders", To: "registered"}, "+ GET /orders registered"},
		{"a creation without detail", plan.Change{Action: plan.Create, Subject: "userPool"}, "+ userPool"},
		{"a deletion names what goes", plan.Change{Action: plan.Delete, Subject: "client/web"}, "- client/web"},
	} {
		if got := tc.change.String(); got != tc.want {
			t.Errorf("%s: got %q, want %q", tc.reason, got, tc.want)
		}
	}
}

func TestDiff(t *testing.T) {
	p := plan.Diff("userPool", plan.InPlace,
		plan.Field{Subject: "a", Observed: "1", Desired: "1"},
		plan.Field{Subject: "b", Observed: "1", Desired: "2"})
	want := plan.Plan{{Part: "userPool", Action: plan.Update, Subject: "b", From: "1", To: "2", Class: plan.InPlace}}
	if diff := cmp.Diff(want, p); diff != "" {
		t.Errorf("only the field that differs is a change (-want +got):\n%s", diff)
	}
	if !p.Touches("userPool") || p.Touches("domain") || p.Empty() || !p.Of("domain").Empty() {
		t.Error("a plan knows which parts it touches")
	}
	if got := append(p, plan.Change{Action: plan.Delete, Subject: "c"}).String(); got != "~ b: 1 -> 2; - c" {
		t.Errorf("a plan joins its words in order: %q", got)
	}
}

func TestHas(t *testing.T) {
	p := plan.Plan{{Part: "api", Action: plan.Update, Subject: "a", Class: plan.Redeploy}, {Part: "userPool", Action: plan.Delete, Subject: "b", Class: plan.Replace}}
	for class, want := range map[plan.Class]bool{plan.Redeploy: true, plan.Replace: true, plan.InPlace: false, plan.LosesUsers: false} {
		if got := p.Has(class); got != want {
			t.Errorf("has a change that is %s: %v, want %v", class, got, want)
		}
	}
}

// Whoever agreed to a hash agreed to these changes, and to no others.
func TestHash(t *testing.T) {
	one := plan.Change{Part: "userPool", Action: plan.Update, Subject: "a", From: "1", To: "2", Class: plan.InPlace}
	agreed := plan.Plan{one}.Hash()
	if got, want := agreed, "sha256:"; len(got) != len(want)+16 || got[:len(want)] != want {
		t.Errorf("got %q, want %s and 16 digits", got, want)
	}
	for _, tc := range []struct {
		reason string
		change func(*plan.Change)
		same   bool
	}{
		{"the same", func(*plan.Change) {}, true},
		{"another value", func(c *plan.Change) { c.To = "3" }, false},
		{"another value before", func(c *plan.Change) { c.From = "0" }, false},
		{"another subject", func(c *plan.Change) { c.Subject = "b" }, false},
		{"another action", func(c *plan.Change) { c.Action = plan.Delete }, false},
		{"the same words, and it takes users away", func(c *plan.Change) { c.Class = plan.LosesUsers }, false},
	} {
		other := one
		tc.change(&other)
		if got := (plan.Plan{other}).Hash(); (got == agreed) != tc.same {
			t.Errorf("%s: the hash is the same: %v", tc.reason, got == agreed)
		}
	}
	if got := (plan.Plan{one, one}).Hash(); got == agreed {
		t.Error("one change more: the hash is the same")
	}
}
