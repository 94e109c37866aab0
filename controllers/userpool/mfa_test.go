package userpool

import (
	"slices"
	"strings"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

const textsRole = "arn:aws:iam::111111111111:role/Texts"

// signIn is what a pool asks of those who sign in, field by field.
func (w *world) signIn() string {
	w.Helper()
	config := w.mfaConfig()
	pool := must[cip.DescribeUserPoolOutput](w)(w.cip.DescribeUserPool(w.Context(), &cip.DescribeUserPoolInput{UserPoolId: w.id(NamePool)})).UserPool
	words := []string{"firstFactors=" + signInFields[0].Words(pool)}
	for _, field := range slices.Concat(factorFields, passkeyFields) {
		words = append(words, field.Name+"="+field.Words(config))
	}
	return strings.Join(words, " ")
}

// mfaConfig is MFA as it is in AWS.
func (w *world) mfaConfig() *mfaConfig {
	w.Helper()
	return must[cip.GetUserPoolMfaConfigOutput](w)(w.cip.GetUserPoolMfaConfig(w.Context(), &cip.GetUserPoolMfaConfigInput{UserPoolId: w.id(NamePool)}))
}

// asks lays a sign-in over a spec: all of it is replaced.
func asks(mfa *v1alpha1.MFA, passkeys *v1alpha1.Passkeys, factors ...v1alpha1.FirstFactor) func(*v1alpha1.SecuredAPISpec) {
	return func(spec *v1alpha1.SecuredAPISpec) {
		spec.UserPool.MFA, spec.UserPool.Passkeys, spec.UserPool.FirstFactors = mfa, passkeys, factors
	}
}

func withTexts(spec *v1alpha1.SecuredAPISpec) { spec.UserPool.SMS = &v1alpha1.SMS{RoleARN: textsRole} }

func withSES(spec *v1alpha1.SecuredAPISpec) {
	spec.UserPool.Email = &v1alpha1.Email{
		Sender: v1alpha1.EmailSenderSES, IdentityARN: "arn:aws:ses:us-east-1:111111111111:identity/example.com", From: "Notes <notes@example.com>",
	}
}

const noSecondFactor = "firstFactors=Password mode=Disabled factors= relyingPartyID= userVerification=Preferred satisfyMFA=Disabled"

// A sign-in is changed in one go, whichever way: no combination on the way there is one that Cognito refuses.
func TestSignInChangesInOneGo(t *testing.T) {
	mfa := func(mode v1alpha1.MFAMode, factors ...v1alpha1.MFAFactor) *v1alpha1.MFA {
		return &v1alpha1.MFA{Mode: mode, Factors: factors}
	}
	type ask = func(*v1alpha1.SecuredAPISpec)
	all := func(asks ...ask) ask {
		return func(spec *v1alpha1.SecuredAPISpec) {
			spec.UserPool.Email = nil
			for _, ask := range asks {
				ask(spec)
			}
		}
	}
	passkey := &v1alpha1.Passkeys{RelyingPartyID: "auth.example.com", UserVerification: v1alpha1.UserVerificationRequired, SatisfyMFA: v1alpha1.Enabled}
	sets := []struct {
		reason string
		ask    ask
		want   string
	}{
		{"nothing", all(asks(nil, nil)), noSecondFactor},
		{
			"an app, for who wants one", all(asks(mfa(v1alpha1.MFAOptional, v1alpha1.MFATOTP), nil)),
			"firstFactors=Password mode=Optional factors=TOTP relyingPartyID= userVerification=Preferred satisfyMFA=Disabled",
		},
		{
			"an app or e-mail, for everybody", all(withSES, asks(mfa(v1alpha1.MFARequired, v1alpha1.MFATOTP, v1alpha1.MFAEmail), nil)),
			"firstFactors=Password mode=Required factors=Email,TOTP relyingPartyID= userVerification=Preferred satisfyMFA=Disabled",
		},
		{
			"one-time passwords by e-mail", all(asks(nil, nil, v1alpha1.FirstFactorPassword, v1alpha1.FirstFactorEmailOTP)),
			"firstFactors=EmailOTP,Password mode=Disabled factors= relyingPartyID= userVerification=Preferred satisfyMFA=Disabled",
		},
		{
			"passkeys that are both factors", all(asks(mfa(v1alpha1.MFARequired, v1alpha1.MFATOTP), passkey, v1alpha1.FirstFactorPassword, v1alpha1.FirstFactorPasskey)),
			"firstFactors=Passkey,Password mode=Required factors=TOTP relyingPartyID=auth.example.com userVerification=Required satisfyMFA=Enabled",
		},
		{
			"passkeys alone", all(asks(nil, &v1alpha1.Passkeys{RelyingPartyID: "auth.example.com"}, v1alpha1.FirstFactorPassword, v1alpha1.FirstFactorPasskey)),
			"firstFactors=Passkey,Password mode=Disabled factors= relyingPartyID=auth.example.com userVerification=Preferred satisfyMFA=Disabled",
		},
	}
	for _, from := range sets {
		for _, to := range sets {
			if from.reason == to.reason {
				continue
			}
			w := newWorld(t, from.ask)
			w.converge()
			if diff := cmp.Diff(from.want, w.signIn()); diff != "" {
				t.Fatalf("made with %s (-want +got):\n%s", from.reason, diff)
			}
			to.ask(&w.object.Spec)
			w.converge()
			want := to.want
			if !strings.Contains(want, "relyingPartyID=auth") && strings.Contains(from.want, "relyingPartyID=auth") && w.object.Status.Resource(NameMFA) != nil {
				// Nothing uses it, and no default is known.
				want = strings.Replace(want, "relyingPartyID=", "relyingPartyID=auth.example.com", 1)
			}
			if diff := cmp.Diff(want, w.signIn()); diff != "" {
				t.Errorf("from %s to %s (-want +got):\n%s", from.reason, to.reason, diff)
			}
			if got := w.converge(); got != "" {
				t.Errorf("from %s to %s: got %s from a pass without a change, want nothing", from.reason, to.reason, got)
			}
		}
	}
}

func TestTheClassOfMFAThatGoes(t *testing.T) {
	w := newWorld(t, asks(&v1alpha1.MFA{Mode: v1alpha1.MFARequired, Factors: []v1alpha1.MFAFactor{v1alpha1.MFATOTP}}, nil))
	w.converge()
	for _, tc := range []struct {
		reason string
		mfa    *v1alpha1.MFA
	}{
		{"optional for all", &v1alpha1.MFA{Mode: v1alpha1.MFAOptional, Factors: []v1alpha1.MFAFactor{v1alpha1.MFATOTP}}},
		{"off", &v1alpha1.MFA{}},
		{"out of the spec", nil},
	} {
		w.object.Spec.UserPool.MFA = tc.mfa
		if todo, err := w.plan(); err != nil || !todo.Has(plan.Weakens) {
			t.Errorf("%s: got %v, %v, want a change of class weakens", tc.reason, todo, err)
		}
	}
}

// What is set by hand stays where the spec has no block for it, and goes back where it has one.
func TestWhatIsSetByHandInASignIn(t *testing.T) {
	w := newWorld(t, asks(nil, &v1alpha1.Passkeys{UserVerification: v1alpha1.UserVerificationRequired}))
	w.converge()
	byHand := &cip.SetUserPoolMfaConfigInput{
		UserPoolId: w.id(NamePool), MfaConfiguration: types.UserPoolMfaTypeOptional,
		SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: true},
		WebAuthnConfiguration:         &types.WebAuthnConfigurationType{UserVerification: types.UserVerificationTypePreferred},
	}
	must[cip.SetUserPoolMfaConfigOutput](w)(w.cip.SetUserPoolMfaConfig(w.Context(), byHand))
	if got, want := w.converge(whole), "~ mfa.userVerification: Preferred -> Required"; got != want {
		t.Errorf("got %q repaired, want %q", got, want)
	}
	if got := w.signIn(); !strings.Contains(got, "mode=Optional factors=TOTP") {
		t.Errorf("got %s, want the second factor that somebody set by hand kept", got)
	}
	asks(nil, nil)(&w.object.Spec)
	w.converge()
	if got := w.signIn(); !strings.Contains(got, "mode=Optional factors=TOTP") || !strings.Contains(got, "userVerification=Preferred") {
		t.Errorf("got %s after the spec dropped passkeys, want Cognito's default for them and the second factor kept", got)
	}
	if w.object.Status.Resource(NameMFA) != nil {
		t.Error("got a record of what the spec does not ask for, want none")
	}
}

