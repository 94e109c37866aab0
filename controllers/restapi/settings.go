package restapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// The settings of an API that the spec does not name stay as they are. An overwrite resets each that its document lacks (developer
// guide, "Update an API from an OpenAPI file"), so the document carries them. The answer tells what AWS made of it.

// Settings, by the names of their extensions of OpenAPI.
const (
	extension         = "x-amazon-apigateway-"
	settingPolicy     = extension + "policy"
	settingKeySource  = extension + "api-key-source"
	settingBinary     = extension + "binary-media-types"
	settingCompressed = extension + "minimum-compression-size"
	settingEndpoint   = extension + "endpoint-configuration"
	settingTLS        = extension + "security-policy"
	settingAccess     = extension + "endpoint-access-mode"

	// In the endpoint configuration.
	disableExecuteAPI = "disableExecuteApiEndpoint"
	vpcEndpoints      = "vpcEndpointIds"
)

// newTLS begins the names of the TLS policies that have an access mode.
const newTLS = "SecurityPolicy_"

// settings are those of an API that are not as an overwrite makes them.
func settings(api *types.RestApi) (map[string]any, error) {
	set := map[string]any{}
	if text := aws.ToString(api.Policy); text != "" {
		policy, err := readPolicy(text)
		if err != nil {
			return nil, fmt.Errorf("the resource policy of REST API %s: %w", aws.ToString(api.Id), err)
		}
		set[settingPolicy] = policy
	}
	if api.ApiKeySource == types.ApiKeySourceTypeAuthorizer {
		set[settingKeySource] = string(api.ApiKeySource)
	}
	if len(api.BinaryMediaTypes) > 0 {
		set[settingBinary] = slices.Sorted(slices.Values(api.BinaryMediaTypes))
	}
	if api.MinimumCompressionSize != nil {
		set[settingCompressed] = *api.MinimumCompressionSize
	}
	endpoint := map[string]any{}
	if api.DisableExecuteApiEndpoint {
		endpoint[disableExecuteAPI] = true
	}
	if api.EndpointConfiguration != nil && len(api.EndpointConfiguration.VpcEndpointIds) > 0 {
		endpoint[vpcEndpoints] = slices.Sorted(slices.Values(api.EndpointConfiguration.VpcEndpointIds))
	}
	if len(endpoint) > 0 {
		set[settingEndpoint] = endpoint
	}
	if policy := string(api.SecurityPolicy); policy != "" && api.SecurityPolicy != types.SecurityPolicyTls10 {
		set[settingTLS] = policy
		if strings.HasPrefix(policy, newTLS) && api.EndpointAccessMode != "" {
			set[settingAccess] = string(api.EndpointAccessMode)
		}
	}
	return set, nil
}

// readPolicy parses a resource policy as AWS returns it: JSON whose quotes and slashes are escaped once more.
func readPolicy(text string) (any, error) {
	var policy any
	if json.Unmarshal([]byte(text), &policy) == nil {
		return policy, nil
	}
	var unescaped string
	if err := json.Unmarshal([]byte(`"`+text+`"`), &unescaped); err != nil {
		return nil, fmt.Errorf("it is not escaped as AWS does: %w", err)
	}
	if err := json.Unmarshal([]byte(unescaped), &policy); err != nil {
		return nil, fmt.Errorf("it is not JSON: %w", err)
	}
	return policy, nil
}

// carry is the document with the settings in it.
func carry(document json.RawMessage, set map[string]any) (json.RawMessage, error) {
	if len(set) == 0 {
		return document, nil
	}
	var all map[string]any
	if err := json.Unmarshal(document, &all); err != nil {
		return nil, fmt.Errorf("the OpenAPI document: %w", err)
	}
	maps.Copy(all, set)
	return json.Marshal(all)
}
