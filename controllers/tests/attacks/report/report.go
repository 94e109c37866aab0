// Package report prints what attacks came to, for the table of make attacks.
package report

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// Prefix begins the lines of the table. The attack, how it was tried and what it came to follow, between tabs.
const Prefix = "attack\t"

// Attack notes an attack. When its test ends, a line says what it came to: it succeeded if the test failed.
func Attack(t *testing.T, attack, how string) {
	t.Helper()
	t.Cleanup(func() {
		result := "refused"
		if t.Failed() {
			result = "SUCCEEDED"
		}
		Tell(attack, how, result)
	})
}

// Tell prints a line of the table.
func Tell(attack, how, result string) {
	_, _ = fmt.Fprintln(os.Stdout, Prefix+strings.Join([]string{attack, how, result}, "\t"))
}
