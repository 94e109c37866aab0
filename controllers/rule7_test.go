package controllers_test

import (
	"strings"
	"testing"
	"time"

	eventsv1 "k8s.io/api/events/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/hack/awslocal"
)

func TestRule7ASecondPassWritesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 50*time.Millisecond)
	object := w.create(w.recipe())
	w.awaitReady(object)
	version, events := object.ResourceVersion, w.events()
	w.aws.ResetCalls()
	const passes = 8
	w.awaitCalls(func(c awslocal.Call) bool { return c.Operation == "GetStage" }, passes)
	w.stop()
	if calls := w.mutating(); len(calls) != 0 {
		t.Errorf("no pass writes to AWS: %v", calls)
	}
	if calls := w.count(func(c awslocal.Call) bool { return !sweeping(c) }); calls > 4*(passes+3) {
		t.Errorf("a check costs at most 4 calls: %d calls for about %d checks", calls, passes)
	}
	w.get(object)
	if object.ResourceVersion != version {
		t.Error("no pass writes to Kubernetes")
	}
	if got := w.events(); got != events {
		t.Errorf("no pass makes an event: %d, before %d", got, events)
	}
}

func (w *world) events() int {
	w.t.Helper()
	list := &eventsv1.EventList{}
	if err := w.client.List(w.t.Context(), list, client.InNamespace(w.namespace)); err != nil {
		w.t.Fatal(err)
	}
	return len(list.Items)
}

// Writes that change nothing are not even tried: the API server would not count them, but its load would.
func TestRule7ASecondPassTriesNoWrite(t *testing.T) {
	t.Parallel()
	m := newMortal(t)
	object := m.prepare(stretch{edit: withProgram})
	operator := m.start()
	*m.edges = boundaries{}
	m.aws.ResetCalls()
	for range 6 {
		after, _ := m.passOnce(operator, object)
		m.clock.SetTime(m.clock.Now().Add(after))
	}
	for _, name := range m.edges.names {
		if strings.Contains(name, "status") || strings.Contains(name, "Secret") || strings.Contains(name, "finalizer") {
			t.Errorf("a pass that finds nothing to do tries to write: %s", name)
		}
	}
	if len(m.calls()) == 0 {
		t.Error("the passes looked at AWS")
	}
}
