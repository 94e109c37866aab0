package cognito_test

import (
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/cognito"
)

// configured gives a pool something in every member that an update can lose.
func configured(in *idp.CreateUserPoolInput) {
	byEmail(in)
	in.DeletionProtection = types.DeletionProtectionTypeActive
	in.UserPoolTier = types.UserPoolTierTypePlus
	in.UserPoolAddOns = &types.UserPoolAddOnsType{AdvancedSecurityMode: types.AdvancedSecurityModeTypeAudit}
	in.UserPoolTags = map[string]string{"owner": "us"}
	in.Policies = &types.UserPoolPolicyType{
		PasswordPolicy: &types.PasswordPolicyType{MinimumLength: aws.Int32(10)},
		SignInPolicy:   &types.SignInPolicyType{AllowedFirstAuthFactors: []types.AuthFactorType{"PASSWORD", "EMAIL_OTP"}},
	}
	in.AdminCreateUserConfig = &types.AdminCreateUserConfigType{AllowAdminCreateUserOnly: true}
	in.VerificationMessageTemplate = &types.VerificationMessageTemplateType{EmailSubject: aws.String("Hello")}
}

// update sends an UpdateUserPool and returns the pool after it.
func update(c *cloud, id *string, change func(*idp.UpdateUserPoolInput)) (*types.UserPoolType, error) {
	in := &idp.UpdateUserPoolInput{UserPoolId: id}
	if change != nil {
		change(in)
	}
	if _, err := c.api.UpdateUserPool(c.ctx(), in); err != nil {
		return nil, err
	}
	return c.describe(id), nil
}

