package restapi

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
	"github.com/securedapi/securedapi/hack/awslocal"
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

// The API that is made in the place of a lost one is in doubt, or waits for its turn, when the spec drops the routes. What is known
// of the lost one keeps it in AWS no longer than that.
func TestALostAPIThatIsNotMadeAnew(t *testing.T) {
	for _, tc := range []struct {
		reason string
		fails  func(*world) func(*engine.Pass)
	}{
		{"the reply to its creation is lost", func(w *world) func(*engine.Pass) {
			w.aws.Inject(awslocal.Fault{Operation: "CreateRestApi", Kind: awslocal.LoseReply, Times: 1})
			return whole
		}},
		{"its creation is not carried out", func(w *world) func(*engine.Pass) {
			w.aws.Inject(awslocal.Fault{Operation: "CreateRestApi", Kind: awslocal.Cut, Times: 1})
			return whole
		}},
		{"it has no place yet", func(*world) func(*engine.Pass) {
			return func(p *engine.Pass) {
				p.Whole = true
				p.Reserve = func(context.Context, string) error { return errors.New("no place yet") }
			}
		}},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			w := newWorld(t, recipe()...)
			w.converge()
			out, err := w.side.DeleteRestApi(t.Context(), &apigateway.DeleteRestApiInput{RestApiId: aws.String(w.id(NameAPI))})
			must(t, out, err)
			fails := tc.fails(w)
			for range 3 {
				if _, err := w.run(fails); err != nil {
					t.Log(err)
				}
				if known := w.object.Status.Resource(NameAPI); known.ID == "" {
					break
				}
			}
			w.edit(func(spec *v1alpha1.SecuredAPISpec) { spec.Routes = nil })
			w.settle()
			w.settle()
			if got := w.apis(); len(got) != 0 {
				t.Errorf("got the APIs %v, want none", got)
			}
			for _, rec := range w.object.Status.Resources {
				if rec.Name != poolName {
					t.Errorf("got the record %+v kept, want it gone", rec)
				}
			}
			for _, function := range []string{"f", "g"} {
				if got := w.statements(function, nil); len(got) != 0 {
					t.Errorf("got the statements %v of %s, want none", got, function)
				}
			}
		})
	}
}
