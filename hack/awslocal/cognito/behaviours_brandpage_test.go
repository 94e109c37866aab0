package cognito_test

import (
	"regexp"
	"strings"
	"testing"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire/wiretest"
)

// branded is the login page of a client with a style.
func branded(t *testing.T, version int32, settings map[string]any, assets ...types.AssetType) *browser {
	t.Helper()
	a := start(t, setup{}).choicePages(version)
	out, err := a.api.DescribeManagedLoginBrandingByClient(a.ctx(), &idp.DescribeManagedLoginBrandingByClientInput{UserPoolId: a.pool, ClientId: a.client.ClientId})
	if err != nil {
		t.Fatal(err)
	}
	in := &idp.UpdateManagedLoginBrandingInput{UserPoolId: a.pool, ManagedLoginBrandingId: out.ManagedLoginBranding.ManagedLoginBrandingId, Assets: assets}
	if settings != nil {
		in.Settings = document.NewLazyDocument(settings)
	}
	if _, err := a.api.UpdateManagedLoginBranding(a.ctx(), in); err != nil {
		t.Fatal(err)
	}
	return a.browser().open(a.url("/login"))
}

// tree is settings with a value at a path.
func tree(path string, value any) map[string]any {
	name, rest, nested := strings.Cut(path, ".")
	if nested {
		value = tree(rest, value)
	}
	return map[string]any{name: value}
}

func merged(all ...map[string]any) map[string]any {
	out := map[string]any{}
	for _, one := range all {
		for key, value := range one {
			had, nested := out[key].(map[string]any)
			if inner, also := value.(map[string]any); nested && also {
				value = merged(had, inner)
			}
			out[key] = value
		}
	}
	return out
}

func TestManagedPagesWearTheirStyle(t *testing.T) {
	t.Parallel()
	const editor = "developer guide: the settings of the branding editor; hashicorp/terraform-provider-aws#42580"
	image := func(category types.AssetCategoryType, mode types.ColorSchemeModeType, extension types.AssetExtensionType) types.AssetType {
		return types.AssetType{Category: category, ColorMode: mode, Extension: extension, Bytes: []byte("x")}
	}
	const (
		dynamic, light, dark = types.ColorSchemeModeTypeDynamic, types.ColorSchemeModeTypeLight, types.ColorSchemeModeTypeDark
		png, svg, ico        = types.AssetExtensionTypePng, types.AssetExtensionTypeSvg, types.AssetExtensionTypeIco
	)
	mode := func(name string) map[string]any { return tree("categories.global.colorSchemeMode", name) }
	button := func(mode, value string) map[string]any {
		return tree("components.primaryButton."+mode+".defaults.backgroundColor", value)
	}
	header := merged(tree("categories.global.pageHeader.enabled", true), tree("components.pageHeader.logo.enabled", true))
	for _, tc := range []struct {
		name, source string
		settings     map[string]any
		assets       []types.AssetType
		want, not    string // patterns of the page
	}{
		{"a color of the light mode, which is the default", editor, button("lightMode", "006400ff"), nil, `button \{ background: #006400ff; \}`, `media \(prefers-color-scheme: dark\) \{\s+:root \{ color-scheme: dark`},
		{"not one of the dark mode", editor, button("darkMode", "006400ff"), nil, `color-scheme: light;`, `006400`},
		{"the dark mode", editor, merged(mode("DARK"), button("darkMode", "006400ff"), button("lightMode", "640000ff")), nil, `color-scheme: dark;[^<]*button \{ background: #006400ff; \}`, `640000`},
		{"what the browser prefers", editor, merged(mode("DYNAMIC"), button("darkMode", "006400ff"), button("lightMode", "640000ff")), nil, `(?s)#640000ff.*@media \(prefers-color-scheme: dark\) \{.*#006400ff`, ``},
		{"the page's background", editor, tree("components.pageBackground.lightMode.color", "fff4e0ff"), nil, `:root \{ --ground: #fff4e0ff; \}`, ``},
		{"corners", editor, tree("componentClasses.buttons.borderRadius", 24), nil, `button \{ border-radius: 24px; \}`, ``},
		{"nothing that is no color", "a style must not write the pages' CSS", button("lightMode", "red; } body { display: none"), nil, `color-scheme: light;`, `display: none`},
		{"an image behind the page", "model: AssetCategoryType", nil, []types.AssetType{image(types.AssetCategoryTypePageBackground, dynamic, png)}, `body \{ background-image: url\("data:image/png;base64,eA=="\); \}`, ``},
		{"not one that is turned off", editor, tree("components.pageBackground.image.enabled", false), []types.AssetType{image(types.AssetCategoryTypePageBackground, dynamic, png)}, `color-scheme: light;`, `base64`},
		{"not one of the other mode", "model: AssetType.ColorMode", mode("LIGHT"), []types.AssetType{image(types.AssetCategoryTypePageBackground, dark, png)}, `color-scheme: light;`, `base64`},
		{"that of the mode before the one for both", "model: AssetType.ColorMode", mode("LIGHT"), []types.AssetType{image(types.AssetCategoryTypePageBackground, dynamic, svg), image(types.AssetCategoryTypePageBackground, light, png)}, `data:image/png`, `data:image/svg`},
		{"a logo in the header", editor, header, []types.AssetType{image(types.AssetCategoryTypePageHeaderLogo, dynamic, svg)}, `(?s)\.header-logo \{ background-image: url\("data:image/svg\+xml;base64,eA=="\); \}.*<header>`, ``},
		{"no header unless it is turned on", editor, nil, []types.AssetType{image(types.AssetCategoryTypePageHeaderLogo, dynamic, svg)}, `color-scheme: light;`, `<header>|base64`},
		{"a logo in the form", editor, tree("components.form.logo.enabled", true), []types.AssetType{image(types.AssetCategoryTypeFormLogo, dynamic, png)}, `(?s)\.form-logo \{ background-image.*<div class="form-logo"`, ``},
		{"an icon", "model: AssetCategoryType", nil, []types.AssetType{image(types.AssetCategoryTypeFaviconIco, dynamic, ico)}, `<link rel="icon" href="data:image/x-icon;base64,eA==">`, ``},
		{"not an icon that is turned off", editor, tree("components.favicon.enabledTypes", []any{"SVG"}), []types.AssetType{image(types.AssetCategoryTypeFaviconIco, dynamic, ico)}, `<link rel="icon" href="data:,">`, `x-icon`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			wiretest.Source(t, tc.source)
			page := branded(t, 2, tc.settings, tc.assets...).body
			if !regexp.MustCompile(tc.want).MatchString(page) {
				t.Errorf("%s\ngot the page %s\nwant %s", tc.source, page, tc.want)
			}
			if tc.not != "" && regexp.MustCompile(tc.not).MatchString(page) {
				t.Errorf("%s\ngot the page %s\nwant no %s", tc.source, page, tc.not)
			}
		})
	}
}

func TestClassicPagesDoNotWearTheStyleOfManagedOnes(t *testing.T) {
	t.Parallel()
	wiretest.Source(t, "developer guide: managed-login-branding, a style is of managed login")
	page := branded(t, 1, tree("components.primaryButton.lightMode.defaults.backgroundColor", "006400ff")).body
	if strings.Contains(page, "006400") {
		t.Errorf("got the page %s, want no color of the style", page)
	}
}
