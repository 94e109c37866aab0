package userpool

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/ownership"
)

// Observed is what Cognito holds, as far as it was looked at: only the parts that are due.
type Observed struct {
	// Absent says that there is no pool, so that everything is to be made. Lost is the id of one that somebody deleted.
	Absent bool
	Lost   string
	// Pool is nil if it was not looked at.
	Pool *types.UserPoolType
	// Domain is the pool's domain prefix, as far as it is the spec's business.
	Domain string
	// ResourceServers is nil if they were not looked at.
	ResourceServers map[string]types.ResourceServerType
	// Clients has the clients that were looked at, with nil for one that is not there.
	Clients map[string]*types.UserPoolClientType
	// Secrets has what is known of the secrets of confidential clients, also of those that were not looked at.
	Secrets map[string]Secret
	// ExtraServers and ExtraClients are those of ours that the spec no longer names.
	ExtraServers []string
	ExtraClients []v1alpha1.ClientStatus
}

// observe reads the parts that are due. It changes nothing.
func (p *Phase) observe(ctx context.Context, desired Desired, pool *types.UserPoolType) (Observed, error) {
	o := Observed{Pool: pool, Clients: map[string]*types.UserPoolClientType{}}
	if o.Pool == nil && (p.Journal.Due(PartPool, digest(desired.Pool)) || p.Journal.Due(PartDomain, digest(desired.Domain))) {
		var err error
		if o.Pool, err = p.ownPool(ctx); err != nil {
			return o, err
		}
	}
	if o.Pool != nil {
		p.Modified = aws.ToTime(o.Pool.LastModifiedDate)
		o.Domain = aws.ToString(o.Pool.Domain)
		if desired.Domain == "" && !p.ourDomain(o.Domain) {
			// Made by hand, where the spec asks for none.
			o.Domain = ""
		}
	}
	ours := p.Status.UserPool.ResourceServers
	if len(ours)+len(desired.ResourceServers) > 0 && p.Journal.Due(PartResourceServers, digest(desired.ResourceServers)) {
		var err error
		if o.ResourceServers, err = p.listResourceServers(ctx); err != nil {
			return o, err
		}
		for _, identifier := range ours {
			if !slices.ContainsFunc(desired.ResourceServers, func(rs ResourceServer) bool { return rs.Identifier == identifier }) {
				o.ExtraServers = append(o.ExtraServers, identifier)
			}
		}
	}
	for i := range desired.Clients {
		client := &desired.Clients[i]
		known := p.Status.Client(client.Name)
		switch {
		case known == nil:
			o.Clients[client.Name] = nil
		case p.Journal.Due(PartClient(client.Name), digest(client)):
			var err error
			if o.Clients[client.Name], err = p.knownClient(ctx, known.ID); err != nil {
				return o, err
			}
		}
	}
	var err error
	if o.Secrets, err = p.observeSecrets(ctx, desired, o.Clients); err != nil {
		return o, err
	}
	for _, known := range p.Status.Clients {
		if !slices.ContainsFunc(desired.Clients, func(c Client) bool { return c.Name == known.Name }) {
			o.ExtraClients = append(o.ExtraClients, known)
		}
	}
	return o, nil
}

// ownPool reads the pool and fails unless it carries the owner's tags.
func (p *Phase) ownPool(ctx context.Context) (*types.UserPoolType, error) {
	pool, err := p.describePool(ctx, p.Status.UserPool.ID)
	if err != nil {
		return nil, err
	}
	if !p.Owner.Owns(pool.UserPoolTags) {
		return nil, ownership.Conflict("user pool "+*pool.Id, pool.UserPoolTags)
	}
	return pool, nil
}

func (p *Phase) describePool(ctx context.Context, id string) (*types.UserPoolType, error) {
	out, err := p.Cognito.DescribeUserPool(ctx, &cip.DescribeUserPoolInput{UserPoolId: &id})
	if err != nil {
		return nil, fmt.Errorf("describe user pool %s: %w", id, err)
	}
	return out.UserPool, nil
}

