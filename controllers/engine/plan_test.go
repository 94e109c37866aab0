package engine_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// A plan says what a pass would do, as if all before it were done, and what is lost with a root.
func TestAPlanSaysWhatAPassWouldDo(t *testing.T) {
	users := errors.New("it has users")
	for _, tc := range []struct {
		reason string
		before func(l *life)
		want   string
		loses  bool
	}{
		{"nothing changed", func(*life) {}, "", false},
		{"a child changed", func(l *life) { l.wish.children["web"] = "2" }, "~ child/web.value: 1 -> 2", false},
		{"nothing was made yet", func(l *life) { l.saved, l.cloud = &v1alpha1.SecuredAPIStatus{}, newCloud() }, "+ root; + child/web", false},
		{"nothing was made yet, and what is lost must not be made anew", func(l *life) {
			l.saved, l.cloud, l.kept = &v1alpha1.SecuredAPIStatus{}, newCloud(), func(string) error { return users }
		}, "+ root; + child/web", false},
		{"the root is gone, with nothing that cannot be made anew", func(l *life) { l.cloud.delete(rootAt) }, "+ root; + child/web", false},
		{"the root is gone, with users", func(l *life) {
			l.cloud.delete(rootAt)
			l.kept = func(string) error { return users }
		}, "+ root  in the place of root-1, without its users; + child/web", true},
	} {
		l := begin(t, wish{root: new("a"), children: map[string]string{"web": "1"}})
		l.must()
		tc.before(l)
		l.cloud.made()
		p := l.next()
		p.Plan = true
		if err := p.Apply(t.Context(), l.kinds()); err != nil {
			t.Errorf("%s: %v", tc.reason, err)
		}
		if got := p.Done().String(); got != tc.want {
			t.Errorf("%s: got the plan %q, want %q", tc.reason, got, tc.want)
		}
		loses := slices.ContainsFunc(p.Done(), func(c plan.Change) bool { return c.Class == plan.LosesUsers })
		if loses != tc.loses {
			t.Errorf("%s: the plan says that users are lost: %t, want %t", tc.reason, loses, tc.loses)
		}
		if made := l.cloud.made(); len(made) > 0 {
			t.Errorf("%s: got the calls %q from a plan, want none", tc.reason, made)
		}
	}
}

// What was done is told, once it was done.
func TestAPassTellsWhatItDid(t *testing.T) {
	l := begin(t, wish{})
	for _, step := range []struct {
		reason string
		wish   wish
		before func()
		fails  bool
		want   string
	}{
		{"a creation", wish{root: new("a"), children: map[string]string{"web": "1"}}, func() {}, false, "+ root; + child/web"},
		{"nothing", wish{root: new("a"), children: map[string]string{"web": "1"}}, func() {}, false, ""},
		{"a creation that AWS refused", wish{root: new("a"), children: map[string]string{"web": "1", "app": "1"}}, func() { l.cloud.faults["create child"] = refused }, true, ""},
		{"an update", wish{root: new("a"), children: map[string]string{"web": "2"}}, func() {}, false, "~ child/web.value: 1 -> 2"},
		{"a deletion", wish{root: new("a")}, func() {}, false, "- child/web child-2"},
		{"a creation without an answer", wish{root: new("a"), children: map[string]string{"app": "1"}}, func() { l.cloud.faults["create child"] = delayed }, true, ""},
		{"what was not made is not deleted", wish{root: new("a")}, func() { l.clock.Step(grace) }, false, ""},
		{"the root's deletion", wish{}, func() {}, false, "- root root-1"},
	} {
		l.wish = step.wish
		step.before()
		if err := l.apply(); (err != nil) != step.fails {
			t.Fatalf("%s: got the error %v, want one: %t", step.reason, err, step.fails)
		}
		if diff := cmp.Diff(step.want, l.pass.Done().String()); diff != "" {
			t.Errorf("%s: done (-want +got):\n%s", step.reason, diff)
		}
	}
}

// What a pass made itself is ours, and is not read to know that.
func TestACreationReadsNothingTwice(t *testing.T) {
	l := begin(t, wish{root: new("a"), grants: map[string]string{"f": "1"}})
	l.must()
	want := []string{"read root/*", "create root/root-1", "create root-1/grant/f"}
	if diff := cmp.Diff(want, l.cloud.calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

// A guard keeps a call from being made, whichever it is.
func TestAGuardIsAskedBeforeEachCall(t *testing.T) {
	forbidden := errors.New("forbidden")
	for _, tc := range []struct {
		operation v1alpha1.Operation
		pass      func(l *life) error
		left      []string
	}{
		{v1alpha1.OperationCreate, func(l *life) error {
			l.saved, l.cloud = &v1alpha1.SecuredAPIStatus{}, newCloud()
			return l.apply()
		}, nil},
		{v1alpha1.OperationUpdate, func(l *life) error {
			l.wish.root = new("b")
			return l.apply()
		}, []string{"root/root-1=a"}},
		{v1alpha1.OperationDelete, (*life).remove, []string{"root/root-1=a"}},
		{v1alpha1.OperationDelete, func(l *life) error {
			l.wish.root = nil
			return l.apply()
		}, []string{"root/root-1=a"}},
	} {
		l := begin(t, wish{root: new("a")})
		l.must()
		l.cloud.made()
		l.forbids = func(operation v1alpha1.Operation) error {
			if operation == tc.operation {
				return forbidden
			}
			return nil
		}
		if err := tc.pass(l); !errors.Is(err, forbidden) {
			t.Errorf("%s: got the error %v, want that of the guard", tc.operation, err)
		}
		if made := l.cloud.made(); len(made) > 0 {
			t.Errorf("%s: got the calls %q, want none", tc.operation, made)
		}
		l.wants(tc.left...)
	}
}
