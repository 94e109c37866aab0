package cognito_test

import (
	"net/url"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// choicePages are pages of a version, of a pool that takes codes by e-mail, for a client with USER_AUTH.
func (c *cloud) choicePages(version int32) *app {
	c.t.Helper()
	a := c.app(types.OAuthFlowTypeCode, func(in *idp.CreateUserPoolInput) {
		in.Policies = &types.UserPoolPolicyType{SignInPolicy: &types.SignInPolicyType{
			AllowedFirstAuthFactors: []types.AuthFactorType{types.AuthFactorTypePassword, types.AuthFactorTypeEmailOtp},
		}}
	})
	a.client = c.appClient(a.pool, withOAuth(types.OAuthFlowTypeCode), withFlows(types.ExplicitAuthFlowsTypeAllowUserAuth), hidesUsers)
	_, err := c.api.UpdateUserPoolDomain(c.ctx(), &idp.UpdateUserPoolDomainInput{
		UserPoolId: a.pool, Domain: aws.String("notes"), ManagedLoginVersion: &version,
	})
	if err != nil {
		c.t.Fatal(err)
	}
	_, err = c.api.CreateManagedLoginBranding(c.ctx(), &idp.CreateManagedLoginBrandingInput{
		UserPoolId: a.pool, ClientId: a.client.ClientId, UseCognitoProvidedValues: true,
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return a
}

func hidesUsers(in *idp.CreateUserPoolClientInput) {
	in.PreventUserExistenceErrors = types.PreventUserExistenceErrorTypesEnabled
}

// named opens the login page and says who one is.
func (a *app) named(login string) *browser {
	a.t.Helper()
	return a.browser().open(a.url("/login")).submit(url.Values{"username": {login}})
}

// home tells whether a browser came back to the app with a code.
func (b *browser) home() bool {
	return b.location.Host == "localhost:3000" && b.location.Query().Get("code") != ""
}

func TestPagesWithAChoice(t *testing.T) {
	const (
		managed = "developer guide: authentication-flows-selection-managedlogin"
		notes   = "developer guide: authentication-flow-things-to-know"
		verify  = "email_verified=true"
	)
	check(t, setup{}, []behavior{
		{
			name: "ask for the name, then for the way", source: managed,
			do: func(c *cloud) (any, error) {
				a := c.choicePages(2)
				a.confirmed(a.pool, ada, verify)
				return a.named(ada).says(), nil
			},
			want: "Choose how to prove who you are",
		},
		{
			name: "a code by e-mail lets in", source: managed,
			do: func(c *cloud) (any, error) {
				a := c.choicePages(2)
				a.confirmed(a.pool, ada, verify)
				b := a.named(ada).submit(typed("answer", "EMAIL_OTP"))
				asked := b.says()
				wrong := b.submit(typed("code", "1")).says()
				return []any{asked, wrong, b.submit(typed("code", a.code(ada))).home()}, nil
			},
			want: []any{"Enter your code", "Enter your code: Invalid code or auth state for the user.", true},
		},
		{
			name: "so does the password", source: managed,
			do: func(c *cloud) (any, error) {
				a := c.choicePages(2)
				a.confirmed(a.pool, ada, verify)
				b := a.named(ada).submit(typed("answer", "PASSWORD"))
				asked := b.says()
				wrong := b.submit(typed("password", "wrong")).says()
				return []any{asked, wrong, b.submit(typed("password", password)).home()}, nil
			},
			want: []any{"Enter your password", "Enter your password: Incorrect username or password.", true},
		},
		{
			name: "who has a password only is asked for that", source: managed + ": the available options",
			do: func(c *cloud) (any, error) {
				a := c.choicePages(2)
				a.confirmed(a.pool, ada, "email_verified=false")
				b := a.named(ada)
				return []any{b.says(), b.submit(typed("password", password)).home()}, nil
			},
			want: []any{"Enter your password", true},
		},
		{
			name: "a temporary password is replaced", source: otpRunbook,
			do: func(c *cloud) (any, error) {
				a := c.choicePages(2)
				_, err := c.api.AdminCreateUser(c.ctx(), &idp.AdminCreateUserInput{
					UserPoolId: a.pool, Username: aws.String(ada), TemporaryPassword: aws.String(password),
				})
				if err != nil {
					return nil, err
				}
				b := a.named(ada).submit(typed("password", password))
				return []any{b.says(), b.submit(typed("password", "Another-horse-1")).home()}, nil
			},
			want: []any{"Choose a password", true},
		},
		{
			name: "who is nobody gets no code and is not told", source: "model: PreventUserExistenceErrors",
			do: func(c *cloud) (any, error) {
				a := c.choicePages(2)
				b := a.named("nobody@example.com")
				chosen := b.says()
				b.submit(typed("answer", "EMAIL_OTP"))
				return []any{chosen, b.submit(typed("code", "12345678")).says(), len(c.svc.Messages("nobody@example.com"))}, nil
			},
			want: []any{"Choose how to prove who you are", "Enter your code: Invalid code or auth state for the user.", 0},
		},
		{
			name: "classic pages ask for passwords, whatever the client allows", source: notes,
			do: func(c *cloud) (any, error) {
				a := c.choicePages(1)
				a.confirmed(a.pool, ada, verify)
				return a.browser().open(a.url("/login")).submit(login(ada, password)).home(), nil
			},
			want: true,
		},
	})
}
