package restapi

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// Somebody deletes the API, and the spec drops its routes before anything looked: there is nothing to make anew.
func TestALostAPIThatNobodyAsksFor(t *testing.T) {
	w := newWorld(t, recipe()...)
	w.converge()
	out, err := w.side.DeleteRestApi(t.Context(), &apigateway.DeleteRestApiInput{RestApiId: aws.String(w.id(NameAPI))})
	must(t, out, err)
	w.edit(func(spec *v1alpha1.SecuredAPISpec) { spec.Routes = nil })
	var told plan.Plan
	w.converge(func(p *engine.Pass) { p.Drifted = func(repair plan.Plan) { told = append(told, repair...) } })
	if len(told) != 0 {
		t.Errorf("got %s told, want nothing: it is not made anew", told)
	}
	for _, rec := range w.object.Status.Resources {
		if rec.Name != poolName {
			t.Errorf("got the record %+v kept, want it gone", rec)
		}
	}
}
