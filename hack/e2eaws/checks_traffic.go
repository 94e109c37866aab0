package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/hack/visitor"
)

// answer is what a caller of a route gets.
type answer struct {
	status int
	header http.Header
	body   string
}

// call sends a request as a browser on another origin does, with a token if it is not empty.
func (w *world) call(ctx context.Context, method, url, token string) (answer, error) {
	return w.callIn(ctx, "Authorization", method, url, token)
}

// callIn is call with the token in another header.
func (w *world) callIn(ctx context.Context, header, method, url, token string) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, method, url, http.NoBody)
	if err != nil {
		return answer{}, err
	}
	request.Header.Set("Origin", home)
	if token != "" {
		request.Header.Set(header, token)
	}
	if method == http.MethodOptions {
		request.Header.Set("Access-Control-Request-Method", http.MethodGet)
		request.Header.Set("Access-Control-Request-Headers", "authorization")
	}
	response, err := w.visitor.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, string(body)}, err
}

// request is one to a path of the recipe's API, and what it is to be answered with.
type request struct {
	method, path, token string
	want                int
}

// otherHeader has the token in the check of headers.
const otherHeader = "X-Auth-Token"

// tokenHeader has the user's token come in another header, and then in the usual one again.
func (w *world) tokenHeader(ctx context.Context) (finding, error) {
	name := func(header string) (string, error) {
		if err := w.edit(ctx, "notes", func(o *v1alpha1.SecuredAPI) {
			o.Spec.API = &v1alpha1.APISpec{Authorizer: &v1alpha1.AuthorizerSpec{Header: header}}
		}); err != nil {
			return "", err
		}
		o, err := w.ready(ctx, "notes")
		if err != nil {
			return "", err
		}
		return o.Status.Endpoint + "/registered", nil
	}
	url, err := name(otherHeader)
	if err != nil {
		return finding{}, err
	}
	var opened, refused answer
	asked := w.await(ctx, func() (bool, string) {
		var err error
		if opened, err = w.callIn(ctx, otherHeader, http.MethodGet, url, w.idToken); err == nil {
			refused, err = w.call(ctx, http.MethodGet, url, w.idToken)
		}
		said := fmt.Sprintf("%d with the token in %s, and %d in Authorization", opened.status, otherHeader, refused.status)
		return err == nil && opened.status == http.StatusOK && refused.status == http.StatusUnauthorized, said + because(err)
	})
	if _, err := name(""); err != nil {
		return finding{}, err
	}
	return found(asked == nil, "%d with the token in %s, and %d in Authorization", opened.status, otherHeader, refused.status)
}

// answers sends requests until each has the wanted answer. A stage and a permission take a moment to be known everywhere.
func (w *world) answers(ctx context.Context, requests ...request) ([]answer, error) {
	o, err := w.get(ctx, "notes")
	if err != nil {
		return nil, err
	}
	var all []answer
	for _, r := range requests {
		var got answer
		err := w.await(ctx, func() (bool, string) {
			got, err = w.call(ctx, r.method, o.Status.Endpoint+r.path, r.token)
			if err != nil {
				return false, err.Error()
			}
			return got.status == r.want, fmt.Sprintf("%s %s answers %d %s, want %d", r.method, r.path, got.status, got.body, r.want)
		})
		if err != nil {
			return nil, err
		}
		all = append(all, got)
	}
	return all, nil
}

// The user who signs in. The address is reserved for examples, and nothing is sent to it.
const (
	email    = "user@example.com"
	password = "Passw0rd"
)

// signIn makes a user, who signs in on the login page.
func (w *world) signIn(ctx context.Context) (finding, error) {
	o, err := w.get(ctx, "notes")
	if err != nil {
		return finding{}, err
	}
	pool := o.Status.UserPool.ID
	if _, err := w.cognito.AdminCreateUser(ctx, &cip.AdminCreateUserInput{
		UserPoolId: &pool, Username: aws.String(email), MessageAction: ciptypes.MessageActionTypeSuppress,
		UserAttributes: []ciptypes.AttributeType{{Name: aws.String("email"), Value: aws.String(email)}},
	}); err != nil {
		return finding{}, err
	}
	if _, err := w.cognito.AdminSetUserPassword(ctx, &cip.AdminSetUserPasswordInput{
		UserPoolId: &pool, Username: aws.String(email), Password: aws.String(password), Permanent: true,
	}); err != nil {
		return finding{}, err
	}
	v, err := w.open(ctx, o.Status.Client("web").LoginURL)
	if err != nil {
		return finding{}, err
	}
	if err := v.Submit(ctx, map[string]string{"username": email, "password": password}); err != nil {
		return found(false, "%v", err)
	}
	if w.idToken, err = v.Token("id_token"); err != nil {
		return found(false, "%v", err)
	}
	w.accessToken, err = v.Token("access_token")
	return found(err == nil, "the redirect has an ID token and an access token: %t", err == nil)
}

// open opens a page in a browser of its own, once it is there: a new domain takes up to a minute.
func (w *world) open(ctx context.Context, page string) (*visitor.Visitor, error) {
	v := visitor.New(home)
	return v, w.await(ctx, func() (bool, string) {
		err := v.Open(ctx, page)
		return err == nil, fmt.Sprint(err)
	})
}

// traffic calls the recipe's routes as a guest and as the user.
func (w *world) traffic(ctx context.Context) (finding, error) {
	_, err := w.answers(ctx,
		request{"GET", "/registered", "", http.StatusUnauthorized},
		request{"GET", "/registered", w.idToken, http.StatusOK},
		request{"GET", "/guest", "", http.StatusOK})
	return found(err == nil, "401 without a token, 200 with the ID token, 200 for a guest%s", because(err))
}

