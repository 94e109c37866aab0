package wafv2_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	"github.com/aws/smithy-go"

	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/awslocal/wire/wiretest"
)

const (
	acl   = "arn:aws:wafv2:us-east-1:111111111111:regional/webacl/notes/a"
	other = "arn:aws:wafv2:us-east-1:111111111111:regional/webacl/other/b"
)

// Sources.
const (
	reference     = "https://docs.aws.amazon.com/waf/latest/APIReference/"
	associating   = reference + "API_AssociateWebACL.html"
	disassociates = reference + "API_DisassociateWebACL.html"
	looking       = reference + "API_GetWebACLForResource.html"
	// quoted has AWS's answer to a web ACL of CloudFront.
	quoted = "hashicorp/terraform-provider-aws#28753"
	gone   = "hashicorp/terraform-provider-aws#12386 quotes it; " + associating + ": WAFNonexistentItemException"
	guide  = "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-waf.html"
)

// Answers of AWS.
const (
	nonexistent = "WAFNonexistentItemException: AWS WAF couldn’t perform the operation because your resource doesn’t exist."
	invalid     = "WAFInvalidParameterException: Error reason: The ARN isn't valid. A valid ARN begins with arn: and includes other information " +
		"separated by colons or slashes., field: RESOURCE_ARN, parameter: "
)

// account has a user pool and two web ACLs.
type account struct {
	*wafv2.Client

	t      *testing.T
	server *awslocal.Server
	pool   string
}

func (a account) associate(resource, acl string) error {
	_, err := a.AssociateWebACL(a.t.Context(), &wafv2.AssociateWebACLInput{ResourceArn: &resource, WebACLArn: &acl})
	return err
}

func (a account) disassociate(resource string) error {
	_, err := a.DisassociateWebACL(a.t.Context(), &wafv2.DisassociateWebACLInput{ResourceArn: &resource})
	return err
}

// of are the ARN, the name and the id of a resource's web ACL.
func (a account) of(resource string) (string, error) {
	out, err := a.GetWebACLForResource(a.t.Context(), &wafv2.GetWebACLForResourceInput{ResourceArn: &resource})
	if err != nil || out.WebACL == nil {
		return "", err
	}
	return strings.Join([]string{*out.WebACL.ARN, *out.WebACL.Name, *out.WebACL.Id}, " "), nil
}

