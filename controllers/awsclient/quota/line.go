package quota

import (
	"cmp"
	"slices"
	"time"

	"golang.org/x/time/rate"
)

// line is who waits for one quota, in order: what a person waits for first, then namespaces by turns. Nobody stands in
// it: whoever has a ticket is told when to come back, and keeps the place.
type line struct {
	service string
	limiter *rate.Limiter
	// kept is what only repairs may use of the limiter's calls, and spare says that some of the burst is for them alone: then
	// they are made at once. Of a quota whose burst is too small for that, each call that is kept lets a repair go first.
	kept     *rate.Limiter
	spare    bool
	interval time.Duration
	tickets  []ticket
	// turn is that of the ticket that was served last, and turns are the last turns that namespaces were given.
	turn  int
	turns map[string]int
	// single says that the quota saves up no calls, and free is when the next may be sent, then.
	single bool
	free   time.Time
	// slowed is by how much AWS's throttles lowered the rate, and since when.
	slowed   float64
	slowedAt time.Time
	// scaled is a time of AWS's in ours.
	scaled func(time.Duration) time.Duration
}

type ticket struct {
	caller Caller
	turn   int
	// first says that a call that is kept for repairs was spent on it.
	first bool
	// due is when the caller was told to come back.
	due time.Time
}

func newLine(calls float64, period time.Duration, burst int, scaled func(time.Duration) time.Duration) *line {
	interval := scaled(time.Duration(float64(period) / calls))
	spare := burst / keptPart
	return &line{
		limiter: rate.NewLimiter(rate.Every(interval), burst-spare), interval: interval, single: burst == 1,
		kept: rate.NewLimiter(rate.Every(interval*keptPart), max(spare, 1)), spare: spare > 0,
		turns: map[string]int{}, slowed: 1, scaled: scaled,
	}
}

// keptPart is which part of each quota is kept for repairs: a tenth.
const keptPart = 10

// grant is what a line answers: a place at once, after a delay that is worth waiting out; or a later one.
type grant struct {
	reservation *rate.Reservation
	// kept is of what is kept for repairs, if that was used.
	kept  *rate.Reservation
	delay time.Duration
	// ahead is how many come first.
	ahead int
}

// cancel gives back what was granted and is not used.
func (g grant) cancel(now time.Time) {
	g.reservation.CancelAt(now)
	if g.kept != nil {
		g.kept.CancelAt(now)
	}
}

// first spends a call that is kept for repairs on going first, where no calls are spared. It is nil if there is none, or if the
// caller goes first already.
func (l *line) first(now time.Time, i int, caller Caller) *rate.Reservation {
	if !caller.Repairs || l.spare || i >= 0 && l.tickets[i].first {
		return nil
	}
	kept := l.kept.ReserveN(now, 1)
	if kept.DelayFrom(now) > 0 {
		kept.CancelAt(now)
		return nil
	}
	return kept
}

// repair takes a grant from what is kept for repairs, if that comes sooner. Others pay for it: the quota is no larger.
func (l *line) repair(now time.Time, g *grant) {
	kept := l.kept.ReserveN(now, 1)
	if delay := kept.DelayFrom(now); delay < g.delay {
		g.kept, g.delay = kept, delay
		return
	}
	kept.CancelAt(now)
}

// take asks for a call at now. It is granted if the delay, with those who come first, is at most patience: who is told to come
// back is never told to come back at once.
func (l *line) take(now time.Time, caller Caller, patience time.Duration) grant {
	l.speedUp(now)
	i := l.find(caller)
	first := l.first(now, i, caller)
	if first != nil || i >= 0 && caller.Urgency < l.tickets[i].caller.Urgency {
		// It has become more urgent than it was when it got its ticket.
		l.drop(i)
		i = -1
	}
	asks := ticket{caller: caller, turn: max(l.turn, l.turns[caller.Namespace]) + 1, first: first != nil}
	g := grant{ahead: l.ahead(now, i, asks)}
	reservation := l.limiter.ReserveN(now, 1)
	// Where the call before was made late, what leads up to this one begins late, too: else it would wait for that each time.
	g.delay = max(reservation.DelayFrom(now), l.free.Add(-patience).Sub(now))
	// As if AWS had not throttled: who is told a late time would not be there when the rate is back.
	g.delay += time.Duration(float64(g.ahead) * float64(l.interval) * l.slowed)
	if caller.Repairs && l.spare {
		l.repair(now, &g)
	}
	if g.delay <= patience {
		if i >= 0 && g.kept == nil {
			l.turn = max(l.turn, l.tickets[i].turn)
		}
		g.reservation, g.kept = reservation, cmp.Or(g.kept, first)
		l.drop(i)
		return g
	}
	reservation.CancelAt(now)
	if g.kept != nil {
		g.kept.CancelAt(now)
	}
	due := now.Add(g.delay)
	if i >= 0 {
		l.tickets[i].due = due
		return g
	}
	l.turns[caller.Namespace], asks.due = asks.turn, due
	l.tickets = append(l.tickets, asks)
	slices.SortStableFunc(l.tickets, ticket.compare)
	return g
}

