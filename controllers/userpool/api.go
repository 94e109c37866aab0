package userpool

import (
	"context"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// option is the SDK's per-call option.
type option = func(*cip.Options)

// API is every call to Cognito that the operator may make.
type API interface {
	CreateUserPool(context.Context, *cip.CreateUserPoolInput, ...option) (*cip.CreateUserPoolOutput, error)
	DescribeUserPool(context.Context, *cip.DescribeUserPoolInput, ...option) (*cip.DescribeUserPoolOutput, error)
	UpdateUserPool(context.Context, *cip.UpdateUserPoolInput, ...option) (*cip.UpdateUserPoolOutput, error)
	DeleteUserPool(context.Context, *cip.DeleteUserPoolInput, ...option) (*cip.DeleteUserPoolOutput, error)
	TagResource(context.Context, *cip.TagResourceInput, ...option) (*cip.TagResourceOutput, error)
	ListUserPools(context.Context, *cip.ListUserPoolsInput, ...option) (*cip.ListUserPoolsOutput, error)
	ListUsers(context.Context, *cip.ListUsersInput, ...option) (*cip.ListUsersOutput, error)

	CreateUserPoolClient(context.Context, *cip.CreateUserPoolClientInput, ...option) (*cip.CreateUserPoolClientOutput, error)
	DescribeUserPoolClient(context.Context, *cip.DescribeUserPoolClientInput, ...option) (*cip.DescribeUserPoolClientOutput, error)
	UpdateUserPoolClient(context.Context, *cip.UpdateUserPoolClientInput, ...option) (*cip.UpdateUserPoolClientOutput, error)
	DeleteUserPoolClient(context.Context, *cip.DeleteUserPoolClientInput, ...option) (*cip.DeleteUserPoolClientOutput, error)
	ListUserPoolClients(context.Context, *cip.ListUserPoolClientsInput, ...option) (*cip.ListUserPoolClientsOutput, error)

	AddUserPoolClientSecret(context.Context, *cip.AddUserPoolClientSecretInput, ...option) (*cip.AddUserPoolClientSecretOutput, error)
	ListUserPoolClientSecrets(context.Context, *cip.ListUserPoolClientSecretsInput, ...option) (*cip.ListUserPoolClientSecretsOutput, error)
	DeleteUserPoolClientSecret(
		context.Context, *cip.DeleteUserPoolClientSecretInput, ...option,
	) (*cip.DeleteUserPoolClientSecretOutput, error)

	CreateUserPoolDomain(context.Context, *cip.CreateUserPoolDomainInput, ...option) (*cip.CreateUserPoolDomainOutput, error)
	DescribeUserPoolDomain(context.Context, *cip.DescribeUserPoolDomainInput, ...option) (*cip.DescribeUserPoolDomainOutput, error)
	DeleteUserPoolDomain(context.Context, *cip.DeleteUserPoolDomainInput, ...option) (*cip.DeleteUserPoolDomainOutput, error)

	CreateResourceServer(context.Context, *cip.CreateResourceServerInput, ...option) (*cip.CreateResourceServerOutput, error)
	UpdateResourceServer(context.Context, *cip.UpdateResourceServerInput, ...option) (*cip.UpdateResourceServerOutput, error)
	DeleteResourceServer(context.Context, *cip.DeleteResourceServerInput, ...option) (*cip.DeleteResourceServerOutput, error)
	ListResourceServers(context.Context, *cip.ListResourceServersInput, ...option) (*cip.ListResourceServersOutput, error)

	CreateGroup(context.Context, *cip.CreateGroupInput, ...option) (*cip.CreateGroupOutput, error)
	GetGroup(context.Context, *cip.GetGroupInput, ...option) (*cip.GetGroupOutput, error)
	UpdateGroup(context.Context, *cip.UpdateGroupInput, ...option) (*cip.UpdateGroupOutput, error)
	DeleteGroup(context.Context, *cip.DeleteGroupInput, ...option) (*cip.DeleteGroupOutput, error)
}

var _ API = (*cip.Client)(nil)

// Secrets keeps the secrets of ClientCredentials clients in Kubernetes.
type Secrets interface {
	// Ensure returns the client's secret. Where none is stored it stores the one that AWS has, or a new one if AWS has none.
	Ensure(ctx context.Context, client, inAWS string) (string, error)
	// Has says whether the client's secret is stored.
	Has(ctx context.Context, client string) (bool, error)
	// Stage returns the secret that is to come, which it stores beside the client's own if there is none yet.
	Stage(ctx context.Context, client string) (string, error)
	// Promote puts the staged secret, which has that id in Cognito, in the place of the client's own. Done again it does
	// nothing. It returns false if the staged secret is lost.
	Promote(ctx context.Context, client, id string) (bool, error)
	// Remove deletes the client's secret, if there is one of ours.
	Remove(ctx context.Context, client string) error
}
