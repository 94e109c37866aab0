package cognito_test

import (
	"regexp"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// document makes a document of an application's client.
func (a *app) document(c *cloud, name string, links map[string]string) (*types.TermsType, error) {
	out, err := c.api.CreateTerms(c.ctx(), &idp.CreateTermsInput{
		UserPoolId: a.pool, ClientId: a.client.ClientId, TermsName: &name, TermsSource: "LINK", Enforcement: "NONE", Links: links,
	})
	if err != nil {
		return nil, err
	}
	return out.Terms, nil
}

var anchor = regexp.MustCompile(`<a href="(https://[^"]+)">([^<]+)</a>`)

// signUpLinks are those of the sign-up page, in pages of a version.
func (a *app) signUpLinks(c *cloud, version int32, query string) ([]string, error) {
	_, err := c.api.UpdateUserPoolDomain(c.ctx(), &idp.UpdateUserPoolDomainInput{
		UserPoolId: a.pool, Domain: aws.String("notes"), ManagedLoginVersion: &version,
	})
	if err != nil {
		return nil, err
	}
	_, err = c.api.CreateManagedLoginBranding(c.ctx(), &idp.CreateManagedLoginBrandingInput{
		UserPoolId: a.pool, ClientId: a.client.ClientId, UseCognitoProvidedValues: true,
	})
	var links []string
	for _, link := range anchor.FindAllStringSubmatch(c.browser().open(a.url("/signup")+query).body, -1) {
		links = append(links, link[2]+" "+link[1])
	}
	return links, err
}

func TestTerms(t *testing.T) {
	const use, policy = "https://example.com/terms", "https://example.com/privacy"
	both := func(c *cloud) (*app, error) {
		a := c.app(types.OAuthFlowTypeCode)
		if _, err := a.document(c, "terms-of-use", map[string]string{"cognito:default": use, "cognito:spanish": use + "/es"}); err != nil {
			return nil, err
		}
		_, err := a.document(c, "privacy-policy", map[string]string{"cognito:default": policy})
		return a, err
	}
	check(t, setup{}, []behavior{
		{
			name: "the sign-up page shows both documents", source: "model: CreateTerms",
			do: func(c *cloud) (any, error) {
				a, err := both(c)
				if err != nil {
					return nil, err
				}
				return a.signUpLinks(c, 2, "")
			},
			want: []string{"Terms of use " + use, "Privacy policy " + policy},
		},
		{
			name: "in the page's language, or that of the default", source: "model: CreateTerms; developer guide, Managed login localization",
			do: func(c *cloud) (any, error) {
				a, err := both(c)
				if err != nil {
					return nil, err
				}
				return a.signUpLinks(c, 2, "&lang=es")
			},
			want: []string{"Terms of use " + use + "/es", "Privacy policy " + policy},
		},
		{
			name: "one document alone is not shown", source: "model: CreateTerms, you must provide both types",
			do: func(c *cloud) (any, error) {
				a := c.app(types.OAuthFlowTypeCode)
				if _, err := a.document(c, "terms-of-use", map[string]string{"cognito:default": use}); err != nil {
					return nil, err
				}
				return a.signUpLinks(c, 2, "")
			},
			want: []string(nil),
		},
		{
			name: "classic pages show none", source: "model: CreateTerms, in the sign-up page of managed login",
			do: func(c *cloud) (any, error) {
				a, err := both(c)
				if err != nil {
					return nil, err
				}
				return a.signUpLinks(c, 1, "")
			},
			want: []string(nil),
		},
		{
			name: "a client has each document once", source: "SDK: TermsExistsException",
			do: func(c *cloud) (any, error) {
				a, err := both(c)
				if err != nil {
					return nil, err
				}
				_, err = a.document(c, "privacy-policy", map[string]string{"cognito:default": policy})
				return nil, ignoreText(err)
			},
			wantErr: "TermsExistsException",
		},
		{
			name: "there are two documents", source: "CloudFormation: AWS::Cognito::Terms",
			do: func(c *cloud) (any, error) {
				_, err := c.app(types.OAuthFlowTypeCode).document(c, "imprint", map[string]string{"cognito:default": use})
				return nil, ignoreText(err)
			},
			wantErr: "InvalidParameterException",
		},
		{
			name: "a language is one of managed login", source: "CloudFormation: AWS::Cognito::Terms",
			do: func(c *cloud) (any, error) {
				_, err := c.app(types.OAuthFlowTypeCode).document(c, "terms-of-use", map[string]string{"cognito:klingon": use})
				return nil, ignoreText(err)
			},
			wantErr: "InvalidParameterException",
		},
		{
			name: "a list does not say whose a document is, and a description does", source: "model: TermsDescriptionType, TermsType",
			do: func(c *cloud) (any, error) {
				a, err := both(c)
				if err != nil {
					return nil, err
				}
				out, err := c.api.ListTerms(c.ctx(), &idp.ListTermsInput{UserPoolId: a.pool})
				if err != nil {
					return nil, err
				}
				one, err := c.api.DescribeTerms(c.ctx(), &idp.DescribeTermsInput{UserPoolId: a.pool, TermsId: out.Terms[0].TermsId})
				return []any{len(out.Terms), *one.Terms.ClientId == *a.client.ClientId}, err
			},
			want: []any{2, true},
		},
		{
			name: "an update gives other links", source: "model: UpdateTerms",
			do: func(c *cloud) (any, error) {
				a := c.app(types.OAuthFlowTypeCode)
				made, err := a.document(c, "terms-of-use", map[string]string{"cognito:default": use, "cognito:french": use})
				if err != nil {
					return nil, err
				}
				out, err := c.api.UpdateTerms(c.ctx(), &idp.UpdateTermsInput{
					UserPoolId: a.pool, TermsId: made.TermsId, Links: map[string]string{"cognito:default": policy},
				})
				if err != nil {
					return nil, err
				}
				return out.Terms.Links, nil
			},
			want: map[string]string{"cognito:default": policy},
		},
		{
			name: "what was deleted is gone", source: "model: DeleteTerms, ResourceNotFoundException",
			do: func(c *cloud) (any, error) {
				a := c.app(types.OAuthFlowTypeCode)
				made, err := a.document(c, "terms-of-use", map[string]string{"cognito:default": use})
				if err != nil {
					return nil, err
				}
				if _, err := c.api.DeleteTerms(c.ctx(), &idp.DeleteTermsInput{UserPoolId: a.pool, TermsId: made.TermsId}); err != nil {
					return nil, err
				}
				_, err = c.api.DescribeTerms(c.ctx(), &idp.DescribeTermsInput{UserPoolId: a.pool, TermsId: made.TermsId})
				return nil, ignoreText(err)
			},
			wantErr: "ResourceNotFoundException",
		},
	})
}
