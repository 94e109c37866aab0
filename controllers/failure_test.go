package controllers_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// failures are the ways in which a call fails: the classes of awserr, and each way to lose an answer.
var failures = map[string]awslocal.Fault{
	"500":              {Kind: awslocal.RefuseBefore},
	"500 but done":     {Kind: awslocal.RefuseAfter},
	"reply lost":       {Kind: awslocal.LoseReply},
	"connection cut":   {Kind: awslocal.Cut},
	"half an answer":   {Kind: awslocal.CutBody},
	"garbage":          {Kind: awslocal.Garbage},
	"throttled":        {Kind: awslocal.Throttle},
	"access denied":    {Kind: awslocal.RefuseBefore, Code: "AccessDeniedException", Message: "User: x is not authorized", Status: http.StatusForbidden},
	"limit":            {Kind: awslocal.RefuseBefore, Code: "LimitExceededException", Message: "full", Status: http.StatusBadRequest},
	"rejected":         {Kind: awslocal.RefuseBefore, Code: "InvalidParameterException", Message: "no", Status: http.StatusBadRequest},
	"somebody else":    {Kind: awslocal.RefuseBefore, Code: "ConcurrentModificationException", Message: "busy", Status: http.StatusBadRequest},
	"an unknown error": {Kind: awslocal.RefuseBefore, Code: "TeapotException", Message: "short and stout", Status: http.StatusTeapot},
}

// operations are the operations of the calls so far, each once.
func (w *world) operations() []string {
	names := w.calls()
	slices.Sort(names)
	return slices.Compact(names)
}

// Every call of an object's life fails once, in every way. It comes to rest as if nothing had happened.
func TestEveryCallFails(t *testing.T) {
	t.Parallel()
	for _, life := range lives {
		t.Run(life.name, func(t *testing.T) {
			t.Parallel()
			whole := newMortal(t)
			object := whole.prepare(life)
			whole.calls()
			whole.live(life, object)
			operations, want := whole.operations(), normalised(whole.world)
			for _, operation := range operations {
				for name, fault := range failures {
					t.Run(operation+"/"+name, func(t *testing.T) {
						t.Parallel()
						m := newMortal(t)
						object := m.prepare(life)
						fault.Operation, fault.Times = operation, 1
						m.aws.Inject(fault)
						m.live(life, object)
						if diff := cmp.Diff(want, normalised(m.world)); diff != "" {
							t.Errorf("AWS is as after a life without a failure (-want +got):\n%s", diff)
						}
					})
				}
			}
			t.Logf("%s: %d operations, %d failures each", life.name, len(operations), len(failures))
		})
	}
}

// A spec that is rejected for good, whichever call it is that rejects it, costs at most one call per ten minutes.
func TestARejectedSpecIsCheap(t *testing.T) {
	t.Parallel()
	whole := newMortal(t)
	whole.live(lives[0], whole.prepare(lives[0]))
	for _, operation := range whole.operations() {
		for _, name := range []string{"access denied", "limit", "rejected", "an unknown error"} {
			t.Run(operation+"/"+name, func(t *testing.T) {
				t.Parallel()
				m := newMortal(t)
				fault := failures[name]
				fault.Operation = operation
				m.aws.Inject(fault)
				object := m.create(m.recipe())
				operator := m.start()
				m.rest(object, func() bool {
					m.get(object)
					return meta.IsStatusConditionTrue(object.Status.Conditions, v1alpha1.ConditionStalled)
				})
				m.passOnce(operator, object)
				m.aws.ResetCalls()
				const hours = 12
				m.get(object)
				conditions := object.Status.Conditions
				for end := m.clock.Now().Add(hours * time.Hour); m.clock.Now().Before(end); {
					after, _ := m.passOnce(operator, object)
					m.clock.SetTime(m.clock.Now().Add(after))
				}
				if calls := m.calls(); len(calls) > hours*6+6 {
					t.Errorf("%d calls in %d hours: %v", len(calls), hours, calls)
				}
				m.get(object)
				if diff := cmp.Diff(conditions, object.Status.Conditions); diff != "" {
					t.Errorf("the same failure has the same words (-before +after):\n%s", diff)
				}
			})
		}
	}
}

// A phase that waits for a person is not tried with every try of the other.
func TestAStalledPhaseIsNotTriedWithTheOther(t *testing.T) {
	t.Parallel()
	m := newMortal(t)
	m.takeDomain("notes-beta")
	m.aws.Inject(awslocal.Fault{Operation: "PutRestApi", Kind: awslocal.RefuseBefore})
	object := m.create(m.recipe())
	operator := m.start()
	for end := m.clock.Now().Add(30 * time.Second); m.clock.Now().Before(end); {
		after, _ := m.passOnce(operator, object)
		m.clock.SetTime(m.clock.Now().Add(after))
	}
	tries := 0
	for _, call := range m.calls() {
		if call == "CreateUserPoolDomain" {
			tries++
		}
	}
	// One of another pool's, by hand, and the one that was refused.
	if tries != 2 {
		t.Errorf("the domain was tried %d times while the API failed", tries-1)
	}
}
