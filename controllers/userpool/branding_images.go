package userpool

import (
	"encoding/base64"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
)

// maxImage is the longest image, in bytes (botocore: AssetBytesType).
const maxImage = 1_000_000

// maxRequest bounds the settings and images of a request, in bytes: it has 2 megabytes at most, and more takes several requests
// (SDK, UpdateManagedLoginBranding). What else is in it has room.
const maxRequest = 1_900_000

const colorModeDynamic v1alpha1.ColorMode = "Dynamic"

// image is one that the spec names. The digest is of the file.
type image struct {
	Category  v1alpha1.AssetCategory
	ColorMode v1alpha1.ColorMode
	Extension v1alpha1.AssetExtension
	Digest    string

	file string
}

// categories are the places of images in Cognito's words.
var categories = map[v1alpha1.AssetCategory]types.AssetCategoryType{
	"FaviconICO": types.AssetCategoryTypeFaviconIco, "FaviconSVG": types.AssetCategoryTypeFaviconSvg,
	"EmailGraphic": types.AssetCategoryTypeEmailGraphic, "SMSGraphic": types.AssetCategoryTypeSmsGraphic,
	"AuthAppGraphic": types.AssetCategoryTypeAuthAppGraphic, "PasswordGraphic": types.AssetCategoryTypePasswordGraphic,
	"PasskeyGraphic": types.AssetCategoryTypePasskeyGraphic, "PageHeaderLogo": types.AssetCategoryTypePageHeaderLogo,
	"PageHeaderBackground": types.AssetCategoryTypePageHeaderBackground, "PageFooterLogo": types.AssetCategoryTypePageFooterLogo,
	"PageFooterBackground": types.AssetCategoryTypePageFooterBackground, "PageBackground": types.AssetCategoryTypePageBackground,
	"FormBackground": types.AssetCategoryTypeFormBackground, "FormLogo": types.AssetCategoryTypeFormLogo,
	"IDPButtonIcon": types.AssetCategoryTypeIdpButtonIcon,
}

// place is where an image is, of which there is one: its category and color mode.
func (i image) place() string { return string(i.Category) + "/" + string(i.ColorMode) }

func (i image) words() string { return string(i.Extension) + " " + i.Digest }

func (i image) asset() types.AssetType {
	return types.AssetType{
		Category: categories[i.Category], ColorMode: types.ColorSchemeModeType(strings.ToUpper(string(i.ColorMode))),
		Extension: types.AssetExtensionType(i.Extension), Bytes: []byte(i.file),
	}
}

// imagesOf are Cognito's images in words, by their place.
func imagesOf(assets []types.AssetType) map[string]string {
	images := map[string]string{}
	for _, asset := range assets {
		mode := strings.ToLower(string(asset.ColorMode))
		if mode != "" {
			mode = strings.ToUpper(mode[:1]) + mode[1:]
		}
		one := image{
			ColorMode: v1alpha1.ColorMode(mode), Extension: v1alpha1.AssetExtension(asset.Extension),
			Category: v1alpha1.AssetCategory(asset.Category), Digest: engine.DigestOf(0, string(asset.Bytes)),
		}
		for category, name := range categories {
			if name == asset.Category {
				one.Category = category
			}
		}
		images[one.place()] = one.words()
	}
	return images
}

// images are the wanted ones in words, by their place.
func (want *brandingSettings) images() map[string]string {
	images := map[string]string{}
	for _, one := range want.Assets {
		images[one.place()] = one.words()
	}
	return images
}

// plain says that Cognito's own style is wanted.
func (want *brandingSettings) plain() bool { return want.Settings == "" && len(want.Assets) == 0 }

// imageWords are the places of images.
func imageWords(images []image) string {
	places := make([]string, 0, len(images))
	for _, one := range images {
		places = append(places, one.place())
	}
	return strings.Join(places, ", ")
}

// request is what a call gives a style; empty for Cognito's own.
type request struct {
	settings document.Interface
	assets   []types.AssetType
}

func (r request) plain() bool { return r.settings == nil && len(r.assets) == 0 }

// requests shares out what is wanted over as many calls as it takes, at least one.
func (want *brandingSettings) requests() []request {
	all := []request{{}}
	if want.Settings != "" {
		all[0].settings = document.NewLazyDocument(values(want.Settings))
	}
	size := len(want.Settings)
	for _, one := range want.Assets {
		length := base64.StdEncoding.EncodedLen(len(one.file))
		if size > 0 && size+length > maxRequest {
			all, size = append(all, request{}), 0
		}
		last := &all[len(all)-1]
		last.assets, size = append(last.assets, one.asset()), size+length
	}
	return all
}
