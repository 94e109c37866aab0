package userpool

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/awslocal/cognito"
)

func managed(spec *v1alpha1.SecuredAPISpec) { spec.Domain.Pages = v1alpha1.PagesManaged }

func settings(text string) *v1alpha1.Branding {
	return &v1alpha1.Branding{Settings: &runtime.RawExtension{Raw: []byte(text)}}
}

// dark is a style that differs from Cognito's own.
const dark = `{"categories":{"global":{"colorSchemeMode":"DARK"}}}`

// round is one with a value that Cognito's own has, too.
const round = `{"categories": {"global": {"colorSchemeMode": "DARK", "spacingDensity": "REGULAR"}}, "componentClasses": {"buttons": {"borderRadius": 8}}}`

func branded(text string) func(*v1alpha1.SecuredAPISpec) {
	return func(spec *v1alpha1.SecuredAPISpec) {
		managed(spec)
		spec.Domain.Branding = settings(text)
	}
}

// style is what Cognito has of the style of client web; nil if it has none.
func (w *world) style() *types.ManagedLoginBrandingType {
	w.Helper()
	out, err := w.cip.DescribeManagedLoginBrandingByClient(w.Context(), &cip.DescribeManagedLoginBrandingByClientInput{
		UserPoolId: w.id(NamePool), ClientId: w.id("client/web"),
	})
	if err != nil {
		return nil
	}
	return out.ManagedLoginBranding
}

// restyle changes the style of client web by hand.
func (w *world) restyle(text string) {
	w.Helper()
	must[cip.UpdateManagedLoginBrandingOutput](w)(w.cip.UpdateManagedLoginBranding(w.Context(), &cip.UpdateManagedLoginBrandingInput{
		UserPoolId: w.id(NamePool), ManagedLoginBrandingId: w.style().ManagedLoginBrandingId, Settings: document.NewLazyDocument(values(text)),
	}))
}

func (w *world) pagesVersion() int32 {
	w.Helper()
	return aws.ToInt32(must[cip.DescribeUserPoolDomainOutput](w)(w.cip.DescribeUserPoolDomain(w.Context(), &cip.DescribeUserPoolDomainInput{
		Domain: w.id(NameDomain),
	})).DomainDescription.ManagedLoginVersion)
}

func TestManagedPagesWorkTheFirstTime(t *testing.T) {
	w := newWorld(t, managed)
	if diff := cmp.Diff("+ userPool default-notes; + client/web implicit; + branding/web Cognito's own style; + domain notes-beta", w.converge()); diff != "" {
		t.Error(diff)
	}
	w.wantCalls("the style comes before the domain", "ListUserPools", "CreateUserPool", "CreateUserPoolClient", "CreateManagedLoginBranding", "CreateUserPoolDomain")
	if style := w.style(); style == nil || !style.UseCognitoProvidedValues || w.pagesVersion() != 2 {
		t.Errorf("got style %v and pages %d, want Cognito's own and 2", style, w.pagesVersion())
	}
	if todo := w.converge(whole); todo != "" {
		t.Errorf("got %s, want nothing left to do", todo)
	}
}

// Classic pages work meanwhile, and the managed ones when they come.
func TestPagesChange(t *testing.T) {
	w := newWorld(t, withJob)
	w.converge()
	managed(&w.object.Spec)
	if diff := cmp.Diff("+ branding/web Cognito's own style; ~ domain.pages: Classic -> Managed", w.converge()); diff != "" {
		t.Errorf("only clients with pages have a style (-want +got):\n%s", diff)
	}
	for _, pages := range []v1alpha1.Pages{v1alpha1.PagesClassic, ""} {
		w.object.Spec.Domain.Pages = v1alpha1.PagesManaged
		w.converge()
		w.object.Spec.Domain.Pages = pages
		client := w.last.ID("client/web")
		if diff := cmp.Diff("~ domain.pages: Managed -> Classic; - branding/web "+client, w.converge()); diff != "" {
			t.Errorf("pages %q: the style goes last (-want +got):\n%s", pages, diff)
		}
		if w.style() != nil || w.pagesVersion() != 1 {
			t.Errorf("pages %q: got style %v and pages %d, want none and 1", pages, w.style(), w.pagesVersion())
		}
	}
}