func TestUpdateUserPool(t *testing.T) {
	check(t, setup{}, []behavior{
		{
			name:   "members left out become their defaults",
			source: "model: UpdateUserPool; AutoVerifiedAttributes measured on AWS",
			do: func(c *cloud) (any, error) {
				p, err := update(c, c.pool(configured), nil)
				return []any{
					p.AutoVerifiedAttributes, p.UserPoolAddOns, p.UserPoolTags, p.AdminCreateUserConfig.AllowAdminCreateUserOnly,
					p.VerificationMessageTemplate.EmailSubject,
				}, err
			},
			want: []any{
				[]types.VerifiedAttributeType(nil), (*types.UserPoolAddOnsType)(nil), map[string]string{}, false, (*string)(nil),
			},
		},
		{
			name:   "a customer's key comes and goes",
			source: "CloudFormation, AWS::Cognito::UserPool KeyConfiguration: update requires no interruption",
			do: func(c *cloud) (any, error) {
				pool := c.pool(byEmail)
				var kinds []any
				for _, key := range []*types.KeyConfigurationType{
					{KeyType: "CUSTOMER_MANAGED_KEY", KmsKeyArn: aws.String("arn:aws:kms:us-east-1:111111111111:key/a")}, {KeyType: "AWS_OWNED_KEY"},
				} {
					p, err := update(c, pool, func(in *idp.UpdateUserPoolInput) { in.KeyConfiguration = key })
					if err != nil {
						return nil, err
					}
					kinds = append(kinds, string(p.KeyConfiguration.KeyType))
				}
				return kinds, nil
			},
			want: []any{"CUSTOMER_MANAGED_KEY", "AWS_OWNED_KEY"},
		},
		{
			name:   "a key's type says whether it has an ARN",
			source: "model: KeyConfigurationType; the words are not known",
			do: func(c *cloud) (any, error) {
				return update(c, c.pool(byEmail), func(in *idp.UpdateUserPoolInput) {
					in.KeyConfiguration = &types.KeyConfigurationType{KeyType: "CUSTOMER_MANAGED_KEY"}
				})
			},
			wantErr: "InvalidParameterException: KmsKeyArn goes with the KeyType CUSTOMER_MANAGED_KEY",
		},
		{
			name:   "policies, tier and name survive",
			source: "measured on AWS in August 2026",
			do: func(c *cloud) (any, error) {
				p, err := update(c, c.pool(configured), nil)
				return []any{
					*p.Policies.PasswordPolicy.MinimumLength, p.Policies.SignInPolicy.AllowedFirstAuthFactors, p.UserPoolTier,
					*p.Name, p.UsernameAttributes,
				}, err
			},
			want: []any{
				int32(10),
				[]types.AuthFactorType{"PASSWORD", "EMAIL_OTP"},
				types.UserPoolTierTypePlus, "notes",
				[]types.UsernameAttributeType{"email"},
			},
		},
		{
			name:   "one policy leaves the other alone",
			source: "measured on AWS in August 2026",
			do: func(c *cloud) (any, error) {
				p, err := update(c, c.pool(configured), func(in *idp.UpdateUserPoolInput) {
					in.Policies = &types.UserPoolPolicyType{PasswordPolicy: &types.PasswordPolicyType{MinimumLength: aws.Int32(12)}}
				})
				return []any{*p.Policies.PasswordPolicy.MinimumLength, p.Policies.SignInPolicy.AllowedFirstAuthFactors}, err
			},
			want: []any{int32(12), []types.AuthFactorType{"PASSWORD", "EMAIL_OTP"}},
		},
		{
			name:   "what isn't known is kept if not switched",
			source: "not known: DeletionProtection",
			do: func(c *cloud) (any, error) {
				p, err := update(c, c.pool(configured), nil)
				return p.DeletionProtection, err
			},
			want: types.DeletionProtectionTypeActive,
		},
		{
			name:   "attributes to verify before an update outlive those verified automatically, and are refused then",
			source: "aws-nuke#477",
			do: func(c *cloud) (any, error) {
				return update(c, c.pool(configured, func(in *idp.CreateUserPoolInput) {
					in.UserAttributeUpdateSettings = &types.UserAttributeUpdateSettingsType{
						AttributesRequireVerificationBeforeUpdate: []types.VerifiedAttributeType{"email"},
					}
				}), nil)
			},
			wantErr: "InvalidParameterException: All attributes in AttributesRequireVerificationBeforeUpdate " +
				"must exist in AutoVerifiedAttributes",
		},
		{
			name:   "an empty list of attributes to verify clears it",
			source: "aws-nuke#477",
			do: func(c *cloud) (any, error) {
				id := c.pool(configured, func(in *idp.CreateUserPoolInput) {
					in.UserAttributeUpdateSettings = &types.UserAttributeUpdateSettingsType{
						AttributesRequireVerificationBeforeUpdate: []types.VerifiedAttributeType{"email"},
					}
				})
				p, err := update(c, id, func(in *idp.UpdateUserPoolInput) {
					in.UserAttributeUpdateSettings = &types.UserAttributeUpdateSettingsType{
						AttributesRequireVerificationBeforeUpdate: []types.VerifiedAttributeType{},
					}
				})
				return p.UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate, err
			},
			want: []types.VerifiedAttributeType{},
		},
		{
			name:   "a pool can be renamed",
			source: "model: UpdateUserPoolInput.PoolName",
			do: func(c *cloud) (any, error) {
				p, err := update(c, c.pool(), func(in *idp.UpdateUserPoolInput) { in.PoolName = aws.String("other") })
				return *p.Name, err
			},
			want: "other",
		},
		{
			name:   "false and zero can't be told from left out",
			source: "SDK: serializers skip zero values of members that aren't pointers",
			do: func(c *cloud) (any, error) {
				p, err := update(c, c.pool(), func(in *idp.UpdateUserPoolInput) {
					in.Policies = &types.UserPoolPolicyType{PasswordPolicy: &types.PasswordPolicyType{MinimumLength: aws.Int32(6), RequireNumbers: true}}
				})
				return *p.Policies.PasswordPolicy, err
			},
			want: types.PasswordPolicyType{MinimumLength: aws.Int32(6), RequireNumbers: true, TemporaryPasswordValidityDays: 7},
		},
		{
			name:   "an update can't require MFA",
			source: "crossplane provider-aws",
			do: func(c *cloud) (any, error) {
				return update(c, c.pool(), func(in *idp.UpdateUserPoolInput) { in.MfaConfiguration = types.UserPoolMfaTypeOn })
			},
			wantErr: "InvalidParameterException: Cannot turn MFA functionality ON, once the user pool has been created",
		},
		{
			name:   "an invitation holds a name and a password",
			source: "aws/aws-cdk#6484, #16905",
			do: func(c *cloud) (any, error) {
				return update(c, c.pool(), func(in *idp.UpdateUserPoolInput) {
					in.AdminCreateUserConfig = &types.AdminCreateUserConfigType{
						InviteMessageTemplate: &types.MessageTemplateType{EmailMessage: aws.String("Come in, {username}")},
					}
				})
			},
			wantErr: "InvalidParameterException: Invitation messages must contain {username} and {####}",
		},
		{
			name:   "a password history needs more than LITE",
			source: "API reference, PasswordPolicyType",
			do: func(c *cloud) (any, error) {
				return update(c, c.pool(func(in *idp.CreateUserPoolInput) { in.UserPoolTier = types.UserPoolTierTypeLite }), func(in *idp.UpdateUserPoolInput) {
					in.Policies = &types.UserPoolPolicyType{PasswordPolicy: &types.PasswordPolicyType{PasswordHistorySize: aws.Int32(1)}}
				})
			},
			wantErr: "FeatureUnavailableInTierException: PasswordHistorySize is not available in the LITE tier",
		},
		{
			name:   "no password history is not described",
			source: "API reference, PasswordPolicyType",
			do: func(c *cloud) (any, error) {
				p, err := update(c, c.pool(), func(in *idp.UpdateUserPoolInput) {
					in.Policies = &types.UserPoolPolicyType{PasswordPolicy: &types.PasswordPolicyType{PasswordHistorySize: aws.Int32(0)}}
				})
				return p.Policies.PasswordPolicy.PasswordHistorySize, err
			},
			want: (*int32)(nil),
		},
		{
			name:   "factors without a password need more than LITE",
			source: "model: SignInPolicyType, FeatureUnavailableInTierException",
			do: func(c *cloud) (any, error) {
				return update(c, c.pool(configured), func(in *idp.UpdateUserPoolInput) { in.UserPoolTier = types.UserPoolTierTypeLite })
			},
			wantErr: "FeatureUnavailableInTierException: SignInPolicy is not available in the LITE tier",
		},
	})
}

