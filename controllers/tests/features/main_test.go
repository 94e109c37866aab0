// Package features_test shows what the operator does for people, a feature a file.
package features_test

import (
	"testing"

	"github.com/securedapi/securedapi/controllers/tests/harness"
)

func TestMain(m *testing.M) { harness.Main(m) }
