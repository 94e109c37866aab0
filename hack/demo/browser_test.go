package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// stepTimeout bounds what a test does in a browser at a time: far more than anything takes, on a busy machine too.
const stepTimeout = time.Minute

// step is something to do in the browser.
type step = chromedp.Action[chromedp.Void]

// browser is a tab in a Chromium with a profile of its own, to which localhost:3000 is the test's front end.
type browser struct {
	t   *testing.T
	ctx context.Context //nolint:containedctx // chromedp keeps the tab in it
}

func openBrowser(t *testing.T, frontEnd string) browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("this test needs Chromium: apt-get install chromium")
	}
	ctx, closeAll := chromedp.NewExecAllocator(t.Context(),
		chromedp.ExecPath(path),
		chromedp.Headless,
		chromedp.NoSandbox, // Chromium refuses it to root, as whom tests run in containers
		chromedp.NoFirstRun,
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("host-resolver-rules", "MAP localhost:"+defaultPort+" "+frontEnd),
	)
	ctx, closeBrowser := chromedp.NewContext(ctx)
	t.Cleanup(func() { closeBrowser(); closeAll() })
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1024, 768)); err != nil {
		t.Fatal("start Chromium: ", err)
	}
	return browser{t, ctx}
}

// do does something, or fails with what the page was then.
func (b browser) do(what string, steps ...step) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, stepTimeout)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("%s: %v; %s", what, err, b.describe())
	}
}

// text waits until something is to be seen, and returns what it says.
func (b browser) text(selector string) string {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, stepTimeout)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Text(chromedp.CSS(selector), chromedp.NodeVisible))
	if err != nil {
		b.t.Fatalf("read %s: %v; %s", selector, err, b.describe())
	}
	return text
}

// describe says where the browser is and what is there, as far as can be told.
func (b browser) describe() string {
	ctx, cancel := context.WithTimeout(b.ctx, stepTimeout)
	defer cancel()
	at, _ := chromedp.Run(ctx, chromedp.Location())
	page, _ := chromedp.Run(ctx, chromedp.Text(chromedp.CSS("body")))
	return fmt.Sprintf("the browser is at %s:\n%s", at, page)
}

func (browser) see(selector string) step { return chromedp.WaitVisible(chromedp.CSS(selector)) }

func (browser) click(selector string) step {
	return chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible)
}

func (browser) fill(selector, value string) step {
	return chromedp.SendKeys(chromedp.CSS(selector), value, chromedp.NodeVisible)
}

func (b browser) submit() step { return b.click(`button[type="submit"]`) }

// mailedCode reads the code from the newest message, in another tab.
func (b browser) mailedCode(mailbox string) string {
	b.t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate(mailbox)); err != nil {
		b.t.Fatal("open the mailbox: ", err)
	}
	return match(b.t, browser{b.t, ctx}.text("article"), `code is (\d+)`)
}

// signedIn waits until the front end knows who is there.
func (b browser) signedIn() {
	b.t.Helper()
	if who := b.text("#email"); who != email {
		b.t.Fatalf("signed in as %q", who)
	}
	if at, err := chromedp.Run(b.ctx, chromedp.Location()); err != nil || at != originOf(defaultPort)+"/" {
		b.t.Fatalf("signed in at %s, %v", at, err)
	}
}

func (b browser) signOut() {
	b.t.Helper()
	b.do("sign out", b.click("#sign-out"), b.see("#sign-in"))
}

// call presses a button and compares the answer that the page shows.
func (b browser) call(path, token, status, body string) {
	b.t.Helper()
	request := fmt.Sprintf("GET %s %s token", path, token)
	b.do(request, b.click(fmt.Sprintf(`button[data-path=%q][data-token=%q]`, path, token)))
	item := fmt.Sprintf(`#answers li[data-request=%q] `, request)
	if gotStatus, gotBody := b.text(item+"strong"), b.text(item+"pre"); gotStatus != status || !strings.Contains(gotBody, body) {
		b.t.Errorf("%s: %s %s, want %s and %s", request, gotStatus, gotBody, status, body)
	}
}

// screenshot keeps what the page looks like, on a desk and on a phone, if anybody wants to know.
func (b browser) screenshot(name string) {
	b.t.Helper()
	folder := os.Getenv("DEMO_SCREENSHOTS")
	if folder == "" {
		return
	}
	for _, screen := range []struct {
		suffix string
		width  int64
	}{{"-phone", 390}, {"", 1024}} { // the desk last, where the test goes on
		b.do("change the screen", chromedp.EmulateViewport(screen.width, 768))
		png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
		if err != nil {
			b.t.Fatal("take a screenshot: ", err)
		}
		if err := os.WriteFile(filepath.Join(folder, name+screen.suffix+".png"), png, 0o600); err != nil {
			b.t.Fatal(err)
		}
	}
}
