// Package validate checks a whole spec before the first call to AWS: a spec that cannot work makes nothing. It is pure. What the
// schema can tell is refused at admission (docs/design/refusals.md); the rules here need the whole spec, a list of Regions or an
// arithmetic that CEL cannot afford.
package validate

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
)

// Facts are what is known beside the spec without a call to AWS.
type Facts struct {
	// Region is where everything is made, and Partition the part of AWS that it is in. Both are empty if the spec and the operator
	// name none, or AWS has no such Region.
	Region, Partition string
	// Account is the account that everything is made in; empty while only a call would tell.
	Account string
	// Replica is where the user pool's replica is; empty if the spec asks for none, or AWS has no such Region.
	Replica Place
}

// Place is a Region, and the part of AWS that it is in.
type Place struct{ Region, Partition string }

// Finding is a value of the spec that cannot work, or is doubtful.
type Finding struct {
	// Field is the value's path, as the API server writes it: spec.routes[2].backend.http.url.
	Field string
	// Value is the value as people wrote it, quoted if it is a string; empty if there is none or it is long.
	Value string
	// Rule continues the value to a sentence that says what is wrong, and Remedy says what to do.
	Rule, Remedy string
}

func (f Finding) Error() string {
	words := f.Rule + "; " + f.Remedy
	if f.Value != "" {
		words = f.Value + " " + words
	}
	return f.Field + ": " + words
}

// Rule is one thing that a spec must not ask for, or that its author seldom wants.
type Rule struct {
	// Name names the rule in tests.
	Name string
	// Example is a merge patch, as YAML, that makes a spec break the rule; empty if one would be too long to read.
	Example string

	find func(*v1alpha1.SecuredAPISpec, Facts) []Finding
}

