package refused_test

import (
	"fmt"
	"strings"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

const (
	public  = "name a public host, like backend.example.com"
	private = "is private, of one machine or of one network"
	inside  = "is known on one machine or in one network only"
	unusual = "has an address as host that is not in its usual form"
	url     = "spec.routes[0].backend.http.url"
)

// beforeTheFirstCall are specs that the operator refuses, each by a rule of the package validate.
var beforeTheFirstCall = []struct {
	reason, breaks, patch string
	words
	// edit makes what is too long for a patch.
	edit func(*v1alpha1.SecuredAPISpec)
}{
	{"the Region does not exist", "region", `{region: eu-wets-1}`, words{"spec.region", `"eu-wets-1"`, "is not a Region of AWS", "create it with another one"}, nil},
	{"the adopted pool is in another Region", "adoptedPoolRegion", `{userPool: {adopt: {id: eu-west-1_AbCdEfGhI}}}`, words{"spec.userPool.adopt.id", `"eu-west-1_AbCdEfGhI"`, "is of Region eu-west-1, and this object of us-east-1", "adopt it with a SecuredAPI whose spec.region is eu-west-1"}, nil},
	{"self sign-up by phone number, and nothing sends the SMS", "phoneNumberAlone", `{userPool: {signInWith: [PhoneNumber]}}`, words{"spec.userPool.signInWith", "[PhoneNumber]", "needs codes by SMS with selfSignUp Enabled", "set both, add Email, or set spec.userPool.selfSignUp to Disabled"}, nil},
	{"a replica calls functions of its Region", "trigger", `{userPool: {kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a", replica: {region: us-west-2, triggers: [{event: PreSignUp, function: "arn:aws:lambda:us-east-1:111111111111:function:F"}]}}}`, words{"spec.userPool.replica.triggers[0].function", `"arn:aws:lambda:us-east-1:111111111111:function:F"`, "is in Region us-east-1, but the replica is in us-west-2", "name a function of us-west-2"}, nil},
	{"a replica's key of codes", "ofPoolsRegion", `{userPool: {kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a", replica: {region: us-west-2, senderKeyARN: "arn:aws:kms:us-east-1:111111111111:key/a"}}}`, words{"spec.userPool.replica.senderKeyARN", `"arn:aws:kms:us-east-1:111111111111:key/a"`, "is in Region us-east-1, but the replica is in us-west-2", "name a key of us-west-2"}, nil},
	{"a replica's web ACL", "ofPoolsRegion", `{userPool: {kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a", replica: {region: us-west-2, webACLARN: "arn:aws:wafv2:us-east-1:111111111111:regional/webacl/notes/a"}}}`, words{"spec.userPool.replica.webACLARN", `"arn:aws:wafv2:us-east-1:111111111111:regional/webacl/notes/a"`, "is in Region us-east-1, but the replica is in us-west-2", "name a web ACL of us-west-2"}, nil},
	{"a replica's log group", "ofPoolsRegion", `{userPool: {kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a", replica: {region: us-west-2, logs: [{source: Notifications, logGroupARN: "arn:aws:logs:us-east-1:111111111111:log-group:notes"}]}}}`, words{"spec.userPool.replica.logs[0].logGroupARN", `"arn:aws:logs:us-east-1:111111111111:log-group:notes"`, "is in Region us-east-1, but the replica is in us-west-2", "name a log group of us-west-2"}, nil},
	{"a replica's stream", "ofPoolsRegion", `{userPool: {tier: Plus, kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a", replica: {region: us-west-2, logs: [{source: UserActivity, streamARN: "arn:aws:firehose:us-east-1:111111111111:deliverystream/notes"}]}}}`, words{"spec.userPool.replica.logs[0].streamARN", `"arn:aws:firehose:us-east-1:111111111111:deliverystream/notes"`, "is in Region us-east-1, but the replica is in us-west-2", "name a stream of us-west-2"}, nil},
	{"a replica's notices", "ofPoolsRegion", `{userPool: {tier: Plus, threatProtection: {mode: Enforced, notifications: {identityARN: "arn:aws:ses:us-east-1:111111111111:identity/a"}}, kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a", replica: {region: us-west-2, notifications: {identityARN: "arn:aws:ses:us-east-1:111111111111:identity/a"}}}}`, words{"spec.userPool.replica.notifications.identityARN", `"arn:aws:ses:us-east-1:111111111111:identity/a"`, "is in Region us-east-1, but the replica is in us-west-2", "name an identity of us-west-2"}, nil},
	{"a log group of another Region", "ofPoolsRegion", `{userPool: {logs: [{source: Notifications, logGroupARN: "arn:aws:logs:eu-west-1:111111111111:log-group:notes"}]}}`, words{"spec.userPool.logs[0].logGroupARN", `"arn:aws:logs:eu-west-1:111111111111:log-group:notes"`, "is in Region eu-west-1, but the user pool is in us-east-1", "name a log group of us-east-1"}, nil},
	{"a replica in the pool's Region", "replicaRegion", `{userPool: {kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a", replica: {region: us-east-1}}}`, words{"spec.userPool.replica.region", `"us-east-1"`, "is the user pool's own Region", "name another one"}, nil},
	{"a replica where AWS has no Region", "replicaRegion", `{userPool: {kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a", replica: {region: us-middle-1}}}`, words{"spec.userPool.replica.region", `"us-middle-1"`, "is not a Region of AWS", "allow a Region that is newer than this version of the operator with --regions=us-middle-1"}, nil},
	{"a replica in another part of AWS", "replicaRegion", `{userPool: {kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a", replica: {region: cn-north-1}}}`, words{"spec.userPool.replica.region", `"cn-north-1"`, "is in another part of AWS than the user pool's Region, us-east-1", "name a Region of the same part"}, nil},
	{"a web ACL of another Region", "ofPoolsRegion", `{userPool: {webACLARN: "arn:aws:wafv2:eu-west-1:111111111111:regional/webacl/notes/a"}}`, words{"spec.userPool.webACLARN", `"arn:aws:wafv2:eu-west-1:111111111111:regional/webacl/notes/a"`, "is in Region eu-west-1, but the user pool is in us-east-1", "name a web ACL of us-east-1"}, nil},
	{"no second factor follows a one-time password", "firstFactorsBesideMFA", `{userPool: {firstFactors: [Password, EmailOTP], mfa: {mode: Required, factors: [TOTP]}}}`, words{"spec.userPool.firstFactors[1]", "EmailOTP", "is not possible with spec.userPool.mfa.mode Required", "take it off, or set spec.userPool.mfa.mode to Optional"}, nil},
	{"a passkey is one factor", "firstFactorsBesideMFA", `{userPool: {firstFactors: [Password, Passkey], mfa: {mode: Required, factors: [TOTP]}}}`, words{"spec.userPool.firstFactors[1]", "Passkey", "is one factor, and spec.userPool.mfa.mode is Required", "set spec.userPool.passkeys.satisfyMFA to Enabled"}, nil},
	{"a second factor by SMS, and no role", "textsWithoutRole", `{userPool: {mfa: {mode: Optional, factors: [TOTP, SMS]}}}`, words{"spec.userPool.mfa.factors[1]", "SMS", "needs codes by SMS, and spec.userPool.sms is not set", "set spec.userPool.sms.roleARN"}, nil},
	{"a first factor by SMS, and no role", "textsWithoutRole", `{userPool: {firstFactors: [Password, SMSOTP]}}`, words{"spec.userPool.firstFactors[1]", "SMSOTP", "needs codes by SMS, and spec.userPool.sms is not set", "set spec.userPool.sms.roleARN"}, nil},
	{"SMS is a factor wherever it can be sent", "textsAsFactor", `{userPool: {sms: {roleARN: "arn:aws:iam::111111111111:role/Texts"}, mfa: {mode: Optional, factors: [TOTP]}}}`, words{"spec.userPool.mfa.factors", "[TOTP]", "has no SMS, and spec.userPool.sms is set", "add SMS, or take spec.userPool.sms off"}, nil},
	{"a second factor by Cognito's own e-mail", "emailAsFactor", `{userPool: {mfa: {mode: Optional, factors: [Email]}}}`, words{"spec.userPool.mfa.factors[0]", "Email", "needs spec.userPool.email.sender SES", "set spec.userPool.email.sender to SES"}, nil},
	{"a trigger's function is in another Region", "trigger", `{userPool: {triggers: [{event: PreSignUp, function: "arn:aws:lambda:eu-west-1:111111111111:function:F"}]}}`, words{"spec.userPool.triggers[0].function", `"arn:aws:lambda:eu-west-1:111111111111:function:F"`, "is in Region eu-west-1, but the user pool is in us-east-1", "name a function of us-east-1"}, nil},
	{"a key is used in its own Region", "ofPoolsRegion", `{userPool: {senderKeyARN: "arn:aws:kms:eu-west-1:111111111111:key/a"}}`, words{"spec.userPool.senderKeyARN", `"arn:aws:kms:eu-west-1:111111111111:key/a"`, "is in Region eu-west-1, but the user pool is in us-east-1", "name a key of us-east-1"}, nil},
	{"a pool is encrypted in its own Region", "ofPoolsRegion", `{userPool: {kmsKeyARN: "arn:aws:kms:eu-west-1:111111111111:key/a"}}`, words{"spec.userPool.kmsKeyARN", `"arn:aws:kms:eu-west-1:111111111111:key/a"`, "is in Region eu-west-1, but the user pool is in us-east-1", "name a key of us-east-1"}, nil},
	{"tier Lite changes ID tokens only", "tier", `{userPool: {tier: Lite, triggers: [{event: PreTokenGeneration, function: F, version: V2}]}}`, words{"spec.userPool.triggers[0].version", "V2", "needs a tier above Lite, and spec.userPool.tier is Lite", "set spec.userPool.tier to Essentials"}, nil},
	{"a client names a provider that nobody makes", "unknownProvider", web("identityProviders: [Cognito, Okta]"), words{"spec.clients[0].identityProviders[1]", `"Okta"`, "is not in spec.userPool.identityProviders, nor is it Cognito", "add it there"}, nil},
	{"a provider fills what is no attribute", "mapping", `{userPool: {identityProviders: [{name: Okta, attributes: {email: email, nick: nick}, oidc: {issuer: "https://a.example.com", clientID: c}}]}}`, words{"spec.userPool.identityProviders[0].attributes.nick", "", "is not an attribute of users", "name a standard attribute"}, nil},
	{"a provider fills the id that Cognito gives", "mapping", `{userPool: {identityProviders: [{name: Okta, attributes: {email: email, sub: sub}, oidc: {issuer: "https://a.example.com", clientID: c}}]}}`, words{"spec.userPool.identityProviders[0].attributes.sub", "", "is Cognito's own id of a user", "take it off"}, nil},
	{"a provider fills what cannot change", "mapping", `{userPool: {customAttributes: [{name: team, mutable: false}], identityProviders: [{name: Okta, attributes: {email: email, "custom:team": team}, oidc: {issuer: "https://a.example.com", clientID: c}}]}}`, words{"spec.userPool.identityProviders[0].attributes.custom:team", "", "is written at each sign-in, and spec.userPool.customAttributes[0].mutable is false", "use an attribute that is mutable"}, nil},
	{"a provider fills what a client may not write", "unwritable", `{userPool: {identityProviders: [{name: Okta, attributes: {email: email, name: name}, oidc: {issuer: "https://a.example.com", clientID: c}}]}, clients: [{name: web, callbackURLs: ["https://app.example.com/"], writeAttributes: [email]}]}`, words{"spec.clients[0].writeAttributes", "", "name is not in it, and spec.userPool.identityProviders[0] (Okta) writes it", "add it"}, nil},
	{"a client signs in the pool's users beside a provider where sign-ins begin", "besideInitiated", `{userPool: {identityProviders: [{name: Okta, attributes: {email: email}, saml: {metadataURL: "https://a.example.com", idpInitiated: Enabled}}, {name: Google, attributes: {email: email}, google: {clientID: c, clientSecretFrom: {name: a, key: b}}}]}, clients: [{name: web, callbackURLs: ["https://app.example.com/"], identityProviders: [Cognito, Okta]}]}`, words{"spec.clients[0].identityProviders", "", "has Cognito beside Okta, whose saml.idpInitiated is Enabled", "name only providers of SAML"}, nil},
	{"a client that names none has all providers beside one where sign-ins begin", "besideInitiated", `{userPool: {identityProviders: [{name: Okta, attributes: {email: email}, saml: {metadataURL: "https://a.example.com", idpInitiated: Enabled}}, {name: Google, attributes: {email: email}, google: {clientID: c, clientSecretFrom: {name: a, key: b}}}]}, clients: [{name: job, callbackURLs: ["https://app.example.com/"], identityProviders: [Okta]}, {name: web, callbackURLs: ["https://app.example.com/"]}]}`, words{"spec.clients[1].identityProviders", "", "has Google beside Okta, whose saml.idpInitiated is Enabled", "name only providers of SAML"}, nil},
	{"an identifier means two providers", "identifierTwice", `{userPool: {identityProviders: [{name: Okta, attributes: {email: email}, identifiers: [acme], oidc: {issuer: "https://a.example.com", clientID: c}}, {name: Entra, attributes: {email: email}, identifiers: [acme], oidc: {issuer: "https://a.example.com", clientID: c}}]}}`, words{"spec.userPool.identityProviders[1].identifiers[0]", `"acme"`, "is spec.userPool.identityProviders[0].identifiers[0] already", "take one of them off"}, nil},
	{"a client's scope is not declared", "scopes", web("scopes: [openid, notes/write]"), words{"spec.clients[0].scopes[1]", `"notes/write"`, "is not declared in spec.resourceServers", "declare it there"}, nil},
	{"a client's scope is misspelled", "scopes", web("scopes: [open_id]"), words{"spec.clients[0].scopes[0]", `"open_id"`, "nor is it one of Cognito's own scopes", "openid, email, phone, profile"}, nil},
	{"a ClientCredentials client's scope is not declared", "scopes", `{clients: [{name: job, flows: [ClientCredentials], scopes: [note/read]}]}`, words{"spec.clients[0].scopes[0]", `"note/read"`, "is not declared", "declare it there"}, nil},
	{"the scope's resource server was removed", "scopes", `{resourceServers: null}`, words{"spec.clients[0].scopes[1]", `"notes/read"`, "is not declared", "declare it there"}, nil},
	{"a route's scope is not declared", "scopes", `{routes: [{path: /a, methods: [GET], scopes: [notes/read, notes/write], backend: {lambda: {function: F}}}]}`, words{"spec.routes[0].scopes[1]", `"notes/write"`, "is not declared", "declare it there"}, nil},
	{"a selector of namespaces that cannot be read", "sharedWith", `{userPool: {sharedWith: {from: Selector, selector: {matchExpressions: [{key: team, operator: Is}]}}}}`, words{"spec.userPool.sharedWith.selector", "", "selects nothing, because it cannot be read", "write it as the selector of a Deployment"}, nil},
	{"tokens of no client open anything", "ownClientsMissing", `{clients: null, api: {authorizer: {clients: Own}}}`, words{"spec.api.authorizer.clients", "Own", "lets in only tokens of spec.clients, and spec.clients is empty", "add a client"}, nil},
	{"any client may have a scope of Cognito's", "scopesOfOthers", `{api: {authorizer: {clients: Own}}, routes: [{path: /a, methods: [GET], scopes: [notes/read, openid], backend: {lambda: {function: F}}}]}`, words{"spec.routes[0].scopes[1]", `"openid"`, "is not of spec.resourceServers", "or set spec.api.authorizer.clients to Any"}, nil},
	{"two routes have one path and method", "methods", `{routes: [{path: /a, methods: [GET], backend: {lambda: {function: F}}}, {path: /a, methods: [PUT, GET], backend: {lambda: {function: G}}}]}`, words{"spec.routes[1].methods[1]", "GET", "of path /a is in spec.routes[0] already", "take it off one of them"}, nil},
	{"two paths have different variables at one place", "variables", `{routes: [{path: "/a/{id}", methods: [GET], backend: {lambda: {function: F}}}, {path: "/a/{name}/b", methods: [GET], backend: {lambda: {function: F}}}]}`, words{"spec.routes[1].path", `"/a/{name}/b"`, "and API Gateway allows one name of a variable at each place of a path", "give them one name"}, nil},
	{"a path has a variable twice", "variableTwice", path("/{id}/b/{id}"), words{"spec.routes[0].path", `"/{id}/b/{id}"`, "has the variable {id} twice", "give one of them another name"}, nil},
	{"the backend uses a variable that the path lacks", "unknownVariable", server("https://b.example.com/{name}"), words{url, `"https://b.example.com/{name}"`, "uses {name}, which the path /a/{id} does not have", "name a variable of the path"}, nil},
	{"a Guest path matches what a Registered path guards", "writings", `{routes: [{path: /a, methods: [GET], backend: {lambda: {function: F}}}, {path: "/{proxy+}", methods: [ANY], access: Guest, backend: {lambda: {function: F}}}]}`, words{"spec.routes[1].path", `"/{proxy+}"`, "is for guests, and so is any request that is guarded by", "give one of them another backend"}, nil},
	{"an attribute that Cognito does not have", "attributes", web("readAttributes: [email, nick]"), words{"spec.clients[0].readAttributes[1]", `"nick"`, "is not an attribute of users", "name a standard attribute, like given_name, or custom:<name>"}, nil},
	{"an attribute that nobody writes", "attributes", web("writeAttributes: [email, email_verified]"), words{"spec.clients[0].writeAttributes[1]", `"email_verified"`, "is an attribute that no client may write", "take it off"}, nil},
	{"an attribute that the pool requires", "attributes", `{userPool: {signInWith: null}, ` + web("writeAttributes: [name]")[1:], words{"spec.clients[0].writeAttributes", "", "email is not in it, which users have to give when they sign up", "add it, or leave writeAttributes out"}, nil},
	{"nobody sends codes to phone numbers", "textsWithoutRole", `{userPool: {autoVerify: [Email, PhoneNumber]}}`, words{"spec.userPool.autoVerify[1]", "PhoneNumber", "needs codes by SMS", "take it off"}, nil},
	{"tier Lite has passwords only", "tier", `{userPool: {tier: Lite, firstFactors: [Password, EmailOTP]}}`, words{"spec.userPool.firstFactors[1]", "EmailOTP", "needs a tier above Lite, and spec.userPool.tier is Lite", "set spec.userPool.tier to Essentials"}, nil},
	{"tier Lite sends no second factor by e-mail", "tier", `{userPool: {tier: Lite, email: {sender: SES, identityARN: "arn:aws:ses:us-east-1:111111111111:identity/a"}, mfa: {mode: Optional, factors: [Email]}}}`, words{"spec.userPool.mfa.factors[0]", "Email", "needs a tier above Lite", "set spec.userPool.tier to Essentials"}, nil},
	{"tier Lite offers no choice of factors", "tier", `{userPool: {tier: Lite}, clients: [{name: web, callbackURLs: ["https://app.example.com/"], scopes: [openid, notes/read], authFlows: [Choice, Refresh]}]}`, words{"spec.clients[0].authFlows[0]", "Choice", "needs a tier above Lite", "set spec.userPool.tier to Essentials"}, nil},
	{"tier Lite has classic pages only", "tier", `{userPool: {tier: Lite}, domain: {pages: Managed}}`, words{"spec.domain.pages", "Managed", "needs a tier above Lite", "set spec.userPool.tier to Essentials"}, nil},
	{"tier Lite rotates no tokens", "tier", `{userPool: {tier: Lite}, clients: [{name: web, callbackURLs: ["https://app.example.com/"], scopes: [openid, notes/read], tokens: {rotation: Enabled}}]}`, words{"spec.clients[0].tokens.rotation", "Enabled", "needs a tier above Lite", "set spec.userPool.tier to Essentials"}, nil},
	{"recovery goes where the second factor goes", "recoveryByFactor", `{userPool: {recovery: [Email], email: {sender: SES, identityARN: "arn:aws:ses:us-east-1:111111111111:identity/a"}, mfa: {mode: Optional, factors: [TOTP, Email]}}}`, words{"spec.userPool.recovery", "[Email]", "has no way beside those of spec.userPool.mfa.factors", "set it to [AdminOnly]"}, nil},
	{"more attributes than a pool is made with", "attributeCount", `{userPool: {standardAttributes: [{name: gender}]}}`, words{"spec.userPool.customAttributes", "49", "attributes are too many beside 1 standardAttributes", "take some off"}, func(s *v1alpha1.SecuredAPISpec) {
		for i := range 49 {
			s.UserPool.CustomAttributes = append(s.UserPool.CustomAttributes, v1alpha1.CustomAttribute{Name: fmt.Sprint("a", i)})
		}
	}},
	{"nobody gets a code without an address", "emailNotRequired", `{userPool: {signInWith: [], standardAttributes: [{name: gender}, {name: email}]}}`, words{"spec.userPool.standardAttributes[1].required", "false", "lets people sign up without the e-mail address", "set it to true"}, nil},
	{"a function of another Region", "function", lambda("arn:aws:lambda:eu-west-1:111111111111:function:F"), words{"spec.routes[0].backend.lambda.function", `"arn:aws:lambda:eu-west-1:111111111111:function:F"`, "is in Region eu-west-1, but the API is in us-east-1", "name a function of us-east-1"}, nil},
	{"a function of another partition", "function", lambda("arn:aws-cn:lambda:cn-north-1:111111111111:function:F"), words{"spec.routes[0].backend.lambda.function", `"arn:aws-cn:lambda:cn-north-1:111111111111:function:F"`, "is in the partition aws-cn", "name a function of us-east-1"}, nil},
	{"an API is adopted without routes", "adoptionWithoutRoutes", `{routes: null, api: {adopt: {id: abc123defg}}}`, words{"spec.api.adopt.id", `"abc123defg"`, "is adopted for its routes, and spec.routes has none", "name its routes"}, nil},

	{"localhost", "host", server("https://localhost/"), words{url, `"https://localhost/"`, inside, public}, nil},
	{"a name below localhost", "host", server("https://a.localhost:8443/"), words{url, `"https://a.localhost:8443/"`, inside, public}, nil},
	{"a Kubernetes service", "host", server("https://notes.default.svc.cluster.local/"), words{url, `"https://notes.default.svc.cluster.local/"`, inside, public}, nil},
	{"a Kubernetes service's short name", "host", server("https://notes.default.svc/"), words{url, `"https://notes.default.svc/"`, inside, public}, nil},
	{"a name below .internal", "host", server("https://ip-10-0-0-1.ec2.internal/"), words{url, `"https://ip-10-0-0-1.ec2.internal/"`, inside, public}, nil},
	{"a name below .local", "host", server("https://printer.local./"), words{url, `"https://printer.local./"`, inside, public}, nil},
	{"a single label", "host", server("https://notes/"), words{url, `"https://notes/"`, "is not a full domain name", public}, nil},
	{"loopback", "host", server("https://127.0.0.1:8443/"), words{url, `"https://127.0.0.1:8443/"`, private, public}, nil},
	{"private, 10", "host", server("https://10.1.2.3/"), words{url, `"https://10.1.2.3/"`, private, public}, nil},
	{"private, 172.16", "host", server("https://172.16.0.1/"), words{url, `"https://172.16.0.1/"`, private, public}, nil},
	{"private, 192.168", "host", server("https://192.168.1.1/"), words{url, `"https://192.168.1.1/"`, private, public}, nil},
	{"link-local: EC2's metadata", "host", server("https://169.254.169.254/latest"), words{url, `"https://169.254.169.254/latest"`, private, public}, nil},
	{"the unspecified address", "host", server("https://0.0.0.0/"), words{url, `"https://0.0.0.0/"`, private, public}, nil},
	{"multicast", "host", server("https://224.0.0.1/"), words{url, `"https://224.0.0.1/"`, private, public}, nil},
	{"shared address space (RFC 6598)", "host", server("https://100.64.0.1/"), words{url, `"https://100.64.0.1/"`, private, public}, nil},
	{"an IPv4 address as one number", "host", server("https://2130706433/"), words{url, `"https://2130706433/"`, unusual, "write four decimal numbers"}, nil},
	{"loopback of IPv6", "host", server("https://[::1]/"), words{url, `"https://[::1]/"`, private, public}, nil},
	{"unspecified of IPv6", "host", server("https://[::]/"), words{url, `"https://[::]/"`, private, public}, nil},
	{"link-local of IPv6", "host", server("https://[fe80::1]/"), words{url, `"https://[fe80::1]/"`, private, public}, nil},
	{"unique local of IPv6", "host", server("https://[fd00::1]/"), words{url, `"https://[fd00::1]/"`, private, public}, nil},
	{"multicast of IPv6", "host", server("https://[ff02::1]/"), words{url, `"https://[ff02::1]/"`, private, public}, nil},
	{"IPv4 in IPv6", "host", server("https://[::ffff:10.0.0.1]/"), words{url, `"https://[::ffff:10.0.0.1]/"`, private, public}, nil},

	{"a spec of more than 256 KB", "size", "{}", words{"spec", "", "and a SecuredAPI may have 262144", "move some routes to another SecuredAPI"}, func(s *v1alpha1.SecuredAPISpec) {
		fill(s, 260, func(i int) v1alpha1.Route {
			return route(fmt.Sprintf("/%d", i), v1alpha1.Backend{HTTP: &v1alpha1.HTTPBackend{URL: "https://b.example.com/" + strings.Repeat("a", 1000)}}, "GET")
		})
	}},
	{"more than 1,000 methods", "methodCount", "{}", words{"spec.routes", "", "the routes have 1008 methods, and a SecuredAPI may have 1000", "move some routes"}, func(s *v1alpha1.SecuredAPISpec) {
		fill(s, 126, func(i int) v1alpha1.Route { return route(fmt.Sprintf("/%d", i), function, every...) })
	}},
	{"more than 25 resource servers with those of routes", "scopeCount", "{}", words{"spec.routes", "26", "a user pool has at most 25", "use fewer identifiers"}, func(s *v1alpha1.SecuredAPISpec) {
		fill(s, 25, func(i int) v1alpha1.Route {
			r := route(fmt.Sprintf("/%d", i), function, "GET")
			r.Scopes = []string{fmt.Sprintf("server%d/read", i)}
			s.Clients[0].Scopes = append(s.Clients[0].Scopes, r.Scopes...)
			return r
		})
	}},
	{"more than 100 scopes of a resource server with those of routes", "scopeCount", "{}", words{"spec.routes", "101", `scopes of resource server "notes" are declared or named by routes`, "use fewer scopes"}, func(s *v1alpha1.SecuredAPISpec) {
		s.Clients = append(s.Clients, s.Clients[0], s.Clients[0])
		fill(s, 100, func(i int) v1alpha1.Route {
			r := route(fmt.Sprintf("/%d", i), function, "GET")
			r.Scopes = []string{fmt.Sprintf("notes/s%d", i)}
			c := &s.Clients[i/40]
			if i%40 == 0 {
				c.Name, c.Scopes = fmt.Sprintf("web%d", i/40), []string{"openid"}
			}
			c.Scopes = append(c.Scopes, r.Scopes...)
			return r
		})
	}},
	{"more than 300 places", "places", "{}", words{"spec.routes", "", "the paths have 301 places, and an API takes 300", "move some routes"}, func(s *v1alpha1.SecuredAPISpec) {
		fill(s, 300, func(i int) v1alpha1.Route { return route(fmt.Sprintf("/a/%d", i), function, "GET") })
	}},
	{"a definition of more than 6 MB", "document", "{}", words{"spec.routes", "", "and API Gateway takes 6000000", "shorten paths with many variables"}, func(s *v1alpha1.SecuredAPISpec) {
		var variables strings.Builder
		for i := range 100 {
			fmt.Fprintf(&variables, "/{%c%c}", 'a'+i/26, 'a'+i%26)
		}
		fill(s, 124, func(i int) v1alpha1.Route {
			return route(fmt.Sprintf("%s/%d", variables.String(), i), function, every...)
		})
	}},
}

var (
	every    = []v1alpha1.Method{"GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS", "ANY"}
	function = v1alpha1.Backend{Lambda: &v1alpha1.LambdaBackend{Function: "F"}}
)

func route(path string, backend v1alpha1.Backend, methods ...v1alpha1.Method) v1alpha1.Route {
	return v1alpha1.Route{Path: path, Methods: methods, Access: v1alpha1.AccessRegistered, Backend: backend}
}

func fill(s *v1alpha1.SecuredAPISpec, count int, route func(int) v1alpha1.Route) {
	s.Routes = nil
	for i := range count {
		s.Routes = append(s.Routes, route(i))
	}
}
