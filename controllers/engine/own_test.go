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

// What a movement notes is of the root that it is in, and goes with it.
func TestAMovementBeginsAnewInAnotherRoot(t *testing.T) {
	l := begin(t, wish{root: new("a")})
	kinds := func() []engine.Kind {
		return append(l.kinds(), engine.Kind{Prefix: "movement", Of: func(p *engine.Pass, _ string) engine.Resource {
			return &engine.Own{
				Meta: engine.Meta{In: "root"}, Wanted: true,
				Look: func(context.Context) (plan.Plan, error) {
					if p.Record("movement").Kept != nil {
						return nil, nil
					}
					return plan.Plan{{Part: "movement", Action: plan.Update, Subject: "movement", To: p.ID("root"), Class: plan.InPlace}}, nil
				},
				Step: func(context.Context, plan.Change) error {
					p.Record("movement").Kept = map[string]string{"moved": p.ID("root")}
					return nil
				},
			}
		}})
	}
	for _, step := range []struct {
		reason string
		before func()
		want   string
	}{
		{"the first root", func() {}, `+ root; ~ movement: "" -> root-1`},
		{"the same root", func() {}, ""},
		{"another root", func() { l.cloud.delete(rootAt) }, `+ root; ~ movement: "" -> root-2`},
		{"the other root again", func() {}, ""},
	} {
		step.before()
		p := l.next()
		if err := p.Apply(t.Context(), kinds()); err != nil {
			t.Fatalf("%s: %v", step.reason, err)
		}
		l.saved = l.object.Status.DeepCopy()
		if got := p.Done().String(); got != step.want {
			t.Errorf("%s: got %q done, want %q", step.reason, got, step.want)
		}
	}
}
