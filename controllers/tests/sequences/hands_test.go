package sequences_test

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	apigwtypes "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"pgregory.net/rapid"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// hands are what people do by hand to what the operator made, each of which it has to repair. They return false where
// there was nothing to do it to.
var hands = map[string]func(*model, *rapid.T) bool{
	"changes the password policy": func(m *model, r *rapid.T) bool {
		// Where the spec has none, it is nobody's business.
		return m.object.Spec.UserPool.PasswordPolicy != nil && m.editPool(func(in *cip.UpdateUserPoolInput) {
			in.Policies.PasswordPolicy.MinimumLength = aws.Int32(rapid.Int32Range(6, 99).Draw(r, "length"))
			in.Policies.PasswordPolicy.RequireSymbols = !in.Policies.PasswordPolicy.RequireSymbols
		})
	},
	"turns sign-up over": func(m *model, _ *rapid.T) bool {
		return m.editPool(func(in *cip.UpdateUserPoolInput) {
			if m.object.Spec.UserPool.SelfSignUp != "" {
				in.AdminCreateUserConfig.AllowAdminCreateUserOnly = !in.AdminCreateUserConfig.AllowAdminCreateUserOnly
			}
			if m.object.Spec.UserPool.AutoVerify != nil {
				in.AutoVerifiedAttributes = nil
				in.UserAttributeUpdateSettings = &ciptypes.UserAttributeUpdateSettingsType{AttributesRequireVerificationBeforeUpdate: []ciptypes.VerifiedAttributeType{}}
			}
		})
	},
	"deletes the pool": func(m *model, _ *rapid.T) bool {
		pool := m.poolInAWS()
		if pool == nil {
			return false
		}
		m.deleteDomain(pool)
		m.deleteCustomDomain(pool)
		do(m.World, m.Cognito().DeleteUserPool, &cip.DeleteUserPoolInput{UserPoolId: pool.Id})
		m.lost[*pool.Id] = true
		return true
	},
	"deletes the domain": func(m *model, _ *rapid.T) bool { return m.deleteDomain(m.poolInAWS()) },
	"moves the domain": func(m *model, _ *rapid.T) bool {
		pool := m.poolInAWS()
		// Where the spec asks for none, one made by hand is nobody's business.
		if m.object.Spec.DomainPrefix() == "" || !m.deleteDomain(pool) {
			return false
		}
		do(m.World, m.Cognito().CreateUserPoolDomain, &cip.CreateUserPoolDomainInput{UserPoolId: pool.Id, Domain: aws.String(foreignName)})
		return true
	},
	"deletes a client": func(m *model, r *rapid.T) bool {
		c := m.drawClient(r)
		if c == nil {
			return false
		}
		do(m.World, m.Cognito().DeleteUserPoolClient, &cip.DeleteUserPoolClientInput{UserPoolId: c.UserPoolId, ClientId: c.ClientId})
		return true
	},
	"changes a client": func(m *model, r *rapid.T) bool {
		return m.editClient(r, func(in *cip.UpdateUserPoolClientInput) {
			in.LogoutURLs = []string{"https://by-hand.example.com/"}
			in.AllowedOAuthScopes = in.AllowedOAuthScopes[:min(1, len(in.AllowedOAuthScopes))]
		})
	},
	"deletes a resource server": func(m *model, r *rapid.T) bool {
		rs := m.drawResourceServer(r)
		if rs == nil {
			return false
		}
		do(m.World, m.Cognito().DeleteResourceServer, &cip.DeleteResourceServerInput{UserPoolId: rs.UserPoolId, Identifier: rs.Identifier})
		return true
	},
	"changes a resource server": func(m *model, r *rapid.T) bool {
		rs := m.drawResourceServer(r)
		if rs == nil {
			return false
		}
		do(m.World, m.Cognito().UpdateResourceServer, &cip.UpdateResourceServerInput{
			UserPoolId: rs.UserPoolId, Identifier: rs.Identifier, Name: rs.Name,
			Scopes: []ciptypes.ResourceServerScopeType{{ScopeName: aws.String(foreignName), ScopeDescription: aws.String("By hand")}},
		})
		return true
	},
	"deletes the custom domain": func(m *model, _ *rapid.T) bool { return m.deleteCustomDomain(m.poolInAWS()) },
	"deletes the API": func(m *model, _ *rapid.T) bool {
		api := m.apiInAWS()
		if api == nil {
			return false
		}
		do(m.World, m.Gateway().DeleteRestApi, &apigateway.DeleteRestApiInput{RestApiId: api.Id})
		m.lost[*api.Id] = true
		return true
	},
	"deletes the stage": func(m *model, _ *rapid.T) bool {
		stage := m.stageInAWS()
		if stage == nil {
			return false
		}
		do(m.World, m.Gateway().DeleteStage, &apigateway.DeleteStageInput{RestApiId: m.apiInAWS().Id, StageName: stage.StageName})
		return true
	},
	"deploys":                    func(m *model, _ *rapid.T) bool { return m.deploy() },
	"opens a method":             func(m *model, r *rapid.T) bool { return m.open(r) },
	"opens a method and deploys": func(m *model, r *rapid.T) bool { return m.stageInAWS() != nil && m.open(r) && m.deploy() },
	"rolls back": func(m *model, r *rapid.T) bool {
		stage, api := m.stageInAWS(), m.apiInAWS()
		if stage == nil {
			return false
		}
		deployments := do(m.World, m.Gateway().GetDeployments, &apigateway.GetDeploymentsInput{RestApiId: api.Id}).Items
		id := *one(r, "deployment", deployments).Id
		do(m.World, m.Gateway().UpdateStage, &apigateway.UpdateStageInput{
			RestApiId: api.Id, StageName: stage.StageName, PatchOperations: patch("/deploymentId", id),
		})
		if id != *stage.DeploymentId {
			m.byHand[*stage.StageName] = id
		}
		return true
	},
	"deletes a method": func(m *model, r *rapid.T) bool {
		resource, method := m.drawMethod(r)
		if resource == nil {
			return false
		}
		do(m.World, m.Gateway().DeleteMethod, &apigateway.DeleteMethodInput{RestApiId: m.apiInAWS().Id, ResourceId: resource.Id, HttpMethod: &method})
		return true
	},
	"changes an integration": func(m *model, r *rapid.T) bool {
		resource, method := m.drawMethod(r)
		// A mock calls nothing, whatever it would call it with.
		if resource == nil || resource.ResourceMethods[method].MethodIntegration.Type == apigwtypes.IntegrationTypeMock {
			return false
		}
		do(m.World, m.Gateway().UpdateIntegration, &apigateway.UpdateIntegrationInput{
			RestApiId: m.apiInAWS().Id, ResourceId: resource.Id, HttpMethod: &method, PatchOperations: patch("/httpMethod", "PATCH"),
		})
		return true
	},
	"points the authorizer elsewhere": func(m *model, _ *rapid.T) bool {
		api := m.apiInAWS()
		if api == nil {
			return false
		}
		authorizers := do(m.World, m.Gateway().GetAuthorizers, &apigateway.GetAuthorizersInput{RestApiId: api.Id}).Items
		if len(authorizers) == 0 {
			return false
		}
		const other = "arn:aws:cognito-idp:us-east-1:111111111111:userpool/us-east-1_ByHand"
		do(m.World, m.Gateway().UpdateAuthorizer, &apigateway.UpdateAuthorizerInput{
			RestApiId: api.Id, AuthorizerId: authorizers[0].Id,
			PatchOperations: []apigwtypes.PatchOperation{{Op: apigwtypes.OpAdd, Path: aws.String("/providerARNs"), Value: aws.String(other)}},
		})
		return true
	},
	"takes a permission": func(m *model, r *rapid.T) bool {
		function := one(r, "function", m.Granted())
		if function == nil {
			return false
		}
		m.Revoke(*function)
		return true
	},
	"deletes a Secret": func(m *model, r *rapid.T) bool {
		secret := one(r, "secret", m.Secrets())
		return secret != nil && client.IgnoreNotFound(m.Client.Delete(m.T.Context(), secret)) == nil
	},
}

