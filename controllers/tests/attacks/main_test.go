// Package attacks_test shows what somebody tries who may write SecuredAPIs in one namespace, or has hands in the account, and
// what becomes of it. make attacks prints each case.
package attacks_test

import (
	"testing"

	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// The tests share an API server, and one SecuredAPIPolicy is enough for every namespace to need one: tests of operators
// without policies are elsewhere.
func TestMain(m *testing.M) { harness.Main(m) }
