package cognito

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// site is the domain that a request of the public side came to.
type site struct {
	*Service
	domain *domain
	now    time.Time
	// below is the path of the domain at the server; root is its path to the browser, which may have come to a host of its own.
	below, root string
}

// routes are what a domain serves, as Cognito's paths are:
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-userpools-server-contract-reference.html.
var routes = map[string]func(*site, *http.Request) answer{
	"GET /oauth2/authorize":    (*site).authorize,
	"GET /oauth2/idpresponse":  (*site).arriveOIDC,
	"POST /oauth2/idpresponse": (*site).arriveOIDC,
	"POST /saml2/idpresponse":  (*site).arriveSAML,
	"POST /oauth2/token":       shared((*site).token),
	"GET /oauth2/userInfo":     shared((*site).userInfo),
	"POST /oauth2/userInfo":    shared((*site).userInfo),
	"POST /oauth2/revoke":      shared((*site).revoke),
	"GET /logout":              (*site).logout,
	"GET /error":               (*site).errorPage,

	"GET /login":                  shown((*site).loginPage),
	"POST /login":                 form((*site).login),
	"GET /signup":                 shown((*site).signUpPage),
	"POST /signup":                form((*site).signUpForm),
	"GET /confirm":                shown((*site).confirmPage),
	"POST /confirm":               form((*site).confirmForm),
	"GET /forgotPassword":         shown((*site).forgotPage),
	"POST /forgotPassword":        form((*site).forgotForm),
	"GET /confirmForgotPassword":  shown((*site).resetPage),
	"POST /confirmForgotPassword": form((*site).resetForm),
	"GET /changePassword":         shown((*site).changePage),
	"POST /changePassword":        form((*site).changeForm),
	"GET /mfa":                    shown((*site).factorPage),
	"POST /mfa":                   form((*site).factorForm),
	"GET /passkeys/add":           (*site).addPasskeyPage,
	"POST /passkeys/add":          (*site).addPasskeyForm,
}

// ServeDomain serves a pool's login pages and OAuth endpoints. The domain is a prefix in a Region or a custom domain;
// the request's path is below it. Links and redirects are relative, so it doesn't matter what the domain is below.
func (s *Service) ServeDomain(region, prefix string, w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "Bad Request", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	a := s.answerDomain(region, prefix, r)
	s.mu.Unlock()
	if a.outside != nil {
		a = a.outside(r.Context())
	}
	a.writeTo(w)
}

func (s *Service) answerDomain(region, prefix string, r *http.Request) answer {
	now := s.env.Clock.Now()
	d := s.domain(region, prefix)
	if d == nil || s.status(d, now) != types.DomainStatusTypeActive {
		return notFound("There is no user pool domain " + prefix + ".")
	}
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	if method == http.MethodOptions && strings.HasPrefix(r.URL.Path, "/oauth2/") {
		return preflight()
	}
	handler, ok := routes[method+" "+r.URL.Path]
	if !ok {
		return notFound(r.Method + " " + r.URL.Path + " isn't served here.")
	}
	path, _, _ := strings.Cut(r.RequestURI, "?")
	return handler(&site{
		Service: s, domain: d, now: now, below: "/auth/" + region + "/" + prefix, root: strings.TrimSuffix(path, r.URL.Path) + "/",
	}, r)
}

func notFound(reason string) answer {
	return render(http.StatusNotFound, "message", view{Title: "Not found", Error: reason})
}

// shared lets pages of any origin call an endpoint, as single-page apps do with Cognito's.
func shared(handler func(*site, *http.Request) answer) func(*site, *http.Request) answer {
	return func(st *site, r *http.Request) answer {
		a := handler(st, r)
		a.header.Set("Access-Control-Allow-Origin", "*")
		return a
	}
}

func preflight() answer {
	return answer{status: http.StatusNoContent, header: http.Header{
		"Access-Control-Allow-Origin":  {"*"},
		"Access-Control-Allow-Methods": {"GET, POST"},
		"Access-Control-Allow-Headers": {"Authorization, Content-Type"},
	}}
}

// redirect answers 302. A relative target counts from the domain's root.
func redirect(r *http.Request, target string) answer {
	if u, err := url.Parse(target); err == nil && !u.IsAbs() {
		target = strings.Repeat("../", strings.Count(r.URL.Path, "/")-1) + target
	}
	return answer{status: http.StatusFound, header: http.Header{"Location": {target}}}
}

// seeOther answers a form with a page to get. The path is beside the form's.
func seeOther(path string, query url.Values) answer {
	return answer{status: http.StatusSeeOther, header: http.Header{"Location": {path + "?" + query.Encode()}}}
}

// fail sends a browser to the error page, which is what Cognito does when it can't trust the redirect URI: 302 to
// /error, which answers 400 (deployments' logs; the text is in the query).
func (st *site) fail(r *http.Request, reason, clientID string) answer {
	query := url.Values{"error": {reason}}
	if clientID != "" {
		query.Set("client_id", clientID)
	}
	return redirect(r, "error?"+query.Encode())
}

// Cookies are for all of the domain, wherever in it they are set: the answer of a provider, below /oauth2, begins a session that the
// logout ends.
const (
	sessionCookie = "cognito"
	csrfCookie    = "XSRF-TOKEN"
)

func (st *site) setCookie(a answer, name, value string, lifetime time.Duration) answer {
	c := &http.Cookie{Name: name, Value: value, Path: st.root, MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if lifetime > 0 {
		c.MaxAge = int(lifetime.Seconds())
	}
	a.header.Add("Set-Cookie", c.String())
	return a
}

// session finds the browser's session at this pool; nil if there's none.
func (st *site) session(r *http.Request) *session {
	c, err := r.Cookie(sessionCookie)
	if err != nil {
		return nil
	}
	found, ok := st.sessions[c.Value]
	p := st.domain.pool
	if !ok || found.pool != p || !st.now.Before(found.expires) || found.user != nil && p.users[found.user.name] != found.user {
		return nil
	}
	return found
}

// remember starts a session and hands the browser its cookie.
func (st *site) remember(a answer, u *user, signedIn bool) answer {
	return st.keep(a, &session{user: u, signedIn: signedIn})
}

func (st *site) keep(a answer, s *session) answer {
	id := newToken()
	s.pool, s.authTime, s.expires = st.domain.pool, st.now, st.now.Add(sessionValidity)
	st.sessions[id] = s
	return st.setCookie(a, sessionCookie, id, sessionValidity)
}

// logout ends the session and goes to a URL registered for that, or to the login page with the parameters of an
// authorization request: https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html.
func (st *site) logout(r *http.Request) answer {
	query := r.URL.Query()
	c := st.domain.pool.clients[query.Get("client_id")]
	if c == nil {
		return st.fail(r, "Client does not exist", "")
	}
	var a answer
	switch uri := query.Get("logout_uri"); {
	case uri != "" && slices.Contains(c.LogoutURLs, uri):
		a = redirect(r, uri)
	case uri == "" && slices.Contains(c.CallbackURLs, query.Get("redirect_uri")):
		a = redirect(r, "login?"+r.URL.RawQuery)
	default:
		return st.fail(r, "redirect_mismatch", *c.ClientId)
	}
	if cookie, err := r.Cookie(sessionCookie); err == nil {
		delete(st.sessions, cookie.Value)
	}
	return st.setCookie(a, sessionCookie, "", 0)
}
