package apigateway

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/hack/awslocal/apigateway/vtl"
)

// refuse words a failure by the API's gateway response for it:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
func (x *exchange) refuse(err error) *reply {
	x.service.log.Info("request refused", "requestId", x.requestID, "api", x.apiID, "stage", *x.stage.StageName, "cause", err)
	f, ok := errors.AsType[*failure](err)
	if !ok {
		f = errInternal
	}
	response := x.gatewayResponse(f.kind)
	contentType := x.pickTemplate(response.ResponseTemplates)
	variables := x.variables()
	context := variables["context"].(map[string]any)
	context["error"] = f.context()
	body, err := vtl.Render(response.ResponseTemplates[contentType], variables)
	if err != nil {
		body = `{"message":"Internal server error"}`
	}
	header := http.Header{}
	header.Set("Content-Type", contentType)
	header.Set("x-amzn-ErrorType", f.errorType)
	for key, expression := range response.ResponseParameters {
		if name, ok := strings.CutPrefix(key, "gatewayresponse.header."); ok {
			if value, ok := x.parameter(expression); ok {
				header.Set(name, value)
			}
		}
	}
	return &reply{status: f.code(response), header: header, body: []byte(body)}
}

// context is $context.error.
func (f *failure) context() map[string]any {
	quoted := "null"
	if f.message != "" {
		quoted = vtl.JSON(f.message)
	}
	return map[string]any{"message": f.message, "messageString": quoted, "responseType": string(f.kind)}
}

// code is the status that the API set for this kind of failure, or else the failure's own.
func (f *failure) code(response types.GatewayResponse) int {
	code, err := strconv.Atoi(aws.ToString(response.StatusCode))
	if f.status != 0 && (err != nil || response.DefaultResponse) {
		return f.status
	}
	if err != nil {
		return http.StatusInternalServerError
	}
	return code
}

// pickTemplate picks a template by what the client accepts: the first match, or JSON, or what there is.
func (x *exchange) pickTemplate(templates map[string]string) string {
	for accepted := range strings.SplitSeq(x.request.Header.Get("Accept"), ",") {
		mediaType, _, _ := strings.Cut(strings.TrimSpace(accepted), ";")
		if _, ok := templates[mediaType]; ok {
			return mediaType
		}
	}
	if _, ok := templates[jsonType]; ok {
		return jsonType
	}
	if len(templates) > 0 {
		return slices.Sorted(maps.Keys(templates))[0]
	}
	return jsonType
}
