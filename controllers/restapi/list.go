// Package restapi is what a SecuredAPI has in API Gateway, and the permissions of the functions that it calls: a file for
// each resource, and the list of them in the order in which they are made. The engine does everything that they have in
// common. The way of the data is BuildModel (pure) → Document (pure) → PutRestApi → CreateDeployment → what AWS holds is
// read → difference (pure) → the stage, only if nothing is left.
package restapi

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/attached/invoke"
	"github.com/securedapi/securedapi/controllers/engine"
)

// Names of resources, and the prefixes of those that have keys. The user pool and its clients are of another package.
const (
	NameAPI          = "api"
	permissionPrefix = "permission/"
	deploymentName   = "deployment"
	PrefixStage      = "stage/"
	poolName         = "userPool"
	prefixClient     = "client/"
)

// Gateway is what the resources of one pass call.
type Gateway struct {
	API    *apigateway.Client
	Lambda *lambda.Client
	// PoolARN is the ARN of the user pool with that id, also of one that a plan only speaks of, and for an empty id. Its
	// partition, Region and account are those of the API and of functions that the spec calls by name.
	PoolARN func(id string) string

	// api is the API as it was last seen in this pass, for the settings that an overwrite has to carry.
	api *types.RestApi
}

// Kinds lists the resources in the order in which they are made. A spec without routes has none of them: an API that serves
// nothing would only take one of the account's 600 places.
func Kinds(g *Gateway) []engine.Kind {
	return []engine.Kind{
		{Prefix: NameAPI, Of: g.restAPI, Operations: restAPICalls},
		{Prefix: permissionPrefix, Keys: g.wantedPermissions, Of: g.permission, Operations: invoke.Calls},
		{Prefix: deploymentName, Of: g.deployment, Operations: deploymentCalls},
		{Prefix: PrefixStage, Keys: wantedStages, Of: g.stage, Operations: stageCalls},
	}
}

// pool parses the user pool's ARN.
func (g *Gateway) pool(p *engine.Pass) (arn.ARN, error) {
	pool, err := arn.Parse(g.PoolARN(p.ID(poolName)))
	if err != nil {
		return arn.ARN{}, fmt.Errorf("user pool ARN: %w", err)
	}
	return pool, nil
}

func wantsAPI(spec *v1alpha1.SecuredAPISpec) bool { return len(spec.Routes) > 0 }
