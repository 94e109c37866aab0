package cognito_test

import (
	"errors"
	"testing"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"github.com/securedapi/securedapi/hack/awslocal/cognito"
)

// styles is a client with a style.
type styles struct {
	*cloud
	pool, client, id *string
}

func (c *cloud) styled(edits ...func(*idp.CreateManagedLoginBrandingInput)) (styles, error) {
	pool := c.pool()
	in := &idp.CreateManagedLoginBrandingInput{UserPoolId: pool, ClientId: c.appClient(pool).ClientId}
	for _, edit := range edits {
		edit(in)
	}
	out, err := c.api.CreateManagedLoginBranding(c.ctx(), in)
	if err != nil {
		return styles{}, err
	}
	return styles{c, pool, in.ClientId, out.ManagedLoginBranding.ManagedLoginBrandingId}, nil
}

func (s styles) update(edit func(*idp.UpdateManagedLoginBrandingInput)) error {
	in := &idp.UpdateManagedLoginBrandingInput{UserPoolId: s.pool, ManagedLoginBrandingId: s.id}
	edit(in)
	_, err := s.api.UpdateManagedLoginBranding(s.ctx(), in)
	return err
}

// shows is the style's settings as JSON, and its images.
func (s styles) shows(merged bool) (string, []types.AssetType, error) {
	out, err := s.api.DescribeManagedLoginBrandingByClient(s.ctx(), &idp.DescribeManagedLoginBrandingByClientInput{
		UserPoolId: s.pool, ClientId: s.client, ReturnMergedResources: merged,
	})
	if err != nil || out.ManagedLoginBranding.Settings == nil {
		return "", out.ManagedLoginBranding.Assets, err
	}
	text, err := out.ManagedLoginBranding.Settings.MarshalSmithyDocument()
	return string(text), out.ManagedLoginBranding.Assets, err
}

// global are settings of the pages as a whole.
func global(key, value string) document.Interface {
	return document.NewLazyDocument(map[string]any{"categories": map[string]any{"global": map[string]any{key: value}}})
}

func withDark(in *idp.CreateManagedLoginBrandingInput) {
	in.Settings = global("colorSchemeMode", "DARK")
}

func logo(mode types.ColorSchemeModeType, content string) types.AssetType {
	return types.AssetType{
		Category: types.AssetCategoryTypeFormLogo, ColorMode: mode, Extension: types.AssetExtensionTypeSvg, Bytes: []byte(content),
	}
}

