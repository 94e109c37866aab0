package cognito

import (
	"cmp"
	"errors"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// notices are what the login page says after something else was done. The query holds their key, not the text.
var notices = map[string]string{
	"confirmed": "Your account is confirmed. Please sign in.",
	"reset":     "Your password is changed. Please sign in.",
	"late":      "Your session has ended. Please sign in again.",
}

func (st *site) loginPage(r *http.Request, _ *authRequest) answer {
	return st.show(http.StatusOK, "login", r, view{Title: "Sign in", Notice: notices[r.URL.Query().Get("notice")]})
}

// login signs in. People who still have to confirm their account or to choose a password are led there.
func (st *site) login(r *http.Request, req *authRequest) answer {
	login := r.PostForm.Get("username")
	if err := st.preAuthentication(req.client, login, nil); err != nil {
		return st.show(http.StatusBadRequest, "login", r, view{Title: "Sign in", Error: message(err)})
	}
	if st.offersChoice(req.client) {
		return st.choose(r, req, login)
	}
	u, err := st.authenticate(req.client, login, r.PostForm.Get("password"), st.now)
	if e, ok := errors.AsType[*wire.Error](err); ok && e.Code == errUnconfirmed.Code {
		return st.remember(next(r, "confirm", login), st.domain.pool.find(login), false)
	}
	if err != nil {
		return st.show(http.StatusBadRequest, "login", r, view{Title: "Sign in", Error: message(err)})
	}
	if u.status == types.UserStatusTypeForceChangePassword {
		return st.remember(next(r, "changePassword", login), u, false)
	}
	return st.admitOrAsk(r, req, u)
}

// enter lets a person in: a session for the browser, a code or tokens for the client.
func (st *site) enter(r *http.Request, req *authRequest, u *user) answer {
	if err := st.postAuthentication(req.client, u); err != nil {
		return st.show(http.StatusBadRequest, "login", r, view{Title: "Sign in", Error: message(err)})
	}
	a := st.finish(r, req, &session{user: u, authTime: st.now})
	return st.remember(a, u, true)
}

// next leads to another page, with the same authorization request and the user's name.
func next(r *http.Request, path, login string) answer {
	query := carried(r)
	query.Set("username", login)
	return seeOther(path, query)
}

func (st *site) signUpPage(r *http.Request, req *authRequest) answer {
	if st.domain.pool.AdminCreateUserConfig.AllowAdminCreateUserOnly {
		return render(http.StatusBadRequest, "message", view{Title: "Sign up", Error: "SignUp is not permitted for this user pool"})
	}
	return st.show(http.StatusOK, "signup", r, view{
		Title: "Sign up", Fields: st.domain.pool.signUpFields(r), Links: st.links(req.client, r.FormValue("lang")),
	})
}

func (st *site) signUpForm(r *http.Request, req *authRequest) answer {
	fields := st.domain.pool.signUpFields(r)
	var attributes []types.AttributeType
	for _, f := range fields {
		attributes = append(attributes, types.AttributeType{Name: aws.String(f.Name), Value: aws.String(f.Value)})
	}
	login := r.PostForm.Get("username")
	u, delivery, err := st.register(req.client, login, r.PostForm.Get("password"), attributes, nil, st.now)
	if err != nil {
		return st.show(http.StatusBadRequest, "signup", r, view{Title: "Sign up", Error: message(err), Fields: fields})
	}
	if u.status == types.UserStatusTypeConfirmed {
		return done(r, "confirmed")
	}
	if delivery == nil {
		return render(http.StatusOK, "message", view{
			Title: "Almost done", Notice: "This user pool verifies no address of yours: an administrator has to confirm you.",
		})
	}
	return st.remember(next(r, "confirm", login), u, false)
}

func (st *site) confirmPage(r *http.Request, _ *authRequest) answer {
	return st.show(http.StatusOK, "confirm", r, view{Title: "Confirm your account"})
}

// confirmForm lets people in who signed up in the same browser ("Amazon Cognito grants access to your app after you
// finish this process", cognito-user-pools-hosted-ui-user-sign-up.html); others still have to show their password.
func (st *site) confirmForm(r *http.Request, req *authRequest) answer {
	u, err := st.confirm(req.client, r.PostForm.Get("username"), r.PostForm.Get("code"), false, st.now)
	if err != nil {
		return st.show(http.StatusBadRequest, "confirm", r, view{Title: "Confirm your account", Error: message(err)})
	}
	if session := st.session(r); session != nil && session.user == u {
		return st.admitOrAsk(r, req, u)
	}
	return done(r, "confirmed")
}

// done leads to the login page, which says what was done.
func done(r *http.Request, notice string) answer {
	query := carried(r)
	query.Set("notice", notice)
	return seeOther("login", query)
}

func (st *site) forgotPage(r *http.Request, _ *authRequest) answer {
	return st.show(http.StatusOK, "forgot", r, view{Title: "Forgot your password?"})
}

func (st *site) forgotForm(r *http.Request, req *authRequest) answer {
	login := r.PostForm.Get("username")
	if _, err := st.sendRecovery(req.client, login, st.now); err != nil {
		return st.show(http.StatusBadRequest, "forgot", r, view{Title: "Forgot your password?", Error: message(err)})
	}
	return next(r, "confirmForgotPassword", login)
}

func (st *site) resetPage(r *http.Request, _ *authRequest) answer {
	return st.show(http.StatusOK, "reset", r, view{Title: "Change your password"})
}

func (st *site) resetForm(r *http.Request, req *authRequest) answer {
	post := r.PostForm
	if err := st.recover(req.client, post.Get("username"), post.Get("code"), post.Get("password"), st.now); err != nil {
		return st.show(http.StatusBadRequest, "reset", r, view{Title: "Change your password", Error: message(err)})
	}
	return done(r, "reset")
}

func (st *site) changePage(r *http.Request, _ *authRequest) answer {
	if s := st.session(r); !s.replacesPassword() {
		return seeOther("login", carried(r))
	}
	return st.show(http.StatusOK, "change", r, view{Title: "Choose a password"})
}

// changeForm replaces the temporary password that the person has just signed in with.
func (st *site) changeForm(r *http.Request, req *authRequest) answer {
	s := st.session(r)
	if !s.replacesPassword() {
		return seeOther("login", carried(r))
	}
	if err := st.domain.pool.changePassword(s.user, r.PostForm.Get("password"), st.now); err != nil {
		return st.show(http.StatusBadRequest, "change", r, view{Title: "Choose a password", Error: message(err)})
	}
	return st.admitOrAsk(r, req, s.user)
}

// errorPage is where a browser ends up when there's no redirect URI to trust.
func (st *site) errorPage(r *http.Request) answer {
	reason := cmp.Or(r.URL.Query().Get("error"), "unknown error")
	return render(http.StatusBadRequest, "message", view{
		Title: "An error was encountered with the requested page.", Error: reason,
	})
}
