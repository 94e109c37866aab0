package cognito_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/securedapi/securedapi/hack/awslocal/cognito"
)

const (
	firstSecret  = "abcdefghijklmnopqrstuvwx"
	secondSecret = "0123456789abcdefghijklmn"
)

// machine is a confidential client for programs, made with firstSecret.
type machine struct {
	*cloud
	pool, id *string
}

func (c *cloud) machine() *machine {
	c.t.Helper()
	m := &machine{cloud: c, pool: c.pool()}
	c.prefix(m.pool, "notes")
	c.resourceServer(m.pool, "notes", "read")
	m.id = c.appClient(m.pool, func(in *idp.CreateUserPoolClientInput) {
		in.AllowedOAuthFlowsUserPoolClient, in.ClientSecret = true, aws.String(firstSecret)
		in.AllowedOAuthFlows = []types.OAuthFlowType{types.OAuthFlowTypeClientCredentials}
		in.AllowedOAuthScopes = []string{"notes/read"}
	}).ClientId
	return m
}

func (m *machine) tryAdd(secret string) (*types.ClientSecretDescriptorType, error) {
	in := &idp.AddUserPoolClientSecretInput{UserPoolId: m.pool, ClientId: m.id}
	if secret != "" {
		in.ClientSecret = &secret
	}
	out, err := m.api.AddUserPoolClientSecret(m.ctx(), in)
	if err != nil {
		return nil, errWithout(err, *m.id)
	}
	return out.ClientSecretDescriptor, nil
}

// add adds a secret and returns its id.
func (m *machine) add(secret string) string {
	m.t.Helper()
	added, err := m.tryAdd(secret)
	if err != nil {
		m.t.Fatal(err)
	}
	return *added.ClientSecretId
}

func (m *machine) list() []types.ClientSecretDescriptorType {
	m.t.Helper()
	out, err := m.api.ListUserPoolClientSecrets(m.ctx(), &idp.ListUserPoolClientSecretsInput{UserPoolId: m.pool, ClientId: m.id})
	if err != nil {
		m.t.Fatal(err)
	}
	return out.ClientSecrets
}

func (m *machine) tryDrop(id string) error {
	_, err := m.api.DeleteUserPoolClientSecret(m.ctx(), &idp.DeleteUserPoolClientSecretInput{
		UserPoolId: m.pool, ClientId: m.id, ClientSecretId: &id,
	})
	return errWithout(err, *m.id)
}

func (m *machine) drop(id string) {
	m.t.Helper()
	if err := m.tryDrop(id); err != nil {
		m.t.Fatal(err)
	}
}

// shown is the secret that DescribeUserPoolClient tells.
func (m *machine) shown() string {
	m.t.Helper()
	out, err := m.api.DescribeUserPoolClient(m.ctx(), &idp.DescribeUserPoolClientInput{UserPoolId: m.pool, ClientId: m.id})
	if err != nil {
		m.t.Fatal(err)
	}
	return aws.ToString(out.UserPoolClient.ClientSecret)
}

// takes tells of each secret whether the token endpoint takes it.
func (m *machine) takes(secrets ...string) []bool {
	m.t.Helper()
	taken := make([]bool, len(secrets))
	for i, secret := range secrets {
		_, err := (&clientcredentials.Config{
			ClientID: *m.id, ClientSecret: secret, TokenURL: m.url + "/auth/us-east-1/notes/oauth2/token",
		}).Token(m.ctx())
		if err != nil && !refused(err, 400, "invalid_client") {
			m.t.Fatal(err)
		}
		taken[i] = err == nil
	}
	return taken
}

