package sqs_test

import (
	"runtime"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

func wait(seconds int32) func(*sdk.ReceiveMessageInput) {
	return func(in *sdk.ReceiveMessageInput) { in.WaitTimeSeconds = seconds }
}

// Long polling:
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
func TestWaiting(t *testing.T) {
	tests := []struct {
		reason string
		before func(f *fixture)
		then   func(f *fixture) // while somebody waits
		want   []string
	}{
		{"until a message is sent", func(*fixture) {}, func(f *fixture) { f.queue.Send("a", 0) }, []string{"a"}},
		{
			"until one is visible again", func(f *fixture) {
				f.queue.Send("a", 0)
				_, _ = f.receive(visibility(5))
			}, func(f *fixture) { f.clock.Step(5 * time.Second) }, []string{"a"},
		},
		{
			"until one that is late is there", func(f *fixture) { f.queue.Send("a", 5*time.Second) },
			func(f *fixture) { f.clock.Step(5 * time.Second) },
			[]string{"a"},
		},
		{"until the time is up", func(*fixture) {}, func(f *fixture) { f.clock.Step(20 * time.Second) }, []string{}},
		{"until the service is closed", func(*fixture) {}, func(f *fixture) { f.service.Close() }, []string{}},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			f := start(t)
			tt.before(f)
			received := make(chan []string)
			go func() {
				messages, err := f.tryReceive(wait(20))
				if err != nil {
					t.Error(err)
				}
				received <- bodiesOf(messages)
			}()
			for !f.clock.HasWaiters() {
				runtime.Gosched()
			}
			tt.then(f)
			if diff := cmp.Diff(tt.want, <-received); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// Who has gone leaves the messages to others.
func TestACanceledReceiveTakesNoMessage(t *testing.T) {
	f := start(t)
	gone := make(chan struct{})
	impatient := f.asRequest(wire.Request{Account: account, Region: region, Gone: gone})
	done := make(chan error)
	go func() {
		_, err := impatient.ReceiveMessage(f.Context(), &sdk.ReceiveMessageInput{QueueUrl: f.url, WaitTimeSeconds: 20})
		done <- err
	}()
	for !f.clock.HasWaiters() {
		runtime.Gosched()
	}
	close(gone)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	f.queue.Send("a", 0)
	if bodies, _ := f.receive(); len(bodies) != 1 {
		t.Errorf("the next gets %v", bodies)
	}
}
