package sqs_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/hack/awslocal/wire/wiretest"
)

// Sources.
const (
	recorded   = "LocalStack's recordings of AWS, test_sqs.snapshot.json: "
	model      = "SDK, service/sqs v1.52.11: "
	receiveDoc = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html: "
)

func visibility(seconds int32) func(*sdk.ReceiveMessageInput) {
	return func(in *sdk.ReceiveMessageInput) { in.VisibilityTimeout = seconds }
}

func most(n int32) func(*sdk.ReceiveMessageInput) {
	return func(in *sdk.ReceiveMessageInput) { in.MaxNumberOfMessages = n }
}

// behavior is one thing that SQS does. The queue is empty at first.
type behavior struct {
	name, source string
	do           func(f *fixture) (any, error)
	want         any
}

func check(t *testing.T, table []behavior) {
	t.Helper()
	for _, b := range table {
		t.Run(b.name, func(t *testing.T) {
			wiretest.Source(t, b.source)
			got, err := b.do(start(t))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(b.want, got); diff != "" {
				t.Errorf("source: %s\n-want +got:\n%s", b.source, diff)
			}
		})
	}
}

func TestMessages(t *testing.T) {
	check(t, []behavior{
		{
			"what is sent is received", model + "SendMessage checks MD5OfMessageBody, ReceiveMessage MD5OfBody",
			func(f *fixture) (any, error) {
				_, err := f.client.SendMessage(f.Context(), &sdk.SendMessageInput{QueueUrl: f.url, MessageBody: aws.String("ä\n")})
				bodies, _ := f.receive()
				return bodies, err
			},
			[]string{"ä\n"},
		},
		{
			"one at a time unless more are asked for", receiveDoc + "MaxNumberOfMessages",
			func(f *fixture) (any, error) {
				f.queue.Send("a", 0)
				f.queue.Send("b", 0)
				first, _ := f.receive(most(0))
				rest, _ := f.receive()
				return []any{first, rest}, nil
			},
			[]any{[]string{"a"}, []string{"b"}},
		},
		{
			"what is received is hidden for 30 seconds, and then comes again", receiveDoc + "VisibilityTimeout",
			func(f *fixture) (any, error) {
				f.queue.Send("a", 0)
				first, _ := f.receive()
				f.clock.Step(30*time.Second - 1)
				hidden, _ := f.receive()
				f.clock.Step(1)
				again, _ := f.receive()
				return []any{first, hidden, again}, nil
			},
			[]any{[]string{"a"}, []string{}, []string{"a"}},
		},
		{
			"or for as long as the request says", receiveDoc + "VisibilityTimeout",
			func(f *fixture) (any, error) {
				f.queue.Send("a", 0)
				_, _ = f.receive(visibility(5))
				f.clock.Step(5 * time.Second)
				again, _ := f.receive()
				return again, nil
			},
			[]string{"a"},
		},
		{
			"what is deleted doesn't come again, and may be deleted twice", model + "DeleteMessage",
			func(f *fixture) (any, error) {
				f.queue.Send("a", 0)
				_, messages := f.receive()
				for range 2 {
					if err := f.delete(messages[0].ReceiptHandle); err != nil {
						return nil, err
					}
				}
				f.clock.Step(time.Minute)
				left, _ := f.receive()
				return left, nil
			},
			[]string{},
		},
		{
			"an old receipt deletes nothing, and isn't an error", model + "DeleteMessage: the most recent ReceiptHandle",
			func(f *fixture) (any, error) {
				f.queue.Send("a", 0)
				_, messages := f.receive()
				f.clock.Step(30 * time.Second)
				_, _ = f.receive()
				err := f.delete(messages[0].ReceiptHandle)
				f.clock.Step(30 * time.Second)
				left, _ := f.receive()
				return left, err
			},
			[]string{"a"},
		},
		{
			"entries of a batch fail by themselves", "aws/aws-sdk-java-v2#3101; softwaremill/elasticmq#324",
			func(f *fixture) (any, error) {
				f.queue.Send("a", 0)
				_, messages := f.receive()
				out, err := f.deleteBatch(entry("good", messages[0].ReceiptHandle), entry("bad", aws.String("fake")))
				if err != nil {
					return nil, err
				}
				return []string{*out.Successful[0].Id, *out.Failed[0].Id, *out.Failed[0].Code, *out.Failed[0].Message}, nil
			},
			[]string{"good", "bad", "ReceiptHandleIsInvalid", `The input receipt handle "fake" is not a valid receipt handle.`},
		},
		{
			"what nobody receives is forgotten after four days", model + "CreateQueue: MessageRetentionPeriod",
			func(f *fixture) (any, error) {
				f.queue.Send("a", 0)
				f.clock.Step(4 * 24 * time.Hour)
				left, _ := f.receive()
				return left, nil
			},
			[]string{},
		},
		{
			"a message says what is asked of it", recorded + "test_receive_message_attribute_names_filters, 2022-05-31",
			func(f *fixture) (any, error) {
				_, err := f.client.SendMessage(f.Context(), &sdk.SendMessageInput{QueueUrl: f.url, MessageBody: aws.String("a")})
				f.clock.Step(time.Second)
				_, silent := f.receive(visibility(1))
				f.clock.Step(time.Second)
				_, messages := f.receive(func(in *sdk.ReceiveMessageInput) {
					in.MessageSystemAttributeNames = []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll}
				})
				return []any{silent[0].Attributes, messages[0].Attributes}, err
			},
			[]any{map[string]string(nil), map[string]string{
				"SenderId": account, "SentTimestamp": "1788264000000", "ApproximateReceiveCount": "2",
				"ApproximateFirstReceiveTimestamp": "1788264001000",
			}},
		},
	})
}

