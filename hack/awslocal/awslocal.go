// Package awslocal is a local AWS: Amazon Cognito user pools with their login pages, API Gateway REST APIs with their
// traffic, the policies of Lambda functions, STS, web ACLs, and queues with the events of all that. It speaks AWS's own
// protocols, so the real SDK, its serializers and its retries stand between a program and it; it refuses what AWS
// refuses, in AWS's words; and it fails on demand.
//
// One server has two sides. The control plane takes what is signed (mux.go), finds out whose key it is (caller.go),
// refuses what is over quota (quotas.go) or not allowed by the caller's policies (authorize.go, iam), does what a fault
// tells it (faults.go), lets the service answer (cognito, apigateway, lambda, sts, sqs) and tests act before and after
// that (hooks.go), tells of what changed (events.go), and writes it down (calls.go). The public side is what browsers and
// clients see: login domains, issuers, deployed stages.
package awslocal

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"k8s.io/utils/clock"

	"github.com/securedapi/securedapi/hack/awslocal/apigateway"
	"github.com/securedapi/securedapi/hack/awslocal/cognito"
	"github.com/securedapi/securedapi/hack/awslocal/iam"
	"github.com/securedapi/securedapi/hack/awslocal/lambda"
	"github.com/securedapi/securedapi/hack/awslocal/sqs"
	"github.com/securedapi/securedapi/hack/awslocal/sts"
	"github.com/securedapi/securedapi/hack/awslocal/wafv2"
	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

const (
	// DefaultAccount is whose account it is if neither WithAccount nor the access key says another.
	DefaultAccount = "111111111111"
	// DefaultRegion is the Region of Config, and of calls that don't say theirs.
	DefaultRegion = "us-east-1"

	// drainTime is for how long Close waits for requests that are being answered.
	drainTime = 5 * time.Second
)

// Server is a running local AWS.
type Server struct {
	// URL is the endpoint, for every service and for the public side.
	URL string

	Cognito    *cognito.Service
	APIGateway *apigateway.Service
	Lambda     *lambda.Service
	STS        *sts.Service
	SQS        *sqs.Service
	WAF        *wafv2.Service
	// IAM has the roles whose policies are evaluated; every other role may do everything.
	IAM *iam.Service

	clock     clock.Clock
	account   string
	protocols map[string]wire.Protocol // by the service's name in a signature
	quotas    *quotas
	calls     calls
	faults    faults
	hooks     hooks
	events    *events // nil without WithEvents
	tags      tagLag
	reads     readLag

	http        *http.Server
	served      chan struct{} // closed when http accepts no more connections
	requests    tracker
	connections tracker
	client      *http.Client // for Config, so that Close can close its connections
}

// New starts a Server. Close it.
func New(opts ...Option) (*Server, error) {
	o := options{addr: "127.0.0.1:0", account: DefaultAccount, clock: clock.RealClock{}}
	for _, opt := range opts {
		opt(&o)
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", o.addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", o.addr, err)
	}
	s := &Server{
		URL:     "http://" + listener.Addr().String(),
		clock:   o.clock,
		account: o.account,
		quotas:  newQuotas(o.clock, o.speed),
		served:  make(chan struct{}),
		client:  &http.Client{Transport: &http.Transport{}},
	}
	env := wire.Env{Clock: o.clock, BaseURL: func() string { return s.URL }, ListLag: o.listLag}
	s.Lambda = lambda.New()
	s.Cognito = cognito.New(env, append([]cognito.Option{
		cognito.WithFunctions(s.Lambda.Trigger), cognito.WithGone(func(arn string) { s.WAF.Forget(arn) }),
	}, o.cognito...)...)
	s.APIGateway = apigateway.New(env, apigateway.Backends{Verify: s.Cognito.Verify, Invoke: s.Lambda.Invoke}, o.apigateway...)
	s.STS = sts.New(env, o.account)
	s.SQS = sqs.New(env)
	s.WAF = wafv2.New(s.Cognito.Has)
	s.IAM = &iam.Service{}
	for arn, role := range o.roles {
		s.IAM.PutRole(arn, role)
	}
	s.tags = tagLag{clock: o.clock, lag: o.tagLag}
	s.reads = readLag{clock: o.clock, lag: o.readLag}
	if o.events != "" {
		s.events = &events{queue: s.SQS.Queue(o.account, DefaultRegion, o.events), delay: o.eventDelay}
	}
	s.protocols = map[string]wire.Protocol{
		cognitoService:    wire.JSON11(cognitoTarget, s.Cognito.Operations()),
		apigatewayService: wire.REST(wire.Camel, s.APIGateway.Routes()),
		lambdaService:     wire.REST(wire.Pascal, s.Lambda.Routes()),
		stsService:        s.STS.Protocol(),
		wafService:        wire.JSON11(wafv2.Target, s.WAF.Operations()),
		sqsService:        s.SQS.Protocol(),
	}
	s.http = &http.Server{
		Handler:           s,
		ReadHeaderTimeout: time.Minute,
		ConnState:         s.track,
		ConnContext: func(ctx context.Context, conn net.Conn) context.Context {
			return context.WithValue(ctx, connKey{}, conn)
		},
	}
	go func() {
		defer close(s.served)
		// Serve ends with http.ErrServerClosed; nobody else holds the listener.
		_ = s.http.Serve(listener)
	}()
	return s, nil
}

// Start starts a Server for a test and closes it at the end. A request that is still being answered then fails the
// test.
func Start(t testing.TB, opts ...Option) *Server {
	t.Helper()
	s, err := New(opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Close stops listening and waits for the requests that are being answered, but not for ever: an error names those
// that hang. Without one, no goroutine of the server is left.
func (s *Server) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	s.faults.close() // wakes up what is being delayed
	s.SQS.Close()    // and who waits for messages
	answered := s.requests.drain(ctx)
	closed := s.http.Close()
	<-s.served
	s.client.CloseIdleConnections()
	return errors.Join(answered, closed, s.connections.drain(ctx))
}

// connKey finds a request's connection in its context.
type connKey struct{}

// track is told what becomes of every connection. A request is over when its answer is on the wire, not when the
// handler returns, and a connection when its goroutine ends.
func (s *Server) track(conn net.Conn, state http.ConnState) {
	switch state {
	case http.StateActive: // known from its request on
	case http.StateNew:
		s.connections.begin(conn, conn.RemoteAddr().String())
	case http.StateIdle:
		s.requests.end(conn)
	case http.StateClosed, http.StateHijacked:
		s.requests.end(conn)
		s.connections.end(conn)
	}
}

// Account is the account of calls whose access key does not name another.
func (s *Server) Account() string { return s.account }

// Config returns a configuration with which the clients of the SDK talk to the server.
func (s *Server) Config() aws.Config { return s.config("LOCALACCESSKEY") }

// ConfigFor returns a configuration with the keys of another account.
func (s *Server) ConfigFor(account string) aws.Config { return s.config(account) }

func (s *Server) config(accessKey string) aws.Config {
	return aws.Config{
		Region:       DefaultRegion,
		BaseEndpoint: aws.String(s.URL),
		Credentials:  credentials.NewStaticCredentialsProvider(accessKey, "local-secret", ""),
		HTTPClient:   s.client,
	}
}
