package awsclient

import (
	"context"
	"errors"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"

	"github.com/securedapi/securedapi/controllers/awserr"
)

// tellGone tells a call that was denied because its user pool, REST API or function is gone from one that may not be made.
// AWS authorizes before it looks: what is gone has no tags, so a policy with a condition on them denies what would be answered
// with not found. DescribeUserPool, GetRestApi and GetPolicy have no such condition in config/iam/policy.json, so they know.
// Lists do not decide: they can trail, and what was taken for gone would be made a second time.
func (c *Clients) tellGone(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("TellGone", func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (middleware.InitializeOutput, middleware.Metadata, error) {
		out, metadata, err := next.HandleInitialize(ctx, in)
		if refusal, ok := errors.AsType[smithy.APIError](err); ok && refusal.ErrorCode() == notAllowed && ctx.Value(asking{}) == nil {
			if gone := c.gone(context.WithValue(ctx, asking{}, true), in.Parameters); gone != nil {
				err = gone
			}
		}
		return out, metadata, err
	}), middleware.After)
}

// notAllowed is how Cognito, API Gateway and Lambda say that policies do not allow a call. Credentials that are no good have
// other codes.
const notAllowed = "AccessDeniedException"

// asking is a context's key of a call that asks whether something is gone: if it is denied itself, nobody asks again.
type asking struct{}

// gone is AWS's answer that what a call is about does not exist, nil if it exists or that is not known.
func (c *Clients) gone(ctx context.Context, input any) error {
	var err error
	switch operation := awsmiddleware.GetOperationName(ctx); {
	case operation == "DescribeUserPool" || operation == "GetRestApi" || operation == "GetPolicy":
		return nil
	case idIn(input, "UserPoolId") != nil:
		_, err = c.Cognito.DescribeUserPool(ctx, &cip.DescribeUserPoolInput{UserPoolId: idIn(input, "UserPoolId")})
	case idIn(input, "RestApiId") != nil:
		_, err = c.APIGateway.GetRestApi(ctx, &apigateway.GetRestApiInput{RestApiId: idIn(input, "RestApiId")})
	case idIn(input, "FunctionName") != nil:
		_, err = c.Lambda.GetPolicy(ctx, &lambda.GetPolicyInput{FunctionName: idIn(input, "FunctionName")})
		// A function without a policy is not found either. These are Lambda's words for one that does not exist
		// (the tables of hack/awslocal/lambda have their sources).
		if err != nil && !strings.Contains(awserr.Message(err), "Function not found") {
			return nil
		}
	}
	if awserr.Is(err, awserr.NotFound) {
		return err
	}
	return nil
}

// idIn is a member of an operation's input, nil if it has none.
func idIn(input any, name string) *string {
	v := reflect.ValueOf(input)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return nil
	}
	field := v.Elem().FieldByName(name)
	if !field.IsValid() {
		return nil
	}
	id, _ := reflect.TypeAssert[*string](field)
	if aws.ToString(id) == "" {
		return nil
	}
	return id
}
