package drift_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// documentedPattern is the pattern of the rule in docs/drift.md.
func documentedPattern(t *testing.T) map[string]any {
	t.Helper()
	page, err := os.ReadFile("../../docs/drift.md")
	if err != nil {
		t.Fatal(err)
	}
	for block := range strings.SplitSeq(string(page), "```json") {
		text, _, _ := strings.Cut(block, "```")
		var pattern map[string]any
		if json.Unmarshal([]byte(text), &pattern) == nil && pattern["detail-type"] != nil {
			return pattern
		}
	}
	t.Fatal("docs/drift.md has no pattern")
	return nil
}

// matches says whether EventBridge delivers an event to a rule's target, as far as the documented pattern goes: values are alternatives,
// and "exists" tells of the member
// (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html).
func matches(pattern, event map[string]any) bool {
	for name, want := range pattern {
		have, there := event[name]
		if inner, nested := want.(map[string]any); nested {
			object, _ := have.(map[string]any)
			if !matches(inner, object) {
				return false
			}
			continue
		}
		alternatives, _ := want.([]any)
		if !slices.ContainsFunc(alternatives, func(one any) bool {
			if rule, is := one.(map[string]any); is {
				return rule["exists"] == there
			}
			return there && one == have
		}) {
			return false
		}
	}
	return true
}

func TestTheDocumentedPatternDeliversWhatConcernsAnObject(t *testing.T) {
	pattern := documentedPattern(t)
	put := message("apigateway", "PutMethod", `{"restApiId": "abc123"}`)
	for _, tc := range []struct {
		reason, body string
		want         bool
	}{
		{"a call to Cognito", message("cognito-idp", "UpdateUserPool", `{"userPoolId": "us-east-1_a"}`), true},
		{"a call to API Gateway", put, true},
		{"a call to Lambda", message("lambda", "RemovePermission20150331v2", `{"statementId": "securedapi-abc123-prod"}`), true},
		{"a call to WAF", message("wafv2", "DisassociateWebACL", `{"resourceArn": "arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_a"}`), true},
		{"another service", message("s3", "DeleteBucket", `{}`), false},
		{"a call that read", strings.Replace(put, `"readOnly": false`, `"readOnly": true`, 1), false},
		{"a call that failed", strings.Replace(put, `"readOnly": false`, `"readOnly": false, "errorCode": "AccessDenied"`, 1), false},
		{"what a user does without credentials of AWS", strings.Replace(put, `"arn":`, `"type":`, 1), false},
	} {
		var event map[string]any
		if err := json.Unmarshal([]byte(tc.body), &event); err != nil {
			t.Fatalf("%s: %v", tc.reason, err)
		}
		if got := matches(pattern, event); got != tc.want {
			t.Errorf("%s: got delivered %v, want %v", tc.reason, got, tc.want)
		}
	}
}
