package awslocal

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/google/go-cmp/cmp"
	clocktesting "k8s.io/utils/clock/testing"
)

func TestReadLag(t *testing.T) {
	clock := clocktesting.NewFakeClock(time.Now())
	s := Start(t, WithClock(clock), WithReadLag(5*time.Second))
	api, aside := cognitoidentityprovider.NewFromConfig(s.Config()), cognitoidentityprovider.NewFromConfig(Aside(s.Config()))
	pool, err := api.CreateUserPool(t.Context(), newPool("a"))
	if err != nil {
		t.Fatal(err)
	}
	name := func(c *cognitoidentityprovider.Client) string {
		t.Helper()
		out, err := c.DescribeUserPool(t.Context(), &cognitoidentityprovider.DescribeUserPoolInput{UserPoolId: pool.UserPool.Id})
		if err != nil {
			return "gone"
		}
		return *out.UserPool.Name
	}
	rename := func(to string) {
		t.Helper()
		_, err := api.UpdateUserPool(t.Context(), &cognitoidentityprovider.UpdateUserPoolInput{UserPoolId: pool.UserPool.Id, PoolName: &to})
		if err != nil {
			t.Fatal(err)
		}
	}
	got := []string{name(api)}
	rename("b")
	got = append(got, name(api), name(aside))
	clock.Step(4 * time.Second)
	got = append(got, name(api))
	rename("c")
	got = append(got, name(api))
	clock.Step(time.Second)
	got = append(got, name(api))
	clock.Step(4 * time.Second)
	got = append(got, name(api))
	_, err = api.DeleteUserPool(t.Context(), &cognitoidentityprovider.DeleteUserPoolInput{UserPoolId: pool.UserPool.Id})
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, name(api))
	want := []string{
		"a",      // what was just made
		"a", "b", // the change trails, but not for who asks aside
		"a", "a", // nor does another one hurry it
		"b", "c", // each shows in its time
		"gone", // what is gone is gone
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	// A list has a lag of its own.
	list, err := api.ListUserPools(t.Context(), &cognitoidentityprovider.ListUserPoolsInput{MaxResults: aws.Int32(60)})
	if err != nil || len(list.UserPools) != 0 {
		t.Errorf("got pools %v, %v, want none", list, err)
	}
}
