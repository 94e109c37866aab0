package controllers_test

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
)

func TestRule2WhatIsNotOursIsNotTouched(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever)
	object := w.create(w.recipe())
	w.awaitReady(object)
	tags := []string{engine.TagName}
	must[*cip.UntagResourceOutput](w)(w.cognito().UntagResource(t.Context(), &cip.UntagResourceInput{ResourceArn: &object.Status.UserPool.ARN, TagKeys: tags}))
	must[*apigateway.UntagResourceOutput](w)(w.gateway().UntagResource(t.Context(), &apigateway.UntagResourceInput{
		ResourceArn: aws.String("arn:aws:apigateway:us-east-1::/restapis/" + object.Status.API.ID), TagKeys: tags,
	}))
	before := w.inventory()
	w.aws.ResetCalls()
	w.update(object, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.PasswordPolicy.MinimumLength = 12
		o.Spec.Routes[1].Access = v1alpha1.AccessRegistered
	})
	message := w.awaitStalled(object, v1alpha1.ReasonOwnershipConflict)
	if calls := w.mutating(); len(calls) != 0 {
		t.Errorf("nothing is changed: %v", calls)
	}
	if diff := cmp.Diff(before, w.inventory()); diff != "" {
		t.Errorf("AWS is as it was (-before +after):\n%s", diff)
	}
	if !strings.Contains(message, object.Status.UserPool.ID) {
		t.Errorf("the message names what is not ours: %s", message)
	}
	w.delete(object)
	if all := w.inventory(); len(all.Pools) != 1 || len(all.APIs) != 1 || len(all.Granted) != 0 {
		t.Errorf("a deletion leaves what is not ours: %+v", all)
	}
}

func TestRule2ARestoredObjectFindsItsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever)
	object := w.recipe()
	object.Spec.DeletionPolicy = v1alpha1.DeletionRetain
	w.create(object)
	w.awaitReady(object)
	before := object.Status
	w.delete(object)

	restored := w.create(w.recipe())
	w.awaitReady(restored)
	if restored.UID == object.UID {
		t.Fatal("the restored object is another")
	}
	if got := restored.Status; got.UserPool.ID != before.UserPool.ID || got.API.ID != before.API.ID || got.Clients[0].ID != before.Clients[0].ID {
		t.Errorf("the same pool, API and client: %+v, before %+v", got, before)
	}
	if all := w.inventory(); len(all.Pools) != 1 || len(all.APIs) != 1 {
		t.Errorf("nothing is made twice: %+v", all)
	}
	if uid := w.describePool().UserPoolTags[engine.TagUID]; uid != string(restored.UID) {
		t.Errorf("the tag says the new uid: %s", uid)
	}
}

func TestRule2AClientOfAPoolThatIsNotOursIsNotTouched(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever)
	object := w.create(w.recipe())
	w.awaitReady(object)
	must[*cip.UntagResourceOutput](w)(w.cognito().UntagResource(t.Context(), &cip.UntagResourceInput{
		ResourceArn: &object.Status.UserPool.ARN, TagKeys: []string{engine.TagName},
	}))
	w.aws.ResetCalls()
	w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].LogoutURLs = nil })
	w.awaitStalled(object, v1alpha1.ReasonOwnershipConflict)
	if calls := w.mutating(); len(calls) != 0 {
		t.Errorf("clients are the pool's, and the pool is not ours: %v", calls)
	}
}

func TestRule2AClientOfTheSameNameMadeByHandIsNotOurs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever)
	object := w.create(w.recipe())
	w.awaitReady(object)
	byHand := must[*cip.CreateUserPoolClientOutput](w)(w.cognito().CreateUserPoolClient(t.Context(), &cip.CreateUserPoolClientInput{
		UserPoolId: &object.Status.UserPool.ID, ClientName: aws.String("app"),
	})).UserPoolClient
	w.update(object, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Clients = append(o.Spec.Clients, v1alpha1.Client{Name: "app", CallbackURLs: []v1alpha1.URL{"notes:/callback"}})
	})
	w.awaitReady(object)
	if object.Status.Client("app").ID == *byHand.ClientId {
		t.Error("what was made by hand is left to whoever made it")
	}
}

func TestRule2ADomainMadeByHandStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever)
	object := w.recipe()
	object.Spec.Domain = nil
	w.create(object)
	w.awaitReady(object)
	must[*cip.CreateUserPoolDomainOutput](w)(w.cognito().CreateUserPoolDomain(t.Context(), &cip.CreateUserPoolDomainInput{
		Domain: aws.String("by-hand"), UserPoolId: &object.Status.UserPool.ID,
	}))
	w.aws.ResetCalls()
	w.askNow(object)
	if calls := w.mutating(); len(calls) != 0 || aws.ToString(w.describePool().Domain) != "by-hand" {
		t.Errorf("the spec asks for no domain, so a person's stays: %v", calls)
	}
}

func TestRule2ASecretOfSomebodyElseStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever)
	theirs := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: "notes-web"}, StringData: map[string]string{"key": "theirs"}}
	if err := w.client.Create(t.Context(), theirs); err != nil {
		t.Fatal(err)
	}
	object := w.create(w.recipe())
	w.awaitReady(object)
	w.update(object, withProgram)
	w.awaitStalled(object, v1alpha1.ReasonOwnershipConflict)
	w.delete(object)
	version := theirs.ResourceVersion
	w.get(theirs)
	if theirs.ResourceVersion != version {
		t.Errorf("it is as it was: %v", theirs)
	}
}
