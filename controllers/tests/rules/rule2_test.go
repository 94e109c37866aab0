package rules_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

func TestRule2ResourcesOfOthersAreNotChanged(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	tags := []string{engine.TagName}
	harness.Must[*cip.UntagResourceOutput](w)(w.Cognito().UntagResource(t.Context(), &cip.UntagResourceInput{ResourceArn: &object.Status.UserPool.ARN, TagKeys: tags}))
	harness.Must[*apigateway.UntagResourceOutput](w)(w.Gateway().UntagResource(t.Context(), &apigateway.UntagResourceInput{
		ResourceArn: aws.String("arn:aws:apigateway:us-east-1::/restapis/" + object.Status.API.ID), TagKeys: tags,
	}))
	before := w.Inventory()
	w.AWS.ResetCalls()
	w.Update(object, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.PasswordPolicy.MinimumLength = 12
		o.Spec.Routes[1].Access = v1alpha1.AccessRegistered
	})
	message := w.AwaitStalled(object, v1alpha1.ReasonOwnershipConflict)
	if calls := w.Writes(); len(calls) != 0 {
		t.Errorf("nothing is changed: %v", calls)
	}
	if diff := cmp.Diff(before, w.Inventory()); diff != "" {
		t.Errorf("AWS is as it was (-before +after):\n%s", diff)
	}
	if !strings.Contains(message, object.Status.UserPool.ID) {
		t.Errorf("the message names what is not ours: %s", message)
	}
	w.Delete(object)
	// With the permissions that the API needs, whoever has it now.
	if all := w.Inventory(); len(all.Pools) != 1 || len(all.APIs) != 1 || len(all.Granted) != 2 {
		t.Errorf("a deletion leaves what is not ours: %+v", all)
	}
}

func TestRule2ARestoredObjectFindsItsResources(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Recipe()
	object.Spec.DeletionPolicy = v1alpha1.DeletionRetain
	w.Create(object)
	w.AwaitReady(object)
	before := object.Status
	w.Delete(object)

	restored := w.Create(w.Recipe())
	w.AwaitReady(restored)
	if restored.UID == object.UID {
		t.Fatal("the restored object is another")
	}
	if got := restored.Status; got.UserPool.ID != before.UserPool.ID || got.API.ID != before.API.ID || got.Clients[0].ID != before.Clients[0].ID {
		t.Errorf("the same pool, API and client: %+v, before %+v", got, before)
	}
	if all := w.Inventory(); len(all.Pools) != 1 || len(all.APIs) != 1 {
		t.Errorf("nothing is made twice: %+v", all)
	}
	if uid := w.DescribePool().UserPoolTags[engine.TagUID]; uid != string(restored.UID) {
		t.Errorf("the tag says the new uid: %s", uid)
	}
}

func TestRule2AClientInAPoolOfAnotherOwnerIsNotChanged(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	harness.Must[*cip.UntagResourceOutput](w)(w.Cognito().UntagResource(t.Context(), &cip.UntagResourceInput{
		ResourceArn: &object.Status.UserPool.ARN, TagKeys: []string{engine.TagName},
	}))
	w.AWS.ResetCalls()
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].LogoutURLs = nil })
	w.AwaitStalled(object, v1alpha1.ReasonOwnershipConflict)
	if calls := w.Writes(); len(calls) != 0 {
		t.Errorf("clients are the pool's, and the pool is not ours: %v", calls)
	}
}

func TestRule2AClientMadeByHandWithTheSameNameIsNotChanged(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	byHand := harness.Must[*cip.CreateUserPoolClientOutput](w)(w.Cognito().CreateUserPoolClient(t.Context(), &cip.CreateUserPoolClientInput{
		UserPoolId: &object.Status.UserPool.ID, ClientName: aws.String("app"),
	})).UserPoolClient
	w.Update(object, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Clients = append(o.Spec.Clients, v1alpha1.Client{Name: "app", CallbackURLs: []v1alpha1.URL{"notes:/callback"}})
	})
	w.AwaitReady(object)
	if object.Status.Client("app").ID == *byHand.ClientId {
		t.Error("what was made by hand is left to whoever made it")
	}
}

func TestRule2ADomainMadeByHandIsKept(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Recipe()
	harness.WithoutDomain(object)
	w.Create(object)
	w.AwaitReady(object)
	harness.Must[*cip.CreateUserPoolDomainOutput](w)(w.Cognito().CreateUserPoolDomain(t.Context(), &cip.CreateUserPoolDomainInput{
		Domain: aws.String("by-hand"), UserPoolId: &object.Status.UserPool.ID,
	}))
	w.AWS.ResetCalls()
	w.AskNow(object)
	if calls := w.Writes(); len(calls) != 0 || aws.ToString(w.DescribePool().Domain) != "by-hand" {
		t.Errorf("the spec asks for no domain, so a person's stays: %v", calls)
	}
}

func TestRule2ASecretOfAnotherOwnerIsKept(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	theirs := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: w.Namespace, Name: "notes-web"}, StringData: map[string]string{"key": "theirs"}}
	if err := w.Client.Create(t.Context(), theirs); err != nil {
		t.Fatal(err)
	}
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	w.Update(object, harness.WithProgram)
	w.AwaitStalled(object, v1alpha1.ReasonOwnershipConflict)
	w.Delete(object)
	version := theirs.ResourceVersion
	w.Get(theirs)
	if theirs.ResourceVersion != version {
		t.Errorf("it is as it was: %v", theirs)
	}
}
