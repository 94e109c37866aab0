package harness

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	apigwtypes "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
)

// Inventory is all that the account holds, with ids replaced, so that two accounts can be compared.
type Inventory struct {
	Pools   []PoolItem
	APIs    []APIItem
	Granted []string
}

// PoolItem is a user pool, with what is in it.
type PoolItem struct {
	Name            string
	Settings        string
	SignIn          string
	Domain          string
	Triggers        string
	Tags            string
	Clients         []string
	ResourceServers []string
	Groups          []string
	Documents       []string
	Providers       []string
}

// APIItem is a REST API, with what is in it.
type APIItem struct {
	Name        string
	Methods     []string
	Authorizers []string
	Stages      []string
	Deployments int

	Tags             string
	GatewayResponses []string
}

// Inventory looks at everything in the account, and leaves no trace in the log of calls.
func (w *World) Inventory() Inventory {
	w.T.Helper()
	ctx := w.T.Context()
	var all Inventory
	for _, listed := range Must[*cip.ListUserPoolsOutput](w)(w.Cognito().ListUserPools(ctx, &cip.ListUserPoolsInput{MaxResults: aws.Int32(60)})).UserPools {
		all.Pools = append(all.Pools, w.Pool(ctx, *listed.Id))
	}
	for _, api := range Must[*apigateway.GetRestApisOutput](w)(w.Gateway().GetRestApis(ctx, &apigateway.GetRestApisInput{})).Items {
		all.APIs = append(all.APIs, w.API(ctx, api))
	}
	all.Granted = w.Granted()
	return all
}

var ourStatement = regexp.MustCompile(`"(securedapi-(\w+)[\w-]*)"`)

// Granted are the functions that one of our statements lets an API call, but for these APIs.
func (w *World) Granted(but ...string) (granted []string) {
	w.T.Helper()
	for _, function := range functions {
		name, alias, _ := strings.Cut(function, ":")
		policy, err := w.Lambda().GetPolicy(w.T.Context(), &lambda.GetPolicyInput{FunctionName: &name, Qualifier: Optional(alias)})
		if err != nil {
			if !awserr.Is(err, awserr.NotFound) {
				w.T.Fatal(err)
			}
			continue
		}
		for _, statement := range ourStatement.FindAllStringSubmatch(*policy.Policy, -1) {
			if !slices.Contains(but, statement[2]) {
				granted = append(granted, function)
				break
			}
		}
	}
	return granted
}

// Revoke takes our statements out of a function's policy.
func (w *World) Revoke(function string) {
	w.T.Helper()
	ctx := w.T.Context()
	name, alias, _ := strings.Cut(function, ":")
	policy := Must[*lambda.GetPolicyOutput](w)(w.Lambda().GetPolicy(ctx, &lambda.GetPolicyInput{FunctionName: &name, Qualifier: Optional(alias)}))
	for _, statement := range ourStatement.FindAllStringSubmatch(*policy.Policy, -1) {
		Must[*lambda.RemovePermissionOutput](w)(w.Lambda().RemovePermission(ctx, &lambda.RemovePermissionInput{
			FunctionName: &name, Qualifier: Optional(alias), StatementId: &statement[1],
		}))
	}
}

// Optional is nil for an empty text.
func Optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// risk is what a pool does about risks, nil where threat protection is off.
func (w *World) risk(ctx context.Context, api *cip.Client, pool *ciptypes.UserPoolType) []any {
	w.T.Helper()
	if pool.UserPoolAddOns == nil || pool.UserPoolAddOns.AdvancedSecurityMode == ciptypes.AdvancedSecurityModeTypeOff {
		return nil
	}
	found := Must[*cip.DescribeRiskConfigurationOutput](w)(api.DescribeRiskConfiguration(ctx, &cip.DescribeRiskConfigurationInput{UserPoolId: pool.Id})).RiskConfiguration
	return []any{
		pool.UserPoolAddOns, found.AccountTakeoverRiskConfiguration, found.CompromisedCredentialsRiskConfiguration, found.RiskExceptionConfiguration,
	}
}

