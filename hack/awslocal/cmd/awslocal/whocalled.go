package main

import (
	"context"
	"encoding/json"

	"github.com/securedapi/securedapi/hack/awslocal/lambda"
)

// proxyEvent is what is used here of what API Gateway sends to a function
// (https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html).
type proxyEvent struct {
	HTTPMethod     string `json:"httpMethod"`
	Path           string `json:"path"`
	RequestContext struct {
		Authorizer struct {
			Claims map[string]any `json:"claims"`
		} `json:"authorizer"`
	} `json:"requestContext"`
}

// proxyResponse is what API Gateway wants back.
type proxyResponse struct {
	StatusCode int               `json:"statusCode"`
	Headers    map[string]string `json:"headers"`
	Body       string            `json:"body"`
}

// whoCalled returns a function that answers, to pages of any origin, what was called and by whom.
func whoCalled(name string) lambda.Handler {
	return func(_ context.Context, event json.RawMessage) (any, error) {
		var in proxyEvent
		if err := json.Unmarshal(event, &in); err != nil {
			return nil, err
		}
		body, err := json.Marshal(map[string]any{
			"function": name,
			"method":   in.HTTPMethod,
			"path":     in.Path,
			"claims":   in.RequestContext.Authorizer.Claims,
		})
		if err != nil {
			return nil, err
		}
		return proxyResponse{
			StatusCode: 200,
			Headers:    map[string]string{"Content-Type": "application/json", "Access-Control-Allow-Origin": "*"},
			Body:       string(body),
		}, nil
	}
}
