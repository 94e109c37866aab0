package userpool

import (
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
)

// access is what clientAccessFields say of a client.
func access(have *types.UserPoolClientType) map[string]string {
	words := map[string]string{}
	for _, field := range clientAccessFields {
		if said := field.Words(have); said != "" {
			words[field.Name] = said
		}
	}
	return words
}

func TestAccessOfAClient(t *testing.T) {
	w := newWorld(t)
	w.converge()
	web := func() *types.UserPoolClientType { return w.client(w.last.ID(PrefixClient + "web")) }
	defaults := map[string]string{
		blockAuthFlows: "Custom,Refresh,SRP", blockIdentityProviders: "Cognito", blockUserExistenceErrors: "Hidden", blockSendUserContext: "Disabled",
	}
	if diff := cmp.Diff(defaults, access(web())); diff != "" {
		t.Errorf("what a client is made with (-want +got):\n%s", diff)
	}
	must[cip.CreateIdentityProviderOutput](w)(w.cip.CreateIdentityProvider(t.Context(), &cip.CreateIdentityProviderInput{
		UserPoolId: w.id(NamePool), ProviderName: new("Okta"), ProviderType: types.IdentityProviderTypeTypeOidc, ProviderDetails: map[string]string{
			"client_id": "c", "client_secret": "s", "authorize_scopes": "openid", "oidc_issuer": "https://okta.example.com", "attributes_request_method": "GET",
		},
	}))
	byHand := updateClientInput(web())
	byHand.SupportedIdentityProviders, byHand.WriteAttributes = []string{"Okta"}, []string{"name"}
	byHand.PreventUserExistenceErrors = types.PreventUserExistenceErrorTypesLegacy
	w.updateClient(byHand)
	if got := w.converge(whole); got != "" {
		t.Errorf("what the spec never named is left as it is: got %s", got)
	}

	spec := &w.object.Spec.Clients[0]
	spec.IdentityProviders, spec.AuthFlows = []string{"Okta", "Cognito"}, []v1alpha1.AuthFlow{v1alpha1.AuthFlowRefresh, v1alpha1.AuthFlowPassword}
	spec.DefaultRedirectURL, spec.UserExistenceErrors = "http://localhost:3000/callback", v1alpha1.UserExistenceHidden
	spec.ReadAttributes, spec.WriteAttributes = []string{"name", "email"}, []string{}
	w.converge()
	named := map[string]string{
		blockAuthFlows: "Password,Refresh", blockIdentityProviders: "Cognito,Okta", blockUserExistenceErrors: "Hidden", blockSendUserContext: "Disabled",
		blockDefaultRedirectURL: "http://localhost:3000/callback", blockReadAttributes: "email,name",
	}
	if diff := cmp.Diff(named, access(web())); diff != "" {
		t.Errorf("what the spec names (-want +got):\n%s", diff)
	}

	w.updateClient(byHand)
	want := "~ client/web.authFlows: Custom,Refresh,SRP -> Password,Refresh; " +
		`~ client/web.defaultRedirectURL: "" -> http://localhost:3000/callback; ~ client/web.identityProviders: Okta -> Cognito,Okta; ` +
		`~ client/web.readAttributes: "" -> email,name; ~ client/web.writeAttributes: name -> ""; ~ client/web.userExistenceErrors: Legacy -> Hidden`
	if diff := cmp.Diff(want, w.converge(whole)); diff != "" {
		t.Errorf("drift (-want +got):\n%s", diff)
	}

	spec.IdentityProviders, spec.AuthFlows, spec.DefaultRedirectURL, spec.UserExistenceErrors = nil, nil, "", ""
	spec.ReadAttributes, spec.WriteAttributes = nil, nil
	w.converge()
	if diff := cmp.Diff(defaults, access(web())); diff != "" {
		t.Errorf("what leaves the spec is the default again (-want +got):\n%s", diff)
	}
}

// Flows that the spec has no word for are told as Cognito has them.
func TestOlderAuthFlowsInWords(t *testing.T) {
	have := &types.UserPoolClientType{ExplicitAuthFlows: []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAdminNoSrpAuth}}
	want := &clientSettings{Blocks: engine.Blocks{Named: []string{blockAuthFlows}}}
	if got := engine.Compare("client/web", clientAccessFields, want, have).String(); got != "~ client/web.authFlows: ADMIN_NO_SRP_AUTH -> Custom,Refresh,SRP" {
		t.Errorf("got %s", got)
	}
}