// keyOf is the key of a customer that encrypts a pool. One of AWS need not be told.
func keyOf(pool *ciptypes.UserPoolType) string {
	if key := pool.KeyConfiguration; key != nil {
		return aws.ToString(key.KmsKeyArn)
	}
	return ""
}

// issuerOf tells whether a pool's tokens name the updated issuer.
func issuerOf(pool *ciptypes.UserPoolType) bool {
	return pool.IssuerConfiguration != nil && pool.IssuerConfiguration.Type == ciptypes.IssuerTypeUpdated
}

// logs are where a pool's logs go.
func (w *World) logs(ctx context.Context, api *cip.Client, id string) []ciptypes.LogConfigurationType {
	w.T.Helper()
	found := Must[*cip.GetLogDeliveryConfigurationOutput](w)(api.GetLogDeliveryConfiguration(ctx, &cip.GetLogDeliveryConfigurationInput{UserPoolId: &id})).LogDeliveryConfiguration.LogConfigurations
	return append([]ciptypes.LogConfigurationType{}, found...)
}

// Pool looks at a user pool.
func (w *World) Pool(ctx context.Context, id string) PoolItem {
	w.T.Helper()
	pool := Must[*cip.DescribeUserPoolOutput](w)(w.Cognito().DescribeUserPool(ctx, &cip.DescribeUserPoolInput{UserPoolId: &id})).UserPool
	item := PoolItem{Name: *pool.Name, Domain: w.pagesOf(ctx, pool)}
	p := pool.Policies.PasswordPolicy
	item.Settings = fmt.Sprint(pool.UsernameAttributes, pool.AutoVerifiedAttributes, pool.AdminCreateUserConfig.AllowAdminCreateUserOnly,
		*p.MinimumLength, p.RequireLowercase, p.RequireNumbers, p.RequireSymbols, p.RequireUppercase, p.TemporaryPasswordValidityDays,
		pool.MfaConfiguration, pool.UserPoolTier, pool.DeletionProtection, pool.UsernameConfiguration != nil && !aws.ToBool(pool.UsernameConfiguration.CaseSensitive),
		inWords(pool.VerificationMessageTemplate), inWords(pool.AdminCreateUserConfig.InviteMessageTemplate), inWords(pool.DeviceConfiguration), inWords(pool.SchemaAttributes), pool.AliasAttributes, aws.ToInt32(p.PasswordHistorySize), beforeUpdate(pool), inWords(pool.AccountRecoverySetting))
	mfa := Must[*cip.GetUserPoolMfaConfigOutput](w)(w.Cognito().GetUserPoolMfaConfig(ctx, &cip.GetUserPoolMfaConfigInput{UserPoolId: &id}))
	item.SignIn = inWords([]any{
		pool.Policies.SignInPolicy, pool.EmailConfiguration, pool.SmsConfiguration, mfa.MfaConfiguration, mfa.SoftwareTokenMfaConfiguration,
		mfa.SmsMfaConfiguration, mfa.EmailMfaConfiguration, mfa.WebAuthnConfiguration, pool.SmsAuthenticationMessage, w.risk(ctx, w.Cognito(), pool), w.logs(ctx, w.Cognito(), id), keyOf(pool), issuerOf(pool), w.AWS.WAF.WebACL(*pool.Arn),
	})
	clients := Must[*cip.ListUserPoolClientsOutput](w)(w.Cognito().ListUserPoolClients(ctx, &cip.ListUserPoolClientsInput{UserPoolId: &id, MaxResults: aws.Int32(60)}))
	names := map[string]string{}
	for _, listed := range clients.UserPoolClients {
		names[*listed.ClientId] = *listed.ClientName
		c := Must[*cip.DescribeUserPoolClientOutput](w)(w.Cognito().DescribeUserPoolClient(ctx, &cip.DescribeUserPoolClientInput{UserPoolId: &id, ClientId: listed.ClientId})).UserPoolClient
		item.Clients = append(item.Clients, fmt.Sprint(*c.ClientName, sorted(c.CallbackURLs), sorted(c.LogoutURLs), sorted(c.AllowedOAuthFlows), sorted(c.AllowedOAuthScopes),
			aws.ToBool(c.AllowedOAuthFlowsUserPoolClient), w.countSecrets(ctx, c), w.admitted(*c.ClientId), sorted(c.SupportedIdentityProviders), c.PreventUserExistenceErrors, sorted(c.ExplicitAuthFlows),
			aws.ToString(c.DefaultRedirectURI), sorted(c.ReadAttributes), sorted(c.WriteAttributes), aws.ToBool(c.EnablePropagateAdditionalUserContextData), tokensOf(c), w.styleOf(ctx, id, c.ClientId), w.classicOf(ctx, id, c.ClientId)))
	}
	servers := Must[*cip.ListResourceServersOutput](w)(w.Cognito().ListResourceServers(ctx, &cip.ListResourceServersInput{UserPoolId: &id, MaxResults: aws.Int32(50)}))
	for _, rs := range servers.ResourceServers {
		scopes := map[string]string{}
		for _, scope := range rs.Scopes {
			scopes[*scope.ScopeName] = *scope.ScopeDescription
		}
		item.ResourceServers = append(item.ResourceServers, fmt.Sprint(*rs.Identifier, scopes))
	}
	for _, g := range Must[*cip.ListGroupsOutput](w)(w.Cognito().ListGroups(ctx, &cip.ListGroupsInput{UserPoolId: &id})).Groups {
		item.Groups = append(item.Groups, fmt.Sprint(*g.GroupName, aws.ToString(g.Description), aws.ToInt32(g.Precedence), aws.ToString(g.RoleArn)))
	}
	item.Domain += w.classicOf(ctx, id, nil) + w.replicasOf(ctx, id)
	item.Documents = w.documents(ctx, id, names)
	for _, listed := range Must[*cip.ListIdentityProvidersOutput](w)(w.Cognito().ListIdentityProviders(ctx, &cip.ListIdentityProvidersInput{UserPoolId: &id})).Providers {
		p := Must[*cip.DescribeIdentityProviderOutput](w)(w.Cognito().DescribeIdentityProvider(ctx, &cip.DescribeIdentityProviderInput{UserPoolId: &id, ProviderName: listed.ProviderName})).IdentityProvider
		if p.ProviderDetails["ActiveEncryptionCertificate"] != "" {
			p.ProviderDetails["ActiveEncryptionCertificate"] = "its own" // another one in each pool
		}
		item.Providers = append(item.Providers, fmt.Sprint(*p.ProviderName, p.ProviderType, p.ProviderDetails, p.AttributeMapping, sorted(p.IdpIdentifiers)))
	}
	item.Triggers, item.Tags = inWords(pool.LambdaConfig), w.tags(pool.UserPoolTags)
	slices.Sort(item.Clients)
	slices.Sort(item.ResourceServers)
	slices.Sort(item.Groups)
	return item
}

