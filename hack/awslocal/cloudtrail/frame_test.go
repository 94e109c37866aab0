package cloudtrail_test

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/awslocal/wire/wiretest"
)

// The frame of an event, with its members in the order of the documentation's examples.
func TestFrame(t *testing.T) {
	wiretest.Source(t, cloudTrailDoc+"; https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html")
	c := start(t, (*awslocal.Server).Config)
	c.pool()
	var got map[string]any
	if err := json.Unmarshal([]byte(c.receive()[0]), &got); err != nil {
		t.Fatal(err)
	}
	detail := got["detail"].(map[string]any)
	for object, names := range map[*map[string]any][]string{
		&got: {"id"}, &detail: {"eventID", "requestID", "userAgent", "requestParameters", "responseElements", "userIdentity"},
	} {
		for _, name := range names {
			if value := (*object)[name]; value == nil || value == "" {
				t.Errorf("%s is %v", name, value)
			}
			delete(*object, name)
		}
	}
	want := map[string]any{
		"version": "0", "detail-type": "AWS API Call via CloudTrail", "source": "aws.cognito-idp",
		"account": awslocal.DefaultAccount, "region": awslocal.DefaultRegion, "time": "2026-09-01T12:00:00Z", "resources": []any{},
		"detail": map[string]any{
			"eventVersion": "1.11", "eventTime": "2026-09-01T12:00:00Z", "eventSource": "cognito-idp.amazonaws.com",
			"eventName": "CreateUserPool", "awsRegion": awslocal.DefaultRegion, "sourceIPAddress": "127.0.0.1",
			"readOnly": false, "eventType": "AwsApiCall", "managementEvent": true,
			"recipientAccountId": awslocal.DefaultAccount, "eventCategory": "Management",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestWhoCalled(t *testing.T) {
	const source = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html"
	assume := func(s *awslocal.Server) aws.Config {
		config := s.Config()
		config.Credentials = stscreds.NewAssumeRoleProvider(sts.NewFromConfig(config), "arn:aws:iam::222222222222:role/x/Deployer",
			func(o *stscreds.AssumeRoleOptions) { o.RoleSessionName = "notes" })
		return config
	}
	tests := []struct {
		reason string
		config func(*awslocal.Server) aws.Config
		want   string // ids are *
	}{
		{
			"the root user", (*awslocal.Server).Config,
			`{"type": "Root", "principalId": "111111111111", "arn": "arn:aws:iam::111111111111:root",
			  "accountId": "111111111111", "accessKeyId": "*"}`,
		},
		{
			"a role", assume,
			`{"type": "AssumedRole", "principalId": "*", "arn": "arn:aws:sts::222222222222:assumed-role/Deployer/notes",
			  "accountId": "222222222222", "accessKeyId": "*", "sessionContext": {
			    "sessionIssuer": {"type": "Role", "principalId": "*", "arn": "arn:aws:iam::222222222222:role/x/Deployer",
			      "accountId": "222222222222", "userName": "Deployer"},
			    "attributes": {"creationDate": "2026-09-01T12:00:00Z", "mfaAuthenticated": "false"}}}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			wiretest.Source(t, source)
			c := start(t, tt.config)
			c.pool()
			var event struct {
				Account string
				Detail  struct{ UserIdentity map[string]any }
			}
			if err := json.Unmarshal([]byte(c.receive()[0]), &event); err != nil {
				t.Fatal(err)
			}
			var want map[string]any
			if err := json.Unmarshal([]byte(tt.want), &want); err != nil {
				t.Fatal(err)
			}
			if event.Account != want["accountId"] {
				t.Errorf("delivered from account %s", event.Account)
			}
			if diff := cmp.Diff(want, event.Detail.UserIdentity, anything); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// anything lets a star stand for any text.
var anything = cmp.FilterValues(func(x, y any) bool { return x == any("*") || y == any("*") }, cmp.Ignore())
