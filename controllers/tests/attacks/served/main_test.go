// Package served_test shows what attacks on the served API come to. There is no control plane.
package served_test

import (
	"flag"
	"time"
)

// lasting is for how long an attack by chance goes on: `make attacks` asks for a minute.
var lasting = flag.Duration("for", 2*time.Second, "how long an attack by chance goes on")
