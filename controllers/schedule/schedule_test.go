package schedule

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

func TestNext(t *testing.T) {
	later := start.Add(time.Minute)
	plan := &v1alpha1.PlanStatus{Mode: v1alpha1.ModePlan}
	for _, tc := range []struct {
		reason   string
		known    *entry // nil for an object that is not known
		observed int64
		change   func(o *v1alpha1.SecuredAPI)
		wantKind Kind // of a pass that is due now
		wantWait bool
	}{
		{"a new object is reconciled now", nil, -1, nil, Edit, false},
		{"after a restart, a converged object waits for a check", nil, 3, nil, 0, true},
		{"after a restart, an object that has not converged is reconciled now", nil, 2, nil, Edit, false},
		{"after a restart, the annotation starts a full check", nil, 3, func(o *v1alpha1.SecuredAPI) {
			o.Annotations = map[string]string{v1alpha1.ReconcileAtAnnotation: "1"}
		}, Full, false},
		{"after a restart, an annotation that was handled starts nothing", nil, 3, func(o *v1alpha1.SecuredAPI) {
			o.Annotations = map[string]string{v1alpha1.ReconcileAtAnnotation: "1"}
			o.Status.LastHandledReconcileAt = "1"
		}, 0, true},
		{"after a restart, an acknowledged plan starts a full check", nil, 3, func(o *v1alpha1.SecuredAPI) {
			o.Status.Plan = plan
		}, Full, false},
		{"the annotation starts a full check", &entry{generation: 3, at: later, check: later}, 3, func(o *v1alpha1.SecuredAPI) {
			o.Annotations = map[string]string{v1alpha1.ReconcileAtAnnotation: "1"}
		}, Full, false},
		{"an edit is reconciled now, though a check is due later", &entry{generation: 2, at: later, check: later}, 2, nil, Edit, false},
		{"an edit when a drift check is due goes into the check", &entry{generation: 2, at: later, check: start}, 2, nil, Check, false},
		{"an edit after a check that failed starts a check", &entry{generation: 2, at: later, check: later, amiss: true}, 2, nil, Check, false},
		{"an edit while a full check is to be repeated goes into it", &entry{generation: 2, at: later, check: later, full: true}, 2, nil, Full, false},
		{"an edit that carries out a plan starts a full check", &entry{generation: 2, at: later, check: later}, 2, func(o *v1alpha1.SecuredAPI) {
			o.Status.Plan = plan
		}, Full, false},
		{"an edit in mode Plan carries nothing out", &entry{generation: 2, at: later, check: later}, 2, func(o *v1alpha1.SecuredAPI) {
			o.Status.Plan = plan
			o.Spec.Mode = v1alpha1.ModePlan
		}, Edit, false},
		{"an edit while a plan in mode Apply waits for consent carries nothing out", &entry{generation: 2, at: later, check: later}, 2, func(o *v1alpha1.SecuredAPI) {
			o.Status.Plan = &v1alpha1.PlanStatus{Mode: v1alpha1.ModeApply}
		}, Edit, false},
		{"without an edit, a shown plan starts nothing", &entry{generation: 3, at: later, check: later}, 3, func(o *v1alpha1.SecuredAPI) {
			o.Status.Plan = plan
		}, 0, true},
		{"a check that is due later waits", &entry{generation: 3, at: later, check: later}, 3, nil, 0, true},
		{"a retry that is due later waits", &entry{generation: 3, at: later, check: later, amiss: true}, 3, nil, 0, true},
		{"a full check that is due later waits", &entry{generation: 3, at: later, check: later, full: true}, 3, nil, 0, true},
		{"a check that is due is made", &entry{generation: 3, at: start, check: start}, 3, nil, Check, false},
		{"a late check is made", &entry{generation: 3, at: start.Add(-time.Hour), check: start.Add(-time.Hour)}, 3, nil, Check, false},
		{"a retry before the check is due makes no check", &entry{generation: 3, at: start, check: later}, 3, nil, Retry, false},
		{"a retry after a failed check makes no check", &entry{generation: 3, at: start, check: later, amiss: true}, 3, nil, Retry, false},
		{"a failed full check is repeated as a full check", &entry{generation: 3, at: start, check: later, full: true}, 3, nil, Full, false},
	} {
		s := &Schedule{Interval: interval}
		o := ready("u")
		o.Generation, o.Status.ObservedGeneration = 3, tc.observed
		if tc.change != nil {
			tc.change(o)
		}
		if tc.known != nil {
			s.keep("u", *tc.known)
		}
		pass, wait := s.Next(o, start)
		if (wait > 0) != tc.wantWait || wait < 0 || wait > interval || !tc.wantWait && pass.Kind != tc.wantKind {
			t.Errorf("%s: got %s in %s, want %s and a wait: %t", tc.reason, pass.Kind, wait, tc.wantKind, tc.wantWait)
		}
		if pass.entry.generation != 3 {
			t.Errorf("%s: got generation %d, want 3", tc.reason, pass.entry.generation)
		}
	}
}

