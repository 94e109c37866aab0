package cognito

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// createManagedLoginBranding applies a style to a client. The login pages of a domain with ManagedLoginVersion 2 are
// unavailable until then. Settings come back only if given, Assets always (floci#2869, measured on AWS).
func (s *Service) createManagedLoginBranding(
	r wire.Request, in *idp.CreateManagedLoginBrandingInput,
) (*idp.CreateManagedLoginBrandingOutput, error) {
	p, c, err := s.client(r, in.UserPoolId, in.ClientId)
	if err != nil {
		return nil, err
	}
	if c.branding != nil {
		return nil, wire.Errorf("ManagedLoginBrandingExistsException",
			"Managed login branding already exists for client %s.", *c.ClientId)
	}
	made := &types.ManagedLoginBrandingType{
		ManagedLoginBrandingId: aws.String(newUUID()), UserPoolId: p.Id, Assets: []types.AssetType{}, CreationDate: aws.Time(r.Now),
	}
	if err := styled(r, made, in.UseCognitoProvidedValues, in.Settings, in.Assets); err != nil {
		return nil, err
	}
	c.branding = made
	return &idp.CreateManagedLoginBrandingOutput{ManagedLoginBranding: c.branding}, nil
}

// updateManagedLoginBranding "preserves existing style settings that you don't specify", and UseCognitoProvidedValues "reverts to
// default style options" (model). An image with another category or color mode is added to those that are there
// (terraform-provider-aws, managed_login_branding.go).
func (s *Service) updateManagedLoginBranding(
	r wire.Request, in *idp.UpdateManagedLoginBrandingInput,
) (*idp.UpdateManagedLoginBrandingOutput, error) {
	p, err := s.pool(r, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	c := p.styledBy(aws.ToString(in.ManagedLoginBrandingId))
	if c == nil {
		return nil, noStyle(aws.ToString(in.ManagedLoginBrandingId))
	}
	changed := *c.branding
	if err := styled(r, &changed, in.UseCognitoProvidedValues, in.Settings, in.Assets); err != nil {
		return nil, err
	}
	c.branding = &changed
	return &idp.UpdateManagedLoginBrandingOutput{ManagedLoginBranding: c.branding}, nil
}

// styled lays what a request gives over a style.
func styled(r wire.Request, b *types.ManagedLoginBrandingType, own bool, settings document.Interface, assets []types.AssetType) error {
	if own && (settings != nil || len(assets) > 0) {
		return invalid("Settings and Assets must be omitted when UseCognitoProvidedValues is true")
	}
	if own {
		b.Settings, b.Assets = nil, []types.AssetType{}
	}
	if settings != nil {
		given, err := plainSettings(settings)
		if err != nil {
			return err
		}
		before, err := plainSettings(b.Settings)
		if err != nil {
			return err
		}
		b.Settings = document.NewLazyDocument(mergeSettings(before, given))
	}
	b.Assets = slices.Clone(b.Assets)
	for _, asset := range assets {
		if len(asset.Bytes) > maxAsset {
			return invalid("1 validation error detected: Value at 'assets' failed to satisfy constraint: Member must have length "+
				"less than or equal to %d", maxAsset)
		}
		asset.ResourceId = aws.String(newUUID())
		b.Assets = slices.DeleteFunc(b.Assets, func(a types.AssetType) bool {
			return a.Category == asset.Category && a.ColorMode == asset.ColorMode
		})
		b.Assets = append(b.Assets, asset)
	}
	b.UseCognitoProvidedValues = b.Settings == nil && len(b.Assets) == 0
	b.LastModifiedDate = aws.Time(r.Now)
	return nil
}

// maxAsset is the longest image (model: AssetBytesType).
const maxAsset = 1_000_000

func (p *pool) styledBy(id string) *client {
	for _, c := range p.clients {
		if c.branding != nil && *c.branding.ManagedLoginBrandingId == id {
			return c
		}
	}
	return nil
}

func noStyle(id string) error {
	return wire.Errorf(resourceNotFound, "Managed login branding %s does not exist.", id)
}

func (s *Service) describeManagedLoginBrandingByClient(
	r wire.Request, in *idp.DescribeManagedLoginBrandingByClientInput,
) (*idp.DescribeManagedLoginBrandingByClientOutput, error) {
	_, c, err := s.client(r, in.UserPoolId, in.ClientId)
	if err != nil {
		return nil, err
	}
	if c.branding == nil {
		return nil, wire.Errorf(resourceNotFound, "Managed login branding does not exist for client %s.", *c.ClientId)
	}
	shown := *c.branding
	settings, err := plainSettings(shown.Settings)
	switch {
	case err != nil:
		return nil, err
	case in.ReturnMergedResources:
		settings = mergeSettings(ownStyle(), settings)
	case s.settings.terseStyles:
		settings = besideOwnStyle(settings, ownStyle())
	}
	if shown.Settings = nil; len(settings) > 0 {
		shown.Settings = document.NewLazyDocument(settings)
	}
	return &idp.DescribeManagedLoginBrandingByClientOutput{ManagedLoginBranding: &shown}, nil
}

func (s *Service) deleteManagedLoginBranding(
	r wire.Request, in *idp.DeleteManagedLoginBrandingInput,
) (*idp.DeleteManagedLoginBrandingOutput, error) {
	p, err := s.pool(r, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	c := p.styledBy(*in.ManagedLoginBrandingId)
	if c == nil {
		return nil, noStyle(*in.ManagedLoginBrandingId)
	}
	c.branding = nil
	return &idp.DeleteManagedLoginBrandingOutput{}, nil
}
