package restapi

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/attached/invoke"
	"github.com/securedapi/securedapi/controllers/engine"
)

// What is sent for the same spec may change only with a version that is raised: then each object in the field is sent it
// once more.
func TestDigests(t *testing.T) {
	object := &v1alpha1.SecuredAPI{}
	scoped := route("/orders/{id}", server("https://b.example.com/orders/{id}"), "ANY")
	scoped.Scopes = []string{"notes/read"}
	object.Spec.Stage = "prod"
	object.Spec.Routes = append(recipe(), scoped, route("/files/{proxy+}", function("g:live"), "GET", "PUT"))
	object.Status.Resources = []v1alpha1.ResourceRecord{{Name: poolName, ID: poolID}, {Name: NameAPI, ID: "abc123"}, {Name: deploymentName, ID: "dep456"}}
	g := &Gateway{PoolARN: func(id string) string { return poolPrefix + id }}
	p := &engine.Pass{Object: object, Owner: owner, Digests: &engine.Digests{}}

	atOwn := object.DeepCopy()
	atOwn.Spec.API = &v1alpha1.APISpec{Authorizer: &v1alpha1.AuthorizerSpec{CacheTTL: "1m", Clients: v1alpha1.ClientsOwn}}
	atOwn.Spec.Clients = []v1alpha1.Client{{Name: "web"}, {Name: "app"}}
	atOwn.Status.Resources = append(atOwn.Status.Resources,
		v1alpha1.ResourceRecord{Name: prefixClient + "web", ID: "b1"}, v1alpha1.ResourceRecord{Name: prefixClient + "app", ID: "a1"})
	own := &engine.Pass{Object: atOwn, Owner: owner, Digests: &engine.Digests{}}

	for name, digest := range map[string]struct{ got, want string }{
		"api":                        {digestOf[restAPI, types.RestApi](t, g.restAPI(p, "")), "sha256:25ecc5808f534e791d408c424249ee92"},
		"permission/<function>/prod": {digestOf[invoke.Permission, invoke.Statement](t, g.permission(p, functions+"g:live/prod")), "sha256:913c3e46ce46adfc1eb41d8b89182b04"},
		"deployment":                 {digestOf[definition, seen](t, g.deployment(p, "")), "sha256:ea350c65e5dd1a2ad9a4c19e0b281a17"},
		"deployment at own clients":  {digestOf[definition, seen](t, g.deployment(own, "")), "sha256:0be12d42863a1b5c28d8e30e2754132f"},
		"stage/prod":                 {digestOf[stage, servedStage](t, g.stage(p, "prod")), "sha256:55dce3a2cac67f664d567bd0213c4b79"},
		"the model is not sent":      {engine.DigestOf(1, &definition{Document: []byte("{}"), model: &Model{}}), engine.DigestOf(1, &definition{Document: []byte("{}")})},
	} {
		if digest.got != digest.want {
			t.Errorf("%s: got digest %s, want %s; raise its version if that is meant", name, digest.got, digest.want)
		}
	}
}

func digestOf[D, O any](t *testing.T, r engine.Resource) string {
	t.Helper()
	of, ok := r.(*engine.Of[D, O])
	if !ok {
		t.Fatalf("got %T", r)
	}
	want, err := of.Desired()
	return engine.DigestOf(of.Version, must(t, want, err))
}
