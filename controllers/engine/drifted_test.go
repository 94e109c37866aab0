package engine_test

import "testing"

// Who is told of drift may use what is kept for repairs, so nothing else counts as drift.
func TestDriftIsToldAndEditsAreNot(t *testing.T) {
	for _, tc := range []struct {
		reason string
		before func(l *life)
		want   bool
	}{
		{"nothing happened", func(*life) {}, false},
		{"somebody changed a child", func(l *life) { l.cloud.things[address{"root-1", "child", "child-2"}].value = "open" }, true},
		{"somebody moved the stage", func(l *life) { l.cloud.things[address{"root-1", "stage", "live"}].value = "snapshot-0" }, true},
		{"somebody deleted a child", func(l *life) { l.cloud.delete(address{"root-1", "child", "child-2"}) }, true},
		{"the spec asks for another value", func(l *life) { l.wish.children["web"] = "2" }, false},
		{"the spec asks for more", func(l *life) { l.wish.servers["more"] = "1" }, false},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			l := begin(t, wish{
				root: new("a"), children: map[string]string{"web": "1"}, servers: map[string]string{"api": "1"}, snapshot: "s", stage: true,
			})
			l.must()
			tc.before(l)
			p, told := l.next(), false
			p.Whole, p.Drifted = true, func() { told = true }
			if err := p.Apply(l.t.Context(), l.kinds()); err != nil {
				t.Fatal(err)
			}
			if told != tc.want {
				t.Errorf("told of drift is %v, want %v", told, tc.want)
			}
		})
	}
}
