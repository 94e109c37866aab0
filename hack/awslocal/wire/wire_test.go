package wire_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
	"github.com/securedapi/securedapi/hack/awslocal/wire/wiretest"
)

const cognitoTarget = "AWSCognitoIdentityProviderService"

func updatePool(f func(wire.Request, *cognitoidentityprovider.UpdateUserPoolInput) error) wire.Protocol {
	return wire.JSON11(cognitoTarget, []wire.Operation{wire.Write("UpdateUserPool",
		func(req wire.Request, in *cognitoidentityprovider.UpdateUserPoolInput,
		) (*cognitoidentityprovider.UpdateUserPoolOutput, error) {
			return &cognitoidentityprovider.UpdateUserPoolOutput{}, f(req, in)
		})})
}

func TestJSON11KeepsEmptyApartFromAbsent(t *testing.T) {
	var got *cognitoidentityprovider.UpdateUserPoolInput
	protocol := updatePool(func(_ wire.Request, in *cognitoidentityprovider.UpdateUserPoolInput) error {
		got = in
		return nil
	})
	client := cognitoidentityprovider.NewFromConfig(wiretest.Serve(t, protocol, wire.Request{Region: "us-east-1"}))
	// The SDK omits a nil list and sends an empty one, and to UpdateUserPool they mean different things.
	sent := &cognitoidentityprovider.UpdateUserPoolInput{
		UserPoolId:             aws.String("us-east-1_a"),
		AutoVerifiedAttributes: []types.VerifiedAttributeType{},
		UserAttributeUpdateSettings: &types.UserAttributeUpdateSettingsType{
			AttributesRequireVerificationBeforeUpdate: []types.VerifiedAttributeType{},
		},
	}
	if _, err := client.UpdateUserPool(context.Background(), sent); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sent, got, sameMembers); diff != "" {
		t.Errorf("-sent +received:\n%s", diff)
	}
}

func TestJSON11Errors(t *testing.T) {
	tests := []struct {
		reason      string
		err         error
		wantCode    string
		wantMessage string
	}{
		{
			"what the service says", wire.Errorf("InvalidParameterException", "User pool %s", "x"),
			"InvalidParameterException", "User pool x",
		},
		{
			"a wrapped error keeps its code", errors.Join(wire.Errorf("NotAuthorizedException", "no")),
			"NotAuthorizedException", "no",
		},
		{"a fault of our own is a 500", errors.New("bug"), "InternalFailure", "bug"},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			protocol := updatePool(func(wire.Request, *cognitoidentityprovider.UpdateUserPoolInput) error { return tt.err })
			client := cognitoidentityprovider.NewFromConfig(wiretest.Serve(t, protocol, wire.Request{Region: "us-east-1"}))
			_, err := client.UpdateUserPool(context.Background(),
				&cognitoidentityprovider.UpdateUserPoolInput{UserPoolId: aws.String("us-east-1_a")})
			e, ok := errors.AsType[smithy.APIError](err)
			if !ok || e.ErrorCode() != tt.wantCode || e.ErrorMessage() != tt.wantMessage {
				t.Errorf("got %v, want %s: %s", err, tt.wantCode, tt.wantMessage)
			}
		})
	}
}

func TestWrongJSON(t *testing.T) {
	// How AWS words it: LocalStack's recording of test_put_integration_request_parameter_bool_type (2024-12-12), and
	// dynalite's tests, which run against AWS.
	tests := []struct {
		reason, body, want string
	}{
		{"a boolean for a string", `{"UserPoolId": true}`, "class java.lang.Boolean can not be converted to an String"},
		{
			"a string for a structure", `{"AdminCreateUserConfig": "x"}`,
			"class java.lang.String can not be converted to an structure",
		},
		{
			"an object for a string", `{"EmailVerificationSubject": {}}`,
			"Start of structure or map found where not expected.",
		},
		{"a list for a string", `{"UserPoolId": []}`, "Start of list found where not expected"},
		{
			"a fraction for an integer", `{"Policies": {"PasswordPolicy": {"MinimumLength": 6.5}}}`,
			"class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an Integer",
		},
		{"no JSON", `{`, "Unable to parse the request body: unexpected EOF"},
		{"a list for the body", `[]`, "Start of list found where not expected"},
	}
	protocol := updatePool(func(wire.Request, *cognitoidentityprovider.UpdateUserPoolInput) error { return nil })
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			call, refusal := match(t, protocol, tt.body)
			if refusal == nil || refusal.Code != "SerializationException" || refusal.Message != tt.want {
				t.Errorf("got %v, want %s", refusal, tt.want)
			}
			if call.Operation != "UpdateUserPool" || !call.Mutating {
				t.Errorf("the call isn't known: %+v", call)
			}
		})
	}
}

