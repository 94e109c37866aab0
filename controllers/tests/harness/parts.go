package harness

import (
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/config/iam"
)

// What the optional parts of specs name in the account.
const (
	// WebACL and OtherWebACL are the account's web ACLs.
	WebACL      = "arn:aws:wafv2:us-east-1:111111111111:regional/webacl/notes/a"
	OtherWebACL = "arn:aws:wafv2:us-east-1:111111111111:regional/webacl/other/b"

	// PoolKey and OtherPoolKey are keys that pools may be encrypted with.
	PoolKey      = "arn:aws:kms:us-east-1:111111111111:key/0f3c5a2e-5f1c-4c11-9a52-3d2a1a0c7d11"
	OtherPoolKey = "arn:aws:kms:us-east-1:111111111111:key/1f3c5a2e-5f1c-4c11-9a52-3d2a1a0c7d12"

	// GroupRole and OtherGroupRole are roles that groups may have.
	GroupRole      = "arn:aws:iam::111111111111:role/Editors"
	OtherGroupRole = "arn:aws:iam::111111111111:role/Writers"

	certificate      = "arn:aws:acm:us-east-1:111111111111:certificate/a"
	otherCertificate = "arn:aws:acm:us-east-1:111111111111:certificate/b"

	logGroup  = "arn:aws:logs:us-east-1:111111111111:log-group:notes"
	logBucket = "arn:aws:s3:::notes-logs"
	logStream = "arn:aws:firehose:us-east-1:111111111111:deliverystream/notes"

	identity = "arn:aws:ses:us-east-1:111111111111:identity/example.com"
	terms    = "https://notes.example.com/terms"
)

// Furnish makes what the optional parts of specs name, in Kubernetes and in AWS, and permits the operator to use it.
func (w *World) Furnish() {
	w.T.Helper()
	w.MakeInputs()
	w.AWS.WAF.Put(WebACL, OtherWebACL, replicaWebACL, otherReplicaWebACL)
	for policy, values := range map[string]iam.Values{
		"custom-domains": nil, "logs": nil,
		"groups":      {"ROLE_ARN": {GroupRole, OtherGroupRole}},
		"kms":         {"KEY_ARN": {PoolKey, OtherPoolKey, multiRegionKey, replicaKey}},
		"log-buckets": {"BUCKET_ARN": {logBucket}},
		"log-streams": {"STREAM_ARN": {logStream}},
		"web-acls":    {"WEB_ACL_ARN": {WebACL, OtherWebACL, replicaWebACL, otherReplicaWebACL}},
	} {
		w.Permit(policy, values)
	}
}

func all(edits ...func(*v1alpha1.SecuredAPI)) func(*v1alpha1.SecuredAPI) {
	return func(o *v1alpha1.SecuredAPI) {
		for _, edit := range edits {
			edit(o)
		}
	}
}

// withProviders has users sign in elsewhere, with values of Secrets and ConfigMaps.
func withProviders(o *v1alpha1.SecuredAPI) {
	o.Spec.UserPool.IdentityProviders = []v1alpha1.IdentityProvider{
		{Name: "Okta", Attributes: claims("email"), OIDC: oidc("https://login.example.com", InputName)},
		{Name: "Corp", Attributes: claims("email"), SAML: &v1alpha1.SAMLProvider{MetadataFrom: &v1alpha1.ConfigMapKey{Name: InputName, Key: "a"}}},
		{Name: "Google", Attributes: claims("email"), Google: &v1alpha1.SocialProvider{
			ClientID: "c", ClientSecretFrom: v1alpha1.SecretKey{Name: InputName, Key: "b"},
		}},
	}
}

// withOtherProviders changes one of them, makes another of its kind, and has one go and one come.
func withOtherProviders(o *v1alpha1.SecuredAPI) {
	o.Spec.UserPool.IdentityProviders = []v1alpha1.IdentityProvider{
		{Name: "Okta", Attributes: claims("mail"), Identifiers: []string{"example.com"}, OIDC: oidc("https://login.example.com", OtherInputName)},
		{Name: "Corp", Attributes: claims("email"), OIDC: oidc("https://corp.example.com", InputName)},
		{Name: "LoginWithAmazon", Attributes: claims("email"), Amazon: &v1alpha1.SocialProvider{
			ClientID: "c", ClientSecretFrom: v1alpha1.SecretKey{Name: InputName, Key: "b"},
		}},
	}
}

func claims(email v1alpha1.Claim) map[string]v1alpha1.Claim {
	return map[string]v1alpha1.Claim{"email": email}
}

func oidc(issuer v1alpha1.ProviderURL, secret string) *v1alpha1.OIDCProvider {
	return &v1alpha1.OIDCProvider{Issuer: issuer, ClientID: "c", ClientSecretFrom: &v1alpha1.SecretKey{Name: secret, Key: "a"}}
}

// withClassicStyles has classic pages in a style, and another one of the client.
func withClassicStyles(o *v1alpha1.SecuredAPI) {
	o.Spec.Domain.ClassicStyle = &v1alpha1.ClassicStyle{CSS: BlueStyle, LogoFrom: inStyle("logo.png")}
	o.Spec.Clients[0].ClassicStyle = &v1alpha1.ClassicStyle{CSSFrom: inStyle("red.css")}
}

func inStyle(key string) *v1alpha1.ConfigMapKey {
	return &v1alpha1.ConfigMapKey{Name: StyleName, Key: key}
}