func TestConverged(t *testing.T) {
	pending := func(operation v1alpha1.Operation) []v1alpha1.ResourceRecord {
		return []v1alpha1.ResourceRecord{{Name: "userPool"}, {Name: "api", Pending: &v1alpha1.PendingOperation{Operation: operation}}}
	}
	for _, tc := range []struct {
		reason string
		change func(o *v1alpha1.SecuredAPI)
		want   bool
	}{
		{"nothing is left to do", func(*v1alpha1.SecuredAPI) {}, true},
		{"an edit was not reconciled", func(o *v1alpha1.SecuredAPI) { o.Generation++ }, false},
		{"it is being deleted", func(o *v1alpha1.SecuredAPI) { o.DeletionTimestamp = &metav1.Time{Time: start} }, false},
		{"it is Reconciling", func(o *v1alpha1.SecuredAPI) {
			o.Status.Conditions = []metav1.Condition{{Type: v1alpha1.ConditionReconciling, Status: metav1.ConditionTrue}}
		}, false},
		{"it is Stalled, so a person has to act", func(o *v1alpha1.SecuredAPI) {
			o.Status.Conditions = []metav1.Condition{{Type: v1alpha1.ConditionStalled, Status: metav1.ConditionTrue}}
		}, true},
		{"a creation is pending", func(o *v1alpha1.SecuredAPI) { o.Status.Resources = pending(v1alpha1.OperationCreate) }, false},
		{"an adoption waits for consent", func(o *v1alpha1.SecuredAPI) { o.Status.Resources = pending(v1alpha1.OperationAdopt) }, true},
	} {
		o := ready("u")
		tc.change(o)
		if got := Converged(o); got != tc.want {
			t.Errorf("%s: got %t, want %t", tc.reason, got, tc.want)
		}
	}
}

func TestObserved(t *testing.T) {
	ofGeneration := func(generation int64, reason string) []metav1.Condition {
		return []metav1.Condition{{Type: v1alpha1.ConditionReady, Status: metav1.ConditionFalse, Reason: reason, ObservedGeneration: generation}}
	}
	for _, tc := range []struct {
		reason     string
		observed   int64 // of an object whose spec has generation 3
		conditions []metav1.Condition
		want       bool
	}{
		{"the operator has not seen the object", -1, nil, false},
		{"AWS agrees with the spec", 3, nil, true},
		{"AWS agrees with the former spec", 2, ofGeneration(2, v1alpha1.ReasonSucceeded), false},
		{"the spec's plan is shown, and AWS has the former spec", 2, ofGeneration(3, v1alpha1.ReasonPlanned), true},
		{"the former spec's plan is shown", 2, ofGeneration(2, v1alpha1.ReasonPlanned), false},
		{"the operator works on the spec", 2, ofGeneration(3, v1alpha1.ReasonProgressing), false},
	} {
		o := ready("u")
		o.Generation, o.Status.ObservedGeneration, o.Status.Conditions = 3, tc.observed, tc.conditions
		if got := Observed(o); got != tc.want {
			t.Errorf("%s: got %t, want %t", tc.reason, got, tc.want)
		}
	}
}
