package features_test

import (
	"fmt"
	"html/template"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/awslocal/cognito"
	"github.com/securedapi/securedapi/hack/awslocal/openid"
	"github.com/securedapi/securedapi/hack/browser"
)

// green is what a button of the classic pages wears in a style of ours, and amber one of the managed pages in the sample's.
const (
	green = "rgb(0, 100, 0)"
	amber = "rgb(255, 180, 84)"
)

// The pages of samples in a real browser: MFA, codes by e-mail, the managed and the classic pages, a provider, and the logout.
// SCREENSHOTS=folder keeps what they look like. (The recipe's pages, with sign-up and both flows, are those of hack/demo.)
func TestPeopleUseThePagesInABrowser(t *testing.T) {
	t.Parallel()
	provider, err := openid.Start("https://login.example.com", "ada-1")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(provider.Close)
	provider.ClientID, provider.ClientSecret, provider.Claims["email"] = "reading-room", "replace-me", ada
	w := harness.NewWorld(t, harness.ResyncNever, awslocal.WithCognito(cognito.WithNetwork(provider)))
	front, issuer := httptest.NewServer(http.HandlerFunc(frontEnd)), httptest.NewTLSServer(provider)
	t.Cleanup(front.Close)
	t.Cleanup(issuer.Close)

	for _, tc := range []struct {
		sample, reason, path string
		edit                 func(*v1alpha1.SecuredAPI)
		visit                func(*visit)
	}{
		{
			"mfa", "the page sets up the authenticator app that is required, and asks for its code from then on", "/entries",
			func(*v1alpha1.SecuredAPI) {}, (*visit).setUpAuthenticator,
		},
		{
			"passwordless", "a code by e-mail stands for a password on managed pages", "/members",
			func(o *v1alpha1.SecuredAPI) {
				o.Spec.Domain = &v1alpha1.DomainSpec{Prefix: "club-example", Pages: v1alpha1.PagesManaged}
				o.Spec.Clients[0].Flows = []v1alpha1.Flow{v1alpha1.FlowCode}
			}, (*visit).enterMailedCode,
		},
		{
			"passkeys", "a passkey is added on managed pages, and stands for the password from then on", "/documents",
			func(o *v1alpha1.SecuredAPI) {
				o.Spec.UserPool.Passkeys.RelyingPartyID = pagesHost
				o.Spec.Domain = &v1alpha1.DomainSpec{Prefix: "safe-example", Pages: v1alpha1.PagesManaged}
				o.Spec.Clients[0].Flows = []v1alpha1.Flow{v1alpha1.FlowCode}
			}, (*visit).usePasskey,
		},
		{
			"managed", "who signs up on managed pages finds their style and the terms there", "/pictures",
			func(*v1alpha1.SecuredAPI) {}, (*visit).signUpWithTerms,
		},
		{
			"code", "classic pages wear their style, and a forgotten password is replaced there", "/orders",
			func(o *v1alpha1.SecuredAPI) {
				o.Spec.Domain.ClassicStyle = &v1alpha1.ClassicStyle{CSS: ".submitButton-customizable {background-color: " + green + ";}"}
			}, (*visit).recoverPassword,
		},
		{
			"oidc", "the provider's users come back from its pages", "/loans",
			func(*v1alpha1.SecuredAPI) {}, (*visit).signInAtProvider,
		},
	} {
		t.Run(tc.sample, func(t *testing.T) {
			object := w.Sample(tc.sample)
			object.Spec.Clients[0].CallbackURLs = []v1alpha1.URL{"http://localhost:3000/callback"}
			object.Spec.Clients[0].LogoutURLs = []v1alpha1.URL{"http://localhost:3000/"}
			for i := range object.Spec.Routes {
				object.Spec.Routes[i].Backend.Lambda.Function = "RegisteredHandler"
			}
			tc.edit(object)
			w.Create(object)
			w.AwaitReady(object)
			v := &visit{t: t, world: w, object: object, host: "127.0.0.1", Browser: browser.Open(t, map[string]string{
				"localhost:3000": strings.TrimPrefix(front.URL, "http://"), "login.example.com:443": strings.TrimPrefix(issuer.URL, "https://"),
			})}
			t.Log(tc.reason)
			tc.visit(v)
			v.callRoute(tc.path)
			v.signOut()
		})
	}
}

