package sqs_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/securedapi/securedapi/hack/awslocal/sqs"
	"github.com/securedapi/securedapi/hack/awslocal/wire"
	"github.com/securedapi/securedapi/hack/awslocal/wire/wiretest"
)

const account, region = "111111111111", "us-east-1"

// fixture is a queue and the SDK's client of it.
type fixture struct {
	*testing.T
	service *sqs.Service
	clock   *clocktesting.FakeClock
	queue   *sqs.Queue
	url     *string
	client  *sdk.Client
}

func start(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{T: t, clock: clocktesting.NewFakeClock(time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC))}
	f.service = sqs.New(wire.Env{Clock: f.clock, BaseURL: func() string { return "http://sqs" }})
	f.queue = f.service.Queue(account, region, "events")
	f.url = aws.String(f.queue.URL())
	f.client = f.as(account)
	return f
}

// as returns a client of an account.
func (f *fixture) as(account string) *sdk.Client {
	return f.asRequest(wire.Request{Account: account, Region: region})
}

func (f *fixture) asRequest(req wire.Request) *sdk.Client {
	return sdk.NewFromConfig(wiretest.Serve(f, f.service.Protocol(), req))
}

// receive receives up to ten messages and returns their bodies, with their receipts.
func (f *fixture) receive(changes ...func(*sdk.ReceiveMessageInput)) (bodies []string, messages []types.Message) {
	f.Helper()
	messages, err := f.tryReceive(changes...)
	if err != nil {
		f.Fatal(err)
	}
	return bodiesOf(messages), messages
}

func bodiesOf(messages []types.Message) []string {
	bodies := []string{}
	for _, m := range messages {
		bodies = append(bodies, *m.Body)
	}
	return bodies
}

func (f *fixture) tryReceive(changes ...func(*sdk.ReceiveMessageInput)) ([]types.Message, error) {
	in := &sdk.ReceiveMessageInput{QueueUrl: f.url, MaxNumberOfMessages: 10}
	for _, change := range changes {
		change(in)
	}
	out, err := f.client.ReceiveMessage(f.Context(), in)
	if err != nil {
		return nil, err
	}
	return out.Messages, nil
}

func (f *fixture) delete(receipt *string) error {
	_, err := f.client.DeleteMessage(f.Context(), &sdk.DeleteMessageInput{QueueUrl: f.url, ReceiptHandle: receipt})
	return err
}

func (f *fixture) deleteBatch(entries ...types.DeleteMessageBatchRequestEntry) (*sdk.DeleteMessageBatchOutput, error) {
	if entries == nil {
		entries = []types.DeleteMessageBatchRequestEntry{}
	}
	return f.client.DeleteMessageBatch(f.Context(), &sdk.DeleteMessageBatchInput{QueueUrl: f.url, Entries: entries})
}

func entry(id string, receipt *string) types.DeleteMessageBatchRequestEntry {
	return types.DeleteMessageBatchRequestEntry{Id: &id, ReceiptHandle: receipt}
}

// attributes asks for attributes of the queue.
func (f *fixture) attributes(names ...types.QueueAttributeName) (map[string]string, error) {
	out, err := f.client.GetQueueAttributes(f.Context(), &sdk.GetQueueAttributesInput{QueueUrl: f.url, AttributeNames: names})
	if err != nil {
		return nil, err
	}
	return out.Attributes, nil
}

// refusal is an error as it came over the wire.
func refusal(err error) string {
	e, ok := errors.AsType[smithy.APIError](err)
	response, _ := errors.AsType[*smithyhttp.ResponseError](err)
	if !ok || response == nil {
		return fmt.Sprint(err)
	}
	return fmt.Sprintf("%d %s: %s", response.HTTPStatusCode(), e.ErrorCode(), e.ErrorMessage())
}
