package wafv2_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	"github.com/aws/smithy-go"

	"github.com/securedapi/securedapi/hack/awslocal"
)

const (
	acl   = "arn:aws:wafv2:us-east-1:111111111111:regional/webacl/notes/a"
	other = "arn:aws:wafv2:us-east-1:111111111111:regional/webacl/other/b"
)

func TestWebACLs(t *testing.T) {
	const guide = "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-waf.html"
	type account struct {
		*wafv2.Client
		pool *string
	}
	associate := func(a account, acl string) error {
		_, err := a.AssociateWebACL(t.Context(), &wafv2.AssociateWebACLInput{ResourceArn: a.pool, WebACLArn: &acl})
		return err
	}
	for _, tc := range []struct {
		name, source string
		do           func(account) error
		want, code   string
	}{
		{"a pool has none at first", "model: GetWebACLForResource", func(account) error { return nil }, "", ""},
		{"a web ACL is associated", guide, func(a account) error { return associate(a, acl) }, acl, ""},
		{"another takes its place", guide + ": one web ACL with each user pool", func(a account) error { return errors.Join(associate(a, acl), associate(a, other)) }, other, ""},
		{"it is taken off", "model: DisassociateWebACL", func(a account) error {
			associated := associate(a, acl)
			_, err := a.DisassociateWebACL(t.Context(), &wafv2.DisassociateWebACLInput{ResourceArn: a.pool})
			return errors.Join(associated, err)
		}, "", ""},
		{"there is no such web ACL", "model: WAFNonexistentItemException", func(a account) error { return associate(a, acl+"-gone") }, "", "WAFNonexistentItemException"},
		{"nor such a pool", "model: WAFNonexistentItemException", func(a account) error {
			return associate(account{a.Client, aws.String(*a.pool + "x")}, acl)
		}, "", "WAFNonexistentItemException"},
		{"a web ACL of another Region", "model: AssociateWebACL takes one of the Region", func(a account) error {
			return associate(a, "arn:aws:wafv2:eu-west-1:111111111111:regional/webacl/notes/a")
		}, "", "WAFInvalidParameterException"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			server := awslocal.Start(t)
			server.WAF.Put(acl, other)
			made, err := idp.NewFromConfig(server.Config()).CreateUserPool(t.Context(), &idp.CreateUserPoolInput{PoolName: aws.String("notes")})
			if err != nil {
				t.Fatal(err)
			}
			a := account{wafv2.NewFromConfig(server.Config()), made.UserPool.Arn}
			code := ""
			if refusal, ok := errors.AsType[smithy.APIError](tc.do(a)); ok {
				code = refusal.ErrorCode()
			}
			out, err := a.GetWebACLForResource(t.Context(), &wafv2.GetWebACLForResourceInput{ResourceArn: a.pool})
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if out.WebACL != nil {
				got = *out.WebACL.ARN
			}
			if got != tc.want || code != tc.code {
				t.Errorf("%s: got the web ACL %q and the code %q, want %q and %q", tc.source, got, code, tc.want, tc.code)
			}
		})
	}
}

// A replica of a pool has a web ACL of its own, of its Region, and loses it when it is deleted.
func TestWebACLOfAReplica(t *testing.T) {
	const there = "arn:aws:wafv2:us-west-2:111111111111:regional/webacl/notes/a"
	server := awslocal.Start(t)
	server.WAF.Put(acl, there)
	pools := idp.NewFromConfig(server.Config())
	made, err := pools.CreateUserPool(t.Context(), &idp.CreateUserPoolInput{
		PoolName: aws.String("notes"), KeyConfiguration: &types.KeyConfigurationType{
			KeyType: types.EncryptionKeyTypeCustomerManagedKey, KmsKeyArn: aws.String("arn:aws:kms:us-east-1:111111111111:key/mrk-a"),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	replica := new(strings.Replace(*made.UserPool.Arn, "us-east-1:", "us-west-2:", 1))
	west := wafv2.NewFromConfig(server.Config(), func(o *wafv2.Options) { o.Region = "us-west-2" })
	region := aws.String("us-west-2")
	associate := func(acl string) string {
		_, err := west.AssociateWebACL(t.Context(), &wafv2.AssociateWebACLInput{ResourceArn: replica, WebACLArn: &acl})
		if refusal, ok := errors.AsType[smithy.APIError](err); ok {
			return refusal.ErrorCode()
		}
		return server.WAF.WebACL(*replica)
	}
	for _, step := range []struct {
		reason, source string
		do             func() string
		want           string
	}{
		{"there is no replica", "model: WAFNonexistentItemException", func() string { return associate(there) }, "WAFNonexistentItemException"},
		{"there is one", "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-multi-region.html", func() string {
			if _, err := pools.CreateUserPoolReplica(t.Context(), &idp.CreateUserPoolReplicaInput{UserPoolId: made.UserPool.Id, RegionName: region}); err != nil {
				t.Fatal(err)
			}
			return associate(there)
		}, there},
		{"the pool has none", "the same", func() string { return server.WAF.WebACL(*made.UserPool.Arn) }, ""},
		{"a web ACL of the pool's Region", "model: AssociateWebACL takes one of the Region", func() string { return associate(acl) }, "WAFInvalidParameterException"},
		{"it is deleted, and made anew", "no source says so; a new replica has nothing of the former one", func() string {
			if _, err := pools.DeleteUserPoolReplica(t.Context(), &idp.DeleteUserPoolReplicaInput{UserPoolId: made.UserPool.Id, RegionName: region}); err != nil {
				t.Fatal(err)
			}
			if _, err := pools.CreateUserPoolReplica(t.Context(), &idp.CreateUserPoolReplicaInput{UserPoolId: made.UserPool.Id, RegionName: region}); err != nil {
				t.Fatal(err)
			}
			return server.WAF.WebACL(*replica)
		}, ""},
	} {
		if got := step.do(); got != step.want {
			t.Errorf("%s (%s): got %q, want %q", step.reason, step.source, got, step.want)
		}
	}
}
