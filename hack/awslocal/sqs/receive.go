package sqs

import (
	"encoding/base64"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/uuid"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// What a request may ask for:
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html.
const (
	mostMessages      = 10
	longestWait       = 20
	longestVisibility = 43200
)

// receiveMessage answers as soon as there is a message, and without one when the time is up, the caller has gone, or
// the service is closed.
func (s *Service) receiveMessage(req wire.Request, in *sdk.ReceiveMessageInput) (*sdk.ReceiveMessageOutput, error) {
	if err := validateReceive(in); err != nil {
		return nil, err
	}
	q, refusal := s.find(req, in.QueueUrl)
	if refusal != nil {
		return nil, refusal
	}
	deadline := s.env.Clock.Now().Add(time.Duration(in.WaitTimeSeconds) * time.Second)
	for {
		now := s.env.Clock.Now()
		messages, changed, next := q.take(in, now)
		if len(messages) > 0 || !now.Before(deadline) {
			return &sdk.ReceiveMessageOutput{Messages: messages}, nil
		}
		if next.IsZero() || next.After(deadline) {
			next = deadline
		}
		timer := s.env.Clock.NewTimer(next.Sub(now))
		stop := false
		select {
		case <-changed:
		case <-timer.C():
		case <-req.Gone:
			stop = true
		case <-s.closed:
			stop = true
		}
		timer.Stop()
		if stop {
			return &sdk.ReceiveMessageOutput{}, nil
		}
	}
}

// validateReceive refuses numbers out of range. Zero means that nothing was said: in the SDK's struct the two are the
// same.
func validateReceive(in *sdk.ReceiveMessageInput) error {
	for _, c := range []struct {
		name        string
		value       int32
		valid       bool
		requirement string
	}{
		{"MaxNumberOfMessages", in.MaxNumberOfMessages, in.MaxNumberOfMessages <= mostMessages, "between 1 and 10"},
		{"WaitTimeSeconds", in.WaitTimeSeconds, in.WaitTimeSeconds <= longestWait, ">= 0 and <= 20"},
		{"VisibilityTimeout", in.VisibilityTimeout, in.VisibilityTimeout <= longestVisibility, ">= 0 and <= 43200"},
	} {
		if c.value < 0 || !c.valid {
			return wire.Errorf("InvalidParameterValue", "Value %d for parameter %s is invalid. Reason: Must be %s, if provided.",
				c.value, c.name, c.requirement)
		}
	}
	return nil
}

// take receives what is visible. If nothing is, changed is closed when something is put in, and next is when something
// that is in becomes visible, or zero.
func (q *Queue) take(in *sdk.ReceiveMessageInput, now time.Time) (taken []types.Message, changed <-chan struct{}, next time.Time) {
	timeout := visibilityTimeout
	if in.VisibilityTimeout > 0 {
		timeout = time.Duration(in.VisibilityTimeout) * time.Second
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for e := q.messages.Front(); e != nil && len(taken) < max(1, int(in.MaxNumberOfMessages)); {
		m, following := e.Value.(*message), e.Next()
		switch {
		case now.Sub(m.sent) >= retention:
			q.remove(e)
		case !m.visible.After(now):
			taken = append(taken, q.receive(m, in, now, timeout))
		case next.IsZero() || m.visible.Before(next):
			next = m.visible
		}
		e = following
	}
	return taken, q.changed, next
}

// receive hides a message and describes it. q.mu is held.
func (q *Queue) receive(m *message, in *sdk.ReceiveMessageInput, now time.Time, timeout time.Duration) types.Message {
	if m.received == 0 {
		m.firstReceived = now
	}
	m.received++
	m.visible = now.Add(timeout)
	m.receipt = receipt(q.arn(), m.id)
	return types.Message{
		MessageId:     aws.String(m.id),
		Body:          aws.String(m.body),
		MD5OfBody:     aws.String(digest(m.body)),
		ReceiptHandle: aws.String(m.receipt),
		Attributes:    m.attributes(in),
	}
}

// receipt makes a receipt handle: every receipt of a message has another.
func receipt(queueARN, id string) string {
	return base64.StdEncoding.EncodeToString([]byte(uuid.NewString() + " " + queueARN + " " + id))
}

// attributes are those that were asked for, by the old list or the new one.
func (m *message) attributes(in *sdk.ReceiveMessageInput) map[string]string {
	milliseconds := func(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }
	all := map[string]string{
		"SentTimestamp":                    milliseconds(m.sent),
		"ApproximateReceiveCount":          strconv.Itoa(m.received),
		"ApproximateFirstReceiveTimestamp": milliseconds(m.firstReceived),
	}
	if m.sender != "" {
		all["SenderId"] = m.sender
	}
	var asked map[string]string
	for name, value := range all {
		if slices.ContainsFunc(in.MessageSystemAttributeNames, func(n types.MessageSystemAttributeName) bool {
			return n == types.MessageSystemAttributeNameAll || string(n) == name
		}) || slices.ContainsFunc(in.AttributeNames, func(n types.QueueAttributeName) bool {
			return n == types.QueueAttributeNameAll || string(n) == name
		}) {
			if asked == nil {
				asked = map[string]string{}
			}
			asked[name] = value
		}
	}
	return asked
}
