package userpool

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// Kinds of what others may make in our pool, as the prefixes of their names.
const (
	foreignTrigger  = "trigger/"
	foreignProvider = "identityProvider/"
)

// others lists what the pool holds that lets people in or changes their tokens, and that is not of this object. Triggers are in the
// pool's description; clients and identity providers cost a call each.
func (r userPool) others(ctx context.Context, id string, have *types.UserPoolType, kind string) ([]v1alpha1.ForeignResource, error) {
	var all []v1alpha1.ForeignResource
	if kind == "" && have != nil {
		all = append(all, triggers(have.LambdaConfig)...)
	}
	if kind == "" || kind == PrefixClient {
		found, err := r.otherClients(ctx, id)
		if err != nil {
			return nil, err
		}
		if kind == "" && have != nil && r.p.Owner.Returns(have.UserPoolTags) {
			// SecuredAPIs that share a pool do not keep its owner from taking it back.
			found = slices.DeleteFunc(found, func(f v1alpha1.ForeignResource) bool { return strings.Contains(f.Name, ","+markKey) })
		}
		all = append(all, found...)
	}
	if kind == "" || kind == foreignProvider {
		found, err := r.providers(ctx, id)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// triggers lists the functions that a pool calls. The spec has none.
func triggers(config *types.LambdaConfigType) []v1alpha1.ForeignResource {
	if config == nil {
		return nil
	}
	tokens := cmp.Or(config.PreTokenGenerationConfig, &types.PreTokenGenerationVersionConfigType{})
	email := cmp.Or(config.CustomEmailSender, &types.CustomEmailLambdaVersionConfigType{})
	sms := cmp.Or(config.CustomSMSSender, &types.CustomSMSLambdaVersionConfigType{})
	var found []v1alpha1.ForeignResource
	for _, trigger := range []struct {
		name     string
		function *string
	}{
		{"preSignUp", config.PreSignUp},
		{"postConfirmation", config.PostConfirmation},
		{"preAuthentication", config.PreAuthentication},
		{"postAuthentication", config.PostAuthentication},
		{"preTokenGeneration", cmp.Or(tokens.LambdaArn, config.PreTokenGeneration)},
		{"customMessage", config.CustomMessage},
		{"userMigration", config.UserMigration},
		{"defineAuthChallenge", config.DefineAuthChallenge},
		{"createAuthChallenge", config.CreateAuthChallenge},
		{"verifyAuthChallengeResponse", config.VerifyAuthChallengeResponse},
		{"customEmailSender", email.LambdaArn},
		{"customSMSSender", sms.LambdaArn},
	} {
		if arn := aws.ToString(trigger.function); arn != "" {
			found = append(found, v1alpha1.ForeignResource{Name: foreignTrigger + trigger.name, ID: arn})
		}
	}
	return found
}

// otherClients lists the clients that no record has. One that is being made, or of a pool from before, is told by its name.
func (r userPool) otherClients(ctx context.Context, id string) ([]v1alpha1.ForeignResource, error) {
	listed, err := r.listClients(ctx, r.p, id)
	if err != nil {
		return nil, err
	}
	ids, names := map[string]bool{}, map[string]bool{}
	for i := range r.p.Object.Status.Resources {
		rec := &r.p.Object.Status.Resources[i]
		name, is := strings.CutPrefix(rec.Name, PrefixClient)
		if !is {
			continue
		}
		ids[rec.ID] = true
		for _, old := range rec.Retired {
			ids[old.ID] = true
		}
		if rec.ID == "" || rec.Pending != nil {
			names[name] = true
		}
	}
	if r.p.ID(NamePool) != id {
		for _, name := range clientKeys(r.p) {
			names[name] = true
		}
	}
	var found []v1alpha1.ForeignResource
	for _, one := range listed {
		if !ids[*one.ClientId] && !names[*one.ClientName] && !r.lent(*one.ClientName) {
			found = append(found, v1alpha1.ForeignResource{Name: PrefixClient + *one.ClientName, ID: *one.ClientId})
		}
	}
	return found, nil
}

// providers lists the identity providers of a pool. The spec has none.
func (r userPool) providers(ctx context.Context, id string) ([]v1alpha1.ForeignResource, error) {
	var found []v1alpha1.ForeignResource
	pages := cip.NewListIdentityProvidersPaginator(r.API, &cip.ListIdentityProvidersInput{UserPoolId: &id, MaxResults: aws.Int32(60)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, provider := range page.Providers {
			found = append(found, v1alpha1.ForeignResource{Name: foreignProvider + aws.ToString(provider.ProviderName)})
		}
	}
	return found, nil
}
