package quota_test

import (
	"errors"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"k8s.io/utils/clock"

	"github.com/securedapi/securedapi/controllers/awsclient/quota"
	"github.com/securedapi/securedapi/controllers/awserr"
)

var deployment = quota.Call{Service: "API Gateway", Operation: "CreateDeployment"}

func budget(share float64) *quota.Budget {
	return quota.New(quota.Options{Share: share, Speed: 1, Clock: clock.RealClock{}})
}

// take asks for a call in the name of an object, and returns how long it waited, or what it was told.
func take(t *testing.T, b *quota.Budget, caller quota.Caller, call quota.Call) (waited time.Duration, waiting *awserr.Waiting) {
	t.Helper()
	start := time.Now()
	err := b.Take(quota.WithCaller(t.Context(), caller), call)
	if waiting, ok := errors.AsType[*awserr.Waiting](err); ok {
		return time.Since(start), waiting
	}
	if err != nil {
		t.Fatal(err)
	}
	return time.Since(start), nil
}

func TestShare(t *testing.T) {
	for _, tc := range []struct {
		reason string
		share  float64
		call   quota.Call
		n      int
		least  time.Duration
		most   time.Duration
	}{
		{"the first deployment is at once", 0.5, deployment, 1, 0, 0},
		{"one in 5 s, by AWS's table, and a fiftieth for calls that don't arrive evenly", 1, deployment, 3, 10204 * time.Millisecond, 10204 * time.Millisecond},
		{"a share of one half", 0.5, deployment, 3, 20 * time.Second, 20 * time.Second},
		{"the burst of all calls together is halved, too: 20 less the tenth for repairs, then 5 a second", 0.5, quota.Call{Service: "API Gateway", Operation: "GetStage"}, 30, 2400 * time.Millisecond, 2400 * time.Millisecond},
		{"a category of Cognito operations", 1, quota.Call{Service: "Cognito Identity Provider", Operation: "CreateUserPool"}, 30, 1088 * time.Millisecond, 1089 * time.Millisecond},
		{"5 a second on one pool, of a category of 15", 1, quota.Call{Service: "Cognito Identity Provider", Operation: "CreateUserPoolClient", Pool: "p"}, 15, 2041 * time.Millisecond, 2041 * time.Millisecond},
		{"for a call that is not on one pool, the category alone counts", 1, quota.Call{Service: "Cognito Identity Provider", Operation: "DescribeUserPoolDomain"}, 18, 0, 0},
		{"tags of all pools of an account together", 1, quota.Call{Service: "Cognito Identity Provider", Operation: "TagResource"}, 15, 2041 * time.Millisecond, 2245 * time.Millisecond},
		{"an operation without a quota in the table", 1, quota.Call{Service: "Lambda", Operation: "GetPolicy"}, 100, 0, 0},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, start := budget(tc.share), time.Now()
				for range tc.n {
					if _, waiting := take(t, b, quota.Caller{Namespace: "a", Name: "x"}, tc.call); waiting != nil {
						time.Sleep(time.Until(waiting.At) - waiting.Early)
						if _, waiting = take(t, b, quota.Caller{Namespace: "a", Name: "x"}, tc.call); waiting != nil {
							t.Fatalf("who comes back a little early is told to come back once more: %+v", waiting)
						}
					}
				}
				if took := time.Since(start).Round(time.Millisecond); took < tc.least || took > tc.most {
					t.Errorf("%d calls took %s, want %s", tc.n, took, tc.least)
				}
			})
		})
	}
}

func TestALongWaitReturnsPlaceAndTimeAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := budget(1)
		_, _ = take(t, b, quota.Caller{Namespace: "a", Name: "first"}, deployment)
		for i := range 3 {
			waited, waiting := take(t, b, quota.Caller{Namespace: "a", Name: strconv.Itoa(i)}, deployment)
			if waited != 0 || waiting == nil || waiting.Place != i+1 || time.Until(waiting.At).Round(time.Second) != time.Duration(i+1)*5*time.Second {
				t.Errorf("number %d is told its place and time at once: %+v", i, waiting)
			}
		}
		time.Sleep(4 * time.Second)
		if _, waiting := take(t, b, quota.Caller{Namespace: "a", Name: "1"}, deployment); waiting == nil || waiting.Place != 2 {
			t.Errorf("who comes too early keeps the place: %+v", waiting)
		}
		if waited, waiting := take(t, b, quota.Caller{Namespace: "a", Name: "0"}, deployment); waited.Round(time.Second) != time.Second || waiting != nil {
			t.Errorf("who comes a little early waits it out: %s, %+v", waited, waiting)
		}
	})
}

