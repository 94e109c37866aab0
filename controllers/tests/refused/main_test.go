// Package refused_test shows what becomes of specs that cannot work: the API server refuses them, or the operator does before its
// first call to AWS. Each names field, value, rule and remedy.
package refused_test

import (
	"testing"

	"github.com/securedapi/securedapi/controllers/tests/harness"
)

func TestMain(m *testing.M) { harness.Main(m) }
