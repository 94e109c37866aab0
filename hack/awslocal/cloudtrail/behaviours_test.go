package cloudtrail_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	gatewaytypes "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	cognitotypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	"github.com/google/go-cmp/cmp"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/awslocal/wire/wiretest"
)

// cloud is a local AWS with a queue of events, and clients of it.
type cloud struct {
	*testing.T
	cognito *cognitoidentityprovider.Client
	gateway *apigateway.Client
	lambda  *lambda.Client
	waf     *wafv2.Client
	receive func() []string
}

func start(t *testing.T, config func(*awslocal.Server) aws.Config) *cloud {
	t.Helper()
	s := awslocal.Start(t, awslocal.WithEvents("events", 0),
		awslocal.WithClock(clocktesting.NewFakeClock(time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC))))
	s.Lambda.Handle("Notes", nil)
	queue := sqs.NewFromConfig(s.Config())
	cfg := config(s)
	return &cloud{
		T:       t,
		cognito: cognitoidentityprovider.NewFromConfig(cfg),
		gateway: apigateway.NewFromConfig(cfg),
		lambda:  lambda.NewFromConfig(cfg),
		waf:     wafv2.NewFromConfig(cfg),
		receive: func() []string {
			t.Helper()
			out, err := queue.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
				QueueUrl: aws.String(s.EventsURL()), MaxNumberOfMessages: 10,
			})
			if err != nil {
				t.Fatal(err)
			}
			var bodies []string
			for _, m := range out.Messages {
				bodies = append(bodies, *m.Body)
			}
			return bodies
		},
	}
}

