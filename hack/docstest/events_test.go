package docstest

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/securedapi/securedapi/hack/awslocal/iam"
)

// TestQueueOfEvents holds docs/drift.md to a queue that the rule writes to and the operator reads, and nobody else. The pattern of the
// rule has a test of its own (controllers/drift/pattern_test.go).
func TestQueueOfEvents(t *testing.T) {
	guide := documents(t, "docs/drift.md")[0]
	i := startInstaller(t)
	i.document = guide.path
	i.write("pattern.json", only(t, guide, `"detail-type"`).text)
	calls := i.follow(guide, "aws events put-rule")
	if len(calls) != 2 {
		t.Fatalf("got the commands %v, want put-rule and put-targets", calls)
	}
	made, target := flagsOf(calls[0]), flagsOf(calls[1])
	rule := "arn:aws:events:" + made["region"] + ":" + snippetAccount + ":rule/" + made["name"]
	queue := target["targets"][strings.Index(target["targets"], "Arn=")+len("Arn="):]
	if target["rule"] != made["name"] || target["region"] != made["region"] {
		t.Errorf("got targets of the rule %s in %s, want those of %s in %s", target["rule"], target["region"], made["name"], made["region"])
	}

	// The policy of a queue names the queue and who may use it. Without the queue it is evaluated as one that only says who.
	var policy struct {
		Version   string
		Statement []map[string]any
	}
	if err := json.Unmarshal([]byte(only(t, guide, `"sqs:SendMessage"`).text), &policy); err != nil {
		t.Fatal(err)
	}
	for _, statement := range policy.Statement {
		if statement["Resource"] != queue {
			t.Errorf("got a statement about %v, want %s, which the rule writes to", statement["Resource"], queue)
		}
		delete(statement, "Resource")
	}
	text, err := json.Marshal(policy)
	if err != nil {
		t.Fatal(err)
	}
	who, err := iam.ParseTrust("queue", text)
	if err != nil {
		t.Fatal(err)
	}
	// What the operator's role has in addition.
	var command string
	for _, s := range guide.spans {
		if strings.HasPrefix(s.text, "securedapi iam-policy events") {
			command = s.text
		}
	}
	reads, err := iam.Parse("events", []byte(i.run(commandsOf(command), "")))
	if err != nil {
		t.Fatal(err)
	}
	var service iam.Service
	service.PutRole(queue, iam.Role{Trust: &who})
	operator := arnOfRole("securedapi")
	service.PutRole(operator, iam.Role{Policies: []iam.Policy{reads}})

	from := func(source string) iam.Context {
		context := iam.Context{}
		if source != "" {
			context.Set("aws:SourceArn", source)
		}
		return context
	}
	for _, tc := range []struct {
		reason, service, source, action string
		want                            bool
	}{
		{"the rule", "events.amazonaws.com", rule, "sqs:SendMessage", true},
		{"another rule", "events.amazonaws.com", rule + "2", "sqs:SendMessage", false},
		{"a rule of another account", "events.amazonaws.com", strings.Replace(rule, snippetAccount, "444455556666", 1), "sqs:SendMessage", false},
		{"EventBridge for nobody", "events.amazonaws.com", "", "sqs:SendMessage", false},
		{"another service", "sns.amazonaws.com", rule, "sqs:SendMessage", false},
		{"the rule does not read", "events.amazonaws.com", rule, "sqs:ReceiveMessage", false},
		{"the rule does not empty the queue", "events.amazonaws.com", rule, "sqs:PurgeQueue", false},
	} {
		denial := service.Assume(iam.Principal{Service: tc.service}, queue, iam.Request{Action: tc.action, Resource: queue, Context: from(tc.source)})
		if (denial == nil) != tc.want {
			t.Errorf("%s, %s: got %v, want allowed: %v", tc.reason, tc.action, denial, tc.want)
		}
	}
	for _, tc := range []struct {
		reason, action, queue string
		want                  bool
	}{
		{"the operator reads", "sqs:ReceiveMessage", queue, true},
		{"and deletes what it read", "sqs:DeleteMessage", queue, true},
		{"it writes no events", "sqs:SendMessage", queue, false},
		{"it does not change the queue", "sqs:SetQueueAttributes", queue, false},
		{"it reads no other queue", "sqs:ReceiveMessage", queue + "2", false},
	} {
		caller := iam.Principal{ARN: operator, Role: operator, Account: snippetAccount}
		if denial := service.Authorize(caller, iam.Request{Action: tc.action, Resource: tc.queue}); (denial == nil) != tc.want {
			t.Errorf("%s, %s: got %v, want allowed: %v", tc.reason, tc.action, denial, tc.want)
		}
	}
	want := "--drift-queue-url=https://sqs." + made["region"] + ".amazonaws.com/" + snippetAccount + "/" + queue[strings.LastIndex(queue, ":")+1:]
	if !slices.ContainsFunc(guide.spans, func(p piece) bool { return p.text == want }) {
		t.Errorf("docs/drift.md does not name the flag %s of this queue", want)
	}
}
