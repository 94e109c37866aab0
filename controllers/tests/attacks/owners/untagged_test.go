package owners_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	apigwtypes "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/tests/attacks/report"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// Whoever wants nothing of a planted resource removes one of its owner tags. The object then gets a resource of its own, and the planted
// one stays as it is, also when the object is deleted.
func TestANewResourceIsMadeOnceAPlantedOneLosesItsTags(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		how   string
		api   bool
		owner func(*engine.Owner)
		tags  []string
	}{
		{"a pool with a trigger, without the tag of the cluster", false, func(*engine.Owner) {}, []string{engine.TagCluster}},
		{"a pool with a trigger, without the tag of the namespace", false, func(*engine.Owner) {}, []string{engine.TagNamespace}},
		{"a pool with a trigger, without the tag of the name", false, func(*engine.Owner) {}, []string{engine.TagName}},
		{
			"a pool of a former namespace, without all three", false, func(o *engine.Owner) { o.NamespaceUID = "former" },
			[]string{engine.TagCluster, engine.TagNamespace, engine.TagName},
		},
		{"an API with a stage, without the tag of the name", true, func(*engine.Owner) {}, []string{engine.TagName}},
	} {
		t.Run(tc.how, func(t *testing.T) {
			t.Parallel()
			report.Attack(t, "a planted resource is taken for the object's own", "its tags are removed: "+tc.how)
			w := harness.NewWorld(t, harness.ResyncNever)
			owner := ownerOf(w)
			tc.owner(&owner)
			var id string
			if tc.api {
				id = w.MakeAPI(owner.ResourceName(), "evil", owner.Tags(""))
			} else {
				id = plantPool(w, owner, &ciptypes.LambdaConfigType{PreTokenGeneration: aws.String(evil)})
			}
			object := w.Create(w.Recipe())
			w.AwaitStalled(object, v1alpha1.ReasonAwaitingAcknowledgement)
			if tc.api {
				harness.Must[*apigateway.UntagResourceOutput](w)(w.Gateway().UntagResource(t.Context(), &apigateway.UntagResourceInput{
					ResourceArn: aws.String("arn:aws:apigateway:us-east-1::/restapis/" + id), TagKeys: tc.tags,
				}))
			} else {
				harness.Must[*cip.UntagResourceOutput](w)(w.Cognito().UntagResource(t.Context(), &cip.UntagResourceInput{
					ResourceArn: aws.String("arn:aws:cognito-idp:us-east-1:111111111111:userpool/" + id), TagKeys: tc.tags,
				}))
			}
			planted := func() any {
				if tc.api {
					return w.API(t.Context(), apiByID(w, id))
				}
				return w.Pool(t.Context(), id)
			}
			before := planted()
			w.AskNow(object)
			w.AwaitReady(object)
			if object.Status.UserPool.ID == id || object.Status.API.ID == id || object.Status.Plan != nil {
				t.Errorf("got the pool %s, the API %s and the plan %+v, want new ones in the place of %s, and no plan",
					object.Status.UserPool.ID, object.Status.API.ID, object.Status.Plan, id)
			}
			w.Delete(object)
			if diff := cmp.Diff(before, planted()); diff != "" {
				t.Errorf("the planted one was changed (-before +after):\n%s", diff)
			}
		})
	}
}

// apiByID is an API of the account.
func apiByID(w *harness.World, id string) (found apigwtypes.RestApi) {
	w.T.Helper()
	for _, api := range harness.Must[*apigateway.GetRestApisOutput](w)(w.Gateway().GetRestApis(w.T.Context(), nil)).Items {
		if *api.Id == id {
			return api
		}
	}
	w.T.Fatalf("there is no API %s", id)
	return found
}