// find is the number of a caller's ticket, -1 if it has none.
func (l *line) find(caller Caller) int {
	return slices.IndexFunc(l.tickets, func(t ticket) bool { return t.caller.id() == caller.id() })
}

// drop takes the i-th ticket away, if there is one.
func (l *line) drop(i int) {
	if i >= 0 {
		l.tickets = slices.Delete(l.tickets, i, i+1)
	}
}

// compare orders tickets: less comes first.
func (t ticket) compare(other ticket) int {
	switch {
	case t.first && !other.first:
		return -1
	case other.first && !t.first:
		return 1
	}
	return cmp.Or(cmp.Compare(t.caller.Urgency, other.caller.Urgency), cmp.Compare(t.turn, other.turn))
}

// next is when a call can be sent that was granted, at now or later, with the time that it was given before, if it was.
func (l *line) next(now, own time.Time) time.Time {
	switch {
	case now.Before(own):
		return own
	case l.free.Equal(own.Add(l.interval)):
		// Nobody comes after it.
		return now
	default:
		return l.free
	}
}

// made notes that a call is sent at a time.
func (l *line) made(at time.Time) {
	if l.single {
		l.free = latest(l.free, at.Add(l.interval))
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// ahead counts the tickets before the i-th, or before a new one, leaving out those that should have been back long ago:
// their objects are gone, or busy with something else.
func (l *line) ahead(now time.Time, i int, asks ticket) int {
	n := 0
	for j, t := range l.tickets {
		before := j < i
		if i < 0 {
			before = t.compare(asks) <= 0
		}
		if before && now.Before(t.due.Add(l.grace())) {
			n++
		}
	}
	return n
}

// grace is how late one may be without being passed over; after forget times the grace the ticket is gone.
func (l *line) grace() time.Duration { return max(l.interval, l.scaled(time.Second)) }

const forget = 60

// expire drops the tickets that nobody came back for.
func (l *line) expire(now time.Time) {
	l.tickets = slices.DeleteFunc(l.tickets, func(t ticket) bool { return now.After(t.due.Add(forget * l.grace())) })
}

// Slowing down after a throttle, and speeding up again.
const (
	slowest      = 1.0 / 8
	recoverAfter = 30 * time.Second
)

// throttled halves the rate: others use the account, too. What was throttled before the lower rate could show counts with
// what lowered it.
func (l *line) throttled(now time.Time) {
	if l.slowed < 1 && now.Sub(l.slowedAt) < l.interval {
		return
	}
	l.setSpeed(now, max(l.slowed/2, slowest))
	// What was saved up is not there.
	for _, saved := range []*rate.Limiter{l.limiter, l.kept} {
		saved.ReserveN(now, max(int(saved.TokensAt(now)), 0))
	}
}

// speedUp doubles it again, as time passes without a throttle.
func (l *line) speedUp(now time.Time) {
	if l.slowed < 1 && now.Sub(l.slowedAt) >= l.scaled(recoverAfter) {
		l.setSpeed(now, min(l.slowed*2, 1))
	}
}

// idle says that nothing would be forgotten with the line.
func (l *line) idle(now time.Time) bool {
	return len(l.tickets) == 0 && l.slowed == 1 && l.limiter.TokensAt(now) >= float64(l.limiter.Burst()) &&
		l.kept.TokensAt(now) >= float64(l.kept.Burst())
}

func (l *line) setSpeed(now time.Time, slowed float64) {
	change := slowed / l.slowed
	for _, limiter := range []*rate.Limiter{l.limiter, l.kept} {
		limiter.SetLimitAt(now, limiter.Limit()*rate.Limit(change))
	}
	l.interval = time.Duration(float64(l.interval) / change)
	l.slowed, l.slowedAt = slowed, now
}
