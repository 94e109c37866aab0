package apigateway_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/hack/awslocal/apigateway"
	"github.com/securedapi/securedapi/hack/awslocal/wire/wiretest"
)

// token looks like a JWT; its issuer is the ARN of a pool.
func token(claims map[string]any) string {
	payload, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	return "e30." + base64.RawURLEncoding.EncodeToString(payload) + ".signature"
}

// verify stands for Cognito.
func verify(poolARN, raw string, now time.Time) (map[string]any, error) {
	parts := strings.Split(raw, ".")
	if len(parts) != 3 || parts[2] != "signature" {
		return nil, errors.New("bad signature")
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil, err
	}
	var claims map[string]any
	d := json.NewDecoder(strings.NewReader(string(payload)))
	d.UseNumber()
	if err := d.Decode(&claims); err != nil {
		return nil, err
	}
	if claims["iss"] != poolARN {
		return nil, errors.New("wrong issuer")
	}
	if exp, _ := claims["exp"].(json.Number).Int64(); now.Unix() >= exp {
		return nil, errors.New("expired")
	}
	return claims, nil
}

// guardedStage deploys an API that wants an ID token at /, and an access token with a scope at /scoped.
func guardedStage(t *testing.T, facts apigateway.Facts, rest string) api {
	t.Helper()
	return guardedStageAsking(t, facts, rest, verify)
}

func guardedStageAsking(
	t *testing.T, facts apigateway.Facts, rest string,
	verify func(poolARN, token string, now time.Time) (map[string]any, error),
) api {
	t.Helper()
	f := start(t, config{
		backends: apigateway.Backends{Verify: verify},
		options:  []apigateway.Option{apigateway.WithFacts(facts)},
	})
	document := `{"openapi":"3.0.1","info":{"title":"notes"},"paths":{` +
		`"/":{"get":{"security":[{"users":[]}],` + mockOperation + `}},` +
		`"/scoped":{"get":{"security":[{"users":["notes/read","notes/write"]}],` + mockOperation + `}}},` +
		`"components":{"securitySchemes":{"users":` + cognitoScheme("us-east-1_a") + `}}` + rest + `}`
	a := f.imported(document)
	a.deploy("beta")
	return a
}

