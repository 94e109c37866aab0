package userpool

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// Cognito's updates set what they are not given to its default. So every update sends back all that was read, with
// what the spec says laid over it: what the spec does not name survives.

func updatePoolInput(read *types.UserPoolType, desired Pool, tags map[string]string) *cip.UpdateUserPoolInput {
	in := &cip.UpdateUserPoolInput{
		UserPoolId:                  read.Id,
		PoolName:                    read.Name,
		AccountRecoverySetting:      read.AccountRecoverySetting,
		AdminCreateUserConfig:       adminConfig(read.AdminCreateUserConfig, desired),
		AutoVerifiedAttributes:      union(read.AutoVerifiedAttributes, desired.AutoVerifiedAttributes),
		DeletionProtection:          read.DeletionProtection,
		DeviceConfiguration:         read.DeviceConfiguration,
		EmailConfiguration:          read.EmailConfiguration,
		EmailVerificationMessage:    read.EmailVerificationMessage,
		EmailVerificationSubject:    read.EmailVerificationSubject,
		IssuerConfiguration:         read.IssuerConfiguration,
		KeyConfiguration:            read.KeyConfiguration,
		LambdaConfig:                read.LambdaConfig,
		MfaConfiguration:            read.MfaConfiguration,
		Policies:                    policies(read.Policies, desired),
		SmsAuthenticationMessage:    read.SmsAuthenticationMessage,
		SmsConfiguration:            read.SmsConfiguration,
		SmsVerificationMessage:      read.SmsVerificationMessage,
		UserAttributeUpdateSettings: read.UserAttributeUpdateSettings,
		UserPoolAddOns:              read.UserPoolAddOns,
		UserPoolTags:                tags,
		UserPoolTier:                read.UserPoolTier,
		VerificationMessageTemplate: read.VerificationMessageTemplate,
	}
	if read.SmsConfiguration == nil {
		// MFA by app alone: UpdateUserPool refuses the value without an SMS role, and keeps MFA as it is without it.
		in.MfaConfiguration = ""
	}
	return in
}

// adminConfig drops UnusedAccountValidityDays: AWS adds it when read and refuses it beside TemporaryPasswordValidityDays.
func adminConfig(read *types.AdminCreateUserConfigType, desired Pool) *types.AdminCreateUserConfigType {
	config := types.AdminCreateUserConfigType{AllowAdminCreateUserOnly: desired.AdminCreateUserOnly}
	if read != nil {
		config.InviteMessageTemplate = read.InviteMessageTemplate
	}
	return &config
}

// policies keeps the sign-in policy, the password history and the temporary passwords' validity as they were read.
func policies(read *types.UserPoolPolicyType, desired Pool) *types.UserPoolPolicyType {
	overlaid := types.UserPoolPolicyType{}
	password := types.PasswordPolicyType{}
	if read != nil {
		overlaid.SignInPolicy = read.SignInPolicy
		if read.PasswordPolicy != nil {
			password = *read.PasswordPolicy
		}
	}
	password.MinimumLength = &desired.Password.MinimumLength
	password.RequireLowercase = desired.Password.RequireLowercase
	password.RequireNumbers = desired.Password.RequireNumbers
	password.RequireSymbols = desired.Password.RequireSymbols
	password.RequireUppercase = desired.Password.RequireUppercase
	overlaid.PasswordPolicy = &password
	return &overlaid
}

func updateClientInput(read *types.UserPoolClientType, desired *Client) *cip.UpdateUserPoolClientInput {
	in := &cip.UpdateUserPoolClientInput{
		UserPoolId:                               read.UserPoolId,
		ClientId:                                 read.ClientId,
		ClientName:                               read.ClientName,
		AccessTokenValidity:                      read.AccessTokenValidity,
		AllowedOAuthFlows:                        desired.Flows,
		AllowedOAuthFlowsUserPoolClient:          true,
		AllowedOAuthScopes:                       desired.Scopes,
		AnalyticsConfiguration:                   read.AnalyticsConfiguration,
		AuthSessionValidity:                      read.AuthSessionValidity,
		CallbackURLs:                             desired.CallbackURLs,
		DefaultRedirectURI:                       read.DefaultRedirectURI,
		EnablePropagateAdditionalUserContextData: read.EnablePropagateAdditionalUserContextData,
		EnableTokenRevocation:                    read.EnableTokenRevocation,
		ExplicitAuthFlows:                        read.ExplicitAuthFlows,
		IdTokenValidity:                          read.IdTokenValidity,
		LogoutURLs:                               desired.LogoutURLs,
		PreventUserExistenceErrors:               read.PreventUserExistenceErrors,
		ReadAttributes:                           read.ReadAttributes,
		RefreshTokenRotation:                     read.RefreshTokenRotation,
		RefreshTokenValidity:                     read.RefreshTokenValidity,
		SupportedIdentityProviders:               read.SupportedIdentityProviders,
		TokenValidityUnits:                       read.TokenValidityUnits,
		WriteAttributes:                          read.WriteAttributes,
	}
	if !slices.Contains(desired.CallbackURLs, aws.ToString(read.DefaultRedirectURI)) {
		// It must be one of the callback URLs.
		in.DefaultRedirectURI = nil
	}
	return in
}
