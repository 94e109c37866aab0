// Package schedules_test shows that several operators at work on one object do nothing bad, in whatever order their steps come.
package schedules_test

import (
	"testing"

	"github.com/securedapi/securedapi/controllers/tests/harness"
)

func TestMain(m *testing.M) { harness.Main(m) }
