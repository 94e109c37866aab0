package owners_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/attached/invoke"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/tests/attacks/report"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// An attacker who may write status cannot make the operator change another team's resources.
func TestAForgedStatusChangesNoResourceOfOthers(t *testing.T) {
	t.Parallel()
	record := func(s *v1alpha1.SecuredAPIStatus, name string) *v1alpha1.ResourceRecord {
		if known := s.Resource(name); known != nil {
			return known
		}
		s.Resources = append(s.Resources, v1alpha1.ResourceRecord{Name: name})
		return &s.Resources[len(s.Resources)-1]
	}
	for _, tc := range []struct {
		how   string
		forge func(s *v1alpha1.SecuredAPIStatus, theirs victim)
	}{
		{"the user pool's id", func(s *v1alpha1.SecuredAPIStatus, theirs victim) { record(s, "userPool").ID = theirs.pool }},
		{"the API's id", func(s *v1alpha1.SecuredAPIStatus, theirs victim) { record(s, "api").ID = theirs.api }},
		{"a stage of the other API", func(s *v1alpha1.SecuredAPIStatus, theirs victim) {
			*record(s, "stage/live") = v1alpha1.ResourceRecord{Name: "stage/live", ID: "live", Under: theirs.api}
		}},
		{"a client of the other pool", func(s *v1alpha1.SecuredAPIStatus, theirs victim) {
			*record(s, "client/web") = v1alpha1.ResourceRecord{Name: "client/web", ID: theirs.client, Under: theirs.pool}
		}},
		{"the other pool's client id in the record of the object's own client", func(s *v1alpha1.SecuredAPIStatus, theirs victim) {
			record(s, "client/web").ID, record(s, "client/web").Verified = theirs.client, nil
		}},
		{"replaced deployments of the other API", func(s *v1alpha1.SecuredAPIStatus, theirs victim) {
			for range 8 {
				record(s, "deployment").Retired = append(record(s, "deployment").Retired, v1alpha1.RetiredResource{ID: "abc123", Under: theirs.api})
			}
			record(s, "deployment").Retired[0].Until = new(metav1.Time{})
		}},
		{"a permission of the other API", func(s *v1alpha1.SecuredAPIStatus, theirs victim) {
			name := "permission/arn:aws:lambda:us-east-1:111111111111:function:OtherHandler/live"
			*record(s, name) = v1alpha1.ResourceRecord{Name: name, ID: strings.TrimPrefix(name, "permission/"), Under: theirs.api}
		}},
		{"an adoption that was agreed to", func(s *v1alpha1.SecuredAPIStatus, theirs victim) {
			*record(s, "userPool") = v1alpha1.ResourceRecord{Name: "userPool", ID: theirs.pool, Adopted: true, Digest: "sha256:forged"}
		}},
	} {
		t.Run(tc.how, func(t *testing.T) {
			t.Parallel()
			report.Attack(t, "a forged status takes what another team has", tc.how)
			w := harness.NewWorld(t, harness.ResyncNever)
			theirs := another(w)
			other := engine.Owner{Cluster: w.ClusterID, Namespace: "pay", Name: "api"}
			statement := invoke.StatementID(other, theirs.api, theirs.stage)
			harness.Must[*awslambda.AddPermissionOutput](w)(w.Lambda().AddPermission(t.Context(), &awslambda.AddPermissionInput{
				FunctionName: aws.String("OtherHandler"), StatementId: &statement, Action: aws.String("lambda:InvokeFunction"),
				Principal: aws.String("apigateway.amazonaws.com"),
			}))
			before := w.Inventory()
			object := w.Create(w.Recipe())
			w.AwaitReady(object)
			forge(w, object, func(s *v1alpha1.SecuredAPIStatus) { tc.forge(s, theirs) })
			w.AWS.ResetCalls()
			w.AskNow(object)
			w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Routes = o.Spec.Routes[1:] })
			w.AskNow(object)
			for _, call := range w.AWS.Calls() {
				if secrets := []string{"ListUserPoolClientSecrets", "AddUserPoolClientSecret"}; slices.Contains(secrets, call.Operation) {
					t.Errorf("got the call %s, want no look at another's secrets", call.Operation)
				}
			}
			w.Delete(object)
			after := w.Inventory()
			keep := func(all harness.Inventory) harness.Inventory {
				all.Pools = slices.DeleteFunc(all.Pools, func(p harness.PoolItem) bool { return p.Name != "pay-api" })
				all.APIs = slices.DeleteFunc(all.APIs, func(a harness.APIItem) bool { return !strings.HasPrefix(a.Name, "pay-api") })
				all.Granted = slices.DeleteFunc(all.Granted, func(f string) bool { return f != "OtherHandler" })
				return all
			}
			if diff := cmp.Diff(keep(before), keep(after)); diff != "" {
				t.Errorf("what the other team has (-before +after):\n%s", diff)
			}
		})
	}
}

// status.account completes the name of a function to an ARN. A forged account does not give access to a function of that account.
func TestAForgedAccountInvokesNoFunctionOfOthers(t *testing.T) {
	t.Parallel()
	report.Attack(t, "a forged account makes a name mean another account's function", "status.account")
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	forge(w, object, func(s *v1alpha1.SecuredAPIStatus) { s.Account = "222222222222" })
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Routes[1].Access = v1alpha1.AccessRegistered })
	w.AskNow(object)
	resources := harness.Must[*apigateway.GetResourcesOutput](w)(w.Gateway().GetResources(t.Context(), &apigateway.GetResourcesInput{
		RestApiId: &object.Status.API.ID, Embed: []string{"methods"},
	}))
	for _, resource := range resources.Items {
		for name, method := range resource.ResourceMethods {
			if method.MethodIntegration != nil && strings.Contains(aws.ToString(method.MethodIntegration.Uri), "222222222222") {
				t.Errorf("%s %s calls %s, want a function of account 111111111111", name, *resource.Path, *method.MethodIntegration.Uri)
			}
		}
	}
}
