package controllers_test

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

	"github.com/securedapi/securedapi/api/v1alpha1"
	times "github.com/securedapi/securedapi/controllers/schedule"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// awaitAnswered waits until the passes that answer the object's wakes have ended: until then what they repair themselves may
// wake it, too.
func (w *world) awaitAnswered(object *v1alpha1.SecuredAPI) {
	w.t.Helper()
	w.eventually("the pass that answers the wake to end", func(context.Context) (bool, string) {
		pass, _ := w.operator.Schedule.Next(object, time.Now())
		return pass.Kind != times.Full, ""
	})
}

// newWorldWithEvents starts an operator that never checks for drift by itself, and receives the account's events.
func newWorldWithEvents(t tester) *world {
	t.Helper()
	w := newAccount(t, awslocal.WithEvents("events", 0))
	w.resync, w.queue = resyncNever, w.aws.EventsURL()
	w.startOperator()
	t.Cleanup(func() { w.stop() })
	return w
}

func (w *world) sqs() *sqs.Client { return sqs.NewFromConfig(w.aws.Config()) }

// send puts a message into the queue of events.
func (w *world) send(body string) {
	w.t.Helper()
	must[*sqs.SendMessageOutput](w)(w.sqs().SendMessage(w.t.Context(), &sqs.SendMessageInput{QueueUrl: &w.queue, MessageBody: &body}))
}

// awaitReceived waits until the queue of events is empty.
func (w *world) awaitReceived() {
	w.t.Helper()
	w.eventually("the events to be received", func(ctx context.Context) (bool, string) {
		attributes := must[*sqs.GetQueueAttributesOutput](w)(w.sqs().GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
			QueueUrl: &w.queue, AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameAll},
		})).Attributes
		return attributes["ApproximateNumberOfMessages"]+attributes["ApproximateNumberOfMessagesNotVisible"] == "00", fmt.Sprint(attributes)
	})
}

// looked counts the calls, but for those to the queue.
func (w *world) looked() int {
	return w.count(func(c awslocal.Call) bool { return c.Service != "sqs" })
}

// What somebody does in the console is undone at once, and events of the repair make no pass.
func TestAnEventIsActedOn(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		byHand func(w *world, o *v1alpha1.SecuredAPI)
		undone string
	}{
		{"a password policy", func(w *world, o *v1alpha1.SecuredAPI) { w.weaken(o, 20) }, "~ userPool.passwordPolicy.minimumLength: 20 -> 6"},
		{"a client", func(w *world, o *v1alpha1.SecuredAPI) {
			must[*cip.DeleteUserPoolClientOutput](w)(w.cognito().DeleteUserPoolClient(w.t.Context(), &cip.DeleteUserPoolClientInput{
				UserPoolId: &o.Status.UserPool.ID, ClientId: &o.Status.Clients[0].ID,
			}))
		}, "+ client/web"},
		{"a tag", func(w *world, o *v1alpha1.SecuredAPI) {
			must[*cip.TagResourceOutput](w)(w.cognito().TagResource(w.t.Context(), &cip.TagResourceInput{
				ResourceArn: &o.Status.UserPool.ARN, Tags: map[string]string{"securedapi.dev/uid": "another"},
			}))
		}, "~ userPool.tags.securedapi.dev/uid: another -> "},
		{"a method of the working copy", func(w *world, o *v1alpha1.SecuredAPI) { w.openByHand(o, "/registered") }, "~ GET /registered access: guest -> registered"},
		{"a deployment", func(w *world, o *v1alpha1.SecuredAPI) { w.deployByHand(o) }, "~ stage beta deployment: "},
		{"a permission", func(w *world, o *v1alpha1.SecuredAPI) { w.revokeByHand(o, "RegisteredHandler") }, "+ permission/arn:aws:lambda:us-east-1:111111111111:function:RegisteredHandler"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := newWorldWithEvents(t)
			object := w.create(w.recipe())
			w.awaitReady(object)
			w.awaitReceived()
			tc.byHand(w, object)
			w.eventually("the repair", func(context.Context) (bool, string) {
				notes := w.eventNotes()
				return strings.Contains(notes, tc.undone), notes
			})
			w.awaitAnswered(object)
			w.awaitReady(object)
			w.awaitReceived()
			w.aws.ResetCalls()
			w.settled(object)
			if calls := w.looked(); calls != 0 {
				t.Errorf("the operator's own calls wake nobody: %d calls: %v", calls, w.calls())
			}
		})
	}
}