// frontEnd is where the pages lead back to: it shows the code that it got.
func frontEnd(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintf(w, `<!doctype html><h1 id="home">%s</h1>`, template.HTMLEscapeString(r.URL.Path+" "+r.FormValue("code")))
}

// visit is a person with a browser, on the pages of an object.
type visit struct {
	browser.Browser

	t      *testing.T
	world  *harness.World
	object *v1alpha1.SecuredAPI
	host   string
}

// pagesHost is a name for where the pages are: a browser keeps passkeys for hosts with a name only.
const pagesHost = "pages.localhost"

// at is the address by which the browser has a page.
func (v *visit) at(address string) string { return strings.Replace(address, "127.0.0.1", v.host, 1) }

// enter opens the login page.
func (v *visit) enter() {
	v.t.Helper()
	v.Do("open the login page", v.Open(v.at(v.object.Status.Clients[0].LoginURL)), v.See("#username"))
}

func (v *visit) setUpAuthenticator() {
	enlist(v.world, v.object, ada)
	v.enter()
	v.Do("sign in", v.Fill("#username", ada), v.Fill("#password", adaPassword), v.Submit(), v.See("#secret"))
	v.Screenshot("mfa-setup")
	secret := v.Text("#secret")
	v.Do("enter a wrong code", v.Fill("#code", "x"), v.Submit(), v.See(`[role="alert"]`))
	v.Screenshot("mfa-setup-refused")
	v.Do("enter the code", v.Fill("#code", shown(v.t, secret, time.Now())), v.Submit(), v.See("#home"))
	v.signOut()
	v.Do("sign in again", v.Fill("#username", ada), v.Fill("#password", adaPassword), v.Submit(), v.See("#code"))
	v.Screenshot("mfa-code")
	// A code is good once, and the next one before its time.
	v.Do("enter the next code", v.Fill("#code", shown(v.t, secret, time.Now().Add(30*time.Second))), v.Submit(), v.See("#home"))
}

func (v *visit) enterMailedCode() {
	enlist(v.world, v.object, ada)
	v.enter()
	v.Screenshot("choice-name")
	v.Do("say who it is", v.Fill("#username", ada), v.Submit(), v.See("#answer"))
	v.Screenshot("choice")
	v.Do("ask for a code", v.Choose("#answer", "EMAIL_OTP"), v.Submit(), v.See("#code"))
	v.Screenshot("choice-code")
	v.Do("enter the code", v.Fill("#code", lastCode(v.t, v.world)), v.Submit(), v.See("#home"))
}

func (v *visit) usePasskey() {
	v.host = pagesHost
	enlist(v.world, v.object, ada)
	v.Do("connect an authenticator", v.Passkeys())
	v.enter()
	v.Do("say who it is", v.Fill("#username", ada), v.Submit(), v.See("#password"))
	v.Do("sign in", v.Fill("#password", adaPassword), v.Submit(), v.See("#home"))
	add := url.Values{"client_id": {v.object.Status.Clients[0].ID}, "redirect_uri": {"http://localhost:3000/callback"}}
	v.Do("go to the page for passkeys", v.Open(v.at(v.object.Status.Domain)+"/passkeys/add?"+add.Encode()), v.See(`form[data-does="create"]`))
	v.Screenshot("passkey-add")
	v.Do("add a passkey", v.Submit(), v.See("#home"))
	if at := v.At(); at != "http://localhost:3000/callback?result=success" {
		v.t.Fatalf("the page for passkeys leads to %s, want home with a success", at)
	}
	v.signOut()
	v.Do("say who it is", v.Fill("#username", ada), v.Submit(), v.See("#answer"))
	v.Screenshot("passkey-choice")
	v.Do("choose the passkey", v.Choose("#answer", "WEB_AUTHN"), v.Submit(), v.See(`form[data-does="get"]`))
	v.Screenshot("passkey-sign-in")
	v.Do("sign in", v.Submit(), v.See("#home"))
}

