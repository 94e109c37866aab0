package apigateway_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/hack/awslocal/apigateway"
	"github.com/securedapi/securedapi/hack/awslocal/wire/wiretest"
)

// cognitoScheme is a security scheme that becomes a Cognito authorizer.
func cognitoScheme(poolID string) string {
	return `{"type":"apiKey","name":"Authorization","in":"header","x-amazon-apigateway-authtype":"cognito_user_pools",` +
		`"x-amazon-apigateway-authorizer":{"type":"cognito_user_pools","providerARNs":["` + pool(poolID) + `"]}}`
}

// guarded is a document with one operation and its security, and security schemes.
func guarded(security, schemes, rest string) string {
	if rest != "" {
		rest = "," + rest
	}
	return openAPI(`"/":{"get":{`+security+mockOperation+`}}`, `"components":{"securitySchemes":{`+schemes+`}}`+rest)
}

func TestImportedSecurity(t *testing.T) {
	const incomplete = `{"type":"apiKey","name":"Authorization","in":"header","x-amazon-apigateway-authtype":"cognito_user_pools"}`
	users := `"users":` + cognitoScheme("us-east-1_a")
	const token = `"jwt":{"type":"apiKey","name":"Auth","in":"header","x-amazon-apigateway-authtype":"oauth2",` +
		`"x-amazon-apigateway-authorizer":{"type":"token","authorizerUri":"` + lambdaURI + `","authorizerCredentials":"",` +
		`"identitySource":"","authorizerResultTtlInSeconds":60}}`
	const apiKey = `"key":{"type":"apiKey","name":"x-api-key","in":"header"}`
	for _, row := range []struct {
		name, source, document string
		want                   string // kind, has an authorizer, scopes, API key
	}{
		{
			"no scopes", "test_import_with_cognito_auth_identity_source, 2025-07-02",
			guarded(`"security":[{"users":[]}],`, users, ""), "COGNITO_USER_POOLS true [] false",
		},
		{
			"scopes", "test_import_with_cognito_auth_identity_source, 2025-07-02",
			guarded(`"security":[{"users":["email","openid"]}],`, users, ""), "COGNITO_USER_POOLS true [email openid] false",
		},
		{
			"the document's security", "test_import_with_cognito_auth_identity_source, 2025-07-02",
			guarded("", users, `"security":[{"users":["email"]}]`), "COGNITO_USER_POOLS true [email] false",
		},
		{
			"the operation's goes before it", "test_import_with_cognito_auth_identity_source, 2025-07-02",
			guarded(`"security":[{"users":["openid"]}],`, users, `"security":[{"users":["email"]}]`),
			"COGNITO_USER_POOLS true [openid] false",
		},
		{
			"even if it asks for nothing", "OpenAPI 3.0.1, operation object",
			guarded(`"security":[],`, users, `"security":[{"users":[]}]`), "NONE false [] false",
		},
		{
			"a Lambda authorizer", "test_import_swagger_api, 2025-07-03",
			guarded(`"security":[{"jwt":[]}],`, token, ""), "CUSTOM true [] false",
		},
		{
			"an API key", "test_import_and_validate_rest_api[openapi.spec.tf.json], 2025-07-02",
			guarded(`"security":[{"key":[]}],`, apiKey, ""), "NONE false [] true",
		},
		{
			"an API key beside an authorizer", "test_import_rest_api, 2025-07-02 (the document's /just_do_it)",
			guarded(`"security":[{"jwt":[]},{"key":[]}],`, token+","+apiKey, ""), "CUSTOM true [] true",
		},
		{
			"IAM", "developer guide, api-gateway-swagger-extensions-authtype",
			guarded(`"security":[{"iam":[]}],`, `"iam":{"type":"apiKey","name":"Authorization","in":"header",`+
				`"x-amazon-apigateway-authtype":"awsSigv4"}`, ""), "AWS_IAM false [] false",
		},
		{
			"a scheme without API Gateway's extensions is ignored", "amazon-archives/aws-apigateway-importer#187",
			guarded(`"security":[{"oauth":[]}],`, `"oauth":{"type":"oauth2"}`, ""), "NONE false [] false",
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			wiretest.Source(t, row.source)
			m := start(t, config{}).imported(row.document).embedded()[0].ResourceMethods["GET"]
			got := fmt.Sprint(*m.AuthorizationType, " ", m.AuthorizerId != nil, " ", m.AuthorizationScopes, " ", *m.ApiKeyRequired)
			if got != row.want {
				t.Errorf("source: %s\n%s, want %s", row.source, got, row.want)
			}
		})
	}
	authorizers := func(document string) func(*fixture) {
		return func(f *fixture) {
			try(f.sdk.GetAuthorizers(f.Context(), &sdk.GetAuthorizersInput{RestApiId: f.imported(document).id}))
		}
	}
	const unmade = "Unable to create authorizer from security definition: 'users'. Extension x-amazon-apigateway-authorizer " +
		"is required. Any methods with security: 'users' will not be created. If this security definition is not a custom " +
		"authorizer, remove the x-amazon-apigateway-authtype extension and it will be ignored."
	check(t, []behavior{{
		name: "a Cognito authorizer", source: "test_import_with_cognito_auth_identity_source, 2025-07-02",
		do: authorizers(guarded("", users, "")),
		want: `200 {"item":[{"authType":"cognito_user_pools","id":"*","identitySource":"method.request.header.Authorization",` +
			`"name":"users","providerARNs":["` + pool("us-east-1_a") + `"],"type":"COGNITO_USER_POOLS"}]}`,
	}, {
		name: "a Lambda authorizer takes the scheme's header", source: "test_import_swagger_api, 2025-07-03",
		do: authorizers(guarded("", token, "")),
		want: `200 {"item":[{"authType":"oauth2","authorizerResultTtlInSeconds":60,"authorizerUri":"` + lambdaURI +
			`","id":"*","identitySource":"method.request.header.Auth","name":"jwt","type":"TOKEN"}]}`,
	}, {
		name: "a scheme that is marked and doesn't say how", source: "amazon-archives/aws-apigateway-importer#187",
		do:   func(f *fixture) { f.tryImport(guarded(`"security":[{"users":[]}],`, `"users":`+incomplete, ""), true) },
		want: "400 BadRequestException: Warnings found during import:\n\t" + unmade,
	}, {
		name: "its methods aren't made", source: "amazon-archives/aws-apigateway-importer#187",
		do: func(f *fixture) {
			out := must(f.sdk.ImportRestApi(f.Context(), &sdk.ImportRestApiInput{
				Body: []byte(guarded(`"security":[{"users":[]}],`, `"users":`+incomplete, "")),
			}))
			api{f, out.Id, out.RootResourceId}.embedded()
		},
		want: `200 {"item":[{"id":"*","path":"/"}]}`,
	}, {
		name:   "a scheme that isn't there",
		source: "modeled on the text for models, amazon-archives/aws-apigateway-importer#194",
		do:     func(f *fixture) { f.tryImport(guarded(`"security":[{"users":[]}],`, "", ""), true) },
		want: "400 BadRequestException: Warnings found during import:\n\t" +
			"Reference to security definition 'users' not found. Ignoring.",
	}})
}

