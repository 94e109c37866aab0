package userpool

import (
	"strings"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// longLink is an e-mail as plans show it.
var longLink = shortened("{##Confirm##} that this long e-mail is for you, and for nobody else who reads it")

// A block of the pool is set, changed and dropped in place. What was set by hand is repaired while the spec has the block, and left
// alone before and after.
func TestPoolBlocks(t *testing.T) {
	for _, tc := range []struct {
		reason      string
		first, then func(*v1alpha1.UserPoolSpec)
		// set, changed and dropped are the plans' words. Those that weaken begin with an exclamation mark.
		set, changed, dropped string
	}{
		{
			"a password history and a validity, then less of both", func(s *v1alpha1.UserPoolSpec) {
				s.PasswordPolicy.History, s.PasswordPolicy.TemporaryValidity = 5, "24h"
			},
			func(s *v1alpha1.UserPoolSpec) {
				s.PasswordPolicy.History, s.PasswordPolicy.TemporaryValidity = 4, "48h"
			},
			"~ userPool.passwordPolicy.history: 0 -> 5; ~ userPool.passwordPolicy.temporaryValidity: 168h -> 24h",
			"!~ userPool.passwordPolicy.history: 5 -> 4; !~ userPool.passwordPolicy.temporaryValidity: 24h -> 48h",
			"!~ userPool.passwordPolicy.history: 4 -> 0; !~ userPool.passwordPolicy.temporaryValidity: 48h -> 168h",
		},
		{
			"a higher tier, then a lower one", func(s *v1alpha1.UserPoolSpec) { s.Tier = v1alpha1.TierPlus },
			func(s *v1alpha1.UserPoolSpec) { s.Tier = v1alpha1.TierLite },
			"~ userPool.tier: Essentials -> Plus", "~ userPool.tier: Plus -> Lite", "~ userPool.tier: Lite -> Essentials",
		},
		{
			"protected from its deletion, then not", func(s *v1alpha1.UserPoolSpec) { s.DeletionProtection = v1alpha1.Enabled },
			func(s *v1alpha1.UserPoolSpec) { s.DeletionProtection = v1alpha1.Disabled },
			"~ userPool.deletionProtection: Disabled -> Enabled", "!~ userPool.deletionProtection: Enabled -> Disabled", "",
		},
		{
			"devices are remembered, then stand for a second factor", func(s *v1alpha1.UserPoolSpec) { s.Devices = &v1alpha1.Devices{} },
			func(s *v1alpha1.UserPoolSpec) {
				s.Devices = &v1alpha1.Devices{Remember: v1alpha1.RememberOnRequest, SkipMFA: v1alpha1.Enabled}
			},
			"~ userPool.devices.remember: Never -> Always",
			"~ userPool.devices.remember: Always -> OnRequest; !~ userPool.devices.skipMFA: Disabled -> Enabled",
			"~ userPool.devices.remember: OnRequest -> Never; ~ userPool.devices.skipMFA: Enabled -> Disabled",
		},
		{
			"a code's texts and an invitation, then a link's", func(s *v1alpha1.UserPoolSpec) {
				s.Messages = &v1alpha1.Messages{
					Verification: &v1alpha1.VerificationMessage{Subject: "A code", Email: "Your code: {####}", SMS: "Code {####}"},
					Invitation:   &v1alpha1.Invitation{Subject: "Come in", Email: "{username} {####}", SMS: "{username}: {####}"},
				}
			},
			func(s *v1alpha1.UserPoolSpec) {
				s.Messages = &v1alpha1.Messages{Verification: &v1alpha1.VerificationMessage{
					By: v1alpha1.VerifyByLink, Email: "{##Confirm##} that this long e-mail is for you, and for nobody else who reads it",
				}}
			},
			`~ userPool.messages.invitation.email: "" -> {username} {####}; ~ userPool.messages.invitation.sms: "" -> {username}: {####}; ` +
				`~ userPool.messages.invitation.subject: "" -> Come in; ~ userPool.messages.verification.email: "" -> Your code: {####}; ` +
				`~ userPool.messages.verification.sms: "" -> Code {####}; ~ userPool.messages.verification.subject: "" -> A code`,
			"~ userPool.messages.verification.by: Code -> Link; " +
				`~ userPool.messages.invitation.email: {username} {####} -> ""; ~ userPool.messages.invitation.sms: {username}: {####} -> ""; ` +
				`~ userPool.messages.invitation.subject: Come in -> ""; ~ userPool.messages.verification.email: Your code: {####} -> ` + longLink + `; ` +
				`~ userPool.messages.verification.sms: Code {####} -> ""; ~ userPool.messages.verification.subject: A code -> ""`,
			"~ userPool.messages.verification.by: Link -> Code; ~ userPool.messages.verification.email: " + longLink + ` -> ""`,
		},
		{
			"a text for codes, then another", func(s *v1alpha1.UserPoolSpec) {
				s.Messages = &v1alpha1.Messages{SignInCode: &v1alpha1.SignInCode{SMS: "Code {####}"}}
			},
			func(s *v1alpha1.UserPoolSpec) {
				s.Messages = &v1alpha1.Messages{SignInCode: &v1alpha1.SignInCode{SMS: "{####} it is"}}
			},
			`~ userPool.messages.signInCode.sms: "" -> Code {####}`, "~ userPool.messages.signInCode.sms: Code {####} -> {####} it is",
			`~ userPool.messages.signInCode.sms: {####} it is -> ""`,
		},
		{
			"a key and an issuer, then others", func(s *v1alpha1.UserPoolSpec) {
				s.KMSKeyARN, s.Issuer = "arn:aws:kms:us-east-1:111111111111:key/a", v1alpha1.IssuerUpdated
			},
			func(s *v1alpha1.UserPoolSpec) {
				s.KMSKeyARN, s.Issuer = "arn:aws:kms:us-east-1:111111111111:key/b", v1alpha1.IssuerUpdated
			},
			`~ userPool.kmsKeyARN: "" -> arn:aws:kms:us-east-1:111111111111:key/a; ~ userPool.issuer: Original -> Updated`,
			"~ userPool.kmsKeyARN: arn:aws:kms:us-east-1:111111111111:key/a -> arn:aws:kms:us-east-1:111111111111:key/b",
			`!~ userPool.kmsKeyARN: arn:aws:kms:us-east-1:111111111111:key/b -> ""; ~ userPool.issuer: Updated -> Original`,
		},
		{
			"nothing is verified, then e-mail", func(s *v1alpha1.UserPoolSpec) { s.AutoVerify = []v1alpha1.VerifiedAttribute{} },
			func(s *v1alpha1.UserPoolSpec) { s.AutoVerify = []v1alpha1.VerifiedAttribute{v1alpha1.VerifiedEmail} },
			`!~ userPool.autoVerify: Email -> ""; !~ userPool.verifyBeforeUpdate: Email -> ""`,
			`~ userPool.autoVerify: "" -> Email; ~ userPool.verifyBeforeUpdate: "" -> Email`,
			"",
		},
		{
			"a new address counts at once, then once it is verified", func(s *v1alpha1.UserPoolSpec) { s.VerifyBeforeUpdate = []v1alpha1.VerifiedAttribute{} },
			func(s *v1alpha1.UserPoolSpec) {
				s.VerifyBeforeUpdate = []v1alpha1.VerifiedAttribute{v1alpha1.VerifiedEmail}
			},
			`!~ userPool.verifyBeforeUpdate: Email -> ""`, `~ userPool.verifyBeforeUpdate: "" -> Email`, "",
		},
		{
			"administrators recover, then users", func(s *v1alpha1.UserPoolSpec) { s.Recovery = []v1alpha1.RecoveryMethod{v1alpha1.RecoveryAdminOnly} },
			func(s *v1alpha1.UserPoolSpec) {
				s.Recovery = []v1alpha1.RecoveryMethod{v1alpha1.RecoveryPhoneNumber, v1alpha1.RecoveryEmail}
			},
			"~ userPool.recovery: Email, PhoneNumber -> AdminOnly", "!~ userPool.recovery: AdminOnly -> PhoneNumber, Email",
			"~ userPool.recovery: PhoneNumber, Email -> Email, PhoneNumber",
		},
	} {
		w := newWorld(t)
		w.converge()
		bare := w.object.Spec.UserPool
		for _, step := range []struct {
			name string
			edit func(*v1alpha1.UserPoolSpec)
			want string
		}{
			{"set", tc.first, tc.set},
			{"changed", tc.then, tc.changed},
			{"dropped", func(*v1alpha1.UserPoolSpec) {}, tc.dropped},
		} {
			w.object.Spec.UserPool = *bare.DeepCopy()
			step.edit(&w.object.Spec.UserPool)
			todo, err := w.plan()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(step.want, marked(todo)); diff != "" {
				t.Errorf("%s, %s: the plan (-want +got):\n%s", tc.reason, step.name, diff)
			}
			if diff := cmp.Diff(todo.String(), w.converge()); diff != "" {
				t.Errorf("%s, %s: what was planned is done (-want +got):\n%s", tc.reason, step.name, diff)
			}
			if left := w.converge(whole); left != "" {
				t.Errorf("%s, %s: got %q done once more, want nothing", tc.reason, step.name, left)
			}
		}
	}
}

// marked is a plan in words, with a mark before what weakens.
func marked(todo plan.Plan) string {
	var words []string
	for _, change := range todo {
		if change.Class == plan.Weakens {
			words = append(words, "!"+change.String())
			continue
		}
		words = append(words, change.String())
	}
	return strings.Join(words, "; ")
}

// A tier is raised together with what needs it, and lowered after everything else converged.
func TestTheTierIsLoweredLast(t *testing.T) {
	w := newWorld(t, func(s *v1alpha1.SecuredAPISpec) {
		s.UserPool.Tier, s.UserPool.PasswordPolicy.History = v1alpha1.TierEssentials, 5
	})
	w.converge()
	w.object.Spec.UserPool.Tier, w.object.Spec.UserPool.PasswordPolicy.History = v1alpha1.TierLite, 0
	w.object.Spec.Clients[0].LogoutURLs = nil
	want := `~ client/web.logoutURLs: http://localhost:3000/ -> ""; ~ userPool.passwordPolicy.history: 5 -> 0; ~ userPool.tier: Essentials -> Lite`
	if diff := cmp.Diff(want, w.converge()); diff != "" {
		t.Errorf("done (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"UpdateUserPool", "UpdateUserPoolClient", "UpdateUserPool"}, w.changed()); diff != "" {
		t.Errorf("the tier is lowered after the client changed (-want +got):\n%s", diff)
	}
	w.object.Spec.UserPool.Tier, w.object.Spec.UserPool.PasswordPolicy.History = v1alpha1.TierPlus, 5
	w.converge()
	if diff := cmp.Diff([]string{"UpdateUserPool"}, w.changed()); diff != "" {
		t.Errorf("the tier is raised at once (-want +got):\n%s", diff)
	}
	if got := w.ourPool(); got.UserPoolTier != types.UserPoolTierTypePlus || history(got) != 5 {
		t.Errorf("got tier %s and history %d, want PLUS and 5", got.UserPoolTier, history(got))
	}
}

// While the spec protects the pool its deletion waits, whatever the policy is. Once it does not, the operator turns the protection off.
func TestDeletionWaitsForTheSpecsProtection(t *testing.T) {
	for _, tc := range []struct {
		reason string
		first  v1alpha1.Switch
		then   v1alpha1.Switch
		byHand bool
		words  string
	}{
		{"it is turned off in the spec", v1alpha1.Enabled, v1alpha1.Disabled, false, ""},
		{"it leaves the spec", v1alpha1.Enabled, "", false, ""},
		{"it stays", v1alpha1.Enabled, v1alpha1.Enabled, false, "spec.userPool.deletionProtection is Enabled, so user pool "},
		{"the spec has it off, and a person turned it on", v1alpha1.Disabled, v1alpha1.Disabled, true, ""},
		{"the spec never had it, and a person turned it on", "", "", true, "somebody turned on Cognito's deletion protection"},
	} {
		w := newWorld(t, func(s *v1alpha1.SecuredAPISpec) { s.UserPool.DeletionProtection = tc.first })
		w.converge()
		if tc.byHand {
			w.updatePool(func(in *cip.UpdateUserPoolInput) { in.DeletionProtection = types.DeletionProtectionTypeActive })
		}
		if tc.first == v1alpha1.Enabled {
			w.wantFailure(w.remove(), v1alpha1.ReasonUsersWouldBeLost, "spec.userPool.deletionProtection is Enabled", "set it to Disabled", "deletionPolicy to Retain")
			if changed := w.changed(); len(changed) > 0 {
				t.Errorf("%s: got calls %v, want nothing changed", tc.reason, changed)
			}
		}
		w.object.Spec.UserPool.DeletionProtection = tc.then
		err := w.remove()
		if tc.words != "" {
			w.wantFailure(err, v1alpha1.ReasonUsersWouldBeLost, tc.words, "to delete it")
			continue
		}
		if err != nil || len(w.pools()) > 0 {
			t.Errorf("%s: got %v and pools %v, want none", tc.reason, err, w.pools())
		}
	}
}

func TestLongTextsAreShortened(t *testing.T) {
	const start = "This text is as long as a plan shows one, which is sixty byte"
	for _, tc := range []struct{ reason, text, want string }{
		{"what fits is shown", "A code", "A code"},
		{"the rest is a hash", start + "s and more", start[:60] + "… (sha256:"},
	} {
		if got := shortened(tc.text); !strings.HasPrefix(got, tc.want) {
			t.Errorf("%s: got %q, want it to begin with %q", tc.reason, got, tc.want)
		}
	}
	if shortened(start+"1") == shortened(start+"2") {
		t.Errorf("got %q of two texts, want two of them", shortened(start+"1"))
	}
}
