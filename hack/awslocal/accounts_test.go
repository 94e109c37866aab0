package awslocal

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/securedapi/securedapi/hack/awslocal/wire/wiretest"
)

const (
	theirs     = "222222222222"
	theirRole  = "arn:aws:iam::" + theirs + ":role/Deployer"
	theirRole2 = "arn:aws:iam::" + theirs + ":role/Other"
)

// assuming returns a configuration whose clients assume a role by themselves, as an operator's do.
func assuming(s *Server, roleARN string) aws.Config {
	config := once(s)
	config.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(once(s)), roleARN,
		func(o *stscreds.AssumeRoleOptions) {
			o.RoleSessionName = "notes"
			o.Tags = []ststypes.Tag{{Key: aws.String("namespace"), Value: aws.String("default")}}
		}))
	return config
}

func countPools(t *testing.T, config aws.Config) int {
	t.Helper()
	out, err := cognitoidentityprovider.NewFromConfig(config).ListUserPools(t.Context(),
		&cognitoidentityprovider.ListUserPoolsInput{MaxResults: aws.Int32(60)})
	if err != nil {
		t.Fatal(err)
	}
	return len(out.UserPools)
}

// What is called with a role's credentials lands in the role's account, and the log says who called.
func TestARoleUsesItsOwnAccount(t *testing.T) {
	s := Start(t)
	ctx := t.Context()
	config := assuming(s, theirRole)
	pool, err := cognitoidentityprovider.NewFromConfig(config).CreateUserPool(ctx, newPool("theirs"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(*pool.UserPool.Arn, ":"+theirs+":") {
		t.Errorf("the pool is %s", *pool.UserPool.Arn)
	}
	api, err := apigateway.NewFromConfig(config).CreateRestApi(ctx, &apigateway.CreateRestApiInput{Name: aws.String("theirs")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := apigateway.NewFromConfig(once(s)).GetRestApi(ctx, &apigateway.GetRestApiInput{RestApiId: api.Id}); err == nil {
		t.Error("an API of theirs is there for our account, too")
	}
	for name, want := range map[string]struct {
		config aws.Config
		pools  int
	}{
		"ours": {s.Config(), 0}, "theirs by another role": {assuming(s, theirRole2), 1}, "theirs": {s.ConfigFor(theirs), 1},
		"somebody else's": {s.ConfigFor("333333333333"), 0},
	} {
		if got := countPools(t, want.config); got != want.pools {
			t.Errorf("%s: %d pools, want %d", name, got, want.pools)
		}
	}
	identity, err := sts.NewFromConfig(config).GetCallerIdentity(ctx, nil)
	if err != nil || *identity.Arn != "arn:aws:sts::"+theirs+":assumed-role/Deployer/notes" {
		t.Errorf("who am I: %v, %v", identity, err)
	}

	want := []Call{
		{Operation: "AssumeRole", Account: DefaultAccount, Principal: "arn:aws:iam::" + DefaultAccount + ":root"},
		{
			Operation: "CreateUserPool", Account: theirs, Principal: *identity.Arn, Mutating: true,
			Tags: map[string]string{"namespace": "default"},
		},
	}
	ignored := cmpopts.IgnoreFields(Call{}, "At", "Service", "Region", "Status")
	if diff := cmp.Diff(want, s.Calls()[:2], ignored); diff != "" {
		t.Errorf("the log: -want +got:\n%s", diff)
	}
}

func TestADeniedRole(t *testing.T) {
	s := Start(t)
	s.STS.Deny(theirRole)
	_, err := cognitoidentityprovider.NewFromConfig(assuming(s, theirRole)).CreateUserPool(t.Context(), newPool("theirs"))
	if code(err) != "AccessDenied" {
		t.Errorf("got %v", err)
	}
	s.STS.Allow(theirRole)
	if _, err := cognitoidentityprovider.NewFromConfig(assuming(s, theirRole)).CreateUserPool(t.Context(), newPool("theirs")); err != nil {
		t.Error(err)
	}
}

// A prefix is one account's in a Region, whoever asks (serverless/serverless#10135); everything else is each account's.
func TestPrefixesAreUniqueOverAccounts(t *testing.T) {
	s := Start(t)
	take := func(config aws.Config) error {
		cognito := cognitoidentityprovider.NewFromConfig(config)
		pool, err := cognito.CreateUserPool(t.Context(), newPool("notes"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = cognito.CreateUserPoolDomain(t.Context(), &cognitoidentityprovider.CreateUserPoolDomainInput{
			UserPoolId: pool.UserPool.Id, Domain: aws.String("notes"),
		})
		return err
	}
	elsewhere := assuming(s, theirRole)
	elsewhere.Region = "eu-west-1"
	if err := take(once(s)); err != nil {
		t.Fatal(err)
	}
	if err := take(assuming(s, theirRole)); code(err) != "InvalidParameterException" {
		t.Errorf("a prefix that another account has: %v", err)
	}
	if err := take(elsewhere); err != nil {
		t.Errorf("in another Region: %v", err)
	}
}

// Temporary credentials that are no good, in each protocol.
func TestBadTokens(t *testing.T) {
	const (
		invalid = "The security token included in the request is invalid."
		expired = "The security token included in the request is expired"
	)
	tests := []struct {
		service string
		call    func(ctx context.Context, config aws.Config) error

		invalid, invalidSource string
		expired, expiredSource string
	}{
		{
			"Cognito", func(ctx context.Context, config aws.Config) error {
				_, err := cognitoidentityprovider.NewFromConfig(config).ListUserPools(ctx,
					&cognitoidentityprovider.ListUserPoolsInput{MaxResults: aws.Int32(1)})
				return err
			},
			"400 UnrecognizedClientException: " + invalid, "ArranJacques/laravel-aws-cognito-auth#25",
			"400 ExpiredTokenException: " + expired, "the code: MitocGroup/deep-framework#609; the status: as above",
		},
		{
			"API Gateway", func(ctx context.Context, config aws.Config) error {
				_, err := apigateway.NewFromConfig(config).GetRestApis(ctx, nil)
				return err
			},
			"403 UnrecognizedClientException: " + invalid, "amplify-education/serverless-domain-manager#570; the status: as Lambda's",
			"403 ExpiredTokenException: " + expired, "as Lambda's, which speaks the same protocol",
		},
		{
			"Lambda", func(ctx context.Context, config aws.Config) error {
				_, err := lambda.NewFromConfig(config).GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: aws.String("Fn")})
				return err
			},
			"403 UnrecognizedClientException: " + invalid, "iann0036/iamlive#58",
			"403 ExpiredTokenException: " + expired, "cloudquery/cq-provider-aws#1171",
		},
		{
			"STS", func(ctx context.Context, config aws.Config) error {
				_, err := sts.NewFromConfig(config).GetCallerIdentity(ctx, nil)
				return err
			},
			"403 InvalidClientTokenId: " + invalid, "okta-awscli/okta-awscli#145",
			"403 ExpiredToken: " + expired, "aws-samples/serverless-patterns#970",
		},
		{
			"SQS", func(ctx context.Context, config aws.Config) error {
				_, err := sqs.NewFromConfig(config).GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String("events")})
				return err
			},
			"403 InvalidClientTokenId: " + invalid, "argoproj/notifications-engine#382",
			"403 ExpiredToken: " + expired, "kifi/franz#63",
		},
	}
	for _, tt := range tests {
		t.Run(tt.service, func(t *testing.T) {
			wiretest.Source(t, tt.invalidSource)
			wiretest.Source(t, tt.expiredSource)
			clock := clocktesting.NewFakeClock(time.Now())
			s := Start(t, WithClock(clock))
			config := once(s)
			out, err := sts.NewFromConfig(config).AssumeRole(t.Context(), &sts.AssumeRoleInput{
				RoleArn: aws.String(theirRole), RoleSessionName: aws.String("notes"),
			})
			if err != nil {
				t.Fatal(err)
			}
			with := func(token string) error {
				config.Credentials = credentials.NewStaticCredentialsProvider(
					*out.Credentials.AccessKeyId, *out.Credentials.SecretAccessKey, token)
				return tt.call(t.Context(), config)
			}
			if got := refused(with("")); got != tt.invalid {
				t.Errorf("without its token: got %s, want %s", got, tt.invalid)
			}
			if got := refused(with("another")); got != tt.invalid {
				t.Errorf("with another: got %s, want %s", got, tt.invalid)
			}
			clock.Step(time.Hour)
			if got := refused(with(*out.Credentials.SessionToken)); got != tt.expired {
				t.Errorf("when it's over: got %s, want %s", got, tt.expired)
			}
			if last := s.Calls()[3]; last.Account != theirs || last.Status == http.StatusOK {
				t.Errorf("logged %+v", last)
			}
		})
	}
}

// refused is an error as it came over the wire.
func refused(err error) string {
	e, ok := errors.AsType[smithy.APIError](err)
	response, _ := errors.AsType[*smithyhttp.ResponseError](err)
	if !ok || response == nil {
		return "no refusal"
	}
	return map[int]string{400: "400 ", 403: "403 "}[response.HTTPStatusCode()] + e.ErrorCode() + ": " + e.ErrorMessage()
}
