package main

import (
	"context"
	"errors"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go"
)

// riskWhenOff asks for the risk configuration of the pool made by hand, which has no threat protection.
func (w *world) riskWhenOff(ctx context.Context) (finding, error) {
	_, err := w.cognito.DescribeRiskConfiguration(ctx, &cip.DescribeRiskConfigurationInput{UserPoolId: &w.pool})
	code := "ok"
	if refusal, ok := errors.AsType[smithy.APIError](err); ok {
		code = refusal.ErrorCode()
	}
	return found(code == "UserPoolAddOnNotEnabledException", "%s", code)
}
