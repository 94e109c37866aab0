package apigateway

import (
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

const extension = "x-amazon-apigateway-"

// settings takes over what the document says about the API itself.
func (i *importer) settings() error {
	rest := &i.RestAPI
	info := i.doc.object("info")
	setFrom(&rest.Name, info, "title")
	setFrom(&rest.Description, info, "description")
	setFrom(&rest.Version, info, "version")
	for _, mediaType := range i.doc.texts(extension + "binary-media-types") {
		if !slices.Contains(rest.BinaryMediaTypes, mediaType) {
			rest.BinaryMediaTypes = append(rest.BinaryMediaTypes, mediaType)
		}
	}
	if source := strings.ToUpper(i.doc.text(extension + "api-key-source")); source != "" {
		if !slices.Contains(keySources, source) {
			return badRequest("Invalid API key source specified. Valid options are HEADER,AUTHORIZER")
		}
		rest.ApiKeySource = types.ApiKeySourceType(source)
	}
	if size := i.doc.number(extension + "minimum-compression-size"); size != nil {
		if err := checkCompression(size); err != nil {
			return err
		}
		rest.MinimumCompressionSize = size
	}
	if i.doc.has(extension + "policy") {
		policy := compact(i.doc[extension+"policy"])
		rest.Policy = i.tenant.policy(rest, &policy)
	}
	if policy := i.doc.text(extension + "security-policy"); policy != "" {
		rest.SecurityPolicy = types.SecurityPolicy(policy)
	}
	if mode := i.doc.text(extension + "endpoint-access-mode"); mode != "" {
		rest.EndpointAccessMode = types.EndpointAccessMode(mode)
	}
	endpoint := i.doc.object(extension + "endpoint-configuration")
	if ids := endpoint.texts("vpcEndpointIds"); ids != nil {
		rest.EndpointConfiguration.VpcEndpointIds = ids
	}
	if endpoint.has("disableExecuteApiEndpoint") {
		rest.DisableExecuteApiEndpoint = endpoint.truth("disableExecuteApiEndpoint")
	}
	return nil
}

func setFrom(p **string, n node, key string) {
	if value := n.optional(key); value != nil {
		*p = value
	}
}

// basePath is what the document's base path becomes: nothing (ignore, the default), itself (prepend), or itself
// without its first part (split). In OpenAPI 3 the base path is that of the first server.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api-basePath.html
func basePath(doc node, mode string) []string {
	base := doc.text("basePath")
	if servers := doc.objects("servers"); len(servers) > 0 {
		base = serverPath(servers[0])
	}
	parts := strings.FieldsFunc(path.Clean("/"+base), func(r rune) bool { return r == '/' })
	switch {
	case mode == "prepend":
		return parts
	case mode == "split" && len(parts) > 1:
		return parts[1:]
	}
	return nil
}

// serverPath is the path of a server's URL, its variables replaced by their defaults.
func serverPath(server node) string {
	raw := server.text("url")
	for name := range server.object("variables") {
		raw = strings.ReplaceAll(raw, "{"+name+"}", server.object("variables").object(name).text("default"))
	}
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return u.Path
}

func (i *importer) validators() {
	defined := i.doc.object(extension + "request-validators")
	for _, name := range slices.Sorted(maps.Keys(defined)) {
		v := i.validatorNamed(name)
		if v == nil {
			v = &types.RequestValidator{Id: newID(shortID), Name: &name}
			i.Validators = append(i.Validators, v)
		}
		v.ValidateRequestBody = defined.object(name).truth("validateRequestBody")
		v.ValidateRequestParameters = defined.object(name).truth("validateRequestParameters")
	}
}

func (d *definition) validatorNamed(name string) *types.RequestValidator {
	return find(d.Validators, func(v *types.RequestValidator) bool { return same(v.Name, name) })
}

func (i *importer) gatewayResponses() {
	defined := i.doc.object(extension + "gateway-responses")
	for _, kind := range slices.Sorted(maps.Keys(defined)) {
		if !slices.Contains(responseTypes, kind) {
			i.errors = append(i.errors, "Unable to put gateway response '"+kind+"': "+enumRule(responseTypes))
			continue
		}
		response := defined.object(kind)
		i.setGatewayResponse(types.GatewayResponse{
			ResponseType:       types.GatewayResponseType(kind),
			StatusCode:         response.optional("statusCode"),
			ResponseParameters: response.object("responseParameters").strings(),
			ResponseTemplates:  response.object("responseTemplates").strings(),
		})
	}
}

// strings are the scalars in an object, as texts.
func (n node) strings() map[string]string {
	if n == nil {
		return nil
	}
	out := make(map[string]string, len(n))
	for key := range n {
		out[key] = n.text(key)
	}
	return out
}