// What the spec never named stays as somebody set it.
func TestPagesOfNoBlock(t *testing.T) {
	w := newWorld(t)
	w.converge()
	must[cip.UpdateUserPoolDomainOutput](w)(w.cip.UpdateUserPoolDomain(w.Context(), &cip.UpdateUserPoolDomainInput{
		UserPoolId: w.id(NamePool), Domain: w.id(NameDomain), ManagedLoginVersion: aws.Int32(2),
	}))
	if todo := w.converge(whole); todo != "" || w.pagesVersion() != 2 {
		t.Errorf("got %q and pages %d, want nothing and 2", todo, w.pagesVersion())
	}
	w.object.Spec.Domain.Pages = v1alpha1.PagesClassic
	if diff := cmp.Diff("~ domain.pages: Managed -> Classic", w.converge()); diff != "" {
		t.Error(diff)
	}
}

// A domain is not given pages that do not work.
func TestADomainWaitsForTheStyle(t *testing.T) {
	w := newWorld(t)
	w.converge()
	managed(&w.object.Spec)
	w.refuse("CreateManagedLoginBranding", "LimitExceededException")
	if err := w.apply(); err == nil {
		t.Fatal("the refusal is an error")
	}
	w.wantCalls("the domain waits", "DescribeUserPool", "CreateManagedLoginBranding")
	if got := w.pagesVersion(); got != 1 {
		t.Errorf("got pages %d, want 1", got)
	}
	w.converge()
	if got := w.pagesVersion(); got != 2 {
		t.Errorf("got pages %d, want 2", got)
	}
}

func TestBranding(t *testing.T) {
	const blue = `{"categories":{"form":{"displayGraphics":false}}}`
	for _, tc := range []struct {
		reason string
		edit   func(*v1alpha1.SecuredAPISpec)
		want   string
	}{
		{"other settings, and those before are gone", branded(blue), "~ branding/web.settings: " + dark + " -> " + blue},
		{"the same settings in another order and with blanks", branded(` { "categories" : {"global": {"colorSchemeMode": "DARK"} } }`), ""},
		{"empty settings are Cognito's own style", branded(`{}`), "~ branding/web.settings: " + dark + ` -> ""`},
		{"a branding that leaves the spec becomes Cognito's own style", managed, "~ branding/web.settings: " + dark + ` -> ""`},
		{"a client's branding takes the place of the domain's", func(s *v1alpha1.SecuredAPISpec) {
			branded(dark)(s)
			s.Clients[0].Branding = settings(blue)
		}, "~ branding/web.settings: " + dark + " -> " + blue},
		{"long settings are named by their digest", branded(`{"categories":{"form":{"text":"` + strings.Repeat("a", maxWords) + `"}}}`), "~ branding/web.settings: " + dark + " -> sha256:e555b1d90f8e08e53e89210b84de502c"},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			w := newWorld(t, branded(dark))
			w.converge()
			w.object.Spec = recipe()
			tc.edit(&w.object.Spec)
			if diff := cmp.Diff(tc.want, w.planned()); diff != "" {
				t.Errorf("plan (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.want, w.converge()); diff != "" {
				t.Error(diff)
			}
			if todo := w.converge(whole); todo != "" {
				t.Errorf("got %s, want nothing left to do", todo)
			}
		})
	}
}

// What Cognito's own style has, too, may not show; what somebody changed does.
func TestBrandingDrift(t *testing.T) {
	for _, terse := range []bool{false, true} {
		w := newWorldWith(t, []awslocal.Option{awslocal.WithCognito(cognito.WithTerseStyles(terse))}, branded(round))
		w.converge()
		if todo := w.converge(whole); todo != "" {
			t.Errorf("terse %t: got %s, want nothing to do", terse, todo)
		}
		w.restyle(`{"categories":{"global":{"colorSchemeMode":"LIGHT","spacingDensity":"COMPACT"},"form":{"displayGraphics":false}}}`)
		if todo := w.converge(whole); todo == "" {
			t.Errorf("terse %t: got nothing to do, want what somebody changed undone", terse)
		}
		if todo := w.converge(whole); todo != "" {
			t.Errorf("terse %t: got %s, want nothing left to do", terse, todo)
		}
	}
}

