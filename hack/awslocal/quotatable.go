package awslocal

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// quotaTable holds every request quota, of which each account has its own in each Region. Sources, to be corrected by:
//
// API Gateway: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html, "API Gateway quotas for
// creating, deploying and managing an API". None of them can be raised. Those of VPC links aren't here: they are for
// version 2 of its API, which isn't served.
//
// Cognito: https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html, "user pools API operation categories
// and request rate quotas". A footnote there holds each operation on a pool's resources and clients to 5 calls a
// second on one pool. Operations that are newer than their category are put where their kind is. Answers to challenges
// have a quota of their own, three times that of their category.
//
// Lambda: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, "Lambda API requests". All that
// isn't an invocation, GetFunction or GetPolicy shares one quota.
//
// AWS WAF: https://docs.aws.amazon.com/waf/latest/developerguide/limits.html, "API request quotas". None of them can be raised.
//
// STS: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html, "STS request quotas". AssumeRole
// counts in the account of its caller, not in that of the role.
//
// SQS has no request quota for standard queues:
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html.
var quotaTable = []quota{
	{service: apigatewayService, calls: 10, period: time.Second, burst: 40},
	{apigatewayService, "CreateRestApi", 1, 3 * time.Second, 1, regional},
	{apigatewayService, "CreateRestApi", 1, 30 * time.Second, 1, edge},
	{apigatewayService, "ImportRestApi", 1, 3 * time.Second, 1, regional},
	{apigatewayService, "ImportRestApi", 1, 30 * time.Second, 1, edge},
	{apigatewayService, "DeleteRestApi", 1, 30 * time.Second, 1, nil},
	{apigatewayService, "PutRestApi", 1, time.Second, 1, nil},
	{apigatewayService, "CreateDeployment", 1, 5 * time.Second, 1, nil},
	{apigatewayService, "CreateResource", 5, time.Second, 5, nil},
	{apigatewayService, "DeleteResource", 5, time.Second, 5, nil},
	{apigatewayService, "GetResources", 5, 2 * time.Second, 5, nil},
	{apigatewayService, "CreateApiKey", 5, time.Second, 5, nil},
	{apigatewayService, "DeleteApiKey", 5, time.Second, 5, nil},
	{apigatewayService, "CreateDocumentationVersion", 1, 20 * time.Second, 1, nil},
	{apigatewayService, "ImportDocumentationParts", 1, 30 * time.Second, 1, nil},
	{apigatewayService, "CreateDomainName", 1, 30 * time.Second, 1, nil},
	{apigatewayService, "UpdateDomainName", 1, 30 * time.Second, 1, nil},
	{apigatewayService, "DeleteDomainName", 1, 30 * time.Second, 1, nil},
	{apigatewayService, "UpdateUsagePlan", 1, 20 * time.Second, 1, nil},
	{apigatewayService, "UpdateAccount", 1, 20 * time.Second, 1, nil},

	{wafService, "AssociateWebACL", 1, 2 * time.Second, 1, nil},
	{wafService, "DisassociateWebACL", 1, 2 * time.Second, 1, nil},
	{wafService, "GetWebACLForResource", 1, time.Second, 1, nil},

	{cognitoService, userPoolRead, 15, time.Second, 15, nil},
	{cognitoService, userPoolUpdate, 15, time.Second, 15, nil},
	{cognitoService, userPoolResourceRead, 20, time.Second, 20, nil},
	{cognitoService, userPoolResourceUpdate, 15, time.Second, 15, nil},
	{cognitoService, userPoolClientRead, 15, time.Second, 15, nil},
	{cognitoService, userPoolClientUpdate, 15, time.Second, 15, nil},
	{cognitoService, "TagResource UntagResource", 5, time.Second, 5, nil},
	{cognitoService, onePool, 5, time.Second, 5, eachOnOnePool},
	{cognitoService, userAuthentication, 120, time.Second, 120, nil},
	{cognitoService, userChallenges, 360, time.Second, 360, nil},
	{cognitoService, userCreation, 50, time.Second, 50, nil},
	{cognitoService, userAccountRecovery, 30, time.Second, 30, nil},
	{cognitoService, userRead, 120, time.Second, 120, nil},
	{cognitoService, userUpdate, 25, time.Second, 25, nil},
	{cognitoService, userResourceRead, 50, time.Second, 50, nil},
	{cognitoService, userResourceUpdate, 25, time.Second, 25, nil},
	{cognitoService, userList, 30, time.Second, 30, nil},
	{cognitoService, userToken, 120, time.Second, 120, nil},

	{lambdaService, "GetFunction", 100, time.Second, 100, nil},
	{lambdaService, "GetPolicy", 15, time.Second, 15, nil},
	{lambdaService, "AddPermission RemovePermission", 15, time.Second, 15, nil},

	{stsService, "AssumeRole GetCallerIdentity", 600, time.Second, 600, nil},
}

