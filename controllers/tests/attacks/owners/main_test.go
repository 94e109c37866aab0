// Package owners_test shows what somebody tries who may write a status, or has hands in the account, in a cluster without
// SecuredAPIPolicies. make attacks prints each case.
package owners_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

func TestMain(m *testing.M) { harness.Main(m) }

// victim is what another team has in the account, made by their own operator.
type victim struct{ pool, client, api, stage string }

// another makes what another team has.
func another(w *harness.World) victim {
	w.T.Helper()
	ctx := w.T.Context()
	tags := engine.Owner{Cluster: w.ClusterID, Namespace: "pay", Name: "api", UID: "u2", NamespaceUID: "n2"}.Tags("")
	pool := harness.Must[*cip.CreateUserPoolOutput](w)(w.Cognito().CreateUserPool(ctx, &cip.CreateUserPoolInput{
		PoolName: aws.String("pay-api"), UserPoolTags: tags,
	})).UserPool
	app := harness.Must[*cip.CreateUserPoolClientOutput](w)(w.Cognito().CreateUserPoolClient(ctx, &cip.CreateUserPoolClientInput{
		UserPoolId: pool.Id, ClientName: aws.String("web"), GenerateSecret: true,
	})).UserPoolClient
	api := w.MakeAPI("pay-api", "live", tags)
	return victim{*pool.Id, *app.ClientId, api, "live"}
}

// ownerOf is whose tags the operator writes for the recipe.
func ownerOf(w *harness.World) engine.Owner {
	w.T.Helper()
	namespace := &corev1.Namespace{}
	if err := w.Client.Get(w.T.Context(), client.ObjectKey{Name: w.Namespace}, namespace); err != nil {
		w.T.Fatal(err)
	}
	return engine.Owner{Cluster: w.ClusterID, Namespace: w.Namespace, Name: "notes", UID: "former", NamespaceUID: string(namespace.UID)}
}

// forge writes an object's status, as somebody may who has all rights to SecuredAPIs in a namespace.
func forge(w *harness.World, object *v1alpha1.SecuredAPI, edit func(*v1alpha1.SecuredAPIStatus)) {
	w.T.Helper()
	w.Get(object)
	before := client.MergeFrom(object.DeepCopy())
	edit(&object.Status)
	if err := w.Client.Status().Patch(w.T.Context(), object, before); err != nil {
		w.T.Fatal(err)
	}
}
