package sqs

import (
	"container/list"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/uuid"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// What a queue is like if nobody says otherwise:
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html.
const (
	visibilityTimeout = 30 * time.Second
	retention         = 4 * 24 * time.Hour
	maxMessage        = 1 << 20
)

// Queue is a standard queue.
type Queue struct {
	key
	env     wire.Env
	created time.Time

	mu       sync.Mutex
	messages *list.List               // of *message, in the order in which they were sent
	byID     map[string]*list.Element // by the message's id
	changed  chan struct{}            // closed, and made anew, when there is something to receive
}

// message is in flight while it isn't visible after it was received once.
type message struct {
	id, body, sender string
	sent             time.Time
	visible          time.Time // from when on it can be received
	firstReceived    time.Time
	received         int
	receipt          string // the latest
}

func newQueue(env wire.Env, k key) *Queue {
	return &Queue{
		key: k, env: env, created: env.Clock.Now(),
		messages: list.New(), byID: map[string]*list.Element{}, changed: make(chan struct{}),
	}
}

// URL is what clients name the queue by.
func (q *Queue) URL() string { return q.env.BaseURL() + "/" + q.account + "/" + q.name }

func (q *Queue) arn() string { return fmt.Sprintf("arn:aws:sqs:%s:%s:%s", q.region, q.account, q.name) }

// Send puts a message in, which can be received after delay.
func (q *Queue) Send(body string, delay time.Duration) { q.put(body, "", delay) }

func (q *Queue) put(body, sender string, delay time.Duration) (id string) {
	now := q.env.Clock.Now()
	m := &message{id: uuid.NewString(), body: body, sender: sender, sent: now, visible: now.Add(delay)}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.byID[m.id] = q.messages.PushBack(m)
	close(q.changed)
	q.changed = make(chan struct{})
	return m.id
}

// remove forgets a message. q.mu is held.
func (q *Queue) remove(e *list.Element) {
	delete(q.byID, e.Value.(*message).id)
	q.messages.Remove(e)
}

func (s *Service) getQueueAttributes(
	req wire.Request, in *sdk.GetQueueAttributesInput,
) (*sdk.GetQueueAttributesOutput, error) {
	q, err := s.find(req, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	all := q.attributes()
	if slices.Contains(in.AttributeNames, types.QueueAttributeNameAll) {
		return &sdk.GetQueueAttributesOutput{Attributes: all}, nil
	}
	out := &sdk.GetQueueAttributesOutput{}
	for _, name := range in.AttributeNames {
		value, ok := all[string(name)]
		if !ok && !slices.Contains(name.Values(), name) {
			return nil, wire.Errorf("InvalidAttributeName", "Unknown Attribute %s.", name)
		}
		if !ok {
			continue // an attribute that this queue hasn't got
		}
		if out.Attributes == nil {
			out.Attributes = map[string]string{}
		}
		out.Attributes[string(name)] = value
	}
	return out, nil
}

func (q *Queue) attributes() map[string]string {
	seconds := func(d time.Duration) string { return strconv.Itoa(int(d.Seconds())) }
	attributes := map[string]string{
		"QueueArn":                      q.arn(),
		"CreatedTimestamp":              strconv.FormatInt(q.created.Unix(), 10),
		"LastModifiedTimestamp":         strconv.FormatInt(q.created.Unix(), 10),
		"VisibilityTimeout":             seconds(visibilityTimeout),
		"MaximumMessageSize":            strconv.Itoa(maxMessage),
		"MessageRetentionPeriod":        seconds(retention),
		"DelaySeconds":                  "0",
		"ReceiveMessageWaitTimeSeconds": "0",
		"SqsManagedSseEnabled":          "true",
	}
	maps.Copy(attributes, q.count())
	return attributes
}

// count tells how many messages there are of each kind. On AWS the numbers are approximate; here they are exact.
func (q *Queue) count() map[string]string {
	now := q.env.Clock.Now()
	q.mu.Lock()
	defer q.mu.Unlock()
	var waiting, inFlight, delayed int
	for e := q.messages.Front(); e != nil; e = e.Next() {
		m := e.Value.(*message)
		switch {
		case !m.visible.After(now):
			waiting++
		case m.received > 0:
			inFlight++
		default:
			delayed++
		}
	}
	return map[string]string{
		"ApproximateNumberOfMessages":           strconv.Itoa(waiting),
		"ApproximateNumberOfMessagesNotVisible": strconv.Itoa(inFlight),
		"ApproximateNumberOfMessagesDelayed":    strconv.Itoa(delayed),
	}
}
