package userpool

import (
	"context"
	"fmt"
	"slices"
	"strings"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/ownership"
)

// applyClient makes, updates or, where a secret is to come or go, replaces a client.
func (p *Phase) applyClient(ctx context.Context, desired *Client, read *types.UserPoolClientType) error {
	hadSecret := read != nil && confidential(read, p.hadSecret(*read.ClientId))
	if read != nil && hadSecret == desired.HasSecret {
		return p.updateClient(ctx, desired, read)
	}
	if read != nil && !slices.Contains(p.Status.UserPool.RetiredClients, *read.ClientId) {
		// It works until the other is there.
		p.Status.UserPool.RetiredClients = append(p.Status.UserPool.RetiredClients, *read.ClientId)
	}
	if err := p.createClient(ctx, desired); err != nil {
		return err
	}
	if hadSecret {
		return p.Secrets.Remove(ctx, desired.Name)
	}
	return nil
}

// keepSecret sees to it that the secret that a client was made with is in its Secret, too, as long as it is the one in use,
// and that a client without one has none from before.
func (p *Phase) keepSecret(ctx context.Context, desired *Client, read *types.UserPoolClientType) error {
	known := p.Status.Client(desired.Name)
	switch {
	case !desired.HasSecret && (read == nil || !confidential(read, p.hadSecret(*read.ClientId))):
		return p.Secrets.Remove(ctx, desired.Name)
	case desired.HasSecret && read != nil && read.ClientSecret != nil && (known == nil || known.SecretID == ""):
		_, err := p.Secrets.Ensure(ctx, desired.Name, *read.ClientSecret)
		return err
	default:
		// It comes with the client that takes this one's place, goes with this one, or Cognito does not tell it.
		return nil
	}
}

// settleClients settles creations in doubt that no creation in this pass would settle: of clients that the spec no
// longer names, and of those that were to replace another.
func (p *Phase) settleClients(ctx context.Context, desired Desired) error {
	for _, begun := range slices.Clone(p.Status.Creating) {
		name, isClient := strings.CutPrefix(begun.Resource, PartClient(""))
		client := &Client{Name: name}
		i := slices.IndexFunc(desired.Clients, func(c Client) bool { return c.Name == name })
		wanted := i >= 0
		if wanted {
			client = &desired.Clients[i]
		}
		if !isClient || wanted && p.Status.Client(name) == nil {
			continue
		}
		if !begun.Refused {
			if _, _, err := p.creatingClient(client).Locate(ctx, p.Journal); err != nil {
				return err
			}
		}
		if !wanted && p.Status.Client(name) == nil {
			// The Secret comes before the client.
			if err := p.Secrets.Remove(ctx, name); err != nil {
				return err
			}
		}
		p.Status.ForgetCreation(begun.Resource)
	}
	return nil
}

// deleteRetired deletes the clients that were replaced.
func (p *Phase) deleteRetired(ctx context.Context) error {
	for _, id := range slices.Clone(p.Status.UserPool.RetiredClients) {
		inUse := slices.IndexFunc(p.Status.Clients, func(c v1alpha1.ClientStatus) bool { return c.ID == id })
		if inUse >= 0 && p.Status.Creation(PartClient(p.Status.Clients[inUse].Name)) != nil {
			// Nothing has taken its place yet.
			continue
		}
		// One that is in use all the same was to be replaced, and the spec has gone back.
		if inUse < 0 {
			if err := p.deleteClientID(ctx, id); err != nil {
				return err
			}
		}
		p.Status.UserPool.RetiredClients = slices.DeleteFunc(p.Status.UserPool.RetiredClients, func(s string) bool { return s == id })
	}
	return nil
}

func (p *Phase) updateClient(ctx context.Context, desired *Client, read *types.UserPoolClientType) error {
	out, err := p.Cognito.UpdateUserPoolClient(ctx, updateClientInput(read, desired))
	if err != nil {
		return fmt.Errorf("update client %s: %w", desired.Name, err)
	}
	now := out.UserPoolClient
	// The answer need not repeat the secret.
	now.ClientSecret = read.ClientSecret
	return agreed(diffClient(*desired, now, desired.HasSecret).String())
}

