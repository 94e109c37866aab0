package userpool

import (
	"context"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// secret is the secret of a client, in Cognito and in the client's Secret. The record's id is the one in use, known once it
// was to be replaced; unproven is the next one, and retired the former one. No value of a secret is in a record.
type secret struct {
	*Cognito
	p    *engine.Pass
	name string
	// shown is the secret in use, where the Secret does not hold it: Cognito shows it, or the spec gives it.
	shown string
	// other says that the Secret does not hold what the spec gives.
	other bool
}

// What the record of a secret keeps.
const (
	// KeptGeneration is the spec's secret.generation of the one in use, and keptNext that of the next one.
	KeptGeneration = "generation"
	keptNext       = "next"
	// KeptLost is there if the Secret was deleted and Cognito does not show what it held.
	KeptLost = "lost"
	// KeptName is the name of the Secret, if that is not the default, and KeptIssued when the secret came into it.
	KeptName   = "name"
	KeptIssued = "issued"
	// keptTimed is there while a secret is replaced for its age, or for another one that the spec gives.
	keptTimed = "timed"
	// keptGiven is the digest of the secret in use, where the spec gives it.
	keptGiven = "given"
	// KeptClient is the id of the client that is known to have the secret. That may be another one than the record is under,
	// while one with a secret is to take the place of one without.
	KeptClient = "client"
)

// What a plan says of a Secret that somebody deleted or changed, and of a secret that is too old.
const (
	wordLost  = "lost"
	wordShown = "as in Cognito"
	wordNew   = "a new one"
	wordOther = "another one"
	wordGiven = "the one of secret.from"
)

func secretKeys(p *engine.Pass) []string {
	return slices.DeleteFunc(clientKeys(p), func(name string) bool { return !wantsSecret(p, name) })
}

func wantsSecret(p *engine.Pass, client string) bool {
	spec := specClient(p, client)
	return spec != nil && spec.HasSecret()
}

// generation is the generation of its secret that the spec asks for.
func generation(p *engine.Pass, client string) int {
	if spec := specClient(p, client); spec != nil && spec.Secret != nil {
		return max(int(spec.Secret.Generation), 1)
	}
	return 1
}

func (c *Cognito) secret(p *engine.Pass, name string) engine.Resource {
	r := &secret{Cognito: c, p: p, name: name}
	return &engine.Own{
		// The Secret stays until another client has taken the place of the one that it is of.
		Meta: engine.Meta{
			In: PrefixClient + name, GoesWith: true, Check: engine.Unchecked, Leaves: []string{PrefixClient + name},
		},
		Wanted: wantsSecret(p, name),
		Look:   r.look,
		Step:   r.step,
		Forget: func(ctx context.Context) error { return c.Secrets.Remove(ctx, name) },
	}
}

func (r *secret) record() *v1alpha1.ResourceRecord { return r.p.Record(PrefixSecret + r.name) }

// clientID is the id of the client.
func (r *secret) clientID() *string { return new(r.p.ID(PrefixClient + r.name)) }

// look plans for the secret. What is on its way is brought to its end, whatever the spec says by now.
func (r *secret) look(ctx context.Context) (plan.Plan, error) {
	if r.record().Kept[KeptClient] != *r.clientID() {
		// The client is not there yet.
		return nil, nil
	}
	given, absent := r.givenSecret(r.p, r.name)
	lost, err := r.lost(ctx, given)
	if renamed := r.renamed(); awserr.Has(err, v1alpha1.ReasonOwnershipConflict) && len(renamed) > 0 {
		// Whoever has the former name keeps it.
		return renamed, nil
	}
	if err != nil {
		return nil, err
	}
	rec, part, subject := r.record(), PrefixSecret+r.name, PrefixClient+r.name
	var todo plan.Plan
	if former := r.former(); former != nil && !r.p.Now().Before(former.Until.Time) {
		todo = append(todo, plan.Change{
			Part: part, Action: plan.Delete, Subject: subject + ".formerSecret", To: former.ID, Class: plan.InPlace,
		})
	}
	todo = append(todo, r.renamed()...)
	old, err := r.old()
	if err != nil {
		return nil, err
	}
	change := plan.Change{Part: part, Action: plan.Update, Subject: subject + ".secret", Class: plan.InPlace}
	if r.shown != "" {
		change.From, change.To = wordLost, wordShown
		if r.other {
			change.From, r.other = wordOther, false
		}
		todo = append(todo, change)
	}
	if absent != nil && rec.Pending == nil && rec.Unproven == nil {
		// No replacement begins without it.
		return todo, absent
	}
	present, next := r.kept(KeptGeneration), max(generation(r.p, r.name), r.kept(keptNext))
	if rec.Pending != nil && rec.Kept[keptTimed] == "" {
		next = max(next, present+1)
	}
	switch {
	case lost:
		change.From, change.To = wordLost, "generation "+number(max(next, present))
	case next > present:
		change.From, change.To = "generation "+number(present), number(next)
	case r.other:
		change.From, change.To = wordOther, wordGiven
	case old:
		change.From, change.To = "issued "+rec.Kept[KeptIssued], wordNew
	default:
		return todo, absent
	}
	return append(todo, change), absent
}

// lost says that the Secret was deleted and that neither Cognito shows what it held, nor does the spec give it. Cognito shows the secret
// that the client was made with, which is in use until it was replaced for the first time.
func (r *secret) lost(ctx context.Context, given string) (bool, error) {
	stored, err := r.Secrets.Value(ctx, r.name)
	if err != nil {
		return false, err
	}
	r.compare(stored, given)
	rec := r.record()
	if stored == "" && r.shown == "" && rec.ID == "" {
		have, err := r.describeClient(ctx, r.p, *r.clientID(), r.name)
		if err != nil {
			return false, err
		}
		if have != nil {
			r.shown = aws.ToString(have.ClientSecret)
		}
	}
	if stored != "" || r.shown != "" {
		delete(rec.Kept, KeptLost)
		return false, nil
	}
	rec.Kept[KeptLost] = "true"
	return true, nil
}

// former is the secret that was replaced, nil if there is none. Each has a time at which it goes.
func (r *secret) former() *v1alpha1.RetiredResource {
	if retired := r.record().Retired; len(retired) > 0 && retired[0].Until != nil {
		return &retired[0]
	}
	return nil
}

// kept is a number that the record keeps, 0 if it keeps none.
func (r *secret) kept(key string) int {
	n, err := strconv.Atoi(r.record().Kept[key])
	if err != nil {
		return 0
	}
	return n
}

func number(n int) string { return strconv.Itoa(n) }

// step takes the step of a change that is due.
func (r *secret) step(ctx context.Context, change plan.Change) error {
	switch {
	case change.Action == plan.Delete:
		return r.deleteFormer(ctx)
	case change.Subject == r.nameSubject():
		return r.rename(ctx, change.To)
	case change.To == wordNew, change.To == wordGiven:
		r.record().Kept[keptTimed] = "true"
		return r.rotate(ctx)
	case change.To == wordShown:
		return r.Secrets.Put(ctx, r.name, r.shown)
	default:
		return r.rotate(ctx)
	}
}

// list returns the ids of the client's secrets. There are two at most, and all of them come at once.
func (r *secret) list(ctx context.Context) ([]string, error) {
	out, err := r.API.ListUserPoolClientSecrets(ctx, &cip.ListUserPoolClientSecretsInput{
		UserPoolId: new(r.p.ID(NamePool)), ClientId: r.clientID(),
	})
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, len(out.ClientSecrets))
	for _, one := range out.ClientSecrets {
		ids = append(ids, *one.ClientSecretId)
	}
	return ids, nil
}

// Secrets keeps the secrets of clients in Kubernetes.
type Secrets interface {
	// Ensure returns the client's secret. Where none is stored it stores a new one.
	Ensure(ctx context.Context, client string) (string, error)
	// Put stores the client's secret.
	Put(ctx context.Context, client, value string) error
	// Value returns the client's secret, empty if none is stored.
	Value(ctx context.Context, client string) (string, error)
	// Stage returns the secret that is to come, which it stores beside the client's own: the given one or, if that is empty, a new one
	// unless there is one.
	Stage(ctx context.Context, client, given string) (string, error)
	// Promote puts the staged secret, which has that id in Cognito, in the place of the client's own. Done again it does
	// nothing. It returns false if the staged secret is lost.
	Promote(ctx context.Context, client, id string) (bool, error)
	// Name is the name of the client's Secret where the spec gives it none.
	Name(client string) string
	// Move moves what is stored of the client to the Secret of that name. Done again it does nothing.
	Move(ctx context.Context, client, name string) error
	// Remove deletes the client's secret, if there is one of ours.
	Remove(ctx context.Context, client string) error
}
