package schedule

import (
	"slices"

	"github.com/securedapi/securedapi/controllers/engine"
)

// group is what is looked at together.
type group []string

// sorted are an object's checks by cadence. What was made last comes first: it is next to what callers meet. What the
// sweep vouches for is one group, for the user pool's description shows most of it.
type sorted struct {
	every, second, rotating, background []group
	swept                               group
}

func sortChecks(checks []engine.Check) sorted {
	var s sorted
	for _, c := range slices.Backward(checks) {
		switch c.Cadence {
		case engine.EveryCheck:
			s.every = append(s.every, group{c.Name})
		case engine.EverySecondCheck:
			s.second = append(s.second, group{c.Name})
		case engine.Rotating:
			s.rotating = append(s.rotating, group{c.Name})
		case engine.Background:
			s.background = append(s.background, group{c.Name})
		case engine.BySweep:
			s.swept = append(s.swept, c.Name)
		case engine.Unchecked:
		}
	}
	return s
}

// pick chooses what drift check number n looks at. Every check looks at what has EveryCheck. If the sweep vouches, every other
// check looks at what has EverySecondCheck, and the checks between at one of the rest: of Rotating, and of BySweep, which
// is one. If it does not, each check looks at all that has EverySecondCheck and BySweep, and at one of Rotating. What is in the
// background takes its turn after Rotating.
//
// For the recipe that is two calls, or four without a sweep.
func pick(checks []engine.Check, n int, vouched bool) map[string]bool {
	s := sortChecks(checks)
	rest := slices.Concat(s.rotating, s.background)
	if !vouched {
		return names(s.every, s.second, []group{s.swept}, one(rest, n))
	}
	if len(s.swept) > 0 {
		rest = append(rest, s.swept)
	}
	switch {
	case len(s.second) == 0:
		return names(s.every, one(rest, n))
	case n%2 == 0:
		return names(s.every, s.second)
	default:
		return names(s.every, one(rest, n/2))
	}
}

// half chooses what drift check number n looks at after the operator wrote to AWS: what has EveryCheck, and half of the
// rest. Two checks in a row look at everything, whether a sweep vouches or not: its lists do not tell a change by
// somebody else from the operator's own of the same moment. What is in the background is left out.
//
// For the recipe that is four calls.
func half(checks []engine.Check, n int) map[string]bool {
	s := sortChecks(checks)
	rest := slices.Concat(s.second, s.rotating)
	if len(s.swept) > 0 {
		rest = append(rest, s.swept)
	}
	middle := (len(rest) + 1) / 2
	if n%2 == 0 {
		return names(s.every, rest[:middle])
	}
	return names(s.every, rest[middle:])
}

// one is the n-th of groups that take turns, none if there are none.
func one(groups []group, n int) []group {
	if len(groups) == 0 {
		return nil
	}
	return groups[n%len(groups):][:1]
}

func names(all ...[]group) map[string]bool {
	picked := map[string]bool{}
	for _, groups := range all {
		for _, g := range groups {
			for _, name := range g {
				picked[name] = true
			}
		}
	}
	return picked
}
