package rules_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	apigwtypes "github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

func TestRule5AStageWithAnotherDeploymentIsDrift(t *testing.T) {
	t.Parallel()
	for name, byHand := range map[string]func(w *harness.World, api string){
		"another deployment": func(w *harness.World, api string) {
			harness.Must[*apigateway.CreateDeploymentOutput](w)(w.Gateway().CreateDeployment(w.T.Context(), &apigateway.CreateDeploymentInput{RestApiId: &api, StageName: aws.String("beta")}))
		},
		"an older deployment": func(w *harness.World, api string) {
			other := harness.Must[*apigateway.CreateDeploymentOutput](w)(w.Gateway().CreateDeployment(w.T.Context(), &apigateway.CreateDeploymentInput{RestApiId: &api, StageName: aws.String("other")}))
			harness.Must[*apigateway.UpdateStageOutput](w)(w.Gateway().UpdateStage(w.T.Context(), &apigateway.UpdateStageInput{
				RestApiId: &api, StageName: aws.String("beta"),
				PatchOperations: []apigwtypes.PatchOperation{{Op: apigwtypes.OpReplace, Path: aws.String("/deploymentId"), Value: other.Id}},
			}))
		},
		"no stage": func(w *harness.World, api string) {
			harness.Must[*apigateway.DeleteStageOutput](w)(w.Gateway().DeleteStage(w.T.Context(), &apigateway.DeleteStageInput{RestApiId: &api, StageName: aws.String("beta")}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := harness.NewWorld(t, 300*time.Millisecond)
			object := w.Create(w.Recipe())
			w.AwaitReady(object)
			before := object.Status.API.DeploymentID
			byHand(w, object.Status.API.ID)
			w.Eventually("the stage to serve the proven deployment again", func(ctx context.Context) (bool, string) {
				out, err := w.Gateway().GetStage(ctx, &apigateway.GetStageInput{RestApiId: &object.Status.API.ID, StageName: aws.String("beta")})
				return err == nil && *out.DeploymentId == before, fmt.Sprint(err)
			})
			w.Await(object, "status to say so", func(o *v1alpha1.SecuredAPI) bool { return o.Status.API.DeploymentID == before && harness.IsReady(o) })
			stage := harness.Must[*apigateway.GetStageOutput](w)(w.Gateway().GetStage(t.Context(), &apigateway.GetStageInput{RestApiId: &object.Status.API.ID, StageName: aws.String("beta")}))
			deployment := harness.Must[*apigateway.GetDeploymentOutput](w)(w.Gateway().GetDeployment(t.Context(), &apigateway.GetDeploymentInput{RestApiId: &object.Status.API.ID, DeploymentId: stage.DeploymentId}))
			if *stage.DeploymentId != object.Status.API.DeploymentID || !strings.Contains(aws.ToString(deployment.Description), object.Status.API.Digest) {
				t.Errorf("the stage serves what status says, with the model's digest: %s %q", *stage.DeploymentId, aws.ToString(deployment.Description))
			}
		})
	}
}
