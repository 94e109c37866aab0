package userpool

import (
	"context"
	"errors"
	"fmt"
	"maps"
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

// PrefixProvider is the prefix of the names of identity providers in status.
const PrefixProvider = "identityProvider/"

// Inputs reads what a field of the spec names in Secrets and ConfigMaps of the object's namespace.
type Inputs interface {
	Secret(field string, key v1alpha1.SecretKey) (string, error)
	ConfigMap(field string, key v1alpha1.ConfigMapKey) (string, error)
	// File is what ConfigMap returns, byte by byte.
	File(field string, key v1alpha1.ConfigMapKey) (string, error)
}

// identityProvider is where people sign in who have an account somewhere else. It has the name that the spec gives it.
type identityProvider struct {
	*Cognito
	p    *engine.Pass
	name string
}

// providerSettings is what a provider is made with.
type providerSettings struct {
	Name        string
	Kind        types.IdentityProviderTypeType
	Details     map[string]string
	Attributes  map[string]string
	Identifiers []string
	// Given are the details that come from Secrets and ConfigMaps. No plan tells them.
	Given map[string]string
}

func (s *providerSettings) id() string { return providerID(s.Kind, s.Name) }

// providerID has the kind in it, which Cognito fixes with the name: a provider of another kind has to go first.
func providerID(kind types.IdentityProviderTypeType, name string) string {
	return string(kind) + "/" + name
}

func providerKeys(p *engine.Pass) []string {
	var keys []string
	for i := range p.Object.Spec.UserPool.IdentityProviders {
		keys = append(keys, p.Object.Spec.UserPool.IdentityProviders[i].Name)
	}
	return keys
}

func (c *Cognito) identityProvider(p *engine.Pass, name string) engine.Resource {
	r := identityProvider{c, p, name}
	return &engine.Of[providerSettings, types.IdentityProviderType]{
		Meta: engine.Meta{
			// Clients are taken off it first.
			In: NamePool, GoesWith: true, Check: engine.EverySecondCheck, Exclusive: true, Leaves: []string{PrefixClient},
			Removal: plan.Replace,
		},
		Desired: r.desired,
		ID:      (*providerSettings).id,
		Find:    r.find,
		Read:    r.read,
		Diff:    r.diff,
		Replaces: func(want *providerSettings, have *types.IdentityProviderType) bool {
			return have != nil && have.ProviderType != want.Kind
		},
		Create: r.create,
		Exists: providerExists,
		Update: r.update,
		Delete: r.delete,
		Guard:  r.guard,
		Held:   r.keep,
	}
}

func providerExists(err error) bool {
	_, exists := errors.AsType[*types.DuplicateProviderException](err)
	return exists
}

func (r identityProvider) desired() (*providerSettings, error) {
	providers := r.p.Object.Spec.UserPool.IdentityProviders
	at := slices.IndexFunc(providers, func(one v1alpha1.IdentityProvider) bool { return one.Name == r.name })
	if at < 0 {
		return nil, nil
	}
	spec := &providers[at]
	want := &providerSettings{Name: r.name, Attributes: map[string]string{}, Identifiers: slices.Sorted(slices.Values(spec.Identifiers))}
	for attribute, claim := range spec.Attributes {
		want.Attributes[attribute] = string(claim)
	}
	return want, r.detail(want, spec, fmt.Sprintf("spec.userPool.identityProviders[%d].", at))
}

// describe returns the provider of that name in a pool, nil if there is none.
func (r identityProvider) describe(ctx context.Context, pool, name string) (*types.IdentityProviderType, error) {
	out, err := r.API.DescribeIdentityProvider(ctx, &cip.DescribeIdentityProviderInput{UserPoolId: &pool, ProviderName: &name})
	if err != nil {
		return nil, unlessGone(err)
	}
	return out.IdentityProvider, nil
}

// find returns the provider of the name, if it is the one that was about to be made. Of a pool from before it is any.
func (r identityProvider) find(ctx context.Context, token string) ([]engine.Found[types.IdentityProviderType], error) {
	have, err := r.describe(ctx, r.p.ID(NamePool), r.name)
	if err != nil || have == nil {
		return nil, err
	}
	id := providerID(have.ProviderType, r.name)
	if token != "" && token != r.name && token != id {
		return nil, nil
	}
	return []engine.Found[types.IdentityProviderType]{{ID: id, Value: have}}, nil
}

func (r identityProvider) read(ctx context.Context, id string, _ []string) (*types.IdentityProviderType, error) {
	have, err := r.describe(ctx, r.p.ID(NamePool), r.name)
	if have != nil && providerID(have.ProviderType, r.name) != id {
		return nil, err
	}
	return have, err
}

func (r identityProvider) diff(want *providerSettings, have *types.IdentityProviderType) plan.Plan {
	part := PrefixProvider + r.name
	switch {
	case have == nil && r.p.ID(part) == "":
		return plan.Plan{{Part: part, Action: plan.Create, Subject: part, To: string(want.Kind), Class: plan.InPlace}}
	case have == nil:
		return plan.Plan{{Part: part, Action: plan.Create, Subject: part, To: string(want.Kind), Class: plan.Replace}}
	case have.ProviderType != want.Kind:
		return plan.Diff(part, plan.Replace, plan.Field{
			Subject: part + ".kind", Observed: string(have.ProviderType), Desired: string(want.Kind),
		})
	}
	todo := plan.Diff(part, plan.InPlace,
		plan.Field{Subject: part + ".attributes", Observed: mapWords(have.AttributeMapping), Desired: mapWords(mapped(want, have))},
		plan.Field{Subject: part + ".identifiers", Observed: engine.Join(have.IdpIdentifiers), Desired: engine.Join(want.Identifiers)},
	)
	// Cognito adds details of its own, so those that are not set are not compared.
	for _, key := range slices.Sorted(maps.Keys(want.Details)) {
		todo = append(todo, plan.Diff(part, plan.InPlace, plan.Field{
			Subject: part + "." + detailWords[key], Observed: shown(have, key), Desired: want.Details[key],
		})...)
	}
	for _, key := range slices.Sorted(maps.Keys(want.Given)) {
		todo = append(todo, plan.Diff(part, plan.InPlace, plan.Field{
			Subject: part + "." + detailWords[key], Observed: r.given(have, key), Desired: r.digest(want.Given[key]),
		})...)
	}
	for _, key := range r.dropped(want, have) {
		observed := have.ProviderDetails[key]
		if key == detailClientSecret || key == detailMetadata {
			observed = r.digest(observed)
		}
		todo = append(todo, plan.Diff(part, plan.InPlace, plan.Field{Subject: part + "." + detailWords[key], Observed: observed})...)
	}
	return todo
}

// usernameAttribute is mapped by Cognito itself, to the user's id at the provider.
const usernameAttribute = "username"

// mapped is the mapping that is sent.
func mapped(want *providerSettings, have *types.IdentityProviderType) map[string]string {
	all := maps.Clone(want.Attributes)
	if have != nil && have.AttributeMapping[usernameAttribute] != "" {
		all[usernameAttribute] = have.AttributeMapping[usernameAttribute]
	}
	return all
}

func mapWords(mapping map[string]string) string {
	words := make([]string, 0, len(mapping))
	for _, attribute := range slices.Sorted(maps.Keys(mapping)) {
		words = append(words, attribute+"="+mapping[attribute])
	}
	return strings.Join(words, ", ")
}

func (r identityProvider) create(
	ctx context.Context, want *providerSettings, _ string,
) (engine.Found[types.IdentityProviderType], error) {
	var made engine.Found[types.IdentityProviderType]
	pool := r.p.ID(NamePool)
	out, err := r.API.CreateIdentityProvider(ctx, &cip.CreateIdentityProviderInput{
		UserPoolId: &pool, ProviderName: &want.Name, ProviderType: want.Kind,
		ProviderDetails: want.details(), AttributeMapping: want.Attributes, IdpIdentifiers: want.Identifiers,
	})
	if providerExists(err) {
		if there, unread := r.describe(ctx, pool, want.Name); unread == nil && there != nil && there.ProviderType != want.Kind {
			err = awserr.Because(v1alpha1.ReasonOwnershipConflict, fmt.Errorf(
				"the user pool has an identity provider %s of the kind %s, which this object did not make; "+
					"delete it there, or choose another name", want.Name, there.ProviderType))
		}
	}
	if err != nil {
		return made, err
	}
	r.keep(want)
	made.ID, made.Value = want.id(), out.IdentityProvider
	return made, nil
}

func (r identityProvider) update(
	ctx context.Context, _ string, want *providerSettings, have *types.IdentityProviderType,
) (*types.IdentityProviderType, error) {
	out, err := r.API.UpdateIdentityProvider(ctx, &cip.UpdateIdentityProviderInput{
		UserPoolId: new(r.p.ID(NamePool)), ProviderName: &want.Name,
		ProviderDetails: want.details(), AttributeMapping: mapped(want, have), IdpIdentifiers: append([]string{}, want.Identifiers...),
	})
	if err != nil {
		return nil, err
	}
	r.keep(want)
	return out.IdentityProvider, nil
}

// delete spares one of another kind, which may have got the name meanwhile.
func (r identityProvider) delete(ctx context.Context, id, pool string) error {
	have, err := r.describe(ctx, pool, r.name)
	if err != nil || have == nil || providerID(have.ProviderType, aws.ToString(have.ProviderName)) != id {
		return err
	}
	_, err = r.API.DeleteIdentityProvider(ctx, &cip.DeleteIdentityProviderInput{UserPoolId: &pool, ProviderName: &r.name})
	return unlessGone(err)
}
