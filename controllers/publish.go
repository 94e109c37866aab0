package controllers

import (
	"context"
	"net/url"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/ownership"
	"github.com/securedapi/securedapi/controllers/userpool"
)

// publish writes what people and programs need: URLs into status, ids into the Secrets of clients.
func (w *work) publish(ctx context.Context) error {
	status, urls := &w.object.Status, w.clients.URLs
	status.Endpoint, status.Domain, status.Issuer = "", "", ""
	if api := status.API; api != nil && api.Stage != "" {
		status.Endpoint = urls.API(api.ID, api.Stage)
	}
	if pool := status.UserPool; pool != nil {
		status.Issuer = urls.Issuer(pool.ID)
		if pool.DomainPrefix != "" {
			status.Domain = urls.Domain(pool.DomainPrefix)
		}
	}
	for i := range w.object.Spec.Clients {
		spec := &w.object.Spec.Clients[i]
		client := status.Client(spec.Name)
		if client == nil || !userpool.Holds(status, spec) {
			// What was published of it last still works.
			continue
		}
		client.LoginURL = loginURL(status.Domain, client.ID, spec)
		client.SecretName = ""
		if !slices.Contains(spec.Flows, v1alpha1.FlowClientCredentials) {
			continue
		}
		client.SecretName = secretName(w.object.Name, spec.Name)
		client.SecretGeneration = max(client.SecretGeneration, 1)
		err := w.secrets.publish(ctx, spec.Name, client.ID, tokenURL(status.Domain))
		if apierrors.IsNotFound(err) && client.SecretLost {
			// A new secret is on its way, with a new Secret.
			continue
		}
		if apierrors.IsNotFound(err) {
			// Deleted by hand. The next pass reads from AWS what it held, or has it replaced.
			status.ForgetVerified(userpool.PartClient(spec.Name))
			return &ownership.Lost{Resource: "Secret", ID: client.SecretName}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// maxURL is what status holds and browsers and Cognito take.
const maxURL = 8192

// loginURL opens the login page for the client's first callback URL.
// Source: Amazon Cognito Developer Guide, "Login endpoint".
func loginURL(domain, clientID string, client *v1alpha1.Client) string {
	if domain == "" || len(client.CallbackURLs) == 0 {
		return ""
	}
	responseType := "code"
	if !slices.Contains(client.Flows, v1alpha1.FlowCode) {
		responseType = "token"
	}
	query := url.Values{
		"client_id":     {clientID},
		"response_type": {responseType},
		"redirect_uri":  {string(client.CallbackURLs[0])},
	}
	if len(client.Scopes) > 0 {
		query.Set("scope", strings.Join(client.Scopes, " "))
	}
	if page := domain + "/login?" + query.Encode(); len(page) <= maxURL {
		return page
	}
	return ""
}

func tokenURL(domain string) string {
	if domain == "" {
		return ""
	}
	return domain + "/oauth2/token"
}