// Each requeue costs a pass, and the calls that the pass makes before it has to wait again.
func TestAQueuedObjectIsRequeuedSeldom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, start := budget(0.5), time.Now()
		stage := quota.Call{Service: "API Gateway", Operation: "GetStage"}
		var all sync.WaitGroup
		for i := range 120 {
			all.Go(func() {
				caller := quota.Caller{Namespace: strconv.Itoa(i % 10), Name: strconv.Itoa(i)}
				for tries := 1; ; tries++ {
					_, waiting := take(t, b, caller, stage)
					if waiting == nil {
						return
					}
					back := time.Until(waiting.At) - waiting.Early
					if tries == 3 || back < time.Second {
						t.Errorf("try %d: comes back after %s, told place %d", tries, back, waiting.Place)
						return
					}
					time.Sleep(back)
				}
			})
		}
		all.Wait()
		if took := time.Since(start); took < 20*time.Second || took > 21*time.Second {
			t.Errorf("20 calls at once and 100 at 5 a second take %s", took)
		}
	})
}

func TestOrderOfQueuedCalls(t *testing.T) {
	for _, tc := range []struct {
		reason  string
		waiting []quota.Caller
		comes   quota.Caller
		place   int
	}{
		{"a person's apply goes before checks", []quota.Caller{{"a", "1", quota.Checked, false}, {"a", "2", quota.Checked, false}}, quota.Caller{"a", "3", quota.Asked, false}, 1},
		{"a person's apply goes behind other people's", []quota.Caller{{"a", "1", quota.Asked, false}, {"a", "2", quota.Checked, false}}, quota.Caller{"a", "3", quota.Asked, false}, 2},
		{"namespaces take turns", []quota.Caller{{"a", "1", 0, false}, {"a", "2", 0, false}, {"a", "3", 0, false}}, quota.Caller{"b", "1", 0, false}, 2},
		{"a namespace's second object waits for its namespace's turn", []quota.Caller{{"a", "1", 0, false}, {"a", "2", 0, false}, {"b", "1", 0, false}}, quota.Caller{"b", "2", 0, false}, 4},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := budget(1)
				_, _ = take(t, b, quota.Caller{Namespace: "z", Name: "first"}, deployment)
				for _, caller := range tc.waiting {
					_, _ = take(t, b, caller, deployment)
				}
				if _, waiting := take(t, b, tc.comes, deployment); waiting == nil || waiting.Place != tc.place {
					t.Errorf("place %d, got %+v", tc.place, waiting)
				}
			})
		})
	}
}

// A namespace that comes when others were served has its turn after those who are next, and not before all who wait.
func TestANewNamespaceDoesNotPassTheNextInLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := budget(0.5)
		called(t, b, "first", 0)
		for i, name := range []string{"1", "2", "3"} {
			told(t, b, name, i+1, time.Duration(i+1)*10*time.Second)
		}
		time.Sleep(10 * time.Second)
		called(t, b, "1", 0)
		if _, waiting := take(t, b, quota.Caller{Namespace: "b", Name: "new"}, deployment); waiting == nil || waiting.Place != 2 {
			t.Errorf("got %+v, want place 2: behind a/2 and before a/3", waiting)
		}
	})
}

func TestACallerThatDoesNotReturnIsSkipped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := budget(1)
		_, _ = take(t, b, quota.Caller{Namespace: "z", Name: "first"}, deployment)
		_, _ = take(t, b, quota.Caller{Namespace: "a", Name: "gone"}, deployment)
		_, _ = take(t, b, quota.Caller{Namespace: "a", Name: "here"}, deployment)
		time.Sleep(11 * time.Second)
		if _, waiting := take(t, b, quota.Caller{Namespace: "a", Name: "here"}, deployment); waiting != nil {
			t.Errorf("the line goes on: %+v", waiting)
		}
	})
}

func TestReserve(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := budget(1)
		ctx := quota.WithCaller(t.Context(), quota.Caller{Namespace: "a", Name: "x"})
		if err := b.Reserve(ctx, deployment); err != nil {
			t.Fatal(err)
		}
		if err := b.Reserve(ctx, deployment); err != nil {
			t.Errorf("one place is enough: %v", err)
		}
		if _, waiting := take(t, b, quota.Caller{Namespace: "a", Name: "other"}, deployment); waiting == nil {
			t.Error("it is nobody else's")
		}
		if waited, waiting := take(t, b, quota.Caller{Namespace: "a", Name: "x"}, deployment); waited != 0 || waiting != nil {
			t.Errorf("it is there when it is needed: %s %+v", waited, waiting)
		}
		if _, waiting := take(t, b, quota.Caller{Namespace: "a", Name: "x"}, deployment); waiting == nil {
			t.Error("and used up then")
		}
	})
}

