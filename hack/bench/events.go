package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"golang.org/x/sync/errgroup"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

const (
	// mostRepair is the limit of what 99 of 100 repairs take.
	mostRepair = 5 * time.Second
	// changes are made by hand, one after the other.
	changes     = 200
	changeEvery = 500 * time.Millisecond
	// lookEvery is how often a changed pool is looked at, which the figure is coarse by. To look takes of the account's quota.
	lookEvery = 250 * time.Millisecond
)

// events measures how long it takes from a change in the console until it is put back, by CloudTrail's event of it. Nothing
// is scaled, and the event itself takes no time: how long it takes on AWS is not the operator's.
func (l *lab) events(ctx context.Context, namespaces []string, objects []*v1alpha1.SecuredAPI) ([]figure, error) {
	if err := l.startWith(ctx, quotaShare, 1, concurrency, "-drift-queue-url="+l.aws.EventsURL()); err != nil {
		return nil, err
	}
	if err := l.awaitIdle(ctx, len(objects)); err != nil {
		return nil, err
	}
	// The events of the operator's own calls so far.
	if err := l.awaitReceived(ctx); err != nil {
		return nil, err
	}
	l.aws.ResetCalls()
	var mu sync.Mutex
	var took []time.Duration
	group, ctx := errgroup.WithContext(ctx)
	// Each object once: what two changes do to one is not to be told apart.
	drawn := rand.Perm(len(objects))
	for _, i := range drawn[:min(changes, len(drawn))] {
		account := accountOf(i % len(namespaces))
		group.Go(func() error {
			d, err := l.changeByHand(ctx, account, objects[i])
			mu.Lock()
			defer mu.Unlock()
			took = append(took, d)
			return err
		})
		if err := pause(ctx, changeEvery); err != nil {
			break
		}
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return []figure{
		{
			what: fmt.Sprintf("drift by event, at %d objects: from change to repaired, p99", len(objects)), unit: " s",
			most: mostRepair.Seconds(), floor: "1 s, in which what belongs together is gathered", reached: quantile(took, 0.99).Seconds(),
		},
		told("  median", quantile(took, 0.5).Seconds(), " s"),
	}, l.stop()
}

// changeByHand lengthens the passwords that an object's user pool asks for, and returns how long that lasted.
func (l *lab) changeByHand(ctx context.Context, account string, object *v1alpha1.SecuredAPI) (time.Duration, error) {
	if err := l.kube.Get(ctx, client.ObjectKeyFromObject(object), object); err != nil {
		return 0, err
	}
	cognito, id := cip.NewFromConfig(l.aws.ConfigFor(account)), aws.String(object.Status.UserPool.ID)
	out, err := cognito.DescribeUserPool(ctx, &cip.DescribeUserPoolInput{UserPoolId: id})
	if err != nil {
		return 0, err
	}
	pool := out.UserPool
	want := aws.ToInt32(pool.Policies.PasswordPolicy.MinimumLength)
	pool.Policies.PasswordPolicy.MinimumLength = aws.Int32(want + 1)
	// It says the same as the password policy, and cannot be sent with it.
	pool.AdminCreateUserConfig.UnusedAccountValidityDays = 0
	start := time.Now()
	_, err = cognito.UpdateUserPool(ctx, &cip.UpdateUserPoolInput{
		UserPoolId: id, Policies: pool.Policies, AutoVerifiedAttributes: pool.AutoVerifiedAttributes,
		AdminCreateUserConfig: pool.AdminCreateUserConfig, UserPoolTags: pool.UserPoolTags,
	})
	for err == nil {
		out, err = cognito.DescribeUserPool(ctx, &cip.DescribeUserPoolInput{UserPoolId: id})
		if err == nil && aws.ToInt32(out.UserPool.Policies.PasswordPolicy.MinimumLength) == want {
			return time.Since(start), nil
		}
		if err == nil {
			err = pause(ctx, lookEvery)
		}
	}
	return 0, fmt.Errorf("change user pool %s by hand: %w", *id, err)
}

// awaitReceived waits until the queue of events is empty.
func (l *lab) awaitReceived(ctx context.Context) error {
	queue, counts := sqs.NewFromConfig(l.aws.Config()), []sqstypes.QueueAttributeName{
		sqstypes.QueueAttributeNameApproximateNumberOfMessages, sqstypes.QueueAttributeNameApproximateNumberOfMessagesNotVisible,
	}
	for {
		out, err := queue.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: aws.String(l.aws.EventsURL()), AttributeNames: counts})
		if err != nil {
			return err
		}
		left := 0
		for _, n := range out.Attributes {
			if n != "0" {
				left++
			}
		}
		if left == 0 {
			return nil
		}
		if err := pause(ctx, lookEvery); err != nil {
			return fmt.Errorf("wait for the queue to be empty: %w", err)
		}
	}
}
