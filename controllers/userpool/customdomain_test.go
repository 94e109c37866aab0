package userpool

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/awslocal/cognito"
)

const (
	certificate = "arn:aws:acm:us-east-1:111111111111:certificate/a"
	renewed     = "arn:aws:acm:us-east-1:111111111111:certificate/b"
	// creating is how long a custom domain takes.
	creating = 5 * time.Minute
)

// ownDomain asks for a custom domain beside the prefix, and onlyOwnDomain for one in its place.
func ownDomain(spec *v1alpha1.SecuredAPISpec) {
	spec.Domain.Custom = &v1alpha1.CustomDomain{Name: "auth.example.com", CertificateARN: certificate}
}

func onlyOwnDomain(spec *v1alpha1.SecuredAPISpec) {
	ownDomain(spec)
	spec.Domain.Prefix = ""
}

// customOf is what Cognito says of a domain.
func (w *world) customOf(name string) *types.DomainDescriptionType {
	w.Helper()
	return must[cip.DescribeUserPoolDomainOutput](w)(w.cip.DescribeUserPoolDomain(w.Context(), &cip.DescribeUserPoolDomainInput{Domain: &name})).DomainDescription
}

func TestACustomDomain(t *testing.T) {
	w := newWorldWith(t, []awslocal.Option{awslocal.WithCognito(cognito.WithDomainDelay(creating))}, onlyOwnDomain)
	w.wantAwaited(w.apply(), time.Second, "auth.example.com is CREATING, which takes up to an hour")
	if diff := cmp.Diff("+ userPool default-notes; + client/web implicit; + customDomain auth.example.com", w.last.Done().String()); diff != "" {
		t.Error(diff)
	}
	rec := w.object.Status.Resource(NameCustomDomain)
	if target := rec.Kept[KeptTarget]; !strings.HasSuffix(target, ".cloudfront.net") || rec.Verified != nil {
		t.Errorf("got target %q and verified %v, want the distribution's host, and not yet", target, rec.Verified)
	}
	w.pause(creating)
	w.converge()
	if todo := w.converge(whole); todo != "" || w.object.Status.Resource(NameCustomDomain).Verified == nil {
		t.Errorf("got %q left to do, want nothing", todo)
	}
	w.object.Spec.Domain.Custom.CertificateARN = renewed
	if diff := cmp.Diff("~ customDomain.certificateARN: "+certificate+" -> "+renewed, w.converge()); diff != "" {
		t.Error(diff)
	}
	managed(&w.object.Spec)
	if diff := cmp.Diff("+ branding/web Cognito's own style; ~ customDomain.pages: Classic -> Managed", w.converge()); diff != "" {
		t.Errorf("the certificate goes with it (-want +got):\n%s", diff)
	}
	if got := aws.ToString(w.customOf("auth.example.com").CustomDomainConfig.CertificateArn); got != renewed {
		t.Errorf("got certificate %s, want %s", got, renewed)
	}
	if err := w.remove(); err != nil {
		t.Fatal(err)
	}
	if got := w.pools(); len(got) != 0 {
		t.Errorf("got pools %v, want none", got)
	}
}

// The plan says for how long nobody can sign in at a name that changes.
func TestAnotherCustomDomain(t *testing.T) {
	w := newWorld(t, ownDomain)
	w.converge()
	w.object.Spec.Domain.Custom.Name = "login.example.com"
	todo, err := w.plan()
	if err != nil {
		t.Fatal(err)
	}
	const want = "~ customDomain: auth.example.com -> login.example.com, without login pages there for up to an hour"
	if diff := cmp.Diff(want, todo.String()); diff != "" || todo[0].Class != "replace" {
		t.Errorf("class %s, want replace (-want +got):\n%s", todo[0].Class, diff)
	}
	w.refuse("CreateUserPoolDomain", "LimitExceededException")
	if err := w.apply(); err == nil || w.customOf("auth.example.com").UserPoolId == nil {
		t.Errorf("got %v, want the refusal, and the former domain back", err)
	}
	if got := aws.ToString(w.customOf("auth.example.com").CustomDomainConfig.CertificateArn); got != certificate {
		t.Errorf("got certificate %q of the former domain, want %s", got, certificate)
	}
	w.converge()
	if w.customOf("auth.example.com").UserPoolId != nil || w.customOf("login.example.com").UserPoolId == nil {
		t.Error("want the new domain, and not the former one")
	}
	w.object.Spec.Domain.Custom = nil
	if diff := cmp.Diff("- customDomain login.example.com", w.converge()); diff != "" {
		t.Error(diff)
	}
	if aws.ToString(w.ourPool().Domain) != "notes-beta" {
		t.Error("want the prefix to stay")
	}
}

