package sts_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/securedapi/securedapi/hack/awslocal/sts"
	"github.com/securedapi/securedapi/hack/awslocal/wire"
	"github.com/securedapi/securedapi/hack/awslocal/wire/wiretest"
)

func TestGetCallerIdentity(t *testing.T) {
	req := wire.Request{Account: "222222222222", Region: "eu-west-1"}
	client := sdk.NewFromConfig(wiretest.Serve(t, sts.Protocol(), req))
	out, err := client.GetCallerIdentity(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	got := [3]string{aws.ToString(out.Account), aws.ToString(out.Arn), aws.ToString(out.UserId)}
	want := [3]string{"222222222222", "arn:aws:iam::222222222222:root", "222222222222"}
	if got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestOtherOperationsAreRefused(t *testing.T) {
	client := sdk.NewFromConfig(wiretest.Serve(t, sts.Protocol(), wire.Request{Region: "us-east-1"}))
	_, err := client.GetSessionToken(t.Context(), nil)
	e, ok := errors.AsType[smithy.APIError](err)
	if !ok || e.ErrorCode() != "InvalidAction" ||
		e.ErrorMessage() != "Could not find operation GetSessionToken for version 2011-06-15" {
		t.Errorf("got %v, want InvalidAction", err)
	}
}