func TestBranding(t *testing.T) {
	check(t, setup{}, []behavior{
		{
			name: "a client has one style", source: "SDK: ManagedLoginBrandingExistsException",
			do: func(c *cloud) (any, error) {
				s, err := c.styled(withDark)
				if err != nil {
					return nil, err
				}
				_, err = c.api.CreateManagedLoginBranding(c.ctx(), &idp.CreateManagedLoginBrandingInput{UserPoolId: s.pool, ClientId: s.client})
				return nil, ignoreText(err)
			},
			wantErr: "ManagedLoginBrandingExistsException",
		},
		{
			name: "own values go with Cognito's in no request", source: "model: UseCognitoProvidedValues",
			do: func(c *cloud) (any, error) {
				_, err := c.styled(withDark, func(in *idp.CreateManagedLoginBrandingInput) { in.UseCognitoProvidedValues = true })
				return nil, err
			},
			wantErr: "InvalidParameterException: Settings and Assets must be omitted when UseCognitoProvidedValues is true",
		},
		{
			name: "an update keeps what it is not given", source: "model: UpdateManagedLoginBranding",
			do: func(c *cloud) (any, error) {
				s, err := c.styled(withDark)
				if err != nil {
					return nil, err
				}
				if err := s.update(func(in *idp.UpdateManagedLoginBrandingInput) { in.Settings = global("spacingDensity", "COMPACT") }); err != nil {
					return nil, err
				}
				settings, _, err := s.shows(false)
				return settings, err
			},
			want: `{"categories":{"global":{"colorSchemeMode":"DARK","spacingDensity":"COMPACT"}}}`,
		},
		{
			name: "an image of another color mode is added, and one of the same replaced", source: "terraform-provider-aws, managed_login_branding.go",
			do: func(c *cloud) (any, error) {
				s, err := c.styled(func(in *idp.CreateManagedLoginBrandingInput) { in.Assets = []types.AssetType{logo("LIGHT", "a")} })
				if err != nil {
					return nil, err
				}
				err = s.update(func(in *idp.UpdateManagedLoginBrandingInput) {
					in.Assets = []types.AssetType{logo("LIGHT", "b"), logo("DARK", "c")}
				})
				if err != nil {
					return nil, err
				}
				_, assets, err := s.shows(false)
				var got []string
				for _, asset := range assets {
					got = append(got, string(asset.ColorMode)+" "+string(asset.Bytes))
				}
				return got, err
			},
			want: []string{"LIGHT b", "DARK c"},
		},
		{
			name: "Cognito's values take the place of one's own", source: "model: UseCognitoProvidedValues, reverts to default style options",
			do: func(c *cloud) (any, error) {
				s, err := c.styled(withDark, func(in *idp.CreateManagedLoginBrandingInput) { in.Assets = []types.AssetType{logo("LIGHT", "a")} })
				if err != nil {
					return nil, err
				}
				if err := s.update(func(in *idp.UpdateManagedLoginBrandingInput) { in.UseCognitoProvidedValues = true }); err != nil {
					return nil, err
				}
				settings, assets, err := s.shows(false)
				return []any{settings, len(assets)}, err
			},
			want: []any{"", 0},
		},
		{
			name: "merged settings have Cognito's beside one's own", source: "model: ReturnMergedResources",
			do: func(c *cloud) (any, error) {
				s, err := c.styled(func(in *idp.CreateManagedLoginBrandingInput) {
					in.Settings = document.NewLazyDocument(map[string]any{"categories": map[string]any{"form": map[string]any{"displayGraphics": false}}})
				})
				if err != nil {
					return nil, err
				}
				settings, _, err := s.shows(true)
				return settings, err
			},
			want: `{"categories":{"form":{"displayGraphics":false,"location":{"horizontal":"CENTER","vertical":"CENTER"}},` +
				`"global":{"colorSchemeMode":"LIGHT","spacingDensity":"REGULAR"}},"componentClasses":{"buttons":{"borderRadius":8}}}`,
		},
		{
			name: "settings have parts that Cognito knows", source: "lgallard/terraform-aws-cognito-user-pool#238: a structure that AWS rejects; no source has its words",
			do: func(c *cloud) (any, error) {
				_, err := c.styled(func(in *idp.CreateManagedLoginBrandingInput) {
					in.Settings = document.NewLazyDocument(map[string]any{"colors": "dark"})
				})
				return nil, err
			},
			wantErr: "InvalidParameterException: Settings contain an unknown property: colors",
		},
		{
			name: "an image has a megabyte", source: "botocore: AssetBytesType",
			do: func(c *cloud) (any, error) {
				_, err := c.styled(func(in *idp.CreateManagedLoginBrandingInput) {
					in.Assets = []types.AssetType{{Category: "FORM_LOGO", ColorMode: "LIGHT", Extension: "PNG", Bytes: make([]byte, 1_000_001)}}
				})
				return nil, ignoreText(err)
			},
			wantErr: "InvalidParameterException",
		},
		{
			name: "a style that is gone cannot be changed", source: "model: ResourceNotFoundException",
			do: func(c *cloud) (any, error) {
				s, err := c.styled()
				if err != nil {
					return nil, err
				}
				_, err = c.api.DeleteManagedLoginBranding(c.ctx(), &idp.DeleteManagedLoginBrandingInput{UserPoolId: s.pool, ManagedLoginBrandingId: s.id})
				if err != nil {
					return nil, err
				}
				return nil, ignoreText(s.update(func(in *idp.UpdateManagedLoginBrandingInput) { in.UseCognitoProvidedValues = true }))
			},
			wantErr: "ResourceNotFoundException",
		},
	})
	check(t, setup{options: []cognito.Option{cognito.WithTerseStyles(true)}}, []behavior{{
		name: "what is as in Cognito's own style does not show", source: "model: ReturnMergedResources, of one reading",
		do: func(c *cloud) (any, error) {
			s, err := c.styled(func(in *idp.CreateManagedLoginBrandingInput) { in.Settings = global("spacingDensity", "REGULAR") })
			if err != nil {
				return nil, err
			}
			settings, _, err := s.shows(false)
			return settings, err
		},
		want: "",
	}})
}

// ignoreText keeps the code of a refusal whose words no source has.
func ignoreText(err error) error {
	if refusal, ok := errors.AsType[smithy.APIError](err); ok {
		return errors.New(refusal.ErrorCode())
	}
	return err
}
