package userpool_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/ownership"
	"github.com/securedapi/securedapi/controllers/userpool"
)

var owner = ownership.Owner{Cluster: "c", Namespace: "default", Name: "notes", UID: "u"}

func desired() userpool.Desired {
	return userpool.BuildDesired(&v1alpha1.SecuredAPISpec{
		UserPool: v1alpha1.UserPoolSpec{
			SignInWith: []v1alpha1.SignInAttribute{v1alpha1.SignInEmail}, SelfSignUp: v1alpha1.Enabled,
			PasswordPolicy: &v1alpha1.PasswordPolicy{MinimumLength: 8, RequireUppercase: true, RequireNumbers: true},
		},
		ResourceServers: []v1alpha1.ResourceServer{{Identifier: "notes", Scopes: []v1alpha1.ResourceServerScope{{Name: "read"}, {Name: "write", Description: "Change notes"}}}},
		Domain:          &v1alpha1.DomainSpec{Prefix: "notes-beta"},
		Clients: []v1alpha1.Client{
			{Name: "web", CallbackURLs: []v1alpha1.URL{"https://b/", "https://a/"}, Flows: []v1alpha1.Flow{v1alpha1.FlowImplicit, v1alpha1.FlowCode}},
			{Name: "job", Flows: []v1alpha1.Flow{v1alpha1.FlowClientCredentials}, Scopes: []string{"notes/read"}, Secret: &v1alpha1.ClientSecret{Generation: 2}},
		},
	}, owner)
}

// observed is what Cognito should hold for desired, with what AWS and people add.
func observed() userpool.Observed {
	return userpool.Observed{
		Domain: "notes-beta",
		Pool: &types.UserPoolType{
			Id: new("p"), Name: new("renamed by hand"), UsernameAttributes: []types.UsernameAttributeType{"email"},
			AutoVerifiedAttributes: []types.VerifiedAttributeType{"phone_number", "email"},
			AdminCreateUserConfig:  &types.AdminCreateUserConfigType{UnusedAccountValidityDays: 7},
			Policies:               &types.UserPoolPolicyType{PasswordPolicy: &types.PasswordPolicyType{MinimumLength: new(int32(8)), RequireUppercase: true, RequireNumbers: true, TemporaryPasswordValidityDays: 7}},
			MfaConfiguration:       types.UserPoolMfaTypeOptional,
			UserPoolTags:           map[string]string{ownership.TagCluster: "c", ownership.TagNamespace: "default", ownership.TagName: "notes", ownership.TagUID: "u", ownership.TagToken: "t", "team": "x"},
		},
		ResourceServers: map[string]types.ResourceServerType{
			"notes": {Identifier: new("notes"), Scopes: []types.ResourceServerScopeType{
				{ScopeName: new("write"), ScopeDescription: new("Change notes")}, {ScopeName: new("read"), ScopeDescription: new("read")},
			}},
			"by-hand": {Identifier: new("by-hand")},
		},
		Clients: map[string]*types.UserPoolClientType{
			"web": {
				CallbackURLs: []string{"https://a/", "https://b/"}, AllowedOAuthFlows: []types.OAuthFlowType{"implicit", "code"},
				AllowedOAuthScopes: []string{"openid", "email"}, AllowedOAuthFlowsUserPoolClient: new(true), AccessTokenValidity: new(int32(5)),
			},
			"job": {
				ClientSecret: new("s"), AllowedOAuthFlows: []types.OAuthFlowType{"client_credentials"},
				AllowedOAuthScopes: []string{"notes/read"}, AllowedOAuthFlowsUserPoolClient: new(true),
			},
		},
	}
}

