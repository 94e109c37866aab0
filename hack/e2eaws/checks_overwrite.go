package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// compressed is a minimum compression size that nobody else sets.
const compressed = 1234

// planAdoption plans to adopt the API made by hand, which changes nothing: the operator's role may not adopt it.
func (w *world) planAdoption(ctx context.Context) (finding, error) {
	taker := w.object("taker", w.route("/registered", v1alpha1.AccessRegistered, "GET"))
	taker.Spec.API = &v1alpha1.APISpec{Adopt: &v1alpha1.AdoptAPISpec{ID: w.api}}
	taker.Spec.Mode = v1alpha1.ModePlan
	if err := w.kube.Create(ctx, taker); err != nil {
		return finding{}, err
	}
	planned, err := w.becomes(ctx, "taker", func(o *v1alpha1.SecuredAPI) bool { return o.Status.Plan != nil })
	if err != nil {
		return finding{}, err
	}
	api, err := w.gateway.GetRestApi(ctx, &apigateway.GetRestApiInput{RestApiId: &w.api})
	if err = errors.Join(err, w.remove(ctx, "taker")); err != nil {
		return finding{}, err
	}
	policy := aws.ToString(api.Policy) != ""
	return found(policy && api.DisableExecuteApiEndpoint, "a plan of %d changes; policy shown: %t, endpoint shown as disabled: %t",
		len(planned.Status.Plan.Changes), policy, api.DisableExecuteApiEndpoint)
}

// overwriteCarries puts a document with settings over the API made by hand.
func (w *world) overwriteCarries(ctx context.Context) (finding, error) {
	doc := document(w.arn(w.pool), false)
	doc["x-amazon-apigateway-policy"] = map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
		"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*",
	}}}
	doc["x-amazon-apigateway-endpoint-configuration"] = map[string]any{"disableExecuteApiEndpoint": true}
	doc["x-amazon-apigateway-minimum-compression-size"] = compressed
	doc["x-amazon-apigateway-binary-media-types"] = []string{"image/png"}
	doc["x-amazon-apigateway-api-key-source"] = "AUTHORIZER"
	if err := w.put(ctx, doc); err != nil {
		return finding{}, err
	}
	out, err := w.gateway.GetRestApi(ctx, &apigateway.GetRestApiInput{RestApiId: &w.api})
	if err != nil {
		return finding{}, err
	}
	policy, size := aws.ToString(out.Policy) != "", aws.ToInt32(out.MinimumCompressionSize)
	all := policy && size == compressed && out.DisableExecuteApiEndpoint && slices.Equal(out.BinaryMediaTypes, []string{"image/png"}) &&
		out.ApiKeySource == types.ApiKeySourceTypeAuthorizer
	return found(all, "policy: %t, disabled endpoint: %t, compression from %d bytes, binary types %v, key source %s",
		policy, out.DisableExecuteApiEndpoint, size, out.BinaryMediaTypes, out.ApiKeySource)
}

// overwriteResets puts a document without policy and endpoint over the API that has both set.
func (w *world) overwriteResets(ctx context.Context) (finding, error) {
	if err := w.put(ctx, document(w.arn(w.pool), false)); err != nil {
		return finding{}, err
	}
	out, err := w.gateway.GetRestApi(ctx, &apigateway.GetRestApiInput{RestApiId: &w.api})
	if err != nil {
		return finding{}, err
	}
	policy := aws.ToString(out.Policy) != ""
	return found(!policy && !out.DisableExecuteApiEndpoint, "policy kept: %t, endpoint still disabled: %t",
		policy, out.DisableExecuteApiEndpoint)
}

// overwriteCarriesTLS puts a document with a TLS policy and its access mode over the API made by hand.
func (w *world) overwriteCarriesTLS(ctx context.Context) (finding, error) {
	doc := document(w.arn(w.pool), false)
	doc["x-amazon-apigateway-security-policy"] = string(types.SecurityPolicySecurityPolicyTls1312202106)
	doc["x-amazon-apigateway-endpoint-access-mode"] = string(types.EndpointAccessModeBasic)
	if err := w.put(ctx, doc); err != nil {
		return finding{}, err
	}
	out, err := w.gateway.GetRestApi(ctx, &apigateway.GetRestApiInput{RestApiId: &w.api})
	if err != nil {
		return finding{}, err
	}
	kept := out.SecurityPolicy == types.SecurityPolicySecurityPolicyTls1312202106 && out.EndpointAccessMode == types.EndpointAccessModeBasic
	return found(kept, "TLS policy %s, access mode %s", out.SecurityPolicy, out.EndpointAccessMode)
}

// settingsKept sets by hand what the spec does not name of the recipe's API, and has the operator overwrite the API.
func (w *world) settingsKept(ctx context.Context) (finding, error) {
	o, err := w.get(ctx, "notes")
	if err != nil {
		return finding{}, err
	}
	set := func(policy, size string) error {
		_, err := w.gateway.UpdateRestApi(ctx, &apigateway.UpdateRestApiInput{
			RestApiId: &o.Status.API.ID, PatchOperations: []types.PatchOperation{
				{Op: types.OpReplace, Path: aws.String("/policy"), Value: &policy},
				{Op: types.OpReplace, Path: aws.String("/minimumCompressionSize"), Value: &size},
			},
		})
		return err
	}
	if err := set(resourcePolicy, strconv.Itoa(compressed)); err != nil {
		return finding{}, err
	}
	if err := w.edit(ctx, "notes", func(o *v1alpha1.SecuredAPI) {
		o.Spec.Routes = append(o.Spec.Routes, w.route("/kept", v1alpha1.AccessRegistered, "GET"))
	}); err != nil {
		return finding{}, err
	}
	if _, err := w.ready(ctx, "notes"); err != nil {
		return finding{}, err
	}
	api, err := w.gateway.GetRestApi(ctx, &apigateway.GetRestApiInput{RestApiId: &o.Status.API.ID})
	if err != nil {
		return finding{}, err
	}
	policy, size := aws.ToString(api.Policy) != "", aws.ToInt32(api.MinimumCompressionSize)
	if err := set("", ""); err != nil {
		return finding{}, fmt.Errorf("take the settings off again: %w", err)
	}
	return found(policy && size == compressed, "after a route was added: policy kept: %t, compression from %d bytes", policy, size)
}
