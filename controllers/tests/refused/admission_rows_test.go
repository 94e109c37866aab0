package refused_test

import (
	"fmt"
	"strings"
)

// atAdmission are specs that the API server refuses.
var atAdmission = []struct {
	reason, patch string
	words
	// before is a patch of the spec that is edited; empty if the bad one is created.
	before string
}{
	// This row's object is admission-0.
	{"secretName is the name of a client's Secret", `{outputs: {secretName: admission-0-job}, clients: [{name: job, flows: [ClientCredentials], scopes: [notes/read]}]}`, words{"spec.outputs.secretName", `"admission-0-job"`, "secretName is the name of the Secret of a client", "choose another name, or rename the client"}, ""},
	{"configMapName has an underscore and capitals", `{outputs: {configMapName: Notes_Config}}`, words{"spec.outputs.configMapName", `"Notes_Config"`, "configMapName may hold only lower-case letters, digits, hyphens and dots", "write it like notes-config"}, ""},
	{"secretName has two dots in a row", `{outputs: {secretName: "notes..credentials"}}`, words{"spec.outputs.secretName", `"notes..credentials"`, "must begin and end with a letter or digit, also around a dot", "write it like notes-credentials"}, ""},
	{"region is a word", `{region: Virginia}`, words{"spec.region", `"Virginia"`, "must be the name of an AWS Region", "write it like us-east-1"}, ""},
	{"stage is a number", `{stage: 5}`, words{"spec.stage", `"integer"`, "must be of type string", ""}, ""},
	{"stage has 129 letters", `{stage: ` + strings.Repeat("a", 129) + `}`, words{"spec.stage", "", "may not be more than 128", ""}, ""},
	{"a route has no backend", `{routes: [{path: /a, methods: [GET]}]}`, words{"spec.routes[0].backend", "", "Required value", ""}, ""},
	{"a client has 51 scopes", web("scopes: [" + numbered(51) + "]"), words{"spec.clients[0].scopes", "51", "must have at most 50 items", ""}, ""},
	{"region changes", `{region: eu-west-1}`, words{"spec.region", `"eu-west-1"`, "region is immutable", "set it back"}, `{region: us-east-1}`},
	{"signInWith changes", `{userPool: {signInWith: [PhoneNumber]}}`, words{"spec.userPool.signInWith", "", "signInWith is immutable", "set it back"}, `{}`},
	{"stage has a slash", `{stage: a/b}`, words{"spec.stage", `"a/b"`, "may hold only letters, digits", "write it like prod"}, ""},
	{"deletionPolicy is unknown", `{deletionPolicy: Keep}`, words{"spec.deletionPolicy", `"Keep"`, "Unsupported value", `supported values: "Protect", "Delete", "Retain"`}, ""},
	{"mode is unknown", `{mode: DryRun}`, words{"spec.mode", `"DryRun"`, "Unsupported value", `supported values: "Apply", "Plan"`}, ""},
	{"selfSignUp is unknown", `{userPool: {selfSignUp: Sometimes}}`, words{"spec.userPool.selfSignUp", `"Sometimes"`, "Unsupported value", `supported values: "Enabled", "Disabled"`}, ""},
	{"minimumLength is 5", `{userPool: {passwordPolicy: {minimumLength: 5}}}`, words{"spec.userPool.passwordPolicy.minimumLength", "5", "greater than or equal to 6", ""}, ""},
	{"minimumLength is 100", `{userPool: {passwordPolicy: {minimumLength: 100}}}`, words{"spec.userPool.passwordPolicy.minimumLength", "100", "less than or equal to 99", ""}, ""},
	{"a user pool is adopted by its ARN", `{userPool: {adopt: {id: "arn:aws:cognito-idp:us-east-1:1:userpool/us-east-1_A"}}}`, words{"spec.userPool.adopt.id", `"arn:aws:cognito-idp:us-east-1:1:userpool/us-east-1_A"`, "must be the id of a user pool", "write it like us-east-1_AbCdEfGhI"}, ""},
	{"an API is adopted by its URL", `{api: {adopt: {id: "https://abc"}}}`, words{"spec.api.adopt.id", `"https://abc"`, "must be the id of a REST API", "write it like abc123defg"}, ""},
	{"a passkey is registered after another sign-in", `{userPool: {firstFactors: [Passkey]}}`, words{"spec.userPool.firstFactors", "", "Passkey cannot be the only first factor", "add Password, EmailOTP or SMSOTP"}, ""},
	{"a relying party is a domain", `{userPool: {passkeys: {relyingPartyID: localhost}}}`, words{"spec.userPool.passkeys.relyingPartyID", `"localhost"`, "must be a domain name", "write it like auth.example.com"}, ""},
	{"MFA has a factor", `{userPool: {mfa: {mode: Required}}}`, words{"spec.userPool.mfa.factors", "", "factors are needed with mode Optional and Required", "name at least one of TOTP, SMS and Email"}, ""},
	{"no MFA has none", `{userPool: {mfa: {factors: [TOTP]}}}`, words{"spec.userPool.mfa.factors", "", "and with no other mode", "or take them off"}, ""},
	{"SES sends from an identity", `{userPool: {email: {sender: SES}}}`, words{"spec.userPool.email.identityARN", "", "identityARN is needed with sender SES", "name the identity"}, ""},
	{"an identity is an ARN", `{userPool: {email: {identityARN: notes@example.com}}}`, words{"spec.userPool.email.identityARN", `"notes@example.com"`, "must be the ARN of an identity in Amazon SES", "write it like arn:aws:ses:"}, ""},
	{"answers go to an address", `{userPool: {email: {replyTo: help}}}`, words{"spec.userPool.email.replyTo", `"help"`, "must be an e-mail address", "write it like help@example.com"}, ""},
	{"only SES has configuration sets", `{userPool: {email: {configurationSet: login}}}`, words{"spec.userPool.email.configurationSet", "", "configurationSet is for sender SES", "set sender to SES"}, ""},
	{"a configuration set's name", `{userPool: {email: {sender: SES, identityARN: "arn:aws:ses:us-east-1:111111111111:identity/a", configurationSet: a b}}}`, words{"spec.userPool.email.configurationSet", `"a b"`, "may hold only letters, digits", "write it like login-mail"}, ""},
	{"texts are sent with a role", `{userPool: {sms: {roleARN: Texts}}}`, words{"spec.userPool.sms.roleARN", `"Texts"`, "must be the ARN of an IAM role", "write it like arn:aws:iam::"}, ""},
	{"texts are sent from a Region", `{userPool: {sms: {roleARN: "arn:aws:iam::111111111111:role/Texts", region: Virginia}}}`, words{"spec.userPool.sms.region", `"Virginia"`, "must be the name of an AWS Region", "write it like us-east-1"}, ""},
	{"a group's name has a space", `{userPool: {groups: [{name: a b}]}}`, words{"spec.userPool.groups[0].name", `"a b"`, "may hold only letters, digits, symbols and punctuation", "write it like admins"}, ""},
	{"a group's role is a name", `{userPool: {groups: [{name: a, roleARN: Staff}]}}`, words{"spec.userPool.groups[0].roleARN", `"Staff"`, "must be the ARN of an IAM role", "write it like arn:aws:iam::<account>:role/<name>"}, ""},
	{"two groups have one name", `{userPool: {groups: [{name: a}, {name: a}]}}`, words{"spec.userPool.groups[1]", `"a"`, "Duplicate value", ""}, ""},
	{"a resource server's identifier has a space", `{resourceServers: [{identifier: a b, scopes: [{name: c}]}]}`, words{"spec.resourceServers[0].identifier", `"a b"`, "may hold only printable ASCII characters", "write it like notes"}, ""},
	{"a scope's name has a slash", `{resourceServers: [{identifier: a, scopes: [{name: b/c}]}]}`, words{"spec.resourceServers[0].scopes[0].name", `"b/c"`, "no spaces, slashes, quotes or backslashes", "write it like read"}, ""},
	{"a resource server has no scopes", `{resourceServers: [{identifier: a, scopes: []}]}`, words{"spec.resourceServers[0].scopes", "0", "at least 1 items", ""}, ""},

	{"prefix has an underscore and capitals", `{domain: {prefix: My_Notes}}`, words{"spec.domain.prefix", `"My_Notes"`, "may hold only lower-case letters, digits and hyphens", "write it like notes-beta"}, ""},
	{"prefix contains a reserved word", `{domain: {prefix: my-aws-notes}}`, words{"spec.domain.prefix", `"my-aws-notes"`, "must not contain the reserved words", "choose another word"}, ""},
	{"a client has flows, and there is no domain", `{domain: null}`, words{"spec.domain", "", "clients with a flow get their tokens from a domain, and there is none", "set domain.prefix, or flows: []"}, ""},
	{"the domain is removed, and a client has flows", `{domain: null, suspend: true}`, words{"spec.domain", "", "clients with a flow get their tokens from a domain", "set domain.prefix"}, `{}`},
	{"a pool keeps its case", `{userPool: {usernameCase: Sensitive}, suspend: true}`, words{"spec.userPool.usernameCase", "", "usernameCase is immutable", "set it back, or make another SecuredAPI"}, `{}`},
	{"a pool keeps its aliases", `{userPool: {signInWith: [], aliases: [Email]}, suspend: true}`, words{"spec.userPool.aliases", "", "aliases are immutable", "set them back, or make another SecuredAPI"}, `{userPool: {signInWith: []}}`},
	{"aliases stand beside a name", `{userPool: {signInWith: [Email], aliases: [PreferredUsername]}}`, words{"spec.userPool.aliases", "", "they cannot go with signInWith", "take one of the two off"}, ""},
	{"a pool keeps what it requires", `{userPool: {standardAttributes: [{name: gender, required: true}]}, suspend: true}`, words{"spec.userPool.standardAttributes", "", "standardAttributes are immutable", "set them back, or make another SecuredAPI"}, `{userPool: {standardAttributes: [{name: gender}]}}`},
	{"lengths in order", `{userPool: {standardAttributes: [{name: gender, minLength: 2, maxLength: 1}]}}`, words{"spec.userPool.standardAttributes[0].minLength", "", "minLength cannot be more than maxLength", "lower one or raise the other"}, ""},
	{"a number has no length", `{userPool: {standardAttributes: [{name: updated_at, maxLength: 1}]}}`, words{"spec.userPool.standardAttributes[0].name", "", "updated_at is a number, which has no length", "take minLength and maxLength off"}, ""},
	{"custom attributes stay", `{userPool: {customAttributes: [{name: b}]}, suspend: true}`, words{"spec.userPool.customAttributes", "", "customAttributes are only added to", "put back those that were there"}, `{userPool: {customAttributes: [{name: a}]}}`},
	{"a custom attribute's name", `{userPool: {customAttributes: [{name: "custom:a"}]}}`, words{"spec.userPool.customAttributes[0].name", `"custom:a"`, "may hold only letters, digits, underscores and hyphens, and no prefix", "write it like team"}, ""},
	{"a switch has no length", `{userPool: {customAttributes: [{name: a, type: Boolean, maxLength: 1}]}}`, words{"spec.userPool.customAttributes[0].type", "", "only an attribute of type String has a length", "take minLength and maxLength off"}, ""},
	{"a text has no minimum", `{userPool: {customAttributes: [{name: a, minimum: 1}]}}`, words{"spec.userPool.customAttributes[0].type", "", "only an attribute of type Number has a minimum and a maximum", "set type to Number"}, ""},
	{"custom lengths in order", `{userPool: {customAttributes: [{name: a, minLength: 2, maxLength: 1}]}}`, words{"spec.userPool.customAttributes[0].minLength", "", "minLength cannot be more than maxLength", "lower one"}, ""},
	{"values in order", `{userPool: {customAttributes: [{name: a, type: Number, minimum: 2, maximum: 1}]}}`, words{"spec.userPool.customAttributes[0].minimum", "", "minimum cannot be more than maximum", "lower one"}, ""},
	{"a link leads to a domain", `{domain: null, clients: null, userPool: {messages: {verification: {by: Link}}}}`, words{"spec.userPool.messages.verification.by", "", "a Link leads to the domain, and there is none", "set domain.prefix, or by to Code"}, ""},
	{"a code is in the e-mail", `{userPool: {messages: {verification: {email: "Open {##this##}"}}}}`, words{"spec.userPool.messages.verification.email", "", "email must hold what it is sent for", "add it"}, ""},
	{"a code is in the text", `{userPool: {messages: {verification: {sms: Hello there}}}}`, words{"spec.userPool.messages.verification.sms", `"Hello there"`, "sms must hold {####}", "add it"}, ""},
	{"an invitation has a name and a password", `{userPool: {messages: {invitation: {email: "Come in, {username}"}}}}`, words{"spec.userPool.messages.invitation.email", `"Come in, {username}"`, "email must hold {username} and {####}", "add them"}, ""},
	{"so has one by SMS", `{userPool: {messages: {invitation: {sms: "Come in: {####}"}}}}`, words{"spec.userPool.messages.invitation.sms", `"Come in: {####}"`, "sms must hold {username} and {####}", "add them"}, ""},
	{"a code's e-mail is a second factor's", `{userPool: {messages: {signInCode: {email: "Your code: {####}"}}}}`, words{"spec.userPool.messages.signInCode", "", "subject and email of a signInCode need the second factor Email", "add it to mfa.factors, or take them off"}, ""},
	{"a code is in its e-mail", `{userPool: {messages: {signInCode: {email: Hello there}}}}`, words{"spec.userPool.messages.signInCode.email", `"Hello there"`, "email must hold {####}", "add it"}, ""},
	{"a code is in its text", `{userPool: {messages: {signInCode: {sms: Hello there}}}}`, words{"spec.userPool.messages.signInCode.sms", `"Hello there"`, "sms must hold {####}", "add it"}, ""},
	{"tier Lite remembers no passwords", `{userPool: {tier: Lite, passwordPolicy: {history: 5}}}`, words{"spec.userPool.passwordPolicy.history", "", "a password history needs a tier above Lite", "set userPool.tier to Essentials, or history to 0"}, ""},
	{"an invitation is good for whole days", `{userPool: {passwordPolicy: {temporaryValidity: 36h}}}`, words{"spec.userPool.passwordPolicy.temporaryValidity", `"36h"`, "must be whole days, 1 to 365", "write it in hours, like 168h"}, ""},
	{"a tier", `{userPool: {tier: Free}}`, words{"spec.userPool.tier", `"Free"`, "Unsupported value", `supported values: "Lite", "Essentials", "Plus"`}, ""},
	{"what is not verified cannot be verified before", `{userPool: {verifyBeforeUpdate: [PhoneNumber]}}`, words{"spec.userPool.verifyBeforeUpdate", "", "takes only what autoVerify names, Email if it is left out", "name it there, too, or take it off"}, ""},
	{"administrators recover, or users do", `{userPool: {recovery: [AdminOnly, Email]}}`, words{"spec.userPool.recovery", "", "AdminOnly leaves recovery to administrators", "take one of them off"}, ""},
	{"a method of recovery twice", `{userPool: {recovery: [Email, Email]}}`, words{"spec.userPool.recovery", "", "a method stands once in the order", "take one of them off"}, ""},

	{"a client's name has a capital", `{clients: [{name: Web, callbackURLs: ["myapp://in"]}]}`, words{"spec.clients[0].name", `"Web"`, "may hold only lower-case letters", "write it like web"}, ""},
	{"two clients have one name", `{clients: [{name: web, callbackURLs: ["myapp://a"]}, {name: web, callbackURLs: ["myapp://b"]}]}`, words{"spec.clients[1]", `"web"`, "Duplicate value", ""}, ""},
	{"flow Code has no callback URL", `{clients: [{name: web}]}`, words{"spec.clients[0].callbackURLs", "", "flows Code and Implicit need at least one callback URL", "name where the login page may send a user back to"}, ""},
	{"a client without flows has a callback URL", web("flows: []"), words{"spec.clients[0].flows", "", "a client without flows takes no callbackURLs, logoutURLs or scopes", "name a flow, or remove these fields"}, ""},
	{"ClientCredentials is combined with Code", web("flows: [Code, ClientCredentials], scopes: [notes/read]"), words{"spec.clients[0].flows", "[Code, ClientCredentials]", "ClientCredentials cannot go with another flow", "make a client of its own for it"}, ""},
	{"ClientCredentials has a user's scope", `{clients: [{name: job, flows: [ClientCredentials], scopes: [openid]}]}`, words{"spec.clients[0].scopes", "", "takes scopes of a resource server", "declare them in spec.resourceServers"}, ""},
	{"a Code client has a secret", web("secret: {}"), words{"spec.clients[0].secret", "", "only a client with flow ClientCredentials has a secret", "take the field off"}, ""},
	{"the secret's generation is lowered", `{clients: [{name: job, flows: [ClientCredentials], scopes: [notes/read], secret: {generation: 2}}]}`, words{"spec.clients[0].secret.generation", "2", "generation can only be raised", "raise it, or leave it as it is"}, `{clients: [{name: job, flows: [ClientCredentials], scopes: [notes/read], secret: {generation: 3}}]}`},
	{"a flow is unknown", web("flows: [Password]"), words{"spec.clients[0].flows[0]", `"Password"`, "Unsupported value", `supported values: "Code", "Implicit", "ClientCredentials"`}, ""},

	{"a callback URL has a space", callback("https://app.example.com/a b"), words{"spec.clients[0].callbackURLs[0]", `"https://app.example.com/a b"`, "a URL holds letters, digits", "write anything else as %XX"}, ""},
	{"a callback URL is relative", callback("/callback"), words{"spec.clients[0].callbackURLs[0]", `"/callback"`, "must be an absolute URL", "write it like https://app.example.com/callback"}, ""},
	{"a callback URL has a fragment", callback("https://app.example.com/#in"), words{"spec.clients[0].callbackURLs[0]", `"https://app.example.com/#in"`, "must not have a fragment", "take it off"}, ""},
	{"a callback URL has a user name", callback("https://app.example.com@evil.example/"), words{"spec.clients[0].callbackURLs[0]", `"https://app.example.com@evil.example/"`, "must not have a user name", "take it off"}, ""},
	{"a callback URL uses http", callback("http://app.example.com/"), words{"spec.clients[0].callbackURLs[0]", `"http://app.example.com/"`, "must use https", "http is for localhost"}, ""},
	{"a callback URL is a script", callback("javascript:/alert(1)"), words{"spec.clients[0].callbackURLs[0]", `"javascript:/alert(1)"`, "has a scheme that is neither https nor an app's own", "use https"}, ""},
	{"a logout URL has a character outside ASCII", web(`logoutURLs: ["https://app.example.com/ä"]`), words{"spec.clients[0].logoutURLs[0]", "", "a URL holds letters, digits", "write anything else as %XX"}, ""},
	{"a logout URL is relative", web(`logoutURLs: [bye]`), words{"spec.clients[0].logoutURLs[0]", `"bye"`, "must be an absolute URL", "write it like"}, ""},
	{"a logout URL has a fragment", web(`logoutURLs: ["https://app.example.com/#out"]`), words{"spec.clients[0].logoutURLs[0]", `"https://app.example.com/#out"`, "must not have a fragment", "take it off"}, ""},
	{"a logout URL has a user name", web(`logoutURLs: ["https://a@evil.example/"]`), words{"spec.clients[0].logoutURLs[0]", `"https://a@evil.example/"`, "must not have a user name", "take it off"}, ""},
	{"a logout URL uses http", web(`logoutURLs: ["http://app.example.com/"]`), words{"spec.clients[0].logoutURLs[0]", `"http://app.example.com/"`, "must use https", "http is for localhost"}, ""},
	{"a logout URL is a file", web(`logoutURLs: ["file:///etc/passwd"]`), words{"spec.clients[0].logoutURLs[0]", `"file:///etc/passwd"`, "has a scheme that is neither https nor an app's own", "use https"}, ""},

	{"routes is an empty list", `{routes: []}`, words{"spec.routes", "0", "at least 1 items", ""}, ""},
	{"a path does not begin with a slash", path("notes"), words{"spec.routes[0].path", `"notes"`, "path must begin with a slash", "write it like /notes/{id}"}, ""},
	{"a path ends with a slash", path("/notes/"), words{"spec.routes[0].path", `"/notes/"`, "must not have an empty segment or a slash at its end", "take the extra slash off"}, ""},
	{"a greedy variable is not the last segment", path("/{proxy+}/a"), words{"spec.routes[0].path", `"/{proxy+}/a"`, "must be the last segment", "end the path with it"}, ""},
	{"a path has a space", path("/a b"), words{"spec.routes[0].path", `"/a b"`, "a segment may hold letters, digits and . _ : -", "write it like /notes/{id}"}, ""},
	{"a method is unknown", `{routes: [{path: /a, methods: [LOOK], backend: {lambda: {function: F}}}]}`, words{"spec.routes[0].methods[0]", `"LOOK"`, "Unsupported value", `supported values: "GET"`}, ""},
	{"a route has no methods", `{routes: [{path: /a, methods: [], backend: {lambda: {function: F}}}]}`, words{"spec.routes[0].methods", "0", "at least 1 items", ""}, ""},
	{"access is unknown", `{routes: [{path: /a, methods: [GET], access: Public, backend: {lambda: {function: F}}}]}`, words{"spec.routes[0].access", `"Public"`, "Unsupported value", `supported values: "Registered", "Guest"`}, ""},
	{"a Guest route has scopes", `{routes: [{path: /a, methods: [GET], access: Guest, scopes: [notes/read], backend: {lambda: {function: F}}}]}`, words{"spec.routes[0].scopes", "", "scopes are checked on access tokens, so a Guest route cannot ask for them", "set access to Registered"}, ""},
	{"a route has two backends", backend("/a", `lambda: {function: F}, http: {url: "https://b.example.com/"}`), words{"spec.routes[0].backend", "", "exactly one of the fields in [lambda http] must be set", ""}, ""},
	{"a function's ARN is of another service", lambda("arn:aws:s3:::notes"), words{"spec.routes[0].backend.lambda.function", `"arn:aws:s3:::notes"`, "function must be a name, name:alias, or a full ARN", "write it like Notes"}, ""},
	{"a backend's URL has a space", server("https://b.example.com/a b"), words{"spec.routes[0].backend.http.url", `"https://b.example.com/a b"`, "a URL holds letters, digits", "write anything else as %XX"}, ""},
	{"a backend's URL uses http", server("http://b.example.com/"), words{"spec.routes[0].backend.http.url", `"http://b.example.com/"`, "must be an absolute https URL", "write it like https://backend.example.com/{id}"}, ""},
	{"a backend's host is a variable", server("https://{id}.example.com/"), words{"spec.routes[0].backend.http.url", `"https://{id}.example.com/"`, "url must name a host and may name a port", "write it like https://backend.example.com:8443/{id}"}, ""},
	{"a backend's URL has a user name", server("https://me@b.example.com/"), words{"spec.routes[0].backend.http.url", `"https://me@b.example.com/"`, "must not have a user name", "write it like"}, ""},
	{"a backend's URL has a fragment", server("https://b.example.com/#a"), words{"spec.routes[0].backend.http.url", `"https://b.example.com/#a"`, "must not have a fragment", "take it off"}, ""},

	{"a password flow", web("authFlows: [Plain]"), words{"spec.clients[0].authFlows[0]", `"Plain"`, "Unsupported value", `supported values: "SRP", "Password", "AdminPassword", "Custom", "Choice", "Refresh"`}, ""},
	{"an access token is good for a day at most", web("tokens: {access: 24h1s}"), words{"spec.clients[0].tokens.access", `"24h1s"`, "access must be 5m to 24h in whole seconds", "write it like 1h or 90m"}, ""},
	{"an ID token is good for five minutes at least", web("tokens: {id: 299s}"), words{"spec.clients[0].tokens.id", `"299s"`, "id must be 5m to 24h in whole seconds", "write it like 1h or 90m"}, ""},
	{"Cognito counts seconds", web("tokens: {access: 5m1ms}"), words{"spec.clients[0].tokens.access", `"5m1ms"`, "access must be 5m to 24h in whole seconds", "write it like 1h or 90m"}, ""},
	{"a refresh token is good for ten years at most", web("tokens: {refresh: 87600h1s}"), words{"spec.clients[0].tokens.refresh", `"87600h1s"`, "refresh must be 1h to 87600h in whole seconds", "write it like 720h"}, ""},
	{"a refresh token outlives the others", web("tokens: {access: 2h, refresh: 1h}"), words{"spec.clients[0].tokens.refresh", "", "refresh must be as long as access and id at least", "raise it, or lower access and id"}, ""},
	{"an ID token that nobody names, too", web("tokens: {access: 5m, refresh: 1h, id: 61m}"), words{"spec.clients[0].tokens.refresh", "", "refresh must be as long as access and id at least", "raise it, or lower access and id"}, ""},
	{"Cognito counts a session's minutes", web("tokens: {session: 3m30s}"), words{"spec.clients[0].tokens.session", `"3m30s"`, "session must be 3m to 15m in whole minutes", "write it like 5m"}, ""},
	{"a refresh token that was replaced is good for a minute at most", web("tokens: {rotation: Enabled, rotationGrace: 2m}"), words{"spec.clients[0].tokens.rotationGrace", `"2m"`, "rotationGrace must be 0s to 60s in whole seconds", "write it like 10s"}, ""},
	{"a refresh token that stays is not replaced", web("authFlows: [SRP, Refresh], tokens: {rotation: Enabled}"), words{"spec.clients[0].authFlows", "", "Refresh cannot go with tokens.rotation Enabled", "take it off, or set tokens.rotation to Disabled"}, ""},
	{"a user is sent back to a URL of the list", web(`defaultRedirectURL: "https://other.example.com/"`), words{"spec.clients[0].defaultRedirectURL", "", "defaultRedirectURL must be one of callbackURLs", "add it there, or name one of them"}, ""},
	{"a page sends no user context", web("sendUserContext: Enabled"), words{"spec.clients[0].sendUserContext", "", "sendUserContext needs a client with a secret", "set it to Disabled, or flows to [ClientCredentials]"}, ""},
}

// numbered are so many different items of a list.
func numbered(n int) string {
	items := make([]string, n)
	for i := range items {
		items[i] = fmt.Sprintf("notes/%d", i)
	}
	return strings.Join(items, ", ")
}
