// Package visitor is a person with a browser, as far as login pages need one: without scripts and pictures.
package visitor

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Visitor is a person with a browser: it keeps cookies, follows links by their text, and fills in forms. A redirect to
// home ends the visit.
type Visitor struct {
	// Home is where the visit ended, with what came in the query and the fragment; nil before.
	Home *url.URL

	client *http.Client
	page   page
}

// page is what a visitor sees.
type page struct {
	url   *url.URL
	links map[string]string // target by text
	forms []form
	alert string
}

// form is one form of a page. The classic login pages of AWS have each form twice, for small screens and for large ones.
type form struct {
	action string
	fields url.Values // as they are filled in
}

// New returns a visitor without cookies. Home is an origin, such as http://localhost:3000.
func New(home string) *Visitor {
	jar, _ := cookiejar.New(nil) // never fails
	return &Visitor{client: &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), home+"/") {
			return http.ErrUseLastResponse
		}
		return nil
	}}}
}

// Through has the visitor reach pages in another network, and returns the visitor.
func (v *Visitor) Through(network http.RoundTripper) *Visitor {
	v.client.Transport = network
	return v
}

// Open opens a page, from a URL that may be relative to the present one.
func (v *Visitor) Open(ctx context.Context, target string) error {
	return v.load(ctx, http.MethodGet, target, nil)
}

// Follow follows the link with this text.
func (v *Visitor) Follow(ctx context.Context, text string) error {
	target, ok := v.page.links[text]
	if !ok {
		return fmt.Errorf("%s has no link %q", v.page.url, text)
	}
	return v.Open(ctx, target)
}

// Submit fills in the first form that has all these fields, by name, and sends it.
func (v *Visitor) Submit(ctx context.Context, input map[string]string) error {
	for _, f := range v.page.forms {
		if !f.has(input) {
			continue
		}
		for name, value := range input {
			f.fields.Set(name, value)
		}
		return v.load(ctx, http.MethodPost, f.action, strings.NewReader(f.fields.Encode()))
	}
	return fmt.Errorf("%s asks for no %s", v.page.url, strings.Join(slices.Sorted(maps.Keys(input)), ", "))
}

func (f form) has(input map[string]string) bool {
	for name := range input {
		if !f.fields.Has(name) {
			return false
		}
	}
	return true
}

// Fields are the names of the fields of all forms of the page, sorted.
func (v *Visitor) Fields() []string {
	var names []string
	for _, f := range v.page.forms {
		names = slices.AppendSeq(names, maps.Keys(f.fields))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (v *Visitor) load(ctx context.Context, method, target string, body io.Reader) error {
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
	if v.Home, err = response.Location(); err == nil {
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

// read reads a page.
func read(u *url.URL, body io.Reader) (page, error) {
	root, err := html.Parse(body)
	if err != nil {
		return page{}, err
	}
	p := page{url: u, links: map[string]string{}}
	for node := range root.Descendants() {
		switch {
		case node.DataAtom == atom.A:
			p.links[text(node)] = attribute(node, "href")
		case node.DataAtom == atom.Form:
			p.forms = append(p.forms, form{action: attribute(node, "action"), fields: url.Values{}})
		case node.DataAtom == atom.Input && len(p.forms) > 0:
			p.forms[len(p.forms)-1].fields.Set(attribute(node, "name"), attribute(node, "value"))
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

// Token returns the token of a kind, id_token or access_token, that an implicit sign-in brought home.
func (v *Visitor) Token(kind string) (string, error) {
	if v.Home == nil {
		return "", fmt.Errorf("the visit goes on at %s", v.page.url)
	}
	values, err := url.ParseQuery(v.Home.Fragment)
	if err != nil {
		return "", err
	}
	if token := values.Get(kind); token != "" {
		return token, nil
	}
	return "", fmt.Errorf("no %s in the fragment, which has %s", kind, strings.Join(slices.Sorted(maps.Keys(values)), ", "))
}
