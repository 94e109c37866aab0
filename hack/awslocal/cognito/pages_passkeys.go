package cognito

import (
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
)

// Passkeys on managed pages: "Except for /passkeys/add, all paths are shared between the two versions of managed login branding"
// (managed-login-endpoints.html). What the address takes and answers: passkeys.ts of vppillai/chintan, seen on AWS.

// ceremony is what a browser is to do with a passkey: the options of navigator.credentials.create or .get.
type ceremony struct {
	Does    string // "create" or "get"
	Options string
	Nonce   string // of the script that does it
}

// showCeremony shows a page with the script of a passkey. No other page runs one.
func (st *site) showCeremony(status int, name string, r *http.Request, v view, does string, options any) answer {
	text, err := json.Marshal(options)
	if err != nil {
		return render(http.StatusInternalServerError, "message", view{Title: v.Title, Error: err.Error()})
	}
	v.Passkey = &ceremony{Does: does, Options: string(text), Nonce: newToken()}
	a := st.show(status, name, r, v)
	a.header.Set("Content-Security-Policy", contentSecurityPolicy+"; script-src 'nonce-"+v.Passkey.Nonce+"'")
	return a
}

// passkeyVisit is a request to add a passkey, by who is signed in. A client or address that can't be trusted leads to the error page, and
// a browser without a session back to the client.
func (st *site) passkeyVisit(r *http.Request) (c *client, u *user, failure *answer) {
	refuse := func(a answer) (*client, *user, *answer) { return nil, nil, &a }
	query := r.URL.Query()
	c = st.domain.pool.clients[query.Get("client_id")]
	session := st.session(r)
	switch {
	case c == nil:
		return refuse(st.fail(r, "Client does not exist", ""))
	case !slices.Contains(c.CallbackURLs, query.Get("redirect_uri")):
		return refuse(st.fail(r, "redirect_mismatch", *c.ClientId))
	case st.domain.loginVersion != 2:
		return refuse(notFound("The classic pages have no passkeys."))
	case session == nil || !session.signedIn:
		return refuse(passkeyResult(r, "invalid_session"))
	}
	return c, session.user, nil
}

// passkeyResult leads back to the client.
func passkeyResult(r *http.Request, result string) answer {
	back, separator := r.URL.Query().Get("redirect_uri"), "?"
	if strings.Contains(back, "?") {
		separator = "&"
	}
	return redirect(r, back+separator+url.Values{"result": {result}}.Encode())
}

// addPasskeyPage asks the browser for a passkey.
func (st *site) addPasskeyPage(r *http.Request) answer {
	c, u, failure := st.passkeyVisit(r)
	if failure != nil {
		return *failure
	}
	return st.offerPasskey(http.StatusOK, r, c, u, "")
}

func (st *site) offerPasskey(status int, r *http.Request, c *client, u *user, refusal string) answer {
	v := view{Title: "Set up sign-in with a passkey", Error: refusal, Back: template.URL(r.URL.Query().Get("redirect_uri"))}
	options, err := st.beginPasskey(c, u, st.now)
	if err != nil {
		v.Error = message(err)
		return st.show(http.StatusBadRequest, "message", r, v)
	}
	return st.showCeremony(status, "passkey", r, v, "create", options)
}

// addPasskeyForm keeps the passkey that the browser made.
func (st *site) addPasskeyForm(r *http.Request) answer {
	c, u, failure := st.passkeyVisit(r)
	if failure != nil {
		return *failure
	}
	if !trusted(r) {
		return oldForm()
	}
	made, err := protocol.ParseCredentialCreationResponseBytes([]byte(r.PostForm.Get("credential")))
	if err == nil {
		err = st.keepPasskey(c, u, made, st.now)
	}
	if err != nil {
		return st.offerPasskey(http.StatusBadRequest, r, c, u, message(err))
	}
	return passkeyResult(r, "success")
}