func TestUnknownMembersAndNullsAreIgnored(t *testing.T) {
	protocol := updatePool(func(wire.Request, *cognitoidentityprovider.UpdateUserPoolInput) error { return nil })
	call, refusal := match(t, protocol, `{"UserPoolId": "x", "Policies": null, "NewIn2031": {"a": [1]}}`)
	if refusal != nil {
		t.Fatal(refusal)
	}
	want := &cognitoidentityprovider.UpdateUserPoolInput{UserPoolId: aws.String("x")}
	if diff := cmp.Diff(want, call.Input, sameMembers); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func match(t *testing.T, protocol wire.Protocol, body string) (wire.Call, *wire.Error) {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	r.Header.Set("X-Amz-Target", cognitoTarget+".UpdateUserPool")
	return protocol.Match(r, []byte(body))
}

func TestLongAnswersAreCompressedForWhoTakesIt(t *testing.T) {
	long := strings.Repeat("x", 10000)
	protocol := wire.JSON11(cognitoTarget, []wire.Operation{wire.Read("DescribeUserPool",
		func(wire.Request, *cognitoidentityprovider.DescribeUserPoolInput,
		) (*cognitoidentityprovider.DescribeUserPoolOutput, error) {
			return &cognitoidentityprovider.DescribeUserPoolOutput{UserPool: &types.UserPoolType{Name: &long}}, nil
		})})
	config := wiretest.Serve(t, protocol, wire.Request{Region: "us-east-1"})
	out, err := cognitoidentityprovider.NewFromConfig(config).DescribeUserPool(context.Background(),
		&cognitoidentityprovider.DescribeUserPoolInput{UserPoolId: aws.String("us-east-1_a")})
	if err != nil || *out.UserPool.Name != long {
		t.Fatalf("through the SDK: %v", err)
	}
	for accept, want := range map[string]string{"gzip": "gzip", "identity": ""} {
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		r.Header.Set("X-Amz-Target", cognitoTarget+".DescribeUserPool")
		r.Header.Set("Accept-Encoding", accept)
		call, refusal := protocol.Match(r, nil)
		if refusal != nil {
			t.Fatal(refusal)
		}
		w := httptest.NewRecorder()
		if err := call.Run(wire.Request{}).WriteTo(w); err != nil {
			t.Fatal(err)
		}
		if got := w.Header().Get("Content-Encoding"); got != want {
			t.Errorf("Accept-Encoding %s: got %q, want %q", accept, got, want)
		}
	}
}

func TestOperationNotServed(t *testing.T) {
	client := cognitoidentityprovider.NewFromConfig(
		wiretest.Serve(t, wire.JSON11(cognitoTarget, nil), wire.Request{Region: "us-east-1"}))
	_, err := client.ListUserPools(context.Background(),
		&cognitoidentityprovider.ListUserPoolsInput{MaxResults: aws.Int32(1)})
	e, ok := errors.AsType[smithy.APIError](err)
	if !ok || e.ErrorCode() != "UnknownOperationException" || !strings.Contains(e.ErrorMessage(), "ListUserPools") {
		t.Errorf("got %v", err)
	}
}

func TestCloneSharesNothing(t *testing.T) {
	at := time.UnixMilli(1767225600123)
	pool := &types.UserPoolType{
		Id:           aws.String("a"),
		CreationDate: &at,
		Policies:     &types.UserPoolPolicyType{PasswordPolicy: &types.PasswordPolicyType{MinimumLength: aws.Int32(6)}},
		UserPoolTags: map[string]string{"k": "v"},
		LambdaConfig: &types.LambdaConfigType{},
		AliasAttributes: []types.AliasAttributeType{
			types.AliasAttributeTypeEmail,
		},
	}
	c := wire.Clone(pool)
	if diff := cmp.Diff(pool, c, sameMembers); diff != "" {
		t.Fatalf("-original +clone:\n%s", diff)
	}
	*c.Id = "b"
	*c.CreationDate = at.Add(time.Hour)
	*c.Policies.PasswordPolicy.MinimumLength = 99
	c.UserPoolTags["k"] = "w"
	c.AliasAttributes[0] = types.AliasAttributeTypePhoneNumber
	if *pool.Id != "a" || !pool.CreationDate.Equal(at) || *pool.Policies.PasswordPolicy.MinimumLength != 6 ||
		pool.UserPoolTags["k"] != "v" || pool.AliasAttributes[0] != types.AliasAttributeTypeEmail {
		t.Error("a change of the clone changed the original")
	}
}
