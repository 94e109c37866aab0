package main

import (
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestBrowser goes through the recipe in a real browser: login pages, redirects, cookies, CORS and fetch are what
// people's browsers make of them. DEMO_SCREENSHOTS=folder keeps what it looked like.
func TestBrowser(t *testing.T) {
	d := newDemo(t)
	if err := d.applyRecipe(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := d.addCodeClient(t.Context()); err != nil {
		t.Fatal(err)
	}
	handler, err := d.frontEnd(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	site := httptest.NewServer(handler)
	defer site.Close()
	b := openBrowser(t, strings.TrimPrefix(site.URL, "http://"))

	b.do("open the login page as printed", chromedp.Navigate(d.loginURL()), b.see("#username"))
	b.screenshot("login")
	b.do("go to the sign-up page", b.click(`a[href^="signup"]`), b.see(`form[action^="signup"]`))
	b.screenshot("sign-up")
	b.do("sign up", b.fill("#username", email), b.fill("#password", password), b.submit(), b.see("#code"))
	b.do("confirm", b.fill("#code", b.mailedCode(d.world.aws.URL+"/mailbox")), b.submit())
	b.signedIn()

	b.signOut()
	b.call("/registered", "without", "401", `{"message":"Unauthorized"}`)
	b.call("/guest", "without", "200", "Anybody")
	b.screenshot("signed-out")

	for _, flow := range []string{"implicit", "code"} {
		b.do("choose "+flow, b.click("#sign-in-"+flow), b.see("#username"))
		b.do("sign in", b.fill("#username", email), b.fill("#password", password), b.submit())
		b.signedIn()
		b.call("/registered", "with", "200", email)
		b.call("/registered", "without", "401", `{"message":"Unauthorized"}`)
		b.call("/guest", "with", "200", "Anybody")
		b.call("/guest", "without", "200", "Anybody")
		b.screenshot("signed-in-" + flow)
		b.signOut()
	}

	if err := d.takeDown(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// newDemo starts a world for a demo that has not begun.
func newDemo(t *testing.T) *demo {
	t.Helper()
	w, err := start(t.Context(), t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			log, _ := os.ReadFile(w.operator.Log)
			t.Logf("the operator's log ends:\n%s", log[max(0, len(log)-8<<10):])
		}
		if err := w.stop(true); err != nil {
			t.Error(err)
		}
	})
	return &demo{out: t.Output(), origin: originOf(defaultPort), world: w}
}
