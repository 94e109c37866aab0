package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

const (
	accountKey    = "AKIDEXAMPLE"
	accountSecret = "account-secret"
	sessionToken  = "session-token"
)

// TestProxySigns sends calls of the SDK through the proxy, with keys of no account, to a server that verifies signatures by the
// account's: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.
func TestProxySigns(t *testing.T) {
	verified := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		verified++
		if err := verify(r); err != nil {
			t.Errorf("%s %s: %v", r.Method, r.URL, err)
		}
		_, _ = io.WriteString(w, "{}")
	}))
	defer server.Close()
	p, err := startProxy(t.Context(), &target{
		endpoint: server.URL, operator: credentials.NewStaticCredentialsProvider(accountKey, accountSecret, sessionToken),
	}, &http.Transport{DisableCompression: true})
	if err != nil {
		t.Fatal(err)
	}
	defer p.server.Close()
	config := aws.Config{
		Region: "eu-west-1", BaseEndpoint: aws.String(p.url), Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	}
	gateway, functions := apigateway.NewFromConfig(config), lambda.NewFromConfig(config)
	for _, call := range []func(context.Context) error{
		func(ctx context.Context) error { // an escaped path, and a body
			_, err := gateway.TagResource(ctx, &apigateway.TagResourceInput{
				ResourceArn: aws.String("arn:aws:apigateway:eu-west-1::/restapis/abc/stages/beta"), Tags: map[string]string{"a": "b"},
			})
			return err
		},
		func(ctx context.Context) error { // a query
			_, err := gateway.GetResources(ctx, &apigateway.GetResourcesInput{
				RestApiId: aws.String("abc"), Embed: []string{"methods"}, Limit: aws.Int32(500), Position: aws.String("a+b/c=="),
			})
			return err
		},
		func(ctx context.Context) error {
			_, err := functions.RemovePermission(ctx, &lambda.RemovePermissionInput{
				FunctionName: aws.String("arn:aws:lambda:eu-west-1:111122223333:function:F"), StatementId: aws.String("one"),
			})
			return err
		},
	} {
		if err := call(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if verified != 3 {
		t.Errorf("%d calls arrived, want 3", verified)
	}
}

var authorization = regexp.MustCompile(
	`^AWS4-HMAC-SHA256 Credential=` + accountKey + `/(\d{8})/([^/]+)/([^/]+)/aws4_request, SignedHeaders=([^,]+), Signature=(\w+)$`)

// verify calculates the signature of a request as AWS does.
func verify(r *http.Request) error {
	found := authorization.FindStringSubmatch(r.Header.Get("Authorization"))
	if found == nil {
		return fmt.Errorf("the header is %q", r.Header.Get("Authorization"))
	}
	day, region, service, signed := found[1], found[2], found[3], found[4]
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	var escaped []string
	for part := range strings.SplitSeq(r.URL.EscapedPath(), "/") {
		escaped = append(escaped, strings.ReplaceAll(url.QueryEscape(part), "+", "%20"))
	}
	canonical := []string{r.Method, strings.Join(escaped, "/"), strings.ReplaceAll(r.URL.Query().Encode(), "+", "%20")}
	for name := range strings.SplitSeq(signed, ";") {
		value := r.Header.Get(name)
		switch name {
		case "host":
			value = r.Host
		case "content-length":
			value = strconv.Itoa(len(body))
		}
		canonical = append(canonical, name+":"+value)
	}
	canonical = append(canonical, "", signed, hexSum(string(body)))
	for _, needed := range []string{"host", "x-amz-date", "x-amz-security-token"} {
		if !strings.Contains(";"+signed+";", ";"+needed+";") {
			return fmt.Errorf("%s is not signed", needed)
		}
	}
	scope := strings.Join([]string{day, region, service, "aws4_request"}, "/")
	toSign := strings.Join([]string{"AWS4-HMAC-SHA256", r.Header.Get("X-Amz-Date"), scope, hexSum(strings.Join(canonical, "\n"))}, "\n")
	key := []byte("AWS4" + accountSecret)
	for part := range strings.SplitSeq(scope, "/") {
		key = keyed(key, part)
	}
	if want := hex.EncodeToString(keyed(key, toSign)); want != found[5] {
		return fmt.Errorf("the signature is not the one of\n%s", strings.Join(canonical, "\n"))
	}
	return nil
}

func hexSum(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func keyed(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text)) // never fails
	return mac.Sum(nil)
}

// TestProxyRefusesOthers sends a request that is not signed, which the operator never does.
func TestProxyRefusesOthers(t *testing.T) {
	p, err := startProxy(t.Context(), &target{endpoint: "http://127.0.0.1:1"}, http.DefaultTransport)
	if err != nil {
		t.Fatal(err)
	}
	defer p.server.Close()
	response, err := http.Get(p.url)
	if err == nil {
		response.Body.Close()
		t.Errorf("the proxy answers %s", response.Status)
	}
}

// TestHosts finds AWS's hosts, also in other partitions.
func TestHosts(t *testing.T) {
	p := &proxy{}
	for _, c := range []struct{ service, region, want string }{
		{"cognito-idp", "us-east-1", "https://cognito-idp.us-east-1.amazonaws.com"},
		{"apigateway", "eu-west-1", "https://apigateway.eu-west-1.amazonaws.com"},
		{"lambda", "us-gov-west-1", "https://lambda.us-gov-west-1.amazonaws.com"},
		{"sts", "cn-north-1", "https://sts.cn-north-1.amazonaws.com.cn"},
		{"sqs", "us-east-1", "https://sqs.us-east-1.amazonaws.com"},
	} {
		got, err := p.host(t.Context(), c.service, c.region)
		if err != nil || got.String() != c.want {
			t.Errorf("%s in %s is at %s, %v, want %s", c.service, c.region, got, err, c.want)
		}
	}
}