func TestCalculate(t *testing.T) {
	for _, tc := range []struct {
		reason string
		change func(*userpool.Observed)
		want   string
	}{
		{"what is as it should be needs nothing, whatever else is there", func(*userpool.Observed) {}, ""},
		{
			"a policy field", func(o *userpool.Observed) { o.Pool.Policies.PasswordPolicy.MinimumLength = new(int32(6)) },
			"~ userPool.passwordPolicy.minimumLength: 6 -> 8",
		},
		{"every field that a pool's policy has", func(o *userpool.Observed) {
			o.Pool.Policies = nil
			o.Pool.AutoVerifiedAttributes = nil
			o.Pool.AdminCreateUserConfig = &types.AdminCreateUserConfigType{AllowAdminCreateUserOnly: true}
		}, `~ userPool.autoVerifiedAttributes: "" -> email; ~ userPool.selfSignUp: Disabled -> Enabled; ` +
			"~ userPool.passwordPolicy.minimumLength: 0 -> 8; ~ userPool.passwordPolicy.requireNumbers: false -> true; ~ userPool.passwordPolicy.requireUppercase: false -> true"},
		{
			"another object's uid, after a restore", func(o *userpool.Observed) { o.Pool.UserPoolTags[ownership.TagUID] = "old" },
			"~ userPool.tags.securedapi.dev/uid: old -> u",
		},
		{"a domain that is not there", func(o *userpool.Observed) { o.Domain = "" }, "+ domain notes-beta"},
		{"another domain", func(o *userpool.Observed) { o.Domain = "other" }, "~ domain: other -> notes-beta"},
		{
			"a resource server that is not there", func(o *userpool.Observed) { delete(o.ResourceServers, "notes") },
			"+ resourceServer/notes read (read), write (Change notes)",
		},
		{"a scope that is not there", func(o *userpool.Observed) {
			o.ResourceServers["notes"] = types.ResourceServerType{Scopes: []types.ResourceServerScopeType{{ScopeName: new("read"), ScopeDescription: new("read")}}}
		}, "~ resourceServer/notes.scopes: read (read) -> read (read), write (Change notes)"},
		{"a resource server of ours that the spec dropped", func(o *userpool.Observed) { o.ExtraServers = []string{"old"} }, "- resourceServer/old"},
		{"a client that is not there", func(o *userpool.Observed) { o.Clients["web"] = nil }, "+ client/web code,implicit"},
		{"every field of a client", func(o *userpool.Observed) {
			o.Clients["web"] = &types.UserPoolClientType{LogoutURLs: []string{"https://x/"}}
		}, `~ client/web.callbackURLs: "" -> https://a/,https://b/; ~ client/web.logoutURLs: https://x/ -> ""; ~ client/web.flows: "" -> code,implicit; ` +
			`~ client/web.scopes: "" -> email,openid; ~ client/web.oauth: Disabled -> Enabled`},
		{"a client without a secret cannot be given one", func(o *userpool.Observed) {
			o.Clients["job"].ClientSecret, o.Clients["job"].AllowedOAuthFlows = nil, nil
		}, "~ client/job.secret: Disabled -> Enabled"},
		{"Cognito does not show a secret that was added later: the flow tells", func(o *userpool.Observed) {
			o.Clients["job"].ClientSecret = nil
		}, ""},
		{"or status does, whatever somebody did to the flow", func(o *userpool.Observed) {
			o.Clients["job"].ClientSecret, o.Clients["job"].AllowedOAuthFlows = nil, nil
			o.Secrets = map[string]userpool.Secret{"job": {Generation: 2}}
		}, `~ client/job.flows: "" -> client_credentials`},
		{"a secret of an older generation", func(o *userpool.Observed) {
			o.Secrets = map[string]userpool.Secret{"job": {Generation: 1}}
		}, "~ client/job.secret: generation 1 -> 2"},
		{"a secret of a later generation, of a spec that went back", func(o *userpool.Observed) {
			o.Secrets = map[string]userpool.Secret{"job": {Generation: 3}}
		}, ""},
		{"one on its way, of a spec that went back", func(o *userpool.Observed) {
			o.Secrets = map[string]userpool.Secret{"job": {Generation: 2, Next: 3}}
		}, "~ client/job.secret: generation 2 -> 3"},
		{"a secret whose Secret was deleted", func(o *userpool.Observed) {
			o.Secrets = map[string]userpool.Secret{"job": {Generation: 2, Lost: true}}
		}, "~ client/job.secret: lost -> generation 2"},
		{"a former secret whose time is over", func(o *userpool.Observed) {
			o.Secrets = map[string]userpool.Secret{"job": {Generation: 2, Former: "job--1"}}
		}, "- client/job.formerSecret job--1"},
		{"a client that the spec dropped", func(o *userpool.Observed) { o.ExtraClients = []v1alpha1.ClientStatus{{Name: "old"}} }, "- client/old"},
		{"what was not looked at is not planned for", func(o *userpool.Observed) { *o = userpool.Observed{} }, ""},
	} {
		o := observed()
		tc.change(&o)
		if diff := cmp.Diff(tc.want, userpool.Calculate(desired(), o).String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
	}
}