func TestAnUpdateResetsOmittedMembers(t *testing.T) {
	check(t, setup{options: []cognito.Option{cognito.WithUnknownReset(true)}}, []behavior{{
		name:   "what isn't known is reset if switched",
		source: "not known: DeletionProtection",
		do: func(c *cloud) (any, error) {
			p, err := update(c, c.pool(configured), nil)
			return p.DeletionProtection, err
		},
		want: types.DeletionProtectionTypeInactive,
	}})
}

func TestMFA(t *testing.T) {
	totp := &types.SoftwareTokenMfaConfigType{Enabled: true}
	set := func(c *cloud, in idp.SetUserPoolMfaConfigInput, change ...func(*idp.CreateUserPoolInput)) (any, error) {
		in.UserPoolId = c.pool(change...)
		if _, err := c.api.SetUserPoolMfaConfig(c.ctx(), &in); err != nil {
			return nil, err
		}
		out, err := c.api.GetUserPoolMfaConfig(c.ctx(), &idp.GetUserPoolMfaConfigInput{UserPoolId: in.UserPoolId})
		if err != nil {
			return nil, err
		}
		return []any{
			out.MfaConfiguration, out.SoftwareTokenMfaConfiguration != nil, c.describe(in.UserPoolId).MfaConfiguration,
		}, nil
	}
	firstFactor := func(f types.AuthFactorType) func(*idp.CreateUserPoolInput) {
		return func(in *idp.CreateUserPoolInput) {
			in.Policies = withFactors("PASSWORD", f)
		}
	}
	const measured = "measured on AWS in August 2026"
	check(t, setup{}, []behavior{
		{
			name: "MFA is set for the pool", source: "AWS CLI example set-user-pool-mfa-config",
			do: func(c *cloud) (any, error) {
				return set(c, idp.SetUserPoolMfaConfigInput{MfaConfiguration: "OPTIONAL", SoftwareTokenMfaConfiguration: totp})
			},
			want: []any{types.UserPoolMfaTypeOptional, true, types.UserPoolMfaTypeOptional},
		},
		{
			name: "the pool's id alone turns it off", source: measured,
			do:   func(c *cloud) (any, error) { return set(c, idp.SetUserPoolMfaConfigInput{}) },
			want: []any{types.UserPoolMfaTypeOff, false, types.UserPoolMfaTypeOff},
		},
		{
			name: "OFF goes with no factor, not even a disabled one", source: "crossplane provider-aws; " + measured,
			do: func(c *cloud) (any, error) {
				disabled := &types.SoftwareTokenMfaConfigType{}
				return set(c, idp.SetUserPoolMfaConfigInput{MfaConfiguration: "OFF", SoftwareTokenMfaConfiguration: disabled})
			},
			wantErr: "InvalidParameterException: Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
		},
		{
			name: "ON refuses one-time passwords as a first factor", source: measured,
			do: func(c *cloud) (any, error) {
				mfa := idp.SetUserPoolMfaConfigInput{MfaConfiguration: "ON", SoftwareTokenMfaConfiguration: totp}
				return set(c, mfa, firstFactor("EMAIL_OTP"))
			},
			wantErr: "InvalidParameterException: EMAIL_OTP can't be a first factor when MFA is ON",
		},
		{
			name: "OPTIONAL takes one-time passwords", source: measured,
			do: func(c *cloud) (any, error) {
				mfa := idp.SetUserPoolMfaConfigInput{MfaConfiguration: "OPTIONAL", SoftwareTokenMfaConfiguration: totp}
				return set(c, mfa, firstFactor("EMAIL_OTP"))
			},
			want: []any{types.UserPoolMfaTypeOptional, true, types.UserPoolMfaTypeOptional},
		},
		{
			name: "e-mail MFA needs a sender of one's own", source: measured,
			do: func(c *cloud) (any, error) {
				return set(c, idp.SetUserPoolMfaConfigInput{MfaConfiguration: "OPTIONAL", EmailMfaConfiguration: &types.EmailMfaConfigType{}})
			},
			wantErr: "InvalidParameterException: Email MFA needs the EmailSendingAccount DEVELOPER",
		},
		{
			name: "passkeys are not the only factor", source: measured,
			do: func(c *cloud) (any, error) {
				return set(c, idp.SetUserPoolMfaConfigInput{MfaConfiguration: "OPTIONAL", WebAuthnConfiguration: &types.WebAuthnConfigurationType{
					FactorConfiguration: types.WebAuthnFactorConfigurationTypeMultiFactorWithUserVerification,
				}})
			},
			wantErr: "InvalidParameterException: MFA needs a factor beside passkeys",
		},
		{
			name: "a pool with a role for texts has texts as a factor", source: "aws-amplify/amplify-backend#1481",
			do: func(c *cloud) (any, error) {
				return set(c, idp.SetUserPoolMfaConfigInput{MfaConfiguration: "OPTIONAL", SoftwareTokenMfaConfiguration: totp}, func(in *idp.CreateUserPoolInput) {
					in.SmsConfiguration = &types.SmsConfigurationType{SnsCallerArn: aws.String("arn:aws:iam::111111111111:role/Texts")}
				})
			},
			wantErr: "InvalidParameterException: Can't turn off SMS_MFA when SMS configuration is set for the user pool with a required or optional MFAConfiguration.",
		},
		{
			name: "one-time passwords are refused as a first factor after ON, too", source: measured + " in SetUserPoolMfaConfig; of UpdateUserPool it is not known",
			do: func(c *cloud) (any, error) {
				id := c.pool()
				on := idp.SetUserPoolMfaConfigInput{UserPoolId: id, MfaConfiguration: "ON", SoftwareTokenMfaConfiguration: totp}
				if _, err := c.api.SetUserPoolMfaConfig(c.ctx(), &on); err != nil {
					return nil, err
				}
				return update(c, id, func(in *idp.UpdateUserPoolInput) { in.Policies = withFactors("PASSWORD", "EMAIL_OTP") })
			},
			wantErr: "InvalidParameterException: EMAIL_OTP can't be a first factor when MFA is ON",
		},
		{
			name: "MFA at creation needs SMS", source: "cdk-preflight",
			do: func(c *cloud) (any, error) {
				return nil, createErr(c, func(in *idp.CreateUserPoolInput) { in.MfaConfiguration = types.UserPoolMfaTypeOptional })
			},
			wantErr: "InvalidParameterException: SMS configuration and Auto verification " +
				"for phone_number are required when MFA is required/optional",
		},
	})
}

