package userpool

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// client is an app client. It carries no tags: in our pool, the name tells which one it is.
type client struct {
	*Cognito
	p    *engine.Pass
	name string
}

func clientKeys(p *engine.Pass) []string {
	var keys []string
	for i := range p.Object.Spec.Clients {
		keys = append(keys, p.Object.Spec.Clients[i].Name)
	}
	return keys
}

func (c *Cognito) client(p *engine.Pass, name string) engine.Resource {
	r := client{c, p, name}
	return &engine.Of[clientSettings, types.UserPoolClientType]{
		Meta:    engine.Meta{In: NamePool, GoesWith: true, Check: engine.EverySecondCheck},
		Desired: r.desired,
		Find:    r.find,
		Read:    r.read,
		Diff:    r.diff,
		Replaces: func(want *clientSettings, have *types.UserPoolClientType) bool {
			return r.hasSecret(have) != want.HasSecret
		},
		Create: r.create,
		Update: r.update,
		Delete: r.delete,
		Guard:  r.guard,
		Forget: r.forget,
	}
}

func (r client) diff(want *clientSettings, have *types.UserPoolClientType) plan.Plan {
	part := PrefixClient + r.name
	if have != nil && r.hasSecret(have) != want.HasSecret {
		return plan.Diff(part, plan.Replace, plan.Field{
			Subject: part + ".secret", Observed: engine.Switch(r.hasSecret(have)), Desired: engine.Switch(want.HasSecret),
		})
	}
	return compare(part, clientFields, want, have, engine.Join(want.Flows))
}

// hasSecret says whether a client has a secret. Cognito shows only the one that the client was made with, and none when
// that was deleted (seen on AWS: floci-io/floci#345). A client with the client credentials flow always has one (Cognito
// refuses the flow without), and so has one that had: the last secret cannot be deleted (DeleteUserPoolClientSecret).
func (r client) hasSecret(have *types.UserPoolClientType) bool {
	known := r.p.Known(PrefixSecret + r.name)
	return known != nil && known.Kept[KeptClient] == *have.ClientId ||
		aws.ToString(have.ClientSecret) != "" || slices.Contains(have.AllowedOAuthFlows, types.OAuthFlowTypeClientCredentials)
}

// find returns the clients of that name. One that is listed and cannot be read may be there all the same, and one that is
// made in its place has another id than people were given.
func (r client) find(ctx context.Context, _ string) ([]engine.Found[types.UserPoolClientType], error) {
	listed, err := r.listClients(ctx, r.p, r.p.ID(NamePool))
	if err != nil {
		return nil, err
	}
	var found []engine.Found[types.UserPoolClientType]
	for _, one := range listed {
		if *one.ClientName != r.clientName(r.p, r.name) {
			continue
		}
		have, err := r.describeClient(ctx, r.p, *one.ClientId, r.name)
		if err == nil && have == nil {
			err = errNotFoundButListed(*one.ClientId)
		}
		if err != nil {
			return nil, err
		}
		found = append(found, engine.Found[types.UserPoolClientType]{ID: *one.ClientId, Value: have})
	}
	return found, nil
}

func errNotFoundButListed(id string) error {
	return fmt.Errorf("client %s is listed, but was not found", id)
}

// listClients lists the clients of a pool. The pass shares the answer.
func (c *Cognito) listClients(ctx context.Context, p *engine.Pass, pool string) ([]types.UserPoolClientDescription, error) {
	all, err := engine.Share(p, "clients "+pool, func() (*[]types.UserPoolClientDescription, error) {
		var all []types.UserPoolClientDescription
		pages := cip.NewListUserPoolClientsPaginator(c.API, &cip.ListUserPoolClientsInput{UserPoolId: &pool, MaxResults: new(int32(60))})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			all = append(all, page.UserPoolClients...)
		}
		return &all, nil
	})
	if err != nil {
		return nil, err
	}
	return *all, nil
}

func (r client) read(ctx context.Context, id string, _ []string) (*types.UserPoolClientType, error) {
	have, err := r.describeClient(ctx, r.p, id, r.name)
	if have != nil && r.hasSecret(have) {
		r.keepSecret(id)
	}
	return have, err
}

// describeClient returns a client of our pool, nil if there is none. One that another SecuredAPI made is an error.
func (c *Cognito) describeClient(ctx context.Context, p *engine.Pass, id, name string) (*types.UserPoolClientType, error) {
	out, err := c.API.DescribeUserPoolClient(ctx, &cip.DescribeUserPoolClientInput{UserPoolId: new(p.ID(NamePool)), ClientId: &id})
	if err != nil {
		return nil, unlessGone(err)
	}
	return out.UserPoolClient, c.ours("client", id, aws.ToString(out.UserPoolClient.ClientName), c.clientName(p, name))
}

