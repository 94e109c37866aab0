package apigateway

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// integration puts what x-amazon-apigateway-integration describes behind a method. A method without it is imported;
// only a deployment would miss it (test_import_documentation_parts, 2026-02-09, imports one and fails on warnings).
func (i *importer) integration(op operation, m *methodRef) error {
	const key = extension + "integration"
	if !op.has(key) {
		return nil
	}
	described, ok := op.node[key].(map[string]any)
	uri := described["uri"]
	if _, text := uri.(string); !ok || uri != nil && !text { // https://github.com/localstack/localstack/issues/4619
		return badRequest("Unable to parse API definition because of a malformed integration at path %s.", *op.res.Path)
	}
	integration := i.describedIntegration(op, described)
	if err := checkType(integration.Type); err != nil {
		i.integrationFails(op, "integration", err)
		return nil
	}
	if err := m.integrate(integration); err != nil {
		i.integrationFails(op, "integration", err)
		return nil
	}
	responses := node(described).object("responses")
	for _, pattern := range slices.Sorted(maps.Keys(responses)) {
		status, response := i.describedResponse(op, pattern, responses.object(pattern))
		if err := m.respond(status, response); err != nil {
			i.integrationFails(op, "integration response", err)
		}
	}
	m.save()
	return nil
}

func checkType(kind types.IntegrationType) error {
	if kind == "" {
		return badRequest("Enumeration value for IntegrationType must be non-empty")
	}
	if !slices.Contains(integrationTypes, string(kind)) {
		return badRequest("Invalid integration type specified: %s", kind)
	}
	return nil
}

// integrationFails uses AWS's sentence (https://github.com/bustle/shep/issues/260).
func (i *importer) integrationFails(op operation, what string, err error) {
	i.errors = append(i.errors,
		fmt.Sprintf("Unable to put %s on '%s' for resource at path '%s': %s", what, op.httpMethod, *op.res.Path, reason(err)))
}

func (i *importer) describedIntegration(op operation, n node) *types.Integration {
	out := &types.Integration{
		Type:                 types.IntegrationType(strings.ToUpper(n.text("type"))),
		Uri:                  n.optional("uri"),
		HttpMethod:           upper(n, "httpMethod"),
		Credentials:          n.optional("credentials"),
		PassthroughBehavior:  upper(n, "passthroughBehavior"),
		RequestParameters:    i.texts(op, n, "requestParameters"),
		RequestTemplates:     i.texts(op, n, "requestTemplates"),
		CacheNamespace:       n.optional("cacheNamespace"),
		CacheKeyParameters:   n.texts("cacheKeyParameters"),
		ConnectionType:       types.ConnectionType(strings.ToUpper(n.text("connectionType"))),
		ConnectionId:         n.optional("connectionId"),
		ContentHandling:      types.ContentHandlingStrategy(strings.ToUpper(n.text("contentHandling"))),
		IntegrationTarget:    n.optional("integrationTarget"),
		ResponseTransferMode: types.ResponseTransferMode(strings.ToUpper(n.text("responseTransferMode"))),
	}
	if timeout := n.number("timeoutInMillis"); timeout != nil {
		out.TimeoutInMillis = *timeout
	}
	if n.has("tlsConfig") {
		out.TlsConfig = &types.TlsConfig{InsecureSkipVerification: n.object("tlsConfig").truth("insecureSkipVerification")}
	}
	if out.CacheNamespace == nil {
		out.CacheNamespace = i.namespaces[*op.res.Id]
	}
	return out
}

// describedResponse is the response for a selection pattern. "default" has none.
func (i *importer) describedResponse(op operation, pattern string, n node) (string, *types.IntegrationResponse) {
	status := n.text("statusCode")
	response := &types.IntegrationResponse{
		StatusCode:         &status,
		ResponseParameters: i.texts(op, n, "responseParameters"),
		ResponseTemplates:  i.texts(op, n, "responseTemplates"),
		ContentHandling:    types.ContentHandlingStrategy(strings.ToUpper(n.text("contentHandling"))),
	}
	if pattern != "default" {
		response.SelectionPattern = &pattern
	}
	return status, response
}

func upper(n node, key string) *string {
	s := strings.ToUpper(n.text(key))
	return filled(&s)
}

// texts are the texts in an object. What isn't a text is left out with a warning
// (test_import_rest_api_with_base_path_oas30, 2025-07-02).
func (i *importer) texts(op operation, n node, key string) map[string]string {
	var out map[string]string
	object := n.object(key)
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if value, ok := object[name].(string); ok {
			put(&out, name, value)
			continue
		}
		i.warnings = append(i.warnings, fmt.Sprintf("Invalid format for '%s'. Expected type string for property '%s' "+
			"of resource '%s' and method '%s' but got '%s'", key, name, *op.res.Path, op.httpMethod, object.text(name)))
	}
	return out
}
