package cognito

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// maxSecrets is how many secrets a client has at most (model: AddUserPoolClientSecret).
const maxSecrets = 2

// clientSecret is one of a confidential client's secrets.
type clientSecret struct {
	id, value string
	created   time.Time
	usable    time.Time // from when on it proves who the client is
	shown     bool      // whether DescribeUserPoolClient tells it: the one that the client was made with
}

// confidential tells whether the client has a secret, shown or not: one that was added later never is.
func (c *client) confidential() bool { return len(c.secrets) > 0 }

// keepSecret adds a secret. Ids are <client-id>--<epoch-create-time> (model: ClientSecretDescriptorType); nobody says in
// which unit, so they are made to differ.
func (c *client) keepSecret(value string, now time.Time, delay time.Duration) *clientSecret {
	epoch := now.UnixMilli()
	id := func() string { return fmt.Sprintf("%s--%d", *c.ClientId, epoch) }
	for c.secret(id()) >= 0 {
		epoch++
	}
	c.secrets = append(c.secrets, clientSecret{id: id(), value: value, created: now, usable: now.Add(delay)})
	return &c.secrets[len(c.secrets)-1]
}

func (c *client) secret(id string) int {
	return slices.IndexFunc(c.secrets, func(s clientSecret) bool { return s.id == id })
}

// knows tells whether secret is one of the client's, or, of a client that has none, nothing. It may be form-encoded, as
// RFC 6749, 2.3.1 has it in the Authorization header; many clients don't.
func (c *client) knows(secret string, now time.Time) bool {
	if !c.confidential() {
		return secret == ""
	}
	decoded, err := url.QueryUnescape(secret)
	if err != nil {
		decoded = secret
	}
	return slices.ContainsFunc(c.secrets, func(s clientSecret) bool {
		return !now.Before(s.usable) && (same(secret, s.value) || same(decoded, s.value))
	})
}

// signed tells whether hash was made of the user name with one of the client's secrets:
// https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html.
func (c *client) signed(hash, username string) bool {
	return slices.ContainsFunc(c.secrets, func(s clientSecret) bool {
		mac := hmac.New(sha256.New, []byte(s.value))
		mac.Write([]byte(username + *c.ClientId))
		return same(base64.StdEncoding.EncodeToString(mac.Sum(nil)), hash)
	})
}

// addUserPoolClientSecret doesn't say a value that the caller gave, which the caller knows.
func (s *Service) addUserPoolClientSecret(
	r wire.Request, in *idp.AddUserPoolClientSecretInput,
) (*idp.AddUserPoolClientSecretOutput, error) {
	_, c, err := s.client(r, in.UserPoolId, in.ClientId)
	if err != nil {
		return nil, err
	}
	if !c.confidential() {
		return nil, invalid("User pool client %s has no client secret", *c.ClientId)
	}
	if len(c.secrets) >= maxSecrets {
		return nil, overLimit("secrets of an app client", maxSecrets)
	}
	value := aws.ToString(in.ClientSecret)
	if value == "" {
		value = randomText(lowerAlnum, secretLength)
	}
	described := c.keepSecret(value, r.Now, s.settings.secretDelay).describe()
	if in.ClientSecret == nil {
		described.ClientSecretValue = &value
	}
	return &idp.AddUserPoolClientSecretOutput{ClientSecretDescriptor: &described}, nil
}

// describe says of a secret what everybody may know.
func (s clientSecret) describe() types.ClientSecretDescriptorType {
	return types.ClientSecretDescriptorType{ClientSecretId: aws.String(s.id), ClientSecretCreateDate: aws.Time(s.created)}
}

func (s *Service) listUserPoolClientSecrets(
	r wire.Request, in *idp.ListUserPoolClientSecretsInput,
) (*idp.ListUserPoolClientSecretsOutput, error) {
	_, c, err := s.client(r, in.UserPoolId, in.ClientId)
	if err != nil {
		return nil, err
	}
	out := &idp.ListUserPoolClientSecretsOutput{ClientSecrets: []types.ClientSecretDescriptorType{}}
	for _, secret := range c.secrets {
		if r.Now.Sub(secret.created) >= s.env.ListLag {
			out.ClientSecrets = append(out.ClientSecrets, secret.describe())
		}
	}
	return out, nil
}

func (s *Service) deleteUserPoolClientSecret(
	r wire.Request, in *idp.DeleteUserPoolClientSecretInput,
) (*idp.DeleteUserPoolClientSecretOutput, error) {
	_, c, err := s.client(r, in.UserPoolId, in.ClientId)
	if err != nil {
		return nil, err
	}
	i := c.secret(*in.ClientSecretId)
	switch {
	case i < 0:
		return nil, wire.Errorf(resourceNotFound, "Client secret %s does not exist.", *in.ClientSecretId)
	case len(c.secrets) == 1:
		return nil, invalid("The last secret of user pool client %s can't be deleted", *c.ClientId)
	}
	if c.secrets[i].shown {
		// The other isn't shown in its place (floci-io/floci#345, seen on AWS).
		c.ClientSecret = nil
	}
	c.secrets = slices.Delete(c.secrets, i, i+1)
	return &idp.DeleteUserPoolClientSecretOutput{}, nil
}
