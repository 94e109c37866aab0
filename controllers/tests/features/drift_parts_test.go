package features_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// Whatever somebody else changed or took away of an optional part comes back, once each resource had its turn in the checks.
func TestEveryPartThatDriftsComesBack(t *testing.T) {
	t.Parallel()
	for _, life := range harness.Drifts {
		t.Run(life.Name, func(t *testing.T) {
			t.Parallel()
			m := harness.NewStepper(t)
			object := m.Prepare(life)
			before, want := object.DeepCopy(), harness.Normalised(m.World)
			m.Live(life, object)
			m.Forget(object, before)
			if cmp.Equal(want, harness.Normalised(m.World)) {
				t.Fatal("got no drift, want some")
			}
			m.RunUntil(object, m.Ready(object))
			operator := m.Start()
			checks := 0
			for ; checks < harness.MaxPasses && !cmp.Equal(want, harness.Normalised(m.World)); checks++ {
				m.Clock.SetTime(m.Clock.Now().Add(2 * harness.ResyncNever))
				m.Pass(operator, object)
			}
			if diff := cmp.Diff(want, harness.Normalised(m.World)); diff != "" {
				t.Errorf("AWS is not as before after %d checks (-want +got):\n%s", checks, diff)
			}
			t.Logf("%s: %d checks", life.Name, checks)
			m.RunUntil(object, m.Ready(object))
		})
	}
}
