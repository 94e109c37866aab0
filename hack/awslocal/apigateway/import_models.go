package apigateway

import (
	"encoding/hex"
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// schemas are the document's named schemas.
func (i *importer) schemas() node {
	if i.doc.has("swagger") {
		return i.doc.object("definitions")
	}
	return i.doc.object("components").object("schemas")
}

// models makes a model of every named schema.
func (i *importer) models() {
	schemas := i.schemas()
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		schema := schemas.object(name)
		if existing := i.model(&name); existing != nil {
			existing.Schema = aws.String(i.schema(schema))
			existing.Description = schema.optional("description")
			continue
		}
		if err := i.newModel(name, schema); err != nil {
			i.errors = append(i.errors, "Unable to create model for '"+name+"': "+reason(err))
		}
	}
}

func (i *importer) newModel(name string, schema node) error {
	return i.addModel(&types.Model{
		Name:        &name,
		ContentType: aws.String(jsonType),
		Description: schema.optional("description"),
		Schema:      aws.String(i.schema(schema)),
	})
}

// reason is the message of an error without its code.
func reason(err error) string {
	if e, ok := errors.AsType[*wire.Error](err); ok {
		return e.Message
	}
	return err.Error()
}

// schema writes a schema with references to models in API Gateway's form.
func (i *importer) schema(schema node) string {
	return compact(i.canonical(map[string]any(schema)))
}

// modelURL is how one model refers to another.
const modelURL = "https://apigateway.amazonaws.com/restapis/"

func (i *importer) canonical(value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, member := range v {
			out[key] = i.canonical(member)
		}
		if name, ok := modelName(v); ok {
			out["$ref"] = modelURL + *i.RestAPI.Id + "/models/" + name
		}
		return out
	case []any:
		out := make([]any, len(v))
		for n, item := range v {
			out[n] = i.canonical(item)
		}
		return out
	}
	return value
}

// modelName is the name of the schema that n refers to.
func modelName(n node) (string, bool) {
	ref := n.text("$ref")
	for _, prefix := range []string{"#/definitions/", "#/components/schemas/"} {
		if name, ok := strings.CutPrefix(ref, prefix); ok {
			return name, true
		}
	}
	return "", false
}

// modelFor is the name of the model for a schema in an operation: the one that it refers to, or one made for it. What
// it refers to in vain is left out, with a warning in AWS's words
// (https://github.com/amazon-archives/aws-apigateway-importer/issues/194).
func (i *importer) modelFor(schema node) (string, bool) {
	name, ok := modelName(schema)
	if !ok {
		name = "MODEL" + hex.EncodeToString([]byte{byte(rand.N(256)), byte(rand.N(256)), byte(rand.N(256))})
		return name, i.newModel(name, schema) == nil
	}
	if i.model(&name) == nil {
		i.warnings = append(i.warnings, "Reference to model '"+name+"' not found. Ignoring.")
		return "", false
	}
	return name, true
}
