package apigateway

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// operationKeys are where a path has its operations, and the methods that they become.
var operationKeys = []struct{ key, httpMethod string }{
	{"get", "GET"},
	{"put", "PUT"},
	{"post", "POST"},
	{"delete", "DELETE"},
	{"options", "OPTIONS"},
	{"head", "HEAD"},
	{"patch", "PATCH"},
	{extension + "any-method", "ANY"},
}

func (i *importer) paths() error {
	paths := i.doc.object("paths")
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		item := i.doc.follow(paths.object(path))
		res, err := i.resource(path)
		if err != nil {
			i.errors = append(i.errors, fmt.Sprintf("Unable to create resource at path '%s': %s", path, reason(err)))
			continue
		}
		for _, o := range operationKeys {
			if !item.has(o.key) {
				continue
			}
			op := operation{
				node:       item.object(o.key),
				parameters: append(item.objects("parameters"), item.object(o.key).objects("parameters")...),
				httpMethod: o.httpMethod,
				res:        res,
			}
			if err := i.operation(op); err != nil {
				return err
			}
		}
	}
	return nil
}

// resource finds the resource for a path of the document, or makes it and all that is above it.
func (i *importer) resource(path string) (*types.Resource, error) {
	res := i.root()
	parts := strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
	for _, part := range append(slices.Clone(i.base), parts...) {
		if child := i.at(join(*res.Path, part)); child != nil {
			res = child
			continue
		}
		child, err := i.addResource(res, part, i.tenant.limits.Resources)
		if err != nil {
			return nil, err
		}
		i.keepID(child)
		res = child
	}
	return res, nil
}

// keepID gives a resource the id that its path had before: even an overwrite keeps it. The cache namespace is another
// one then (test_import_rest_api_with_base_path_oas30[ignore], 2025-07-02).
func (i *importer) keepID(res *types.Resource) {
	before := i.old.at(*res.Path)
	if before == nil {
		return
	}
	delete(i.Resources, *res.Id)
	i.namespaces[*before.Id] = res.Id
	res.Id = before.Id
	i.Resources[*res.Id] = res
}

// operation is an operation of the document in its place.
type operation struct {
	node
	parameters []node // the path's and its own
	httpMethod string
	res        *types.Resource
}

// operation makes a method. An operation replaces the whole method that was there.
func (i *importer) operation(op operation) error {
	guard, usable := i.guard(op)
	if !usable {
		return nil
	}
	m := &methodRef{res: op.res, name: op.httpMethod, Method: types.Method{
		HttpMethod:          aws.String(op.httpMethod),
		ApiKeyRequired:      aws.Bool(guard.apiKey),
		AuthorizationType:   aws.String(guard.kind),
		AuthorizerId:        guard.authorizerID,
		AuthorizationScopes: guard.scopes,
		OperationName:       op.optional("operationId"),
		RequestParameters:   i.requestParameters(op),
		RequestModels:       i.requestModels(op),
		MethodResponses:     i.methodResponses(op),
	}}
	var err error
	if m.RequestValidatorId, err = i.validatorFor(op); err == nil {
		drop(&op.res.ResourceMethods, op.httpMethod)
		err = i.addMethod(op.res, &m.Method)
	}
	if err != nil {
		i.errors = append(i.errors,
			fmt.Sprintf("Unable to put method '%s' on resource at path '%s': %s", op.httpMethod, *op.res.Path, reason(err)))
		return nil
	}
	return i.integration(op, m)
}

// validatorFor is the validator that the operation names, or else the document.
func (i *importer) validatorFor(op operation) (*string, error) {
	const key = extension + "request-validator"
	name := op.text(key)
	if name == "" {
		name = i.doc.text(key)
	}
	if name == "" {
		return nil, nil
	}
	v := i.validatorNamed(name)
	if v == nil {
		return nil, badRequest(noValidator)
	}
	return v.Id, nil
}

// requestParameters declares the parameters. The variables in the path count as declared even if the document doesn't
// declare them (test_import_and_validate_rest_api[swagger-mock-cors.json], 2025-07-02).
func (i *importer) requestParameters(op operation) map[string]bool {
	var declared map[string]bool
	for part := range strings.SplitSeq(*op.res.Path, "/") {
		if isVariable(part) {
			put(&declared, "method.request.path."+variableName(part), true)
		}
	}
	location := map[string]string{"path": "path", "query": "querystring", "header": "header"}
	for _, p := range op.parameters {
		p = i.doc.follow(p)
		if in, ok := location[p.text("in")]; ok {
			put(&declared, "method.request."+in+"."+p.text("name"), p.truth("required"))
		}
	}
	return declared
}

func (i *importer) requestModels(op operation) map[string]string {
	var models map[string]string
	content := i.doc.follow(op.object("requestBody")).object("content")
	for _, contentType := range slices.Sorted(maps.Keys(content)) {
		i.putModel(&models, contentType, content.object(contentType))
	}
	for _, p := range op.parameters {
		if p = i.doc.follow(p); p.text("in") == "body" {
			for _, contentType := range i.mediaTypes(op, "consumes") {
				i.putModel(&models, contentType, p)
			}
		}
	}
	return models
}

func (i *importer) putModel(models *map[string]string, contentType string, holder node) {
	if !holder.has("schema") {
		return
	}
	if name, ok := i.modelFor(holder.object("schema")); ok {
		put(models, contentType, name)
	}
}

// mediaTypes are Swagger 2's, of the operation or of the document.
func (i *importer) mediaTypes(op operation, key string) []string {
	for _, n := range []node{op.node, i.doc} {
		if list := n.texts(key); len(list) > 0 {
			return list
		}
	}
	return []string{jsonType}
}

// methodResponses declares the responses by status code. "default" isn't one.
func (i *importer) methodResponses(op operation) map[string]types.MethodResponse {
	var all map[string]types.MethodResponse
	responses := op.object("responses")
	for _, status := range slices.Sorted(maps.Keys(responses)) {
		if !statusCode.MatchString(status) {
			continue
		}
		described := i.doc.follow(responses.object(status))
		response := types.MethodResponse{StatusCode: &status}
		for header := range described.object("headers") {
			put(&response.ResponseParameters, "method.response.header."+header, false)
		}
		content := described.object("content")
		for _, contentType := range slices.Sorted(maps.Keys(content)) {
			i.putModel(&response.ResponseModels, contentType, content.object(contentType))
		}
		if described.has("schema") {
			for _, contentType := range i.mediaTypes(op, "produces") {
				i.putModel(&response.ResponseModels, contentType, described)
			}
		}
		put(&all, status, response)
	}
	return all
}
