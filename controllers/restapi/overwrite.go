package restapi

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
)

// overwrite replaces the working copy of an API, but not its settings. One that AWS drops although the document carries it is
// set again at once, before anything is deployed.
func (g *Gateway) overwrite(ctx context.Context, id string, document json.RawMessage) error {
	api := g.api
	if api == nil || aws.ToString(api.Id) != id {
		var err error
		if api, err = g.readAPI(ctx, id); err != nil {
			return err
		}
		if api == nil {
			// The overwrite says so.
			api = &types.RestApi{}
		}
	}
	// What was read is good for one overwrite.
	g.api = nil
	set, err := settings(api)
	if err != nil {
		return err
	}
	body, err := carry(document, set)
	if err != nil {
		return err
	}
	out, err := g.API.PutRestApi(ctx, &apigateway.PutRestApiInput{
		RestApiId: &id, Mode: types.PutModeOverwrite, FailOnWarnings: true, Body: body,
	})
	if err != nil {
		return err
	}
	return g.setAgain(ctx, id, set, as[types.RestApi](out))
}

// setAgain sets what an overwrite dropped.
func (g *Gateway) setAgain(ctx context.Context, id string, set map[string]any, now *types.RestApi) error {
	lost, err := dropped(set, now)
	if err != nil || len(lost) == 0 {
		return err
	}
	var patch []types.PatchOperation
	for _, name := range lost {
		patch = append(patch, settingPatches[name](set[name])...)
	}
	out, err := g.API.UpdateRestApi(ctx, &apigateway.UpdateRestApiInput{RestApiId: &id, PatchOperations: patch})
	if err != nil {
		return fmt.Errorf("set again what the overwrite dropped (%s): %w", strings.Join(lost, ", "), err)
	}
	if lost, err = dropped(set, as[types.RestApi](out)); err != nil || len(lost) == 0 {
		return err
	}
	return awserr.Because(v1alpha1.ReasonRejectedByAWS, fmt.Errorf("an overwrite of REST API %s dropped %s, and AWS does not set it again; "+
		"nothing was deployed", id, strings.Join(lost, ", ")))
}

// dropped names the settings that an API has no more.
func dropped(set map[string]any, now *types.RestApi) ([]string, error) {
	if len(set) == 0 {
		return nil, nil
	}
	kept, err := settings(now)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Sorted(maps.Keys(set)), func(name string) bool {
		return reflect.DeepEqual(set[name], kept[name])
	}), nil
}

// settingPatches say each setting in the words of UpdateRestApi.
// Source: API Gateway's API reference, "UpdateRestApi", "Patch operations".
var settingPatches = map[string]func(any) []types.PatchOperation{
	settingPolicy: func(value any) []types.PatchOperation {
		text, _ := json.Marshal(value) //nolint:errchkjson // it was parsed from JSON
		return replaced("/policy", string(text))
	},
	settingKeySource:  func(value any) []types.PatchOperation { return replaced("/apiKeySource", value) },
	settingCompressed: func(value any) []types.PatchOperation { return replaced("/minimumCompressionSize", value) },
	settingTLS:        func(value any) []types.PatchOperation { return replaced("/securityPolicy", value) },
	settingAccess:     func(value any) []types.PatchOperation { return replaced("/endpointAccessMode", value) },
	settingBinary: func(value any) []types.PatchOperation {
		var patch []types.PatchOperation
		mediaTypes, _ := value.([]string)
		for _, mediaType := range mediaTypes {
			path := "/binaryMediaTypes/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(mediaType)
			patch = append(patch, types.PatchOperation{Op: types.OpAdd, Path: &path})
		}
		return patch
	},
	settingEndpoint: func(value any) []types.PatchOperation {
		var patch []types.PatchOperation
		endpoint, _ := value.(map[string]any)
		if endpoint[disableExecuteAPI] == true {
			patch = replaced("/disableExecuteApiEndpoint", true)
		}
		ids, _ := endpoint[vpcEndpoints].([]string)
		for _, id := range ids {
			patch = append(patch, types.PatchOperation{Op: types.OpAdd, Path: new("/endpointConfiguration/vpcEndpointIds"), Value: &id})
		}
		return patch
	},
}

func replaced(path string, value any) []types.PatchOperation {
	return []types.PatchOperation{{Op: types.OpReplace, Path: &path, Value: new(fmt.Sprint(value))}}
}

// as is what a call returned as the SDK's type of the thing, which has the same fields.
func as[T any](answer any) *T {
	var thing T
	from, to := reflect.ValueOf(answer).Elem(), reflect.ValueOf(&thing).Elem()
	for i := range to.NumField() {
		name := to.Type().Field(i).Name
		if field := from.FieldByName(name); field.IsValid() && to.Field(i).CanSet() {
			to.Field(i).Set(field)
		}
	}
	return &thing
}
