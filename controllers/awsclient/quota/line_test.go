package quota_test

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"k8s.io/utils/clock"

	"github.com/securedapi/securedapi/controllers/awsclient/quota"
	"github.com/securedapi/securedapi/controllers/awserr"
)

// object is the caller of a name, in one namespace.
func object(name string) quota.Caller { return quota.Caller{Namespace: "a", Name: name} }

// told fails unless the caller is told a place in line and a time from now, to the second.
func told(t *testing.T, b *quota.Budget, name string, place int, in time.Duration) {
	t.Helper()
	waited, waiting := take(t, b, object(name), deployment)
	if waiting == nil {
		t.Errorf("%s makes its call after %s, want place %d and %s", name, waited, place, in)
		return
	}
	if got := time.Until(waiting.At).Round(time.Second); waited != 0 || waiting.Place != place || got != in {
		t.Errorf("%s is told place %d and %s after %s, want place %d and %s at once", name, waiting.Place, got, waited, place, in)
	}
	if waiting.Early != time.Second {
		t.Errorf("%s may come %s early, want 1s: half of what a worker waits", name, waiting.Early)
	}
}

// called fails unless the caller makes its call after a time.
func called(t *testing.T, b *quota.Budget, name string, after time.Duration) {
	t.Helper()
	if waited, waiting := take(t, b, object(name), deployment); waiting != nil || waited.Round(time.Second) != after {
		t.Errorf("%s makes its call after %s (%+v), want after %s", name, waited, waiting, after)
	}
}

// A worker waits for 2 s, and not longer.
func TestAWorkerWaitsTwoSecondsForQuota(t *testing.T) {
	for _, tc := range []struct {
		reason    string
		operation string
		comes     time.Duration
		// waits is how long it is waited for, or too long.
		waits time.Duration
	}{
		{"the next place is in 2 s exactly", "PutRestApi", 0, 2 * time.Second},
		{"the next place is in a little more than 2 s", "CreateDeployment", 8*time.Second - time.Millisecond, tooLong},
		{"the next place is in a little less than 2 s", "CreateDeployment", 8*time.Second + time.Millisecond, 2*time.Second - time.Millisecond},
		{"a place is free", "CreateDeployment", 10 * time.Second, 0},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := budget(0.5) // an import in 2 s, a deployment in 10 s
				call := quota.Call{Service: deployment.Service, Operation: tc.operation}
				if _, waiting := take(t, b, object("first"), call); waiting != nil {
					t.Fatal(waiting)
				}
				time.Sleep(tc.comes)
				waited, waiting := take(t, b, object("next"), call)
				if waiting != nil {
					waited = tooLong
				}
				if waited.Round(time.Microsecond) != tc.waits {
					t.Errorf("waited %s (%+v), want %s", waited, waiting, tc.waits)
				}
			})
		})
	}
}

// tooLong stands for a wait that is not waited out.
const tooLong = time.Hour

func TestPlacesInLine(t *testing.T) {
	for _, tc := range []struct {
		reason string
		// goes is what comes when one deployment was made, and "a" and "b" are told to come in 10 s and 20 s.
		goes func(t *testing.T, b *quota.Budget)
	}{
		{"a served caller leaves the queue", func(t *testing.T, b *quota.Budget) {
			t.Helper()
			time.Sleep(10 * time.Second)
			called(t, b, "a", 0)
			told(t, b, "b", 1, 10*time.Second)
			told(t, b, "c", 2, 20*time.Second)
		}},
		{"a caller that comes too early keeps one place, and not two", func(t *testing.T, b *quota.Budget) {
			t.Helper()
			time.Sleep(time.Second)
			told(t, b, "a", 1, 9*time.Second)
			told(t, b, "c", 3, 29*time.Second)
		}},
		{"a caller that is late by one call's time is passed over", func(t *testing.T, b *quota.Budget) {
			t.Helper()
			time.Sleep(29 * time.Second)
			told(t, b, "c", 2, 10*time.Second) // b has not come yet, and may
			time.Sleep(2 * time.Second)
			called(t, b, "c", 0)
		}},
		{"a caller that is 5 min late keeps its place", func(t *testing.T, b *quota.Budget) {
			t.Helper()
			time.Sleep(5 * time.Minute)
			called(t, b, "c", 0)
			told(t, b, "d", 1, 10*time.Second)
			told(t, b, "b", 1, 10*time.Second)
			told(t, b, "d", 2, 20*time.Second)
		}},
		{"the first in line becomes as urgent as a person's apply, and stays before those that come later", func(t *testing.T, b *quota.Budget) {
			t.Helper()
			time.Sleep(time.Hour) // a and b are gone
			called(t, b, "next", 0)
			for _, urgency := range []quota.Urgency{quota.Checked, quota.Asked} {
				caller := quota.Caller{Namespace: "a", Name: "check", Urgency: urgency}
				if _, waiting := take(t, b, caller, deployment); waiting == nil || waiting.Place != 1 {
					t.Errorf("with urgency %d: got %+v, want place 1", urgency, waiting)
				}
			}
			told(t, b, "c", 2, 20*time.Second)
		}},
		{"a caller that is late by an hour has lost its place", func(t *testing.T, b *quota.Budget) {
			t.Helper()
			time.Sleep(time.Hour)
			called(t, b, "c", 0)
			told(t, b, "d", 1, 10*time.Second)
			told(t, b, "b", 2, 20*time.Second)
		}},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := budget(0.5)
				called(t, b, "first", 0)
				told(t, b, "a", 1, 10*time.Second)
				told(t, b, "b", 2, 20*time.Second)
				tc.goes(t, b)
			})
		})
	}
}

