package cognito_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"
	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/google/go-cmp/cmp"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/securedapi/securedapi/hack/awslocal/cognito"
	"github.com/securedapi/securedapi/hack/awslocal/wire"
	"github.com/securedapi/securedapi/hack/awslocal/wire/wiretest"
)

const (
	account = "111111111111"
	region  = "us-east-1"
)

// cloud is the service behind HTTP, with the real SDK's client in front of it.
type cloud struct {
	t     *testing.T
	svc   *cognito.Service
	clock *clocktesting.FakeClock
	url   string
	api   *idp.Client // in account and region
	http  *http.Client
}

// ctx is the test's, with the test's HTTP client for OAuth.
func (c *cloud) ctx() context.Context { return oidc.ClientContext(c.t.Context(), c.http) }

type setup struct {
	listLag time.Duration
	options []cognito.Option
}

func start(t *testing.T, s setup) *cloud {
	t.Helper()
	c := &cloud{t: t, clock: clocktesting.NewFakeClock(time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC))}
	// Not the default transport: when a server of another test closes, it drops that one's connections.
	c.http = &http.Client{Transport: &http.Transport{}}
	t.Cleanup(c.http.CloseIdleConnections)
	env := wire.Env{Clock: c.clock, BaseURL: func() string { return c.url }, ListLag: s.listLag}
	c.svc = cognito.New(env, s.options...)
	server := httptest.NewServer(c.handler())
	t.Cleanup(server.Close)
	c.url = server.URL
	c.api = c.client(account, region)
	return c
}

// client makes the SDK's client for an account, which the access key names here.
func (c *cloud) client(account, region string) *idp.Client {
	return idp.New(idp.Options{
		Region:       region,
		BaseEndpoint: aws.String(c.url),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: account, SecretAccessKey: "secret"}, nil
		}),
		Retryer: aws.NopRetryer{},
	})
}

var credential = regexp.MustCompile(`Credential=(\d+)/\d+/([\w-]+)/cognito-idp/`)

func (c *cloud) handler() http.Handler {
	protocol := wire.JSON11("AWSCognitoIdentityProviderService", c.svc.Operations())
	mux := http.NewServeMux()
	mux.HandleFunc("POST /{$}", func(w http.ResponseWriter, r *http.Request) {
		req := wire.Request{Now: c.clock.Now()}
		if scope := credential.FindStringSubmatch(r.Header.Get("Authorization")); scope != nil {
			req.Account, req.Region = scope[1], scope[2]
		}
		if err := wiretest.Answer(c.t, protocol, r, req).WriteTo(w); err != nil {
			c.t.Error(err)
		}
	})
	mux.HandleFunc("/auth/{region}/{prefix}/", func(w http.ResponseWriter, r *http.Request) {
		region, prefix := r.PathValue("region"), r.PathValue("prefix")
		http.StripPrefix("/auth/"+region+"/"+prefix, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c.svc.ServeDomain(region, prefix, w, r)
		})).ServeHTTP(w, r)
	})
	mux.HandleFunc("/{pool}/.well-known/{document}", func(w http.ResponseWriter, r *http.Request) {
		pool := r.PathValue("pool")
		http.StripPrefix("/"+pool, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c.svc.ServeIssuer(pool, w, r)
		})).ServeHTTP(w, r)
	})
	mux.HandleFunc("/mailbox", c.svc.ServeMailbox)
	return mux
}

// behavior is one thing that AWS does, and who says so.
type behavior struct {
	name, source string
	do           func(c *cloud) (any, error)
	want         any    // what do returns
	wantErr      string // or the code and the message of the refusal
}

func check(t *testing.T, s setup, behaviors []behavior) {
	t.Helper()
	for _, b := range behaviors {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			wiretest.Source(t, b.source)
			got, err := b.do(start(t, s))
			if diff := cmp.Diff(b.wantErr, explain(err)); diff != "" {
				t.Fatalf("%s\nrefusal (-want +got):\n%s", b.source, diff)
			}
			if diff := cmp.Diff(b.want, got, sdkStructs); err == nil && diff != "" {
				t.Errorf("%s\n(-want +got):\n%s", b.source, diff)
			}
		})
	}
}

// sdkStructs lets cmp look into the SDK's structs, which all have an unexported marker.
var sdkStructs = cmp.Exporter(func(t reflect.Type) bool { return strings.HasPrefix(t.PkgPath(), "github.com/aws/") })

