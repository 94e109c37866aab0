package userpool

import (
	"context"
	"errors"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// PrefixBranding is the prefix of the names of clients' styles in status.
const PrefixBranding = "branding/"

// blockBranding is the branding of a client, or of the domain for those without.
const blockBranding = "branding"

// branding is the style of the managed login pages of a client. Without one they do not work (SDK, CreateUserPoolClient: "until
// after you apply a branding style"), so each client with pages has one. A client has one style, which its id finds.
type branding struct {
	*Cognito
	p *engine.Pass
	// client is the name of the client.
	client string
}

// brandingSettings is what a client's style is made with.
type brandingSettings struct {
	engine.Blocks

	Client string
	// Settings is JSON, with sorted keys; empty for Cognito's own style.
	Settings string `json:",omitempty"`
}

func brandingKeys(p *engine.Pass) []string {
	if !p.Object.Spec.ManagedPages() {
		return nil
	}
	var keys []string
	for i := range p.Object.Spec.Clients {
		if client := &p.Object.Spec.Clients[i]; client.HasPages() {
			keys = append(keys, client.Name)
		}
	}
	return keys
}

func (c *Cognito) branding(p *engine.Pass, client string) engine.Resource {
	r := branding{c, p, client}
	return &engine.Of[brandingSettings, style]{
		// The pages need it until the domain serves the classic ones again.
		Meta: engine.Meta{
			In: PrefixClient + client, GoesWith: true, Check: engine.Rotating, Leaves: []string{NameDomain},
		},
		Desired: r.desired,
		ID:      func(want *brandingSettings) string { return want.Client },
		Read:    r.read,
		Diff:    r.diff,
		Create:  r.create,
		Exists:  brandingExists,
		Update:  r.update,
		Delete:  r.delete,
	}
}

func brandingExists(err error) bool {
	_, exists := errors.AsType[*types.ManagedLoginBrandingExistsException](err)
	return exists
}

func (r branding) desired() (*brandingSettings, error) {
	spec := specClient(r.p, r.client)
	if spec == nil || !spec.HasPages() || !r.p.Object.Spec.ManagedPages() {
		return nil, nil
	}
	asked := spec.Branding
	if asked == nil {
		asked = r.p.Object.Spec.Domain.Branding
	}
	want := &brandingSettings{
		Blocks: r.p.BlocksOf(PrefixBranding+r.client, map[string]bool{blockBranding: asked != nil}),
		Client: r.p.ID(PrefixClient + r.client),
	}
	if asked != nil && asked.Settings != nil {
		settings, err := sortedJSON(asked.Settings.Raw)
		if err != nil {
			return nil, invalid("spec.domain.branding.settings", "it is not JSON: %v", err)
		}
		want.Settings = settings
	}
	return want, nil
}

func (r branding) diff(want *brandingSettings, have *style) plan.Plan {
	part := PrefixBranding + r.client
	if have == nil {
		words := "Cognito's own style"
		if want.Settings != "" {
			words = settingsWords(want.Settings)
		}
		return plan.Plan{{Part: part, Action: plan.Create, Subject: part, To: words, Class: plan.InPlace}}
	}
	if !want.Owns(blockBranding) {
		return nil
	}
	return plan.Diff(part, plan.InPlace, plan.Field{
		Subject: part + ".settings", Observed: settingsWords(have.Settings), Desired: settingsWords(want.Settings),
	})
}

// read asks for what Cognito's own style has only where a wanted value does not show: one that is the same may be left out.
func (r branding) read(ctx context.Context, client string, _ []string) (*style, error) {
	have, err := r.describe(ctx, client, false)
	if err != nil {
		return nil, unlessGone(err)
	}
	want, err := r.desired()
	if err != nil || want == nil || !want.Owns(blockBranding) || !have.lacks(want) {
		return have, err
	}
	merged, err := r.describe(ctx, client, true)
	if err != nil {
		return nil, unlessGone(err)
	}
	have.complete(want, merged)
	return have, nil
}

func (r branding) describe(ctx context.Context, client string, merged bool) (*style, error) {
	out, err := r.API.DescribeManagedLoginBrandingByClient(ctx, &cip.DescribeManagedLoginBrandingByClientInput{
		UserPoolId: new(r.p.ID(NamePool)), ClientId: &client, ReturnMergedResources: merged,
	})
	if err != nil {
		return nil, err
	}
	return styleOf(out.ManagedLoginBranding)
}

func (r branding) create(ctx context.Context, want *brandingSettings, client string) (engine.Found[style], error) {
	settings := want.document()
	out, err := r.API.CreateManagedLoginBranding(ctx, &cip.CreateManagedLoginBrandingInput{
		UserPoolId: new(r.p.ID(NamePool)), ClientId: &client, Settings: settings, UseCognitoProvidedValues: settings == nil,
	})
	if err != nil {
		return engine.Found[style]{}, err
	}
	made := engine.Found[style]{ID: client}
	if made.Value, err = styleOf(out.ManagedLoginBranding); err == nil && made.Value.lacks(want) {
		made.Value, err = r.read(ctx, client, nil)
	}
	return made, err
}

// update begins with Cognito's own style: UpdateManagedLoginBranding keeps what it is not given (SDK), so nothing else takes a value
// away.
func (r branding) update(ctx context.Context, _ string, want *brandingSettings, have *style) (*style, error) {
	if have.Settings != "" {
		if err := r.send(ctx, have, nil); err != nil {
			return nil, err
		}
	}
	if settings := want.document(); settings != nil {
		return nil, r.send(ctx, have, settings)
	}
	return nil, nil
}

func (r branding) send(ctx context.Context, have *style, settings document.Interface) error {
	_, err := r.API.UpdateManagedLoginBranding(ctx, &cip.UpdateManagedLoginBrandingInput{
		UserPoolId: new(r.p.ID(NamePool)), ManagedLoginBrandingId: &have.ID, Settings: settings, UseCognitoProvidedValues: settings == nil,
	})
	return err
}

func (r branding) delete(ctx context.Context, client, _ string) error {
	have, err := r.describe(ctx, client, false)
	if err != nil {
		return unlessGone(err)
	}
	_, err = r.API.DeleteManagedLoginBranding(ctx, &cip.DeleteManagedLoginBrandingInput{
		UserPoolId: new(r.p.ID(NamePool)), ManagedLoginBrandingId: &have.ID,
	})
	return unlessGone(err)
}
