package awslocal

import (
	"math"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
	"k8s.io/utils/clock"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// quota limits how many calls of some operations are taken in a period, per account and Region. It is a token bucket
// that holds as many tokens as calls in a period, unless burst says otherwise.
type quota struct {
	service    string
	operations string // separated by spaces; none means all of the service
	calls      int
	period     time.Duration
	burst      int
	// bucket tells whether a call is covered, and which of several buckets it takes from. Nil covers all from one.
	bucket func(wire.Call) (name string, covered bool)
}

func (q quota) covers(service string, call wire.Call) (bucket string, covered bool) {
	if q.service != service {
		return "", false
	}
	if q.operations != "" && !strings.Contains(" "+q.operations+" ", " "+call.Operation+" ") {
		return "", false
	}
	if q.bucket == nil {
		return "", true
	}
	return q.bucket(call)
}

// quotas counts the calls against the table.
type quotas struct {
	clock clock.Clock

	mu      sync.Mutex
	speed   float64 // how much faster than on AWS tokens come back; zero turns quotas off
	buckets map[bucketKey]*rate.Limiter
}

// scope is what quotas are apart for: one service in one account and Region.
type scope struct {
	service, account, region string
}

type bucketKey struct {
	row             int
	account, region string
	bucket          string
}

func newQuotas(c clock.Clock, speed float64) *quotas {
	return &quotas{clock: c, speed: speed, buckets: map[bucketKey]*rate.Limiter{}}
}

// SetQuotas sets how fast request quotas refill from now on, as [WithQuotas] does. All of them are full.
func (s *Server) SetQuotas(speed float64) {
	s.quotas.mu.Lock()
	defer s.quotas.mu.Unlock()
	s.quotas.speed = speed
	clear(s.quotas.buckets)
}

// take takes a token for the call from every quota that covers it, or from none and refuses.
func (qs *quotas) take(sc scope, call wire.Call) *wire.Error {
	qs.mu.Lock()
	defer qs.mu.Unlock()
	if qs.speed <= 0 {
		return nil
	}
	now := qs.clock.Now()
	var limiters []*rate.Limiter
	for i, q := range quotaTable {
		bucket, covered := q.covers(sc.service, call)
		if !covered {
			continue
		}
		l := qs.limiter(bucketKey{i, sc.account, sc.region, bucket}, q)
		if missing := 1 - l.TokensAt(now); missing > 0 {
			e := throttled(sc.service)
			e.RetryAfter = int(math.Ceil(missing / float64(l.Limit())))
			return e
		}
		limiters = append(limiters, l)
	}
	for _, l := range limiters {
		l.AllowN(now, 1)
	}
	return nil
}

func (qs *quotas) limiter(key bucketKey, q quota) *rate.Limiter {
	l, ok := qs.buckets[key]
	if !ok {
		perSecond := float64(q.calls) / q.period.Seconds()
		l = rate.NewLimiter(rate.Limit(perSecond*qs.speed), max(q.calls, q.burst))
		qs.buckets[key] = l
	}
	return l
}

// throttled is how a service says that a call is over quota. Only API Gateway's answer carries a Retry-After.
func throttled(service string) *wire.Error {
	switch service {
	case apigatewayService:
		return &wire.Error{
			Code: "TooManyRequestsException", Message: "Too Many Requests",
			Status: http.StatusTooManyRequests, RetryAfter: 1,
		}
	case lambdaService:
		return &wire.Error{Code: "TooManyRequestsException", Message: "Rate exceeded", Status: http.StatusTooManyRequests}
	case sqsService:
		return &wire.Error{Code: "RequestThrottled", Message: "Rate exceeded", Status: http.StatusForbidden}
	case stsService:
		return &wire.Error{Code: "Throttling", Message: "Rate exceeded", Status: http.StatusBadRequest}
	default:
		return &wire.Error{Code: "TooManyRequestsException", Message: "Rate exceeded", Status: http.StatusBadRequest}
	}
}
