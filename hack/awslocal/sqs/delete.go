package sqs

import (
	"encoding/base64"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

const mostEntries = 10

var entryIDRegexp = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

func (s *Service) deleteMessage(req wire.Request, in *sdk.DeleteMessageInput) (*sdk.DeleteMessageOutput, error) {
	q, err := s.find(req, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if err := q.delete(aws.ToString(in.ReceiptHandle)); err != nil {
		return nil, err
	}
	return &sdk.DeleteMessageOutput{}, nil
}

// deleteMessageBatch succeeds if the batch is well-formed; each entry then succeeds or fails by itself.
func (s *Service) deleteMessageBatch(
	req wire.Request, in *sdk.DeleteMessageBatchInput,
) (*sdk.DeleteMessageBatchOutput, error) {
	q, err := s.find(req, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if err := validateBatch(in.Entries); err != nil {
		return nil, err
	}
	out := &sdk.DeleteMessageBatchOutput{}
	for _, entry := range in.Entries {
		if err := q.delete(aws.ToString(entry.ReceiptHandle)); err != nil {
			out.Failed = append(out.Failed, types.BatchResultErrorEntry{
				Id: entry.Id, Code: &err.Code, Message: &err.Message, SenderFault: true,
			})
			continue
		}
		out.Successful = append(out.Successful, types.DeleteMessageBatchResultEntry{Id: entry.Id})
	}
	return out, nil
}

func validateBatch(entries []types.DeleteMessageBatchRequestEntry) error {
	if len(entries) == 0 {
		return wire.Errorf("EmptyBatchRequest", "There should be at least one DeleteMessageBatchRequestEntry in the request.")
	}
	if len(entries) > mostEntries {
		return wire.Errorf("TooManyEntriesInBatchRequest", "Maximum number of entries per request are %d. You have sent %d.",
			mostEntries, len(entries))
	}
	seen := map[string]bool{}
	for _, entry := range entries {
		id := aws.ToString(entry.Id)
		if !entryIDRegexp.MatchString(id) {
			return wire.Errorf("InvalidBatchEntryId", "A batch entry id can only contain alphanumeric characters, hyphens and "+
				"underscores. It can be at most 80 letters long.")
		}
		if seen[id] {
			return wire.Errorf("BatchEntryIdsNotDistinct", "Id %s repeated.", id)
		}
		seen[id] = true
	}
	return nil
}

// delete deletes the message that a receipt handle is for. An old handle, of a message that was received again since,
// deletes nothing, and that isn't an error; nor is it one if the message has gone already.
func (q *Queue) delete(handle string) *wire.Error {
	decoded, err := base64.StdEncoding.DecodeString(handle)
	parts := strings.Split(string(decoded), " ")
	if err != nil || len(parts) != 3 {
		return wire.Errorf("ReceiptHandleIsInvalid", "The input receipt handle %q is not a valid receipt handle.", handle)
	}
	if parts[1] != q.arn() {
		return wire.Errorf("ReceiptHandleIsInvalid", "The receipt handle %q is not valid for this queue.", handle)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if e, ok := q.byID[parts[2]]; ok && e.Value.(*message).receipt == handle {
		q.remove(e)
	}
	return nil
}
