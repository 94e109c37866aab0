// Package outputs says what programs and front ends read of a SecuredAPI: the keys of the ConfigMap and the Secret of spec.outputs.
// It is pure, and knows nothing but what status publishes: what status does not have is left out.
package outputs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// ConfigKey is the key whose value is a front end's config file. All other keys are names of environment variables.
const ConfigKey = "config.json"

// config is the content of ConfigKey. It never has a secret, wherever it is: it is for front ends.
type config struct {
	Region       string                  `json:"region,omitempty"`
	UserPoolID   string                  `json:"userPoolID,omitempty"`
	Issuer       string                  `json:"issuer,omitempty"`
	JWKSURI      string                  `json:"jwksURI,omitempty"`
	Domain       string                  `json:"domain,omitempty"`
	AuthorizeURL string                  `json:"authorizeURL,omitempty"`
	TokenURL     string                  `json:"tokenURL,omitempty"`
	LoginURL     string                  `json:"loginURL,omitempty"`
	LogoutURL    string                  `json:"logoutURL,omitempty"`
	Endpoint     string                  `json:"endpoint,omitempty"`
	Clients      map[string]configClient `json:"clients,omitempty"`
}

type configClient struct {
	ID       string `json:"id"`
	LoginURL string `json:"loginURL,omitempty"`
}

// Of returns the values by their keys. The secrets, by the names of clients, are those for a Secret; a ConfigMap has none.
//
// No two clients share a key: a client's name has lower-case letters, digits and hyphens, and no underscore.
func Of(status *v1alpha1.SecuredAPIStatus, secrets map[string]string) (map[string]string, error) {
	file := config{Region: status.Region, Issuer: status.Issuer, Domain: status.Domain, Endpoint: status.Endpoint}
	if pool := status.UserPool; pool != nil {
		file.UserPoolID = pool.ID
	}
	if file.Issuer != "" {
		file.JWKSURI = file.Issuer + "/.well-known/jwks.json"
	}
	if file.Domain != "" {
		// Source: Amazon Cognito Developer Guide, "User pool endpoints and managed login reference".
		file.AuthorizeURL, file.TokenURL = file.Domain+"/oauth2/authorize", TokenURL(file.Domain)
		file.LoginURL, file.LogoutURL = file.Domain+"/login", file.Domain+"/logout"
	}
	values := map[string]string{
		"REGION": file.Region, "USER_POOL_ID": file.UserPoolID, "ISSUER": file.Issuer, "JWKS_URI": file.JWKSURI,
		"DOMAIN": file.Domain, "AUTHORIZE_URL": file.AuthorizeURL, "TOKEN_URL": file.TokenURL,
		"LOGIN_URL": file.LoginURL, "LOGOUT_URL": file.LogoutURL, "ENDPOINT": file.Endpoint,
	}
	for i := range status.Clients {
		client := &status.Clients[i]
		if file.Clients == nil {
			file.Clients = map[string]configClient{}
		}
		file.Clients[client.Name] = configClient{client.ID, client.LoginURL}
		name := variable(client.Name)
		values["CLIENT_ID_"+name], values["LOGIN_URL_"+name] = client.ID, client.LoginURL
		values["CLIENT_SECRET_"+name] = secrets[client.Name]
		if len(status.Clients) == 1 {
			values["CLIENT_ID"], values["CLIENT_SECRET"] = client.ID, secrets[client.Name]
		}
	}
	for key, value := range values {
		if value == "" {
			delete(values, key)
		}
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(file); err != nil {
		return nil, fmt.Errorf("write %s: %w", ConfigKey, err)
	}
	values[ConfigKey] = text.String()
	return values, nil
}

// variable is a client's name as a part of an environment variable's.
func variable(client string) string { return strings.ToUpper(strings.ReplaceAll(client, "-", "_")) }

// TokenURL is where programs get tokens, if there is a domain.
func TokenURL(domain string) string {
	if domain == "" {
		return ""
	}
	return domain + "/oauth2/token"
}
