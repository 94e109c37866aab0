package validate

import (
	"fmt"
	"slices"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// The rules of how users sign in, which Cognito has for its first and second factors together
// (SetUserPoolMfaConfig; docs/design/refusals.md).

func requiresMFA(pool *v1alpha1.UserPoolSpec) bool {
	return pool.MFA != nil && pool.MFA.Mode == v1alpha1.MFARequired
}

// firstFactorsBesideMFA refuses first factors that no second factor can follow.
func firstFactorsBesideMFA(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	pool := &spec.UserPool
	if !requiresMFA(pool) {
		return nil
	}
	var found []Finding
	for i, factor := range pool.FirstFactors {
		where := fmt.Sprintf("spec.userPool.firstFactors[%d]", i)
		switch factor {
		case v1alpha1.FirstFactorPassword:
		case v1alpha1.FirstFactorEmailOTP, v1alpha1.FirstFactorSMSOTP:
			found = append(found, Finding{
				where, string(factor),
				"is not possible with spec.userPool.mfa.mode Required: Cognito asks for no second factor after a one-time password",
				"take it off, or set spec.userPool.mfa.mode to Optional",
			})
		case v1alpha1.FirstFactorPasskey:
			if pool.Passkeys == nil || pool.Passkeys.SatisfyMFA != v1alpha1.Enabled {
				found = append(found, Finding{
					where, string(factor), "is one factor, and spec.userPool.mfa.mode is Required",
					"set spec.userPool.passkeys.satisfyMFA to Enabled, or spec.userPool.mfa.mode to Optional",
				})
			}
		}
	}
	return found
}

// textsWithoutRole refuses what sends text messages in a pool that cannot. An adopted pool may have the role.
func textsWithoutRole(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	pool := &spec.UserPool
	if pool.SMS != nil || pool.Adopt != nil {
		return nil
	}
	var found []Finding
	needs := func(field, value string) {
		found = append(found, Finding{
			field, value, "needs codes by SMS, and spec.userPool.sms is not set", "set spec.userPool.sms.roleARN, or take it off",
		})
	}
	if at := slices.Index(pool.AutoVerify, v1alpha1.VerifiedPhoneNumber); at >= 0 {
		needs(fmt.Sprintf("spec.userPool.autoVerify[%d]", at), string(v1alpha1.VerifiedPhoneNumber))
	}
	if at := slices.Index(pool.FirstFactors, v1alpha1.FirstFactorSMSOTP); at >= 0 {
		needs(fmt.Sprintf("spec.userPool.firstFactors[%d]", at), string(v1alpha1.FirstFactorSMSOTP))
	}
	if pool.MFA != nil {
		if at := slices.Index(pool.MFA.Factors, v1alpha1.MFASMS); at >= 0 {
			needs(fmt.Sprintf("spec.userPool.mfa.factors[%d]", at), string(v1alpha1.MFASMS))
		}
	}
	return found
}

// textsAsFactor refuses MFA without SMS in a pool that can send texts: Cognito has SMS as a factor of each such pool.
func textsAsFactor(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	pool := &spec.UserPool
	if pool.SMS == nil || pool.MFA == nil || len(pool.MFA.Factors) == 0 || slices.Contains(pool.MFA.Factors, v1alpha1.MFASMS) {
		return nil
	}
	return []Finding{{
		"spec.userPool.mfa.factors", fmt.Sprint(pool.MFA.Factors),
		"has no SMS, and spec.userPool.sms is set: Cognito allows SMS as a factor wherever it can send it",
		"add SMS, or take spec.userPool.sms off before the pool gets it",
	}}
}

// emailAsFactor refuses a second factor by e-mail that Cognito itself would send.
func emailAsFactor(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	pool := &spec.UserPool
	if pool.MFA == nil || pool.Email != nil && pool.Email.Sender == v1alpha1.EmailSenderSES {
		return nil
	}
	at := slices.Index(pool.MFA.Factors, v1alpha1.MFAEmail)
	if at < 0 {
		return nil
	}
	return []Finding{{
		fmt.Sprintf("spec.userPool.mfa.factors[%d]", at), string(v1alpha1.MFAEmail),
		"needs spec.userPool.email.sender SES: Cognito does not send second factors from its own address",
		"set spec.userPool.email.sender to SES, or take it off",
	}}
}

// tier refuses what Cognito's lowest tier lacks. That a password history needs more, the schema says.
func tier(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	pool := &spec.UserPool
	if pool.Tier != v1alpha1.TierLite {
		return nil
	}
	var found []Finding
	needs := func(field, value string) {
		found = append(found, Finding{
			field, value, "needs a tier above Lite, and spec.userPool.tier is Lite", "set spec.userPool.tier to Essentials, or take it off",
		})
	}
	for i, factor := range pool.FirstFactors {
		if factor != v1alpha1.FirstFactorPassword {
			needs(fmt.Sprintf("spec.userPool.firstFactors[%d]", i), string(factor))
		}
	}
	if pool.MFA != nil {
		if at := slices.Index(pool.MFA.Factors, v1alpha1.MFAEmail); at >= 0 {
			needs(fmt.Sprintf("spec.userPool.mfa.factors[%d]", at), string(v1alpha1.MFAEmail))
		}
	}
	for i := range pool.Triggers {
		if version := pool.Triggers[i].Version; version != "" && version != v1alpha1.TriggerV1 {
			// PreTokenGenerationVersionConfigType; developer guide, "User pool feature plans".
			needs(fmt.Sprintf("spec.userPool.triggers[%d].version", i), string(version))
		}
	}
	if spec.ManagedPages() {
		needs("spec.domain.pages", string(v1alpha1.PagesManaged))
	}
	for i := range spec.Clients {
		client := &spec.Clients[i]
		if at := slices.Index(client.AuthFlows, v1alpha1.AuthFlowChoice); at >= 0 {
			needs(fmt.Sprintf("spec.clients[%d].authFlows[%d]", i, at), string(v1alpha1.AuthFlowChoice))
		}
		if client.Tokens != nil && client.Tokens.Rotation == v1alpha1.Enabled {
			needs(fmt.Sprintf("spec.clients[%d].tokens.rotation", i), string(v1alpha1.Enabled))
		}
	}
	return found
}

// recoveryByFactor refuses a recovery that sends its code where the second factor goes: Cognito lets nobody in by one address alone
// (developer guide, "Adding MFA to a user pool": no recovery and no second factor by the same means).
func recoveryByFactor(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	pool := &spec.UserPool
	if pool.MFA == nil || len(pool.MFA.Factors) == 0 || len(pool.Recovery) == 0 {
		return nil
	}
	means := map[v1alpha1.RecoveryMethod]v1alpha1.MFAFactor{
		v1alpha1.RecoveryEmail: v1alpha1.MFAEmail, v1alpha1.RecoveryPhoneNumber: v1alpha1.MFASMS,
	}
	for _, method := range pool.Recovery {
		if !slices.Contains(pool.MFA.Factors, means[method]) {
			return nil
		}
	}
	return []Finding{{
		"spec.userPool.recovery", fmt.Sprint(pool.Recovery),
		"has no way beside those of spec.userPool.mfa.factors, and nobody recovers a password by a second factor",
		"add another way, or set it to [AdminOnly]",
	}}
}

// factorsOnPages: the classic pages know passwords only (developer guide, "Authentication with managed login").
func factorsOnPages(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	if spec.Domain == nil || spec.ManagedPages() {
		return nil
	}
	var found []Finding
	for i, factor := range spec.UserPool.FirstFactors {
		if factor != v1alpha1.FirstFactorPassword {
			found = append(found, Finding{
				fmt.Sprintf("spec.userPool.firstFactors[%d]", i), string(factor),
				"is not offered by the login pages of the domain, which ask for passwords only",
				"set spec.domain.pages to Managed, or take it off where users sign in on these pages alone",
			})
		}
	}
	return found
}

// passkeysOfPrefix: "When you create a custom domain, the passkey RP ID defaults to the custom domain. If you had a prefix domain
// active, this will cause passkey integration for your prefix domain to stop working" (SDK, CreateUserPoolDomainInput).
func passkeysOfPrefix(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	pool := &spec.UserPool
	if spec.CustomDomain() == nil || spec.DomainPrefix() == "" || !slices.Contains(pool.FirstFactors, v1alpha1.FirstFactorPasskey) ||
		pool.Passkeys != nil && pool.Passkeys.RelyingPartyID != "" {
		return nil
	}
	return []Finding{{
		"spec.userPool.passkeys.relyingPartyID", "",
		"it is not set, so passkeys are for spec.domain.custom once that is made, and those of spec.domain.prefix stop working",
		"set it to the domain where users have passkeys",
	}}
}
