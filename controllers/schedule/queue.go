package schedule

import (
	"slices"
	"sync"

	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
)

// WorkersPerPlace is how many workers one account and Region has at most. A worker waits out short waits for a quota, and
// calls that hang: without a bound, those of one account would keep everybody else's objects waiting. And the more there
// are in one account, the more passes have to stop in the middle, and make their first calls once more.
const WorkersPerPlace = 4

// Queue is a priority queue of requests R that hands out no request of a place P, an account and Region, in which enough
// are worked on already. Such a request is put aside, and keeps its priority, until one of them is done.
type Queue[R, P comparable] struct {
	priorityqueue.PriorityQueue[R]
	most    int
	placeOf func(R) P

	mu sync.Mutex
	// busy has the place of each request that is worked on, and waits of each that is put aside.
	busy, waits map[R]P
	// aside has those that are put aside, in the order in which they came.
	aside map[P][]waiter[R]
}

type waiter[R comparable] struct {
	request  R
	priority int
}

// NewQueue wraps a queue. At most so many requests of one place are worked on at the same time.
func NewQueue[R, P comparable](queue priorityqueue.PriorityQueue[R], most int, placeOf func(R) P) *Queue[R, P] {
	return &Queue[R, P]{
		PriorityQueue: queue, most: most, placeOf: placeOf,
		busy: map[R]P{}, waits: map[R]P{}, aside: map[P][]waiter[R]{},
	}
}

// GetWithPriority implements priorityqueue.PriorityQueue.
func (q *Queue[R, P]) GetWithPriority() (R, int, bool) {
	for {
		request, priority, shutdown := q.PriorityQueue.GetWithPriority()
		if shutdown || q.begin(request, priority) {
			return request, priority, shutdown
		}
	}
}

// Get implements workqueue.TypedInterface.
func (q *Queue[R, P]) Get() (R, bool) {
	request, _, shutdown := q.GetWithPriority()
	return request, shutdown
}

// begin says whether the request can be worked on now; else it is put aside.
func (q *Queue[R, P]) begin(request R, priority int) bool {
	place := q.placeOf(request)
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.room(place) {
		q.aside[place], q.waits[request] = append(q.aside[place], waiter[R]{request, priority}), place
		return false
	}
	q.busy[request] = place
	return true
}

// Done implements workqueue.TypedInterface.
func (q *Queue[R, P]) Done(request R) {
	q.PriorityQueue.Done(request)
	for _, next := range q.end(request) {
		q.putBack(next)
	}
}

// end makes room for another request, and returns the first that waits in each place that has room: what was put back
// before may have turned out to be of another place, as what is gone does.
func (q *Queue[R, P]) end(request R) (next []waiter[R]) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.busy, request)
	for place, waiters := range q.aside {
		if !q.room(place) {
			continue
		}
		first := 0
		for i := range waiters {
			if waiters[i].priority > waiters[first].priority {
				first = i
			}
		}
		next = append(next, q.take(place, first))
	}
	return next
}

// room says whether one more request of the place can be worked on.
func (q *Queue[R, P]) room(place P) bool {
	here := 0
	for _, busy := range q.busy {
		if busy == place {
			here++
		}
	}
	return here < q.most
}

// take takes the i-th of those that are put aside in a place.
func (q *Queue[R, P]) take(place P, i int) waiter[R] {
	waiting := q.aside[place][i]
	delete(q.waits, waiting.request)
	q.aside[place] = slices.Delete(q.aside[place], i, i+1)
	if len(q.aside[place]) == 0 {
		delete(q.aside, place)
	}
	return waiting
}

// putBack puts what was aside into the queue, which counts it as worked on until then.
func (q *Queue[R, P]) putBack(waiting waiter[R]) {
	q.PriorityQueue.AddWithOpts(priorityqueue.AddOpts{Priority: &waiting.priority}, waiting.request)
	q.PriorityQueue.Done(waiting.request)
}

// AddWithOpts implements priorityqueue.PriorityQueue. What is put aside and is added anew may have a higher priority now.
func (q *Queue[R, P]) AddWithOpts(o priorityqueue.AddOpts, requests ...R) {
	q.PriorityQueue.AddWithOpts(o, requests...)
	if o.After > 0 || o.RateLimited {
		return
	}
	for _, request := range requests {
		if waiting, ok := q.recall(request); ok {
			q.putBack(waiting)
		}
	}
}

// recall takes a request from where it was put aside.
func (q *Queue[R, P]) recall(request R) (waiter[R], bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	place, ok := q.waits[request]
	if !ok {
		return waiter[R]{}, false
	}
	i := slices.IndexFunc(q.aside[place], func(waiting waiter[R]) bool { return waiting.request == request })
	return q.take(place, i), true
}
