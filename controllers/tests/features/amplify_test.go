package features_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

const (
	// flowTimeout bounds a flow: far more than a program takes that makes a dozen calls, on a busy machine too.
	flowTimeout = time.Minute
	// installTimeout bounds what npm fetches once for a machine.
	installTimeout = 5 * time.Minute
)

// The library that most front ends sign in with, from npm and as it is: all that it is told beside the ids in status is the local AWS's
// endpoint. Each flow is a program of its own (flows.mjs), at whose end the user calls the guarded route.
func TestAmplifySignsUsersIn(t *testing.T) {
	t.Parallel()
	program := amplify(t)
	w := harness.NewWorld(t, harness.ResyncNever)
	club, ledger := w.Sample("passwordless"), w.Sample("mfa")
	club.Spec.UserPool.MFA = &v1alpha1.MFA{Mode: v1alpha1.MFAOptional, Factors: []v1alpha1.MFAFactor{v1alpha1.MFATOTP}}
	club.Spec.Clients[0].AuthFlows = []v1alpha1.AuthFlow{v1alpha1.AuthFlowSRP, v1alpha1.AuthFlowChoice}
	club.Spec.Clients[0].Tokens.Rotation = v1alpha1.Enabled
	for _, object := range []*v1alpha1.SecuredAPI{club, ledger} {
		object.Spec.Routes[0].Backend.Lambda.Function = "RegisteredHandler"
		w.Create(object)
	}
	w.AwaitReady(club)
	w.AwaitReady(ledger)

	nobody := func(*harness.World, *v1alpha1.SecuredAPI, string) {}
	for _, tc := range []struct {
		flow, reason   string
		object         *v1alpha1.SecuredAPI
		client, path   string
		userExistsWith func(w *harness.World, object *v1alpha1.SecuredAPI, email string)
	}{
		{"signsUp", "a sign-up ends with the code that came by e-mail, and SRP proves the password", club, "app", "/members", nobody},
		{"goesInAfterSignUp", "whoever confirmed a sign-up needs no password right after it", club, "app", "/members", nobody},
		{"replacesTemporaryPassword", "an invited user chooses a password at the first sign-in", club, "app", "/members", invite},
		{"recoversPassword", "a forgotten password is replaced with a code, and is good no longer", club, "app", "/members", enlist},
		{"addsAuthenticator", "a user adds an authenticator app where it is optional, and is asked for its code from then on", club, "app", "/members", enlist},
		{"needsAuthenticator", "where a second factor is required, the first sign-in sets it up", ledger, "mobile", "/entries", enlist},
		{"entersMailedCode", "a code by e-mail stands for a password", club, "app", "/members", enlist},
		{"chooses", "a user chooses among what the pool allows", club, "app", "/members", enlist},
		{"refreshes", "each refresh gives other tokens, and a refresh token is good once", club, "app", "/members", enlist},
		{"signsOutEverywhere", "a global sign-out ends tokens that somebody kept", club, "app", "/members", enlist},
		{"signsOutHere", "a sign-out revokes the tokens of its session", club, "app", "/members", enlist},
	} {
		t.Run(tc.flow, func(t *testing.T) {
			email := tc.flow + "@example.com"
			tc.userExistsWith(w, tc.object, email)
			told, err := json.Marshal(map[string]string{
				"flow": tc.flow, "email": email, "password": adaPassword, "endpoint": w.AWS.URL, "pool": tc.object.Status.UserPool.ID,
				"client": tc.object.Status.Client(tc.client).ID, "route": tc.object.Status.Endpoint + tc.path,
			})
			if err != nil {
				t.Fatal(err)
			}
			if said, err := run(t, flowTimeout, program, "node", "flows.mjs", string(told)); err != nil {
				t.Errorf("%s: %v\n%s", tc.reason, err, said)
			}
		})
	}
}

// invite has Cognito send a temporary password. It is given, as Cognito makes none where codes stand for passwords.
func invite(w *harness.World, object *v1alpha1.SecuredAPI, email string) {
	harness.Must[*cip.AdminCreateUserOutput](w)(w.Cognito().AdminCreateUser(w.T.Context(), &cip.AdminCreateUserInput{
		UserPoolId: &object.Status.UserPool.ID, Username: &email, TemporaryPassword: aws.String("Temporary-horse-7"), DesiredDeliveryMediums: []types.DeliveryMediumType{types.DeliveryMediumTypeEmail},
		UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: &email}, {Name: aws.String("email_verified"), Value: aws.String("true")}},
	}))
}

// enlist adds a user with a password.
func enlist(w *harness.World, object *v1alpha1.SecuredAPI, email string) {
	invite(w, object, email)
	harness.Must[*cip.AdminSetUserPasswordOutput](w)(w.Cognito().AdminSetUserPassword(w.T.Context(), &cip.AdminSetUserPasswordInput{
		UserPoolId: &object.Status.UserPool.ID, Username: &email, Password: aws.String(adaPassword), Permanent: true,
	}))
}

// amplify is a folder with the programs and the packages of their lock, which npm puts into the user's cache once per lock.
func amplify(t *testing.T) string {
	t.Helper()
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatal("this test needs Node.js and npm: apt-get install nodejs npm")
		}
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	cache = filepath.Join(cache, "securedapi")
	lock, err := os.ReadFile("amplify/package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(lock)
	installed := filepath.Join(cache, fmt.Sprintf("amplify-%x", sum[:8]))
	if _, err := os.Stat(installed); err != nil {
		install(t, cache, installed)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("amplify")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(installed, "node_modules"), filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// install fills the folder: it appears whole or not at all, and if another process was faster, its one is as good.
func install(t *testing.T, cache, installed string) {
	t.Helper()
	if err := os.MkdirAll(cache, 0o755); err != nil {
		t.Fatal(err)
	}
	unfinished, err := os.MkdirTemp(cache, "unfinished-") //nolint:usetesting // a folder is renamed within its file system
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(unfinished)
	if err := os.CopyFS(unfinished, os.DirFS("amplify")); err != nil {
		t.Fatal(err)
	}
	if said, err := run(t, installTimeout, unfinished, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"); err != nil {
		t.Fatalf("npm ci: %v\n%s", err, said)
	}
	if err := os.Rename(unfinished, installed); err != nil {
		if _, there := os.Stat(installed); there != nil {
			t.Fatal(err)
		}
	}
}

// run runs a program in a folder, and returns what it said. It ends with the test, at the latest.
func run(t *testing.T, timeout time.Duration, dir, program string, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.WaitDelay = dir, time.Second
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	err := cmd.Run()
	return said.String(), err
}
