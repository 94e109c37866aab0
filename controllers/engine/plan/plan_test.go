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

func TestRestOf(t *testing.T) {
	grow := plan.Change{Part: "userPool", Action: plan.Update, Subject: "userPool.tier", From: "Lite", To: "Plus", Class: plan.InPlace}
	weaken := plan.Change{Part: "userPool", Action: plan.Update, Subject: "userPool.mfa", From: "on", To: "off", Class: plan.Weakens}
	adopt := plan.Change{Part: "api", Action: plan.Adopt, Subject: "api", To: "a1", Class: plan.Adopts}
	renamed := adopt
	renamed.To = "a2"
	strong := weaken
	strong.Class = plan.InPlace
	agreed := plan.Plan{grow, weaken, adopt}
	for _, tc := range []struct {
		reason string
		rest   plan.Plan
		shown  plan.Plan
		hash   string
		want   bool
	}{
		{"nothing was carried out", agreed, agreed, agreed.Hash(), true},
		{"the first change was", plan.Plan{weaken, adopt}, agreed, agreed.Hash(), true},
		{"all of it was", nil, agreed, agreed.Hash(), true},
		{"there is another change by now", plan.Plan{adopt, renamed}, agreed, agreed.Hash(), false},
		{"a change would be made twice", plan.Plan{grow, grow}, agreed, agreed.Hash(), false},
		{"a change has another class", plan.Plan{weaken}, plan.Plan{grow, strong, adopt}, plan.Plan{grow, strong, adopt}.Hash(), false},
		{"somebody added a change to what is shown, under the hash that a person agreed to", plan.Plan{weaken}, agreed, plan.Plan{grow, adopt}.Hash(), false},
		{"what is shown is a part of the plan", plan.Plan{adopt}, plan.Plan{weaken, adopt}, agreed.Hash(), false},
	} {
		if got := tc.rest.RestOf(tc.shown.Lines(), tc.hash); got != tc.want {
			t.Errorf("%s: got %t, want %t", tc.reason, got, tc.want)
		}
	}
}
