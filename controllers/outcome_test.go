package controllers

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/smithy-go"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/ownership"
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
		want outcome
	}{
		{"success", nil, outcome{}},
		{
			"a throttle teaches nothing and passes", said("TooManyRequestsException", "Rate exceeded"),
			outcome{reason: v1alpha1.ReasonWaitingForQuota, message: "do it: Op: TooManyRequestsException: Rate exceeded", keep: true, after: retryThrottle},
		},
		{
			"a limit waits for a person", said("LimitExceededException", "full"),
			outcome{reason: v1alpha1.ReasonLimitReached, message: "do it: Op: LimitExceededException: full", stalled: true, after: retryStalled},
		},
		{
			"access denied waits for a person", said("AccessDeniedException", "User: x is not authorized to perform: y"),
			outcome{reason: v1alpha1.ReasonAccessDenied, message: "do it: Op: AccessDeniedException: User: x is not authorized to perform: y", stalled: true, after: retryStalled},
		},
		{
			"somebody else writes", said("ConcurrentModificationException", "busy"),
			outcome{reason: v1alpha1.ReasonProgressing, message: "do it: Op: ConcurrentModificationException: busy", keep: true},
		},
		{
			"a domain that is taken", taken,
			outcome{reason: v1alpha1.ReasonDomainTaken, message: "do it: Op: InvalidParameterException: taken", stalled: true, after: retryStalled},
		},
		{
			"an answer that got lost leaves it to the backoff", &smithy.OperationError{OperationName: "Op", Err: context.DeadlineExceeded},
			outcome{reason: v1alpha1.ReasonAWSUnavailable, message: "Op: AWS failed or did not answer", keep: true},
		},
		{
			"a creation in doubt is waited for", fmt.Errorf("x: %w", &ownership.Unsettled{Resource: "userPool", Until: now.Add(20 * time.Second)}),
			outcome{reason: v1alpha1.ReasonProgressing, message: "x: " + (&ownership.Unsettled{Resource: "userPool", Until: now.Add(20 * time.Second)}).Error(), after: 20 * time.Second},
		},
		{
			"what has to wait leaves all as it is", &ownership.Postponed{What: "it goes on", Until: time.Unix(0, 0)},
			outcome{reason: v1alpha1.ReasonProgressing, message: "it goes on at 1970-01-01T00:00:00Z", keep: true, after: retrySoon},
		},
		{
			"and checks for drift go on meanwhile", &ownership.Postponed{What: "it goes on", Until: time.Unix(1<<33, 0)},
			outcome{reason: v1alpha1.ReasonProgressing, message: "it goes on at 2242-03-16T12:56:32Z", keep: true, after: retryStalled},
		},
		{
			"what is lost is made anew soon", &ownership.Lost{Resource: "api", ID: "x"},
			outcome{reason: v1alpha1.ReasonProgressing, message: "api x is gone from AWS", after: retrySoon},
		},
		{
			"a lost pool with users needs a person", awserr.Because(v1alpha1.ReasonUserPoolDeleted, &ownership.Lost{Resource: "userPool", ID: "x"}),
			outcome{reason: v1alpha1.ReasonUserPoolDeleted, message: "userPool x is gone from AWS", stalled: true, after: retryStalled},
		},
		{
			"of two failures the soonest try wins, and one that passes keeps it from stalling", errors.Join(taken, said("TooManyRequestsException", "slow")),
			outcome{reason: v1alpha1.ReasonDomainTaken, message: "do it: Op: InvalidParameterException: taken; do it: Op: TooManyRequestsException: slow", after: retryThrottle},
		},
	} {
		if got := judge(tc.err, now); got != tc.want {
			t.Errorf("%s:\n got %+v\nwant %+v", tc.why, got, tc.want)
		}
	}
}

func TestWaitsToLook(t *testing.T) {
	waiting := func(operation string) error {
		return fmt.Errorf("a phase: %w", &awserr.Waiting{Operation: operation, Place: 1, At: time.Now()})
	}
	for _, tc := range []struct {
		reason string
		err    error
		want   bool
	}{
		{"nothing waits", nil, false},
		{"a look at the stage", waiting("GetStage"), true},
		{"looks of both phases", errors.Join(waiting("DescribeUserPool"), waiting("GetResources")), true},
		{"a repair, which is news", waiting("CreateDeployment"), false},
		{"a look beside a repair", errors.Join(waiting("DescribeUserPool"), waiting("CreateDeployment")), false},
		{"a look that failed", errors.New("no"), false},
	} {
		if got := waitsToLook(tc.err); got != tc.want {
			t.Errorf("%s: %v", tc.reason, got)
		}
	}
}
