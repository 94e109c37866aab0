package drift_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/types"

	"github.com/securedapi/securedapi/controllers/drift"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/hack/awslocal"
)

var (
	monday  = time.Date(2026, 9, 7, 12, 0, 0, 0, time.UTC)
	tuesday = monday.AddDate(0, 0, 1)
)

// listing is one in which the pool was modified at a time, if it is there.
func listing(modified time.Time) drift.Listing {
	l := drift.Listing{Began: tuesday, Pools: map[string]time.Time{}, APIs: map[string]engine.Owner{"api": {Cluster: "cluster-1"}}}
	if !modified.IsZero() {
		l.Pools["pool"] = modified
	}
	return l
}

func TestPoolMoved(t *testing.T) {
	var none drift.Listing
	gone, never := listing(time.Time{}), time.Time{}
	for _, tc := range []struct {
		reason      string
		before, now drift.Listing
		seen        time.Time
		moved       bool
		vouches     bool
	}{
		{"unchanged since it was read", none, listing(monday), monday, false, true},
		{"changed since it was read", none, listing(tuesday), monday, true, false},
		{"changed since it was read, and reported already", listing(tuesday), listing(tuesday), monday, false, false},
		{"changed again after the report", listing(monday), listing(tuesday), monday.Add(-time.Hour), true, false},
		{"a list that is older than the operator's own change", listing(monday), listing(monday), tuesday, false, false},
		{"not read since the start, so there is nothing to compare", none, listing(tuesday), never, false, false},
		{"deleted", listing(monday), gone, monday, true, false},
		{"deleted before the first sweep", none, gone, never, true, false},
		{"deleted, and reported already", gone, gone, monday, false, false},
	} {
		if got := tc.now.PoolMoved(tc.before, "pool", tc.seen); got != tc.moved {
			t.Errorf("%s: moved is %v", tc.reason, got)
		}
		if got := tc.now.Vouches("pool", tc.seen); got != tc.vouches {
			t.Errorf("%s: vouches is %v", tc.reason, got)
		}
	}
}

func TestAPIGone(t *testing.T) {
	there, other := listing(monday), drift.Listing{Began: monday}
	gone := func(told ...string) drift.Listing {
		l := drift.Listing{Began: tuesday, Told: map[string]bool{}}
		for _, api := range told {
			l.Told[api] = true
		}
		return l
	}
	for _, tc := range []struct {
		reason      string
		before, now drift.Listing
		want        bool
	}{
		{"listed", there, there, false},
		{"deleted", there, gone(), true},
		{"deleted before the first sweep", drift.Listing{}, gone(), true},
		{"created and deleted between two sweeps", other, gone(), true},
		{"deleted, and reported already", gone("api"), gone(), false},
		{"deleted, after another one was reported", gone("other"), gone(), true},
	} {
		if got := tc.now.APIGone(tc.before, "api"); got != tc.want {
			t.Errorf("%s: got %v, want %v", tc.reason, got, tc.want)
		}
		if _, there := tc.now.APIs["api"]; tc.now.Told["api"] == there {
			told := tc.now.Told["api"]
			t.Errorf("%s: got told %v, want what is gone to be known to have been said", tc.reason, told)
		}
	}
}

