package cognito

import (
	"maps"
	"reflect"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// replica is a pool's copy in another Region: "The secondary replica supports a limited set of end user and administrator operations"
// (model: UserPoolReplicaType). Its tags, senders, functions and logs are its own (model: CreateUserPoolReplica, UpdateUserPool). The
// guide is https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-multi-region.html.
type replica struct {
	region  string
	active  bool
	created time.Time
	deleted time.Time // zero of one that nobody deleted
	tags    map[string]string
	email   *types.EmailConfigurationType
	sms     *types.SmsConfigurationType
	lambdas *types.LambdaConfigType
	logs    []types.LogConfigurationType
	sender  *types.NotifyConfigurationType // with SourceArn and From alone; nil until they are set there
}

// status is the replica's: a new one is INACTIVE once it is made.
func (d *replica) status(now time.Time, delay time.Duration) types.ReplicaStatusType {
	switch {
	case !d.deleted.IsZero():
		return types.ReplicaStatusTypeDeleting
	case now.Sub(d.created) < delay:
		return types.ReplicaStatusTypeCreating
	case d.active:
		return types.ReplicaStatusTypeActive
	default:
		return types.ReplicaStatusTypeInactive
	}
}

// endReplicas forgets the replicas whose deletion has ended.
func (s *Service) endReplicas(now time.Time) {
	for _, p := range s.pools {
		if d := p.replica; d != nil && !d.deleted.IsZero() && now.Sub(d.deleted) >= s.settings.replicaDelay {
			s.settings.gone(p.arnIn(d.region))
			p.replica = nil
		}
	}
}

// inReplica says that a request is made in the Region of a pool's replica.
func (p *pool) inReplica(r wire.Request) bool {
	return p.replica != nil && p.account == r.Account && p.replica.region == r.Region
}

// anywhere finds a pool of the caller's account by its Region or its replica's.
func (s *Service) anywhere(r wire.Request, id *string) (*pool, error) {
	if p, ok := s.pools[aws.ToString(id)]; ok && s.servedByReplica(r, p) {
		return p, nil
	}
	return s.pool(r, id)
}

// servedByReplica says that a request is made in the Region of a pool's replica that has been made.
func (s *Service) servedByReplica(r wire.Request, p *pool) bool {
	return p.inReplica(r) && p.replica.status(r.Now, s.settings.replicaDelay) != types.ReplicaStatusTypeCreating
}

// arnIn is the pool's ARN in a Region: primary and replica share the id (guide: "with a shared user pool ID").
func (p *pool) arnIn(region string) string {
	return strings.Replace(*p.Arn, ":"+p.region+":", ":"+region+":", 1)
}

// replicaRegions are those that a list shows (model: UserPoolDescriptionType).
func (p *pool) replicaRegions() []string {
	if p.replica == nil {
		return nil
	}
	return []string{p.replica.region}
}

// describeReplica is the pool as its replica's Region describes it.
func (s *Service) describeReplica(p *pool) *types.UserPoolType {
	described := s.describe(p)
	described.Arn = aws.String(p.arnIn(p.replica.region))
	p.replica.lay(described)
	return described
}

// lay lays what is the replica's own over a pool.
func (d *replica) lay(over *types.UserPoolType) {
	over.UserPoolTags, over.EmailConfiguration, over.SmsConfiguration, over.LambdaConfig = d.tags, d.email, d.sms, d.lambdas
}

// updateReplica: "regional configurations for email, SMS, Lambda functions, and tags can be updated. Both global and regional settings must
// be provided as inputs, with global settings required to match existing values" (model: UpdateUserPool). The words are not known.
func (s *Service) updateReplica(p *pool, in *idp.UpdateUserPoolInput) (*idp.UpdateUserPoolOutput, error) {
	changed := *p
	changed.UserPoolType = wire.Clone(p.UserPoolType)
	p.replica.lay(&changed.UserPoolType)
	overlay(updateUserPoolMembers, &changed.UserPoolType, in, defaultUserPool(), s.settings.resetUnknown)
	if err := s.settle(&changed, in.AdminCreateUserConfig, in.Policies); err != nil {
		return nil, err
	}
	wanted := replica{
		tags: changed.UserPoolTags, email: changed.EmailConfiguration, sms: changed.SmsConfiguration, lambdas: changed.LambdaConfig,
	}
	global := wire.Clone(p.UserPoolType)
	wanted.lay(&global)
	if !reflect.DeepEqual(global, changed.UserPoolType) {
		return nil, invalid("Global settings must match those of the primary Region")
	}
	p.replica.tags, p.replica.email, p.replica.sms, p.replica.lambdas = wanted.tags, wanted.email, wanted.sms, wanted.lambdas
	return &idp.UpdateUserPoolOutput{}, nil
}

func (s *Service) describedReplica(p *pool, now time.Time) *types.UserPoolReplicaType {
	return &types.UserPoolReplicaType{
		RegionName: aws.String(p.replica.region), Role: types.ReplicaRoleTypeSecondary,
		Status: p.replica.status(now, s.settings.replicaDelay), UserPoolArn: aws.String(p.arnIn(p.replica.region)),
	}
}

// createUserPoolReplica refuses what the guide names as a prerequisite. AWS's words are not known.
func (s *Service) createUserPoolReplica(
	r wire.Request, in *idp.CreateUserPoolReplicaInput,
) (*idp.CreateUserPoolReplicaOutput, error) {
	p, err := s.pool(r, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	switch {
	case p.UserPoolTier == types.UserPoolTierTypeLite:
		return nil, wire.Errorf(unavailableInTier, "Replication is not available in the LITE tier")
	case !replicable(p.KeyConfiguration):
		return nil, invalid("The user pool must have a multi-Region customer managed key")
	case *in.RegionName == p.region:
		return nil, invalid("A replica must be in another Region than the user pool")
	case p.replica != nil:
		return nil, invalid("The user pool has a replica in %s", p.replica.region)
	case len(in.UserPoolTags) > s.settings.limits.Tags:
		return nil, wire.Errorf("UserPoolTaggingException", "A user pool can have at most %d tags", s.settings.limits.Tags)
	}
	fresh := defaultUserPool()
	p.replica = &replica{
		region: *in.RegionName, created: r.Now, tags: maps.Clone(in.UserPoolTags), email: fresh.EmailConfiguration, lambdas: fresh.LambdaConfig,
	}
	return &idp.CreateUserPoolReplicaOutput{UserPoolReplica: s.describedReplica(p, r.Now)}, nil
}

// replicable says that a key is a multi-Region one, of which the id begins with mrk-
// (https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html).
func replicable(key *types.KeyConfigurationType) bool {
	return key != nil && strings.Contains(aws.ToString(key.KmsKeyArn), ":key/mrk-")
}

// listUserPoolReplicas lists both, in both Regions.
func (s *Service) listUserPoolReplicas(
	r wire.Request, in *idp.ListUserPoolReplicasInput,
) (*idp.ListUserPoolReplicasOutput, error) {
	p, err := s.anywhere(r, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	all := []types.UserPoolReplicaType{{
		RegionName: aws.String(p.region), Role: types.ReplicaRoleTypePrimary, Status: types.ReplicaStatusTypeActive, UserPoolArn: p.Arn,
	}}
	if p.replica != nil {
		all = append(all, *s.describedReplica(p, r.Now))
	}
	return &idp.ListUserPoolReplicasOutput{UserPoolReplicas: all}, nil
}

// updateUserPoolReplica "can be made in both primary and secondary regions of the user pool" (model).
func (s *Service) updateUserPoolReplica(
	r wire.Request, in *idp.UpdateUserPoolReplicaInput,
) (*idp.UpdateUserPoolReplicaOutput, error) {
	p, err := s.anywhere(r, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	if err := s.ready(p, r.Now, *in.RegionName); err != nil {
		return nil, err
	}
	p.replica.active = in.Status == types.UpdateReplicaStatusTypeActive
	return &idp.UpdateUserPoolReplicaOutput{UserPoolReplica: s.describedReplica(p, r.Now)}, nil
}

// ready fails unless a pool has a replica in a Region that Cognito is not making or deleting.
func (s *Service) ready(p *pool, now time.Time, region string) error {
	if p.replica == nil || p.replica.region != region {
		return wire.Errorf(resourceNotFound, "The user pool has no replica in %s", region)
	}
	switch status := p.replica.status(now, s.settings.replicaDelay); status {
	case types.ReplicaStatusTypeCreating, types.ReplicaStatusTypeDeleting:
		return invalid("The replica is %s", status)
	default:
		return nil
	}
}

// deleteUserPoolReplica: "You can only delete replicas that are in the INACTIVE status. This operation must be called from the primary
// Region" (model).
func (s *Service) deleteUserPoolReplica(
	r wire.Request, in *idp.DeleteUserPoolReplicaInput,
) (*idp.DeleteUserPoolReplicaOutput, error) {
	p, err := s.pool(r, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	if err := s.ready(p, r.Now, *in.RegionName); err != nil {
		return nil, err
	}
	if p.replica.active {
		return nil, invalid("The replica must be INACTIVE to be deleted")
	}
	for _, d := range s.domains {
		if d.pool == p && d.routing != nil && d.deleted.IsZero() {
			// No source says so; it is the stricter answer.
			return nil, invalid("Domain %s fails over to the replica", d.name)
		}
	}
	p.replica.deleted = r.Now
	out := &idp.DeleteUserPoolReplicaOutput{UserPoolReplica: s.describedReplica(p, r.Now)}
	s.endReplicas(r.Now)
	return out, nil
}

// checkReplica refuses a change that takes away what a replica needs (guide). AWS's words are not known.
func (p *pool) checkReplica() error {
	if p.replica == nil {
		return nil
	}
	if p.UserPoolTier == types.UserPoolTierTypeLite {
		return wire.Errorf(unavailableInTier, "Replication is not available in the LITE tier")
	}
	if !replicable(p.KeyConfiguration) {
		return invalid("A user pool with a replica must have a multi-Region customer managed key")
	}
	return nil
}

// checkRouting: "The routing configuration is currently only supported for custom domains" (model), and goes to the replica.
func (s *Service) checkRouting(d *domain, routing *types.RoutingType, now time.Time) error {
	if routing == nil || routing.Failover == nil {
		return nil
	}
	if !d.custom() {
		return invalid("Routing is only supported for custom domains")
	}
	return s.ready(d.pool, now, *routing.Failover.SecondaryRegion)
}

// ReplicaKey is the key of a pool in another Region: both are one multi-Region key. Empty if there is no such pool, or it has none.
func (s *Service) ReplicaKey(r wire.Request, id, region string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.pool(r, &id)
	if err != nil || p.KeyConfiguration == nil {
		return ""
	}
	return strings.Replace(aws.ToString(p.KeyConfiguration.KmsKeyArn), ":"+p.region+":", ":"+region+":", 1)
}
