package userpool

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// foreignTrigger is the prefix of the names of triggers.
const foreignTrigger = "trigger/"

// others lists what the pool holds that lets people in or changes their tokens, and that is not of this object. Triggers are in the
// pool's description; clients and identity providers cost a call each.
func (r userPool) others(ctx context.Context, id string, have *types.UserPoolType, kind string) ([]v1alpha1.ForeignResource, error) {
	var all []v1alpha1.ForeignResource
	if kind == "" && have != nil {
		all = append(all, r.otherTriggers(have.LambdaConfig)...)
	}
	if kind == "" || kind == PrefixClient {
		found, err := r.otherClients(ctx, id)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	if kind == "" || kind == PrefixProvider {
		found, err := r.providers(ctx, id)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// otherTriggers lists the functions that a pool calls and the spec does not name.
func (r userPool) otherTriggers(config *types.LambdaConfigType) []v1alpha1.ForeignResource {
	// A spec whose functions are not known yet has none that is called.
	wanted, _ := r.poolCaller(r.p).triggers()
	var found []v1alpha1.ForeignResource
	for _, e := range triggerEvents {
		function := e.function(config)
		ours := slices.ContainsFunc(wanted, func(t trigger) bool { return t.Event == e.name && t.Function == function })
		if function != "" && !ours {
			name := foreignTrigger + strings.ToLower(string(e.name[:1])) + string(e.name[1:])
			found = append(found, v1alpha1.ForeignResource{Name: name, ID: function})
		}
	}
	return found
}

// otherClients lists the clients that no record has. One that is being made, or of a pool from before, is told by its name.
func (r userPool) otherClients(ctx context.Context, id string) ([]v1alpha1.ForeignResource, error) {
	listed, err := r.listClients(ctx, r.p, id)
	if err != nil {
		return nil, err
	}
	ids, names := map[string]bool{}, map[string]bool{}
	for i := range r.p.Object.Status.Resources {
		rec := &r.p.Object.Status.Resources[i]
		name, is := strings.CutPrefix(rec.Name, PrefixClient)
		if !is {
			continue
		}
		ids[rec.ID] = true
		for _, old := range rec.Retired {
			ids[old.ID] = true
		}
		if rec.ID == "" || rec.Pending != nil {
			names[name] = true
		}
	}
	if r.p.ID(NamePool) != id {
		for _, name := range clientKeys(r.p) {
			names[name] = true
		}
	}
	others, err := r.notLent(slices.DeleteFunc(slices.Clone(listed), func(one types.UserPoolClientDescription) bool {
		return ids[*one.ClientId] || names[*one.ClientName]
	}))
	found := make([]v1alpha1.ForeignResource, 0, len(others))
	for _, one := range others {
		found = append(found, v1alpha1.ForeignResource{Name: PrefixClient + *one.ClientName, ID: *one.ClientId})
	}
	return found, err
}

// providers lists the identity providers of a pool that neither the spec nor a record has.
func (r userPool) providers(ctx context.Context, id string) ([]v1alpha1.ForeignResource, error) {
	ours := map[string]bool{}
	for _, name := range providerKeys(r.p) {
		ours[name] = true
	}
	for i := range r.p.Object.Status.Resources {
		if rec := &r.p.Object.Status.Resources[i]; r.p.ID(NamePool) == id && rec.ID != "" {
			name, is := strings.CutPrefix(rec.Name, PrefixProvider)
			ours[name] = ours[name] || is
		}
	}
	var found []v1alpha1.ForeignResource
	pages := cip.NewListIdentityProvidersPaginator(r.API, &cip.ListIdentityProvidersInput{UserPoolId: &id, MaxResults: aws.Int32(60)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, provider := range page.Providers {
			if name := aws.ToString(provider.ProviderName); !ours[name] {
				found = append(found, v1alpha1.ForeignResource{Name: PrefixProvider + name})
			}
		}
	}
	return found, nil
}