func TestSweeps(t *testing.T) {
	var sweeps drift.Sweeps
	place := drift.Place{Account: "111122223333", Region: "us-east-1"}
	if got := sweeps.Wait(place, monday, time.Hour); got != time.Hour {
		t.Errorf("the first sweep is when it is said: %s", got)
	}
	if got := sweeps.Wait(place, monday.Add(time.Minute), time.Second); got != 59*time.Minute {
		t.Errorf("and stays then: %s", got)
	}
	before := monday.Add(-time.Hour)
	if sweeps.Vouches(place, "pool", monday, before) {
		t.Error("nothing vouches before the first sweep")
	}
	sweeps.Keep(place, listing(monday), tuesday)
	if !sweeps.Vouches(place, "pool", monday, before) || sweeps.Vouches(place, "pool", monday, tuesday) {
		t.Error("a sweep vouches until it is too old")
	}
	if sweeps.Vouches(drift.Place{Account: place.Account, Region: "eu-west-1"}, "pool", monday, before) {
		t.Error("and for its own Region")
	}
	if got := sweeps.Keep(place, drift.Listing{}, tuesday); !got.Vouches("pool", monday) {
		t.Error("the next is told what the last one saw")
	}
	if sweeps.Vouches(place, "pool", monday, before) {
		t.Error("one that failed vouches for nothing")
	}
	object := types.NamespacedName{Namespace: "default", Name: "notes"}
	sweeps.Saw(place, object)
	if got := sweeps.Wait(place, monday, time.Hour); got != tuesday.Sub(monday) {
		t.Errorf("who was seen does not change when the next sweep is: %s", got)
	}
	sweeps.Keep(place, drift.Listing{}, tuesday)
	if got := sweeps.Object(place); got != object {
		t.Errorf("got %s seen last, want %s after a sweep, too", got, object)
	}
	sweeps.Forget(place)
	if got := sweeps.Wait(place, monday, time.Hour); got != time.Hour {
		t.Errorf("a place that was forgotten begins anew: %s", got)
	}
}

// What a list and a description say of a pool agrees, and a place of many pages is read to the end.
func TestList(t *testing.T) {
	server := awslocal.Start(t)
	cognito, gateway := cip.NewFromConfig(server.Config()), apigateway.NewFromConfig(server.Config())
	want := drift.Listing{
		Began: monday, Pools: map[string]time.Time{}, APIs: map[string]engine.Owner{}, Disabled: map[string]bool{}, Told: map[string]bool{},
	}
	const pools = 61
	for range pools {
		made, err := cognito.CreateUserPool(t.Context(), &cip.CreateUserPoolInput{PoolName: aws.String("notes")})
		if err != nil {
			t.Fatal(err)
		}
		described, err := cognito.DescribeUserPool(t.Context(), &cip.DescribeUserPoolInput{UserPoolId: made.UserPool.Id})
		if err != nil {
			t.Fatal(err)
		}
		want.Pools[*made.UserPool.Id] = *described.UserPool.LastModifiedDate
	}
	for _, tags := range []map[string]string{nil, {"team": "x"}} { // not an owner's, or not any more
		if _, err := gateway.CreateRestApi(t.Context(), &apigateway.CreateRestApiInput{Name: aws.String("notes"), Tags: tags}); err != nil {
			t.Fatal(err)
		}
	}
	api, err := gateway.CreateRestApi(t.Context(), &apigateway.CreateRestApiInput{Name: aws.String("notes"), Tags: owner.Tags("")})
	if err != nil {
		t.Fatal(err)
	}
	want.APIs[*api.Id] = owner
	server.ResetCalls()
	got, err := drift.List(t.Context(), cognito, gateway, monday)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if calls := len(server.Calls()); calls != 3 {
		t.Errorf("two pages of pools and one of APIs: %d calls", calls)
	}
	server.Inject(awslocal.Fault{Operation: "GetRestApis", Kind: awslocal.RefuseBefore, Code: "AccessDeniedException", Status: 403})
	if got, err = drift.List(t.Context(), cognito, gateway, monday); err == nil || !got.Began.IsZero() {
		t.Errorf("half a sweep is none: %+v, %v", got, err)
	}
}

func TestEndpointMoved(t *testing.T) {
	with := func(disabled bool) drift.Listing {
		return drift.Listing{Began: monday, Disabled: map[string]bool{"api": disabled}}
	}
	for _, tc := range []struct {
		reason      string
		before, now drift.Listing
		enabled     bool
		want        bool
	}{
		{"enabled, as recorded", with(false), with(false), true, false},
		{"somebody disabled it", with(false), with(true), true, true},
		{"somebody disabled it before the first sweep", drift.Listing{}, with(true), true, true},
		{"somebody disabled it, and it was reported already", with(true), with(true), true, false},
		{"disabled, as recorded", with(true), with(true), false, false},
		{"somebody enabled it again", with(true), with(false), false, true},
	} {
		if got := tc.now.EndpointMoved(tc.before, "api", tc.enabled); got != tc.want {
			t.Errorf("%s: got %v, want %v", tc.reason, got, tc.want)
		}
	}
}
