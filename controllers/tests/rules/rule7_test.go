package rules_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
)

func TestRule7ASecondPassWritesNothing(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, 50*time.Millisecond)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	// They come after the status: the user pool's, the API's, and the warning of the recipe's local URLs.
	w.Eventually("the events of the creation", func(context.Context) (bool, string) { return len(w.Events()) >= 3, "" })
	version, events := object.ResourceVersion, len(w.Events())
	w.AWS.ResetCalls()
	const passes = 8
	w.AwaitCalls(func(c awslocal.Call) bool { return c.Operation == "GetStages" }, passes)
	w.Stop()
	if calls := w.Writes(); len(calls) != 0 {
		t.Errorf("no pass writes to AWS: %v", calls)
	}
	if calls := w.CountCalls(func(c awslocal.Call) bool { return !harness.Sweeping(c) }); calls > 4*(passes+3) {
		t.Errorf("a check costs at most 4 calls: %d calls for about %d checks", calls, passes)
	}
	w.Get(object)
	if object.ResourceVersion != version {
		t.Error("no pass writes to Kubernetes")
	}
	if got := len(w.Events()); got != events {
		t.Errorf("no pass makes an event: %d, before %d", got, events)
	}
}

// A write that changes nothing is not sent: the API server would not store it, but would have the load.
func TestRule7ASecondPassSendsNoWriteToTheAPIServer(t *testing.T) {
	t.Parallel()
	m := harness.NewStepper(t)
	object := m.Prepare(harness.Life{Edit: func(o *v1alpha1.SecuredAPI) { harness.WithProgram(o); withOutputs(o) }})
	operator := m.Start()
	*m.Edges = harness.Boundaries{}
	m.AWS.ResetCalls()
	for range 6 {
		after, _ := m.Pass(operator, object)
		m.Clock.SetTime(m.Clock.Now().Add(after))
	}
	for _, name := range m.Edges.Names {
		if strings.Contains(name, "status") || strings.Contains(name, "Secret") || strings.Contains(name, "ConfigMap") || strings.Contains(name, "finalizer") {
			t.Errorf("a pass that finds nothing to do tries to write: %s", name)
		}
	}
	if len(m.TakeCalls()) == 0 {
		t.Error("the passes looked at AWS")
	}
}
