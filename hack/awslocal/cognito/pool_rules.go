package cognito

import (
	"encoding/base64"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// settle checks a pool after a request was laid over it, and fills in what Cognito derives. admin and policies are the
// request's own.
func (s *Service) settle(p *pool, admin *types.AdminCreateUserConfigType, policies *types.UserPoolPolicyType) error {
	if policies != nil && policies.PasswordPolicy != nil && policies.PasswordPolicy.TemporaryPasswordValidityDays > 0 {
		p.temporaryDaysSet = true
	}
	if admin != nil && admin.UnusedAccountValidityDays > 0 && p.temporaryDaysSet {
		// Rule: model. Words: terraform-provider-aws#8827.
		return invalid("Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays")
	}
	if admin != nil && !invites(admin.InviteMessageTemplate) {
		return invalid("Invitation messages must contain {username} and {####}")
	}
	if len(p.UserPoolTags) > s.settings.limits.Tags {
		return wire.Errorf("UserPoolTaggingException", "A user pool can have at most %d tags", s.settings.limits.Tags)
	}
	if settings := p.UserAttributeUpdateSettings; settings != nil {
		for _, attribute := range settings.AttributesRequireVerificationBeforeUpdate {
			if !slices.Contains(p.AutoVerifiedAttributes, attribute) {
				return invalid("All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes")
			}
		}
	}
	if lambdas := p.LambdaConfig; lambdas.PreTokenGeneration != nil && lambdas.PreTokenGenerationConfig != nil &&
		*lambdas.PreTokenGeneration != aws.ToString(lambdas.PreTokenGenerationConfig.LambdaArn) {
		return invalid("PreTokenGeneration must be the LambdaArn of PreTokenGenerationConfig")
	}
	if lambdas := p.LambdaConfig; lambdas.KMSKeyID == nil && (lambdas.CustomEmailSender != nil || lambdas.CustomSMSSender != nil) {
		// Rule: user-pool-lambda-custom-sender-triggers.html. AWS's words are not known.
		return invalid("KMSKeyID is required with CustomEmailSender and CustomSMSSender")
	}
	if key := p.KeyConfiguration; key != nil && (key.KeyType == types.EncryptionKeyTypeCustomerManagedKey) != (key.KmsKeyArn != nil) {
		// KeyConfigurationType describes these two only.
		return invalid("KmsKeyArn goes with the KeyType CUSTOMER_MANAGED_KEY")
	}
	if err := checkTier(p); err != nil {
		return err
	}
	if err := checkMFA(&p.UserPoolType, p.MfaConfiguration, &p.mfa); err != nil {
		return err
	}
	p.derive(admin)
	return nil
}

// invites says that a template holds a user's name and password. Rule: aws/aws-cdk#6484 and #16905 saw AWS refuse others; its words are
// not known.
func invites(template *types.MessageTemplateType) bool {
	if template == nil {
		return true
	}
	for _, text := range []*string{template.EmailMessage, template.SMSMessage} {
		if text != nil && (!strings.Contains(*text, "{username}") || !strings.Contains(*text, "{####}")) {
			return false
		}
	}
	return true
}

// checkTier refuses what the pool's feature plan lacks (model: SignInPolicy and passwordless factors need Essentials,
// threat protection needs Plus; API reference, PasswordPolicyType: a password history needs Essentials). AWS's words are not known.
func checkTier(p *pool) error {
	factors := p.Policies.SignInPolicy.AllowedFirstAuthFactors
	passwordOnly := slices.Equal(factors, []types.AuthFactorType{types.AuthFactorTypePassword})
	if p.UserPoolTier == types.UserPoolTierTypeLite && !passwordOnly {
		return wire.Errorf(unavailableInTier, "SignInPolicy is not available in the LITE tier")
	}
	if p.UserPoolTier == types.UserPoolTierTypeLite && aws.ToInt32(p.Policies.PasswordPolicy.PasswordHistorySize) > 0 {
		return wire.Errorf(unavailableInTier, "PasswordHistorySize is not available in the LITE tier")
	}
	if tokens := p.LambdaConfig.PreTokenGenerationConfig; p.UserPoolTier == types.UserPoolTierTypeLite && tokens != nil &&
		tokens.LambdaVersion != types.PreTokenGenerationLambdaVersionTypeV10 {
		// Rule: user-pool-lambda-pre-token-generation.html: "user pools with the Essentials or Plus feature plan".
		return wire.Errorf(unavailableInTier, "PreTokenGeneration %s is not available in the LITE tier", tokens.LambdaVersion)
	}
	if a := p.UserPoolAddOns; a != nil && a.AdvancedSecurityMode != types.AdvancedSecurityModeTypeOff &&
		p.UserPoolTier != types.UserPoolTierTypePlus {
		return wire.Errorf(unavailableInTier, "Threat protection is not available in the %s tier", p.UserPoolTier)
	}
	return nil
}

// derive fills in members that follow from others.
func (p *pool) derive(admin *types.AdminCreateUserConfigType) {
	password := p.Policies.PasswordPolicy
	if password.MinimumLength == nil {
		password.MinimumLength = aws.Int32(8)
	}
	if aws.ToInt32(password.PasswordHistorySize) == 0 {
		password.PasswordHistorySize = nil // "isn't displayed in DescribeUserPool" (API reference, PasswordPolicyType)
	}
	// The two are one setting under two names: how long an invitation is good.
	if password.TemporaryPasswordValidityDays == 0 {
		password.TemporaryPasswordValidityDays = 7 // "treats it as a null value and sets its default value" (model)
	}
	if admin != nil && admin.UnusedAccountValidityDays > 0 {
		password.TemporaryPasswordValidityDays = admin.UnusedAccountValidityDays
	}
	p.AdminCreateUserConfig.UnusedAccountValidityDays = password.TemporaryPasswordValidityDays

	if p.EmailConfiguration.EmailSendingAccount == "" {
		p.EmailConfiguration.EmailSendingAccount = types.EmailSendingAccountTypeCognitoDefault
	}
	// The old members and the template mirror each other (describe-user-pool in the AWS CLI's examples), and the template counts where
	// both are sent: terraform-provider-aws copies a changed old member into it (user_pool.go).
	template := p.VerificationMessageTemplate
	if template.DefaultEmailOption == "" {
		template.DefaultEmailOption = types.DefaultEmailOptionTypeConfirmWithCode
	}
	mirror(&template.EmailMessage, &p.EmailVerificationMessage)
	mirror(&template.EmailSubject, &p.EmailVerificationSubject)
	mirror(&template.SmsMessage, &p.SmsVerificationMessage)
}

// mirror gives the one that isn't set the value of the other; the first wins.
func mirror(first, second **string) {
	if *first == nil {
		*first = *second
	}
	*second = *first
}

// canText tells whether a pool could send SMS codes to verified numbers.
func canText(sms *types.SmsConfigurationType, verified []types.VerifiedAttributeType) bool {
	return sms != nil && slices.Contains(verified, types.VerifiedAttributeTypePhoneNumber)
}

// page cuts a list by its ids, which is as good an order as AWS's, that nobody promises. The token is the last id
// shown, so pages don't shift when something is created or deleted in between.
func page[T any](all map[string]T, token *string, limit *int32, maximum int32) (ids []string, next *string, err error) {
	after, err := base64.URLEncoding.DecodeString(aws.ToString(token))
	if err != nil {
		return nil, nil, invalid("Invalid pagination token")
	}
	size := int(maximum)
	if n := aws.ToInt32(limit); n > 0 && n < maximum {
		size = int(n)
	}
	ids = slices.Sorted(maps.Keys(all))
	start, found := slices.BinarySearch(ids, string(after))
	if found {
		start++
	}
	ids = ids[start:]
	if len(ids) > size {
		ids = ids[:size]
		next = aws.String(base64.URLEncoding.EncodeToString([]byte(ids[size-1])))
	}
	return ids, next, nil
}
