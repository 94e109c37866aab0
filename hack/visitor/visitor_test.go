package visitor_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/securedapi/securedapi/hack/visitor"
)

// TestForms signs in on a page as AWS's classic one: each form is there twice, behind one that asks for something else.
func TestForms(t *testing.T) {
	const page = `<form action="/search"><input name="q"></form>
		<form action="/sign-in"><input name="_csrf" value="1"><input name="username"><input name="password"></form>
		<form action="/sign-in"><input name="_csrf" value="1"><input name="username"><input name="password"></form>`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(w, page)
			return
		}
		if r.URL.Path != "/sign-in" || r.PostFormValue("_csrf") != "1" || r.PostFormValue("username") != "ann" {
			t.Errorf("sent to %s: %v", r.URL, r.PostForm)
		}
		w.Header().Set("Location", "http://localhost:3000/callback#id_token=one&access_token=two")
		w.WriteHeader(http.StatusFound)
	}))
	defer server.Close()
	v := visitor.New("http://localhost:3000")
	if err := v.Open(t.Context(), server.URL); err != nil {
		t.Fatal(err)
	}
	if got, want := v.Fields(), []string{"_csrf", "password", "q", "username"}; !slices.Equal(got, want) {
		t.Errorf("fields %v, want %v", got, want)
	}
	if err := v.Submit(t.Context(), map[string]string{"code": "123"}); err == nil {
		t.Error("a form that is not there was sent")
	}
	if err := v.Submit(t.Context(), map[string]string{"username": "ann", "password": "secret"}); err != nil {
		t.Fatal(err)
	}
	if token, err := v.Token("access_token"); err != nil || token != "two" {
		t.Errorf("access token %q, %v", token, err)
	}
	if _, err := v.Token("code"); err == nil {
		t.Error("there is no code")
	}
}
