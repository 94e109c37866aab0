package cognito_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// classic sets the style of a client, or of all.
func (a *app) classic(c *cloud, client, css, logo string) (*types.UICustomizationType, error) {
	in := &idp.SetUICustomizationInput{UserPoolId: a.pool, ClientId: &client}
	if css != "" {
		in.CSS = &css
	}
	if logo != "" {
		in.ImageFile = []byte(logo)
	}
	out, err := c.api.SetUICustomization(c.ctx(), in)
	if err != nil {
		return nil, err
	}
	return out.UICustomization, nil
}

// shown is the style of a client: whose it is, its CSS, and whether it has a logo.
func (a *app) shown(c *cloud) ([]any, error) {
	out, err := c.api.GetUICustomization(c.ctx(), &idp.GetUICustomizationInput{UserPoolId: a.pool, ClientId: a.client.ClientId})
	if err != nil {
		return nil, err
	}
	style := out.UICustomization
	return []any{aws.ToString(style.ClientId) == *a.client.ClientId, aws.ToString(style.CSS), style.ImageUrl != nil}, nil
}

func TestClassicStyles(t *testing.T) {
	const red, blue = ".label-customizable {color: red;}", ".label-customizable {color: blue;}"
	const page = "developer guide, Customizing hosted UI (classic) branding"
	check(t, setup{}, []behavior{
		{
			name: "a pool needs a domain", source: "reports quote AWS: terraform-provider-aws, user_pool_ui_customization.go",
			do: func(c *cloud) (any, error) {
				_, err := c.api.SetUICustomization(c.ctx(), &idp.SetUICustomizationInput{UserPoolId: c.pool(), CSS: aws.String(red)})
				return nil, err
			},
			wantErr: "InvalidParameterException: There has to be an existing domain associated with this user pool",
		},
		{
			name: "a client without a style has that of all", source: "model: GetUICustomization",
			do: func(c *cloud) (any, error) {
				a := c.app(types.OAuthFlowTypeCode)
				if _, err := a.classic(c, "ALL", red, ""); err != nil {
					return nil, err
				}
				return a.shown(c)
			},
			want: []any{false, red, false},
		},
		{
			name: "its own takes the place", source: page,
			do: func(c *cloud) (any, error) {
				a := c.app(types.OAuthFlowTypeCode)
				if _, err := a.classic(c, "ALL", red, ""); err != nil {
					return nil, err
				}
				if _, err := a.classic(c, *a.client.ClientId, blue, "logo"); err != nil {
					return nil, err
				}
				return a.shown(c)
			},
			want: []any{true, blue, true},
		},
		{
			name: "CSS and logo are set together", source: page + ": You can't set CSS and logo customization separately",
			do: func(c *cloud) (any, error) {
				a := c.app(types.OAuthFlowTypeCode)
				if _, err := a.classic(c, *a.client.ClientId, red, "logo"); err != nil {
					return nil, err
				}
				if _, err := a.classic(c, *a.client.ClientId, blue, ""); err != nil {
					return nil, err
				}
				return a.shown(c)
			},
			want: []any{true, blue, false},
		},
		{
			name: "nothing takes a style away", source: "terraform-provider-aws, user_pool_ui_customization.go: delete",
			do: func(c *cloud) (any, error) {
				a := c.app(types.OAuthFlowTypeCode)
				if _, err := a.classic(c, *a.client.ClientId, red, "logo"); err != nil {
					return nil, err
				}
				if _, err := a.classic(c, *a.client.ClientId, "", ""); err != nil {
					return nil, err
				}
				return a.shown(c)
			},
			want: []any{false, "", false},
		},
		{
			name: "only some classes can be styled", source: page,
			do: func(c *cloud) (any, error) {
				_, err := c.app(types.OAuthFlowTypeCode).classic(c, "ALL", ".button {color: red;}", "")
				return nil, ignoreText(err)
			},
			wantErr: "InvalidParameterException",
		},
		{
			name: "a logo has 100 KB", source: page,
			do: func(c *cloud) (any, error) {
				_, err := c.app(types.OAuthFlowTypeCode).classic(c, "ALL", "", strings.Repeat("x", 100<<10+1))
				return nil, err
			},
			wantErr: "InvalidParameterException: request parameters too large",
		},
		{
			name: "the classic pages show it, and managed ones do not", source: "model: SetUICustomization, for domains with the hosted UI",
			do: func(c *cloud) (any, error) {
				a := c.app(types.OAuthFlowTypeCode)
				if _, err := a.classic(c, "ALL", red, ""); err != nil {
					return nil, err
				}
				before := strings.Contains(c.browser().open(a.url("/login")).body, red)
				if _, err := a.signUpLinks(c, 2, ""); err != nil {
					return nil, err
				}
				return []bool{before, strings.Contains(c.browser().open(a.url("/login")).body, red)}, nil
			},
			want: []bool{true, false},
		},
	})
}
