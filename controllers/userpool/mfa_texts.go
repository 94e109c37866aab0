package userpool

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// codeFields are the texts that bring the code of a second factor. Cognito has them in the factors' own structures. That of an SMS is
// the pool's, too (UpdateUserPool's SmsAuthenticationMessage); terraform-provider-aws sends both (user_pool.go), and no source
// says whether one follows the other.
var codeFields = []engine.Field[mfaSettings, mfaConfig]{
	codeField("email", func(have *mfaConfig) string {
		if have.EmailMfaConfiguration == nil {
			return ""
		}
		return aws.ToString(have.EmailMfaConfiguration.Message)
	}),
	codeField("sms", func(have *mfaConfig) string {
		if have.SmsMfaConfiguration == nil {
			return ""
		}
		return aws.ToString(have.SmsMfaConfiguration.SmsAuthenticationMessage)
	}),
	codeField("subject", func(have *mfaConfig) string {
		if have.EmailMfaConfiguration == nil {
			return ""
		}
		return aws.ToString(have.EmailMfaConfiguration.Subject)
	}),
}

func codeField(name string, text func(*mfaConfig) string) engine.Field[mfaSettings, mfaConfig] {
	return engine.Field[mfaSettings, mfaConfig]{
		Name: "signInCode." + name, Block: blockMessages, Class: plan.InPlace,
		Words: func(have *mfaConfig) string {
			if mode(have) == types.UserPoolMfaTypeOff {
				return ""
			}
			return shortened(text(have))
		},
		Set: setCodes,
	}
}

// setCodes gives the factors that there are their texts: a structure without a text turns the factor on all the same.
func setCodes(have *mfaConfig, want *mfaSettings) {
	if email := have.EmailMfaConfiguration; email != nil {
		have.EmailMfaConfiguration = &types.EmailMfaConfigType{
			Subject: given(want.SignInCode.Subject), Message: given(want.SignInCode.Email),
		}
	}
	if sms := have.SmsMfaConfiguration; sms != nil {
		have.SmsMfaConfiguration = &types.SmsMfaConfigType{
			SmsConfiguration: sms.SmsConfiguration, SmsAuthenticationMessage: given(want.SignInCode.SMS),
		}
	}
}
