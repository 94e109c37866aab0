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
	"github.com/securedapi/securedapi/controllers/ownership"
	"github.com/securedapi/securedapi/controllers/plan"
)

// A client's secret is replaced in four steps, none of which can lose one, and between which everything works: the new
// secret is staged in the Secret; it is added in Cognito, which takes two; once Cognito had the time to know it everywhere,
// it takes the place of the former one in the Secret; and after an overlap the former one is deleted in Cognito.

// applySecret carries out what is planned for a client's secret, and returns what was done.
func (p *Phase) applySecret(ctx context.Context, desired *Client, todo plan.Plan) (plan.Plan, error) {
	for i, change := range todo {
		do := p.rotate
		if change.Action == plan.Delete {
			do = p.deleteFormer
		}
		if err := do(ctx, desired); err != nil {
			return todo[:i], err
		}
	}
	return todo, nil
}

// rotate takes the step that is due of replacing a client's secret. It succeeds with the last.
func (p *Phase) rotate(ctx context.Context, desired *Client) error {
	client := p.Status.Client(desired.Name)
	if client == nil {
		return nil
	}
	if client.NextSecret == nil {
		if err := p.addSecret(ctx, desired); err != nil {
			return err
		}
		client = p.Status.Client(desired.Name)
	}
	next, now := client.NextSecret, p.Journal.Now()
	if now.Before(next.From.Time) {
		return postponed(client, "has a new secret, which goes into its Secret", next.From.Time)
	}
	promoted, err := p.Secrets.Promote(ctx, client.Name, next.ID)
	if err != nil {
		return err
	}
	client.NextSecret = nil
	if !promoted {
		// Nobody knows its value, and nobody ever used it.
		client.FormerSecret = &v1alpha1.FormerSecret{ID: next.ID, Until: metav1.NewTime(now)}
		return postponed(client, "loses its new secret with the Secret; another one is begun", now)
	}
	client.FormerSecret = &v1alpha1.FormerSecret{ID: client.SecretID, Until: metav1.NewTime(now.Add(p.SecretOverlap))}
	client.SecretID, client.SecretGeneration, client.SecretLost = next.ID, next.Generation, false
	return nil
}

func postponed(client *v1alpha1.ClientStatus, what string, until time.Time) error {
	return &ownership.Postponed{What: "client " + client.Name + " " + what, Until: until}
}

// addSecret adds a secret to a client in Cognito, or finds the one that an earlier attempt added.
func (p *Phase) addSecret(ctx context.Context, desired *Client) error {
	client := p.Status.Client(desired.Name)
	creating := p.creatingSecret(desired)
	if p.Status.Creation(creating.Resource) == nil {
		if former := client.FormerSecret; former != nil {
			return postponed(client, "gets its next secret when the former one goes,", former.Until.Time)
		}
		secrets, err := p.listSecrets(ctx, client)
		if err != nil {
			return err
		}
		if len(secrets) == 0 {
			return fmt.Errorf("the secret of client %s is not listed in Cognito", client.Name)
		}
		if len(secrets) > 1 || client.SecretID != "" && client.SecretID != secrets[0] {
			return strangeSecrets(client, secrets)
		}
		client.SecretID = secrets[0]
		// Never begun, so whatever there is beside it is not ours.
		creating.Find = nil
	}
	_, _, err := creating.Run(ctx, p.Journal)
	if begun := p.Status.Creation(creating.Resource); begun != nil && begun.Refused {
		// Nothing was added, so the next try begins with a look.
		p.Status.ForgetCreation(creating.Resource)
	}
	return err
}

// strangeSecrets says that somebody else added a secret to a client: which one goes is for a person to say.
func strangeSecrets(client *v1alpha1.ClientStatus, secrets []string) error {
	ours := "; which one the Secret holds is not known"
	if client.SecretID != "" {
		ours = ", of which the Secret holds " + client.SecretID
	}
	return awserr.Because(v1alpha1.ReasonDuplicateFound, fmt.Errorf(
		"client %s (%s) has secrets in Cognito that this object did not make: there are %s%s; nothing was changed; "+
			"delete the other one, or the client for a new one", client.Name, client.ID, strings.Join(secrets, " and "), ours))
}

func (p *Phase) creatingSecret(desired *Client) ownership.Creating[string] {
	name := desired.Name
	return ownership.Creating[string]{
		Resource: PartSecret(name),
		Find: func(ctx context.Context) ([]string, error) {
			client := p.Status.Client(name)
			secrets, err := p.listSecrets(ctx, client)
			return slices.DeleteFunc(secrets, func(id string) bool { return id == client.SecretID }), err
		},
		Create: func(ctx context.Context, _ string) (string, error) {
			// The Secret comes first: were it the other way round, a crash between would lose the secret.
			secret, err := p.Secrets.Stage(ctx, name)
			if err != nil {
				return "", err
			}
			out, err := p.Cognito.AddUserPoolClientSecret(ctx, &cip.AddUserPoolClientSecretInput{
				UserPoolId: &p.Status.UserPool.ID, ClientId: &p.Status.Client(name).ID, ClientSecret: &secret,
			})
			if err != nil {
				return "", err
			}
			return *out.ClientSecretDescriptor.ClientSecretId, nil
		},
		Keep: func(id string) {
			client := p.Status.Client(name)
			generation := max(desired.SecretGeneration, client.SecretGeneration)
			if !client.SecretLost {
				generation = max(generation, client.SecretGeneration+1)
			}
			client.NextSecret = &v1alpha1.NextSecret{ID: id, Generation: generation, From: metav1.NewTime(p.Journal.Now().Add(p.Journal.Settle))}
		},
	}
}

// deleteFormer deletes the secret that a client had before, in Cognito. It was noted as ours to delete.
func (p *Phase) deleteFormer(ctx context.Context, desired *Client) error {
	client := p.Status.Client(desired.Name)
	if client == nil || client.FormerSecret == nil {
		return nil
	}
	former := client.FormerSecret.ID
	_, err := p.Cognito.DeleteUserPoolClientSecret(ctx, &cip.DeleteUserPoolClientSecretInput{
		UserPoolId: &p.Status.UserPool.ID, ClientId: &client.ID, ClientSecretId: &former,
	})
	gone := err == nil || awserr.Is(err, awserr.NotFound)
	if awserr.Is(err, awserr.Rejected) {
		// By which code AWS says that it is gone already is not documented.
		left, listErr := p.listSecrets(ctx, client)
		gone = listErr == nil && !slices.Contains(left, former)
	}
	if !gone {
		return fmt.Errorf("delete the former secret of client %s: %w", client.Name, err)
	}
	client.FormerSecret = nil
	return nil
}
