package features_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/config/iam"
	times "github.com/securedapi/securedapi/controllers/schedule"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// awaitAnswered waits until the passes that answer the object's wakes have ended: until then what they repair themselves may
// wake it, too.
func awaitAnswered(w *harness.World, object *v1alpha1.SecuredAPI) {
	w.T.Helper()
	w.Eventually("the pass that answers the wake to end", func(context.Context) (bool, string) {
		pass, _ := w.Operator.Schedule.Next(object, time.Now())
		return pass.Kind != times.Full, ""
	})
}

// newWorldWithEvents starts an operator that never checks for drift by itself, and receives the account's events.
func newWorldWithEvents(t harness.TB) *harness.World {
	t.Helper()
	w := harness.NewAccount(t, awslocal.WithEvents("events", 0))
	w.Resync, w.Queue = harness.ResyncNever, w.AWS.EventsURL()
	w.Permit("events", iam.Values{"QUEUE_ARN": {"arn:aws:sqs:us-east-1:111111111111:events"}})
	w.StartOperator()
	t.Cleanup(func() { w.Stop() })
	return w
}

func sqsOf(w *harness.World) *sqs.Client { return sqs.NewFromConfig(w.AWS.Config()) }

// send puts a message into the queue of events.
func send(w *harness.World, body string) {
	w.T.Helper()
	harness.Must[*sqs.SendMessageOutput](w)(sqsOf(w).SendMessage(w.T.Context(), &sqs.SendMessageInput{QueueUrl: &w.Queue, MessageBody: &body}))
}

// awaitReceived waits until the queue of events is empty.
func awaitReceived(w *harness.World) {
	w.T.Helper()
	w.Eventually("the events to be received", func(ctx context.Context) (bool, string) {
		attributes := harness.Must[*sqs.GetQueueAttributesOutput](w)(sqsOf(w).GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
			QueueUrl: &w.Queue, AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameAll},
		})).Attributes
		return attributes["ApproximateNumberOfMessages"]+attributes["ApproximateNumberOfMessagesNotVisible"] == "00", fmt.Sprint(attributes)
	})
}

// looked counts the calls, but for those to the queue.
func looked(w *harness.World) int {
	return w.CountCalls(func(c awslocal.Call) bool { return c.Service != "sqs" })
}

// A change in the console is repaired at once, and the events of the repair start no pass.
func TestAnEventTriggersTheRepair(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		byHand func(w *harness.World, o *v1alpha1.SecuredAPI)
		undone string
	}{
		{"a password policy", func(w *harness.World, o *v1alpha1.SecuredAPI) { weaken(w, o, 20) }, "~ userPool.passwordPolicy.minimumLength: 20 -> 6"},
		{"a client", func(w *harness.World, o *v1alpha1.SecuredAPI) {
			harness.Must[*cip.DeleteUserPoolClientOutput](w)(w.Cognito().DeleteUserPoolClient(w.T.Context(), &cip.DeleteUserPoolClientInput{
				UserPoolId: &o.Status.UserPool.ID, ClientId: &o.Status.Clients[0].ID,
			}))
		}, "+ client/web"},
		{"a tag", func(w *harness.World, o *v1alpha1.SecuredAPI) {
			harness.Must[*cip.TagResourceOutput](w)(w.Cognito().TagResource(w.T.Context(), &cip.TagResourceInput{
				ResourceArn: &o.Status.UserPool.ARN, Tags: map[string]string{"securedapi.dev/uid": "another"},
			}))
		}, "~ userPool.tags.securedapi.dev/uid: another -> "},
		{"a method of the working copy", func(w *harness.World, o *v1alpha1.SecuredAPI) { w.OpenByHand(o, "/registered") }, "~ GET /registered access: guest -> registered"},
		{"a deployment", func(w *harness.World, o *v1alpha1.SecuredAPI) { w.DeployByHand(o) }, "~ stage beta deployment: "},
		{"a web ACL", func(w *harness.World, o *v1alpha1.SecuredAPI) {
			harness.Must[*wafv2.DisassociateWebACLOutput](w)(wafv2.NewFromConfig(w.AWS.Config()).DisassociateWebACL(w.T.Context(), &wafv2.DisassociateWebACLInput{
				ResourceArn: &o.Status.UserPool.ARN,
			}))
		}, "~ webACL"},
		{"a permission", func(w *harness.World, _ *v1alpha1.SecuredAPI) { w.Revoke("RegisteredHandler") }, "+ permission/arn:aws:lambda:us-east-1:111111111111:function:RegisteredHandler/beta"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := newWorldWithEvents(t)
			w.AWS.WAF.Put(webACL)
			w.Permit("web-acls", iam.Values{"WEB_ACL_ARN": {webACL}})
			object := w.Recipe()
			object.Spec.UserPool.WebACLARN = webACL
			w.Create(object)
			w.AwaitReady(object)
			awaitReceived(w)
			tc.byHand(w, object)
			w.Eventually("the repair", func(context.Context) (bool, string) {
				notes := w.EventNotes()
				// The creation's own note has the second half of the text as well.
				return strings.Contains(notes, "the operator restores it: "+tc.undone), notes
			})
			awaitAnswered(w, object)
			w.AwaitReady(object)
			awaitReceived(w)
			w.AWS.ResetCalls()
			settled(w, object)
			if calls := looked(w); calls != 0 {
				t.Errorf("the operator's own calls wake nobody: %d calls: %v", calls, w.TakeCalls())
			}
		})
	}
}

