package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// clientToken asks the token endpoint for a token of the client credentials flow.
func (w *world) clientToken(ctx context.Context, domain, id, secret string) (status int, token string, err error) {
	form := url.Values{"grant_type": {"client_credentials"}, "scope": {ownScope}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, domain+"/oauth2/token", strings.NewReader(form.Encode()))
	if err != nil {
		return 0, "", err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(url.QueryEscape(id), url.QueryEscape(secret))
	response, err := w.visitor.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	var out struct {
		Token string `json:"access_token"`
	}
	// A refusal need not be JSON.
	_ = json.NewDecoder(response.Body).Decode(&out)
	return response.StatusCode, out.Token, nil
}

// clientCredentials gets a token with the client's secret and calls the route that asks for its scope.
func (w *world) clientCredentials(ctx context.Context) (finding, error) {
	o, err := w.get(ctx, "notes")
	if err != nil {
		return finding{}, err
	}
	id, secret, err := w.secret(ctx, "notes", jobClient)
	if err != nil {
		return finding{}, err
	}
	err = w.await(ctx, func() (bool, string) {
		status, token, err := w.clientToken(ctx, o.Status.Domain, id, secret)
		w.jobToken = token
		return token != "", fmt.Sprintf("the token endpoint answers %d, %v", status, err)
	})
	if err != nil {
		return found(false, "%v", err)
	}
	_, err = w.answers(ctx,
		request{"GET", "/jobs", w.jobToken, http.StatusOK},
		request{"GET", "/jobs", w.idToken, http.StatusUnauthorized},
		request{"GET", "/jobs", w.accessToken, http.StatusForbidden})
	return found(err == nil, "the scoped route: 200 with the client's token, 401 with an ID token, 403 without the scope%s", because(err))
}

// rotation raises the secret's generation, and sees which secrets are good meanwhile and after.
func (w *world) rotation(ctx context.Context) (finding, error) {
	o, err := w.get(ctx, "notes")
	if err != nil {
		return finding{}, err
	}
	id, former, err := w.secret(ctx, "notes", jobClient)
	if err != nil {
		return finding{}, err
	}
	if err := w.edit(ctx, "notes", func(o *v1alpha1.SecuredAPI) {
		o.Spec.Clients[1].Secret = &v1alpha1.ClientSecret{Generation: 2}
	}); err != nil {
		return finding{}, err
	}
	if _, err := w.becomes(ctx, "notes", func(o *v1alpha1.SecuredAPI) bool {
		return o.Status.Client(jobClient).SecretGeneration == 2
	}); err != nil {
		return finding{}, err
	}
	_, next, err := w.secret(ctx, "notes", jobClient)
	if err != nil || next == former {
		return finding{}, errors.Join(err, errors.New("the Secret holds the former secret"))
	}
	newer, _, err := w.clientToken(ctx, o.Status.Domain, id, next)
	if err != nil {
		return finding{}, err
	}
	older, _, err := w.clientToken(ctx, o.Status.Domain, id, former)
	if err != nil {
		return finding{}, err
	}
	took, err := w.formerRefused(ctx, id, former)
	if err != nil {
		return finding{}, err
	}
	return found(newer == http.StatusOK && older == http.StatusOK,
		"when it is published the next secret gets %d and the former one %d; the former one is refused %.1f s after its deletion",
		newer, older, took.Seconds())
}

// formerRefused waits for the end of the overlap, has the operator look again, which deletes the former secret, and waits
// until that is refused.
func (w *world) formerRefused(ctx context.Context, id, former string) (time.Duration, error) {
	o, err := w.becomes(ctx, "notes", func(o *v1alpha1.SecuredAPI) bool {
		retired := o.Status.Resource("secret/" + jobClient).Retired
		return len(retired) == 0 || time.Now().After(retired[0].Until.Time)
	})
	if err != nil {
		return 0, err
	}
	if o, err = w.lookAgain(ctx, "notes"); err != nil {
		return 0, err
	}
	began := time.Now()
	err = w.await(ctx, func() (bool, string) {
		status, _, err := w.clientToken(ctx, o.Status.Domain, id, former)
		return err == nil && status != http.StatusOK, fmt.Sprintf("the former secret is still good: %v", err)
	})
	return time.Since(began), err
}

// secretHidden describes the client whose first secret is deleted.
func (w *world) secretHidden(ctx context.Context) (finding, error) {
	o, err := w.ready(ctx, "notes")
	if err != nil {
		return finding{}, err
	}
	out, err := w.cognito.DescribeUserPoolClient(ctx, &cip.DescribeUserPoolClientInput{
		UserPoolId: &o.Status.UserPool.ID, ClientId: &o.Status.Client(jobClient).ID,
	})
	if err != nil {
		return finding{}, err
	}
	shown := out.UserPoolClient.ClientSecret != nil
	return found(!shown, "a secret is shown: %t", shown)
}

// missingSecret deletes a secret that the client does not have.
func (w *world) missingSecret(ctx context.Context) (finding, error) {
	o, err := w.get(ctx, "notes")
	if err != nil {
		return finding{}, err
	}
	client := o.Status.Client(jobClient).ID
	_, err = w.cognito.DeleteUserPoolClientSecret(ctx, &cip.DeleteUserPoolClientSecretInput{
		UserPoolId: &o.Status.UserPool.ID, ClientId: &client, ClientSecretId: aws.String(client + "--1700000000000"),
	})
	refusal, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return found(false, "no refusal: %v", err)
	}
	return found(refusal.ErrorCode() == "ResourceNotFoundException", "%s: %s", refusal.ErrorCode(), refusal.ErrorMessage())
}