// The two old reports against imports, as switches.
func TestOldReportsOnImportedAuthorizers(t *testing.T) {
	providers := func(t *testing.T, facts apigateway.Facts) []string {
		t.Helper()
		f := start(t, config{options: []apigateway.Option{apigateway.WithFacts(facts)}})
		a := f.imported(guarded(`"security":[{"users":[]}],`, `"users":`+cognitoScheme("us-east-1_old"), ""))
		must(f.sdk.PutRestApi(f.Context(), &sdk.PutRestApiInput{
			RestApiId: a.id, Mode: types.PutModeOverwrite,
			Body: []byte(guarded(`"security":[{"users":[]}],`, `"users":`+cognitoScheme("us-east-1_new"), "")),
		}))
		return must(f.sdk.GetAuthorizers(f.Context(), &sdk.GetAuthorizersInput{RestApiId: a.id})).Items[0].ProviderARNs
	}
	equal(t, providers(t, apigateway.Facts{}), []string{pool("us-east-1_new")})
	equal(t, providers(t, apigateway.Facts{KeepsAuthorizerOnPut: true}), []string{pool("us-east-1_old")})

	f := start(t, config{options: []apigateway.Option{apigateway.WithFacts(apigateway.Facts{DropsIncompleteAuthorizer: true})}})
	a := f.imported(guarded(`"security":[{"users":[]}],`, `"users":{"type":"apiKey","name":"Authorization","in":"header",`+
		`"x-amazon-apigateway-authtype":"cognito_user_pools"}`, ""))
	equal(t, aws.ToString(a.embedded()[0].ResourceMethods["GET"].AuthorizationType), "NONE")
}
