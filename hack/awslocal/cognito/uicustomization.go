package cognito

import (
	"cmp"
	"fmt"
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// allClients is the client of the style that those have that have none (model: SetUICustomization).
const allClients = "ALL"

// The longest CSS and logo: "Adjust your logo image to be no greater than 100KB and your CSS file to be no larger than 3 KB"
// (developer guide, "Customizing hosted UI (classic) branding").
const (
	maxCSS  = 3 << 10
	maxLogo = 100 << 10
)

// customizable are the classes that CSS can be for: same page.
var customizable = regexp.MustCompile(`\.(background|banner|errorMessage|idpButton|idpDescription|inputField|label|legalText|logo|` +
	`passwordCheck-valid|passwordCheck-notValid|redirect|socialButton|submitButton|textDescription)-customizable\b`)

var class = regexp.MustCompile(`\.[A-Za-z][\w-]*`)

// setUICustomization sets CSS and logo together ("You can't set CSS and logo customization separately", same page): what is left out
// is gone. Words of the refusals but the first are not known.
func (s *Service) setUICustomization(r wire.Request, in *idp.SetUICustomizationInput) (*idp.SetUICustomizationOutput, error) {
	p, err := s.pool(r, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	client := cmp.Or(aws.ToString(in.ClientId), allClients)
	if client != allClients && p.clients[client] == nil {
		return nil, noSuchClient(&client)
	}
	if !s.hasDomain(p) {
		return nil, invalid("There has to be an existing domain associated with this user pool")
	}
	css := aws.ToString(in.CSS)
	for _, name := range class.FindAllString(css, -1) {
		if !customizable.MatchString(name) {
			return nil, invalid("CSS class %s is not allowed", name)
		}
	}
	if len(css) > maxCSS || len(in.ImageFile) > maxLogo {
		return nil, invalid("request parameters too large")
	}
	if css == "" && len(in.ImageFile) == 0 {
		delete(p.classic, client)
		return &idp.SetUICustomizationOutput{UICustomization: &types.UICustomizationType{UserPoolId: p.Id, ClientId: &client}}, nil
	}
	version := r.Now.UTC().Format("20060102150405.000000")
	style := &types.UICustomizationType{
		UserPoolId: p.Id, ClientId: &client, CSS: in.CSS, CSSVersion: &version,
		CreationDate: aws.Time(r.Now), LastModifiedDate: aws.Time(r.Now),
	}
	if len(in.ImageFile) > 0 {
		// A URL of its own for each upload (AWS CLI's example get-ui-customization has the version in it).
		style.ImageUrl = aws.String(fmt.Sprintf("https://dexample.cloudfront.net/%s/%s/%s/assets/images/%s.jpg",
			*p.Id, client, version, newUUID()))
	}
	p.classic[client] = style
	return &idp.SetUICustomizationOutput{UICustomization: style}, nil
}

// getUICustomization "returns user-pool level branding information if no app client branding is applied", and an empty object if
// there is none (model).
func (s *Service) getUICustomization(r wire.Request, in *idp.GetUICustomizationInput) (*idp.GetUICustomizationOutput, error) {
	p, err := s.pool(r, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	client := cmp.Or(aws.ToString(in.ClientId), allClients)
	if client != allClients && p.clients[client] == nil {
		return nil, noSuchClient(&client)
	}
	return &idp.GetUICustomizationOutput{
		UICustomization: cmp.Or(p.classic[client], p.classic[allClients], &types.UICustomizationType{}),
	}, nil
}

func (s *Service) hasDomain(p *pool) bool {
	for _, d := range s.domains {
		if d.pool == p {
			return true
		}
	}
	return false
}

// classicStyle is the CSS of a client's classic pages, and whether they show a logo.
func (st *site) classicStyle(c *client) (css string, logo bool) {
	style := cmp.Or(st.domain.pool.classic[*c.ClientId], st.domain.pool.classic[allClients])
	if st.domain.loginVersion != 1 || style == nil {
		return "", false
	}
	return aws.ToString(style.CSS), style.ImageUrl != nil
}
