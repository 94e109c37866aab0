package features_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/awslocal/cognito"
	"github.com/securedapi/securedapi/hack/visitor"
)

// The sample of managed pages, applied as it is. A user signs in on them and calls the guarded route, and the style follows its
// ConfigMap.
func TestAUserSignsInOnTheManagedPagesOfTheSample(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Sample("managed")
	object.Spec.Routes[0].Backend.Lambda.Function = "RegisteredHandler"
	w.Create(object)
	w.AwaitReady(object)
	pool := &object.Status.UserPool.ID
	harness.Must[*cip.AdminCreateUserOutput](w)(w.Cognito().AdminCreateUser(t.Context(), &cip.AdminCreateUserInput{
		UserPoolId: pool, Username: aws.String(ada), UserAttributes: verified(),
	}))
	harness.Must[*cip.AdminSetUserPasswordOutput](w)(w.Cognito().AdminSetUserPassword(t.Context(), &cip.AdminSetUserPasswordInput{
		UserPoolId: pool, Username: aws.String(ada), Password: aws.String(adaPassword), Permanent: true,
	}))
	v := visitor.New("http://localhost:3000")
	if err := v.Open(t.Context(), object.Status.Clients[0].LoginURL); err != nil {
		t.Fatal(err)
	}
	if err := v.Submit(t.Context(), map[string]string{"username": ada, "password": adaPassword}); err != nil {
		t.Fatal(err)
	}
	if v.Home == nil || v.Home.Query().Get("code") == "" {
		t.Fatalf("got home to %v, want a code", v.Home)
	}
	if got := callWith(t, http.MethodGet, object.Status.Endpoint+"/pictures", redeem(t, object, v.Home.Query().Get("code"))); got != http.StatusOK {
		t.Errorf("with the user's ID token: got %d, want %d", got, http.StatusOK)
	}

	style := func(ctx context.Context) string {
		out := harness.Must[*cip.DescribeManagedLoginBrandingByClientOutput](w)(w.Cognito().DescribeManagedLoginBrandingByClient(ctx, &cip.DescribeManagedLoginBrandingByClientInput{
			UserPoolId: pool, ClientId: &object.Status.Clients[0].ID,
		}))
		if out.ManagedLoginBranding.Settings == nil {
			// Between two requests it is Cognito's own.
			return ""
		}
		text, err := out.ManagedLoginBranding.Settings.MarshalSmithyDocument()
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(string(text), len(out.ManagedLoginBranding.Assets))
	}
	sample := `{"categories":{"global":{"colorSchemeMode":"DARK","pageHeader":{"enabled":true}}},"components":{"pageHeader":{"logo":{"enabled":true}},` +
		`"primaryButton":{"darkMode":{"defaults":{"backgroundColor":"ffb454ff","textColor":"1b1300ff"}}}}}1`
	if diff := cmp.Diff(sample, style(t.Context())); diff != "" {
		t.Errorf("the style and its image (-want +got):\n%s", diff)
	}
	configMap := &corev1.ConfigMap{}
	if err := w.Client.Get(t.Context(), client.ObjectKey{Namespace: w.Namespace, Name: "gallery-style"}, configMap); err != nil {
		t.Fatal(err)
	}
	configMap.Data["settings.json"] = `{"categories": {"global": {"colorSchemeMode": "DYNAMIC"}}}`
	if err := w.Client.Update(t.Context(), configMap); err != nil {
		t.Fatal(err)
	}
	w.Eventually("the style to follow its ConfigMap", func(ctx context.Context) (bool, string) {
		got := style(ctx)
		return strings.Contains(got, "DYNAMIC"), got
	})
}

// A login URL is published once the client has a style: the pages do not work before.
func TestAManagedPageIsPublishedWithItsStyle(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Recipe()
	object.Spec.Domain.Pages = v1alpha1.PagesManaged
	w.AWS.Inject(awslocal.Fault{
		Operation: "CreateManagedLoginBranding", Kind: awslocal.RefuseBefore, Times: 1,
		Code: "LimitExceededException", Message: "Too many styles", Status: http.StatusBadRequest,
	})
	w.Create(object)
	w.AwaitStalled(object, v1alpha1.ReasonLimitReached)
	if page := object.Status.Clients[0].LoginURL; page != "" || object.Status.Domain != "" {
		t.Errorf("got the page %q and the domain %q, want none without a style", page, object.Status.Domain)
	}
	w.AskNow(object)
	w.AwaitReady(object)
	if got := w.StatusCode(object.Status.Clients[0].LoginURL); got != http.StatusOK {
		t.Errorf("the login page answers %d, want %d", got, http.StatusOK)
	}
}

