package drift

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

// Messages is every call to SQS that the operator may make.
type Messages interface {
	ReceiveMessage(context.Context, *sqs.ReceiveMessageInput, ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error)
	DeleteMessageBatch(context.Context, *sqs.DeleteMessageBatchInput, ...func(*sqs.Options)) (*sqs.DeleteMessageBatchOutput, error)
}

var _ Messages = (*sqs.Client)(nil)

// Queue receives events of EventBridge from a queue of SQS. It is a Runnable of the manager, and only the leader's.
type Queue struct {
	// URL is the queue's URL.
	URL string
	// SQS is a client for the queue's Region.
	SQS Messages
	// Signature marks the operator's own calls.
	Signature string
	// Changed is called for each change. The message is deleted if it succeeds, and received again if it fails.
	Changed func(context.Context, Change) error
}

// How messages are asked for: a call waits for up to 20 s, and brings up to 10, which is as much as SQS allows
// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html).
const (
	longPoll     = 20 * time.Second
	mostMessages = 10
	// callTimeout is for a call that neither waits nor is answered.
	callTimeout = 10 * time.Second
	// pause is how long a queue is left alone that cannot be read.
	pause = 10 * time.Second
)

// regionInHost finds the Region in the host of a queue's URL, as in sqs.eu-west-1.amazonaws.com.
var regionInHost = regexp.MustCompile(`(?:^|\.)sqs(?:-fips)?\.([a-z0-9-]+)\.`)

// Client returns a client for the queue's Region, which its URL tells; else for that of config.
func Client(config aws.Config, queueURL string) (*sqs.Client, error) {
	parsed, err := url.Parse(queueURL)
	if err != nil || parsed.Host == "" {
		return nil, fmt.Errorf("%q is not the URL of a queue", queueURL)
	}
	return sqs.NewFromConfig(config, func(o *sqs.Options) {
		if found := regionInHost.FindStringSubmatch(parsed.Hostname()); found != nil {
			o.Region = found[1]
		}
	}), nil
}

// Start receives messages until ctx ends.
func (q *Queue) Start(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := q.receive(ctx); err != nil && ctx.Err() == nil {
			log.FromContext(ctx).Error(err, "Events of AWS are not received", "queue", q.URL)
			select {
			case <-time.After(pause):
			case <-ctx.Done():
			}
		}
	}
	return nil
}

// receive receives some messages, and deletes those that are done with.
func (q *Queue) receive(ctx context.Context) error {
	waiting, cancel := context.WithTimeout(ctx, longPoll+callTimeout)
	defer cancel()
	out, err := q.SQS.ReceiveMessage(waiting, &sqs.ReceiveMessageInput{
		QueueUrl: &q.URL, MaxNumberOfMessages: mostMessages, WaitTimeSeconds: int32(longPoll / time.Second),
	})
	if err != nil {
		return fmt.Errorf("receive messages: %w", err)
	}
	var done []types.DeleteMessageBatchRequestEntry
	for i, message := range out.Messages {
		if q.handle(ctx, message) {
			done = append(done, types.DeleteMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), ReceiptHandle: message.ReceiptHandle})
		}
	}
	if len(done) == 0 {
		return nil
	}
	deleting, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	// One that is not deleted comes again, and does no harm.
	if _, err := q.SQS.DeleteMessageBatch(deleting, &sqs.DeleteMessageBatchInput{QueueUrl: &q.URL, Entries: done}); err != nil {
		return fmt.Errorf("delete messages: %w", err)
	}
	return nil
}

// handle says whether a message is done with.
func (q *Queue) handle(ctx context.Context, message types.Message) bool {
	logger := log.FromContext(ctx).WithValues("message", aws.ToString(message.MessageId))
	change, concerns, err := ParseEvent(aws.ToString(message.Body), q.Signature)
	if err != nil {
		logger.Error(err, "A message of the queue of events is none")
		return true
	}
	if !concerns {
		return true
	}
	if err := q.Changed(ctx, change); err != nil {
		logger.Error(err, "An event of AWS was not acted on; it comes again")
		return false
	}
	return true
}
