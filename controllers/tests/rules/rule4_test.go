package rules_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

func TestRule4SettingsThatTheSpecDoesNotNameAreKept(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	pool := w.DescribePool()
	harness.Must[*cip.UpdateUserPoolOutput](w)(w.Cognito().UpdateUserPool(t.Context(), &cip.UpdateUserPoolInput{
		UserPoolId: pool.Id, AutoVerifiedAttributes: pool.AutoVerifiedAttributes,
		Policies: pool.Policies, UserPoolTags: map[string]string{
			engine.TagCluster: pool.UserPoolTags[engine.TagCluster], engine.TagNamespace: pool.UserPoolTags[engine.TagNamespace],
			engine.TagName: pool.UserPoolTags[engine.TagName], engine.TagUID: pool.UserPoolTags[engine.TagUID], "team": "blue",
		},
		DeletionProtection:       ciptypes.DeletionProtectionTypeActive,
		EmailVerificationSubject: aws.String("By hand"), EmailVerificationMessage: aws.String("The code is {####}"),
		AccountRecoverySetting: &ciptypes.AccountRecoverySettingType{RecoveryMechanisms: []ciptypes.RecoveryOptionType{{Name: "admin_only", Priority: aws.Int32(1)}}},
	}))
	harness.Must[*cip.SetUserPoolMfaConfigOutput](w)(w.Cognito().SetUserPoolMfaConfig(t.Context(), &cip.SetUserPoolMfaConfigInput{
		UserPoolId: pool.Id, MfaConfiguration: ciptypes.UserPoolMfaTypeOptional, SoftwareTokenMfaConfiguration: &ciptypes.SoftwareTokenMfaConfigType{Enabled: true},
	}))
	clientID := object.Status.Clients[0].ID
	c := harness.Must[*cip.DescribeUserPoolClientOutput](w)(w.Cognito().DescribeUserPoolClient(t.Context(), &cip.DescribeUserPoolClientInput{UserPoolId: pool.Id, ClientId: &clientID})).UserPoolClient
	harness.Must[*cip.UpdateUserPoolClientOutput](w)(w.Cognito().UpdateUserPoolClient(t.Context(), &cip.UpdateUserPoolClientInput{
		UserPoolId: pool.Id, ClientId: &clientID, CallbackURLs: c.CallbackURLs, LogoutURLs: c.LogoutURLs, AllowedOAuthFlows: c.AllowedOAuthFlows,
		AllowedOAuthScopes: c.AllowedOAuthScopes, AllowedOAuthFlowsUserPoolClient: true, SupportedIdentityProviders: c.SupportedIdentityProviders,
		AccessTokenValidity: aws.Int32(12), IdTokenValidity: aws.Int32(12), RefreshTokenValidity: 7,
		TokenValidityUnits: &ciptypes.TokenValidityUnitsType{AccessToken: "minutes", IdToken: "minutes", RefreshToken: "days"},
	}))
	w.Update(object, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.PasswordPolicy.MinimumLength = 10
		o.Spec.Clients[0].Scopes = []string{"openid"}
	})
	w.AwaitReady(object)
	pool = w.DescribePool()
	if *pool.Policies.PasswordPolicy.MinimumLength != 10 {
		t.Errorf("what the spec names is changed: %+v", pool.Policies.PasswordPolicy)
	}
	if pool.DeletionProtection != ciptypes.DeletionProtectionTypeActive || aws.ToString(pool.EmailVerificationSubject) != "By hand" ||
		pool.UserPoolTags["team"] != "blue" || pool.MfaConfiguration != ciptypes.UserPoolMfaTypeOptional ||
		pool.AccountRecoverySetting.RecoveryMechanisms[0].Name != "admin_only" {
		t.Errorf("what it does not name survives: %+v", pool)
	}
	c = harness.Must[*cip.DescribeUserPoolClientOutput](w)(w.Cognito().DescribeUserPoolClient(t.Context(), &cip.DescribeUserPoolClientInput{UserPoolId: pool.Id, ClientId: &clientID})).UserPoolClient
	if aws.ToInt32(c.AccessTokenValidity) != 12 || c.RefreshTokenValidity != 7 || c.TokenValidityUnits.AccessToken != "minutes" || len(c.AllowedOAuthScopes) != 1 {
		t.Errorf("so it is with clients: %+v", c)
	}
}
