package cognito

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// domainKey names a domain: a prefix is taken once in a Region, whoever has it; a custom domain once everywhere.
type domainKey struct{ region, name string }

// domain is where a pool's login pages are served.
type domain struct {
	name         string
	pool         *pool
	loginVersion int32 // 1: hosted UI, 2: managed login
	certificate  *types.CustomDomainConfigType
	routing      *types.RoutingType // nil without failover
	created      time.Time
	deleted      time.Time // zero of one that nobody deleted
}

// custom tells a domain of one's own from a prefix, which has no dots.
func (d *domain) custom() bool { return strings.Contains(d.name, ".") }

// prefixPattern is quoted by the error of CreateUserPoolDomain.
var prefixPattern = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$`)

func (s *Service) createUserPoolDomain(
	r wire.Request, in *idp.CreateUserPoolDomainInput,
) (*idp.CreateUserPoolDomainOutput, error) {
	p, err := s.pool(r, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	d := &domain{name: *in.Domain, pool: p, loginVersion: 1, certificate: in.CustomDomainConfig, created: r.Now}
	if in.ManagedLoginVersion != nil {
		d.loginVersion = *in.ManagedLoginVersion
	}
	if err := s.checkDomain(d); err != nil {
		return nil, err
	}
	if err := s.checkRouting(d, in.Routing, r.Now); err != nil {
		return nil, err
	}
	d.route(in.Routing)
	if s.domains[d.key()] != nil {
		return nil, invalid("Domain already associated with another user pool.")
	}
	for _, other := range s.domains {
		if other.pool == p && other.custom() == d.custom() {
			return nil, invalid("User pool already has a domain configured.")
		}
	}
	s.domains[d.key()] = d
	return &idp.CreateUserPoolDomainOutput{ManagedLoginVersion: aws.Int32(d.loginVersion), CloudFrontDomain: d.cloudFront()}, nil
}

// route changes the routing. What leaves it out changes nothing, and one without failover ends it: no source says either.
func (d *domain) route(routing *types.RoutingType) {
	switch {
	case routing == nil:
	case routing.Failover == nil:
		d.routing = nil
	default:
		d.routing = routing
	}
}

func (d *domain) key() domainKey {
	if d.custom() {
		return domainKey{"", d.name}
	}
	return domainKey{d.pool.region, d.name}
}

func (s *Service) checkDomain(d *domain) error {
	if d.loginVersion != 1 && d.loginVersion != 2 {
		return invalid("ManagedLoginVersion must be 1 or 2")
	}
	if err := d.checkTier(); err != nil {
		return err
	}
	if d.certificate != nil {
		return s.checkCustomDomain(d)
	}
	if !prefixPattern.MatchString(d.name) {
		return invalid("The domain name contains an invalid character. Domain names can only contain lower-case letters, "+
			"numbers, and hyphens. Please enter a different name that follows this format: %s", prefixPattern)
	}
	if word := reservedWord(d.name, s.settings.reservedWords); word != "" {
		return invalid("Domain cannot contain reserved word: %s", word)
	}
	return nil
}

// checkTier refuses managed login where the pool's tier hasn't got it (model; AWS's words are not known).
func (d *domain) checkTier() error {
	if d.loginVersion == 2 && d.pool.UserPoolTier == types.UserPoolTierTypeLite {
		return wire.Errorf(unavailableInTier, "Managed login is not available in the LITE tier")
	}
	return nil
}

func reservedWord(prefix string, rule ReservedWords) string {
	for _, word := range []string{"aws", "amazon", "cognito"} {
		anywhere := rule == ReservedAnywhere || rule == ReservedMixed && word != "aws"
		if anywhere && strings.Contains(prefix, word) || slices.Contains(strings.Split(prefix, "-"), word) {
			return word
		}
	}
	return ""
}

// checkCustomDomain can't see DNS or Certificate Manager; it refuses what is wrong by its form.
func (s *Service) checkCustomDomain(d *domain) error {
	if strings.Count(d.name, ".") < 2 {
		return invalid("Custom domain is not a valid subdomain: Was not able to resolve a DNS A record for the parent domain " +
			"or domain parent is a top-level domain.")
	}
	if !strings.HasPrefix(aws.ToString(d.certificate.CertificateArn), "arn:aws:acm:us-east-1:") {
		return invalid("The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, " +
			"or doesn't include a valid certificate chain.")
	}
	owned := 0
	for _, other := range s.domains {
		if other.custom() && other.pool.account == d.pool.account && other.pool.region == d.pool.region {
			owned++
		}
	}
	if owned >= s.settings.limits.CustomDomains {
		return overLimit("custom domains", s.settings.limits.CustomDomains)
	}
	return nil
}

// describeUserPoolDomain answers an empty description for a domain that isn't there, not an error: amplify-cli's
// end-to-end tests, and terraform-provider-aws, which looks at Status.
func (s *Service) describeUserPoolDomain(
	r wire.Request, in *idp.DescribeUserPoolDomainInput,
) (*idp.DescribeUserPoolDomainOutput, error) {
	d := s.domain(r.Region, *in.Domain)
	if d == nil || d.pool.account != r.Account {
		return &idp.DescribeUserPoolDomainOutput{DomainDescription: &types.DomainDescriptionType{}}, nil
	}
	described := &types.DomainDescriptionType{
		AWSAccountId:           aws.String(d.pool.account),
		CloudFrontDistribution: d.distribution(),
		CustomDomainConfig:     &types.CustomDomainConfigType{},
		Domain:                 aws.String(d.name),
		ManagedLoginVersion:    aws.Int32(d.loginVersion),
		S3Bucket:               aws.String("aws-cognito-prod-" + d.pool.region + "-assets"),
		Status:                 s.status(d, r.Now),
		Routing:                d.routing,
		UserPoolId:             d.pool.Id,
		Version:                aws.String(d.created.UTC().Format("20060102150405")),
	}
	if d.certificate != nil {
		described.CustomDomainConfig = d.certificate
	}
	return &idp.DescribeUserPoolDomainOutput{DomainDescription: described}, nil
}

// updateUserPoolDomain changes the login version or the certificate. A custom domain needs its certificate in the
// request even if only the version changes (terraform-provider-aws, user_pool_domain.go).
func (s *Service) updateUserPoolDomain(
	r wire.Request, in *idp.UpdateUserPoolDomainInput,
) (*idp.UpdateUserPoolDomainOutput, error) {
	d, err := s.ownDomain(r, in.UserPoolId, in.Domain)
	if err != nil {
		return nil, err
	}
	if d.custom() && in.CustomDomainConfig == nil {
		return nil, invalid("CustomDomainConfig is required for a custom domain")
	}
	changed := *d
	if in.ManagedLoginVersion != nil {
		changed.loginVersion = *in.ManagedLoginVersion
		if err := changed.checkTier(); err != nil {
			return nil, err
		}
	}
	if in.CustomDomainConfig != nil {
		changed.certificate = in.CustomDomainConfig
	}
	if err := s.checkRouting(d, in.Routing, r.Now); err != nil {
		return nil, err
	}
	changed.route(in.Routing)
	*d = changed
	return &idp.UpdateUserPoolDomainOutput{ManagedLoginVersion: aws.Int32(d.loginVersion), CloudFrontDomain: d.cloudFront()}, nil
}

func (s *Service) deleteUserPoolDomain(
	r wire.Request, in *idp.DeleteUserPoolDomainInput,
) (*idp.DeleteUserPoolDomainOutput, error) {
	d, err := s.ownDomain(r, in.UserPoolId, in.Domain)
	if err != nil {
		return nil, err
	}
	if !d.deleted.IsZero() {
		return nil, invalid("Domain is being deleted.") // AWS's words are not known
	}
	d.deleted = r.Now
	s.endDomains(r.Now)
	return &idp.DeleteUserPoolDomainOutput{}, nil
}

// ownDomain finds a domain of a pool. AWS doesn't say which of the two is missing (amplify-cli's end-to-end tests).
func (s *Service) ownDomain(r wire.Request, poolID, name *string) (*domain, error) {
	d := s.domain(r.Region, *name)
	if d == nil || *d.pool.Id != *poolID || d.pool.account != r.Account {
		return nil, invalid("No such domain or user pool exists.")
	}
	return d, nil
}

// domain finds a domain by its prefix in a Region or by its own name; nil if there's none.
func (s *Service) domain(region, name string) *domain {
	if strings.Contains(name, ".") {
		region = ""
	}
	return s.domains[domainKey{region, name}]
}

// status is the domain's. Only one that is ACTIVE serves pages.
func (s *Service) status(d *domain, now time.Time) types.DomainStatusType {
	switch {
	case !d.deleted.IsZero():
		return types.DomainStatusTypeDeleting
	case now.Sub(d.created) < s.settings.domainDelay:
		return types.DomainStatusTypeCreating
	default:
		return types.DomainStatusTypeActive
	}
}

// endDomains forgets the domains whose deletion has ended. Until then they keep their prefix and their pool.
func (s *Service) endDomains(now time.Time) {
	maps.DeleteFunc(s.domains, func(_ domainKey, d *domain) bool {
		return !d.deleted.IsZero() && now.Sub(d.deleted) >= s.settings.domainDeletion
	})
}

// baseURL is where the login pages are in the local AWS.
func (d *domain) baseURL(server string) string {
	return fmt.Sprintf("%s/auth/%s/%s", server, d.pool.region, d.name)
}

func (d *domain) distribution() *string {
	return aws.String("d" + strings.ToLower(strings.ReplaceAll(*d.pool.Id, "_", "")) + ".cloudfront.net")
}

// cloudFront is answered for custom domains only, whose DNS record must point to it.
func (d *domain) cloudFront() *string {
	if !d.custom() {
		return nil
	}
	return d.distribution()
}
