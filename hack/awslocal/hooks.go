package awslocal

import (
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Hook runs functions right before and right after a call of the control plane is carried out, so that a test can change
// something in between, as somebody else could while the caller waits. Calls that aren't carried out, because they are
// refused, over quota or failed by a [Fault], don't count.
//
// The functions run where the call is served, under no lock: they may call the server, with clients of [Aside], and turn
// its clock. They must return, and can't end the test: FailNow is for the test's own goroutine.
type Hook struct {
	// Operation is the call it is for, such as "CreateUserPool"; empty means any.
	Operation string
	// Account is whose calls it is for; empty means everybody's.
	Account string
	// Before runs when the call has arrived and nothing of it is done; After when all of it is done and its answer, which
	// the Call tells, isn't sent, nor lost to a Fault. Each may be nil.
	Before, After func(Call)
	// Skip lets the first calls pass. Times is how often it runs after that; zero means always.
	Skip, Times int
}

// Hook adds a hook. If several hooks match a call, all run, in the order in which they were added.
func (s *Server) Hook(h Hook) { s.hooks.add(h) }

// ClearHooks removes all hooks. One that runs goes on.
func (s *Server) ClearHooks() {
	s.hooks.mu.Lock()
	defer s.hooks.mu.Unlock()
	s.hooks.active = nil
}

// asideHeader marks the calls of [Aside].
const asideHeader = "X-Awslocal-Aside"

// Aside returns config with calls that the test makes itself: they aren't in [Server.Calls], and no quota, [Fault]
// or [Hook] applies to them. Like all calls, they cause events.
func Aside(config aws.Config) aws.Config {
	config.APIOptions = append(slices.Clone(config.APIOptions), smithyhttp.AddHeaderValue(asideHeader, "true"))
	return config
}

type hooks struct {
	mu     sync.Mutex
	active []*Hook
}

func (hs *hooks) add(h Hook) {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	hs.active = append(hs.active, &h)
}

// take returns the hooks that are for a call.
func (hs *hooks) take(call Call) []Hook {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	var taken []Hook
	hs.active = slices.DeleteFunc(hs.active, func(h *Hook) bool {
		if h.Operation != "" && h.Operation != call.Operation || h.Account != "" && h.Account != call.Account {
			return false
		}
		hit, last := counts(&h.Skip, &h.Times)
		if hit {
			taken = append(taken, *h)
		}
		return last
	})
	return taken
}

// counts takes a call that a fault or a hook is for into account: whether it hits the call, and for the last time.
func counts(skip, times *int) (hit, last bool) {
	if *skip > 0 {
		*skip--
		return false, false
	}
	if *times > 0 {
		*times--
		return true, *times == 0
	}
	return true, false
}
