package schedules_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// A flight is a pass that is under way, or a call that its pass has given up on and that AWS may still carry out. It
// stops at a gate before and after each AWS call and each write to Kubernetes until it is told how to go on, and of all
// flights one moves at a time: so the order in which things happen is the schedule's alone.
type flight struct {
	name string
	// operator is whose pass it is; nil for a call that was given up.
	operator *leader
	// cached is what the operator's cache holds of the object, nil if nothing; stale, that it is not what there is.
	cached *v1alpha1.SecuredAPI
	stale  bool
	cancel context.CancelFunc

	// at is where it is held, and since when. Others go first until the step asleep.
	at     gate
	since  time.Time
	asleep int
	// arrived tells of the next gate, and is closed at the end.
	arrived chan gate
	orders  chan order
	// givenUp are the calls that it gave up on since its last gate.
	givenUp []*flight
	// after and err are how it ended.
	after time.Duration
	err   error
}

// flying says that it has not ended.
func (f *flight) flying() bool { return f.at != gate{} }

// cross stops at a gate.
func (f *flight) cross(g gate) order {
	f.arrived <- g
	o := <-f.orders
	switch o { //nolint:exhaustive // the others are for whoever called
	case kill:
		panic(harness.Crash{})
	case cancel:
		f.cancel()
	}
	return o
}

// fly runs one pass, from gate to gate.
func (f *flight) fly(ctx context.Context, key client.ObjectKey) {
	defer close(f.arrived)
	defer f.cancel()
	defer func() {
		if cause := recover(); cause != nil {
			if _, ok := cause.(harness.Crash); !ok {
				panic(cause)
			}
			f.operator.dead = true
		}
	}()
	result, err := f.operator.reconciler.Reconcile(ctx, ctrl.Request{NamespacedName: key})
	f.after, f.err = result.RequeueAfter, err
}

// leave leaves a call in flight.
func (f *flight) leave(g gate, call func()) {
	left := &flight{
		name: "what " + f.name + " gave up on", cancel: func() {}, at: g, since: f.since,
		arrived: make(chan gate), orders: make(chan order),
	}
	f.givenUp = append(f.givenUp, left)
	go func() {
		defer close(left.arrived)
		if <-left.orders == proceed {
			call()
		}
	}()
}

// ending is how it ended, in words.
func (f *flight) ending() string {
	switch {
	case f.operator == nil:
		return "is done"
	case f.operator.dead:
		return "is dead"
	case f.err != nil:
		return "ends: " + f.err.Error()
	default:
		return fmt.Sprintf("ends, to come again in %s", f.after.Round(time.Second))
	}
}

// pass lets an operator begin a pass, with what its cache holds.
func (s *schedule) pass(l *leader, cached *v1alpha1.SecuredAPI) *flight {
	ctx, stop := context.WithCancel(s.T.Context())
	l.passes++
	f := &flight{
		name: fmt.Sprintf("%s%d", l.name, l.passes), operator: l, cancel: stop,
		cached: cached, stale: version(cached) != version(s.history.object),
		arrived: make(chan gate), orders: make(chan order),
	}
	if f.stale {
		s.stale++
	}
	s.sayf("%s begins, its cache has %s", f.name, version(cached))
	s.flights = append(s.flights, f)
	go f.fly(context.WithValue(ctx, flightKey{}, f), s.history.key)
	s.await(f)
	return f
}

// advance lets a flight go on, through a few gates or to its end.
func (s *schedule) advance(f *flight) {
	for f.flying() {
		s.give(f, s.order(f))
		held := 5
		switch {
		case f.at.name == s.slow:
			held = 70
		case f.at.writes:
			held = 15
		}
		if s.percent(held) {
			break
		}
	}
	if !f.flying() {
		return
	}
	if s.percent(10) || f.at.name == s.slow && s.percent(60) {
		f.asleep = s.steps + 5 + s.random.IntN(20)
	}
	s.sayf("%s is held %s", f.name, f.at)
}

// through lets a flight go on to its end.
func (s *schedule) through(f *flight) {
	for f.flying() {
		s.give(f, proceed)
	}
}

// order is how a flight goes on from its gate: mostly it just does.
func (s *schedule) order(f *flight) order {
	if f.operator == nil || !s.percent(4) {
		return proceed
	}
	s.faults++
	orders := []order{kill, cancel}
	switch {
	case !f.at.aws:
		orders = append(orders, fail, fail)
	case f.at.edge == "before":
		orders = append(orders, throttle, giveUp, giveUp)
		for _, kind := range []awslocal.Kind{awslocal.RefuseBefore, awslocal.RefuseAfter, awslocal.LoseReply, awslocal.Cut, awslocal.CutBody, awslocal.Garbage} {
			orders = append(orders, fault+order(kind))
		}
	}
	return choose(s, orders)
}

// give lets a flight go on to its next gate.
func (s *schedule) give(f *flight, o order) {
	if o > fault {
		s.AWS.Inject(awslocal.Fault{Operation: f.at.name, Kind: awslocal.Kind(o - fault), Times: 1})
	}
	s.history.dirty = s.history.dirty || f.at.aws && f.at.writes
	s.history.littered = s.history.littered || f.at.name == "create Secret"
	switch {
	case o != proceed:
		s.sayf("%s, held %s: %s", f.name, f.at, o)
	case f.at.edge == "before":
		s.sayf("%s: %s", f.name, f.at.name)
	}
	f.orders <- o
	s.await(f)
	// There is one left of a call that was not sent.
	s.AWS.ClearFaults()
}

// await waits until a flight is at its next gate, or over.
func (s *schedule) await(f *flight) {
	f.at = <-f.arrived
	f.since = s.clock.Now()
	s.flights = append(s.flights, f.givenUp...)
	f.givenUp = nil
	if f.flying() {
		return
	}
	s.sayf("%s %s", f.name, f.ending())
	if l := f.operator; l != nil {
		l.next = s.clock.Now().Add(f.after)
		if !f.stale {
			l.seen = f.cached
		}
	}
	s.flights = slices.DeleteFunc(s.flights, func(other *flight) bool { return other == f })
	s.leaders = slices.DeleteFunc(s.leaders, func(l *leader) bool { return l.dead })
}