// settled waits until a wake that was on its way would have been a pass: one that is asked for comes after it.
func (w *world) settled(object *v1alpha1.SecuredAPI) {
	w.t.Helper()
	marker := w.recipe()
	marker.Name, marker.Spec.Suspend = "marker", true
	w.create(marker)
	w.await(marker, "a pass over another object", func(o *v1alpha1.SecuredAPI) bool { return len(o.Status.Conditions) > 0 })
	w.reconcile(object)
}

func TestOwnCallsAreNoDrift(t *testing.T) {
	t.Parallel()
	w := newWorldWithEvents(t)
	object := w.create(w.recipe())
	w.awaitReady(object)
	w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.PasswordPolicy.MinimumLength = 8 })
	w.awaitReady(object)
	w.awaitReceived()
	w.aws.ResetCalls()
	w.reconcile(object)
	if calls := w.looked(); calls != 0 {
		t.Errorf("what the operator does itself makes no pass: %v", w.calls())
	}
}

func TestWhatIsNoEventOfOurs(t *testing.T) {
	t.Parallel()
	w := newWorldWithEvents(t)
	object := w.create(w.recipe())
	w.awaitReady(object)
	w.awaitReceived()
	pool := object.Status.UserPool.ID
	change := func(account, region, id string) string {
		return fmt.Sprintf(`{"detail-type": "AWS API Call via CloudTrail", "detail": {"eventSource": "cognito-idp.amazonaws.com",
			"eventName": "UpdateUserPool", "awsRegion": %q, "recipientAccountId": %q, "requestParameters": {"userPoolId": %q}}}`, region, account, id)
	}
	w.aws.ResetCalls()
	for _, body := range []string{
		"hello", "{}", change(otherAccount, "us-east-1", pool), change(object.Status.Account, "eu-west-1", pool),
		change(object.Status.Account, "us-east-1", "us-east-1_other"),
	} {
		w.send(body)
	}
	w.awaitReceived()
	w.reconcile(object)
	if calls := w.looked(); calls != 0 {
		t.Errorf("no pool of ours in this account and Region: %v", w.calls())
	}
	w.send(change(object.Status.Account, "us-east-1", pool))
	w.awaitCalls(func(c awslocal.Call) bool { return c.Operation == "DescribeUserPool" }, 1)
}

func TestABurstOfEventsMakesFewPasses(t *testing.T) {
	t.Parallel()
	w := newWorldWithEvents(t)
	object := w.create(w.recipe())
	w.awaitReady(object)
	w.awaitReceived()
	w.aws.ResetCalls()
	const burst = 40
	for i := range burst {
		must[*cip.UpdateUserPoolClientOutput](w)(w.cognito().UpdateUserPoolClient(t.Context(), &cip.UpdateUserPoolClientInput{
			UserPoolId: &object.Status.UserPool.ID, ClientId: &object.Status.Clients[0].ID, RefreshTokenValidity: int32(i + 1),
		}))
	}
	w.eventually("the repair", func(context.Context) (bool, string) {
		notes := w.eventNotes()
		return strings.Contains(notes, "client/web.callbackURLs"), notes
	})
	w.awaitReceived()
	w.awaitReady(object)
	if passes := w.count(func(c awslocal.Call) bool { return c.Operation == "GetStage" }); passes > burst/8 {
		t.Errorf("%d changes at a time make %d passes", burst, passes)
	}
}

// The queue may fail; events wait in it meanwhile.
func TestAQueueThatCannotBeReadIsNotTheEnd(t *testing.T) {
	t.Parallel()
	w := newAccount(t, awslocal.WithEvents("events", 0))
	w.resync, w.queue = resyncNever, w.aws.EventsURL()
	w.aws.Inject(awslocal.Fault{
		Operation: "DeleteMessageBatch", Kind: awslocal.RefuseBefore, Times: 1, Code: "AccessDeniedException", Message: "no", Status: http.StatusForbidden,
	})
	w.startOperator()
	t.Cleanup(func() { w.stop() })
	object := w.create(w.recipe())
	w.awaitReady(object)
	must[*cip.DeleteUserPoolDomainOutput](w)(w.cognito().DeleteUserPoolDomain(t.Context(), &cip.DeleteUserPoolDomainInput{
		UserPoolId: &object.Status.UserPool.ID, Domain: aws.String("notes-beta"),
	}))
	w.eventually("the domain", func(context.Context) (bool, string) {
		domain := aws.ToString(w.describePool().Domain)
		return domain == "notes-beta", domain
	})
}
