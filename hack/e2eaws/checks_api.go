package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"github.com/aws/smithy-go"
)

// resourcePolicy is one that lets everybody call an API.
const resourcePolicy = `{"Version":"2012-10-17","Statement":[` +
	`{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*"}]}`

// listsAPI makes an API by hand, with a resource policy and a disabled endpoint, and waits until the list has it.
func (w *world) listsAPI(ctx context.Context) (finding, error) {
	made, err := w.gateway.CreateRestApi(ctx, &apigateway.CreateRestApiInput{
		Name: aws.String("default-" + w.name("hand")), Tags: w.byHandTags(),
		Policy: aws.String(resourcePolicy), DisableExecuteApiEndpoint: true,
		EndpointConfiguration: &types.EndpointConfiguration{Types: []types.EndpointType{types.EndpointTypeRegional}},
	})
	if err != nil {
		return finding{}, err
	}
	w.api = *made.Id
	began := time.Now()
	err = w.await(ctx, func() (bool, string) {
		out, err := w.gateway.GetRestApis(ctx, &apigateway.GetRestApisInput{Limit: aws.Int32(500)})
		listed := err == nil && slices.ContainsFunc(out.Items, func(one types.RestApi) bool { return aws.ToString(one.Id) == w.api })
		return listed, fmt.Sprintf("the API is not listed: %v", err)
	})
	return w.within(began, err)
}

// document is an OpenAPI document with a path for users of a pool and one for guests. The guard is the document's, or the
// operation's.
func document(pool string, documentWide bool) map[string]any {
	const scheme = "users"
	guard := []any{map[string]any{scheme: []string{}}}
	operation := func(security []any) map[string]any {
		get := map[string]any{
			"responses": map[string]any{"200": map[string]any{"description": "OK"}},
			"x-amazon-apigateway-integration": map[string]any{
				"type": "mock", "requestTemplates": map[string]any{"application/json": `{"statusCode": 200}`},
			},
		}
		if security != nil {
			get["security"] = security
		}
		return map[string]any{"get": get}
	}
	doc := map[string]any{
		"openapi": "3.0.1", "info": map[string]any{"title": "hand", "version": "1"},
		"components": map[string]any{"securitySchemes": map[string]any{scheme: map[string]any{
			"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "cognito_user_pools",
			"x-amazon-apigateway-authorizer": map[string]any{"type": "cognito_user_pools", "providerARNs": []string{pool}},
		}}},
		"paths": map[string]any{"/guarded": operation(guard), "/open": operation([]any{})},
	}
	if documentWide {
		doc["security"], doc["paths"].(map[string]any)["/guarded"] = guard, operation(nil)
	}
	return doc
}

// put replaces all of the API made by hand.
func (w *world) put(ctx context.Context, document map[string]any) error {
	body, err := json.Marshal(document)
	if err != nil {
		return err
	}
	_, err = w.gateway.PutRestApi(ctx, &apigateway.PutRestApiInput{
		RestApiId: &w.api, Body: body, Mode: types.PutModeOverwrite, FailOnWarnings: true,
	})
	return err
}

// arn is the ARN of a user pool.
func (w *world) arn(pool string) string {
	return w.arnOf("cognito-idp", "userpool/"+pool)
}

// importedAuthorizer puts the document again with another pool under the same name of the authorizer.
func (w *world) importedAuthorizer(ctx context.Context) (finding, error) {
	o, err := w.get(ctx, "notes")
	if err != nil {
		return finding{}, err
	}
	want := w.arn(o.Status.UserPool.ID)
	if err := w.put(ctx, document(want, false)); err != nil {
		return finding{}, err
	}
	out, err := w.gateway.GetAuthorizers(ctx, &apigateway.GetAuthorizersInput{RestApiId: &w.api})
	if err != nil {
		return finding{}, err
	}
	var pools []string
	for _, one := range out.Items {
		pools = append(pools, one.ProviderARNs...)
	}
	replaced := slices.Equal(pools, []string{want})
	return found(replaced, "%d authorizers; the provider is the new one: %t", len(out.Items), replaced)
}

// documentSecurity puts a document whose guard is document-wide, but for an operation that says that it has none.
func (w *world) documentSecurity(ctx context.Context) (finding, error) {
	if err := w.put(ctx, document(w.arn(w.pool), true)); err != nil {
		return finding{}, err
	}
	methods, err := w.methods(ctx, w.api)
	if err != nil {
		return finding{}, err
	}
	guarded, open := aws.ToString(methods["/guarded"]["GET"].AuthorizationType), aws.ToString(methods["/open"]["GET"].AuthorizationType)
	return found(guarded == "COGNITO_USER_POOLS" && open == "NONE", "without security of its own %s, with an empty one %s", guarded, open)
}

// concurrentImports puts two documents at the same time.
func (w *world) concurrentImports(ctx context.Context) (finding, error) {
	var wait sync.WaitGroup
	var errs [2]error
	for i := range errs {
		wait.Go(func() { errs[i] = w.put(ctx, document(w.arn(w.pool), i == 0)) })
	}
	wait.Wait()
	known := true
	var codes []string
	for _, err := range errs {
		refusal, refused := errors.AsType[smithy.APIError](err)
		switch {
		case err == nil:
			codes = append(codes, "ok")
		case !refused:
			return finding{}, err
		default:
			codes = append(codes, refusal.ErrorCode()+": "+refusal.ErrorMessage())
			known = known && (refusal.ErrorCode() != "BadRequestException" || strings.Contains(refusal.ErrorMessage(), "in progress"))
		}
	}
	return found(known, "%s", strings.Join(codes, "; "))
}
