package outcome

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/smithy-go"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
)

func said(code, message string) error {
	return fmt.Errorf("do it: %w", &smithy.OperationError{
		ServiceID: "Cognito", OperationName: "Op",
		Err: fmt.Errorf("https response error StatusCode: 400, RequestID: 1-2-3, %w", &smithy.GenericAPIError{Code: code, Message: message}),
	})
}

func TestJudge(t *testing.T) {
	now := time.Now()
	taken := awserr.Because(v1alpha1.ReasonDomainTaken, said("InvalidParameterException", "taken"))
	for _, tc := range []struct {
		why  string
		err  error
		want Outcome
	}{
		{"success", nil, Outcome{}},
		{
			"a throttle teaches nothing and passes", said("TooManyRequestsException", "Rate exceeded"),
			Outcome{Reason: v1alpha1.ReasonWaitingForQuota, Message: "do it: Op: TooManyRequestsException: Rate exceeded", Keep: true, After: RetryThrottle},
		},
		{
			"a limit waits for a person", said("LimitExceededException", "full"),
			Outcome{Reason: v1alpha1.ReasonLimitReached, Message: "do it: Op: LimitExceededException: full", Stalled: true, After: RetryStalled},
		},
		{
			"access denied waits for a person", said("AccessDeniedException", "User: x is not authorized to perform: y"),
			Outcome{Reason: v1alpha1.ReasonAccessDenied, Message: "do it: Op: AccessDeniedException: User: x is not authorized to perform: y", Stalled: true, After: RetryStalled},
		},
		{
			"somebody else writes", said("ConcurrentModificationException", "busy"),
			Outcome{Reason: v1alpha1.ReasonProgressing, Message: "do it: Op: ConcurrentModificationException: busy", Keep: true},
		},
		{
			"a domain that is taken", taken,
			Outcome{Reason: v1alpha1.ReasonDomainTaken, Message: "do it: Op: InvalidParameterException: taken", Stalled: true, After: RetryStalled},
		},
		{
			"an answer that got lost leaves it to the backoff", &smithy.OperationError{OperationName: "Op", Err: context.DeadlineExceeded},
			Outcome{Reason: v1alpha1.ReasonAWSUnavailable, Message: "Op: AWS failed or did not answer", Keep: true},
		},
		{
			"a creation in doubt is waited for", fmt.Errorf("x: %w", &engine.UnsettledError{Resource: "userPool", Until: now.Add(20 * time.Second)}),
			Outcome{Reason: v1alpha1.ReasonProgressing, Message: "x: " + (&engine.UnsettledError{Resource: "userPool", Until: now.Add(20 * time.Second)}).Error(), After: 20 * time.Second},
		},
		{
			"what has to wait leaves all as it is", &engine.PostponedError{What: "it goes on", Until: time.Unix(0, 0)},
			Outcome{Reason: v1alpha1.ReasonProgressing, Message: "it goes on at 1970-01-01T00:00:00Z", Keep: true, After: RetrySoon},
		},
		{
			"and checks for drift go on meanwhile", &engine.PostponedError{What: "it goes on", Until: time.Unix(1<<33, 0)},
			Outcome{Reason: v1alpha1.ReasonProgressing, Message: "it goes on at 2242-03-16T12:56:32Z", Keep: true, After: RetryStalled},
		},
		{
			"a read that trails is looked at again, and what there was works", &engine.AwaitedError{What: "it trails", Until: now.Add(time.Minute), Former: true},
			Outcome{Reason: v1alpha1.ReasonProgressing, Message: "it trails", Keep: true, After: time.Minute},
		},
		{
			"what is not in effect is not ready", &engine.AwaitedError{What: "it is CREATING", Until: now},
			Outcome{Reason: v1alpha1.ReasonProgressing, Message: "it is CREATING", After: RetrySoon},
		},
		{
			"what is lost is made anew soon", &engine.LostError{Resource: "api", ID: "x"},
			Outcome{Reason: v1alpha1.ReasonProgressing, Message: "api x is gone from AWS", After: RetrySoon},
		},
		{
			"a lost pool with users needs a person", awserr.Because(v1alpha1.ReasonUserPoolDeleted, &engine.LostError{Resource: "userPool", ID: "x"}),
			Outcome{Reason: v1alpha1.ReasonUserPoolDeleted, Message: "userPool x is gone from AWS", Stalled: true, After: RetryStalled},
		},
		{
			"users may leave at any time, so a deletion that they hold looks each minute",
			awserr.Because(v1alpha1.ReasonUsersWouldBeLost, errors.New("it has users")),
			Outcome{Reason: v1alpha1.ReasonUsersWouldBeLost, Message: "it has users", Stalled: true, After: time.Minute},
		},
		{
			"a Secret may come at any time, so what waits for it looks each minute",
			awserr.Because(v1alpha1.ReasonDependencyNotReady, &engine.AbsentError{What: "there is no Secret x"}),
			Outcome{Reason: v1alpha1.ReasonDependencyNotReady, Message: "there is no Secret x", Stalled: true, After: time.Minute},
		},
		{
			"what stops two parts in the same words is said once", errors.Join(taken, taken),
			Outcome{Reason: v1alpha1.ReasonDomainTaken, Message: "do it: Op: InvalidParameterException: taken", Stalled: true, After: RetryStalled},
		},
		{
			"of two failures the soonest try wins, and one that passes keeps it from stalling", errors.Join(taken, said("TooManyRequestsException", "slow")),
			Outcome{Reason: v1alpha1.ReasonDomainTaken, Message: "do it: Op: InvalidParameterException: taken; do it: Op: TooManyRequestsException: slow", After: RetryThrottle},
		},
	} {
		if got := Judge(tc.err, now); got != tc.want {
			t.Errorf("%s:\n got %+v\nwant %+v", tc.why, got, tc.want)
		}
	}
}

