package features_test

import (
	"strings"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/config/iam"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// The sample with a replica comes to rest as people apply it: the replica serves users, and has what the sample names in its Region.
func TestTheReplicaOfTheSample(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Sample("replica")
	pool, replica := &object.Spec.UserPool, object.Spec.UserPool.Replica
	webACLs := []string{pool.WebACLARN, replica.WebACLARN}
	w.AWS.WAF.Put(webACLs...)
	w.Permit("web-acls", iam.Values{"WEB_ACL_ARN": webACLs})
	w.Permit("logs", nil)
	w.Permit("kms", iam.Values{"KEY_ARN": {pool.KMSKeyARN, strings.Replace(pool.KMSKeyARN, "us-east-1", replica.Region, 1)}})
	object.Spec.Routes[0].Backend.Lambda.Function = "RegisteredHandler"
	w.Create(object)
	w.AwaitReady(object)
	made := object.Status.UserPool.Replica
	if made == nil || made.Region != replica.Region || made.State != string(types.ReplicaStatusTypeActive) {
		t.Fatalf("got the replica %+v, want an active one in %s", made, replica.Region)
	}
	there := cip.New(w.Cognito().Options(), func(o *cip.Options) { o.Region = replica.Region })
	described := harness.Must[*cip.DescribeUserPoolOutput](w)(there.DescribeUserPool(t.Context(), &cip.DescribeUserPoolInput{UserPoolId: &object.Status.UserPool.ID})).UserPool
	logs := harness.Must[*cip.GetLogDeliveryConfigurationOutput](w)(there.GetLogDeliveryConfiguration(t.Context(), &cip.GetLogDeliveryConfigurationInput{
		UserPoolId: &object.Status.UserPool.ID,
	})).LogDeliveryConfiguration.LogConfigurations
	if len(logs) != 1 || *logs[0].CloudWatchLogsConfiguration.LogGroupArn != replica.Logs[0].LogGroupARN {
		t.Errorf("got the logs %+v, want those to %s", logs, replica.Logs[0].LogGroupARN)
	}
	for what, pair := range map[string][2]string{
		"the identity":       {*described.EmailConfiguration.SourceArn, replica.Email.IdentityARN},
		"the web ACL":        {w.AWS.WAF.WebACL(made.ARN), replica.WebACLARN},
		"the pool's web ACL": {w.AWS.WAF.WebACL(object.Status.UserPool.ARN), pool.WebACLARN},
		"the replica's ARN":  {*described.Arn, made.ARN},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: got %q, want %q", what, pair[0], pair[1])
		}
	}
	w.Delete(object)
}
