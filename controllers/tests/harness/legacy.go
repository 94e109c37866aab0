package harness

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/config/iam"
)

// Legacy is what somebody made before there was a SecuredAPI: as the Serverless Framework leaves it.
type Legacy struct{ Pool, Client, API string }

// MakeLegacy makes a pool with a user, a domain and two clients, and an API, all with tags.
func (w *World) MakeLegacy(tags map[string]string) Legacy {
	w.T.Helper()
	ctx := w.T.Context()
	pool := Must[*cip.CreateUserPoolOutput](w)(w.Cognito().CreateUserPool(ctx, &cip.CreateUserPoolInput{
		PoolName: aws.String("legacy"), UsernameAttributes: []ciptypes.UsernameAttributeType{"email"}, UserPoolTags: tags,
		EmailVerificationSubject: aws.String("Welcome to the legacy"),
	})).UserPool
	Must[*cip.CreateUserPoolDomainOutput](w)(w.Cognito().CreateUserPoolDomain(ctx, &cip.CreateUserPoolDomainInput{UserPoolId: pool.Id, Domain: aws.String("legacy")}))
	client := Must[*cip.CreateUserPoolClientOutput](w)(w.Cognito().CreateUserPoolClient(ctx, &cip.CreateUserPoolClientInput{
		UserPoolId: pool.Id, ClientName: aws.String("web"), RefreshTokenValidity: 90,
	})).UserPoolClient
	Must[*cip.CreateUserPoolClientOutput](w)(w.Cognito().CreateUserPoolClient(ctx, &cip.CreateUserPoolClientInput{UserPoolId: pool.Id, ClientName: aws.String("batch")}))
	Must[*cip.AdminCreateUserOutput](w)(w.Cognito().AdminCreateUser(ctx, &cip.AdminCreateUserInput{UserPoolId: pool.Id, Username: aws.String("ann@example.com")}))
	return Legacy{*pool.Id, *client.ClientId, w.MakeAPI("legacy", "beta", tags)}
}

// Adopting is the recipe for what was made by hand, with no policy of its own.
func (w *World) Adopting(made Legacy) *v1alpha1.SecuredAPI {
	w.T.Helper()
	w.Permit("adopt", iam.Values{"USER_POOL_ID": {made.Pool}, "REST_API_ID": {made.API}})
	object := w.Recipe()
	object.Spec.DeletionPolicy = ""
	object.Spec.Domain.Prefix = "legacy"
	object.Spec.UserPool.Adopt = &v1alpha1.AdoptUserPoolSpec{ID: made.Pool}
	object.Spec.API = &v1alpha1.APISpec{Adopt: &v1alpha1.AdoptAPISpec{ID: made.API}}
	return object
}

// Users counts the users of the only pool of the account.
func (w *World) Users() int {
	w.T.Helper()
	return len(Must[*cip.ListUsersOutput](w)(w.Cognito().ListUsers(w.T.Context(), &cip.ListUsersInput{UserPoolId: aws.String(w.onlyPool())})).Users)
}
