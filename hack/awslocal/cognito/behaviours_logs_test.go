package cognito_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func TestLogDelivery(t *testing.T) {
	const doc = "model: LogConfigurationType; the words are not known"
	group := func(account string) *types.CloudWatchLogsConfigurationType {
		return &types.CloudWatchLogsConfigurationType{LogGroupArn: aws.String("arn:aws:logs:us-east-1:" + account + ":log-group:notes")}
	}
	bucket := &types.S3ConfigurationType{BucketArn: aws.String("arn:aws:s3:::notes")}
	failed := types.LogConfigurationType{EventSource: "userNotification", LogLevel: "ERROR", CloudWatchLogsConfiguration: group("111111111111")}
	signIns := types.LogConfigurationType{EventSource: "userAuthEvents", LogLevel: "INFO", S3Configuration: bucket}
	set := func(edit func(*idp.CreateUserPoolInput), all ...types.LogConfigurationType) func(*cloud) (any, error) {
		return func(c *cloud) (any, error) {
			pool := c.pool(edit)
			for _, configs := range [][]types.LogConfigurationType{{failed}, append([]types.LogConfigurationType{}, all...)} {
				if _, err := c.api.SetLogDeliveryConfiguration(c.ctx(), &idp.SetLogDeliveryConfigurationInput{UserPoolId: pool, LogConfigurations: configs}); err != nil {
					return nil, err
				}
			}
			out, err := c.api.GetLogDeliveryConfiguration(c.ctx(), &idp.GetLogDeliveryConfigurationInput{UserPoolId: pool})
			if err != nil {
				return nil, err
			}
			return len(out.LogDeliveryConfiguration.LogConfigurations), nil
		}
	}
	changed := func(config types.LogConfigurationType, change func(*types.LogConfigurationType)) types.LogConfigurationType {
		change(&config)
		return config
	}
	const api = "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetLogDeliveryConfiguration.html"
	check(t, setup{}, []behavior{
		{name: "both sources", source: doc, do: set(configured, failed, signIns), want: 2},
		{name: "an empty list turns logs off", source: api + ": at least 0 items", do: set(byEmail), want: 0},
		{
			name: "a source once", source: "no source has two taken", do: set(byEmail, failed, failed),
			wantErr: "InvalidParameterException: userNotification has more than one log configuration",
		},
		{
			name: "sign-ins need Plus", source: "model: FeatureUnavailableInTierException; the words are not known", do: set(byEmail, signIns),
			wantErr: "FeatureUnavailableInTierException: userAuthEvents is not available in the ESSENTIALS tier",
		},
		{
			name: "notifications go to a log group", source: doc,
			do: set(byEmail, changed(failed, func(c *types.LogConfigurationType) {
				c.CloudWatchLogsConfiguration, c.S3Configuration = nil, bucket
			})),
			wantErr: "InvalidParameterException: userNotification is logged to CloudWatch Logs",
		},
		{
			name: "each source has its level", source: doc,
			do:      set(byEmail, changed(failed, func(c *types.LogConfigurationType) { c.LogLevel = "INFO" })),
			wantErr: "InvalidParameterException: userNotification is logged with the level ERROR",
		},
		{
			name: "one destination", source: doc,
			do:      set(byEmail, changed(failed, func(c *types.LogConfigurationType) { c.S3Configuration = bucket })),
			wantErr: "InvalidParameterException: A log configuration has one destination",
		},
		{
			name: "a log group of the account", source: "model: CloudWatchLogsConfigurationType; the words are not known",
			do: set(byEmail, changed(failed, func(c *types.LogConfigurationType) {
				c.CloudWatchLogsConfiguration = group("222222222222")
			})),
			wantErr: "InvalidParameterException: The log group must be in the account of the user pool",
		},
	})
}
