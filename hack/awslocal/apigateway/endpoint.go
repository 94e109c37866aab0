package apigateway

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

var (
	keySources    = []string{"HEADER", "AUTHORIZER"}
	endpointTypes = []string{"PRIVATE", "EDGE", "REGIONAL"}
	addressTypes  = []string{"ipv4", "dualstack"}
)

// endpoint checks an endpoint configuration against the model. Types come first, whatever the order in the request
// (test_create_rest_api_with_endpoint_configuration, 2025-07-11).
func (c *constraints) endpoint(e *types.EndpointConfiguration) *constraints {
	if e == nil {
		return c
	}
	var names []string
	for _, t := range e.Types {
		names = append(names, string(t))
	}
	known := func(name string) bool { return slices.Contains(endpointTypes, name) }
	if slices.ContainsFunc(names, func(name string) bool { return !known(name) }) {
		c.breaks(fmt.Sprintf("'[%s]'", strings.Join(names, ", ")), c.input+".endpointConfiguration.types",
			"Member must satisfy constraint: ["+enumRule(endpointTypes)+"]")
	}
	return c.enum("endpointConfiguration.ipAddressType", string(e.IpAddressType), addressTypes)
}

const onlyDualstack = "Only dualstack ipAddressType is supported for Private APIs."

// endpointConfiguration completes what a request asks for: EDGE and ipv4 are the defaults, dualstack is all that
// private APIs know (test_create_rest_api_verify_defaults, 2025-07-04).
func endpointConfiguration(asked *types.EndpointConfiguration) (*types.EndpointConfiguration, error) {
	e := &types.EndpointConfiguration{}
	if asked != nil {
		*e = *asked
	}
	switch {
	case e.Types == nil:
		e.Types = []types.EndpointType{types.EndpointTypeEdge}
	case len(e.Types) == 0:
		return nil, badRequest("REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.")
	case len(e.Types) > 1:
		return nil, badRequest("Cannot create an api with multiple Endpoint Types.")
	}
	private := e.Types[0] == types.EndpointTypePrivate
	switch {
	case private && e.IpAddressType == types.IpAddressTypeIpv4:
		return nil, badRequest(onlyDualstack)
	case e.IpAddressType != "":
	case private:
		e.IpAddressType = types.IpAddressTypeDualstack
	default:
		e.IpAddressType = types.IpAddressTypeIpv4
	}
	return e, nil
}

// patchEndpoint changes the endpoint configuration; e is a copy already.
func patchEndpoint(e *types.EndpointConfiguration, c change) error {
	member, ok := c.key()
	if !ok && len(c.parts) < 2 {
		return c.wrongPath()
	}
	switch {
	case ok && member == "ipAddressType":
		return patchAddressType(e, c)
	case ok && member == "vpcEndpointIds":
		return patchVPCEndpoints(e, c)
	case c.parts[1] == "types":
		return patchEndpointType(e, c)
	}
	return c.wrongPath()
}

func patchAddressType(e *types.EndpointConfiguration, c change) error {
	if err := c.only(types.OpReplace); err != nil {
		return err
	}
	value := types.IpAddressType(text(c.value))
	switch {
	case !slices.Contains(addressTypes, string(value)):
		return badRequest("ipAddressType must be either ipv4 or dualstack.")
	case value == types.IpAddressTypeIpv4 && e.Types[0] == types.EndpointTypePrivate:
		return badRequest(onlyDualstack)
	}
	e.IpAddressType = value
	return nil
}

func patchVPCEndpoints(e *types.EndpointConfiguration, c change) error {
	switch c.op {
	case types.OpAdd:
		e.VpcEndpointIds = append(e.VpcEndpointIds, text(c.value))
	case types.OpRemove:
		remove(&e.VpcEndpointIds, func(id string) bool { return same(c.value, id) })
	default:
		return c.only(types.OpAdd, types.OpRemove)
	}
	return nil
}

// patchEndpointType moves the API to another type of endpoint. One that becomes private becomes dualstack:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-ip-address-type.html
func patchEndpointType(e *types.EndpointConfiguration, c change) error {
	switch c.op {
	case types.OpAdd, types.OpReplace, types.OpRemove:
	default:
		return badRequest("Invalid patch operation specified. Must be 'add'|'remove'|'replace'")
	}
	value := text(c.value)
	if !slices.Contains(endpointTypes, value) {
		return badRequest("Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE")
	}
	switch {
	case c.op == types.OpAdd && e.Types[0] != types.EndpointType(value):
		return badRequest("Cannot create an api with multiple Endpoint Types.")
	case c.op == types.OpRemove:
		return badRequest("REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.")
	}
	e.Types = []types.EndpointType{types.EndpointType(value)}
	if e.Types[0] == types.EndpointTypePrivate {
		e.IpAddressType = types.IpAddressTypeDualstack
	}
	return nil
}
