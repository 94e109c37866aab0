package awslocal

import (
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/securedapi/securedapi/hack/awslocal/iam"
	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// logExtras are what a pool's logs need beside the operation itself: Cognito makes deliveries of CloudWatch Logs in the caller's name, and
// opens log groups, buckets and streams to them
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html,
// "Logging that requires additional permissions [V1]"). Which of these calls a change makes is not known, so all of its kind are needed.
func logExtras(r wire.Request, in *cip.SetLogDeliveryConfigurationInput) []iam.Request {
	var extras []iam.Request
	needs := func(resource string, actions ...string) {
		for _, action := range actions {
			extras = append(extras, iam.Request{Action: action, Resource: resource, Context: iam.Context{}})
		}
	}
	needs("*", "logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery", "logs:ListLogDeliveries")
	for _, config := range in.LogConfigurations {
		switch {
		case config.CloudWatchLogsConfiguration != nil:
			needs("*", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups")
		case config.S3Configuration != nil && config.S3Configuration.BucketArn != nil:
			needs(*config.S3Configuration.BucketArn, "s3:GetBucketPolicy", "s3:PutBucketPolicy")
		case config.FirehoseConfiguration != nil && config.FirehoseConfiguration.StreamArn != nil:
			needs(*config.FirehoseConfiguration.StreamArn, "firehose:TagDeliveryStream")
			role := iam.Context{}
			role.Set("iam:AWSServiceName", "delivery.logs.amazonaws.com")
			extras = append(extras, iam.Request{
				Action:   "iam:CreateServiceLinkedRole",
				Resource: "arn:aws:iam::" + r.Account + ":role/aws-service-role/delivery.logs.amazonaws.com/AWSServiceRoleForLogDelivery",
				Context:  role,
			})
		}
	}
	return extras
}
