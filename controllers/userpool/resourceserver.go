package userpool

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// resourceServer is an API of one's own that clients ask scopes of. It has the identifier that the spec gives it.
type resourceServer struct {
	*Cognito
	p          *engine.Pass
	identifier string
}

// serverSettings are an identifier, and the descriptions of scopes by their names.
type serverSettings struct {
	Identifier string
	Scopes     map[string]string
}

// maxScopes is how many scopes a resource server can have (CreateResourceServerInput).
const maxScopes = 100

// serverExists is in Cognito's words for an identifier that the pool has already, with the code of any bad value.
const serverExists = "already exists in user pool"

func serverKeys(p *engine.Pass) []string {
	var keys []string
	for _, server := range p.Object.Spec.EffectiveResourceServers() {
		keys = append(keys, server.Identifier)
	}
	return keys
}

func (c *Cognito) resourceServer(p *engine.Pass, identifier string) engine.Resource {
	r := resourceServer{c, p, identifier}
	return &engine.Of[serverSettings, types.ResourceServerType]{
		// A client keeps the name of a scope that is gone, and gets no token with it, so what clients had goes after them.
		Meta:    engine.Meta{In: NamePool, GoesWith: true, Check: engine.Rotating, Leaves: []string{PrefixClient}},
		Desired: r.desired,
		ID:      func(want *serverSettings) string { return want.Identifier },
		Read:    r.read,
		Diff:    r.diff,
		Grow:    grow,
		Create:  r.create,
		Exists:  func(err error) bool { return strings.Contains(awserr.Message(err), serverExists) },
		Update:  r.update,
		Delete:  r.delete,
	}
}

func (r resourceServer) desired() (*serverSettings, error) {
	servers := r.p.Object.Spec.EffectiveResourceServers()
	at := slices.IndexFunc(servers, func(s v1alpha1.ResourceServer) bool { return s.Identifier == r.identifier })
	if at < 0 {
		return nil, nil
	}
	scopes := map[string]string{}
	for _, scope := range servers[at].Scopes {
		scopes[scope.Name] = scope.Description
		if scope.Description == "" {
			scopes[scope.Name] = scope.Name
		}
	}
	return &serverSettings{r.identifier, scopes}, nil
}

// serverFields are what the spec sets of a resource server. Its name stays as it was read.
var serverFields = []engine.Field[serverSettings, types.ResourceServerType]{{
	Name: "scopes", Class: plan.InPlace,
	Words: func(have *types.ResourceServerType) string { return scopeWords(descriptions(have)) },
	Set:   func(have *types.ResourceServerType, want *serverSettings) { have.Scopes = scopeTypes(want.Scopes) },
}}

func (r resourceServer) diff(want *serverSettings, have *types.ResourceServerType) plan.Plan {
	return compare(PrefixServer+r.identifier, serverFields, want, have, scopeWords(want.Scopes))
}

// grow adds the scopes that are there to those that are wanted, as far as a resource server can hold them.
func grow(want *serverSettings, have *types.ResourceServerType) *serverSettings {
	scopes := descriptions(have)
	maps.Copy(scopes, want.Scopes)
	if len(scopes) > maxScopes {
		return want
	}
	return &serverSettings{want.Identifier, scopes}
}

func descriptions(have *types.ResourceServerType) map[string]string {
	scopes := map[string]string{}
	for _, scope := range have.Scopes {
		scopes[*scope.ScopeName] = aws.ToString(scope.ScopeDescription)
	}
	return scopes
}

func scopeWords(scopes map[string]string) string {
	words := make([]string, 0, len(scopes))
	for _, name := range slices.Sorted(maps.Keys(scopes)) {
		words = append(words, name+" ("+scopes[name]+")")
	}
	return strings.Join(words, ", ")
}

func scopeTypes(scopes map[string]string) []types.ResourceServerScopeType {
	all := make([]types.ResourceServerScopeType, 0, len(scopes))
	for _, name := range slices.Sorted(maps.Keys(scopes)) {
		all = append(all, types.ResourceServerScopeType{ScopeName: new(name), ScopeDescription: new(scopes[name])})
	}
	return all
}

// read takes it out of the list, which is one call for all. One that another SecuredAPI made is an error.
func (r resourceServer) read(ctx context.Context, identifier string, _ []string) (*types.ResourceServerType, error) {
	all, err := engine.Share(r.p, "resourceServers", func() (*[]types.ResourceServerType, error) { return r.list(ctx) })
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(*all, func(s types.ResourceServerType) bool { return *s.Identifier == identifier })
	if at < 0 {
		return nil, nil
	}
	have := &(*all)[at]
	return have, r.ours("resource server", identifier, aws.ToString(have.Name), r.serverName(r.p, identifier))
}

func (r resourceServer) list(ctx context.Context) (*[]types.ResourceServerType, error) {
	var all []types.ResourceServerType
	pages := cip.NewListResourceServersPaginator(r.API, &cip.ListResourceServersInput{
		UserPoolId: new(r.p.ID(NamePool)), MaxResults: new(int32(50)),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, page.ResourceServers...)
	}
	return &all, nil
}

// notInName is what an identifier may have and a name may not (ResourceServerNameType).
var notInName = regexp.MustCompile(`[^\w\s+=,.@-]`)

// create names it after its identifier, as far as a name may hold it. People see the name.
func (r resourceServer) create(ctx context.Context, want *serverSettings, _ string) (engine.Found[types.ResourceServerType], error) {
	out, err := r.API.CreateResourceServer(ctx, &cip.CreateResourceServerInput{
		UserPoolId: new(r.p.ID(NamePool)), Identifier: &want.Identifier,
		Name: new(r.serverName(r.p, want.Identifier)), Scopes: scopeTypes(want.Scopes),
	})
	if err != nil {
		return engine.Found[types.ResourceServerType]{}, err
	}
	return engine.Found[types.ResourceServerType]{ID: want.Identifier, Value: out.ResourceServer}, nil
}

func (r resourceServer) update(
	ctx context.Context, identifier string, want *serverSettings, have *types.ResourceServerType,
) (*types.ResourceServerType, error) {
	laid := engine.Overlay(serverFields, want, have)
	out, err := r.API.UpdateResourceServer(ctx, &cip.UpdateResourceServerInput{
		UserPoolId: new(r.p.ID(NamePool)), Identifier: &identifier, Name: laid.Name, Scopes: laid.Scopes,
	})
	if err != nil {
		return nil, err
	}
	return out.ResourceServer, nil
}

// delete deletes a server that was seen to be ours.
func (r resourceServer) delete(ctx context.Context, identifier, pool string) error {
	have, err := r.read(ctx, identifier, nil)
	if err != nil || have == nil {
		return err
	}
	_, err = r.API.DeleteResourceServer(ctx, &cip.DeleteResourceServerInput{UserPoolId: &pool, Identifier: &identifier})
	return unlessGone(err)
}