func TestACustomDomainThatCannotBe(t *testing.T) {
	for _, tc := range []struct {
		reason, message, want string
		words                 []string
	}{
		{
			"the parent has no A record",
			"Custom domain is not a valid subdomain: Was not able to resolve a DNS A record for the parent domain or domain parent is a top-level domain.",
			v1alpha1.ReasonDependencyNotReady,
			[]string{"spec.domain.custom.name", "needs an A record of its parent, example.com"},
		},
		{
			"the certificate is not valid",
			"The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a valid certificate chain.",
			v1alpha1.ReasonDependencyNotReady,
			[]string{"spec.domain.custom.certificateARN", certificate, "issue it in us-east-1"},
		},
		{
			"another account has it", "Domain already associated with another user pool.",
			v1alpha1.ReasonDomainTaken,
			[]string{`spec.domain.custom.name: "auth.example.com" is taken`, "unique over all accounts and Regions"},
		},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			w := newWorld(t)
			w.converge()
			ownDomain(&w.object.Spec)
			w.aws.Inject(awslocal.Fault{
				Operation: "CreateUserPoolDomain", Kind: awslocal.RefuseBefore, Code: "InvalidParameterException", Message: tc.message, Status: 400, Times: 1,
			})
			w.wantFailure(w.apply(), tc.want, tc.words...)
			if aws.ToString(w.ourPool().Domain) != "notes-beta" {
				t.Error("want the prefix to stay")
			}
		})
	}
}

// Another pool of the account has the name: nothing is made, or the former domain stays.
func TestACustomDomainOfAnotherPool(t *testing.T) {
	give := func(w *world) {
		must[cip.CreateUserPoolDomainOutput](w)(w.cip.CreateUserPoolDomain(w.Context(), &cip.CreateUserPoolDomainInput{
			UserPoolId: new(w.makePool()), Domain: aws.String("login.example.com"),
			CustomDomainConfig: &types.CustomDomainConfigType{CertificateArn: aws.String(certificate)},
		}))
	}
	w := newWorld(t, ownDomain)
	w.object.Spec.Domain.Custom.Name = "login.example.com"
	give(w)
	w.wantFailure(w.apply(), v1alpha1.ReasonDomainTaken, `spec.domain.custom.name: "login.example.com" is taken`)
	if got := w.pools(); len(got) != 1 {
		t.Errorf("got %d pools, want the other one only", len(got))
	}
	w = newWorld(t, ownDomain)
	w.converge()
	give(w)
	w.object.Spec.Domain.Custom.Name = "login.example.com"
	w.wantFailure(w.apply(), v1alpha1.ReasonDomainTaken, `spec.domain.custom.name: "login.example.com" is taken`)
	if changed := w.changed(); len(changed) > 0 || w.customOf("auth.example.com").UserPoolId == nil {
		t.Errorf("got the calls %v, want none, and the former domain to stay", changed)
	}
}

func TestACustomDomainInDoubt(t *testing.T) {
	for _, fault := range []struct {
		reason string
		inject func(*world)
	}{
		{"the answer is lost", func(w *world) { w.loseReply("CreateUserPoolDomain") }},
		{"the call is lost", func(w *world) { w.cut("CreateUserPoolDomain") }},
		{"AWS refuses", func(w *world) { w.refuse("CreateUserPoolDomain", "TooManyRequestsException") }},
	} {
		w := newWorld(t, onlyOwnDomain)
		fault.inject(w)
		if err := w.apply(); err == nil {
			t.Errorf("%s: want an error", fault.reason)
		}
		w.pause(2 * grace)
		w.settles(w.apply)
		if todo := w.converge(whole); todo != "" || w.customOf("auth.example.com").UserPoolId == nil {
			t.Errorf("%s: got %q left to do, want nothing and the domain", fault.reason, todo)
		}
		must[cip.DeleteUserPoolDomainOutput](w)(w.cip.DeleteUserPoolDomain(w.Context(), &cip.DeleteUserPoolDomainInput{
			UserPoolId: w.id(NamePool), Domain: aws.String("auth.example.com"),
		}))
		w.converge(whole)
		if w.customOf("auth.example.com").UserPoolId == nil {
			t.Errorf("%s: want a domain that somebody deleted to come back", fault.reason)
		}
	}
}

