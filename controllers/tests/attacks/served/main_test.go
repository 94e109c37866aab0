// Package served_test shows what attacks on the served API come to. There is no control plane.
package served_test

import (
	"flag"
	"fmt"
	"os"
	"sync"
	"testing"
	"text/tabwriter"
	"time"
)

// lasting is for how long an attack by chance goes on: `make attacks` asks for a minute.
var lasting = flag.Duration("for", 2*time.Second, "how long an attack by chance goes on")

// attack is a line of the table.
type attack struct{ name, how, result string }

var (
	mu      sync.Mutex
	attacks []attack
)

// tell adds a line to the table.
func tell(name, how, result string, args ...any) {
	mu.Lock()
	defer mu.Unlock()
	attacks = append(attacks, attack{name, how, fmt.Sprintf(result, args...)})
}

func TestMain(m *testing.M) {
	code := m.Run()
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "CASE\tHOW\tRESULT")
	for _, a := range attacks {
		fmt.Fprintf(table, "%s\t%s\t%s\n", a.name, a.how, a.result)
	}
	_ = table.Flush()
	os.Exit(code)
}
