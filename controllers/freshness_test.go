package controllers

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

func TestFreshness(t *testing.T) {
	start := time.Unix(1000, 0)
	clock := clocktesting.NewFakePassiveClock(start)
	r := &SecuredAPIReconciler{Clock: clock, Resync: time.Minute}
	shows := func(reason string, series ...string) {
		t.Helper()
		want := ""
		if len(series) > 0 {
			want = "# HELP securedapi_oldest_check_timestamp_seconds When the object of the namespace that waits longest was last checked and seen to agree, " +
				"in seconds since 1970; not before the operator started.\n# TYPE securedapi_oldest_check_timestamp_seconds gauge\n" + strings.Join(series, "\n") + "\n"
		}
		if err := testutil.CollectAndCompare(r.Freshness(), strings.NewReader(want)); err != nil {
			t.Errorf("%s: %v", reason, err)
		}
	}
	shows("no object, no series")
	object := func(namespace, uid string) *v1alpha1.SecuredAPI {
		return &v1alpha1.SecuredAPI{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, UID: types.UID(uid), Generation: 1}, Status: v1alpha1.SecuredAPIStatus{ObservedGeneration: 1},
		}
	}
	// check ends a check of an object.
	check := func(o *v1alpha1.SecuredAPI, with hold) {
		next, _ := r.schedule.due(o, clock.Now(), r.Resync)
		next.recheck, next.pool = true, with
		if _, err := r.next(o, next, nil); err != nil {
			t.Fatal(err)
		}
	}
	first, second, elsewhere := object("a", "1"), object("a", "2"), object("b", "3")
	for _, o := range []*v1alpha1.SecuredAPI{first, second, elsewhere} {
		r.schedule.due(o, clock.Now(), r.Resync)
	}
	clock.SetTime(start.Add(100 * time.Second))
	check(first, hold{})
	check(elsewhere, hold{})
	shows("the oldest of a namespace", `securedapi_oldest_check_timestamp_seconds{namespace="a"} 1000`, `securedapi_oldest_check_timestamp_seconds{namespace="b"} 1100`)
	clock.SetTime(start.Add(200 * time.Second))
	check(second, hold{})
	check(elsewhere, hold{outcome: outcome{reason: "AccessDenied", stalled: true}})
	shows("a check that a person has to help is none", `securedapi_oldest_check_timestamp_seconds{namespace="a"} 1100`, `securedapi_oldest_check_timestamp_seconds{namespace="b"} 1100`)
	r.schedule.forget(elsewhere.UID)
	shows("what is gone is not waited for", `securedapi_oldest_check_timestamp_seconds{namespace="a"} 1100`)
}
