package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	smithyendpoints "github.com/aws/smithy-go/endpoints"
)

// proxiedServices are the SDK's names of the services that the operator calls, as in AWS_ENDPOINT_URL_<name>.
var proxiedServices = []string{"COGNITO_IDENTITY_PROVIDER", "API_GATEWAY", "LAMBDA", "STS", "SQS"}

// proxy is the way from the operator to AWS. A signature is for a host, so the proxy signs each request anew, for the host
// that it goes to; the operator has no credentials of the account at all.
type proxy struct {
	url         string
	endpoint    string // of the local AWS; empty for AWS itself
	credentials aws.CredentialsProvider
	transport   http.RoundTripper
	server      *http.Server

	mu    sync.Mutex
	armed map[string]func() // what happens in the place of the next good answer, by operation
}

// startProxy listens on loopback. Whoever got a proxy must close its server.
func startProxy(ctx context.Context, t *target, transport http.RoundTripper) (*proxy, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen on loopback: %w", err)
	}
	p := &proxy{
		url: "http://" + listener.Addr().String(), endpoint: t.endpoint, credentials: t.operator, transport: transport,
		armed: map[string]func(){},
	}
	p.server = &http.Server{Handler: p, ReadHeaderTimeout: time.Minute}
	go func() { _ = p.server.Serve(listener) }() // ends with Close
	return p, nil
}

// loseAnswer calls happens once the next call of the operation was carried out; its answer does not arrive.
func (p *proxy) loseAnswer(operation string, happens func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.armed[operation] = happens
}

func (p *proxy) take(operation string) func() {
	p.mu.Lock()
	defer p.mu.Unlock()
	happens := p.armed[operation]
	delete(p.armed, operation)
	return happens
}

// scope is the part of a signature that says for which Region and service it is.
var scope = regexp.MustCompile(`Credential=[^/,]+/[0-9]{8}/([^/,]+)/([^/,]+)/aws4_request`)

// notPassedOn are headers that belong to the operator's connection or signature.
var notPassedOn = []string{"Authorization", "X-Amz-Date", "X-Amz-Security-Token", "Connection", "Accept-Encoding", "Content-Length"}

// ServeHTTP implements http.Handler. Where AWS gives no answer the connection is cut, so the operator gets none either.
func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	request, err := p.outgoing(r)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	response, err := p.transport.RoundTrip(request)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusOK {
		if happens := p.take(operationOf(request)); happens != nil {
			happens()
			panic(http.ErrAbortHandler)
		}
	}
	maps.Copy(w.Header(), response.Header)
	w.WriteHeader(response.StatusCode)
	_, _ = io.Copy(w, response.Body) // an operator that went away is no error of ours
}

// outgoing is the request as it goes to AWS.
func (p *proxy) outgoing(r *http.Request) (*http.Request, error) {
	found := scope.FindStringSubmatch(r.Header.Get("Authorization"))
	if found == nil {
		return nil, fmt.Errorf("%s %s is not signed", r.Method, r.URL.Path)
	}
	region, service := found[1], found[2]
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	host, err := p.host(r.Context(), service, region)
	if err != nil {
		return nil, err
	}
	target := *r.URL
	target.Scheme, target.Host = host.Scheme, host.Host
	out, err := http.NewRequestWithContext(r.Context(), r.Method, target.String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	out.Header = r.Header.Clone()
	for _, name := range notPassedOn {
		out.Header.Del(name)
	}
	credentials, err := p.credentials.Retrieve(r.Context())
	if err != nil {
		return nil, fmt.Errorf("get the credentials: %w", err)
	}
	sum := sha256.Sum256(body)
	return out, v4.NewSigner().SignHTTP(r.Context(), credentials, out, hex.EncodeToString(sum[:]), service, region, time.Now())
}

// host is where a service of a Region is, as the SDK knows it.
func (p *proxy) host(ctx context.Context, service, region string) (*url.URL, error) {
	if p.endpoint != "" {
		return url.Parse(p.endpoint)
	}
	var found smithyendpoints.Endpoint
	var err error
	switch service {
	case "cognito-idp":
		found, err = cip.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx, cip.EndpointParameters{Region: &region})
	case "apigateway":
		found, err = apigateway.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx, apigateway.EndpointParameters{Region: &region})
	case "lambda":
		found, err = lambda.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx, lambda.EndpointParameters{Region: &region})
	case "sts":
		found, err = sts.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx, sts.EndpointParameters{Region: &region})
	case "sqs":
		found, err = sqs.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx, sqs.EndpointParameters{Region: &region})
	default:
		err = fmt.Errorf("the operator calls no service %s", service)
	}
	return &found.URI, err
}
