package userpool

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

const (
	useURL     = "https://example.com/terms"
	privacyURL = "https://example.com/privacy"
)

func withTerms(spec *v1alpha1.SecuredAPISpec) {
	managed(spec)
	spec.Clients[0].Terms = &v1alpha1.Terms{
		TermsOfUse: map[string]v1alpha1.Link{"default": useURL, "spanish": useURL + "/es"}, PrivacyPolicy: map[string]v1alpha1.Link{"default": privacyURL},
	}
}

// documents are the links of the pool's documents by name, of a single client.
func (w *world) documents() map[string]map[string]string {
	w.Helper()
	links := map[string]map[string]string{}
	for _, one := range must[cip.ListTermsOutput](w)(w.cip.ListTerms(w.Context(), &cip.ListTermsInput{UserPoolId: w.id(NamePool)})).Terms {
		terms := must[cip.DescribeTermsOutput](w)(w.cip.DescribeTerms(w.Context(), &cip.DescribeTermsInput{UserPoolId: w.id(NamePool), TermsId: one.TermsId})).Terms
		links[*terms.TermsName] = terms.Links
	}
	return links
}

func TestTerms(t *testing.T) {
	w := newWorld(t, managed)
	w.converge()
	withTerms(&w.object.Spec)
	const made = "+ terms/web/termsOfUse default " + useURL + ", spanish " + useURL + "/es; + terms/web/privacyPolicy default " + privacyURL
	if diff := cmp.Diff(made, w.converge()); diff != "" {
		t.Error(diff)
	}
	w.object.Spec.Clients[0].Terms.TermsOfUse = map[string]v1alpha1.Link{"default": useURL + "/2", "german": useURL + "/de"}
	const edited = "~ terms/web/termsOfUse.default: " + useURL + " -> " + useURL + `/2; ~ terms/web/termsOfUse.german: "" -> ` + useURL +
		"/de; ~ terms/web/termsOfUse.spanish: " + useURL + `/es -> ""`
	if diff := cmp.Diff(edited, w.converge()); diff != "" {
		t.Error(diff)
	}
	if todo := w.converge(whole); todo != "" {
		t.Errorf("got %s, want nothing left to do", todo)
	}
	want := map[string]map[string]string{
		"terms-of-use":   {"cognito:default": useURL + "/2", "cognito:german": useURL + "/de"},
		"privacy-policy": {"cognito:default": privacyURL},
	}
	if diff := cmp.Diff(want, w.documents()); diff != "" {
		t.Errorf("documents in Cognito (-want +got):\n%s", diff)
	}
	w.object.Spec.Clients[0].Terms = nil
	w.converge()
	if got := w.documents(); len(got) != 0 {
		t.Errorf("got %v, want no documents", got)
	}
}

// A creation in doubt is not made twice, and what somebody made in its place becomes the wanted one.
func TestTermsAreFoundAgain(t *testing.T) {
	for _, fault := range []struct {
		reason string
		inject func(*world)
	}{
		{"the answer is lost", func(w *world) { w.loseReply("CreateTerms") }},
		{"the call is lost", func(w *world) { w.cut("CreateTerms") }},
		{"AWS refuses", func(w *world) { w.refuse("CreateTerms", "TooManyRequestsException") }},
	} {
		w := newWorld(t, withTerms)
		fault.inject(w)
		if err := w.apply(); err == nil {
			t.Errorf("%s: want an error", fault.reason)
		}
		w.pause(2 * grace)
		w.converge()
		if got := w.documents(); len(got) != 2 {
			t.Errorf("%s: got %v, want two documents", fault.reason, got)
		}
		if todo := w.converge(whole); todo != "" {
			t.Errorf("%s: got %s, want nothing left to do", fault.reason, todo)
		}
	}
	w := newWorld(t, managed)
	w.converge()
	must[cip.CreateTermsOutput](w)(w.cip.CreateTerms(w.Context(), &cip.CreateTermsInput{
		UserPoolId: w.id(NamePool), ClientId: w.id("client/web"), TermsName: aws.String("privacy-policy"),
		TermsSource: "LINK", Enforcement: "NONE", Links: map[string]string{"cognito:default": useURL},
	}))
	withTerms(&w.object.Spec)
	w.converge()
	if got := w.documents()["privacy-policy"]["cognito:default"]; got != privacyURL {
		t.Errorf("got %s, want %s", got, privacyURL)
	}
}
