package drift_test

import (
	"context"
	"errors"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/go-logr/logr/funcr"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/securedapi/securedapi/controllers/drift"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// A message is deleted after Changed has handled it. A message that is no event is deleted, too.
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
	if change := soon(t, told); change.API != "abc123" {
		t.Errorf("the change is told: %+v", change)
	}
	if got := left(); got != "0+3" {
		t.Errorf("nothing is deleted before: visible+hidden are %s", got)
	}
	answer <- errors.New("the cache does not answer")
	until(t, "all but the change that failed are deleted", func() bool { return left() == "0+1" })
	// The message comes again when it is visible, and is done with when it was acted on.
	until(t, "the queue is asked again", clock.HasWaiters)
	clock.Step(time.Minute)
	if change := soon(t, told); change.API != "abc123" {
		t.Errorf("the change is told again: %+v", change)
	}
	answer <- nil
	until(t, "the change that was acted on is deleted", func() bool { return left() == "0+0" })
	cancel()
	if err := soon(t, ended); err != nil {
		t.Errorf("it ends with its context: %v", err)
	}
}

// patience is far more than any of this takes.
const patience = 20 * time.Second

// soon receives from a channel, and fails if nothing comes.
func soon[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case got := <-from:
		return got
	case <-time.After(patience):
		t.Fatal("nothing comes")
		panic("unreachable")
	}
}

// until waits for what has to come true.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for start := time.Now(); !done(); runtime.Gosched() {
		if time.Since(start) > patience {
			t.Fatal("it never comes true: " + what)
		}
	}
}

// A failed call is logged, and retried after a delay, so that the loop does not spin.
func TestAFailedReceiveIsRetriedAfterAWhile(t *testing.T) {
	for _, tc := range []struct {
		reason    string
		operation string
		words     string
	}{
		{"ReceiveMessage fails", "ReceiveMessage", "receive messages: "},
		{"DeleteMessageBatch fails", "DeleteMessageBatch", "delete messages: "},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			server := awslocal.Start(t, awslocal.WithEvents("events", 0))
			messages, err := drift.Client(server.Config(), server.EventsURL())
			if err != nil {
				t.Fatal(err)
			}
			body := message("s3", "DeleteBucket", "null")
			if _, err := messages.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: aws.String(server.EventsURL()), MessageBody: &body}); err != nil {
				t.Fatal(err)
			}
			server.ResetCalls()
			server.Inject(awslocal.Fault{Operation: tc.operation, Kind: awslocal.RefuseBefore, Code: "AccessDenied", Status: http.StatusForbidden})
			logged := make(chan string, 1)
			logger := funcr.New(func(_, args string) { logged <- args }, funcr.Options{})
			ctx, cancel := context.WithCancel(log.IntoContext(t.Context(), logger))
			ended := make(chan error)
			queue := &drift.Queue{URL: server.EventsURL(), SQS: messages, Signature: signature}
			go func() { ended <- queue.Start(ctx) }()
			if got := soon(t, logged); !strings.Contains(got, "Events of AWS are not received") || !strings.Contains(got, tc.words) {
				t.Errorf("logged %s, want the failure", got)
			}
			cancel()
			if err := soon(t, ended); err != nil {
				t.Errorf("it ends with its context, and does not wait for the next try: %v", err)
			}
			receives := 0
			for _, call := range server.Calls() {
				if call.Operation == "ReceiveMessage" {
					receives++
				}
			}
			if receives != 1 {
				t.Errorf("received %d times, want once", receives)
			}
		})
	}
}

// While the queue cannot be read, it is asked every 10 seconds. The bubble's clock stands still while a connection is open.
func TestAQueueThatFailsIsAskedEvery10Seconds(t *testing.T) {
	server := awslocal.Start(t, awslocal.WithEvents("events", 0))
	server.Inject(awslocal.Fault{Operation: "ReceiveMessage", Kind: awslocal.RefuseBefore, Code: "AccessDenied", Status: http.StatusForbidden})
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var asked []time.Duration
		config := server.Config()
		connection := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		config.HTTPClient = smithyhttp.ClientDoFunc(func(request *http.Request) (*http.Response, error) {
			asked = append(asked, time.Since(start))
			return connection.Do(request)
		})
		messages, err := drift.Client(config, server.EventsURL())
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		queue := &drift.Queue{URL: server.EventsURL(), SQS: messages, Signature: signature}
		ended := make(chan error)
		go func() { ended <- queue.Start(ctx) }()
		time.Sleep(25 * time.Second)
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("got %v when the context ended, want nil", err)
		}
		if want := []time.Duration{0, 10 * time.Second, 20 * time.Second}; !slices.Equal(asked, want) {
			t.Errorf("got calls after %v, want them after %v", asked, want)
		}
	})
}

// A receive that is canceled by shutdown is not logged as a failure.
func TestACanceledReceiveIsNoFailure(t *testing.T) {
	clock := clocktesting.NewFakeClock(time.Now())
	server := awslocal.Start(t, awslocal.WithClock(clock), awslocal.WithEvents("events", 0))
	messages, err := drift.Client(server.Config(), server.EventsURL())
	if err != nil {
		t.Fatal(err)
	}
	logger := funcr.New(func(_, args string) { t.Error("logged " + args + ", want nothing") }, funcr.Options{})
	ctx, cancel := context.WithCancel(log.IntoContext(t.Context(), logger))
	ended := make(chan error)
	queue := &drift.Queue{URL: server.EventsURL(), SQS: messages, Signature: signature}
	go func() { ended <- queue.Start(ctx) }()
	until(t, "the queue is asked", clock.HasWaiters)
	cancel()
	if err := soon(t, ended); err != nil {
		t.Errorf("it ends with its context: %v", err)
	}
}

func TestClient(t *testing.T) {
	for _, tc := range []struct{ reason, url, want string }{
		{"the queue's Region, not the operator's", "https://sqs.eu-west-1.amazonaws.com/111122223333/events", "eu-west-1"},
		{"a queue in China", "https://sqs.cn-north-1.amazonaws.com.cn/111122223333/events", "cn-north-1"},
		{"a FIPS endpoint", "https://sqs-fips.us-gov-west-1.amazonaws.com/111122223333/events", "us-gov-west-1"},
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
