package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// visitor is a person with a browser: it keeps cookies, follows links by their text, and fills in forms. A redirect to
// home ends the visit.
type visitor struct {
	client *http.Client
	page   page
	home   *url.URL // where the visit ended, with what came in the query and the fragment; nil before
}

// page is what a visitor sees.
type page struct {
	url    *url.URL
	links  map[string]string // target by text
	action string            // of the form
	fields url.Values        // of the form, as they are filled in
	alert  string
}

// newVisitor returns a visitor without cookies. Home is an origin.
func newVisitor(home string) *visitor {
	jar, _ := cookiejar.New(nil) // never fails
	return &visitor{client: &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), home+"/") {
			return http.ErrUseLastResponse
		}
		return nil
	}}}
}

// open opens a page, from a URL that may be relative to the present one.
func (v *visitor) open(ctx context.Context, target string) error {
	return v.load(ctx, http.MethodGet, target, nil)
}

// follow follows the link with this text.
func (v *visitor) follow(ctx context.Context, text string) error {
	target, ok := v.page.links[text]
	if !ok {
		return fmt.Errorf("%s has no link %q", v.page.url, text)
	}
	return v.open(ctx, target)
}

// submit fills in the page's form and sends it.
func (v *visitor) submit(ctx context.Context, input map[string]string) error {
	for name, value := range input {
		if !v.page.fields.Has(name) {
			return fmt.Errorf("%s asks for no %s", v.page.url, name)
		}
		v.page.fields.Set(name, value)
	}
	return v.load(ctx, http.MethodPost, v.page.action, strings.NewReader(v.page.fields.Encode()))
}

func (v *visitor) load(ctx context.Context, method, target string, body io.Reader) error {
	u, err := url.Parse(target)
	if err != nil {
		return err
	}
	if v.page.url != nil {
		u = v.page.url.ResolveReference(u)
	}
	request, err := http.NewRequestWithContext(ctx, method, u.String(), body)
	if err != nil {
		return err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := v.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if v.home, err = response.Location(); err == nil {
		return nil
	}
	if v.page, err = read(response.Request.URL, response.Body); err != nil {
		return err
	}
	if v.page.alert != "" || response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s %s", method, u.Redacted(), response.Status, v.page.alert)
	}
	return nil
}

// read reads a page with at most one form.
func read(u *url.URL, body io.Reader) (page, error) {
	root, err := html.Parse(body)
	if err != nil {
		return page{}, err
	}
	p := page{url: u, links: map[string]string{}, fields: url.Values{}}
	for node := range root.Descendants() {
		switch {
		case node.DataAtom == atom.A:
			p.links[text(node)] = attribute(node, "href")
		case node.DataAtom == atom.Form:
			p.action = attribute(node, "action")
		case node.DataAtom == atom.Input:
			p.fields.Set(attribute(node, "name"), attribute(node, "value"))
		case attribute(node, "role") == "alert":
			p.alert = text(node)
		}
	}
	return p, nil
}

func attribute(node *html.Node, name string) string {
	for _, a := range node.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func text(node *html.Node) string {
	var all strings.Builder
	for child := range node.Descendants() {
		if child.Type == html.TextNode {
			all.WriteString(child.Data)
		}
	}
	return strings.TrimSpace(all.String())
}

// token returns the ID token that an implicit sign-in brought home.
func (v *visitor) token() (string, error) {
	if v.home == nil {
		return "", fmt.Errorf("the visit goes on at %s", v.page.url)
	}
	values, err := url.ParseQuery(v.home.Fragment)
	if err != nil {
		return "", err
	}
	if token := values.Get("id_token"); token != "" {
		return token, nil
	}
	return "", errors.New("no ID token in the fragment: " + v.home.String())
}