// keepSecret notes that a client has a secret, whatever becomes of its flow. One that nothing is known of counts as the one
// that the spec asks for.
func (r client) keepSecret(id string) {
	known := r.p.Known(PrefixSecret + r.name)
	if known == nil {
		return
	}
	if known.Under != "" && known.Under != id {
		// It is of the client in whose place this one was found.
		*known = v1alpha1.ResourceRecord{Name: known.Name}
	}
	known.Under = id
	if known.Kept == nil {
		known.Kept = map[string]string{}
	}
	known.Kept[KeptClient] = id
	if known.Kept[KeptGeneration] == "" {
		known.Kept[KeptGeneration] = number(generation(r.p, r.name))
	}
}

// guard keeps a client from being made that nobody could sign in to as the spec says, and prepares the record of its secret. The Secret
// may be there, from a client that somebody deleted.
func (r client) guard(_ context.Context, operation v1alpha1.Operation, want *clientSettings, _ *types.UserPoolClientType) error {
	if operation == v1alpha1.OperationCreate && want.Access.waits() {
		return awserr.Because(v1alpha1.ReasonDependencyNotReady, &engine.AbsentError{What: fmt.Sprintf(
			"client %s is made when an identity provider is there that it names: %s", r.name, engine.Join(want.Access.Waiting))})
	}
	if operation == v1alpha1.OperationCreate && want.HasSecret {
		if _, err := r.givenSecret(r.p, r.name); err != nil {
			return err
		}
		known := r.p.Record(PrefixSecret + r.name)
		maps.DeleteFunc(known.Kept, func(key, _ string) bool { return key != KeptGeneration && key != KeptName })
		if name := secretNameAsked(r.p, r.name); name != "" && known.Kept[KeptGeneration] == "" {
			// Nothing is stored yet that would have to move.
			known.Kept = map[string]string{KeptName: name}
		}
		*known = v1alpha1.ResourceRecord{Name: known.Name, Kept: known.Kept}
	}
	return nil
}

func (r client) create(ctx context.Context, want *clientSettings, _ string) (engine.Found[types.UserPoolClientType], error) {
	var made engine.Found[types.UserPoolClientType]
	in := createClientInput(r.p.ID(NamePool), want)
	if want.HasSecret {
		secret, err := r.newSecret(ctx)
		if err != nil {
			return made, err
		}
		in.ClientSecret = &secret
	}
	out, err := r.API.CreateUserPoolClient(ctx, in)
	if err != nil {
		return made, err
	}
	made.ID, made.Value = *out.UserPoolClient.ClientId, out.UserPoolClient
	if want.HasSecret {
		r.keepSecret(made.ID)
	}
	return made, nil
}

// newSecret is the secret of a client that is about to be made. The Secret comes first: were it the other way round, a crash between
// would lose the secret.
func (r client) newSecret(ctx context.Context) (string, error) {
	given, err := r.givenSecret(r.p, r.name)
	if err != nil {
		return "", err
	}
	if given != "" {
		return given, r.Secrets.Put(ctx, r.name, given)
	}
	if r.p.Record(PrefixSecret + r.name).Kept[KeptGeneration] == "" {
		// No client had a secret yet, so whoever made the Secret knows what is in it.
		if err := r.Secrets.Remove(ctx, r.name); err != nil {
			return "", err
		}
	}
	return r.Secrets.Ensure(ctx, r.name)
}

// update sends back all of a client: Cognito sets what it is not given to its default.
func (r client) update(
	ctx context.Context, _ string, want *clientSettings, have *types.UserPoolClientType,
) (*types.UserPoolClientType, error) {
	out, err := r.API.UpdateUserPoolClient(ctx, updateClientInput(engine.Overlay(clientFields, want, have)))
	if err != nil {
		return nil, err
	}
	return out.UserPoolClient, nil
}

// delete deletes a client that was seen to be ours. One that is not found and is listed all the same may still be there.
func (r client) delete(ctx context.Context, id, pool string) error {
	have, err := r.describeClient(ctx, r.p, id, r.name)
	if err != nil {
		return err
	}
	if have == nil {
		return r.unlisted(ctx, id, pool)
	}
	_, err = r.API.DeleteUserPoolClient(ctx, &cip.DeleteUserPoolClientInput{UserPoolId: &pool, ClientId: &id})
	return unlessGone(err)
}

// unlisted fails if a client that was not found is listed.
func (r client) unlisted(ctx context.Context, id, pool string) error {
	listed, err := r.listClients(ctx, r.p, pool)
	if err == nil && slices.ContainsFunc(listed, func(one types.UserPoolClientDescription) bool { return *one.ClientId == id }) {
		err = errNotFoundButListed(id)
	}
	return unlessGone(err)
}

// forget removes the Secret, and what is known of it.
func (r client) forget(ctx context.Context) error {
	if r.p.Known(PrefixSecret+r.name) == nil {
		// The record comes before the Secret, so there is none. An object without secrets needs no right to Secrets.
		return nil
	}
	if err := r.Secrets.Remove(ctx, r.name); err != nil {
		return err
	}
	r.p.Object.Status.Resources = slices.DeleteFunc(r.p.Object.Status.Resources, func(rec v1alpha1.ResourceRecord) bool {
		return rec.Name == PrefixSecret+r.name
	})
	return nil
}
