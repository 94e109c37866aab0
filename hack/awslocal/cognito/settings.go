package cognito

import (
	"context"
	"net/http"
	"time"
)

// Limits are Cognito's quotas for resources, per account and Region or per pool:
// https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html. The limits of lists in one request (100
// callback URLs, 50 scopes of a client) are constraints of the model, and not here.
type Limits struct {
	Pools           int // of an account in a Region
	CustomDomains   int // of an account in a Region
	Clients         int // of a pool
	ResourceServers int // of a pool
	// IdentityProviders is of a pool.
	IdentityProviders int
	Groups            int // of a pool
	CustomAttributes  int // of a pool
	Tags              int // of a pool
}

// DefaultLimits are what a new account has.
func DefaultLimits() Limits {
	return Limits{
		Pools: 1000, CustomDomains: 4,
		Clients: 1000, ResourceServers: 25, IdentityProviders: 300, Groups: 10000, CustomAttributes: 50, Tags: 50,
	}
}

// ReservedWords is how Cognito looks for "aws", "amazon" and "cognito" in a domain prefix. Reports conflict.
type ReservedWords int

const (
	// ReservedMixed refuses "amazon" and "cognito" anywhere, and "aws" as a whole word between hyphens.
	ReservedMixed ReservedWords = iota
	// ReservedSegments refuses each of the three as a whole word between hyphens: "-awsome-" is known to deploy.
	ReservedSegments
	// ReservedAnywhere refuses each of the three anywhere: "newcognito" is known to have failed.
	ReservedAnywhere
)

type settings struct {
	limits        Limits
	reservedWords ReservedWords
	resetUnknown  bool
	// linkInOldMembers is a switch of descriptions.
	linkInOldMembers bool
	// terseStyles is a switch of descriptions, too.
	terseStyles bool
	domainDelay time.Duration
	secretDelay time.Duration
	// network is between Cognito and identity providers; nil for the machine's own.
	network http.RoundTripper
	// domainDeletion is for how long a deleted domain is DELETING.
	domainDeletion time.Duration
	// replicaDelay is for how long a replica is CREATING, and DELETING.
	replicaDelay time.Duration
	// replication is how long a replica shows what the pool's answers to risks were before.
	replication time.Duration
	functions   Functions
	// gone is told the ARN of a pool or replica that has been deleted.
	gone func(arn string)
}

func defaultSettings() settings { return settings{limits: DefaultLimits(), gone: func(string) {}} }

// Option changes how the service behaves.
type Option func(*settings)

// Functions runs a Lambda function for the pool with an ARN. An error says that the function was not run, failed that it failed:
// then the answer holds its message.
type Functions func(ctx context.Context, functionARN, poolARN string, event []byte) (answer []byte, failed bool, err error)

// WithFunctions gives the service the functions that triggers call. Without them, none exists.
func WithFunctions(functions Functions) Option { return func(s *settings) { s.functions = functions } }

// WithLimits replaces the quotas.
func WithLimits(limits Limits) Option { return func(s *settings) { s.limits = limits } }

// WithNetwork replaces the network between Cognito and identity providers, so that a test can be Google.
func WithNetwork(network http.RoundTripper) Option { return func(s *settings) { s.network = network } }

// WithReservedWords chooses the rule for domain prefixes; ReservedMixed if not given.
func WithReservedWords(rule ReservedWords) Option {
	return func(s *settings) { s.reservedWords = rule }
}

// WithUnknownReset decides whether an update resets a member that it leaves out and of which no source says whether
// AWS resets it (DeletionProtection, for one; see resets.go). It keeps them if not given.
func WithUnknownReset(reset bool) Option { return func(s *settings) { s.resetUnknown = reset } }

// WithDomainDelay is for how long a new domain is CREATING and doesn't answer: up to a minute for a prefix in AWS
// (CreateUserPoolDomain, model). None if not given.
func WithDomainDelay(delay time.Duration) Option { return func(s *settings) { s.domainDelay = delay } }

// WithDomainDeletion is for how long a deleted domain is DELETING: terraform-provider-aws waits for its end before it deletes
// the pool (user_pool_domain.go). Until then, prefix and pool are taken, and it is described. None if not given.
func WithDomainDeletion(delay time.Duration) Option {
	return func(s *settings) { s.domainDeletion = delay }
}

// WithReplicaDelay is for how long a new replica is CREATING, and a deleted one DELETING: terraform-provider-aws waits for up to half an
// hour (user_pool_replica.go). No time if not given.
func WithReplicaDelay(delay time.Duration) Option {
	return func(s *settings) { s.replicaDelay = delay }
}

// WithReplication is how long a replica shows what the pool's answers to risks were before: "data replication between Regions might
// introduce brief delays" (user-pool-multi-region.html). No time if not given.
func WithReplication(delay time.Duration) Option {
	return func(s *settings) { s.replication = delay }
}

// WithGone has somebody learn of each pool and replica that has been deleted.
func WithGone(gone func(arn string)) Option { return func(s *settings) { s.gone = gone } }

// WithLinkInOldMembers decides whether a pool that confirms by link is described with the link's texts in EmailVerificationMessage and
// EmailVerificationSubject, which mirror the template: no source shows such a description. Not if not given.
func WithLinkInOldMembers(shown bool) Option { return func(s *settings) { s.linkInOldMembers = shown } }

// WithSecretDelay is for how long the token endpoint refuses a secret that was added to a client. Up to 150 seconds are
// waited for it in rotation.py of tnorlund/Portfolio, where it was seen on AWS; AWS's documents don't speak of it. None
// if not given.
func WithSecretDelay(delay time.Duration) Option { return func(s *settings) { s.secretDelay = delay } }

// WithTerseStyles decides whether a style is described without the settings that are as in Cognito's own style. The model says
// that only customized values are returned, and not whether such a one is. Not if not given.
func WithTerseStyles(terse bool) Option { return func(s *settings) { s.terseStyles = terse } }
