package schedule

import (
	"testing"
	"time"
)

func TestClassOfEachPass(t *testing.T) {
	for _, tc := range []struct {
		reason               string
		goes                 func(l *timeline)
		asked, repairs, late bool
	}{
		{"an edit", func(l *timeline) { l.edit() }, true, false, false},
		{"the reconcile-at annotation", func(l *timeline) { l.ask() }, true, false, false},
		{"a drift check", func(l *timeline) { l.now = l.now.Add(90 * time.Second) }, false, false, false},
		{"an edit when a drift check is due", func(l *timeline) { l.edit(); l.now = l.now.Add(90 * time.Second) }, false, false, false},
		{"the annotation when a drift check is due", func(l *timeline) { l.ask(); l.now = l.now.Add(90 * time.Second) }, false, false, false},
		{"a drift check that is late", func(l *timeline) { l.now = l.now.Add(4 * time.Minute) }, false, false, true},
		{"an edit of an object whose drift check is late", func(l *timeline) { l.edit(); l.now = l.now.Add(4 * time.Minute) }, false, false, false},
		{"a wake by an event", func(l *timeline) { l.Wake(l.object.UID) }, false, true, false},
		{"an edit after a wake", func(l *timeline) { l.edit(); l.Wake(l.object.UID) }, false, true, false},
		{"the annotation after a wake", func(l *timeline) { l.ask(); l.Wake(l.object.UID) }, false, true, false},
		{"a retry of a repair", func(l *timeline) {
			l.now = l.now.Add(90 * time.Second)
			l.makes("the check that finds it", Check, Result{Repairs: true, API: Attempt{Outcome: throttled}})
		}, false, true, false},
		{"a retry of a pass that repaired nothing", func(l *timeline) {
			l.edit()
			l.makes("the edit", Edit, Result{API: Attempt{Outcome: throttled}})
		}, false, false, false},
		{"a check after a repair that is over", func(l *timeline) {
			l.now = l.now.Add(90 * time.Second)
			l.makes("the check that repairs", Check, Result{Repairs: true})
		}, false, false, false},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			l := newTimeline(t)
			l.converge()
			l.beforeCheck()
			tc.goes(l)
			pass, wait := l.Next(l.object, l.now)
			if wait != 0 || pass.Asked() != tc.asked || pass.Repairs() != tc.repairs || pass.Late() != tc.late {
				t.Errorf("got a pass in %s, asked for %v, repairs %v, late %v; want now, %v, %v, %v",
					wait, pass.Asked(), pass.Repairs(), pass.Late(), tc.asked, tc.repairs, tc.late)
			}
		})
	}
}

func TestTheRateLimitDelaysNoDriftCheck(t *testing.T) {
	l := newTimeline(t)
	l.converge()
	l.beforeCheck()
	l.edit()
	if got := l.begins("an edit", Edit).UntilCheck(l.now); got != time.Minute {
		t.Errorf("got %s until the check, want 1m", got)
	}
	l.now = l.now.Add(2 * time.Minute)
	if got := l.begins("a check with an edit in it", Check).UntilCheck(l.now); got != 0 {
		t.Errorf("got %s until a check that is due, want 0", got)
	}
}
