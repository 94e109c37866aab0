package features_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// discovered is the issuer that a pool's own document names, read where status says that it is.
func discovered(w *harness.World, object *v1alpha1.SecuredAPI) string {
	w.T.Helper()
	request, err := http.NewRequestWithContext(w.T.Context(), http.MethodGet, object.Status.Issuer+"/.well-known/openid-configuration", nil)
	if err != nil {
		w.T.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		w.T.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		w.T.Fatal(err)
	}
	var document struct{ Issuer string }
	if err := json.Unmarshal(text, &document); err != nil {
		w.T.Fatalf("%s answers %q: %v", object.Status.Issuer, text, err)
	}
	return document.Issuer
}

// status.issuer is the tokens' own, whichever the spec or somebody by hand asks for.
func TestStatusHasTheIssuerOfTheTokens(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Recipe()
	object.Spec.UserPool.Issuer = v1alpha1.IssuerUpdated
	w.Create(object)
	w.AwaitReady(object)
	updated := object.Status.Issuer
	if got := discovered(w, object); got != updated {
		t.Errorf("made with the updated issuer: the pool names %s, and status %s", got, updated)
	}
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.Issuer = "" })
	w.AwaitReady(object)
	original := object.Status.Issuer
	if got := discovered(w, object); got != original || got == updated {
		t.Errorf("back at the original one: the pool names %s, and status %s", got, original)
	}

	pool := harness.Must[*cip.DescribeUserPoolOutput](w)(w.Cognito().DescribeUserPool(t.Context(), &cip.DescribeUserPoolInput{UserPoolId: &object.Status.UserPool.ID})).UserPool
	harness.Must[*cip.UpdateUserPoolOutput](w)(w.Cognito().UpdateUserPool(t.Context(), &cip.UpdateUserPoolInput{
		UserPoolId: pool.Id, AutoVerifiedAttributes: pool.AutoVerifiedAttributes, UserPoolTags: pool.UserPoolTags,
		IssuerConfiguration: &ciptypes.IssuerConfigurationType{Type: ciptypes.IssuerTypeUpdated},
	}))
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.PasswordPolicy.MinimumLength = 12 })
	w.Eventually("status to name the issuer that somebody set by hand", func(context.Context) (bool, string) {
		w.Get(object)
		return object.Status.Issuer == updated, object.Status.Issuer
	})
}
