package schedule

import (
	"math/rand/v2"
	"time"
)

// jitter is by how much of itself a wait may become longer, so that many objects are not reconciled at the same time.
const jitter = 0.1

// Spread adds jitter of up to 10 % to d. It never shortens d, which may be there to bound calls.
func Spread(d time.Duration) time.Duration {
	return d + time.Duration(rand.Int64N(int64(float64(d)*jitter)+1)) //nolint:gosec // no secret
}

// AfterStart is how long after a restart of the operator the first drift check or sweep is made: a random part of the
// interval, but at least its first tenth, so that an operator that is restarted in a loop makes no AWS calls.
func AfterStart(interval time.Duration) time.Duration {
	calm := interval / 10
	return calm + time.Duration(rand.Int64N(int64(interval-calm)+1)) //nolint:gosec // no secret
}

// vouched is for how many intervals a sweep vouches: the next one may be late, but not fail to come.
const vouched = 2

// SweepsSince is the moment from which on a sweep must have begun to vouch for a user pool.
func (s *Schedule) SweepsSince(now time.Time) time.Time { return now.Add(-vouched * s.Interval) }
