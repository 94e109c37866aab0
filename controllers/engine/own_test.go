package engine_test

import (
	"context"
	"errors"
	"testing"

	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// What a movement could find to do is done although it fails for the rest, as one does that waits for a value while a former step is due.
func TestAMovementGoesOnAlthoughItFails(t *testing.T) {
	absent, down := errors.New("a value is not there"), errors.New("AWS is down")
	for _, tc := range []struct {
		reason string
		step   error
		plan   bool
		steps  int
		want   []error
	}{
		{"a step is due", nil, false, 1, []error{absent}},
		{"a step fails", down, false, 1, []error{absent, down}},
		{"a plan does nothing", nil, true, 0, []error{absent}},
	} {
		l := begin(t, wish{})
		steps := 0
		kinds := []engine.Kind{{Prefix: "movement", Of: func(*engine.Pass, string) engine.Resource {
			return &engine.Own{
				Wanted: true,
				Look: func(context.Context) (plan.Plan, error) {
					return plan.Plan{{Part: "movement", Action: plan.Update, Subject: "movement", To: "a", Class: plan.InPlace}}, absent
				},
				Step: func(context.Context, plan.Change) error { steps++; return tc.step },
			}
		}}}
		p := l.next()
		p.Plan = tc.plan
		err := p.Apply(t.Context(), kinds)
		for _, want := range tc.want {
			if !errors.Is(err, want) {
				t.Errorf("%s: got %v, want it to say %v", tc.reason, err, want)
			}
		}
		if steps != tc.steps {
			t.Errorf("%s: got %d steps, want %d", tc.reason, steps, tc.steps)
		}
	}
}
