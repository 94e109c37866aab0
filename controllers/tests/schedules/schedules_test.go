package schedules_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/client-go/tools/events"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers"
	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/awsclient/quota"
	times "github.com/securedapi/securedapi/controllers/schedule"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// The schedules of this file lead one object through its life while several operators work on it at once, each of which
// may be held at any edge of a call, cut off, killed, or shown an object of long ago. What nobody may ever do is looked
// for after each step; in the end, when all is quiet, AWS holds what a fresh build would have made. `make faults` prints
// how much was gone through. A schedule follows from its seed: -run 'TestSeededSchedules/seed_42$' runs it again.
//
// Source of the kinds of trouble: Sun et al., "Automatic Reliability Testing for Cluster Management Controllers", OSDI
// 2022: intermediate states, stale states and states that were never observed.

var seeds = flag.Int("seeds", 100, "how many schedules TestSeededSchedules goes through")

const (
	// scheduleSteps is how many moves a schedule has before it comes to rest.
	scheduleSteps = 80
	// settleTime is the operators' Settle, as long as its default.
	settleTime = time.Minute
	// inFlight is for how long a call may be under way before AWS has done it, which is the operators' bound on a call. It is
	// all that is assumed of time: the clock waits for a call that was sent and not done yet. It does not wait for an
	// operator that stands still before it sends a call, or before it looks at the answer.
	inFlight = 20 * time.Second
	// maxLag is for how long lists may trail. With a call, and with the quarter of Settle in which an intent has to be saved,
	// it is less than Settle.
	maxLag = 20 * time.Second
	// never is an interval that no schedule sees the end of.
	never = 100 * 365 * 24 * time.Hour
)

// totals are what schedules went through.
type totals struct{ schedules, steps, leases, stale, faults, drifted, bad int }

func TestSeededSchedules(t *testing.T) {
	harness.Sweep(t)
	var mu sync.Mutex
	var all totals
	t.Cleanup(func() {
		t.Logf("schedules: %d seeds, %d steps, %d leader changes, %d stale reads, %d faults, %d healed by a check for drift, %d bad actions",
			all.schedules, all.steps, all.leases, all.stale, all.faults, all.drifted, all.bad)
	})
	for seed := range *seeds {
		t.Run(fmt.Sprintf("seed_%d", seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(uint64(seed), 0))
			s := newSchedule(t, random, time.Duration(random.IntN(int(maxLag/time.Second)+1))*time.Second)
			s.run()
			mu.Lock()
			defer mu.Unlock()
			all.schedules++
			all.steps += s.steps
			all.leases += s.leases
			all.stale += s.stale
			all.faults += s.faults
			all.drifted += s.drifted
			all.bad += s.bad
		})
	}
}

// schedule is one object's life under one schedule.
type schedule struct {
	*harness.World
	totals
	random *rand.Rand
	clock  *clocktesting.FakeClock
	lag    time.Duration
	// factory and gated are the operators' clients.
	factory *awsclient.Factory
	gated   client.Client

	leaders []*leader
	flights []*flight
	life    []func() bool
	history history
	log     []string
	// slow is the operation at whose edges operators are held most often.
	slow string
}

// leader is an operator that believes to hold the lease. It may be wrong.
type leader struct {
	name       string
	reconciler *controllers.SecuredAPIReconciler
	passes     int
	dead       bool
	// seen is what its last pass was about, and next is when it wants to be called again.
	seen *v1alpha1.SecuredAPI
	next time.Time
}

// slowOperations are those that change something.
var slowOperations = []string{
	"CreateUserPool", "UpdateUserPool", "CreateUserPoolClient", "UpdateUserPoolClient", "DeleteUserPoolClient", "CreateUserPoolDomain",
	"DeleteUserPoolDomain", "CreateResourceServer", "CreateRestApi", "PutRestApi", "CreateDeployment", "DeleteStage", "AddPermission",
	"RemovePermission", "DeleteRestApi", "DeleteUserPool", "apply status", "create Secret", "patch finalizer",
}

func newSchedule(t *testing.T, random *rand.Rand, lag time.Duration) *schedule {
	t.Helper()
	s := &schedule{random: random, clock: clocktesting.NewFakeClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)), lag: lag}
	s.World = harness.NewAccount(t, awslocal.WithClock(s.clock), awslocal.WithListLag(lag))
	config := harness.OperatorConfig(t, s.AWS, harness.ClusterID)
	config.APIOptions = append(config.APIOptions, gateCalls)
	var err error
	if s.factory, err = awsclient.New(config, quota.Options{}, prometheus.NewRegistry()); err != nil {
		t.Fatal(err)
	}
	s.gated = gateWrites(s.Client)
	s.history.begin(s)
	t.Cleanup(func() {
		for _, f := range slices.Clone(s.flights) {
			s.give(f, kill)
		}
		if t.Failed() {
			t.Logf("lists trail by %s\n%s", s.lag, strings.Join(s.log, "\n"))
		}
	})
	return s
}

// say writes into the log that is shown when the schedule fails.
func (s *schedule) sayf(format string, args ...any) {
	s.log = append(s.log, fmt.Sprintf("%3d %6s ", s.steps, s.clock.Since(s.history.began).Round(time.Second))+fmt.Sprintf(format, args...))
}

