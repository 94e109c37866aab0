package schedule

import (
	"testing"
)

// A wake causes a pass that begins after it, whatever other passes end meanwhile.
func TestWake(t *testing.T) {
	l := newTimeline(t)
	l.converge()
	l.ends(l.begins("a check", Check), Result{})
	l.waits("an object that nothing woke waits", interval)
	l.Wake(l.object.UID)
	l.begins("a wake makes its next pass a full one", Full)
	pass := l.begins("also when a pass was lost to a write conflict", Full)
	l.Wake(l.object.UID)
	l.ends(pass, Result{})
	pass = l.begins("a wake during a pass is for the next", Full)
	l.Wake(l.object.UID)
	l.Wake(l.object.UID)
	l.ends(pass, Result{})
	pass = l.begins("two wakes make one pass", Full)
	l.ends(pass, Result{})
	l.waits("then it waits again", interval)
	l.Wake(l.object.UID)
	l.Forget(l.object.UID)
	if pass, wait := l.Next(l.object, l.now); pass.Kind == Full || wait == 0 {
		t.Errorf("got %s in %s, want what is gone to be forgotten", pass.Kind, wait)
	}
}

func TestForgetDropsTheEntry(t *testing.T) {
	l := newTimeline(t)
	l.converge()
	l.makes("a check", Check, Result{Modified: start})
	l.Forget(l.object.UID)
	if got := l.Modified(l.object.UID); !got.IsZero() {
		t.Errorf("got LastModifiedDate %s, want none", got)
	}
	if len(l.entries)+len(l.wakes) != 0 {
		t.Errorf("got %v and %v, want nothing kept", l.entries, l.wakes)
	}
}

func TestModifiedIsTheLastDateRead(t *testing.T) {
	l := newTimeline(t)
	if got := l.Modified(l.object.UID); !got.IsZero() {
		t.Errorf("got %s, want none after a restart", got)
	}
	l.converge()
	l.makes("a check that reads the pool", Check, Result{Modified: start})
	if pass := l.makes("one that does not", Check, Result{}); pass.Modified() != start || l.Modified(l.object.UID) != start {
		t.Errorf("got %s and %s, want the date that was read last", pass.Modified(), l.Modified(l.object.UID))
	}
}