func TestQueues(t *testing.T) {
	check(t, []behavior{
		{
			"a queue's URL has its account and name",
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html",
			func(f *fixture) (any, error) {
				out, err := f.client.GetQueueUrl(f.Context(), &sdk.GetQueueUrlInput{QueueName: aws.String("events")})
				return aws.ToString(out.QueueUrl), err
			},
			"http://sqs/" + account + "/events",
		},
		{
			"all attributes", recorded + "test_fifo_set_content_based_deduplication_strategy, 2023-05-30; " + model + "CreateQueue",
			func(f *fixture) (any, error) { return f.attributes(types.QueueAttributeNameAll) },
			map[string]string{
				"QueueArn":         "arn:aws:sqs:" + region + ":" + account + ":events",
				"CreatedTimestamp": "1788264000", "LastModifiedTimestamp": "1788264000",
				"ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesDelayed": "0",
				"ApproximateNumberOfMessagesNotVisible": "0", "VisibilityTimeout": "30", "DelaySeconds": "0",
				"ReceiveMessageWaitTimeSeconds": "0", "MaximumMessageSize": "1048576", "MessageRetentionPeriod": "345600",
				"SqsManagedSseEnabled": "true",
			},
		},
		{
			"none unless asked for", "aws/aws-cli#17",
			func(f *fixture) (any, error) { return f.attributes() },
			map[string]string(nil),
		},
		{
			"messages are waiting, in flight, or not there yet", model + "GetQueueAttributes",
			func(f *fixture) (any, error) {
				for range 3 {
					f.queue.Send("a", 0)
				}
				_, _ = f.receive(most(2))
				f.queue.Send("b", time.Minute)
				return f.attributes("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible",
					"ApproximateNumberOfMessagesDelayed")
			},
			map[string]string{
				"ApproximateNumberOfMessages": "1", "ApproximateNumberOfMessagesNotVisible": "2",
				"ApproximateNumberOfMessagesDelayed": "1",
			},
		},
	})
}

