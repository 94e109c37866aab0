package main

import (
	"slices"
	"testing"
)

func TestNoticed(t *testing.T) {
	for _, tc := range []struct {
		reason, out string
		want        []string
	}{
		{"a test", "--- FAIL: TestA (0.1s)\n    a_test.go:1: no\nFAIL", []string{"TestA"}},
		{
			"the subtest at the bottom, and not each of its siblings",
			"--- FAIL: TestA (1s)\n    --- FAIL: TestA/x (1s)\n        --- FAIL: TestA/x/1 (1s)\n    --- FAIL: TestA/y (1s)\nFAIL",
			[]string{"TestA/x/1"},
		},
		{"two tests", "--- FAIL: TestA (1s)\n--- FAIL: TestB (1s)\nFAIL", []string{"TestA", "TestB"}},
		{"a panic ends all tests", "panic: runtime error: index out of range\n\ngoroutine 1", []string{"panic: runtime error: index out of range"}},
		{"a control plane that does not start notices nothing", "start the control plane: timeout\n", nil},
	} {
		got, err := noticed(tc.out)
		if !slices.Equal(got, tc.want) || (err == nil) != (tc.want != nil) {
			t.Errorf("%s: got %v, %v", tc.reason, got, err)
		}
	}
}