// Callers with a reservation that a slow caller delays get times of their own, which others cannot take. So each repeats the calls
// before the reserved one once, and not several times.
func TestADelayedCallerGetsAReservedTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := budget(0.5)
		var callers []quota.Caller
		for _, name := range []string{"slow", "second", "third", "fourth"} {
			caller := quota.Caller{Namespace: "a", Name: name}
			callers = append(callers, caller)
			if err := b.Reserve(quota.WithCaller(t.Context(), caller), deployment); err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Second)
		}
		start := time.Now()
		if _, waiting := take(t, b, callers[0], deployment); waiting != nil {
			t.Fatal(waiting)
		}
		b.Sent(deployment)
		for i, caller := range callers[1:] {
			want := time.Duration(i+1) * 10 * time.Second
			if _, waiting := take(t, b, caller, deployment); waiting == nil || waiting.At.Sub(start) != want || waiting.Place != i+1 || waiting.Early != time.Second {
				t.Errorf("%s is told %s and place %d, and may come a second early: %+v", caller.Name, want, i+1, waiting)
			}
		}
		time.Sleep(9 * time.Second)
		if waited, waiting := take(t, b, callers[1], deployment); waiting != nil || waited != time.Second {
			t.Errorf("who comes in time waits till then: %s, %+v", waited, waiting)
		}
		b.Sent(deployment)
		time.Sleep(15 * time.Second)
		if _, waiting := take(t, b, callers[2], deployment); waiting == nil || waiting.At.Sub(start) != 40*time.Second {
			t.Errorf("who comes late goes behind those who have their times: %+v", waiting)
		}
		time.Sleep(4 * time.Second)
		if waited, waiting := take(t, b, callers[3], deployment); waiting != nil || waited != time.Second {
			t.Errorf("whom that does not hold up: %s, %+v", waited, waiting)
		}
		b.Sent(deployment)
		time.Sleep(11 * time.Second)
		if waited, waiting := take(t, b, callers[2], deployment); waiting != nil || waited != 0 {
			t.Errorf("who comes late when nobody is next makes its call: %s, %+v", waited, waiting)
		}
	})
}

// The calls before a reserved one take longer for some callers. AWS counts from when a call arrives.
func TestReservedCallsKeepTheirDistance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := budget(0.5)
		slow, quick, next := quota.Caller{Namespace: "a", Name: "slow"}, quota.Caller{Namespace: "a", Name: "quick"}, quota.Caller{Namespace: "a", Name: "next"}
		reserve := func(caller quota.Caller) {
			t.Helper()
			if err := b.Reserve(quota.WithCaller(t.Context(), caller), deployment); err != nil {
				t.Fatal(err)
			}
		}
		reserve(slow)
		time.Sleep(10 * time.Second)
		reserve(quick)
		time.Sleep(time.Second)
		if _, waiting := take(t, b, slow, deployment); waiting != nil {
			t.Fatal(waiting)
		}
		b.Sent(deployment)
		if waited, waiting := take(t, b, quick, deployment); waited != 0 || waiting == nil || time.Until(waiting.At) != 10*time.Second {
			t.Errorf("it comes too soon after the slow one: %s, %+v", waited, waiting)
		}
		time.Sleep(9 * time.Second)
		if waited, waiting := take(t, b, quick, deployment); waited != time.Second || waiting != nil {
			t.Errorf("and has its place still, when the time has come: %s, %+v", waited, waiting)
		}
		time.Sleep(2 * time.Second)
		b.Sent(deployment) // the SDK tried again
		time.Sleep(7 * time.Second)
		start := time.Now()
		reserve(next)
		if waited := time.Since(start); waited != time.Second {
			t.Errorf("what leads up to the next one begins 2 s before its time, and not at once: %s", waited)
		}
		if waited, waiting := take(t, b, next, deployment); waited != 2*time.Second || waiting != nil {
			t.Errorf("which it keeps if it is ready before: %s, %+v", waited, waiting)
		}
	})
}

// Calls that were sent before the first throttle was known do not lower the rate again.
func TestSimultaneousThrottlesCountOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := budget(1)
		b.Throttled(deployment)
		time.Sleep(4 * time.Second)
		b.Throttled(deployment)
		time.Sleep(6 * time.Second)
		if got := spacing(t, b); got != 10*time.Second {
			t.Errorf("two throttles within 10 s halve the rate once: one in %s", got)
		}
		time.Sleep(10 * time.Second)
		b.Throttled(deployment)
		time.Sleep(25 * time.Second)
		if got := spacing(t, b); got != 20*time.Second {
			t.Errorf("one that comes at half of the rate halves it again: one in %s", got)
		}
	})
}

