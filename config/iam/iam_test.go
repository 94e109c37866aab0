package iam_test

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/config/iam"
	local "github.com/securedapi/securedapi/hack/awslocal/iam"
)

// everything has a value for each word.
var everything = iam.Values{
	"CLUSTER_ID": {"0f3c5a2e-5f1c-4c11-9a52-3d2a1a0c7d11"}, "ACCOUNT": {"111122223333"}, "REGION": {"eu-west-1", "us-east-1"},
	"USER_POOL_ID": {"eu-west-1_AbCdEfGhI"}, "REST_API_ID": {"abc123defg"}, "QUEUE_ARN": {"arn:aws:sqs:eu-west-1:111122223333:securedapi"},
	"ROLE_ARN": {"arn:aws:iam::111122223333:role/a"}, "KEY_ARN": {"arn:aws:kms:eu-west-1:111122223333:key/a"},
	"BUCKET_ARN": {"arn:aws:s3:::logs"}, "WEB_ACL_ARN": {"arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/a/b"}, "STREAM_ARN": {"arn:aws:firehose:eu-west-1:111122223333:deliverystream/logs"},
	"OPERATOR_ROLE_ARN": {"arn:aws:iam::111122223333:role/securedapi"}, "NAMESPACE": {"shop"}, "OIDC_ISSUER": {"oidc.eks.eu-west-1.amazonaws.com/id/A"},
}

// maxPolicy is how long a managed policy may be, without white space
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
const maxPolicy = 6144

// Every policy is one of IAM, has no word left, and fits.
func TestPolicies(t *testing.T) {
	for _, name := range iam.Names() {
		text, err := iam.Fill(name, everything)
		if err != nil {
			t.Fatal(err)
		}
		parse := local.Parse
		if strings.HasPrefix(name, "trust-") {
			parse = local.ParseTrust
		}
		if _, err := parse(name, text); err != nil {
			t.Error(err)
		}
		var short bytes.Buffer
		if err := json.Compact(&short, text); err != nil {
			t.Fatal(err)
		}
		if short.Len() > maxPolicy {
			t.Errorf("%s has %d characters, of %d", name, short.Len(), maxPolicy)
		}
		for _, word := range []string{"ACCOUNT", "REGION", "_ID", "_ARN", "NAMESPACE", "PARTITION", "ISSUER", "FUNCTION"} {
			if strings.Contains(short.String(), word) {
				t.Errorf("%s still has %s: %s", name, word, short.String())
			}
		}
	}
}

// README.md says for how many Regions the policy fits into a managed one, and how long it is.
func TestSizeByRegions(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	said := regexp.MustCompile(`about ([\d,]+) with one Region, ([\d,]+) with two, and too many with three`).FindStringSubmatch(string(readme))
	if said == nil {
		t.Fatal("README.md says no size for one Region, two and three")
	}
	regions := []string{"eu-west-1", "us-east-1", "eu-central-1"}
	for n := 1; n <= len(regions); n++ {
		text, err := iam.Fill("policy", iam.Values{"CLUSTER_ID": everything["CLUSTER_ID"], "ACCOUNT": everything["ACCOUNT"], "REGION": regions[:n]})
		if err != nil {
			t.Fatal(err)
		}
		var short bytes.Buffer
		if err := json.Compact(&short, text); err != nil {
			t.Fatal(err)
		}
		got := short.Len()
		if n == len(regions) {
			if got <= maxPolicy {
				t.Errorf("got %d characters with %d Regions, want more than %d", got, n, maxPolicy)
			}
			continue
		}
		about, err := strconv.Atoi(strings.ReplaceAll(said[n], ",", ""))
		if err != nil {
			t.Fatal(err)
		}
		if got > maxPolicy || got < about || got >= about+100 {
			t.Errorf("got %d characters with %d Regions, want %d to %d", got, n, about, about+99)
		}
	}
}

// run runs the command, and returns what it printed and its exit code.
func run(args ...string) (out, mistakes string, code int) {
	var o, m bytes.Buffer
	code = iam.Run(args, &o, &m)
	return o.String(), m.String(), code
}

