// Package apigateway is the local API Gateway (REST APIs, the v1 of AWS): a control plane that answers as AWS does,
// and the traffic of what was deployed with it.
//
// The way of the data: a call comes in by a Route, is answered from the state of one account in one Region (a tenant)
// and changes the working copy of an API (a definition). An import builds a definition from an OpenAPI document. A
// deployment freezes the definition, a stage points to a deployment, and ServeStage serves what the stage points to
// and nothing else.
//
// Most behaviors were recorded from AWS by LocalStack's test suite; the tables in the tests name the recording of
// each. Where no source says what AWS does, a Facts switch or the comment on the spot says so.
package apigateway

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// Backends is what the traffic needs from the other services.
type Backends struct {
	// Verify checks signature, issuer and expiry of a token against one user pool, as of a point in time, and returns the
	// token's claims.
	Verify func(poolARN, token string, now time.Time) (map[string]any, error)
	// Invoke calls a Lambda function in the name of sourceARN. An error means that the function couldn't be called; what
	// the function itself says, failures too, is the payload.
	Invoke func(ctx context.Context, functionARN, sourceARN string, event []byte) ([]byte, error)
}

// Service is API Gateway for every account and Region.
type Service struct {
	env      wire.Env
	backends Backends
	limits   Limits
	facts    Facts
	client   *http.Client
	log      *slog.Logger

	mu      sync.Mutex
	tenants map[tenantKey]*tenant

	authorizations authorizationCache
}

// New returns an API Gateway without APIs.
func New(env wire.Env, backends Backends, options ...Option) *Service {
	s := &Service{
		env:      env,
		backends: backends,
		limits:   DefaultLimits(),
		client:   newBackendClient(),
		log:      slog.New(slog.DiscardHandler),
		tenants:  map[tenantKey]*tenant{},
	}
	for _, o := range options {
		o(s)
	}
	return s
}

type tenantKey struct{ account, region string }

// tenant is one account in one Region. Its methods are the operations, called one at a time.
type tenant struct {
	tenantKey
	limits  Limits
	facts   Facts
	listLag time.Duration
	// forget drops the cached authorizations of a stage.
	forget func(apiID, stage string)
	apis   []*restAPI // in the order of their creation
}

// tenant returns the state that a request is about. s.mu is held.
func (s *Service) tenant(account, region string) *tenant {
	key := tenantKey{account, region}
	t, ok := s.tenants[key]
	if !ok {
		t = &tenant{
			tenantKey: key,
			limits:    s.limits,
			facts:     s.facts,
			listLag:   s.env.ListLag,
			forget:    s.authorizations.forget,
		}
		s.tenants[key] = t
	}
	return t
}

const idLetters = "abcdefghijklmnopqrstuvwxyz0123456789"

// newID makes an id as API Gateway's look: 10 characters for APIs and root resources, 6 for everything else.
func newID(length int) *string {
	id := make([]byte, length)
	for i := range id {
		id[i] = idLetters[rand.IntN(len(idLetters))]
	}
	s := string(id)
	return &s
}

const (
	longID  = 10
	shortID = 6
)
