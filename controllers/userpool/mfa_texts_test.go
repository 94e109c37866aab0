package userpool

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// codes are the texts that bring a code, as AWS holds them: the pool's own and those of the factors.
func (w *world) codes() [4]string {
	w.Helper()
	config, pool := w.mfaConfig(), w.ourPool()
	got := [4]string{"", codeFields[0].Words(config), codeFields[1].Words(config), codeFields[2].Words(config)}
	if pool.SmsAuthenticationMessage != nil {
		got[0] = *pool.SmsAuthenticationMessage
	}
	return got
}

func TestTextsOfCodes(t *testing.T) {
	const email, sms = "Code: {####}", "{####}, here"
	both := &v1alpha1.MFA{Mode: v1alpha1.MFAOptional, Factors: []v1alpha1.MFAFactor{v1alpha1.MFAEmail, v1alpha1.MFASMS}}
	all := &v1alpha1.Messages{SignInCode: &v1alpha1.SignInCode{Subject: "Hello", Email: email, SMS: sms}}
	text := &v1alpha1.Messages{SignInCode: &v1alpha1.SignInCode{SMS: sms}}
	w := newWorld(t, withSES, withTexts, asks(both, nil))
	w.converge()
	for _, step := range []struct {
		reason   string
		mfa      *v1alpha1.MFA
		messages *v1alpha1.Messages
		want     [4]string
	}{
		{"texts for both factors", both, all, [4]string{sms, email, sms, "Hello"}},
		{"only the text message has one", both, text, [4]string{sms, "", sms, ""}},
		{"no MFA: the pool has it still", &v1alpha1.MFA{}, text, [4]string{sms, "", "", ""}},
		{"MFA comes back", both, text, [4]string{sms, "", sms, ""}},
		{"the spec drops MFA", nil, text, [4]string{sms, "", "", ""}},
		{"texts and MFA come back together", both, all, [4]string{sms, email, sms, "Hello"}},
		{"messages without a text are Cognito's own", both, &v1alpha1.Messages{}, [4]string{}},
		{"texts come back", both, all, [4]string{sms, email, sms, "Hello"}},
		{"the spec drops the texts", both, nil, [4]string{}},
	} {
		w.object.Spec.UserPool.MFA, w.object.Spec.UserPool.Messages = step.mfa, step.messages
		w.converge()
		if diff := cmp.Diff(step.want, w.codes()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.reason, diff)
		}
		if left := w.converge(whole); left != "" {
			t.Errorf("%s: got %q done once more, want nothing", step.reason, left)
		}
	}
}

// Texts that somebody wrote by hand stay where the spec has no messages, also when the factors change.
func TestTextsOfCodesThatAreNotTheSpecs(t *testing.T) {
	w := newWorld(t, withSES, asks(&v1alpha1.MFA{Mode: v1alpha1.MFAOptional, Factors: []v1alpha1.MFAFactor{v1alpha1.MFAEmail}}, nil))
	w.converge()
	config := w.mfaConfig()
	config.EmailMfaConfiguration.Message = new("By hand: {####}")
	if _, err := (mfa{w.cognito, w.last}).set(t.Context(), *w.id(NamePool), config); err != nil {
		t.Fatal(err)
	}
	w.object.Spec.UserPool.MFA.Factors = append(w.object.Spec.UserPool.MFA.Factors, v1alpha1.MFATOTP)
	w.converge()
	if got := w.codes()[1]; got != "By hand: {####}" {
		t.Errorf("got the text %q, want the one that was written by hand", got)
	}
}
