package awslocal

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"

	localgateway "github.com/securedapi/securedapi/hack/awslocal/apigateway"
	localcognito "github.com/securedapi/securedapi/hack/awslocal/cognito"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// once returns the server's configuration with the SDK's retries off.
func once(s *Server) aws.Config {
	config := s.Config()
	config.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	return config
}

func newPool(name string) *cognitoidentityprovider.CreateUserPoolInput {
	return &cognitoidentityprovider.CreateUserPoolInput{PoolName: aws.String(name)}
}

// pools counts the user pools that are really there.
func pools(t *testing.T, s *Server) int {
	t.Helper()
	out, err := cognitoidentityprovider.NewFromConfig(s.Config()).ListUserPools(t.Context(),
		&cognitoidentityprovider.ListUserPoolsInput{MaxResults: aws.Int32(60)})
	if err != nil {
		t.Fatal(err)
	}
	return len(out.UserPools)
}

// do sends a request that isn't the SDK's.
func do(t *testing.T, s *Server, r *http.Request) (status int, body string) {
	t.Helper()
	resp, err := s.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, strings.TrimSpace(string(b))
}

func code(err error) string {
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		return e.ErrorCode()
	}
	return ""
}

func TestCallsSayWhatWasAskedAndHowItEnded(t *testing.T) {
	s := Start(t, WithAccount("222222222222"))
	ctx := t.Context()
	config := once(s)
	if _, err := cognitoidentityprovider.NewFromConfig(config).CreateUserPool(ctx, newPool("a")); err != nil {
		t.Fatal(err)
	}
	if _, err := apigateway.NewFromConfig(config).GetRestApi(ctx,
		&apigateway.GetRestApiInput{RestApiId: aws.String("nobody")}); err == nil {
		t.Fatal("an API that isn't there")
	}
	config.Region = "eu-west-1"
	if _, err := lambda.NewFromConfig(config).GetFunction(ctx,
		&lambda.GetFunctionInput{FunctionName: aws.String("nobody")}); err == nil {
		t.Fatal("a function that isn't there")
	}
	identity, err := sts.NewFromConfig(config).GetCallerIdentity(ctx, nil)
	if err != nil || aws.ToString(identity.Account) != "222222222222" {
		t.Fatalf("who am I: %v, %v", identity, err)
	}
	if _, err := apigateway.NewFromConfig(config).GetSdkTypes(ctx, nil); code(err) != "UnknownOperationException" {
		t.Fatalf("an operation that isn't served: %v", err)
	}

	want := []Call{
		{Service: "cognito-idp", Operation: "CreateUserPool", Region: "us-east-1", Status: 200, Mutating: true},
		{Service: "apigateway", Operation: "GetRestApi", Region: "us-east-1", Status: 404, Code: "NotFoundException"},
		{Service: "lambda", Operation: "GetFunction", Region: "eu-west-1", Status: 404, Code: "ResourceNotFoundException"},
		{Service: "sts", Operation: "GetCallerIdentity", Region: "eu-west-1", Status: 200},
		{Service: "apigateway", Region: "eu-west-1", Status: 404, Code: "UnknownOperationException"},
	}
	for i := range want {
		want[i].Account, want[i].Principal = "222222222222", "arn:aws:iam::222222222222:root"
	}
	if diff := cmp.Diff(want, s.Calls(), cmpopts.IgnoreFields(Call{}, "At")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	s.ResetCalls()
	if got := s.Calls(); len(got) != 0 {
		t.Errorf("after a reset: %v", got)
	}
}

func TestAnUnknownServiceIsRefused(t *testing.T) {
	s := Start(t)
	r, err := http.NewRequest(http.MethodGet, s.URL+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=K/20260101/us-east-1/s3/aws4_request, Signature=0")
	if status, body := do(t, s, r); status != 404 || !strings.Contains(body, "no service s3") {
		t.Errorf("got %d %s", status, body)
	}
}

func TestAccountsAndRegionsShareNothing(t *testing.T) {
	s := Start(t)
	config := once(s)
	if _, err := cognitoidentityprovider.NewFromConfig(config).CreateUserPool(t.Context(), newPool("a")); err != nil {
		t.Fatal(err)
	}
	config.Region = "eu-west-1"
	out, err := cognitoidentityprovider.NewFromConfig(config).ListUserPools(t.Context(),
		&cognitoidentityprovider.ListUserPoolsInput{MaxResults: aws.Int32(60)})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.UserPools) != 0 || pools(t, s) != 1 {
		t.Errorf("eu-west-1 has %d pools, us-east-1 %d, want 0 and 1", len(out.UserPools), pools(t, s))
	}
}

func TestOptionsReachTheServices(t *testing.T) {
	s := Start(t,
		WithCognito(localcognito.WithLimits(localcognito.Limits{})),
		WithAPIGateway(localgateway.WithLimits(localgateway.Limits{})))
	_, err := cognitoidentityprovider.NewFromConfig(once(s)).CreateUserPool(t.Context(), newPool("a"))
	if code(err) != "LimitExceededException" {
		t.Errorf("a pool where none may be: %v", err)
	}
	_, err = apigateway.NewFromConfig(once(s)).CreateRestApi(t.Context(),
		&apigateway.CreateRestApiInput{Name: aws.String("a")})
	if code(err) != "LimitExceededException" {
		t.Errorf("an API where none may be: %v", err)
	}
}

func TestClose(t *testing.T) {
	s, err := New()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("close again: %v", err)
	}
	if _, err := sts.NewFromConfig(once(s)).GetCallerIdentity(t.Context(), nil); err == nil {
		t.Error("it still answers")
	}
}

func TestNewNamesAnAddressInUse(t *testing.T) {
	s := Start(t)
	addr := strings.TrimPrefix(s.URL, "http://")
	if _, err := New(WithAddr(addr)); err == nil || !strings.Contains(err.Error(), "listen on "+addr) {
		t.Errorf("got %v", err)
	}
}
