package owners_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	apigwtypes "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/tests/attacks/report"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

const evil = "arn:aws:lambda:us-east-1:111111111111:function:OtherHandler"

// plantPool makes a user pool that carries the tags of an object that is not there yet.
func plantPool(w *harness.World, owner engine.Owner, triggers *ciptypes.LambdaConfigType) string {
	w.T.Helper()
	return *harness.Must[*cip.CreateUserPoolOutput](w)(w.Cognito().CreateUserPool(w.T.Context(), &cip.CreateUserPoolInput{
		PoolName: aws.String(owner.ResourceName()), UsernameAttributes: []ciptypes.UsernameAttributeType{"email"},
		UserPoolTags: owner.Tags(""), LambdaConfig: triggers,
	})).UserPool.Id
}

// An attacker prepares a user pool or an API with the owner tags of a future object, and with something in it that issues tokens or
// accepts foreign ones.
func TestAPlantedResourceIsAdoptedOnlyWithConsent(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		how   string
		plant func(w *harness.World, owner engine.Owner) (id string)
		words string
	}{
		{"a pool of a deleted namespace with the same name", func(w *harness.World, owner engine.Owner) string {
			owner.NamespaceUID = "former"
			return plantPool(w, owner, nil)
		}, "another namespace with this name"},
		{"a pool without the namespace's uid", func(w *harness.World, owner engine.Owner) string {
			owner.NamespaceUID = ""
			return plantPool(w, owner, nil)
		}, "another namespace with this name"},
		{"a pool with a trigger that changes tokens", func(w *harness.World, owner engine.Owner) string {
			return plantPool(w, owner, &ciptypes.LambdaConfigType{PreTokenGeneration: aws.String(evil)})
		}, "trigger/preTokenGeneration " + evil},
		{"a pool with a trigger that confirms every sign-up", func(w *harness.World, owner engine.Owner) string {
			return plantPool(w, owner, &ciptypes.LambdaConfigType{PreSignUp: aws.String(evil)})
		}, "trigger/preSignUp " + evil},
		{"a pool with an identity provider", func(w *harness.World, owner engine.Owner) string {
			id := plantPool(w, owner, nil)
			addProvider(w, id)
			return id
		}, "identityProvider/Evil"},
		{"a pool with a foreign client", func(w *harness.World, owner engine.Owner) string {
			id := plantPool(w, owner, nil)
			addClient(w, id)
			return id
		}, "client/evil"},
		{"an API with a foreign authorizer", func(w *harness.World, owner engine.Owner) string {
			id := w.MakeAPI(owner.ResourceName(), "beta", owner.Tags(""))
			harness.Must[*apigateway.CreateAuthorizerOutput](w)(w.Gateway().CreateAuthorizer(w.T.Context(), &apigateway.CreateAuthorizerInput{
				RestApiId: &id, Name: aws.String("evil"), Type: apigwtypes.AuthorizerTypeToken, IdentitySource: aws.String("method.request.header.Authorization"),
				AuthorizerUri: aws.String("arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/" + evil + "/invocations"),
			}))
			return id
		}, "authorizer/evil"},
		{"an API with a foreign stage", func(w *harness.World, owner engine.Owner) string {
			return w.MakeAPI(owner.ResourceName(), "evil", owner.Tags(""))
		}, "stage/evil"},
	} {
		t.Run(tc.how, func(t *testing.T) {
			t.Parallel()
			report.Attack(t, "a planted resource is taken for the object's own", tc.how)
			w := harness.NewWorld(t, harness.ResyncNever)
			id := tc.plant(w, ownerOf(w))
			asked := w.Recipe()
			asked.Spec.DeletionPolicy = ""
			object := w.Create(asked)
			message := w.AwaitStalled(object, v1alpha1.ReasonAwaitingAcknowledgement)
			for _, words := range []string{id, tc.words, "remove its tags"} {
				if !strings.Contains(message, words) {
					t.Errorf("got the message %q, want %q in it", message, words)
				}
			}
			if got := object.Status.Endpoint; got != "" && strings.Contains(got, id) {
				t.Errorf("the endpoint %s is of the planted API", got)
			}
			if plan := strings.Join(harness.PlanWords(object), "\n"); !strings.Contains(plan, "= ") || !strings.Contains(plan, id) {
				t.Errorf("the plan does not say that %s is adopted:\n%s", id, plan)
			}
			// A person agrees.
			w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Acknowledge = o.Status.Plan.Hash })
			w.AwaitReady(object)
			if object.Status.UserPool.ID != id && object.Status.API.ID != id {
				t.Errorf("after a person agreed: got the pool %s and the API %s, want one to be %s", object.Status.UserPool.ID, object.Status.API.ID, id)
			}
			if got := object.EffectiveDeletionPolicy(); got != v1alpha1.DeletionProtect {
				t.Errorf("got the default deletion policy %s, want %s: the spec adopts nothing", got, v1alpha1.DeletionProtect)
			}
		})
	}
}

func addProvider(w *harness.World, pool string) {
	w.T.Helper()
	harness.Must[*cip.CreateIdentityProviderOutput](w)(w.Cognito().CreateIdentityProvider(w.T.Context(), &cip.CreateIdentityProviderInput{
		UserPoolId: &pool, ProviderName: aws.String("Evil"), ProviderType: ciptypes.IdentityProviderTypeTypeOidc,
		ProviderDetails: map[string]string{
			"client_id": "evil", "client_secret": "topsecret", "oidc_issuer": "https://evil.example.com",
			"authorize_scopes": "openid", "attributes_request_method": "GET",
		},
	}))
}