// byLink are the templates of a pool that confirms by link, and has texts for codes, too.
func byLink(in *idp.CreateUserPoolInput) {
	in.VerificationMessageTemplate = &types.VerificationMessageTemplateType{
		DefaultEmailOption: types.DefaultEmailOptionTypeConfirmWithLink,
		EmailMessageByLink: aws.String("Click {##here##}"), EmailSubjectByLink: aws.String("A link"),
		EmailMessage: aws.String("Your code: {####}"), EmailSubject: aws.String("A code"),
	}
}

// messages are what a pool sends.
func messages(p *types.UserPoolType) []any {
	return []any{*p.VerificationMessageTemplate, *p.EmailVerificationMessage, *p.EmailVerificationSubject}
}

func TestTemplates(t *testing.T) {
	check(t, setup{}, []behavior{
		{
			name:   "the old members mirror the template's texts for codes, also where links are sent",
			source: "AWS CLI example describe-user-pool; model: EmailVerificationMessage is no longer used",
			do:     func(c *cloud) (any, error) { return messages(c.describe(c.pool(byLink)))[1:], nil },
			want:   []any{"Your code: {####}", "A code"},
		},
		{
			name:   "what is read can be sent back, and changes nothing",
			source: "terraform-provider-aws user_pool.go: each update sends the four members as they were read",
			do: func(c *cloud) (any, error) {
				id := c.pool(byLink)
				before := c.describe(id)
				after, err := update(c, id, func(in *idp.UpdateUserPoolInput) {
					in.VerificationMessageTemplate = before.VerificationMessageTemplate
					in.EmailVerificationMessage, in.EmailVerificationSubject = before.EmailVerificationMessage, before.EmailVerificationSubject
				})
				return reflect.DeepEqual(messages(before), messages(after)), err
			},
			want: true,
		},
		{
			name:   "the template counts where an old member says something else",
			source: "terraform-provider-aws user_pool.go: a changed old member is copied into the template",
			do: func(c *cloud) (any, error) {
				id := c.pool(byLink)
				p, err := update(c, id, func(in *idp.UpdateUserPoolInput) {
					in.VerificationMessageTemplate = c.describe(id).VerificationMessageTemplate
					in.EmailVerificationMessage = aws.String("Another code: {####}")
				})
				return *p.EmailVerificationMessage, err
			},
			want: "Your code: {####}",
		},
		{
			name:   "a message for codes has a code",
			source: "amplify-studio#876",
			do: func(c *cloud) (any, error) {
				_, err := update(c, c.pool(byLink), func(in *idp.UpdateUserPoolInput) { in.EmailVerificationMessage = aws.String("Click {##here##}") })
				return nil, err
			},
			wantErr: "InvalidParameterException: 1 validation error detected: Value 'Click {##here##}' at 'emailVerificationMessage' failed to " +
				"satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s*]*\\{####\\}[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s*]*",
		},
	})
	check(t, setup{options: []cognito.Option{cognito.WithLinkInOldMembers(true)}}, []behavior{{
		name:   "the old members mirror what is sent, which may be links",
		source: "no source",
		do:     func(c *cloud) (any, error) { return messages(c.describe(c.pool(byLink)))[1:], nil },
		want:   []any{"Click {##here##}", "A link"},
	}})
}
