package apigateway

import (
	"log/slog"
	"net/http"
)

// Option changes how a Service behaves.
type Option func(*Service)

// Limits are the account's quotas that a call can hit:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
type Limits struct {
	RegionalAPIs, EdgeAPIs, PrivateAPIs int
	// Resources, Stages and Authorizers are per API.
	Resources, Stages, Authorizers int
	// ImportBytes bounds the body of ImportRestApi and PutRestApi.
	ImportBytes int
}

// DefaultLimits are what a new account has.
func DefaultLimits() Limits {
	return Limits{
		RegionalAPIs: 600,
		EdgeAPIs:     120,
		PrivateAPIs:  600,
		Resources:    300,
		Stages:       10,
		Authorizers:  10,
		ImportBytes:  6 << 20,
	}
}

// WithLimits replaces DefaultLimits.
func WithLimits(l Limits) Option {
	return func(s *Service) { s.limits = l }
}

// Facts are behaviors on which the sources disagree. The zero value is what was recorded from AWS in 2025, or, where
// nothing was, the stricter reading.
type Facts struct {
	// KeepsAuthorizerOnPut makes PutRestApi leave an authorizer of the same name as it is, with its old provider ARNs
	// (https://github.com/aws/chalice/issues/539, 2017).
	KeepsAuthorizerOnPut bool
	// DropsIncompleteAuthorizer makes an import ignore, without a warning, a security scheme that is marked as an
	// authorizer and doesn't define one, so that its methods are open (reported against "yolo" in 2017, issue 25).
	// Otherwise there is a warning, and the methods aren't made
	// (https://github.com/amazon-archives/aws-apigateway-importer/issues/187).
	DropsIncompleteAuthorizer bool
	// DecodesPaths makes a stage match the parts of a path percent-decoded: /%67uests is /guests, and a%2Fb is one part. No
	// source says whether AWS does; what it hands to a function is encoded as it came (middleapi/standard-server#93).
	DecodesPaths bool
	// KeepsEmptyParts makes an empty part within a path count: /a//b is not /a/b. Recorded are slashes before a path and at
	// its end, which don't count (test_lambda_aws_proxy_integration).
	KeepsEmptyParts bool
	// NeverCachesAuthorizers makes every request verify its token anew, whatever the authorizer's TTL.
	NeverCachesAuthorizers bool
}

// WithFacts replaces the zero Facts.
func WithFacts(f Facts) Option {
	return func(s *Service) { s.facts = f }
}

// WithTransport replaces the network between a stage and the servers of its HTTP integrations.
func WithTransport(t http.RoundTripper) Option {
	return func(s *Service) { s.client.Transport = t }
}

// WithLogger says where the execution log goes: why a stage refused a request, which the client isn't told. AWS writes
// it to CloudWatch. Without a logger it goes nowhere.
func WithLogger(l *slog.Logger) Option {
	return func(s *Service) { s.log = l }
}
