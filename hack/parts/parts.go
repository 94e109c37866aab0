// Package parts is what a spec can have beside the recipe, for those who count what each part costs: the budget of the tests and the
// benchmarks.
package parts

import "github.com/securedapi/securedapi/api/v1alpha1"

// Part is a part of a spec.
type Part struct {
	Name string
	// Most is how many calls to AWS it may cost when it is added to an object that has all parts before it.
	Most int
	// Add adds it, for an object in an account.
	Add func(o *v1alpha1.SecuredAPI, account string)
}

// function is the one that a trigger calls.
const function = "OtherHandler"

// replica is the Region of the replica.
const replica = "us-west-2"

// WebACLs are the ARNs of an account's web ACLs: the user pool's and the replica's.
func WebACLs(account string) (pool, there string) {
	const acl = ":regional/webacl/notes/a"
	return "arn:aws:wafv2:us-east-1:" + account + acl, "arn:aws:wafv2:" + replica + ":" + account + acl
}

// Key is the ARN of an account's key, which is in several Regions.
func Key(account string) string {
	return "arn:aws:kms:us-east-1:" + account + ":key/mrk-0f3c5a2e5f1c4c119a523d2a1a0c7d11"
}

func logGroup(account, region string) string {
	return "arn:aws:logs:" + region + ":" + account + ":log-group:notes"
}

func identity(account, region string) string {
	return "arn:aws:ses:" + region + ":" + account + ":identity/example.com"
}

// All are the parts, in an order in which each can be added.
var All = []Part{
	{"tags", 5, func(o *v1alpha1.SecuredAPI, _ string) { o.Spec.Tags = map[string]v1alpha1.TagValue{"team": "shop"} }},
	{"a group", 2, func(o *v1alpha1.SecuredAPI, _ string) { o.Spec.UserPool.Groups = []v1alpha1.Group{{Name: "readers"}} }},
	{"a resource server", 2, func(o *v1alpha1.SecuredAPI, _ string) {
		o.Spec.ResourceServers = []v1alpha1.ResourceServer{{Identifier: "notes", Scopes: []v1alpha1.ResourceServerScope{{Name: "read"}}}}
	}},
	{"a client with a secret", 2, func(o *v1alpha1.SecuredAPI, _ string) {
		o.Spec.Clients = append(o.Spec.Clients, v1alpha1.Client{
			Name: "job", Flows: []v1alpha1.Flow{v1alpha1.FlowClientCredentials}, Scopes: []string{"notes/read"},
		})
	}},
	{"outputs", 0, func(o *v1alpha1.SecuredAPI, _ string) {
		o.Spec.Outputs = v1alpha1.OutputsSpec{ConfigMapName: o.Name + "-outputs", SecretName: o.Name + "-secrets"}
	}},
	{"MFA by app", 3, func(o *v1alpha1.SecuredAPI, _ string) {
		o.Spec.UserPool.MFA = &v1alpha1.MFA{Mode: v1alpha1.MFAOptional, Factors: []v1alpha1.MFAFactor{v1alpha1.MFATOTP}}
	}},
	{"a trigger", 5, func(o *v1alpha1.SecuredAPI, _ string) {
		o.Spec.UserPool.Triggers = []v1alpha1.Trigger{{Event: v1alpha1.TriggerPostConfirmation, Function: function}}
	}},
	{"an identity provider, of two clients", 6, func(o *v1alpha1.SecuredAPI, _ string) {
		o.Spec.UserPool.IdentityProviders = []v1alpha1.IdentityProvider{{
			Name: "Okta", Attributes: map[string]v1alpha1.Claim{"email": "email"},
			OIDC: &v1alpha1.OIDCProvider{Issuer: "https://login.example.com", ClientID: "c"},
		}}
	}},
	{"managed login pages", 7, func(o *v1alpha1.SecuredAPI, _ string) { o.Spec.Domain.Pages = v1alpha1.PagesManaged }},
	{"terms of a client", 3, func(o *v1alpha1.SecuredAPI, _ string) {
		links := map[string]v1alpha1.Link{"default": "https://notes.example.com/"}
		o.Spec.Clients[0].Terms = &v1alpha1.Terms{TermsOfUse: links, PrivacyPolicy: links}
	}},
	{"threat protection", 4, func(o *v1alpha1.SecuredAPI, _ string) {
		o.Spec.UserPool.Tier, o.Spec.UserPool.ThreatProtection = v1alpha1.TierPlus, &v1alpha1.ThreatProtection{Mode: v1alpha1.ThreatAudit}
	}},
	{"logs", 2, func(o *v1alpha1.SecuredAPI, account string) {
		o.Spec.UserPool.Logs = []v1alpha1.UserPoolLog{{Source: v1alpha1.LogNotifications, LogGroupARN: logGroup(account, "us-east-1")}}
	}},
	{"a web ACL", 2, func(o *v1alpha1.SecuredAPI, account string) { o.Spec.UserPool.WebACLARN, _ = WebACLs(account) }},
	{"a replica", 14, func(o *v1alpha1.SecuredAPI, account string) {
		o.Spec.UserPool.KMSKeyARN, o.Spec.UserPool.Issuer = Key(account), v1alpha1.IssuerUpdated
		o.Spec.UserPool.Replica = &v1alpha1.Replica{Region: replica, State: v1alpha1.ReplicaActive}
	}},
	{"logs and a web ACL of the replica", 3, func(o *v1alpha1.SecuredAPI, account string) {
		there := o.Spec.UserPool.Replica
		there.Logs = []v1alpha1.UserPoolLog{{Source: v1alpha1.LogNotifications, LogGroupARN: logGroup(account, replica)}}
		_, there.WebACLARN = WebACLs(account)
	}},
	{"notices about risks, of both", 5, func(o *v1alpha1.SecuredAPI, account string) {
		o.Spec.UserPool.ThreatProtection.Notifications = &v1alpha1.ThreatNotifications{IdentityARN: identity(account, "us-east-1")}
		o.Spec.UserPool.Replica.Notifications = &v1alpha1.ReplicaNotifications{IdentityARN: identity(account, replica)}
	}},
	{"tokens of its own clients alone", 7, func(o *v1alpha1.SecuredAPI, _ string) {
		o.Spec.API = &v1alpha1.APISpec{Authorizer: &v1alpha1.AuthorizerSpec{Clients: v1alpha1.ClientsOwn}}
	}},
}
