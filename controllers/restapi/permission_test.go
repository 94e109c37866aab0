package restapi

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/attached/invoke"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/hack/awslocal"
)

func TestAFunctionThatDoesNotExist(t *testing.T) {
	w := newWorld(t, guest("/a", server("https://b.example.com/")), guest("/b", function("f")), guest("/c", function("missing")))
	for range 2 {
		_, err := w.run()
		if reason(err) != v1alpha1.ReasonDependencyNotReady || !strings.Contains(err.Error(),
			"spec.routes[2].backend.lambda.function: Lambda function "+functions+"missing does not exist; create it or name another") {
			t.Errorf("got %v, want DependencyNotReady with field and remedy", err)
		}
	}
	w.aws.Lambda.Handle("missing", func(context.Context, json.RawMessage) (any, error) { return map[string]any{"statusCode": 200}, nil })
	w.converge()
	if got := w.get("prod", "/c"); got != http.StatusOK {
		t.Errorf("GET /c once the function is there: got %d, want 200", got)
	}
}

// A function that is being changed answers with the code that a statement has which is there.
func TestAFunctionThatIsBeingChanged(t *testing.T) {
	w := newWorld(t, recipe()...)
	w.aws.Inject(awslocal.Fault{
		Operation: "AddPermission", Kind: awslocal.RefuseBefore, Times: 1, Code: "ResourceConflictException", Status: http.StatusConflict,
		Message: "The operation cannot be performed at this time. An update is in progress for resource",
	})
	if _, err := w.run(); !awserr.Is(err, awserr.Conflict) {
		t.Errorf("got %v, want a conflict", err)
	}
	w.converge()
	if got := w.statements("f", nil); len(got) != 1 {
		t.Errorf("got statements %v, want one", got)
	}
}

func TestAPermissionThatWasTakenIsGivenAgain(t *testing.T) {
	w := newWorld(t, guest("/a", function("f")), guest("/b", function("g:live")))
	w.converge()
	for _, tc := range []struct {
		function  string
		qualifier *string
		arn       string
	}{{"f", nil, functions + "f"}, {"g", aws.String("live"), functions + "g:live"}} {
		id := invoke.StatementID(owner, w.id(NameAPI), "prod")
		if got := w.statements(tc.function, tc.qualifier); !slices.Equal(got, []string{id}) {
			t.Fatalf("%s: got statements %v, want %s", tc.arn, got, id)
		}
		_, err := w.sideLambda.RemovePermission(t.Context(), &awslambda.RemovePermissionInput{
			FunctionName: &tc.function, Qualifier: tc.qualifier, StatementId: &id,
		})
		if err != nil {
			t.Fatal(err)
		}
		// Somebody's statement that speaks of ours is not ours.
		_, err = w.sideLambda.AddPermission(t.Context(), &awslambda.AddPermissionInput{
			FunctionName: &tc.function, Qualifier: tc.qualifier, StatementId: aws.String("other"), Action: aws.String("lambda:InvokeFunction"),
			Principal: aws.String("events.amazonaws.com"), EventSourceToken: &id,
		})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := w.converge(looks("permission/"+tc.arn+"/prod")), "+ permission/"+tc.arn+"/prod"; got != want {
			t.Errorf("got %s done, want %s", got, want)
		}
		if got := w.statements(tc.function, tc.qualifier); !slices.Equal(got, []string{"other", id}) {
			t.Errorf("%s: got statements %v, want other and %s", tc.arn, got, id)
		}
	}
	if got := w.get("prod", "/b"); got != http.StatusOK {
		t.Errorf("GET /b, which an alias answers: got %d, want 200", got)
	}
}

// Permissions for a former API and for the one that there is have one id, the function's.
func TestAPermissionForAnotherAPIWhoseReplyIsLost(t *testing.T) {
	w := newWorld(t, guest("/a", function("f")))
	w.converge()
	_, err := w.side.DeleteRestApi(t.Context(), &apigateway.DeleteRestApiInput{RestApiId: aws.String(w.id(NameAPI))})
	if err != nil {
		t.Fatal(err)
	}
	w.aws.Inject(awslocal.Fault{Operation: "AddPermission", Kind: awslocal.LoseReply, Times: 1})
	if _, err := w.run(whole); !awserr.Uncertain(err) {
		t.Fatalf("got %v, want an error that leaves it open", err)
	}
	w.converge()
	if got := w.statements("f", nil); !slices.Equal(got, []string{invoke.StatementID(owner, w.id(NameAPI), "prod")}) {
		t.Errorf("got statements %v, want that of the new API", got)
	}
}

func TestAPolicyThatMakesNoSense(t *testing.T) {
	w := newWorld(t, recipe()...)
	w.converge()
	w.aws.Inject(awslocal.Fault{Operation: "GetPolicy", Kind: awslocal.RefuseBefore, Times: 1})
	if _, err := w.run(looks("permission/" + functions + "f/prod")); err == nil || !strings.Contains(err.Error(), "read permission/"+functions+"f") {
		t.Errorf("got %v, want an error of reading the permission", err)
	}
	if got := w.statements("f", nil); len(got) != 1 {
		t.Errorf("got statements %v, want one", got)
	}
}

// The API calls the former functions until something else is served.
func TestAPermissionStaysWhileTheOldRoutesAreServed(t *testing.T) {
	for _, operation := range []string{"PutRestApi", "CreateDeployment", "UpdateStage"} {
		w := newWorld(t, guest("/a", function("f")))
		w.converge()
		w.edit(func(spec *v1alpha1.SecuredAPISpec) { spec.Routes[0].Backend = function("g") })
		w.aws.Inject(awslocal.Fault{Operation: operation, Kind: awslocal.Throttle, Times: 1})
		if _, err := w.run(); !awserr.Is(err, awserr.Throttle) {
			t.Errorf("%s: got %v, want a throttle", operation, err)
		}
		if got := w.get("prod", "/a"); got != http.StatusOK {
			t.Errorf("%s: GET /a while the new function is not served yet: got %d, want 200", operation, got)
		}
		w.converge()
		if got := w.statements("f", nil); len(got) != 0 {
			t.Errorf("%s: got statements %v, want none", operation, got)
		}
	}
}

// One API's statement goes, not another's.
func TestAPermissionOfAnotherAPISurvives(t *testing.T) {
	w := newWorld(t, guest("/a", function("f")))
	w.converge()
	_, err := w.sideLambda.AddPermission(t.Context(), &awslambda.AddPermissionInput{
		FunctionName: aws.String("f"), StatementId: aws.String(invoke.StatementID(owner, "zz", "prod")), Action: aws.String("lambda:InvokeFunction"),
		Principal: aws.String("apigateway.amazonaws.com"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.remove(); err != nil {
		t.Fatal(err)
	}
	if got := w.statements("f", nil); !slices.Equal(got, []string{invoke.StatementID(owner, "zz", "prod")}) {
		t.Errorf("got statements %v, want that of API zz", got)
	}
}

func TestAFunctionThatIsGoneHoldsNoDeletion(t *testing.T) {
	w := newWorld(t, recipe()...)
	w.converge()
	w.aws.Lambda.Remove("f")
	if _, err := w.remove(); err != nil {
		t.Errorf("got %v, want none", err)
	}
}
