package controllers_test

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
)

func TestRule5AStageThatServesSomethingElseIsDrift(t *testing.T) {
	t.Parallel()
	for name, byHand := range map[string]func(w *world, api string){
		"another deployment": func(w *world, api string) {
			must[*apigateway.CreateDeploymentOutput](w)(w.gateway().CreateDeployment(w.t.Context(), &apigateway.CreateDeploymentInput{RestApiId: &api, StageName: aws.String("beta")}))
		},
		"an older deployment": func(w *world, api string) {
			other := must[*apigateway.CreateDeploymentOutput](w)(w.gateway().CreateDeployment(w.t.Context(), &apigateway.CreateDeploymentInput{RestApiId: &api, StageName: aws.String("other")}))
			must[*apigateway.UpdateStageOutput](w)(w.gateway().UpdateStage(w.t.Context(), &apigateway.UpdateStageInput{
				RestApiId: &api, StageName: aws.String("beta"),
				PatchOperations: []apigwtypes.PatchOperation{{Op: apigwtypes.OpReplace, Path: aws.String("/deploymentId"), Value: other.Id}},
			}))
		},
		"no stage": func(w *world, api string) {
			must[*apigateway.DeleteStageOutput](w)(w.gateway().DeleteStage(w.t.Context(), &apigateway.DeleteStageInput{RestApiId: &api, StageName: aws.String("beta")}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 300*time.Millisecond)
			object := w.create(w.recipe())
			w.awaitReady(object)
			before := object.Status.API.DeploymentID
			byHand(w, object.Status.API.ID)
			w.eventually("the stage to serve the proven deployment again", func(ctx context.Context) (bool, string) {
				out, err := w.gateway().GetStage(ctx, &apigateway.GetStageInput{RestApiId: &object.Status.API.ID, StageName: aws.String("beta")})
				return err == nil && *out.DeploymentId == before, fmt.Sprint(err)
			})
			w.await(object, "status to say so", func(o *v1alpha1.SecuredAPI) bool { return o.Status.API.DeploymentID == before && isReady(o) })
			stage := must[*apigateway.GetStageOutput](w)(w.gateway().GetStage(t.Context(), &apigateway.GetStageInput{RestApiId: &object.Status.API.ID, StageName: aws.String("beta")}))
			deployment := must[*apigateway.GetDeploymentOutput](w)(w.gateway().GetDeployment(t.Context(), &apigateway.GetDeploymentInput{RestApiId: &object.Status.API.ID, DeploymentId: stage.DeploymentId}))
			if *stage.DeploymentId != object.Status.API.DeploymentID || !strings.Contains(aws.ToString(deployment.Description), object.Status.API.Digest) {
				t.Errorf("the stage serves what status says, with the model's digest: %s %q", *stage.DeploymentId, aws.ToString(deployment.Description))
			}
		})
	}
}