func addClient(w *harness.World, pool string) (id string) {
	w.T.Helper()
	return *harness.Must[*cip.CreateUserPoolClientOutput](w)(w.Cognito().CreateUserPoolClient(w.T.Context(), &cip.CreateUserPoolClientInput{
		UserPoolId: &pool, ClientName: aws.String("evil"), ExplicitAuthFlows: []ciptypes.ExplicitAuthFlowsType{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
	})).UserPoolClient.ClientId
}

// An object that is deleted before the adoption was acknowledged keeps resources that it may not have created.
func TestADeletionKeepsPlantedResources(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		how    string
		former bool
		client bool
	}{
		{"the same names in a new namespace, deletionPolicy Delete", true, false},
		{"a client of somebody else in the pool of an object that lost its status, deletionPolicy Delete", false, true},
	} {
		t.Run(tc.how, func(t *testing.T) {
			t.Parallel()
			report.Attack(t, "a deletion takes down a pool that waits for consent", tc.how)
			w := harness.NewWorld(t, harness.ResyncNever)
			owner := ownerOf(w)
			if tc.former {
				owner.NamespaceUID = "former"
			}
			id := plantPool(w, owner, nil)
			if tc.client {
				harness.Must[*cip.CreateUserPoolClientOutput](w)(w.Cognito().CreateUserPoolClient(t.Context(), &cip.CreateUserPoolClientInput{
					UserPoolId: &id, ClientName: aws.String("theirs"),
				}))
			}
			object := w.Create(w.Recipe())
			w.AwaitStalled(object, v1alpha1.ReasonAwaitingAcknowledgement)
			w.Delete(object)
			if got := *w.DescribePool().Id; got != id {
				t.Errorf("got the pool %s, want %s as it was", got, id)
			}
		})
	}
}

// A stage with another owner's tags is not deleted, although it is in the object's API and has the spec's name, and not used either.
func TestAStageOfAnotherOwnerIsKept(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		how  string
		edit func(*v1alpha1.SecuredAPI)
	}{
		{"the stage renamed in the spec", func(o *v1alpha1.SecuredAPI) { o.Spec.Stage = "live" }},
		{"a route edited", func(o *v1alpha1.SecuredAPI) { o.Spec.Routes[1].Access = v1alpha1.AccessRegistered }},
		{"the routes taken out", func(o *v1alpha1.SecuredAPI) { o.Spec.Routes = nil }},
	} {
		t.Run(tc.how, func(t *testing.T) {
			t.Parallel()
			report.Attack(t, "a stage is used that another owner's tags are on", tc.how)
			w := harness.NewWorld(t, harness.ResyncNever)
			object := w.Create(w.Recipe())
			w.AwaitReady(object)
			api := object.Status.API.ID
			other := engine.Owner{Cluster: w.ClusterID, Namespace: "pay", Name: "api"}
			harness.Must[*apigateway.TagResourceOutput](w)(w.Gateway().TagResource(t.Context(), &apigateway.TagResourceInput{
				ResourceArn: aws.String("arn:aws:apigateway:us-east-1::/restapis/" + api + "/stages/beta"), Tags: other.Tags(""),
			}))
			w.Update(object, tc.edit)
			message := w.AwaitStalled(object, v1alpha1.ReasonOwnershipConflict)
			if !strings.Contains(message, "stage/beta") || !strings.Contains(message, "pay/api") {
				t.Errorf("got the message %q, want the stage and its owner in it", message)
			}
			_, err := w.Gateway().GetStage(t.Context(), &apigateway.GetStageInput{RestApiId: &api, StageName: aws.String("beta")})
			if err != nil {
				t.Errorf("the stage is not there any more: %v", err)
			}
		})
	}
}

// An attacker who may create Secrets, but not read them, creates one and so knows its content.
func TestAPlantedSecretIsNotUsed(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		how   string
		owned bool
	}{{"without an owner", false}, {"with the object as its controller", true}} {
		t.Run(tc.how, func(t *testing.T) {
			t.Parallel()
			report.Attack(t, "a client gets a secret that somebody else knows", "a Secret of its name, "+tc.how)
			w := harness.NewWorld(t, harness.ResyncNever)
			object := w.Recipe()
			harness.WithProgram(object)
			object.Spec.Suspend = true
			w.Create(object)
			planted := &corev1.Secret{
				ObjectMeta: metav1.ObjectMeta{Namespace: w.Namespace, Name: "notes-web"},
				StringData: map[string]string{"clientSecret": strings.Repeat("known", 8)},
			}
			if tc.owned {
				planted.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(object, v1alpha1.GroupVersion.WithKind("SecuredAPI"))}
			}
			if err := w.Client.Create(t.Context(), planted); err != nil {
				t.Fatal(err)
			}
			w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Suspend = false })
			if !tc.owned {
				w.AwaitStalled(object, v1alpha1.ReasonOwnershipConflict)
				return
			}
			w.AwaitReady(object)
			if secret := w.SecretOf(object); w.Admits(secret.Data, strings.Repeat("known", 8)) {
				t.Error("Cognito takes the secret that somebody knows")
			} else if !w.Admits(secret.Data, string(secret.Data["clientSecret"])) {
				t.Error("Cognito does not take the secret of the Secret")
			}
		})
	}
}