// A reserved call that is not made is free for others after a minute.
func TestAnUnusedReservationExpires(t *testing.T) {
	remove := quota.Call{Service: deployment.Service, Operation: "DeleteRestApi"} // one in 60 s
	for _, tc := range []struct {
		reason string
		goes   func(t *testing.T, b *quota.Budget)
	}{
		{"within a minute the reservation holds", func(t *testing.T, b *quota.Budget) {
			t.Helper()
			time.Sleep(58 * time.Second)
			if waited, waiting := take(t, b, object("slow"), remove); waited != 0 || waiting != nil {
				t.Errorf("waited %s, %+v; want the call at once", waited, waiting)
			}
		}},
		{"after a minute the next caller gets it", func(t *testing.T, b *quota.Budget) {
			t.Helper()
			time.Sleep(time.Minute)
			if waited, waiting := take(t, b, object("other"), remove); waited != 0 || waiting != nil {
				t.Errorf("the next one waited %s, %+v; want the call at once", waited, waiting)
			}
			if waited, waiting := take(t, b, object("slow"), remove); waiting == nil {
				t.Errorf("who reserved it makes the call after %s, want to be told when to come back", waited)
			}
		}},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := budget(0.5)
				if err := b.Reserve(quota.WithCaller(t.Context(), object("slow")), remove); err != nil {
					t.Fatal(err)
				}
				tc.goes(t, b)
			})
		})
	}
}

// halved is the distance of two deployments at half the rate, and so the time in which it shows: 2 times 5 s, divided by 0.98.
const halved = 10204081632 * time.Nanosecond

func TestRepeatedThrottlesHalveTheRate(t *testing.T) {
	for _, tc := range []struct {
		reason string
		goes   func(b *quota.Budget)
		want   time.Duration
	}{
		{"a throttle after the lower rate took effect halves it again", func(b *quota.Budget) {
			b.Throttled(deployment)
			time.Sleep(halved)
			b.Throttled(deployment)
			time.Sleep(25 * time.Second)
		}, 20 * time.Second},
		{"a throttle before the lower rate took effect does not count", func(b *quota.Budget) {
			b.Throttled(deployment)
			time.Sleep(halved - time.Millisecond)
			b.Throttled(deployment)
			time.Sleep(19 * time.Second)
		}, 10 * time.Second},
		{"the rate is never under an eighth", func(b *quota.Budget) {
			for range 5 {
				b.Throttled(deployment)
				time.Sleep(time.Minute)
			}
		}, 20 * time.Second}, // an eighth, doubled for the minute without a throttle
		{"the rate recovers after 30 s", func(b *quota.Budget) {
			b.Throttled(deployment)
			time.Sleep(30 * time.Second)
		}, 5 * time.Second},
		{"the rate does not recover before 30 s", func(b *quota.Budget) {
			b.Throttled(deployment)
			time.Sleep(30*time.Second - time.Millisecond)
		}, 10 * time.Second},
		{"a throttle right after the recovery counts", func(b *quota.Budget) {
			b.Throttled(deployment)
			time.Sleep(30 * time.Second)
			_ = b.Take(quota.WithCaller(context.Background(), object("before")), deployment)
			b.Throttled(deployment)
			time.Sleep(20 * time.Second)
		}, 10 * time.Second},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := budget(1)
				tc.goes(b)
				if got := spacing(t, b); got != tc.want {
					t.Errorf("one in %s, want one in %s", got, tc.want)
				}
			})
		})
	}
}