// Texts need a role, and AWS does not take it off a pool.
func TestTextsAsSecondFactor(t *testing.T) {
	w := newWorld(t, withTexts, asks(&v1alpha1.MFA{Mode: v1alpha1.MFAOptional, Factors: []v1alpha1.MFAFactor{v1alpha1.MFASMS}}, nil))
	w.converge()
	if got := w.signIn(); !strings.Contains(got, "mode=Optional factors=SMS") {
		t.Errorf("got %s", got)
	}
	asks(nil, nil)(&w.object.Spec)
	w.object.Spec.UserPool.SMS = nil
	w.converge()
	pool := must[cip.DescribeUserPoolOutput](w)(w.cip.DescribeUserPool(w.Context(), &cip.DescribeUserPoolInput{UserPoolId: w.id(NamePool)})).UserPool
	if sms := pool.SmsConfiguration; sms == nil || *sms.SnsCallerArn != textsRole || *sms.SnsRegion != "us-east-1" {
		t.Errorf("got %+v, want the role kept, in the pool's Region", sms)
	}
	if got := w.signIn(); got != noSecondFactor {
		t.Errorf("got %s, want %s", got, noSecondFactor)
	}
}

// A recipe that asks for no second factor makes no call for it.
func TestMFACostsNothingWhereTheSpecHasNone(t *testing.T) {
	w := newWorld(t)
	w.converge()
	for _, call := range w.aws.Calls() {
		if slices.Contains([]string{"GetUserPoolMfaConfig", "SetUserPoolMfaConfig"}, call.Operation) {
			t.Errorf("got a call of %s, want none", call.Operation)
		}
	}
}