// Rules are all rules, in the order of the spec.
var Rules = []Rule{
	{"size", "", size},
	{"region", `{region: us-middle-1}`, region},
	{"adoptedPoolRegion", `{userPool: {adopt: {id: eu-west-1_AbCdEfGhI}}}`, adoptedPoolRegion},
	{"sharedWith", `{userPool: {sharedWith: {from: Selector, selector: {matchExpressions: [{key: team, operator: Is}]}}}}`, sharedWith},
	{"ofPoolsRegion", `{userPool: {kmsKeyARN: "arn:aws:kms:eu-west-1:111111111111:key/a"}}`, ofPoolsRegion},
	{"replicaRegion", `{userPool: {kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a", replica: {region: us-east-1}}}`, replicaRegion},
	{"phoneNumberAlone", `{userPool: {signInWith: [PhoneNumber]}}`, phoneNumberAlone},
	{"tier", `{userPool: {tier: Lite, firstFactors: [Password, EmailOTP]}}`, tier},
	{"recoveryByFactor", `{userPool: {recovery: [Email], mfa: {mode: Optional, factors: [TOTP, Email]}, ` +
		`email: {sender: SES, identityARN: "arn:aws:ses:us-east-1:111111111111:identity/a"}}}`, recoveryByFactor},
	{"attributeCount", "", attributeCount},
	{"emailNotRequired", `{userPool: {signInWith: [], standardAttributes: [{name: email}]}}`, emailNotRequired},
	{"firstFactorsBesideMFA", `{userPool: {firstFactors: [Password, EmailOTP], ` +
		`mfa: {mode: Required, factors: [TOTP]}}}`, firstFactorsBesideMFA},
	{"textsWithoutRole", `{userPool: {mfa: {mode: Optional, factors: [SMS]}}}`, textsWithoutRole},
	{"textsAsFactor", `{userPool: {sms: {roleARN: "arn:aws:iam::111111111111:role/Texts"}, ` +
		`mfa: {mode: Optional, factors: [TOTP]}}}`, textsAsFactor},
	{"emailAsFactor", `{userPool: {mfa: {mode: Optional, factors: [Email]}}}`, emailAsFactor},
	{"trigger", `{userPool: {triggers: [{event: PreSignUp, ` +
		`function: "arn:aws:lambda:eu-west-1:111111111111:function:F"}]}}`, trigger},
	{"scopes", `{clients: [{name: web, callbackURLs: ["https://app.example.com/"], scopes: [openid, notes/write]}]}`, scopes},
	{"scopeCount", "", scopeCount},
	{"attributes", `{clients: [{name: web, callbackURLs: ["https://app.example.com/"], writeAttributes: [sub]}]}`, attributes},
	{"mapping", `{userPool: {identityProviders: [{name: Okta, attributes: {email: email, sub: sub}, ` +
		`oidc: {issuer: "https://login.example.com", clientID: c}}]}}`, mapping},
	{"identifierTwice", `{userPool: {identityProviders: [{name: Okta, identifiers: [acme, acme], attributes: {email: email}, ` +
		`oidc: {issuer: "https://login.example.com", clientID: c}}]}}`, identifierTwice},
	{"besideInitiated", `{userPool: {identityProviders: [{name: Okta, attributes: {email: email}, ` +
		`saml: {metadataURL: "https://login.example.com/metadata", idpInitiated: Enabled}}]}}`, besideInitiated},
	{"unknownProvider", `{clients: [{name: web, callbackURLs: ["https://app.example.com/"], identityProviders: [Okta]}]}`, unknownProvider},
	{"unwritable", `{userPool: {identityProviders: [{name: Okta, attributes: {email: email, name: name}, ` +
		`oidc: {issuer: "https://login.example.com", clientID: c}}]}, ` +
		`clients: [{name: web, callbackURLs: ["https://app.example.com/"], writeAttributes: [email]}]}`, unwritable},
	{"methods", `{routes: [{path: /a, methods: [GET], backend: {lambda: {function: F}}}, ` +
		`{path: /a, methods: [PUT, GET], backend: {lambda: {function: G}}}]}`, methods},
	{"methodCount", "", methodCount},
	{"variables", `{routes: [{path: "/a/{id}", methods: [GET], backend: {lambda: {function: F}}}, ` +
		`{path: "/a/{name}/b", methods: [GET], backend: {lambda: {function: F}}}]}`, variables},
	{"variableTwice", `{routes: [{path: "/{id}/b/{id}", methods: [GET], backend: {lambda: {function: F}}}]}`, variableTwice},
	{"places", "", places},
	{"writings", `{routes: [{path: /a, methods: [GET], backend: {lambda: {function: F}}}, ` +
		`{path: "/{proxy+}", methods: [ANY], access: Guest, backend: {lambda: {function: F}}}]}`, writings},
	{"function", `{routes: [{path: /a, methods: [GET], ` +
		`backend: {lambda: {function: "arn:aws:lambda:eu-west-1:111111111111:function:F"}}}]}`, function},
	{"host", `{routes: [{path: /a, methods: [GET], backend: {http: {url: "https://notes.default.svc.cluster.local/"}}}]}`, host},
	{"unknownVariable", `{routes: [{path: "/a/{id}", methods: [GET], ` +
		`backend: {http: {url: "https://b.example.com/{name}"}}}]}`, unknownVariable},
	{"ownClientsMissing", `{clients: null, api: {authorizer: {clients: Own}}}`, ownClientsMissing},
	{"scopesOfOthers", `{api: {authorizer: {clients: Own}}, ` +
		`routes: [{path: /a, methods: [GET], scopes: [openid], backend: {lambda: {function: F}}}]}`, scopesOfOthers},
	{"adoptionWithoutRoutes", `{routes: null, api: {adopt: {id: abc123defg}}}`, adoptionWithoutRoutes},
	{"document", "", document},
}

// Spec returns all violations of a spec as one error, of the reason InvalidSpec; nil if there is none.
func Spec(spec *v1alpha1.SecuredAPISpec, facts Facts) error {
	var all []error
	for _, rule := range Rules {
		for _, finding := range rule.find(spec, facts) {
			all = append(all, finding)
		}
	}
	if len(all) == 0 {
		return nil
	}
	return awserr.Because(v1alpha1.ReasonInvalidSpec, errors.Join(all...))
}

// field is a field of a route.
func field(route int, name string) string { return fmt.Sprintf("spec.routes[%d].%s", route, name) }

// maxValue bounds a value in a message, in bytes.
const maxValue = 256

// quote writes a value as a message shows it.
func quote(value string) string {
	if len(value) > maxValue {
		return strconv.Quote(value[:maxValue]) + "…"
	}
	return strconv.Quote(value)
}
