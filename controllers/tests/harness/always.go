package harness

import (
	"net/http"
	"sync/atomic"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	kstatus "sigs.k8s.io/cli-utils/pkg/kstatus/status"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// What holds whatever a test is about. Every wait for Ready or Stalled, and every pass of a Stepper, fails its test where it
// does not.

// judge holds the object against kstatus, as deployment tools read it.
func (w *World) judge(object *v1alpha1.SecuredAPI, want kstatus.Status) {
	w.T.Helper()
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
	if err != nil {
		w.T.Fatal(err)
	}
	result, err := kstatus.Compute(&unstructured.Unstructured{Object: content})
	if err != nil || result.Status != want {
		w.T.Errorf("kstatus says %v (%v), want %s", result, err, want)
	}
}

// withoutToken counts the calls of the recipe's guarded route without a token, in all tests.
var withoutToken struct{ calls, letIn atomic.Int64 }

// neverOpen fails if a stage that the operator made lets anybody into the recipe's guarded route, whatever the pass that
// has just ended came to.
func (m *Stepper) neverOpen(object *v1alpha1.SecuredAPI) {
	m.T.Helper()
	api := object.Status.API
	if api == nil {
		return
	}
	for _, stage := range Held(&object.Status, "stage/") {
		withoutToken.calls.Add(1)
		if got := m.StatusCode(m.AWS.URL + "/execute-api/" + api.ID + "/" + stage + "/registered"); got != http.StatusUnauthorized && got != http.StatusForbidden {
			withoutToken.letIn.Add(1)
			m.T.Errorf("stage %s answers %d without a token", stage, got)
		}
	}
}
