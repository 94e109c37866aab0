package cognito

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

func (s *Service) createIdentityProvider(
	r wire.Request, in *idp.CreateIdentityProviderInput,
) (*idp.CreateIdentityProviderOutput, error) {
	p, err := s.pool(r, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	if p.providers[*in.ProviderName] != nil {
		// The code is the model's; the words are not known.
		return nil, wire.Errorf("DuplicateProviderException", "A provider with the name %s already exists in this user pool.", *in.ProviderName)
	}
	if len(p.providers) >= s.settings.limits.IdentityProviders {
		return nil, overLimit("identity providers of a user pool", s.settings.limits.IdentityProviders)
	}
	provider := &types.IdentityProviderType{
		UserPoolId: p.Id, ProviderName: in.ProviderName, ProviderType: in.ProviderType, CreationDate: aws.Time(r.Now),
		AttributeMapping: map[string]string{},
	}
	if err := p.setProvider(r, provider, in.ProviderDetails, in.AttributeMapping, in.IdpIdentifiers); err != nil {
		return nil, err
	}
	p.providers[*in.ProviderName] = provider
	return &idp.CreateIdentityProviderOutput{IdentityProvider: told(provider)}, nil
}

// setProvider sets what is given, and keeps what is not.
func (p *pool) setProvider(
	r wire.Request, provider *types.IdentityProviderType, details, mapping map[string]string, identifiers []string,
) error {
	if details != nil {
		if err := checkDetails(*provider.ProviderName, provider.ProviderType, details); err != nil {
			return err
		}
	}
	if err := p.checkMapping(mapping); err != nil {
		return err
	}
	for name, other := range p.providers {
		for _, identifier := range identifiers {
			if name != *provider.ProviderName && slices.Contains(other.IdpIdentifiers, identifier) {
				// GetIdentityProviderByIdentifier returns one provider (model); the words are not known.
				return wire.Errorf("DuplicateProviderException", "The identifier %s is of another provider.", identifier)
			}
		}
	}
	if details != nil {
		provider.ProviderDetails = filled(provider.ProviderType, details)
	}
	if mapping != nil {
		provider.AttributeMapping = maps.Clone(mapping)
	}
	if claim := subjects[provider.ProviderType]; claim != "" && provider.AttributeMapping["username"] == "" {
		provider.AttributeMapping["username"] = claim
	}
	if identifiers != nil {
		provider.IdpIdentifiers = identifiers
	}
	provider.LastModifiedDate = aws.Time(r.Now)
	return nil
}

func (s *Service) describeIdentityProvider(
	r wire.Request, in *idp.DescribeIdentityProviderInput,
) (*idp.DescribeIdentityProviderOutput, error) {
	_, provider, err := s.identityProvider(r, in.UserPoolId, in.ProviderName)
	if err != nil {
		return nil, err
	}
	return &idp.DescribeIdentityProviderOutput{IdentityProvider: told(provider)}, nil
}

func (s *Service) updateIdentityProvider(
	r wire.Request, in *idp.UpdateIdentityProviderInput,
) (*idp.UpdateIdentityProviderOutput, error) {
	p, provider, err := s.identityProvider(r, in.UserPoolId, in.ProviderName)
	if err != nil {
		return nil, err
	}
	if err := p.setProvider(r, provider, in.ProviderDetails, in.AttributeMapping, in.IdpIdentifiers); err != nil {
		return nil, err
	}
	return &idp.UpdateIdentityProviderOutput{IdentityProvider: told(provider)}, nil
}

// deleteIdentityProvider leaves the name with the clients that have it: whether Cognito refuses is not known, and the operator takes it
// off them first.
func (s *Service) deleteIdentityProvider(
	r wire.Request, in *idp.DeleteIdentityProviderInput,
) (*idp.DeleteIdentityProviderOutput, error) {
	p, _, err := s.identityProvider(r, in.UserPoolId, in.ProviderName)
	if err != nil {
		return nil, err
	}
	delete(p.providers, *in.ProviderName)
	return &idp.DeleteIdentityProviderOutput{}, nil
}

func (s *Service) listIdentityProviders(
	r wire.Request, in *idp.ListIdentityProvidersInput,
) (*idp.ListIdentityProvidersOutput, error) {
	p, err := s.pool(r, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	names, next, err := page(p.providers, in.NextToken, in.MaxResults, 60)
	if err != nil {
		return nil, err
	}
	out := &idp.ListIdentityProvidersOutput{Providers: []types.ProviderDescription{}, NextToken: next}
	for _, name := range names {
		provider := p.providers[name]
		out.Providers = append(out.Providers, types.ProviderDescription{
			ProviderName: provider.ProviderName, ProviderType: provider.ProviderType,
			CreationDate: provider.CreationDate, LastModifiedDate: provider.LastModifiedDate,
		})
	}
	return out, nil
}

func (s *Service) identityProvider(r wire.Request, poolID, name *string) (*pool, *types.IdentityProviderType, error) {
	p, err := s.pool(r, poolID)
	if err != nil {
		return nil, nil, err
	}
	provider := p.providers[aws.ToString(name)]
	if provider == nil {
		// moto, tests/test_cognitoidp: checked against AWS.
		return nil, nil, wire.Errorf(resourceNotFound, "Identity provider %s does not exist.", aws.ToString(name))
	}
	return p, provider, nil
}

// hasProvider says whether clients of the pool may name an identity provider.
func (p *pool) hasProvider(name string) bool {
	return name == localUsers || p.providers[name] != nil
}
