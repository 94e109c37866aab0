package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/awslocal/iam"
)

// TestPrintedSettingsWork exports what the command prints and calls it with clients configured by nothing else.
func TestPrintedSettingsWork(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	out, stdout := io.Pipe()
	done := make(chan error)
	go func() {
		args := []string{"--addr", "127.0.0.1:0", "--account", "222222222222", "--function", "Notes", "--events", "changes"}
		err := run(ctx, args, stdout, io.Discard)
		_ = stdout.Close()
		done <- err
	}()
	var eventsURL string
	lines := bufio.NewScanner(out)
	assignment := regexp.MustCompile(`(AWS_[A-Z_]+)=(\S+)`)
	for lines.Scan() {
		for _, m := range assignment.FindAllStringSubmatch(lines.Text(), -1) {
			t.Setenv(m[1], m[2])
		}
		if url, ok := strings.CutPrefix(lines.Text(), "Events of all changes: "); ok {
			eventsURL = url
		}
		if strings.Contains(lines.Text(), "/mailbox") { // the last line
			break
		}
	}

	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		t.Fatal(err)
	}
	identity, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := aws.ToString(identity.Account); got != "222222222222" {
		t.Errorf("account: got %s", got)
	}
	_, err = sdk.NewFromConfig(cfg).GetFunction(ctx, &sdk.GetFunctionInput{FunctionName: aws.String("Notes")})
	if err != nil {
		t.Errorf("the function: %v", err)
	}
	_, err = sqs.NewFromConfig(cfg).ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: &eventsURL})
	if err != nil {
		t.Errorf("the queue of events: %v", err)
	}

	stop()
	go func() { _, _ = io.Copy(io.Discard, out) }()
	if err := <-done; err != nil {
		t.Errorf("stop: %v", err)
	}
}

// The credentials that are printed with --policy may do what the policy allows, and no more.
func TestPolicy(t *testing.T) {
	server := awslocal.Start(t)
	server.Lambda.Handle("Notes", whoCalled("Notes"))
	policy, err := iam.Parse("p", []byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"lambda:GetFunction","Resource":"*"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	printed, err := callAs(server, iam.Role{Policies: []iam.Policy{policy}})
	if err != nil {
		t.Fatal(err)
	}
	export, _, _ := strings.Cut(printed, "\n")
	for assignment := range strings.FieldsSeq(export) {
		name, value, _ := strings.Cut(assignment, "=")
		t.Setenv(name, value)
	}
	cfg, err := config.LoadDefaultConfig(t.Context(), config.WithBaseEndpoint(server.URL), config.WithRegion(awslocal.DefaultRegion))
	if err != nil {
		t.Fatal(err)
	}
	client := sdk.NewFromConfig(cfg)
	if _, err := client.GetFunction(t.Context(), &sdk.GetFunctionInput{FunctionName: aws.String("Notes")}); err != nil {
		t.Errorf("what it allows: %v", err)
	}
	_, err = client.GetPolicy(t.Context(), &sdk.GetPolicyInput{FunctionName: aws.String("Notes")})
	if err == nil || !strings.Contains(err.Error(), "because no identity-based policy allows the lambda:GetPolicy action") {
		t.Errorf("what it does not: %v", err)
	}
}

func TestBadFlags(t *testing.T) {
	for _, args := range [][]string{{"--function", "=http://localhost"}, {"serve"}, {"--addr", "no address"}, {"--policy", "missing.json"}, {"--policy", "main.go"}} {
		var stderr bytes.Buffer
		if err := run(t.Context(), args, io.Discard, &stderr); err == nil {
			t.Errorf("%v: no error", args)
		}
	}
}

func TestWhoCalled(t *testing.T) {
	event := `{"httpMethod": "GET", "path": "/notes", "requestContext": {"authorizer": {"claims": {"email": "a@b.c"}}}}`
	answer, err := whoCalled("Notes")(t.Context(), json.RawMessage(event))
	if err != nil {
		t.Fatal(err)
	}
	got := answer.(proxyResponse)
	want := `{"claims":{"email":"a@b.c"},"function":"Notes","method":"GET","path":"/notes"}`
	if got.StatusCode != http.StatusOK || got.Body != want || got.Headers["Access-Control-Allow-Origin"] != "*" {
		t.Errorf("got %+v", got)
	}
}
