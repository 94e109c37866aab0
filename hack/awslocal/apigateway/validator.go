package apigateway

import (
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// createRequestValidator has an answer of its own for a missing API (test_validators_crud_no_api, 2024-04-15).
func (t *tenant) createRequestValidator(
	_ wire.Request, in *sdk.CreateRequestValidatorInput,
) (*sdk.CreateRequestValidatorOutput, error) {
	a, err := t.api(in.RestApiId)
	if err != nil {
		return nil, badRequest("Invalid REST API identifier specified")
	}
	v := as[types.RequestValidator](*in)
	v.Id = newID(shortID)
	a.Validators = append(a.Validators, v)
	return as[sdk.CreateRequestValidatorOutput](*v), nil
}

func (t *tenant) getRequestValidator(
	_ wire.Request, in *sdk.GetRequestValidatorInput,
) (*sdk.GetRequestValidatorOutput, error) {
	_, v, err := t.validator(in.RestApiId, in.RequestValidatorId)
	if err != nil {
		return nil, err
	}
	return as[sdk.GetRequestValidatorOutput](*v), nil
}

func (t *tenant) getRequestValidators(
	_ wire.Request, in *sdk.GetRequestValidatorsInput,
) (*sdk.GetRequestValidatorsOutput, error) {
	a, err := t.api(in.RestApiId)
	if err != nil {
		return nil, err
	}
	items, next := page(values(a.Validators), in.Limit, in.Position)
	return &sdk.GetRequestValidatorsOutput{Items: items, Position: next}, nil
}

// deleteRequestValidator refuses while a method needs it, in the words that AWS has for models.
func (t *tenant) deleteRequestValidator(
	_ wire.Request, in *sdk.DeleteRequestValidatorInput,
) (*sdk.DeleteRequestValidatorOutput, error) {
	a, v, err := t.validator(in.RestApiId, in.RequestValidatorId)
	if err != nil {
		return nil, err
	}
	users := a.users(func(m types.Method) bool { return same(m.RequestValidatorId, *v.Id) })
	if len(users) > 0 {
		return nil, conflict("Cannot delete request validator '%s', is referenced in method: %s/%s",
			*v.Id, users[0].path, users[0].httpMethod)
	}
	remove(&a.Validators, func(other *types.RequestValidator) bool { return other == v })
	return &sdk.DeleteRequestValidatorOutput{}, nil
}

func (t *tenant) updateRequestValidator(
	r wire.Request, in *sdk.UpdateRequestValidatorInput,
) (*sdk.UpdateRequestValidatorOutput, error) {
	if err := constrain(r).patch(in.PatchOperations).err(); err != nil {
		return nil, err
	}
	_, v, err := t.validator(in.RestApiId, in.RequestValidatorId)
	if err != nil {
		return nil, err
	}
	list := changes(in.PatchOperations)
	if err := replaceOnly(list, "/name", "/validateRequestParameters", "/validateRequestBody"); err != nil {
		return nil, err
	}
	patched := *v
	for _, c := range list {
		switch c.root() {
		case "name":
			if text(c.value) == "" {
				return nil, badRequest("Request Validator name cannot be blank")
			}
			patched.Name = c.value
		case "validateRequestParameters":
			patched.ValidateRequestParameters = truth(c.value)
		case "validateRequestBody":
			patched.ValidateRequestBody = truth(c.value)
		}
	}
	*v = patched
	return as[sdk.UpdateRequestValidatorOutput](patched), nil
}
