package frontend

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

const (
	attemptCookie = "demo-attempt" // state, nonce and verifier of a sign-in that was begun

	attemptLifetime = 10 * time.Minute
)

// signIn begins authorization code with PKCE (RFC 7636). The cookie ties what comes back to this browser (state), to
// this attempt (nonce), and the code to us (verifier).
func (a *app) signIn(w http.ResponseWriter, r *http.Request) {
	state, nonce, verifier := rand.Text(), rand.Text(), oauth2.GenerateVerifier()
	attempt := url.Values{"state": {state}, "nonce": {nonce}, "verifier": {verifier}}
	setCookie(w, attemptCookie, attempt.Encode(), attemptLifetime)
	http.Redirect(w, r, a.oauth.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)), http.StatusFound)
}

// finishSignIn is where the login pages lead back to.
func (a *app) finishSignIn(w http.ResponseWriter, r *http.Request) {
	setCookie(w, attemptCookie, "", 0) // good for one answer, right or wrong
	raw, err := a.exchange(r)
	if err != nil {
		http.Error(w, "The sign-in failed: "+err.Error(), http.StatusBadRequest)
		return
	}
	setCookie(w, sessionCookie, raw, time.Hour)
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// exchange turns a code into a verified ID token.
func (a *app) exchange(r *http.Request) (string, error) {
	cookie, err := r.Cookie(attemptCookie)
	if err != nil {
		return "", errors.New("this browser began none, or too long ago")
	}
	attempt, err := url.ParseQuery(cookie.Value)
	if err != nil {
		return "", err
	}
	query := r.URL.Query()
	if state := attempt.Get("state"); state == "" || state != query.Get("state") {
		return "", errors.New("the state is that of another attempt")
	}
	if reason := query.Get("error"); reason != "" {
		return "", errors.New(reason)
	}
	tokens, err := a.oauth.Exchange(r.Context(), query.Get("code"), oauth2.VerifierOption(attempt.Get("verifier")))
	if err != nil {
		return "", fmt.Errorf("exchange the code: %w", err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	token, err := a.verify(r.Context(), raw)
	if err != nil {
		return "", err
	}
	if token.Nonce != attempt.Get("nonce") {
		return "", errors.New("the ID token's nonce is that of another attempt")
	}
	return raw, nil
}
