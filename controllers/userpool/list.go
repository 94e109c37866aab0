// Package userpool makes Cognito agree with a SecuredAPI. Each resource has a file, which says what is wanted, how that is
// compared with what Cognito holds, and which calls bring it about; the engine does the rest.
package userpool

import (
	"slices"
	"time"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/attached/invoke"
	"github.com/securedapi/securedapi/controllers/attached/webacl"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// Names of resources in status, and prefixes of the names of those of which there can be several.
const (
	NamePool   = "userPool"
	NameMFA    = "mfa"
	NameDomain = "domain"

	// NameCustomDomain is the domain of one's own.
	NameCustomDomain = "customDomain"

	PrefixServer = "resourceServer/"
	PrefixClient = "client/"
	PrefixSecret = "secret/"

	prefixPermission = "triggerPermission/"
)

// Cognito is what the resources of one pass call.
type Cognito struct {
	API     *cip.Client
	Lambda  *lambda.Client
	WAF     *wafv2.Client
	Secrets Secrets
	// PoolARN is the ARN of the user pool with that id, also for an empty one. Its partition, Region and account are those of functions
	// that the spec calls by name; the account may be empty where the spec names none.
	PoolARN func(id string) string
	Inputs  Inputs
	// Elsewhere are the clients for another Region; it fails if AWS has no such Region.
	Elsewhere func(region string) (*Regional, error)
	// SecretOverlap is how long a client's former secret stays good beside the new one, where the spec does not say it.
	SecretOverlap time.Duration
	// Made says that a SecuredAPI of this cluster made a user pool, so that its domain is one that the SecuredAPI asks for. Of two that ask
	// for one domain, the second does not get here.
	Made func(pool string) bool
	// Loan is there if the user pool is another SecuredAPI's.
	Loan *Loan
	// Borrowers lists the other SecuredAPIs that use the user pool. It is asked where a client's name tells of one.
	Borrowers func() ([]engine.Owner, error)
	// Modified is the user pool's LastModifiedDate as the pass last saw it; zero if the pass did not look.
	Modified time.Time

	// pool is the user pool as the pass last saw it.
	pool *types.UserPoolType
	// made says that this pass has made the user pool.
	made bool
	// closed says that this pass has closed sign-up, which was open.
	closed bool
	// foreignPools says that the account was seen to have user pools that no SecuredAPI of this cluster made.
	foreignPools bool
}

// Kinds lists what can be in Cognito for a SecuredAPI, in the order in which it is made. In another's user pool that is servers and
// clients: a record of anything else is nothing to act on.
func Kinds(c *Cognito) []engine.Kind {
	kinds := allKinds(c)
	if c.Loan == nil {
		return kinds
	}
	kinds = slices.DeleteFunc(kinds, func(k engine.Kind) bool {
		return !slices.Contains([]string{NamePool, PrefixServer, PrefixClient, PrefixSecret}, k.Prefix)
	})
	kinds[0] = engine.Kind{Prefix: NamePool, Of: c.borrowedPool, Operations: calls("DescribeUserPool")}
	return kinds
}

func allKinds(c *Cognito) []engine.Kind {
	return []engine.Kind{
		{Prefix: NamePool, Of: c.userPool, Operations: calls(
			"ListUserPools", "CreateUserPool", "DescribeUserPool", "UpdateUserPool", "DeleteUserPool", "TagResource", "UntagResource",
			"AddCustomAttributes",
			"ListUsers", "DescribeUserPoolDomain", "DeleteUserPoolDomain",
			"ListUserPoolClients", "ListIdentityProviders",
			"ListUserPoolReplicas", "UpdateUserPoolReplica", "DeleteUserPoolReplica",
		)},
		{Prefix: prefixPermission, Keys: c.wantedPermissions, Of: c.permission, Operations: invoke.Calls},
		{Prefix: NameMFA, Of: c.mfa, Operations: calls("GetUserPoolMfaConfig", "SetUserPoolMfaConfig")},
		{Prefix: NameRisk, Of: c.risk, Operations: calls("DescribeRiskConfiguration", "SetRiskConfiguration")},
		{Prefix: NameLogs, Of: c.logs, Operations: calls("GetLogDeliveryConfiguration", "SetLogDeliveryConfiguration")},
		{Prefix: webacl.Name, Of: c.webACL, Operations: webacl.Operations()},
		{Prefix: PrefixReplica, Keys: replicaKeys, Of: c.replica, Operations: calls(
			"ListUserPoolReplicas", "CreateUserPoolReplica", "UpdateUserPoolReplica", "DeleteUserPoolReplica", "DescribeUserPool", "TagResource",
			"UntagResource",
		)},
		{Prefix: prefixReplicaPermission, Keys: c.wantedReplicaPermissions, Of: c.replicaPermission, Operations: invoke.Calls},
		{Prefix: prefixReplicaSettings, Keys: replicaKeys, Of: c.replicaSettings, Operations: calls("DescribeUserPool", "UpdateUserPool")},
		{Prefix: prefixReplicaLogs, Keys: replicaKeys, Of: c.replicaLogs, Operations: calls(
			"GetLogDeliveryConfiguration", "SetLogDeliveryConfiguration",
		)},
		{Prefix: prefixReplicaWebACL, Keys: replicaKeys, Of: c.replicaWebACL, Operations: webacl.Operations()},
		{Prefix: prefixReplicaNotices, Keys: replicaKeys, Of: c.replicaNotices, Operations: calls(
			"DescribeRiskConfiguration", "SetRiskConfiguration",
		)},
		{Prefix: PrefixServer, Keys: serverKeys, Of: c.resourceServer, Operations: calls(
			"ListResourceServers", "CreateResourceServer", "UpdateResourceServer", "DeleteResourceServer",
		)},
		{Prefix: PrefixProvider, Keys: providerKeys, Of: c.identityProvider, Operations: calls(
			"CreateIdentityProvider", "DescribeIdentityProvider", "UpdateIdentityProvider", "DeleteIdentityProvider",
		)},
		{Prefix: PrefixClient, Keys: clientKeys, Of: c.client, Operations: calls(
			"ListUserPoolClients", "CreateUserPoolClient", "DescribeUserPoolClient", "UpdateUserPoolClient", "DeleteUserPoolClient",
		)},
		{Prefix: PrefixSecret, Keys: secretKeys, Of: c.secret, Operations: calls(
			"DescribeUserPoolClient", "ListUserPoolClientSecrets", "AddUserPoolClientSecret", "DeleteUserPoolClientSecret",
		)},
		{Prefix: PrefixGroup, Keys: groupKeys, Of: c.group, Operations: calls("CreateGroup", "GetGroup", "UpdateGroup", "DeleteGroup")},
		{Prefix: PrefixBranding, Keys: brandingKeys, Of: c.branding, Operations: calls(
			"DescribeManagedLoginBrandingByClient", "CreateManagedLoginBranding", "UpdateManagedLoginBranding", "DeleteManagedLoginBranding",
		)},
		{Prefix: PrefixTerms, Keys: termsKeys, Of: c.terms, Operations: calls(
			"ListTerms", "CreateTerms", "DescribeTerms", "UpdateTerms", "DeleteTerms",
		)},
		{Prefix: NameDomain, Of: c.domain, Operations: calls(
			"DescribeUserPool", "DescribeUserPoolDomain", "CreateUserPoolDomain", "UpdateUserPoolDomain", "DeleteUserPoolDomain",
		)},
		{Prefix: NameCustomDomain, Of: c.customDomain, Operations: calls(
			"DescribeUserPool", "DescribeUserPoolDomain", "CreateUserPoolDomain", "UpdateUserPoolDomain", "DeleteUserPoolDomain",
		)},
		{Prefix: NameClassicStyle, Of: c.poolStyle, Operations: calls("GetUICustomization", "SetUICustomization")},
		{Prefix: PrefixClassicStyle, Keys: classicKeys, Of: c.clientStyle, Operations: calls("GetUICustomization", "SetUICustomization")},
	}
}

// calls names operations as IAM does.
func calls(operations ...string) []string {
	for i, operation := range operations {
		operations[i] = "cognito-idp:" + operation
	}
	return operations
}

// compare says which fields differ, or what a creation brings.
func compare[D, O any](name string, fields []engine.Field[D, O], want *D, have *O, brings string) plan.Plan {
	if have == nil {
		return plan.Plan{{Part: name, Action: plan.Create, Subject: name, To: brings, Class: plan.InPlace}}
	}
	return engine.Compare(name, fields, want, have)
}

// unlessGone is the error of a call to something, unless it says that there is no such thing.
func unlessGone(err error) error {
	if awserr.Is(err, awserr.NotFound) {
		return nil
	}
	return err
}

// specClient returns the spec's client of that name, or nil.
func specClient(p *engine.Pass, name string) *v1alpha1.Client {
	for i := range p.Object.Spec.Clients {
		if client := &p.Object.Spec.Clients[i]; client.Name == name {
			return client
		}
	}
	return nil
}