// because is what a finding adds about an error.
func because(err error) string {
	if err == nil {
		return ""
	}
	return ": not so, " + err.Error()
}

// preflight asks as a browser does before it sends a token.
func (w *world) preflight(ctx context.Context) (finding, error) {
	all, err := w.answers(ctx, request{http.MethodOptions, "/registered", "", http.StatusOK})
	if err != nil {
		return found(false, "%v", err)
	}
	header := all[0].header
	ok := header.Get("Access-Control-Allow-Origin") == "*" && strings.Contains(header.Get("Access-Control-Allow-Methods"), "GET") &&
		strings.Contains(strings.ToLower(header.Get("Access-Control-Allow-Headers")), "authorization")
	return found(ok, "200, origin %q, methods %q, headers %q", header.Get("Access-Control-Allow-Origin"),
		header.Get("Access-Control-Allow-Methods"), header.Get("Access-Control-Allow-Headers"))
}

// gatewayResponses looks at the headers of what API Gateway itself answers.
func (w *world) gatewayResponses(ctx context.Context) (finding, error) {
	all, err := w.answers(ctx,
		request{"GET", "/registered", "", http.StatusUnauthorized},
		request{"GET", "/registered", "no-token", http.StatusUnauthorized},
		request{"GET", "/missing", "", http.StatusForbidden})
	if err != nil {
		return found(false, "%v", err)
	}
	var origins []string
	for _, one := range all {
		origins = append(origins, one.header.Get("Access-Control-Allow-Origin"))
	}
	return found(slices.Equal(origins, []string{"*", "*", "*"}), "Access-Control-Allow-Origin of 401, 401 and 403: %q", origins)
}

// Of the extended recipe: a scope of its own, and the client that gets tokens with it.
const (
	resourceServer = "e2e"
	scopeName      = "run"
	ownScope       = resourceServer + "/" + scopeName
	jobClient      = "job"
)

// extend adds to the recipe what the following checks need: a greedy path, a guarded path below a guests' one, a path with a
// scope, and a client with the client credentials flow.
func (w *world) extend(ctx context.Context) (finding, error) {
	err := w.edit(ctx, "notes", func(o *v1alpha1.SecuredAPI) {
		jobs := w.route("/jobs", v1alpha1.AccessRegistered, "GET")
		jobs.Scopes = []string{ownScope}
		o.Spec.Routes = append(o.Spec.Routes, jobs,
			w.route("/files/{proxy+}", v1alpha1.AccessRegistered, v1alpha1.MethodAny),
			w.route("/open/{proxy+}", v1alpha1.AccessGuest, v1alpha1.MethodAny),
			w.route("/open/closed", v1alpha1.AccessRegistered, "GET"))
		o.Spec.ResourceServers = []v1alpha1.ResourceServer{{
			Identifier: resourceServer, Scopes: []v1alpha1.ResourceServerScope{{Name: scopeName}},
		}}
		o.Spec.Clients = append(o.Spec.Clients, v1alpha1.Client{
			Name: jobClient, Flows: []v1alpha1.Flow{v1alpha1.FlowClientCredentials}, Scopes: []string{ownScope},
		})
	})
	if err != nil {
		return finding{}, err
	}
	if _, err := w.ready(ctx, "notes"); err != nil {
		return finding{}, err
	}
	_, err = w.answers(ctx,
		request{http.MethodDelete, "/files/a/b", "", http.StatusUnauthorized},
		request{http.MethodDelete, "/files/a/b", w.idToken, http.StatusOK},
		request{http.MethodPut, "/open/a", "", http.StatusOK})
	return found(err == nil, "ANY on {proxy+}: 401 without a token, 200 with it, 200 for a guest%s", because(err))
}

// guardedFallback calls a method that a guarded path does not have, and the guests' path over it has.
func (w *world) guardedFallback(ctx context.Context) (finding, error) {
	_, err := w.answers(ctx,
		request{http.MethodPost, "/open/closed", "", http.StatusUnauthorized},
		request{http.MethodPost, "/open/closed", w.idToken, http.StatusMethodNotAllowed})
	return found(err == nil, "401 without a token, 405 with it%s", because(err))
}

// pathAsItCame has the function say which path it got.
func (w *world) pathAsItCame(ctx context.Context) (finding, error) {
	all, err := w.answers(ctx, request{"GET", "/files/a%2Fb", w.idToken, http.StatusOK})
	if err != nil {
		return found(false, "%v", err)
	}
	var got struct{ Path string }
	if err := json.Unmarshal([]byte(all[0].body), &got); err != nil {
		return finding{}, fmt.Errorf("the function does not answer with its path, as %s has it: %w", assumptionsFile, err)
	}
	return found(got.Path == "/files/a%2Fb", "/files/a%%2Fb arrives as %s", got.Path)
}

// writing calls a guarded path in another writing, without a token.
func (w *world) writing(ctx context.Context, path string, want int) (finding, error) {
	o, err := w.get(ctx, "notes")
	if err != nil {
		return finding{}, err
	}
	got, err := w.call(ctx, "GET", o.Status.Endpoint+path, "")
	if err != nil {
		return finding{}, err
	}
	return found(got.status == want, "GET %s answers %d", path, got.status)
}

func (w *world) encodedLiteral(ctx context.Context) (finding, error) {
	return w.writing(ctx, "/%72egistered", http.StatusForbidden)
}

func (w *world) emptySegment(ctx context.Context) (finding, error) {
	return w.writing(ctx, "/open//closed", http.StatusUnauthorized)
}

func (w *world) slashes(ctx context.Context) (finding, error) {
	return w.writing(ctx, "//registered/", http.StatusUnauthorized)
}
