package userpool

import (
	"context"
	"fmt"
	"regexp"
	"slices"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
)

// The spec may give a client its secret, in a Secret that somebody else writes (secret.from). Another value there replaces the secret as
// its age does. Programs read the client's own Secret, which has the value from when Cognito knows it.

// givable is what Cognito takes as a secret (ClientSecretType: [\w+]+, 24 to 64).
var givable = regexp.MustCompile(`^[A-Za-z0-9_+]{24,64}$`)

// givenSecret is the secret that the spec gives a client; empty if it gives none.
func (c *Cognito) givenSecret(p *engine.Pass, client string) (string, error) {
	at := slices.Index(clientKeys(p), client)
	if at < 0 || p.Object.Spec.Clients[at].Secret == nil || p.Object.Spec.Clients[at].Secret.From == nil {
		return "", nil
	}
	field, from := fmt.Sprintf("spec.clients[%d].secret.from", at), *p.Object.Spec.Clients[at].Secret.From
	value, err := c.Inputs.Secret(field, from)
	if err == nil && !givable.MatchString(value) {
		err = awserr.Because(v1alpha1.ReasonInvalidSpec, &engine.AbsentError{What: fmt.Sprintf(
			"%s: the key %s of Secret %s is no secret that Cognito takes, which has 24 to 64 letters, digits, underscores and plus signs; "+
				"write another one there", field, from.Key, from.Name)})
	}
	if err != nil {
		return "", err
	}
	return value, nil
}

// compare tells whether the Secret holds what the spec gives, if it gives anything.
func (r *secret) compare(stored, given string) {
	rec := r.record()
	switch {
	case !r.asksGiven():
		delete(rec.Kept, keptGiven)
	case given == "":
		// It is not there to compare with.
	case stored == given:
		rec.Kept[keptGiven] = r.digest(given)
	default:
		r.other = stored != ""
		if rec.Kept[keptGiven] == r.digest(given) {
			r.shown = given
		}
	}
}

// keepGiven notes which secret is in use, where the spec gives it.
func (r *secret) keepGiven(ctx context.Context) error {
	delete(r.record().Kept, keptGiven)
	if !r.asksGiven() {
		return nil
	}
	stored, err := r.Secrets.Value(ctx, r.name)
	if err == nil && stored != "" {
		r.record().Kept[keptGiven] = r.digest(stored)
	}
	return err
}

func (r *secret) asksGiven() bool {
	spec := specClient(r.p, r.name)
	return spec != nil && spec.Secret != nil && spec.Secret.From != nil
}

// digest tells secrets apart and shows none. That of an equal secret of another object is another one.
func (r *secret) digest(value string) string {
	return engine.DigestOf(0, []string{r.p.Owner.UID, value})
}
