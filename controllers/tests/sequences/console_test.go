package sequences_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	apigwtypes "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"pgregory.net/rapid"

	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/awslocal/wafv2"
	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// console is a person's way into the local AWS, beside the operator's: the SDK calls the services directly, past the
// faults and the log of calls.
type console struct{ cognito, gateway, lambda, waf wire.Protocol }

func newConsole(server *awslocal.Server) *aws.Config {
	config := server.Config()
	config.HTTPClient = console{
		cognito: wire.JSON11("AWSCognitoIdentityProviderService", server.Cognito.Operations()),
		gateway: wire.REST(wire.Camel, server.APIGateway.Routes()),
		lambda:  wire.REST(wire.Pascal, server.Lambda.Routes()),
		waf:     wire.JSON11(wafv2.Target, server.WAF.Operations()),
	}
	return &config
}

// Do implements aws.HTTPClient.
func (c console) Do(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	protocol := c.gateway
	switch scope := r.Header.Get("Authorization"); {
	case strings.Contains(scope, "/cognito-idp/"):
		protocol = c.cognito
	case strings.Contains(scope, "/lambda/"):
		protocol = c.lambda
	case strings.Contains(scope, "/wafv2/"):
		protocol = c.waf
	}
	var answer wire.Response
	if call, refusal := protocol.Match(r, body); refusal != nil {
		answer = protocol.Refuse(refusal)
	} else {
		answer = call.Run(wire.Request{Account: awslocal.DefaultAccount, Region: awslocal.DefaultRegion, Now: time.Now()})
	}
	return &http.Response{StatusCode: answer.Status, Header: answer.Header, Body: io.NopCloser(bytes.NewReader(answer.Body))}, nil
}

// do makes a call by hand, which must succeed.
func do[In, Out, Option any](w *harness.World, call func(context.Context, *In, ...func(*Option)) (*Out, error), in *In) *Out {
	w.T.Helper()
	out, err := call(w.T.Context(), in)
	if err != nil {
		w.T.Fatalf("by hand: %v", err)
	}
	return out
}

// convert copies what two of the SDK's types have in common: what was read into the update that keeps it.
func convert[To, From any](w *harness.World, from From) *To {
	w.T.Helper()
	text, err := json.Marshal(from)
	to := new(To)
	if err == nil {
		err = json.Unmarshal(text, to)
	}
	if err != nil {
		w.T.Fatal(err)
	}
	return to
}

// poolInAWS is the object's user pool, or nil.
func (m *model) poolInAWS() *ciptypes.UserPoolType {
	m.T.Helper()
	for _, pool := range do(m.World, m.Cognito().ListUserPools, &cip.ListUserPoolsInput{MaxResults: aws.Int32(60)}).UserPools {
		if *pool.Name == m.name() {
			return do(m.World, m.Cognito().DescribeUserPool, &cip.DescribeUserPoolInput{UserPoolId: pool.Id}).UserPool
		}
	}
	return nil
}

// clientsInAWS are the clients in it that were not made by hand.
func (m *model) clientsInAWS() []ciptypes.UserPoolClientDescription {
	m.T.Helper()
	pool := m.poolInAWS()
	if pool == nil {
		return nil
	}
	all := do(m.World, m.Cognito().ListUserPoolClients, &cip.ListUserPoolClientsInput{UserPoolId: pool.Id, MaxResults: aws.Int32(60)}).UserPoolClients
	all = slices.DeleteFunc(all, func(c ciptypes.UserPoolClientDescription) bool { return *c.ClientName == foreignName })
	slices.SortFunc(all, func(a, b ciptypes.UserPoolClientDescription) int {
		return strings.Compare(*a.ClientName, *b.ClientName)
	})
	return all
}

// drawClient draws one of them, or nil.
func (m *model) drawClient(r *rapid.T) *ciptypes.UserPoolClientType {
	m.T.Helper()
	listed := one(r, "client", m.clientsInAWS())
	if listed == nil {
		return nil
	}
	return do(m.World, m.Cognito().DescribeUserPoolClient, &cip.DescribeUserPoolClientInput{
		UserPoolId: listed.UserPoolId, ClientId: listed.ClientId,
	}).UserPoolClient
}

// drawResourceServer draws one of the pool's resource servers that were not made by hand, or nil.
func (m *model) drawResourceServer(r *rapid.T) *ciptypes.ResourceServerType {
	m.T.Helper()
	pool := m.poolInAWS()
	if pool == nil {
		return nil
	}
	servers := do(m.World, m.Cognito().ListResourceServers, &cip.ListResourceServersInput{UserPoolId: pool.Id, MaxResults: aws.Int32(50)}).ResourceServers
	servers = slices.DeleteFunc(servers, func(s ciptypes.ResourceServerType) bool { return *s.Identifier == foreignName })
	slices.SortFunc(servers, func(a, b ciptypes.ResourceServerType) int { return strings.Compare(*a.Identifier, *b.Identifier) })
	return one(r, "resource server", servers)
}

// apiInAWS is the object's REST API, or nil.
func (m *model) apiInAWS() *apigwtypes.RestApi {
	m.T.Helper()
	for _, api := range do(m.World, m.Gateway().GetRestApis, &apigateway.GetRestApisInput{}).Items {
		if *api.Name == m.name() {
			return &api
		}
	}
	return nil
}

// stagesInAWS are its stages.
func (m *model) stagesInAWS() []apigwtypes.Stage {
	m.T.Helper()
	api := m.apiInAWS()
	if api == nil {
		return nil
	}
	return do(m.World, m.Gateway().GetStages, &apigateway.GetStagesInput{RestApiId: api.Id}).Item
}

// stageInAWS is the spec's stage, or nil.
func (m *model) stageInAWS() *apigwtypes.Stage {
	m.T.Helper()
	for _, stage := range m.stagesInAWS() {
		if *stage.StageName == m.object.Spec.Stage {
			return &stage
		}
	}
	return nil
}

// drawMethod draws one of the methods of the working copy with its resource, or nil.
func (m *model) drawMethod(r *rapid.T) (*apigwtypes.Resource, string) {
	m.T.Helper()
	api := m.apiInAWS()
	if api == nil {
		return nil, ""
	}
	resources := do(m.World, m.Gateway().GetResources, &apigateway.GetResourcesInput{
		RestApiId: api.Id, Embed: []string{"methods"}, Limit: aws.Int32(500),
	}).Items
	resources = slices.DeleteFunc(resources, func(r apigwtypes.Resource) bool { return len(r.ResourceMethods) == 0 })
	slices.SortFunc(resources, func(a, b apigwtypes.Resource) int { return cmp.Compare(*a.Path, *b.Path) })
	resource := one(r, "resource", resources)
	if resource == nil {
		return nil, ""
	}
	return resource, *one(r, "method", slices.Sorted(maps.Keys(resource.ResourceMethods)))
}

// one draws one of a list, or nil of an empty one.
func one[T any](r *rapid.T, label string, list []T) *T {
	if len(list) == 0 {
		return nil
	}
	return &list[rapid.IntRange(0, len(list)-1).Draw(r, label)]
}
