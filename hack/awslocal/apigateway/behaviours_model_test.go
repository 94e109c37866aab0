package apigateway_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

func TestModelsAndValidators(t *testing.T) {
	const (
		schema  = `{"title":"Pet","type":"object"}`
		pet     = `"contentType":"application/json","id":"*","name":"Pet","schema":"*"`
		noModel = `404 NotFoundException: Invalid model name specified: Pet`
		empty   = `400 BadRequestException: Model schema must have at least 1 property or array items defined`
	)
	model := func(change func(*sdk.CreateModelInput)) func(*fixture) {
		return func(f *fixture) {
			in := &sdk.CreateModelInput{
				RestApiId: f.api().id, Name: aws.String("Pet"), ContentType: aws.String("application/json"),
				Schema: aws.String(schema), Description: aws.String(""),
			}
			change(in)
			try(f.sdk.CreateModel(f.Context(), in))
		}
	}
	withModel := func(do func(f *fixture, a api)) func(*fixture) {
		return func(f *fixture) {
			a := f.api()
			must(f.sdk.CreateModel(f.Context(), &sdk.CreateModelInput{
				RestApiId: a.id, Name: aws.String("Pet"), ContentType: aws.String("application/json"), Schema: aws.String(schema),
			}))
			do(f, a)
		}
	}
	updateModel := func(ops ...string) func(*fixture) {
		return withModel(func(f *fixture, a api) {
			try(f.sdk.UpdateModel(f.Context(), &sdk.UpdateModelInput{
				RestApiId: a.id, ModelName: aws.String("Pet"), PatchOperations: patch(ops...),
			}))
		})
	}
	deleteModel := func(f *fixture, a api) {
		try(f.sdk.DeleteModel(f.Context(), &sdk.DeleteModelInput{RestApiId: a.id, ModelName: aws.String("Pet")}))
	}
	validator := func(do func(f *fixture, a api, id *string)) func(*fixture) {
		return func(f *fixture) {
			a := f.api()
			out := must(f.sdk.CreateRequestValidator(f.Context(), &sdk.CreateRequestValidatorInput{
				RestApiId: a.id, Name: aws.String("v"),
			}))
			do(f, a, out.Id)
		}
	}
	updateValidator := func(ops ...types.PatchOperation) func(*fixture) {
		return validator(func(f *fixture, a api, id *string) {
			try(f.sdk.UpdateRequestValidator(f.Context(), &sdk.UpdateRequestValidatorInput{
				RestApiId: a.id, RequestValidatorId: id, PatchOperations: ops,
			}))
		})
	}
	check(t, []behavior{{
		name: "an API is born with two models", source: "test_model_lifecycle, 2024-04-15",
		do: func(f *fixture) { try(f.sdk.GetModels(f.Context(), &sdk.GetModelsInput{RestApiId: f.api().id})) },
		want: `200 {"item":[{"contentType":"application/json","description":"This is a default empty schema model",` +
			`"id":"*","name":"Empty","schema":"*"},{"contentType":"application/json",` +
			`"description":"This is a default error schema model","id":"*","name":"Error","schema":"*"}]}`,
	}, {
		name: "an empty description isn't one", source: "test_put_method_model, 2024-04-15",
		do:   model(func(*sdk.CreateModelInput) {}),
		want: `201 {` + pet + `}`,
	}, {
		name: "two of a name", source: "test_model_validation, 2024-04-15",
		do:   model(func(in *sdk.CreateModelInput) { in.Name = aws.String("Empty") }),
		want: `409 ConflictException: Model name already exists for this REST API`,
	}, {
		name: "no name", source: "test_model_validation, 2024-04-15",
		do:   model(func(in *sdk.CreateModelInput) { in.Name = aws.String("") }),
		want: `400 BadRequestException: Model name must be non-empty`,
	}, {
		name: "no schema", source: "test_model_validation, 2024-04-15",
		do:   model(func(in *sdk.CreateModelInput) { in.Schema = nil }),
		want: empty,
	}, {
		name: "in a missing API it is the API that is missing", source: "test_model_validation, 2024-04-15",
		do:   model(func(in *sdk.CreateModelInput) { in.RestApiId = aws.String("abcde0") }),
		want: `404 NotFoundException: Invalid API identifier specified 111111111111:abcde0`,
	}, {
		name: "but for a read it is the model", source: "test_model_validation, 2024-04-15",
		do: func(f *fixture) {
			try(f.sdk.GetModel(f.Context(), &sdk.GetModelInput{RestApiId: aws.String("abcde0"), ModelName: aws.String("Pet")}))
		},
		want: noModel,
	}, {
		name: "a model in use at the root", source: "test_put_method_model, 2024-04-15",
		do: withModel(func(f *fixture, a api) {
			a.method(a.root, "ANY")
			a.updateMethod("ANY", "add /requestModels/application~1json Pet")
			deleteModel(f, a)
		}),
		want: `409 ConflictException: Cannot delete model 'Pet', is referenced in method request: //ANY`,
	}, {
		name: "a model that isn't in use", source: "test_put_method_model, 2024-04-15",
		do:   withModel(deleteModel),
		want: `202`,
	}, {
		name: "a schema can be replaced", source: "test_update_model, 2024-04-15",
		do:   updateModel(`replace /schema {"type":"object"}`, "replace /description "),
		want: `200 {` + pet + `}`,
	}, {
		name: "but not by nothing", source: "test_update_model, 2024-04-15",
		do:   updateModel("replace /schema "),
		want: empty,
	}, {
		name: "a model keeps its name", source: "test_update_model, 2024-04-15",
		do: updateModel("replace /name Dog"),
		want: `400 BadRequestException: Invalid patch path  '/name' specified for op 'replace'. ` +
			`Must be one of: [/description, /schema]`,
	}, {
		name: "a validator in a missing API", source: "test_validators_crud_no_api, 2024-04-15",
		do: func(f *fixture) {
			try(f.sdk.CreateRequestValidator(f.Context(), &sdk.CreateRequestValidatorInput{RestApiId: aws.String("fake")}))
		},
		want: `400 BadRequestException: Invalid REST API identifier specified`,
	}, {
		name: "a validator that validates nothing", source: "test_request_validator_lifecycle, 2025-07-02",
		do: validator(func(f *fixture, a api, id *string) {
			try(f.sdk.GetRequestValidator(f.Context(), &sdk.GetRequestValidatorInput{RestApiId: a.id, RequestValidatorId: id}))
		}),
		want: `200 {"id":"*","name":"v","validateRequestBody":false,"validateRequestParameters":false}`,
	}, {
		name: "a missing validator", source: "test_invalid_get_request_validator, 2024-04-15",
		do: func(f *fixture) {
			try(f.sdk.GetRequestValidator(f.Context(), &sdk.GetRequestValidatorInput{
				RestApiId: f.api().id, RequestValidatorId: aws.String("fake"),
			}))
		},
		want: `404 NotFoundException: Invalid Request Validator identifier specified`,
	}, {
		name: "no validators are an empty list", source: "test_request_validator_lifecycle, 2025-07-02",
		do: func(f *fixture) {
			try(f.sdk.GetRequestValidators(f.Context(), &sdk.GetRequestValidatorsInput{RestApiId: f.api().id}))
		},
		want: `200 {"item":[]}`,
	}, {
		name: "a flag without a value is off", source: "test_request_validator_lifecycle, 2025-07-02",
		do: updateValidator(
			types.PatchOperation{Op: "replace", Path: aws.String("/validateRequestBody"), Value: aws.String("true")},
			types.PatchOperation{Op: "replace", Path: aws.String("/validateRequestBody")}),
		want: `200 {"id":"*","name":"v","validateRequestBody":false,"validateRequestParameters":false}`,
	}, {
		name: "a validator has a name", source: "test_invalid_update_request_validator_operations, 2025-07-02",
		do:   updateValidator(types.PatchOperation{Op: "replace", Path: aws.String("/name")}),
		want: `400 BadRequestException: Request Validator name cannot be blank`,
	}, {
		name: "a validator's members", source: "test_invalid_update_request_validator_operations, 2025-07-02",
		do: updateValidator(patch("replace /invalidPath true")...),
		want: `400 BadRequestException: Invalid patch path  '/invalidPath' specified for op 'replace'. ` +
			`Must be one of: [/name, /validateRequestParameters, /validateRequestBody]`,
	}})
}
