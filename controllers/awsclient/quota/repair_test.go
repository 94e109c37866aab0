package quota_test

import (
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/securedapi/securedapi/controllers/awsclient/quota"
)

// flood has many ask for a call at the same time, as tenants do who edit without end. The calls that a worker waits for are
// granted then, and more are in the line.
func flood(t *testing.T, b *quota.Budget, call quota.Call) {
	t.Helper()
	for i := range 50 {
		ctx := quota.WithCaller(t.Context(), quota.Caller{Namespace: "flood-" + strconv.Itoa(i%5), Name: strconv.Itoa(i)})
		go func() { _ = b.Take(ctx, call) }() // made, or told to come back
	}
	synctest.Wait()
}

func TestATenthOfTheQuotaIsReservedForRepairs(t *testing.T) {
	stage := quota.Call{Service: "API Gateway", Operation: "GetStage"}
	repair := quota.Caller{Namespace: "a", Name: "opened", Repairs: true}
	for _, tc := range []struct {
		reason string
		call   quota.Call
		caller quota.Caller
		// n calls are made, and the last of them within most.
		n    int
		most time.Duration
	}{
		{"2 of a burst of 20 calls are reserved", stage, repair, 2, 0},
		{"after the burst, a tenth of 5 calls a second is reserved", stage, repair, 4, 5 * time.Second},
		{"a deployment comes next: the quota saves up no calls", deployment, repair, 1, 11 * time.Second},
		{"a late drift check has the same right", stage, quota.Caller{Namespace: "a", Name: "late", Urgency: quota.Checked, Repairs: true}, 2, 0},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := budget(0.5)
				flood(t, b, tc.call)
				start := time.Now()
				for range tc.n {
					if _, waiting := take(t, b, tc.caller, tc.call); waiting != nil {
						time.Sleep(time.Until(waiting.At) - waiting.Early)
						if _, waiting = take(t, b, tc.caller, tc.call); waiting != nil {
							t.Fatalf("got %+v for who came back, want the call", waiting)
						}
					}
				}
				if took := time.Since(start); took > tc.most {
					t.Errorf("%d calls took %s, want at most %s", tc.n, took, tc.most)
				}
			})
		})
	}
}

func TestOnlyRepairsUseTheReserve(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, stage := budget(0.5), quota.Call{Service: "API Gateway", Operation: "GetStage"}
		start, calls := time.Now(), 0
		for ; calls < 100; calls++ {
			if waited, waiting := take(t, b, object(strconv.Itoa(calls)), stage); waited > 0 || waiting != nil {
				break
			}
		}
		if calls != 18 || time.Since(start) > time.Second {
			t.Errorf("got %d calls at once, want 18 of 20", calls)
		}
	})
}

// An endless series of repairs does not block other calls: every tenth call is a repair's, the others come in their order.
func TestRepairsGoFirstForATenthOfTheQuotaOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := budget(1)
		called(t, b, "first", 0)
		told(t, b, "edit", 1, 5*time.Second)
		repair := func(i int) quota.Caller {
			return quota.Caller{Namespace: "b", Name: strconv.Itoa(i), Repairs: true}
		}
		if _, waiting := take(t, b, repair(0), deployment); waiting == nil || waiting.Place != 1 {
			t.Errorf("got %+v for the first repair, want place 1", waiting)
		}
		for i := 1; i < 4; i++ {
			if _, waiting := take(t, b, repair(i), deployment); waiting == nil || waiting.Place != i+2 {
				t.Errorf("got %+v for repair %d, want place %d, behind the edit", waiting, i, i+2)
			}
		}
	})
}

// A check that finds drift already has a place in the queue. It moves to the place of a repair.
func TestACheckThatFindsDriftIsQueuedAsARepair(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := budget(1)
		called(t, b, "first", 0)
		ctx := quota.WithCaller(t.Context(), quota.Caller{Namespace: "b", Name: "check", Urgency: quota.Checked})
		if err := b.Take(ctx, deployment); err == nil {
			t.Fatal("the check gets a call that is not there")
		}
		told(t, b, "edit", 1, 5*time.Second)
		quota.Repair(ctx)
		if got, want := quota.CallerOf(ctx), (quota.Caller{Namespace: "b", Name: "check", Urgency: quota.Asked, Repairs: true}); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
		if err := b.Take(ctx, deployment); err == nil {
			t.Fatal("the repair gets a call that is not there")
		}
		told(t, b, "edit", 2, 10*time.Second)
	})
}

// A late check may use the reserve. It is as urgent as an edit only after it has found drift.
func TestALateCheckMayUseTheReserve(t *testing.T) {
	late := quota.Caller{Namespace: "b", Name: "check", Urgency: quota.Checked, Repairs: true}
	ctx := quota.WithCaller(t.Context(), late)
	if got := quota.CallerOf(ctx); got != late {
		t.Errorf("got %+v before it found anything, want %+v", got, late)
	}
	quota.Repair(ctx)
	late.Urgency = quota.Asked
	if got := quota.CallerOf(ctx); got != late {
		t.Errorf("got %+v, want %+v", got, late)
	}
}

// A call that another quota delays returns its place to the reserve, for the next repair.
func TestAnUnusedReservationReturnsToTheReserve(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, stage := budget(0.5), quota.Call{Service: "API Gateway", Operation: "GetStage"}
		called(t, b, "first", 0)
		flood(t, b, stage)
		repair := quota.Caller{Namespace: "a", Name: "opened", Repairs: true}
		if _, waiting := take(t, b, repair, deployment); waiting == nil {
			t.Fatal("a deployment right after another one is made")
		}
		for range 2 {
			if waited, waiting := take(t, b, repair, stage); waited != 0 || waiting != nil {
				t.Errorf("waited %s, %+v; want the call at once", waited, waiting)
			}
		}
	})
}
