package attacks_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/attacks/report"
)

// Several managers share the objects by a label that tenants choose. The policy's limits are those of the namespace all the same.
func TestTheLimitsOfAPolicyAreNotOncePerManager(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		how   string
		limit func(*v1alpha1.PolicyLimits)
		want  string
	}{
		{"objects of two managers", func(l *v1alpha1.PolicyLimits) { l.Objects = new(int32(1)) }, "the namespace has 1 older SecuredAPIs"},
		{"routes of two managers", func(l *v1alpha1.PolicyLimits) { l.Routes = new(int32(3)) }, "the namespace has 4 routes with these 2"},
	} {
		t.Run(tc.how, func(t *testing.T) {
			t.Parallel()
			report.Attack(t, "a tenant makes more than the policy's limits", tc.how)
			w, policy := tenant(t, func(s *v1alpha1.SecuredAPIPolicySpec) { tc.limit(&s.Limits) })
			w.Stop()
			w.Manager("shard=a")
			w.Manager("shard notin (a)")
			for i, shard := range []string{"a", "b"} {
				object := w.Recipe()
				object.Name, object.Labels, object.Spec.Domain.Prefix = "notes-"+shard, map[string]string{"shard": shard}, "notes-"+shard
				w.Create(object)
				if i == 0 {
					w.AwaitReady(object)
					// Times of creation are whole seconds, and who is older counts.
					w.Eventually("the next second", func(context.Context) (bool, string) {
						return time.Since(object.CreationTimestamp.Time) > time.Second, "it is the same second"
					})
					continue
				}
				if message := w.AwaitStalled(object, v1alpha1.ReasonPolicyDenied); !strings.Contains(message, tc.want) {
					t.Errorf("got the message %q, want %q in it", message, tc.want)
				}
				if pools := w.Inventory().Pools; len(pools) != 1 {
					t.Errorf("got %d user pools, want that of the first object", len(pools))
				}
				// Its own manager lets it go on when the policy does.
				ask(w, policy, func(s *v1alpha1.SecuredAPIPolicySpec) { s.Limits = v1alpha1.PolicyLimits{} })
				w.AwaitReady(object)
			}
		})
	}
}
