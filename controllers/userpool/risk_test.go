package userpool

import (
	"slices"
	"strings"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
)

func plus(spec *v1alpha1.SecuredAPISpec) { spec.UserPool.Tier = v1alpha1.TierPlus }

func protects(p *v1alpha1.ThreatProtection) func(*v1alpha1.SecuredAPISpec) {
	return func(spec *v1alpha1.SecuredAPISpec) { spec.UserPool.ThreatProtection = p }
}

// riskInAWS is what AWS holds; nothing while threat protection is off.
func (w *world) riskInAWS() *riskConfig {
	w.Helper()
	out, err := w.cip.DescribeRiskConfiguration(w.Context(), &cip.DescribeRiskConfigurationInput{UserPoolId: w.id(NamePool)})
	if err != nil {
		return nil
	}
	return out.RiskConfiguration
}

func TestThreatProtection(t *testing.T) {
	all := &v1alpha1.ThreatProtection{
		Mode: v1alpha1.ThreatEnforced, CustomAuth: "Audit",
		CompromisedPasswords: &v1alpha1.CompromisedPasswords{Events: []v1alpha1.PasswordEvent{v1alpha1.EventSignUp}},
		Takeover: &v1alpha1.Takeover{
			Medium: &v1alpha1.TakeoverAnswer{Action: v1alpha1.TakeoverMFAIfConfigured},
			High:   &v1alpha1.TakeoverAnswer{Action: v1alpha1.TakeoverBlock, Notify: v1alpha1.Enabled},
		},
		Notifications: &v1alpha1.ThreatNotifications{
			IdentityARN: "arn:aws:ses:us-east-1:111111111111:identity/example.com", Blocked: &v1alpha1.ThreatNotice{Subject: "Was it you?", Text: "We blocked it"},
		},
		BlockCIDRs: []v1alpha1.CIDR{"192.0.2.0/24"}, AllowCIDRs: []v1alpha1.CIDR{"198.51.100.0/24"},
	}
	w := newWorld(t, plus, protects(all))
	w.converge()
	got := w.riskInAWS()
	got.LastModifiedDate, got.UserPoolId = nil, nil
	want := &riskConfig{
		CompromisedCredentialsRiskConfiguration: &types.CompromisedCredentialsRiskConfigurationType{
			Actions: &types.CompromisedCredentialsActionsType{EventAction: "BLOCK"}, EventFilter: []types.EventFilterType{"SIGN_UP"},
		},
		AccountTakeoverRiskConfiguration: &types.AccountTakeoverRiskConfigurationType{
			Actions: &types.AccountTakeoverActionsType{
				LowAction:    &types.AccountTakeoverActionType{EventAction: "NO_ACTION"},
				MediumAction: &types.AccountTakeoverActionType{EventAction: "MFA_IF_CONFIGURED"},
				HighAction:   &types.AccountTakeoverActionType{EventAction: "BLOCK", Notify: true},
			},
			NotifyConfiguration: &types.NotifyConfigurationType{
				SourceArn:  new("arn:aws:ses:us-east-1:111111111111:identity/example.com"),
				BlockEmail: &types.NotifyEmailType{Subject: new("Was it you?"), TextBody: new("We blocked it")},
			},
		},
		RiskExceptionConfiguration: &types.RiskExceptionConfigurationType{
			BlockedIPRangeList: []string{"192.0.2.0/24"}, SkippedIPRangeList: []string{"198.51.100.0/24"},
		},
	}
	if diff := cmp.Diff(want, got, cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".noSmithyDocumentSerde" }, cmp.Ignore())); diff != "" {
		t.Errorf("what AWS holds (-want +got):\n%s", diff)
	}
	if left := w.converge(whole); left != "" {
		t.Errorf("got %q done once more, want nothing", left)
	}
	// It goes together with the tier that it needs.
	w.object.Spec.UserPool.ThreatProtection, w.object.Spec.UserPool.Tier = nil, v1alpha1.TierLite
	w.converge()
	if diff := cmp.Diff([]string{"SetRiskConfiguration", "UpdateUserPool"}, w.changed()); diff != "" {
		t.Errorf("Cognito resets the answers only while threat protection is on (-want +got):\n%s", diff)
	}
	pool := w.ourPool()
	if pool.UserPoolTier != types.UserPoolTierTypeLite || threatsOf(pool).Mode != types.AdvancedSecurityModeTypeOff {
		t.Errorf("got the tier %s and threat protection %+v, want LITE without it", pool.UserPoolTier, pool.UserPoolAddOns)
	}
	if left := w.converge(whole); left != "" || w.object.Status.Resource(NameRisk) != nil {
		t.Errorf("got %q done and the record %v, want nothing and none", left, w.object.Status.Resource(NameRisk))
	}
	// What comes back is not the former configuration.
	w.object.Spec.UserPool.ThreatProtection, w.object.Spec.UserPool.Tier = &v1alpha1.ThreatProtection{Mode: v1alpha1.ThreatAudit}, v1alpha1.TierPlus
	w.converge()
	if got := w.riskInAWS(); got.RiskExceptionConfiguration != nil || got.AccountTakeoverRiskConfiguration.NotifyConfiguration != nil {
		t.Errorf("got %+v, want no address and no notice", got)
	}
}