// The operations of Cognito's categories.
const (
	userPoolRead   = "DescribeUserPool ListUserPools"
	userPoolUpdate = "CreateUserPool UpdateUserPool DeleteUserPool"

	userPoolResourceRead = "DescribeIdentityProvider DescribeResourceServer DescribeRiskConfiguration " +
		"DescribeUserImportJob DescribeUserPoolDomain GetCSVHeader GetGroup GetIdentityProviderByIdentifier " +
		"GetLogDeliveryConfiguration GetSigningCertificate GetUserPoolMfaConfig ListGroups ListIdentityProviders " +
		"ListResourceServers ListTagsForResource ListUserImportJobs ListUserPoolReplicas"
	userPoolResourceUpdate = "AddCustomAttributes CreateGroup CreateIdentityProvider CreateResourceServer " +
		"CreateUserImportJob CreateUserPoolDomain CreateUserPoolReplica DeleteGroup DeleteIdentityProvider DeleteResourceServer " +
		"DeleteUserPoolDomain DeleteUserPoolReplica SetLogDeliveryConfiguration SetUserPoolMfaConfig StartUserImportJob StopUserImportJob " +
		"TagResource UntagResource UpdateGroup UpdateIdentityProvider UpdateResourceServer UpdateUserPoolDomain " +
		"UpdateUserPoolReplica"

	userPoolClientRead = "DescribeManagedLoginBranding DescribeManagedLoginBrandingByClient DescribeTerms " +
		"DescribeUserPoolClient GetUICustomization ListTerms ListUserPoolClientSecrets ListUserPoolClients"
	userPoolClientUpdate = "AddUserPoolClientSecret CreateManagedLoginBranding CreateTerms CreateUserPoolClient " +
		"DeleteManagedLoginBranding DeleteTerms DeleteUserPoolClient DeleteUserPoolClientSecret SetRiskConfiguration " +
		"SetUICustomization UpdateManagedLoginBranding UpdateTerms UpdateUserPoolClient"

	onePool = userPoolResourceRead + " " + userPoolResourceUpdate + " " + userPoolClientRead + " " + userPoolClientUpdate

	userAuthentication  = "AdminInitiateAuth GetTokensFromRefreshToken InitiateAuth"
	userChallenges      = "AdminRespondToAuthChallenge RespondToAuthChallenge"
	userCreation        = "AdminConfirmSignUp AdminCreateUser ConfirmSignUp SignUp"
	userAccountRecovery = "AdminResetUserPassword AdminSetUserPassword ChangePassword ConfirmForgotPassword ForgotPassword"
	userRead            = "AdminGetUser GetUser"
	userUpdate          = "AdminAddUserToGroup AdminDeleteUser AdminDeleteUserAttributes AdminDisableUser AdminEnableUser " +
		"AdminRemoveUserFromGroup AdminUpdateUserAttributes AdminUserGlobalSignOut DeleteUser DeleteUserAttributes " +
		"GlobalSignOut UpdateUserAttributes VerifyUserAttribute"
	userResourceRead = "AdminGetDevice AdminListDevices AdminListGroupsForUser AdminListUserAuthEvents GetDevice " +
		"GetUserAttributeVerificationCode ListDevices ListWebAuthnCredentials ResendConfirmationCode"
	userResourceUpdate = "AdminForgetDevice AdminSetUserMFAPreference AdminSetUserSettings AdminUpdateAuthEventFeedback " +
		"AdminUpdateDeviceStatus AssociateSoftwareToken CompleteWebAuthnRegistration ConfirmDevice DeleteWebAuthnCredential " +
		"ForgetDevice SetUserMFAPreference SetUserSettings StartWebAuthnRegistration UpdateAuthEventFeedback UpdateDeviceStatus " +
		"VerifySoftwareToken"
	userList  = "ListUsers ListUsersInGroup"
	userToken = "RevokeToken"
)

// edge covers APIs that are edge-optimized, which they are unless they say otherwise.
func edge(call wire.Call) (string, bool) { return "", isEdge(call.Input) }

// regional covers Regional and private APIs.
func regional(call wire.Call) (string, bool) { return "", !isEdge(call.Input) }

func isEdge(input any) bool {
	switch in := input.(type) {
	case *apigateway.CreateRestApiInput:
		return in.EndpointConfiguration == nil || len(in.EndpointConfiguration.Types) == 0 ||
			slices.Contains(in.EndpointConfiguration.Types, types.EndpointTypeEdge)
	case *apigateway.ImportRestApiInput:
		kind, ok := in.Parameters["endpointConfigurationTypes"]
		return !ok || strings.Contains(kind, string(types.EndpointTypeEdge))
	}
	return false
}

// eachOnOnePool has a bucket for every operation on every pool, which is named by its id or, to tag it, by its ARN.
func eachOnOnePool(call wire.Call) (string, bool) {
	input := reflect.ValueOf(call.Input).Elem()
	for _, name := range []string{"UserPoolId", "ResourceArn"} {
		member := input.FieldByName(name)
		if member.IsValid() && !member.IsNil() {
			pool := member.Elem().String()
			return call.Operation + " " + pool[strings.LastIndex(pool, "/")+1:], true
		}
	}
	return "", false
}
