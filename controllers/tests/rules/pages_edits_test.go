package rules_test

import (
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

func managed(o *v1alpha1.SecuredAPI) { o.Spec.Domain.Pages = v1alpha1.PagesManaged }

func style(text string) *v1alpha1.Branding {
	return &v1alpha1.Branding{Settings: &runtime.RawExtension{Raw: []byte(text)}}
}

const darkStyle, plainStyle = harness.DarkStyle, harness.PlainStyle

func inStyle(key string) v1alpha1.ConfigMapKey {
	return v1alpha1.ConfigMapKey{Name: harness.StyleName, Key: key}
}

func logoed(o *v1alpha1.SecuredAPI) {
	managed(o)
	o.Spec.Domain.Branding = &v1alpha1.Branding{
		SettingsFrom: new(inStyle("dark")), Assets: []v1alpha1.Asset{{Category: "FormLogo", ColorMode: "Light", Extension: "SVG", From: inStyle("logo.svg")}},
	}
}

func logoedClient(o *v1alpha1.SecuredAPI) {
	logoed(o)
	o.Spec.Domain.Branding, o.Spec.Clients[0].Branding = nil, o.Spec.Domain.Branding
}

// asset changes the image of a branding.
func asset(edit func(*v1alpha1.Asset)) func(*v1alpha1.SecuredAPI) {
	return func(o *v1alpha1.SecuredAPI) {
		branding := o.Spec.Domain.Branding
		if branding == nil {
			branding = o.Spec.Clients[0].Branding
		}
		edit(&branding.Assets[0])
	}
}

// What plans say of the images.
var (
	drawn  = "SVG " + engine.DigestOf(0, harness.DrawnLogo)
	pixels = "PNG " + engine.DigestOf(0, harness.PixelLogo)
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
	o.Spec.Clients[0].Terms = &v1alpha1.Terms{TermsOfUse: map[string]v1alpha1.Link{"default": termsURL}, PrivacyPolicy: map[string]v1alpha1.Link{"default": privacyURL}}
}

func classic(o *v1alpha1.SecuredAPI) {
	o.Spec.Domain.ClassicStyle = &v1alpha1.ClassicStyle{CSS: harness.BlueStyle}
}

func classicClient(o *v1alpha1.SecuredAPI) {
	o.Spec.Clients[0].ClassicStyle = &v1alpha1.ClassicStyle{CSS: harness.BlueStyle}
}

const (
	certificate      = "arn:aws:acm:us-east-1:111111111111:certificate/a"
	otherCertificate = "arn:aws:acm:us-east-1:111111111111:certificate/b"
)

func ownDomain(o *v1alpha1.SecuredAPI) {
	o.Spec.Domain.Custom = &v1alpha1.CustomDomain{Name: "auth.example.com", CertificateARN: certificate}
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
		o.Spec.Clients[0].Terms.PrivacyPolicy = map[string]v1alpha1.Link{"default": termsURL}
	}, "~ terms/web/privacyPolicy.default: " + privacyURL + " -> " + termsURL},
	{"settings of a ConfigMap", of("domain.branding.settingsFrom", "domain.branding.settingsFrom.name", "domain.branding.assets", "domain.branding.assets[].from", "domain.branding.assets[].from.name"), managed, logoed, `~ branding/web.settings: "" -> ` + darkStyle + `; ~ branding/web.assets.FormLogo/Light: "" -> ` + drawn},
	{"settings of another key", of("domain.branding.settingsFrom.key"), logoed, func(o *v1alpha1.SecuredAPI) { o.Spec.Domain.Branding.SettingsFrom.Key = "plain" }, "~ branding/web.settings: " + darkStyle + " -> " + plainStyle},
	{"no images", of("domain.branding.assets"), logoed, func(o *v1alpha1.SecuredAPI) { o.Spec.Domain.Branding.Assets = nil }, "~ branding/web.assets.FormLogo/Light: " + drawn + ` -> ""`},
	{"an image at another place", of("domain.branding.assets[].category"), logoed, asset(func(a *v1alpha1.Asset) { a.Category = "PageHeaderLogo" }), `~ branding/web.assets.PageHeaderLogo/Light: "" -> ` + drawn},
	{"an image for another color mode", of("domain.branding.assets[].colorMode"), logoed, asset(func(a *v1alpha1.Asset) { a.ColorMode = "Dark" }), `~ branding/web.assets.FormLogo/Dark: "" -> ` + drawn},
	{"another kind of file", of("domain.branding.assets[].extension", "domain.branding.assets[].from.key"), logoed, asset(func(a *v1alpha1.Asset) { a.Extension, a.From = "PNG", inStyle("logo.png") }), "~ branding/web.assets.FormLogo/Light: " + drawn + " -> " + pixels},
	{"settings of a ConfigMap for a client", of("clients[].branding.settingsFrom", "clients[].branding.settingsFrom.name", "clients[].branding.settingsFrom.key", "clients[].branding.assets", "clients[].branding.assets[].from", "clients[].branding.assets[].from.name"), managed, logoedClient, `~ branding/web.settings: "" -> ` + darkStyle},
	{"an image at another place for a client", of("clients[].branding.assets[].category", "clients[].branding.assets[].colorMode"), logoedClient, asset(func(a *v1alpha1.Asset) { a.Category, a.ColorMode = "PageHeaderLogo", "Dark" }), `~ branding/web.assets.PageHeaderLogo/Dark: "" -> ` + drawn},
	{"another kind of file for a client", of("clients[].branding.assets[].extension", "clients[].branding.assets[].from.key"), logoedClient, asset(func(a *v1alpha1.Asset) { a.Extension, a.From = "PNG", inStyle("logo.png") }), "~ branding/web.assets.FormLogo/Light: " + drawn + " -> " + pixels},
	{"a classic style", of("domain.classicStyle"), nil, classic, "+ classicStyle " + harness.BlueStyle},
	{"no classic style", of("domain.classicStyle"), classic, func(o *v1alpha1.SecuredAPI) { o.Spec.Domain.ClassicStyle = nil }, "- classicStyle"},
	{"another style sheet", of("domain.classicStyle.css"), classic, func(o *v1alpha1.SecuredAPI) { o.Spec.Domain.ClassicStyle.CSS = harness.RedStyle }, "~ classicStyle.css: " + harness.BlueStyle + " -> " + harness.RedStyle},
	{"a style sheet in a ConfigMap", of("domain.classicStyle.cssFrom", "domain.classicStyle.cssFrom.name", "domain.classicStyle.cssFrom.key"), classic, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Domain.ClassicStyle = &v1alpha1.ClassicStyle{CSSFrom: new(inStyle("red.css"))}
	}, "~ classicStyle.css: " + harness.BlueStyle + " -> " + harness.RedStyle},
	{"a logo", of("domain.classicStyle.logoFrom", "domain.classicStyle.logoFrom.name", "domain.classicStyle.logoFrom.key"), classic, func(o *v1alpha1.SecuredAPI) { o.Spec.Domain.ClassicStyle.LogoFrom = new(inStyle("logo.png")) }, `~ classicStyle.logo: "" -> ` + engine.DigestOf(0, harness.PixelLogo)},
	{"a classic style of a client", of("clients[].classicStyle"), nil, classicClient, "+ classicStyle/web " + harness.BlueStyle},
	{"no classic style of a client", of("clients[].classicStyle"), classicClient, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].ClassicStyle = nil }, "- classicStyle/web"},
	{"another style sheet of a client", of("clients[].classicStyle.css"), classicClient, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].ClassicStyle.CSS = harness.RedStyle }, "~ classicStyle/web.css: " + harness.BlueStyle + " -> " + harness.RedStyle},
	{"a style sheet of a client in a ConfigMap", of("clients[].classicStyle.cssFrom", "clients[].classicStyle.cssFrom.name", "clients[].classicStyle.cssFrom.key"), classicClient, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Clients[0].ClassicStyle = &v1alpha1.ClassicStyle{CSSFrom: new(inStyle("red.css"))}
	}, "~ classicStyle/web.css: " + harness.BlueStyle + " -> " + harness.RedStyle},
	{"a logo of a client", of("clients[].classicStyle.logoFrom", "clients[].classicStyle.logoFrom.name", "clients[].classicStyle.logoFrom.key"), classicClient, func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].ClassicStyle.LogoFrom = new(inStyle("logo.png")) }, `~ classicStyle/web.logo: "" -> ` + engine.DigestOf(0, harness.PixelLogo)},
	{"a custom domain", of("domain.custom"), nil, ownDomain, "+ customDomain auth.example.com"},
	{"no custom domain", of("domain.custom"), ownDomain, func(o *v1alpha1.SecuredAPI) { o.Spec.Domain.Custom = nil }, "- customDomain auth.example.com"},
	{"another custom domain", of("domain.custom.name"), ownDomain, func(o *v1alpha1.SecuredAPI) { o.Spec.Domain.Custom.Name = "login.example.com" }, "~ customDomain: auth.example.com -> login.example.com, without login pages there for up to an hour"},
	{"another certificate", of("domain.custom.certificateARN"), ownDomain, func(o *v1alpha1.SecuredAPI) { o.Spec.Domain.Custom.CertificateARN = otherCertificate }, "~ customDomain.certificateARN: " + certificate + " -> " + otherCertificate},
	{"no prefix", of("domain.prefix"), ownDomain, func(o *v1alpha1.SecuredAPI) { o.Spec.Domain.Prefix = "" }, "- domain notes-beta"},
}