// describeClient returns nil for a client that is not there.
func (p *Phase) describeClient(ctx context.Context, id string) (*types.UserPoolClientType, error) {
	out, err := p.Cognito.DescribeUserPoolClient(ctx, &cip.DescribeUserPoolClientInput{UserPoolId: &p.Status.UserPool.ID, ClientId: &id})
	if awserr.Is(err, awserr.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("describe client %s: %w", id, err)
	}
	return out.UserPoolClient, nil
}

func (p *Phase) listResourceServers(ctx context.Context) (map[string]types.ResourceServerType, error) {
	found := map[string]types.ResourceServerType{}
	pages := cip.NewListResourceServersPaginator(p.Cognito, &cip.ListResourceServersInput{
		UserPoolId: &p.Status.UserPool.ID, MaxResults: new(int32(50)),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list resource servers: %w", err)
		}
		for _, rs := range page.ResourceServers {
			found[*rs.Identifier] = rs
		}
	}
	return found, nil
}

// findPools returns the user pools that carry the owner's tags, and whether the account has others. A list has names
// only, so those of our name are described.
func (p *Phase) findPools(ctx context.Context) (found []*types.UserPoolType, others bool, err error) {
	pages := cip.NewListUserPoolsPaginator(p.Cognito, &cip.ListUserPoolsInput{MaxResults: new(int32(60))})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, false, fmt.Errorf("list user pools: %w", err)
		}
		for _, listed := range page.UserPools {
			if *listed.Name != p.Owner.ResourceName() {
				others = true
				continue
			}
			pool, err := p.describePool(ctx, *listed.Id)
			if awserr.Is(err, awserr.NotFound) {
				continue
			}
			if err != nil {
				return nil, false, err
			}
			if p.Owner.Owns(pool.UserPoolTags) {
				found = append(found, pool)
			} else {
				others = true
			}
		}
	}
	return found, others, nil
}

// listedPool returns the pool of that id if it is listed with the owner's tags, else nil.
func (p *Phase) listedPool(ctx context.Context, id string) (*types.UserPoolType, error) {
	pools, _, err := p.findPools(ctx)
	if i := slices.IndexFunc(pools, func(pool *types.UserPoolType) bool { return *pool.Id == id }); i >= 0 {
		return pools[i], err
	}
	return nil, err
}

// findClients returns the clients of that name in our pool. Clients carry no tags: in a pool of ours, the name tells.
func (p *Phase) findClients(ctx context.Context, name string) ([]*types.UserPoolClientType, error) {
	var found []*types.UserPoolClientType
	all, err := p.listClients(ctx)
	if err != nil {
		return nil, err
	}
	for _, listed := range all {
		if *listed.ClientName != name || slices.Contains(p.Status.UserPool.RetiredClients, *listed.ClientId) {
			continue
		}
		client, err := p.describeClient(ctx, *listed.ClientId)
		if err != nil {
			return nil, err
		}
		if client != nil {
			found = append(found, client)
		}
	}
	return found, nil
}

// knownClient reads a client that status knows, and returns nil if it is gone. One answer may trail, and one that is made
// anew has another id than people were given: the list has to agree.
func (p *Phase) knownClient(ctx context.Context, id string) (*types.UserPoolClientType, error) {
	client, err := p.describeClient(ctx, id)
	if client != nil || err != nil {
		return client, err
	}
	all, err := p.listClients(ctx)
	if slices.ContainsFunc(all, func(c types.UserPoolClientDescription) bool { return *c.ClientId == id }) {
		err = fmt.Errorf("client %s is listed, but was not found", id)
	}
	return nil, err
}

func (p *Phase) listClients(ctx context.Context) ([]types.UserPoolClientDescription, error) {
	var all []types.UserPoolClientDescription
	pages := cip.NewListUserPoolClientsPaginator(p.Cognito, &cip.ListUserPoolClientsInput{
		UserPoolId: &p.Status.UserPool.ID, MaxResults: new(int32(60)),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list clients: %w", err)
		}
		all = append(all, page.UserPoolClients...)
	}
	return all, nil
}
