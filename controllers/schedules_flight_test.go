package controllers_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/securedapi/securedapi/api/v1alpha1"
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

// gate is an edge of a call or a write.
type gate struct {
	edge, name string
	// aws says that it is a call to AWS; writes, that it can change something there or in Kubernetes.
	aws, writes bool
}

func (g gate) String() string { return g.edge + " " + g.name }

// order is how a flight goes on from a gate.
type order int

const (
	proceed order = iota
	// kill ends the operator here.
	kill
	// cancel is a lease that is lost, or a shutdown: the pass goes on with a canceled context.
	cancel
	// giveUp leaves a call in flight: the pass sees that its time is up, and AWS carries it out whenever it likes.
	giveUp
	// throttle is a throttle that outlasted the SDK's own tries.
	throttle
	// fail is an API server that does not take a write, or takes it and does not say so.
	fail
	// fault and those beyond it are what the local AWS is told to do.
	fault
)

func (o order) String() string {
	if o > fault {
		return awslocal.Kind(o - fault).String()
	}
	return []string{"proceed", "kill", "cancel", "give up", "throttle", "fail"}[o]
}

type flightKey struct{}

func flightOf(ctx context.Context) *flight {
	f, _ := ctx.Value(flightKey{}).(*flight)
	return f
}

// flying says that it has not ended.
func (f *flight) flying() bool { return f.at != gate{} }

// cross stops at a gate.
func (f *flight) cross(g gate) order {
	f.arrived <- g
	o := <-f.orders
	switch o { //nolint:exhaustive // the others are for whoever called
	case kill:
		panic(crash{})
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
			if _, ok := cause.(crash); !ok {
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

// gateCalls gates the SDK's calls, above its own retries.
func gateCalls(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("Gate", func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (out middleware.InitializeOutput, metadata middleware.Metadata, err error) {
		f := flightOf(ctx)
		g := gate{edge: "before", name: awsmiddleware.GetOperationName(ctx), aws: true}
		g.writes = !slices.ContainsFunc([]string{"Get", "List", "Describe"}, func(verb string) bool { return strings.HasPrefix(g.name, verb) })
		switch f.cross(g) { //nolint:exhaustive // the others let the call be made
		case throttle:
			return out, metadata, &smithy.GenericAPIError{Code: "TooManyRequestsException", Message: "Too Many Requests"}
		case giveUp:
			f.leave(g, func() { _, _, _ = next.HandleInitialize(context.WithoutCancel(ctx), in) })
			return out, metadata, context.DeadlineExceeded
		}
		out, metadata, err = next.HandleInitialize(ctx, in)
		g.edge = "after"
		f.cross(g)
		return out, metadata, err
	}), middleware.After)
}

// gateWrites gates a client's writes, and SecuredAPIs are read from the flight's cache.
func gateWrites(c client.WithWatch) client.Client {
	write := func(ctx context.Context, name string, do func() error) error {
		f := flightOf(ctx)
		if f.cross(gate{edge: "before", name: name, writes: true}) == fail {
			return apierrors.NewTimeoutError("the API server did not answer", 0)
		}
		err := do()
		if f.cross(gate{edge: "after", name: name, writes: true}) == fail {
			return apierrors.NewTimeoutError("the API server did not answer", 0)
		}
		return err
	}
	return interceptor.NewClient(c, interceptor.Funcs{
		// Nobody else is in the account: others are other tests'.
		List: func(context.Context, client.WithWatch, client.ObjectList, ...client.ListOption) error { return nil },
		Get: func(ctx context.Context, c client.WithWatch, key client.ObjectKey, o client.Object, opts ...client.GetOption) error {
			object, ok := o.(*v1alpha1.SecuredAPI)
			if !ok {
				return c.Get(ctx, key, o, opts...)
			}
			cached := flightOf(ctx).cached
			if cached == nil {
				return apierrors.NewNotFound(v1alpha1.GroupVersion.WithResource("securedapis").GroupResource(), key.Name)
			}
			cached.DeepCopyInto(object)
			return nil
		},
		Create: func(ctx context.Context, c client.WithWatch, o client.Object, opts ...client.CreateOption) error {
			return write(ctx, "create Secret", func() error { return c.Create(ctx, o, opts...) })
		},
		Update: func(ctx context.Context, c client.WithWatch, o client.Object, opts ...client.UpdateOption) error {
			return write(ctx, "update Secret", func() error { return c.Update(ctx, o, opts...) })
		},
		Delete: func(ctx context.Context, c client.WithWatch, o client.Object, opts ...client.DeleteOption) error {
			return write(ctx, "delete Secret", func() error { return c.Delete(ctx, o, opts...) })
		},
		Patch: func(ctx context.Context, c client.WithWatch, o client.Object, p client.Patch, opts ...client.PatchOption) error {
			return write(ctx, "patch finalizer", func() error { return c.Patch(ctx, o, p, opts...) })
		},
		SubResourceApply: func(ctx context.Context, c client.Client, sub string, o runtime.ApplyConfiguration, opts ...client.SubResourceApplyOption) error {
			return write(ctx, "apply "+sub, func() error { return c.SubResource(sub).Apply(ctx, o, opts...) })
		},
	})
}

// pass lets an operator begin a pass, with what its cache holds.
func (s *schedule) pass(l *leader, cached *v1alpha1.SecuredAPI) *flight {
	ctx, stop := context.WithCancel(s.t.Context())
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
		s.aws.Inject(awslocal.Fault{Operation: f.at.name, Kind: awslocal.Kind(o - fault), Times: 1})
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
	s.aws.ClearFaults()
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
