package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/securedapi/securedapi/hack/browser"
)

// person is at a browser to which localhost:3000 is the test's front end.
type person struct {
	browser.Browser

	t *testing.T
}

func openBrowser(t *testing.T, frontEnd string) person {
	t.Helper()
	return person{browser.Open(t, map[string]string{"localhost:" + defaultPort: frontEnd}), t}
}

// mailedCode reads the code from the newest message, in another tab.
func (p person) mailedCode(mailbox string) string {
	p.t.Helper()
	tab, done := p.Tab()
	defer done()
	tab.Do("open the mailbox", tab.Open(mailbox))
	return match(p.t, tab.Text("article"), `code is (\d+)`)
}

// signedIn waits until the front end knows who is there.
func (p person) signedIn() {
	p.t.Helper()
	if who := p.Text("#email"); who != email {
		p.t.Fatalf("signed in as %q", who)
	}
	if at := p.At(); at != originOf(defaultPort)+"/" {
		p.t.Fatalf("signed in at %s", at)
	}
}

func (p person) signOut() {
	p.t.Helper()
	p.Do("sign out", p.Click("#sign-out"), p.See("#sign-in"))
}

// call presses a button and compares the answer that the page shows.
func (p person) call(path, token, status, body string) {
	p.t.Helper()
	request := fmt.Sprintf("GET %s %s token", path, token)
	p.Do(request, p.Click(fmt.Sprintf(`button[data-path=%q][data-token=%q]`, path, token)))
	item := fmt.Sprintf(`#answers li[data-request=%q] `, request)
	if gotStatus, gotBody := p.Text(item+"strong"), p.Text(item+"pre"); gotStatus != status || !strings.Contains(gotBody, body) {
		p.t.Errorf("%s: %s %s, want %s and %s", request, gotStatus, gotBody, status, body)
	}
}
