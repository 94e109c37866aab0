package userpool

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// What the record of a custom domain keeps: the certificate, with which it is brought back, and what its DNS record points to.
const (
	keptCertificate = "certificate"
	KeptTarget      = "target"
)

// Cognito's words, with the code of any bad value.
const (
	// parentLacksRecord is said of a custom domain whose parent has no A record.
	parentLacksRecord = "Custom domain is not a valid subdomain"
	// badCertificate is said of a certificate that does not exist, is elsewhere or is not valid.
	badCertificate = "The specified SSL certificate doesn't exist"
)

// customDomain is the pool's domain of one's own, of which a pool has one. It is another resource than the prefix: Cognito always
// tells its status, its certificate can change in place, and AWS takes up to an hour for it.
type customDomain struct {
	*Cognito
	p *engine.Pass
}

// customSettings is what a custom domain is made with.
type customSettings struct {
	engine.Blocks

	Name, CertificateARN string
	// Managed says that it serves the pages of managed login, and not the classic ones.
	Managed bool `json:",omitzero"`
	// Failover is nil where the domain is served by the pool alone.
	Failover *failover `json:",omitempty"`
}

// customHeld is what Cognito holds. Target is the CloudFront distribution that serves it.
type customHeld struct {
	Name, CertificateARN, Target string
	Status                       types.DomainStatusType
	Version                      int32
	Failover                     *failover
}

func (c *Cognito) customDomain(p *engine.Pass, _ string) engine.Resource {
	r := customDomain{c, p}
	return &engine.Of[customSettings, customHeld]{
		Meta: engine.Meta{
			In: NamePool, GoesWith: true, Check: engine.Rotating, Exclusive: true, Removal: plan.Replace, After: afterStyles(p),
		},
		Desired:  r.desired,
		ID:       func(want *customSettings) string { return want.Name },
		Find:     r.find,
		Read:     r.read,
		Effect:   customEffect,
		Diff:     r.diff,
		Replaces: func(want *customSettings, have *customHeld) bool { return have != nil && want.Name != have.Name },
		Create:   r.create,
		Restore:  r.restore,
		Update:   r.update,
		Delete: func(ctx context.Context, id, pool string) error {
			return c.deleteDomain(ctx, p, NameCustomDomain, id, pool)
		},
		Guard: r.guard,
	}
}

func (r customDomain) desired() (*customSettings, error) {
	spec := r.p.Object.Spec.CustomDomain()
	if spec == nil {
		return nil, nil
	}
	pages := r.p.Object.Spec.Domain.Pages
	return &customSettings{
		Blocks: r.p.BlocksOf(NameCustomDomain, map[string]bool{blockPages: pages != ""}),
		Name:   spec.Name, CertificateARN: spec.CertificateARN, Managed: pages == v1alpha1.PagesManaged, Failover: r.failover(),
	}, nil
}

// customEffect says why a custom domain serves no pages.
func customEffect(have *customHeld) string {
	switch have.Status {
	case types.DomainStatusTypeActive, types.DomainStatusTypeUpdating:
		// While it is UPDATING it serves with the former certificate.
		return ""
	case types.DomainStatusTypeFailed:
		return fmt.Sprintf("spec.domain.custom.name: Cognito says FAILED of the domain %q; delete the domain from the user pool, or "+
			"choose another name", have.Name)
	case types.DomainStatusTypeDeleting:
		return fmt.Sprintf("domain %s is being deleted; what the spec asks for is made after that", have.Name)
	case types.DomainStatusTypeCreating, unseen:
	}
	return fmt.Sprintf("domain %s is %s, which takes up to an hour; its login pages work once Cognito says that it is ACTIVE",
		have.Name, have.Status)
}

// customFields are what can change of a custom domain in place.
var customFields = []engine.Field[customSettings, customHeld]{
	{
		Name: "certificateARN", Class: plan.InPlace,
		Words: func(have *customHeld) string { return have.CertificateARN },
		Set:   func(have *customHeld, want *customSettings) { have.CertificateARN = want.CertificateARN },
	},
	{
		Name: blockPages, Block: blockPages, Class: plan.InPlace,
		Words: func(have *customHeld) string { return pagesWords(have.Version) },
		Set:   func(have *customHeld, want *customSettings) { have.Version = pagesVersion(want.Managed) },
	},
	failoverField,
}

// diff of another name says for how long nobody can sign in there.
func (r customDomain) diff(want *customSettings, have *customHeld) plan.Plan {
	if have != nil && have.Name != want.Name {
		return plan.Diff(NameCustomDomain, plan.Replace, plan.Field{
			Subject: NameCustomDomain, Observed: have.Name, Desired: want.Name + ", without login pages there for up to an hour",
		})
	}
	return compare(NameCustomDomain, customFields, want, have, want.Name)
}

// find returns the pool's custom domain, if it is the one that was about to be made. Of a pool from before it is any.
func (r customDomain) find(ctx context.Context, token string) ([]engine.Found[customHeld], error) {
	name := token
	if name == "" {
		pool, err := userPool(r).read(ctx, r.p.ID(NamePool), nil)
		if err != nil || pool == nil {
			return nil, err
		}
		name = aws.ToString(pool.CustomDomain)
	}
	if name == "" {
		return nil, nil
	}
	have, err := r.read(ctx, name, nil)
	if err != nil || have == nil || have.Status == types.DomainStatusTypeDeleting {
		return nil, err
	}
	return []engine.Found[customHeld]{{ID: name, Value: have}}, nil
}

