package engine_test

import "testing"

// denied makes a pass of an object whose spec the administrator's policies do not allow.
func (l *life) denied() error {
	l.t.Helper()
	p := l.next()
	p.Denied = true
	err := p.Apply(l.t.Context(), l.kinds())
	l.saved = l.object.Status.DeepCopy()
	return err
}

func TestWhatIsDeniedIsKeptAsItIs(t *testing.T) {
	whole := wish{
		root: new("a"), children: map[string]string{"web": "1"}, servers: map[string]string{"api": "1"}, snapshot: "s", stage: true,
	}
	made := []string{
		"root/root-1=a", "root-1/child/child-2=1", "root-1/server/api=1", "root-1/snapshot/snapshot-3=s", "root-1/stage/live=snapshot-3",
	}
	for _, tc := range []struct {
		reason string
		before func(l *life)
		left   []string
	}{
		{"nothing happened", func(*life) {}, made},
		{"somebody changed a child", func(l *life) { l.cloud.things[address{"root-1", "child", "child-2"}].value = "open" }, made},
		{"somebody moved the stage", func(l *life) { l.cloud.things[address{"root-1", "stage", "live"}].value = "snapshot-0" }, made},
		{"the spec asks for another value", func(l *life) { l.wish.children["web"] = "2" }, made},
		{"the spec asks for more", func(l *life) { l.wish.grants = map[string]string{"f": "1"} }, made},
		{"the spec asks for less", func(l *life) { delete(l.wish.servers, "api") }, made},
		{"the spec asks for another snapshot", func(l *life) { l.wish.snapshot = "t" }, made},
		{"somebody deleted a child", func(l *life) { l.cloud.delete(address{"root-1", "child", "child-2"}) }, []string{made[0], made[2], made[3], made[4]}},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			wanted := whole
			wanted.children, wanted.servers = map[string]string{"web": "1"}, map[string]string{"api": "1"}
			l := begin(t, wanted)
			l.must()
			tc.before(l)
			for range 2 {
				if err := l.denied(); err != nil {
					t.Errorf("got the error %v, want none", err)
				}
			}
			l.wants(tc.left...)
			if err := l.remove(); err != nil {
				t.Errorf("a deletion: got the error %v, want none", err)
			}
		})
	}
}
