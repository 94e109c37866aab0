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

	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// PrefixTerms is the prefix of the names of clients' terms in status.
const PrefixTerms = "terms/"

// The documents in the spec's words, and in Cognito's (TermsType: a name is one of the two).
const (
	termsOfUse    = "termsOfUse"
	privacyPolicy = "privacyPolicy"
)

var termsNames = map[string]string{termsOfUse: "terms-of-use", privacyPolicy: "privacy-policy"}

// language is what the names of languages begin with in Cognito.
const language = "cognito:"

// terms are the links of one document of a client. Its sign-up page shows them once it has both documents (SDK, CreateTerms).
type terms struct {
	*Cognito
	p                *engine.Pass
	client, document string
}

// termsSettings are the links by language.
type termsSettings struct{ Links map[string]string }

func termsKeys(p *engine.Pass) []string {
	var keys []string
	for i := range p.Object.Spec.Clients {
		if client := &p.Object.Spec.Clients[i]; client.Terms != nil {
			keys = append(keys, client.Name+"/"+termsOfUse, client.Name+"/"+privacyPolicy)
		}
	}
	return keys
}

func (c *Cognito) terms(p *engine.Pass, key string) engine.Resource {
	client, document, _ := strings.Cut(key, "/")
	r := terms{c, p, client, document}
	return &engine.Of[termsSettings, types.TermsType]{
		Meta:    engine.Meta{In: PrefixClient + client, GoesWith: true, Check: engine.Rotating},
		Desired: r.desired,
		Find:    r.find,
		Read:    r.read,
		Diff:    r.diff,
		Create:  r.create,
		Update:  r.update,
		Delete:  r.delete,
	}
}

func (r terms) name() string { return PrefixTerms + r.client + "/" + r.document }

func (r terms) desired() (*termsSettings, error) {
	spec := specClient(r.p, r.client)
	if spec == nil || spec.Terms == nil {
		return nil, nil
	}
	asked := spec.Terms.TermsOfUse
	if r.document == privacyPolicy {
		asked = spec.Terms.PrivacyPolicy
	}
	links := map[string]string{}
	for in, url := range asked {
		links[language+in] = string(url)
	}
	return &termsSettings{links}, nil
}

func (r terms) diff(want *termsSettings, have *types.TermsType) plan.Plan {
	if have == nil {
		var links []string
		for _, in := range slices.Sorted(maps.Keys(want.Links)) {
			links = append(links, strings.TrimPrefix(in, language)+" "+want.Links[in])
		}
		return plan.Plan{{Part: r.name(), Action: plan.Create, Subject: r.name(), To: strings.Join(links, ", "), Class: plan.InPlace}}
	}
	all := maps.Clone(want.Links)
	maps.Copy(all, have.Links)
	var todo plan.Plan
	for _, in := range slices.Sorted(maps.Keys(all)) {
		todo = append(todo, plan.Diff(r.name(), plan.InPlace, plan.Field{
			Subject: r.name() + "." + strings.TrimPrefix(in, language), Observed: have.Links[in], Desired: want.Links[in],
		})...)
	}
	return todo
}

// find returns the client's document. A list does not say of which client a document is.
func (r terms) find(ctx context.Context, _ string) ([]engine.Found[types.TermsType], error) {
	in := &cip.ListTermsInput{UserPoolId: new(r.p.ID(NamePool)), MaxResults: aws.Int32(60)}
	for {
		page, err := r.API.ListTerms(ctx, in)
		if err != nil {
			return nil, err
		}
		for _, one := range page.Terms {
			if aws.ToString(one.TermsName) != termsNames[r.document] {
				continue
			}
			have, err := r.read(ctx, *one.TermsId, nil)
			if err != nil {
				return nil, err
			}
			if have != nil && aws.ToString(have.ClientId) == r.p.ID(PrefixClient+r.client) {
				return []engine.Found[types.TermsType]{{ID: *one.TermsId, Value: have}}, nil
			}
		}
		if in.NextToken = page.NextToken; in.NextToken == nil {
			return nil, nil
		}
	}
}

func (r terms) read(ctx context.Context, id string, _ []string) (*types.TermsType, error) {
	out, err := r.API.DescribeTerms(ctx, &cip.DescribeTermsInput{UserPoolId: new(r.p.ID(NamePool)), TermsId: &id})
	if err != nil {
		return nil, unlessGone(err)
	}
	return out.Terms, nil
}

// create makes the document. One that somebody made for the client is in its place, and becomes the wanted one.
func (r terms) create(ctx context.Context, want *termsSettings, _ string) (engine.Found[types.TermsType], error) {
	out, err := r.API.CreateTerms(ctx, &cip.CreateTermsInput{
		UserPoolId: new(r.p.ID(NamePool)), ClientId: new(r.p.ID(PrefixClient + r.client)), TermsName: new(termsNames[r.document]),
		TermsSource: types.TermsSourceTypeLink, Enforcement: types.TermsEnforcementTypeNone, Links: want.Links,
	})
	if err == nil {
		return engine.Found[types.TermsType]{ID: *out.Terms.TermsId, Value: out.Terms}, nil
	}
	if _, exists := errors.AsType[*types.TermsExistsException](err); !exists {
		return engine.Found[types.TermsType]{}, err
	}
	found, lookErr := r.find(ctx, "")
	if lookErr != nil {
		return engine.Found[types.TermsType]{}, lookErr
	}
	if len(found) == 0 {
		return engine.Found[types.TermsType]{}, fmt.Errorf("it exists and was not found: %w", err)
	}
	found[0].Value, err = r.update(ctx, found[0].ID, want, nil)
	return found[0], err
}

func (r terms) update(ctx context.Context, id string, want *termsSettings, _ *types.TermsType) (*types.TermsType, error) {
	out, err := r.API.UpdateTerms(ctx, &cip.UpdateTermsInput{UserPoolId: new(r.p.ID(NamePool)), TermsId: &id, Links: want.Links})
	if err != nil {
		return nil, err
	}
	return out.Terms, nil
}

func (r terms) delete(ctx context.Context, id, _ string) error {
	_, err := r.API.DeleteTerms(ctx, &cip.DeleteTermsInput{UserPoolId: new(r.p.ID(NamePool)), TermsId: &id})
	return unlessGone(err)
}