func TestCognitoAuthorizer(t *testing.T) {
	a := guardedStage(t, apigateway.Facts{NeverCachesAuthorizers: true}, "")
	claims := func(change map[string]any) string {
		c := map[string]any{"iss": pool("us-east-1_a"), "token_use": "id", "exp": a.f.clock.Now().Unix() + 3600}
		maps.Copy(c, change)
		return token(c)
	}
	access := func(scope string) string { return claims(map[string]any{"token_use": "access", "scope": scope}) }
	const (
		unauthorized = `{"message":"Unauthorized"}`
		expired      = `{"message":"The incoming token has expired"}`
	)
	for _, row := range []struct {
		name, source, path, header string
		status                     int
		body, errorType            string
	}{
		{"no token", "AWS's answer as quoted in many threads", "/beta", "", 401, unauthorized, "UnauthorizedException"},
		{
			"an ID token", "developer guide, apigateway-invoke-api-integrated-with-cognito-user-pool", "/beta",
			"Authorization: " + claims(nil), 200, "", "",
		},
		{
			"with its scheme", "re:Post, api-gateway-cognito-401-unauthorized", "/beta",
			"Authorization: Bearer " + claims(nil), 200, "", "",
		},
		{
			"in another header", "API reference, identitySource", "/beta",
			"Auth: " + claims(nil), 401, unauthorized, "UnauthorizedException",
		},
		{
			"nonsense", "AWS's answer as quoted in many threads", "/beta",
			"Authorization: nonsense", 401, unauthorized, "UnauthorizedException",
		},
		{
			"a token of another pool", "re:Post, api-gateway-cognito-401-unauthorized", "/beta",
			"Authorization: " + claims(map[string]any{"iss": pool("us-east-1_b")}), 401, unauthorized, "UnauthorizedException",
		},
		{
			"a token that was good once", "AWS's answer as clients look for it", "/beta",
			"Authorization: " + claims(map[string]any{"exp": 1}), 401, expired, "UnauthorizedException",
		},
		{
			"an old token of another pool", "re:Post, api-gateway-cognito-401-unauthorized", "/beta",
			"Authorization: " + claims(map[string]any{"exp": 1, "iss": pool("us-east-1_b")}), 401, unauthorized,
			"UnauthorizedException",
		},
		{
			"an access token where there are no scopes", "API reference of PutMethod, authorizationScopes", "/beta",
			"Authorization: " + access("notes/read"), 401, unauthorized, "UnauthorizedException",
		},
		{
			"an ID token where there are", "API reference of PutMethod, authorizationScopes", "/beta/scoped",
			"Authorization: " + claims(nil), 401, unauthorized, "UnauthorizedException",
		},
		{
			"an access token with one of the scopes", "API reference of PutMethod, authorizationScopes", "/beta/scoped",
			"Authorization: " + access("openid notes/write"), 200, "", "",
		},
		{
			"an access token with none of them", "developer guide, gateway response type ACCESS_DENIED", "/beta/scoped",
			"Authorization: " + access("openid"), 403, `{"message":"User is not authorized to access this resource"}`,
			"AccessDeniedException",
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			wiretest.Source(t, row.source)
			var headers []string
			if row.header != "" {
				headers = append(headers, row.header)
			}
			got := a.request("GET", row.path, "", headers...)
			if got.status != row.status || got.body != row.body || got.header.Get("x-amzn-ErrorType") != row.errorType {
				t.Errorf("source: %s\n%d %s %s, want %d %s %s", row.source, got.status, got.body,
					got.header.Get("x-amzn-ErrorType"), row.status, row.body, row.errorType)
			}
		})
	}
}

// Source: API reference of CreateAuthorizer (authorizerResultTtlInSeconds): 300 seconds by default.
func TestAuthorizerResultsAreCached(t *testing.T) {
	for _, row := range []struct {
		name  string
		facts apigateway.Facts
		life  time.Duration // of the token
		then  func(a api)
		asked int // how often the pool is asked for two requests
		want  int // the second request's status
	}{
		{"at once", apigateway.Facts{}, time.Hour, func(api) {}, 1, 200},
		{"until the time is over", apigateway.Facts{}, time.Hour, func(a api) { a.f.clock.Step(5 * time.Minute) }, 2, 200},
		{"not beyond the token's life", apigateway.Facts{}, time.Minute, func(a api) { a.f.clock.Step(time.Minute) }, 3, 401},
		{"until a deployment", apigateway.Facts{}, time.Hour, func(a api) { a.deploy("beta") }, 2, 200},
		{"until the cache is flushed", apigateway.Facts{}, time.Hour, func(a api) {
			must(a.f.sdk.FlushStageAuthorizersCache(a.f.Context(), &sdk.FlushStageAuthorizersCacheInput{
				RestApiId: a.id, StageName: aws.String("beta"),
			}))
		}, 2, 200},
		{"never", apigateway.Facts{NeverCachesAuthorizers: true}, time.Hour, func(api) {}, 2, 200},
	} {
		t.Run(row.name, func(t *testing.T) {
			asked := 0
			a := guardedStageAsking(t, row.facts, "", func(arn, raw string, now time.Time) (map[string]any, error) {
				asked++
				return verify(arn, raw, now)
			})
			id := token(map[string]any{
				"iss": pool("us-east-1_a"), "token_use": "id", "exp": a.f.clock.Now().Add(row.life).Unix(),
			})
			equal(t, a.request("GET", "/beta", "", "Authorization: "+id).status, 200)
			row.then(a)
			equal(t, a.request("GET", "/beta", "", "Authorization: "+id).status, row.want)
			equal(t, asked, row.asked)
		})
	}
}

