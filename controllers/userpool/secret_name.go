package userpool

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// The Secret of a client has the name that the spec gives it. The record keeps the one that it has.

// secretNameAsked is the name that the spec gives the client's Secret; empty for the default.
func secretNameAsked(p *engine.Pass, client string) string {
	if spec := specClient(p, client); spec != nil && spec.Secret != nil {
		return spec.Secret.Name
	}
	return ""
}

// nameSubject is what a plan calls the name of the Secret.
func (r *secret) nameSubject() string { return PrefixClient + r.name + ".secret.name" }

// renamed is the change of the Secret's name that the spec asks for.
func (r *secret) renamed() plan.Plan {
	byDefault := r.Secrets.Name(r.name)
	return plan.Diff(PrefixSecret+r.name, plan.InPlace, plan.Field{
		Subject:  r.nameSubject(),
		Observed: cmp.Or(r.record().Kept[KeptName], byDefault), Desired: cmp.Or(secretNameAsked(r.p, r.name), byDefault),
	})
}

// renameRetry is how long a Secret's new name is waited for that another client of the object still has.
const renameRetry = 10 * time.Second

// rename moves what is stored to another Secret, before the record says so: done again it does nothing.
func (r *secret) rename(ctx context.Context, name string) error {
	if other := r.holder(name); other != "" {
		if r.exchanged(other) {
			at := slices.Index(clientKeys(r.p), r.name)
			return invalid(fmt.Sprintf("spec.clients[%d].secret.name", at), "Secret %s is client %s's, which waits for this one's; "+
				"to exchange names, give one client a third name first", name, other)
		}
		return r.postponed(fmt.Sprintf("tries again to move its secret to Secret %s, which is still client %s's,", name, other),
			r.p.Now().Add(renameRetry))
	}
	if err := r.Secrets.Move(ctx, r.name, name); err != nil {
		return err
	}
	r.record().Kept[KeptName] = name
	return nil
}

// holder is another client of the object whose Secret has that name; empty if there is none.
func (r *secret) holder(name string) string {
	for i := range r.p.Object.Status.Resources {
		rec := &r.p.Object.Status.Resources[i]
		other, is := strings.CutPrefix(rec.Name, PrefixSecret)
		if is && other != r.name && cmp.Or(rec.Kept[KeptName], r.Secrets.Name(other)) == name {
			return other
		}
	}
	return ""
}

// exchanged says that a client waits, itself or by others, for the name that this one's Secret has: then none of them moves.
func (r *secret) exchanged(other string) bool {
	has := cmp.Or(r.record().Kept[KeptName], r.Secrets.Name(r.name))
	for range r.p.Object.Spec.Clients {
		if other == "" || !wantsSecret(r.p, other) {
			return false
		}
		asked := cmp.Or(secretNameAsked(r.p, other), r.Secrets.Name(other))
		if asked == has {
			return true
		}
		other = r.holder(asked)
	}
	return false
}
