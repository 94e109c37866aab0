package meddling_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"slices"
	"time"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/drift"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/outcome"
	"github.com/securedapi/securedapi/controllers/restapi"
	"github.com/securedapi/securedapi/controllers/schedule"
	"github.com/securedapi/securedapi/controllers/userpool"
)

// noSecrets are the Secrets of an object whose clients have none.
type noSecrets struct{ userpool.Secrets }

func (noSecrets) Remove(context.Context, string) error { return nil }

// begin prepares a pass as controllers does.
func (w *world) begin(now schedule.Pass) (p *engine.Pass, cognito *userpool.Cognito, pool, api []engine.Kind) {
	p = &engine.Pass{
		Object: w.object, Owner: owner, Whole: now.Kind == schedule.Full, Grace: grace, Now: w.clock.Now, Digests: &w.digests,
		Save: func(context.Context) error {
			// What was read again after a write is another status.
			w.object.Status = *w.object.Status.DeepCopy()
			return nil
		},
		Unchanged: func(context.Context) error { return nil },
		Reserve:   func(context.Context, string) error { return nil },
	}
	cognito = &userpool.Cognito{API: w.cip, Secrets: noSecrets{}, SecretOverlap: time.Hour, Made: func(string) bool { return false }}
	pool = userpool.Kinds(cognito)
	api = restapi.Kinds(&restapi.Gateway{API: w.gateway, Lambda: w.lambda, PoolARN: poolARN})
	vouched := w.object.Status.UserPool != nil && w.sweeps.Vouches(place, w.object.Status.UserPool.ID,
		w.schedule.Modified(w.object.UID), w.schedule.SweepsSince(w.clock.Now()))
	p.Checks = now.Pick(p.Checkable(slices.Concat(pool, api)), vouched)
	return p, cognito, pool, api
}

// pass makes one pass, and returns after what time the next one is.
func (w *world) pass() time.Duration {
	now, wait := w.schedule.Next(w.object, w.clock.Now())
	if wait > 0 {
		return wait
	}
	calls := len(w.aws.Calls())
	result, err := w.apply(now)
	// Of a phase that waits for a person and was not tried, the outcome stays.
	if w.last = result.UserPool.Outcome; w.last.OK() {
		w.last = result.API.Outcome
	}
	var names []string
	for _, call := range w.aws.Calls()[calls:] {
		names = append(names, call.Operation)
	}
	w.notef("pass %s: %v: %v", now.Kind, names, err)
	if w.gone {
		return 0
	}
	// Events of a pass are told in status, of which the schedule reads this.
	outcome.Summarize(&w.object.Status, w.object.Generation, result.UserPool.Outcome, result.API.Outcome, outcome.Outcome{})
	after, backs := w.schedule.Done(w.object, now, result, w.clock.Now())
	if backs {
		after = backoff
	}
	if err == nil {
		w.probe("after a pass")
	}
	return after
}

// apply carries a pass out: what controllers' pass and delete do.
func (w *world) apply(now schedule.Pass) (schedule.Result, error) {
	ctx := w.t.Context()
	p, cognito, pool, api := w.begin(now)
	if !w.object.DeletionTimestamp.IsZero() {
		err := p.Remove(ctx, pool, api)
		w.derive()
		w.gone = err == nil
		return schedule.Result{UserPool: schedule.Attempt{Outcome: outcome.Judge(err, w.clock.Now())}}, err
	}
	var result schedule.Result
	var poolErr, apiErr error
	attempt := func(before schedule.Phase, kinds []engine.Kind) (schedule.Attempt, error) {
		if before.Skip(w.clock.Now()) {
			return schedule.Attempt{Outcome: before.Outcome, Skipped: true}, nil
		}
		calls := len(w.aws.Calls())
		err := p.Apply(ctx, kinds)
		w.derive()
		return schedule.Attempt{Outcome: outcome.Judge(err, w.clock.Now()), Calls: len(w.aws.Calls()) - calls}, err
	}
	result.UserPool, poolErr = attempt(now.UserPool(), pool)
	if w.object.Status.UserPool == nil {
		result.API.Outcome = outcome.Awaiting(result.UserPool.Outcome)
	} else {
		result.API, apiErr = attempt(now.API(), api)
	}
	if poolErr == nil {
		result.Modified = cognito.Modified
	}
	err := errors.Join(poolErr, apiErr)
	result.Wrote, result.NotFound = p.Wrote(), notFound(err)
	return result, err
}

// derive writes what records say into status, as controllers does.
func (w *world) derive() {
	status := &w.object.Status
	id := func(name string) string {
		if known := status.Resource(name); known != nil {
			return known.ID
		}
		return ""
	}
	status.UserPool = nil
	if pool := id(userpool.NamePool); pool != "" {
		status.UserPool = &v1alpha1.UserPoolStatus{ID: pool}
	}
	switch api := id(restapi.NameAPI); {
	case api == "":
		status.API = nil
	case status.API == nil || status.API.ID != api:
		status.API = &v1alpha1.APIStatus{ID: api}
	case id(restapi.PrefixStage+status.API.Stage) == "":
		status.API.Stage, status.API.DeploymentID, status.API.Digest = "", "", ""
	}
}

// sweep lists the account and wakes the object if something moved, as controllers does. It calls aside: whose tags are whose
// is not what it looks at.
func (w *world) sweep() {
	found, err := drift.List(w.t.Context(), w.sideCIP, w.sideGateway, w.clock.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	w.sweepAt = w.clock.Now().Add(interval)
	before := w.sweeps.Keep(place, found, w.sweepAt)
	pool, api := w.object.Status.UserPool, w.object.Status.API
	if pool != nil && found.PoolMoved(before, pool.ID, w.schedule.Modified(w.object.UID)) || api != nil && found.APIGone(before, api.ID) {
		w.notef("the sweep wakes it")
		w.schedule.Wake(w.object.UID)
	}
}

// runUntil makes the passes and sweeps that are due until a moment, or until the object is gone.
func (w *world) runUntil(end time.Time) {
	w.t.Helper()
	for range maxPasses {
		if w.gone {
			return
		}
		after := w.pass()
		if w.gone {
			return
		}
		next := w.clock.Now().Add(after)
		for !w.sweepAt.After(next) && !w.sweepAt.After(end) {
			w.clock.SetTime(w.sweepAt)
			w.sweep()
			if now, wait := w.schedule.Next(w.object, w.clock.Now()); wait == 0 && now.Kind == schedule.Full {
				next = w.clock.Now()
			}
		}
		if next.After(end) {
			return
		}
		w.clock.SetTime(next)
	}
	w.t.Errorf("got %d passes and no end:\n%s", maxPasses, w.story())
}

// settle makes passes until one agrees.
func (w *world) settle() {
	w.t.Helper()
	w.runUntil(w.clock.Now().Add(grace + backoff))
	if !w.gone && !w.last.OK() {
		w.t.Fatalf("got %+v, want an object that agrees before anybody meddles", w.last)
	}
}

// edit changes the spec.
func (w *world) edit(change func(*v1alpha1.SecuredAPI)) {
	w.object.Generation++
	change(w.object)
}

// get is the answer of a stage to a call without a token.
func (w *world) get(api, stage, path string, method v1alpha1.Method) (int, string) {
	answer := httptest.NewRecorder()
	w.aws.APIGateway.ServeStage(api, answer, httptest.NewRequestWithContext(context.Background(), string(method), "/"+stage+path, nil))
	return answer.Code, answer.Body.String()
}