// tokensOf is what becomes of a client's tokens.
func tokensOf(c *ciptypes.UserPoolClientType) string {
	var units ciptypes.TokenValidityUnitsType
	if c.TokenValidityUnits != nil {
		units = *c.TokenValidityUnits
	}
	rotation := "never"
	if r := c.RefreshTokenRotation; r != nil {
		rotation = fmt.Sprint(r.Feature, aws.ToInt32(r.RetryGracePeriodSeconds))
	}
	return fmt.Sprintf("access %d %s, id %d %s, refresh %d %s, session %d, revocation %t, rotation %s",
		aws.ToInt32(c.AccessTokenValidity), units.AccessToken, aws.ToInt32(c.IdTokenValidity), units.IdToken,
		c.RefreshTokenValidity, units.RefreshToken, aws.ToInt32(c.AuthSessionValidity), aws.ToBool(c.EnableTokenRevocation), rotation)
}

// beforeUpdate are the addresses that change once they are verified. No settings are the same as none of them.
func beforeUpdate(pool *ciptypes.UserPoolType) []ciptypes.VerifiedAttributeType {
	if pool.UserAttributeUpdateSettings == nil {
		return nil
	}
	return pool.UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate
}

// countSecrets counts a client's secrets in Cognito: which of them is shown tells only how often they were replaced.
func (w *World) countSecrets(ctx context.Context, c *ciptypes.UserPoolClientType) int {
	w.T.Helper()
	return len(Must[*cip.ListUserPoolClientSecretsOutput](w)(w.Cognito().ListUserPoolClientSecrets(ctx, &cip.ListUserPoolClientSecretsInput{
		UserPoolId: c.UserPoolId, ClientId: c.ClientId,
	})).ClientSecrets)
}

