// Package quota keeps an operator within its share of an account's request quotas. Each quota is a token bucket with a queue
// before it. The caller blocks on a short wait; for a long one it gets its place and the time to requeue, and keeps the place.
package quota

import (
	"context"
	"maps"
	"math"
	"sync"
	"time"

	"k8s.io/utils/clock"

	"github.com/securedapi/securedapi/controllers/awserr"
)

// Call is one call to AWS. Service is the SDK's service id; Pool is the user pool's id, if the call is on one.
type Call struct {
	Service   string
	Operation string
	Pool      string
}

// Options say how much of the quotas the operator uses.
type Options struct {
	// Share is the part of each quota that the operator uses: 1 is all of it.
	Share float64
	// Speed multiplies the quotas: 1, except for a local AWS whose quotas are scaled.
	Speed float64
	Clock clock.Clock
}

// Budget has the quotas of one account and Region. It is safe for concurrent use.
type Budget struct {
	options Options

	mu    sync.Mutex
	lines map[string]*line
	// held are the calls that callers were granted and have not made yet.
	held map[heldCall]held
}

type heldCall struct{ caller, service, operation string }

// held is a call that is kept for a caller, until it is too late. One that was held up has a time, from which others keep
// their distance.
type held struct{ until, time time.Time }

// New returns a budget.
func New(options Options) *Budget {
	return &Budget{options: options, lines: map[string]*line{}, held: map[heldCall]held{}}
}

const (
	// patience is how long a worker waits; beyond it the object waits.
	patience = 2 * time.Second
	// fullShare is what we use of a quota that is all ours: calls do not arrive as evenly as they are sent.
	fullShare = 0.98
	// holdFor is how long a call that was granted ahead is kept.
	holdFor = time.Minute
)

// scaled is a time of AWS's in ours.
func (b *Budget) scaled(d time.Duration) time.Duration {
	return time.Duration(float64(d) / b.options.Speed)
}

// Reserve gets a place for a call that is made a little later, so that the calls before it are not made in vain.
func (b *Budget) Reserve(ctx context.Context, call Call) error {
	key := keyOf(ctx, call)
	b.mu.Lock()
	kept := b.held[key]
	b.mu.Unlock()
	if b.options.Clock.Now().Before(kept.until) {
		return nil
	}
	if err := b.wait(ctx, call); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.held[key] = held{until: b.options.Clock.Now().Add(b.scaled(holdFor))}
	return nil
}

// Take gets a place for a call that is made now. It returns an *awserr.Waiting if the wait is long.
func (b *Budget) Take(ctx context.Context, call Call) error {
	key := keyOf(ctx, call)
	b.mu.Lock()
	kept := b.held[key]
	delete(b.held, key)
	b.mu.Unlock()
	if !b.options.Clock.Now().Before(kept.until) {
		if err := b.wait(ctx, call); err != nil {
			return err
		}
	}
	return b.follow(ctx, call, kept.time)
}

// follow keeps a call that was granted at its distance from the one before, which may have been made long after it was
// granted. If that was very late, the call stays granted, for a time of its own.
func (b *Budget) follow(ctx context.Context, call Call, own time.Time) error {
	now := b.options.Clock.Now()
	b.mu.Lock()
	at := now
	lines := b.linesOf(call)
	for _, line := range lines {
		at = latest(at, line.next(now, own))
	}
	for _, line := range lines {
		line.made(at)
	}
	if late := at.Sub(now) > b.scaled(patience); late {
		key := keyOf(ctx, call)
		place := 1 + b.heldBefore(key, now, at)
		b.held[key] = held{until: at.Add(b.scaled(holdFor)), time: at}
		b.mu.Unlock()
		return &awserr.Waiting{Operation: call.Operation, Place: place, At: at, Early: b.scaled(patience) / 2}
	}
	b.mu.Unlock()
	return b.sleep(ctx, at.Sub(now))
}