// settled waits until a wake that was on its way would have been a pass: one that is asked for comes after it.
func settled(w *harness.World, object *v1alpha1.SecuredAPI) {
	w.T.Helper()
	marker := w.Recipe()
	marker.Name, marker.Spec.Suspend = "marker", true
	w.Create(marker)
	w.Await(marker, "a pass over another object", func(o *v1alpha1.SecuredAPI) bool { return len(o.Status.Conditions) > 0 })
	reconcile(w, object)
}

func TestEventsOfOwnCallsAreIgnored(t *testing.T) {
	t.Parallel()
	w := newWorldWithEvents(t)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.PasswordPolicy.MinimumLength = 8 })
	w.AwaitReady(object)
	awaitReceived(w)
	w.AWS.ResetCalls()
	reconcile(w, object)
	if calls := looked(w); calls != 0 {
		t.Errorf("what the operator does itself makes no pass: %v", w.TakeCalls())
	}
}

func TestEventsOfOtherResourcesAreIgnored(t *testing.T) {
	t.Parallel()
	w := newWorldWithEvents(t)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	awaitReceived(w)
	pool := object.Status.UserPool.ID
	change := func(account, region, id string) string {
		return fmt.Sprintf(`{"detail-type": "AWS API Call via CloudTrail", "detail": {"eventSource": "cognito-idp.amazonaws.com",
			"eventName": "UpdateUserPool", "awsRegion": %q, "recipientAccountId": %q, "requestParameters": {"userPoolId": %q}}}`, region, account, id)
	}
	w.AWS.ResetCalls()
	for _, body := range []string{
		"hello", "{}", change(otherAccount, "us-east-1", pool), change(object.Status.Account, "eu-west-1", pool),
		change(object.Status.Account, "us-east-1", "us-east-1_other"),
	} {
		send(w, body)
	}
	awaitReceived(w)
	reconcile(w, object)
	if calls := looked(w); calls != 0 {
		t.Errorf("no pool of ours in this account and Region: %v", w.TakeCalls())
	}
	send(w, change(object.Status.Account, "us-east-1", pool))
	w.AwaitCalls(func(c awslocal.Call) bool { return c.Operation == "DescribeUserPool" }, 1)
}

func TestABurstOfEventsCausesFewPasses(t *testing.T) {
	t.Parallel()
	w := newWorldWithEvents(t)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	awaitReceived(w)
	w.AWS.ResetCalls()
	const burst = 40
	for i := range burst {
		harness.Must[*cip.UpdateUserPoolClientOutput](w)(w.Cognito().UpdateUserPoolClient(t.Context(), &cip.UpdateUserPoolClientInput{
			UserPoolId: &object.Status.UserPool.ID, ClientId: &object.Status.Clients[0].ID, RefreshTokenValidity: int32(i + 1),
		}))
	}
	w.Eventually("the repair", func(context.Context) (bool, string) {
		notes := w.EventNotes()
		return strings.Contains(notes, "client/web.callbackURLs"), notes
	})
	awaitReceived(w)
	w.AwaitReady(object)
	if passes := w.CountCalls(func(c awslocal.Call) bool { return c.Operation == "GetStages" }); passes > burst/8 {
		t.Errorf("%d changes at a time make %d passes", burst, passes)
	}
}

// A call to the queue fails. Events wait in the queue meanwhile.
func TestEventsAreReadAgainAfterTheQueueFailed(t *testing.T) {
	t.Parallel()
	w := harness.NewAccount(t, awslocal.WithEvents("events", 0))
	w.Resync, w.Queue = harness.ResyncNever, w.AWS.EventsURL()
	w.Permit("events", iam.Values{"QUEUE_ARN": {"arn:aws:sqs:us-east-1:111111111111:events"}})
	w.AWS.Inject(awslocal.Fault{
		Operation: "DeleteMessageBatch", Kind: awslocal.RefuseBefore, Times: 1, Code: "AccessDeniedException", Message: "no", Status: http.StatusForbidden,
	})
	w.StartOperator()
	t.Cleanup(func() { w.Stop() })
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	harness.Must[*cip.DeleteUserPoolDomainOutput](w)(w.Cognito().DeleteUserPoolDomain(t.Context(), &cip.DeleteUserPoolDomainInput{
		UserPoolId: &object.Status.UserPool.ID, Domain: aws.String("notes-beta"),
	}))
	w.Eventually("the domain", func(context.Context) (bool, string) {
		domain := aws.ToString(w.DescribePool().Domain)
		return domain == "notes-beta", domain
	})
}
