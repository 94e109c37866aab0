package wire_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
	"github.com/securedapi/securedapi/hack/awslocal/wire/wiretest"
)

// echo returns a route's operation that keeps its input in *got.
func echo[I, O any](name string, got *any) wire.Operation {
	return wire.Write(name, func(_ wire.Request, in *I) (*O, error) {
		*got = in
		return new(O), nil
	})
}

func TestRESTBindings(t *testing.T) {
	var got any
	routes := []wire.Route{
		{
			Method: "GET", Pattern: "/restapis/{restApiId}",
			Op: echo[apigateway.GetRestApiInput, apigateway.GetRestApiOutput]("GetRestApi", &got),
		},
		{
			Method: "PUT", Pattern: "/restapis/{restApiId}", Payload: "Body",
			Query: []string{"failonwarnings", "mode", "*"},
			Op:    echo[apigateway.PutRestApiInput, apigateway.PutRestApiOutput]("PutRestApi", &got),
		},
		{
			Method: "POST", Pattern: "/restapis", Status: 201,
			Op: echo[apigateway.CreateRestApiInput, apigateway.CreateRestApiOutput]("CreateRestApi", &got),
		},
		{
			Method: "POST", Pattern: "/restapis?mode=import", Status: 201, Payload: "Body",
			Query: []string{"failonwarnings", "*"},
			Op:    echo[apigateway.ImportRestApiInput, apigateway.ImportRestApiOutput]("ImportRestApi", &got),
		},
		{
			Method: "GET", Pattern: "/restapis/{restApiId}/resources", Query: []string{"embed", "limit", "position"},
			Op: echo[apigateway.GetResourcesInput, apigateway.GetResourcesOutput]("GetResources", &got),
		},
		{
			Method: "PUT", Pattern: "/restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/integration",
			Status: 201,
			Op:     echo[apigateway.PutIntegrationInput, apigateway.PutIntegrationOutput]("PutIntegration", &got),
		},
		{
			Method: "DELETE", Pattern: "/tags/{resourceArn}", Query: []string{"tagKeys"}, Status: 204,
			Op: echo[apigateway.UntagResourceInput, apigateway.UntagResourceOutput]("UntagResource", &got),
		},
	}
	client := apigateway.NewFromConfig(wiretest.Serve(t, wire.REST(wire.Camel, routes), wire.Request{Region: "us-east-1"}))
	ctx := context.Background()

	tests := []struct {
		reason string
		call   func() error
		want   any
	}{
		{
			reason: "a label in the path",
			call: func() error {
				_, err := client.GetRestApi(ctx, &apigateway.GetRestApiInput{RestApiId: aws.String("abc")})
				return err
			},
			want: &apigateway.GetRestApiInput{RestApiId: aws.String("abc")},
		},
		{
			reason: "a raw body, flags beside it, and the rest of the query string in a map",
			call: func() error {
				_, err := client.PutRestApi(ctx, &apigateway.PutRestApiInput{
					RestApiId: aws.String("abc"), Mode: types.PutModeOverwrite, FailOnWarnings: true,
					Parameters: map[string]string{"basepath": "ignore"}, Body: []byte(`{"openapi": "3.0.1"}`),
				})
				return err
			},
			want: &apigateway.PutRestApiInput{
				RestApiId: aws.String("abc"), Mode: types.PutModeOverwrite, FailOnWarnings: true,
				Parameters: map[string]string{"basepath": "ignore"}, Body: []byte(`{"openapi": "3.0.1"}`),
			},
		},
		{
			reason: "the same path with a constant query string is another operation",
			call: func() error {
				_, err := client.ImportRestApi(ctx, &apigateway.ImportRestApiInput{
					Body:       []byte("{}"),
					Parameters: map[string]string{"endpointConfigurationTypes": "REGIONAL"},
				})
				return err
			},
			want: &apigateway.ImportRestApiInput{
				Body:       []byte("{}"),
				Parameters: map[string]string{"endpointConfigurationTypes": "REGIONAL"},
			},
		},
		{
			reason: "without it, it isn't",
			call: func() error {
				_, err := client.CreateRestApi(ctx, &apigateway.CreateRestApiInput{Name: aws.String("n")})
				return err
			},
			want: &apigateway.CreateRestApiInput{Name: aws.String("n")},
		},
		{
			reason: "lists and numbers in the query string",
			call: func() error {
				_, err := client.GetResources(ctx, &apigateway.GetResourcesInput{
					RestApiId: aws.String("abc"),
					Embed:     []string{"methods"}, Limit: aws.Int32(500),
				})
				return err
			},
			want: &apigateway.GetResourcesInput{
				RestApiId: aws.String("abc"),
				Embed:     []string{"methods"}, Limit: aws.Int32(500),
			},
		},
		{
			reason: "httpMethod is in the path the method's, in the body the integration's",
			call: func() error {
				_, err := client.PutIntegration(ctx, &apigateway.PutIntegrationInput{
					RestApiId:  aws.String("abc"),
					ResourceId: aws.String("r"), HttpMethod: aws.String("GET"), IntegrationHttpMethod: aws.String("POST"),
					Type: types.IntegrationTypeAwsProxy,
				})
				return err
			},
			want: &apigateway.PutIntegrationInput{
				RestApiId: aws.String("abc"), ResourceId: aws.String("r"),
				HttpMethod: aws.String("GET"), IntegrationHttpMethod: aws.String("POST"),
				Type: types.IntegrationTypeAwsProxy,
			},
		},
		{
			reason: "a label with slashes in it, and no body in the answer",
			call: func() error {
				_, err := client.UntagResource(ctx, &apigateway.UntagResourceInput{
					ResourceArn: aws.String("arn:aws:apigateway:us-east-1::/restapis/abc"), TagKeys: []string{"a", "b c"},
				})
				return err
			},
			want: &apigateway.UntagResourceInput{
				ResourceArn: aws.String("arn:aws:apigateway:us-east-1::/restapis/abc"), TagKeys: []string{"a", "b c"},
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			got = nil
			if err := tt.call(); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got, sameMembers); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func fail[I, O any](e *wire.Error) func(wire.Request, *I) (*O, error) {
	return func(wire.Request, *I) (*O, error) { return nil, e }
}

func TestRESTErrors(t *testing.T) {
	refuse := func(e *wire.Error) []wire.Route {
		return []wire.Route{
			{
				Method: "GET", Pattern: "/restapis/{restApiId}",
				Op: wire.Read("GetRestApi", fail[apigateway.GetRestApiInput, apigateway.GetRestApiOutput](e)),
			},
			{
				Method: "GET", Pattern: "/2015-03-31/functions/{FunctionName}/policy",
				Op: wire.Read("GetPolicy", fail[lambda.GetPolicyInput, lambda.GetPolicyOutput](e)),
			},
		}
	}
	ctx := context.Background()
	get := func(e *wire.Error) error {
		config := wiretest.Serve(t, wire.REST(wire.Camel, refuse(e)), wire.Request{Region: "us-east-1"})
		_, err := apigateway.NewFromConfig(config).GetRestApi(ctx, &apigateway.GetRestApiInput{RestApiId: aws.String("a")})
		return err
	}

	t.Run("a typed error with its message", func(t *testing.T) {
		err := get(&wire.Error{Code: "NotFoundException", Message: "Invalid API identifier", Status: 404})
		if e, ok := errors.AsType[*types.NotFoundException](err); !ok || e.ErrorMessage() != "Invalid API identifier" {
			t.Errorf("got %v", err)
		}
		if e, ok := errors.AsType[*smithyhttp.ResponseError](err); !ok || e.HTTPStatusCode() != 404 {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a throttle says when to come back", func(t *testing.T) {
		err := get(&wire.Error{Code: "TooManyRequestsException", Message: "Too Many Requests", Status: 429, RetryAfter: 3})
		e, ok := errors.AsType[*types.TooManyRequestsException](err)
		if !ok || aws.ToString(e.RetryAfterSeconds) != "3" {
			t.Errorf("got %v", err)
		}
	})
	t.Run("no status is 400", func(t *testing.T) {
		err := get(wire.Errorf("BadRequestException", "no %s", "good"))
		if e, ok := errors.AsType[*types.BadRequestException](err); !ok || e.ErrorMessage() != "no good" {
			t.Errorf("got %v", err)
		}
	})
	t.Run("both spellings of Lambda's message", func(t *testing.T) {
		for code, status := range map[string]int{"ResourceNotFoundException": 404, "TooManyRequestsException": 429} {
			protocol := wire.REST(wire.Pascal, refuse(&wire.Error{Code: code, Message: "the message", Status: status}))
			client := lambda.NewFromConfig(wiretest.Serve(t, protocol, wire.Request{Region: "us-east-1"}))
			_, err := client.GetPolicy(ctx, &lambda.GetPolicyInput{FunctionName: aws.String("f")})
			e, ok := errors.AsType[smithy.APIError](err)
			if !ok || e.ErrorCode() != code || e.ErrorMessage() != "the message" {
				t.Errorf("got %v", err)
			}
			if e, ok := errors.AsType[*lambdatypes.ResourceNotFoundException](err); ok && aws.ToString(e.Type) != "User" {
				t.Errorf("whose fault: %q", aws.ToString(e.Type))
			}
		}
	})
	t.Run("an operation that isn't served", func(t *testing.T) {
		config := wiretest.Serve(t, wire.REST(wire.Camel, nil), wire.Request{Region: "us-east-1"})
		_, err := apigateway.NewFromConfig(config).GetRestApis(ctx, nil)
		if e, ok := errors.AsType[smithy.APIError](err); !ok || !strings.Contains(e.ErrorMessage(), "GET /restapis") {
			t.Errorf("got %v", err)
		}
	})
}

func TestRESTWritesWhatIsFalseAndLeavesOutWhatIsNil(t *testing.T) {
	protocol := wire.REST(wire.Camel, []wire.Route{{
		Method: "GET", Pattern: "/restapis/{restApiId}",
		Op: wire.Read("GetRestApi", func(wire.Request, *apigateway.GetRestApiInput) (*apigateway.GetRestApiOutput, error) {
			return &apigateway.GetRestApiOutput{Id: aws.String("abc"), Tags: map[string]string{}}, nil
		}),
	}})
	r, err := http.NewRequest(http.MethodGet, "http://localhost/restapis/abc", nil)
	if err != nil {
		t.Fatal(err)
	}
	call, refusal := protocol.Match(r, nil)
	if refusal != nil {
		t.Fatal(refusal)
	}
	var got map[string]any
	if err := json.Unmarshal(call.Run(wire.Request{}).Body, &got); err != nil {
		t.Fatal(err)
	}
	// LocalStack's recordings of CreateRestApi: disableExecuteApiEndpoint is there when false, description isn't when
	// not set.
	want := map[string]any{"id": "abc", "disableExecuteApiEndpoint": false, "tags": map[string]any{}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
