package cognito

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
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
	if in.UseCognitoProvidedValues && (in.Settings != nil || len(in.Assets) > 0) {
		return nil, invalid("Settings and Assets must be omitted when UseCognitoProvidedValues is true")
	}
	c.branding = &types.ManagedLoginBrandingType{
		ManagedLoginBrandingId:   aws.String(newUUID()),
		UserPoolId:               p.Id,
		UseCognitoProvidedValues: in.UseCognitoProvidedValues,
		Settings:                 in.Settings,
		Assets:                   append([]types.AssetType{}, in.Assets...),
		CreationDate:             aws.Time(r.Now),
		LastModifiedDate:         aws.Time(r.Now),
	}
	return &idp.CreateManagedLoginBrandingOutput{ManagedLoginBranding: c.branding}, nil
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
	return &idp.DescribeManagedLoginBrandingByClientOutput{ManagedLoginBranding: c.branding}, nil
}

func (s *Service) deleteManagedLoginBranding(
	r wire.Request, in *idp.DeleteManagedLoginBrandingInput,
) (*idp.DeleteManagedLoginBrandingOutput, error) {
	p, err := s.pool(r, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	for _, c := range p.clients {
		if c.branding != nil && *c.branding.ManagedLoginBrandingId == *in.ManagedLoginBrandingId {
			c.branding = nil
			return &idp.DeleteManagedLoginBrandingOutput{}, nil
		}
	}
	return nil, wire.Errorf(resourceNotFound, "Managed login branding %s does not exist.", *in.ManagedLoginBrandingId)
}
