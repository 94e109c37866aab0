package features_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// answerTo is the status of an answer, and the headers that a browser may send as the answer says.
func answerTo(t *testing.T, method, url, header, token string) (status int, allowed string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		request.Header.Set(header, token)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.StatusCode, answer.Header.Get("Access-Control-Allow-Headers")
}

// The header of the spec opens the routes, and no other does: with clients Own of one object, and with Any of another.
func TestTheTokenComesInAHeaderOfItsOwn(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	owner, user := ready(w)
	register(w, owner)
	for _, object := range []*v1alpha1.SecuredAPI{owner, user} {
		token, url := *tokensAt(w, object, "web").IdToken, object.Status.Endpoint+object.Spec.Routes[0].Path
		method := string(object.Spec.Routes[0].Methods[0])
		opens := func(header string, want int) {
			t.Helper()
			w.Eventually("the answer to a token in "+header, func(context.Context) (bool, string) {
				got, allowed := answerTo(t, method, url, header, token)
				return got == want && (got == http.StatusOK || strings.Contains(allowed, "X-Auth-Token")), fmt.Sprint(object.Name, got, allowed)
			})
		}
		w.Update(object, func(o *v1alpha1.SecuredAPI) {
			if o.Spec.API == nil {
				o.Spec.API = &v1alpha1.APISpec{}
			}
			if o.Spec.API.Authorizer == nil {
				o.Spec.API.Authorizer = &v1alpha1.AuthorizerSpec{}
			}
			o.Spec.API.Authorizer.Header = "X-Auth-Token"
		})
		w.AwaitReady(object)
		opens("X-Auth-Token", http.StatusOK)
		opens("x-auth-token", http.StatusOK)
		opens("Authorization", http.StatusUnauthorized)
		if got, allowed := answerTo(t, http.MethodOptions, url, "", ""); got != http.StatusOK || !strings.Contains(allowed, ",X-Auth-Token") {
			t.Errorf("%s: got %d and the headers %s of a preflight, want the token's header among them", object.Name, got, allowed)
		}
	}
}
