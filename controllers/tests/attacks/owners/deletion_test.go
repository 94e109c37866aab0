package owners_test

import (
	"context"
	"fmt"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/attacks/report"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// After each of the operator's calls during a deletion under Protect, a user tries to sign up. A user who succeeds keeps the account.
func TestAUserWhoSignsUpDuringADeletionIsKept(t *testing.T) {
	t.Parallel()
	report.Attack(t, "a user who signs up during a deletion under Protect is lost", "after each of the deletion's calls")
	for nth := range 12 {
		t.Run("after call "+strconv.Itoa(nth+1), func(t *testing.T) {
			t.Parallel()
			w := harness.NewWorld(t, harness.ResyncNever)
			object := w.Recipe()
			object.Spec.DeletionPolicy = v1alpha1.DeletionProtect
			w.Create(object)
			w.AwaitReady(object)
			var joined atomic.Bool
			console, app := awslocal.Aside(w.AWS.Config()), object.Status.Clients[0].ID
			w.Console = &console
			w.AWS.Hook(awslocal.Hook{Skip: nth, Times: 1, After: func(awslocal.Call) {
				_, err := w.Cognito().SignUp(t.Context(), &cip.SignUpInput{
					ClientId: &app, Username: aws.String("ann@example.com"), Password: aws.String("Passw0rd!"),
				})
				joined.Store(err == nil)
			}})
			if err := w.Client.Delete(t.Context(), object); err != nil {
				t.Fatal(err)
			}
			w.Eventually("the deletion to end, or to wait for a person", func(ctx context.Context) (bool, string) {
				err := w.Client.Get(ctx, client.ObjectKeyFromObject(object), object)
				stalled := meta.FindStatusCondition(object.Status.Conditions, v1alpha1.ConditionStalled)
				return apierrors.IsNotFound(err) || stalled != nil && stalled.Reason == v1alpha1.ReasonUsersWouldBeLost, fmt.Sprint(stalled)
			})
			pools := harness.Must[*cip.ListUserPoolsOutput](w)(w.Cognito().ListUserPools(t.Context(), &cip.ListUserPoolsInput{MaxResults: aws.Int32(60)})).UserPools
			if joined.Load() && len(pools) != 1 {
				t.Fatal("the user's pool is gone")
			}
			if !joined.Load() {
				return
			}
			if pool := w.DescribePool(); pool.AdminCreateUserConfig.AllowAdminCreateUserOnly {
				t.Error("the pool stays, and its sign-up is closed, want as the spec says")
			}
		})
	}
}
