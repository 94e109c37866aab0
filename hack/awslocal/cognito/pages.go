package cognito

import (
	"bytes"
	"cmp"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

//go:embed pages
var pageFiles embed.FS

// pages are the templates by name, each with the layout around it.
var pages = parsePages("login", "signup", "confirm", "forgot", "reset", "change", "mfa", "passkey", "message", "mailbox")

func parsePages(names ...string) map[string]*template.Template {
	parsed := map[string]*template.Template{}
	for _, name := range names {
		parsed[name] = template.Must(template.ParseFS(pageFiles, "pages/layout.html", "pages/"+name+".html"))
	}
	return parsed
}

// view is what a page shows.
type view struct {
	Title         string
	CSRF          string
	Error, Notice string
	// Query is the authorization request, carried from page to page.
	Query    template.URL
	SignUp   bool   // whether people may sign up themselves
	Username string // filled in
	// Local says that users of the pool itself sign in, and Choice that they choose how; Providers are where others do.
	Local     bool
	Choice    bool
	Providers []string
	Login     field
	Fields    []field
	Links     []field // to a client's documents
	CSS       template.CSS
	Logo      bool
	Brand     *brand // of managed pages; nil for Cognito's own
	Policy    string
	// Secret and KeyURL set up an authenticator app; Options are what a person can choose.
	Secret  string
	KeyURL  template.URL
	Options []field
	// Passkey is what the browser is to do with one; Back leads to the client.
	Passkey *ceremony
	Back    template.URL
}

// field is a text field of a form.
type field struct{ Name, Label, Type, Autocomplete, Value string }

const contentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'"

// render draws a page. Pages load nothing, and run no scripts but for passkeys.
func render(status int, name string, data any) answer {
	var body bytes.Buffer
	if err := pages[name].ExecuteTemplate(&body, "layout", data); err != nil {
		return answer{status: http.StatusInternalServerError, header: http.Header{}, body: []byte(err.Error())}
	}
	return answer{status: status, body: body.Bytes(), header: http.Header{
		"Content-Type":            {"text/html; charset=utf-8"},
		"Cache-Control":           {"no-store"},
		"Content-Security-Policy": {contentSecurityPolicy},
	}}
}

// handler serves a page or a form within an authorization request.
type handler func(st *site, r *http.Request, req *authRequest) answer

// shown wraps a page: the request in the query is checked first, and so is that there are pages to show.
func shown(h handler) func(*site, *http.Request) answer {
	return func(st *site, r *http.Request) answer {
		req, failure := st.authRequest(r, r.URL.Query())
		if failure != nil {
			return *failure
		}
		if st.domain.loginVersion == 2 && req.client.branding == nil {
			// Managed login doesn't work "until after you apply a branding style" (CreateUserPoolClient, model); words
			// and status from reports (html-share#3).
			return render(http.StatusForbidden, "message", view{
				Title: "Login pages unavailable", Error: "Please contact an administrator.",
			})
		}
		if !slices.Contains(req.client.SupportedIdentityProviders, localUsers) && (r.URL.Path != "/login" || len(st.offered(req.client)) == 0) {
			return render(http.StatusUnauthorized, "message", view{
				Title: "Login pages unavailable", Error: "Login option is not available. Please try another one",
			})
		}
		return h(st, r, req)
	}
}

// form wraps a form's target: the token in the form must be the one in the cookie.
func form(h handler) func(*site, *http.Request) answer {
	return shown(func(st *site, r *http.Request, req *authRequest) answer {
		if !trusted(r) {
			return oldForm()
		}
		return h(st, r, req)
	})
}

// trusted says that a form is of a page of ours, in the same browser.
func trusted(r *http.Request) bool {
	cookie, err := r.Cookie(csrfCookie)
	return err == nil && cookie.Value != "" && same(cookie.Value, r.PostForm.Get("_csrf"))
}

func oldForm() answer {
	return render(http.StatusForbidden, "message", view{
		Title: "Forbidden", Error: "The form is too old, or cookies are off. Please go back and reload the page.",
	})
}

// show renders a page with what all of them have.
func (st *site) show(status int, name string, r *http.Request, v view) answer {
	if cookie, err := r.Cookie(csrfCookie); err == nil {
		v.CSRF = cookie.Value
	}
	fresh := v.CSRF == ""
	if fresh {
		v.CSRF = newToken()
	}
	if c := st.domain.pool.clients[r.FormValue("client_id")]; c != nil {
		var css string
		css, v.Logo = st.classicStyle(c)
		v.CSS, v.Brand = template.CSS(css), st.brand(c)
	}
	v.Query = template.URL(carried(r).Encode())
	v.SignUp = !st.domain.pool.AdminCreateUserConfig.AllowAdminCreateUserOnly
	v.Login = st.domain.pool.loginField()
	if c := st.domain.pool.clients[r.URL.Query().Get("client_id")]; c != nil {
		v.Local, v.Providers = slices.Contains(c.SupportedIdentityProviders, localUsers), st.offered(c)
		v.Choice = st.offersChoice(c)
	}
	v.Policy = st.domain.pool.policyText()
	v.Username = cmp.Or(v.Username, r.FormValue("username"))
	a := render(status, name, v)
	if fresh {
		a = st.setCookie(a, csrfCookie, v.CSRF, sessionValidity)
	}
	return a
}

// carried is the authorization request in a query, without what pages add to it.
func carried(r *http.Request) url.Values {
	query := r.URL.Query()
	query.Del("username")
	query.Del("notice")
	return query
}

// message is what a page says about an error.
func message(err error) string {
	if e, ok := errors.AsType[*wire.Error](err); ok {
		return strings.TrimSpace(e.Message)
	}
	return err.Error()
}

// loginField asks for what the pool's users sign in with.
func (p *pool) loginField() field {
	email := slices.Contains(p.UsernameAttributes, types.UsernameAttributeTypeEmail) ||
		slices.Contains(p.AliasAttributes, types.AliasAttributeTypeEmail)
	phone := slices.Contains(p.UsernameAttributes, types.UsernameAttributeTypePhoneNumber) ||
		slices.Contains(p.AliasAttributes, types.AliasAttributeTypePhoneNumber)
	var labels []string
	if len(p.UsernameAttributes) == 0 {
		labels = append(labels, "Username")
	}
	if email {
		labels = append(labels, "Email")
	}
	if phone {
		labels = append(labels, "Phone number")
	}
	f := field{Name: "username", Label: strings.Join(labels, " or "), Type: "text", Autocomplete: "username"}
	if f.Label == "Email" {
		f.Type = "email"
	}
	return f
}

// signUpFields are the attributes to ask for: those that the pool requires, but for the one that is the user name. One that is
// verified and not required is not asked for, so nobody gets a code (awslabs/kubeflow-manifests#122).
func (p *pool) signUpFields(r *http.Request) []field {
	var fields []field
	for _, a := range p.SchemaAttributes {
		name := *a.Name
		isLogin := len(p.UsernameAttributes) == 1 && string(p.UsernameAttributes[0]) == name
		if !aws.ToBool(a.Required) || isLogin || name == "sub" {
			continue
		}
		f := field{Name: name, Label: label(name), Type: "text", Value: r.PostForm.Get(name)}
		switch name {
		case "email":
			f.Type, f.Autocomplete = "email", "email"
		case "phone_number":
			f.Type, f.Autocomplete = "tel", "tel"
		}
		fields = append(fields, f)
	}
	return fields
}

// label turns an attribute's name into words.
func label(name string) string {
	words := strings.ReplaceAll(strings.TrimPrefix(name, "custom:"), "_", " ")
	return strings.ToUpper(words[:1]) + words[1:]
}

// policyText says what a password needs.
func (p *pool) policyText() string {
	policy := p.Policies.PasswordPolicy
	var needs []string
	for _, n := range []struct {
		required bool
		what     string
	}{
		{policy.RequireUppercase, "an uppercase letter"},
		{policy.RequireLowercase, "a lowercase letter"},
		{policy.RequireNumbers, "a number"},
		{policy.RequireSymbols, "a symbol"},
	} {
		if n.required {
			needs = append(needs, n.what)
		}
	}
	text := fmt.Sprintf("At least %d characters", *policy.MinimumLength)
	if last := len(needs) - 1; last > 0 {
		needs = []string{strings.Join(needs[:last], ", ") + " and " + needs[last]}
	}
	if len(needs) > 0 {
		text += ", with " + needs[0]
	}
	return text + "."
}
