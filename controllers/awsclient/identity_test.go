package awsclient_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/awsclient/quota"
	"github.com/securedapi/securedapi/hack/awslocal"
)

func TestPrincipalOfTheCredentials(t *testing.T) {
	server := awslocal.Start(t)
	credentials := aws.Credentials{AccessKeyID: "A", SecretAccessKey: "s"}
	config := server.Config()
	config.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return credentials, nil })
	factory, err := awsclient.New(config, quota.Options{}, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	clients := clientsFor(t, factory, "us-east-1")
	for _, tc := range []struct {
		reason string
		change func()
		want   string
		calls  int
	}{
		{"static keys do not name their account, so STS is asked", func() {}, "111111111111", 1},
		{"STS is asked once", func() {}, "111111111111", 0},
		{"STS is asked again for other keys", func() { credentials.AccessKeyID = "B" }, "111111111111", 1},
		{"credentials that name their account", func() {
			credentials = aws.Credentials{AccessKeyID: "C", SecretAccessKey: "s", AccountID: "333333333333"}
		}, "333333333333", 0},
		{"an answer of AWS named the account", func() {
			credentials = aws.Credentials{AccessKeyID: "D", SecretAccessKey: "s"}
			clients.BelongsTo(t.Context(), "111111111111")
		}, "111111111111", 0},
	} {
		tc.change()
		server.ResetCalls()
		if account, err := clients.Account(t.Context()); account != tc.want || err != nil {
			t.Errorf("%s: %s (%v), want %s", tc.reason, account, err, tc.want)
		}
		if calls := len(server.Calls()); calls != tc.calls {
			t.Errorf("%s: %d calls, want %d", tc.reason, calls, tc.calls)
		}
	}
	if got := clients.Principal(t.Context()); got != "arn:aws:iam::111111111111:root" {
		t.Errorf("the principal has an ARN: %s", got)
	}
	credentials.AccessKeyID = "E"
	server.Inject(awslocal.Fault{Operation: "GetCallerIdentity", Kind: awslocal.RefuseBefore, Code: "ExpiredToken", Status: 403})
	if got := clients.Principal(t.Context()); got != "access key E" {
		t.Errorf("or at least a key: %s", got)
	}
	// The refused call is the one whose error names the principal.
	credentials.AccessKeyID = "F"
	server.ResetCalls()
	_, err = clients.Account(t.Context())
	if got, calls := clients.Principal(t.Context()), len(server.Calls()); err == nil || got != "access key F" || calls != 1 {
		t.Errorf("AWS refuses to name the account: got %v, the principal %s, %d calls; want an error, access key F, one call", err, got, calls)
	}
}
