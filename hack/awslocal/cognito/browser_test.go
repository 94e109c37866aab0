package cognito_test

import (
	"html"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// browser follows redirects and keeps cookies, but never leaves the server.
type browser struct {
	t      *testing.T
	client *http.Client
	server string
	// Where it is.
	location *url.URL
	status   int
	header   http.Header
	body     string
}

func (c *cloud) browser() *browser {
	c.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		c.t.Fatal(err)
	}
	b := &browser{t: c.t, server: c.url}
	b.client = &http.Client{Transport: c.http.Transport, Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if !strings.HasPrefix(r.URL.String(), b.server) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	return b
}

func (b *browser) open(target string) *browser {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, target, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.do(r)
}

func (b *browser) do(r *http.Request) *browser {
	b.t.Helper()
	resp, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	b.location, b.status, b.header, b.body = resp.Request.URL, resp.StatusCode, resp.Header, string(body)
	if next, err := resp.Location(); err == nil {
		b.location = next // left the server
	}
	return b
}

var (
	action = regexp.MustCompile(`<form method="post" action="([^"]*)"`)
	hidden = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)
	filled = regexp.MustCompile(`<input id="[^"]*" name="([^"]*)" type="[^"]*" value="([^"]*)"`)
	alert  = regexp.MustCompile(`role="(?:alert|status)">([^<]*)<`)
	title  = regexp.MustCompile(`<h1>([^<]*)</h1>`)
)

// submit sends the form on the page: what it holds, and what is typed.
func (b *browser) submit(typed url.Values) *browser {
	b.t.Helper()
	values := url.Values{}
	for _, fields := range [][][]string{hidden.FindAllStringSubmatch(b.body, -1), filled.FindAllStringSubmatch(b.body, -1)} {
		for _, f := range fields {
			values.Set(f[1], html.UnescapeString(f[2]))
		}
	}
	maps.Copy(values, typed)
	target := b.resolve(action, "form")
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, target, strings.NewReader(values.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r)
}

// follow opens the link whose address begins with path.
func (b *browser) follow(path string) *browser {
	b.t.Helper()
	return b.open(b.resolve(regexp.MustCompile(`<a href="(`+regexp.QuoteMeta(path)+`\?[^"]*)"`), path))
}

func (b *browser) resolve(pattern *regexp.Regexp, what string) string {
	b.t.Helper()
	found := pattern.FindStringSubmatch(b.body)
	if found == nil {
		b.t.Fatalf("no %s on the page:\n%s", what, b.body)
	}
	target, err := b.location.Parse(html.UnescapeString(found[1]))
	if err != nil {
		b.t.Fatal(err)
	}
	return target.String()
}

// says is the page's headline and, after a colon, what it alerts to.
func (b *browser) says() string {
	text := title.FindStringSubmatch(b.body)
	if text == nil {
		return "no page"
	}
	says := html.UnescapeString(text[1])
	if a := alert.FindStringSubmatch(b.body); a != nil {
		says += ": " + html.UnescapeString(a[1])
	}
	return says
}