// A style that is gone comes back, and one that nobody named stays as somebody made it.
func TestStylesOfOthers(t *testing.T) {
	w := newWorld(t, managed)
	w.converge()
	w.restyle(dark)
	if todo := w.converge(whole); todo != "" {
		t.Errorf("got %s, want a style that the spec does not name to stay", todo)
	}
	must[cip.DeleteManagedLoginBrandingOutput](w)(w.cip.DeleteManagedLoginBranding(w.Context(), &cip.DeleteManagedLoginBrandingInput{
		UserPoolId: w.id(NamePool), ManagedLoginBrandingId: w.style().ManagedLoginBrandingId,
	}))
	if diff := cmp.Diff("+ branding/web Cognito's own style", w.converge(whole)); diff != "" {
		t.Error(diff)
	}
}

// A creation in doubt is not made twice, and another client gets a style of its own.
func TestAStyleIsFoundAgain(t *testing.T) {
	for _, fault := range []struct {
		reason string
		inject func(*world)
	}{
		{"the answer is lost", func(w *world) { w.loseReply("CreateManagedLoginBranding") }},
		{"the call is lost", func(w *world) { w.cut("CreateManagedLoginBranding") }},
		{"AWS refuses", func(w *world) { w.refuse("CreateManagedLoginBranding", "TooManyRequestsException") }},
	} {
		w := newWorld(t, branded(dark))
		fault.inject(w)
		if err := w.apply(); err == nil {
			t.Errorf("%s: want an error", fault.reason)
		}
		w.pause(2 * grace)
		w.converge()
		if todo := w.converge(whole); todo != "" || w.style() == nil {
			t.Errorf("%s: got %q left to do and style %v, want nothing and one", fault.reason, todo, w.style())
		}
		must[cip.DeleteUserPoolClientOutput](w)(w.cip.DeleteUserPoolClient(w.Context(), &cip.DeleteUserPoolClientInput{
			UserPoolId: w.id(NamePool), ClientId: w.id("client/web"),
		}))
		w.converge(whole)
		if style := w.style(); style == nil {
			t.Errorf("%s: the client that takes the place of another has no style", fault.reason)
		}
	}
}

// withLogo is a style with an image for light and one for dark browsers, in the ConfigMap style.
func withLogo(spec *v1alpha1.SecuredAPISpec) {
	managed(spec)
	spec.Domain.Branding = &v1alpha1.Branding{
		SettingsFrom: &v1alpha1.ConfigMapKey{Name: "style", Key: "settings.json"},
		Assets: []v1alpha1.Asset{
			{Category: "PageHeaderLogo", ColorMode: "Light", Extension: "PNG", From: v1alpha1.ConfigMapKey{Name: "style", Key: "light.png"}},
			{Category: "PageHeaderLogo", ColorMode: "Dark", Extension: "PNG", From: v1alpha1.ConfigMapKey{Name: "style", Key: "dark.png"}},
		},
	}
}

// digests are what a plan says of files.
func png(file string) string { return "PNG " + engine.DigestOf(0, file) }

func TestBrandingFromConfigMaps(t *testing.T) {
	w := newWorld(t, withLogo)
	w.inputs["style/settings.json"], w.inputs["style/light.png"], w.inputs["style/dark.png"] = dark, "light", "dark"
	if diff := cmp.Diff("+ userPool default-notes; + client/web implicit; + branding/web "+dark+" PageHeaderLogo/Dark, PageHeaderLogo/Light; + domain notes-beta", w.converge()); diff != "" {
		t.Error(diff)
	}
	if todo := w.converge(whole); todo != "" {
		t.Errorf("got %s, want nothing left to do", todo)
	}
	w.inputs["style/light.png"], w.inputs["style/settings.json"] = "lighter", "{}"
	w.object.Spec.Domain.Branding.Assets[1].Category = "FormLogo"
	want := "~ branding/web.settings: " + dark + ` -> ""; ~ branding/web.assets.FormLogo/Dark: "" -> ` + png("dark") +
		"; ~ branding/web.assets.PageHeaderLogo/Dark: " + png("dark") + ` -> ""; ~ branding/web.assets.PageHeaderLogo/Light: ` + png("light") + " -> " + png("lighter")
	if diff := cmp.Diff(want, w.converge()); diff != "" {
		t.Errorf("what changed in the spec and in the ConfigMap (-want +got):\n%s", diff)
	}
	w.wantCalls("from Cognito's own style", "DescribeManagedLoginBrandingByClient", "DescribeUserPool", "UpdateManagedLoginBranding", "UpdateManagedLoginBranding", "DescribeManagedLoginBrandingByClient")
	if todo := w.converge(whole); todo != "" || len(w.style().Assets) != 2 {
		t.Errorf("got %q and %d images, want nothing left to do and 2", todo, len(w.style().Assets))
	}
	for _, rec := range w.object.Status.Resources {
		if strings.Contains(fmt.Sprint(rec), "lighter") {
			t.Errorf("the record %s has the bytes of an image", rec.Name)
		}
	}
}

