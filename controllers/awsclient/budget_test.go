package awsclient_test

import (
	"errors"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/awsclient/quota"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// A deployment takes all that there is of an account's quota, so who shares it has to wait.
func TestOneBudgetForAnAccount(t *testing.T) {
	const own, other = "111111111111", "222222222222"
	for _, tc := range []struct {
		reason string
		region string
		role   string
		shares bool
	}{
		{"a role of the operator's own account", "us-east-1", "arn:aws:iam::" + own + ":role/team", true},
		{"a role of another account", "us-east-1", "arn:aws:iam::" + other + ":role/team", false},
		{"another Region", "eu-west-1", "", false},
	} {
		server := awslocal.Start(t, awslocal.WithAccount(own))
		clock := clocktesting.NewFakeClock(time.Now())
		factory, err := awsclient.New(server.Config(), quota.Options{Share: 1, Speed: 1, Clock: clock}, prometheus.NewRegistry())
		if err != nil {
			t.Fatal(err)
		}
		mine := clientsFor(t, factory, "us-east-1")
		mine.BelongsTo(t.Context(), own)
		theirs, err := factory.For(awsclient.Target{Region: tc.region, Role: tc.role})
		if err != nil {
			t.Fatal(err)
		}
		const call = "CreateDeployment"
		ctx := quota.WithCaller(t.Context(), quota.Caller{Namespace: "a", Name: "first"})
		if err := mine.Reserve(ctx, call); err != nil {
			t.Fatal(err)
		}
		ctx = quota.WithCaller(t.Context(), quota.Caller{Namespace: "b", Name: "second"})
		_, waits := errors.AsType[*awserr.Waiting](theirs.Reserve(ctx, call))
		if waits != tc.shares {
			t.Errorf("%s: waits is %v", tc.reason, waits)
		}
	}
}