// Each row changes one thing. An exclamation mark says that the change weakens.
func TestWhatWeakensThreatProtection(t *testing.T) {
	base := v1alpha1.ThreatProtection{
		Mode: v1alpha1.ThreatAudit, CustomAuth: "Audit", Takeover: &v1alpha1.Takeover{High: &v1alpha1.TakeoverAnswer{Action: v1alpha1.TakeoverRequireMFA}},
		BlockCIDRs: []v1alpha1.CIDR{"192.0.2.0/24"}, AllowCIDRs: []v1alpha1.CIDR{"198.51.100.0/24"},
	}
	for _, tc := range []struct {
		reason string
		edit   func(*v1alpha1.ThreatProtection)
		want   string
	}{
		{"a higher mode", func(p *v1alpha1.ThreatProtection) { p.Mode = v1alpha1.ThreatEnforced }, "~ userPool.threatProtection.mode: Audit -> Enforced"},
		{"off", func(p *v1alpha1.ThreatProtection) { *p = v1alpha1.ThreatProtection{CustomAuth: "Audit"} }, "!~ userPool.threatProtection.mode: Audit -> Disabled; !- threatProtection " + NameRisk},
		{"own challenges are not looked at", func(p *v1alpha1.ThreatProtection) { p.CustomAuth = "" }, "!~ userPool.threatProtection.customAuth: Audit -> Disabled"},
		{"own challenges are stopped", func(p *v1alpha1.ThreatProtection) { p.CustomAuth = "Enforced" }, "~ userPool.threatProtection.customAuth: Audit -> Enforced"},
		{"leaked passwords are allowed", func(p *v1alpha1.ThreatProtection) {
			p.CompromisedPasswords = &v1alpha1.CompromisedPasswords{Action: v1alpha1.CompromisedAllow}
		}, "!~ threatProtection.compromisedPasswords.action: Block -> Allow"},
		{"leaked passwords are looked for less", func(p *v1alpha1.ThreatProtection) {
			p.CompromisedPasswords = &v1alpha1.CompromisedPasswords{Events: []v1alpha1.PasswordEvent{v1alpha1.EventSignIn}}
		}, "!~ threatProtection.compromisedPasswords.events: PasswordChange,SignIn,SignUp -> SignIn"},
		{"a weaker answer", func(p *v1alpha1.ThreatProtection) {
			p.Takeover = &v1alpha1.Takeover{High: &v1alpha1.TakeoverAnswer{Action: v1alpha1.TakeoverMFAIfConfigured}}
		}, "!~ threatProtection.takeover.high.action: RequireMFA -> MFAIfConfigured"},
		{"no answer", func(p *v1alpha1.ThreatProtection) { p.Takeover = nil }, "!~ threatProtection.takeover.high.action: RequireMFA -> Allow"},
		{"a stronger answer", func(p *v1alpha1.ThreatProtection) {
			p.Takeover = &v1alpha1.Takeover{High: &v1alpha1.TakeoverAnswer{Action: v1alpha1.TakeoverBlock}}
		}, "~ threatProtection.takeover.high.action: RequireMFA -> Block"},
		{"an address off the block list", func(p *v1alpha1.ThreatProtection) { p.BlockCIDRs = nil }, `!~ threatProtection.blockCIDRs: 192.0.2.0/24 -> ""`},
		{"half of a range off it", func(p *v1alpha1.ThreatProtection) { p.BlockCIDRs[0] = "192.0.2.0/25" }, "!~ threatProtection.blockCIDRs: 192.0.2.0/24 -> 192.0.2.0/25"},
		{"a wider range on it", func(p *v1alpha1.ThreatProtection) { p.BlockCIDRs[0] = "192.0.0.0/16" }, "~ threatProtection.blockCIDRs: 192.0.2.0/24 -> 192.0.0.0/16"},
		{"an address on the allow list", func(p *v1alpha1.ThreatProtection) { p.AllowCIDRs = append(p.AllowCIDRs, "2001:db8::/32") }, "!~ threatProtection.allowCIDRs: 198.51.100.0/24 -> 198.51.100.0/24,2001:db8::/32"},
		{"half of a range on it", func(p *v1alpha1.ThreatProtection) { p.AllowCIDRs[0] = "198.51.100.0/25" }, "~ threatProtection.allowCIDRs: 198.51.100.0/24 -> 198.51.100.0/25"},
	} {
		w := newWorld(t, plus, protects(base.DeepCopy()))
		w.converge()
		tc.edit(w.object.Spec.UserPool.ThreatProtection)
		todo, err := w.plan()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tc.want, marked(todo)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
		w.converge()
		if left := w.converge(whole); left != "" {
			t.Errorf("%s: got %q done once more, want nothing", tc.reason, left)
		}
	}
}