// A pool that is there has the setting, so an answer that says there is none does not end its record.
func TestASecondFactorGoesWithItsPoolOnly(t *testing.T) {
	for _, operation := range []string{"GetUserPoolMfaConfig", "SetUserPoolMfaConfig"} {
		w := newWorld(t, asks(&v1alpha1.MFA{Mode: v1alpha1.MFARequired, Factors: []v1alpha1.MFAFactor{v1alpha1.MFATOTP}}, nil))
		w.converge()
		asks(nil, nil)(&w.object.Spec)
		w.refuse(operation, "ResourceNotFoundException")
		if err := w.apply(); err == nil || w.object.Status.Resource(NameMFA) == nil {
			t.Errorf("%s says that there is no pool: got %v and the record %v, want an error and the record", operation, err, w.object.Status.Resource(NameMFA))
		}
		w.converge()
		if got := w.signIn(); got != noSecondFactor || w.object.Status.Resource(NameMFA) != nil {
			t.Errorf("%s answers again: got %s and the record %v, want %s and no record", operation, got, w.object.Status.Resource(NameMFA), noSecondFactor)
		}
	}
}

// requireByHand sets a second factor for everybody, as a person would, or as a call does that AWS carries out late.
func (w *world) requireByHand() {
	w.Helper()
	must[cip.SetUserPoolMfaConfigOutput](w)(w.cip.SetUserPoolMfaConfig(w.Context(), &cip.SetUserPoolMfaConfigInput{
		UserPoolId: w.id(NamePool), MfaConfiguration: types.UserPoolMfaTypeOn,
		SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: true},
	}))
}

