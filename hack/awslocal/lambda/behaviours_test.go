package lambda_test

import (
	"errors"
	"fmt"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/securedapi/securedapi/hack/awslocal/wire/wiretest"
)

// Sources.
const (
	recorded = "LocalStack's recordings of AWS, test_lambda_api.snapshot.json, TestLambdaPermissions, 2023-11-20: "
	provider = "LocalStack's Lambda, held against AWS by its tests: "
	apiDoc   = "https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html: "

	// Elsewhere in the recordings, where aliases and versions are looked up.
	exceptions = "LocalStack's recordings of AWS, test_provisioned_concurrency_exceptions, 2023-11-20: "

	arn       = "arn:aws:lambda:us-east-1:111111111111:function:Fn"
	sourceARN = "arn:aws:execute-api:us-east-1:111111111111:abc/*/GET/notes"
)

// What Lambda does, through the SDK. There is a function Fn with a version 1 and an alias live.
var behaviors = []struct {
	name, source string
	do           func(aws *caller) (string, error)
	want         string
}{
	{
		name:   "AddPermission answers with the statement",
		source: recorded + "test_add_lambda_permission_aws",
		do:     func(aws *caller) (string, error) { return aws.add("Fn", "s1") },
		want: `{"Sid":"s1","Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},` +
			`"Action":"lambda:InvokeFunction","Resource":"` + arn + `",` +
			`"Condition":{"ArnLike":{"AWS:SourceArn":"` + sourceARN + `"}}}`,
	},
	{
		name:   "a statement without a source has no condition",
		source: recorded + "test_create_multiple_lambda_permissions",
		do: func(aws *caller) (string, error) {
			return aws.add("Fn", "s1", func(in *sdk.AddPermissionInput) { in.SourceArn = nil })
		},
		want: `{"Sid":"s1","Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},` +
			`"Action":"lambda:InvokeFunction","Resource":"` + arn + `"}`,
	},
	{
		name:   "an account is a principal by its root",
		source: provider + "build_statement",
		do: func(aws *caller) (string, error) {
			return aws.add("Fn", "s1", func(in *sdk.AddPermissionInput) {
				in.SourceArn, in.Principal = nil, ptr("222222222222")
			})
		},
		want: `{"Sid":"s1","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:root"},` +
			`"Action":"lambda:InvokeFunction","Resource":"` + arn + `"}`,
	},
	{
		name:   "GetPolicy prints the statements in the order they came",
		source: recorded + "test_create_multiple_lambda_permissions",
		do: func(aws *caller) (string, error) {
			aws.must(aws.add("Fn", "s2"))
			aws.must(aws.add("Fn", "s1"))
			return aws.sids("Fn")
		},
		want: `2012-10-17 default s2 s1`,
	},
	{
		name:   "a statement id that is taken",
		source: "terraform-aws-lambda #547, cargo-lambda #261; the status from " + recorded + "test_layer_policy_exceptions",
		do: func(aws *caller) (string, error) {
			aws.must(aws.add("Fn", "s1"))
			return aws.add("Fn", "s1")
		},
		want: "409 ResourceConflictException: The statement id (s1) provided already exists. " +
			"Please provide a new statement id, or remove the existing statement.",
	},
	{
		name:   "the same statement id on an alias is another statement",
		source: provider + "add_permission, uniqueness is per qualified function",
		do: func(aws *caller) (string, error) {
			aws.must(aws.add("Fn", "s1"))
			aws.must(aws.add("Fn:live", "s1"))
			return aws.sids("Fn:live")
		},
		want: "2012-10-17 default s1",
	},
	{
		name:   "a permission on an alias names the alias",
		source: apiDoc + "the invoker must use the full ARN of that version or alias",
		do:     func(aws *caller) (string, error) { return aws.resource(aws.add("Fn:live", "s1")) },
		want:   arn + ":live",
	},
	{
		name:   "a qualifier may stand beside the name",
		source: apiDoc + "Qualifier",
		do: func(aws *caller) (string, error) {
			return aws.resource(aws.add("Fn", "s1", func(in *sdk.AddPermissionInput) { in.Qualifier = ptr("1") }))
		},
		want: arn + ":1",
	},
	{
		name:   "a partial ARN",
		source: apiDoc + "FunctionName",
		do:     func(aws *caller) (string, error) { return aws.resource(aws.add("111111111111:function:Fn", "s1")) },
		want:   arn,
	},
	{
		name:   "a full ARN with a qualifier",
		source: apiDoc + "FunctionName",
		do:     func(aws *caller) (string, error) { return aws.resource(aws.add(arn+":live", "s1")) },
		want:   arn + ":live",
	},
	{
		name:   "two qualifiers that differ",
		source: "LocalStack's recordings, TestLambdaEventInvokeConfig, 2023-11-20: put_shorthand_qualifier_mismatch_1",
		do: func(aws *caller) (string, error) {
			return aws.add("Fn:live", "s1", func(in *sdk.AddPermissionInput) { in.Qualifier = ptr("1") })
		},
		want: "400 InvalidParameterValueException: " +
			"The derived qualifier from the function name does not match the specified qualifier.",
	},
	{
		name:   "no policies on $LATEST",
		source: "terraform-aws-lambda's README, question 4; " + apiDoc + "no policies on version $LATEST",
		do:     func(aws *caller) (string, error) { return aws.add("Fn:$LATEST", "s1") },
		want:   "400 InvalidParameterValueException: We currently do not support adding policies for $LATEST.",
	},
	{
		name:   "AddPermission to a missing function",
		source: provider + "_get_function, test_permission_exceptions",
		do:     func(aws *caller) (string, error) { return aws.add("Gone", "s1") },
		want: "404 ResourceNotFoundException: " +
			"Function not found: arn:aws:lambda:us-east-1:111111111111:function:Gone",
	},
	{
		name:   "AddPermission to a missing alias",
		source: exceptions + "put_provisioned_qualifier_doesnotexist",
		do:     func(aws *caller) (string, error) { return aws.add("Fn:gone", "s1") },
		want:   "404 ResourceNotFoundException: Cannot find alias arn: " + arn + ":gone",
	},
	{
		name:   "AddPermission to a missing version",
		source: exceptions + "put_provisioned_version_doesnotexist",
		do:     func(aws *caller) (string, error) { return aws.add("Fn:10", "s1") },
		want:   "404 ResourceNotFoundException: Function not found: " + arn + ":10",
	},
	{
		name:   "a function of another Region",
		source: provider + "get_name_and_qualifier; cdk-preflight pf-cfn-custom-servicetoken-region",
		do: func(aws *caller) (string, error) {
			return aws.add("arn:aws:lambda:eu-west-1:111111111111:function:Fn", "s1")
		},
		want: "404 ResourceNotFoundException: " +
			"Functions from 'eu-west-1' are not reachable in this region ('us-east-1')",
	},
	{
		name:   "a function of another account",
		source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html",
		do: func(aws *caller) (string, error) {
			return aws.add("arn:aws:lambda:us-east-1:222222222222:function:Fn", "s1")
		},
		want: "403 AccessDeniedException: User: arn:aws:iam::111111111111:root is not authorized to perform: " +
			"lambda:AddPermission on resource: arn:aws:lambda:us-east-1:222222222222:function:Fn " +
			"because no resource-based policy allows the lambda:AddPermission action",
	},
	{
		name:   "a statement id with a slash",
		source: provider + "STATEMENT_ID_REGEX; " + apiDoc + "StatementId",
		do:     func(aws *caller) (string, error) { return aws.add("Fn", "a/b") },
		want: "400 ValidationException: 1 validation error detected: Value 'a/b' at 'statementId' failed to satisfy " +
			"constraint: Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)",
	},
	{
		name:   "an action of another service",
		source: apiDoc + "Action",
		do: func(aws *caller) (string, error) {
			return aws.add("Fn", "s1", func(in *sdk.AddPermissionInput) { in.Action = ptr("s3:GetObject") })
		},
		want: "400 ValidationException: 1 validation error detected: Value 's3:GetObject' at 'action' failed to satisfy " +
			"constraint: Member must satisfy regular expression pattern: (lambda:[*]|lambda:[a-zA-Z]+|[*])",
	},
	{
		name:   "a principal that is none",
		source: "aws-account-enumeration's README, and others, quoting AWS",
		do: func(aws *caller) (string, error) {
			return aws.add("Fn", "s1", func(in *sdk.AddPermissionInput) { in.Principal = ptr("apigateway") })
		},
		want: "400 InvalidParameterValueException: " +
			"The provided principal was invalid. Please check the principal and try again.",
	},
	{
		name:   "a revision that is outdated",
		source: provider + "add_permission",
		do: func(aws *caller) (string, error) {
			return aws.add("Fn", "s1", func(in *sdk.AddPermissionInput) { in.RevisionId = ptr("outdated") })
		},
		want: "412 PreconditionFailedException: The Revision Id provided does not match the latest Revision Id. " +
			"Call the GetFunction/GetAlias API to retrieve the latest Revision Id",
	},
	{
		name:   "a policy that grows too long",
		source: "helix-deploy #24, serverless-log-forwarding #25; the limit is in Lambda's quotas",
		do: func(aws *caller) (string, error) {
			for i := range 100 {
				if _, err := aws.add("Fn", fmt.Sprintf("statement-%03d", i)); err != nil {
					return "", err
				}
			}
			return "", nil
		},
		want: "400 PolicyLengthExceededException: The final policy size (20714) is bigger than the limit (20480).",
	},
	{
		name:   "RemovePermission takes one statement",
		source: recorded + "test_remove_multi_permissions, policy_after_removal",
		do: func(aws *caller) (string, error) {
			aws.must(aws.add("Fn", "s1"))
			aws.must(aws.add("Fn", "s2"))
			aws.must(aws.remove("Fn", "s1"))
			return aws.sids("Fn")
		},
		want: "2012-10-17 default s2",
	},
	{
		name:   "with the last statement the policy goes",
		source: recorded + "test_remove_multi_permissions, get_policy_exception_removed_all",
		do: func(aws *caller) (string, error) {
			aws.must(aws.add("Fn", "s1"))
			aws.must(aws.remove("Fn", "s1"))
			return aws.sids("Fn")
		},
		want: "404 ResourceNotFoundException: The resource you requested does not exist.",
	},
	{
		name:   "RemovePermission of an unknown statement",
		source: recorded + "test_remove_multi_permissions, remove_permission_exception_nonexisting_sid",
		do: func(aws *caller) (string, error) {
			aws.must(aws.add("Fn", "s1"))
			return aws.remove("Fn", "s2")
		},
		want: "404 ResourceNotFoundException: Statement s2 is not found in resource policy.",
	},
	{
		name:   "RemovePermission where there is no policy",
		source: provider + "remove_permission, test_permission_exceptions: remove_permission_policy_doesnotexist",
		do:     func(aws *caller) (string, error) { return aws.remove("Fn", "s1") },
		want:   "404 ResourceNotFoundException: No policy is associated with the given resource.",
	},
	{
		name:   "RemovePermission of a missing function",
		source: provider + "remove_permission, test_permission_exceptions: remove_permission_fn_doesnotexist",
		do:     func(aws *caller) (string, error) { return aws.remove("Gone", "s1") },
		want: "404 ResourceNotFoundException: " +
			"No policy found for: arn:aws:lambda:us-east-1:111111111111:function:Gone",
	},
	{
		name:   "GetPolicy of a missing function",
		source: provider + "get_policy, test_permission_exceptions: get_policy_fn_doesnotexist",
		do:     func(aws *caller) (string, error) { return aws.sids("Gone") },
		want: "404 ResourceNotFoundException: " +
			"Function not found: arn:aws:lambda:us-east-1:111111111111:function:Gone",
	},
	{
		name:   "GetPolicy where there is none",
		source: recorded + "test_remove_multi_permissions, get_policy_exception_removed_all",
		do:     func(aws *caller) (string, error) { return aws.sids("Fn") },
		want:   "404 ResourceNotFoundException: The resource you requested does not exist.",
	},
	{
		name:   "GetFunction",
		source: "LocalStack's recordings, TestLambdaTag, 2023-11-20: get_function_result",
		do:     func(aws *caller) (string, error) { return aws.function("Fn") },
		want:   arn + " $LATEST Active",
	},
	{
		name:   "GetFunction of a missing one",
		source: provider + "_get_function_version",
		do:     func(aws *caller) (string, error) { return aws.function("Gone") },
		want: "404 ResourceNotFoundException: " +
			"Function not found: arn:aws:lambda:us-east-1:111111111111:function:Gone",
	},
	{
		name:   "a name that can't be one",
		source: apiDoc + "FunctionName",
		do:     func(aws *caller) (string, error) { return aws.function("no function") },
		want: "400 ValidationException: 1 validation error detected: Value 'no function' at 'functionName' failed to " +
			`satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?` +
			`([a-z]{2}(-gov)?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?`,
	},
}

func TestBehaviors(t *testing.T) {
	for _, b := range behaviors {
		t.Run(b.name, func(t *testing.T) {
			wiretest.Source(t, b.source)
			got, err := b.do(newCaller(t))
			if e, ok := errors.AsType[smithy.APIError](err); ok {
				status, _ := errors.AsType[*smithyhttp.ResponseError](err)
				got = fmt.Sprintf("%d %s: %s", status.HTTPStatusCode(), e.ErrorCode(), e.ErrorMessage())
			} else if err != nil {
				t.Fatal(err)
			}
			if got != b.want {
				t.Errorf("%s\ngot  %s\nwant %s", b.source, got, b.want)
			}
		})
	}
}