func TestOnlyReads(t *testing.T) {
	waiting := func(operation string) error {
		return fmt.Errorf("a phase: %w", &awserr.Waiting{Operation: operation, Place: 1, At: time.Now()})
	}
	for _, tc := range []struct {
		reason string
		err    error
		want   bool
	}{
		{"nothing waits", nil, false},
		{"a read of the stage", waiting("GetStage"), true},
		{"reads of both phases", errors.Join(waiting("DescribeUserPool"), waiting("GetResources")), true},
		{"a write waits", waiting("CreateDeployment"), false},
		{"a read and a write wait", errors.Join(waiting("DescribeUserPool"), waiting("CreateDeployment")), false},
		{"a read that failed", errors.New("no"), false},
	} {
		if got := OnlyReads(tc.err); got != tc.want {
			t.Errorf("%s: %v", tc.reason, got)
		}
	}
}

func TestBeside(t *testing.T) {
	fine, denied := Outcome{}, Outcome{Reason: v1alpha1.ReasonPolicyDenied, Stalled: true}
	taken := Outcome{Reason: v1alpha1.ReasonOwnershipConflict, Stalled: true}
	failed, throttled := Outcome{Reason: v1alpha1.ReasonRejectedByAWS}, Outcome{Reason: v1alpha1.ReasonWaitingForQuota, Keep: true}
	for _, tc := range []struct {
		reason                     string
		pool, api, denied, outputs Outcome
		want                       Outcome
	}{
		{"nothing is beside the phases", fine, fine, fine, fine, fine},
		{"the outputs are another's, and AWS agrees", fine, fine, fine, taken, taken},
		{"a phase that failed is told first", fine, failed, fine, taken, fine},
		{"one that waits for a quota leaves the object Ready, if nothing else is amiss", throttled, fine, fine, taken, taken},
		{"what is not allowed is told before", fine, fine, denied, taken, denied},
		{"and beside a phase that failed", failed, fine, denied, fine, denied},
	} {
		if got := Beside(tc.pool, tc.api, tc.denied, tc.outputs); got != tc.want {
			t.Errorf("%s: got %+v, want %+v", tc.reason, got, tc.want)
		}
	}
}
