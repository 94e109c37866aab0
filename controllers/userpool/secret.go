package userpool

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/plan"
)

// Secret is what is known of the secret of a confidential client. Status tells most of it, so that a client whose secret
// is not to be replaced costs no call.
type Secret struct {
	// Generation is that of the secret in use; Lost says that nobody knows its value any more.
	Generation int32
	Lost       bool
	// Next is the generation of the one that is on its way, 0 if none is.
	Next int32
	// Former is the id of the one before, once its time is over.
	Former string
}

// confidential says whether a client has a secret. Cognito shows only the one that the client was made with, and none when
// that was deleted (seen on AWS: floci-io/floci#345). A client with the client credentials flow always has one (Cognito
// refuses the flow without), and so has one that had: the last secret cannot be deleted (DeleteUserPoolClientSecret).
func confidential(read *types.UserPoolClientType, had bool) bool {
	return had || aws.ToString(read.ClientSecret) != "" || slices.Contains(read.AllowedOAuthFlows, types.OAuthFlowTypeClientCredentials)
}

// hadSecret says whether status knows a client as confidential.
func (p *Phase) hadSecret(id string) bool {
	return slices.ContainsFunc(p.Status.Clients, func(c v1alpha1.ClientStatus) bool { return c.ID == id && c.SecretGeneration > 0 })
}

// observeSecrets returns what is known of the secrets of the clients that have one.
func (p *Phase) observeSecrets(
	ctx context.Context, desired Desired, clients map[string]*types.UserPoolClientType,
) (map[string]Secret, error) {
	secrets := map[string]Secret{}
	for i := range desired.Clients {
		client := &desired.Clients[i]
		known := p.Status.Client(client.Name)
		read, looked := clients[client.Name]
		if gone := looked && read == nil; gone || known == nil || known.SecretGeneration == 0 {
			continue
		}
		if client.HasSecret && looked && (known.SecretID != "" || read.ClientSecret == nil) {
			// Cognito does not tell its value, so that what is in the Secret is all there is.
			stored, err := p.Secrets.Has(ctx, client.Name)
			if err != nil {
				return nil, err
			}
			known.SecretLost = !stored
		}
		secret := Secret{Generation: known.SecretGeneration, Lost: known.SecretLost}
		switch next := known.NextSecret; {
		case next != nil:
			secret.Next = next.Generation
		case p.Status.Creation(PartSecret(client.Name)) != nil:
			secret.Next = secret.Generation + 1
		}
		if former := known.FormerSecret; former != nil && !p.Journal.Now().Before(former.Until.Time) {
			secret.Former = former.ID
		}
		secrets[client.Name] = secret
	}
	return secrets, nil
}

// diffSecret plans for a client's secret. What is on its way is brought to its end, whatever the spec says by now.
func diffSecret(desired Client, observed Secret) plan.Plan {
	if !desired.HasSecret {
		return nil
	}
	part, subject := PartSecret(desired.Name), PartClient(desired.Name)
	var p plan.Plan
	if observed.Former != "" {
		p = append(p, plan.Change{
			Part: part, Action: plan.Delete, Subject: subject + ".formerSecret", To: observed.Former, Class: plan.InPlace,
		})
	}
	change := plan.Change{Part: part, Action: plan.Update, Subject: subject + ".secret", Class: plan.InPlace}
	switch next := max(desired.SecretGeneration, observed.Next); {
	case observed.Lost:
		change.From, change.To = "lost", "generation "+number(max(next, observed.Generation))
	case next > observed.Generation:
		change.From, change.To = "generation "+number(observed.Generation), number(next)
	default:
		return p
	}
	return append(p, change)
}

// listSecrets returns the ids of a client's secrets. There are two at most, and all of them come at once.
func (p *Phase) listSecrets(ctx context.Context, client *v1alpha1.ClientStatus) ([]string, error) {
	out, err := p.Cognito.ListUserPoolClientSecrets(ctx, &cip.ListUserPoolClientSecretsInput{
		UserPoolId: &p.Status.UserPool.ID, ClientId: &client.ID,
	})
	if err != nil {
		return nil, fmt.Errorf("list the secrets of client %s: %w", client.Name, err)
	}
	ids := make([]string, 0, len(out.ClientSecrets))
	for _, secret := range out.ClientSecrets {
		ids = append(ids, *secret.ClientSecretId)
	}
	return ids, nil
}
