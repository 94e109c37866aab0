package apigateway

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

const (
	jsonType    = "application/json"
	emptySchema = "Model schema must have at least 1 property or array items defined"
)

// defaultModels are those that an API has from its creation. An imported one hasn't (test_import_and_validate_rest_api,
// 2025-07-02).
func defaultModels() []*types.Model {
	return []*types.Model{{
		Id:          newID(shortID),
		Name:        aws.String("Empty"),
		ContentType: aws.String(jsonType),
		Description: aws.String("This is a default empty schema model"),
		Schema: aws.String("{\n  \"$schema\": \"http://json-schema.org/draft-04/schema#\",\n" +
			"  \"title\" : \"Empty Schema\",\n  \"type\" : \"object\"\n}"),
	}, {
		Id:          newID(shortID),
		Name:        aws.String("Error"),
		ContentType: aws.String(jsonType),
		Description: aws.String("This is a default error schema model"),
		Schema: aws.String("{\n  \"$schema\" : \"http://json-schema.org/draft-04/schema#\",\n" +
			"  \"title\" : \"Error Schema\",\n  \"type\" : \"object\",\n" +
			"  \"properties\" : {\n    \"message\" : { \"type\" : \"string\" }\n  }\n}"),
	}}
}

func (t *tenant) createModel(r wire.Request, in *sdk.CreateModelInput) (*sdk.CreateModelOutput, error) {
	if err := constrain(r).notNull("name", in.Name).notNull("contentType", in.ContentType).err(); err != nil {
		return nil, err
	}
	a, err := t.api(in.RestApiId)
	if err != nil {
		return nil, err
	}
	model := as[types.Model](*in)
	if err := a.addModel(model); err != nil {
		return nil, err
	}
	return as[sdk.CreateModelOutput](*model), nil
}

var alphanumeric = regexp.MustCompile(`^[a-zA-Z0-9]+$`)

func (d *definition) addModel(model *types.Model) error {
	switch name := text(model.Name); {
	case name == "":
		return badRequest("Model name must be non-empty")
	case !alphanumeric.MatchString(name):
		return badRequest("Model name must be alphanumeric: %s", name)
	case d.model(&name) != nil:
		return conflict("Model name already exists for this REST API")
	}
	if err := checkSchema(model.Schema); err != nil {
		return err
	}
	model.Id = newID(shortID)
	model.Description = filled(model.Description)
	d.Models = append(d.Models, model)
	return nil
}

func checkSchema(schema *string) error {
	if text(schema) == "" {
		return badRequest(emptySchema)
	}
	if !json.Valid([]byte(*schema)) {
		return badRequest("Invalid model specified: Validation Result: warnings : [], " +
			"errors : [Invalid model schema specified]")
	}
	return nil
}

func (t *tenant) getModel(_ wire.Request, in *sdk.GetModelInput) (*sdk.GetModelOutput, error) {
	_, model, err := t.model(in.RestApiId, in.ModelName)
	if err != nil {
		return nil, err
	}
	return as[sdk.GetModelOutput](*model), nil
}

func (t *tenant) getModels(_ wire.Request, in *sdk.GetModelsInput) (*sdk.GetModelsOutput, error) {
	a, err := t.api(in.RestApiId)
	if err != nil {
		return nil, err
	}
	items, next := page(values(a.Models), in.Limit, in.Position)
	return &sdk.GetModelsOutput{Items: items, Position: next}, nil
}

func (t *tenant) deleteModel(_ wire.Request, in *sdk.DeleteModelInput) (*sdk.DeleteModelOutput, error) {
	a, model, err := t.model(in.RestApiId, in.ModelName)
	if err != nil {
		return nil, err
	}
	takes := func(m types.Method) bool {
		return slices.Contains(slices.Collect(maps.Values(m.RequestModels)), *model.Name)
	}
	if users := a.users(takes); len(users) > 0 {
		return nil, modelInUse(model, "request", users[0])
	}
	gives := func(m types.Method) bool {
		for _, response := range m.MethodResponses {
			if slices.Contains(slices.Collect(maps.Values(response.ResponseModels)), *model.Name) {
				return true
			}
		}
		return false
	}
	if users := a.users(gives); len(users) > 0 {
		return nil, modelInUse(model, "response", users[0])
	}
	remove(&a.Models, func(other *types.Model) bool { return other == model })
	return &sdk.DeleteModelOutput{}, nil
}

func modelInUse(model *types.Model, where string, u user) error {
	return conflict("Cannot delete model '%s', is referenced in method %s: %s/%s", *model.Name, where, u.path, u.httpMethod)
}

func (t *tenant) updateModel(r wire.Request, in *sdk.UpdateModelInput) (*sdk.UpdateModelOutput, error) {
	if err := constrain(r).patch(in.PatchOperations).err(); err != nil {
		return nil, err
	}
	_, model, err := t.model(in.RestApiId, in.ModelName)
	if err != nil {
		return nil, err
	}
	list := changes(in.PatchOperations)
	if err := replaceOnly(list, "/description", "/schema"); err != nil {
		return nil, err
	}
	patched := *model
	for _, c := range list {
		if c.root() == "description" {
			patched.Description = filled(c.value)
		} else {
			patched.Schema = c.value
		}
	}
	if err := checkSchema(patched.Schema); err != nil {
		return nil, err
	}
	*model = patched
	return as[sdk.UpdateModelOutput](patched), nil
}
