package apigateway

import (
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

var (
	integrationTypes = []string{"HTTP", "MOCK", "AWS_PROXY", "HTTP_PROXY", "AWS"}
	connectionTypes  = []string{"INTERNET", "VPC_LINK"}
	contentHandlings = []string{"CONVERT_TO_BINARY", "CONVERT_TO_TEXT"}
	passthroughs     = []string{"WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"}
)

const defaultTimeout = 29000 // milliseconds

func (t *tenant) putIntegration(r wire.Request, in *sdk.PutIntegrationInput) (*sdk.PutIntegrationOutput, error) {
	if err := constrain(r).
		notNull("type", in.Type).enum("type", string(in.Type), integrationTypes).
		enum("connectionType", string(in.ConnectionType), connectionTypes).
		enum("contentHandling", string(in.ContentHandling), contentHandlings).err(); err != nil {
		return nil, err
	}
	m, err := t.method(in.RestApiId, in.ResourceId, in.HttpMethod)
	if err != nil {
		return nil, err
	}
	i := as[types.Integration](*in)
	i.HttpMethod = filled(in.IntegrationHttpMethod)
	i.TimeoutInMillis = aws.ToInt32(in.TimeoutInMillis)
	if err := m.integrate(i); err != nil {
		return nil, err
	}
	m.save()
	return as[sdk.PutIntegrationOutput](*i), nil
}

// integrate completes an integration and puts it behind the method.
func (m *methodRef) integrate(i *types.Integration) error {
	if i.CacheKeyParameters == nil {
		i.CacheKeyParameters = []string{}
	}
	if i.CacheNamespace == nil {
		i.CacheNamespace = m.res.Id
	}
	if i.PassthroughBehavior == nil {
		i.PassthroughBehavior = &passthroughs[0]
	}
	if i.TimeoutInMillis == 0 {
		i.TimeoutInMillis = defaultTimeout
	}
	if i.Type == types.IntegrationTypeMock {
		i.HttpMethod = nil // nobody is called (test_import_with_http_method_integration, 2025-07-02)
	}
	if i.ConnectionType == "" && (i.Type == types.IntegrationTypeHttp || i.Type == types.IntegrationTypeHttpProxy) {
		i.ConnectionType = types.ConnectionTypeInternet
	}
	if err := checkIntegration(i, m.RequestParameters); err != nil {
		return err
	}
	m.MethodIntegration = i
	return nil
}

var serviceURI = regexp.MustCompile(`^arn:[^:]+:apigateway:[^:]*:[^:]+:(path|action)/.+`)

// checkIntegration refuses what AWS refuses (test_put_integration_validation, 2024-06-06).
func checkIntegration(i *types.Integration, declared map[string]bool) error {
	uri := text(i.Uri)
	if i.Type != types.IntegrationTypeMock && i.HttpMethod == nil {
		return badRequest("Enumeration value for HttpMethod must be non-empty")
	}
	switch i.Type {
	case types.IntegrationTypeMock: // calls nobody
	case types.IntegrationTypeHttp, types.IntegrationTypeHttpProxy:
		u, err := url.Parse(strings.NewReplacer("{", "", "}", "", "$", "").Replace(uri))
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
			return badRequest("Invalid HTTP endpoint specified for URI")
		}
	case types.IntegrationTypeAws, types.IntegrationTypeAwsProxy:
		if !strings.HasPrefix(uri, "arn:") {
			return badRequest("Invalid ARN specified in the request")
		}
		if !serviceURI.MatchString(uri) {
			return badRequest("AWS ARN for integration must contain path or action")
		}
		if i.Type == types.IntegrationTypeAwsProxy && !strings.Contains(uri, ":lambda:") && !strings.Contains(uri, ":firehose:") {
			return badRequest("Integrations of type 'AWS_PROXY' currently only supports Lambda function " +
				"and Firehose stream invocations.")
		}
	}
	if !slices.Contains(passthroughs, text(i.PassthroughBehavior)) {
		return badRequest("Invalid passthroughBehavior specified. Valid options are %s", strings.Join(passthroughs, ","))
	}
	if i.TimeoutInMillis < 50 || i.TimeoutInMillis > defaultTimeout {
		return badRequest("Timeout should be between 50 ms and 29000 ms")
	}
	return checkIntegrationParameters(i.RequestParameters, declared)
}

var integrationParameter = regexp.MustCompile(`^integration\.request\.(multivalue)?(querystring|header|path)\..+$`)

// checkIntegrationParameters: a parameter of the method request can be mapped only if the method declares it.
func checkIntegrationParameters(mapped map[string]string, declared map[string]bool) error {
	for _, key := range slices.Sorted(maps.Keys(mapped)) {
		if !integrationParameter.MatchString(key) {
			return invalidMapping("Invalid mapping expression specified", key)
		}
		expression := mapped[key]
		if _, ok := declared[expression]; requestParameter.MatchString(expression) && !ok {
			return invalidMapping("Invalid mapping expression parameter specified", expression)
		}
	}
	return nil
}

func (t *tenant) getIntegration(_ wire.Request, in *sdk.GetIntegrationInput) (*sdk.GetIntegrationOutput, error) {
	m, err := t.integration(in.RestApiId, in.ResourceId, in.HttpMethod)
	if err != nil {
		return nil, err
	}
	return as[sdk.GetIntegrationOutput](*m.MethodIntegration), nil
}

func (t *tenant) deleteIntegration(
	_ wire.Request, in *sdk.DeleteIntegrationInput,
) (*sdk.DeleteIntegrationOutput, error) {
	m, err := t.integration(in.RestApiId, in.ResourceId, in.HttpMethod)
	if err != nil {
		return nil, err
	}
	m.MethodIntegration = nil
	m.save()
	return &sdk.DeleteIntegrationOutput{}, nil
}
