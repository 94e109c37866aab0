package userpool

import (
	"cmp"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

const (
	blockEmail = "email"
	blockSMS   = "sms"
)

// emailSettings is how the pool sends e-mail. What is empty is not sent.
type emailSettings struct {
	Sender                                       types.EmailSendingAccountType
	IdentityARN, From, ReplyTo, ConfigurationSet string
}

// smsSettings is how the pool sends text messages.
type smsSettings struct{ RoleARN, ExternalID, Region string }

func emailOf(spec *v1alpha1.Email) *emailSettings {
	if spec == nil {
		return nil
	}
	settings := &emailSettings{types.EmailSendingAccountTypeCognitoDefault, spec.IdentityARN, spec.From, spec.ReplyTo, spec.ConfigurationSet}
	if spec.Sender == v1alpha1.EmailSenderSES {
		settings.Sender = types.EmailSendingAccountTypeDeveloper
	}
	return settings
}

// smsOf sends the pool's own Region where the spec names none.
func smsOf(spec *v1alpha1.SMS, region string) *smsSettings {
	if spec == nil {
		return nil
	}
	return &smsSettings{spec.RoleARN, spec.ExternalID, cmp.Or(spec.Region, region)}
}

func (s *emailSettings) configuration() *types.EmailConfigurationType {
	if s == nil {
		return &types.EmailConfigurationType{EmailSendingAccount: types.EmailSendingAccountTypeCognitoDefault}
	}
	return &types.EmailConfigurationType{
		EmailSendingAccount: s.Sender, SourceArn: given(s.IdentityARN), From: given(s.From),
		ReplyToEmailAddress: given(s.ReplyTo), ConfigurationSet: given(s.ConfigurationSet),
	}
}

func (s *smsSettings) configuration() *types.SmsConfigurationType {
	return &types.SmsConfigurationType{SnsCallerArn: &s.RoleARN, ExternalId: given(s.ExternalID), SnsRegion: given(s.Region)}
}

// growSenders keeps Amazon SES: Cognito refuses second factors by e-mail without it.
func growSenders(want poolSettings, have *types.UserPoolType) poolSettings {
	if there := have.EmailConfiguration; there != nil && there.EmailSendingAccount == types.EmailSendingAccountTypeDeveloper &&
		(want.Email == nil || want.Email.Sender != there.EmailSendingAccount) {
		want.Email = &emailSettings{
			there.EmailSendingAccount, aws.ToString(there.SourceArn), aws.ToString(there.From),
			aws.ToString(there.ReplyToEmailAddress), aws.ToString(there.ConfigurationSet),
		}
	}
	return want
}

// senderFields are how the pool reaches its users.
var senderFields = []engine.Field[poolSettings, types.UserPoolType]{
	emailField("email.sender", func(c *types.EmailConfigurationType) string {
		if c.EmailSendingAccount == types.EmailSendingAccountTypeDeveloper {
			return string(v1alpha1.EmailSenderSES)
		}
		return string(v1alpha1.EmailSenderCognito)
	}),
	emailField("email.identityARN", func(c *types.EmailConfigurationType) string { return aws.ToString(c.SourceArn) }),
	emailField("email.from", func(c *types.EmailConfigurationType) string { return aws.ToString(c.From) }),
	emailField("email.replyTo", func(c *types.EmailConfigurationType) string { return aws.ToString(c.ReplyToEmailAddress) }),
	emailField("email.configurationSet", func(c *types.EmailConfigurationType) string { return aws.ToString(c.ConfigurationSet) }),
	smsField("sms.roleARN", func(c *types.SmsConfigurationType) string { return aws.ToString(c.SnsCallerArn) }),
	smsField("sms.externalID", func(c *types.SmsConfigurationType) string { return aws.ToString(c.ExternalId) }),
	smsField("sms.region", func(c *types.SmsConfigurationType) string { return aws.ToString(c.SnsRegion) }),
}

func emailField(name string, words func(*types.EmailConfigurationType) string) engine.Field[poolSettings, types.UserPoolType] {
	return engine.Field[poolSettings, types.UserPoolType]{
		Name: name, Block: blockEmail, Class: plan.InPlace,
		Words: func(have *types.UserPoolType) string {
			if have.EmailConfiguration == nil {
				return words(&types.EmailConfigurationType{})
			}
			return words(have.EmailConfiguration)
		},
		Set: func(have *types.UserPoolType, want *poolSettings) {
			if want.Email != nil || have.EmailConfiguration != nil {
				have.EmailConfiguration = want.Email.configuration()
			}
		},
	}
}

// smsField is a property of how text messages are sent. Without sms in the spec it stays: AWS does not take the role off a pool
// (terraform-provider-aws, docs of aws_cognito_user_pool, sms_configuration).
func smsField(name string, words func(*types.SmsConfigurationType) string) engine.Field[poolSettings, types.UserPoolType] {
	return engine.Field[poolSettings, types.UserPoolType]{
		Name: name, Block: blockSMS, Class: plan.InPlace,
		Words: func(have *types.UserPoolType) string {
			if have.SmsConfiguration == nil {
				return ""
			}
			return words(have.SmsConfiguration)
		},
		Set: func(have *types.UserPoolType, want *poolSettings) {
			if want.SMS != nil {
				have.SmsConfiguration = want.SMS.configuration()
			}
		},
	}
}
