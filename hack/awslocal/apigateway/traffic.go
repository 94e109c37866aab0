package apigateway

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"github.com/google/uuid"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// largestBody is what API Gateway takes: 10 MB.
const largestBody = 10 << 20

// ServeStage serves one API's stages: r.URL.Path is /{stage}/… What it serves is the stage's deployment, not the
// working copy.
func (s *Service) ServeStage(apiID string, w http.ResponseWriter, r *http.Request) {
	x := &exchange{
		service:    s,
		request:    r,
		now:        s.env.Clock.Now(),
		requestID:  uuid.NewString(),
		extendedID: *newID(shortID) + *newID(longID) + "=",
	}
	reply := x.serve(apiID)
	header := w.Header()
	for name, values := range reply.header {
		header[http.CanonicalHeaderKey(name)] = values
	}
	header.Set("x-amzn-RequestId", x.requestID)
	header.Set("x-amz-apigw-id", x.extendedID)
	w.WriteHeader(reply.status)
	_, _ = w.Write(reply.body) // a client that went away isn't our fault
}

// reply is an answer to the client.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// served is a stage as it is at the time of a request.
type served struct {
	tenantKey
	apiID        string
	stage        types.Stage
	deploymentID string
	isCanary     bool
	*definition
}

// served finds what a stage serves to the next request.
func (s *Service) served(apiID, stageName string) (*served, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, t := range s.tenants {
		a, err := t.api(&apiID)
		if err != nil {
			continue
		}
		stage := a.stage(&stageName)
		if stage == nil {
			return nil, false
		}
		out := &served{tenantKey: key, apiID: apiID, stage: wire.Clone(*stage)}
		id := stage.DeploymentId
		if canary := stage.CanarySettings; canary != nil && a.canaryServes(stage) {
			id, out.isCanary = canary.DeploymentId, true
			for name, value := range canary.StageVariableOverrides {
				put(&out.stage.Variables, name, value)
			}
		}
		d := a.deployment(id)
		out.deploymentID, out.definition = *d.Id, d.frozen
		return out, true
	}
	return nil, false
}

// canaryServes tells whether the stage's canary gets the next request. AWS rolls dice, which would make tests fail at
// times; here each request adds the canary's percentage to what it is owed, and it gets the request that makes that a
// whole one. Of 10 requests in a row a canary at 30 % gets the 4th, the 7th and the 10th, at 100 % all, at 0 % none.
// An update of the stage starts that anew.
func (a *restAPI) canaryServes(stage *types.Stage) bool {
	due := a.canaryDue[*stage.StageName] + stage.CanarySettings.PercentTraffic
	serves := due >= 100
	if serves {
		due -= 100
	}
	put(&a.canaryDue, *stage.StageName, due)
	return serves
}

// exchange is one request on its way through a stage.
type exchange struct {
	service *Service
	*served
	request    *http.Request
	now        time.Time
	requestID  string
	extendedID string

	path       string // below the stage, escaped as it came
	body       []byte
	resource   *types.Resource
	method     types.Method
	pathParams map[string]string
	claims     map[string]string // of the token that was accepted
}

// serve answers the request, or words why not.
func (x *exchange) serve(apiID string) *reply {
	// Slashes before the path don't count (recorded as invocation-hardcoded in test_apigateway_lambda.py, 2024-07-31).
	path := strings.TrimLeft(x.request.URL.EscapedPath(), "/")
	stageName, rest, _ := strings.Cut(path, "/")
	x.path = "/" + strings.TrimLeft(rest, "/")
	var ok bool
	if x.served, ok = x.service.served(apiID, stageName); !ok || x.RestAPI.DisableExecuteApiEndpoint {
		return forbidden()
	}
	if err := x.read(); err != nil {
		return x.refuse(err)
	}
	if x.resource, x.method, x.pathParams, ok = x.route(x.request.Method, x.path); !ok {
		return x.refuse(&failure{
			kind:      types.GatewayResponseTypeMissingAuthenticationToken,
			errorType: "MissingAuthenticationTokenException",
			message:   "Missing Authentication Token",
		})
	}
	for _, check := range []func() error{x.authorize, x.checkKey, x.validate} {
		if err := check(); err != nil {
			return x.refuse(err)
		}
	}
	answer, err := x.integrate()
	if err != nil {
		return x.refuse(err)
	}
	return answer
}

// forbidden answers for an API or a stage that isn't there: no gateway response of anybody's applies.
func forbidden() *reply {
	return &reply{
		status: http.StatusForbidden,
		header: http.Header{"Content-Type": {jsonType}, "X-Amzn-Errortype": {"ForbiddenException"}},
		body:   []byte(`{"message":"Forbidden"}`),
	}
}

func (x *exchange) read() error {
	var err error
	x.body, err = io.ReadAll(io.LimitReader(x.request.Body, largestBody+1))
	if err != nil {
		return err
	}
	if len(x.body) > largestBody {
		return &failure{
			kind:      types.GatewayResponseTypeRequestTooLarge,
			errorType: "RequestTooLargeException",
			message:   "HTTP content length exceeded 10485760 bytes.",
		}
	}
	return nil
}

// integrate calls what stands behind the method.
func (x *exchange) integrate() (*reply, error) {
	switch i := x.method.MethodIntegration; i.Type {
	case types.IntegrationTypeMock:
		return x.mock()
	case types.IntegrationTypeAwsProxy:
		return x.lambdaProxy()
	case types.IntegrationTypeAws:
		return x.lambda()
	case types.IntegrationTypeHttpProxy:
		return x.httpProxy()
	default:
		return x.http()
	}
}

// failure is an answer of the gateway itself. An empty message is null.
type failure struct {
	kind      types.GatewayResponseType
	errorType string
	message   string
	status    int // if it isn't the one of the kind
}

func (f *failure) Error() string { return string(f.kind) + ": " + f.message }

// internal is what the client sees of a fault in the API's configuration. The cause is for the execution log.
func internal(cause error) error { return errors.Join(errInternal, cause) }

var errInternal = &failure{
	kind:      types.GatewayResponseTypeApiConfigurationError,
	errorType: "InternalServerErrorException",
	message:   "Internal server error",
}

// errMalformed is what the client sees if a Lambda function's answer isn't one.
var errMalformed = &failure{
	kind:      types.GatewayResponseTypeDefault5xx,
	errorType: "InternalServerErrorException",
	message:   "Internal server error",
	status:    http.StatusBadGateway,
}
