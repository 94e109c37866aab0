package controllers_test

import (
	"flag"
	"testing"

	"github.com/securedapi/securedapi/controllers/tests/harness"
)

func TestMain(m *testing.M) {
	for name, value := range modelFlags {
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	harness.Main(m)
}
