package rules_test

import (
	"net/http"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/config/iam"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// The tables of this file change every property of the spec, to what is good and to what is bad.

// edit is a change of the spec.
type edit struct {
	name string
	// properties are the properties of the CRD that it changes.
	properties []string
	// from is what the spec is before, if it is not the recipe.
	from func(*v1alpha1.SecuredAPI)
	edit func(*v1alpha1.SecuredAPI)
	// want is the plan's words for it; empty for what is no change of AWS.
	want string
}

func withHTTP(o *v1alpha1.SecuredAPI) {
	o.Spec.Routes[1].Backend = v1alpha1.Backend{HTTP: &v1alpha1.HTTPBackend{URL: "https://guests.example.com/"}}
}

// The roles that groups have.
const (
	editorsRole = "arn:aws:iam::111111111111:role/Editors"
	writersRole = "arn:aws:iam::111111111111:role/Writers"
)

// permitGroups lets the operator give groups their roles.
func permitGroups(w *harness.World) {
	w.T.Helper()
	w.Permit("groups", iam.Values{"ROLE_ARN": {editorsRole, writersRole}})
}

func withGroup(o *v1alpha1.SecuredAPI) {
	o.Spec.UserPool.Groups = []v1alpha1.Group{{
		Name: "editors", Description: "Who edits", Precedence: new(int32(1)), RoleARN: editorsRole,
	}}
}

func withOutputs(o *v1alpha1.SecuredAPI) {
	o.Spec.Outputs = v1alpha1.OutputsSpec{ConfigMapName: "notes-config", SecretName: "notes-credentials"}
}

func withSecret(o *v1alpha1.SecuredAPI) {
	o.Spec.Clients[0].Flows, o.Spec.Clients[0].Secret = []v1alpha1.Flow{v1alpha1.FlowCode}, &v1alpha1.ClientSecret{}
}

func withTags(o *v1alpha1.SecuredAPI) { o.Spec.Tags = map[string]v1alpha1.TagValue{"team": "shop"} }

func withTokens(o *v1alpha1.SecuredAPI) {
	o.Spec.Clients[0].Tokens = &v1alpha1.ClientTokens{
		Access: "10m", ID: "20m", Refresh: "48h", Session: "5m",
		Revocation: v1alpha1.Disabled, Rotation: v1alpha1.Enabled, RotationGrace: "10s",
	}
}

func withAuthFlows(o *v1alpha1.SecuredAPI) {
	o.Spec.Clients[0].AuthFlows = []v1alpha1.AuthFlow{
		v1alpha1.AuthFlowPassword, v1alpha1.AuthFlowAdminPassword, v1alpha1.AuthFlowChoice, v1alpha1.AuthFlowRefresh,
	}
}

func withDefaultRedirect(o *v1alpha1.SecuredAPI) {
	o.Spec.Clients[0].DefaultRedirectURL = string(o.Spec.Clients[0].CallbackURLs[0])
}

func withAttributes(o *v1alpha1.SecuredAPI) {
	o.Spec.Clients[0].ReadAttributes, o.Spec.Clients[0].WriteAttributes = []string{"email_verified", "email"}, []string{"email"}
}

func withLegacyErrors(o *v1alpha1.SecuredAPI) {
	o.Spec.Clients[0].UserExistenceErrors = v1alpha1.UserExistenceLegacy
}

func remembering(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.PasswordPolicy.History = 5 }

func invitingForADay(o *v1alpha1.SecuredAPI) {
	o.Spec.UserPool.PasswordPolicy.TemporaryValidity = "24h"
}

func lite(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.Tier = v1alpha1.TierLite }

func protected(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.DeletionProtection = v1alpha1.Enabled }

func knowingDevices(o *v1alpha1.SecuredAPI) {
	o.Spec.UserPool.Devices = &v1alpha1.Devices{Remember: v1alpha1.RememberOnRequest, SkipMFA: v1alpha1.Enabled}
}

func speaking(o *v1alpha1.SecuredAPI) {
	o.Spec.UserPool.Messages = &v1alpha1.Messages{
		Verification: &v1alpha1.VerificationMessage{Subject: "A code", Email: "Your code: {####}", SMS: "Code {####}"},
		Invitation:   &v1alpha1.Invitation{Subject: "Come in", Email: "{username} {####}", SMS: "{username}: {####}"},
	}
}

func verifyingNothing(o *v1alpha1.SecuredAPI) {
	o.Spec.UserPool.AutoVerify = []v1alpha1.VerifiedAttribute{}
}

func updatingAtOnce(o *v1alpha1.SecuredAPI) {
	o.Spec.UserPool.VerifyBeforeUpdate = []v1alpha1.VerifiedAttribute{}
}

func recoveringByAdmin(o *v1alpha1.SecuredAPI) {
	o.Spec.UserPool.Recovery = []v1alpha1.RecoveryMethod{v1alpha1.RecoveryAdminOnly}
}

// edits change every property that can be changed.
var edits = slices.Concat(
	recipeEdits, signInEdits, triggerEdits, providerEdits, pagesEdits, threatEdits, logEdits, keyEdits, webACLEdits, replicaEdits)

// recipeEdits change what the recipe has.
var recipeEdits = []edit{
	{"stage", of("stage"), nil, func(o *v1alpha1.SecuredAPI) { o.Spec.Stage = "live" }, "+ stage live"},
	{"deletionPolicy", of("deletionPolicy"), nil, func(o *v1alpha1.SecuredAPI) { o.Spec.DeletionPolicy = v1alpha1.DeletionProtect }, ""},
	{"outputs", of("outputs"), nil, withOutputs, ""},
	{"tags", of("tags"), nil, withTags, "~ userPool.tags.team: \"\" -> shop"},
	{"another tag", of("tags"), withTags, func(o *v1alpha1.SecuredAPI) { o.Spec.Tags = map[string]v1alpha1.TagValue{"team": "billing"} }, "~ userPool.tags.team: shop -> billing"},
	{"no tags", of("tags"), withTags, func(o *v1alpha1.SecuredAPI) { o.Spec.Tags = nil }, "~ userPool.tags.team: shop -> \"\""},
	{"no outputs", of("outputs"), withOutputs, func(o *v1alpha1.SecuredAPI) { o.Spec.Outputs = v1alpha1.OutputsSpec{} }, ""},
	{"another ConfigMap", of("outputs.configMapName"), withOutputs, func(o *v1alpha1.SecuredAPI) { o.Spec.Outputs.ConfigMapName = "papers" }, ""},
	{"another Secret of outputs", of("outputs.secretName"), withOutputs, func(o *v1alpha1.SecuredAPI) { o.Spec.Outputs.SecretName = "papers" }, ""},
	{"selfSignUp", of("userPool", "userPool.selfSignUp"), nil, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.SelfSignUp = v1alpha1.Disabled }, "~ userPool.selfSignUp: Enabled -> Disabled"},
	{"minimumLength", of("userPool.passwordPolicy.minimumLength"), nil, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.PasswordPolicy.MinimumLength = 9 }, "~ userPool.passwordPolicy.minimumLength: 6 -> 9"},
	{"requireUppercase", of("userPool.passwordPolicy.requireUppercase"), nil, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.PasswordPolicy.RequireUppercase = false }, "~ userPool.passwordPolicy.requireUppercase: true -> false"},
	{"requireLowercase", of("userPool.passwordPolicy.requireLowercase"), nil, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.PasswordPolicy.RequireLowercase = true }, "~ userPool.passwordPolicy.requireLowercase: false -> true"},
	{"requireNumbers", of("userPool.passwordPolicy.requireNumbers"), nil, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.PasswordPolicy.RequireNumbers = false }, "~ userPool.passwordPolicy.requireNumbers: true -> false"},
	{"requireSymbols", of("userPool.passwordPolicy.requireSymbols"), nil, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.PasswordPolicy.RequireSymbols = true }, "~ userPool.passwordPolicy.requireSymbols: false -> true"},
	{"an empty passwordPolicy", of("userPool.passwordPolicy"), nil, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.PasswordPolicy = &v1alpha1.PasswordPolicy{} }, "~ userPool.passwordPolicy.minimumLength: 6 -> 8; ~ userPool.passwordPolicy.requireNumbers: true -> false; ~ userPool.passwordPolicy.requireUppercase: true -> false"},
	{"no passwordPolicy", of("userPool.passwordPolicy"), nil, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.PasswordPolicy = nil }, "~ userPool.passwordPolicy.minimumLength: 6 -> 8"},
	{"customAttributes", of("userPool.customAttributes"), nil, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.CustomAttributes = []v1alpha1.CustomAttribute{{Name: "team", MaxLength: new(int32(8))}, {Name: "level", Type: v1alpha1.AttributeNumber, Minimum: new(int64(1)), Maximum: new(int64(9))}}
	}, `~ userPool.customAttributes: "" -> {name: level, type: Number, minimum: 1, maximum: 9}, {name: team, maxLength: 8}`},
	{"history", of("userPool.passwordPolicy.history"), nil, remembering, "~ userPool.passwordPolicy.history: 0 -> 5"},
	{"another history", of("userPool.passwordPolicy.history"), remembering, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.PasswordPolicy.History = 4 }, "~ userPool.passwordPolicy.history: 5 -> 4"},
	{"no history", of("userPool.passwordPolicy.history"), remembering, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.PasswordPolicy.History = 0 }, "~ userPool.passwordPolicy.history: 5 -> 0"},
	{"temporaryValidity", of("userPool.passwordPolicy.temporaryValidity"), nil, invitingForADay, "~ userPool.passwordPolicy.temporaryValidity: 168h -> 24h"},
	{"another temporaryValidity", of("userPool.passwordPolicy.temporaryValidity"), invitingForADay, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.PasswordPolicy.TemporaryValidity = "48h" }, "~ userPool.passwordPolicy.temporaryValidity: 24h -> 48h"},
	{"no temporaryValidity", of("userPool.passwordPolicy.temporaryValidity"), invitingForADay, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.PasswordPolicy.TemporaryValidity = "" }, "~ userPool.passwordPolicy.temporaryValidity: 24h -> 168h"},
	{"tier", of("userPool.tier"), nil, lite, "~ userPool.tier: Essentials -> Lite"},
	{"another tier", of("userPool.tier"), lite, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.Tier = v1alpha1.TierPlus }, "~ userPool.tier: Lite -> Plus"},
	{"no tier", of("userPool.tier"), lite, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.Tier = "" }, "~ userPool.tier: Lite -> Essentials"},
	{"no deletionProtection", of("userPool.deletionProtection"), protected, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.DeletionProtection = "" }, "~ userPool.deletionProtection: Enabled -> Disabled"},
	{"deletionProtection Disabled", of("userPool.deletionProtection"), protected, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.DeletionProtection = v1alpha1.Disabled }, "~ userPool.deletionProtection: Enabled -> Disabled"},
	{"devices", of("userPool.devices", "userPool.devices.remember", "userPool.devices.skipMFA"), nil, knowingDevices, "~ userPool.devices.remember: Never -> OnRequest; ~ userPool.devices.skipMFA: Disabled -> Enabled"},
	{"an empty devices", of("userPool.devices.remember", "userPool.devices.skipMFA"), knowingDevices, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.Devices = &v1alpha1.Devices{} }, "~ userPool.devices.remember: OnRequest -> Always; ~ userPool.devices.skipMFA: Enabled -> Disabled"},
	{"no devices", of("userPool.devices"), knowingDevices, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.Devices = nil }, "~ userPool.devices.remember: OnRequest -> Never; ~ userPool.devices.skipMFA: Enabled -> Disabled"},
	{
		"messages", of("userPool.messages", "userPool.messages.verification", "userPool.messages.verification.subject", "userPool.messages.verification.email",
			"userPool.messages.verification.sms", "userPool.messages.invitation", "userPool.messages.invitation.subject", "userPool.messages.invitation.email",
			"userPool.messages.invitation.sms"), nil, speaking, `~ userPool.messages.invitation.email: "" -> {username} {####}`,
	},
	{"a link", of("userPool.messages.verification.by"), speaking, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.Messages = &v1alpha1.Messages{Verification: &v1alpha1.VerificationMessage{By: v1alpha1.VerifyByLink, Email: "{##Confirm##}"}}
	}, "~ userPool.messages.verification.by: Code -> Link"},
	{"no messages", of("userPool.messages"), speaking, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.Messages = nil }, `~ userPool.messages.verification.subject: A code -> ""`},
	{"autoVerify", of("userPool.autoVerify"), nil, verifyingNothing, `~ userPool.autoVerify: Email -> ""`},
	{"no autoVerify", of("userPool.autoVerify"), verifyingNothing, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.AutoVerify = nil }, `~ userPool.autoVerify: "" -> Email; ~ userPool.verifyBeforeUpdate: "" -> Email`},
	{"verifyBeforeUpdate", of("userPool.verifyBeforeUpdate"), nil, updatingAtOnce, `~ userPool.verifyBeforeUpdate: Email -> ""`},
	{"no verifyBeforeUpdate", of("userPool.verifyBeforeUpdate"), updatingAtOnce, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.VerifyBeforeUpdate = nil }, `~ userPool.verifyBeforeUpdate: "" -> Email`},
	{"recovery", of("userPool.recovery"), nil, recoveringByAdmin, "~ userPool.recovery: Email, PhoneNumber -> AdminOnly"},
	{"another order of recovery", of("userPool.recovery"), recoveringByAdmin, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.Recovery = []v1alpha1.RecoveryMethod{v1alpha1.RecoveryPhoneNumber, v1alpha1.RecoveryEmail}
	}, "~ userPool.recovery: AdminOnly -> PhoneNumber, Email"},
	{"no recovery", of("userPool.recovery"), recoveringByAdmin, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.Recovery = nil }, "~ userPool.recovery: AdminOnly -> Email, PhoneNumber"},
	{"resourceServers", of("resourceServers", "clients[].scopes", "routes[].scopes"), nil, func(o *v1alpha1.SecuredAPI) {
		o.Spec.ResourceServers = []v1alpha1.ResourceServer{{Identifier: "https://notes.example.com", Scopes: []v1alpha1.ResourceServerScope{{Name: "read"}}}}
		o.Spec.Clients[0].Scopes = append(o.Spec.Clients[0].Scopes, "https://notes.example.com/read")
		o.Spec.Routes[0].Scopes = []string{"https://notes.example.com/read"}
	}, "+ resourceServer/https://notes.example.com read (read)"},
	{"a scope of a route and a client that no server declares", of("routes[].scopes"), nil, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Clients[0].Scopes = append(o.Spec.Clients[0].Scopes, "https://notes.example.com/write")
		o.Spec.Routes[0].Scopes = []string{"https://notes.example.com/write"}
	}, "+ resourceServer/https://notes.example.com write (write)"},
	{"one of a declared server", of("routes[].scopes"), harness.WithServer, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Clients[0].Scopes = append(o.Spec.Clients[0].Scopes, "notes/write")
		o.Spec.Routes[0].Scopes = []string{"notes/write"}
	}, "~ resourceServer/notes.scopes: read (read) -> read (read), write (write)"},
	{"no resourceServers", of("resourceServers"), harness.WithServer, func(o *v1alpha1.SecuredAPI) { o.Spec.ResourceServers = nil }, "- resourceServer/notes"},
	{"another identifier", of("resourceServers[].identifier"), harness.WithServer, func(o *v1alpha1.SecuredAPI) {
		o.Spec.ResourceServers[0].Identifier = "papers"
	}, "+ resourceServer/papers read (read); - resourceServer/notes"},
	{"one scope more", of("resourceServers[].scopes"), harness.WithServer, func(o *v1alpha1.SecuredAPI) {
		o.Spec.ResourceServers[0].Scopes = append(o.Spec.ResourceServers[0].Scopes, v1alpha1.ResourceServerScope{Name: "write"})
	}, "~ resourceServer/notes.scopes: read (read) -> read (read), write (write)"},
	{"another scope", of("resourceServers[].scopes[].name"), harness.WithServer, func(o *v1alpha1.SecuredAPI) {
		o.Spec.ResourceServers[0].Scopes[0].Name = "write"
	}, "~ resourceServer/notes.scopes: read (read) -> write (write)"},
	{"a scope's description", of("resourceServers[].scopes[].description"), harness.WithServer, func(o *v1alpha1.SecuredAPI) {
		o.Spec.ResourceServers[0].Scopes[0].Description = "To read notes"
	}, "~ resourceServer/notes.scopes: read (read) -> read (To read notes)"},
	{"groups", of("userPool.groups"), nil, withGroup, "+ group/editors Who edits"},
	{"no groups", of("userPool.groups"), withGroup, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.Groups = nil }, "- group/editors"},
	{"another group", of("userPool.groups[].name"), withGroup, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.Groups[0].Name = "writers"
	}, "+ group/writers Who edits; - group/editors"},
	{"a group's description", of("userPool.groups[].description"), withGroup, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.Groups[0].Description = "Who writes"
	}, "~ group/editors.description: Who edits -> Who writes"},
	{"a group's precedence", of("userPool.groups[].precedence"), withGroup, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.Groups[0].Precedence = new(int32(0))
	}, "~ group/editors.precedence: 1 -> 0"},
	{"a group's role", of("userPool.groups[].roleARN"), withGroup, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.Groups[0].RoleARN = writersRole
	}, "~ group/editors.roleARN: arn:aws:iam::111111111111:role/Editors -> arn:aws:iam::111111111111:role/Writers"},
	{"sharedWith", of("userPool.sharedWith", "userPool.sharedWith.from"), nil, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.SharedWith = &v1alpha1.SharedWith{From: v1alpha1.SharedFromNone}
	}, ""},
	{"sharedWith others", of("userPool.sharedWith.from", "userPool.sharedWith.selector"), nil, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.SharedWith = &v1alpha1.SharedWith{
			From: v1alpha1.SharedFromSelector, Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"team": "shop"}},
		}
	}, ""},
	{"another domain", of("domain.prefix"), nil, func(o *v1alpha1.SecuredAPI) { o.Spec.Domain.Prefix = "notes-live" }, "~ domain: notes-beta -> notes-live"},
	{"no domain", of("domain"), nil, harness.WithoutDomain, "- domain"},
	{"callbackURLs", of("clients[].callbackURLs"), nil, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Clients[0].CallbackURLs = []v1alpha1.URL{"https://notes.example.com/callback", "http://localhost:3000/callback"}
	}, "~ client/web.callbackURLs: http://localhost:3000/callback -> http://localhost:3000/callback,https://notes.example.com/callback"},
	{"logoutURLs", of("clients[].logoutURLs"), nil, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].LogoutURLs = nil }, `~ client/web.logoutURLs: http://localhost:3000/ -> ""`},
	{"flows", of("clients[].flows"), nil, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].Flows = []v1alpha1.Flow{v1alpha1.FlowCode} }, "~ client/web.flows: implicit -> code"},
	{"no flow", of("clients[].flows"), nil, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Clients[0] = v1alpha1.Client{Name: "web", Flows: []v1alpha1.Flow{}}
	}, "~ client/web.oauth: Enabled -> Disabled"},
	{"a secret", of("clients[].secret"), nil, withSecret, "~ client/web.secret: Disabled -> Enabled"},
	{"no secret", of("clients[].secret"), withSecret, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].Secret = nil }, "~ client/web.secret: Enabled -> Disabled"},
	{"a secret's name", of("clients[].secret.name"), withSecret, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].Secret.Name = "web-secret" }, "~ client/web.secret.name: notes-web -> web-secret"},
	{"a program", of("clients[].flows"), nil, harness.WithProgram, "~ client/web.secret: Disabled -> Enabled"},
	{"no program", of("clients[].flows"), harness.WithProgram, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Clients[0].Flows, o.Spec.Clients[0].Scopes = []v1alpha1.Flow{v1alpha1.FlowImplicit}, []string{"openid"}
	}, "~ client/web.secret: Enabled -> Disabled"},
	{"scopes", of("clients[].scopes"), nil, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].Scopes = []string{"openid"} }, "~ client/web.scopes: aws.cognito.signin.user.admin,email,openid,phone,profile -> openid"},
	{"tokens", of("clients[].tokens"), nil, withTokens, "~ client/web.tokens.access: 1h -> 10m"},
	{"no tokens", of("clients[].tokens"), withTokens, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].Tokens = nil }, "~ client/web.tokens.refresh: 48h -> 720h"},
	{"empty tokens", of("clients[].tokens"), withTokens, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].Tokens = &v1alpha1.ClientTokens{} }, "~ client/web.tokens.session: 5m -> 3m"},
	{"access tokens", of("clients[].tokens.access"), withTokens, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].Tokens.Access = "1h30m1s" }, "~ client/web.tokens.access: 10m -> 5401s"},
	{"ID tokens", of("clients[].tokens.id"), withTokens, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].Tokens.ID = "24h" }, "~ client/web.tokens.id: 20m -> 24h"},
	{"refresh tokens", of("clients[].tokens.refresh"), withTokens, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].Tokens.Refresh = "87600h" }, "~ client/web.tokens.refresh: 48h -> 87600h"},
	{"session", of("clients[].tokens.session"), withTokens, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].Tokens.Session = "15m" }, "~ client/web.tokens.session: 5m -> 15m"},
	{"revocation", of("clients[].tokens.revocation"), withTokens, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].Tokens.Revocation = v1alpha1.Enabled }, "~ client/web.tokens.revocation: Disabled -> Enabled"},
	{"no rotation", of("clients[].tokens.rotation"), withTokens, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].Tokens.Rotation = "" }, "~ client/web.authFlows: Custom,SRP -> Custom,Refresh,SRP"},
	{"rotationGrace", of("clients[].tokens.rotationGrace"), withTokens, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].Tokens.RotationGrace = "60s" }, "~ client/web.tokens.rotationGrace: 10s -> 1m"},
	{"authFlows", of("clients[].authFlows"), nil, withAuthFlows, "~ client/web.authFlows: Custom,Refresh,SRP -> AdminPassword,Choice,Password,Refresh"},
	{"other authFlows", of("clients[].authFlows"), withAuthFlows, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Clients[0].AuthFlows = []v1alpha1.AuthFlow{v1alpha1.AuthFlowSRP, v1alpha1.AuthFlowRefresh}
	}, "~ client/web.authFlows: AdminPassword,Choice,Password,Refresh -> Refresh,SRP"},
	{"no authFlows", of("clients[].authFlows"), withAuthFlows, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].AuthFlows = nil }, "~ client/web.authFlows: AdminPassword,Choice,Password,Refresh -> Custom,Refresh,SRP"},
	{"defaultRedirectURL", of("clients[].defaultRedirectURL"), nil, withDefaultRedirect, `~ client/web.defaultRedirectURL: "" -> http://localhost:3000/callback`},
	{"no defaultRedirectURL", of("clients[].defaultRedirectURL"), withDefaultRedirect, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].DefaultRedirectURL = "" }, `~ client/web.defaultRedirectURL: http://localhost:3000/callback -> ""`},
	{"a callback URL that is the default no more", of("clients[].defaultRedirectURL"), withDefaultRedirect, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Clients[0].CallbackURLs, o.Spec.Clients[0].DefaultRedirectURL = []v1alpha1.URL{"notes:/in"}, "notes:/in"
	}, "~ client/web.defaultRedirectURL: http://localhost:3000/callback -> notes:/in"},
	{"the pool's own users, said", of("clients[].identityProviders"), nil, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].IdentityProviders = []string{"Cognito"} }, ""},
	{"readAttributes", of("clients[].readAttributes"), nil, withAttributes, `~ client/web.readAttributes: "" -> email,email_verified`},
	{"all readAttributes", of("clients[].readAttributes"), withAttributes, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].ReadAttributes = []string{} }, `~ client/web.readAttributes: email,email_verified -> ""`},
	{"writeAttributes", of("clients[].writeAttributes"), withAttributes, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Clients[0].WriteAttributes = []string{"name", "email"}
	}, "~ client/web.writeAttributes: email -> email,name"},
	{"no attributes", of("clients[].readAttributes", "clients[].writeAttributes"), withAttributes, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Clients[0].ReadAttributes, o.Spec.Clients[0].WriteAttributes = nil, nil
	}, `~ client/web.writeAttributes: email -> ""`},
	{"userExistenceErrors", of("clients[].userExistenceErrors"), nil, withLegacyErrors, "~ client/web.userExistenceErrors: Hidden -> Legacy"},
	{"no userExistenceErrors", of("clients[].userExistenceErrors"), withLegacyErrors, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].UserExistenceErrors = "" }, "~ client/web.userExistenceErrors: Legacy -> Hidden"},
	{"sendUserContext", of("clients[].sendUserContext"), harness.WithProgram, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Clients[0].SendUserContext = v1alpha1.Enabled
	}, "~ client/web.sendUserContext: Disabled -> Enabled"},
	{"no sendUserContext", of("clients[].sendUserContext"), func(o *v1alpha1.SecuredAPI) {
		harness.WithProgram(o)
		o.Spec.Clients[0].SendUserContext = v1alpha1.Enabled
	}, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].SendUserContext = "" }, "~ client/web.sendUserContext: Enabled -> Disabled"},
	{"one client more", of("clients"), nil, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Clients = append(o.Spec.Clients, v1alpha1.Client{Name: "app", CallbackURLs: []v1alpha1.URL{"notes:/callback"}})
	}, "+ client/app code"},
	{"another client", of("clients[].name"), nil, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].Name = "other" }, "+ client/other implicit; - client/web"},
	{"no client", of("clients"), nil, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients = nil }, "- client/web"},
	{"authorizer", of("api", "api.authorizer", "api.authorizer.clients", "api.authorizer.cacheTTL"), nil, atOwnClients, "~ GET /registered access: registered -> registered at its own clients"},
	{"any client", of("api.authorizer.clients"), atOwnClients, func(o *v1alpha1.SecuredAPI) { o.Spec.API.Authorizer.Clients = v1alpha1.ClientsAny }, "~ GET /registered access: registered at its own clients -> registered"},
	{"another cacheTTL", of("api.authorizer.cacheTTL"), atOwnClients, func(o *v1alpha1.SecuredAPI) { o.Spec.API.Authorizer.CacheTTL = "0s" }, "~ deployment.digest"},
	{"the token's header", of("api.authorizer.header"), atOwnClients, func(o *v1alpha1.SecuredAPI) { o.Spec.API.Authorizer.Header = "X-Auth-Token" }, "~ deployment.digest"},
	{"no header of the token", of("api.authorizer.header"), func(o *v1alpha1.SecuredAPI) {
		o.Spec.API = &v1alpha1.APISpec{Authorizer: &v1alpha1.AuthorizerSpec{Header: "X-Auth-Token"}}
	}, func(o *v1alpha1.SecuredAPI) { o.Spec.API.Authorizer.Header = "" }, "~ deployment.digest"},
	{"no authorizer", of("api", "api.authorizer"), atOwnClients, func(o *v1alpha1.SecuredAPI) { o.Spec.API = nil }, "~ GET /registered access: registered at its own clients -> registered"},
	{"another client that opens the routes", of("clients[].name"), atOwnClients, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].Name = "other" }, "+ client/other implicit"},
	{"one route more", of("routes"), nil, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Routes = append(o.Spec.Routes, v1alpha1.Route{Path: "/orders/{id}", Methods: []v1alpha1.Method{"ANY"}, Backend: v1alpha1.Backend{HTTP: &v1alpha1.HTTPBackend{URL: "https://orders.example.com/{id}"}}})
	}, "+ ANY /orders/{id} registered"},
	{"one route less", of("routes"), nil, func(o *v1alpha1.SecuredAPI) { o.Spec.Routes = o.Spec.Routes[:1] }, "- permission/arn:aws:lambda:us-east-1:111111111111:function:GuestHandler/beta"},
	{"no route", of("routes"), nil, func(o *v1alpha1.SecuredAPI) { o.Spec.Routes = nil }, "- api "},
	{"another path", of("routes[].path"), nil, func(o *v1alpha1.SecuredAPI) { o.Spec.Routes[0].Path = "/members/{rest+}" }, "+ GET /members/{rest+} registered; - GET /registered"},
	{"methods", of("routes[].methods"), nil, func(o *v1alpha1.SecuredAPI) { o.Spec.Routes[0].Methods = []v1alpha1.Method{"GET", "POST"} }, "+ POST /registered registered"},
	{"a route more on one path", of("routes", "routes[].methods"), nil, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Routes = append(o.Spec.Routes, v1alpha1.Route{Path: "/guest", Methods: []v1alpha1.Method{"POST"}, Backend: o.Spec.Routes[0].Backend})
	}, "+ POST /guest registered"},
	{"one path in two routes, then in one", of("routes", "routes[].methods"), harness.WithGuestsReading, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Routes[0].Methods, o.Spec.Routes[1] = []v1alpha1.Method{"GET", "POST"}, o.Spec.Routes[2]
		o.Spec.Routes = o.Spec.Routes[:2]
	}, "~ GET /registered access: guest -> registered"},
	{"the order of routes", of("routes"), nil, func(o *v1alpha1.SecuredAPI) { slices.Reverse(o.Spec.Routes) }, ""},
	{"access", of("routes[].access"), nil, func(o *v1alpha1.SecuredAPI) { o.Spec.Routes[1].Access = v1alpha1.AccessRegistered }, "~ GET /guest access: guest -> registered"},
	{
		"another function", of("routes[].backend.lambda.function"), nil, func(o *v1alpha1.SecuredAPI) { o.Spec.Routes[1].Backend.Lambda.Function = "OtherHandler" },
		"~ GET /guest backend: arn:aws:lambda:us-east-1:111111111111:function:GuestHandler -> arn:aws:lambda:us-east-1:111111111111:function:OtherHandler",
	},
	{
		"a server for a function", of("routes[].backend", "routes[].backend.http"), nil, withHTTP,
		"~ GET /guest backend: arn:aws:lambda:us-east-1:111111111111:function:GuestHandler -> https://guests.example.com/",
	},
	{
		"a function for a server", of("routes[].backend", "routes[].backend.lambda"), withHTTP, func(o *v1alpha1.SecuredAPI) {
			o.Spec.Routes[1].Backend = v1alpha1.Backend{Lambda: &v1alpha1.LambdaBackend{Function: "GuestHandler"}}
		}, "~ GET /guest backend: https://guests.example.com/ -> arn:aws:lambda:us-east-1:111111111111:function:GuestHandler",
	},
	{
		"another server", of("routes[].backend.http.url"), withHTTP, func(o *v1alpha1.SecuredAPI) { o.Spec.Routes[1].Backend.HTTP.URL = "https://visitors.example.com/" },
		"~ GET /guest backend: https://guests.example.com/ -> https://visitors.example.com/",
	},
}