// explain reduces an error to what AWS answered.
func explain(err error) string {
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		return e.ErrorCode() + ": " + e.ErrorMessage()
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// pool makes a user pool and returns its id.
func (c *cloud) pool(change ...func(*idp.CreateUserPoolInput)) *string {
	c.t.Helper()
	in := &idp.CreateUserPoolInput{PoolName: aws.String("notes")}
	for _, f := range change {
		f(in)
	}
	out, err := c.api.CreateUserPool(c.ctx(), in)
	if err != nil {
		c.t.Fatal(err)
	}
	return out.UserPool.Id
}

// byEmail makes the pool of the recipe: people sign in with their e-mail address.
func byEmail(in *idp.CreateUserPoolInput) {
	in.UsernameAttributes = []types.UsernameAttributeType{types.UsernameAttributeTypeEmail}
	in.AutoVerifiedAttributes = []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail}
}

func (c *cloud) describe(pool *string) *types.UserPoolType {
	c.t.Helper()
	out, err := c.api.DescribeUserPool(c.ctx(), &idp.DescribeUserPoolInput{UserPoolId: pool})
	if err != nil {
		c.t.Fatal(err)
	}
	return out.UserPool
}

// appClient makes an app client that signs in with passwords.
func (c *cloud) appClient(pool *string, change ...func(*idp.CreateUserPoolClientInput)) *types.UserPoolClientType {
	c.t.Helper()
	out, err := c.tryClient(pool, change...)
	if err != nil {
		c.t.Fatal(err)
	}
	return out
}

func (c *cloud) tryClient(pool *string, change ...func(*idp.CreateUserPoolClientInput)) (*types.UserPoolClientType, error) {
	in := &idp.CreateUserPoolClientInput{UserPoolId: pool, ClientName: aws.String("web")}
	for _, f := range change {
		f(in)
	}
	out, err := c.api.CreateUserPoolClient(c.ctx(), in)
	if err != nil {
		return nil, err
	}
	return out.UserPoolClient, nil
}

const callback = "http://localhost:3000/callback"

// withOAuth lets a client use the login pages.
func withOAuth(flows ...types.OAuthFlowType) func(*idp.CreateUserPoolClientInput) {
	return func(in *idp.CreateUserPoolClientInput) {
		in.AllowedOAuthFlowsUserPoolClient = true
		in.AllowedOAuthFlows = flows
		in.AllowedOAuthScopes = []string{"openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"}
		in.CallbackURLs = []string{callback}
		in.LogoutURLs = []string{"http://localhost:3000/"}
		in.SupportedIdentityProviders = []string{"COGNITO"}
	}
}

func withPasswords(in *idp.CreateUserPoolClientInput) {
	in.ExplicitAuthFlows = []types.ExplicitAuthFlowsType{
		types.ExplicitAuthFlowsTypeAllowUserPasswordAuth, types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth,
	}
}

func (c *cloud) prefix(pool *string, prefix string) {
	c.t.Helper()
	if err := c.tryDomain(pool, prefix); err != nil {
		c.t.Fatal(err)
	}
}

func (c *cloud) tryDomain(pool *string, prefix string) error {
	_, err := c.api.CreateUserPoolDomain(c.ctx(), &idp.CreateUserPoolDomainInput{UserPoolId: pool, Domain: aws.String(prefix)})
	return err
}

const password = "Correct-horse-1"

// confirmed makes a user with password, whom nobody has to confirm.
func (c *cloud) confirmed(pool *string, username string, attributes ...string) {
	c.t.Helper()
	in := &idp.AdminCreateUserInput{UserPoolId: pool, Username: aws.String(username), MessageAction: types.MessageActionTypeSuppress}
	for _, a := range attributes {
		name, value, _ := strings.Cut(a, "=")
		in.UserAttributes = append(in.UserAttributes, types.AttributeType{Name: aws.String(name), Value: aws.String(value)})
	}
	_, err := c.api.AdminCreateUser(c.ctx(), in)
	if err != nil {
		c.t.Fatal(err)
	}
	_, err = c.api.AdminSetUserPassword(c.ctx(), &idp.AdminSetUserPasswordInput{
		UserPoolId: pool, Username: aws.String(username), Password: aws.String(password), Permanent: true,
	})
	if err != nil {
		c.t.Fatal(err)
	}
}