// What is set by hand is repaired where the spec has the block, and kept where it has none.
func TestThreatProtectionSetByHand(t *testing.T) {
	w := newWorld(t, plus, protects(&v1alpha1.ThreatProtection{Mode: v1alpha1.ThreatEnforced, BlockCIDRs: []v1alpha1.CIDR{"192.0.2.0/24"}}))
	w.converge()
	off := updatePoolInput(w.ourPool(), w.ourPool().UserPoolTags)
	off.UserPoolAddOns = &types.UserPoolAddOnsType{AdvancedSecurityMode: types.AdvancedSecurityModeTypeOff}
	must[cip.UpdateUserPoolOutput](w)(w.cip.UpdateUserPool(t.Context(), off))
	if got := w.planned(); !strings.Contains(got, "~ userPool.threatProtection.mode: Disabled -> Enforced") {
		t.Errorf("got the plan %q, want threat protection turned on again", got)
	}
	w.converge(whole)
	must[cip.SetRiskConfigurationOutput](w)(w.cip.SetRiskConfiguration(t.Context(), &cip.SetRiskConfigurationInput{UserPoolId: w.id(NamePool)}))
	if got := w.converge(whole); !strings.Contains(got, `~ threatProtection.blockCIDRs: "" -> 192.0.2.0/24`) {
		t.Errorf("got %q repaired, want the address blocked again", got)
	}
	// Turned off by hand, it can be dropped, too.
	must[cip.UpdateUserPoolOutput](w)(w.cip.UpdateUserPool(t.Context(), off))
	w.object.Spec.UserPool.ThreatProtection = nil
	w.converge()
	if w.object.Status.Resource(NameRisk) != nil {
		t.Error("got a record of what the spec does not ask for, want none")
	}
	off.UserPoolAddOns.AdvancedSecurityMode = types.AdvancedSecurityModeTypeAudit
	must[cip.UpdateUserPoolOutput](w)(w.cip.UpdateUserPool(t.Context(), off))
	w.converge(whole)
	if got := threatsOf(w.ourPool()).Mode; got != types.AdvancedSecurityModeTypeAudit {
		t.Errorf("got the mode %s, want the one that was set by hand", got)
	}
}

// A check of the answers to risks alone finds them gone, and so does not know that threat protection is off. That is no fault of the
// spec, and the next pass turns it on again.
func TestAnswersToRisksAreMissedBeforeThreatProtectionIs(t *testing.T) {
	w := newWorld(t, plus, protects(&v1alpha1.ThreatProtection{Mode: v1alpha1.ThreatEnforced, BlockCIDRs: []v1alpha1.CIDR{"192.0.2.0/24"}}))
	w.converge()
	must[cip.SetRiskConfigurationOutput](w)(w.cip.SetRiskConfiguration(t.Context(), &cip.SetRiskConfigurationInput{UserPoolId: w.id(NamePool)}))
	off := updatePoolInput(w.ourPool(), w.ourPool().UserPoolTags)
	off.UserPoolAddOns = &types.UserPoolAddOnsType{AdvancedSecurityMode: types.AdvancedSecurityModeTypeOff}
	must[cip.UpdateUserPoolOutput](w)(w.cip.UpdateUserPool(t.Context(), off))
	err := w.apply(func(p *engine.Pass) { p.Checks = map[string]bool{NameRisk: true} })
	if !awserr.Is(err, awserr.Conflict) {
		t.Errorf("got the error %v, want one that is tried again at once", err)
	}
	w.converge()
	if got := blocked(w.riskInAWS()); !slices.Equal(got, []string{"192.0.2.0/24"}) {
		t.Errorf("got %v blocked, want the spec's addresses", got)
	}
}

// A call without an answer is in doubt as those of all settings are, and a refused one changes nothing.
func TestCallsOfThreatProtectionThatFail(t *testing.T) {
	for _, tc := range []struct {
		reason string
		fail   func(*world, string)
	}{
		{"AWS refuses it", func(w *world, operation string) { w.refuse(operation, "InvalidParameterException") }},
		{"AWS does not carry it out", (*world).cut},
		{"the reply is lost", (*world).loseReply},
	} {
		w := newWorld(t, plus)
		w.converge()
		protects(&v1alpha1.ThreatProtection{Mode: v1alpha1.ThreatAudit, BlockCIDRs: []v1alpha1.CIDR{"192.0.2.0/24"}})(&w.object.Spec)
		tc.fail(w, "SetRiskConfiguration")
		if err := w.apply(); err == nil {
			t.Fatalf("%s: got no error, want one", tc.reason)
		}
		w.clock.Step(grace)
		w.converge()
		if got := blocked(w.riskInAWS()); !slices.Equal(got, []string{"192.0.2.0/24"}) {
			t.Errorf("%s: got %v blocked, want the spec's addresses", tc.reason, got)
		}
	}
}

func TestThreatProtectionCostsNothingWhereTheSpecHasNone(t *testing.T) {
	w := newWorld(t)
	w.converge()
	for _, call := range w.calls() {
		if strings.Contains(call, "RiskConfiguration") {
			t.Errorf("got a call of %s, want none", call)
		}
	}
}
