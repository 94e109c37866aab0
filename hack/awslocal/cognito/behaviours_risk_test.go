package cognito_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// setRisk sets a risk configuration, and returns what is described then.
func setRisk(c *cloud, pool *string, edits ...func(*idp.SetRiskConfigurationInput)) (*types.RiskConfigurationType, error) {
	for _, edit := range edits {
		in := &idp.SetRiskConfigurationInput{UserPoolId: pool}
		edit(in)
		if _, err := c.api.SetRiskConfiguration(c.ctx(), in); err != nil {
			return nil, err
		}
	}
	out, err := c.api.DescribeRiskConfiguration(c.ctx(), &idp.DescribeRiskConfigurationInput{UserPoolId: pool})
	if err != nil {
		return nil, err
	}
	out.RiskConfiguration.LastModifiedDate, out.RiskConfiguration.UserPoolId = nil, nil
	return out.RiskConfiguration, nil
}

func TestRiskConfiguration(t *testing.T) {
	const provider = "terraform-provider-aws, risk_configuration.go"
	blocks := func(addresses ...string) func(*idp.SetRiskConfigurationInput) {
		return func(in *idp.SetRiskConfigurationInput) {
			in.RiskExceptionConfiguration = &types.RiskExceptionConfigurationType{BlockedIPRangeList: addresses}
		}
	}
	answers := func(notify bool) func(*idp.SetRiskConfigurationInput) {
		return func(in *idp.SetRiskConfigurationInput) {
			in.AccountTakeoverRiskConfiguration = &types.AccountTakeoverRiskConfigurationType{Actions: &types.AccountTakeoverActionsType{
				HighAction: &types.AccountTakeoverActionType{EventAction: types.AccountTakeoverEventActionTypeBlock, Notify: notify},
			}}
		}
	}
	check(t, setup{}, []behavior{
		{
			name: "a request replaces all", source: provider + ": each request has all that is wanted",
			do: func(c *cloud) (any, error) {
				got, err := setRisk(c, c.pool(configured), blocks("192.0.2.0/24"), answers(false))
				return got.RiskExceptionConfiguration, err
			},
			want: (*types.RiskExceptionConfigurationType)(nil),
		},
		{
			name: "the id alone resets it", source: "model: SetRiskConfiguration",
			do: func(c *cloud) (any, error) {
				return setRisk(c, c.pool(configured), blocks("192.0.2.0/24"), func(*idp.SetRiskConfigurationInput) {})
			},
			want: &types.RiskConfigurationType{},
		},
		{
			name: "threat protection has to be on", source: "model: UserPoolAddOnNotEnabledException; the words are not known",
			do:      func(c *cloud) (any, error) { return setRisk(c, c.pool(byEmail), blocks("192.0.2.0/24")) },
			wantErr: "UserPoolAddOnNotEnabledException: Threat protection is not enabled for the user pool",
		},
		{
			name: "also to look at it", source: "model: DescribeRiskConfiguration; the words are not known",
			do:      func(c *cloud) (any, error) { return setRisk(c, c.pool(byEmail)) },
			wantErr: "UserPoolAddOnNotEnabledException: Threat protection is not enabled for the user pool",
		},
		{
			name: "addresses are ranges", source: provider + ": validation.IsCIDR; the words are not known",
			do:      func(c *cloud) (any, error) { return setRisk(c, c.pool(configured), blocks("192.0.2.7")) },
			wantErr: "InvalidParameterException: 192.0.2.7 is not in CIDR notation",
		},
		{
			name: "a notice needs a sender", source: "model: AccountTakeoverRiskConfigurationType; no source has it taken without",
			do:      func(c *cloud) (any, error) { return setRisk(c, c.pool(configured), answers(true)) },
			wantErr: "InvalidParameterException: NotifyConfiguration is needed to notify users",
		},
		{
			name: "a client is the pool's", source: "model: ResourceNotFoundException",
			do: func(c *cloud) (any, error) {
				return setRisk(c, c.pool(configured), func(in *idp.SetRiskConfigurationInput) { in.ClientId = aws.String("none") })
			},
			wantErr: "ResourceNotFoundException: User pool client none does not exist.",
		},
		{
			name: "a notice has a body of six characters", source: "model; " + provider,
			do: func(c *cloud) (any, error) {
				return setRisk(c, c.pool(configured), answers(false), func(in *idp.SetRiskConfigurationInput) {
					in.AccountTakeoverRiskConfiguration = &types.AccountTakeoverRiskConfigurationType{
						Actions: &types.AccountTakeoverActionsType{},
						NotifyConfiguration: &types.NotifyConfigurationType{
							SourceArn: aws.String("arn:aws:ses:us-east-1:111111111111:identity/a"), BlockEmail: &types.NotifyEmailType{Subject: aws.String("Hello"), TextBody: aws.String("Hello")},
						},
					}
				})
			},
			wantErr: "InvalidParameterException: 1 validation error detected: Value 'Hello' at 'accountTakeoverRiskConfiguration.notifyConfiguration." +
				"blockEmail.textBody' failed to satisfy constraint: Member must have length greater than or equal to 6",
		},
	})
}
