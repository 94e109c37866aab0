package validate

import (
	"strings"
	"testing"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

func TestTriggersThatAreElsewhere(t *testing.T) {
	for _, tc := range []struct {
		reason, function string
		facts            Facts
		want             string
	}{
		{"a name is of this account and Region", "f:live", here, ""},
		{"an ARN of this account and Region", functions + "f", here, ""},
		{
			"another Region", "arn:aws:lambda:eu-west-1:111111111111:function:f", here,
			"is in Region eu-west-1, but the user pool is in us-east-1, and calls functions of its own Region only; name a function of us-east-1",
		},
		{
			"another account", "arn:aws:lambda:us-east-1:222222222222:function:f", here,
			"is of account 222222222222, but the user pool is of account 111111111111, and only account 222222222222 can allow the call",
		},
		{"another account, while ours is not known", "arn:aws:lambda:us-east-1:222222222222:function:f", Facts{Region: "us-east-1", Partition: "aws"}, ""},
		{"another partition", "arn:aws-cn:lambda:cn-north-1:111111111111:function:f", here, "is in the partition aws-cn, but the user pool is in us-east-1"},
		{"no Region is known, which another rule says", "arn:aws:lambda:eu-west-1:111111111111:function:f", Facts{}, ""},
	} {
		spec := &v1alpha1.SecuredAPISpec{}
		spec.UserPool.Triggers = []v1alpha1.Trigger{
			{Event: v1alpha1.TriggerPreSignUp, Function: "g"}, {Event: v1alpha1.TriggerCustomMessage, Function: tc.function},
		}
		var got string
		for _, finding := range trigger(spec, tc.facts) {
			got = finding.Error()
		}
		if tc.want == "" && got != "" || !strings.Contains(got, tc.want) || tc.want != "" && !strings.HasPrefix(got, "spec.userPool.triggers[1].function: ") {
			t.Errorf("%s: got %q, want %q", tc.reason, got, tc.want)
		}
	}
}

// A replica calls functions of its own Region, and not of the pool's.
func TestTriggersOfAReplica(t *testing.T) {
	there := Facts{Region: "us-east-1", Partition: "aws", Account: "111111111111", Replica: Place{Region: "eu-west-1", Partition: "aws"}}
	for _, tc := range []struct {
		reason, region string
		facts          Facts
		want           string
	}{
		{"a function of the replica's Region", "eu-west-1", there, ""},
		{"a function of the pool's Region", "us-east-1", there, "spec.userPool.replica.triggers[0].function: "},
		{"the replica's Region is unknown, which another rule says", "us-east-1", here, ""},
	} {
		spec := &v1alpha1.SecuredAPISpec{}
		spec.UserPool.Replica = &v1alpha1.Replica{Region: "eu-west-1", Triggers: []v1alpha1.Trigger{
			{Event: v1alpha1.TriggerPreSignUp, Function: "arn:aws:lambda:" + tc.region + ":111111111111:function:f"},
		}}
		got := trigger(spec, tc.facts)
		if len(got) != min(len(tc.want), 1) || len(got) == 1 && !strings.HasPrefix(got[0].Error(), tc.want) {
			t.Errorf("%s: got %v, want %q", tc.reason, got, tc.want)
		}
	}
}

func TestAKeyOfAnotherRegion(t *testing.T) {
	for key, refused := range map[string]bool{
		"arn:aws:kms:us-east-1:222222222222:key/a":     false, // its own policy lets Cognito use it
		"arn:aws:kms:eu-west-1:111111111111:key/a":     true,
		"arn:aws-cn:kms:cn-north-1:111111111111:key/a": true,
		"": false,
	} {
		spec := &v1alpha1.SecuredAPISpec{}
		spec.UserPool.SenderKeyARN = key
		if got := ofPoolsRegion(spec, here); len(got) > 0 != refused {
			t.Errorf("%s: got %v, want refused: %t", key, got, refused)
		}
	}
}

// A user pool is made with ARNs, and some ARNs have to be of its account, so that has to be known before.
func TestWhatNeedsTheAccount(t *testing.T) {
	triggers := []v1alpha1.Trigger{{Event: v1alpha1.TriggerPreSignUp, Function: "f"}}
	logs := []v1alpha1.UserPoolLog{{Source: v1alpha1.LogNotifications, LogGroupARN: "arn:aws:logs:us-east-1:111111111111:log-group:a"}}
	const webACL = "arn:aws:wafv2:us-east-1:111111111111:regional/webacl/notes/a"
	for _, tc := range []struct {
		reason string
		pool   v1alpha1.UserPoolSpec
		want   bool
	}{
		{"nothing", v1alpha1.UserPoolSpec{}, false},
		{"a trigger", v1alpha1.UserPoolSpec{Triggers: triggers}, true},
		{"a log", v1alpha1.UserPoolSpec{Logs: logs}, true},
		{"a web ACL", v1alpha1.UserPoolSpec{WebACLARN: webACL}, true},
		{"a replica", v1alpha1.UserPoolSpec{Replica: &v1alpha1.Replica{}}, false},
		{"a trigger of a replica", v1alpha1.UserPoolSpec{Replica: &v1alpha1.Replica{Triggers: triggers}}, true},
		{"a log of a replica", v1alpha1.UserPoolSpec{Replica: &v1alpha1.Replica{Logs: logs}}, true},
		{"a web ACL of a replica", v1alpha1.UserPoolSpec{Replica: &v1alpha1.Replica{WebACLARN: webACL}}, true},
	} {
		if got := NamesAccount(&v1alpha1.SecuredAPISpec{UserPool: tc.pool}); got != tc.want {
			t.Errorf("%s: got that it names an account: %t, want %t", tc.reason, got, tc.want)
		}
	}
}

func TestNamesAccount(t *testing.T) {
	for _, tc := range []struct {
		reason, patch string
		want          bool
	}{
		{"a function by its name", `{}`, false},
		{"a function by its ARN", `{routes: [{path: /a, methods: [GET], backend: {lambda: {function: "` + functions + `f"}}}]}`, true},
		{"a trigger, for its pool is made with an ARN", `{userPool: {triggers: [{event: PreSignUp, function: f}]}}`, true},
		{"a replica's trigger", `{userPool: {replica: {region: eu-west-1, triggers: [{event: PreSignUp, function: f}]}}}`, true},
		{"a replica without triggers", `{userPool: {replica: {region: eu-west-1}}}`, false},
		{"no function at all", `{routes: [{path: /a, methods: [GET], backend: {http: {url: "https://b.example.com/"}}}]}`, false},
	} {
		spec := patched(t, tc.patch)
		if got := NamesAccount(spec); got != tc.want {
			t.Errorf("%s: got %t, want %t", tc.reason, got, tc.want)
		}
	}
}
