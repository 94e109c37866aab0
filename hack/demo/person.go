package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/securedapi/securedapi/hack/visitor"
)

// signUp signs a person up, who then signs in with the new password in another browser.
func (d *demo) signUp(ctx context.Context) error {
	d.title("Someone signs up, through the login pages")
	v := visitor.New(d.origin)
	if err := v.Open(ctx, d.loginURL()); err != nil {
		return err
	}
	if err := v.Follow(ctx, "Sign up"); err != nil {
		return err
	}
	if err := v.Submit(ctx, map[string]string{"username": email, "password": password}); err != nil {
		return fmt.Errorf("sign up: %w", err)
	}
	mail := d.world.aws.Cognito.Messages(email)
	if len(mail) != 1 {
		return fmt.Errorf("%d messages to %s, want one", len(mail), email)
	}
	d.sayf("signs up     %s", email)
	d.sayf("gets mail    %s", mail[0].Body)
	if err := v.Submit(ctx, map[string]string{"code": mail[0].Code}); err != nil {
		return fmt.Errorf("confirm: %w", err)
	}
	if _, err := v.Token("id_token"); err != nil {
		return fmt.Errorf("confirm: %w", err)
	}
	d.sayf("confirms     and is back at %s%s", v.Home.Host, v.Home.Path)

	again := visitor.New(d.origin)
	if err := again.Open(ctx, d.loginURL()); err != nil {
		return err
	}
	if err := again.Submit(ctx, map[string]string{"username": email, "password": password}); err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	var err error
	if d.token, err = again.Token("id_token"); err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	d.sayf("signs in     elsewhere, and has the ID token in the redirect's fragment")
	return nil
}

// callRoutes calls each route as a stranger, and as the person who signed in.
func (d *demo) callRoutes(ctx context.Context) error {
	d.title("The routes")
	for _, c := range []struct {
		path, as, token string
		want            int
	}{
		{"/registered", "without a token", "", http.StatusUnauthorized},
		{"/registered", "with the ID token", d.token, http.StatusOK},
		{"/guest", "without a token", "", http.StatusOK},
	} {
		status, body, err := get(ctx, d.object.Status.Endpoint+c.path, c.token)
		if err != nil {
			return err
		}
		d.sayf("GET %-12s %-18s %d  %s", c.path, c.as, status, body)
		if status != c.want {
			return fmt.Errorf("GET %s %s answered %d, want %d", c.path, c.as, status, c.want)
		}
	}
	return nil
}

// get calls a route.
func get(ctx context.Context, url, token string) (status int, body string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return 0, "", err
	}
	if token != "" {
		request.Header.Set("Authorization", token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, strings.TrimSpace(string(text)), err
}