// Callers far behind in the queue keep their places, and are served when the rate recovers.
func TestAThrottleKeepsTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := budget(0.5)
		b.Throttled(deployment)
		time.Sleep(20 * time.Second)
		called(t, b, "first", 0)
		told(t, b, "a", 1, 20*time.Second)
		told(t, b, "b", 2, 30*time.Second)
		told(t, b, "c", 3, 40*time.Second)
	})
}

// A local AWS whose quotas are a multiple of AWS's gives places, and throttles, in a fraction of the time.
func TestQuotasScaleWithSpeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := quota.New(quota.Options{Share: 0.5, Speed: 10, Clock: clock.RealClock{}})
		if _, waiting := take(t, b, object("first"), deployment); waiting != nil {
			t.Fatal(waiting)
		}
		_, waiting := take(t, b, object("a"), deployment)
		want := awserr.Waiting{Operation: "CreateDeployment", Place: 1, At: time.Now().Add(time.Second), Early: 100 * time.Millisecond}
		if waiting == nil || *waiting != want {
			t.Errorf("a tenth of 10 s: got %+v, want %+v", waiting, want)
		}
		time.Sleep(800 * time.Millisecond)
		if waited, waiting := take(t, b, object("a"), deployment); waiting != nil || waited != 200*time.Millisecond {
			t.Errorf("a worker waits for a tenth of 2 s: %s, %+v", waited, waiting)
		}
	})
}

// The state of each user pool's quota is kept, however many pools there are: calls, queue and throttles.
func TestManyPools(t *testing.T) {
	on := func(pool string) quota.Call {
		return quota.Call{Service: "Cognito Identity Provider", Operation: "UpdateUserPoolClient", Pool: pool}
	}
	at := func(t *testing.T, b *quota.Budget, calls int) time.Duration {
		t.Helper()
		start := time.Now()
		for i := range calls {
			if _, waiting := take(t, b, object("next"), on("ours")); waiting != nil {
				t.Fatalf("call %d: %v", i, waiting)
			}
		}
		return time.Since(start).Round(10 * time.Millisecond)
	}
	for _, tc := range []struct {
		reason string
		begins func(t *testing.T, b *quota.Budget)
		calls  int
		want   time.Duration
	}{
		{"nothing: 5 at once, and 5 a second, less a fiftieth", func(t *testing.T, _ *quota.Budget) { t.Helper() }, 10, 1020 * time.Millisecond},
		{"5 calls", func(t *testing.T, b *quota.Budget) {
			t.Helper()
			if took := at(t, b, 5); took != 0 {
				t.Errorf("5 calls take %s, want none", took)
			}
		}, 5, 1020 * time.Millisecond},
		{"three throttles: an eighth of the rate, and nothing saved up", func(t *testing.T, b *quota.Budget) {
			t.Helper()
			for range 3 {
				b.Throttled(on("ours"))
				time.Sleep(2 * time.Second)
			}
			time.Sleep(6 * time.Second) // 5 calls are saved up again
		}, 6, 1630 * time.Millisecond},
		{"a waiting caller goes before new ones", func(t *testing.T, b *quota.Budget) {
			t.Helper()
			var all sync.WaitGroup
			for i := range 14 {
				all.Go(func() { _, _ = take(t, b, object(strconv.Itoa(i)), on("ours")) })
			}
			synctest.Wait()
			if _, waiting := take(t, b, object("waits"), on("ours")); waiting == nil {
				t.Error("the 15th call at once is told to come back")
			}
			all.Wait()
			time.Sleep(1080 * time.Millisecond) // 5 calls are saved up again, and who waits is not too late yet
		}, 1, 200 * time.Millisecond},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := budget(1)
				tc.begins(t, b)
				for i := range 1100 {
					b.Sent(on(strconv.Itoa(i)))
				}
				if _, waiting := take(t, b, object("other"), quota.Call{Service: "Cognito Identity Provider", Operation: "ListUsers"}); waiting != nil {
					t.Fatal(waiting)
				}
				if got := at(t, b, tc.calls); got != tc.want {
					t.Errorf("%d calls take %s, want %s", tc.calls, got, tc.want)
				}
			})
		})
	}
}
