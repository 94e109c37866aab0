package v1alpha1

import "k8s.io/apimachinery/pkg/runtime"

// Pages are which login pages a domain serves.
//
// +kubebuilder:validation:Enum=Classic;Managed
type Pages string

// The pages.
const (
	// PagesClassic are the pages of the hosted UI.
	PagesClassic Pages = "Classic"
	// PagesManaged are the pages of managed login, which offer every first factor and can be designed.
	PagesManaged Pages = "Managed"
)

// DomainSpec is the login pages' address, and how they look.
//
// +kubebuilder:validation:XValidation:rule="!has(self.branding) || has(self.pages) && self.pages == 'Managed'",message="branding is for Managed pages only; set pages to Managed, or take branding off",fieldPath=".branding"
// +kubebuilder:validation:XValidation:rule="has(self.prefix) || has(self.custom)",message="a domain needs a prefix, a custom domain or both; set prefix or custom",fieldPath=".prefix",reason=FieldValueRequired
type DomainSpec struct {
	// prefix is the first label of <prefix>.auth.<region>.amazoncognito.com, unique in the Region over all accounts.
	// Changing it moves the login pages: users keep their accounts, front ends need the new address.
	// The words aws, amazon and cognito are reserved.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]([a-z0-9-]*[a-z0-9])?$')",message="prefix may hold only lower-case letters, digits and hyphens, and must begin and end with a letter or digit; write it like notes-beta"
	// +kubebuilder:validation:XValidation:rule="!self.matches('(^|-)aws(-|$)') && !self.contains('amazon') && !self.contains('cognito')",message="prefix must not contain the reserved words aws, amazon or cognito; choose another word"
	Prefix string `json:"prefix,omitempty"`

	// custom is a domain of your own, beside the prefix or in its place.
	// +optional
	Custom *CustomDomain `json:"custom,omitempty"`

	// pages are which login pages the domain serves: Classic, or Managed, which needs a tier above Lite. Defaults to Classic.
	// +optional
	Pages Pages `json:"pages,omitempty"`

	// branding is how the Managed pages look, for clients without a branding of their own. Defaults to Cognito's own style.
	// +optional
	Branding *Branding `json:"branding,omitempty"`

	// classicStyle is how the Classic pages look, for clients without one of their own. Defaults to Cognito's own style.
	// +optional
	ClassicStyle *ClassicStyle `json:"classicStyle,omitempty"`
}

// CustomDomain is a domain of your own.
type CustomDomain struct {
	// name is the domain, like auth.example.com. Its parent, example.com, must have an A record before the domain is made; then
	// status.dnsRecords says which record the domain itself needs. Changing it moves the login pages: nobody can sign in from the
	// deletion of the former domain until the new one is ACTIVE and has its record, which takes up to an hour.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?){2,}$')",message="name must be a domain below another one that is no top-level domain, in lower case; write it like auth.example.com"
	Name string `json:"name"`

	// certificateARN is a certificate of AWS Certificate Manager in us-east-1 for the name, whatever the Region of the user pool.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	// +kubebuilder:validation:XValidation:rule="self.matches('^arn:aws:acm:us-east-1:[0-9]{12}:certificate/[0-9A-Za-z-]+$')",message="certificateARN must be the ARN of a certificate in us-east-1; write it like arn:aws:acm:us-east-1:<account>:certificate/<id>"
	CertificateARN string `json:"certificateARN"`

	// failoverHealthCheckID is a health check of Amazon Route 53: while it is unhealthy, the domain is served by userPool.replica. It takes
	// effect once the replica has been made.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9-]+$')",message="failoverHealthCheckID must be the id of a health check of Amazon Route 53; write it like 0f3c5a2e-5f1c-4c11-9a52-3d2a1a0c7d11"
	FailoverHealthCheckID string `json:"failoverHealthCheckID,omitempty"`
}

// Branding is a style of the Managed pages.
//
// +kubebuilder:validation:XValidation:rule="!has(self.settings) || !has(self.settingsFrom)",message="settings and settingsFrom cannot go together; keep one of them",fieldPath=".settingsFrom"
type Branding struct {
	// settings are colors, layout and what is shown, in the JSON of Cognito's branding editor. What they leave out is as in
	// Cognito's own style.
	// +optional
	// +kubebuilder:pruning:PreserveUnknownFields
	Settings *runtime.RawExtension `json:"settings,omitempty"`

	// settingsFrom is where settings are, as JSON, in the place of settings.
	// +optional
	SettingsFrom *ConfigMapKey `json:"settingsFrom,omitempty"`

	// assets are images. A category and color mode without one has Cognito's own.
	// +optional
	// +listType=map
	// +listMapKey=category
	// +listMapKey=colorMode
	// +kubebuilder:validation:MaxItems=40
	Assets []Asset `json:"assets,omitempty"`
}

