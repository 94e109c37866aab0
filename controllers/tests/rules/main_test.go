// Package rules_test shows the rules of docs/design/README.md, one after the other.
package rules_test

import (
	"testing"

	"github.com/securedapi/securedapi/controllers/tests/harness"
)

func TestMain(m *testing.M) { harness.Main(m) }
