package apigateway

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

func (t *tenant) createRestAPI(r wire.Request, in *sdk.CreateRestApiInput) (*sdk.CreateRestApiOutput, error) {
	if err := constrain(r).notNull("name", in.Name).endpoint(in.EndpointConfiguration).
		enum("apiKeySource", string(in.ApiKeySource), keySources).err(); err != nil {
		return nil, err
	}
	if same(in.Description, "") {
		return nil, badRequest("Description cannot be an empty string")
	}
	endpoint, err := endpointConfiguration(in.EndpointConfiguration)
	if err != nil {
		return nil, err
	}
	if err := checkCompression(in.MinimumCompressionSize); err != nil {
		return nil, err
	}
	if err := checkPolicy(in.Policy); err != nil {
		return nil, err
	}
	if err := t.roomForAPI(endpoint.Types[0]); err != nil {
		return nil, err
	}
	def, err := t.startingPoint(in.CloneFrom)
	if err != nil {
		return nil, err
	}
	rest := as[types.RestApi](*in)
	rest.EndpointConfiguration = endpoint
	rest.Version = filled(in.Version)
	if len(in.Tags) == 0 {
		rest.Tags = nil
	}
	def.begin(rest, r.Now)
	def.RestAPI.Policy = t.policy(&def.RestAPI, in.Policy)
	t.apis = append(t.apis, &restAPI{definition: *def})
	return as[sdk.CreateRestApiOutput](def.RestAPI), nil
}

// startingPoint is what a new API has in it before anything was put there.
func (t *tenant) startingPoint(cloneFrom *string) (*definition, error) {
	if cloneFrom == nil {
		return &definition{Models: defaultModels()}, nil
	}
	source, err := t.api(cloneFrom)
	if err != nil {
		return nil, err
	}
	return source.clone(), nil
}

// begin gives the definition its identity and its settings.
func (d *definition) begin(rest *types.RestApi, now time.Time) {
	rest.Id = newID(longID)
	rest.CreatedDate = aws.Time(now.Truncate(time.Second))
	if rest.ApiKeySource == "" {
		rest.ApiKeySource = types.ApiKeySourceTypeHeader
	}
	if len(rest.BinaryMediaTypes) == 0 {
		rest.BinaryMediaTypes = nil
	}
	rest.RootResourceId = d.RestAPI.RootResourceId
	if rest.RootResourceId == nil {
		rest.RootResourceId = newID(longID)
		d.Resources = map[string]*types.Resource{
			*rest.RootResourceId: {Id: rest.RootResourceId, Path: aws.String("/")},
		}
	}
	d.RestAPI = *rest
}

func (t *tenant) getRestAPI(_ wire.Request, in *sdk.GetRestApiInput) (*sdk.GetRestApiOutput, error) {
	a, err := t.api(in.RestApiId)
	if err != nil {
		return nil, err
	}
	return as[sdk.GetRestApiOutput](tagged(a.RestAPI)), nil
}

// tagged shows the tags even if there are none, as the calls about one API do. Lists and creations don't.
func tagged(rest types.RestApi) types.RestApi {
	if rest.Tags == nil {
		rest.Tags = map[string]string{}
	}
	return rest
}

// getRestAPIs doesn't show an API that is younger than the lag: what was created may be listed late.
func (t *tenant) getRestAPIs(r wire.Request, in *sdk.GetRestApisInput) (*sdk.GetRestApisOutput, error) {
	var listed []types.RestApi
	for _, a := range t.apis {
		if t.listLag == 0 || r.Now.Sub(*a.RestAPI.CreatedDate) >= t.listLag {
			listed = append(listed, a.RestAPI)
		}
	}
	items, next := page(listed, in.Limit, in.Position)
	return &sdk.GetRestApisOutput{Items: items, Position: next}, nil
}

// deleteRestAPI takes everything in the API with it.
func (t *tenant) deleteRestAPI(_ wire.Request, in *sdk.DeleteRestApiInput) (*sdk.DeleteRestApiOutput, error) {
	a, err := t.api(in.RestApiId)
	if err != nil {
		return nil, err
	}
	for _, s := range a.stages {
		t.forget(*a.RestAPI.Id, *s.StageName)
	}
	t.apis = slices.DeleteFunc(t.apis, func(other *restAPI) bool { return other == a })
	return &sdk.DeleteRestApiOutput{}, nil
}

// roomForAPI checks the quota, which AWS counts by endpoint type.
func (t *tenant) roomForAPI(endpoint types.EndpointType) error {
	count := 0
	for _, a := range t.apis {
		if a.RestAPI.EndpointConfiguration.Types[0] == endpoint {
			count++
		}
	}
	limit := map[types.EndpointType]int{
		types.EndpointTypeRegional: t.limits.RegionalAPIs,
		types.EndpointTypeEdge:     t.limits.EdgeAPIs,
		types.EndpointTypePrivate:  t.limits.PrivateAPIs,
	}[endpoint]
	if count < limit {
		return nil
	}
	return &wire.Error{
		Code:    "LimitExceededException",
		Message: "Maximum number of APIs for this account has been reached. Please contact AWS if you need additional APIs.",
		Status:  429,
	}
}

const largestCompression = 10485760

func checkCompression(size *int32) error {
	if size != nil && (*size < 0 || *size > largestCompression) {
		return badRequest("Invalid minimum compression size, must be between 0 and %d", largestCompression)
	}
	return nil
}

// checkPolicy refuses what is no JSON object; what a policy says isn't checked.
func checkPolicy(policy *string) error {
	var document map[string]any
	if text(policy) != "" && json.Unmarshal([]byte(*policy), &document) != nil {
		return badRequest("Invalid policy document. Please check the policy syntax and ensure that Principals are valid.")
	}
	return nil
}

// policy is a resource policy as AWS shows it: the API's ARN written out, and the JSON escaped once more
// (https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/apigateway/rest_api.go unquotes it).
func (t *tenant) policy(rest *types.RestApi, policy *string) *string {
	if text(policy) == "" {
		return nil
	}
	full := strings.ReplaceAll(*policy, `"execute-api:/`,
		`"arn:aws:execute-api:`+t.region+":"+t.account+":"+*rest.Id+"/")
	quoted, err := json.Marshal(full)
	if err != nil {
		return policy // no Go string fails to marshal
	}
	return aws.String(strings.ReplaceAll(string(quoted[1:len(quoted)-1]), "/", `\/`))
}
