package controllers

import (
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"

	"github.com/securedapi/securedapi/controllers/drift"
)

// crowd is a queue whose requests are of the account that their namespace names.
type crowd struct {
	*workers
	t *testing.T
}

func newCrowd(t *testing.T) *crowd {
	t.Helper()
	placeOf := func(request ctrl.Request) drift.Place { return drift.Place{Account: request.Namespace} }
	limiter := workqueue.NewTypedItemExponentialFailureRateLimiter[ctrl.Request](time.Millisecond, time.Second)
	queue, _ := newWorkers(placeOf)(t.Name(), limiter).(*workers)
	t.Cleanup(queue.ShutDown)
	return &crowd{queue, t}
}

func request(account string, i int) ctrl.Request {
	return ctrl.Request{NamespacedName: types.NamespacedName{Namespace: account, Name: strconv.Itoa(i)}}
}

func (c *crowd) add(priority int, request ctrl.Request) {
	c.AddWithOpts(priorityqueue.AddOpts{Priority: &priority}, request)
	synctest.Wait()
}

// gets is what the next worker gets.
func (c *crowd) gets(reason string, want ctrl.Request) {
	c.t.Helper()
	got := make(chan ctrl.Request, 1)
	go func() {
		next, shutdown := c.Get()
		if !shutdown {
			got <- next
		}
	}()
	synctest.Wait()
	select {
	case next := <-got:
		if next != want {
			c.t.Fatalf("%s: got %s, want %s", reason, next, want)
		}
	default:
		c.t.Fatalf("%s: got nothing, want %s", reason, want)
	}
}

func TestNoAccountHasAllWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(t)
		for i := range WorkersOfAPlace {
			c.add(0, request("a", i))
			c.gets("as many as may", request("a", i))
		}
		c.add(-100, request("a", 10))
		c.add(100, request("a", 11))
		c.add(100, request("a", 12))
		c.add(-100, request("b", 0))
		c.gets("another account passes those of one that has enough", request("b", 0))
		c.Done(request("a", 0))
		c.gets("the first of the most urgent comes when one is done", request("a", 11))
		c.add(200, request("a", 10))
		c.Done(request("a", 1))
		c.gets("who became more urgent meanwhile comes first", request("a", 10))
		c.Done(request("a", 2))
		c.gets("and nobody is forgotten", request("a", 12))
	})
}

func TestWhatWentElsewhereLeavesNobodyWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(t)
		gone := map[ctrl.Request]bool{}
		placeOf := c.placeOf
		c.placeOf = func(request ctrl.Request) drift.Place {
			if gone[request] {
				return drift.Place{}
			}
			return placeOf(request)
		}
		for i := range WorkersOfAPlace {
			c.add(0, request("a", i))
			c.gets("as many as may", request("a", i))
		}
		c.add(0, request("a", 10))
		c.add(0, request("a", 11))
		c.add(0, request("b", 0))
		c.gets("others are put aside", request("b", 0))
		gone[request("a", 10)] = true
		for i := range WorkersOfAPlace {
			c.Done(request("a", i))
		}
		c.gets("what is gone is worked on in no place", request("a", 10))
		c.gets("and the next in its own", request("a", 11))
	})
}
