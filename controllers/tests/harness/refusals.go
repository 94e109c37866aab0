package harness

import (
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"
)

// Refusal is a bad value of a property, as a merge patch of the spec, and what the API server says to it.
type Refusal struct{ Property, Patch, Words string }

// Refusals are refused whatever else the spec says.
var Refusals = []Refusal{
	{"region", `{region: Virginia}`, "region must be the name of an AWS Region"},
	{"stage", `{stage: a b}`, "stage may hold only letters"},
	{"deletionPolicy", `{deletionPolicy: Keep}`, "Unsupported value"},
	{"tags", `{tags: {"securedapi.dev/name": notes}}`, "tags may not begin with aws: or securedapi.dev/"},
	{"outputs", `{outputs: notes}`, "must be of type object"},
	{"outputs.configMapName", `{outputs: {configMapName: a_b}}`, "configMapName may hold only lower-case letters"},
	{"outputs.secretName", `{outputs: {secretName: notes-}}`, "secretName may hold only lower-case letters"},
	{"userPool", `{userPool: none}`, "must be of type object"},
	{"userPool.signInWith", `{userPool: {signInWith: [PhoneNumber, Email, Email]}}`, "Duplicate value"},
	{"userPool.selfSignUp", `{userPool: {selfSignUp: Sometimes}}`, "Unsupported value"},
	{"userPool.passwordPolicy", `{userPool: {passwordPolicy: strong}}`, "must be of type object"},
	{"userPool.passwordPolicy.minimumLength", `{userPool: {passwordPolicy: {minimumLength: 5}}}`, "greater than or equal to 6"},
	{"userPool.passwordPolicy.requireUppercase", `{userPool: {passwordPolicy: {requireUppercase: 1}}}`, "must be of type boolean"},
	{"userPool.passwordPolicy.requireLowercase", `{userPool: {passwordPolicy: {requireLowercase: 1}}}`, "must be of type boolean"},
	{"userPool.passwordPolicy.requireNumbers", `{userPool: {passwordPolicy: {requireNumbers: 1}}}`, "must be of type boolean"},
	{"userPool.passwordPolicy.requireSymbols", `{userPool: {passwordPolicy: {requireSymbols: 1}}}`, "must be of type boolean"},
	{"userPool.firstFactors", `{userPool: {firstFactors: [Passkey]}}`, "Passkey cannot be the only first factor"},
	{"userPool.passkeys", `{userPool: {passkeys: all}}`, "must be of type object"},
	{"userPool.passkeys.relyingPartyID", `{userPool: {passkeys: {relyingPartyID: localhost}}}`, "relyingPartyID must be a domain name"},
	{"userPool.passkeys.userVerification", `{userPool: {passkeys: {userVerification: Discouraged}}}`, "Unsupported value"},
	{"userPool.passkeys.satisfyMFA", `{userPool: {passkeys: {satisfyMFA: Sometimes}}}`, "Unsupported value"},
	{"userPool.mfa", `{userPool: {mfa: TOTP}}`, "must be of type object"},
	{"userPool.mfa.mode", `{userPool: {mfa: {mode: Sometimes}}}`, "Unsupported value"},
	{"userPool.mfa.factors", `{userPool: {mfa: {mode: Required, factors: []}}}`, "factors are needed with mode Optional and Required"},
	{"userPool.email", `{userPool: {email: SES}}`, "must be of type object"},
	{"userPool.email.sender", `{userPool: {email: {sender: Sendmail}}}`, "Unsupported value"},
	{"userPool.email.identityARN", `{userPool: {email: {identityARN: notes@example.com}}}`, "identityARN must be the ARN of an identity in Amazon SES"},
	{"userPool.email.from", `{userPool: {email: {from: ""}}}`, "at least 1 chars"},
	{"userPool.email.replyTo", `{userPool: {email: {replyTo: help}}}`, "replyTo must be an e-mail address"},
	{"userPool.email.configurationSet", `{userPool: {email: {configurationSet: a b}}}`, "configurationSet may hold only letters"},
	{"userPool.sms", `{userPool: {sms: Texts}}`, "must be of type object"},
	{"userPool.sms.roleARN", `{userPool: {sms: {roleARN: Texts}}}`, "roleARN must be the ARN of an IAM role"},
	{"userPool.sms.externalID", `{userPool: {sms: {roleARN: "arn:aws:iam::111111111111:role/Texts", externalID: ""}}}`, "at least 1 chars"},
	{"userPool.sms.region", `{userPool: {sms: {roleARN: "arn:aws:iam::111111111111:role/Texts", region: Virginia}}}`, "region must be the name of an AWS Region"},
	{"userPool.autoVerify", `{userPool: {autoVerify: [Fax]}}`, "Unsupported value"},
	{"userPool.verifyBeforeUpdate", `{userPool: {autoVerify: [], verifyBeforeUpdate: [Email]}}`, "takes only what autoVerify names"},
	{"userPool.recovery", `{userPool: {recovery: [Email, AdminOnly]}}`, "AdminOnly leaves recovery to administrators"},
	{"userPool.passwordPolicy.history", `{userPool: {passwordPolicy: {history: 25}}}`, "less than or equal to 24"},
	{"userPool.passwordPolicy.temporaryValidity", `{userPool: {passwordPolicy: {temporaryValidity: 7d}}}`, "should match"},
	{"userPool.tier", `{userPool: {tier: Free}}`, "Unsupported value"},
	{"userPool.deletionProtection", `{userPool: {deletionProtection: "true"}}`, "Unsupported value"},
	{"userPool.customAttributes", `{userPool: {customAttributes: [{name: a}, {name: a}]}}`, "Duplicate value"},
	{"userPool.devices", `{userPool: {devices: Always}}`, "must be of type object"},
	{"userPool.devices.remember", `{userPool: {devices: {remember: Never}}}`, "Unsupported value"},
	{"userPool.devices.skipMFA", `{userPool: {devices: {skipMFA: Sometimes}}}`, "Unsupported value"},
	{"userPool.messages", `{userPool: {messages: Hello}}`, "must be of type object"},
	{"userPool.messages.verification", `{userPool: {messages: {verification: Hello}}}`, "must be of type object"},
	{"userPool.messages.verification.by", `{userPool: {messages: {verification: {by: Fax}}}}`, "Unsupported value"},
	{"userPool.messages.verification.subject", `{userPool: {messages: {verification: {subject: ""}}}}`, "at least 1 chars"},
	{"userPool.messages.verification.email", `{userPool: {messages: {verification: {email: Your code is here}}}}`, "email must hold what it is sent for"},
	{"userPool.messages.verification.sms", `{userPool: {messages: {verification: {sms: Your code}}}}`, "sms must hold {####}"},
	{"userPool.messages.invitation", `{userPool: {messages: {invitation: Hello}}}`, "must be of type object"},
	{"userPool.messages.invitation.subject", `{userPool: {messages: {invitation: {subject: ""}}}}`, "at least 1 chars"},
	{"userPool.messages.invitation.email", `{userPool: {messages: {invitation: {email: "{####}"}}}}`, "email must hold {username} and {####}"},
	{"userPool.messages.invitation.sms", `{userPool: {messages: {invitation: {sms: "{username}"}}}}`, "sms must hold {username} and {####}"},
	{"userPool.groups", `{userPool: {groups: [{name: a}, {name: a}]}}`, "Duplicate value"},
	{"userPool.groups[].name", `{userPool: {groups: [{name: a b}]}}`, "name may hold only letters"},
	{"userPool.groups[].description", `{userPool: {groups: [{name: a, description: ""}]}}`, "at least 1 chars"},
	{"userPool.groups[].precedence", `{userPool: {groups: [{name: a, precedence: -1}]}}`, "greater than or equal to 0"},
	{"userPool.groups[].roleARN", `{userPool: {groups: [{name: a, roleARN: Staff}]}}`, "roleARN must be the ARN of an IAM role"},
	{"resourceServers", `{resourceServers: [{identifier: a, scopes: [{name: b}]}, {identifier: a, scopes: [{name: c}]}]}`, "Duplicate value"},
	{"resourceServers[].identifier", `{resourceServers: [{identifier: a b, scopes: [{name: c}]}]}`, "identifier may hold only printable ASCII"},
	{"resourceServers[].scopes", `{resourceServers: [{identifier: a, scopes: []}]}`, "at least 1 items"},
	{"resourceServers[].scopes[].name", `{resourceServers: [{identifier: a, scopes: [{name: b/c}]}]}`, "name may hold only printable ASCII"},
	{"resourceServers[].scopes[].description", `{resourceServers: [{identifier: a, scopes: [{name: b, description: ""}]}]}`, "at least 1 chars"},
	{"domain", `{domain: notes}`, "must be of type object"},
	{"domain.prefix", `{domain: {prefix: My-Notes}}`, "prefix may hold only lower-case letters"},
	{"clients", `{clients: [{name: a, callbackURLs: ["a:/b"]}, {name: a, callbackURLs: ["a:/b"]}]}`, "Duplicate value"},
	{"clients[].name", `{clients: [{name: A, callbackURLs: ["a:/b"]}]}`, "name may hold only lower-case letters"},
	{"clients[].callbackURLs", `{clients: [{name: a, callbackURLs: ["http://notes.example.com/"]}]}`, "must use https"},
	{"clients[].logoutURLs", `{clients: [{name: a, callbackURLs: ["a:/b"], logoutURLs: ["/bye"]}]}`, "must be an absolute URL"},
	{"clients[].flows", `{clients: [{name: a, callbackURLs: ["a:/b"], scopes: [a/b], flows: [Code, ClientCredentials]}]}`, "ClientCredentials cannot go with another flow"},
	{"clients[].scopes", `{clients: [{name: a, flows: [ClientCredentials], scopes: [openid]}]}`, "ClientCredentials takes scopes of a resource server"},
	{"clients[].defaultRedirectURL", `{clients: [{name: a, callbackURLs: ["a:/b"], defaultRedirectURL: "a:/c"}]}`, "defaultRedirectURL must be one of callbackURLs"},
	{"clients[].identityProviders", `{clients: [{name: a, flows: [], identityProviders: []}]}`, "at least 1 items"},
	{"clients[].readAttributes", `{clients: [{name: a, flows: [], readAttributes: [email, email]}]}`, "Duplicate value"},
	{"clients[].writeAttributes", `{clients: [{name: a, flows: [], writeAttributes: [""]}]}`, "at least 1 chars"},
	{"clients[].userExistenceErrors", `{clients: [{name: a, flows: [], userExistenceErrors: Told}]}`, "Unsupported value"},
	{"clients[].sendUserContext", `{clients: [{name: a, flows: [], sendUserContext: Enabled}]}`, "sendUserContext needs a client with a secret"},
	{"clients[].secret", `{clients: [{name: a, flows: [], secret: mine}]}`, "must be of type object"},
	{"clients[].secret.name", `{clients: [{name: a, flows: [], secret: {name: A_B}}]}`, "name may hold only lower-case letters, digits, hyphens and dots"},
	{"clients[].authFlows", `{clients: [{name: a, flows: [], authFlows: []}]}`, "at least 1 items"},
	{"clients[].tokens", `{clients: [{name: a, flows: [], tokens: short}]}`, "must be of type object"},
	{"clients[].tokens.access", `{clients: [{name: a, flows: [], tokens: {access: 1h30}}]}`, "should match"},
	{"clients[].tokens.id", `{clients: [{name: a, flows: [], tokens: {id: 25h}}]}`, "id must be 5m to 24h"},
	{"clients[].tokens.refresh", `{clients: [{name: a, flows: [], tokens: {refresh: 59m}}]}`, "refresh must be 1h to 87600h"},
	{"clients[].tokens.session", `{clients: [{name: a, flows: [], tokens: {session: 16m}}]}`, "session must be 3m to 15m"},
	{"clients[].tokens.revocation", `{clients: [{name: a, flows: [], tokens: {revocation: Sometimes}}]}`, "Unsupported value"},
	{"clients[].tokens.rotation", `{clients: [{name: a, flows: [], tokens: {rotation: Daily}}]}`, "Unsupported value"},
	{"clients[].tokens.rotationGrace", `{clients: [{name: a, flows: [], tokens: {rotationGrace: 61s}}]}`, "rotationGrace must be 0s to 60s"},
	{"routes", `{routes: []}`, "at least 1 items"},
	{"routes[].path", `{routes: [{path: a, methods: [GET], backend: {lambda: {function: F}}}]}`, "path must begin with a slash"},
	{"routes[].methods", `{routes: [{path: /a, methods: [LOOK], backend: {lambda: {function: F}}}]}`, "Unsupported value"},
	{"routes[].access", `{routes: [{path: /a, methods: [GET], access: Anybody, backend: {lambda: {function: F}}}]}`, "Unsupported value"},
	{"routes[].scopes", `{routes: [{path: /a, methods: [GET], access: Guest, scopes: [a/b], backend: {lambda: {function: F}}}]}`, "a Guest route cannot ask for them"},
	{"routes[].backend", `{routes: [{path: /a, methods: [GET], backend: {}}]}`, "exactly one of the fields"},
	{"routes[].backend.lambda", `{routes: [{path: /a, methods: [GET], backend: {lambda: {}}}]}`, "Required value"},
	{"routes[].backend.lambda.function", `{routes: [{path: /a, methods: [GET], backend: {lambda: {function: "arn:aws:s3:::notes"}}}]}`, "function must be a name"},
	{"routes[].backend.http", `{routes: [{path: /a, methods: [GET], backend: {http: {}}}]}`, "Required value"},
	{"routes[].backend.http.url", `{routes: [{path: /a, methods: [GET], backend: {http: {url: "ftp://notes.example.com"}}}]}`, "url must be an absolute https URL"},
}

// MergePatch is the patch that makes the bad value.
func (r Refusal) MergePatch(t TB) client.Patch {
	t.Helper()
	text, err := yaml.YAMLToJSON([]byte("spec: " + r.Patch))
	if err != nil {
		t.Fatal(err)
	}
	return client.RawPatch(types.MergePatchType, text)
}
