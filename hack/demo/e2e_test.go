package main

import (
	"net/http/httptest"
	"os"
	"strings"
	"testing"
)

// TestBrowser goes through the recipe in a real browser: login pages, redirects, cookies, CORS and fetch are what
// people's browsers make of them. SCREENSHOTS=folder keeps what it looked like.
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

	b.Do("open the login page as printed", b.Open(d.loginURL()), b.See("#username"))
	b.Screenshot("login")
	b.Do("go to the sign-up page", b.Click(`a[href^="signup"]`), b.See(`form[action^="signup"]`))
	b.Screenshot("sign-up")
	b.Do("sign up", b.Fill("#username", email), b.Fill("#password", password), b.Submit(), b.See("#code"))
	b.Do("confirm", b.Fill("#code", b.mailedCode(d.world.aws.URL+"/mailbox")), b.Submit())
	b.signedIn()

	b.signOut()
	b.call("/registered", "without", "401", `{"message":"Unauthorized"}`)
	b.call("/guest", "without", "200", "Anybody")
	b.Screenshot("signed-out")

	for _, flow := range []string{"implicit", "code"} {
		b.Do("choose "+flow, b.Click("#sign-in-"+flow), b.See("#username"))
		b.Do("sign in", b.Fill("#username", email), b.Fill("#password", password), b.Submit())
		b.signedIn()
		b.call("/registered", "with", "200", email)
		b.call("/registered", "without", "401", `{"message":"Unauthorized"}`)
		b.call("/guest", "with", "200", "Anybody")
		b.call("/guest", "without", "200", "Anybody")
		b.Screenshot("signed-in-" + flow)
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
