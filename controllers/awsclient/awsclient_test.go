package awsclient_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/awsclient/quota"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// A create is repeated after a throttle only: after anything else it may have been done.
func TestOnlyThrottledCreationsAreRetried(t *testing.T) {
	for _, tc := range []struct {
		reason string
		fault  awslocal.Fault
		calls  int
		pools  int
		counts string
	}{
		{"a throttled creation was not carried out", awslocal.Fault{Kind: awslocal.Throttle, Times: 2}, 3, 1, `result="ok"} 1|result="throttle"} 2`},
		{"a creation with status 5xx may have been carried out", awslocal.Fault{Kind: awslocal.RefuseAfter, Times: 1}, 1, 1, `result="transient"} 1`},
		{"a creation whose reply was lost may have been carried out", awslocal.Fault{Kind: awslocal.LoseReply, Times: 1}, 1, 1, `result="transient"} 1`},
		{"a creation whose answer was cut may have been carried out", awslocal.Fault{Kind: awslocal.CutBody, Times: 1}, 1, 1, `result="transient"} 1`},
		{"a limit is no throttle", awslocal.Fault{
			Kind: awslocal.RefuseBefore, Times: 1, Code: "LimitExceededException", Message: "full", Status: http.StatusBadRequest,
		}, 1, 0, `result="limit"} 1`},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			server := awslocal.Start(t)
			metrics := prometheus.NewRegistry()
			factory, err := awsclient.New(server.Config(), quota.Options{}, metrics)
			if err != nil {
				t.Fatal(err)
			}
			tc.fault.Operation = "CreateUserPool"
			server.Inject(tc.fault)
			_, _ = clientsFor(t, factory, "us-east-1").Cognito.CreateUserPool(t.Context(), &cip.CreateUserPoolInput{PoolName: aws.String("p")})
			if calls := server.Calls(); len(calls) != tc.calls {
				t.Errorf("%d calls on the wire, want %d", len(calls), tc.calls)
			}
			pools, err := cip.NewFromConfig(server.Config()).ListUserPools(t.Context(), &cip.ListUserPoolsInput{MaxResults: aws.Int32(60)})
			if err != nil || len(pools.UserPools) != tc.pools {
				t.Errorf("%d pools, want %d (%v)", len(pools.UserPools), tc.pools, err)
			}
			want := &strings.Builder{}
			want.WriteString("# HELP securedapi_aws_calls_total Calls to AWS on the wire, retries included, by service, operation and result (ok, or the kind of failure).\n" +
				"# TYPE securedapi_aws_calls_total counter\n")
			for count := range strings.SplitSeq(tc.counts, "|") {
				labels := strings.Replace(count, "}", `,service="Cognito Identity Provider"}`, 1)
				want.WriteString(`securedapi_aws_calls_total{operation="CreateUserPool",` + labels + "\n")
			}
			if err := testutil.GatherAndCompare(metrics, strings.NewReader(want.String()), "securedapi_aws_calls_total"); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestRegions(t *testing.T) {
	server := awslocal.Start(t)
	config := server.Config()
	config.Region = "eu-central-1"
	factory, err := awsclient.New(config, quota.Options{}, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	if region := factory.Region(""); region != "eu-central-1" {
		t.Errorf("an object without a Region is in the operator's: %q", region)
	}
	if region := factory.Region("us-west-2"); region != "us-west-2" {
		t.Errorf("an object's own Region counts: %q", region)
	}
	if west := clientsFor(t, factory, "us-west-2"); west != clientsFor(t, factory, "us-west-2") || west == clientsFor(t, factory, "eu-central-1") {
		t.Error("one set of clients a Region")
	}
	if _, err := clientsFor(t, factory, "us-west-2").APIGateway.GetRestApis(t.Context(), &apigateway.GetRestApisInput{}); err != nil || server.Calls()[0].Region != "us-west-2" {
		t.Errorf("it calls that Region: %v %+v", err, server.Calls())
	}
	if err := clientsFor(t, factory, "us-west-2").Reserve(t.Context(), "CreateDeployment"); err != nil {
		t.Errorf("without quotas there is a place for every call: %v", err)
	}
	metrics := prometheus.NewRegistry()
	if _, err := awsclient.New(config, quota.Options{}, metrics); err != nil {
		t.Fatal(err)
	}
	if _, err := awsclient.New(config, quota.Options{}, metrics); err == nil {
		t.Error("two factories cannot count in one metric")
	}
	factory, err = awsclient.New(aws.Config{}, quota.Options{}, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	if region := factory.Region(""); region != "" {
		t.Error("no Region at all is an error, not a guess")
	}
}

func clientsFor(t *testing.T, factory *awsclient.Factory, region string) *awsclient.Clients {
	t.Helper()
	clients, err := factory.For(awsclient.Target{Region: region})
	if err != nil {
		t.Fatal(err)
	}
	return clients
}

func TestURLs(t *testing.T) {
	for _, tc := range []struct {
		reason            string
		urls              awsclient.URLs
		api, login, issue string
		pool              string
	}{
		{
			"AWS",
			awsclient.URLs{Region: "us-east-1"},
			"https://abc123.execute-api.us-east-1.amazonaws.com/beta",
			"https://notes-beta.auth.us-east-1.amazoncognito.com", "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEf",
			"arn:aws:cognito-idp:us-east-1:111111111111:userpool/us-east-1_AbCdEf",
		},
		{
			"China has a suffix of its own, and where its login pages are is not known",
			awsclient.URLs{Region: "cn-north-1"},
			"https://abc123.execute-api.cn-north-1.amazonaws.com.cn/beta",
			"", "https://cognito-idp.cn-north-1.amazonaws.com.cn/us-east-1_AbCdEf",
			"arn:aws-cn:cognito-idp:cn-north-1:111111111111:userpool/us-east-1_AbCdEf",
		},
		{
			"the Regions of the US government are a partition of their own, under the common suffix",
			awsclient.URLs{Region: "us-gov-west-1"},
			"https://abc123.execute-api.us-gov-west-1.amazonaws.com/beta",
			"https://notes-beta.auth-fips.us-gov-west-1.amazoncognito.com", "https://cognito-idp.us-gov-west-1.amazonaws.com/us-east-1_AbCdEf",
			"arn:aws-us-gov:cognito-idp:us-gov-west-1:111111111111:userpool/us-east-1_AbCdEf",
		},
		{
			"the European Sovereign Cloud has hosts of its own",
			awsclient.URLs{Region: "eusc-de-east-1"},
			"https://abc123.execute-api.eusc-de-east-1.amazonaws.eu/beta",
			"https://notes-beta.auth.cognito-idp.eusc-de-east-1.on.amazonwebservices.eu", "https://cognito-idp.eusc-de-east-1.amazonaws.eu/us-east-1_AbCdEf",
			"arn:aws-eusc:cognito-idp:eusc-de-east-1:111111111111:userpool/us-east-1_AbCdEf",
		},
		{
			"an isolated partition has, too",
			awsclient.URLs{Region: "us-isob-east-1"},
			"https://abc123.execute-api.us-isob-east-1.sc2s.sgov.gov/beta",
			"", "https://cognito-idp.us-isob-east-1.sc2s.sgov.gov/us-east-1_AbCdEf",
			"arn:aws-iso-b:cognito-idp:us-isob-east-1:111111111111:userpool/us-east-1_AbCdEf",
		},
		{
			"a Region that is newer than the SDK is known by its name",
			awsclient.URLs{Region: "eu-wets-1"},
			"https://abc123.execute-api.eu-wets-1.amazonaws.com/beta",
			"https://notes-beta.auth.eu-wets-1.amazoncognito.com", "https://cognito-idp.eu-wets-1.amazonaws.com/us-east-1_AbCdEf",
			"arn:aws:cognito-idp:eu-wets-1:111111111111:userpool/us-east-1_AbCdEf",
		},
		{
			"the local AWS",
			awsclient.URLs{Region: "us-east-1", Endpoint: "http://127.0.0.1:4566/"},
			"http://127.0.0.1:4566/execute-api/abc123/beta",
			"http://127.0.0.1:4566/auth/us-east-1/notes-beta", "http://127.0.0.1:4566/us-east-1_AbCdEf",
			"arn:aws:cognito-idp:us-east-1:111111111111:userpool/us-east-1_AbCdEf",
		},
	} {
		if got := tc.urls.API("abc123", "beta"); got != tc.api {
			t.Errorf("%s: %s, want %s", tc.reason, got, tc.api)
		}
		if got := tc.urls.Domain("notes-beta"); got != tc.login {
			t.Errorf("%s: %s, want %s", tc.reason, got, tc.login)
		}
		if got := tc.urls.UserPoolARN("111111111111", "us-east-1_AbCdEf"); got != tc.pool {
			t.Errorf("%s: %s, want %s", tc.reason, got, tc.pool)
		}
		if got := tc.urls.Issuer("us-east-1_AbCdEf", false); got != tc.issue {
			t.Errorf("%s: %s, want %s", tc.reason, got, tc.issue)
		}
	}
}

func TestUpdatedIssuer(t *testing.T) {
	for _, tc := range []struct {
		urls awsclient.URLs
		want string
	}{
		{awsclient.URLs{Region: "eu-west-1"}, "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf"},
		{awsclient.URLs{Region: "cn-north-1"}, "https://issuer-cognito-idp.cn-north-1.amazonaws.com.cn/eu-west-1_AbCdEf"},
		{awsclient.URLs{Region: "eu-west-1", Endpoint: "http://127.0.0.1:4566/"}, "http://127.0.0.1:4566/issuer/eu-west-1_AbCdEf"},
	} {
		if got := tc.urls.Issuer("eu-west-1_AbCdEf", true); got != tc.want {
			t.Errorf("got %s, want %s", got, tc.want)
		}
	}
}