func atOwnClients(o *v1alpha1.SecuredAPI) {
	o.Spec.API = &v1alpha1.APISpec{Authorizer: &v1alpha1.AuthorizerSpec{CacheTTL: "1m", Clients: v1alpha1.ClientsOwn}}
}

// of lists properties.
func of(properties ...string) []string { return properties }

// impossible is a change that the API server takes and that cannot be: AWS refuses it, or the operator before it.
type impossible struct {
	name       string
	properties []string
	before     func(*harness.World, *v1alpha1.SecuredAPI)
	edit       func(*v1alpha1.SecuredAPI)
	reason     string
	words      string
}

func nothing(*harness.World, *v1alpha1.SecuredAPI) {}

var impossibles = []impossible{
	{"two variables in one place", of("routes[].path"), nothing, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Routes[0].Path, o.Spec.Routes[1].Path = "/a/{id}", "/a/{name}"
	}, v1alpha1.ReasonInvalidSpec, `"/a/{name}" has the variable {name} where spec.routes[0].path, "/a/{id}", has {id}`},
	{"a method twice on a path", of("routes", "routes[].methods"), nothing, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Routes = append(o.Spec.Routes, *o.Spec.Routes[0].DeepCopy())
	}, v1alpha1.ReasonInvalidSpec, "spec.routes[2].methods[0]: GET of path /registered is in spec.routes[0] already"},
	{"a function of another Region", of("routes[].backend.lambda.function"), nothing, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Routes[0].Backend.Lambda.Function = "arn:aws:lambda:eu-west-1:111111111111:function:RegisteredHandler"
	}, v1alpha1.ReasonInvalidSpec, "is in Region eu-west-1, but the API is in us-east-1"},
	{
		"a function that does not exist", of("routes[].backend.lambda.function"), nothing, func(o *v1alpha1.SecuredAPI) { o.Spec.Routes[0].Backend.Lambda.Function = "Missing" },
		v1alpha1.ReasonDependencyNotReady, "function:Missing does not exist",
	},
	{
		"a domain that is taken", of("domain.prefix"), func(w *harness.World, _ *v1alpha1.SecuredAPI) { w.TakeDomain("taken") }, func(o *v1alpha1.SecuredAPI) { o.Spec.Domain.Prefix = "taken" },
		v1alpha1.ReasonDomainTaken, `domain.prefix: "taken" is taken`,
	},
	{"a domain of another account", of("domain.prefix"), func(w *harness.World, _ *v1alpha1.SecuredAPI) {
		w.AWS.Inject(awslocal.Fault{
			Operation: "CreateUserPoolDomain", Kind: awslocal.RefuseBefore, Times: 1,
			Code: "InvalidParameterException", Message: "Domain already associated with another user pool.", Status: http.StatusBadRequest,
		})
	}, func(o *v1alpha1.SecuredAPI) { o.Spec.Domain.Prefix = "taken" }, v1alpha1.ReasonDomainTaken, `domain.prefix: "taken" is taken`},
	{"access denied", of("routes[].access"), func(w *harness.World, _ *v1alpha1.SecuredAPI) {
		w.AWS.Inject(awslocal.Fault{
			Operation: "PutRestApi", Kind: awslocal.RefuseBefore, Times: 1,
			Code: "AccessDeniedException", Message: "User: arn:aws:iam::111111111111:role/operator is not authorized to perform: apigateway:PUT", Status: http.StatusForbidden,
		})
	}, func(o *v1alpha1.SecuredAPI) { o.Spec.Routes[1].Access = v1alpha1.AccessRegistered }, v1alpha1.ReasonAccessDenied, "role/operator is not authorized to perform: apigateway:PUT"},
	{"access denied for a new stage", of("stage"), func(w *harness.World, _ *v1alpha1.SecuredAPI) {
		w.AWS.Inject(awslocal.Fault{
			Operation: "CreateStage", Kind: awslocal.RefuseBefore, Times: 1,
			Code: "AccessDeniedException", Message: "User: x is not authorized to perform: apigateway:POST", Status: http.StatusForbidden,
		})
	}, func(o *v1alpha1.SecuredAPI) { o.Spec.Stage = "live" }, v1alpha1.ReasonAccessDenied, "is not authorized to perform: apigateway:POST"},
	{"a limit", of("clients"), func(w *harness.World, _ *v1alpha1.SecuredAPI) {
		w.AWS.Inject(awslocal.Fault{Operation: "CreateUserPoolClient", Kind: awslocal.RefuseBefore, Times: 1, Code: "LimitExceededException", Message: "Too many clients", Status: http.StatusBadRequest})
	}, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Clients = append(o.Spec.Clients, v1alpha1.Client{Name: "app", CallbackURLs: []v1alpha1.URL{"notes:/callback"}})
	}, v1alpha1.ReasonLimitReached, "CreateUserPoolClient: LimitExceededException: Too many clients"},
	{
		"an identity provider that does not exist", of("clients[].identityProviders"), nothing, func(o *v1alpha1.SecuredAPI) {
			o.Spec.Clients[0].IdentityProviders = []string{"Cognito", "Okta"}
		}, v1alpha1.ReasonInvalidSpec, `spec.clients[0].identityProviders[1]: "Okta" is not in spec.userPool.identityProviders, nor is it Cognito`,
	},
	{
		"an attribute that does not exist", of("clients[].writeAttributes"), nothing, func(o *v1alpha1.SecuredAPI) {
			o.Spec.Clients[0].WriteAttributes = []string{"email", "nick"}
		}, v1alpha1.ReasonInvalidSpec, `spec.clients[0].writeAttributes[1]: "nick" is not an attribute of users`,
	},
	{
		"a scope that does not exist", of("clients[].scopes"), nothing, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].Scopes = []string{"notes/read"} },
		v1alpha1.ReasonInvalidSpec, `spec.clients[0].scopes[0]: "notes/read" is not declared in spec.resourceServers`,
	},
}
