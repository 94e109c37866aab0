package userpool

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
)

// A client's secret is replaced in four steps, none of which can lose one, and between which everything works: the new
// secret is staged in the Secret; it is added in Cognito, which takes two; after the grace period, when Cognito had the time
// to know it everywhere, it takes the place of the former one in the Secret; and after an overlap the former one is deleted
// in Cognito. See docs/design/rotation.md.

// rotate takes the step that is due. It succeeds with the third one; the fourth is a change of its own.
func (r *secret) rotate(ctx context.Context) error {
	if r.record().Unproven == nil {
		if err := r.add(ctx); err != nil {
			return err
		}
	}
	next, now := *r.record().Unproven, r.p.Now()
	if now.Before(next.From.Time) {
		return r.postponed("has a new secret, which goes into its Secret", next.From.Time)
	}
	promoted, err := r.Secrets.Promote(ctx, r.name, next.ID)
	if err != nil {
		return err
	}
	overlap, err := r.overlap()
	if err != nil {
		return err
	}
	if err := r.keepGiven(ctx); err != nil {
		return err
	}
	rec := r.record()
	rec.Unproven = nil
	if !promoted {
		// Nobody knows its value, and nobody ever used it.
		delete(rec.Kept, keptNext)
		rec.Retired = []v1alpha1.RetiredResource{{ID: next.ID, Until: new(metav1.NewTime(now))}}
		return r.postponed("loses its new secret with the Secret; another one is begun", now)
	}
	rec.Retired = []v1alpha1.RetiredResource{{ID: rec.ID, Until: new(metav1.NewTime(now.Add(overlap)))}}
	rec.ID, rec.Kept[KeptGeneration], rec.Kept[KeptIssued] = next.ID, rec.Kept[keptNext], written(now)
	delete(rec.Kept, keptNext)
	delete(rec.Kept, keptTimed)
	delete(rec.Kept, KeptLost)
	return nil
}

// overlap is how long a former secret stays good beside the new one.
func (r *secret) overlap() (time.Duration, error) {
	if spec := specClient(r.p, r.name); spec != nil && spec.Secret != nil && spec.Secret.Overlap != "" {
		return spec.Secret.Overlap.Parse()
	}
	return r.SecretOverlap, nil
}

func (r *secret) postponed(what string, until time.Time) error {
	return &engine.PostponedError{What: "client " + r.name + " " + what, Until: until}
}

// add adds a secret in Cognito, or finds the one that an earlier attempt added.
func (r *secret) add(ctx context.Context) error {
	name := PrefixSecret + r.name
	id, err := r.p.Settle(name, func() ([]string, error) { return r.list(ctx) })
	if err != nil {
		return err
	}
	if id == "" {
		if id, err = r.addNew(ctx, name); err != nil {
			return err
		}
	}
	rec, next := r.record(), max(generation(r.p, r.name), r.kept(KeptGeneration))
	if rec.Kept[KeptLost] == "" && rec.Kept[keptTimed] == "" {
		next = max(next, r.kept(KeptGeneration)+1)
	}
	rec.Kept[keptNext] = number(next)
	rec.Unproven = &v1alpha1.UnprovenResource{ID: id, From: new(metav1.NewTime(r.p.Now().Add(r.p.Grace)))}
	return nil
}

// addNew adds a secret beside the one in use, whose id it notes first: what is listed beside that one later is ours.
func (r *secret) addNew(ctx context.Context, name string) (string, error) {
	if former := r.former(); former != nil {
		return "", r.postponed("gets its next secret when the former one goes,", former.Until.Time)
	}
	if _, err := r.givenSecret(r.p, r.name); err != nil {
		return "", err
	}
	if err := r.ofOurs(ctx); err != nil {
		return "", err
	}
	present, err := r.present(ctx)
	if err != nil {
		return "", err
	}
	r.record().ID = present
	if err := r.p.Begin(ctx, name, engine.NewToken()); err != nil {
		return "", err
	}
	id, err := r.stageAndAdd(ctx)
	r.p.End(name, err)
	if err != nil {
		return "", fmt.Errorf("add a secret to client %s: %w", r.name, err)
	}
	return id, nil
}

// stageAndAdd stores the secret first: were it the other way round, a crash between would lose it.
func (r *secret) stageAndAdd(ctx context.Context) (string, error) {
	given, err := r.givenSecret(r.p, r.name)
	if err != nil {
		return "", err
	}
	value, err := r.Secrets.Stage(ctx, r.name, given)
	if err != nil {
		return "", err
	}
	out, err := r.API.AddUserPoolClientSecret(ctx, &cip.AddUserPoolClientSecretInput{
		UserPoolId: new(r.p.ID(NamePool)), ClientId: r.clientID(), ClientSecret: &value,
	})
	if err != nil {
		return "", err
	}
	return *out.ClientSecretDescriptor.ClientSecretId, nil
}

// present returns the id of the secret in use. Which one it is cannot be told where somebody else added one: which one goes
// is for a person to say.
func (r *secret) present(ctx context.Context) (string, error) {
	all, err := r.list(ctx)
	if err != nil {
		return "", fmt.Errorf("list the secrets of client %s: %w", r.name, err)
	}
	known := r.record().ID
	switch {
	case len(all) == 0:
		return "", fmt.Errorf("the secret of client %s is not listed in Cognito", r.name)
	case len(all) == 1 && (known == "" || known == all[0]):
		return all[0], nil
	}
	ours := "; which one the Secret holds is not known"
	if known != "" {
		ours = ", of which the Secret holds " + known
	}
	return "", awserr.Because(v1alpha1.ReasonDuplicateFound, fmt.Errorf(
		"client %s (%s) has secrets in Cognito that this object did not make: there are %s%s; nothing was changed; "+
			"delete the other one, or the client for a new one", r.name, *r.clientID(), strings.Join(all, " and "), ours))
}

// ofOurs fails if the client is another SecuredAPI's: anybody may have written its record.
func (r *secret) ofOurs(ctx context.Context) error {
	_, err := r.describeClient(ctx, r.p, *r.clientID(), r.name)
	return err
}

// deleteFormer deletes the former secret in Cognito.
func (r *secret) deleteFormer(ctx context.Context) error {
	if err := r.ofOurs(ctx); err != nil {
		return err
	}
	former := r.former().ID
	_, err := r.API.DeleteUserPoolClientSecret(ctx, &cip.DeleteUserPoolClientSecretInput{
		UserPoolId: new(r.p.ID(NamePool)), ClientId: r.clientID(), ClientSecretId: &former,
	})
	gone := err == nil || awserr.Is(err, awserr.NotFound)
	if awserr.Is(err, awserr.Rejected) {
		// By which code AWS says that it is gone already is not documented.
		left, listErr := r.list(ctx)
		gone = listErr == nil && !slices.Contains(left, former)
	}
	if !gone {
		return fmt.Errorf("delete the former secret of client %s: %w", r.name, err)
	}
	r.record().Retired = nil
	return nil
}
