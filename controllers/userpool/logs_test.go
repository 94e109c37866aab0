package userpool

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

const (
	testLogGroup = "arn:aws:logs:us-east-1:111111111111:log-group:notes"
	testStream   = "arn:aws:firehose:us-east-1:111111111111:deliverystream/notes"
	testBucket   = "arn:aws:s3:::notes-logs"
)

// logsInAWS are where logs go, in words.
func (w *world) logsInAWS() string {
	w.Helper()
	var words []string
	config := must[cip.GetLogDeliveryConfigurationOutput](w)(w.cip.GetLogDeliveryConfiguration(w.Context(), &cip.GetLogDeliveryConfigurationInput{
		UserPoolId: w.id(NamePool),
	})).LogDeliveryConfiguration
	for _, one := range config.LogConfigurations {
		words = append(words, string(one.EventSource)+" "+string(one.LogLevel)+" "+arnOf(&one))
	}
	return strings.Join(words, "; ")
}

func TestLogs(t *testing.T) {
	w := newWorld(t, plus)
	w.converge()
	failed := v1alpha1.UserPoolLog{Source: v1alpha1.LogNotifications, LogGroupARN: testLogGroup}
	for _, step := range []struct {
		reason     string
		logs       []v1alpha1.UserPoolLog
		want, done string
	}{
		{"messages that failed", []v1alpha1.UserPoolLog{failed}, "userNotification ERROR " + testLogGroup, "+ logs"},
		{
			"sign-ins, too",
			[]v1alpha1.UserPoolLog{failed, {Source: v1alpha1.LogUserActivity, StreamARN: testStream}},
			"userNotification ERROR " + testLogGroup + "; userAuthEvents INFO " + testStream, `~ logs.UserActivity: "" -> ` + testStream,
		},
		{
			"to another place",
			[]v1alpha1.UserPoolLog{failed, {Source: v1alpha1.LogUserActivity, BucketARN: testBucket}},
			"userNotification ERROR " + testLogGroup + "; userAuthEvents INFO " + testBucket, "~ logs.UserActivity: " + testStream + " -> " + testBucket,
		},
		{
			"sign-ins only",
			[]v1alpha1.UserPoolLog{{Source: v1alpha1.LogUserActivity, LogGroupARN: testLogGroup}},
			"userAuthEvents INFO " + testLogGroup,
			"~ logs.Notifications: " + testLogGroup + ` -> ""; ~ logs.UserActivity: ` + testBucket + " -> " + testLogGroup,
		},
		{"nothing", nil, "", "- logs " + NameLogs},
	} {
		w.object.Spec.UserPool.Logs = step.logs
		if diff := cmp.Diff(step.done, strings.TrimSpace(w.converge())); diff != "" {
			t.Errorf("%s: what is done (-want +got):\n%s", step.reason, diff)
		}
		if diff := cmp.Diff(step.want, w.logsInAWS()); diff != "" {
			t.Errorf("%s: what AWS holds (-want +got):\n%s", step.reason, diff)
		}
		if left := w.converge(whole); left != "" {
			t.Errorf("%s: got %q done once more, want nothing", step.reason, left)
		}
	}
}

// What is set by hand is repaired where the spec has logs, and kept where it has none.
func TestLogsSetByHand(t *testing.T) {
	w := newWorld(t)
	w.converge()
	byHand := func(group string) {
		must[cip.SetLogDeliveryConfigurationOutput](w)(w.cip.SetLogDeliveryConfiguration(t.Context(), &cip.SetLogDeliveryConfigurationInput{
			UserPoolId: w.id(NamePool), LogConfigurations: []types.LogConfigurationType{{
				EventSource: types.EventSourceNameUserNotification, LogLevel: types.LogLevelError,
				CloudWatchLogsConfiguration: &types.CloudWatchLogsConfigurationType{LogGroupArn: aws.String(group)},
			}},
		}))
	}
	byHand(testLogGroup + "-by-hand")
	w.converge(whole)
	if got, want := w.logsInAWS(), "userNotification ERROR "+testLogGroup+"-by-hand"; got != want {
		t.Errorf("got %q, want %q kept", got, want)
	}
	w.object.Spec.UserPool.Logs = []v1alpha1.UserPoolLog{{Source: v1alpha1.LogNotifications, LogGroupARN: testLogGroup}}
	w.converge()
	byHand(testLogGroup + "-by-hand")
	if got, want := w.converge(whole), "~ logs.Notifications: "+testLogGroup+"-by-hand -> "+testLogGroup; got != want {
		t.Errorf("got %q repaired, want %q", got, want)
	}
}

// A call without an answer is in doubt as those of all settings are, and a refused one changes nothing.
func TestCallsOfLogsThatFail(t *testing.T) {
	for _, tc := range []struct {
		reason string
		fail   func(*world, string)
	}{
		{"AWS refuses it", func(w *world, operation string) { w.refuse(operation, "InvalidParameterException") }},
		{"AWS does not carry it out", (*world).cut},
		{"the reply is lost", (*world).loseReply},
	} {
		w := newWorld(t)
		w.converge()
		w.object.Spec.UserPool.Logs = []v1alpha1.UserPoolLog{{Source: v1alpha1.LogNotifications, LogGroupARN: testLogGroup}}
		tc.fail(w, "SetLogDeliveryConfiguration")
		if err := w.apply(); err == nil {
			t.Fatalf("%s: got no error, want one", tc.reason)
		}
		w.clock.Step(grace)
		w.converge()
		if got, want := w.logsInAWS(), "userNotification ERROR "+testLogGroup; got != want {
			t.Errorf("%s: got %q, want %q", tc.reason, got, want)
		}
	}
}
