package cognito

import (
	"net/netip"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// setRiskConfiguration replaces all of a pool's configuration, or of a client's: "send this request with only the UserPoolId parameter"
// sets it to defaults (model). What those are is not told, so nothing is described then.
func (s *Service) setRiskConfiguration(r wire.Request, in *idp.SetRiskConfigurationInput) (*idp.SetRiskConfigurationOutput, error) {
	p, err := s.protected(r, in.UserPoolId, in.ClientId)
	if err != nil {
		return nil, err
	}
	if err := checkRisk(in); err != nil {
		return nil, err
	}
	if p.inReplica(r) {
		return s.setReplicaRisk(p, r.Now, in)
	}
	set := &types.RiskConfigurationType{
		UserPoolId: in.UserPoolId, ClientId: in.ClientId, LastModifiedDate: aws.Time(r.Now),
		AccountTakeoverRiskConfiguration:        in.AccountTakeoverRiskConfiguration,
		CompromisedCredentialsRiskConfiguration: in.CompromisedCredentialsRiskConfiguration,
		RiskExceptionConfiguration:              in.RiskExceptionConfiguration,
	}
	if in.ClientId == nil {
		p.keepRisk(r.Now, in)
	}
	none := in.AccountTakeoverRiskConfiguration == nil && in.CompromisedCredentialsRiskConfiguration == nil
	if none && in.RiskExceptionConfiguration == nil {
		delete(p.risks, aws.ToString(in.ClientId))
		return &idp.SetRiskConfigurationOutput{RiskConfiguration: set}, nil
	}
	p.risks[aws.ToString(in.ClientId)] = set
	return &idp.SetRiskConfigurationOutput{RiskConfiguration: set}, nil
}

func (s *Service) describeRiskConfiguration(
	r wire.Request, in *idp.DescribeRiskConfigurationInput,
) (*idp.DescribeRiskConfigurationOutput, error) {
	p, err := s.protected(r, in.UserPoolId, in.ClientId)
	if err != nil {
		return nil, err
	}
	found := p.risks[aws.ToString(in.ClientId)]
	if p.inReplica(r) {
		found = s.replicaRisk(p, r.Now)
	}
	if found == nil {
		found = &types.RiskConfigurationType{UserPoolId: in.UserPoolId, ClientId: in.ClientId}
	}
	return &idp.DescribeRiskConfigurationOutput{RiskConfiguration: found}, nil
}

// protected finds a pool with threat protection. Both operations have UserPoolAddOnNotEnabledException for others (model), though a test of
// terraform-provider-aws sets IP addresses of a pool without (risk_configuration_test.go): the strict side.
func (s *Service) protected(r wire.Request, id, client *string) (*pool, error) {
	p, err := s.anywhere(r, id)
	if err != nil {
		return nil, err
	}
	if client != nil && p.inReplica(r) {
		// No source says that an app client has answers of its own at a replica.
		return nil, wire.Errorf(notEnabled, "The operation is not enabled in the Region of a secondary replica")
	}
	if client != nil && p.clients[*client] == nil {
		return nil, wire.Errorf(resourceNotFound, "User pool client %s does not exist.", *client)
	}
	if p.UserPoolAddOns == nil || p.UserPoolAddOns.AdvancedSecurityMode == types.AdvancedSecurityModeTypeOff {
		return nil, wire.Errorf("UserPoolAddOnNotEnabledException", "Threat protection is not enabled for the user pool")
	}
	return p, nil
}

// checkRisk refuses what has no source for its being taken: addresses that are no ranges, and e-mails that nobody sends.
func checkRisk(in *idp.SetRiskConfigurationInput) error {
	if exceptions := in.RiskExceptionConfiguration; exceptions != nil {
		for _, list := range [][]string{exceptions.BlockedIPRangeList, exceptions.SkippedIPRangeList} {
			for _, one := range list {
				if _, err := netip.ParsePrefix(one); err != nil {
					return invalid("%s is not in CIDR notation", one)
				}
			}
		}
	}
	takeover := in.AccountTakeoverRiskConfiguration
	if takeover == nil || takeover.NotifyConfiguration != nil {
		return nil
	}
	actions := takeover.Actions
	for _, action := range []*types.AccountTakeoverActionType{actions.LowAction, actions.MediumAction, actions.HighAction} {
		if action != nil && action.Notify {
			return invalid("NotifyConfiguration is needed to notify users")
		}
	}
	return nil
}
