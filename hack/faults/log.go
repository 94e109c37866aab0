package main

import (
	"slices"
	"strings"
)

// log is what the tests did and said.
type log struct {
	// results are pass, fail or skip, by the tests' names.
	results map[string]string
	// output are the lines of each test.
	output map[string][]string
	// order is that in which tests ended.
	order []string
}

func (l *log) add(e event) {
	switch e.Action {
	case "output":
		l.output[e.Test] = append(l.output[e.Test], e.Output)
	case "pass", "fail", "skip":
		l.results[e.Test] = e.Action
		l.order = append(l.order, e.Test)
	}
}

// cases counts the cases of a test: those of its subtests that have none themselves, or itself.
func (l *log) cases(test string) (passed, all int) {
	for name, result := range l.results {
		if name != test && !strings.HasPrefix(name, test+"/") || l.hasSubtests(name) {
			continue
		}
		all++
		if result == "pass" {
			passed++
		}
	}
	return passed, all
}

func (l *log) hasSubtests(test string) bool {
	for name := range l.results {
		if strings.HasPrefix(name, test+"/") {
			return true
		}
	}
	return false
}

// failures are the failed tests that have no failed subtest to blame.
func (l *log) failures() []string {
	return slices.DeleteFunc(slices.Clone(l.order), func(test string) bool {
		return l.results[test] != "fail" || slices.ContainsFunc(l.order, func(other string) bool {
			return l.results[other] == "fail" && strings.HasPrefix(other, test+"/")
		})
	})
}
