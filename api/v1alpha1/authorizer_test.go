package v1alpha1_test

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// Headers that cannot have a token, each for the reason that the message gives: API Gateway's developer guide, "Important notes" (REST), and
// "Reserved headers" (HTTP); the Fetch standard, "forbidden request-header".
func TestHeadersThatCannotHaveAToken(t *testing.T) {
	for _, tc := range []struct{ reason, headers string }{
		{"", "Authorization authorization X-Auth-Token Token X-My-Host Hosts Viable Secret Proxied X-Requested-With X-Access-Token A"},
		{"may hold only letters, digits and hyphens", "X_Token 1-Token -Token X.Token Tok$en X-Tokén X'Token X,Token Bearer: Tok/en"},
		{
			"API Gateway drops, overwrites or renames", "Accept Accept-Charset Accept-Encoding Age Connection Content-Encoding Content-Length Content-MD5 " +
				"Content-Type Date Expect HOST host Keep-Alive Max-Forwards Pragma Proxy-Authenticate Proxy-Authorization Range Referer Server TE Trailer " +
				"Transfer-Encoding Upgrade User-Agent Via Warn WWW-Authenticate",
		},
		{
			"browsers set by themselves", "Cookie cookie Cookie2 Set-Cookie Origin DNT Sec-Fetch-Mode Access-Control-Request-Headers",
		},
		{"AWS reads or writes", "X-Api-Key x-api-key X-Amz-Date X-Amzn-Trace-Id X-Forwarded-For Forwarded apigw-requestid"},
	} {
		for header := range strings.FieldsSeq(tc.headers) {
			o := &v1alpha1.SecuredAPI{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "header"}}
			o.Spec.Domain = &v1alpha1.DomainSpec{Prefix: "header"}
			o.Spec.API = &v1alpha1.APISpec{Authorizer: &v1alpha1.AuthorizerSpec{Header: header}}
			err := kube.Create(t.Context(), o, client.DryRunAll)
			if tc.reason == "" && err != nil {
				t.Errorf("%s: got %v, want it accepted", header, err)
			}
			if tc.reason != "" && (err == nil || !strings.Contains(err.Error(), "spec.api.authorizer.header") || !strings.Contains(err.Error(), tc.reason)) {
				t.Errorf("%s: got %v, want it refused because %s", header, err, tc.reason)
			}
		}
	}
}