func TestClientSecrets(t *testing.T) {
	t.Parallel()
	const (
		model    = "model: "
		noSource = "; no source says with which code and words"
		seen     = "seen on AWS: floci-io/floci#345"
	)
	check(t, setup{}, []behavior{
		{
			name: "a secret that AWS generates is told once", source: model + "ClientSecretDescriptorType, AddUserPoolClientSecretOutput",
			do: func(c *cloud) (any, error) {
				m := c.machine()
				added, err := m.tryAdd("")
				if err != nil {
					return nil, err
				}
				id, _, separated := strings.Cut(*added.ClientSecretId, "--")
				return []any{id == *m.id, separated, added.ClientSecretCreateDate.Equal(c.clock.Now()), m.takes(*added.ClientSecretValue)}, nil
			},
			want: []any{true, true, true, []bool{true}},
		},
		{
			name: "one of one's own isn't told at all", source: model + "AddUserPoolClientSecretOutput",
			do: func(c *cloud) (any, error) {
				added, err := c.machine().tryAdd(secondSecret)
				if err != nil {
					return nil, err
				}
				return added.ClientSecretValue, nil
			},
			want: (*string)(nil),
		},
		{
			name: "the list has ids and dates, and no values", source: model + "ListUserPoolClientSecrets",
			do: func(c *cloud) (any, error) {
				m := c.machine()
				c.clock.Step(time.Hour)
				second := m.add(secondSecret)
				secrets := m.list()
				return []any{
					len(secrets), *secrets[0].ClientSecretId != second, *secrets[1].ClientSecretId == second,
					secrets[1].ClientSecretCreateDate.Sub(*secrets[0].ClientSecretCreateDate).String(),
					secrets[0].ClientSecretValue, secrets[1].ClientSecretValue,
				}, nil
			},
			want: []any{2, true, true, "1h0m0s", (*string)(nil), (*string)(nil)},
		},
		{
			name: "the token endpoint takes either", source: model + `AddUserPoolClientSecret ("2 active secrets"); ` + seen,
			do: func(c *cloud) (any, error) {
				m := c.machine()
				first := *m.list()[0].ClientSecretId
				m.add(secondSecret)
				both := m.takes(firstSecret, secondSecret, "neither")
				m.drop(first)
				return [][]bool{both, m.takes(firstSecret, secondSecret)}, nil
			},
			want: [][]bool{{true, true, false}, {false, true}},
		},
		{
			name: "a third is refused", source: model + "AddUserPoolClientSecret, LimitExceededException" + noSource,
			do: func(c *cloud) (any, error) {
				m := c.machine()
				m.add(secondSecret)
				return m.tryAdd("")
			},
			wantErr: "LimitExceededException: Limit exceeded: secrets of an app client, 2",
		},
		{
			name: "a client without a secret gets none", source: model + `AddUserPoolClientSecret ("existing confidential")` + noSource,
			do: func(c *cloud) (any, error) {
				m := &machine{cloud: c, pool: c.pool()}
				m.id = c.appClient(m.pool).ClientId
				return m.tryAdd("")
			},
			wantErr: "InvalidParameterException: User pool client ID has no client secret",
		},
		{
			name: "a secret of one's own has 24 characters", source: model + "ClientSecretType",
			do: func(c *cloud) (any, error) { return c.machine().tryAdd("short") },
			wantErr: "InvalidParameterException: 1 validation error detected: Value at 'clientSecret' failed to satisfy constraint: " +
				"Member must have length greater than or equal to 24",
		},
		{
			name: "the last one stays", source: model + "DeleteUserPoolClientSecret" + noSource,
			do: func(c *cloud) (any, error) {
				m := c.machine()
				return nil, m.tryDrop(*m.list()[0].ClientSecretId)
			},
			wantErr: "InvalidParameterException: The last secret of user pool client ID can't be deleted",
		},
		{
			name: "one that isn't there is not found", source: model + "DeleteUserPoolClientSecret, ResourceNotFoundException" + noSource,
			do: func(c *cloud) (any, error) {
				m := c.machine()
				m.add(secondSecret)
				return nil, m.tryDrop("gone")
			},
			wantErr: "ResourceNotFoundException: Client secret gone does not exist.",
		},
		{
			name: "a description tells the secret that the client was made with, and no other", source: seen,
			do: func(c *cloud) (any, error) {
				m := c.machine()
				first := *m.list()[0].ClientSecretId
				shown := []string{m.shown()}
				second := m.add(secondSecret)
				shown = append(shown, m.shown())
				m.drop(second)
				shown = append(shown, m.shown())
				m.add(secondSecret)
				m.drop(first)
				return append(shown, m.shown()), nil
			},
			want: []string{firstSecret, firstSecret, firstSecret, ""},
		},
		{
			name: "a client whose secret isn't shown keeps it, and its flow, through updates", source: model + "UpdateUserPoolClientInput has no secret",
			do: func(c *cloud) (any, error) {
				m := c.machine()
				first := *m.list()[0].ClientSecretId
				m.add(secondSecret)
				m.drop(first)
				_, err := c.api.UpdateUserPoolClient(c.ctx(), &idp.UpdateUserPoolClientInput{
					UserPoolId: m.pool, ClientId: m.id, AllowedOAuthFlowsUserPoolClient: true, AllowedOAuthScopes: []string{"notes/read"},
					AllowedOAuthFlows: []types.OAuthFlowType{types.OAuthFlowTypeClientCredentials},
				})
				return m.takes(secondSecret), err
			},
			want: []bool{true},
		},
	})
}

func TestStaleListsOfSecrets(t *testing.T) {
	t.Parallel()
	check(t, setup{listLag: time.Minute, options: []cognito.Option{cognito.WithSecretDelay(time.Minute)}}, []behavior{
		{
			name: "the token endpoint learns of a new secret late", source: "seen on AWS: rotation.py in tnorlund/Portfolio; it can be switched on",
			do: func(c *cloud) (any, error) {
				m := c.machine()
				m.add(secondSecret)
				early := m.takes(firstSecret, secondSecret)
				c.clock.Step(time.Minute)
				return [][]bool{early, m.takes(firstSecret, secondSecret)}, nil
			},
			want: [][]bool{{true, false}, {true, true}},
		},
		{
			name: "so does the list", source: "eventual consistency of lists: not known of AWS, so it can be switched on",
			do: func(c *cloud) (any, error) {
				m := c.machine()
				c.clock.Step(time.Minute)
				m.add(secondSecret)
				early := len(m.list())
				c.clock.Step(time.Minute)
				return []int{early, len(m.list())}, nil
			},
			want: []int{1, 2},
		},
	})
}