func must[T any](t *testing.T, out T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// pool makes a pool and returns its id.
func (c *cloud) pool() *string {
	in := &cognitoidentityprovider.CreateUserPoolInput{PoolName: aws.String("notes"), UserPoolTags: map[string]string{"Owner": "ann"}}
	out, err := c.cognito.CreateUserPool(c.Context(), in)
	return must(c.T, out, err).UserPool.Id
}

// group makes a group of the name admins.
func (c *cloud) group(pool *string) {
	out, err := c.cognito.CreateGroup(c.Context(), &cognitoidentityprovider.CreateGroupInput{
		UserPoolId: pool, GroupName: aws.String("admins"), Precedence: aws.Int32(1),
	})
	must(c.T, out, err)
}

// user makes a user of the name ann.
func (c *cloud) user(pool *string) {
	out, err := c.cognito.AdminCreateUser(c.Context(), &cognitoidentityprovider.AdminCreateUserInput{
		UserPoolId: pool, Username: aws.String("ann"), TemporaryPassword: aws.String("Correct-horse-7"),
	})
	must(c.T, out, err)
}

func (c *cloud) api() *string {
	in := &apigateway.CreateRestApiInput{Name: aws.String("notes"), Tags: map[string]string{"Owner": "ann"}}
	out, err := c.gateway.CreateRestApi(c.Context(), in)
	return must(c.T, out, err).Id
}

// method puts GET / with a mock behind it.
func (c *cloud) method(api *string) (rootID *string) {
	resources, err := c.gateway.GetResources(c.Context(), &apigateway.GetResourcesInput{RestApiId: api})
	root := must(c.T, resources, err).Items[0].Id
	method, err := c.gateway.PutMethod(c.Context(), &apigateway.PutMethodInput{
		RestApiId: api, ResourceId: root, HttpMethod: aws.String("GET"), AuthorizationType: aws.String("NONE"),
	})
	must(c.T, method, err)
	integration, err := c.gateway.PutIntegration(c.Context(), &apigateway.PutIntegrationInput{
		RestApiId: api, ResourceId: root, HttpMethod: aws.String("GET"), Type: gatewaytypes.IntegrationTypeHttp,
		IntegrationHttpMethod: aws.String("POST"), Uri: aws.String("http://localhost/"),
	})
	must(c.T, integration, err)
	return root
}

const (
	cloudTrailDoc = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html"
	cognitoDoc    = "https://docs.aws.amazon.com/cognito/latest/developerguide/understanding-amazon-cognito-entries.html"
	gatewayDoc    = "https://docs.aws.amazon.com/apigateway/latest/developerguide/cloudtrail.html"
	sumoLogic     = "SumoLogic/sumologic-aws-lambda, sumologic-app-utils/src/awsresource.py"
	portDocs      = "port-labs/port-docs, Run on events: responseElements.id, requestParameters.restApiId"
	stratus       = "DataDog/stratus-red-team, aws.persistence.lambda-backdoor-function, 2024-08-01"
	securityGame  = "the log of a security game, 2021-11-15: putIntegrationInput"
	panther       = "panther-labs/panther-analysis, aws_waf_disassociation: requestParameters.resourceArn"
	analogy       = "by analogy: no event is published"
)

// What the last event says of a call. In what is wanted, {pool}, {api} and the like stand for ids.
func TestParameters(t *testing.T) {
	tests := []struct {
		name, source string
		do           func(c *cloud) map[string]*string
		want         string // eventName, requestParameters and responseElements; a member that isn't named may be anything
	}{
		{
			"a pool", cognitoDoc + ", CreateIdentityPool: names in Camel case",
			func(c *cloud) map[string]*string { return map[string]*string{"{pool}": c.pool()} },
			`{"eventName": "CreateUserPool", "eventSource": "cognito-idp.amazonaws.com",
			  "requestParameters": {"poolName": "notes", "userPoolTags": {"Owner": "ann"}},
			  "responseElements": {"userPool": {"id": "{pool}", "name": "notes", "creationDate": "2026-09-01T12:00:00Z"}}}`,
		},
		{
			"a client, whose secret is nobody's business", cognitoDoc + "; programs that read responseElements.userPoolClient.clientId",
			func(c *cloud) map[string]*string {
				pool := c.pool()
				out, err := c.cognito.CreateUserPoolClient(c.Context(), &cognitoidentityprovider.CreateUserPoolClientInput{
					UserPoolId: pool, ClientName: aws.String("web"), GenerateSecret: true,
				})
				return map[string]*string{"{pool}": pool, "{client}": must(c.T, out, err).UserPoolClient.ClientId}
			},
			`{"eventName": "CreateUserPoolClient",
			  "requestParameters": {"userPoolId": "{pool}", "clientName": "web", "generateSecret": true},
			  "responseElements": {"userPoolClient": {
			    "userPoolId": "{pool}", "clientId": "{client}", "clientSecret": "HIDDEN_DUE_TO_SECURITY_REASONS"}}}`,
		},
		{
			"an update, which answers nothing", cloudTrailDoc + ", responseElements",
			func(c *cloud) map[string]*string {
				pool := c.pool()
				out, err := c.cognito.UpdateUserPool(c.Context(), &cognitoidentityprovider.UpdateUserPoolInput{UserPoolId: pool})
				must(c.T, out, err)
				return map[string]*string{"{pool}": pool}
			},
			`{"eventName": "UpdateUserPool", "requestParameters": {"userPoolId": "{pool}"}, "responseElements": null}`,
		},
		{
			"a web ACL that is taken off a pool", panther,
			func(c *cloud) map[string]*string {
				pool, err := c.cognito.DescribeUserPool(c.Context(), &cognitoidentityprovider.DescribeUserPoolInput{UserPoolId: c.pool()})
				arn := must(c.T, pool, err).UserPool.Arn
				out, err := c.waf.DisassociateWebACL(c.Context(), &wafv2.DisassociateWebACLInput{ResourceArn: arn})
				must(c.T, out, err)
				return map[string]*string{"{arn}": arn}
			},
			`{"eventName": "DisassociateWebACL", "eventSource": "wafv2.amazonaws.com", "requestParameters": {"resourceArn": "{arn}"}}`,
		},
		{
			"a user, who isn't named", cognitoDoc + "; amazon-cognito-info-in-cloudtrail: no user names",
			func(c *cloud) map[string]*string {
				pool := c.pool()
				c.user(pool)
				return map[string]*string{"{pool}": pool}
			},
			`{"eventName": "AdminCreateUser",
			  "requestParameters": {"userPoolId": "{pool}", "username": "HIDDEN_DUE_TO_SECURITY_REASONS",
			    "temporaryPassword": "HIDDEN_DUE_TO_SECURITY_REASONS"},
			  "responseElements": {"user": {"username": "HIDDEN_DUE_TO_SECURITY_REASONS",
			    "attributes": "HIDDEN_DUE_TO_SECURITY_REASONS"}}}`,
		},
		{
			"an administrator's sign-in, without the password", cognitoDoc + "; an event quoted in 2025: authParameters; " + analogy,
			func(c *cloud) map[string]*string {
				pool := c.pool()
				c.user(pool)
				client, err := c.cognito.CreateUserPoolClient(c.Context(), &cognitoidentityprovider.CreateUserPoolClientInput{
					UserPoolId: pool, ClientName: aws.String("web"),
					ExplicitAuthFlows: []cognitotypes.ExplicitAuthFlowsType{cognitotypes.ExplicitAuthFlowsTypeAllowAdminUserPasswordAuth},
				})
				id := must(c.T, client, err).UserPoolClient.ClientId
				out, err := c.cognito.AdminInitiateAuth(c.Context(), &cognitoidentityprovider.AdminInitiateAuthInput{
					UserPoolId: pool, ClientId: id, AuthFlow: cognitotypes.AuthFlowTypeAdminUserPasswordAuth,
					AuthParameters: map[string]string{"USERNAME": "ann", "PASSWORD": "Correct-horse-7"},
				})
				must(c.T, out, err)
				return map[string]*string{"{pool}": pool, "{client}": id}
			},
			`{"eventName": "AdminInitiateAuth",
			  "requestParameters": {"userPoolId": "{pool}", "clientId": "{client}", "authFlow": "ADMIN_USER_PASSWORD_AUTH",
			    "authParameters": "HIDDEN_DUE_TO_SECURITY_REASONS"},
			  "responseElements": {"challengeName": "NEW_PASSWORD_REQUIRED", "session": "HIDDEN_DUE_TO_SECURITY_REASONS",
			    "challengeParameters": "HIDDEN_DUE_TO_SECURITY_REASONS"}}`,
		},
		{
			"a group", cognitoDoc + ": names in Camel case; " + analogy,
			func(c *cloud) map[string]*string {
				pool := c.pool()
				c.group(pool)
				return map[string]*string{"{pool}": pool}
			},
			`{"eventName": "CreateGroup",
			  "requestParameters": {"userPoolId": "{pool}", "groupName": "admins", "precedence": 1},
			  "responseElements": {"group": {"userPoolId": "{pool}", "groupName": "admins", "precedence": 1,
			    "creationDate": "2026-09-01T12:00:00Z"}}}`,
		},
		{
			"a member, who isn't named", cognitoDoc + "; amazon-cognito-info-in-cloudtrail: no user names",
			func(c *cloud) map[string]*string {
				pool := c.pool()
				c.group(pool)
				c.user(pool)
				out, err := c.cognito.AdminAddUserToGroup(c.Context(), &cognitoidentityprovider.AdminAddUserToGroupInput{
					UserPoolId: pool, Username: aws.String("ann"), GroupName: aws.String("admins"),
				})
				must(c.T, out, err)
				return map[string]*string{"{pool}": pool}
			},
			`{"eventName": "AdminAddUserToGroup",
			  "requestParameters": {"userPoolId": "{pool}", "groupName": "admins", "username": "HIDDEN_DUE_TO_SECURITY_REASONS"},
			  "responseElements": null}`,
		},
		{
			"an API, known by the answer", portDocs,
			func(c *cloud) map[string]*string { return map[string]*string{"{api}": c.api()} },
			`{"eventName": "CreateRestApi", "eventSource": "apigateway.amazonaws.com",
			  "requestParameters": {"createRestApiInput": {"name": "notes", "tags": {"Owner": "ann"}}, "template": false},
			  "responseElements": {"id": "{api}", "name": "notes", "createdDate": "2026-09-01T12:00:00Z"}}`,
		},
		{
			"a definition, without the document", portDocs + "; " + analogy,
			func(c *cloud) map[string]*string {
				api := c.api()
				out, err := c.gateway.PutRestApi(c.Context(), &apigateway.PutRestApiInput{
					RestApiId: api, Mode: gatewaytypes.PutModeOverwrite, FailOnWarnings: true,
					Body: []byte(`{"openapi": "3.0.1", "info": {"title": "notes", "version": "1"}, "paths": {}}`),
				})
				must(c.T, out, err)
				return map[string]*string{"{api}": api}
			},
			`{"eventName": "PutRestApi",
			  "requestParameters": {
			    "restApiId": "{api}", "mode": "overwrite", "failOnWarnings": true, "parameters": {}, "template": false},
			  "responseElements": {"id": "{api}"}}`,
		},
		{
			"an integration, whose method is beside that of its own", securityGame,
			func(c *cloud) map[string]*string {
				api := c.api()
				return map[string]*string{"{api}": api, "{root}": c.method(api)}
			},
			`{"eventName": "PutIntegration",
			  "requestParameters": {"restApiId": "{api}", "resourceId": "{root}", "httpMethod": "GET", "template": false,
			    "putIntegrationInput": {"httpMethod": "POST", "type": "HTTP", "uri": "http://localhost/"}}}`,
		},
		{
			"a deployment to a stage", sumoLogic + ": createDeploymentInput.stageName",
			func(c *cloud) map[string]*string {
				api := c.api()
				c.method(api)
				out, err := c.gateway.CreateDeployment(c.Context(), &apigateway.CreateDeploymentInput{
					RestApiId: api, StageName: aws.String("prod"),
				})
				return map[string]*string{"{api}": api, "{deployment}": must(c.T, out, err).Id}
			},
			`{"eventName": "CreateDeployment",
			  "requestParameters": {"restApiId": "{api}", "createDeploymentInput": {"stageName": "prod"}, "template": false},
			  "responseElements": {"id": "{deployment}"}}`,
		},
		{
			"a patch", analogy,
			func(c *cloud) map[string]*string {
				api := c.api()
				out, err := c.gateway.UpdateRestApi(c.Context(), &apigateway.UpdateRestApiInput{
					RestApiId: api, PatchOperations: []gatewaytypes.PatchOperation{
						{Op: gatewaytypes.OpReplace, Path: aws.String("/name"), Value: aws.String("other")},
					},
				})
				must(c.T, out, err)
				return map[string]*string{"{api}": api}
			},
			`{"eventName": "UpdateRestApi",
			  "requestParameters": {"restApiId": "{api}", "template": false, "updateRestApiInput": {
			    "patchOperations": [{"op": "replace", "path": "/name", "value": "other"}]}},
			  "responseElements": {"name": "other"}}`,
		},
		{
			"a deletion", gatewayDoc + ", GetResource: what is in the URI, and template",
			func(c *cloud) map[string]*string {
				api := c.api()
				out, err := c.gateway.DeleteRestApi(c.Context(), &apigateway.DeleteRestApiInput{RestApiId: api})
				must(c.T, out, err)
				return map[string]*string{"{api}": api}
			},
			`{"eventName": "DeleteRestApi", "requestParameters": {"restApiId": "{api}", "template": false},
			  "responseElements": null}`,
		},
		{
			"a stage that moves", analogy + "; restApiId and stageName stand in the URI",
			func(c *cloud) map[string]*string {
				api := c.api()
				c.method(api)
				snapshot := func(in *apigateway.CreateDeploymentInput) *string {
					in.RestApiId = api
					out, err := c.gateway.CreateDeployment(c.Context(), in)
					return must(c.T, out, err).Id
				}
				snapshot(&apigateway.CreateDeploymentInput{StageName: aws.String("prod")})
				second := snapshot(&apigateway.CreateDeploymentInput{})
				out, err := c.gateway.UpdateStage(c.Context(), &apigateway.UpdateStageInput{
					RestApiId: api, StageName: aws.String("prod"), PatchOperations: []gatewaytypes.PatchOperation{
						{Op: gatewaytypes.OpReplace, Path: aws.String("/deploymentId"), Value: second},
					},
				})
				must(c.T, out, err)
				return map[string]*string{"{api}": api, "{deployment}": second}
			},
			`{"eventName": "UpdateStage",
			  "requestParameters": {"restApiId": "{api}", "stageName": "prod", "template": false, "updateStageInput": {
			    "patchOperations": [{"op": "replace", "path": "/deploymentId", "value": "{deployment}"}]}},
			  "responseElements": {"stageName": "prod", "deploymentId": "{deployment}"}}`,
		},
		{
			"a permission", stratus,
			func(c *cloud) map[string]*string {
				out, err := c.lambda.AddPermission(c.Context(), &lambda.AddPermissionInput{
					FunctionName: aws.String("Notes"), StatementId: aws.String("notes"),
					Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("apigateway.amazonaws.com"),
				})
				return map[string]*string{"{statement}": must(c.T, out, err).Statement}
			},
			`{"eventName": "AddPermission20150331v2", "eventSource": "lambda.amazonaws.com",
			  "requestParameters": {"functionName": "Notes", "statementId": "notes", "action": "lambda:InvokeFunction",
			    "principal": "apigateway.amazonaws.com"},
			  "responseElements": {"statement": "{statement}"}}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			wiretest.Source(t, tt.source)
			c := start(t, (*awslocal.Server).Config)
			ids := tt.do(c)
			events := c.receive()
			var event struct{ Detail map[string]any }
			if err := json.Unmarshal([]byte(events[len(events)-1]), &event); err != nil {
				t.Fatal(err)
			}
			var want map[string]any
			if err := json.Unmarshal([]byte(tt.want), &want); err != nil {
				t.Fatal(err)
			}
			got := named(want, event.Detail)
			if diff := cmp.Diff(resolve(want, ids), got); diff != "" {
				t.Errorf("source: %s\n-want +got:\n%s", tt.source, diff)
			}
		})
	}
}

// named keeps the members of got that want has, at every level; requestParameters it keeps whole.
func named(want, got map[string]any) map[string]any {
	kept := map[string]any{}
	for name, w := range want {
		g, ok := got[name]
		if !ok {
			continue
		}
		inner, isObject := g.(map[string]any)
		if w, ok := w.(map[string]any); ok && isObject && name != "requestParameters" {
			g = named(w, inner)
		}
		kept[name] = g
	}
	return kept
}

// resolve puts ids in their places.
func resolve(want any, ids map[string]*string) any {
	switch want := want.(type) {
	case map[string]any:
		resolved := map[string]any{}
		for name, member := range want {
			resolved[name] = resolve(member, ids)
		}
		return resolved
	case []any:
		resolved := make([]any, len(want))
		for i, member := range want {
			resolved[i] = resolve(member, ids)
		}
		return resolved
	case string:
		if id, ok := ids[want]; ok {
			return *id
		}
	}
	return want
}