func TestWebACLs(t *testing.T) {
	const (
		function = "arn:aws:lambda:us-east-1:111111111111:function:Notes"
		ipSet    = "arn:aws:wafv2:us-east-1:111111111111:regional/ipset/notes/a"
	)
	for _, tc := range []struct {
		reason, source string
		do             func(account) error
		// want is the web ACL of the pool after it.
		want, wantErr string
	}{
		{"a pool has none at first", looking + ": a null web ACL", func(account) error { return nil }, "", ""},
		{"a web ACL is associated", associating, func(a account) error { return a.associate(a.pool, acl) }, acl + " notes a", ""},
		{"the same one twice", associating + ": no error is of it", func(a account) error {
			return errors.Join(a.associate(a.pool, acl), a.associate(a.pool, acl))
		}, acl + " notes a", ""},
		{"another takes its place", guide + ": one web ACL with each user pool", func(a account) error {
			return errors.Join(a.associate(a.pool, acl), a.associate(a.pool, other))
		}, other + " other b", ""},
		{"it is taken off", disassociates, func(a account) error {
			return errors.Join(a.associate(a.pool, acl), a.disassociate(a.pool))
		}, "", ""},
		{"what has none loses none", disassociates + ": if it has one", func(a account) error { return a.disassociate(a.pool) }, "", ""},

		{"there is no such web ACL", gone, func(a account) error { return a.associate(a.pool, acl+"-gone") }, "", nonexistent},
		{"one that is not there takes the place of none", gone, func(a account) error {
			return errors.Join(a.associate(a.pool, acl), a.associate(a.pool, acl+"-gone"))
		}, acl + " notes a", nonexistent},
		{"a pool that is not there gets none", gone, func(a account) error { return a.associate(a.pool+"x", acl) }, "", nonexistent},
		{"a pool that is not there loses none", disassociates + ": WAFNonexistentItemException", func(a account) error {
			return a.disassociate(a.pool + "x")
		}, "", nonexistent},
		{"a pool that is not there has none to look at", looking + ": WAFNonexistentItemException", func(a account) error {
			_, err := a.of(a.pool + "x")
			return err
		}, "", nonexistent},

		{"a web ACL of CloudFront", quoted, func(a account) error {
			return a.associate(a.pool, "arn:aws:wafv2:us-east-1:111111111111:global/webacl/notes/a")
		}, "", invalid + "arn:aws:wafv2:us-east-1:111111111111:global/webacl/notes/a"},
		{"a web ACL of another Region", guide + ": in the same Region; the words are those of another ARN, " + quoted, func(a account) error {
			return a.associate(a.pool, "arn:aws:wafv2:eu-west-1:111111111111:regional/webacl/notes/a")
		}, "", invalid + "arn:aws:wafv2:eu-west-1:111111111111:regional/webacl/notes/a"},
		{"the ARN of an IP set", "hashicorp/terraform-provider-aws#29569 quotes it", func(a account) error { return a.associate(a.pool, ipSet) }, "", invalid + ipSet},
		{"what cannot have a web ACL", associating + ": WAFInvalidParameterException, an ARN of a resource with which a web ACL can't be associated", func(a account) error {
			return a.associate(function, acl)
		}, "", invalid + function},
		{"what cannot have one has none to lose", disassociates + ": ResourceArn, formats", func(a account) error { return a.disassociate(function) }, "", invalid + function},
		{"nor one to look at", looking + ": ResourceArn, formats", func(a account) error {
			_, err := a.of(function)
			return err
		}, "", invalid + function},
		{"an API is not protected, but its stage", associating + ": ResourceArn, formats", func(a account) error {
			return a.associate("arn:aws:apigateway:us-east-1::/restapis/abc123", acl)
		}, "", invalid + "arn:aws:apigateway:us-east-1::/restapis/abc123"},
		{"a stage of an API that is not there", gone + "; ResourceArn, formats", func(a account) error {
			return a.associate("arn:aws:apigateway:us-east-1::/restapis/abc123/stages/prod", acl)
		}, "", nonexistent},

		{"a web ACL that was made just now", "hashicorp/terraform-provider-aws#29080 quotes it; " + associating + ": temporary inconsistencies", func(a account) error {
			a.server.Inject(awslocal.Fault{
				Operation: "AssociateWebACL", Kind: awslocal.RefuseBefore, Status: http.StatusBadRequest, Times: 1, Code: "WAFUnavailableEntityException",
				Message: "AWS WAF couldn’t retrieve the resource that you requested. Retry your request.",
			})
			return errors.Join(a.associate(a.pool, acl), a.associate(a.pool, acl))
		}, acl + " notes a", "WAFUnavailableEntityException: AWS WAF couldn’t retrieve the resource that you requested. Retry your request."},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			wiretest.Source(t, tc.source)
			server := awslocal.Start(t)
			server.WAF.Put(acl, other)
			made, err := idp.NewFromConfig(server.Config()).CreateUserPool(t.Context(), &idp.CreateUserPoolInput{PoolName: aws.String("notes")})
			if err != nil {
				t.Fatal(err)
			}
			a := account{wafv2.NewFromConfig(server.Config()), t, server, *made.UserPool.Arn}
			refused := ""
			if refusal, ok := errors.AsType[smithy.APIError](tc.do(a)); ok {
				refused = refusal.ErrorCode() + ": " + refusal.ErrorMessage()
			}
			if refused != tc.wantErr {
				t.Errorf("got the error %q, want %q", refused, tc.wantErr)
			}
			if got, err := a.of(a.pool); err != nil || got != tc.want {
				t.Errorf("got the web ACL %q of the pool (%v), want %q", got, err, tc.want)
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
