// Package kills_test shows that an object comes to rest as if nothing had happened, whatever call fails, and wherever the operator is
// killed or the object deleted: what can go wrong once is gone through by exhaustion.
package kills_test

import (
	"testing"

	"github.com/securedapi/securedapi/controllers/tests/harness"
)

func TestMain(m *testing.M) { harness.MainOfSweeps(m) }
