package v1alpha1_test

import (
	"fmt"
	"strings"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// base is a spec that every test starts from.
const base = `
domain: {prefix: notes-beta}
clients: [{name: web, flows: [Code], callbackURLs: ["https://app.example.com/callback"]}]
routes: [{path: /notes, methods: [GET], backend: {lambda: {function: Notes}}}]
`

// validation is a change to base and what the API server says to it.
type validation struct {
	reason string
	spec   string // a JSON merge patch of base, as YAML
	// The refusal has to name the field and say what is wrong with it. Empty: accepted.
	field, message string
}

func TestCreate(t *testing.T) {
	tests := []validation{
		{"the base of all other cases", `{}`, "", ""},
		{"another one's user pool", `{domain: null, userPoolRef: {name: accounts}}`, "", ""},
		{"another namespace's user pool", `{domain: null, userPoolRef: {name: accounts, namespace: team-a}}`, "", ""},
		{
			"a user pool is another's or one's own", `{domain: null, userPool: {signInWith: [Email]}, userPoolRef: {name: accounts}}`,
			"spec.userPool", "userPool cannot go with userPoolRef",
		},
		{"a user pool has one domain", `{userPoolRef: {name: accounts}}`, "spec.domain", "domain cannot go with userPoolRef"},
		{"a user pool is shared with all", `{userPool: {sharedWith: {from: All}}}`, "", ""},
		{"a user pool is shared with some", `{userPool: {sharedWith: {from: Selector, selector: {matchLabels: {team: shop}}}}}`, "", ""},
		{
			"a selector goes with from Selector alone", `{userPool: {sharedWith: {selector: {matchLabels: {team: shop}}}}}`,
			"spec.userPool.sharedWith.selector", "selector is needed with from Selector, and with no other",
		},
		{"an authorizer asks anew for each request", `{api: {authorizer: {cacheTTL: 0s, clients: Own}}}`, "", ""},
		{"an authorizer reuses its answer for an hour", `{api: {authorizer: {cacheTTL: 1h}}}`, "", ""},
		{
			"an authorizer reuses its answer for an hour at most", `{api: {authorizer: {cacheTTL: 1h1s}}}`,
			"spec.api.authorizer.cacheTTL", "must be whole seconds, up to 1h",
		},
		{
			"an authorizer counts seconds", `{api: {authorizer: {cacheTTL: 1500ms}}}`,
			"spec.api.authorizer.cacheTTL", "must be whole seconds, up to 1h",
		},

		{
			"a callback URL is absolute", `{clients: [{name: web, callbackURLs: [/callback]}]}`,
			"spec.clients[0].callbackURLs[0]", "must be an absolute URL",
		},
		{
			"a callback URL has no fragment: RFC 6749 3.1.2",
			`{clients: [{name: web, callbackURLs: ["https://app.example.com/callback#done"]}]}`,
			"spec.clients[0].callbackURLs[0]", "must not have a fragment",
		},
		{
			"a callback URL may have a query",
			`{clients: [{name: web, callbackURLs: ["https://app.example.com/callback?from=login"]}]}`, "", "",
		},
		{
			"http is for this machine only", `{clients: [{name: web, callbackURLs: ["http://app.example.com/callback"]}]}`,
			"spec.clients[0].callbackURLs[0]", "must use https",
		},
		{
			"a host that only begins with localhost is another's",
			`{clients: [{name: web, callbackURLs: ["http://localhost.example.com/"]}]}`,
			"spec.clients[0].callbackURLs[0]", "must use https",
		},
		{
			"nor does a user name make a host of another this machine",
			`{clients: [{name: web, callbackURLs: ["http://localhost:x@evil.example/"]}]}`,
			"spec.clients[0].callbackURLs[0]", "must use https",
		},
		{
			"an https URL has a host", `{clients: [{name: web, callbackURLs: ["https:///callback"]}]}`,
			"spec.clients[0].callbackURLs[0]", "must be an absolute URL",
		},
		{
			"a script is no place to go back to", `{clients: [{name: web, callbackURLs: ["javascript:alert(1)"]}]}`,
			"spec.clients[0].callbackURLs[0]", "must be an absolute URL",
		},
		{"http with localhost", `{clients: [{name: web, callbackURLs: ["http://localhost:3000/callback"]}]}`, "", ""},
		{"http with 127.0.0.1", `{clients: [{name: web, callbackURLs: ["http://127.0.0.1:3000/callback"]}]}`, "", ""},
		{"http with [::1]", `{clients: [{name: web, callbackURLs: ["http://[::1]:3000/callback"]}]}`, "", ""},
		{"an app's own scheme", `{clients: [{name: web, callbackURLs: ["myapp://callback"]}]}`, "", ""},
		{
			"a logout URL is held to the same", `{clients: [{name: web, callbackURLs: ["myapp://in"], logoutURLs: ["http://example.com/"]}]}`,
			"spec.clients[0].logoutURLs[0]", "must use https",
		},

		{
			"a flow with a redirect needs somewhere to: Implicit", `{clients: [{name: web, flows: [Implicit]}]}`,
			"spec.clients[0].callbackURLs", "flows Code and Implicit need at least one callback URL",
		},
		{
			"a flow with a redirect needs somewhere to: Code", `{clients: [{name: web, flows: [Code], callbackURLs: []}]}`,
			"spec.clients[0].callbackURLs", "flows Code and Implicit need at least one callback URL",
		},
		{
			"so does the flow that is the default", `{clients: [{name: web}]}`,
			"spec.clients[0].callbackURLs", "flows Code and Implicit need at least one callback URL",
		},
		{"Code and Implicit go together", `{clients: [{name: web, flows: [Code, Implicit], callbackURLs: ["myapp://in"]}]}`, "", ""},
		{
			"ClientCredentials goes alone: Cognito refuses it beside another flow",
			`{clients: [{name: web, flows: [Code, ClientCredentials], callbackURLs: ["myapp://in"], scopes: [api/read]}]}`,
			"spec.clients[0].flows", "ClientCredentials cannot go with another flow",
		},
		{
			"ClientCredentials has no user to give openid's claims of",
			`{clients: [{name: job, flows: [ClientCredentials]}]}`,
			"spec.clients[0].scopes", "flow ClientCredentials takes scopes",
		},
		{"ClientCredentials alone needs no URL", `{clients: [{name: job, flows: [ClientCredentials], scopes: [api/read]}]}`, "", ""},
		{
			"a program has no user to speak of", `{clients: [{name: job, flows: [ClientCredentials], scopes: [openid]}]}`,
			"spec.clients[0].scopes", "takes scopes of a resource server",
		},
		{
			"a client's name is said in words", `{clients: [{name: Web, callbackURLs: ["myapp://in"]}]}`,
			"spec.clients[0].name", "name may hold only lower-case letters",
		},
		{"region is a word", `{region: Virginia}`, "spec.region", "region must be the name of an AWS Region"},
		{"stage is a word", `{stage: "a b"}`, "spec.stage", "stage may hold only letters"},
		{
			"two clients of one name", `{clients: [{name: web, callbackURLs: ["myapp://a"]}, {name: web, callbackURLs: ["myapp://b"]}]}`,
			"spec.clients[1]", `Duplicate value: {"name":"web"}`,
		},
		{"two clients", `{clients: [{name: web, callbackURLs: ["myapp://a"]}, {name: app, callbackURLs: ["myapp://b"]}]}`, "", ""},
		{"no client", `{clients: null}`, "", ""},

		{"outputs with names of any kind of object", `{outputs: {configMapName: web.config, secretName: 0-a}}`, "", ""},
		{"outputs may be empty", `{outputs: {}}`, "", ""},
		{"an output's name is a DNS name", `{outputs: {configMapName: web_config}}`, "spec.outputs.configMapName", "write it like notes-config"},
		{"with no empty label", `{outputs: {secretName: .a}}`, "spec.outputs.secretName", "write it like notes-credentials"},
		{"and at most 253 characters", `{outputs: {secretName: "` + strings.Repeat("a", 254) + `"}}`, "spec.outputs.secretName", "Too long"},
		{
			"a client's Secret has its name already",
			`{outputs: {secretName: test-job}, clients: [{name: job, flows: [ClientCredentials], scopes: [api/read]}]}`,
			"spec.outputs.secretName", `"test-job": secretName is the name of the Secret of a client`,
		},
		{
			"a client without a secret has no Secret", `{outputs: {secretName: test-web}}`, "", "",
		},
		{
			"nor do a ConfigMap and a Secret meet",
			`{outputs: {configMapName: test-job}, clients: [{name: job, flows: [ClientCredentials], scopes: [api/read]}]}`, "", "",
		},

		{
			"a reserved word, as a word", `{domain: {prefix: my-aws-notes}}`,
			"spec.domain.prefix", "prefix must not contain the reserved words aws, amazon or cognito",
		},
		{
			"a reserved word, inside another", `{domain: {prefix: mycognitonotes}}`,
			"spec.domain.prefix", "prefix must not contain the reserved words aws, amazon or cognito",
		},
		{
			"a reserved word: amazon", `{domain: {prefix: amazon}}`,
			"spec.domain.prefix", "prefix must not contain the reserved words aws, amazon or cognito",
		},
		{"aws inside another word: Cognito accepts some of these, so AWS decides", `{domain: {prefix: awsome-notes}}`, "", ""},
		{
			"a prefix is a DNS label: no upper case", `{domain: {prefix: Notes}}`,
			"spec.domain.prefix", "prefix may hold only lower-case letters",
		},
		{
			"a prefix is a DNS label: no hyphen at its end", `{domain: {prefix: notes-}}`,
			"spec.domain.prefix", "prefix may hold only lower-case letters",
		},
		{
			"a prefix of 64 characters", `{domain: {prefix: ` + strings.Repeat("a", 64) + `}}`,
			"spec.domain.prefix", "Too long: may not be more than 63",
		},
		{"a prefix of 63 characters", `{domain: {prefix: ` + strings.Repeat("a", 63) + `}}`, "", ""},
		{"no domain, and no client", `{domain: null, clients: null}`, "", ""},
		{"no domain, and clients of Cognito's API", `{domain: null, clients: [{name: app, flows: []}]}`, "", ""},
		{"no domain in the spec, but the adopted pool may have one", `{domain: null, userPool: {adopt: {id: us-east-1_AbC123}}}`, "", ""},
		{"a flow needs a domain", `{domain: null}`, "spec.domain", "Required value: clients with a flow get their tokens from a domain"},
		{
			"so does a program's", `{domain: null, clients: [{name: job, flows: [ClientCredentials], scopes: [notes/read]}]}`,
			"spec.domain", "Required value: clients with a flow get their tokens from a domain",
		},
		{
			"without a flow there is no login page to come back from", `{clients: [{name: app, flows: [], callbackURLs: ["myapp://in"]}]}`,
			"spec.clients[0].flows", "a client without flows takes no callbackURLs, logoutURLs or scopes",
		},

		{"a pool and an API to adopt", `{userPool: {adopt: {id: us-gov-west-1_AbC123}}, api: {adopt: {id: abc123defg}}}`, "", ""},
		{
			"a pool's ARN is not its id", `{userPool: {adopt: {id: "arn:aws:cognito-idp:us-east-1:1:userpool/us-east-1_A"}}}`,
			"spec.userPool.adopt.id", "id must be the id of a user pool; write it like us-east-1_AbCdEfGhI",
		},
		{"an API's URL is not its id", `{api: {adopt: {id: "https://abc"}}}`, "spec.api.adopt.id", "id must be the id of a REST API"},
		{"an unknown mode", `{mode: DryRun}`, "spec.mode", `supported values: "Apply", "Plan"`},

		{"an API without its id", `{api: {adopt: {}}}`, "spec.api.adopt.id", "Required value"},
		{"an empty api", `{api: {}}`, "", ""},
		{"a field of a former version: adopt", `{adopt: {restAPIID: abc123defg}}`, "", `unknown field "spec.adopt"`},
		{
			"a former name: secretGeneration", `{clients: [{name: job, flows: [ClientCredentials], scopes: [a/b], secretGeneration: 2}]}`,
			"", `unknown field "spec.clients[0].secretGeneration"`,
		},
		{
			"a former name: userPool.resourceServers", `{userPool: {resourceServers: [{identifier: a, scopes: [{name: b}]}]}}`,
			"", `unknown field "spec.userPool.resourceServers"`,
		},

		{"a resource server", `{resourceServers: [{identifier: "https://notes.example.com", scopes: [{name: read}]}]}`, "", ""},
		{
			"two resource servers of one identifier", `{resourceServers: [{identifier: a, scopes: [{name: b}]}, {identifier: a, scopes: [{name: c}]}]}`,
			"spec.resourceServers[1]", `Duplicate value: {"identifier":"a"}`,
		},
		{"a resource server without scopes", `{resourceServers: [{identifier: a, scopes: []}]}`, "spec.resourceServers[0].scopes", "at least 1 items"},
		{
			"a scope's name has no slash, which ends the identifier", `{resourceServers: [{identifier: a, scopes: [{name: b/c}]}]}`,
			"spec.resourceServers[0].scopes[0].name", "name may hold only printable ASCII characters",
		},

		{
			"a group that has everything",
			`{userPool: {groups: [{name: staff, description: d, precedence: 0, roleARN: "arn:aws:iam::111111111111:role/team/Staff"}]}}`, "", "",
		},
		{"a group's name alone, in any script", `{userPool: {groups: [{name: "Ärzte-№1"}]}}`, "", ""},
		{"two groups of one name", `{userPool: {groups: [{name: a}, {name: a}]}}`, "spec.userPool.groups[1]", `Duplicate value: {"name":"a"}`},
		{"a group without a name", `{userPool: {groups: [{description: d}]}}`, "spec.userPool.groups[0].name", "Required value"},
		{"a group's name has no spaces: GroupNameType", `{userPool: {groups: [{name: "a b"}]}}`, "spec.userPool.groups[0].name", "name may hold only letters, digits, symbols and punctuation"},
		{"a group's name of 128 characters", `{userPool: {groups: [{name: ` + strings.Repeat("a", 128) + `}]}}`, "", ""},
		{
			"a group's name of 129 characters", `{userPool: {groups: [{name: ` + strings.Repeat("a", 129) + `}]}}`,
			"spec.userPool.groups[0].name", "Too long: may not be more than 128",
		},
		{
			"a group's description of 2049 characters", `{userPool: {groups: [{name: a, description: ` + strings.Repeat("d", 2049) + `}]}}`,
			"spec.userPool.groups[0].description", "Too long: may not be more than 2048",
		},
		{
			"an empty description, which counts as left out", `{userPool: {groups: [{name: a, description: ""}]}}`,
			"spec.userPool.groups[0].description", "at least 1 chars",
		},
		{
			"zero is the first precedence", `{userPool: {groups: [{name: a, precedence: -1}]}}`,
			"spec.userPool.groups[0].precedence", "greater than or equal to 0",
		},
		{
			"a role's name is not its ARN", `{userPool: {groups: [{name: a, roleARN: Staff}]}}`,
			"spec.userPool.groups[0].roleARN", "roleARN must be the ARN of an IAM role",
		},
		{
			"an ARN of a user is of no role", `{userPool: {groups: [{name: a, roleARN: "arn:aws:iam::111111111111:user/Staff"}]}}`,
			"spec.userPool.groups[0].roleARN", "roleARN must be the ARN of an IAM role",
		},
		{"a role of China", `{userPool: {groups: [{name: a, roleARN: "arn:aws-cn:iam::111111111111:role/Staff"}]}}`, "", ""},
		{"100 groups", groups(100), "", ""},
		{"101 groups", groups(101), "spec.userPool.groups", "must have at most 100 items"},

		{"a trigger that has everything", `{userPool: {triggers: [{event: PreTokenGeneration, function: "Claims:live", version: V3}]}}`, "", ""},
		{"a trigger's first version", `{userPool: {triggers: [{event: PreSignUp, function: F, version: V1}]}}`, "", ""},
		{"a trigger without a function", `{userPool: {triggers: [{event: PreSignUp}]}}`, "spec.userPool.triggers[0].function", "Required value"},
		{"a trigger without an event", `{userPool: {triggers: [{function: F}]}}`, "spec.userPool.triggers[0].event", "Required value"},
		{
			"a later version of an event that has one", `{userPool: {triggers: [{event: InboundFederation, function: F, version: V2}]}}`,
			"spec.userPool.triggers[0].version", "V2 and V3 are versions of PreTokenGeneration alone",
		},
		{
			"a trigger's function that is a bucket", `{userPool: {triggers: [{event: PreSignUp, function: "arn:aws:s3:::notes"}]}}`,
			"spec.userPool.triggers[0].function", "function must be a name, name:alias, or a full ARN",
		},
		{
			"a function that sends e-mail, with the key of its codes",
			`{userPool: {triggers: [{event: CustomEmailSender, function: F}], senderKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a"}}`, "", "",
		},
		{
			"a function that sends e-mail, without it", `{userPool: {triggers: [{event: CustomEmailSender, function: F}]}}`,
			"spec.userPool.senderKeyARN", "CustomEmailSender and CustomSMSSender need userPool.senderKeyARN",
		},
		{"a key's alias", `{userPool: {senderKeyARN: alias/codes}}`, "spec.userPool.senderKeyARN", "senderKeyARN must be the ARN of a key in AWS KMS"},

		{"32 clients", clients(32), "", ""},
		{"33 clients", clients(33), "spec.clients", "must have at most 32 items"},
		{"300 routes", routes(300), "", ""},
		{"301 routes", routes(301), "spec.routes", "must have at most 300 items"},

		{"routes left out", `{routes: null}`, "", ""},
		{"no routes", `{routes: []}`, "spec.routes", "should have at least 1 items"},
		{
			"no methods", `{routes: [{path: /a, methods: [], backend: {lambda: {function: F}}}]}`,
			"spec.routes[0].methods", "should have at least 1 items",
		},
		{"methods left out", `{routes: [{path: /a, backend: {lambda: {function: F}}}]}`, "spec.routes[0].methods", "Required value"},
		{
			"a method twice", `{routes: [{path: /a, methods: [GET, GET], backend: {lambda: {function: F}}}]}`,
			"spec.routes[0].methods[1]", `Duplicate value: "GET"`,
		},
		{"a path without its slash", route("notes"), "spec.routes[0].path", "path must begin with a slash"},
		{"an empty segment", route("/a//b"), "spec.routes[0].path", "path must not have an empty segment"},
		{"a slash at the end", route("/a/"), "spec.routes[0].path", "path must not have an empty segment or a slash at its end"},
		{"the root", route("/"), "", ""},
		{"a greedy variable before the end", route("/{proxy+}/b"), "spec.routes[0].path", "a greedy variable like {proxy+} must be the last"},
		{"a greedy variable at the end", route("/a/{proxy+}"), "", ""},
		{"a variable in the middle", route("/a/{id}/b"), "", ""},
		{"a variable that is only part of a segment", route("/a/x{id}"), "spec.routes[0].path", "a segment may hold"},
		{"a character that API Gateway takes in no segment", route("/a b"), "spec.routes[0].path", "a segment may hold"},
		{
			"two routes of one path", `{routes: [
			{path: /a, methods: [GET], access: Guest, backend: {lambda: {function: F}}}, {path: /a, methods: [PUT], backend: {lambda: {function: F}}}]}`,
			"", "",
		},
		{
			"nothing compares routes with each other: the operator refuses a method that a path has twice", `{routes: [
			{path: /a, methods: [GET], access: Guest, backend: {lambda: {function: F}}}, {path: /a, methods: [GET], backend: {lambda: {function: F}}}]}`,
			"", "",
		},
		{
			"two routes", `{routes: [
			{path: /a, methods: [GET], backend: {lambda: {function: F}}}, {path: /b, methods: [GET], backend: {lambda: {function: F}}}]}`,
			"", "",
		},
		{
			"scopes are checked on tokens, of which guests have none",
			`{routes: [{path: /a, methods: [GET], access: Guest, scopes: [api/read], backend: {lambda: {function: F}}}]}`,
			"spec.routes[0].scopes", "scopes are checked on access tokens",
		},
		{"a Registered route with scopes", `{routes: [{path: /a, methods: [GET], scopes: [api/read], backend: {lambda: {function: F}}}]}`, "", ""},

		{
			"no backend", `{routes: [{path: /a, methods: [GET], backend: {}}]}`,
			"spec.routes[0].backend", "exactly one of the fields in [lambda http] must be set",
		},
		{
			"two backends", `{routes: [{path: /a, methods: [GET], backend: {lambda: {function: F}, http: {url: "https://example.com"}}}]}`,
			"spec.routes[0].backend", "exactly one of the fields in [lambda http] must be set",
		},
		{"an HTTP backend", `{routes: [{path: /a, methods: [GET], backend: {http: {url: "https://example.com/a"}}}]}`, "", ""},
		{
			"an HTTP backend without a host", `{routes: [{path: /a, methods: [GET], backend: {http: {url: /a}}}]}`,
			"spec.routes[0].backend.http.url", "url must be an absolute https URL",
		},
		{
			"a function by its ARN",
			`{routes: [{path: /a, methods: [GET], backend: {lambda: {function: "arn:aws:lambda:us-east-1:111111111111:function:F:live"}}}]}`,
			"", "",
		},
		{
			"an ARN of something else", `{routes: [{path: /a, methods: [GET], backend: {lambda: {function: "arn:aws:s3:::bucket"}}}]}`,
			"spec.routes[0].backend.lambda.function", "function must be a name, name:alias, or a full ARN",
		},

		{
			"a password of 5", `{userPool: {passwordPolicy: {minimumLength: 5}}}`,
			"spec.userPool.passwordPolicy.minimumLength", "should be greater than or equal to 6",
		},
		{"a password of 6", `{userPool: {passwordPolicy: {minimumLength: 6}}}`, "", ""},
		{"a password of 99", `{userPool: {passwordPolicy: {minimumLength: 99}}}`, "", ""},
		{
			"a password of 100", `{userPool: {passwordPolicy: {minimumLength: 100}}}`,
			"spec.userPool.passwordPolicy.minimumLength", "should be less than or equal to 99",
		},

		{
			"an unknown flow", `{clients: [{name: web, flows: [Password]}]}`,
			"spec.clients[0].flows[0]", `Unsupported value: "Password": supported values: "Code", "Implicit", "ClientCredentials"`,
		},
		{
			"an unknown method", `{routes: [{path: /a, methods: [get], backend: {lambda: {function: F}}}]}`,
			"spec.routes[0].methods[0]", `Unsupported value: "get": supported values: "GET", "POST"`,
		},
		{
			"an unknown access", `{routes: [{path: /a, methods: [GET], access: Public, backend: {lambda: {function: F}}}]}`,
			"spec.routes[0].access", `Unsupported value: "Public": supported values: "Registered", "Guest"`,
		},
		{
			"an unknown deletion policy", `{deletionPolicy: Keep}`,
			"spec.deletionPolicy", `Unsupported value: "Keep": supported values: "Protect", "Delete", "Retain"`,
		},
		{
			"an unknown attribute to sign in with", `{userPool: {signInWith: [email]}}`,
			"spec.userPool.signInWith[0]", `Unsupported value: "email": supported values: "Email", "PhoneNumber"`,
		},
		{
			"an unknown switch", `{userPool: {selfSignUp: "on"}}`,
			"spec.userPool.selfSignUp", `Unsupported value: "on": supported values: "Enabled", "Disabled"`,
		},
		{"a misspelled field", `{userpool: {}}`, "", `unknown field "spec.userpool"`},
		{"a client of people may have a secret", `{clients: [{name: web, callbackURLs: ["https://app.example.com/"], secret: {}}]}`, "", ""},
		{
			"generations count from 1", `{clients: [{name: job, flows: [ClientCredentials], scopes: [notes/read], secret: {generation: -1}}]}`,
			"spec.clients[0].secret.generation", "should be greater than or equal to 1",
		},
		{
			"a restored client may begin with any", `{clients: [{name: job, flows: [ClientCredentials], scopes: [notes/read], secret: {generation: 7}}]}`, "", "",
		},
		{
			"a program's secret, of which nothing is said", `{clients: [{name: job, flows: [ClientCredentials], scopes: [notes/read], secret: {}}]}`, "", "",
		},
		{
			"a secret that the spec gives", `{clients: [{name: job, flows: [ClientCredentials], scopes: [notes/read], ` +
				`secret: {name: job, overlap: 2h, from: {name: app.credentials, key: tls.key}}}]}`, "", "",
		},
		{
			"a given secret is replaced by another one", `{clients: [{name: job, flows: [ClientCredentials], scopes: [notes/read], secret: {generation: 1, from: {name: a, key: b}}}]}`,
			"spec.clients[0].secret.generation", "generation cannot go with from",
		},
		{
			"and by nothing else", `{clients: [{name: job, flows: [ClientCredentials], scopes: [notes/read], secret: {rotateEvery: 48h, from: {name: a, key: b}}}]}`,
			"spec.clients[0].secret.rotateEvery", "rotateEvery cannot go with from",
		},
		{
			"the operator writes no Secret that it reads", `{clients: [{name: job, flows: [ClientCredentials], scopes: [notes/read], secret: {name: a, from: {name: a, key: b}}}]}`,
			"spec.clients[0].secret.name", "name is the Secret of from",
		},
		{
			"no Secret of another namespace", `{clients: [{name: job, flows: [ClientCredentials], scopes: [notes/read], secret: {from: {name: pay/a, key: b}}}]}`,
			"spec.clients[0].secret.from.name", "should match",
		},
		{
			"nor by a field", `{clients: [{name: job, flows: [ClientCredentials], scopes: [notes/read], secret: {from: {namespace: pay, name: a, key: b}}}]}`,
			"", `unknown field "spec.clients[0].secret.from.namespace"`,
		},
		{"an invalid Region", `{region: Virginia}`, "spec.region", "Invalid value"},
		{
			"all that is said of attributes", `{userPool: {usernameCase: Sensitive, aliases: [Email, PhoneNumber, PreferredUsername], ` +
				`standardAttributes: [{name: given_name, required: true, mutable: false, minLength: 0, maxLength: 2048}, {name: updated_at}], ` +
				`customAttributes: [{name: team, minLength: 1, maxLength: 1}, {name: level, type: Number, minimum: -1, maximum: 1}, {name: since, type: DateTime}]}}`, "", "",
		},
		{"an attribute that Cognito writes", `{userPool: {standardAttributes: [{name: sub}]}}`, "spec.userPool.standardAttributes[0].name", "Unsupported value"},
		{"a custom attribute has a short name", `{userPool: {customAttributes: [{name: abcdefghijklmnopqrstu}]}}`, "spec.userPool.customAttributes[0].name", "Too long"},
		{
			"texts for users", `{userPool: {messages: {verification: {by: Link, subject: Hello, email: "{##Confirm##}", sms: "{####}"}, ` +
				`invitation: {subject: Hello, email: "{username} {####}", sms: "{username} {####}"}}}}`, "", "",
		},
		{"a text for codes by link", `{userPool: {messages: {verification: {by: Link, email: Hello there}}}}`, "spec.userPool.messages.verification.email", "email must hold {####} in the place of the code, or"},
		{
			"texts for codes at a sign-in", `{userPool: {mfa: {mode: Optional, factors: [Email]}, messages: {signInCode: {subject: Hello, email: "{####}", sms: "{####}"}}}}`, "", "",
		},
		{"a text message alone needs no factor", `{userPool: {messages: {signInCode: {sms: "{####}"}}}}`, "", ""},
		{
			"a subject without the factor", `{userPool: {mfa: {mode: Optional, factors: [TOTP]}, messages: {signInCode: {subject: Hello}}}}`,
			"spec.userPool.messages.signInCode", "need the second factor Email",
		},
		{"an e-mail without a code", `{userPool: {messages: {signInCode: {email: Hello there}}}}`, "spec.userPool.messages.signInCode.email", "email must hold {####}"},
		{"a text message without a code", `{userPool: {messages: {signInCode: {sms: Hello there}}}}`, "spec.userPool.messages.signInCode.sms", "sms must hold {####}"},
		{"no text is checked that is Cognito's", `{userPool: {messages: {verification: {}, invitation: {}, signInCode: {}}}}`, "", ""},
		{
			"threat protection, with everything", `{userPool: {tier: Plus, threatProtection: {mode: Enforced, customAuth: Audit, compromisedPasswords: {action: Allow, events: [SignUp]}, ` +
				`takeover: {low: {}, medium: {action: RequireMFA}, high: {action: Block, notify: Enabled}}, ` +
				`notifications: {identityARN: "arn:aws:ses:us-east-1:111111111111:identity/a", blocked: {subject: Hello, text: "Was it you?"}}, ` +
				`blockCIDRs: [192.0.2.0/24, "2001:db8::/32"], allowCIDRs: [198.51.100.7/32]}}}`, "", "",
		},
		{"threat protection without Plus", `{userPool: {threatProtection: {}}}`, "spec.userPool.threatProtection", "needs the Plus tier"},
		{"threat protection in a pool whose tier is its own", `{userPool: {adopt: {id: us-east-1_AbCdEfGhI}, threatProtection: {}}}`, "", ""},
		{"a block list of what is off", `{userPool: {tier: Plus, threatProtection: {blockCIDRs: [192.0.2.0/24]}}}`, "spec.userPool.threatProtection.mode", "mode Disabled allows no other field of threatProtection but customAuth"},
		{"a range that begins in its middle", `{userPool: {tier: Plus, threatProtection: {mode: Audit, allowCIDRs: [192.0.2.7/24]}}}`, "spec.userPool.threatProtection.allowCIDRs[0]", "begins with its first address"},
		{"an address that is no range", `{userPool: {tier: Plus, threatProtection: {mode: Audit, allowCIDRs: [192.0.2.7]}}}`, "spec.userPool.threatProtection.allowCIDRs[0]", "CIDR notation"},
		{"a notice without a sender", `{userPool: {tier: Plus, threatProtection: {mode: Audit, takeover: {low: {notify: Enabled}}}}}`, "spec.userPool.threatProtection.notifications", "notifications are needed"},
		{"a notice without a body", `{userPool: {tier: Plus, threatProtection: {mode: Audit, notifications: {identityARN: "arn:aws:ses:us-east-1:111111111111:identity/a", mfa: {subject: Hello}}}}}`, "spec.userPool.threatProtection.notifications.mfa.text", "needs a body"},
		{
			"logs of both kinds", `{userPool: {tier: Plus, logs: [{source: Notifications, logGroupARN: "arn:aws:logs:us-east-1:111111111111:log-group:/aws/vendedlogs/notes"}, ` +
				`{source: UserActivity, streamARN: "arn:aws:firehose:us-east-1:111111111111:deliverystream/notes"}]}}`, "", "",
		},
		{"a log without a place", `{userPool: {logs: [{source: Notifications}]}}`, "spec.userPool.logs[0]", "exactly one destination"},
		{"a log with two places", `{userPool: {logs: [{source: Notifications, logGroupARN: "arn:aws:logs:us-east-1:111111111111:log-group:a", bucketARN: "arn:aws:s3:::notes"}]}}`, "spec.userPool.logs[0]", "exactly one destination"},
		{"undelivered messages in a bucket", `{userPool: {logs: [{source: Notifications, bucketARN: "arn:aws:s3:::notes"}]}}`, "spec.userPool.logs[0].logGroupARN", "to a log group only"},
		{"sign-ins logged without Plus", `{userPool: {logs: [{source: UserActivity, bucketARN: "arn:aws:s3:::notes"}]}}`, "spec.userPool.logs", "in the Plus tier only"},
		{"all log groups", `{userPool: {logs: [{source: Notifications, logGroupARN: "arn:aws:logs:us-east-1:111111111111:log-group:*"}]}}`, "spec.userPool.logs[0].logGroupARN", "must be the ARN"},
		{"a key and an issuer", `{userPool: {kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-0f3c5a2e", issuer: Updated}}`, "", ""},
		{"a replica", `{userPool: {kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a", replica: {region: us-west-2, state: Active}}}`, "", ""},
		{"a replica with settings of its own", `{userPool: {kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a", replica: {region: us-west-2, email: {}, sms: {roleARN: "arn:aws:iam::111111111111:role/Texts"}, senderKeyARN: "arn:aws:kms:us-west-2:111111111111:key/a", triggers: [{event: CustomSMSSender, function: F}]}}}`, "", ""},
		{"a replica that sends codes without a key", `{userPool: {kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a", replica: {region: us-west-2, triggers: [{event: CustomSMSSender, function: F}]}}}`, "spec.userPool.replica.senderKeyARN", "the key of the codes"},
		{"a replica's key by an alias", `{userPool: {kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a", replica: {region: us-west-2, senderKeyARN: "arn:aws:kms:us-west-2:111111111111:alias/a"}}}`, "spec.userPool.replica.senderKeyARN", "must be the ARN of a key"},
		{"a replica with logs, a web ACL and notices", `{userPool: {tier: Plus, threatProtection: {mode: Enforced, notifications: {identityARN: "arn:aws:ses:us-east-1:111111111111:identity/a"}}, kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a", replica: {region: us-west-2, logs: [{source: Notifications, logGroupARN: "arn:aws:logs:us-west-2:111111111111:log-group:notes"}, {source: UserActivity, bucketARN: "arn:aws:s3:::notes"}], webACLARN: "arn:aws:wafv2:us-west-2:111111111111:regional/webacl/notes/a", notifications: {identityARN: "arn:aws:ses:us-west-2:111111111111:identity/a", from: a@example.com}}}}`, "", ""},
		{"a replica's log of everything", `{userPool: {tier: Plus, kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a", replica: {region: us-west-2, logs: [{source: Everything, bucketARN: "arn:aws:s3:::notes"}]}}}`, "spec.userPool.replica.logs[0].source", "Unsupported value"},
		{"two logs of a replica of one source", `{userPool: {kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a", replica: {region: us-west-2, logs: [{source: Notifications, logGroupARN: "arn:aws:logs:us-west-2:111111111111:log-group:notes"}, {source: Notifications, logGroupARN: "arn:aws:logs:us-west-2:111111111111:log-group:notesx"}]}}}`, "spec.userPool.replica.logs[1]", "Duplicate value"},
		{"a replica's log of sign-ins below Plus", `{userPool: {kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a", replica: {region: us-west-2, logs: [{source: UserActivity, bucketARN: "arn:aws:s3:::notes"}]}}}`, "spec.userPool.replica.logs", "in the Plus tier only"},
		{"a replica's log of sign-ins in an adopted pool", `{userPool: {adopt: {id: us-east-1_AbCdEfGhI}, kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a", replica: {region: us-west-2, logs: [{source: UserActivity, bucketARN: "arn:aws:s3:::notes"}]}}}`, "", ""},
		{"a web ACL of CloudFront before a replica", `{userPool: {kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a", replica: {region: us-west-2, webACLARN: "arn:aws:wafv2:us-east-1:111111111111:global/webacl/notes/a"}}}`, "spec.userPool.replica.webACLARN", "must be the ARN of a regional web ACL"},
		{"notices that a replica has no sender for", `{userPool: {tier: Plus, threatProtection: {mode: Enforced, notifications: {identityARN: "arn:aws:ses:us-east-1:111111111111:identity/a"}}, kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a", replica: {region: us-west-2}}}`, "spec.userPool.replica.notifications", "from an identity of its own Region"},
		{"a replica's sender, and no notices", `{userPool: {kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a", replica: {region: us-west-2, notifications: {identityARN: "arn:aws:ses:us-west-2:111111111111:identity/a"}}}}`, "spec.userPool.replica.notifications", "set those, or take replica.notifications off"},
		{"a replica's sender, and notices of a pool without them", `{userPool: {tier: Plus, threatProtection: {mode: Audit}, kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a", replica: {region: us-west-2, notifications: {identityARN: "arn:aws:ses:us-west-2:111111111111:identity/a"}}}}`, "spec.userPool.replica.notifications", "set those, or take replica.notifications off"},
		{"a replica's sender that is no identity", `{userPool: {tier: Plus, threatProtection: {mode: Enforced, notifications: {identityARN: "arn:aws:ses:us-east-1:111111111111:identity/a"}}, kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a", replica: {region: us-west-2, notifications: {identityARN: security-at-example-com}}}}`, "spec.userPool.replica.notifications.identityARN", "must be the ARN of an identity"},
		{"a replica without a key", `{userPool: {replica: {region: us-west-2}}}`, "spec.userPool.kmsKeyARN", "a multi-Region key"},
		{"a replica with a key of one Region", `{userPool: {kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/0f3c5a2e", replica: {region: us-west-2}}}`, "spec.userPool.kmsKeyARN", "a multi-Region key"},
		{"a replica in the Lite tier", `{userPool: {tier: Lite, kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a", replica: {region: us-west-2}}}`, "spec.userPool.replica", "a tier above Lite"},
		{"a replica in no Region", `{userPool: {kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a", replica: {region: Oregon}}}`, "spec.userPool.replica.region", "must be the name of an AWS Region"},
		{"a failover without a replica", `{domain: {custom: {name: auth.example.com, certificateARN: "arn:aws:acm:us-east-1:111111111111:certificate/a", failoverHealthCheckID: a}}}`, "spec.domain.custom.failoverHealthCheckID", "there is none"},
		{"a health check's name", `{domain: {custom: {name: auth.example.com, certificateARN: "arn:aws:acm:us-east-1:111111111111:certificate/a", failoverHealthCheckID: a b}}}`, "spec.domain.custom.failoverHealthCheckID", "must be the id of a health check"},
		{"a web ACL", `{userPool: {webACLARN: "arn:aws:wafv2:us-east-1:111111111111:regional/webacl/notes/0f3c5a2e-5f1c"}}`, "", ""},
		{"a web ACL of CloudFront", `{userPool: {webACLARN: "arn:aws:wafv2:us-east-1:111111111111:global/webacl/notes/a"}}`, "spec.userPool.webACLARN", "regional web ACL"},
		{"an alias of a key", `{userPool: {kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:alias/notes"}}`, "spec.userPool.kmsKeyARN", "must be the ARN of a key"},
		{"a password history", `{userPool: {passwordPolicy: {history: 24}}}`, "", ""},
		{"a longer one", `{userPool: {passwordPolicy: {history: 25}}}`, "spec.userPool.passwordPolicy.history", "less than or equal to 24"},
		{
			"tier Lite remembers no passwords", `{userPool: {tier: Lite, passwordPolicy: {history: 1}}}`,
			"spec.userPool.passwordPolicy.history", "a password history needs a tier above Lite",
		},
		{"nor needs to", `{userPool: {tier: Lite, passwordPolicy: {history: 0}}}`, "", ""},
		{"a day", `{userPool: {passwordPolicy: {temporaryValidity: 24h}}}`, "", ""},
		{"a day in other words", `{userPool: {passwordPolicy: {temporaryValidity: 23h59m60s}}}`, "", ""},
		{"a year", `{userPool: {passwordPolicy: {temporaryValidity: 8760h}}}`, "", ""},
		{"more than a year", `{userPool: {passwordPolicy: {temporaryValidity: 8784h}}}`, "spec.userPool.passwordPolicy.temporaryValidity", "must be whole days, 1 to 365"},
		{"a day and a half", `{userPool: {passwordPolicy: {temporaryValidity: 36h}}}`, "spec.userPool.passwordPolicy.temporaryValidity", "must be whole days, 1 to 365"},
		{"a day and a moment", `{userPool: {passwordPolicy: {temporaryValidity: 24h1ms}}}`, "spec.userPool.passwordPolicy.temporaryValidity", "must be whole days, 1 to 365"},
		{"no day", `{userPool: {passwordPolicy: {temporaryValidity: 0h}}}`, "spec.userPool.passwordPolicy.temporaryValidity", "must be whole days, 1 to 365"},
		{"days are no unit", `{userPool: {passwordPolicy: {temporaryValidity: 7d}}}`, "spec.userPool.passwordPolicy.temporaryValidity", "should match"},
		{"a tier", `{userPool: {tier: Premium}}`, "spec.userPool.tier", "Unsupported value"},
		{"e-mail is verified unless said otherwise", `{userPool: {verifyBeforeUpdate: [Email]}}`, "", ""},
		{"nothing is verified", `{userPool: {autoVerify: [], verifyBeforeUpdate: []}}`, "", ""},
		{
			"what is verified before an update is verified", `{userPool: {autoVerify: [PhoneNumber], verifyBeforeUpdate: [Email]}}`,
			"spec.userPool.verifyBeforeUpdate", "takes only what autoVerify names",
		},
		{"recovery has an order", `{userPool: {recovery: [PhoneNumber, Email]}}`, "", ""},
		{"administrators recover alone", `{userPool: {recovery: [Email, AdminOnly]}}`, "spec.userPool.recovery", "AdminOnly leaves recovery to administrators"},
		{"a method stands once", `{userPool: {recovery: [PhoneNumber, PhoneNumber]}}`, "spec.userPool.recovery", "a method stands once in the order"},
		{"recovery by nobody", `{userPool: {recovery: []}}`, "spec.userPool.recovery", "at least 1 items"},
		{"a Region", `{region: eu-central-1}`, "", ""},
		{"a stage with a slash", `{stage: a/b}`, "spec.stage", "Invalid value"},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			judge(t, kube.Create(t.Context(), object(t, "test", base, tt.spec), client.DryRunAll), tt)
		})
	}
}

