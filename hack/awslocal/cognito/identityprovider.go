package cognito

import (
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// filledDetails are the details of a provider that Cognito adds to what it was given. Source: the "Describe response"s in the
// documentation of CreateIdentityProviderInput.ProviderDetails in the SDK.
var filledDetails = map[types.IdentityProviderTypeType]map[string]string{
	types.IdentityProviderTypeTypeOidc: {"attributes_url_add_attributes": "false"},
	types.IdentityProviderTypeTypeLoginWithAmazon: {
		"attributes_url": "https://api.amazon.com/user/profile", "attributes_url_add_attributes": "false",
		"authorize_url": "https://www.amazon.com/ap/oa", "token_request_method": "POST", "token_url": "https://api.amazon.com/auth/o2/token",
	},
	types.IdentityProviderTypeTypeGoogle: {
		"attributes_url": "https://people.googleapis.com/v1/people/me?personFields=", "attributes_url_add_attributes": "true",
		"authorize_url": "https://accounts.google.com/o/oauth2/v2/auth", "oidc_issuer": "https://accounts.google.com",
		"token_request_method": "POST", "token_url": "https://www.googleapis.com/oauth2/v4/token",
	},
	types.IdentityProviderTypeTypeSignInWithApple: {
		"attributes_url_add_attributes": "false", "authorize_url": "https://appleid.apple.com/auth/authorize",
		"oidc_issuer": "https://appleid.apple.com", "token_request_method": "POST", "token_url": "https://appleid.apple.com/auth/token",
	},
	types.IdentityProviderTypeTypeFacebook: {"attributes_url_add_attributes": "true", "token_request_method": "GET"},
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
	provider := &types.IdentityProviderType{
		UserPoolId: p.Id, ProviderName: in.ProviderName, ProviderType: in.ProviderType, CreationDate: aws.Time(r.Now),
	}
	p.providers[*in.ProviderName] = provider
	setProvider(r, provider, in.ProviderDetails, in.AttributeMapping, in.IdpIdentifiers)
	return &idp.CreateIdentityProviderOutput{IdentityProvider: provider}, nil
}

// setProvider sets what is given. A mapping has the user name at least, which Cognito takes from the provider's subject.
func setProvider(r wire.Request, provider *types.IdentityProviderType, details, mapping map[string]string, identifiers []string) {
	if details != nil {
		provider.ProviderDetails = maps.Clone(filledDetails[provider.ProviderType])
		if provider.ProviderDetails == nil {
			provider.ProviderDetails = map[string]string{}
		}
		maps.Copy(provider.ProviderDetails, details)
	}
	if mapping != nil {
		provider.AttributeMapping = mapping
	}
	if identifiers != nil {
		provider.IdpIdentifiers = identifiers
	}
	provider.LastModifiedDate = aws.Time(r.Now)
}

func (s *Service) describeIdentityProvider(
	r wire.Request, in *idp.DescribeIdentityProviderInput,
) (*idp.DescribeIdentityProviderOutput, error) {
	_, provider, err := s.identityProvider(r, in.UserPoolId, in.ProviderName)
	if err != nil {
		return nil, err
	}
	return &idp.DescribeIdentityProviderOutput{IdentityProvider: provider}, nil
}

func (s *Service) updateIdentityProvider(
	r wire.Request, in *idp.UpdateIdentityProviderInput,
) (*idp.UpdateIdentityProviderOutput, error) {
	_, provider, err := s.identityProvider(r, in.UserPoolId, in.ProviderName)
	if err != nil {
		return nil, err
	}
	setProvider(r, provider, in.ProviderDetails, in.AttributeMapping, in.IdpIdentifiers)
	return &idp.UpdateIdentityProviderOutput{IdentityProvider: provider}, nil
}

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
