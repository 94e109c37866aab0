package cognito_test

import (
	"encoding/base64"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func (s *secured) passkeys(token *string, limit *int32, next *string) (*idp.ListWebAuthnCredentialsOutput, error) {
	return s.api.ListWebAuthnCredentials(s.ctx(), &idp.ListWebAuthnCredentialsInput{AccessToken: token, MaxResults: limit, NextToken: next})
}

func (s *secured) forget(token *string, d *device) error {
	_, err := s.api.DeleteWebAuthnCredential(s.ctx(), &idp.DeleteWebAuthnCredentialInput{AccessToken: token, CredentialId: d.id()})
	return err
}

// id is that of the first passkey on the device.
func (d *device) id() *string {
	return aws.String(base64.RawURLEncoding.EncodeToString(d.authenticator.Credentials[0].ID))
}

func TestPasskeysListed(t *testing.T) {
	listExample := "AWS CLI example list-web-authn-credentials"
	check(t, setup{}, []behavior{
		{
			name: "a passkey is described", source: listExample + "; model: WebAuthnCredentialDescription",
			do: func(c *cloud) (any, error) {
				s, d := c.withPasskeys(types.WebAuthnConfigurationType{}), newDevice()
				d.attachment, d.transports = "cross-platform", []string{"usb", "nfc"}
				out, err := s.passkeys(s.register(d), nil, nil)
				if err != nil {
					return nil, err
				}
				got := out.Credentials[0]
				named, at := *got.CredentialId == *d.id(), got.CreatedAt.Equal(s.clock.Now())
				got.CredentialId, got.CreatedAt = nil, nil
				return []any{len(out.Credentials), got, named, at, out.NextToken}, nil
			},
			want: []any{1, types.WebAuthnCredentialDescription{
				AuthenticatorAttachment: aws.String("cross-platform"), AuthenticatorTransports: []string{"usb", "nfc"},
				FriendlyCredentialName: aws.String("Roaming passkey"), RelyingPartyId: aws.String(relyingParty),
			}, true, true, (*string)(nil)},
		},
		{
			name: "who has none", source: "model: ListWebAuthnCredentials, Credentials is required",
			do: func(c *cloud) (any, error) {
				s := c.withPasskeys(types.WebAuthnConfigurationType{})
				out, err := s.passkeys(s.enter().AuthenticationResult.AccessToken, nil, nil)
				if err != nil {
					return nil, err
				}
				return out.Credentials, nil
			},
			want: []types.WebAuthnCredentialDescription{},
		},
		{
			name: "lists have pages", source: "model: ListWebAuthnCredentials",
			do: func(c *cloud) (any, error) {
				s, d := c.withPasskeys(types.WebAuthnConfigurationType{}), newDevice()
				s.register(d)
				token := s.register(d)
				first, err := s.passkeys(token, aws.Int32(1), nil)
				if err != nil {
					return nil, err
				}
				second, err := s.passkeys(token, aws.Int32(1), first.NextToken)
				if err != nil {
					return nil, err
				}
				return []any{
					len(first.Credentials), len(second.Credentials), second.NextToken,
					*first.Credentials[0].CredentialId != *second.Credentials[0].CredentialId,
				}, nil
			},
			want: []any{1, 1, (*string)(nil), true},
		},
		{
			name: "of twenty at most", source: "API reference: ListWebAuthnCredentials, MaxResults",
			do: func(c *cloud) (any, error) {
				s := c.withPasskeys(types.WebAuthnConfigurationType{})
				return s.passkeys(s.enter().AuthenticationResult.AccessToken, aws.Int32(21), nil)
			},
			wantErr: "InvalidParameterException: 1 validation error detected: Value '21' at 'maxResults' failed to satisfy constraint: " +
				"Member must have value less than or equal to 20",
		},
		{
			name: "a deleted one is gone", source: "model: DeleteWebAuthnCredential",
			do: func(c *cloud) (any, error) {
				s, d := c.withPasskeys(types.WebAuthnConfigurationType{}), newDevice()
				token := s.register(d)
				if err := s.forget(token, d); err != nil {
					return nil, err
				}
				out, err := s.passkeys(token, nil, nil)
				if err != nil {
					return nil, err
				}
				return []any{len(out.Credentials), explain(s.forget(token, d))}, nil
			},
			want: []any{0, "ResourceNotFoundException: The user has no such passkey"},
		},
		{
			name: "nobody deletes another's", source: "model: DeleteWebAuthnCredential, of the currently signed-in user",
			do: func(c *cloud) (any, error) {
				s, d := c.withPasskeys(types.WebAuthnConfigurationType{}), newDevice()
				s.register(d)
				c.confirmed(s.pool, "bob")
				out, err := s.signIn(s.client, "bob", password)
				if err != nil {
					return nil, err
				}
				return nil, s.forget(out.AuthenticationResult.AccessToken, d)
			},
			wantErr: "ResourceNotFoundException: The user has no such passkey",
		},
	})
}
