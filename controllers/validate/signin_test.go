package validate

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fieldsOf are the fields in which a rule finds a spec wrong, or doubtful.
func fieldsOf(t *testing.T, name, patch string) []string {
	t.Helper()
	all := slices.Concat(Rules, Doubts)
	i := slices.IndexFunc(all, func(rule Rule) bool { return rule.Name == name })
	if i < 0 {
		t.Fatalf("there is no rule %s", name)
	}
	var fields []string
	for _, found := range all[i].find(patched(t, patch), here) {
		fields = append(fields, found.Field)
	}
	return fields
}

func TestFieldsThatRulesName(t *testing.T) {
	const (
		role     = `sms: {roleARN: "arn:aws:iam::111111111111:role/Texts"}`
		identity = `identityARN: "arn:aws:ses:us-east-1:111111111111:identity/a"`
		adopt    = `adopt: {id: us-east-1_AbCdEfGhI}`
		custom   = `custom: {name: auth.example.com, certificateARN: "arn:aws:acm:us-east-1:111111111111:certificate/a"}`
		passkey  = `firstFactors: [Password, Passkey]`
	)
	okta := func(identifiers string) string {
		return `{userPool: {identityProviders: [{name: Okta, identifiers: ` + identifiers + `, attributes: {email: email}, ` +
			`oidc: {issuer: "https://login.example.com", clientID: c}}]}}`
	}
	client := func(more string) string {
		return `{userPool: {tier: Lite}, domain: {pages: Classic}, clients: [{name: web, callbackURLs: ["https://app.example.com/"]` + more + `}]}`
	}
	for _, tc := range []struct {
		rule, reason, patch string
		want                []string
	}{
		{"phoneNumberAlone", "codes go to the phone", `{userPool: {signInWith: [PhoneNumber], autoVerify: [PhoneNumber], ` + role + `}}`, nil},
		{"phoneNumberAlone", "codes cannot be sent", `{userPool: {signInWith: [PhoneNumber], autoVerify: [PhoneNumber]}}`, []string{"spec.userPool.signInWith"}},
		{"phoneNumberAlone", "codes are not sent", `{userPool: {signInWith: [PhoneNumber], ` + role + `}}`, []string{"spec.userPool.signInWith"}},

		{"textsWithoutRole", "everything that sends texts is named, at the first place, too", `{userPool: {autoVerify: [PhoneNumber], firstFactors: [SMSOTP, Password], mfa: {mode: Optional, factors: [SMS]}}}`, []string{"spec.userPool.autoVerify[0]", "spec.userPool.firstFactors[0]", "spec.userPool.mfa.factors[0]"}},
		{"textsWithoutRole", "nothing sends texts", `{userPool: {autoVerify: [Email], firstFactors: [Password, EmailOTP], mfa: {mode: Optional, factors: [TOTP]}}}`, nil},
		{"textsWithoutRole", "the pool may send texts", `{userPool: {autoVerify: [PhoneNumber], ` + role + `}}`, nil},
		{"textsWithoutRole", "the adopted pool may have the role", `{userPool: {autoVerify: [PhoneNumber], ` + adopt + `}}`, nil},

		{"emailAsFactor", "SES sends the codes", `{userPool: {mfa: {mode: Optional, factors: [Email]}, email: {sender: SES, ` + identity + `}}}`, nil},
		{"emailAsFactor", "Cognito would send them from an address of the spec", `{userPool: {mfa: {mode: Optional, factors: [TOTP, Email]}, email: {sender: Cognito, ` + identity + `}}}`, []string{"spec.userPool.mfa.factors[1]"}},
		{"emailAsFactor", "Cognito would send them", `{userPool: {mfa: {mode: Optional, factors: [Email]}}}`, []string{"spec.userPool.mfa.factors[0]"}},

		{"tier", "passwords are in every tier", `{domain: {pages: Classic}, userPool: {tier: Lite, firstFactors: [Password]}}`, nil},
		{"tier", "other first factors are not", `{domain: {pages: Classic}, userPool: {tier: Lite, firstFactors: [Password, EmailOTP]}}`, []string{"spec.userPool.firstFactors[1]"}},
		{"tier", "a client with nothing of a higher tier", client(""), nil},
		{"tier", "choice of the factor", client(`, authFlows: [Choice]`), []string{"spec.clients[0].authFlows[0]"}},
		{"tier", "another flow", client(`, authFlows: [SRP]`), nil},
		{"tier", "rotated refresh tokens", client(`, tokens: {rotation: Enabled}`), []string{"spec.clients[0].tokens.rotation"}},
		{"tier", "refresh tokens that are not rotated", client(`, tokens: {rotation: Disabled}`), nil},

		{"factorsOnPages", "classic pages ask for passwords, and not for the other factor", `{domain: {pages: Classic}, userPool: {firstFactors: [Password, EmailOTP]}}`, []string{"spec.userPool.firstFactors[1]"}},
		{"factorsOnPages", "managed pages offer all factors", `{domain: {pages: Managed}, userPool: {firstFactors: [Password, EmailOTP]}}`, nil},

		{"passkeysOfPrefix", "nothing says which domain passkeys are for", `{domain: {` + custom + `}, userPool: {` + passkey + `}}`, []string{"spec.userPool.passkeys.relyingPartyID"}},
		{"passkeysOfPrefix", "other settings of passkeys say nothing of it", `{domain: {` + custom + `}, userPool: {` + passkey + `, passkeys: {userVerification: Required}}}`, []string{"spec.userPool.passkeys.relyingPartyID"}},
		{"passkeysOfPrefix", "the spec says which domain", `{domain: {` + custom + `}, userPool: {` + passkey + `, passkeys: {relyingPartyID: auth.example.com}}}`, nil},
		{"passkeysOfPrefix", "one domain alone", `{userPool: {` + passkey + `}}`, nil},

		{"replicaIssuer", "a new pool's issuer is of its own Region", `{userPool: {replica: {region: eu-west-1}}}`, []string{"spec.userPool.issuer"}},
		{"replicaIssuer", "an adopted pool may have another issuer", `{userPool: {replica: {region: eu-west-1}, ` + adopt + `}}`, nil},
		{"replicaIssuer", "an adopted pool gets the issuer of its own Region", `{userPool: {issuer: Original, replica: {region: eu-west-1}, ` + adopt + `}}`, []string{"spec.userPool.issuer"}},
		{"replicaIssuer", "the issuer of all Regions", `{userPool: {issuer: Updated, replica: {region: eu-west-1}}}`, nil},

		{"identifierTwice", "each identifier is there once", okta("[acme, acme.example.com]"), nil},
		{"identifierTwice", "the second of two equal ones is named", okta("[acme, acme]"), []string{"spec.userPool.identityProviders[0].identifiers[1]"}},
	} {
		if diff := cmp.Diff(tc.want, fieldsOf(t, tc.rule, tc.patch)); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", tc.rule, tc.reason, diff)
		}
	}
}
