package cognito

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// provider is an identity provider of a pool.
type provider struct {
	types.IdentityProviderType

	// encryption is for what a provider of SAML says: each has a key pair and a certificate of its own (certificate.go).
	encryption *certified
}

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
	made := &provider{IdentityProviderType: types.IdentityProviderType{
		UserPoolId: p.Id, ProviderName: in.ProviderName, ProviderType: in.ProviderType, CreationDate: aws.Time(r.Now),
		AttributeMapping: map[string]string{},
	}, encryption: newCertified(*p.Id+"/"+*in.ProviderName, r.Now)}
	if err := p.setProvider(r, made, in.ProviderDetails, in.AttributeMapping, in.IdpIdentifiers); err != nil {
		return nil, err
	}
	p.providers[*in.ProviderName] = made
	return &idp.CreateIdentityProviderOutput{IdentityProvider: made.told()}, nil
}

// setProvider sets what is given, and keeps what is not.
func (p *pool) setProvider(
	r wire.Request, one *provider, details, mapping map[string]string, identifiers []string,
) error {
	if details != nil {
		if err := checkDetails(*one.ProviderName, one.ProviderType, details); err != nil {
			return err
		}
	}
	if err := p.checkMapping(mapping); err != nil {
		return err
	}
	for name, other := range p.providers {
		for _, identifier := range identifiers {
			if name != *one.ProviderName && slices.Contains(other.IdpIdentifiers, identifier) {
				// GetIdentityProviderByIdentifier returns one provider (model); the words are not known.
				return wire.Errorf("DuplicateProviderException", "The identifier %s is of another one.", identifier)
			}
		}
	}
	if details != nil {
		filledIn, err := one.filled(details)
		if err != nil {
			return err
		}
		one.ProviderDetails = filledIn
	}
	if mapping != nil {
		one.AttributeMapping = maps.Clone(mapping)
	}
	if claim := subjects[one.ProviderType]; claim != "" && one.AttributeMapping["username"] == "" {
		one.AttributeMapping["username"] = claim
	}
	if identifiers != nil {
		one.IdpIdentifiers = identifiers
	}
	one.LastModifiedDate = aws.Time(r.Now)
	return nil
}

func (s *Service) describeIdentityProvider(
	r wire.Request, in *idp.DescribeIdentityProviderInput,
) (*idp.DescribeIdentityProviderOutput, error) {
	_, provider, err := s.identityProvider(r, in.UserPoolId, in.ProviderName)
	if err != nil {
		return nil, err
	}
	return &idp.DescribeIdentityProviderOutput{IdentityProvider: provider.told()}, nil
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
	return &idp.UpdateIdentityProviderOutput{IdentityProvider: provider.told()}, nil
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

func (s *Service) identityProvider(r wire.Request, poolID, name *string) (*pool, *provider, error) {
	p, err := s.pool(r, poolID)
	if err != nil {
		return nil, nil, err
	}
	found := p.providers[aws.ToString(name)]
	if found == nil {
		// moto, tests/test_cognitoidp: checked against AWS.
		return nil, nil, wire.Errorf(resourceNotFound, "Identity provider %s does not exist.", aws.ToString(name))
	}
	return p, found, nil
}

// hasProvider says whether clients of the pool may name an identity provider.
func (p *pool) hasProvider(name string) bool {
	return name == localUsers || p.providers[name] != nil
}
