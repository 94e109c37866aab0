package awsclient_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// Whatever a cluster is called, CloudTrail's event of a call has its signature as one word.
func TestSignature(t *testing.T) {
	for _, tc := range []struct{ cluster, signature string }{
		{"5b6a3f0e-9f0c-4a3e-8c0e-0d5f5a1c2b3d", "securedapi/5b6a3f0e-9f0c-4a3e-8c0e-0d5f5a1c2b3d"},
		{"my cluster/1 (test)", "securedapi/my-cluster-1--test-"},
	} {
		server := awslocal.Start(t, awslocal.WithEvents("events", 0))
		signed := cip.NewFromConfig(awsclient.Signed(server.Config(), tc.cluster))
		if _, err := signed.CreateUserPool(t.Context(), &cip.CreateUserPoolInput{PoolName: aws.String("notes")}); err != nil {
			t.Fatal(err)
		}
		out, err := sqs.NewFromConfig(server.Config()).ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: aws.String(server.EventsURL())})
		if err != nil {
			t.Fatal(err)
		}
		var event struct{ Detail struct{ UserAgent string } }
		if err := json.Unmarshal([]byte(*out.Messages[0].Body), &event); err != nil {
			t.Fatal(err)
		}
		if got := awsclient.Signature(tc.cluster); got != tc.signature || !slices.Contains(strings.Fields(event.Detail.UserAgent), got) {
			t.Errorf("the signature of %q is %q; the call came from %q", tc.cluster, got, event.Detail.UserAgent)
		}
	}
}
