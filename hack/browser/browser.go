// Package browser is a Chromium for tests: login pages, redirects, cookies, CORS and fetch are what people's browsers make of them.
package browser

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

const (
	// stepTimeout bounds what a test does at a time: far more than anything takes, on a busy machine too.
	stepTimeout = time.Minute
	// folder is where screenshots go, if it is set.
	folder = "SCREENSHOTS"
)

// Step is something to do in the browser.
type Step = chromedp.Action[chromedp.Void]

// Browser is a tab in a Chromium with a profile of its own.
type Browser struct {
	t   testing.TB
	ctx context.Context //nolint:containedctx // chromedp keeps the tab in it
}

// Open opens a browser to which hosts, with their ports, are elsewhere: "localhost:3000" at "127.0.0.1:41234". It takes any certificate.
func Open(t testing.TB, hosts map[string]string) Browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("this test needs Chromium: apt-get install chromium")
	}
	var rules []string
	for host, at := range hosts {
		rules = append(rules, "MAP "+host+" "+at)
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
		chromedp.Flag("ignore-certificate-errors", true),
		chromedp.Flag("host-resolver-rules", strings.Join(rules, ",")),
	)
	ctx, closeBrowser := chromedp.NewContext(ctx)
	t.Cleanup(func() { closeBrowser(); closeAll() })
	return tab(t, ctx)
}

// tab opens a tab, in a context that lives as long as the tab does.
func tab(t testing.TB, ctx context.Context) Browser { //nolint:revive // t is first here as everywhere
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1024, 768)); err != nil {
		t.Fatal("open a tab of Chromium: ", err)
	}
	return Browser{t, ctx}
}

// Tab is another tab, and what closes it.
func (b Browser) Tab() (Browser, context.CancelFunc) {
	b.t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx)
	return tab(b.t, ctx), cancel
}

// Do does something, or fails with what the page was then.
func (b Browser) Do(what string, steps ...Step) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, stepTimeout)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("%s: %v; %s", what, err, b.describe())
	}
}

// Text waits until something is to be seen, and returns what it says.
func (b Browser) Text(selector string) string {
	b.t.Helper()
	return result(b, "read "+selector, chromedp.Text(chromedp.CSS(selector), chromedp.NodeVisible))
}

// Script runs a script on the page and returns what it says.
func (b Browser) Script(script string) string {
	b.t.Helper()
	return result(b, script, chromedp.Evaluate[string](script))
}

// At is where the browser is.
func (b Browser) At() string {
	b.t.Helper()
	return result(b, "ask where it is", chromedp.Location())
}

func result(b Browser, what string, action chromedp.Action[string]) string {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, stepTimeout)
	defer cancel()
	got, err := chromedp.Run(ctx, action)
	if err != nil {
		b.t.Fatalf("%s: %v; %s", what, err, b.describe())
	}
	return got
}

// describe says where the browser is and what is there, as far as can be told.
func (b Browser) describe() string {
	ctx, cancel := context.WithTimeout(b.ctx, stepTimeout)
	defer cancel()
	at, _ := chromedp.Run(ctx, chromedp.Location())
	page, _ := chromedp.Run(ctx, chromedp.Text(chromedp.CSS("body")))
	return fmt.Sprintf("the browser is at %s:\n%s", at, page)
}

// Open opens a page.
func (Browser) Open(url string) Step { return chromedp.Navigate(url) }

// See waits until something is to be seen.
func (Browser) See(selector string) Step { return chromedp.WaitVisible(chromedp.CSS(selector)) }

// Click clicks on something.
func (Browser) Click(selector string) Step {
	return chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible)
}

// Fill types into a field.
func (Browser) Fill(selector, value string) Step {
	return chromedp.SendKeys(chromedp.CSS(selector), value, chromedp.NodeVisible)
}

// Choose chooses a value of a list.
func (Browser) Choose(selector, value string) Step {
	return chromedp.SetValue(chromedp.CSS(selector), value, chromedp.NodeVisible)
}

// Submit sends the page's form.
func (b Browser) Submit() Step { return b.Click(`button[type="submit"]`) }

// Screenshot keeps what the page looks like, on a desk and on a phone, if SCREENSHOTS says where.
func (b Browser) Screenshot(name string) {
	b.t.Helper()
	if os.Getenv(folder) == "" {
		return
	}
	for _, screen := range []struct {
		suffix string
		width  int64
	}{{"-phone", 390}, {"", 1024}} { // the desk last, where the test goes on
		b.Do("change the screen", chromedp.EmulateViewport(screen.width, 768))
		png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
		if err != nil {
			b.t.Fatal("take a screenshot: ", err)
		}
		if err := os.WriteFile(filepath.Join(os.Getenv(folder), name+screen.suffix+".png"), png, 0o600); err != nil {
			b.t.Fatal(err)
		}
	}
}
