package userpool

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/controllers/engine"
)

func createPoolInput(want *poolSettings, tags map[string]string) *cip.CreateUserPoolInput {
	laid := engine.Overlay(poolFields, want, nil)
	var schema []types.SchemaAttributeType
	for _, a := range laid.SchemaAttributes {
		schema = append(schema, unprefixed(a))
	}
	return &cip.CreateUserPoolInput{
		PoolName:                    &want.Name,
		UsernameAttributes:          laid.UsernameAttributes,
		AutoVerifiedAttributes:      laid.AutoVerifiedAttributes,
		AdminCreateUserConfig:       laid.AdminCreateUserConfig,
		Policies:                    laid.Policies,
		EmailConfiguration:          laid.EmailConfiguration,
		SmsConfiguration:            laid.SmsConfiguration,
		AccountRecoverySetting:      laid.AccountRecoverySetting,
		UserAttributeUpdateSettings: laid.UserAttributeUpdateSettings,
		AliasAttributes:             laid.AliasAttributes,
		UsernameConfiguration:       laid.UsernameConfiguration,
		Schema:                      schema,
		DeletionProtection:          laid.DeletionProtection,
		VerificationMessageTemplate: laid.VerificationMessageTemplate,
		SmsAuthenticationMessage:    laid.SmsAuthenticationMessage,
		DeviceConfiguration:         laid.DeviceConfiguration,
		UserPoolTier:                laid.UserPoolTier,
		LambdaConfig:                laid.LambdaConfig,
		UserPoolAddOns:              laid.UserPoolAddOns,
		KeyConfiguration:            laid.KeyConfiguration,
		IssuerConfiguration:         laid.IssuerConfiguration,
		UserPoolTags:                tags,
	}
}

// updatePoolInput sends back all of a pool: Cognito sets what it is not given to its default.
func updatePoolInput(pool *types.UserPoolType, tags map[string]string) *cip.UpdateUserPoolInput {
	in := &cip.UpdateUserPoolInput{
		UserPoolId:                  pool.Id,
		PoolName:                    pool.Name,
		AccountRecoverySetting:      pool.AccountRecoverySetting,
		AutoVerifiedAttributes:      pool.AutoVerifiedAttributes,
		DeletionProtection:          pool.DeletionProtection,
		DeviceConfiguration:         pool.DeviceConfiguration,
		EmailConfiguration:          pool.EmailConfiguration,
		EmailVerificationMessage:    pool.EmailVerificationMessage,
		EmailVerificationSubject:    pool.EmailVerificationSubject,
		IssuerConfiguration:         pool.IssuerConfiguration,
		KeyConfiguration:            pool.KeyConfiguration,
		LambdaConfig:                pool.LambdaConfig,
		MfaConfiguration:            pool.MfaConfiguration,
		Policies:                    pool.Policies,
		SmsAuthenticationMessage:    pool.SmsAuthenticationMessage,
		SmsConfiguration:            pool.SmsConfiguration,
		SmsVerificationMessage:      pool.SmsVerificationMessage,
		UserAttributeUpdateSettings: pool.UserAttributeUpdateSettings,
		UserPoolAddOns:              pool.UserPoolAddOns,
		UserPoolTags:                tags,
		UserPoolTier:                pool.UserPoolTier,
		VerificationMessageTemplate: pool.VerificationMessageTemplate,
	}
	// AWS adds it when read, and refuses it beside TemporaryPasswordValidityDays.
	in.AdminCreateUserConfig = adminConfig(pool)
	in.AdminCreateUserConfig.UnusedAccountValidityDays = 0
	if pool.SmsConfiguration == nil {
		// MFA by app alone: UpdateUserPool refuses the value without an SMS role, and keeps MFA as it is without it.
		in.MfaConfiguration = ""
	}
	template := pool.VerificationMessageTemplate
	if template != nil && template.DefaultEmailOption == types.DefaultEmailOptionTypeConfirmWithLink {
		// The old members mirror the template. With a link's texts in them Cognito would refuse them, or take them for those of codes.
		if text := in.EmailVerificationMessage; text != nil && aws.ToString(text) == aws.ToString(template.EmailMessageByLink) {
			in.EmailVerificationMessage = nil
		}
		if text := in.EmailVerificationSubject; text != nil && aws.ToString(text) == aws.ToString(template.EmailSubjectByLink) {
			in.EmailVerificationSubject = nil
		}
	}
	return in
}
