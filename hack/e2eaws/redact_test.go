package main

import (
	"strings"
	"testing"
)

// TestRedact writes exchanges with everything in them that nobody else may see.
func TestRedact(t *testing.T) {
	r := newRedactor("securedapi-e2e-1", "210987654321")
	for _, c := range []struct {
		reason       string
		exchange     exchange
		want, hidden []string
	}{
		{
			"what a pool is made with is kept, with its id replaced",
			exchange{Operation: "CreateUserPool", Response: message{Body: `{"UserPool":{"Id":"us-east-1_AbCdEfGhI","Name":"notes",
				"Arn":"arn:aws:cognito-idp:us-east-1:210987654321:userpool/us-east-1_AbCdEfGhI"}}`}},
			[]string{`"us-east-1_pool1"`, `arn:aws:cognito-idp:us-east-1:000000000001:userpool/us-east-1_pool1`, `"notes"`},
			[]string{"AbCdEfGhI", "210987654321"},
		},
		{
			"secrets and tokens",
			exchange{Operation: "POST /oauth2/token", Response: message{
				Body: `{"access_token":"eyJa.eyJb.c","ClientSecret":"s3cret","list":[{"Password":"hunter2"}],"text":"got eyJhbGci.eyJzdWIi.c2ln"}`,
			}},
			[]string{`"access_token": "REDACTED"`, `"text": "got REDACTED"`},
			[]string{"eyJ", "s3cret", "hunter2"},
		},
		{
			"other user pools of the account are not listed",
			exchange{Operation: "ListUserPools", Response: message{
				Body: `{"UserPools":[{"Id":"us-east-1_AbCdEfGhI","Name":"notes"},{"Id":"us-east-1_Other1234","Name":"payroll"}],"NextToken":"abc"}`,
			}},
			[]string{"notes", "us-east-1_pool1"},
			[]string{"payroll", "Other1234", "abc"},
		},
		{
			"nor other APIs",
			exchange{Operation: "GET /restapis", Response: message{
				Body: `{"item":[{"id":"abc123defg","name":"ours","tags":{"securedapi.dev/cluster":"securedapi-e2e-1"}},{"id":"zyx987wvut","name":"payroll"}]}`,
			}},
			[]string{"ours", `"id1"`},
			[]string{"payroll", "zyx987wvut", "abc123defg"},
		},
		{
			"ids and accounts in paths, escaped and not, and inside texts",
			exchange{
				Operation: "PUT /tags/arn%3Aaws%3Aapigateway%3A%3A%3A%2Frestapis%2Fabc123defg",
				Request:   message{URL: "https://lambda/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A210987654321%3Afunction%3AF?a=b&api=abc123defg"},
				Response:  message{Body: "{\"Policy\":\"{\\\"Sid\\\":\\\"securedapi-abc123defg-1\\\"}\\n210987654321\"}"},
			},
			[]string{"%2Fid1", "%3A000000000001%3A", "&api=id1", "securedapi-id1-1"},
			[]string{"abc123defg", "210987654321"},
		},
		{
			"people and roles",
			exchange{Response: message{Body: `{"message":"User: arn:aws:iam::210987654321:user/alice is not authorized; AKIAABCDEFGHIJKLMNOP, by ` +
				`arn:aws:sts::333344445555:assumed-role/admin/bob"}`}},
			[]string{"arn:aws:iam::000000000001:principal is not authorized", "arn:aws:sts::000000000002:principal"},
			[]string{"alice", "bob", "AKIA", "333344445555"},
		},
	} {
		text, err := r.exchange(c.exchange)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range c.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %s in\n%s", c.reason, want, text)
			}
		}
		for _, hidden := range c.hidden {
			if strings.Contains(text, hidden) {
				t.Errorf("%s: %s in\n%s", c.reason, hidden, text)
			}
		}
	}
}
