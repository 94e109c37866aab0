package main

import (
	"slices"
	"strings"
)

// name is a test's, in the folder of its package. No test stands for what the package says by itself.
type name struct{ pkg, test string }

// log is what the tests did and said.
type log struct {
	// results are pass, fail or skip.
	results map[name]string
	// output are the lines of each test.
	output map[name][]string
	// order is that in which tests ended.
	order []name
}

func newLog() *log { return &log{results: map[name]string{}, output: map[name][]string{}} }

func (l *log) add(e event) {
	n := e.name()
	switch e.Action {
	case "output":
		l.output[n] = append(l.output[n], e.Output)
	case "pass", "fail", "skip":
		l.results[n] = e.Action
		l.order = append(l.order, n)
	}
}

// cases counts the cases of a test: those of its subtests that have none themselves, or itself.
func (l *log) cases(of name) (passed, all int) {
	for n, result := range l.results {
		if n != of && !of.above(n) || l.hasSubtests(n) {
			continue
		}
		all++
		if result == "pass" {
			passed++
		}
	}
	return passed, all
}

func (l *log) hasSubtests(of name) bool {
	for n := range l.results {
		if of.above(n) {
			return true
		}
	}
	return false
}

// above says that the other is a subtest.
func (n name) above(other name) bool {
	return n.pkg == other.pkg && strings.HasPrefix(other.test, n.test+"/")
}

// failures are the failed tests that have no failed subtest to blame.
func (l *log) failures() []name {
	return slices.DeleteFunc(slices.Clone(l.order), func(n name) bool {
		return l.results[n] != "fail" || n.test == "" || slices.ContainsFunc(l.order, func(other name) bool {
			return l.results[other] == "fail" && n.above(other)
		})
	})
}

// said is what a test said, or what each package said by itself.
func (l *log) said(by name) []string {
	if by.test != "" {
		return []string{strings.Join(l.output[by], "")}
	}
	var words []string
	for n, lines := range l.output {
		if n.test == "" {
			words = append(words, strings.Join(lines, ""))
		}
	}
	return words
}