// heldBefore counts the calls of the same kind whose own times are still to come, and come before a time.
func (b *Budget) heldBefore(key heldCall, now, at time.Time) int {
	n := 0
	for other, h := range b.held {
		if other.service == key.service && other.operation == key.operation && now.Before(h.time) && h.time.Before(at) {
			n++
		}
	}
	return n
}

// Sent notes that a call is sent now. AWS counts from that time, not from when the place was given.
func (b *Budget) Sent(call Call) {
	now := b.options.Clock.Now()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, line := range b.linesOf(call) {
		line.made(now)
	}
}

func keyOf(ctx context.Context, call Call) heldCall {
	return heldCall{CallerOf(ctx).id(), call.Service, call.Operation}
}

// wait gets a place and waits for it, if that is short.
func (b *Budget) wait(ctx context.Context, call Call) error {
	delay, err := b.ask(ctx, call)
	if err != nil {
		return err
	}
	return b.sleep(ctx, delay)
}

func (b *Budget) sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	select {
	case <-b.options.Clock.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ask asks all lines of the call, and gives back what it got if one has no place.
func (b *Budget) ask(ctx context.Context, call Call) (time.Duration, error) {
	caller := CallerOf(ctx)
	now := b.options.Clock.Now()
	b.mu.Lock()
	defer b.mu.Unlock()
	var granted []grant
	var delay time.Duration
	b.tidy(now)
	for _, line := range b.linesOf(call) {
		line.expire(now)
		g := line.take(now, caller, b.scaled(patience))
		if g.reservation == nil {
			for _, got := range granted {
				got.cancel(now)
			}
			// A little early: the rest is waited out.
			return 0, &awserr.Waiting{Operation: call.Operation, Place: g.ahead + 1, At: now.Add(g.delay), Early: b.scaled(patience) / 2}
		}
		granted = append(granted, g)
		delay = max(delay, g.delay)
	}
	return delay, nil
}

// tidy drops lines of single pools that nobody uses, and calls that nobody made.
func (b *Budget) tidy(now time.Time) {
	maps.DeleteFunc(b.held, func(_ heldCall, h held) bool { return !now.Before(h.until) })
	if len(b.lines) > manyLines {
		maps.DeleteFunc(b.lines, func(_ string, l *line) bool { return l.idle(now) })
	}
}

// Idle says that the budget can be dropped: every quota is full, the queues are empty, and nothing is reserved.
func (b *Budget) Idle() bool {
	now := b.options.Clock.Now()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tidy(now)
	for _, line := range b.lines {
		if line.expire(now); !line.idle(now) {
			return false
		}
	}
	return len(b.held) == 0
}

// manyLines is far more than there are quotas.
const manyLines = 1000

// linesOf returns the lines of a call: those of many calls first, for who is turned away there keeps no place in others.
func (b *Budget) linesOf(call Call) []*line {
	var lines []*line
	for _, r := range table {
		if !r.covers(call) {
			continue
		}
		key := r.key(call)
		if b.lines[key] == nil {
			burst := max(int(math.Floor(float64(r.burst)*b.options.Share)), 1)
			b.lines[key] = newLine(r.calls*min(b.options.Share, fullShare), r.period, burst, b.scaled)
			b.lines[key].service = r.service
		}
		lines = append(lines, b.lines[key])
	}
	return lines
}

// Waiting counts the queued calls by service.
func (b *Budget) Waiting() map[string]int {
	now := b.options.Clock.Now()
	b.mu.Lock()
	defer b.mu.Unlock()
	callers := map[string]map[string]bool{}
	for _, line := range b.lines {
		line.expire(now)
		for _, t := range line.tickets {
			if callers[line.service] == nil {
				callers[line.service] = map[string]bool{}
			}
			callers[line.service][t.caller.id()] = true
		}
	}
	count := map[string]int{}
	for service, waiting := range callers {
		count[service] = len(waiting)
	}
	return count
}

// Throttled notes that AWS throttled a call: somebody else uses the account's quota, too. The rate is lowered for a while.
func (b *Budget) Throttled(call Call) {
	now := b.options.Clock.Now()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, line := range b.linesOf(call) {
		line.throttled(now)
	}
}