// The second update of a pool sends its mode of MFA back, as it is by then.
func TestALoweredTierKeepsTheSecondFactor(t *testing.T) {
	factors := []v1alpha1.MFAFactor{v1alpha1.MFATOTP, v1alpha1.MFASMS}
	for _, from := range []*v1alpha1.MFA{nil, {}, {Mode: v1alpha1.MFAOptional, Factors: factors}} {
		w := newWorld(t, withTexts, asks(from, nil), func(s *v1alpha1.SecuredAPISpec) { s.UserPool.Tier = v1alpha1.TierPlus })
		w.converge()
		w.object.Spec.UserPool.Tier, w.object.Spec.UserPool.MFA = v1alpha1.TierEssentials, &v1alpha1.MFA{Mode: v1alpha1.MFARequired, Factors: factors}
		w.converge()
		if got := w.signIn(); !strings.Contains(got, "mode=Required factors=SMS,TOTP") {
			t.Errorf("from %+v: got %s, want the second factor required", from, got)
		}
	}
}

// What AWS refused to set is not the spec's, and is not set to a default later.
func TestARefusedSecondFactorIsNotOwned(t *testing.T) {
	w := newWorld(t)
	w.converge()
	w.requireByHand()
	asks(&v1alpha1.MFA{Mode: v1alpha1.MFAOptional, Factors: []v1alpha1.MFAFactor{v1alpha1.MFATOTP}}, nil)(&w.object.Spec)
	w.refuse("SetUserPoolMfaConfig", "InvalidParameterException")
	if err := w.apply(); err == nil {
		t.Fatal("got no error, want the refusal")
	}
	asks(nil, &v1alpha1.Passkeys{RelyingPartyID: "auth.example.com"})(&w.object.Spec)
	w.converge()
	if got := w.signIn(); !strings.Contains(got, "mode=Required factors=TOTP relyingPartyID=auth.example.com") {
		t.Errorf("got %s, want passkeys beside the second factor that somebody set by hand", got)
	}
}

// A call that got no answer may be carried out until the grace period ends, also when the spec asks for something else by then.
func TestALateSecondFactorDoesNotStay(t *testing.T) {
	required := &v1alpha1.MFA{Mode: v1alpha1.MFARequired, Factors: []v1alpha1.MFAFactor{v1alpha1.MFATOTP}}
	for _, tc := range []struct {
		reason       string
		before, then *v1alpha1.MFA
	}{
		{"it was the first, and the block is dropped", nil, nil},
		{"it was the first, and MFA is turned off", nil, &v1alpha1.MFA{}},
		{"it was another, and the block is dropped", &v1alpha1.MFA{}, nil},
		{"it was another, and MFA is turned off", &v1alpha1.MFA{}, &v1alpha1.MFA{}},
	} {
		w := newWorld(t, asks(tc.before, nil))
		w.converge()
		asks(required, nil)(&w.object.Spec)
		w.cut("SetUserPoolMfaConfig")
		if err := w.apply(); err == nil {
			t.Fatalf("%s: got no error, want none of an answer", tc.reason)
		}
		asks(tc.then, nil)(&w.object.Spec)
		for range 2 {
			if err := w.apply(); err == nil {
				t.Errorf("%s: got no error, want a call in doubt", tc.reason)
			}
		}
		w.requireByHand()
		w.clock.Step(grace)
		w.converge()
		if got := w.signIn(); got != noSecondFactor {
			t.Errorf("%s: got %s, want %s", tc.reason, got, noSecondFactor)
		}
		if got := w.converge(); got != "" {
			t.Errorf("%s: got %q done once more, want nothing", tc.reason, got)
		}
	}
}