// withManagedPages has managed pages in a style with a logo, and documents of the client.
func withManagedPages(o *v1alpha1.SecuredAPI) {
	o.Spec.Domain.ClassicStyle, o.Spec.Clients[0].ClassicStyle = nil, nil
	o.Spec.Domain.Pages = v1alpha1.PagesManaged
	o.Spec.Domain.Branding = &v1alpha1.Branding{SettingsFrom: inStyle("dark"), Assets: []v1alpha1.Asset{
		{Category: "FormLogo", ColorMode: "Light", Extension: "SVG", From: *inStyle("logo.svg")},
	}}
	o.Spec.Clients[0].Terms = &v1alpha1.Terms{
		TermsOfUse: map[string]v1alpha1.Link{"default": terms}, PrivacyPolicy: map[string]v1alpha1.Link{"default": terms + "/privacy"},
	}
}

// withOtherManagedPages changes them, and has a client with pages and documents of its own.
func withOtherManagedPages(o *v1alpha1.SecuredAPI) {
	withManagedPages(o)
	o.Spec.Domain.Branding = &v1alpha1.Branding{Settings: &runtime.RawExtension{Raw: []byte(PlainStyle)}}
	app := *o.Spec.Clients[0].DeepCopy()
	app.Name, app.Branding = "app", &v1alpha1.Branding{SettingsFrom: inStyle("dark")}
	o.Spec.Clients[0].Terms.TermsOfUse["spanish"] = terms + "/es"
	o.Spec.Clients[0].Terms.PrivacyPolicy["default"] = terms
	o.Spec.Clients = append(o.Spec.Clients, app)
}

func withClassicPages(o *v1alpha1.SecuredAPI) {
	o.Spec.Domain.Pages, o.Spec.Domain.Branding, o.Spec.Clients[0].Terms = v1alpha1.PagesClassic, nil, nil
	withClassicStyles(o)
}

func withCustomDomain(name, certificate string) func(*v1alpha1.SecuredAPI) {
	return func(o *v1alpha1.SecuredAPI) {
		o.Spec.Domain.Custom = &v1alpha1.CustomDomain{Name: name, CertificateARN: certificate}
	}
}

func withoutPrefix(o *v1alpha1.SecuredAPI) { o.Spec.Domain.Prefix = "" }

// withProtection answers risks, logs, has a web ACL before the pool and encrypts it.
func withProtection(o *v1alpha1.SecuredAPI) {
	pool := &o.Spec.UserPool
	pool.Tier = v1alpha1.TierPlus
	pool.ThreatProtection = &v1alpha1.ThreatProtection{
		Mode: v1alpha1.ThreatEnforced, BlockCIDRs: []v1alpha1.CIDR{"192.0.2.0/24"},
		Takeover:      &v1alpha1.Takeover{High: &v1alpha1.TakeoverAnswer{Action: v1alpha1.TakeoverBlock, Notify: v1alpha1.Enabled}},
		Notifications: &v1alpha1.ThreatNotifications{IdentityARN: identity},
	}
	pool.Logs = []v1alpha1.UserPoolLog{{Source: v1alpha1.LogNotifications, LogGroupARN: logGroup}, {Source: v1alpha1.LogUserActivity, BucketARN: logBucket}}
	pool.WebACLARN, pool.KMSKeyARN, pool.Issuer = WebACL, PoolKey, v1alpha1.IssuerUpdated
}

func withOtherProtection(o *v1alpha1.SecuredAPI) {
	withProtection(o)
	pool := &o.Spec.UserPool
	pool.ThreatProtection.BlockCIDRs, pool.ThreatProtection.AllowCIDRs = nil, []v1alpha1.CIDR{"198.51.100.0/24"}
	pool.ThreatProtection.CompromisedPasswords = &v1alpha1.CompromisedPasswords{Action: v1alpha1.CompromisedAllow}
	pool.Logs = []v1alpha1.UserPoolLog{{Source: v1alpha1.LogUserActivity, StreamARN: logStream}}
	pool.WebACLARN, pool.KMSKeyARN, pool.Issuer = OtherWebACL, OtherPoolKey, v1alpha1.IssuerOriginal
}

func withoutProtection(o *v1alpha1.SecuredAPI) {
	pool := &o.Spec.UserPool
	pool.Tier, pool.ThreatProtection, pool.Logs, pool.WebACLARN, pool.KMSKeyARN, pool.Issuer = "", nil, nil, "", "", ""
}

// withGroups has groups of users, and scopes that the client asks for.
func withGroups(o *v1alpha1.SecuredAPI) {
	o.Spec.UserPool.Groups = []v1alpha1.Group{
		{Name: "editors", Description: "Who edits", Precedence: new(int32(1)), RoleARN: GroupRole}, {Name: "readers"},
	}
	o.Spec.ResourceServers = []v1alpha1.ResourceServer{server("notes", "read", "write"), server("files", "read")}
	o.Spec.Clients[0].Scopes = []string{"openid", "notes/read", "notes/write", "files/read"}
}

// withOtherGroups changes one group and one resource server, and has one of each go and one come.
func withOtherGroups(o *v1alpha1.SecuredAPI) {
	o.Spec.UserPool.Groups = []v1alpha1.Group{
		{Name: "editors", Description: "Who writes", Precedence: new(int32(2)), RoleARN: OtherGroupRole}, {Name: "writers"},
	}
	o.Spec.ResourceServers = []v1alpha1.ResourceServer{server("notes", "read", "delete"), server("mails", "read")}
	o.Spec.Clients[0].Scopes = []string{"openid", "notes/read", "notes/delete", "mails/read"}
}

func server(identifier string, scopes ...string) v1alpha1.ResourceServer {
	made := v1alpha1.ResourceServer{Identifier: identifier}
	for _, name := range scopes {
		made.Scopes = append(made.Scopes, v1alpha1.ResourceServerScope{Name: name})
	}
	return made
}
