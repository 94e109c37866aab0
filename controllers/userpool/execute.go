package userpool

import (
	"context"
	"errors"

	"github.com/securedapi/securedapi/controllers/plan"
)

// execution is a plan on its way. Parts that do not need each other go on when one of them fails.
type execution struct {
	*Phase
	todo, applied plan.Plan
	failed        []error
}

// apply carries the plan out, part by part, and notes what is verified.
func (p *Phase) apply(ctx context.Context, desired Desired, observed Observed) (plan.Plan, error) {
	e := &execution{Phase: p, todo: Calculate(desired, observed)}
	if observed.Pool == nil && (!e.todo.Empty() || len(p.Status.UserPool.RetiredClients) > 0) {
		// A client or a resource server is ours because the pool is.
		if _, err := p.ownPool(ctx); err != nil {
			return nil, err
		}
	}
	if observed.Pool != nil {
		e.run(ctx, PartPool, digest(desired.Pool), func() error { return p.updatePool(ctx, desired, observed.Pool) })
	}
	if observed.ResourceServers != nil {
		e.resourceServers(ctx, desired.ResourceServers, observed)
	}
	e.clients(ctx, desired, observed)
	if observed.Pool != nil {
		e.domain(ctx, desired.Domain, observed.Domain)
	}
	return e.applied, errors.Join(e.failed...)
}

// run does what is planned for a part that was looked at. Afterwards AWS holds it as desired, if it returns true.
func (e *execution) run(ctx context.Context, part, digest string, do func() error) bool {
	if changes := e.todo.Of(part); !changes.Empty() {
		if e.fails(e.Journal.Doubt(ctx, part)) || e.fails(do()) {
			return false
		}
		e.applied = append(e.applied, changes...)
	}
	e.Journal.Verified(part, digest)
	return true
}

// fails keeps err, if there is one.
func (e *execution) fails(err error) bool {
	if err != nil {
		e.failed = append(e.failed, err)
	}
	return err != nil
}

func (e *execution) resourceServers(ctx context.Context, desired []ResourceServer, observed Observed) {
	done := e.run(ctx, PartResourceServers, digest(desired), func() error { return e.applyResourceServers(ctx, desired, observed) })
	if done && len(desired) == 0 {
		e.Status.ForgetVerified(PartResourceServers)
	}
}

func (e *execution) clients(ctx context.Context, desired Desired, observed Observed) {
	for i := range desired.Clients {
		client := &desired.Clients[i]
		found, looked := observed.Clients[client.Name]
		if !looked || e.fails(e.keepSecret(ctx, client, found)) {
			continue
		}
		e.run(ctx, PartClient(client.Name), digest(client), func() error { return e.applyClient(ctx, client, found) })
	}
	for i := range desired.Clients {
		client := &desired.Clients[i]
		done, err := e.applySecret(ctx, client, e.todo.Of(PartSecret(client.Name)))
		e.applied = append(e.applied, done...)
		e.fails(err)
	}
	for _, extra := range observed.ExtraClients {
		if e.run(ctx, PartClient(extra.Name), "", func() error { return e.deleteClient(ctx, extra) }) {
			e.Status.ForgetVerified(PartClient(extra.Name))
		}
	}
	e.fails(e.deleteRetired(ctx))
}

func (e *execution) domain(ctx context.Context, desired, observed string) {
	if e.fails(e.settleDomain(desired, observed)) {
		return
	}
	if e.run(ctx, PartDomain, digest(desired), func() error { return e.applyDomain(ctx, observed, desired) }) {
		e.Status.UserPool.DomainPrefix = desired
		e.Status.ForgetCreation(PartDomain)
	}
}

// settleDomain waits for a domain that was about to be made for an earlier spec and may still come.
func (p *Phase) settleDomain(desired, observed string) error {
	if desired != "" || observed != "" {
		return nil
	}
	return p.Journal.Settled(PartDomain)
}
