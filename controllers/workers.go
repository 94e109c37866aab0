package controllers

import (
	"context"
	"slices"
	"sync"

	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/drift"
)

// WorkersOfAPlace is how many workers one account and Region has at most. A worker waits out short waits for a quota, and
// calls that hang: without a bound those of one account would keep everybody else's objects waiting. And the more there are
// in one account, the more passes are turned away in the middle, and make their first calls once more.
const WorkersOfAPlace = 4

// workers is a queue that hands out no request of a place in which enough are worked on already: it waits aside until one
// of them is done, and has its priority still.
type workers struct {
	priorityqueue.PriorityQueue[ctrl.Request]
	placeOf func(ctrl.Request) drift.Place

	mu sync.Mutex
	// busy has the place of each request that is worked on, and waits of each that waits.
	busy, waits map[ctrl.Request]drift.Place
	// aside has those that wait, in the order in which they came.
	aside map[drift.Place][]waiter
}

// newQueue is how a controller gets its queue.
type newQueue = func(string, workqueue.TypedRateLimiter[ctrl.Request]) workqueue.TypedRateLimitingInterface[ctrl.Request]

type waiter struct {
	request  ctrl.Request
	priority int
}

// newWorkers returns what makes such a queue, given how to tell a request's place.
func newWorkers(placeOf func(ctrl.Request) drift.Place) newQueue {
	return func(name string, limiter workqueue.TypedRateLimiter[ctrl.Request]) workqueue.TypedRateLimitingInterface[ctrl.Request] {
		queue := priorityqueue.New(name, func(o *priorityqueue.Opts[ctrl.Request]) { o.RateLimiter = limiter })
		return &workers{
			PriorityQueue: queue, placeOf: placeOf,
			busy: map[ctrl.Request]drift.Place{}, waits: map[ctrl.Request]drift.Place{}, aside: map[drift.Place][]waiter{},
		}
	}
}

// GetWithPriority implements priorityqueue.PriorityQueue.
func (w *workers) GetWithPriority() (ctrl.Request, int, bool) {
	for {
		request, priority, shutdown := w.PriorityQueue.GetWithPriority()
		if shutdown || w.begin(request, priority) {
			return request, priority, shutdown
		}
	}
}

// Get implements workqueue.TypedInterface.
func (w *workers) Get() (ctrl.Request, bool) {
	request, _, shutdown := w.GetWithPriority()
	return request, shutdown
}

// begin says whether the request can be worked on now; else it is put aside.
func (w *workers) begin(request ctrl.Request, priority int) bool {
	place := w.placeOf(request)
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.room(place) {
		w.aside[place], w.waits[request] = append(w.aside[place], waiter{request, priority}), place
		return false
	}
	w.busy[request] = place
	return true
}

// Done implements workqueue.TypedInterface.
func (w *workers) Done(request ctrl.Request) {
	w.PriorityQueue.Done(request)
	for _, next := range w.end(request) {
		w.putBack(next)
	}
}

// end makes room for another request, and returns the first that waits in each place that has room: what was put back
// before may have turned out to be of another place, as what is gone does.
func (w *workers) end(request ctrl.Request) (next []waiter) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.busy, request)
	for place, waiters := range w.aside {
		if !w.room(place) {
			continue
		}
		first := 0
		for i := range waiters {
			if waiters[i].priority > waiters[first].priority {
				first = i
			}
		}
		next = append(next, w.take(place, first))
	}
	return next
}

// room says whether one more request of the place can be worked on.
func (w *workers) room(place drift.Place) bool {
	here := 0
	for _, busy := range w.busy {
		if busy == place {
			here++
		}
	}
	return here < WorkersOfAPlace
}

// take takes the i-th of those that wait in a place.
func (w *workers) take(place drift.Place, i int) waiter {
	waiting := w.aside[place][i]
	delete(w.waits, waiting.request)
	w.aside[place] = slices.Delete(w.aside[place], i, i+1)
	if len(w.aside[place]) == 0 {
		delete(w.aside, place)
	}
	return waiting
}

// putBack puts what waited aside into the queue, which counts it as worked on until then.
func (w *workers) putBack(waiting waiter) {
	w.PriorityQueue.AddWithOpts(priorityqueue.AddOpts{Priority: &waiting.priority}, waiting.request)
	w.PriorityQueue.Done(waiting.request)
}

// AddWithOpts implements priorityqueue.PriorityQueue. What waits aside and is added anew may have a higher priority now.
func (w *workers) AddWithOpts(o priorityqueue.AddOpts, requests ...ctrl.Request) {
	w.PriorityQueue.AddWithOpts(o, requests...)
	if o.After > 0 || o.RateLimited {
		return
	}
	for _, request := range requests {
		if waiting, ok := w.recall(request); ok {
			w.putBack(waiting)
		}
	}
}

// recall takes a request from where it waits.
func (w *workers) recall(request ctrl.Request) (waiter, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	place, ok := w.waits[request]
	if !ok {
		return waiter{}, false
	}
	i := slices.IndexFunc(w.aside[place], func(waiting waiter) bool { return waiting.request == request })
	return w.take(place, i), true
}

// workplace is where a request's calls go, as far as that is known before there is a pass: to the account of the role of
// its namespace, or to the operator's own.
func (r *SecuredAPIReconciler) workplace(request ctrl.Request) drift.Place {
	ctx := context.Background()
	object := &v1alpha1.SecuredAPI{}
	if err := r.Client.Get(ctx, request.NamespacedName, object); err != nil {
		// It is gone, and its pass finds that out.
		return drift.Place{}
	}
	place := drift.Place{Region: object.Status.Region}
	if place.Region == "" {
		place.Region, _ = r.AWS.Region(object.Spec.Region)
	}
	if role, err := r.roleOf(ctx, object.Namespace); err == nil && role != "" {
		place.Account, _ = awsclient.RoleAccount(role)
	}
	return place
}
