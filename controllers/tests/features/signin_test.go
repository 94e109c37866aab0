package features_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

const (
	ada         = "ada@example.com"
	adaPassword = "Correct-horse-7"
)

// The samples of sign-ins, each applied as it is; a user or a program signs in as its client would, and calls the guarded route.
func TestAUserSignsInAsTheSampleSays(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		sample, client, method, path string
		// signIn returns the token that the route asks for.
		signIn func(*testing.T, *harness.World, *v1alpha1.SecuredAPI, *v1alpha1.ClientStatus) string
	}{
		{"code", "web", http.MethodGet, "/orders", signUpOnPage},
		{"invited", "web", http.MethodGet, "/minutes", signInInvited},
		{"machine", "collector", http.MethodPost, "/readings", signInMachine},
		{"threats", "web", http.MethodGet, "/secrets", signUpOnPage},
		{"mfa", "mobile", http.MethodGet, "/entries", signInWithApp},
		{"passwordless", "app", http.MethodGet, "/members", signInWithCode},
		{"passkeys", "app", http.MethodGet, "/documents", signInWithPasskey},
	} {
		t.Run(tc.sample, func(t *testing.T) {
			t.Parallel()
			w := harness.NewWorld(t, harness.ResyncNever)
			object := w.Sample(tc.sample)
			for i := range object.Spec.Routes {
				object.Spec.Routes[i].Backend.Lambda.Function = "RegisteredHandler"
			}
			w.Create(object)
			w.AwaitReady(object)
			url := object.Status.Endpoint + tc.path
			if got := callWith(t, tc.method, url, ""); got != http.StatusUnauthorized {
				t.Errorf("without a token: got %d, want %d", got, http.StatusUnauthorized)
			}
			token := tc.signIn(t, w, object, object.Status.Client(tc.client))
			if got := callWith(t, tc.method, url, token); got != http.StatusOK {
				t.Errorf("with the token: got %d, want %d", got, http.StatusOK)
			}
		})
	}
}

// signInWithApp is the first sign-in of an invited user: a password, and an authenticator app that is set up on the way.
func signInWithApp(t *testing.T, w *harness.World, object *v1alpha1.SecuredAPI, client *v1alpha1.ClientStatus) string {
	t.Helper()
	addAda(t, w, object)
	begun := harness.Must[*cip.InitiateAuthOutput](w)(w.Cognito().InitiateAuth(t.Context(), &cip.InitiateAuthInput{
		ClientId: &client.ID, AuthFlow: types.AuthFlowTypeUserPasswordAuth, AuthParameters: map[string]string{"USERNAME": ada, "PASSWORD": adaPassword},
	}))
	if begun.ChallengeName != types.ChallengeNameTypeMfaSetup {
		t.Fatalf("got %+v after the password, want the challenge %s and no tokens", begun, types.ChallengeNameTypeMfaSetup)
	}
	app := harness.Must[*cip.AssociateSoftwareTokenOutput](w)(w.Cognito().AssociateSoftwareToken(t.Context(), &cip.AssociateSoftwareTokenInput{Session: begun.Session}))
	set := harness.Must[*cip.VerifySoftwareTokenOutput](w)(w.Cognito().VerifySoftwareToken(t.Context(), &cip.VerifySoftwareTokenInput{
		Session: app.Session, UserCode: aws.String(shown(t, *app.SecretCode, time.Now())),
	}))
	ended := harness.Must[*cip.RespondToAuthChallengeOutput](w)(w.Cognito().RespondToAuthChallenge(t.Context(), &cip.RespondToAuthChallengeInput{
		ClientId: &client.ID, ChallengeName: types.ChallengeNameTypeMfaSetup, Session: set.Session, ChallengeResponses: map[string]string{"USERNAME": ada},
	}))
	return *ended.AuthenticationResult.IdToken
}

// signInWithCode is a sign-in by choice, with the code that came by e-mail.
func signInWithCode(t *testing.T, w *harness.World, object *v1alpha1.SecuredAPI, client *v1alpha1.ClientStatus) string {
	t.Helper()
	addAda(t, w, object)
	begun := harness.Must[*cip.InitiateAuthOutput](w)(w.Cognito().InitiateAuth(t.Context(), &cip.InitiateAuthInput{
		ClientId: &client.ID, AuthFlow: types.AuthFlowTypeUserAuth, AuthParameters: map[string]string{"USERNAME": ada, "PREFERRED_CHALLENGE": "EMAIL_OTP"},
	}))
	if begun.ChallengeName != types.ChallengeNameTypeEmailOtp {
		t.Fatalf("got %+v, want the challenge %s", begun, types.ChallengeNameTypeEmailOtp)
	}
	ended := harness.Must[*cip.RespondToAuthChallengeOutput](w)(w.Cognito().RespondToAuthChallenge(t.Context(), &cip.RespondToAuthChallengeInput{
		ClientId: &client.ID, ChallengeName: begun.ChallengeName, Session: begun.Session,
		ChallengeResponses: map[string]string{"USERNAME": ada, "EMAIL_OTP_CODE": lastCode(t, w)},
	}))
	return *ended.AuthenticationResult.IdToken
}

