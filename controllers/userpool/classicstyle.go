package userpool

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// Names of the classic pages' styles in status: of all clients, and the prefix of those of one.
const (
	NameClassicStyle   = "classicStyle"
	PrefixClassicStyle = "classicStyle/"
)

// allClients is the client whose style those have that have none (SetUICustomizationInput).
const allClients = "ALL"

// maxLogo is the largest logo, in bytes (developer guide, "Customizing hosted UI (classic) branding": 100 KB).
const maxLogo = 100 << 10

// What the record of a style keeps: the digest of the logo that was sent, and where Cognito shows it. Cognito does not show the logo.
const (
	keptLogo    = "logo"
	keptLogoURL = "logoURL"
)

// classic is the style of the classic pages, of a client or of all without one: a setting that each pool and client has, and that
// is set as a whole ("You can't set CSS and logo customization separately", developer guide).
type classic struct {
	*Cognito
	p *engine.Pass
	// client is the name of the client; empty for all.
	client string
}

// classicSettings is what the pages are given.
type classicSettings struct {
	CSS string `json:",omitempty"`
	// Logo is the digest of the logo.
	Logo string `json:",omitempty"`

	logo string
}

// classicHeld is what Cognito holds. Logo is the digest of the logo, if it is the one that was sent.
type classicHeld struct{ CSS, Logo string }

// unknownLogo is a logo that somebody else gave the pages.
const unknownLogo = "another"

func classicKeys(p *engine.Pass) []string {
	var keys []string
	for i := range p.Object.Spec.Clients {
		if client := &p.Object.Spec.Clients[i]; client.ClassicStyle != nil {
			keys = append(keys, client.Name)
		}
	}
	return keys
}

func (c *Cognito) poolStyle(p *engine.Pass, _ string) engine.Resource {
	return classic{c, p, ""}.resource(NamePool)
}

func (c *Cognito) clientStyle(p *engine.Pass, client string) engine.Resource {
	return classic{c, p, client}.resource(PrefixClient + client)
}

func (r classic) resource(in string) engine.Resource {
	return &engine.Of[classicSettings, classicHeld]{
		// Cognito refuses it in a pool without a domain (SetUICustomization).
		Meta:    engine.Meta{In: in, Needs: []string{anyDomain(r.p)}, GoesWith: true, Setting: true, Check: engine.Rotating},
		Desired: r.desired,
		ID:      func(*classicSettings) string { return cmp.Or(r.p.ID(PrefixClient+r.client), allClients) },
		Read:    r.read,
		Diff:    r.diff,
		Create: func(ctx context.Context, want *classicSettings, id string) (engine.Found[classicHeld], error) {
			have, err := r.set(ctx, r.p.ID(NamePool), id, want)
			return engine.Found[classicHeld]{ID: id, Value: have}, err
		},
		Update: func(ctx context.Context, id string, want *classicSettings, _ *classicHeld) (*classicHeld, error) {
			return r.set(ctx, r.p.ID(NamePool), id, want)
		},
		Delete: func(ctx context.Context, id, _ string) error {
			_, err := r.set(ctx, r.p.ID(NamePool), id, &classicSettings{})
			return unlessGone(err)
		},
	}
}

// anyDomain is the name of a domain that the spec asks for.
func anyDomain(p *engine.Pass) string {
	if p.Object.Spec.DomainPrefix() == "" && p.Object.Spec.CustomDomain() != nil {
		return NameCustomDomain
	}
	return NameDomain
}

func (r classic) name() string {
	if r.client == "" {
		return NameClassicStyle
	}
	return PrefixClassicStyle + r.client
}

func (r classic) desired() (*classicSettings, error) {
	var asked *v1alpha1.ClassicStyle
	field := "spec.domain.classicStyle"
	if r.client == "" {
		if domain := r.p.Object.Spec.Domain; domain != nil {
			asked = domain.ClassicStyle
		}
	} else if spec := specClient(r.p, r.client); spec != nil {
		asked, field = spec.ClassicStyle, fmt.Sprintf("spec.clients[%d].classicStyle", slices.Index(clientKeys(r.p), r.client))
	}
	if asked == nil {
		return nil, nil
	}
	want := &classicSettings{CSS: asked.CSS}
	var err error
	if asked.CSSFrom != nil {
		if want.CSS, err = r.Inputs.ConfigMap(field+".cssFrom", *asked.CSSFrom); err != nil {
			return nil, err
		}
	}
	if from := asked.LogoFrom; from != nil {
		if want.logo, err = r.Inputs.File(field+".logoFrom", *from); err != nil {
			return nil, err
		}
		if len(want.logo) > maxLogo {
			return nil, invalid(field+".logoFrom", "%s of ConfigMap %s has %d bytes, and Cognito takes %d of a logo; make it smaller",
				from.Key, from.Name, len(want.logo), maxLogo)
		}
		want.Logo = engine.DigestOf(0, want.logo)
	}
	return want, nil
}

func (r classic) diff(want *classicSettings, have *classicHeld) plan.Plan {
	if have == nil {
		return plan.Plan{{Part: r.name(), Action: plan.Create, Subject: r.name(), To: settingsWords(want.CSS), Class: plan.InPlace}}
	}
	return plan.Diff(r.name(), plan.InPlace,
		plan.Field{Subject: r.name() + ".css", Observed: settingsWords(have.CSS), Desired: settingsWords(want.CSS)},
		plan.Field{Subject: r.name() + ".logo", Observed: have.Logo, Desired: want.Logo},
	)
}

// read shows nothing of a client that has the style of all.
func (r classic) read(ctx context.Context, id string, _ []string) (*classicHeld, error) {
	out, err := r.API.GetUICustomization(ctx, &cip.GetUICustomizationInput{UserPoolId: new(r.p.ID(NamePool)), ClientId: &id})
	if err != nil {
		return nil, unlessGone(err)
	}
	return r.held(out.UICustomization, id), nil
}

func (r classic) held(have *types.UICustomizationType, id string) *classicHeld {
	if have == nil || cmp.Or(aws.ToString(have.ClientId), allClients) != id {
		return &classicHeld{}
	}
	held := &classicHeld{CSS: aws.ToString(have.CSS)}
	if url := aws.ToString(have.ImageUrl); url != "" {
		held.Logo = unknownLogo
		if kept := r.p.Record(r.name()).Kept; kept[keptLogoURL] == url {
			held.Logo = kept[keptLogo]
		}
	}
	return held
}

func (r classic) set(ctx context.Context, pool, id string, want *classicSettings) (*classicHeld, error) {
	in := &cip.SetUICustomizationInput{UserPoolId: &pool, ClientId: &id, CSS: given(want.CSS)}
	if want.logo != "" {
		in.ImageFile = []byte(want.logo)
	}
	out, err := r.API.SetUICustomization(ctx, in)
	if err != nil {
		return nil, err
	}
	rec := r.p.Record(r.name())
	rec.Kept = nil
	if url := aws.ToString(out.UICustomization.ImageUrl); url != "" && want.logo != "" {
		rec.Kept = map[string]string{keptLogo: want.Logo, keptLogoURL: url}
	}
	return r.held(out.UICustomization, id), nil
}