// spacing is how far apart two deployments are, of which the first can be made now.
func spacing(t *testing.T, b *quota.Budget) time.Duration {
	t.Helper()
	_, _ = take(t, b, quota.Caller{Namespace: "a", Name: "x"}, deployment)
	_, waiting := take(t, b, quota.Caller{Namespace: "a", Name: "y"}, deployment)
	if waiting == nil {
		t.Fatal("the next one waits")
	}
	return time.Until(waiting.At).Round(time.Second)
}

func TestThrottlesLowerTheShareForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := budget(1)
		if got := spacing(t, b); got != 5*time.Second {
			t.Errorf("AWS's own rate: one in %s", got)
		}
		time.Sleep(10 * time.Minute)
		b.Throttled(deployment)
		time.Sleep(20 * time.Second)
		if got := spacing(t, b); got != 10*time.Second {
			t.Errorf("half of it after a throttle: one in %s", got)
		}
		time.Sleep(20 * time.Minute)
		_, _ = take(t, b, quota.Caller{Namespace: "a", Name: "z"}, deployment)
		time.Sleep(time.Minute)
		if got := spacing(t, b); got != 5*time.Second {
			t.Errorf("all of it again later: one in %s", got)
		}
	})
}

// A budget that is dropped forgets what AWS still counts, so it stays until that is nothing.
func TestIdle(t *testing.T) {
	stage := quota.Call{Service: "API Gateway", Operation: "GetStage"}
	// repairs makes 20 calls, 2 of them from the reserve. When 1 of the reserve is there again, it makes all calls that are there.
	repairs := func(t *testing.T, b *quota.Budget) {
		t.Helper()
		for i := range 29 {
			if i == 20 {
				time.Sleep(2050 * time.Millisecond)
			}
			if waited, waiting := take(t, b, quota.Caller{Namespace: "a", Name: "opened", Repairs: true}, stage); waited != 0 || waiting != nil {
				t.Fatalf("repair %d waited %s, %+v; want each call at once", i, waited, waiting)
			}
		}
	}
	for _, tc := range []struct {
		reason string
		goes   func(t *testing.T, b *quota.Budget)
		want   bool
	}{
		{"nothing was called", func(t *testing.T, _ *quota.Budget) { t.Helper() }, true},
		{"a call was made", func(t *testing.T, b *quota.Budget) {
			t.Helper()
			called(t, b, "x", 0)
		}, false},
		{"the quota is full again", func(t *testing.T, b *quota.Budget) {
			t.Helper()
			called(t, b, "x", 0)
			time.Sleep(10 * time.Second)
		}, true},
		{"a caller waits", func(t *testing.T, b *quota.Budget) {
			t.Helper()
			called(t, b, "x", 0)
			told(t, b, "y", 1, 10*time.Second)
			time.Sleep(10 * time.Second)
		}, false},
		{"AWS throttled a minute ago, and the rate is low", func(t *testing.T, b *quota.Budget) {
			t.Helper()
			b.Throttled(deployment)
			time.Sleep(time.Minute)
		}, false},
		{"a call is reserved", func(t *testing.T, b *quota.Budget) {
			t.Helper()
			if err := b.Reserve(quota.WithCaller(t.Context(), object("x")), deployment); err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Second)
		}, false},
		{"repairs used the reserve, which fills at a tenth of the rate, and all else is full", func(t *testing.T, b *quota.Budget) {
			t.Helper()
			repairs(t, b)
			time.Sleep(3850 * time.Millisecond)
		}, false},
		{"the reserve is full, too", func(t *testing.T, b *quota.Budget) {
			t.Helper()
			repairs(t, b)
			time.Sleep(5 * time.Second)
		}, true},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := budget(0.5)
				tc.goes(t, b)
				if got := b.Idle(); got != tc.want {
					t.Errorf("got %t, want %t", got, tc.want)
				}
			})
		})
	}
}

// The gauge of waiting calls, on which an alert rests, counts each object that waits for a service once, and none that went away.
func TestWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := budget(1)
		for _, name := range []string{"served", "x", "y", "y"} {
			_, _ = take(t, b, quota.Caller{Namespace: "a", Name: name}, deployment)
		}
		if got := b.Waiting()[deployment.Service]; got != 2 {
			t.Errorf("got %d waiting, want x and y", got)
		}
		time.Sleep(time.Hour)
		if got := b.Waiting()[deployment.Service]; got != 0 {
			t.Errorf("got %d waiting after an hour in which nobody came back, want none", got)
		}
	})
}
