package features_test

import (
	"net/http"
	"strings"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"golang.org/x/oauth2"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/awslocal/cognito"
	"github.com/securedapi/securedapi/hack/awslocal/openid"
	"github.com/securedapi/securedapi/hack/awslocal/samlidp"
	"github.com/securedapi/securedapi/hack/visitor"
)

// provider is a provider of a sample, which the test is.
type provider struct {
	network http.RoundTripper
	// saml is the provider, if it is one of SAML.
	saml *samlidp.Provider
	// prepare is done before the object is made, and register once its pool is there.
	prepare, register func(*harness.World, *v1alpha1.SecuredAPI)
}

func atOpenID(issuer, clientID string) func(*testing.T) provider {
	return func(t *testing.T) provider {
		t.Helper()
		p, err := openid.Start(issuer, "ada-1", "www.googleapis.com")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.Close)
		p.ClientID, p.ClientSecret = clientID, "replace-me"
		p.Claims["email"] = ada
		nothing := func(*harness.World, *v1alpha1.SecuredAPI) {}
		return provider{p, nil, nothing, nothing}
	}
}

// atSAML has its metadata, with its key, in place of the sample's. It knows the pool by the addresses of the documentation, and by the
// certificates that Cognito tells.
func atSAML(t *testing.T) provider {
	t.Helper()
	p, err := samlidp.Start("https://saml.example.com", "ada-1")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	p.Attributes["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"] = ada
	return provider{p, p, func(w *harness.World, object *v1alpha1.SecuredAPI) {
		metadata := &corev1.ConfigMap{}
		if err := w.Client.Get(t.Context(), client.ObjectKey{Namespace: object.Namespace, Name: "archive-saml"}, metadata); err != nil {
			t.Fatal(err)
		}
		metadata.Data["metadata.xml"] = harness.Must[string](w)(p.Metadata())
		if err := w.Client.Update(t.Context(), metadata); err != nil {
			t.Fatal(err)
		}
	}, func(w *harness.World, object *v1alpha1.SecuredAPI) {
		p.EntityID, p.AnswerTo = "urn:amazon:cognito:sp:"+object.Status.UserPool.ID, object.Status.Domain+"/saml2/idpresponse"
		p.Signs = *harness.Must[*cip.GetSigningCertificateOutput](w)(w.Cognito().GetSigningCertificate(t.Context(), &cip.GetSigningCertificateInput{
			UserPoolId: &object.Status.UserPool.ID,
		})).Certificate
		p.EncryptTo = detail(w, object, "Staff", "ActiveEncryptionCertificate")
	}}
}

// A user signs in at the provider of a sample, which the test is, and calls the guarded route.
func TestAUserSignsInAtTheProviderOfTheSample(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		sample string
		start  func(*testing.T) provider
		// link is the one on the login page; "" for a client without the page, whose only provider it is.
		link, path, name string
	}{
		{"google", atOpenID("https://accounts.google.com", "1234567890.apps.googleusercontent.com"), "", "/books", "Google_ada-1"},
		{"oidc", atOpenID("https://login.example.com", "reading-room"), "Continue with Staff", "/loans", "Staff_ada-1"},
		{"saml", atSAML, "Continue with Staff", "/orders", "Staff_ada-1"},
	} {
		t.Run(tc.sample, func(t *testing.T) {
			t.Parallel()
			provider := tc.start(t)
			w := harness.NewWorld(t, harness.ResyncNever, awslocal.WithCognito(cognito.WithNetwork(provider.network)))
			object := w.Sample(tc.sample)
			object.Spec.Routes[0].Backend.Lambda.Function = "RegisteredHandler"
			provider.prepare(w, object)
			w.Create(object)
			w.AwaitReady(object)
			provider.register(w, object)
			v := visitor.New("http://localhost:3000").Through(provider.network)
			if err := v.Open(t.Context(), object.Status.Clients[0].LoginURL); err != nil && tc.link != "" {
				t.Fatal(err)
			}
			if tc.link != "" {
				if err := v.Follow(t.Context(), tc.link); err != nil {
					t.Fatal(err)
				}
			} else if err := v.Open(t.Context(), strings.Replace(object.Status.Clients[0].LoginURL, "/login?", "/oauth2/authorize?", 1)); err != nil {
				t.Fatal(err)
			}
			if v.Home == nil { // the provider's form, which a browser with scripts sends by itself
				if err := v.Submit(t.Context(), nil); err != nil {
					t.Fatal(err)
				}
			}
			if v.Home == nil || v.Home.Query().Get("code") == "" {
				t.Fatalf("got home to %v, want a code", v.Home)
			}
			token := redeem(t, object, v.Home.Query().Get("code"))
			if got := callWith(t, http.MethodGet, object.Status.Endpoint+tc.path, token); got != http.StatusOK {
				t.Errorf("with the user's ID token: got %d, want %d", got, http.StatusOK)
			}
			user := harness.Must[*cip.AdminGetUserOutput](w)(w.Cognito().AdminGetUser(t.Context(), &cip.AdminGetUserInput{
				UserPoolId: &object.Status.UserPool.ID, Username: &tc.name,
			}))
			if user.UserStatus != types.UserStatusTypeExternalProvider {
				t.Errorf("got the user %+v, want one of a provider", user)
			}
		})
	}
}

// The sample's own metadata, which has no key, is enough for all but the sign-in.
func TestTheSampleOfSAMLIsMade(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Sample("saml")
	object.Spec.Routes[0].Backend.Lambda.Function = "RegisteredHandler"
	w.Create(object)
	w.AwaitReady(object)
	if got := detail(w, object, "Staff", "SSORedirectBindingURI"); got != "https://saml.example.com/sso" {
		t.Errorf("got %q, want where the metadata says that users sign in", got)
	}
}

// redeem exchanges a code for an ID token, as the sample's front end would.
func redeem(t *testing.T, object *v1alpha1.SecuredAPI, code string) string {
	t.Helper()
	config := oauth2.Config{
		ClientID: object.Status.Clients[0].ID, RedirectURL: string(object.Spec.Clients[0].CallbackURLs[0]),
		Endpoint: oauth2.Endpoint{TokenURL: object.Status.Domain + "/oauth2/token", AuthStyle: oauth2.AuthStyleInParams},
	}
	token, err := config.Exchange(t.Context(), code)
	if err != nil {
		t.Fatal(err)
	}
	id, _ := token.Extra("id_token").(string)
	return id
}
