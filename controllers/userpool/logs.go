package userpool

import (
	"cmp"
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// NameLogs is the name in status of where the pool's logs go.
const NameLogs = "logs"

// logs are where a pool or its replica sends logs: a setting that each has, and that is replaced whole.
type logs struct {
	*Cognito
	p     *engine.Pass
	name  string
	asked []v1alpha1.UserPoolLog
	// region is the replica's; empty for the pool.
	region string
}

// logSettings are the destinations by source; an empty one means that nothing is logged.
type logSettings struct{ Notifications, UserActivity destination }

// destination is one of these.
type destination struct {
	LogGroupARN string `json:",omitempty"`
	StreamARN   string `json:",omitempty"`
	BucketARN   string `json:",omitempty"`
}

// logConfig is what GetLogDeliveryConfiguration answers.
type logConfig = types.LogDeliveryConfigurationType

func (c *Cognito) logs(p *engine.Pass, _ string) engine.Resource {
	return logs{c, p, NameLogs, p.Object.Spec.UserPool.Logs, ""}.resource(NameLogs, &engine.Meta{
		In: NamePool, After: []string{NamePool}, GoesWith: true, Setting: true, Check: engine.Rotating,
	})
}

func (r logs) resource(id string, meta *engine.Meta) *engine.Of[logSettings, logConfig] {
	return &engine.Of[logSettings, logConfig]{
		Meta:    *meta,
		Desired: r.desired,
		ID:      func(*logSettings) string { return id },
		Read:    r.read,
		Diff: func(want *logSettings, have *logConfig) plan.Plan {
			return compare(r.name, logFields, want, have, "")
		},
		Create: func(ctx context.Context, want *logSettings, id string) (engine.Found[logConfig], error) {
			made, err := r.update(ctx, id, want, nil)
			return engine.Found[logConfig]{ID: id, Value: made}, err
		},
		Update: r.update,
		Delete: func(ctx context.Context, _, pool string) error {
			_, err := r.set(ctx, pool, nil)
			return err
		},
	}
}

func (r logs) desired() (*logSettings, error) {
	if len(r.asked) == 0 {
		return nil, nil
	}
	var want logSettings
	for i := range r.asked {
		to := destination{r.asked[i].LogGroupARN, r.asked[i].StreamARN, r.asked[i].BucketARN}
		if r.asked[i].Source == v1alpha1.LogUserActivity {
			want.UserActivity = to
		} else {
			want.Notifications = to
		}
	}
	return &want, nil
}

func (r logs) read(ctx context.Context, _ string, _ []string) (*logConfig, error) {
	where, err := r.in(r.region)
	if err != nil {
		return nil, err
	}
	out, err := where.API.GetLogDeliveryConfiguration(ctx, &cip.GetLogDeliveryConfigurationInput{UserPoolId: new(r.p.ID(NamePool))})
	if err != nil {
		return nil, err
	}
	return described(out.LogDeliveryConfiguration), nil
}

func (r logs) update(ctx context.Context, _ string, want *logSettings, _ *logConfig) (*logConfig, error) {
	return r.set(ctx, r.p.ID(NamePool), engine.Overlay(logFields, want, nil).LogConfigurations)
}

// set replaces all. A list without items turns logs off (API reference: at least 0 items).
func (r logs) set(ctx context.Context, pool string, all []types.LogConfigurationType) (*logConfig, error) {
	where, err := r.in(r.region)
	if err != nil {
		return nil, err
	}
	out, err := where.API.SetLogDeliveryConfiguration(ctx, &cip.SetLogDeliveryConfigurationInput{
		UserPoolId: &pool, LogConfigurations: append([]types.LogConfigurationType{}, all...),
	})
	if err != nil {
		return nil, err
	}
	return described(out.LogDeliveryConfiguration), nil
}

// described is empty for a pool that logs nothing.
func described(config *logConfig) *logConfig {
	if config == nil {
		return &logConfig{}
	}
	return config
}

// logFields are the destinations. Cognito takes one level for each source (LogConfigurationType).
var logFields = []engine.Field[logSettings, logConfig]{
	logField(v1alpha1.LogNotifications, types.EventSourceNameUserNotification, types.LogLevelError,
		func(s *logSettings) destination { return s.Notifications }),
	logField(v1alpha1.LogUserActivity, types.EventSourceNameUserAuthEvents, types.LogLevelInfo,
		func(s *logSettings) destination { return s.UserActivity }),
}

func logField(
	name v1alpha1.LogSource, source types.EventSourceName, level types.LogLevel, wanted func(*logSettings) destination,
) engine.Field[logSettings, logConfig] {
	return engine.Field[logSettings, logConfig]{
		Name: string(name), Class: plan.InPlace,
		Words: func(have *logConfig) string {
			for i := range have.LogConfigurations {
				if one := &have.LogConfigurations[i]; one.EventSource == source {
					return arnOf(one)
				}
			}
			return ""
		},
		Set: func(have *logConfig, want *logSettings) {
			var all []types.LogConfigurationType
			for _, one := range have.LogConfigurations {
				if one.EventSource != source {
					all = append(all, one)
				}
			}
			if to := wanted(want); to != (destination{}) {
				all = append(all, to.configuration(source, level))
			}
			have.LogConfigurations = all
		},
	}
}

func (d destination) configuration(source types.EventSourceName, level types.LogLevel) types.LogConfigurationType {
	config := types.LogConfigurationType{EventSource: source, LogLevel: level}
	switch {
	case d.LogGroupARN != "":
		config.CloudWatchLogsConfiguration = &types.CloudWatchLogsConfigurationType{LogGroupArn: &d.LogGroupARN}
	case d.StreamARN != "":
		config.FirehoseConfiguration = &types.FirehoseConfigurationType{StreamArn: &d.StreamARN}
	default:
		config.S3Configuration = &types.S3ConfigurationType{BucketArn: &d.BucketARN}
	}
	return config
}

func arnOf(config *types.LogConfigurationType) string {
	var group, stream, bucket *string
	if to := config.CloudWatchLogsConfiguration; to != nil {
		group = to.LogGroupArn
	}
	if to := config.FirehoseConfiguration; to != nil {
		stream = to.StreamArn
	}
	if to := config.S3Configuration; to != nil {
		bucket = to.BucketArn
	}
	return cmp.Or(aws.ToString(group), aws.ToString(stream), aws.ToString(bucket))
}