func TestUpdate(t *testing.T) {
	tests := []struct {
		validation
		before string // a merge patch of base too
	}{
		{validation{
			"a pool cannot move", `{region: eu-west-1}`,
			"spec.region", "region is immutable",
		}, `{region: us-east-1}`},
		{validation{"nor follow a default that changed", `{region: us-east-1}`, "spec.region", "region is immutable"}, `{}`},
		{validation{"nor go back to the default", `{region: null}`, "spec.region", "region is immutable"}, `{region: us-east-1}`},
		{validation{"an attribute more", `{userPool: {customAttributes: [{name: b}, {name: a}]}}`, "", ""}, `{userPool: {customAttributes: [{name: a}]}}`},
		{validation{
			"an attribute less", `{userPool: {customAttributes: null}}`, "spec.userPool.customAttributes", "customAttributes are only added to",
		}, `{userPool: {customAttributes: [{name: a}]}}`},
		{validation{
			"another type", `{userPool: {customAttributes: [{name: a, type: Number}]}}`, "spec.userPool.customAttributes", "customAttributes are only added to",
		}, `{userPool: {customAttributes: [{name: a}]}}`},
		{validation{"another order of what cannot change", `{userPool: {aliases: [PhoneNumber, Email]}}`, "", ""}, `{userPool: {aliases: [Email, PhoneNumber]}}`},
		{validation{"the default in words", `{userPool: {usernameCase: Insensitive}}`, "", ""}, `{}`},
		{validation{
			"aliases that come later", `{userPool: {aliases: [Email]}}`, "spec.userPool.aliases", "aliases are immutable",
		}, `{}`},
		{validation{"the same Region", `{region: us-east-1, stage: beta}`, "", ""}, `{region: us-east-1}`},
		{validation{
			"how users sign in is fixed when the pool is made", `{userPool: {signInWith: [PhoneNumber]}}`,
			"spec.userPool.signInWith", "signInWith is immutable",
		}, `{userPool: {signInWith: [Email]}}`},
		{validation{
			"nothing can be added to it", `{userPool: {signInWith: [Email]}}`,
			"spec.userPool.signInWith", "signInWith is immutable",
		}, `{}`},
		{validation{
			"nor taken away", `{userPool: {signInWith: null}}`,
			"spec.userPool.signInWith", "signInWith is immutable",
		}, `{userPool: {signInWith: [Email]}}`},
		{validation{
			"nor taken away with the block that it is in", `{userPool: null}`,
			"spec.userPool.signInWith", "signInWith is immutable",
		}, `{userPool: {signInWith: [Email]}}`},
		{validation{
			"nor added beside what is there", `{userPool: {signInWith: [Email]}}`,
			"spec.userPool.signInWith", "signInWith is immutable",
		}, `{userPool: {selfSignUp: Disabled}}`},
		{validation{"a block may come that does not speak of it", `{userPool: {selfSignUp: Disabled}}`, "", ""}, `{}`},
		{validation{"and go", `{userPool: null}`, "", ""}, `{userPool: {selfSignUp: Disabled}}`},
		{validation{"an empty list is no list, in a block that comes or not", `{userPool: {signInWith: []}}`, "", ""}, `{userPool: {}}`},
		{
			validation{"its order says nothing", `{userPool: {signInWith: [PhoneNumber, Email]}}`, "", ""},
			`{userPool: {signInWith: [Email, PhoneNumber]}}`,
		},
		{
			validation{"the rest of the pool may change", `{userPool: {signInWith: [Email], selfSignUp: Disabled}}`, "", ""},
			`{userPool: {signInWith: [Email]}}`,
		},
		{validation{"an empty list is no list", `{userPool: {signInWith: []}}`, "", ""}, `{}`},
		{
			validation{"a secret can be replaced", `{clients: [{name: job, flows: [ClientCredentials], scopes: [notes/read], secret: {generation: 2}}]}`, "", ""},
			`{clients: [{name: job, flows: [ClientCredentials], scopes: [notes/read]}]}`,
		},
		{validation{
			"a former secret does not come back", `{clients: [{name: job, flows: [ClientCredentials], scopes: [notes/read], secret: {generation: 2}}]}`,
			"spec.clients[0].secret.generation", "generation can only be raised",
		}, `{clients: [{name: job, flows: [ClientCredentials], scopes: [notes/read], secret: {generation: 3}}]}`},
		{
			validation{"not to speak of it asks for nothing", `{clients: [{name: job, flows: [ClientCredentials], scopes: [notes/read], secret: null}]}`, "", ""},
			`{clients: [{name: job, flows: [ClientCredentials], scopes: [notes/read], secret: {generation: 3}}]}`,
		},
		{
			validation{"a client of another flow drops it with its secret", `{clients: [{name: job, flows: [Code], callbackURLs: ["https://app.example.com/"], scopes: [openid]}]}`, "", ""},
			`{clients: [{name: job, flows: [ClientCredentials], scopes: [notes/read], secret: {generation: 3}}]}`,
		},
		{
			validation{"nor does an empty block", `{clients: [{name: job, flows: [ClientCredentials], scopes: [notes/read], secret: {}}]}`, "", ""},
			`{clients: [{name: job, flows: [ClientCredentials], scopes: [notes/read], secret: {generation: 3}}]}`,
		},
		{validation{
			"routes may change places and paths, for nothing is known of them by their place",
			`{routes: [{path: /b, methods: [GET], backend: {lambda: {function: F}}}, {path: /notes, methods: [GET], access: Guest, backend: {lambda: {function: G}}}]}`, "", "",
		}, `{}`},
		{validation{"routes may go", `{routes: null}`, "", ""}, `{}`},
		{validation{"an API to adopt may be named later", `{api: {adopt: {id: abc123defg}}}`, "", ""}, `{}`},
		{validation{"the domain may move", `{domain: {prefix: notes-gamma}}`, "", ""}, `{}`},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			existing := object(t, "update", base, tt.before)
			if err := kube.Create(t.Context(), existing); err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := kube.Delete(t.Context(), existing); err != nil {
					t.Error(err)
				}
			}()
			changed := object(t, "update", base, tt.before, tt.spec)
			changed.SetResourceVersion(existing.GetResourceVersion())
			judge(t, kube.Update(t.Context(), changed, client.DryRunAll), tt.validation)
		})
	}
}