// signInWithPasskey is the second sign-in: within the first, with the password, the front end registered a passkey.
func signInWithPasskey(t *testing.T, w *harness.World, object *v1alpha1.SecuredAPI, client *v1alpha1.ClientStatus) string {
	t.Helper()
	addAda(t, w, object)
	first := harness.Must[*cip.InitiateAuthOutput](w)(w.Cognito().InitiateAuth(t.Context(), &cip.InitiateAuthInput{
		ClientId: &client.ID, AuthFlow: types.AuthFlowTypeUserAuth,
		AuthParameters: map[string]string{"USERNAME": ada, "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": adaPassword},
	}))
	phone := newPhone("example.com", "https://app.example.com")
	started := harness.Must[*cip.StartWebAuthnRegistrationOutput](w)(w.Cognito().StartWebAuthnRegistration(t.Context(), &cip.StartWebAuthnRegistrationInput{
		AccessToken: first.AuthenticationResult.AccessToken,
	}))
	harness.Must[*cip.CompleteWebAuthnRegistrationOutput](w)(w.Cognito().CompleteWebAuthnRegistration(t.Context(), &cip.CompleteWebAuthnRegistrationInput{
		AccessToken: first.AuthenticationResult.AccessToken, Credential: phone.create(t, started.CredentialCreationOptions),
	}))
	begun := harness.Must[*cip.InitiateAuthOutput](w)(w.Cognito().InitiateAuth(t.Context(), &cip.InitiateAuthInput{
		ClientId: &client.ID, AuthFlow: types.AuthFlowTypeUserAuth, AuthParameters: map[string]string{"USERNAME": ada, "PREFERRED_CHALLENGE": "WEB_AUTHN"},
	}))
	if begun.ChallengeName != types.ChallengeNameTypeWebAuthn {
		t.Fatalf("got %+v, want the challenge %s", begun, types.ChallengeNameTypeWebAuthn)
	}
	ended := harness.Must[*cip.RespondToAuthChallengeOutput](w)(w.Cognito().RespondToAuthChallenge(t.Context(), &cip.RespondToAuthChallengeInput{
		ClientId: &client.ID, ChallengeName: begun.ChallengeName, Session: begun.Session,
		ChallengeResponses: map[string]string{"USERNAME": ada, "CREDENTIAL": phone.sign(t, begun.ChallengeParameters["CREDENTIAL_REQUEST_OPTIONS"])},
	}))
	return *ended.AuthenticationResult.IdToken
}

func verified() []types.AttributeType {
	return []types.AttributeType{{Name: aws.String("email"), Value: aws.String(ada)}, {Name: aws.String("email_verified"), Value: aws.String("true")}}
}

// addAda adds a user with a password to the object's pool.
func addAda(t *testing.T, w *harness.World, object *v1alpha1.SecuredAPI) {
	t.Helper()
	pool := &object.Status.UserPool.ID
	harness.Must[*cip.AdminCreateUserOutput](w)(w.Cognito().AdminCreateUser(t.Context(), &cip.AdminCreateUserInput{
		UserPoolId: pool, Username: aws.String(ada), MessageAction: types.MessageActionTypeSuppress,
		UserAttributes: verified(),
	}))
	harness.Must[*cip.AdminSetUserPasswordOutput](w)(w.Cognito().AdminSetUserPassword(t.Context(), &cip.AdminSetUserPasswordInput{
		UserPoolId: pool, Username: aws.String(ada), Password: aws.String(adaPassword), Permanent: true,
	}))
}

// shown is what an authenticator app shows at a time, six digits (RFC 6238).
func shown(t *testing.T, secret string, now time.Time) string {
	t.Helper()
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha1.New, key)
	_ = binary.Write(mac, binary.BigEndian, now.Unix()/30)
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[at:at+4])&0x7fffffff%1_000_000)
}

// lastCode is the code of the newest message.
func lastCode(t *testing.T, w *harness.World) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.AWS.URL+"/mailbox", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var messages []struct{ Code string }
	if err := json.NewDecoder(answer.Body).Decode(&messages); err != nil || len(messages) == 0 || strings.TrimSpace(messages[0].Code) == "" {
		t.Fatalf("got %+v in the mailbox, %v, want a code", messages, err)
	}
	return messages[0].Code
}

// callWith calls a URL with a token, if there is one, and returns the answer's status.
func callWith(t *testing.T, method, url, token string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.StatusCode
}
