package cognito

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// setLogDeliveryConfiguration replaces all; an empty list turns logs off. The rules are those of the model's documentation, whose words
// in a refusal are not known.
func (s *Service) setLogDeliveryConfiguration(
	r wire.Request, in *idp.SetLogDeliveryConfigurationInput,
) (*idp.SetLogDeliveryConfigurationOutput, error) {
	p, err := s.anywhere(r, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	seen := map[types.EventSourceName]bool{}
	for i := range in.LogConfigurations {
		config := &in.LogConfigurations[i]
		if seen[config.EventSource] {
			return nil, invalid("%s has more than one log configuration", config.EventSource)
		}
		seen[config.EventSource] = true
		if err := p.checkLog(r, config); err != nil {
			return nil, err
		}
	}
	*p.logsIn(r) = in.LogConfigurations
	return &idp.SetLogDeliveryConfigurationOutput{LogDeliveryConfiguration: p.describeLogs(r)}, nil
}

func (s *Service) getLogDeliveryConfiguration(
	r wire.Request, in *idp.GetLogDeliveryConfigurationInput,
) (*idp.GetLogDeliveryConfigurationOutput, error) {
	p, err := s.anywhere(r, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	return &idp.GetLogDeliveryConfigurationOutput{LogDeliveryConfiguration: p.describeLogs(r)}, nil
}

func (p *pool) describeLogs(r wire.Request) *types.LogDeliveryConfigurationType {
	return &types.LogDeliveryConfigurationType{UserPoolId: p.Id, LogConfigurations: *p.logsIn(r)}
}

// logsIn are the logs of the pool or of its replica, which has its own (guide: "Log export configuration").
func (p *pool) logsIn(r wire.Request) *[]types.LogConfigurationType {
	if p.inReplica(r) {
		return &p.replica.logs
	}
	return &p.logs
}

func (p *pool) checkLog(r wire.Request, config *types.LogConfigurationType) error {
	group, stream := config.CloudWatchLogsConfiguration, config.FirehoseConfiguration
	destinations := 0
	for _, given := range []bool{group != nil, stream != nil, config.S3Configuration != nil} {
		if given {
			destinations++
		}
	}
	level := types.LogLevelInfo
	if config.EventSource == types.EventSourceNameUserNotification {
		level = types.LogLevelError
	}
	switch {
	case destinations != 1:
		return invalid("A log configuration has one destination")
	case config.LogLevel != level:
		return invalid("%s is logged with the level %s", config.EventSource, level)
	case config.EventSource == types.EventSourceNameUserNotification && group == nil:
		return invalid("%s is logged to CloudWatch Logs", config.EventSource)
	case config.EventSource == types.EventSourceNameUserAuthEvents && p.UserPoolTier != types.UserPoolTierTypePlus:
		return wire.Errorf(unavailableInTier, "%s is not available in the %s tier", config.EventSource, p.UserPoolTier)
	case group != nil && !strings.Contains(aws.ToString(group.LogGroupArn), ":"+p.account+":"):
		return invalid("The log group must be in the account of the user pool")
	case group != nil && !strings.Contains(*group.LogGroupArn, ":"+r.Region+":"),
		stream != nil && !strings.Contains(aws.ToString(stream.StreamArn), ":"+r.Region+":"+p.account+":"):
		// No source says so; it is the stricter answer.
		return invalid("The destination must be in the account and Region of the user pool")
	}
	return nil
}
