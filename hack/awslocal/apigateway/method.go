package apigateway

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

const (
	authNone    = "NONE"
	authIAM     = "AWS_IAM"
	authCustom  = "CUSTOM"
	authCognito = "COGNITO_USER_POOLS"
)

var httpMethods = []string{"GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY"}

func (t *tenant) putMethod(r wire.Request, in *sdk.PutMethodInput) (*sdk.PutMethodOutput, error) {
	if err := constrain(r).notNull("authorizationType", in.AuthorizationType).err(); err != nil {
		return nil, err
	}
	a, res, err := t.resource(in.RestApiId, in.ResourceId)
	if err != nil {
		return nil, err
	}
	m := as[types.Method](*in)
	m.ApiKeyRequired = aws.Bool(in.ApiKeyRequired)
	m.OperationName = filled(in.OperationName)
	m.RequestValidatorId = filled(in.RequestValidatorId)
	if err := a.addMethod(res, m); err != nil {
		return nil, err
	}
	return as[sdk.PutMethodOutput](*m), nil
}

// addMethod puts a new method on a resource.
func (d *definition) addMethod(res *types.Resource, m *types.Method) error {
	name := strings.ToUpper(text(m.HttpMethod))
	if !slices.Contains(httpMethods, name) {
		return badRequest("Invalid HttpMethod specified. Valid options are %s", strings.Join(httpMethods, ","))
	}
	if _, exists := res.ResourceMethods[name]; exists {
		return conflict("Method already exists for this resource")
	}
	m.HttpMethod = &name
	if err := d.checkMethod(m); err != nil {
		return err
	}
	put(&res.ResourceMethods, name, *m)
	return nil
}

// checkMethod checks what a method refers to, and forgets what its authorization type has no use for.
func (d *definition) checkMethod(m *types.Method) error {
	kind := strings.ToUpper(text(m.AuthorizationType))
	m.AuthorizationType = &kind
	if len(m.AuthorizationScopes) == 0 {
		m.AuthorizationScopes = nil
	}
	switch kind {
	case authNone, authIAM:
		m.AuthorizerId = nil
	case authCustom, authCognito:
		a := d.authorizer(m.AuthorizerId)
		if a == nil || (a.Type == types.AuthorizerTypeCognitoUserPools) != (kind == authCognito) {
			return badRequest("Invalid authorizer ID specified. Setting the authorization type to CUSTOM or " +
				"COGNITO_USER_POOLS requires a valid authorizer.")
		}
	default:
		return badRequest("Invalid authorization type specified. Valid options are NONE,AWS_IAM,CUSTOM,COGNITO_USER_POOLS")
	}
	if kind != authCognito && m.AuthorizationScopes != nil {
		return badRequest("Authorization Scopes are only valid for COGNITO_USER_POOLS authorization type")
	}
	if m.RequestValidatorId != nil && d.validator(m.RequestValidatorId) == nil {
		return badRequest(noValidator)
	}
	for _, contentType := range slices.Sorted(maps.Keys(m.RequestModels)) {
		if err := d.checkModelName(m.RequestModels[contentType]); err != nil {
			return err
		}
	}
	return checkRequestParameters(m.RequestParameters)
}

func (d *definition) checkModelName(name string) error {
	if d.model(&name) == nil {
		return badRequest("Invalid model identifier specified: %s", name)
	}
	return nil
}

var (
	requestParameter  = regexp.MustCompile(`^method\.request\.(multivalue)?(querystring|header|path)\.(.+)$`)
	responseParameter = regexp.MustCompile(`^method\.response\.header\..+$`)
)

// invalidMapping is AWS's refusal of a name or an expression in a parameter map.
func invalidMapping(what, expression string) error {
	return badRequest("Invalid mapping expression specified: Validation Result: warnings : [], errors : [%s: %s]",
		what, expression)
}

func checkRequestParameters(parameters map[string]bool) error {
	seen := map[string]bool{}
	for _, key := range slices.Sorted(maps.Keys(parameters)) {
		match := requestParameter.FindStringSubmatch(key)
		if match == nil {
			return invalidMapping("Invalid mapping expression specified", key)
		}
		name := match[3]
		if seen[name] {
			return badRequest("Parameter names must be unique across querystring, header and path")
		}
		seen[name] = true
	}
	return nil
}

func (t *tenant) getMethod(_ wire.Request, in *sdk.GetMethodInput) (*sdk.GetMethodOutput, error) {
	m, err := t.method(in.RestApiId, in.ResourceId, in.HttpMethod)
	if err != nil {
		return nil, err
	}
	return as[sdk.GetMethodOutput](m.Method), nil
}

func (t *tenant) deleteMethod(_ wire.Request, in *sdk.DeleteMethodInput) (*sdk.DeleteMethodOutput, error) {
	m, err := t.method(in.RestApiId, in.ResourceId, in.HttpMethod)
	if err != nil {
		return nil, err
	}
	drop(&m.res.ResourceMethods, m.name)
	return &sdk.DeleteMethodOutput{}, nil
}

func (t *tenant) updateMethod(r wire.Request, in *sdk.UpdateMethodInput) (*sdk.UpdateMethodOutput, error) {
	if err := constrain(r).patch(in.PatchOperations).err(); err != nil {
		return nil, err
	}
	m, err := t.method(in.RestApiId, in.ResourceId, in.HttpMethod)
	if err != nil {
		return nil, err
	}
	for _, c := range changes(in.PatchOperations) {
		if err := patchMethod(&m.Method, c); err != nil {
			return nil, err
		}
	}
	// What the changes add up to counts, not the order that they come in (test_update_method, 2024-04-15).
	if err := m.api.checkMethod(&m.Method); err != nil {
		return nil, err
	}
	m.save()
	return as[sdk.UpdateMethodOutput](m.Method), nil
}

func patchMethod(m *types.Method, c change) error {
	switch c.root() {
	case "requestParameters":
		return entry(c, &m.RequestParameters, truth(c.value), noParameter)
	case "requestModels":
		return entry(c, &m.RequestModels, text(c.value), noContentType)
	}
	if !c.whole() {
		return c.wrongPath()
	}
	if c.root() == "authorizationScopes" {
		return patchScopes(&m.AuthorizationScopes, c)
	}
	switch c.root() {
	case "operationName":
		m.OperationName = filled(c.value)
	case "apiKeyRequired":
		m.ApiKeyRequired = aws.Bool(truth(c.value))
	case "authorizationType":
		m.AuthorizationType = c.value
		if kind := strings.ToUpper(text(c.value)); kind != authCognito {
			m.AuthorizationScopes = nil
		}
	case "authorizerId":
		m.AuthorizerId = filled(c.value)
	case "requestValidatorId":
		m.RequestValidatorId = filled(c.value)
	default:
		return c.wrongPath()
	}
	return c.only(types.OpReplace)
}

// patchScopes changes the list of scopes by value.
func patchScopes(scopes *[]string, c change) error {
	switch c.op {
	case types.OpAdd:
		if !slices.Contains(*scopes, text(c.value)) {
			*scopes = append(*scopes, text(c.value))
		}
	case types.OpRemove:
		remove(scopes, func(s string) bool { return same(c.value, s) })
	case types.OpReplace:
		*scopes = strings.Split(text(c.value), ",")
	default:
		return c.only(types.OpAdd, types.OpRemove, types.OpReplace)
	}
	return nil
}