// editPool changes the pool as a careful person does, who keeps the rest.
func (m *model) editPool(edit func(*cip.UpdateUserPoolInput)) bool {
	pool := m.poolInAWS()
	if pool == nil {
		return false
	}
	in := convert[cip.UpdateUserPoolInput](m.World, pool)
	in.UserPoolId, in.PoolName, in.AdminCreateUserConfig.UnusedAccountValidityDays = pool.Id, pool.Name, 0
	edit(in)
	do(m.World, m.Cognito().UpdateUserPool, in)
	return true
}

func (m *model) editClient(r *rapid.T, edit func(*cip.UpdateUserPoolClientInput)) bool {
	c := m.drawClient(r)
	if c == nil {
		return false
	}
	in := convert[cip.UpdateUserPoolClientInput](m.World, c)
	edit(in)
	// Cognito refuses it where a scope is gone that the client asks for.
	if _, err := m.Cognito().UpdateUserPoolClient(m.T.Context(), in); err != nil {
		return false
	}
	return true
}

func (m *model) deleteDomain(pool *ciptypes.UserPoolType) bool {
	if pool == nil || pool.Domain == nil {
		return false
	}
	do(m.World, m.Cognito().DeleteUserPoolDomain, &cip.DeleteUserPoolDomainInput{UserPoolId: pool.Id, Domain: pool.Domain})
	return true
}

func (m *model) deleteCustomDomain(pool *ciptypes.UserPoolType) bool {
	if pool == nil || pool.CustomDomain == nil {
		return false
	}
	do(m.World, m.Cognito().DeleteUserPoolDomain, &cip.DeleteUserPoolDomainInput{UserPoolId: pool.Id, Domain: pool.CustomDomain})
	return true
}

// deploy makes the stage serve the working copy, whatever it is.
func (m *model) deploy() bool {
	stage := m.stageInAWS()
	if stage == nil {
		return false
	}
	deployment := do(m.World, m.Gateway().CreateDeployment, &apigateway.CreateDeploymentInput{
		RestApiId: m.apiInAWS().Id, StageName: stage.StageName, Description: aws.String("By hand"),
	})
	m.byHand[*stage.StageName] = *deployment.Id
	return true
}

// open takes the authorizer off a method of the working copy.
func (m *model) open(r *rapid.T) bool {
	resource, method := m.drawMethod(r)
	if resource == nil {
		return false
	}
	do(m.World, m.Gateway().UpdateMethod, &apigateway.UpdateMethodInput{
		RestApiId: m.apiInAWS().Id, ResourceId: resource.Id, HttpMethod: &method, PatchOperations: patch("/authorizationType", "NONE"),
	})
	return true
}

func patch(path, value string) []apigwtypes.PatchOperation {
	return []apigwtypes.PatchOperation{{Op: apigwtypes.OpReplace, Path: &path, Value: &value}}
}
