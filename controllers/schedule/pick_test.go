package schedule

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/controllers/engine"
)

// recipe is what there is to look at of the recipe, in the order in which it is made. All but the domain, which is in the
// user pool's description, are a call each.
var recipe = []engine.Check{
	{Name: "pool", Cadence: engine.BySweep},
	{Name: "domain", Cadence: engine.BySweep},
	{Name: "client", Cadence: engine.EverySecondCheck},
	{Name: "secret", Cadence: engine.Unchecked},
	{Name: "permission/a", Cadence: engine.Rotating},
	{Name: "permission/b", Cadence: engine.Rotating},
	{Name: "methods", Cadence: engine.Rotating},
	{Name: "authorizers", Cadence: engine.Rotating},
	{Name: "stage", Cadence: engine.EveryCheck},
}

// without are the recipe's checks but for those of a cadence.
func without(cadence engine.Cadence) []engine.Check {
	return slices.DeleteFunc(slices.Clone(recipe), func(c engine.Check) bool { return c.Cadence == cadence })
}

func sortedNames(picked map[string]bool) []string { return slices.Sorted(maps.Keys(picked)) }

func TestPick(t *testing.T) {
	const halves = true
	another := append(slices.Clone(recipe), engine.Check{Name: "another", Cadence: engine.EverySecondCheck})
	for _, tc := range []struct {
		reason  string
		checks  []engine.Check
		number  int
		vouched bool
		halves  bool
		want    []string
	}{
		{"every other check reads the clients", recipe, 0, true, false, []string{"client", "stage"}},
		{"the checks between look at one of the rest, the last one first", recipe, 1, true, false, []string{"authorizers", "stage"}},
		{"check 2 reads the clients", recipe, 2, true, false, []string{"client", "stage"}},
		{"check 3 reads the next of the rest", recipe, 3, true, false, []string{"methods", "stage"}},
		{"check 5 reads one function's policy", recipe, 5, true, false, []string{"permission/b", "stage"}},
		{"check 7 reads the other function's policy", recipe, 7, true, false, []string{"permission/a", "stage"}},
		{"check 9 reads the user pool, because no sweep shows its domain", recipe, 9, true, false, []string{"domain", "pool", "stage"}},
		{"the checks begin again with the first of the rest", recipe, 11, true, false, []string{"authorizers", "stage"}},
		{"all clients are read in one check", another, 4, true, false, []string{"another", "client", "stage"}},
		{"without clients each check looks at one of the rest", without(engine.EverySecondCheck), 1, true, false, []string{"methods", "stage"}},
		{"without clients the next check reads the next of the rest", without(engine.EverySecondCheck), 2, true, false, []string{"permission/b", "stage"}},
		{"an API without a pool", without(engine.BySweep), 9, true, false, []string{"authorizers", "stage"}},
		{"a list without rotating resources", without(engine.Rotating), 1, true, false, []string{"domain", "pool", "stage"}},
		{"nothing but clients and stage", []engine.Check{recipe[2], recipe[8]}, 1, true, false, []string{"stage"}},
		{"an empty list", nil, 0, true, false, nil},
		{"without a sweep pool and clients are read each time", recipe, 0, false, false, []string{"authorizers", "client", "domain", "pool", "stage"}},
		{"without a sweep each check reads one of the rest", recipe, 1, false, false, []string{"client", "domain", "methods", "pool", "stage"}},
		{"without a sweep, check 3 reads the last of the rest", recipe, 3, false, false, []string{"client", "domain", "permission/a", "pool", "stage"}},
		{"the checks begin again with the first of the rest", recipe, 4, false, false, []string{"authorizers", "client", "domain", "pool", "stage"}},
		{"an empty list, without a sweep", nil, 0, false, false, nil},
		{"after a write, half of everything", recipe, 0, true, halves, []string{"authorizers", "client", "methods", "stage"}},
		{"after a write, the next check reads the other half", recipe, 1, true, halves, []string{"domain", "permission/a", "permission/b", "pool", "stage"}},
		{"after a write, without a sweep, half of everything", recipe, 2, false, halves, []string{"authorizers", "client", "methods", "stage"}},
		{"after a write, without a sweep, the other half", recipe, 3, false, halves, []string{"domain", "permission/a", "permission/b", "pool", "stage"}},
		{"half of what there is without a pool", another[2:], 0, true, halves, []string{"another", "authorizers", "client", "stage"}},
		{"the other half of what there is without a pool", another[2:], 1, true, halves, []string{"methods", "permission/a", "permission/b", "stage"}},
		{"of an odd number the first half is the larger one", recipe[2:], 0, true, halves, []string{"authorizers", "client", "methods", "stage"}},
		{"of an odd number the second half is the smaller one", recipe[2:], 1, true, halves, []string{"permission/a", "permission/b", "stage"}},
		{"after a write of nothing but a stage", []engine.Check{recipe[8]}, 1, true, halves, []string{"stage"}},
	} {
		pass := Pass{Kind: Check, entry: entry{number: tc.number}}
		if tc.halves {
			pass.entry.halves = 1
		}
		if diff := cmp.Diff(tc.want, sortedNames(pass.Pick(tc.checks, tc.vouched))); diff != "" {
			t.Errorf("%s: check %d (-want +got):\n%s", tc.reason, tc.number, diff)
		}
	}
}

func TestOnlyDriftChecksPickResources(t *testing.T) {
	for _, kind := range []Kind{Edit, Full, Retry} {
		for _, halves := range []int{0, 2} {
			if got := (Pass{Kind: kind, entry: entry{halves: halves}}).Pick(recipe, false); len(got) != 0 {
				t.Errorf("a pass of kind %s: got %v, want nothing", kind, sortedNames(got))
			}
		}
	}
}

func TestPickDoesNotChangeItsArgument(t *testing.T) {
	checks := slices.Clone(recipe)
	for number := range 4 {
		(Pass{Kind: Check, entry: entry{number: number, halves: 1}}).Pick(checks, true)
		(Pass{Kind: Check, entry: entry{number: number}}).Pick(checks, true)
	}
	if diff := cmp.Diff(recipe, checks); diff != "" {
		t.Errorf("the list of checks (-want +got):\n%s", diff)
	}
}

// The budget of DESIGN.md §5, on the list that the recipe has.
func TestBudgetOfChecks(t *testing.T) {
	calls := func(number, halves int, vouched bool) int {
		picked := (Pass{Kind: Check, entry: entry{number: number, halves: halves}}).Pick(recipe, vouched)
		delete(picked, "domain")
		return len(picked)
	}
	for number := range 20 {
		for reason, got := range map[string]int{"after a write": calls(number, 2, true), "without a sweep": calls(number, 0, false)} {
			if got > 4 {
				t.Errorf("check %d %s: got %d calls, want at most 4", number, reason, got)
			}
		}
	}
	sum := 0
	for number := range 1000 {
		sum += calls(number, 0, true)
	}
	if sum > 2100 {
		t.Errorf("got %d calls in 1000 checks, want at most 2.1 each", sum)
	}
}

func TestKind(t *testing.T) {
	for kind, want := range map[Kind]struct {
		name  string
		looks bool
	}{Edit: {"edit", false}, Check: {"check", true}, Full: {"full", true}, Retry: {"retry", false}} {
		if kind.String() != want.name || kind.Looks() != want.looks {
			t.Errorf("got %s, looks %t, want %s, %t", kind, kind.Looks(), want.name, want.looks)
		}
	}
}
