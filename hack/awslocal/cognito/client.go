package cognito

import (
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// client is an app client.
type client struct {
	types.UserPoolClientType
	pool     *pool
	branding *types.ManagedLoginBrandingType // nil until a style is applied
	secrets  []clientSecret                  // none of a public client, else one or two
}

// defaultClient is what CreateUserPoolClient fills in, and what an update resets to. It is what a client made with a
// name alone shows in AWS: outputs of create-user-pool-client in the wild, and terraform-provider-aws' acceptance test
// TestAccCognitoIDPUserPoolClient_basic. What has a default but isn't shown (ExplicitAuthFlows,
// PreventUserExistenceErrors, token validities of an hour) stays away.
func defaultClient() types.UserPoolClientType {
	return types.UserPoolClientType{
		AllowedOAuthFlowsUserPoolClient:          aws.Bool(false),
		AuthSessionValidity:                      aws.Int32(3),
		EnablePropagateAdditionalUserContextData: aws.Bool(false),
		EnableTokenRevocation:                    aws.Bool(true),
		RefreshTokenValidity:                     30,
		TokenValidityUnits:                       &types.TokenValidityUnitsType{},
	}
}

func (s *Service) createUserPoolClient(
	r wire.Request, in *idp.CreateUserPoolClientInput,
) (*idp.CreateUserPoolClientOutput, error) {
	p, err := s.pool(r, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	if len(p.clients) >= s.settings.limits.Clients {
		return nil, overLimit("app clients of a user pool", s.settings.limits.Clients)
	}
	if in.GenerateSecret && in.ClientSecret != nil {
		return nil, invalid("GenerateSecret can't be true when ClientSecret is given")
	}
	c := &client{pool: p, UserPoolClientType: defaultClient()}
	overlay(updateUserPoolClientMembers, &c.UserPoolClientType, in, defaultClient(), false)
	c.ClientId = aws.String(newClientID())
	c.UserPoolId = p.Id
	c.CreationDate = aws.Time(r.Now)
	c.LastModifiedDate = aws.Time(r.Now)
	c.ClientSecret = in.ClientSecret
	if in.GenerateSecret {
		c.ClientSecret = aws.String(randomText(lowerAlnum, secretLength))
	}
	if c.ClientSecret != nil {
		c.keepSecret(*c.ClientSecret, r.Now, 0).shown = true
	}
	if err := c.settle(); err != nil {
		return nil, err
	}
	p.clients[*c.ClientId] = c
	s.clients[*c.ClientId] = c
	return &idp.CreateUserPoolClientOutput{UserPoolClient: &c.UserPoolClientType}, nil
}

func (s *Service) describeUserPoolClient(
	r wire.Request, in *idp.DescribeUserPoolClientInput,
) (*idp.DescribeUserPoolClientOutput, error) {
	_, c, err := s.client(r, in.UserPoolId, in.ClientId)
	if err != nil {
		return nil, err
	}
	return &idp.DescribeUserPoolClientOutput{UserPoolClient: &c.UserPoolClientType}, nil
}

// updateUserPoolClient works on a copy, so that a refused request changes nothing. Secrets stay: the request has no
// member for them.
func (s *Service) updateUserPoolClient(
	r wire.Request, in *idp.UpdateUserPoolClientInput,
) (*idp.UpdateUserPoolClientOutput, error) {
	_, c, err := s.client(r, in.UserPoolId, in.ClientId)
	if err != nil {
		return nil, err
	}
	changed := *c
	changed.UserPoolClientType = wire.Clone(c.UserPoolClientType)
	overlay(updateUserPoolClientMembers, &changed.UserPoolClientType, in, defaultClient(), s.settings.resetUnknown)
	if err := changed.settle(); err != nil {
		return nil, err
	}
	changed.LastModifiedDate = aws.Time(r.Now)
	*c = changed
	return &idp.UpdateUserPoolClientOutput{UserPoolClient: &c.UserPoolClientType}, nil
}

func (s *Service) deleteUserPoolClient(
	r wire.Request, in *idp.DeleteUserPoolClientInput,
) (*idp.DeleteUserPoolClientOutput, error) {
	p, c, err := s.client(r, in.UserPoolId, in.ClientId)
	if err != nil {
		return nil, err
	}
	delete(p.clients, *c.ClientId)
	delete(s.clients, *c.ClientId)
	delete(p.classic, *c.ClientId)
	maps.DeleteFunc(p.documents, func(_ string, document *types.TermsType) bool { return *document.ClientId == *c.ClientId })
	return &idp.DeleteUserPoolClientOutput{}, nil
}

func (s *Service) listUserPoolClients(
	r wire.Request, in *idp.ListUserPoolClientsInput,
) (*idp.ListUserPoolClientsOutput, error) {
	p, err := s.pool(r, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	ids, next, err := page(p.clients, in.NextToken, in.MaxResults, 60)
	if err != nil {
		return nil, err
	}
	out := &idp.ListUserPoolClientsOutput{UserPoolClients: []types.UserPoolClientDescription{}, NextToken: next}
	for _, id := range ids {
		c := p.clients[id]
		out.UserPoolClients = append(out.UserPoolClients, types.UserPoolClientDescription{
			ClientId: c.ClientId, ClientName: c.ClientName, UserPoolId: c.UserPoolId,
		})
	}
	return out, nil
}

// client finds an app client of a pool of the caller's.
func (s *Service) client(r wire.Request, poolID, clientID *string) (*pool, *client, error) {
	p, err := s.pool(r, poolID)
	if err != nil {
		return nil, nil, err
	}
	c, ok := p.clients[aws.ToString(clientID)]
	if !ok {
		return nil, nil, noSuchClient(clientID)
	}
	return p, c, nil
}

// publicClient finds the app client of an unsigned request, which names nothing else.
func (s *Service) publicClient(clientID *string) (*client, error) {
	c, ok := s.clients[aws.ToString(clientID)]
	if !ok {
		return nil, noSuchClient(clientID)
	}
	return c, nil
}

func noSuchClient(clientID *string) error {
	return wire.Errorf(resourceNotFound, "User pool client %s does not exist.", aws.ToString(clientID))
}

func (c *client) allowsFlow(flow types.OAuthFlowType) bool {
	return aws.ToBool(c.AllowedOAuthFlowsUserPoolClient) && slices.Contains(c.AllowedOAuthFlows, flow)
}

// hidesUsers tells whether errors keep it secret that a user doesn't exist. LEGACY, the default, tells.
func (c *client) hidesUsers() bool {
	return c.PreventUserExistenceErrors == types.PreventUserExistenceErrorTypesEnabled
}

// accessValidity, idValidity and refreshValidity are how long tokens are good, 0 if the client doesn't say. Access and ID
// tokens count in hours if no unit is given, refresh tokens in days (model).
func (c *client) accessValidity() time.Duration {
	return lifetime(aws.ToInt32(c.AccessTokenValidity), c.TokenValidityUnits.AccessToken, time.Hour)
}

func (c *client) idValidity() time.Duration {
	return lifetime(aws.ToInt32(c.IdTokenValidity), c.TokenValidityUnits.IdToken, time.Hour)
}

func (c *client) refreshValidity() time.Duration {
	return lifetime(c.RefreshTokenValidity, c.TokenValidityUnits.RefreshToken, 24*time.Hour)
}

func lifetime(n int32, unit types.TimeUnitsType, fallback time.Duration) time.Duration {
	switch unit {
	case types.TimeUnitsTypeSeconds:
		fallback = time.Second
	case types.TimeUnitsTypeMinutes:
		fallback = time.Minute
	case types.TimeUnitsTypeHours:
		fallback = time.Hour
	case types.TimeUnitsTypeDays:
		fallback = 24 * time.Hour
	}
	return time.Duration(n) * fallback
}
