package schedule

import (
	"testing"
	"time"

	"github.com/securedapi/securedapi/controllers/outcome"
)

// Another object releases what this one waits for, before a pass or in the middle of one that did not see it yet.
func TestAgainTriesWhatIsStalled(t *testing.T) {
	waits := Result{UserPool: Attempt{Outcome: stalled}, API: Attempt{Outcome: stalled}}
	for _, tc := range []struct {
		reason  string
		call    func(*Schedule)
		kind    Kind
		during  bool
		skipped bool
	}{
		{"nobody calls", func(*Schedule) {}, Retry, false, true},
		{"before a pass", func(s *Schedule) { s.Again("u") }, Retry, false, false},
		{"during a pass", func(s *Schedule) { s.Again("u") }, Retry, true, false},
		{"with a look at everything, before a pass", func(s *Schedule) { s.Retry("u") }, Full, false, false},
		{"with a look at everything, during a pass", func(s *Schedule) { s.Retry("u") }, Full, true, false},
	} {
		l := newTimeline(t)
		l.Interval = 24 * time.Hour
		l.converge()
		pass := l.begins(tc.reason, Check)
		if tc.during {
			tc.call(l.Schedule)
		}
		l.ends(pass, waits)
		if !tc.during {
			tc.call(l.Schedule)
		}
		next, wait := l.Next(l.object, l.now)
		if next.UserPool().Skip(l.now) != tc.skipped || next.API().Skip(l.now) != tc.skipped || (wait > 0) != tc.skipped || next.Kind != tc.kind {
			t.Errorf("%s: got a pass of kind %s in %s, skipped %t, want %s, skipped %t", tc.reason, next.Kind, wait, next.API().Skip(l.now), tc.kind, tc.skipped)
		}
		l.ends(next, waits)
		if again, wait := l.Next(l.object, l.now); !again.API().Skip(l.now) || wait < outcome.RetryStalled/2 {
			t.Errorf("%s: the pass after it comes in %s, want it to wait as others do", tc.reason, wait)
		}
	}
}