// What is longer than a request goes in several, also where the first of them makes the style.
func TestImagesInSeveralRequests(t *testing.T) {
	big := strings.Repeat("x", maxImage)
	w := newWorld(t, withLogo)
	w.inputs["style/settings.json"], w.inputs["style/light.png"], w.inputs["style/dark.png"] = dark, big, big
	w.converge()
	w.wantCalls("two images", "ListUserPools", "CreateUserPool", "CreateUserPoolClient", "CreateManagedLoginBranding", "UpdateManagedLoginBranding",
		"DescribeManagedLoginBrandingByClient", "CreateUserPoolDomain")
	w.refuse("UpdateManagedLoginBranding", "TooManyRequestsException")
	w.inputs["style/light.png"] = "light"
	if err := w.apply(); err == nil {
		t.Error("the refusal is an error")
	}
	w.converge()
	if todo := w.converge(whole); todo != "" || len(w.style().Assets) != 2 {
		t.Errorf("got %q and %d images, want nothing left to do and 2", todo, len(w.style().Assets))
	}
}

func TestBrandingThatCannotBe(t *testing.T) {
	for _, tc := range []struct {
		reason, key, value string
		words              []string
	}{
		{"settings that are no JSON", "settings.json", "dark", []string{"spec.domain.branding.settingsFrom", "is no JSON object"}},
		{"settings that are no object", "settings.json", "[]", []string{"spec.domain.branding.settingsFrom", "is no JSON object"}},
		{"an image that is too long", "light.png", strings.Repeat("x", maxImage+1), []string{"spec.domain.branding.assets[0].from", "light.png of ConfigMap style has 1000001 bytes"}},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			w := newWorld(t, withLogo)
			w.inputs["style/settings.json"], w.inputs["style/light.png"], w.inputs["style/dark.png"] = dark, "light", "dark"
			w.inputs["style/"+tc.key] = tc.value
			w.wantFailure(w.apply(), v1alpha1.ReasonInvalidSpec, tc.words...)
		})
	}
	w := newWorld(t, withLogo)
	if err := w.apply(); err == nil || w.object.Status.Resource(NameDomain) != nil {
		t.Errorf("got %v, want an error without the ConfigMap, and no domain", err)
	}
}

// A style goes only after no domain serves Managed pages any more.
func TestAStyleStaysWhileACustomDomainNeedsIt(t *testing.T) {
	w := newWorld(t, onlyOwnDomain, managed)
	w.converge()
	w.object.Spec.Domain.Pages = v1alpha1.PagesClassic
	w.refuse("UpdateUserPoolDomain", "TooManyRequestsException")
	err := w.apply()
	if err == nil {
		t.Fatal("want the throttle")
	}
	if slices.Contains(w.changed(), "DeleteManagedLoginBranding") {
		t.Errorf("the domain serves version %d, and its style went: %v", *w.customOf("auth.example.com").ManagedLoginVersion, w.changed())
	}
}

// AWS may leave out what it has a default for.
func TestAnImageWithoutAColorModeIsRead(t *testing.T) {
	read := imagesOf([]types.AssetType{{Category: types.AssetCategoryTypeFormLogo, Extension: types.AssetExtensionTypePng}})
	if len(read) != 1 {
		t.Errorf("got %v, want one image", read)
	}
}
