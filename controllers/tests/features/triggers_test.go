package features_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/operatorrole"
)

// signInWithPassword makes a user and signs in with the password.
func signInWithPassword(t *testing.T, w *harness.World, object *v1alpha1.SecuredAPI) (*cip.InitiateAuthOutput, error) {
	t.Helper()
	pool := &object.Status.UserPool.ID
	harness.Must[*cip.AdminCreateUserOutput](w)(w.Cognito().AdminCreateUser(t.Context(), &cip.AdminCreateUserInput{
		UserPoolId: pool, Username: aws.String(ada), UserAttributes: verified(), MessageAction: types.MessageActionTypeSuppress,
	}))
	harness.Must[*cip.AdminSetUserPasswordOutput](w)(w.Cognito().AdminSetUserPassword(t.Context(), &cip.AdminSetUserPasswordInput{
		UserPoolId: pool, Username: aws.String(ada), Password: aws.String(adaPassword), Permanent: true,
	}))
	return w.Cognito().InitiateAuth(t.Context(), &cip.InitiateAuthInput{
		ClientId: &object.Status.Clients[0].ID, AuthFlow: types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": ada, "PASSWORD": adaPassword},
	})
}

// claimsOf are the claims of a token, which nobody checks here: API Gateway does.
func claimsOf(t *testing.T, token string) map[string]any {
	t.Helper()
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(payload, &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

// The sample of triggers, as it is: what its function says of a user is in the token, and the route's function reads it.
func TestTheSampleOfTriggersChangesTokens(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	var claims string
	w.AWS.Lambda.Handle("Teams", func(context.Context, json.RawMessage) (any, error) {
		return map[string]any{
			"response": map[string]any{"claimsOverrideDetails": map[string]any{"claimsToAddOrOverride": map[string]string{"team": "red"}}},
		}, nil
	})
	w.AWS.Lambda.Handle("Orders", func(_ context.Context, event json.RawMessage) (any, error) {
		claims = string(event)
		return map[string]any{"statusCode": http.StatusOK}, nil
	})
	operatorrole.LetRoutesCall(w.AWS, "Teams", "Orders")
	object := w.Create(w.Sample("triggers"))
	w.AwaitReady(object)
	begun, err := signInWithPassword(t, w, object)
	if err != nil {
		t.Fatal(err)
	}
	token := *begun.AuthenticationResult.IdToken
	if got := claimsOf(t, token)["team"]; got != "red" {
		t.Errorf("the ID token's team: got %v, want red", got)
	}
	if got := callWith(t, http.MethodGet, object.Status.Endpoint+"/roster", token); got != http.StatusOK {
		t.Errorf("GET /roster with the ID token: got %d, want 200", got)
	}
	if !strings.Contains(claims, `"team":"red"`) {
		t.Errorf("the route's function got %s, want the claim", claims)
	}
}

// A function that refuses a sign-in is asked by the operator's own permission, also the one that takes its place.
func TestATriggerIsAsked(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Recipe()
	object.Spec.Clients[0].AuthFlows = []v1alpha1.AuthFlow{v1alpha1.AuthFlowPassword}
	refuses := func(context.Context, json.RawMessage) (any, error) { return nil, errors.New("not today") }
	w.AWS.Lambda.Handle("GuestHandler", refuses)
	w.AWS.Lambda.Handle("OtherHandler", refuses)
	object.Spec.UserPool.Triggers = []v1alpha1.Trigger{{Event: v1alpha1.TriggerPreAuthentication, Function: "GuestHandler"}}
	w.Create(object)
	w.AwaitReady(object)
	const refused = "UserLambdaValidationException: PreAuthentication failed with error not today."
	says := func(err error) string {
		if answer, ok := errors.AsType[smithy.APIError](err); ok {
			return answer.ErrorCode() + ": " + answer.ErrorMessage()
		}
		return ""
	}
	if _, err := signInWithPassword(t, w, object); says(err) != refused {
		t.Errorf("a sign-in: got %v, want %s", err, refused)
	}
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.Triggers[0].Function = "OtherHandler" })
	w.AwaitReady(object)
	if _, err := w.Cognito().InitiateAuth(t.Context(), &cip.InitiateAuthInput{
		ClientId: &object.Status.Clients[0].ID, AuthFlow: types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": ada, "PASSWORD": adaPassword},
	}); says(err) != refused {
		t.Errorf("a sign-in with another function: got %v, want %s", err, refused)
	}
	if got := object.Status.ForeignResources; len(got) != 0 {
		t.Errorf("got the foreign resources %v, want none: the spec names the trigger", got)
	}
}

// An object that was restored without its status, and is deleted, finds the permissions that it gave: to the pool and to the API.
func TestADeletionWithoutStatusTakesPermissionsBack(t *testing.T) {
	t.Parallel()
	m := harness.NewStepper(t)
	object := m.Recipe()
	object.Spec.UserPool.Triggers = []v1alpha1.Trigger{{Event: v1alpha1.TriggerPreSignUp, Function: "OtherHandler"}}
	m.Create(object)
	m.RunUntil(object, m.Ready(object))
	object.Status = v1alpha1.SecuredAPIStatus{}
	if err := m.Client.Status().Update(t.Context(), object); err != nil {
		t.Fatal(err)
	}
	if err := m.Client.Delete(t.Context(), object); err != nil {
		t.Fatal(err)
	}
	m.RunUntil(object, m.Gone(object))
	if diff := cmp.Diff(harness.Inventory{}, m.Inventory()); diff != "" {
		t.Errorf("what remains (-want +got):\n%s", diff)
	}
}
