package schedule

import (
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
)

// crowd is a queue whose requests are of the account that their namespace names.
type crowd struct {
	*Queue[types.NamespacedName, string]
	t *testing.T
}

func newCrowd(t *testing.T) *crowd {
	t.Helper()
	limiter := workqueue.NewTypedItemExponentialFailureRateLimiter[types.NamespacedName](time.Second, time.Minute)
	inner := priorityqueue.New(t.Name(), func(o *priorityqueue.Opts[types.NamespacedName]) { o.RateLimiter = limiter })
	queue := NewQueue(inner, WorkersPerPlace, func(request types.NamespacedName) string { return request.Namespace })
	t.Cleanup(queue.ShutDown)
	return &crowd{queue, t}
}

func request(account string, i int) types.NamespacedName {
	return types.NamespacedName{Namespace: account, Name: strconv.Itoa(i)}
}

func (c *crowd) add(priority int, request types.NamespacedName) {
	c.AddWithOpts(priorityqueue.AddOpts{Priority: &priority}, request)
	synctest.Wait()
}

// got is what the next worker gets, nil if it has to wait.
func (c *crowd) got() *types.NamespacedName {
	got := make(chan types.NamespacedName, 1)
	go func() {
		next, shutdown := c.Get()
		if !shutdown {
			got <- next
		}
	}()
	synctest.Wait()
	select {
	case next := <-got:
		return &next
	default:
		return nil
	}
}

// gets is what the next worker gets.
func (c *crowd) gets(reason string, want types.NamespacedName) {
	c.t.Helper()
	if got := c.got(); got == nil || *got != want {
		c.t.Fatalf("%s: got %v, want %s", reason, got, want)
	}
}

// full gives as many requests of an account to workers as it may have.
func (c *crowd) full(account string) {
	c.t.Helper()
	for i := range WorkersPerPlace {
		c.add(0, request(account, i))
		c.gets("as many as may", request(account, i))
	}
}

func TestNoAccountHasAllWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(t)
		c.full("a")
		c.add(-100, request("a", 10))
		c.add(100, request("a", 11))
		c.add(100, request("a", 12))
		c.add(-100, request("b", 0))
		c.gets("another account passes those of one that has enough", request("b", 0))
		c.Done(request("a", 0))
		c.gets("the first of the most urgent comes when one is done", request("a", 11))
		c.add(200, request("a", 10))
		c.Done(request("a", 1))
		c.gets("what became more urgent meanwhile comes first", request("a", 10))
		c.Done(request("a", 2))
		c.gets("and nothing is forgotten", request("a", 12))
		if len(c.aside)+len(c.waits) != 0 || len(c.busy) != WorkersPerPlace+1 {
			t.Errorf("got %v and %v put aside and %v worked on, want nothing put aside", c.aside, c.waits, c.busy)
		}
	})
}

func TestAFullPlaceLetsNothingPass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(t)
		c.full("a")
		c.add(0, request("a", 10))
		if got := c.got(); got != nil {
			t.Errorf("got %s, want it to wait", got)
		}
		c.add(0, request("b", 0))
		synctest.Wait()
		c.Done(request("b", 0))
		if got := c.got(); got != nil {
			t.Errorf("got %s, want what is done elsewhere to make no room here", got)
		}
	})
}

// What is added for later, or with a backoff, is not for now.
func TestWhatIsAddedForLaterStaysAside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(t)
		c.full("a")
		c.add(0, request("a", 10))
		c.add(0, request("a", 11))
		c.add(0, request("b", 0))
		c.gets("both are put aside", request("b", 0))
		urgent := 100
		c.AddWithOpts(priorityqueue.AddOpts{Priority: &urgent, After: time.Nanosecond}, request("a", 11))
		c.AddWithOpts(priorityqueue.AddOpts{Priority: &urgent, RateLimited: true}, request("a", 11))
		synctest.Wait()
		if len(c.aside["a"]) != 2 {
			t.Errorf("got %v put aside, want both requests", c.aside)
		}
		c.AddWithOpts(priorityqueue.AddOpts{Priority: &urgent}, request("a", 11))
		if left := c.aside["a"]; len(left) != 1 || left[0].request != request("a", 10) {
			t.Errorf("got %v put aside, want %s alone", left, request("a", 10))
		}
	})
}

func TestWhatWentElsewhereLeavesNothingWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(t)
		gone := map[types.NamespacedName]bool{}
		c.placeOf = func(request types.NamespacedName) string {
			if gone[request] {
				return ""
			}
			return request.Namespace
		}
		c.full("a")
		c.add(0, request("a", 10))
		c.add(0, request("a", 11))
		c.add(0, request("b", 0))
		c.gets("others are put aside", request("b", 0))
		gone[request("a", 10)] = true
		for i := range WorkersPerPlace {
			c.Done(request("a", i))
		}
		c.gets("what is gone is worked on in no place", request("a", 10))
		c.gets("and the next in its own", request("a", 11))
	})
}
