package rules_test

import (
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

func managed(o *v1alpha1.SecuredAPI) { o.Spec.Domain.Pages = v1alpha1.PagesManaged }

func style(text string) *v1alpha1.Branding {
	return &v1alpha1.Branding{Settings: &runtime.RawExtension{Raw: []byte(text)}}
}

const (
	darkStyle  = `{"categories":{"global":{"colorSchemeMode":"DARK"}}}`
	plainStyle = `{"categories":{"form":{"displayGraphics":false}}}`
)

func branded(o *v1alpha1.SecuredAPI) {
	managed(o)
	o.Spec.Domain.Branding = style(darkStyle)
}

func brandedClient(o *v1alpha1.SecuredAPI) {
	managed(o)
	o.Spec.Clients[0].Branding = style(darkStyle)
}

const (
	termsURL   = "https://notes.example.com/terms"
	privacyURL = "https://notes.example.com/privacy"
)

func withTerms(o *v1alpha1.SecuredAPI) {
	managed(o)
	o.Spec.Clients[0].Terms = &v1alpha1.Terms{TermsOfUse: v1alpha1.Links{"default": termsURL}, PrivacyPolicy: v1alpha1.Links{"default": privacyURL}}
}

// pagesEdits change how the login pages look.
var pagesEdits = []edit{
	{"managed pages", of("domain.pages"), nil, managed, "+ branding/web Cognito's own style; ~ domain.pages: Classic -> Managed"},
	{"classic pages", of("domain.pages"), managed, func(o *v1alpha1.SecuredAPI) { o.Spec.Domain.Pages = v1alpha1.PagesClassic }, "~ domain.pages: Managed -> Classic; - branding/web"},
	{"no pages", of("domain.pages"), managed, func(o *v1alpha1.SecuredAPI) { o.Spec.Domain.Pages = "" }, "~ domain.pages: Managed -> Classic; - branding/web"},
	{"branding", of("domain.branding"), managed, branded, `~ branding/web.settings: "" -> ` + darkStyle},
	{"other settings", of("domain.branding.settings"), branded, func(o *v1alpha1.SecuredAPI) { o.Spec.Domain.Branding = style(plainStyle) }, "~ branding/web.settings: " + darkStyle + " -> " + plainStyle},
	{"no branding", of("domain.branding"), branded, func(o *v1alpha1.SecuredAPI) { o.Spec.Domain.Branding = nil }, "~ branding/web.settings: " + darkStyle + ` -> ""`},
	{"a client's branding", of("clients[].branding"), managed, brandedClient, `~ branding/web.settings: "" -> ` + darkStyle},
	{"a client's other settings", of("clients[].branding.settings"), brandedClient, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].Branding = style(plainStyle) }, "~ branding/web.settings: " + darkStyle + " -> " + plainStyle},
	{"no branding of a client", of("clients[].branding"), brandedClient, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].Branding = nil }, "~ branding/web.settings: " + darkStyle + ` -> ""`},
	{"terms", of("clients[].terms"), managed, withTerms, "+ terms/web/termsOfUse default " + termsURL + "; + terms/web/privacyPolicy default " + privacyURL},
	{"no terms", of("clients[].terms"), withTerms, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].Terms = nil }, "- terms/web/privacyPolicy"},
	{"a language", of("clients[].terms.termsOfUse"), withTerms, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Clients[0].Terms.TermsOfUse["spanish"] = termsURL + "/es"
	}, `~ terms/web/termsOfUse.spanish: "" -> ` + termsURL + "/es"},
	{"another policy", of("clients[].terms.privacyPolicy"), withTerms, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Clients[0].Terms.PrivacyPolicy = v1alpha1.Links{"default": termsURL}
	}, "~ terms/web/privacyPolicy.default: " + privacyURL + " -> " + termsURL},
}
