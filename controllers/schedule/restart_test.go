package schedule

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

func TestARestartSpreadsChecks(t *testing.T) {
	s := &Schedule{Interval: interval}
	const objects = 400
	first := 0
	numbers := map[int]int{}
	for i := range objects {
		o := ready(types.UID(rune('a' + i)))
		pass, wait := s.Next(o, start)
		if wait < interval/10 || wait > interval {
			t.Errorf("got the first check after %s, want it in the interval of %s but not in its first tenth", wait, interval)
		}
		if wait < interval/2 {
			first++
		}
		if _, again := s.Next(o, start.Add(time.Minute)); again != max(wait-time.Minute, 0) {
			t.Errorf("got a wait of %s a minute later, want %s", again, max(wait-time.Minute, 0))
		}
		if check, again := s.Next(o, start.Add(wait)); again != 0 || check.Kind != Check || check.entry.number != pass.entry.number {
			t.Errorf("got %s number %d in %s, want check %d at its time", check.Kind, check.entry.number, again, pass.entry.number)
		}
		numbers[pass.entry.number%8]++
	}
	if first < objects/4 || first > objects*3/4 {
		t.Errorf("got %d of %d checks in the first half of the interval, want them spread", first, objects)
	}
	for n := range 8 {
		if numbers[n] < objects/32 {
			t.Errorf("got %d of %d objects that begin with number %d of 8, want them spread", numbers[n], objects, n)
		}
	}
}

// A resource that was written shortly before a restart is checked as without the restart.
func TestARestartAfterAWrite(t *testing.T) {
	for _, tc := range []struct {
		reason     string
		resources  []v1alpha1.ResourceRecord
		observed   int64
		wantHalves int
	}{
		{"no records", nil, 1, 0},
		{"a resource that was never verified", []v1alpha1.ResourceRecord{{}}, 1, 0},
		{"a write of days ago", verified(48 * time.Hour), 1, 0},
		{"a write of more than two intervals ago", verified(3 * interval), 1, 0},
		{"a write of less than two intervals ago", verified(3*interval - time.Second), 1, 2},
		{"one recent write among several resources", append(verified(48*time.Hour), verified(time.Minute)...), 1, 2},
		{"the spec was not observed yet", nil, 0, 2},
	} {
		l := newTimeline(t)
		l.object.Status.Resources, l.object.Status.ObservedGeneration = tc.resources, tc.observed
		if pass, _ := l.Next(l.object, start); pass.entry.halves != tc.wantHalves {
			t.Errorf("%s: got %d checks that look at half, want %d", tc.reason, pass.entry.halves, tc.wantHalves)
		}
	}
}

func verified(ago time.Duration) []v1alpha1.ResourceRecord {
	return []v1alpha1.ResourceRecord{{Verified: &metav1.Time{Time: start.Add(-ago)}}}
}
