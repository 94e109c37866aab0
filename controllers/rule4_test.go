package controllers_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
)

func TestRule4WhatTheSpecDoesNotNameSurvives(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever)
	object := w.create(w.recipe())
	w.awaitReady(object)
	pool := w.describePool()
	must[*cip.UpdateUserPoolOutput](w)(w.cognito().UpdateUserPool(t.Context(), &cip.UpdateUserPoolInput{
		UserPoolId: pool.Id, AutoVerifiedAttributes: pool.AutoVerifiedAttributes,
		Policies: pool.Policies, UserPoolTags: map[string]string{
			engine.TagCluster: pool.UserPoolTags[engine.TagCluster], engine.TagNamespace: pool.UserPoolTags[engine.TagNamespace],
			engine.TagName: pool.UserPoolTags[engine.TagName], engine.TagUID: pool.UserPoolTags[engine.TagUID], "team": "blue",
		},
		DeletionProtection:       ciptypes.DeletionProtectionTypeActive,
		EmailVerificationSubject: aws.String("By hand"), EmailVerificationMessage: aws.String("The code is {####}"),
		AccountRecoverySetting: &ciptypes.AccountRecoverySettingType{RecoveryMechanisms: []ciptypes.RecoveryOptionType{{Name: "admin_only", Priority: aws.Int32(1)}}},
	}))
	must[*cip.SetUserPoolMfaConfigOutput](w)(w.cognito().SetUserPoolMfaConfig(t.Context(), &cip.SetUserPoolMfaConfigInput{
		UserPoolId: pool.Id, MfaConfiguration: ciptypes.UserPoolMfaTypeOptional, SoftwareTokenMfaConfiguration: &ciptypes.SoftwareTokenMfaConfigType{Enabled: true},
	}))
	clientID := object.Status.Clients[0].ID
	c := must[*cip.DescribeUserPoolClientOutput](w)(w.cognito().DescribeUserPoolClient(t.Context(), &cip.DescribeUserPoolClientInput{UserPoolId: pool.Id, ClientId: &clientID})).UserPoolClient
	must[*cip.UpdateUserPoolClientOutput](w)(w.cognito().UpdateUserPoolClient(t.Context(), &cip.UpdateUserPoolClientInput{
		UserPoolId: pool.Id, ClientId: &clientID, CallbackURLs: c.CallbackURLs, LogoutURLs: c.LogoutURLs, AllowedOAuthFlows: c.AllowedOAuthFlows,
		AllowedOAuthScopes: c.AllowedOAuthScopes, AllowedOAuthFlowsUserPoolClient: true, SupportedIdentityProviders: c.SupportedIdentityProviders,
		AccessTokenValidity: aws.Int32(12), IdTokenValidity: aws.Int32(12), RefreshTokenValidity: 7,
		TokenValidityUnits: &ciptypes.TokenValidityUnitsType{AccessToken: "minutes", IdToken: "minutes", RefreshToken: "days"},
	}))
	w.update(object, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.PasswordPolicy.MinimumLength = 10
		o.Spec.Clients[0].Scopes = []string{"openid"}
	})
	w.awaitReady(object)
	pool = w.describePool()
	if *pool.Policies.PasswordPolicy.MinimumLength != 10 {
		t.Errorf("what the spec names is changed: %+v", pool.Policies.PasswordPolicy)
	}
	if pool.DeletionProtection != ciptypes.DeletionProtectionTypeActive || aws.ToString(pool.EmailVerificationSubject) != "By hand" ||
		pool.UserPoolTags["team"] != "blue" || pool.MfaConfiguration != ciptypes.UserPoolMfaTypeOptional ||
		pool.AccountRecoverySetting.RecoveryMechanisms[0].Name != "admin_only" {
		t.Errorf("what it does not name survives: %+v", pool)
	}
	c = must[*cip.DescribeUserPoolClientOutput](w)(w.cognito().DescribeUserPoolClient(t.Context(), &cip.DescribeUserPoolClientInput{UserPoolId: pool.Id, ClientId: &clientID})).UserPoolClient
	if aws.ToInt32(c.AccessTokenValidity) != 12 || c.RefreshTokenValidity != 7 || c.TokenValidityUnits.AccessToken != "minutes" || len(c.AllowedOAuthScopes) != 1 {
		t.Errorf("so it is with clients: %+v", c)
	}
}
