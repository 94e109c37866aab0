// Package sequences_test shows that AWS is as a fresh build of the last spec after any sequence of edits, changes by hand,
// failures, kills and time.
package sequences_test

import (
	"flag"
	"testing"

	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// modelFlags are the defaults of rapid's flags: the sequences of a shard, and the actions of a sequence, on average.
var modelFlags = map[string]string{"rapid.checks": "100", "rapid.steps": "10", "rapid.seed": "1"}

func TestMain(m *testing.M) {
	for name, value := range modelFlags {
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	harness.MainOfSweeps(m)
}
