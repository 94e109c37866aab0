package schedule

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/outcome"
)

func TestFreshness(t *testing.T) {
	began := time.Unix(1000, 0)
	s := &Schedule{Interval: interval}
	shows := func(reason string, series ...string) {
		t.Helper()
		want := ""
		if len(series) > 0 {
			want = "# HELP securedapi_oldest_check_timestamp_seconds When the object of the namespace that waits longest was last checked and seen to agree, " +
				"in seconds since 1970; not before the operator started.\n# TYPE securedapi_oldest_check_timestamp_seconds gauge\n" + strings.Join(series, "\n") + "\n"
		}
		if err := testutil.CollectAndCompare(s.Freshness(), strings.NewReader(want)); err != nil {
			t.Errorf("%s: %v", reason, err)
		}
	}
	shows("no object, no series")
	first, second, elsewhere := ready("1"), ready("2"), ready("3")
	elsewhere.Namespace = "b"
	for _, o := range []*v1alpha1.SecuredAPI{first, second, elsewhere} {
		s.Next(o, began)
	}
	// pass makes a pass over an object when its check is due, some seconds after the first one can be.
	pass := func(o *v1alpha1.SecuredAPI, kind Kind, with outcome.Outcome, seconds int) {
		now := began.Add(time.Duration(seconds) * time.Second)
		p, _ := s.Next(o, now)
		p.Kind = kind
		s.Done(o, p, Result{UserPool: Attempt{Outcome: with}}, now)
	}
	pass(first, Check, outcome.Outcome{}, 100)
	pass(elsewhere, Full, outcome.Outcome{}, 100)
	shows("the oldest of a namespace", `securedapi_oldest_check_timestamp_seconds{namespace="a"} 1000`, `securedapi_oldest_check_timestamp_seconds{namespace="b"} 1100`)
	pass(second, Check, outcome.Outcome{}, 200)
	pass(elsewhere, Check, stalled, 200)
	pass(elsewhere, Check, throttled, 200)
	shows("a check that leaves something amiss does not count",
		`securedapi_oldest_check_timestamp_seconds{namespace="a"} 1100`, `securedapi_oldest_check_timestamp_seconds{namespace="b"} 1100`)
	pass(elsewhere, Edit, outcome.Outcome{}, 300)
	pass(elsewhere, Retry, outcome.Outcome{}, 300)
	shows("nor does a pass that is no check",
		`securedapi_oldest_check_timestamp_seconds{namespace="a"} 1100`, `securedapi_oldest_check_timestamp_seconds{namespace="b"} 1100`)
	s.Forget(elsewhere.UID)
	shows("what is gone is not waited for", `securedapi_oldest_check_timestamp_seconds{namespace="a"} 1100`)
}
