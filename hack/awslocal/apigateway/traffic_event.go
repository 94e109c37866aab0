package apigateway

import (
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
)

// proxyEvent is what a function behind a proxy integration gets, format version 1.0. Members that have nothing in them
// are null and there (test_lambda_aws_proxy_integration, 2024-07-10):
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
type proxyEvent struct {
	Resource                        string              `json:"resource"`
	Path                            string              `json:"path"`
	HTTPMethod                      string              `json:"httpMethod"`
	Headers                         map[string]string   `json:"headers"`
	MultiValueHeaders               map[string][]string `json:"multiValueHeaders"`
	QueryStringParameters           map[string]string   `json:"queryStringParameters"`
	MultiValueQueryStringParameters map[string][]string `json:"multiValueQueryStringParameters"`
	PathParameters                  map[string]string   `json:"pathParameters"`
	StageVariables                  map[string]string   `json:"stageVariables"`
	RequestContext                  requestContext      `json:"requestContext"`
	Body                            *string             `json:"body"`
	IsBase64Encoded                 bool                `json:"isBase64Encoded"`
}

type requestContext struct {
	ResourceID        string         `json:"resourceId"`
	Authorizer        *authorizerOut `json:"authorizer,omitempty"`
	ResourcePath      string         `json:"resourcePath"`
	HTTPMethod        string         `json:"httpMethod"`
	ExtendedRequestID string         `json:"extendedRequestId"`
	RequestTime       string         `json:"requestTime"`
	Path              string         `json:"path"`
	AccountID         string         `json:"accountId"`
	Protocol          string         `json:"protocol"`
	Stage             string         `json:"stage"`
	DomainPrefix      string         `json:"domainPrefix"`
	RequestTimeEpoch  int64          `json:"requestTimeEpoch"`
	RequestID         string         `json:"requestId"`
	Identity          identity       `json:"identity"`
	DomainName        string         `json:"domainName"`
	DeploymentID      string         `json:"deploymentId"`
	APIID             string         `json:"apiId"`
}

type authorizerOut struct {
	Claims map[string]string `json:"claims"`
}

// identity says nothing of the caller but the address and the browser: the rest is for requests signed with IAM keys.
type identity struct {
	CognitoIdentityPoolID         *string `json:"cognitoIdentityPoolId"`
	AccountID                     *string `json:"accountId"`
	CognitoIdentityID             *string `json:"cognitoIdentityId"`
	Caller                        *string `json:"caller"`
	SourceIP                      string  `json:"sourceIp"`
	PrincipalOrgID                *string `json:"principalOrgId"`
	AccessKey                     *string `json:"accessKey"`
	CognitoAuthenticationType     *string `json:"cognitoAuthenticationType"`
	CognitoAuthenticationProvider *string `json:"cognitoAuthenticationProvider"`
	UserARN                       *string `json:"userArn"`
	UserAgent                     *string `json:"userAgent"`
	User                          *string `json:"user"`
}

func (x *exchange) event() proxyEvent {
	extra := x.mapRequest()
	header := x.headers()
	maps.Copy(header, extra.header)
	query := x.query()
	for name, values := range extra.query {
		query[name] = append(query[name], values...)
	}
	event := proxyEvent{
		Resource:                        *x.resource.Path,
		Path:                            x.path,
		HTTPMethod:                      x.request.Method,
		Headers:                         lasts(header),
		MultiValueHeaders:               header,
		QueryStringParameters:           lasts(query),
		MultiValueQueryStringParameters: query,
		PathParameters:                  x.pathParams,
		StageVariables:                  x.stage.Variables,
		RequestContext:                  x.requestContext(),
	}
	if len(query) == 0 {
		event.QueryStringParameters, event.MultiValueQueryStringParameters = nil, nil
	}
	if len(x.body) > 0 {
		body := string(x.body)
		if event.IsBase64Encoded = x.isBinary(x.request.Header.Get("Content-Type")); event.IsBase64Encoded {
			body = base64.StdEncoding.EncodeToString(x.body)
		}
		event.Body = &body
	}
	return event
}

func (x *exchange) requestContext() requestContext {
	userAgent := x.request.UserAgent()
	out := requestContext{
		ResourceID:        *x.resource.Id,
		ResourcePath:      *x.resource.Path,
		HTTPMethod:        x.request.Method,
		ExtendedRequestID: x.extendedID,
		RequestTime:       x.requestTime(),
		Path:              x.request.URL.EscapedPath(),
		AccountID:         x.account,
		Protocol:          "HTTP/1.1",
		Stage:             *x.stage.StageName,
		DomainPrefix:      x.apiID,
		RequestTimeEpoch:  x.now.UnixMilli(),
		RequestID:         x.requestID,
		Identity:          identity{SourceIP: x.sourceIP(), UserAgent: filled(&userAgent)},
		DomainName:        x.request.Host,
		DeploymentID:      x.deploymentID,
		APIID:             x.apiID,
	}
	if x.claims != nil {
		out.Authorizer = &authorizerOut{Claims: x.claims}
	}
	return out
}

// lasts keeps the last value of each name.
func lasts[M http.Header | url.Values](m M) map[string]string {
	out := make(map[string]string, len(m))
	for name, values := range m {
		out[name] = last(values)
	}
	return out
}
