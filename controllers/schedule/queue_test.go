package schedule

import (
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
)

// crowd is a queue whose requests are of the account that their names begin with, up to the dash.
type crowd struct {
	*Queue[types.NamespacedName, byte]
	end func()
	t   *testing.T
}

// workers is how many there are.
const workers = 16

func newCrowd(t *testing.T) *crowd {
	t.Helper()
	limiter := workqueue.NewTypedItemExponentialFailureRateLimiter[types.NamespacedName](time.Second, time.Minute)
	inner := priorityqueue.New(t.Name(), func(o *priorityqueue.Opts[types.NamespacedName]) { o.RateLimiter = limiter })
	queue := NewQueue(inner, WorkersPerPlace, WorkersPerNamespace(workers), func(request types.NamespacedName) Seat[byte] {
		return Seat[byte]{request.Name[0], request.Namespace}
	})
	c := &crowd{queue, sync.OnceFunc(queue.ShutDown), t}
	t.Cleanup(c.end)
	return c
}

// request is the i-th of a namespace in an account.
func request(namespace, account string, i int) types.NamespacedName {
	return types.NamespacedName{Namespace: namespace, Name: account + "-" + strconv.Itoa(i)}
}

func (c *crowd) add(priority int, requests ...types.NamespacedName) {
	c.AddWithOpts(priorityqueue.AddOpts{Priority: &priority}, requests...)
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

// full gives as many requests of a namespace to workers as one account may have.
func (c *crowd) full(namespace, account string) {
	c.t.Helper()
	for i := range WorkersPerPlace {
		c.add(0, request(namespace, account, i))
		c.gets("as many as may", request(namespace, account, i))
	}
}

func TestAnAccountCannotTakeAllWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(t)
		c.full("x", "a")
		c.add(-100, request("x", "a", 10))
		c.add(50, request("x", "a", 11), request("x", "a", 12))
		c.add(-100, request("x", "b", 0))
		c.gets("another account passes those of one that has enough", request("x", "b", 0))
		c.Done(request("x", "a", 0))
		c.gets("the first of the most urgent comes when one is done", request("x", "a", 11))
		c.add(60, request("x", "a", 10))
		c.Done(request("x", "a", 1))
		c.gets("what became more urgent meanwhile comes first", request("x", "a", 10))
		c.Done(request("x", "a", 2))
		c.gets("and nothing is forgotten", request("x", "a", 12))
		if len(c.lines)+len(c.waits) != 0 || len(c.busy) != WorkersPerPlace+1 {
			t.Errorf("got %v waiting and %v worked on, want nothing waiting", c.lines, c.busy)
		}
	})
}

func TestAPlaceAtItsLimitStartsNoPass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(t)
		c.full("x", "a")
		c.add(0, request("y", "a", 10))
		if got := c.got(); got != nil {
			t.Errorf("got %s, want it to wait", got)
		}
		c.add(0, request("x", "b", 0))
		c.Done(request("x", "b", 0))
		if got := c.got(); got != nil {
			t.Errorf("got %s, want what is done elsewhere to make no room here", got)
		}
	})
}

func TestANamespaceCannotTakeAllWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(t)
		c.full("x", "a")
		c.full("x", "b")
		c.add(100, request("x", "c", 0))
		if got := c.got(); got != nil {
			t.Fatalf("got %s in a third account, want that the namespace has half of the workers", got)
		}
		c.add(-100, request("y", "c", 0))
		synctest.Wait()
		if _, works := c.busy[request("y", "c", 0)]; !works {
			t.Error("another namespace's check waits, want it to pass")
		}
		c.Done(request("x", "a", 0))
		c.gets("the third account's comes when one is done", request("x", "c", 0))
	})
}

// The workers of one account alternate between its namespaces, whatever the priorities.
func TestNamespacesOfAnAccountAlternate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(t)
		c.full("x", "a")
		for i := range 3 {
			c.add(0, request("x", "a", 10+i), request("y", "a", i))
		}
		c.add(PriorityCheck, request("z", "a", 0))
		var order []string
		for _, i := range []int{0, 1, 2, 3} {
			c.Done(request("x", "a", i))
			order = append(order, c.got().String())
		}
		c.Done(request("y", "a", 0))
		order = append(order, c.got().String())
		want := []string{"y/a-0", "z/a-0", "x/a-10", "y/a-1", "x/a-11"}
		slices.Sort(order[:2])
		if !slices.Equal(order, want) {
			t.Errorf("got the order %v, want %v", order, want)
		}
		c.add(PriorityQuota, request("y", "a", 9))
		c.Done(request("z", "a", 0))
		c.gets("what has its time in a quota comes first, whose turn it is or not", request("y", "a", 9))
	})
}

// A request that is added with a delay or a backoff does not change the priority of one that is queued.
func TestADelayedRequestDoesNotRaiseThePriority(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(t)
		c.full("x", "a")
		c.add(0, request("x", "a", 10), request("x", "a", 11))
		urgent := 50
		c.AddWithOpts(priorityqueue.AddOpts{Priority: &urgent, After: time.Nanosecond}, request("x", "a", 11))
		c.AddWithOpts(priorityqueue.AddOpts{Priority: &urgent, RateLimited: true}, request("x", "a", 11))
		synctest.Wait()
		c.Done(request("x", "a", 0))
		c.gets("the first comes first", request("x", "a", 10))
		c.AddWithOpts(priorityqueue.AddOpts{}, request("x", "a", 11))
		c.Done(request("x", "a", 1))
		c.gets("and the second once", request("x", "a", 11))
	})
}

func TestShutdownReleasesWaitingWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(t)
		ended := make(chan bool, 1)
		go func() {
			_, _, shutdown := c.GetWithPriority()
			ended <- shutdown
		}()
		synctest.Wait()
		c.end()
		if shutdown := <-ended; !shutdown {
			t.Error("the worker gets a request of a queue that was shut down")
		}
	})
}

// A request that comes again with the priority that it has keeps its place.
func TestARepeatedRequestKeepsItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(t)
		c.full("x", "a")
		c.add(7, request("x", "a", 10), request("x", "a", 11))
		c.add(7, request("x", "a", 10))
		c.Done(request("x", "a", 0))
		c.gets("who came first", request("x", "a", 10))
		c.Done(request("x", "a", 1))
		c.gets("and then the next", request("x", "a", 11))
	})
}

func TestWorkersPerNamespace(t *testing.T) {
	for _, tc := range []struct {
		reason        string
		workers, want int
	}{
		{"half of many workers", 20, 10},
		{"of few workers more than those of one place, so one place that hangs leaves the namespace a worker", 4, WorkersPerPlace + 1},
		{"half of them, as soon as that is more", 2*WorkersPerPlace + 4, WorkersPerPlace + 2},
	} {
		if got := WorkersPerNamespace(tc.workers); got != tc.want {
			t.Errorf("%s: got %d of %d, want %d", tc.reason, got, tc.workers, tc.want)
		}
	}
}
