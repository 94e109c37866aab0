package cognito

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// user is a user of a pool.
type user struct {
	name       string // a UUID where people sign in with an e-mail address or phone number
	attributes map[string]string
	groups     map[string]*types.GroupType // of the pool's, those that the user is in
	password   string
	// temporaryUntil is when a password that an administrator gave stops working.
	temporaryUntil    time.Time
	status            types.UserStatusType
	created, modified time.Time
	confirmation      code // sent to confirm the account
	recovery          code // sent to set a new password

	authenticator *authenticator // nil until one was verified
	associated    *authenticator // that waits to be verified, outside of a sign-in
	factors       []factor       // second factors that are turned on, passkeys among them if they stand for one
	preferred     factor         // the one among them; empty without a preference
	// verifications are codes for addresses, by attribute; pending are the addresses that become attributes by them.
	verifications map[string]code
	pending       map[string]string

	origins []string // of the tokens that the user was given since the last sign-out everywhere

	passkeys     map[string]*passkey // by their id, in base64url
	registration *registration       // of a passkey that isn't there yet; nil without one
}

// code was sent to a user.
type code struct {
	value   string
	expires time.Time
}

// Codes for confirmation are good for 24 hours, those for passwords for one:
// https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html.
const (
	confirmationValidity = 24 * time.Hour
	recoveryValidity     = time.Hour
)

func newCode(now time.Time, validity time.Duration) code {
	return code{value: randomText(digits, codeLength), expires: now.Add(validity)}
}

func (u *user) sub() string { return u.attributes["sub"] }

// attributeList starts with the sub, as AWS's answers do; the rest is in the order of names.
func (u *user) attributeList(names []string) []types.AttributeType {
	list := []types.AttributeType{}
	for _, name := range slices.Concat([]string{"sub"}, slices.Sorted(maps.Keys(u.attributes))) {
		if name == "sub" && len(list) > 0 || len(names) > 0 && !slices.Contains(names, name) {
			continue
		}
		list = append(list, types.AttributeType{Name: aws.String(name), Value: aws.String(u.attributes[name])})
	}
	return list
}

func (u *user) describe(attributes []string) types.UserType {
	return types.UserType{
		Username:             aws.String(u.name),
		Attributes:           u.attributeList(attributes),
		Enabled:              true,
		UserCreateDate:       aws.Time(u.created),
		UserLastModifiedDate: aws.Time(u.modified),
		UserStatus:           u.status,
	}
}

// find looks a user up by what people sign in with: the user name, the sub, the attributes that serve as user names,
// and verified aliases. A user name comes before another's alias. Nil if there's none.
func (p *pool) find(login string) *user {
	if u, ok := p.users[login]; ok {
		return u
	}
	for _, u := range p.users {
		if p.same(u.name, login) || u.sub() == login {
			return u
		}
		for _, a := range p.UsernameAttributes {
			if p.same(u.attributes[string(a)], login) {
				return u
			}
		}
		for _, a := range p.AliasAttributes {
			verified := a == types.AliasAttributeTypePreferredUsername || u.attributes[string(a)+"_verified"] == "true"
			if verified && p.same(u.attributes[string(a)], login) {
				return u
			}
		}
	}
	return nil
}

// same compares names. Without a UsernameConfiguration a pool tells cases apart.
func (p *pool) same(name, login string) bool {
	if name == "" {
		return false
	}
	if p.UsernameConfiguration != nil && !aws.ToBool(p.UsernameConfiguration.CaseSensitive) {
		return strings.EqualFold(name, login)
	}
	return name == login
}

// newUser makes a user, but doesn't add it. It checks what sign-up and the administrator's way have in common.
func (p *pool) newUser(login string, attributes []types.AttributeType, now time.Time) (*user, error) {
	u := &user{
		name: login, attributes: map[string]string{"sub": newUUID()}, groups: map[string]*types.GroupType{},
		verifications: map[string]code{}, pending: map[string]string{}, passkeys: map[string]*passkey{},
		created: now, modified: now,
	}
	for _, a := range attributes {
		if err := p.assign(u.attributes, *a.Name, aws.ToString(a.Value)); err != nil {
			return nil, err
		}
	}
	if err := p.checkName(u, login); err != nil {
		return nil, err
	}
	return u, nil
}

// checkName gives users of pools that sign in with an e-mail address or phone number a name that nobody types.
func (p *pool) checkName(u *user, login string) error {
	if len(p.UsernameAttributes) == 0 {
		if slices.Contains(p.AliasAttributes, types.AliasAttributeTypeEmail) && isEmail(login) {
			return invalid("Username cannot be of email format, since user pool is configured for email alias.")
		}
		return nil
	}
	email := slices.Contains(p.UsernameAttributes, types.UsernameAttributeTypeEmail)
	phone := slices.Contains(p.UsernameAttributes, types.UsernameAttributeTypePhoneNumber)
	switch {
	case email && isEmail(login):
		u.attributes["email"] = login
	case phone && isPhone(login):
		u.attributes["phone_number"] = login
	case email && phone:
		return invalid("Username should be either an email or a phone number.")
	case email:
		return invalid("Username should be an email.")
	default:
		return invalid("Username should be a phone number.")
	}
	u.name = u.sub()
	return nil
}
