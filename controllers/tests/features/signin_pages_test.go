package features_test

import (
	"net/url"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
	corev1 "k8s.io/api/core/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/visitor"
)

// signUpOnPage is the first visit of a person to the login page: sign-up, the code from the e-mail, and home with a code for tokens.
func signUpOnPage(t *testing.T, w *harness.World, object *v1alpha1.SecuredAPI, client *v1alpha1.ClientStatus) string {
	t.Helper()
	p := open(t, object, client)
	p.must(p.Follow(t.Context(), "Sign up"))
	p.must(p.Submit(t.Context(), map[string]string{"username": ada, "password": adaPassword}))
	p.must(p.Submit(t.Context(), map[string]string{"code": lastCode(t, w)}))
	return p.idToken()
}

// signInInvited is the first sign-in of an invited person, with the password of the e-mail and then another one.
func signInInvited(t *testing.T, w *harness.World, object *v1alpha1.SecuredAPI, client *v1alpha1.ClientStatus) string {
	t.Helper()
	harness.Must[*cip.AdminCreateUserOutput](w)(w.Cognito().AdminCreateUser(t.Context(), &cip.AdminCreateUserInput{
		UserPoolId: &object.Status.UserPool.ID, Username: aws.String(ada), UserAttributes: verified(),
		DesiredDeliveryMediums: []types.DeliveryMediumType{types.DeliveryMediumTypeEmail},
	}))
	p := open(t, object, client)
	if err := p.Follow(t.Context(), "Sign up"); err == nil {
		t.Error("got a link to sign up, want none")
	}
	p.must(p.Submit(t.Context(), map[string]string{"username": ada, "password": lastCode(t, w)}))
	p.must(p.Submit(t.Context(), map[string]string{"password": adaPassword}))
	return p.idToken()
}

// signInMachine is a program that knows its Secret and nothing else.
func signInMachine(t *testing.T, w *harness.World, object *v1alpha1.SecuredAPI, client *v1alpha1.ClientStatus) string {
	t.Helper()
	if want := object.Spec.Clients[0].Secret.Name; client.SecretName != want {
		t.Errorf("got the Secret %q, want %q", client.SecretName, want)
	}
	secret := &corev1.Secret{}
	secret.Namespace, secret.Name = object.Namespace, client.SecretName
	w.Get(secret)
	config := clientcredentials.Config{
		ClientID: string(secret.Data["clientID"]), ClientSecret: string(secret.Data["clientSecret"]), TokenURL: string(secret.Data["tokenURL"]),
	}
	tokens, err := config.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return tokens.AccessToken
}

// person is at the login page of a client with the flow Code, as its front end opens it.
type person struct {
	*visitor.Visitor
	t        *testing.T
	config   oauth2.Config
	verifier string
}

func open(t *testing.T, object *v1alpha1.SecuredAPI, client *v1alpha1.ClientStatus) *person {
	t.Helper()
	callback := string(object.Spec.Clients[0].CallbackURLs[0])
	p := &person{Visitor: visitor.New(origin(t, callback)), t: t, verifier: oauth2.GenerateVerifier(), config: oauth2.Config{
		ClientID: client.ID, RedirectURL: callback, Scopes: object.Spec.Clients[0].Scopes,
		Endpoint: oauth2.Endpoint{AuthURL: object.Status.Domain + "/oauth2/authorize", TokenURL: object.Status.Domain + "/oauth2/token"},
	}}
	p.must(p.Open(t.Context(), p.config.AuthCodeURL("state", oauth2.S256ChallengeOption(p.verifier))))
	return p
}

// origin is the scheme and host of a URL.
func origin(t *testing.T, of string) string {
	t.Helper()
	u, err := url.Parse(of)
	if err != nil {
		t.Fatal(err)
	}
	return u.Scheme + "://" + u.Host
}

func (p *person) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// idToken gives the code that came home for tokens.
func (p *person) idToken() string {
	p.t.Helper()
	if p.Home == nil {
		p.t.Fatalf("the visit goes on, with the fields %q; want the callback URL", p.Fields())
	}
	tokens, err := p.config.Exchange(p.t.Context(), p.Home.Query().Get("code"), oauth2.VerifierOption(p.verifier))
	p.must(err)
	id, _ := tokens.Extra("id_token").(string)
	return id
}
