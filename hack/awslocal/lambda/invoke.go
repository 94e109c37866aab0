package lambda

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// The services that invoke functions, as policies name them.
const (
	apiGateway = "apigateway.amazonaws.com"
	cognitoIDP = "cognito-idp.amazonaws.com"
)

// Invoke runs a function for API Gateway. The source is the ARN of the method that calls; if no statement of the
// policy of exactly this function, version or alias lets it, the error is an AccessDeniedException and nothing runs.
// What the function itself fails with isn't an error but its answer, as on AWS.
func (s *Service) Invoke(ctx context.Context, functionARN, sourceARN string, event []byte) ([]byte, error) {
	answer, _, err := s.invoke(ctx, apiGateway, functionARN, sourceARN, event)
	return answer, err
}

// Trigger runs a function for a user pool, whose ARN is the source. It tells whether the function failed, as the header
// X-Amz-Function-Error does (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html).
func (s *Service) Trigger(ctx context.Context, functionARN, poolARN string, event []byte) (answer []byte, failed bool, err error) {
	return s.invoke(ctx, cognitoIDP, functionARN, poolARN, event)
}

func (s *Service) invoke(
	ctx context.Context, principal, functionARN, sourceARN string, event []byte,
) (payload []byte, failed bool, err error) {
	handler, err := s.admit(principal, functionARN, sourceARN)
	if err != nil {
		return nil, false, err
	}
	answer, err := handler(ctx, event)
	if err != nil {
		failed = true
		// The shape in which the managed runtimes report an error
		// (https://docs.aws.amazon.com/lambda/latest/dg/golang-exceptions.html).
		answer = map[string]string{"errorMessage": err.Error(), "errorType": "errorString"}
	}
	if payload, err = json.Marshal(answer); err != nil {
		return nil, false, fmt.Errorf("marshal the answer of %s: %w", functionARN, err)
	}
	return payload, failed, nil
}

// admit finds the function's code and lets a service at it, or not.
func (s *Service) admit(principal, functionARN, sourceARN string) (Handler, error) {
	ref, refusal := parseReference(functionARN, "")
	if refusal != nil {
		return nil, refusal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.target(ref); err != nil {
		return nil, err
	}
	if !s.policies[ref.arn()].allows(principal, sourceARN) {
		return nil, &wire.Error{
			Code: "AccessDeniedException",
			Message: fmt.Sprintf("%s is not authorized to perform: lambda:InvokeFunction on resource: %s for %s",
				principal, ref.arn(), sourceARN),
			Status: http.StatusForbidden,
		}
	}
	return s.functions[ref.name][ref.qualifier], nil
}

// HTTP returns a Handler whose code is behind a URL: the event is posted there, the body that comes back is the
// answer.
func HTTP(client *http.Client, url string) Handler {
	return func(ctx context.Context, event json.RawMessage) (any, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(event))
		if err != nil {
			return nil, err
		}
		req.Header.Set("Content-Type", "application/json")
		resp, err := client.Do(req)
		if err != nil {
			return nil, err
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			return nil, fmt.Errorf("read the answer of %s: %w", url, err)
		}
		if resp.StatusCode/100 != 2 {
			return nil, fmt.Errorf("%s answered %s", url, resp.Status)
		}
		if !json.Valid(body) {
			return nil, fmt.Errorf("%s answered what is not JSON", url)
		}
		return json.RawMessage(body), nil
	}
}