func (p *Phase) createClient(ctx context.Context, desired *Client) error {
	creating := p.creatingClient(desired)
	if p.Status.Creation(creating.Resource) == nil {
		// Never begun, so whatever has this name in the pool is not ours.
		creating.Find = nil
	}
	found, made, err := creating.Run(ctx, p.Journal)
	if err != nil || made {
		return err
	}
	// Found from an earlier attempt, perhaps with another spec.
	if err := p.keepSecret(ctx, desired, found); err != nil || diffClient(*desired, found, p.hadSecret(*found.ClientId)).Empty() {
		return err
	}
	return p.applyClient(ctx, desired, found)
}

func (p *Phase) creatingClient(desired *Client) ownership.Creating[*types.UserPoolClientType] {
	in := createClientInput(p.Status.UserPool.ID, desired)
	return ownership.Creating[*types.UserPoolClientType]{
		Resource: PartClient(desired.Name),
		Find: func(ctx context.Context) ([]*types.UserPoolClientType, error) {
			return p.findClients(ctx, desired.Name)
		},
		Prepare: func(ctx context.Context) error {
			if !desired.HasSecret {
				return nil
			}
			// The Secret comes first: were it the other way round, a crash between would lose the secret.
			secret, err := p.Secrets.Ensure(ctx, desired.Name, "")
			in.ClientSecret = &secret
			return err
		},
		Create: func(ctx context.Context, _ string) (*types.UserPoolClientType, error) {
			out, err := p.Cognito.CreateUserPoolClient(ctx, in)
			if err != nil {
				return nil, err
			}
			return out.UserPoolClient, nil
		},
		Keep: func(client *types.UserPoolClientType) { p.keepClient(desired, client) },
	}
}

// keepClient writes a client down that was made or found. What it has is taken for the secret that the spec asks for, but
// where an older one is known to be in the Secret.
func (p *Phase) keepClient(desired *Client, client *types.UserPoolClientType) {
	kept := v1alpha1.ClientStatus{Name: desired.Name, ID: *client.ClientId}
	if confidential(client, false) {
		kept.SecretGeneration = desired.SecretGeneration
		if known := p.Status.Client(desired.Name); known != nil && known.SecretGeneration > 0 {
			kept.SecretGeneration = known.SecretGeneration
		}
	}
	p.Status.SetClient(kept)
	p.Status.ForgetCreation(PartSecret(desired.Name))
}

func createClientInput(poolID string, desired *Client) *cip.CreateUserPoolClientInput {
	return &cip.CreateUserPoolClientInput{
		UserPoolId:                      &poolID,
		ClientName:                      &desired.Name,
		AllowedOAuthFlows:               desired.Flows,
		AllowedOAuthFlowsUserPoolClient: true,
		AllowedOAuthScopes:              desired.Scopes,
		CallbackURLs:                    desired.CallbackURLs,
		LogoutURLs:                      desired.LogoutURLs,
		// Without a provider there is nobody to sign in with; Cognito's own users are always meant.
		SupportedIdentityProviders: []string{"COGNITO"},
		// The login pages must not tell who has an account.
		PreventUserExistenceErrors: types.PreventUserExistenceErrorTypesEnabled,
	}
}

func (p *Phase) deleteClient(ctx context.Context, client v1alpha1.ClientStatus) error {
	if err := p.deleteClientID(ctx, client.ID); err != nil {
		return err
	}
	if err := p.Secrets.Remove(ctx, client.Name); err != nil {
		return err
	}
	p.Status.ForgetClient(client.Name)
	p.Status.ForgetCreation(PartSecret(client.Name))
	return nil
}

func (p *Phase) deleteClientID(ctx context.Context, id string) error {
	_, err := p.Cognito.DeleteUserPoolClient(ctx, &cip.DeleteUserPoolClientInput{UserPoolId: &p.Status.UserPool.ID, ClientId: &id})
	if err != nil && !awserr.Is(err, awserr.NotFound) {
		return fmt.Errorf("delete client %s: %w", id, err)
	}
	return nil
}
