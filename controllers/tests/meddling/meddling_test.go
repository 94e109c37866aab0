// Package meddling_test shows that nothing which somebody else does between two of the operator's calls is served open, or
// stays unnoticed for more than two drift checks.
package meddling_test

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// sampled is which cases are gone through without sweeps: every so many.
const sampled = 7

// change is what the operator carries out while somebody meddles.
type change struct {
	name string
	// edit is nil for the creation.
	edit func(*world, *v1alpha1.SecuredAPI)
}

var changes = []change{
	{"creation", nil},
	{"a route", func(_ *world, o *v1alpha1.SecuredAPI) {
		o.Spec.Routes[0].Methods = append(o.Spec.Routes[0].Methods, "POST")
	}},
	{"password policy", func(_ *world, o *v1alpha1.SecuredAPI) { o.Spec.UserPool.PasswordPolicy.MinimumLength = 9 }},
	{"stage renamed", func(_ *world, o *v1alpha1.SecuredAPI) { o.Spec.Stage = "gamma" }},
	{"deletion", func(w *world, o *v1alpha1.SecuredAPI) { o.DeletionTimestamp = new(metav1.NewTime(w.clock.Now())) }},
}

// start makes the world in which the change is due.
func (c change) start(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	if c.edit != nil {
		w.settle()
		w.edit(func(o *v1alpha1.SecuredAPI) { c.edit(w, o) })
	}
	w.aws.ResetCalls()
	w.trace = nil
	return w
}

// moment is between two calls of ours: before the call of that number is carried out, or after.
type moment struct {
	call      int
	operation string
	after     bool
}

func (m moment) String() string {
	if m.after {
		return fmt.Sprintf("after %d %s", m.call+1, m.operation)
	}
	return fmt.Sprintf("before %d %s", m.call+1, m.operation)
}

// meddling is one case.
type meddling struct {
	moment
	meddler
}

// undisturbed carries a change out, and tells what is there then, and who may meddle when.
func (c change) undisturbed(t *testing.T) (want []string, cases []meddling) {
	t.Helper()
	w := c.start(t)
	n := 0
	at := func(m moment) {
		for _, who := range meddlers {
			if who.applies(w) {
				cases = append(cases, meddling{m, who})
			}
		}
	}
	w.aws.Hook(awslocal.Hook{
		Before: func(call awslocal.Call) { at(moment{n, call.Operation, false}) },
		After:  func(call awslocal.Call) { at(moment{n, call.Operation, true}); n++ },
	})
	w.settle()
	w.aws.ClearHooks()
	w.runUntil(w.clock.Now().Add(2 * longest))
	return w.inventory(), cases
}

// counts are what all cases come to.
type counts struct{ cases, open, unnoticed, window, left atomic.Int32 }

func TestMeddling(t *testing.T) {
	var all counts
	t.Run("all", func(t *testing.T) {
		i := 0
		for _, c := range changes {
			want, cases := c.undisturbed(t)
			for _, m := range cases {
				if i++; !*harness.Sweeps && i%sampled != 0 {
					continue
				}
				t.Run(c.name+"/"+m.String()+"/"+m.name, func(t *testing.T) {
					t.Parallel()
					all.cases.Add(1)
					c.meddled(t, m, want, &all)
				})
			}
		}
	})
	t.Logf("meddling: %d cases, %d served open, %d unnoticed", all.cases.Load(), all.open.Load(), all.unnoticed.Load())
	t.Logf("exceptions: %d calls after the last owner check of a pass, %d roots that deletions left to others without a word", all.window.Load(), all.left.Load())
}

func (c change) meddled(t *testing.T, m meddling, want []string, all *counts) {
	t.Helper()
	w := c.start(t)
	meddled, calls := w.clock.Now(), -1
	act := func(awslocal.Call) {
		meddled, calls = w.clock.Now(), len(w.aws.Calls())
		if m.after {
			// This call is not in the log yet.
			calls++
		}
		w.notef("MEDDLING: %s, %s", m.name, m.moment)
		m.do(w)
	}
	hook := awslocal.Hook{Skip: m.call, Times: 1, Before: act}
	if m.after {
		hook.Before, hook.After = nil, act
	}
	w.aws.Hook(hook)
	w.runUntil(w.clock.Now().Add(grace + backoff))
	if calls < 0 {
		t.Fatalf("got no call number %d, want that of the undisturbed run:\n%s", m.call+1, w.story())
	}
	w.runUntil(meddled.Add(2 * longest))

	for _, open := range append(w.open, w.letIn(true)...) {
		all.open.Add(1)
		t.Errorf("served open: %s", open)
	}
	if m.untags != noRoot {
		all.window.Add(int32(w.untouched(m.untags, calls)))
	}
	got := w.inventory()
	diff := cmp.Diff(want, got)
	switch {
	case diff == "" && w.last.OK():
	case m.untags != noRoot && w.last.Reason == v1alpha1.ReasonOwnershipConflict:
	case m.untags != noRoot && w.gone && slices.ContainsFunc(got, func(line string) bool { return strings.Contains(line, "not ours") }):
		// By design: what is not ours when the object goes is somebody else's affair, and the object is not there to say so.
		all.left.Add(1)
	default:
		all.unnoticed.Add(1)
		t.Errorf("after two drift checks: status says %+v, and the account (-want +got):\n%s", w.last, diff)
	}
	if t.Failed() {
		t.Logf("trace:\n%s", w.story())
	}
}

// ownerReads are the calls that tell whose a root is.
var ownerReads = map[root][]string{apiRoot: {"GetRestApi", "GetRestApis"}, pooled: {"DescribeUserPool"}}

// services are those whose calls change a root or what is in it. The statements in functions' policies are not in the API:
// they are the operator's own, and go with its object.
var services = map[root]string{apiRoot: "apigateway", pooled: "cognito-idp"}

// untouched fails if a root was changed after its tags were seen to be taken. It returns how many calls changed it before:
// the design's window. A pass asks once who owns a root before it writes into it, not before each call, for AWS has no call
// that is conditional on tags.
func (w *world) untouched(of root, from int) (window int) {
	w.t.Helper()
	seen := false
	for _, call := range w.aws.Calls()[from:] {
		switch {
		case call.Service != services[of] || call.Code != "":
		case slices.Contains(ownerReads[of], call.Operation):
			seen = true
		case call.Mutating && seen:
			w.t.Errorf("got %s of the %s after its tags were seen to be taken, want it left alone:\n%s", call.Operation, of, w.story())
		case call.Mutating:
			window++
		}
	}
	return window
}
