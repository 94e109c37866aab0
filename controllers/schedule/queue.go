package schedule

import (
	"cmp"
	"slices"
	"sync"

	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
)

// WorkersPerPlace is how many workers one account and Region has at most. A worker blocks on short waits for a quota and on
// calls that hang; without a bound, one account could block all workers. More workers in one account would also mean more
// passes that stop at the quota and repeat their first calls.
const WorkersPerPlace = 4

// WorkersPerNamespace is how many workers one namespace has at most, in all accounts and Regions together: half of them,
// but more than one place. So Regions that do not answer cannot take all workers, however many one namespace names.
func WorkersPerNamespace(workers int) int { return max(WorkersPerPlace+1, workers/2) } //nolint:mnd // half

// Seat is where a worker works: in a place P, an account and Region, for a namespace.
type Seat[P comparable] struct {
	Place     P
	Namespace string
}

// Queue is a priority queue of requests R that shares workers out. It hands out no request of a place or namespace in which
// enough are worked on already. Of the others it hands out that of the namespace that was served longest ago, and of that the
// one with the highest priority. What has PriorityQuota comes before all others, for nobody else can use its time.
//
// It takes every request from the queue below as soon as that is ready, so the metric of that queue's depth is always 0.
type Queue[R, P comparable] struct {
	priorityqueue.PriorityQueue[R]
	perPlace, perNamespace int
	seatOf                 func(R) Seat[P]

	mu sync.Mutex
	// changed tells workers that there may be a request for them.
	changed sync.Cond
	closed  bool
	// busy has the seat of each request that is worked on, waits of each that waits.
	busy, waits map[R]Seat[P]
	// lines are those that wait, by seat, the highest priority first.
	lines map[Seat[P]][]waiter[R]
	// served is the number of the last turn of each namespace, and turn that of the last of all.
	served map[string]int
	turn   int
}

type waiter[R comparable] struct {
	request  R
	priority int
}

// NewQueue wraps a queue. At most so many requests of one place, and of one namespace, are worked on at the same time.
func NewQueue[R, P comparable](queue priorityqueue.PriorityQueue[R], perPlace, perNamespace int, seatOf func(R) Seat[P]) *Queue[R, P] {
	q := &Queue[R, P]{
		PriorityQueue: queue, perPlace: perPlace, perNamespace: perNamespace, seatOf: seatOf,
		busy: map[R]Seat[P]{}, waits: map[R]Seat[P]{}, lines: map[Seat[P]][]waiter[R]{}, served: map[string]int{},
	}
	q.changed.L = &q.mu
	go q.fill()
	return q
}

// fill puts what is ready into the lines, until the queue is shut down.
func (q *Queue[R, P]) fill() {
	for {
		request, priority, shutdown := q.PriorityQueue.GetWithPriority()
		if shutdown {
			q.mu.Lock()
			q.closed = true
			q.changed.Broadcast()
			q.mu.Unlock()
			return
		}
		seat := q.seatOf(request)
		q.mu.Lock()
		q.enqueue(seat, waiter[R]{request, priority})
		q.changed.Broadcast()
		q.mu.Unlock()
	}
}

// enqueue puts a request behind those of its priority.
func (q *Queue[R, P]) enqueue(seat Seat[P], w waiter[R]) {
	line := q.lines[seat]
	i := slices.IndexFunc(line, func(other waiter[R]) bool { return other.priority < w.priority })
	if i < 0 {
		i = len(line)
	}
	q.lines[seat], q.waits[w.request] = slices.Insert(line, i, w), seat
}

// GetWithPriority implements priorityqueue.PriorityQueue.
func (q *Queue[R, P]) GetWithPriority() (request R, priority int, shutdown bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for !q.closed {
		if seat, ok := q.next(); ok {
			w := q.take(seat, 0)
			q.turn++
			q.busy[w.request], q.served[seat.Namespace] = seat, q.turn
			return w.request, w.priority, false
		}
		q.changed.Wait()
	}
	return request, 0, true
}

// Get implements workqueue.TypedInterface.
func (q *Queue[R, P]) Get() (R, bool) {
	request, _, shutdown := q.GetWithPriority()
	return request, shutdown
}

// next is the seat whose first request comes next, if one can be worked on.
func (q *Queue[R, P]) next() (best Seat[P], ok bool) {
	for seat := range q.lines {
		if q.room(seat) && (!ok || q.compare(seat, best) < 0) {
			best, ok = seat, true
		}
	}
	return best, ok
}

// compare orders seats by whose first request comes next.
func (q *Queue[R, P]) compare(a, b Seat[P]) int {
	first, second := q.lines[a][0].priority, q.lines[b][0].priority
	return cmp.Or(
		cmp.Compare(max(second, PriorityQuota-1), max(first, PriorityQuota-1)),
		cmp.Compare(q.served[a.Namespace], q.served[b.Namespace]),
		cmp.Compare(second, first),
	)
}

// room says whether one more request of the seat can be worked on.
func (q *Queue[R, P]) room(seat Seat[P]) bool {
	inPlace, inNamespace := 0, 0
	for _, busy := range q.busy {
		if busy.Place == seat.Place {
			inPlace++
		}
		if busy.Namespace == seat.Namespace {
			inNamespace++
		}
	}
	return inPlace < q.perPlace && inNamespace < q.perNamespace
}

// take takes the i-th of those that wait for a seat.
func (q *Queue[R, P]) take(seat Seat[P], i int) waiter[R] {
	w := q.lines[seat][i]
	delete(q.waits, w.request)
	q.lines[seat] = slices.Delete(q.lines[seat], i, i+1)
	if len(q.lines[seat]) == 0 {
		delete(q.lines, seat)
	}
	return w
}

// Done implements workqueue.TypedInterface.
func (q *Queue[R, P]) Done(request R) {
	q.mu.Lock()
	delete(q.busy, request)
	q.changed.Broadcast()
	q.mu.Unlock()
	q.PriorityQueue.Done(request)
}

// AddWithOpts implements priorityqueue.PriorityQueue. A request that is queued already gets the higher of both priorities.
func (q *Queue[R, P]) AddWithOpts(o priorityqueue.AddOpts, requests ...R) {
	if o.After > 0 || o.RateLimited {
		q.PriorityQueue.AddWithOpts(o, requests...)
		return
	}
	for _, request := range requests {
		if !q.raise(request, o.Priority) {
			q.PriorityQueue.AddWithOpts(o, request)
		}
	}
}

// raise gives a request that waits a priority, if that is higher than its own. It says whether the request waits.
func (q *Queue[R, P]) raise(request R, priority *int) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	seat, waits := q.waits[request]
	if !waits {
		return false
	}
	i := slices.IndexFunc(q.lines[seat], func(w waiter[R]) bool { return w.request == request })
	if w := q.lines[seat][i]; priority != nil && *priority > w.priority {
		q.take(seat, i)
		w.priority = *priority
		q.enqueue(seat, w)
	}
	return true
}