func (r customDomain) read(ctx context.Context, name string, _ []string) (*customHeld, error) {
	description, err := r.describeDomain(ctx, name)
	if err != nil || aws.ToString(description.UserPoolId) != r.p.ID(NamePool) {
		return nil, err
	}
	have := &customHeld{
		Name: name, Status: description.Status, Target: aws.ToString(description.CloudFrontDistribution),
		Version: aws.ToInt32(description.ManagedLoginVersion), Failover: failoverOf(description.Routing),
	}
	if config := description.CustomDomainConfig; config != nil {
		have.CertificateARN = aws.ToString(config.CertificateArn)
	}
	r.keep(have)
	return have, nil
}

func (r customDomain) keep(have *customHeld) {
	r.p.Record(NameCustomDomain).Kept = map[string]string{keptCertificate: have.CertificateARN, KeptTarget: have.Target}
}

// guard asks first whether the wanted domain is free, where another one has to go for it.
func (r customDomain) guard(ctx context.Context, operation v1alpha1.Operation, want *customSettings, _ *customHeld) error {
	if former := r.p.ID(NameCustomDomain); operation == v1alpha1.OperationCreate && former != "" && former != want.Name {
		return r.free(ctx, r.p, NameCustomDomain, customs, want.Name)
	}
	return nil
}

// create gives the pool the domain. One that the pool has by that name becomes the wanted one.
func (r customDomain) create(ctx context.Context, want *customSettings, _ string) (engine.Found[customHeld], error) {
	made := engine.Found[customHeld]{ID: want.Name}
	target, err := r.give(ctx, want.Name, want.CertificateARN, want)
	if says(err, domainTaken) || says(err, domainExists) {
		return r.existing(ctx, want, err)
	}
	if err != nil {
		return made, r.explain(want, err)
	}
	made.Value = &customHeld{
		Name: want.Name, CertificateARN: want.CertificateARN, Target: target, Version: pagesVersion(want.Managed), Status: unseen,
		Failover: want.Failover,
	}
	if have, lookErr := r.read(ctx, want.Name, nil); lookErr == nil && have != nil {
		made.Value = have
	}
	r.keep(made.Value)
	return made, nil
}

// existing is what is in the way of a domain that Cognito refused.
func (r customDomain) existing(ctx context.Context, want *customSettings, refusal error) (engine.Found[customHeld], error) {
	found, err := r.find(ctx, want.Name)
	if err != nil {
		return engine.Found[customHeld]{}, err
	}
	if len(found) == 1 {
		return found[0], nil
	}
	if says(refusal, domainExists) {
		return engine.Found[customHeld]{}, invalid(customs.field, "the user pool has another custom domain, which this object did not make; "+
			"delete it from the user pool, or name it here: %w", refusal)
	}
	if err := r.free(ctx, r.p, NameCustomDomain, customs, want.Name); err != nil {
		return engine.Found[customHeld]{}, err
	}
	return engine.Found[customHeld]{}, customs.taken(want.Name, refusal)
}

// explain says which dependency of a custom domain is not there.
func (r customDomain) explain(want *customSettings, err error) error {
	switch {
	case says(err, parentLacksRecord):
		_, parent, _ := strings.Cut(want.Name, ".")
		return awserr.Because(v1alpha1.ReasonDependencyNotReady, fmt.Errorf("%s: %q needs an A record of its parent, %s, before it can be "+
			"made; create one, with any address: %w", customs.field, want.Name, parent, err))
	case says(err, badCertificate):
		return awserr.Because(v1alpha1.ReasonDependencyNotReady, fmt.Errorf("spec.domain.custom.certificateARN: %q is not a valid certificate "+
			"for %s; issue it in us-east-1, in the account of the user pool: %w", want.CertificateARN, want.Name, err))
	}
	return err
}

func (r customDomain) give(ctx context.Context, name, certificate string, want *customSettings) (target string, err error) {
	out, err := r.API.CreateUserPoolDomain(ctx, &cip.CreateUserPoolDomainInput{
		UserPoolId: new(r.p.ID(NamePool)), Domain: &name, ManagedLoginVersion: new(pagesVersion(want.Managed)),
		CustomDomainConfig: &types.CustomDomainConfigType{CertificateArn: &certificate}, Routing: want.Failover.routing(),
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.CloudFrontDomain), nil
}

// restore brings the former domain back, with its certificate, unless the pool has one.
func (r customDomain) restore(ctx context.Context, id string) error {
	want, err := r.desired()
	if err != nil || want == nil {
		return err
	}
	_, err = r.give(ctx, id, r.p.Record(NameCustomDomain).Kept[keptCertificate], want)
	if says(err, domainExists) {
		return nil
	}
	return err
}

// update sends the certificate also where only the pages change: Cognito wants it of a custom domain (terraform-provider-aws,
// user_pool_domain.go).
func (r customDomain) update(ctx context.Context, id string, want *customSettings, have *customHeld) (*customHeld, error) {
	laid := engine.Overlay(customFields, want, have)
	routing := laid.Failover.routing()
	if routing == nil && have.Failover != nil {
		// No source says that leaving it out takes it away.
		routing = &types.RoutingType{}
	}
	_, err := r.API.UpdateUserPoolDomain(ctx, &cip.UpdateUserPoolDomainInput{
		UserPoolId: new(r.p.ID(NamePool)), Domain: &id, ManagedLoginVersion: &laid.Version,
		CustomDomainConfig: &types.CustomDomainConfigType{CertificateArn: &laid.CertificateARN}, Routing: routing,
	})
	return nil, r.explain(want, err)
}
