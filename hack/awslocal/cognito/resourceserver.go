package cognito

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

func (s *Service) createResourceServer(
	r wire.Request, in *idp.CreateResourceServerInput,
) (*idp.CreateResourceServerOutput, error) {
	p, err := s.pool(r, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	if p.servers[*in.Identifier] != nil {
		// moto, tests/test_cognitoidp: checked against AWS.
		return nil, invalid("%s already exists in user pool %s.", *in.Identifier, *p.Id)
	}
	if len(p.servers) >= s.settings.limits.ResourceServers {
		return nil, overLimit("resource servers of a user pool", s.settings.limits.ResourceServers)
	}
	server := &types.ResourceServerType{UserPoolId: p.Id, Identifier: in.Identifier, Name: in.Name, Scopes: in.Scopes}
	p.servers[*in.Identifier] = server
	return &idp.CreateResourceServerOutput{ResourceServer: server}, nil
}

func (s *Service) describeResourceServer(
	r wire.Request, in *idp.DescribeResourceServerInput,
) (*idp.DescribeResourceServerOutput, error) {
	_, server, err := s.resourceServer(r, in.UserPoolId, in.Identifier)
	if err != nil {
		return nil, err
	}
	return &idp.DescribeResourceServerOutput{ResourceServer: server}, nil
}

// updateResourceServer replaces the scopes: none are left if none are given (model). Clients keep the names of scopes
// that are gone, and can't get tokens with them.
func (s *Service) updateResourceServer(
	r wire.Request, in *idp.UpdateResourceServerInput,
) (*idp.UpdateResourceServerOutput, error) {
	_, server, err := s.resourceServer(r, in.UserPoolId, in.Identifier)
	if err != nil {
		return nil, err
	}
	server.Name, server.Scopes = in.Name, in.Scopes
	return &idp.UpdateResourceServerOutput{ResourceServer: server}, nil
}

func (s *Service) deleteResourceServer(
	r wire.Request, in *idp.DeleteResourceServerInput,
) (*idp.DeleteResourceServerOutput, error) {
	p, _, err := s.resourceServer(r, in.UserPoolId, in.Identifier)
	if err != nil {
		return nil, err
	}
	delete(p.servers, *in.Identifier)
	return &idp.DeleteResourceServerOutput{}, nil
}

func (s *Service) listResourceServers(
	r wire.Request, in *idp.ListResourceServersInput,
) (*idp.ListResourceServersOutput, error) {
	p, err := s.pool(r, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	ids, next, err := page(p.servers, in.NextToken, in.MaxResults, 50)
	if err != nil {
		return nil, err
	}
	out := &idp.ListResourceServersOutput{ResourceServers: []types.ResourceServerType{}, NextToken: next}
	for _, id := range ids {
		out.ResourceServers = append(out.ResourceServers, *p.servers[id])
	}
	return out, nil
}

func (s *Service) resourceServer(r wire.Request, poolID, identifier *string) (*pool, *types.ResourceServerType, error) {
	p, err := s.pool(r, poolID)
	if err != nil {
		return nil, nil, err
	}
	server, ok := p.servers[aws.ToString(identifier)]
	if !ok {
		// moto, tests/test_cognitoidp: checked against AWS.
		return nil, nil, wire.Errorf(resourceNotFound, "Resource server %s does not exist.", aws.ToString(identifier))
	}
	return p, server, nil
}

// hasScope tells whether one of the pool's resource servers has a scope, written as identifier/name.
func (p *pool) hasScope(scope string) bool {
	slash := strings.LastIndexByte(scope, '/') // identifiers can hold slashes, names can't
	if slash < 0 {
		return false
	}
	server, ok := p.servers[scope[:slash]]
	if !ok {
		return false
	}
	for _, sc := range server.Scopes {
		if *sc.ScopeName == scope[slash+1:] {
			return true
		}
	}
	return false
}