// admitted tells of each Secret that is a client's whether Cognito gives a token for what it holds.
func (w *World) admitted(clientID string) (admitted []bool) {
	w.T.Helper()
	for _, secret := range w.Secrets() {
		if data := secret.Data; string(data["clientID"]) == clientID {
			admitted = append(admitted, w.Admits(data, string(data["clientSecret"])))
		}
	}
	return admitted
}

var clientID = regexp.MustCompile(`\w+`)

// API looks at a REST API.
func (w *World) API(ctx context.Context, api apigwtypes.RestApi) APIItem {
	w.T.Helper()
	item := APIItem{Name: *api.Name + " " + aws.ToString(api.Description) + " " + fmt.Sprint(api.EndpointConfiguration.Types)}
	authorizers := map[string]string{}
	for _, a := range Must[*apigateway.GetAuthorizersOutput](w)(w.Gateway().GetAuthorizers(ctx, &apigateway.GetAuthorizersInput{RestApiId: api.Id})).Items {
		authorizers[*a.Id] = "cognito"
		// Its name has the pool's id in it, and its audience those of clients, so accounts differ in them.
		item.Authorizers = append(item.Authorizers, fmt.Sprint(a.Type, len(a.ProviderARNs), *a.IdentitySource, aws.ToInt32(a.AuthorizerResultTtlInSeconds),
			len(clientID.FindAllString(aws.ToString(a.IdentityValidationExpression), -1))))
	}
	slices.Sort(item.Authorizers)
	resources := Must[*apigateway.GetResourcesOutput](w)(w.Gateway().GetResources(ctx, &apigateway.GetResourcesInput{RestApiId: api.Id, Embed: []string{"methods"}, Limit: aws.Int32(500)}))
	for _, resource := range resources.Items {
		for name, m := range resource.ResourceMethods {
			integration := *m.MethodIntegration
			item.Methods = append(item.Methods, fmt.Sprint(name, *resource.Path, *m.AuthorizationType, authorizers[aws.ToString(m.AuthorizerId)], sorted(m.AuthorizationScopes),
				integration.Type, aws.ToString(integration.HttpMethod), aws.ToString(integration.Uri), integration.RequestParameters, integration.RequestTemplates, responses(integration)))
		}
	}
	slices.Sort(item.Methods)
	item.Tags = w.tags(api.Tags)
	for _, r := range Must[*apigateway.GetGatewayResponsesOutput](w)(w.Gateway().GetGatewayResponses(ctx, &apigateway.GetGatewayResponsesInput{RestApiId: api.Id})).Items {
		if !r.DefaultResponse {
			item.GatewayResponses = append(item.GatewayResponses, fmt.Sprint(r.ResponseType, aws.ToString(r.StatusCode), r.ResponseParameters, r.ResponseTemplates))
		}
	}
	slices.Sort(item.GatewayResponses)
	for _, stage := range Must[*apigateway.GetStagesOutput](w)(w.Gateway().GetStages(ctx, &apigateway.GetStagesInput{RestApiId: api.Id})).Item {
		d := Must[*apigateway.GetDeploymentOutput](w)(w.Gateway().GetDeployment(ctx, &apigateway.GetDeploymentInput{RestApiId: api.Id, DeploymentId: stage.DeploymentId}))
		// The digest holds the pool's ARN, so accounts differ in it; that there is one counts here.
		item.Stages = append(item.Stages, fmt.Sprint(*stage.StageName, strings.HasPrefix(aws.ToString(d.Description), "sha256:"),
			stage.Variables, stage.CanarySettings != nil, stage.CacheClusterEnabled, w.tags(stage.Tags)))
	}
	item.Deployments = len(Must[*apigateway.GetDeploymentsOutput](w)(w.Gateway().GetDeployments(ctx, &apigateway.GetDeploymentsInput{RestApiId: api.Id})).Items)
	return item
}

