package outcome

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

func TestSummarize(t *testing.T) {
	throttled := Outcome{Reason: v1alpha1.ReasonWaitingForQuota, Message: "slow", Keep: true, After: RetryThrottle}
	denied := Outcome{Reason: v1alpha1.ReasonAccessDenied, Message: "no", Stalled: true, After: RetryStalled}
	waiting := Outcome{Reason: v1alpha1.ReasonProgressing, Message: "wait", After: RetrySoon}
	deployed := &v1alpha1.APIStatus{ID: "a", Stage: "beta", DeploymentID: "d"}
	for _, tc := range []struct {
		reason    string
		before    []Outcome // pool and api of a pass with generation 1
		api       *v1alpha1.APIStatus
		pool, rst Outcome
		observed  int64
		want      map[string]string
	}{
		{"both phases succeed", nil, deployed, Outcome{}, Outcome{}, 2, map[string]string{
			"Ready": "True Succeeded", "UserPoolReady": "True Succeeded", "APIReady": "True Succeeded", "Deployed": "True Succeeded", "AllRoutesGuarded": "True Succeeded",
		}},
		{"a throttle does not change Ready", []Outcome{{}, {}}, deployed, throttled, throttled, 1, map[string]string{
			"Ready": "True Succeeded", "UserPoolReady": "True Succeeded", "APIReady": "True Succeeded", "Deployed": "True Succeeded", "AllRoutesGuarded": "True Succeeded",
			"Reconciling": "True WaitingForQuota",
		}},
		{"a throttle before the first result leaves Ready Unknown", nil, nil, throttled, Awaiting(throttled), -1, map[string]string{
			"Ready": "Unknown WaitingForQuota", "UserPoolReady": "Unknown WaitingForQuota", "APIReady": "Unknown Progressing", "Deployed": "False Progressing", "AllRoutesGuarded": "Unknown Progressing",
			"Reconciling": "True WaitingForQuota",
		}},
		{"a denial before the first result stalls the object", nil, nil, denied, Awaiting(denied), 2, map[string]string{
			"Ready": "False AccessDenied", "UserPoolReady": "False AccessDenied", "APIReady": "False Progressing", "Deployed": "False Progressing", "AllRoutesGuarded": "Unknown Progressing",
			"Stalled": "True AccessDenied",
		}},
		{"after a new spec that fails, the last good deployment is served and guarded", []Outcome{{}, {}}, deployed, Outcome{}, denied, 2, map[string]string{
			"Ready": "False AccessDenied", "UserPoolReady": "True Succeeded", "APIReady": "False AccessDenied", "Deployed": "False AccessDenied", "AllRoutesGuarded": "True Succeeded",
			"Stalled": "True AccessDenied",
		}},
		{"after a person acted, Stalled goes", []Outcome{denied, Awaiting(denied)}, deployed, Outcome{}, Outcome{}, 2, map[string]string{
			"Ready": "True Succeeded", "UserPoolReady": "True Succeeded", "APIReady": "True Succeeded", "Deployed": "True Succeeded", "AllRoutesGuarded": "True Succeeded",
		}},
		{"a stage that serves a foreign deployment is not reported as guarded", []Outcome{{}, {}}, &v1alpha1.APIStatus{ID: "a", Stage: "beta"}, Outcome{}, throttled, 1, map[string]string{
			"Ready": "False WaitingForQuota", "UserPoolReady": "True Succeeded", "APIReady": "True Succeeded", "Deployed": "False WaitingForQuota", "AllRoutesGuarded": "Unknown WaitingForQuota",
			"Reconciling": "True WaitingForQuota",
		}},
		{"one phase stalls, the other continues: the object is not Stalled", []Outcome{{}, {}}, deployed, denied, waiting, 1, map[string]string{
			"Ready": "False AccessDenied", "UserPoolReady": "False AccessDenied", "APIReady": "False Progressing", "Deployed": "False Progressing", "AllRoutesGuarded": "True Succeeded",
			"Reconciling": "True AccessDenied",
		}},
	} {
		status := &v1alpha1.SecuredAPIStatus{ObservedGeneration: -1, API: deployed}
		if tc.before != nil {
			Summarize(status, 1, tc.before[0], tc.before[1], Outcome{})
		}
		status.API = tc.api
		Summarize(status, 2, tc.pool, tc.rst, Outcome{})
		got := map[string]string{}
		for _, c := range status.Conditions {
			got[c.Type] = string(c.Status) + " " + c.Reason
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
		ready := conditions{status, 2}.get(v1alpha1.ConditionReady)
		if throttledOnly := tc.pool.Keep && tc.rst.Keep && tc.before != nil && tc.api.DeploymentID != ""; throttledOnly && ready.ObservedGeneration != 1 {
			t.Errorf("%s: Ready speaks of the spec that AWS was seen to hold, not of %d", tc.reason, ready.ObservedGeneration)
		}
		if status.ObservedGeneration != tc.observed {
			t.Errorf("%s: observedGeneration is %d, want %d", tc.reason, status.ObservedGeneration, tc.observed)
		}
	}
}

func TestBeginAndEndLeaveOneOfReconcilingAndStalled(t *testing.T) {
	status := &v1alpha1.SecuredAPIStatus{API: &v1alpha1.APIStatus{DeploymentID: "d"}}
	MarkWorking(status, 1)
	if c := (conditions{status, 1}); c.get(v1alpha1.ConditionReconciling) == nil || c.get(v1alpha1.ConditionReady) == nil {
		t.Error("Reconciling and Ready are there from the start")
	}
	Summarize(status, 1, Outcome{}, Outcome{}, Outcome{})
	if c := (conditions{status, 1}); c.get(v1alpha1.ConditionReconciling) != nil || c.get(v1alpha1.ConditionStalled) != nil {
		t.Error("both go when all is well")
	}
}

func TestMarkMissing(t *testing.T) {
	const generation = 2
	for _, tc := range []struct {
		reason   string
		observed int64
		before   Outcome
		want     map[string]string
	}{
		{"an object that was Ready is not while a resource is missing", generation, Outcome{}, map[string]string{
			"Ready": "False Progressing", "Reconciling": "True Progressing",
		}},
		{"Ready still speaks of the former spec", generation - 1, Outcome{}, map[string]string{"Ready": "True Succeeded"}},
		{"an object that was not Ready keeps its reason", generation, Outcome{Reason: v1alpha1.ReasonAccessDenied, Message: "no", Stalled: true}, map[string]string{
			"Ready": "False AccessDenied", "Stalled": "True AccessDenied",
		}},
	} {
		status := &v1alpha1.SecuredAPIStatus{API: &v1alpha1.APIStatus{ID: "a", Stage: "beta", DeploymentID: "d"}}
		Summarize(status, tc.observed, tc.before, tc.before, Outcome{})
		MarkMissing(status, generation, "userpool")
		got := map[string]string{}
		for _, c := range status.Conditions {
			if c.Type == "Ready" || c.Type == "Reconciling" || c.Type == "Stalled" {
				got[c.Type] = string(c.Status) + " " + c.Reason
			}
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s: conditions (-want +got):\n%s", tc.reason, diff)
		}
	}
}

func TestWarn(t *testing.T) {
	status := &v1alpha1.SecuredAPIStatus{}
	Summarize(status, 2, Outcome{}, Outcome{}, Outcome{})
	Warn(status, 2, []string{"a", "b"})
	if got := Warnings(status); got != "a\nb" {
		t.Errorf("got %q, want both warnings", got)
	}
	if !meta.IsStatusConditionTrue(status.Conditions, v1alpha1.ConditionReady) || status.ObservedGeneration != 2 {
		t.Error("warnings are no part of Ready")
	}
	Warn(status, 3, nil)
	if meta.FindStatusCondition(status.Conditions, v1alpha1.ConditionWarnings) != nil || Warnings(status) != "" {
		t.Error("the condition is there only while it is true")
	}
}

// A plan changes nothing that is served, so what was proven of the stage stays; what was not proven does not become so.
func TestAPlanLeavesWhatTheStageServes(t *testing.T) {
	served := &v1alpha1.APIStatus{ID: "a", Stage: "beta", DeploymentID: "d"}
	for _, tc := range []struct {
		reason string
		before *v1alpha1.APIStatus // nil if there was no pass before the plan
		api    *v1alpha1.APIStatus
		want   string
	}{
		{"the stage serves what the operator read back", served, served, "True Succeeded"},
		{"somebody moved the stage", served, &v1alpha1.APIStatus{ID: "a", Stage: "beta"}, "Unknown Planned"},
		{"the API is gone", served, nil, "Unknown Planned"},
		{"nothing was ever served", nil, nil, ""},
	} {
		status := &v1alpha1.SecuredAPIStatus{API: tc.before}
		if tc.before != nil {
			Summarize(status, 1, Outcome{}, Outcome{}, Outcome{})
		}
		status.API = tc.api
		SummarizePlan(status, 2, 3, false)
		got := ""
		if c := (conditions{status, 2}).get(v1alpha1.ConditionAllRoutesGuarded); c != nil {
			got = string(c.Status) + " " + c.Reason
		}
		if got != tc.want {
			t.Errorf("%s: AllRoutesGuarded is %q, want %q", tc.reason, got, tc.want)
		}
	}
}
