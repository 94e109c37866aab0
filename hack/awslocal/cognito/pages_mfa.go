package cognito

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// admitOrAsk lets a person in whose password was proven, or asks for a second factor first. "Managed login prompts users to
// set up MFA when you set MFA to be required"
// (https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html).
func (st *site) admitOrAsk(r *http.Request, req *authRequest, u *user) answer {
	asked, err := st.demandFactor(req.client, u, st.now)
	switch {
	case err != nil:
		return st.show(http.StatusBadRequest, "login", r, view{Title: "Sign in", Error: message(err)})
	case asked == nil:
		return st.enter(r, req, u)
	}
	return st.askFactor(r, u, asked)
}

// askFactor leads to the page that puts a challenge.
func (st *site) askFactor(r *http.Request, u *user, asked *idp.InitiateAuthOutput) answer {
	return st.keep(next(r, "mfa", r.FormValue("username")), &session{user: u, challenge: *asked.Session})
}

// factorAsked is the challenge that the browser's person has to answer for the client; nil if there's none, or none any more.
func (st *site) factorAsked(r *http.Request, c *client) (*session, *challenge) {
	s := st.session(r)
	if s == nil || s.challenge == "" {
		return nil, nil
	}
	ch := st.challenges[s.challenge]
	if ch == nil || ch.open(c, ch.name, ch.user, st.now) != nil {
		return nil, nil
	}
	return s, ch
}

func (st *site) factorPage(r *http.Request, req *authRequest) answer {
	_, ch := st.factorAsked(r, req.client)
	if ch == nil {
		return done(r, "late")
	}
	return st.showFactor(http.StatusOK, r, ch, "")
}

// showFactor shows what a challenge asks for. An authenticator that isn't set up yet is made here. It comes before an e-mail
// address where both could be set up: AWS's pages let people choose.
func (st *site) showFactor(status int, r *http.Request, ch *challenge, refusal string) answer {
	v := view{Title: "Enter your code", Error: refusal}
	code := field{Name: "code", Label: "Code", Type: "text", Autocomplete: "one-time-code"}
	switch {
	case ch.name == types.ChallengeNameTypeSelectMfaType, ch.name == types.ChallengeNameTypeSelectChallenge:
		v.Title = "Choose how to prove who you are"
		for _, f := range ch.options {
			v.Options = append(v.Options, field{Value: string(f), Label: factorLabels[f]})
		}
	case ch.name == types.ChallengeNameTypePassword:
		v.Title = "Enter your password"
		v.Fields = []field{{Name: "password", Label: "Password", Type: "password", Autocomplete: "current-password"}}
	case ch.name == factorPasskey:
		v.Title = "Sign in with your passkey"
		return st.showCeremony(status, "mfa", r, v, "get", ch.request)
	case ch.name != types.ChallengeNameTypeMfaSetup:
		v.Fields = []field{code}
	case slices.Contains(ch.options, factorTOTP):
		if ch.associated == nil {
			ch.associated = newAuthenticator()
		}
		v.Title, v.Fields, v.Secret = "Set up an authenticator app", []field{code}, ch.associated.text()
		v.KeyURL = template.URL(keyURL(ch))
	case slices.Contains(ch.options, factorEmail):
		v.Title = "Set up codes by e-mail"
		v.Fields = []field{{Name: "email", Label: "Email", Type: "email", Autocomplete: "email"}}
	default:
		return render(http.StatusBadRequest, "message", view{
			Title: "Second factor", Error: "This user pool needs your phone number: an administrator has to add it.",
		})
	}
	return st.show(status, "mfa", r, v)
}

var factorLabels = map[factor]string{
	factorSMS: "A code in an SMS message", factorTOTP: "A code of your authenticator app", factorEmail: "A code in an e-mail",
	types.ChallengeNameTypeSmsOtp: "A code in an SMS message", types.ChallengeNameTypePassword: "Your password",
	factorPasskey: "Your passkey",
}

// keyURL is what authenticator apps read from a QR code: https://github.com/google/google-authenticator/wiki/Key-Uri-Format.
func keyURL(ch *challenge) string {
	issuer := aws.ToString(ch.client.pool.Name)
	u := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + issuer + ":" + ch.user.name}
	u.RawQuery = url.Values{"secret": {ch.associated.text()}, "issuer": {issuer}}.Encode()
	return u.String()
}

// factorForm takes an answer. The person goes in, or to what is asked next.
func (st *site) factorForm(r *http.Request, req *authRequest) answer {
	s, ch := st.factorAsked(r, req.client)
	if ch == nil {
		return done(r, "late")
	}
	code, name := r.PostForm.Get("code"), ""
	if ch.user != nil {
		name = ch.user.name
	}
	if ch.name == types.ChallengeNameTypeMfaSetup && ch.associated != nil {
		if err := ch.user.enroll(ch.associated, code, "", st.now); err != nil {
			return st.showFactor(http.StatusBadRequest, r, ch, message(err))
		}
		ch.verified = true
	}
	_, asked, err := st.answer(req.client, &idp.RespondToAuthChallengeInput{
		ChallengeName: ch.name, Session: &s.challenge, ChallengeResponses: map[string]string{
			"USERNAME": name, "ANSWER": r.PostForm.Get("answer"), "EMAIL": r.PostForm.Get("email"), "PASSWORD": r.PostForm.Get("password"),
			"CREDENTIAL":              r.PostForm.Get("credential"),
			"SOFTWARE_TOKEN_MFA_CODE": code, "SMS_MFA_CODE": code, "EMAIL_OTP_CODE": code, "SMS_OTP_CODE": code,
		},
	}, st.now)
	switch {
	case err != nil:
		return st.showFactor(http.StatusBadRequest, r, ch, message(err))
	case asked != nil && asked.ChallengeName == types.ChallengeNameTypeNewPasswordRequired:
		return st.remember(next(r, "changePassword", name), ch.user, false)
	case asked != nil:
		return st.askFactor(r, ch.user, asked)
	}
	return st.enter(r, req, ch.user)
}