// percent is true so often.
func (s *schedule) percent(p int) bool { return s.random.IntN(100) < p }

func choose[T any](s *schedule, of []T) T { return of[s.random.IntN(len(of))] }

// run goes through the schedule, comes to rest, and looks at what there is.
func (s *schedule) run() {
	s.T.Helper()
	s.slow = choose(s, slowOperations)
	s.plan()
	for s.steps = 1; s.steps <= scheduleSteps; s.steps++ {
		s.step()
		if s.history.check(); s.bad > 0 {
			return
		}
	}
	s.rest()
}

// step is one move, by chance.
func (s *schedule) step() {
	awake := slices.DeleteFunc(slices.Clone(s.flights), func(f *flight) bool { return f.asleep > s.steps })
	idle := slices.DeleteFunc(slices.Clone(s.leaders), func(l *leader) bool {
		return slices.ContainsFunc(s.flights, func(f *flight) bool { return f.operator == l })
	})
	due := slices.DeleteFunc(slices.Clone(idle), func(l *leader) bool { return !s.due(l) })
	move := s.random.IntN(100)
	switch {
	case len(s.leaders) == 0 || move < 7:
		s.lease()
	case len(s.life) > 0 && (move < 15 || s.history.object == nil && move < 50):
		if s.life[0]() {
			s.life = s.life[1:]
		}
	case len(due) > 0 && (move < 40 || len(awake) == 0):
		s.pass(choose(s, due), s.cache())
	case len(idle) > 0 && move < 43:
		s.pass(choose(s, idle), s.cache())
	case move < 55 || len(awake) == 0:
		s.tick(s.untilDue(idle))
	default:
		s.advance(choose(s, awake))
	}
}

// due says that the operator's queue would hand it the object now, if it had heard of everything.
func (s *schedule) due(l *leader) bool {
	o := s.history.object
	return o != nil && (l.seen == nil || l.seen.UID != o.UID || l.seen.Generation != o.Generation || !s.clock.Now().Before(l.next))
}

// untilDue is how long to wait: any time, or until an operator's next pass.
func (s *schedule) untilDue(idle []*leader) time.Duration {
	if len(idle) > 0 && s.percent(50) {
		wait := choose(s, idle).next.Sub(s.clock.Now()).Truncate(time.Second) + time.Second
		if wait > 0 && wait < settleTime+time.Minute {
			return wait
		}
	}
	return time.Duration(1+s.random.IntN(40)) * time.Second
}

// cache is what an operator's cache may hold: the object, what it once was, or nothing.
func (s *schedule) cache() *v1alpha1.SecuredAPI {
	switch {
	case s.percent(60) || len(s.history.versions) == 0:
		return s.history.object
	case s.percent(15):
		return nil
	default:
		return choose(s, s.history.versions)
	}
}

// lease gives the lease to an operator that has just started. The others have lost it: some know, some don't yet, and who
// has a pass under way goes on with it in either case.
func (s *schedule) lease() {
	s.leaders = slices.DeleteFunc(s.leaders, func(*leader) bool { return s.percent(70) })
	// Some never check for drift, some with every pass: appointments between are by another chance than the seed's.
	s.start(choose(s, []time.Duration{never, 1}))
}

// start starts an operator.
func (s *schedule) start(resync time.Duration) *leader {
	l := &leader{name: string(rune('A' + s.leases)), reconciler: &controllers.SecuredAPIReconciler{
		Client: s.gated, Reader: s.Client, Everyone: s.gated, AWS: s.factory, Cluster: "test-cluster", Recorder: &events.FakeRecorder{},
		Schedule: &times.Schedule{Interval: resync}, CreationGracePeriod: settleTime, Clock: s.clock,
	}}
	s.leases++
	s.leaders = append(s.leaders, l)
	s.sayf("%s starts and has the lease; it checks for drift every %s", l.name, resync)
	return l
}

// tick lets time pass, but not beyond what a call takes that is in flight.
func (s *schedule) tick(d time.Duration) {
	now := s.clock.Now()
	to := now.Add(d)
	var slowest *flight
	for _, f := range s.flights {
		if end := f.since.Add(inFlight); f.at.aws && f.at.edge == "before" && end.Before(to) {
			to, slowest = end, f
		}
	}
	if to.Equal(now) {
		s.advance(slowest)
		return
	}
	s.clock.SetTime(to)
	s.sayf("%s pass", to.Sub(now))
}

// rest ends the trouble: what is in flight ends or is killed, and one operator is left, which has just started.
func (s *schedule) rest() {
	s.T.Helper()
	s.sayf("quiet")
	for len(s.flights) > 0 {
		f := choose(s, s.flights)
		if s.percent(30) {
			s.give(f, kill)
		}
		s.through(f)
		s.history.check()
	}
	if s.history.check(); s.bad > 0 {
		return
	}
	last := s.start(never)
	for range harness.MaxPasses {
		if s.steps++; s.history.atRest() {
			s.history.end()
			return
		}
		f := s.pass(last, s.history.object)
		s.through(f)
		if s.history.check(); s.bad > 0 {
			return
		}
		if s.agree() {
			continue
		}
		if f.after > time.Hour && !s.history.atRest() {
			break
		}
		s.clock.Step(max(f.after, time.Second))
	}
	s.foulf("it does not come to rest: %+v", s.history.object.Status)
}
