package controllers_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/securedapi/securedapi/hack/awslocal"
)

func TestRule1NeverTwice(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"CreateUserPool", "CreateUserPoolClient", "CreateUserPoolDomain", "CreateRestApi", "AddPermission", "PutRestApi", "CreateDeployment"} {
		for _, kind := range []awslocal.Kind{awslocal.LoseReply, awslocal.RefuseAfter, awslocal.CutBody, awslocal.Garbage, awslocal.RefuseBefore, awslocal.Cut} {
			t.Run(operation+"/"+kind.String(), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, resyncNever)
				w.aws.Inject(awslocal.Fault{Operation: operation, Kind: kind, Times: 1})
				object := w.create(w.recipe())
				w.awaitReady(object)
				all := w.inventory()
				if len(all.Pools) != 1 || len(all.Pools[0].Clients) != 1 || len(all.APIs) != 1 || all.APIs[0].Deployments != 1 {
					t.Errorf("one of each, whatever became of the reply: %+v", all)
				}
				if len(object.Status.Creating) != 0 {
					t.Errorf("no creation is left in doubt: %+v", object.Status.Creating)
				}
			})
		}
	}
}

func TestRule1ListsThatTrail(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever, awslocal.WithListLag(settle/2))
	for _, operation := range []string{"CreateUserPool", "CreateRestApi"} {
		w.aws.Inject(awslocal.Fault{Operation: operation, Kind: awslocal.LoseReply, Times: 1})
	}
	w.awaitReady(w.create(w.recipe()))
	w.eventually("the lists to catch up", func(ctx context.Context) (bool, string) {
		pools, err := w.cognito().ListUserPools(ctx, &cip.ListUserPoolsInput{MaxResults: aws.Int32(60)})
		return err == nil && len(pools.UserPools) > 0, "no pool is listed"
	})
	if all := w.inventory(); len(all.Pools) != 1 || len(all.APIs) != 1 {
		t.Errorf("what was made is waited for, not made again: %+v", all)
	}
}
