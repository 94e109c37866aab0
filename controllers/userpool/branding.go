package userpool

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
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
	Settings string  `json:",omitempty"`
	Assets   []image `json:",omitempty"`
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
			In: PrefixClient + client, GoesWith: true, Check: engine.Rotating, Leaves: []string{NameDomain, NameCustomDomain},
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
	asked, field := spec.Branding, fmt.Sprintf("spec.clients[%d].branding", slices.Index(clientKeys(r.p), r.client))
	if asked == nil {
		asked, field = r.p.Object.Spec.Domain.Branding, "spec.domain.branding"
	}
	want := &brandingSettings{
		Blocks: r.p.BlocksOf(PrefixBranding+r.client, map[string]bool{blockBranding: asked != nil}),
		Client: r.p.ID(PrefixClient + r.client),
	}
	if asked == nil {
		return want, nil
	}
	var err error
	if want.Settings, err = r.settings(asked, field); err == nil {
		want.Assets, err = r.assets(asked, field)
	}
	return want, err
}

// settings are those that the spec has or names.
func (r branding) settings(asked *v1alpha1.Branding, field string) (string, error) {
	var text string
	field += ".settings"
	switch {
	case asked.Settings != nil:
		text = string(asked.Settings.Raw)
	case asked.SettingsFrom != nil:
		field += "From"
		var err error
		if text, err = r.Inputs.ConfigMap(field, *asked.SettingsFrom); err != nil {
			return "", err
		}
	default:
		return "", nil
	}
	settings, err := sortedJSON([]byte(text))
	if err != nil {
		return "", invalid(field, "it is no JSON object: %v; write it as Cognito's branding editor exports it", err)
	}
	return settings, nil
}

// assets are the images that the spec names.
func (r branding) assets(asked *v1alpha1.Branding, field string) ([]image, error) {
	var all []image
	for i := range asked.Assets {
		asset := &asked.Assets[i]
		from := fmt.Sprintf("%s.assets[%d].from", field, i)
		file, err := r.Inputs.File(from, asset.From)
		if err != nil {
			return nil, err
		}
		if len(file) > maxImage {
			return nil, invalid(from, "%s of ConfigMap %s has %d bytes, and Cognito takes %d of an image; make it smaller",
				asset.From.Key, asset.From.Name, len(file), maxImage)
		}
		all = append(all, image{
			Category: asset.Category, ColorMode: cmp.Or(asset.ColorMode, colorModeDynamic), Extension: asset.Extension,
			Digest: engine.DigestOf(0, file), file: file,
		})
	}
	slices.SortFunc(all, func(a, b image) int { return cmp.Compare(a.place(), b.place()) })
	return all, nil
}

func (r branding) diff(want *brandingSettings, have *style) plan.Plan {
	part := PrefixBranding + r.client
	if have == nil {
		words := "Cognito's own style"
		if !want.plain() {
			words = strings.TrimSpace(settingsWords(want.Settings) + " " + imageWords(want.Assets))
		}
		return plan.Plan{{Part: part, Action: plan.Create, Subject: part, To: words, Class: plan.InPlace}}
	}
	if !want.Owns(blockBranding) {
		return nil
	}
	todo := plan.Diff(part, plan.InPlace, plan.Field{
		Subject: part + ".settings", Observed: settingsWords(have.Settings), Desired: settingsWords(want.Settings),
	})
	images := want.images()
	all := maps.Clone(images)
	maps.Copy(all, have.Images)
	for _, place := range slices.Sorted(maps.Keys(all)) {
		todo = append(todo, plan.Diff(part, plan.InPlace, plan.Field{
			Subject: part + ".assets." + place, Observed: have.Images[place], Desired: images[place],
		})...)
	}
	return todo
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

// create makes a style of what a request can hold, and then adds the rest.
func (r branding) create(ctx context.Context, want *brandingSettings, client string) (engine.Found[style], error) {
	made := engine.Found[style]{ID: client}
	parts := want.requests()
	out, err := r.API.CreateManagedLoginBranding(ctx, &cip.CreateManagedLoginBrandingInput{
		UserPoolId: new(r.p.ID(NamePool)), ClientId: &client,
		Settings: parts[0].settings, Assets: parts[0].assets, UseCognitoProvidedValues: parts[0].plain(),
	})
	if err != nil {
		return made, err
	}
	if made.Value, err = styleOf(out.ManagedLoginBranding); err != nil {
		return made, err
	}
	for _, part := range parts[1:] {
		if err := r.send(ctx, made.Value, part); err != nil {
			return made, err
		}
	}
	if len(parts) > 1 || made.Value.lacks(want) {
		made.Value, err = r.read(ctx, client, nil)
	}
	return made, err
}

// update begins with Cognito's own style: UpdateManagedLoginBranding keeps what it is not given (SDK), so nothing else takes a value
// away.
func (r branding) update(ctx context.Context, _ string, want *brandingSettings, have *style) (*style, error) {
	parts := want.requests()
	if (have.Settings != "" || len(have.Images) > 0) && !parts[0].plain() {
		parts = append([]request{{}}, parts...)
	}
	for _, part := range parts {
		if err := r.p.Renew(ctx, PrefixBranding+r.client); err != nil {
			return nil, err
		}
		if err := r.send(ctx, have, part); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func (r branding) send(ctx context.Context, have *style, part request) error {
	_, err := r.API.UpdateManagedLoginBranding(ctx, &cip.UpdateManagedLoginBrandingInput{
		UserPoolId: new(r.p.ID(NamePool)), ManagedLoginBrandingId: &have.ID,
		Settings: part.settings, Assets: part.assets, UseCognitoProvidedValues: part.plain(),
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
