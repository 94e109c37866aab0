package apigateway

import (
	"slices"
	"strconv"

	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

func (t *tenant) updateRestAPI(r wire.Request, in *sdk.UpdateRestApiInput) (*sdk.UpdateRestApiOutput, error) {
	if err := constrain(r).patch(in.PatchOperations).err(); err != nil {
		return nil, err
	}
	a, err := t.api(in.RestApiId)
	if err != nil {
		return nil, err
	}
	rest := wire.Clone(a.RestAPI)
	for _, c := range changes(in.PatchOperations) {
		if err := t.patchRestAPI(&rest, c); err != nil {
			return nil, err
		}
	}
	a.RestAPI = rest
	return as[sdk.UpdateRestApiOutput](tagged(rest)), nil
}

func (t *tenant) patchRestAPI(rest *types.RestApi, c change) error {
	switch c.root() {
	case "binaryMediaTypes":
		return patchMediaTypes(&rest.BinaryMediaTypes, c)
	case "endpointConfiguration":
		return patchEndpoint(rest.EndpointConfiguration, c)
	}
	if !c.whole() {
		return c.wrongPath()
	}
	switch c.root() {
	case "name":
		if err := c.only(types.OpReplace); err != nil {
			return err
		}
		rest.Name = c.value
	case "description":
		return patchText(&rest.Description, c)
	case "version":
		return patchText(&rest.Version, c)
	case "policy":
		var policy *string
		if err := patchText(&policy, c); err != nil {
			return err
		}
		if err := checkPolicy(policy); err != nil {
			return err
		}
		rest.Policy = t.policy(rest, policy)
	case "minimumCompressionSize":
		return patchCompression(&rest.MinimumCompressionSize, c)
	case "apiKeySource":
		if err := c.only(types.OpReplace); err != nil {
			return err
		}
		if !slices.Contains(keySources, text(c.value)) {
			return badRequest("Invalid API key source specified. Valid options are HEADER,AUTHORIZER")
		}
		rest.ApiKeySource = types.ApiKeySourceType(text(c.value))
	case "securityPolicy":
		if err := c.only(types.OpReplace); err != nil {
			return err
		}
		rest.SecurityPolicy = types.SecurityPolicy(text(c.value))
	case "endpointAccessMode":
		if err := c.only(types.OpReplace); err != nil {
			return err
		}
		rest.EndpointAccessMode = types.EndpointAccessMode(text(c.value))
	case "disableExecuteApiEndpoint":
		if err := c.only(types.OpReplace); err != nil {
			return err
		}
		rest.DisableExecuteApiEndpoint = truth(c.value)
	default:
		return c.wrongPath()
	}
	return nil
}

// patchText changes a text that may be absent.
func patchText(p **string, c change) error {
	if err := c.only(types.OpAdd, types.OpReplace, types.OpRemove); err != nil {
		return err
	}
	*p = filled(c.value)
	if c.op == types.OpRemove {
		*p = nil
	}
	return nil
}

// patchMediaTypes changes a list as if it were an object: the media type is in the path. A replaced one goes to the
// end (test_update_rest_api_operation_add_remove, 2025-07-02).
func patchMediaTypes(list *[]string, c change) error {
	mediaType, ok := c.key()
	if !ok {
		return c.wrongPath()
	}
	is := func(other string) bool { return other == mediaType }
	switch c.op {
	case types.OpAdd:
		if !slices.ContainsFunc(*list, is) {
			*list = append(*list, mediaType)
		}
	case types.OpReplace:
		remove(list, is)
		*list = append(*list, text(c.value))
	case types.OpRemove:
		remove(list, is)
	default:
		return c.only(types.OpAdd, types.OpRemove, types.OpReplace)
	}
	if len(*list) == 0 {
		*list = nil
	}
	return nil
}

// patchCompression sets a number that may be absent: an empty value turns compression off
// (test_update_rest_api_compression, 2025-07-02).
func patchCompression(size **int32, c change) error {
	if err := c.only(types.OpReplace); err != nil {
		return err
	}
	if text(c.value) == "" {
		*size = nil
		return nil
	}
	n, err := strconv.ParseInt(*c.value, 10, 32)
	if err != nil {
		n = -1 // what isn't a number is refused as a number out of range is
	}
	value := int32(n)
	if err := checkCompression(&value); err != nil {
		return err
	}
	*size = &value
	return nil
}
