package harness

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/controllers/awserr"
)

// pagesOf are a pool's domains with the version of their pages.
func (w *World) pagesOf(ctx context.Context, pool *ciptypes.UserPoolType) string {
	w.T.Helper()
	var all []string
	for _, domain := range []string{aws.ToString(pool.Domain), aws.ToString(pool.CustomDomain)} {
		if domain == "" {
			continue
		}
		described := Must[*cip.DescribeUserPoolDomainOutput](w)(w.Cognito().DescribeUserPoolDomain(ctx, &cip.DescribeUserPoolDomainInput{Domain: &domain})).DomainDescription
		if aws.ToInt32(described.ManagedLoginVersion) == 2 {
			domain += " with managed pages"
		}
		if config := described.CustomDomainConfig; config != nil {
			domain += " " + aws.ToString(config.CertificateArn)
		}
		if described.Routing != nil {
			domain += " " + inWords(described.Routing.Failover)
		}
		all = append(all, domain)
	}
	return strings.Join(all, ", ")
}

// replicasOf are a pool's replicas in other Regions.
func (w *World) replicasOf(ctx context.Context, id string) string {
	w.T.Helper()
	words := []string{""}
	for _, one := range Must[*cip.ListUserPoolReplicasOutput](w)(w.Cognito().ListUserPoolReplicas(ctx, &cip.ListUserPoolReplicasInput{UserPoolId: &id})).UserPoolReplicas {
		if one.Role == ciptypes.ReplicaRoleTypeSecondary {
			there := cip.New(w.Cognito().Options(), func(o *cip.Options) { o.Region = *one.RegionName })
			pool := Must[*cip.DescribeUserPoolOutput](w)(there.DescribeUserPool(ctx, &cip.DescribeUserPoolInput{UserPoolId: &id})).UserPool
			words = append(words, fmt.Sprint(one.Status, " in ", *one.RegionName, inWords([]any{
				pool.EmailConfiguration, pool.SmsConfiguration, pool.LambdaConfig,
				w.risk(ctx, there, pool), w.logs(ctx, there, id), w.AWS.WAF.WebACL(*one.UserPoolArn),
			})))
		}
	}
	return strings.Join(words, ", ")
}

// styleOf is the style of a client's managed pages; empty if it has none.
func (w *World) styleOf(ctx context.Context, pool string, client *string) string {
	w.T.Helper()
	out, err := w.Cognito().DescribeManagedLoginBrandingByClient(ctx, &cip.DescribeManagedLoginBrandingByClientInput{UserPoolId: &pool, ClientId: client})
	if awserr.Is(err, awserr.NotFound) {
		return ""
	}
	if err != nil {
		w.T.Fatal(err)
	}
	style := out.ManagedLoginBranding
	words := []string{fmt.Sprintf("style of Cognito's own: %t", style.UseCognitoProvidedValues)}
	if style.Settings != nil {
		text, err := style.Settings.MarshalSmithyDocument()
		if err != nil {
			w.T.Fatal(err)
		}
		words = append(words, string(text))
	}
	for _, asset := range style.Assets {
		words = append(words, fmt.Sprint(asset.Category, asset.ColorMode, asset.Extension, string(asset.Bytes)))
	}
	return strings.Join(words, " ")
}

// classicOf is the classic style of a client, or of all.
func (w *World) classicOf(ctx context.Context, pool string, client *string) string {
	w.T.Helper()
	style := Must[*cip.GetUICustomizationOutput](w)(w.Cognito().GetUICustomization(ctx, &cip.GetUICustomizationInput{UserPoolId: &pool, ClientId: client})).UICustomization
	return fmt.Sprintf("style of all %t, %q, logo %t", client == nil || aws.ToString(style.ClientId) != *client, aws.ToString(style.CSS), style.ImageUrl != nil)
}

// documents are the links of a pool's documents, each with its client's name.
func (w *World) documents(ctx context.Context, pool string, clients map[string]string) []string {
	w.T.Helper()
	var all []string
	for _, listed := range Must[*cip.ListTermsOutput](w)(w.Cognito().ListTerms(ctx, &cip.ListTermsInput{UserPoolId: &pool})).Terms {
		terms := Must[*cip.DescribeTermsOutput](w)(w.Cognito().DescribeTerms(ctx, &cip.DescribeTermsInput{UserPoolId: &pool, TermsId: listed.TermsId})).Terms
		all = append(all, fmt.Sprint(clients[*terms.ClientId], *terms.TermsName, terms.Links))
	}
	slices.Sort(all)
	return all
}