// An adopted pool keeps its domains and pages as they are, unless the spec names others.
func TestAdoptedPages(t *testing.T) {
	for _, tc := range []struct {
		reason string
		edit   func(*v1alpha1.SecuredAPISpec)
		// want is in the plan of the adoption, and pages and certificate are what there is then.
		want        string
		pages       int32
		certificate string
	}{
		{"the spec names neither pages nor the domain", nil, "", 2, certificate},
		{"the spec names the domain as it is", ownDomain, "", 2, certificate},
		{"the spec names other pages", func(s *v1alpha1.SecuredAPISpec) { s.Domain.Pages = v1alpha1.PagesClassic }, "~ domain.pages: Managed -> Classic", 1, certificate},
		{"the spec names another certificate", func(s *v1alpha1.SecuredAPISpec) {
			ownDomain(s)
			s.Domain.Custom.CertificateARN = renewed
		}, "~ customDomain.certificateARN: " + certificate + " -> " + renewed, 2, renewed},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			w := newWorld(t)
			pool := w.makePool()
			for _, in := range []cip.CreateUserPoolDomainInput{
				{Domain: aws.String("notes-beta")},
				{Domain: aws.String("auth.example.com"), CustomDomainConfig: &types.CustomDomainConfigType{CertificateArn: aws.String(certificate)}},
			} {
				in.UserPoolId, in.ManagedLoginVersion = &pool, aws.Int32(2)
				must[cip.CreateUserPoolDomainOutput](w)(w.cip.CreateUserPoolDomain(w.Context(), &in))
			}
			adopting(w, pool)
			w.object.Spec.Domain.Prefix = "notes-beta"
			if tc.edit != nil {
				tc.edit(&w.object.Spec)
			}
			todo := w.planned()
			if !strings.Contains(todo, tc.want) || tc.want == "" && strings.Contains(todo, "omain") {
				t.Errorf("got the plan %s, want in it %q, and no other change of a domain", todo, tc.want)
			}
			if err := w.apply(w.consent); err == nil {
				t.Error("the adoption waits for the tags to show")
			}
			w.pause(grace)
			w.converge()
			if got := w.customOf("notes-beta"); aws.ToInt32(got.ManagedLoginVersion) != tc.pages {
				t.Errorf("got pages %d, want %d", aws.ToInt32(got.ManagedLoginVersion), tc.pages)
			}
			if got := w.customOf("auth.example.com").CustomDomainConfig; got == nil || aws.ToString(got.CertificateArn) != tc.certificate {
				t.Errorf("got the custom domain %v, want the certificate %s", got, tc.certificate)
			}
		})
	}
}

// A style that an adopted client has is taken over, and changes only if the spec has a branding.
func TestAnAdoptedStyle(t *testing.T) {
	for _, tc := range []struct {
		reason, want string
		edit         func(*v1alpha1.SecuredAPISpec)
	}{
		{"the spec has no branding", dark, managed},
		{"the spec has one", `{"categories":{"form":{"displayGraphics":false}}}`, branded(`{"categories":{"form":{"displayGraphics":false}}}`)},
	} {
		w := newWorld(t)
		pool := w.makePool()
		w.makeDomain(pool, "notes-beta")
		client := must[cip.CreateUserPoolClientOutput](w)(w.cip.CreateUserPoolClient(w.Context(), &cip.CreateUserPoolClientInput{
			UserPoolId: &pool, ClientName: aws.String("web"),
		})).UserPoolClient.ClientId
		must[cip.CreateManagedLoginBrandingOutput](w)(w.cip.CreateManagedLoginBranding(w.Context(), &cip.CreateManagedLoginBrandingInput{
			UserPoolId: &pool, ClientId: client, Settings: document.NewLazyDocument(values(dark)),
		}))
		adopting(w, pool)
		w.object.Spec.Domain.Prefix = "notes-beta"
		tc.edit(&w.object.Spec)
		_ = w.apply(w.consent)
		w.pause(grace)
		w.converge()
		have, err := styleOf(w.style())
		if err != nil || have.Settings != tc.want {
			t.Errorf("%s: got the style %+v, %v, want %s", tc.reason, have, err, tc.want)
		}
		if todo := w.converge(whole); todo != "" {
			t.Errorf("%s: got %s, want nothing left to do", tc.reason, todo)
		}
	}
}
