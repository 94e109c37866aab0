package outputs_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/kube/outputs"
)

const (
	issuer = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEf"
	domain = "https://notes-beta.auth.us-east-1.amazoncognito.com"
	login  = domain + "/login?client_id=1&response_type=code"
)

// published is what status publishes of an object with everything.
func published(clients ...v1alpha1.ClientStatus) *v1alpha1.SecuredAPIStatus {
	return &v1alpha1.SecuredAPIStatus{
		Region: "us-east-1", Issuer: issuer, Domain: domain, Endpoint: "https://abc.execute-api.us-east-1.amazonaws.com/beta",
		UserPool: &v1alpha1.UserPoolStatus{ID: "us-east-1_AbCdEf"}, Clients: clients,
	}
}

func TestOf(t *testing.T) {
	web := v1alpha1.ClientStatus{Name: "web", ID: "1", LoginURL: login}
	job := v1alpha1.ClientStatus{Name: "nightly-job", ID: "2", SecretName: "notes-nightly-job"}
	pool := map[string]string{
		"REGION": "us-east-1", "USER_POOL_ID": "us-east-1_AbCdEf", "ISSUER": issuer, "JWKS_URI": issuer + "/.well-known/jwks.json",
	}
	pages := map[string]string{
		"DOMAIN": domain, "AUTHORIZE_URL": domain + "/oauth2/authorize", "TOKEN_URL": domain + "/oauth2/token",
		"LOGIN_URL": domain + "/login", "LOGOUT_URL": domain + "/logout",
	}
	api := map[string]string{"ENDPOINT": "https://abc.execute-api.us-east-1.amazonaws.com/beta"}
	for _, tc := range []struct {
		reason  string
		status  *v1alpha1.SecuredAPIStatus
		secrets map[string]string
		want    []map[string]string
	}{
		{"nothing is known yet", &v1alpha1.SecuredAPIStatus{}, nil, nil},
		{"only the Region is known", &v1alpha1.SecuredAPIStatus{Region: "us-east-1"}, nil, []map[string]string{{"REGION": "us-east-1"}}},
		{
			"a domain that is not published has no URL, nor has its login page",
			func() *v1alpha1.SecuredAPIStatus {
				status := published(v1alpha1.ClientStatus{Name: "web", ID: "1"})
				status.Domain = ""
				return status
			}(), nil,
			[]map[string]string{pool, api, {"CLIENT_ID": "1", "CLIENT_ID_WEB": "1"}},
		},
		{"an object without clients", published(), nil, []map[string]string{pool, pages, api}},
		{"the only client is named twice", published(web), nil, []map[string]string{
			pool, pages, api, {"CLIENT_ID": "1", "CLIENT_ID_WEB": "1", "LOGIN_URL_WEB": login},
		}},
		{"of two clients none is the only one", published(web, job), nil, []map[string]string{
			pool, pages, api, {"CLIENT_ID_WEB": "1", "LOGIN_URL_WEB": login, "CLIENT_ID_NIGHTLY_JOB": "2"},
		}},
		{"a Secret has the secrets of those that have one", published(web, job), map[string]string{"nightly-job": "s3cret"}, []map[string]string{
			pool, pages, api, {
				"CLIENT_ID_WEB": "1", "LOGIN_URL_WEB": login, "CLIENT_ID_NIGHTLY_JOB": "2", "CLIENT_SECRET_NIGHTLY_JOB": "s3cret",
			},
		}},
		{"the only client's secret stands beside its id", published(job), map[string]string{"nightly-job": "s3cret"}, []map[string]string{
			pool, pages, api, {
				"CLIENT_ID": "2", "CLIENT_SECRET": "s3cret", "CLIENT_ID_NIGHTLY_JOB": "2", "CLIENT_SECRET_NIGHTLY_JOB": "s3cret",
			},
		}},
		{"a secret that is lost is left out", published(job), map[string]string{"nightly-job": ""}, []map[string]string{
			pool, pages, api, {"CLIENT_ID": "2", "CLIENT_ID_NIGHTLY_JOB": "2"},
		}},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			got, err := outputs.Of(tc.status, tc.secrets)
			if err != nil {
				t.Fatal(err)
			}
			file := got[outputs.ConfigKey]
			delete(got, outputs.ConfigKey)
			want := map[string]string{}
			for _, part := range tc.want {
				maps.Copy(want, part)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("keys and values (-want +got):\n%s", diff)
			}
			for key := range got {
				if wrong := validation.IsEnvVarName(key); len(wrong) > 0 {
					t.Errorf("%s is no name of an environment variable: %v", key, wrong)
				}
			}
			if strings.Contains(file, "s3cret") {
				t.Errorf("a front end's file has a secret:\n%s", file)
			}
		})
	}
}

func TestConfigFile(t *testing.T) {
	values, err := outputs.Of(published(
		v1alpha1.ClientStatus{Name: "web", ID: "1", LoginURL: login}, v1alpha1.ClientStatus{Name: "nightly-job", ID: "2"},
	), nil)
	if err != nil {
		t.Fatal(err)
	}
	file := values[outputs.ConfigKey]
	if !strings.Contains(file, login) {
		t.Errorf("want the URL as people write it, %s, in:\n%s", login, file)
	}
	var got any
	if err := json.Unmarshal([]byte(file), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"region": "us-east-1", "userPoolID": "us-east-1_AbCdEf", "issuer": issuer, "jwksURI": issuer + "/.well-known/jwks.json",
		"domain": domain, "authorizeURL": domain + "/oauth2/authorize", "tokenURL": domain + "/oauth2/token",
		"loginURL": domain + "/login", "logoutURL": domain + "/logout", "endpoint": "https://abc.execute-api.us-east-1.amazonaws.com/beta",
		"clients": map[string]any{"web": map[string]any{"id": "1", "loginURL": login}, "nightly-job": map[string]any{"id": "2"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", outputs.ConfigKey, diff)
	}
}

// What a client's name may be, the CRD says.
func TestNoTwoClientsShareAKey(t *testing.T) {
	names := []string{"a", "a-b", "a--b", "ab", "a-b-c", "id", "secret", "id-a", "secret-a", "url", "0", "client-id"}
	var clients []v1alpha1.ClientStatus
	secrets := map[string]string{}
	for _, name := range names {
		clients = append(clients, v1alpha1.ClientStatus{Name: name, ID: "id of " + name, LoginURL: "page of " + name})
		secrets[name] = "secret of " + name
	}
	bare, err := outputs.Of(published(), nil)
	if err != nil {
		t.Fatal(err)
	}
	values, err := outputs.Of(published(clients...), secrets)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(values), len(bare)+3*len(names); got != want {
		t.Errorf("got %d keys, want %d: %v", got, want, values)
	}
}