func TestRefusals(t *testing.T) {
	failing := func(do func(f *fixture) error) func(f *fixture) (any, error) {
		return func(f *fixture) (any, error) { return refusal(do(f)), nil }
	}
	receiving := func(change func(*sdk.ReceiveMessageInput)) func(f *fixture) (any, error) {
		return failing(func(f *fixture) error { _, err := f.tryReceive(change); return err })
	}
	const badID = "400 AWS.SimpleQueueService.InvalidBatchEntryId: A batch entry id can only contain alphanumeric " +
		"characters, hyphens and underscores. It can be at most 80 letters long."
	check(t, []behavior{
		{
			"a queue that isn't there", model + "QueueDoesNotExist, and its code in the query protocol; the words as other emulators have them",
			receiving(func(in *sdk.ReceiveMessageInput) { in.QueueUrl = aws.String("http://sqs/" + account + "/other") }),
			"400 AWS.SimpleQueueService.NonExistentQueue: The specified queue does not exist.",
		},
		{
			"a queue of another account, which has no policy for us", "microsoft/aspire#3333",
			failing(func(f *fixture) error {
				f.client = f.as("222222222222")
				_, err := f.tryReceive()
				return err
			}),
			"403 AccessDenied: User: arn:aws:iam::222222222222:root is not authorized to perform: sqs:receivemessage on resource: " +
				"arn:aws:sqs:us-east-1:111111111111:events because no resource-based policy allows the sqs:receivemessage action",
		},
		{
			"too many messages", recorded + "test_send_receive_max_number_of_messages, 2022-12-29",
			receiving(most(11)),
			"400 InvalidParameterValue: Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
		},
		{
			"too long a wait", "awsdocs/aws-doc-sdk-examples#645",
			receiving(func(in *sdk.ReceiveMessageInput) { in.WaitTimeSeconds = 40 }),
			"400 InvalidParameterValue: Value 40 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.",
		},
		{
			"too long a message", recorded + "test_send_oversized_message, 2022-11-12; the limit: " + model + "CreateQueue",
			failing(func(f *fixture) error {
				_, err := f.client.SendMessage(f.Context(), &sdk.SendMessageInput{
					QueueUrl: f.url, MessageBody: aws.String(strings.Repeat("x", 1<<20+1)),
				})
				return err
			}),
			"400 InvalidParameterValue: One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.",
		},
		{
			"an attribute that there isn't", "aquasecurity/cloudsploit#102",
			failing(func(f *fixture) error { _, err := f.attributes("Color"); return err }),
			"400 InvalidAttributeName: Unknown Attribute Color.",
		},
		{
			"a receipt that isn't one", "softwaremill/elasticmq#324",
			failing(func(f *fixture) error { return f.delete(aws.String("fake")) }),
			`400 ReceiptHandleIsInvalid: The input receipt handle "fake" is not a valid receipt handle.`,
		},
		{
			"an empty batch", "aws/aws-sdk-php#630",
			failing(func(f *fixture) error { _, err := f.deleteBatch(); return err }),
			"400 AWS.SimpleQueueService.EmptyBatchRequest: There should be at least one DeleteMessageBatchRequestEntry in the request.",
		},
		{
			"too large a batch", recorded + "test_delete_message_batch_with_too_large_batch, 2023-06-24",
			failing(func(f *fixture) error {
				var entries []types.DeleteMessageBatchRequestEntry
				for i := range 20 {
					entries = append(entries, entry(strconv.Itoa(i), aws.String("x")))
				}
				_, err := f.deleteBatch(entries...)
				return err
			}),
			"400 AWS.SimpleQueueService.TooManyEntriesInBatchRequest: Maximum number of entries per request are 10. You have sent 20.",
		},
		{
			"an entry's id with a colon", recorded + "test_delete_message_batch_invalid_msg_id, 2022-10-13",
			failing(func(f *fixture) error { _, err := f.deleteBatch(entry("invalid:id", aws.String("x"))); return err }),
			badID,
		},
		{
			"an entry's id that is too long", recorded + "test_delete_message_batch_invalid_msg_id, 2022-10-13",
			failing(func(f *fixture) error {
				_, err := f.deleteBatch(entry(strings.Repeat("testLongId", 10), aws.String("x")))
				return err
			}),
			badID,
		},
		{
			"an entry's id twice", model + "BatchEntryIdsNotDistinct",
			failing(func(f *fixture) error {
				_, err := f.deleteBatch(slices.Repeat([]types.DeleteMessageBatchRequestEntry{entry("a", aws.String("x"))}, 2)...)
				return err
			}),
			"400 AWS.SimpleQueueService.BatchEntryIdsNotDistinct: Id a repeated.",
		},
	})
}