// Asset is an image of the Managed pages.
//
// +kubebuilder:validation:XValidation:rule="(self.category == 'FaviconICO') == (self.extension == 'ICO')",message="FaviconICO is an ICO file, and no other category is; set extension to ICO for FaviconICO only",fieldPath=".extension"
// +kubebuilder:validation:XValidation:rule="self.category != 'FaviconSVG' || self.extension == 'SVG'",message="FaviconSVG is an SVG file; set extension to SVG",fieldPath=".extension"
type Asset struct {
	// category is what the image is for.
	// +required
	Category AssetCategory `json:"category"`

	// colorMode is in which color mode of the browser it is shown: Light, Dark, or Dynamic for both. Defaults to Dynamic.
	// +optional
	// +kubebuilder:default=Dynamic
	ColorMode ColorMode `json:"colorMode,omitempty"`

	// extension is the kind of file.
	// +required
	Extension AssetExtension `json:"extension"`

	// from is where the file is: a key of the ConfigMap's binaryData, or of its data. It has at most 1,000,000 bytes.
	// +required
	From ConfigMapKey `json:"from"`
}

// AssetCategory is what an image is for.
//
// +kubebuilder:validation:Enum=FaviconICO;FaviconSVG;EmailGraphic;SMSGraphic;AuthAppGraphic;PasswordGraphic;PasskeyGraphic;PageHeaderLogo;PageHeaderBackground;PageFooterLogo;PageFooterBackground;PageBackground;FormBackground;FormLogo;IDPButtonIcon
type AssetCategory string

// ColorMode is a color mode of browsers.
//
// +kubebuilder:validation:Enum=Light;Dark;Dynamic
type ColorMode string

// AssetExtension is a kind of file.
//
// +kubebuilder:validation:Enum=ICO;JPEG;PNG;SVG;WEBP
type AssetExtension string

// ConfigMaps are the names of the ConfigMaps that a branding reads.
func (b *Branding) ConfigMaps() []string {
	if b == nil {
		return nil
	}
	var names []string
	if b.SettingsFrom != nil {
		names = append(names, b.SettingsFrom.Name)
	}
	for i := range b.Assets {
		names = append(names, b.Assets[i].From.Name)
	}
	return names
}

// ClassicStyle is a style of the Classic pages. What it leaves out is as in Cognito's own style.
//
// +kubebuilder:validation:XValidation:rule="!has(self.css) || !has(self.cssFrom)",message="css and cssFrom cannot go together; keep one of them",fieldPath=".cssFrom"
type ClassicStyle struct {
	// css is a style sheet for the classes that Cognito allows, like .banner-customizable.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=3072
	CSS string `json:"css,omitempty"`

	// cssFrom is where the style sheet is, in the place of css.
	// +optional
	CSSFrom *ConfigMapKey `json:"cssFrom,omitempty"`

	// logoFrom is where the logo is, a PNG or JPEG file: a key of the ConfigMap's binaryData. It has at most 100 KB.
	// +optional
	LogoFrom *ConfigMapKey `json:"logoFrom,omitempty"`
}

// ConfigMaps are the names of the ConfigMaps that a style reads.
func (s *ClassicStyle) ConfigMaps() []string {
	var names []string
	if s != nil && s.CSSFrom != nil {
		names = append(names, s.CSSFrom.Name)
	}
	if s != nil && s.LogoFrom != nil {
		names = append(names, s.LogoFrom.Name)
	}
	return names
}

// Terms are links by language: default, english, french, spanish, german, bahasa-indonesia, italian, japanese, korean,
// portuguese-brazil, chinese-simplified and chinese-traditional. A language without a link has that of default.
type Terms struct {
	// termsOfUse are the links to the terms of use.
	// +required
	// +kubebuilder:validation:MinProperties=1
	// +kubebuilder:validation:MaxProperties=12
	// +kubebuilder:validation:XValidation:rule="self.all(l, l in ['default', 'english', 'french', 'spanish', 'german', 'bahasa-indonesia', 'italian', 'japanese', 'korean', 'portuguese-brazil', 'chinese-simplified', 'chinese-traditional'])",message="links are by language: default, english, french, spanish, german, bahasa-indonesia, italian, japanese, korean, portuguese-brazil, chinese-simplified or chinese-traditional; name one of them"
	TermsOfUse map[string]Link `json:"termsOfUse"`

	// privacyPolicy are the links to the privacy policy.
	// +required
	// +kubebuilder:validation:MinProperties=1
	// +kubebuilder:validation:MaxProperties=12
	// +kubebuilder:validation:XValidation:rule="self.all(l, l in ['default', 'english', 'french', 'spanish', 'german', 'bahasa-indonesia', 'italian', 'japanese', 'korean', 'portuguese-brazil', 'chinese-simplified', 'chinese-traditional'])",message="links are by language: default, english, french, spanish, german, bahasa-indonesia, italian, japanese, korean, portuguese-brazil, chinese-simplified or chinese-traditional; name one of them"
	PrivacyPolicy map[string]Link `json:"privacyPolicy"`
}

// Link is an https URL.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=1024
// +kubebuilder:validation:Pattern=`^https://[!-~]+$`
type Link string
