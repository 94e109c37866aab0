package cognito_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/cognito"
)

const (
	regionalGuide = replicaGuide + `: "regional configurations can differ between replicas"`
	onlySender    = `model: SetRiskConfiguration: "only the SourceARN and From attributes of NotifyConfiguration can be modified"; the words are not known`
)

// notified is a pool with answers to risks and notices about them, and a replica.
func (c *cloud) notified() *string {
	pool := c.pool(replicable, configured)
	if err := c.replicate(pool, elsewhere); err != nil {
		c.t.Fatal(err)
	}
	if _, err := c.api.SetRiskConfiguration(c.ctx(), notices(pool, "us-east-1")); err != nil {
		c.t.Fatal(err)
	}
	return pool
}

// notices has notices sent from an identity of a Region.
func notices(pool *string, region string, edits ...func(*types.AccountTakeoverRiskConfigurationType)) *idp.SetRiskConfigurationInput {
	takeover := &types.AccountTakeoverRiskConfigurationType{
		Actions: &types.AccountTakeoverActionsType{
			HighAction: &types.AccountTakeoverActionType{EventAction: types.AccountTakeoverEventActionTypeBlock, Notify: true},
		},
		NotifyConfiguration: &types.NotifyConfigurationType{
			SourceArn: aws.String("arn:aws:ses:" + region + ":111111111111:identity/example.com"), From: aws.String(region + "@example.com"),
			BlockEmail: &types.NotifyEmailType{Subject: aws.String("Blocked"), TextBody: aws.String("It was blocked.")},
		},
	}
	for _, edit := range edits {
		edit(takeover)
	}
	return &idp.SetRiskConfigurationInput{UserPoolId: pool, AccountTakeoverRiskConfiguration: takeover}
}

// sender is who sends notices in a Region, and their subject.
func (c *cloud) sender(api *idp.Client, pool *string) (any, error) {
	out, err := api.DescribeRiskConfiguration(c.ctx(), &idp.DescribeRiskConfigurationInput{UserPoolId: pool})
	if err != nil || out.RiskConfiguration.AccountTakeoverRiskConfiguration == nil {
		return nil, err
	}
	n := out.RiskConfiguration.AccountTakeoverRiskConfiguration.NotifyConfiguration
	return *n.From + " " + *n.BlockEmail.Subject, nil
}

func TestOwnSettingsOfAReplica(t *testing.T) {
	setThere := func(pool *string, c *cloud, in *idp.SetRiskConfigurationInput) (any, error) {
		there := c.client(account, elsewhere)
		if _, err := there.SetRiskConfiguration(c.ctx(), in); err != nil {
			return nil, err
		}
		return c.sender(there, pool)
	}
	check(t, setup{}, []behavior{
		{
			name: "it has logs of its own", source: regionalGuide,
			do: func(c *cloud) (any, error) {
				pool, there := c.replicated(), c.client(account, elsewhere)
				if _, err := there.SetLogDeliveryConfiguration(c.ctx(), &idp.SetLogDeliveryConfigurationInput{
					UserPoolId: pool, LogConfigurations: []types.LogConfigurationType{{
						EventSource: types.EventSourceNameUserNotification, LogLevel: types.LogLevelError,
						CloudWatchLogsConfiguration: &types.CloudWatchLogsConfigurationType{LogGroupArn: aws.String("arn:aws:logs:us-west-2:111111111111:log-group:notes")},
					}},
				}); err != nil {
					return nil, err
				}
				var counts []any
				for _, api := range []*idp.Client{c.api, there} {
					out, err := api.GetLogDeliveryConfiguration(c.ctx(), &idp.GetLogDeliveryConfigurationInput{UserPoolId: pool})
					if err != nil {
						return nil, err
					}
					counts = append(counts, len(out.LogDeliveryConfiguration.LogConfigurations))
				}
				return counts, nil
			},
			want: []any{0, 1},
		},
		{
			name: "it sends the pool's notices", source: regionalGuide + "; that it shows the pool's sender until its own is set is an assumption",
			do: func(c *cloud) (any, error) {
				pool := c.notified()
				return c.sender(c.client(account, elsewhere), pool)
			},
			want: "us-east-1@example.com Blocked",
		},
		{
			name: "from an identity of its own", source: onlySender,
			do: func(c *cloud) (any, error) {
				pool := c.notified()
				return setThere(pool, c, notices(pool, elsewhere))
			},
			want: "us-west-2@example.com Blocked",
		},
		{
			name: "which the pool does not have", source: onlySender,
			do: func(c *cloud) (any, error) {
				pool := c.notified()
				if _, err := setThere(pool, c, notices(pool, elsewhere)); err != nil {
					return nil, err
				}
				return c.sender(c.api, pool)
			},
			want: "us-east-1@example.com Blocked",
		},
		{
			name: "with the pool's later texts", source: onlySender,
			do: func(c *cloud) (any, error) {
				pool := c.notified()
				if _, err := setThere(pool, c, notices(pool, elsewhere)); err != nil {
					return nil, err
				}
				if _, err := c.api.SetRiskConfiguration(c.ctx(), notices(pool, "us-east-1", func(takeover *types.AccountTakeoverRiskConfigurationType) {
					takeover.NotifyConfiguration.BlockEmail.Subject = aws.String("No")
				})); err != nil {
					return nil, err
				}
				return c.sender(c.client(account, elsewhere), pool)
			},
			want: "us-west-2@example.com No",
		},
		{
			name: "other texts are the pool's", source: onlySender,
			do: func(c *cloud) (any, error) {
				pool := c.notified()
				return setThere(pool, c, notices(pool, elsewhere, func(takeover *types.AccountTakeoverRiskConfigurationType) {
					takeover.NotifyConfiguration.BlockEmail.Subject = aws.String("No")
				}))
			},
			wantErr: "InvalidParameterException: Risk settings other than SourceArn and From must match those of the primary Region",
		},
		{
			name: "and other answers", source: onlySender,
			do: func(c *cloud) (any, error) {
				pool := c.notified()
				return setThere(pool, c, notices(pool, elsewhere, func(takeover *types.AccountTakeoverRiskConfigurationType) {
					takeover.Actions.HighAction.EventAction = types.AccountTakeoverEventActionTypeMfaIfConfigured
				}))
			},
			wantErr: "InvalidParameterException: Risk settings other than SourceArn and From must match those of the primary Region",
		},
		{
			name: "they are not reset there", source: onlySender,
			do: func(c *cloud) (any, error) {
				pool := c.notified()
				return setThere(pool, c, &idp.SetRiskConfigurationInput{UserPoolId: pool})
			},
			wantErr: "InvalidParameterException: Risk settings other than SourceArn and From must match those of the primary Region",
		},
	})
	check(t, setup{options: []cognito.Option{cognito.WithReplication(time.Minute)}}, []behavior{{
		name: "it has the pool's answers after a while", source: replicaGuide + `: "this process is eventually consistent"`,
		do: func(c *cloud) (any, error) {
			pool := c.notified()
			before, err := c.sender(c.client(account, elsewhere), pool)
			if err != nil {
				return nil, err
			}
			c.clock.Step(time.Minute)
			after, err := c.sender(c.client(account, elsewhere), pool)
			return []any{before, after}, err
		},
		want: []any{nil, "us-east-1@example.com Blocked"},
	}})
}
