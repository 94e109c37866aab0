package sequences_test

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	"pgregory.net/rapid"

	"github.com/securedapi/securedapi/controllers/awserr"
)

// partHands are what people do by hand to the parts that most specs do without.
var partHands = map[string]func(*model, *rapid.T) bool{
	"deletes an identity provider": func(m *model, r *rapid.T) bool {
		p := m.drawProvider(r)
		if p == nil {
			return false
		}
		do(m.World, m.Cognito().DeleteIdentityProvider, &cip.DeleteIdentityProviderInput{UserPoolId: p.UserPoolId, ProviderName: p.ProviderName})
		return true
	},
	"changes an identity provider": func(m *model, r *rapid.T) bool {
		p := m.drawProvider(r)
		// Of other kinds Cognito shows details that it does not take back.
		if p == nil || p.ProviderType != ciptypes.IdentityProviderTypeTypeOidc {
			return false
		}
		do(m.World, m.Cognito().UpdateIdentityProvider, &cip.UpdateIdentityProviderInput{
			UserPoolId: p.UserPoolId, ProviderName: p.ProviderName, ProviderDetails: p.ProviderDetails,
			AttributeMapping: map[string]string{"email": foreignName}, IdpIdentifiers: []string{foreignName},
		})
		return true
	},
	"deletes a group": func(m *model, r *rapid.T) bool {
		g := m.drawGroup(r)
		if g == nil {
			return false
		}
		do(m.World, m.Cognito().DeleteGroup, &cip.DeleteGroupInput{UserPoolId: g.UserPoolId, GroupName: g.GroupName})
		return true
	},
	"changes a group": func(m *model, r *rapid.T) bool {
		g := m.drawGroup(r)
		if g == nil {
			return false
		}
		do(m.World, m.Cognito().UpdateGroup, &cip.UpdateGroupInput{UserPoolId: g.UserPoolId, GroupName: g.GroupName, Description: aws.String(foreignName)})
		return true
	},
	"deletes a style": func(m *model, r *rapid.T) bool {
		c := m.drawClient(r)
		if c == nil {
			return false
		}
		style, err := m.Cognito().DescribeManagedLoginBrandingByClient(m.T.Context(), &cip.DescribeManagedLoginBrandingByClientInput{UserPoolId: c.UserPoolId, ClientId: c.ClientId})
		if awserr.Is(err, awserr.NotFound) {
			return false
		}
		if err != nil {
			m.T.Fatal(err)
		}
		do(m.World, m.Cognito().DeleteManagedLoginBranding, &cip.DeleteManagedLoginBrandingInput{UserPoolId: c.UserPoolId, ManagedLoginBrandingId: style.ManagedLoginBranding.ManagedLoginBrandingId})
		return true
	},
	"deletes a document": func(m *model, r *rapid.T) bool {
		pool := m.poolInAWS()
		if pool == nil {
			return false
		}
		listed := one(r, "document", do(m.World, m.Cognito().ListTerms, &cip.ListTermsInput{UserPoolId: pool.Id}).Terms)
		if listed == nil {
			return false
		}
		do(m.World, m.Cognito().DeleteTerms, &cip.DeleteTermsInput{UserPoolId: pool.Id, TermsId: listed.TermsId})
		return true
	},
	"takes the style off classic pages": func(m *model, _ *rapid.T) bool {
		pool, domain := m.poolInAWS(), m.object.Spec.Domain
		// A pool without a domain has no style.
		if domain == nil || domain.ClassicStyle == nil || pool == nil || pool.Domain == nil && pool.CustomDomain == nil {
			return false
		}
		do(m.World, m.Cognito().SetUICustomization, &cip.SetUICustomizationInput{UserPoolId: pool.Id, ClientId: aws.String("ALL")})
		return true
	},
	"answers no risk": func(m *model, _ *rapid.T) bool {
		pool := m.poolInAWS()
		if pool == nil || pool.UserPoolAddOns == nil || pool.UserPoolAddOns.AdvancedSecurityMode == ciptypes.AdvancedSecurityModeTypeOff {
			return false
		}
		do(m.World, m.Cognito().SetRiskConfiguration, &cip.SetRiskConfigurationInput{UserPoolId: pool.Id})
		return true
	},
	"turns logs off": func(m *model, _ *rapid.T) bool {
		pool := m.poolInAWS()
		if pool == nil || len(m.object.Spec.UserPool.Logs) == 0 {
			return false
		}
		do(m.World, m.Cognito().SetLogDeliveryConfiguration, &cip.SetLogDeliveryConfigurationInput{UserPoolId: pool.Id, LogConfigurations: []ciptypes.LogConfigurationType{}})
		return true
	},
	"takes the web ACL off": func(m *model, _ *rapid.T) bool {
		pool := m.poolInAWS()
		if pool == nil || m.object.Spec.UserPool.WebACLARN == "" {
			return false
		}
		do(m.World, wafv2.NewFromConfig(*m.Console).DisassociateWebACL, &wafv2.DisassociateWebACLInput{ResourceArn: pool.Arn})
		return true
	},
	"takes the triggers off": func(m *model, _ *rapid.T) bool {
		return len(m.object.Spec.UserPool.Triggers) > 0 && m.editPool(func(in *cip.UpdateUserPoolInput) { in.LambdaConfig = &ciptypes.LambdaConfigType{} })
	},
}

// drawProvider draws one of the pool's identity providers, or nil.
func (m *model) drawProvider(r *rapid.T) *ciptypes.IdentityProviderType {
	m.T.Helper()
	pool := m.poolInAWS()
	if pool == nil {
		return nil
	}
	listed := one(r, "identity provider", do(m.World, m.Cognito().ListIdentityProviders, &cip.ListIdentityProvidersInput{UserPoolId: pool.Id}).Providers)
	if listed == nil {
		return nil
	}
	return do(m.World, m.Cognito().DescribeIdentityProvider, &cip.DescribeIdentityProviderInput{UserPoolId: pool.Id, ProviderName: listed.ProviderName}).IdentityProvider
}

// drawGroup draws one of the pool's groups, or nil.
func (m *model) drawGroup(r *rapid.T) *ciptypes.GroupType {
	m.T.Helper()
	pool := m.poolInAWS()
	if pool == nil {
		return nil
	}
	return one(r, "group", do(m.World, m.Cognito().ListGroups, &cip.ListGroupsInput{UserPoolId: pool.Id}).Groups)
}
