package main

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	cipdocument "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// styleResets gives a client of the pool made by hand a style, changes it in part, and sets Cognito's own.
func (w *world) styleResets(ctx context.Context) (finding, error) {
	client, err := w.cognito.CreateUserPoolClient(ctx, &cip.CreateUserPoolClientInput{UserPoolId: &w.pool, ClientName: aws.String("styled")})
	if err != nil {
		return finding{}, err
	}
	id := client.UserPoolClient.ClientId
	made, err := w.cognito.CreateManagedLoginBranding(ctx, &cip.CreateManagedLoginBrandingInput{
		UserPoolId: &w.pool, ClientId: id, Settings: global("colorSchemeMode", "DARK"), Assets: []types.AssetType{{
			Category: types.AssetCategoryTypePageHeaderLogo, ColorMode: types.ColorSchemeModeTypeDynamic, Extension: types.AssetExtensionTypeSvg,
			Bytes: []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="10" height="10"/></svg>`),
		}},
	})
	if err != nil {
		return finding{}, err
	}
	change := func(settings cipdocument.Interface, own bool) (string, int, error) {
		if _, err := w.cognito.UpdateManagedLoginBranding(ctx, &cip.UpdateManagedLoginBrandingInput{
			UserPoolId: &w.pool, ManagedLoginBrandingId: made.ManagedLoginBranding.ManagedLoginBrandingId,
			Settings: settings, UseCognitoProvidedValues: own,
		}); err != nil {
			return "", 0, err
		}
		out, err := w.cognito.DescribeManagedLoginBrandingByClient(ctx, &cip.DescribeManagedLoginBrandingByClientInput{
			UserPoolId: &w.pool, ClientId: id,
		})
		if err != nil || out.ManagedLoginBranding.Settings == nil {
			return "", 0, err
		}
		text, err := out.ManagedLoginBranding.Settings.MarshalSmithyDocument()
		return string(text), len(out.ManagedLoginBranding.Assets), err
	}
	kept, images, err := change(global("spacingDensity", "COMPACT"), false)
	if err != nil {
		return finding{}, err
	}
	own, ownImages, err := change(nil, true)
	if err != nil {
		return finding{}, err
	}
	return found(own == "" && ownImages == 0, "after a change in part %s and %d images, then %q and %d images", kept, images, own, ownImages)
}

// global are settings of the pages as a whole.
func global(key, value string) cipdocument.Interface {
	return cipdocument.NewLazyDocument(map[string]any{"categories": map[string]any{"global": map[string]any{key: value}}})
}
