// Package sqs is the Simple Queue Service of the local AWS: standard queues, as much of them as the consumer of events
// sees.
//
// A queue is made in the process ([Service.Queue]); what is put into it (queue.go) comes from the process or by
// SendMessage, and goes out by ReceiveMessage (receive.go), which hides a message for a while and waits for one if it is
// told to, and by DeleteMessage (delete.go). As on AWS a message may come twice: whoever needs longer than the
// visibility timeout gets it again.
package sqs

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// Service is SQS in all accounts and Regions.
type Service struct {
	env wire.Env

	mu     sync.Mutex
	queues map[key]*Queue
	closed chan struct{}
}

type key struct{ account, region, name string }

// New returns a service without queues.
func New(env wire.Env) *Service {
	return &Service{env: env, queues: map[key]*Queue{}, closed: make(chan struct{})}
}

// Close ends all ReceiveMessage calls that wait.
func (s *Service) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.closed:
	default:
		close(s.closed)
	}
}

// Protocol returns the protocol of SQS, which has spoken JSON since November 2023
// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-json-faqs.html).
func (s *Service) Protocol() wire.Protocol {
	return wire.JSON10("AmazonSQS", "com.amazonaws.sqs", queryCodes, []wire.Operation{
		wire.Read("GetQueueUrl", s.getQueueURL),
		wire.Read("GetQueueAttributes", s.getQueueAttributes),
		wire.Write("SendMessage", s.sendMessage),
		wire.Write("ReceiveMessage", s.receiveMessage),
		wire.Write("DeleteMessage", s.deleteMessage),
		wire.Write("DeleteMessageBatch", s.deleteMessageBatch),
	})
}

// queryCodes are the errors that had another code in the query protocol (schemas.go of service/sqs v1.52.11).
var queryCodes = map[string]string{
	"BatchEntryIdsNotDistinct":     "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
	"EmptyBatchRequest":            "AWS.SimpleQueueService.EmptyBatchRequest",
	"InvalidBatchEntryId":          "AWS.SimpleQueueService.InvalidBatchEntryId",
	"QueueDoesNotExist":            "AWS.SimpleQueueService.NonExistentQueue",
	"TooManyEntriesInBatchRequest": "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
}

// Queue returns the queue of that name, which is made if it isn't there yet.
func (s *Service) Queue(account, region, name string) *Queue {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := key{account, region, name}
	if s.queues[k] == nil {
		s.queues[k] = newQueue(s.env, k)
	}
	return s.queues[k]
}

// find finds the queue that a URL names. Like on AWS the Region is that of the endpoint.
func (s *Service) find(req wire.Request, queueURL *string) (*Queue, *wire.Error) {
	u, err := url.Parse(aws.ToString(queueURL))
	if err != nil {
		return nil, invalidAddress(aws.ToString(queueURL))
	}
	account, name, ok := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	if !ok {
		return nil, invalidAddress(aws.ToString(queueURL))
	}
	return s.lookup(req, account, name)
}

func invalidAddress(queueURL string) *wire.Error {
	return wire.Errorf("InvalidAddress", "The address %s is not valid for this endpoint.", queueURL)
}

func (s *Service) lookup(req wire.Request, account, name string) (*Queue, *wire.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.queues[key{account, req.Region, name}]
	if q == nil {
		return nil, wire.Errorf("QueueDoesNotExist", "The specified queue does not exist.")
	}
	if account != req.Account { // its queue would need a policy, and has none
		action := strings.ToLower(req.Operation)
		return nil, &wire.Error{
			Code: "AccessDenied",
			Message: fmt.Sprintf("User: %s is not authorized to perform: sqs:%s on resource: %s because no resource-based "+
				"policy allows the sqs:%[2]s action", req.Caller.ARN, action, q.arn()),
			Status: http.StatusForbidden,
		}
	}
	return q, nil
}

func (s *Service) getQueueURL(req wire.Request, in *sdk.GetQueueUrlInput) (*sdk.GetQueueUrlOutput, error) {
	account := req.Account
	if in.QueueOwnerAWSAccountId != nil {
		account = *in.QueueOwnerAWSAccountId
	}
	q, err := s.lookup(req, account, aws.ToString(in.QueueName))
	if err != nil {
		return nil, err
	}
	return &sdk.GetQueueUrlOutput{QueueUrl: aws.String(q.URL())}, nil
}

func (s *Service) sendMessage(req wire.Request, in *sdk.SendMessageInput) (*sdk.SendMessageOutput, error) {
	q, err := s.find(req, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	body := aws.ToString(in.MessageBody)
	if len(body) > maxMessage {
		return nil, wire.Errorf("InvalidParameterValue",
			"One or more parameters are invalid. Reason: Message must be shorter than %d bytes.", maxMessage)
	}
	id := q.put(body, req.Caller.ID, 0)
	return &sdk.SendMessageOutput{MessageId: &id, MD5OfMessageBody: aws.String(digest(body))}, nil
}

func digest(body string) string {
	sum := md5.Sum([]byte(body))
	return hex.EncodeToString(sum[:])
}