func (v *visit) signUpWithTerms() {
	v.enter()
	v.Screenshot("managed-login")
	for style, want := range map[string]string{
		`getComputedStyle(document.querySelector("button")).backgroundColor`:                            amber,
		`getComputedStyle(document.documentElement).colorScheme`:                                        "dark",
		`getComputedStyle(document.querySelector("header .header-logo")).backgroundImage.split(";")[0]`: `url("data:image/svg+xml`,
	} {
		if got := v.Script(style); got != want {
			v.t.Errorf("got %s of %s, want the sample's %s", got, style, want)
		}
	}
	v.Do("go to the sign-up page", v.Click(`a[href^="signup"]`), v.See(`a[href="https://gallery.example.com/terms"]`))
	v.Screenshot("managed-sign-up")
	v.Do("sign up", v.Fill("#username", ada), v.Fill("#password", adaPassword), v.Submit(), v.See("#code"))
	v.Screenshot("managed-confirm")
	v.Do("confirm", v.Fill("#code", lastCode(v.t, v.world)), v.Submit(), v.See("#home"))
}

func (v *visit) recoverPassword() {
	enlist(v.world, v.object, ada)
	v.enter()
	v.Screenshot("classic-login")
	if got := v.Script(`getComputedStyle(document.querySelector("button")).backgroundColor`); got != green {
		v.t.Errorf("got a button in %s, want %s", got, green)
	}
	v.Do("enter a wrong password", v.Fill("#username", ada), v.Fill("#password", "wrong"), v.Submit(), v.See(`[role="alert"]`))
	v.Screenshot("classic-refused")
	v.Do("forget the password", v.Click(`a[href^="forgotPassword"]`), v.See(`form[action^="forgotPassword"]`))
	v.Screenshot("classic-forgot")
	v.Do("ask for a code", v.Fill("#username", ada), v.Submit(), v.See("#code"))
	v.Screenshot("classic-reset")
	v.Do("choose a password", v.Fill("#code", lastCode(v.t, v.world)), v.Fill("#password", adaPassword+"-2"), v.Submit(), v.See(`[role="status"]`))
	v.Screenshot("classic-changed")
	v.Do("sign in", v.Fill("#username", ada), v.Fill("#password", adaPassword+"-2"), v.Submit(), v.See("#home"))
}

func (v *visit) signInAtProvider() {
	v.enter()
	v.Screenshot("provider-login")
	v.Do("go to the provider", v.Click(`a[href*="identity_provider=Staff"]`), v.See("#home"))
}

// callRoute gives the code that came home for tokens, and calls the guarded route.
func (v *visit) callRoute(path string) {
	v.t.Helper()
	home, code, _ := strings.Cut(v.Text("#home"), " ")
	if home != "/callback" || code == "" {
		v.t.Fatalf("got home to %q with the code %q, want /callback with one", home, code)
	}
	if got := callWith(v.t, http.MethodGet, v.object.Status.Endpoint+path, redeem(v.t, v.object, code)); got != http.StatusOK {
		v.t.Errorf("with the user's ID token: got %d, want %d", got, http.StatusOK)
	}
}

// signOut ends the browser's session, which lets in without a question before, and not any more afterwards.
func (v *visit) signOut() {
	v.t.Helper()
	client := v.object.Status.Clients[0]
	again := strings.Replace(v.at(client.LoginURL), "/login?", "/oauth2/authorize?", 1)
	v.Do("come back", v.Open(again), v.See("#home"))
	out := url.Values{"client_id": {client.ID}, "logout_uri": {"http://localhost:3000/"}}
	v.Do("sign out", v.Open(v.at(v.object.Status.Domain)+"/logout?"+out.Encode()), v.See("#home"))
	if at := v.At(); at != "http://localhost:3000/" {
		v.t.Errorf("signed out to %s, want the logout URL", at)
	}
	v.Do("come back", v.Open(again), v.See("#username"))
}
