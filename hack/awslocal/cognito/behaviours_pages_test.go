package cognito_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// Rows about what pages show, or refuse to.
func TestPages(t *testing.T) {
	adminOnly := func(in *idp.CreateUserPoolInput) {
		in.AdminCreateUserConfig = &types.AdminCreateUserConfigType{AllowAdminCreateUserOnly: true}
	}
	check(t, setup{}, []behavior{
		{
			name: "no link to sign-up where only administrators create users", source: "model: AllowAdminCreateUserOnly",
			do: func(c *cloud) (any, error) {
				a := c.app(types.OAuthFlowTypeCode, adminOnly)
				return strings.Contains(c.browser().open(a.url("/login")).body, "signup"), nil
			},
			want: false,
		},
		{
			name: "no sign-up page there either", source: "apps quote AWS",
			do: func(c *cloud) (any, error) {
				a := c.app(types.OAuthFlowTypeCode, adminOnly)
				return c.browser().open(a.url("/signup")).says(), nil
			},
			want: "Sign up: SignUp is not permitted for this user pool",
		},
		{
			name: "sign-up asks for what the pool requires, and not for what it verifies", source: "awslabs/kubeflow-manifests#122",
			do: func(c *cloud) (any, error) {
				a := c.app(types.OAuthFlowTypeCode, func(in *idp.CreateUserPoolInput) {
					in.UsernameAttributes = nil
					in.Schema = []types.SchemaAttributeType{{Name: aws.String("name"), Required: aws.Bool(true)}}
				})
				var names []string
				for _, f := range filled.FindAllStringSubmatch(c.browser().open(a.url("/signup")).body, -1) {
					names = append(names, f[1])
				}
				return names, nil
			},
			want: []string{"username", "name"},
		},
		{
			name: "managed login is unavailable without a style", source: "model: CreateManagedLoginBranding; html-share#3",
			do: func(c *cloud) (any, error) {
				a := c.app(types.OAuthFlowTypeCode)
				_, err := c.api.UpdateUserPoolDomain(c.ctx(), &idp.UpdateUserPoolDomainInput{
					UserPoolId: a.pool, Domain: aws.String("notes"), ManagedLoginVersion: aws.Int32(2),
				})
				if err != nil {
					return nil, err
				}
				before := c.browser().open(a.url("/login")).says()
				_, err = c.api.CreateManagedLoginBranding(c.ctx(), &idp.CreateManagedLoginBrandingInput{
					UserPoolId: a.pool, ClientId: a.client.ClientId, UseCognitoProvidedValues: true,
				})
				return []string{before, c.browser().open(a.url("/login")).says()}, err
			},
			want: []string{"Login pages unavailable: Please contact an administrator.", "Sign in"},
		},
		{
			name: "a client without identity providers has no login", source: "model: SupportedIdentityProviders; reports",
			do: func(c *cloud) (any, error) {
				a := c.app(types.OAuthFlowTypeCode)
				a.client = c.appClient(a.pool, withOAuth("code"), func(in *idp.CreateUserPoolClientInput) {
					in.SupportedIdentityProviders = nil
				})
				return c.browser().open(a.url("/login")).says(), nil
			},
			want: "Login pages unavailable: Login option is not available. Please try another one",
		},
		{
			name: "there is nothing at a prefix that nobody has", source: "DNS knows no such name on AWS",
			do: func(c *cloud) (any, error) {
				return c.browser().open(c.url + "/auth/us-east-1/nobody/login").status, nil
			},
			want: http.StatusNotFound,
		},
		{
			name: "pages run nothing and load nothing", source: "our own",
			do: func(c *cloud) (any, error) {
				b := c.browser().open(c.app(types.OAuthFlowTypeCode).url("/login"))
				return []any{
					strings.Contains(b.body, "<script"), strings.Contains(b.body, "src="),
					strings.HasPrefix(b.header.Get("Content-Security-Policy"), "default-src 'none'"),
				}, nil
			},
			want: []any{false, false, true},
		},
		{
			name: "what comes in the query is shown as text", source: "our own",
			do: func(c *cloud) (any, error) {
				b := c.browser().open(c.app(types.OAuthFlowTypeCode).base + "/error?error=" + url.QueryEscape("<script>alert(1)</script>"))
				return []any{b.status, strings.Contains(b.body, "<script>")}, nil
			},
			want: []any{http.StatusBadRequest, false},
		},
	})
}
