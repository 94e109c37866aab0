package rules_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// What the API server refuses changes nothing: not the object, not AWS.
func TestAValueRefusedAtAdmissionChangesNothing(t *testing.T) {
	t.Parallel()
	m := harness.NewStepper(t)
	object := m.Create(m.Recipe())
	m.RunUntil(object, m.Ready(object))
	before, version := m.Inventory(), object.ResourceVersion
	bad := slices.Clone(harness.Refusals)
	for _, property := range exempt {
		bad = append(bad, property.refused)
	}
	for _, r := range bad {
		err := m.Client.Patch(t.Context(), object.DeepCopy(), r.MergePatch(t))
		if !apierrors.IsInvalid(err) || !strings.Contains(err.Error(), r.Words) {
			t.Errorf("%s is refused with %q: %v", r.Patch, r.Words, err)
		}
	}
	m.Get(object)
	if object.ResourceVersion != version {
		t.Error("the object is as it was")
	}
	// The first pass of an operator over a converged object only says when to come back.
	operator := m.Start()
	m.AWS.ResetCalls()
	for range 2 {
		after, _ := m.Pass(operator, object)
		m.Clock.SetTime(m.Clock.Now().Add(after))
	}
	if len(m.TakeCalls()) == 0 {
		t.Error("got no call to AWS, want a check of what was refused")
	}
	if diff := cmp.Diff(before, m.Inventory()); diff != "" {
		t.Errorf("AWS is as it was (-before +after):\n%s", diff)
	}
}
