package schedule

import (
	"testing"
)

func TestTwoChecksAfterAWriteReadHalfEach(t *testing.T) {
	wrote := Result{Wrote: true}
	halves := func(reason string, want int) {
		t.Helper()
		l := newTimeline(t)
		l.converge()
		if got := l.entries["u"].halves; got != want {
			t.Errorf("%s: got %d checks of half, want %d", reason, got, want)
		}
	}
	halves("a creation", 2)
	seen := map[string]bool{}
	l := newTimeline(t)
	l.converge()
	look := func(reason string, want int, r Result) {
		t.Helper()
		picked := l.makes(reason, Check, r).Pick(recipe, true)
		for name := range picked {
			seen[name] = true
		}
		delete(picked, "domain")
		if len(picked) != want {
			t.Errorf("%s: got %v, want %d calls", reason, sortedNames(picked), want)
		}
	}
	look("the first check", 4, Result{})
	look("the second check", 4, Result{})
	if len(seen) != len(recipe)-1 {
		t.Errorf("got %v looked at, want everything that there is", sortedNames(seen))
	}
	look("then each looks at two", 2, Result{})
	look("the next, too", 2, wrote)
	look("a repair is a write", 4, wrote)
	clear(seen)
	look("so is another one", 4, wrote)
	look("and another one, which keeps nothing from being looked at", 4, wrote)
	if len(seen) != len(recipe)-1 {
		t.Errorf("got %v looked at, want everything that there is", sortedNames(seen))
	}
	look("a check that fails does not count", 4, Result{API: Attempt{Outcome: throttled}})
	look("nor does one that stalls", 4, Result{API: Attempt{Outcome: stalled}})
	l.now = l.entries["u"].check
	look("the first one", 4, Result{})
	look("and the second", 4, Result{})
	look("then each looks at two", 2, Result{})

	l.beforeCheck()
	l.edit()
	l.makes("an edit that writes and fails", Edit, Result{Wrote: true, UserPool: Attempt{Outcome: throttled}})
	l.makes("and goes on without another write", Retry, Result{})
	look("is a write all the same", 4, Result{})
	l.ask()
	l.makes("a full pass that finds something for a person", Full, Result{API: Attempt{Outcome: stalled}})
	l.now = l.entries["u"].check
	look("does not stand for a check", 4, wrote)
	l.ask()
	l.makes("but one that finds nothing does", Full, Result{})
	look("so what follows is as usual", 2, Result{})
	l.ask()
	l.makes("and one that writes is a write", Full, wrote)
	look("again", 4, Result{})
}

// Somebody else wrote the object's status meanwhile, so the pass is repeated. The repetition may find nothing to write.
func TestAWriteBeforeAConflictCounts(t *testing.T) {
	l := newTimeline(t)
	l.converge()
	l.makes("a check", Check, Result{})
	l.makes("a check", Check, Result{})
	l.begins("a pass that writes and loses a conflict", Check)
	l.Wrote(l.object.UID)
	if got := l.begins("the same pass once more", Check).entry.halves; got != 2 {
		t.Errorf("got %d checks of half, want 2", got)
	}
	l.Wrote("another")
	if _, known := l.entries["another"]; known {
		t.Error("got an entry of an object that is not known, want none: its first pass makes one")
	}
}
