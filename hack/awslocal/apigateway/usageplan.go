package apigateway

import (
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// Usage plans and API keys can't be made here. Who lists them, as the console and other tools do, learns that there are
// none.

func (t *tenant) getUsagePlans(wire.Request, *sdk.GetUsagePlansInput) (*sdk.GetUsagePlansOutput, error) {
	return &sdk.GetUsagePlansOutput{Items: []types.UsagePlan{}}, nil
}

func (t *tenant) getAPIKeys(wire.Request, *sdk.GetApiKeysInput) (*sdk.GetApiKeysOutput, error) {
	return &sdk.GetApiKeysOutput{Items: []types.ApiKey{}}, nil
}
