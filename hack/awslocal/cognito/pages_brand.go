package cognito

import (
	"encoding/base64"
	"fmt"
	"html/template"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// The style of managed pages, as far as these pages have what it is for: colors, corners, a header, a logo, backgrounds and an icon.
// Names of settings: the JSON of the branding editor (developer guide; hashicorp/terraform-provider-aws#42580).

// brand is how the pages of a client look.
type brand struct {
	CSS  template.CSS
	Icon template.URL
	// Header is a bar with a logo above the page, and Logo one in the form.
	Header, Logo bool
}

// Modes are parts of settings. A style has both, and colorSchemeMode chooses.
const (
	lightMode = "lightMode"
	darkMode  = "darkMode"
)

// painted are the settings that are colors, MODE being one of both, and what they are for here.
var painted = []struct{ setting, selector, property string }{
	{"components.pageBackground.MODE.color", ":root", "--ground"},
	{"components.form.MODE.backgroundColor", ":root", "--paper"},
	{"components.form.MODE.borderColor", "main", "border: 1px solid; border-color"},
	{"components.pageText.MODE.headingColor", "h1", "color"},
	{"components.pageText.MODE.bodyColor", ":root", "--ink"},
	{"components.pageText.MODE.descriptionColor", ":root", "--soft"},
	{"components.primaryButton.MODE.defaults.backgroundColor", "button", "background"},
	{"components.primaryButton.MODE.defaults.textColor", "button", "color"},
	{"components.primaryButton.MODE.hover.backgroundColor", "button:hover", "background"},
	{"components.primaryButton.MODE.hover.textColor", "button:hover", "color"},
	{"components.alert.MODE.error.backgroundColor", ".alert", "background"},
	{"components.alert.MODE.error.borderColor", ".alert", "border-color"},
	{"components.pageHeader.MODE.background.color", "header", "background"},
	{"components.pageHeader.MODE.borderColor", "header", "border-color"},
	{"componentClasses.link.MODE.defaults.textColor", "a", "color"},
	{"componentClasses.link.MODE.hover.textColor", "a:hover", "color"},
	{"componentClasses.inputLabel.MODE.textColor", "label", "color"},
	{"componentClasses.inputDescription.MODE.textColor", ".hint", "color"},
	{"componentClasses.input.MODE.defaults.backgroundColor", "input, select", "background"},
	{"componentClasses.input.MODE.defaults.borderColor", "input, select", "border-color"},
	{"componentClasses.focusState.MODE.borderColor", ":focus-visible", "outline-color"},
}

// rounded are the settings that are corners.
var rounded = []struct{ setting, selector string }{
	{"components.form.borderRadius", "main"},
	{"components.alert.borderRadius", ".alert"},
	{"componentClasses.buttons.borderRadius", "button"},
	{"componentClasses.input.borderRadius", "input, select"},
}

// color is how settings write one: eight digits, the last two of which are the opacity. Nothing else is drawn: it would be CSS of whoever
// may write a style.
var color = regexp.MustCompile(`^[0-9a-fA-F]{6}([0-9a-fA-F]{2})?$`)

// brand is the style of a client's pages; nil for Cognito's own, which these pages do not have.
func (st *site) brand(c *client) *brand {
	if st.domain.loginVersion != 2 || c.branding == nil || c.branding.UseCognitoProvidedValues {
		return nil
	}
	settings, err := plainSettings(c.branding.Settings)
	if err != nil {
		return nil
	}
	b := &brand{
		Header: enabled(settings, "categories.global.pageHeader.enabled", false) &&
			enabled(settings, "components.pageHeader.logo.enabled", false),
		Logo: enabled(settings, "components.form.logo.enabled", false),
	}
	var css strings.Builder
	for _, corner := range rounded {
		if pixels, is := setting(settings, corner.setting).(float64); is {
			fmt.Fprintf(&css, "%s { border-radius: %gpx; }\n", corner.selector, pixels)
		}
	}
	light, dark := b.paint(c.branding.Assets, settings, lightMode), b.paint(c.branding.Assets, settings, darkMode)
	mode := lightMode
	switch setting(settings, "categories.global.colorSchemeMode") {
	case "DARK":
		mode = darkMode
		css.WriteString(dark)
	case "DYNAMIC":
		css.WriteString(light + "@media (prefers-color-scheme: dark) {\n" + dark + "}\n")
	default: // Cognito's own style is light
		css.WriteString(light)
	}
	b.CSS, b.Icon = template.CSS(css.String()), icon(c.branding.Assets, settings, mode)
	return b
}

// paint is the CSS of a mode.
func (b *brand) paint(assets []types.AssetType, settings map[string]any, mode string) string {
	var css strings.Builder
	fmt.Fprintf(&css, ":root { color-scheme: %s; %s }\n", strings.TrimSuffix(mode, "Mode"), palettes[mode])
	for _, p := range painted {
		if value, _ := setting(settings, strings.ReplaceAll(p.setting, "MODE", mode)).(string); color.MatchString(value) {
			fmt.Fprintf(&css, "%s { %s: #%s; }\n", p.selector, p.property, value)
		}
	}
	for _, drawn := range []struct {
		category types.AssetCategoryType
		selector string
		shown    bool
	}{
		{types.AssetCategoryTypePageBackground, "body", enabled(settings, "components.pageBackground.image.enabled", true)},
		{types.AssetCategoryTypeFormBackground, "main", enabled(settings, "components.form.backgroundImage.enabled", false)},
		{types.AssetCategoryTypePageHeaderBackground, "header", enabled(settings, "components.pageHeader.backgroundImage.enabled", false)},
		{types.AssetCategoryTypePageHeaderLogo, ".header-logo", b.Header},
		{types.AssetCategoryTypeFormLogo, ".form-logo", b.Logo},
	} {
		if image := imageFor(assets, drawn.category, mode); image != "" && drawn.shown {
			fmt.Fprintf(&css, "%s { background-image: url(%q); }\n", drawn.selector, image)
		}
	}
	return css.String()
}

// palettes are what these pages have where a style says nothing, of layout.html.
var palettes = map[string]string{
	lightMode: "--ink: #16202c; --soft: #55606e; --paper: #fff; --ground: #eef1f5; --line: #8793a1; --accent: #0b5cad; --alert: #b3261e;",
	darkMode:  "--ink: #e8edf3; --soft: #aab4c0; --paper: #1b232d; --ground: #10161d; --line: #6b7785; --accent: #7db8f5; --alert: #ff8a80;",
}

// icon is the page's in the browser's tab. Of both kinds, browsers prefer the one that scales.
func icon(assets []types.AssetType, settings map[string]any, mode string) template.URL {
	kinds, given := setting(settings, "components.favicon.enabledTypes").([]any)
	for _, one := range []struct {
		kind     string
		category types.AssetCategoryType
	}{{"SVG", types.AssetCategoryTypeFaviconSvg}, {"ICO", types.AssetCategoryTypeFaviconIco}} {
		if image := imageFor(assets, one.category, mode); image != "" && (!given || slices.Contains(kinds, any(one.kind))) {
			return template.URL(image)
		}
	}
	return ""
}

// mediaTypes are of the files of images.
var mediaTypes = map[types.AssetExtensionType]string{
	types.AssetExtensionTypeIco: "image/x-icon", types.AssetExtensionTypeJpeg: "image/jpeg", types.AssetExtensionTypePng: "image/png",
	types.AssetExtensionTypeSvg: "image/svg+xml", types.AssetExtensionTypeWebp: "image/webp",
}

// imageFor is an image as an address: that of the mode, or the one for both ("displays a browser-adaptive file in all contexts", model).
func imageFor(assets []types.AssetType, category types.AssetCategoryType, mode string) string {
	for _, wanted := range []string{strings.ToUpper(strings.TrimSuffix(mode, "Mode")), string(types.ColorSchemeModeTypeDynamic)} {
		for _, a := range assets {
			if a.Category == category && string(a.ColorMode) == wanted && mediaTypes[a.Extension] != "" {
				return "data:" + mediaTypes[a.Extension] + ";base64," + base64.StdEncoding.EncodeToString(a.Bytes)
			}
		}
	}
	return ""
}

// setting is a value of the settings; nil if it is not there.
func setting(settings map[string]any, path string) any {
	var value any = settings
	for name := range strings.SplitSeq(path, ".") {
		inner, _ := value.(map[string]any)
		value = inner[name]
	}
	return value
}

func enabled(settings map[string]any, path string, otherwise bool) bool {
	if value, is := setting(settings, path).(bool); is {
		return value
	}
	return otherwise
}
