package lambda_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/securedapi/securedapi/hack/awslocal/lambda"
	"github.com/securedapi/securedapi/hack/awslocal/wire"
	"github.com/securedapi/securedapi/hack/awslocal/wire/wiretest"
)

// caller calls Lambda through the SDK.
type caller struct {
	t      *testing.T
	lambda *lambda.Service
	client *sdk.Client
}

func newCaller(t *testing.T) *caller {
	t.Helper()
	s := lambda.New()
	for _, name := range []string{"Fn", "Fn:1", "Fn:live"} {
		s.Handle(name, func(_ context.Context, event json.RawMessage) (any, error) {
			return map[string]any{"function": name, "event": event}, nil
		})
	}
	req := wire.Request{Account: "111111111111", Region: "us-east-1"}
	return &caller{t, s, sdk.NewFromConfig(wiretest.Serve(t, wire.REST(wire.Pascal, s.Routes()), req))}
}

func (c *caller) add(function, sid string, changes ...func(*sdk.AddPermissionInput)) (string, error) {
	in := &sdk.AddPermissionInput{
		FunctionName: &function,
		StatementId:  &sid,
		Action:       ptr("lambda:InvokeFunction"),
		Principal:    ptr("apigateway.amazonaws.com"),
		SourceArn:    ptr(sourceARN),
	}
	for _, change := range changes {
		change(in)
	}
	out, err := c.client.AddPermission(c.t.Context(), in)
	if err != nil {
		return "", err
	}
	return *out.Statement, nil
}

func (c *caller) remove(function, sid string) (string, error) {
	_, err := c.client.RemovePermission(c.t.Context(),
		&sdk.RemovePermissionInput{FunctionName: &function, StatementId: &sid})
	return "", err
}

// sids returns what a policy is and the ids of its statements.
func (c *caller) sids(function string) (string, error) {
	out, err := c.client.GetPolicy(c.t.Context(), &sdk.GetPolicyInput{FunctionName: &function})
	if err != nil {
		return "", err
	}
	var policy struct {
		Version   string `json:"Version"`
		ID        string `json:"Id"`
		Statement []struct {
			Sid string `json:"Sid"`
		} `json:"Statement"`
	}
	if err := json.Unmarshal([]byte(*out.Policy), &policy); err != nil {
		return "", err
	}
	words := []string{policy.Version, policy.ID}
	for _, st := range policy.Statement {
		words = append(words, st.Sid)
	}
	return strings.Join(words, " "), nil
}

func (c *caller) function(name string) (string, error) {
	out, err := c.client.GetFunction(c.t.Context(), &sdk.GetFunctionInput{FunctionName: &name})
	if err != nil {
		return "", err
	}
	f := out.Configuration
	return fmt.Sprint(*f.FunctionArn, " ", *f.Version, " ", f.State), nil
}

// resource returns the resource of a statement.
func (c *caller) resource(statement string, err error) (string, error) {
	if err != nil {
		return "", err
	}
	var st struct {
		Resource string `json:"Resource"`
	}
	err = json.Unmarshal([]byte(statement), &st)
	return st.Resource, err
}

func (c *caller) must(_ string, err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

func ptr(s string) *string { return aws.String(s) }
