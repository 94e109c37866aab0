package drift_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/securedapi/securedapi/controllers/drift"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// A message is deleted when its change was told, and not before; what is no event is deleted, too.
func TestQueue(t *testing.T) {
	clock := clocktesting.NewFakeClock(time.Now())
	server := awslocal.Start(t, awslocal.WithClock(clock), awslocal.WithEvents("events", 0))
	messages, err := drift.Client(server.Config(), server.EventsURL())
	if err != nil {
		t.Fatal(err)
	}
	put := message("apigateway", "PutRestApi", `{"restApiId": "abc123"}`)
	for _, body := range []string{"hello", message("s3", "DeleteBucket", "null"), put} {
		if _, err := messages.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: aws.String(server.EventsURL()), MessageBody: &body}); err != nil {
			t.Fatal(err)
		}
	}
	left := func() string {
		out, err := messages.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
			QueueUrl: aws.String(server.EventsURL()), AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll},
		})
		if err != nil {
			t.Fatal(err)
		}
		return out.Attributes["ApproximateNumberOfMessages"] + "+" + out.Attributes["ApproximateNumberOfMessagesNotVisible"]
	}
	told := make(chan drift.Change)
	answer := make(chan error)
	queue := &drift.Queue{
		URL: server.EventsURL(), SQS: messages, Signature: signature,
		Changed: func(_ context.Context, change drift.Change) error {
			told <- change
			return <-answer
		},
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- queue.Start(ctx) }()
	if change := <-told; change.API != "abc123" {
		t.Errorf("the change is told: %+v", change)
	}
	if got := left(); got != "0+3" {
		t.Errorf("nothing is deleted before: visible+hidden are %s", got)
	}
	answer <- errors.New("the cache does not answer")
	for got := left(); got != "0+1"; got = left() {
		runtime.Gosched()
	}
	// The message comes again when it is visible, and is done with when it was acted on.
	for !clock.HasWaiters() {
		runtime.Gosched()
	}
	clock.Step(time.Minute)
	if change := <-told; change.API != "abc123" {
		t.Errorf("the change is told again: %+v", change)
	}
	answer <- nil
	for got := left(); got != "0+0"; got = left() {
		runtime.Gosched()
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("it ends with its context: %v", err)
	}
}

func TestClient(t *testing.T) {
	for _, tc := range []struct{ reason, url, want string }{
		{"the queue's Region, not the operator's", "https://sqs.eu-west-1.amazonaws.com/111122223333/events", "eu-west-1"},
		{"in China", "https://sqs.cn-north-1.amazonaws.com.cn/111122223333/events", "cn-north-1"},
		{"by FIPS", "https://sqs-fips.us-gov-west-1.amazonaws.com/111122223333/events", "us-gov-west-1"},
		{"through a VPC endpoint", "https://vpce-0abc.sqs.eu-west-1.vpce.amazonaws.com/111122223333/events", "eu-west-1"},
		{"a local AWS", "http://127.0.0.1:4566/111122223333/events", "us-east-1"},
		{"no URL", "events", ""},
	} {
		client, err := drift.Client(aws.Config{Region: "us-east-1"}, tc.url)
		got := ""
		if err == nil {
			got = client.Options().Region
		}
		if got != tc.want {
			t.Errorf("%s: %q (%v), want %q", tc.reason, got, err, tc.want)
		}
	}
}
