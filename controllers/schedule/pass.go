package schedule

import (
	"time"

	"github.com/securedapi/securedapi/controllers/engine"
)

// Kind says which verified resources a pass reads. Resources that are not verified are always read.
type Kind int

const (
	// Edit reads only resources that the spec changed.
	Edit Kind = iota
	// Check is a drift check: it also looks at what Pick returns. An edit that comes when a check is due is in it.
	Check
	// Full looks at everything: the annotation reconcile-at asks for it, or Wake, or a plan that was shown is carried out, or
	// something was gone from AWS between two calls.
	Full
	// Retry tries again what failed or waits, and looks at nothing else.
	Retry
)

// String returns the kind's name, for logs.
func (k Kind) String() string {
	return map[Kind]string{Edit: "edit", Check: "check", Full: "full", Retry: "retry"}[k]
}

// Looks says that passes of this kind read verified resources.
func (k Kind) Looks() bool { return k == Check || k == Full }

// Pass is one pass over one object. A pass that is not brought to Done has no effect on the schedule.
type Pass struct {
	// Kind is set to Full by a caller that read everything anyway, as a plan does.
	Kind Kind

	// entry is what Next knew, and wakes, touches and retries the numbers of those that the pass answers.
	entry   entry
	wakes   int
	touches int
	retries int
	asked   bool
	late    bool
}

// UserPool is how the user pool's phase ended before.
func (p Pass) UserPool() Phase { return p.entry.userPool }

// API is how the API's phase ended before.
func (p Pass) API() Phase { return p.entry.api }

// Modified is the LastModifiedDate that the user pool had when it was last read; zero if it was not since the start.
func (p Pass) Modified() time.Time { return p.entry.modified }

// Asked says that an edit or the annotation is the only cause of the pass, so the namespace's limit applies.
func (p Pass) Asked() bool { return p.asked }

// Repairs says that the pass repairs drift, which a sweep, an event or the last pass found.
func (p Pass) Repairs() bool { return p.wakes > 0 || p.entry.repairs }

// Late says that the drift check is overdue, and that no edit is the cause of the pass.
func (p Pass) Late() bool { return p.late }

// Pick returns the names of those checks that the pass makes: none, unless it is a Check. The list has everything of the
// object. vouched says that the account's sweep saw the user pool as it was when it was last read.
func (p Pass) Pick(checks []engine.Check, vouched bool) map[string]bool {
	if p.Kind != Check {
		return nil
	}
	if p.entry.halves > 0 {
		return half(checks, p.entry.number)
	}
	return pick(checks, p.entry.number, vouched)
}
