package cognito

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// Message is what Cognito would have sent to a user.
type Message struct {
	Address string                   `json:"address"`
	Medium  types.DeliveryMediumType `json:"medium"`
	Subject string                   `json:"subject,omitempty"` // e-mail only
	Body    string                   `json:"body"`
	Code    string                   `json:"code"` // the code or temporary password in the body
	Pool    string                   `json:"pool"`
	At      time.Time                `json:"at"`
}

// Messages returns what was sent to an address, the oldest first.
func (s *Service) Messages(address string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var sent []Message
	for _, m := range s.mail {
		if m.Address == address {
			sent = append(sent, m)
		}
	}
	return sent
}

// ServeMailbox shows all messages, the newest first: as a page, or as JSON to a client that accepts that.
func (s *Service) ServeMailbox(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	messages := append([]Message{}, s.mail...)
	s.mu.Unlock()
	slices.Reverse(messages)
	if strings.Contains(r.Header.Get("Accept"), "application/json") {
		jsonAnswer(http.StatusOK, messages).writeTo(w)
		return
	}
	render(http.StatusOK, "mailbox", messages).writeTo(w)
}

// send fills in a message's template and, if it has none, the user's address, and keeps it. It says where the message
// went as API answers do, without giving the address away. The source tells the function of CustomMessage what for.
func (s *Service) send(p *pool, c *client, u *user, source messageSource, m Message) (*types.CodeDeliveryDetailsType, error) {
	if err := s.customMessage(p, c, u, source, &m); err != nil {
		return nil, err
	}
	attribute := types.VerifiedAttributeTypeEmail
	if m.Medium == types.DeliveryMediumTypeSms {
		attribute = types.VerifiedAttributeTypePhoneNumber
		m.Subject = ""
	}
	m.Address = cmp.Or(m.Address, u.attributes[string(attribute)])
	m.Pool = *p.Id
	m.Body = strings.NewReplacer("{####}", m.Code, "{username}", u.name).Replace(m.Body)
	s.mail = append(s.mail, m)
	return &types.CodeDeliveryDetailsType{
		AttributeName:  aws.String(string(attribute)),
		DeliveryMedium: m.Medium,
		Destination:    aws.String(mask(m.Address)),
	}, nil
}

func mediumOf(attribute types.VerifiedAttributeType) types.DeliveryMediumType {
	if attribute == types.VerifiedAttributeTypePhoneNumber {
		return types.DeliveryMediumTypeSms
	}
	return types.DeliveryMediumTypeEmail
}

// sendConfirmation sends the code of a sign-up; nil if the pool verifies no address that the user has.
func (s *Service) sendConfirmation(c *client, u *user, now time.Time) (*types.CodeDeliveryDetailsType, error) {
	attribute := c.pool.verifiedAttribute(u)
	if attribute == "" {
		return nil, nil
	}
	u.confirmation = newCode(now, confirmationValidity)
	m := c.pool.verification(attribute, u.confirmation, now)
	m.Body = cmp.Or(m.Body, "Your confirmation code is {####}")
	return s.send(c.pool, c, u, messageOfSignUp, m)
}

// verification is the message that an address is verified with. It has no body if the pool has no template.
func (p *pool) verification(attribute types.VerifiedAttributeType, code code, now time.Time) Message {
	template := p.VerificationMessageTemplate
	body := template.EmailMessage
	if attribute == types.VerifiedAttributeTypePhoneNumber {
		body = template.SmsMessage
	}
	return Message{
		Medium:  mediumOf(attribute),
		Subject: cmp.Or(aws.ToString(template.EmailSubject), "Your verification code"),
		Body:    aws.ToString(body),
		Code:    code.value,
		At:      now,
	}
}

// verifiedAttribute is the address that a sign-up is confirmed with: the phone number if the pool verifies both
// (https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html).
func (p *pool) verifiedAttribute(u *user) types.VerifiedAttributeType {
	for _, a := range []types.VerifiedAttributeType{"phone_number", "email"} {
		if slices.Contains(p.AutoVerifiedAttributes, a) && u.attributes[string(a)] != "" {
			return a
		}
	}
	return ""
}

// sendRecovery sends the code for a new password to a verified address. For a user that doesn't exist, a client that
// keeps such things secret gets an invented destination.
func (s *Service) sendRecovery(c *client, login string, now time.Time) (*types.CodeDeliveryDetailsType, error) {
	u := c.pool.find(login)
	switch {
	case u == nil && c.hidesUsers():
		return &types.CodeDeliveryDetailsType{
			AttributeName:  aws.String("email"),
			DeliveryMedium: types.DeliveryMediumTypeEmail,
			Destination:    aws.String(mask(login)),
		}, nil
	case u == nil:
		return nil, c.unknown("Username/client id combination not found.", nil)
	case u.status == types.UserStatusTypeForceChangePassword:
		return nil, denied("User password cannot be reset in the current state.")
	}
	mechanisms := slices.Clone(c.pool.AccountRecoverySetting.RecoveryMechanisms)
	slices.SortFunc(mechanisms, func(a, b types.RecoveryOptionType) int { return cmp.Compare(*a.Priority, *b.Priority) })
	for _, m := range mechanisms {
		if m.Name == types.RecoveryOptionNameTypeAdminOnly {
			return nil, denied("Contact administrator to reset password.")
		}
		attribute := strings.TrimPrefix(string(m.Name), "verified_")
		// "Users can't receive MFA and password reset codes at the same email address or phone number"
		// (https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html).
		if u.attributes[attribute+"_verified"] != "true" || addresses[u.preferred] == attribute {
			continue
		}
		u.recovery = newCode(now, recoveryValidity)
		return s.send(c.pool, c, u, messageOfRecovery, Message{
			Medium:  mediumOf(types.VerifiedAttributeType(attribute)),
			Subject: "Your verification code",
			Body:    "Your password reset code is {####}",
			Code:    u.recovery.value,
			At:      now,
		})
	}
	return nil, invalid("Cannot reset password for the user as there is no registered/verified email or phone_number")
}

// invite sends a temporary password, by SMS if not said otherwise (AdminCreateUser, model).
func (s *Service) invite(p *pool, u *user, mediums []types.DeliveryMediumType, now time.Time) error {
	if len(mediums) == 0 {
		mediums = []types.DeliveryMediumType{types.DeliveryMediumTypeSms}
	}
	template := p.AdminCreateUserConfig.InviteMessageTemplate
	if template == nil {
		template = &types.MessageTemplateType{}
	}
	for _, medium := range mediums {
		address, body := "email", template.EmailMessage
		if medium == types.DeliveryMediumTypeSms {
			address, body = "phone_number", template.SMSMessage
		}
		if u.attributes[address] == "" {
			continue
		}
		if _, err := s.send(p, nil, u, messageOfInvitation, Message{
			Medium:  medium,
			Subject: cmp.Or(aws.ToString(template.EmailSubject), "Your temporary password"),
			Body:    cmp.Or(aws.ToString(body), "Your username is {username} and temporary password is {####}. "),
			Code:    u.password,
			At:      now,
		}); err != nil {
			return err
		}
	}
	return nil
}

// mask hides an address: j***@e***, or a number but for its last four digits.
func mask(address string) string {
	local, host, email := strings.Cut(address, "@")
	switch {
	case email && local != "" && host != "":
		return local[:1] + "***@" + host[:1] + "***"
	case len(address) > 4:
		return "+" + strings.Repeat("*", len(address)-5) + address[len(address)-4:]
	}
	return "***"
}
