package cognito

import (
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

func (s *Service) signUp(r wire.Request, in *idp.SignUpInput) (*idp.SignUpOutput, error) {
	c, err := s.trustedClient(in.ClientId, in.SecretHash, *in.Username)
	if err != nil {
		return nil, err
	}
	u, delivery, err := s.register(c, *in.Username, aws.ToString(in.Password), in.UserAttributes, in.ValidationData, r.Now)
	if err != nil {
		return nil, err
	}
	return &idp.SignUpOutput{
		UserConfirmed: u.status == types.UserStatusTypeConfirmed, UserSub: aws.String(u.sub()), CodeDeliveryDetails: delivery,
		Session: s.signUpSession(c, u, signUpToConfirm, r.Now),
	}, nil
}

// register adds a user who isn't confirmed yet, and sends a code if the pool verifies an address that the user gave.
func (s *Service) register(
	c *client, login, password string, attributes, validation []types.AttributeType, now time.Time,
) (*user, *types.CodeDeliveryDetailsType, error) {
	p := c.pool
	if p.AdminCreateUserConfig.AllowAdminCreateUserOnly {
		return nil, nil, denied("SignUp is not permitted for this user pool")
	}
	for _, a := range attributes {
		if !c.mayWrite(aws.ToString(a.Name)) {
			return nil, nil, errUnauthorizedAttribute
		}
	}
	u, err := p.newUser(login, attributes, now)
	if err != nil {
		return nil, nil, err
	}
	if err := p.checkPassword(password); err != nil && (password != "" || !p.passwordless(u)) {
		return nil, nil, err
	}
	if err := p.checkRequired(u); err != nil {
		return nil, nil, err
	}
	verdict, err := s.preSignUp(p, c, u, signUpBySelf, validation)
	if err != nil {
		return nil, nil, err
	}
	// Others may have signed up while the function ran.
	if p.find(login) != nil {
		return nil, nil, wire.Errorf(usernameExists, "User already exists")
	}
	u.password = password
	u.status = types.UserStatusTypeUnconfirmed
	p.users[u.name] = u
	verdict.verify(u)
	if verdict.AutoConfirmUser {
		u.status = types.UserStatusTypeConfirmed
		return u, nil, s.postConfirmation(p, c, u, confirmedSignUp)
	}
	delivery, err := s.sendConfirmation(c, u, now)
	return u, delivery, err
}

// mayWrite tells whether users of the client can set an attribute: any standard one if the client doesn't list them
// (model), but never the marks of verification, nor those for developers only.
func (c *client) mayWrite(name string) bool {
	if name == "sub" || strings.HasSuffix(name, "_verified") || strings.HasPrefix(name, developerPrefix) {
		return false
	}
	return c.WriteAttributes == nil || slices.Contains(c.WriteAttributes, name)
}

func (s *Service) confirmSignUp(r wire.Request, in *idp.ConfirmSignUpInput) (*idp.ConfirmSignUpOutput, error) {
	c, err := s.trustedClient(in.ClientId, in.SecretHash, *in.Username)
	if err != nil {
		return nil, err
	}
	var ch *challenge
	if in.Session != nil {
		if ch, err = s.signUpChallenge(c, in.Session, *in.Username, signUpToConfirm, r.Now); err != nil {
			return nil, err
		}
	}
	u, err := s.confirm(c, *in.Username, *in.ConfirmationCode, in.ForceAliasCreation, r.Now)
	if err != nil {
		return nil, err
	}
	if ch != nil {
		ch.used = true
	}
	return &idp.ConfirmSignUpOutput{Session: s.signUpSession(c, u, signUpToEnter, r.Now)}, nil
}

// confirm takes the code of a sign-up. It proves the address that the code was sent to.
func (s *Service) confirm(c *client, login, value string, force bool, now time.Time) (*user, error) {
	u := c.pool.find(login)
	if u == nil {
		return nil, c.unknown("Username/client id combination not found.", errExpired)
	}
	if u.status != types.UserStatusTypeUnconfirmed {
		return nil, denied("User cannot be confirmed. Current status is %s", u.status)
	}
	if err := u.confirmation.check(value, now); err != nil {
		return nil, err
	}
	attribute := string(c.pool.verifiedAttribute(u))
	if err := c.pool.takeAlias(u, attribute, u.attributes[attribute], force); err != nil {
		return nil, err
	}
	u.attributes[attribute+"_verified"] = "true"
	u.status = types.UserStatusTypeConfirmed
	u.confirmation = code{}
	u.modified = now
	return u, s.postConfirmation(c.pool, c, u, confirmedSignUp)
}

// takeAlias refuses an alias that another user has verified, or takes it from that user.
func (p *pool) takeAlias(u *user, attribute, value string, force bool) error {
	if !slices.Contains(p.AliasAttributes, types.AliasAttributeType(attribute)) {
		return nil
	}
	if other := p.find(value); other != nil && other != u {
		if !force {
			return wire.Errorf("AliasExistsException", "An account with the given %s already exists.", attribute)
		}
		delete(other.attributes, attribute+"_verified")
	}
	return nil
}

func (s *Service) forgotPassword(r wire.Request, in *idp.ForgotPasswordInput) (*idp.ForgotPasswordOutput, error) {
	c, err := s.trustedClient(in.ClientId, in.SecretHash, *in.Username)
	if err != nil {
		return nil, err
	}
	delivery, err := s.sendRecovery(c, *in.Username, r.Now)
	if err != nil {
		return nil, err
	}
	return &idp.ForgotPasswordOutput{CodeDeliveryDetails: delivery}, nil
}

func (s *Service) confirmForgotPassword(
	r wire.Request, in *idp.ConfirmForgotPasswordInput,
) (*idp.ConfirmForgotPasswordOutput, error) {
	c, err := s.trustedClient(in.ClientId, in.SecretHash, *in.Username)
	if err != nil {
		return nil, err
	}
	if err := s.recover(c, *in.Username, *in.ConfirmationCode, *in.Password, r.Now); err != nil {
		return nil, err
	}
	return &idp.ConfirmForgotPasswordOutput{}, nil
}

// recover sets a new password for whoever has the code.
func (s *Service) recover(c *client, login, value, password string, now time.Time) error {
	u := c.pool.find(login)
	if u == nil {
		return c.unknown("Username/client id combination not found.", errMismatch)
	}
	if err := c.pool.checkPassword(password); err != nil {
		return err
	}
	if err := u.recovery.check(value, now); err != nil {
		return err
	}
	u.password = password
	u.status = types.UserStatusTypeConfirmed
	u.recovery = code{}
	u.modified = now
	return s.postConfirmation(c.pool, c, u, confirmedPassword)
}

var (
	errExpired  = wire.Errorf(expiredCode, "Invalid code provided, please request a code again.")
	errMismatch = wire.Errorf(codeMismatch, "Invalid verification code provided, please try again.")

	errUnauthorizedAttribute = denied("A client attempted to write unauthorized attribute")
)

func (c code) check(value string, now time.Time) error {
	if c.value == "" || !now.Before(c.expires) {
		return errExpired
	}
	if c.value != value {
		return errMismatch
	}
	return nil
}

// unknown answers that a user doesn't exist, or something else if the client keeps that secret:
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html.
func (c *client) unknown(message string, instead error) error {
	if c.hidesUsers() {
		return instead
	}
	return wire.Errorf(userNotFound, "%s", message)
}

// trustedClient finds a client and checks the proof that the caller knows its secret:
// https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html.
func (s *Service) trustedClient(id, hash *string, usernames ...string) (*client, error) {
	c, err := s.publicClient(id)
	if err != nil {
		return nil, err
	}
	return c, c.trust(hash, usernames...)
}

func (c *client) trust(hash *string, usernames ...string) error {
	id := *c.ClientId
	switch {
	case !c.confidential() && hash != nil:
		return denied("Client %s is not configured for secret but secret hash was received", id)
	case !c.confidential():
		return nil
	case hash == nil:
		return denied("Client %s is configured with secret but SECRET_HASH was not received", id)
	}
	for _, name := range usernames {
		if c.signed(*hash, name) {
			return nil
		}
	}
	return denied("Unable to verify secret hash for client %s", id)
}
