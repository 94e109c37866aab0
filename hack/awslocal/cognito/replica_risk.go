package cognito

import (
	"reflect"
	"time"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// keepRisk keeps the answers to risks that a replica shows for a while, and forgets the replica's sender together with the notices.
func (p *pool) keepRisk(now time.Time, in *idp.SetRiskConfigurationInput) {
	p.formerRisk, p.riskChanged = p.risks[""], now
	if takeover := in.AccountTakeoverRiskConfiguration; p.replica != nil && (takeover == nil || takeover.NotifyConfiguration == nil) {
		p.replica.sender = nil
	}
}

// replicaRisk is the pool's, with the replica's sender. That a replica shows the pool's until its own is set is an assumption.
func (s *Service) replicaRisk(p *pool, now time.Time) *types.RiskConfigurationType {
	shown := p.risks[""]
	if now.Sub(p.riskChanged) < s.settings.replication {
		shown = p.formerRisk
	}
	if shown == nil {
		return nil
	}
	shown = new(wire.Clone(*shown))
	if notify := notifyOf(shown.AccountTakeoverRiskConfiguration); notify != nil && p.replica.sender != nil {
		notify.SourceArn, notify.From = p.replica.sender.SourceArn, p.replica.sender.From
	}
	return shown
}

func notifyOf(takeover *types.AccountTakeoverRiskConfigurationType) *types.NotifyConfigurationType {
	if takeover == nil {
		return nil
	}
	return takeover.NotifyConfiguration
}

// setReplicaRisk: "In secondary regions for user pools with multi-region replication, only the SourceARN and From attributes of
// NotifyConfiguration can be modified [...]. All other risk configuration settings must match the existing values" (model:
// SetRiskConfiguration). The words are not known.
func (s *Service) setReplicaRisk(
	p *pool, now time.Time, in *idp.SetRiskConfigurationInput,
) (*idp.SetRiskConfigurationOutput, error) {
	shown := s.replicaRisk(p, now)
	if shown == nil {
		shown = &types.RiskConfigurationType{UserPoolId: in.UserPoolId}
	}
	notify, given := notifyOf(shown.AccountTakeoverRiskConfiguration), notifyOf(in.AccountTakeoverRiskConfiguration)
	var sender *types.NotifyConfigurationType
	if notify != nil && given != nil {
		sender = &types.NotifyConfigurationType{SourceArn: given.SourceArn, From: given.From}
		notify.SourceArn, notify.From = given.SourceArn, given.From
	}
	if !reflect.DeepEqual(shown.AccountTakeoverRiskConfiguration, in.AccountTakeoverRiskConfiguration) ||
		!reflect.DeepEqual(shown.CompromisedCredentialsRiskConfiguration, in.CompromisedCredentialsRiskConfiguration) ||
		!reflect.DeepEqual(shown.RiskExceptionConfiguration, in.RiskExceptionConfiguration) {
		return nil, invalid("Risk settings other than SourceArn and From must match those of the primary Region")
	}
	p.replica.sender = sender
	return &idp.SetRiskConfigurationOutput{RiskConfiguration: shown}, nil
}