// Source: test_gateway_response_put, 2024-06-20; developer guide, api-gateway-gatewayResponse-definition.
func TestGatewayResponsesWordRefusals(t *testing.T) {
	a := guardedStage(t, apigateway.Facts{}, `,"x-amazon-apigateway-gateway-responses":{`+
		`"DEFAULT_4XX":{"responseParameters":{"gatewayresponse.header.Access-Control-Allow-Origin":"'*'",`+
		`"gatewayresponse.header.X-Echo":"method.request.header.X-Ask"}},`+
		`"MISSING_AUTHENTICATION_TOKEN":{"statusCode":404,"responseTemplates":{"application/json":`+
		`"{\"message\":$context.error.messageString,\"type\":\"$context.error.responseType\",\"stage\":\"$context.stage\"}"}}}`)
	got := a.request("GET", "/beta", "", "X-Ask: hello")
	equal(t, got.status, 401)
	equal(t, got.body, `{"message":"Unauthorized"}`)
	equal(t, got.header.Get("Access-Control-Allow-Origin"), "*")
	equal(t, got.header.Get("X-Echo"), "hello")

	got = a.request("GET", "/beta/nowhere", "")
	equal(t, got.status, 404)
	equal(t, got.body,
		`{"message":"Missing Authentication Token","type":"MISSING_AUTHENTICATION_TOKEN","stage":"beta"}`)
	equal(t, got.header.Get("x-amzn-ErrorType"), "MissingAuthenticationTokenException")
	equal(t, got.header.Get("Access-Control-Allow-Origin"), "") // a response of its own takes nothing from the default
}

// The claims reach the backend as texts. Source: an event as printed in
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html and AWS's samples.
func TestClaimsReachTheBackend(t *testing.T) {
	var event []byte
	f := start(t, config{backends: apigateway.Backends{
		Verify: verify,
		Invoke: func(_ context.Context, _, _ string, in []byte) ([]byte, error) {
			event = in
			return []byte(`{}`), nil
		},
	}})
	a := f.imported(`{"openapi":"3.0.1","info":{"title":"notes"},"paths":{"/":{"get":{"security":[{"users":[]}],` +
		`"x-amazon-apigateway-integration":{"type":"aws_proxy","httpMethod":"POST","uri":"` + lambdaURI + `"}}}},` +
		`"components":{"securitySchemes":{"users":` + cognitoScheme("us-east-1_a") + `}}}`)
	a.deploy("beta")
	raw := token(map[string]any{
		"iss": pool("us-east-1_a"), "token_use": "id", "exp": 1893456000, "iat": 1767225600, "auth_time": 1767225600,
		"email_verified": true, "cognito:groups": []string{"admins", "users"},
	})
	equal(t, a.request("GET", "/beta", "", "Authorization: "+raw).status, 200)
	var got struct {
		RequestContext struct {
			Authorizer struct{ Claims map[string]string }
		}
	}
	if err := json.Unmarshal(event, &got); err != nil {
		t.Fatal(err)
	}
	equal(t, got.RequestContext.Authorizer.Claims, map[string]string{
		"iss": pool("us-east-1_a"), "token_use": "id", "exp": "Tue Jan 01 00:00:00 UTC 2030",
		"iat": "Thu Jan 01 00:00:00 UTC 2026", "auth_time": "1767225600", "email_verified": "true",
		"cognito:groups": "admins,users",
	})
}

// Source: API reference of CreateDeployment: a deployment is a snapshot.
func TestAChangeIsServedOnlyAfterADeployment(t *testing.T) {
	a := guardedStage(t, apigateway.Facts{}, "")
	get := func() int { return a.request("GET", "/beta", "").status }
	a.mustPut(types.PutModeOverwrite, openAPI(`"/":{"get":{`+mockOperation+`}}`, ""))
	equal(t, get(), 401)
	a.deploy("beta")
	equal(t, get(), 200)
}
