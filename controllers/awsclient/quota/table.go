package quota

import (
	"strings"
	"time"
)

// service names are the SDK's service ids.
const (
	apiGateway = "API Gateway"
	cognito    = "Cognito Identity Provider"
	waf        = "WAFV2"
)

// row is one request quota: calls in a period, for all of its operations together. No operation means all of the
// service's. A quota that holds for each user pool by itself has onePool.
type row struct {
	service    string
	operations string
	calls      float64
	period     time.Duration
	burst      int
	onePool    bool
}

// table holds the quotas of calls, per account and Region. Sources, to be corrected by:
//
// API Gateway, none of which can be raised:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html, "API Gateway quotas for creating, deploying
// and managing an API".
//
// Cognito: https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html, "user pools API operation categories
// and request rate quotas".
//
// Lambda, "control plane API requests": https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html is 15
// a second, and its quota for GetPolicy is the same; the operator's few calls stay far below.
//
// AWS WAF: https://docs.aws.amazon.com/waf/latest/developerguide/limits.html, "API request quotas"; none can be raised.
var table = []row{
	{apiGateway, "", 10, time.Second, 40, false},
	{apiGateway, "CreateRestApi", 1, 3 * time.Second, 1, false},
	{apiGateway, "DeleteRestApi", 1, 30 * time.Second, 1, false},
	{apiGateway, "PutRestApi", 1, time.Second, 1, false},
	{apiGateway, "CreateDeployment", 1, 5 * time.Second, 1, false},
	{apiGateway, "GetResources", 5, 2 * time.Second, 5, false},

	{cognito, "DescribeUserPool ListUserPools", 15, time.Second, 15, false},
	{cognito, "CreateUserPool UpdateUserPool DeleteUserPool", 15, time.Second, 15, false},
	{cognito, resourceReads, 20, time.Second, 20, false},
	{cognito, resourceUpdates, 15, time.Second, 15, false},
	{cognito, clientReads, 15, time.Second, 15, false},
	{cognito, clientUpdates, 15, time.Second, 15, false},
	{cognito, "TagResource UntagResource", 5, time.Second, 5, false},
	{cognito, "ListUsers", 30, time.Second, 30, false},
	{cognito, resourceReads, 5, time.Second, 5, true},
	{cognito, resourceUpdates, 5, time.Second, 5, true},
	{cognito, clientReads, 5, time.Second, 5, true},
	{cognito, clientUpdates, 5, time.Second, 5, true},

	{waf, "AssociateWebACL", 1, 2 * time.Second, 1, false},
	{waf, "DisassociateWebACL", 1, 2 * time.Second, 1, false},
	{waf, "GetWebACLForResource", 1, time.Second, 1, false},
}

// Cognito's categories of what a pool holds, whole, so that a resource that is new here has its quota. No category names replicas yet:
// their calls count as those of domains.
const (
	resourceReads = "DescribeIdentityProvider DescribeResourceServer DescribeRiskConfiguration DescribeUserPoolDomain GetGroup " +
		"GetIdentityProviderByIdentifier GetLogDeliveryConfiguration GetSigningCertificate GetUserPoolMfaConfig ListGroups " +
		"ListIdentityProviders ListResourceServers ListTagsForResource ListUserPoolReplicas"
	resourceUpdates = "AddCustomAttributes CreateGroup CreateIdentityProvider CreateResourceServer CreateUserPoolDomain " +
		"CreateUserPoolReplica DeleteGroup DeleteIdentityProvider DeleteResourceServer DeleteUserPoolDomain DeleteUserPoolReplica " +
		"SetLogDeliveryConfiguration SetUserPoolMfaConfig TagResource UntagResource UpdateGroup UpdateIdentityProvider UpdateResourceServer " +
		"UpdateUserPoolDomain UpdateUserPoolReplica"
	clientReads = "DescribeManagedLoginBranding DescribeManagedLoginBrandingByClient DescribeTerms DescribeUserPoolClient " +
		"GetUICustomization ListTerms ListUserPoolClientSecrets ListUserPoolClients"
	clientUpdates = "AddUserPoolClientSecret CreateManagedLoginBranding CreateTerms CreateUserPoolClient " +
		"DeleteManagedLoginBranding DeleteTerms DeleteUserPoolClient DeleteUserPoolClientSecret SetRiskConfiguration " +
		"SetUICustomization UpdateManagedLoginBranding UpdateTerms UpdateUserPoolClient"
)

// covers says whether the quota counts a call. One of a single pool counts calls on a pool only.
func (r row) covers(call Call) bool {
	if r.service != call.Service || r.onePool && call.Pool == "" {
		return false
	}
	for operation := range strings.FieldsSeq(r.operations) {
		if operation == call.Operation {
			return true
		}
	}
	return r.operations == ""
}

// key names the quota's line: of one pool, there is one for each pool and operation.
func (r row) key(call Call) string {
	key := r.service + "/" + r.operations
	if r.onePool {
		key += "/" + call.Operation + "/" + call.Pool
	}
	return key
}