// tags are the owner's of a resource, in words, without what differs from one creation to the next. Those of people survive,
// and a fresh build has none.
func (w *World) tags(tags map[string]string) string {
	all := maps.Clone(tags)
	maps.DeleteFunc(all, func(key, _ string) bool { return !strings.HasPrefix(key, "securedapi.dev/") })
	for _, key := range []string{engine.TagToken, engine.TagUID, engine.TagNamespaceUID} {
		if _, tagged := all[key]; tagged {
			all[key] = "…"
		}
	}
	return strings.ReplaceAll(fmt.Sprint(all), w.Namespace, "ns")
}

// inWords is a value of the SDK as JSON.
func inWords(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func responses(integration apigwtypes.Integration) string {
	var all []string
	for _, status := range slices.Sorted(maps.Keys(integration.IntegrationResponses)) {
		all = append(all, fmt.Sprint(status, integration.IntegrationResponses[status].ResponseParameters))
	}
	return strings.Join(all, " ")
}

func sorted[S ~string](list []S) []S { return slices.Sorted(slices.Values(list)) }

// Normalised is the inventory without what tells two worlds apart: names, and how often was deployed.
func Normalised(w *World) Inventory {
	all := w.Inventory()
	for i := range all.Pools {
		all.Pools[i].Name = strings.ReplaceAll(all.Pools[i].Name, w.Namespace, "ns")
	}
	for i := range all.APIs {
		all.APIs[i].Name = strings.ReplaceAll(all.APIs[i].Name, w.Namespace, "ns")
		all.APIs[i].Deployments = 0
	}
	return all
}

// Anonymous is what status says of routes, clients and conditions, without ids and times.
func Anonymous(w *World, o *v1alpha1.SecuredAPI) map[string]any {
	var clients, parts, conditions []string
	for _, c := range o.Status.Clients {
		clients = append(clients, c.Name+" "+c.SecretName)
	}
	for i := range o.Status.Resources {
		if rec := &o.Status.Resources[i]; rec.Verified != nil {
			parts = append(parts, rec.Name)
		}
	}
	for _, c := range o.Status.Conditions {
		conditions = append(conditions, c.Type+" "+string(c.Status)+" "+c.Reason)
	}
	api := v1alpha1.APIStatus{ID: "none"}
	if o.Status.API != nil {
		api = *o.Status.API
	}
	replace := strings.NewReplacer(w.AWS.URL, "AWS", o.Status.UserPool.ID, "POOL", api.ID, "API").Replace
	return map[string]any{
		"clients": sorted(clients), "verified": sorted(parts), "conditions": sorted(conditions), "routes": api.Routes, "tokens": api.Clients,
		"functions": Held(&o.Status, "permission/"), "stage": Held(&o.Status, "stage/"),
		"endpoint": replace(o.Status.Endpoint), "domain": replace(o.Status.Domain), "issuer": replace(o.Status.Issuer),
		"pool": Record(&o.Status, "domain").ID + " " + strings.Join(Held(&o.Status, "resourceServer/"), " "),
	}
}