func judge(t *testing.T, err error, want validation) {
	t.Helper()
	accept := want.field == "" && want.message == ""
	switch {
	case accept && err != nil:
		t.Errorf("refused: %v", err)
	case !accept && err == nil:
		t.Errorf("accepted, want a refusal of %s: %s", want.field, want.message)
	case !accept && (!strings.Contains(err.Error(), want.field+": ") || !strings.Contains(err.Error(), want.message)):
		t.Errorf("refused with\n\t%v\nwant in it\n\t%s: … %s", err, want.field, want.message)
	}
}

// route is a patch to one route with a path.
func route(path string) string {
	return `{routes: [{path: "` + path + `", methods: [GET], backend: {lambda: {function: F}}}]}`
}

// clients is a patch to n clients, each with as much as CEL rules look at.
func clients(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf(`{name: c%d, callbackURLs: ["https://app.example.com/%d"], logoutURLs: ["https://app.example.com/"]}`, i, i)
	}
	return "{clients: [" + strings.Join(all, ", ") + "]}"
}

// groups is a patch to n groups, each with as much as CEL rules look at.
func groups(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf(`{name: g%d, roleARN: "arn:aws:iam::111111111111:role/%s"}`, i, strings.Repeat("a", 64))
	}
	return "{userPool: {groups: [" + strings.Join(all, ", ") + "]}}"
}

// routes is a patch to n routes.
func routes(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf(`{path: "/notes/%d/{id}", methods: [GET], backend: {lambda: {function: F}}}`, i)
	}
	return "{routes: [" + strings.Join(all, ", ") + "]}"
}
