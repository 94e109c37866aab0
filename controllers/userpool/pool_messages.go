package userpool

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// messageSettings are texts of the spec. An empty one is Cognito's own.
type messageSettings struct {
	ByLink                   bool `json:",omitzero"`
	Verification, Invitation texts
	SignInCode               texts `json:",omitzero"`
}

type texts struct{ Subject, Email, SMS string }

// messages is nil where the spec has none.
func messages(spec *v1alpha1.UserPoolSpec) *messageSettings {
	if spec.Messages == nil {
		return nil
	}
	var all messageSettings
	if v := spec.Messages.Verification; v != nil {
		all.ByLink, all.Verification = v.By == v1alpha1.VerifyByLink, texts{v.Subject, v.Email, v.SMS}
	}
	if i := spec.Messages.Invitation; i != nil {
		all.Invitation = texts{i.Subject, i.Email, i.SMS}
	}
	if c := spec.Messages.SignInCode; c != nil {
		all.SignInCode = texts{c.Subject, c.Email, c.SMS}
	}
	return &all
}

// messageFields are the texts that Cognito sends. The first one sets them all: Cognito has them in two structures.
var messageFields = append([]engine.Field[poolSettings, types.UserPoolType]{{
	Name: "messages.verification.by", Block: blockMessages, Class: plan.InPlace,
	Words: func(have *types.UserPoolType) string {
		if byLink(have) {
			return string(v1alpha1.VerifyByLink)
		}
		return string(v1alpha1.VerifyByCode)
	},
	Set: setMessages,
}}, textFields()...)

func textFields() []engine.Field[poolSettings, types.UserPoolType] {
	var fields []engine.Field[poolSettings, types.UserPoolType]
	for _, of := range []struct {
		name  string
		texts func(*types.UserPoolType) texts
	}{{"verification", verificationTexts}, {"invitation", invitationTexts}} {
		for name, one := range map[string]func(texts) string{
			"subject": func(t texts) string { return t.Subject },
			"email":   func(t texts) string { return t.Email },
			"sms":     func(t texts) string { return t.SMS },
		} {
			fields = append(fields, engine.Field[poolSettings, types.UserPoolType]{
				Name: "messages." + of.name + "." + name, Block: blockMessages, Class: plan.InPlace,
				Words: func(have *types.UserPoolType) string { return shortened(one(of.texts(have))) },
				Set:   func(*types.UserPoolType, *poolSettings) {},
			})
		}
	}
	fields = append(fields, engine.Field[poolSettings, types.UserPoolType]{
		// Those of an e-mail are MFA's: see codeFields.
		Name: "messages.signInCode.sms", Block: blockMessages, Class: plan.InPlace,
		Words: func(have *types.UserPoolType) string { return shortened(aws.ToString(have.SmsAuthenticationMessage)) },
		Set:   func(*types.UserPoolType, *poolSettings) {},
	})
	slices.SortFunc(fields, func(a, b engine.Field[poolSettings, types.UserPoolType]) int { return cmp.Compare(a.Name, b.Name) })
	return fields
}

func byLink(have *types.UserPoolType) bool {
	template := have.VerificationMessageTemplate
	return template != nil && template.DefaultEmailOption == types.DefaultEmailOptionTypeConfirmWithLink
}

// verificationTexts are those that are sent: the template has others, for codes, beside a link's.
func verificationTexts(have *types.UserPoolType) texts {
	template := have.VerificationMessageTemplate
	switch {
	case template == nil:
		return texts{}
	case byLink(have):
		return texts{aws.ToString(template.EmailSubjectByLink), aws.ToString(template.EmailMessageByLink), aws.ToString(template.SmsMessage)}
	default:
		return texts{aws.ToString(template.EmailSubject), aws.ToString(template.EmailMessage), aws.ToString(template.SmsMessage)}
	}
}

func invitationTexts(have *types.UserPoolType) texts {
	template := adminConfig(have).InviteMessageTemplate
	if template == nil {
		return texts{}
	}
	return texts{aws.ToString(template.EmailSubject), aws.ToString(template.EmailMessage), aws.ToString(template.SMSMessage)}
}

// setMessages sets the old members, too: they mirror the template, and would bring a former text back.
func setMessages(have *types.UserPoolType, want *poolSettings) {
	var all messageSettings
	if want.Messages != nil {
		all = *want.Messages
	}
	v, i := all.Verification, all.Invitation
	template := &types.VerificationMessageTemplateType{
		DefaultEmailOption: types.DefaultEmailOptionTypeConfirmWithCode, SmsMessage: given(v.SMS),
	}
	if all.ByLink {
		template.DefaultEmailOption = types.DefaultEmailOptionTypeConfirmWithLink
		template.EmailSubjectByLink, template.EmailMessageByLink = given(v.Subject), given(v.Email)
	} else {
		template.EmailSubject, template.EmailMessage = given(v.Subject), given(v.Email)
	}
	have.VerificationMessageTemplate = template
	have.EmailVerificationSubject, have.EmailVerificationMessage = template.EmailSubject, template.EmailMessage
	have.SmsVerificationMessage, have.SmsAuthenticationMessage = template.SmsMessage, given(all.SignInCode.SMS)
	have.AdminCreateUserConfig = adminConfig(have)
	have.AdminCreateUserConfig.InviteMessageTemplate = nil
	if i != (texts{}) {
		have.AdminCreateUserConfig.InviteMessageTemplate = &types.MessageTemplateType{
			EmailSubject: given(i.Subject), EmailMessage: given(i.Email), SMSMessage: given(i.SMS),
		}
	}
}

// maxShown bounds a text in a plan, in bytes.
const maxShown = 60

// shortened is a text as a plan shows it. Two that begin alike differ by the hash.
func shortened(text string) string {
	if len(text) <= maxShown {
		return text
	}
	return fmt.Sprintf("%s… (sha256:%.4x)", strings.ToValidUTF8(text[:maxShown], ""), sha256.Sum256([]byte(text)))
}