func TestCommand(t *testing.T) {
	for _, tc := range []struct {
		reason string
		args   string
		has    []string
		hasNot []string
	}{
		{"the policy of a cluster", "--cluster-id c1", []string{`"aws:ResourceTag/securedapi.dev/cluster": "c1"`, `"aws:ResourceTag/securedapi.dev/invoke": "true"`, "arn:aws:apigateway:*::/restapis/*", `"arn:aws:lambda:*:*:function:*"`}, []string{"CLUSTER_ID"}},
		{"in an account and two Regions", "--cluster-id c1 --account 111122223333 --region eu-west-1 --region us-east-1", []string{
			"arn:aws:cognito-idp:us-east-1:111122223333:userpool/*", "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/*",
			"/tags/arn%3Aaws%3Aapigateway%3Aeu-west-1%3A%3A%2Frestapis%2F*",
		}, []string{"arn:aws:cognito-idp:*"}},
		{"in another partition", "--cluster-id c1 --partition aws-cn", []string{"arn:aws-cn:lambda:*", "arn%3Aaws-cn%3Aapigateway"}, []string{"arn:aws:"}},
		{"for some functions", "--cluster-id c1 --function shop-*", []string{"function:shop-*"}, []string{"function:*"}},
		{"for functions without the tag", "--cluster-id c1 --untagged-functions", []string{`"lambda:Principal": [`, `"lambda:FunctionUrlAuthType": "true"`}, []string{"securedapi.dev/invoke"}},
		{"to adopt a pool and an API", "adopt --cluster-id c1 --user-pool eu-west-1_A --rest-api abc", []string{"userpool/eu-west-1_A", "/restapis/abc"}, []string{`/*"`}},
		{"to keep customer keys in a partition whose hosts have another suffix", "kms --key arn:aws-cn:kms:cn-north-1:1:key/a --region cn-north-1 --partition aws-cn", []string{`"kms:ViaService": "cognito-idp.cn-north-1.*"`}, []string{"amazonaws.com"}},
		{"the name may come last", "--queue arn:aws:sqs:eu-west-1:1:q events", []string{`"Resource": "arn:aws:sqs:eu-west-1:1:q"`}, nil},
		{"for a namespace's role", "trust-tenant --cluster-id c1 --namespace shop --operator-role arn:aws:iam::1:role/o", []string{`"sts:ExternalId": "c1/shop"`, `"aws:RequestTag/securedapi.dev/namespace": "shop"`}, nil},
		{"for a service account by OIDC", "trust-irsa --account 1 --oidc-issuer oidc.eks/id/A", []string{`"oidc.eks/id/A:sub": "system:serviceaccount:securedapi-system:securedapi-manager"`}, nil},
		{"for a service account by Pod Identity", "trust-pod-identity --operator-namespace ops", []string{`"aws:RequestTag/kubernetes-namespace": "ops"`, `"sts:TagSession"`}, nil},
	} {
		out, mistakes, code := run(strings.Fields(tc.args)...)
		if code != 0 || mistakes != "" {
			t.Errorf("%s: exit code %d: %s", tc.reason, code, mistakes)
		}
		for _, want := range tc.has {
			if !strings.Contains(out, want) {
				t.Errorf("%s: want %s in\n%s", tc.reason, want, out)
			}
		}
		for _, not := range tc.hasNot {
			if strings.Contains(out, not) {
				t.Errorf("%s: want no %s in\n%s", tc.reason, not, out)
			}
		}
	}
}

// The operator keeps usage plans and API keys that people make (README.md): it cannot change any, whatever their tags.
func TestTheRoleReachesNoUsagePlan(t *testing.T) {
	const role, cluster = "arn:aws:iam::111122223333:role/securedapi", "0f3c5a2e-5f1c-4c11-9a52-3d2a1a0c7d11"
	var service local.Service
	for _, name := range iam.Names() {
		if strings.HasPrefix(name, "trust-") {
			continue
		}
		text, err := iam.Fill(name, everything)
		if err != nil {
			t.Fatal(err)
		}
		policy, err := local.Parse(name, text)
		if err != nil {
			t.Fatal(err)
		}
		service.Attach(role, policy)
	}
	who := local.Principal{ARN: "arn:aws:sts::111122223333:assumed-role/securedapi/operator", Role: role, Account: "111122223333"}
	tags := local.Context{}
	for _, key := range []string{"aws:ResourceTag/securedapi.dev/cluster", "aws:RequestTag/securedapi.dev/cluster"} {
		tags.Set(key, cluster)
	}
	for path, may := range map[string]bool{
		"/restapis/abc123defg": true, "/usageplans": false, "/usageplans/a1b2c3": false, "/usageplans/a1b2c3/keys": false,
		"/usageplans/a1b2c3/keys/k1": false, "/apikeys": false, "/apikeys/k1": false, "/tags/arn%3Aaws%3Aapigateway%3Aeu-west-1%3A%3A%2Fusageplans%2Fa1b2c3": false,
	} {
		allowed := []string{}
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
			if service.Authorize(who, local.Request{Action: "apigateway:" + method, Resource: "arn:aws:apigateway:eu-west-1::" + path, Context: tags}) == nil {
				allowed = append(allowed, method)
			}
		}
		if (len(allowed) > 0) != may {
			t.Errorf("%s: got %v allowed, want any: %t", path, allowed, may)
		}
	}
}

// A value changes its own place in a policy, and nothing is printed after a mistake.
func TestMistakes(t *testing.T) {
	for _, tc := range []struct{ reason, args, says string }{
		{"no cluster", "", "policy needs --cluster-id"},
		{"two missing values", "adopt --cluster-id c1", "adopt needs --user-pool, --rest-api"},
		{"an adoption without a cluster", "adopt --user-pool eu-west-1_A --rest-api abc", "adopt needs --cluster-id"},
		{"no such policy", "admin", `there is no policy "admin"`},
		{"no such flag", "--cluster c1", "flag provided but not defined: -cluster"},
		{"two policies", "adopt events", `unexpected argument "events"`},
		{"a cluster twice", "--cluster-id a --cluster-id b", "given twice"},
		{"any cluster", "--cluster-id *", "wildcard"},
		{"a cluster by a variable", "--cluster-id ${aws:username}", "variable"},
		{"any pool", "adopt --cluster-id c1 --user-pool * --rest-api a", "wildcard"},
		{"an empty id", "--cluster-id=", "empty"},
		{"a word of the templates", "--cluster-id NAMESPACE", "word of the templates"},
	} {
		out, mistakes, code := run(strings.Fields(tc.args)...)
		if code != 2 || out != "" || !strings.Contains(mistakes, tc.says) {
			t.Errorf("%s: exit code %d, printed %q, said %q; want %q", tc.reason, code, out, mistakes, tc.says)
		}
	}
}

// Help names each policy and each flag, and is no mistake.
func TestHelp(t *testing.T) {
	_, help, code := run("--help")
	if code != 0 {
		t.Errorf("exit code %d", code)
	}
	var missing []string
	for _, name := range append(iam.Names(), "-cluster-id", "-untagged-functions", "aws lambda tag-resource") {
		if !strings.Contains(help, name) {
			missing = append(missing, name)
		}
	}
	if diff := cmp.Diff([]string(nil), missing); diff != "" {
		t.Errorf("missing in help: %s\n%s", diff, help)
	}
}