// The prefix serves until the custom domain does, and status says which record a person has to make.
func TestACustomDomainIsPublishedOnceItIsActive(t *testing.T) {
	t.Parallel()
	const creating = 20 * time.Second
	m := harness.NewStepperOnOneClock(t, awslocal.WithCognito(cognito.WithDomainDelay(creating)))
	m.Permit("custom-domains", nil)
	object := m.Create(m.Recipe())
	m.RunUntil(object, m.Ready(object))
	m.Update(object, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Domain.Custom = &v1alpha1.CustomDomain{
			Name: "auth.example.com", CertificateARN: "arn:aws:acm:us-east-1:111111111111:certificate/a",
		}
	})
	withheld := false
	m.RunUntil(object, func() bool {
		m.Get(object)
		domains := meta.FindStatusCondition(object.Status.Conditions, v1alpha1.ConditionDomainsReady)
		if domains != nil && domains.Status == "False" {
			withheld = true
			if len(object.Status.DNSRecords) != 1 || !strings.Contains(object.Status.Clients[0].LoginURL, "notes-beta") {
				t.Errorf("got the records %v and the page %q, want one record, and the prefix's page", object.Status.DNSRecords, object.Status.Clients[0].LoginURL)
			}
		}
		return domains != nil && domains.Status == "True"
	})
	if !withheld {
		t.Error("got the domain at once, want it withheld while it is CREATING")
	}
	page, record := object.Status.Clients[0].LoginURL, object.Status.DNSRecords[0]
	if !strings.Contains(page, "auth.example.com") || m.StatusCode(page) != http.StatusOK {
		t.Errorf("got the page %q, want one of the custom domain that opens", page)
	}
	want := v1alpha1.DNSRecord{Name: "auth.example.com", Type: "A", Target: record.Target, HostedZoneID: "Z2FDTNDATAQYW2"}
	if record != want || !strings.HasSuffix(record.Target, ".cloudfront.net") {
		t.Errorf("got the record %+v, want an alias of CloudFront", record)
	}
	m.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Domain.Custom = nil })
	m.RunUntil(object, m.Ready(object))
	if len(object.Status.DNSRecords) != 0 || meta.FindStatusCondition(object.Status.Conditions, v1alpha1.ConditionDomainsReady) != nil ||
		!strings.Contains(object.Status.Clients[0].LoginURL, "notes-beta") {
		t.Errorf("got %v, %v and %q, want no trace of the domain", object.Status.DNSRecords, object.Status.Conditions, object.Status.Clients[0].LoginURL)
	}
}

// A custom domain is one in all Regions: the older object has it.
func TestACustomDomainIsOneEverywhere(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	w.Permit("custom-domains", nil)
	custom := &v1alpha1.CustomDomain{Name: "auth.example.com", CertificateARN: "arn:aws:acm:us-east-1:111111111111:certificate/a"}
	first := w.Recipe()
	first.Spec.Domain.Custom = custom
	w.Create(first)
	w.AwaitReady(first)
	second := w.Recipe()
	second.Name, second.Spec.Region, second.Spec.Domain = "papers", "eu-west-1", &v1alpha1.DomainSpec{Prefix: "papers-beta", Custom: custom}
	for i := range second.Spec.Routes {
		second.Spec.Routes[i].Backend = v1alpha1.Backend{HTTP: &v1alpha1.HTTPBackend{URL: "https://papers.example.com/"}}
	}
	w.Create(second)
	message := w.AwaitStalled(second, v1alpha1.ReasonOwnershipConflict)
	if want := `spec.domain.custom.name: "auth.example.com" belongs to SecuredAPI`; !strings.Contains(message, want) {
		t.Errorf("got %q, want it to say %q", message, want)
	}
}
