package restapi

import (
	"net/http"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/attached/invoke"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// Another stage of the API, which somebody else made, has no permission of ours.
func TestAPermissionIsForOurStage(t *testing.T) {
	w := newWorld(t, guest("/a", function("f")))
	w.converge()
	_, err := w.side.CreateStage(t.Context(), &apigateway.CreateStageInput{
		RestApiId: aws.String(w.id(NameAPI)), StageName: aws.String("theirs"), DeploymentId: aws.String(w.id(deploymentName)),
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := w.get("prod", "/a"); got != http.StatusOK {
		t.Errorf("GET /a of our stage: got %d, want 200", got)
	}
	if got := w.get("theirs", "/a"); got != http.StatusInternalServerError {
		t.Errorf("GET /a of another stage: got %d, want 500, which API Gateway answers when it must not call the function", got)
	}
}

// probed notes what each stage that is there answers, before and after each of our calls.
func (w *world) probed(path string, stages ...string) *[]string {
	var bad []string
	look := func(when string) func(awslocal.Call) {
		return func(call awslocal.Call) {
			for _, stage := range stages {
				if got := w.get(stage, path); got != http.StatusOK && got != http.StatusForbidden {
					bad = append(bad, when+" "+call.Operation+": "+stage+" "+http.StatusText(got))
				}
			}
		}
	}
	w.aws.Hook(awslocal.Hook{Before: look("before"), After: look("after")})
	return &bad
}

func TestAServedStageIsNeverWithoutPermission(t *testing.T) {
	w := newWorld(t, guest("/a", function("f")))
	w.converge()
	bad := w.probed("/a", "prod", "live")
	w.edit(func(spec *v1alpha1.SecuredAPISpec) { spec.Stage = "live" })
	w.converge()
	if len(*bad) != 0 {
		t.Errorf("while the stage was renamed: got %v, want 200 of each stage that is there", *bad)
	}
	if got, want := w.statements("f", nil), []string{invoke.StatementID(owner, w.id(NameAPI), "live")}; !slices.Equal(got, want) {
		t.Errorf("got statements %v, want %v", got, want)
	}
	if got := w.get("live", "/a"); got != http.StatusOK {
		t.Errorf("GET /a of the new stage: got %d, want 200", got)
	}
}
