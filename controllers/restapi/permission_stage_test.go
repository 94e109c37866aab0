package restapi

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/hack/awslocal"
)

func TestStatementIDs(t *testing.T) {
	long := strings.Repeat("a", 128)
	for _, tc := range []struct{ reason, stage, want string }{
		{"a stage", "prod", "securedapi-abc-prod"},
		{"a stage with hyphens", "a-b_c", "securedapi-abc-a-b_c"},
		{"from before statements named a stage", "", "securedapi-abc"},
	} {
		if got := StatementID("abc", tc.stage); got != tc.want || StatementAPI(got) != "abc" {
			t.Errorf("%s: got %s, want %s; and back API %s, want abc", tc.reason, got, tc.want, StatementAPI(got))
		}
	}
	first, second := StatementID("abc", long), StatementID("abc", long[1:])
	if len(first) > 100 || first == second || StatementAPI(first) != "abc" {
		t.Errorf("of long stages: got %s and %s, want two of 100 characters at most", first, second)
	}
	if got := StatementAPI("abc"); got != "" {
		t.Errorf("of a statement of others: got API %s, want none", got)
	}
}

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
	if got, want := w.statements("f", nil), []string{StatementID(w.id(NameAPI), "live")}; !slices.Equal(got, want) {
		t.Errorf("got statements %v, want %v", got, want)
	}
	if got := w.get("live", "/a"); got != http.StatusOK {
		t.Errorf("GET /a of the new stage: got %d, want 200", got)
	}
}

// Former versions gave each API one permission, for all of its stages.
func TestAPermissionForAllStagesIsReplaced(t *testing.T) {
	w := newWorld(t, guest("/a", function("f")))
	w.converge()
	api := w.id(NameAPI)
	former, current := StatementID(api, ""), StatementID(api, "prod")
	_, err := w.sideLambda.AddPermission(t.Context(), &awslambda.AddPermissionInput{
		FunctionName: aws.String("f"), StatementId: &former, Action: aws.String("lambda:InvokeFunction"),
		Principal: aws.String("apigateway.amazonaws.com"), SourceArn: aws.String("arn:aws:execute-api:us-east-1:111111111111:" + api + "/*"),
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.sideLambda.RemovePermission(t.Context(), &awslambda.RemovePermissionInput{FunctionName: aws.String("f"), StatementId: &current})
	if err != nil {
		t.Fatal(err)
	}
	known := w.object.Status.Resource(permissionPrefix + functions + "f/prod")
	*known = v1alpha1.ResourceRecord{
		Name: permissionPrefix + functions + "f", ID: functions + "f", Under: api, Digest: "sha256:former", Verified: new(metav1.NewTime(w.now)),
	}
	bad := w.probed("/a", "prod")
	w.converge()
	if len(*bad) != 0 {
		t.Errorf("while the permission was replaced: got %v, want 200", *bad)
	}
	if got, want := w.statements("f", nil), []string{current}; !slices.Equal(got, want) {
		t.Errorf("got statements %v, want %v", got, want)
	}
}
