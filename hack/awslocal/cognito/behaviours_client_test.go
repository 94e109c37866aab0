package cognito_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// clientErr is a row about a client that is refused.
func clientErr(name, source, want string, change ...func(*idp.CreateUserPoolClientInput)) behavior {
	return behavior{name: name, source: source, wantErr: want, do: func(c *cloud) (any, error) {
		id := c.pool()
		out, err := c.tryClient(id, change...)
		return out, errWithout(err, *id)
	}}
}

func withRequired(attribute string) func(*idp.CreateUserPoolInput) {
	return func(in *idp.CreateUserPoolInput) {
		in.Schema = []types.SchemaAttributeType{{Name: &attribute, Required: aws.Bool(true), Mutable: aws.Bool(true)}}
	}
}

func TestClients(t *testing.T) {
	machine := func(in *idp.CreateUserPoolClientInput) {
		in.AllowedOAuthFlowsUserPoolClient = true
		in.AllowedOAuthFlows = []types.OAuthFlowType{types.OAuthFlowTypeClientCredentials}
		in.AllowedOAuthScopes = []string{"openid"}
		in.GenerateSecret = true
	}
	validity := func(access int32, unit types.TimeUnitsType) func(*idp.CreateUserPoolClientInput) {
		return func(in *idp.CreateUserPoolClientInput) {
			in.AccessTokenValidity = aws.Int32(access)
			in.TokenValidityUnits = &types.TokenValidityUnitsType{AccessToken: unit}
		}
	}
	callbackTo := func(url string) func(*idp.CreateUserPoolClientInput) {
		return func(in *idp.CreateUserPoolClientInput) { in.CallbackURLs = []string{url} }
	}
	check(t, setup{}, []behavior{
		{
			name:   "a client with nothing but a name",
			source: "outputs of create-user-pool-client; terraform-provider-aws TestAccCognitoIDPUserPoolClient_basic",
			do: func(c *cloud) (any, error) {
				web := c.appClient(c.pool())
				web.ClientId, web.UserPoolId, web.CreationDate, web.LastModifiedDate = nil, nil, nil, nil
				return *web, nil
			},
			want: types.UserPoolClientType{
				ClientName: aws.String("web"), RefreshTokenValidity: 30, TokenValidityUnits: &types.TokenValidityUnitsType{},
				AllowedOAuthFlowsUserPoolClient: aws.Bool(false), EnableTokenRevocation: aws.Bool(true),
				EnablePropagateAdditionalUserContextData: aws.Bool(false), AuthSessionValidity: aws.Int32(3),
			},
		},
		{
			name:   "lists don't come back in the order they were sent",
			source: "AWS CLI example create-user-pool-client",
			do: func(c *cloud) (any, error) {
				web := c.appClient(c.pool(), withOAuth("implicit", "code"), func(in *idp.CreateUserPoolClientInput) {
					in.CallbackURLs = []string{"https://b.example.com", "https://a.example.com"}
				})
				return []any{web.AllowedOAuthFlows, web.CallbackURLs}, nil
			},
			want: []any{[]types.OAuthFlowType{"code", "implicit"}, []string{"https://a.example.com", "https://b.example.com"}},
		},
		{
			name:   "units are all shown when one is given",
			source: "terraform-provider-aws TestAccCognitoIDPUserPoolClient_tokenValidityUnits_AccessToken",
			do: func(c *cloud) (any, error) {
				return *c.appClient(c.pool(), validity(1, "days")).TokenValidityUnits, nil
			},
			want: types.TokenValidityUnitsType{AccessToken: "days", IdToken: "hours", RefreshToken: "days"},
		},
		{
			name:   "a secret is generated, or taken, and stays through updates",
			source: "model: GenerateSecret, ClientSecret; UpdateUserPoolClientInput has neither",
			do: func(c *cloud) (any, error) {
				id := c.pool()
				made := c.appClient(id, func(in *idp.CreateUserPoolClientInput) { in.GenerateSecret = true })
				own := c.appClient(id, func(in *idp.CreateUserPoolClientInput) {
					in.ClientSecret = aws.String("abcdefghijklmnopqrstuvwxyz")
				})
				out, err := c.api.UpdateUserPoolClient(c.ctx(), &idp.UpdateUserPoolClientInput{UserPoolId: id, ClientId: made.ClientId})
				if err != nil {
					return nil, err
				}
				return []any{len(*made.ClientSecret), *out.UserPoolClient.ClientSecret == *made.ClientSecret, *own.ClientSecret}, nil
			},
			want: []any{52, true, "abcdefghijklmnopqrstuvwxyz"},
		},
		{
			name:   "an update resets what it leaves out, but for the name",
			source: "model: UpdateUserPoolClient; cloudformation-coverage-roadmap#676",
			do: func(c *cloud) (any, error) {
				id := c.pool()
				web := c.appClient(id, withOAuth("code"), withPasswords, func(in *idp.CreateUserPoolClientInput) {
					in.RefreshTokenValidity = 5
					in.EnableTokenRevocation = aws.Bool(false)
					in.PreventUserExistenceErrors = types.PreventUserExistenceErrorTypesEnabled
				})
				out, err := c.api.UpdateUserPoolClient(c.ctx(), &idp.UpdateUserPoolClientInput{UserPoolId: id, ClientId: web.ClientId})
				if err != nil {
					return nil, err
				}
				u := out.UserPoolClient
				return []any{
					*u.ClientName, u.CallbackURLs, u.AllowedOAuthFlows, *u.AllowedOAuthFlowsUserPoolClient, u.ExplicitAuthFlows,
					u.RefreshTokenValidity, *u.EnableTokenRevocation, u.PreventUserExistenceErrors, u.SupportedIdentityProviders,
				}, nil
			},
			want: []any{
				"web", []string(nil), []types.OAuthFlowType(nil), false, []types.ExplicitAuthFlowsType(nil), int32(30), true,
				types.PreventUserExistenceErrorTypes(""), []string(nil),
			},
		},
		{
			name:   "a refresh token validity of 0 is 30 days",
			source: "model: RefreshTokenValidity",
			do: func(c *cloud) (any, error) {
				return c.appClient(c.pool(), func(in *idp.CreateUserPoolClientInput) {
					in.RefreshTokenValidity = 0
				}).RefreshTokenValidity, nil
			},
			want: int32(30),
		},
		{
			name:   "a missing client is not found",
			source: "anomalyco/guide#82",
			do: func(c *cloud) (any, error) {
				_, err := c.api.DescribeUserPoolClient(c.ctx(), &idp.DescribeUserPoolClientInput{
					UserPoolId: c.pool(), ClientId: aws.String("gone"),
				})
				return nil, err
			},
			wantErr: "ResourceNotFoundException: User pool client gone does not exist.",
		},
		{
			name:   "an invalid client id isn't quoted",
			source: "model: ClientIdType is sensitive; apps quote \"Value at 'clientId' failed\"",
			do: func(c *cloud) (any, error) {
				_, err := c.api.DescribeUserPoolClient(c.ctx(), &idp.DescribeUserPoolClientInput{
					UserPoolId: c.pool(), ClientId: aws.String("a b"),
				})
				return nil, err
			},
			wantErr: `InvalidParameterException: 1 validation error detected: Value at 'clientId' failed to satisfy constraint: ` +
				`Member must satisfy regular expression pattern: [\w+]+`,
		},
		{
			name:   "clients are listed 60 a page",
			source: "model: ListUserPoolClients, QueryLimit",
			do: func(c *cloud) (any, error) {
				id := c.pool()
				for range 65 {
					c.appClient(id)
				}
				var pages []int
				list := idp.NewListUserPoolClientsPaginator(c.api, &idp.ListUserPoolClientsInput{
					UserPoolId: id, MaxResults: aws.Int32(60),
				})
				for list.HasMorePages() {
					page, err := list.NextPage(c.ctx())
					if err != nil {
						return nil, err
					}
					pages = append(pages, len(page.UserPoolClients))
				}
				return pages, nil
			},
			want: []int{60, 5},
		},
		{
			name:   "a scope of a resource server can be allowed",
			source: "model: AllowedOAuthScopes, ResourceServerScopeType",
			do: func(c *cloud) (any, error) {
				id := c.pool()
				c.resourceServer(id, "https://api.example.com/v1", "read")
				m2m := c.appClient(id, machine, func(in *idp.CreateUserPoolClientInput) {
					in.AllowedOAuthScopes = []string{"https://api.example.com/v1/read"}
				})
				return m2m.AllowedOAuthScopes, nil
			},
			want: []string{"https://api.example.com/v1/read"},
		},
		clientErr("a scope must exist", "cfn-user-guide#564", "ScopeDoesNotExistException: Invalid scope requested: notes/read",
			withOAuth("code"), func(in *idp.CreateUserPoolClientInput) { in.AllowedOAuthScopes = []string{"openid", "notes/read"} }),
		clientErr("client credentials go with no other flow", "terraform-provider-aws#4984",
			"InvalidOAuthFlowException: client_credentials flow can not be selected along with code flow or implicit flow.",
			withOAuth("code", "client_credentials")),
		clientErr("client credentials need a secret", "crossfeed#440",
			"InvalidOAuthFlowException: client_credentials flow can not be selected if client does not have a client secret.",
			withOAuth("client_credentials")),
		clientErr("client credentials know no people", "crossfeed#440",
			"InvalidOAuthFlowException: openid is not supported with client_credentials flow", machine),
		clientErr("people need a way back", "cdk-preflight",
			"InvalidOAuthFlowException: CallbackUrls can not be empty when code flow or implicit flow is selected",
			withOAuth("code"), func(in *idp.CreateUserPoolClientInput) { in.CallbackURLs = nil }),
		clientErr("OAuth needs flows and scopes", "cdk-preflight",
			"InvalidParameterException: AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.",
			withOAuth()),
		clientErr("callbacks use https", "model: CallbackURLs", "InvalidParameterException: http://example.com/cb cannot use the HTTP protocol.",
			callbackTo("http://example.com/cb")),
		clientErr("callbacks have no fragment", "model: CallbackURLs", "InvalidParameterException: https://example.com/#cb cannot use fragment",
			callbackTo("https://example.com/#cb")),
		{
			name:   "callbacks may use http on this machine, and schemes of apps",
			source: "model: CallbackURLs",
			do: func(c *cloud) (any, error) {
				web := c.appClient(c.pool(), func(in *idp.CreateUserPoolClientInput) {
					in.CallbackURLs = []string{"http://localhost:1/a", "http://127.0.0.1/b", "http://[::1]:2/c", "myapp://example"}
				})
				return len(web.CallbackURLs), nil
			},
			want: 4,
		},
		clientErr("identity providers must exist", "reports of ordering bugs in templates, e.g. amplify-cli",
			"InvalidParameterException: The provider Google does not exist for User Pool ID.",
			func(in *idp.CreateUserPoolClientInput) { in.SupportedIdentityProviders = []string{"Google"} }),
		clientErr("a client can read what there is", "cdk-preflight", "InvalidParameterException: Invalid read attributes specified while creating a client",
			func(in *idp.CreateUserPoolClientInput) { in.ReadAttributes = []string{"email", "nick"} }),
		clientErr("no client can write the marks of verification", "seen on AWS: quoted by deployments; cdk-preflight",
			"InvalidParameterException: Invalid write attributes specified while creating a client",
			func(in *idp.CreateUserPoolClientInput) { in.WriteAttributes = []string{"email", "email_verified"} }),
		{
			name: "a client can write what the pool requires", source: "aws-cdk#2608; seen on AWS: quoted by deployments with a required email",
			wantErr: "InvalidParameterException: Invalid write attributes specified while creating a client",
			do: func(c *cloud) (any, error) {
				return c.tryClient(c.pool(withRequired("email")), func(in *idp.CreateUserPoolClientInput) { in.WriteAttributes = []string{"name"} })
			},
		},
		{
			name: "no attributes are all standard ones, also as an empty list", source: "terraform-provider-aws#28684; aws-cdk#21835",
			do: func(c *cloud) (any, error) {
				web := c.appClient(c.pool(withRequired("email")), func(in *idp.CreateUserPoolClientInput) {
					in.ReadAttributes, in.WriteAttributes = []string{}, []string{}
				})
				return []any{web.ReadAttributes, web.WriteAttributes}, nil
			},
			want: []any{[]string(nil), []string(nil)},
		},
		clientErr("user context comes from servers", "model: EnablePropagateAdditionalUserContextData; AWS's words are not known",
			"InvalidParameterException: EnablePropagateAdditionalUserContextData needs a client secret",
			func(in *idp.CreateUserPoolClientInput) { in.EnablePropagateAdditionalUserContextData = aws.Bool(true) }),
		clientErr("the default redirect is a callback URL", "model: DefaultRedirectURI; AWS's words are not known",
			"InvalidParameterException: DefaultRedirectURI must be in the CallbackURLs list",
			func(in *idp.CreateUserPoolClientInput) { in.DefaultRedirectURI = aws.String("https://example.com/") }),
		clientErr("tokens live 5 minutes at least", "cdk-preflight; model: TokenValidityUnitsType",
			"InvalidParameterException: Invalid range for token validity.", validity(4, "minutes")),
		clientErr("tokens live a day at most", "cdk-preflight; model: TokenValidityUnitsType",
			"InvalidParameterException: Invalid range for token validity.", validity(2, "days")),
		clientErr("access tokens don't outlive refresh tokens", "cdk-preflight",
			"InvalidParameterException: Access and Id Token expiration times must be less than or equal to refresh token expiration times.",
			func(in *idp.CreateUserPoolClientInput) {
				in.AccessTokenValidity, in.RefreshTokenValidity = aws.Int32(2), 1
				in.TokenValidityUnits = &types.TokenValidityUnitsType{RefreshToken: types.TimeUnitsTypeHours}
			}),
		clientErr("a secret has 24 characters", "model: ClientSecretType",
			"InvalidParameterException: 1 validation error detected: Value at 'clientSecret' failed to satisfy constraint: "+
				"Member must have length greater than or equal to 24",
			func(in *idp.CreateUserPoolClientInput) { in.ClientSecret = aws.String("short") }),
	})
}

func (c *cloud) resourceServer(pool *string, identifier string, scopes ...string) {
	c.t.Helper()
	in := &idp.CreateResourceServerInput{UserPoolId: pool, Identifier: aws.String(identifier), Name: aws.String("Notes")}
	for _, s := range scopes {
		in.Scopes = append(in.Scopes, types.ResourceServerScopeType{ScopeName: aws.String(s), ScopeDescription: aws.String(s)})
	}
	if _, err := c.api.CreateResourceServer(c.ctx(), in); err != nil {
		c.t.Fatal(err)
	}
}
