package features_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	apigwtypes "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/config/iam"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/operatorrole"
)

const (
	webACL    = "arn:aws:wafv2:us-east-1:111111111111:regional/webacl/notes/a"
	westACL   = "arn:aws:wafv2:us-west-2:111111111111:regional/webacl/notes/a"
	logGroup  = "arn:aws:logs:us-east-1:111111111111:log-group:notes"
	logBucket = "arn:aws:s3:::notes-logs"
	logStream = "arn:aws:firehose:us-east-1:111111111111:deliverystream/notes"
	readers   = "arn:aws:iam::111111111111:role/Readers"
	texts     = "arn:aws:iam::111111111111:role/Texts"
	poolKey   = "arn:aws:kms:us-east-1:111111111111:key/mrk-0f3c5a2e5f1c4c119a523d2a1a0c7d11"
	westKey   = "arn:aws:kms:us-west-2:111111111111:key/mrk-0f3c5a2e5f1c4c119a523d2a1a0c7d11"
)

// TestEveryPermissionIsNeeded goes through the lives of objects with everything that a policy of config/iam is for, and then
// asks which statement, action and resource of them no call needed.
func TestEveryPermissionIsNeeded(t *testing.T) {
	t.Parallel()
	w := harness.NewAccount(t, awslocal.WithEvents("events", 0))
	w.Resync, w.Queue = time.Second, w.AWS.EventsURL()
	w.Permit("events", iam.Values{"QUEUE_ARN": {"arn:aws:sqs:us-east-1:111111111111:events"}})
	w.Permit("groups", iam.Values{"ROLE_ARN": {readers}})
	w.Permit("sms", iam.Values{"ROLE_ARN": {texts}})
	w.Permit("custom-domains", nil)
	w.AWS.WAF.Put(webACL, westACL)
	w.Permit("web-acls", iam.Values{"WEB_ACL_ARN": {webACL, westACL}})
	w.Permit("logs", nil)
	w.Permit("log-buckets", iam.Values{"BUCKET_ARN": {logBucket}})
	w.Permit("log-streams", iam.Values{"STREAM_ARN": {logStream}})
	w.Permit("kms", iam.Values{"KEY_ARN": {poolKey, westKey}})
	w.StartOperator()
	t.Cleanup(func() { w.Stop() })

	lifeOfOwn(w)
	lifeOfAdopted(w)
	lifeOfTenant(w)

	role := operatorrole.ARN(w.AWS, w.ClusterID)
	for _, grant := range w.AWS.IAM.Unneeded(role) {
		t.Errorf("%s.json, %s: no call needs %s on %s", grant.Policy, grant.Statement, grant.Action, grant.Resource)
	}
}

// lifeOfOwn makes everything, loses answers, edits, repairs, and deletes.
func lifeOfOwn(w *harness.World) {
	w.T.Helper()
	ctx := w.T.Context()
	for _, operation := range []string{"CreateUserPool", "CreateUserPoolClient", "CreateTerms", "CreateResourceServer", "CreateGroup", "CreateRestApi"} {
		w.AWS.Inject(awslocal.Fault{Operation: operation, Kind: awslocal.LoseReply, Times: 1})
	}
	object := w.Recipe()
	harness.WithProgram(object)
	object.Spec.UserPool.Groups = []v1alpha1.Group{{Name: "readers", RoleARN: readers}}
	object.Spec.Tags = map[string]v1alpha1.TagValue{"team": "shop"}
	object.Spec.UserPool.IdentityProviders = []v1alpha1.IdentityProvider{{
		Name: "Okta", Attributes: map[string]v1alpha1.Claim{"email": "email"},
		OIDC: &v1alpha1.OIDCProvider{Issuer: "https://login.example.com", ClientID: "c"},
	}}
	w.Create(object)
	w.AwaitReady(object)
	w.Update(object, func(o *v1alpha1.SecuredAPI) {
		harness.RotateTo(2)(o)
		o.Spec.ResourceServers[0].Scopes = append(o.Spec.ResourceServers[0].Scopes, v1alpha1.ResourceServerScope{Name: "write"})
		o.Spec.UserPool.Groups[0].Description = "Who reads"
		o.Spec.UserPool.Triggers = []v1alpha1.Trigger{{Event: v1alpha1.TriggerCustomEmailSender, Function: "OtherHandler"}}
		o.Spec.UserPool.SenderKeyARN = poolKey
		o.Spec.UserPool.IdentityProviders[0].Identifiers = []string{"example.com"}
		o.Spec.UserPool.CustomAttributes = []v1alpha1.CustomAttribute{{Name: "team"}}
		o.Spec.UserPool.Tier = v1alpha1.TierPlus
		o.Spec.UserPool.WebACLARN = webACL
		o.Spec.UserPool.KMSKeyARN, o.Spec.UserPool.Replica = poolKey, &v1alpha1.Replica{
			Region: "us-west-2", State: v1alpha1.ReplicaActive, Triggers: []v1alpha1.Trigger{{Event: v1alpha1.TriggerPostConfirmation, Function: "OtherHandler"}},
			WebACLARN: westACL, Logs: []v1alpha1.UserPoolLog{{Source: v1alpha1.LogNotifications, LogGroupARN: "arn:aws:logs:us-west-2:111111111111:log-group:notes"}},
			Notifications: &v1alpha1.ReplicaNotifications{IdentityARN: "arn:aws:ses:us-west-2:111111111111:identity/example.com"},
		}
		o.Spec.UserPool.Logs = []v1alpha1.UserPoolLog{
			{Source: v1alpha1.LogNotifications, LogGroupARN: logGroup}, {Source: v1alpha1.LogUserActivity, BucketARN: logBucket},
		}
		o.Spec.UserPool.ThreatProtection = &v1alpha1.ThreatProtection{
			Mode: v1alpha1.ThreatAudit, Notifications: &v1alpha1.ThreatNotifications{IdentityARN: "arn:aws:ses:us-east-1:111111111111:identity/example.com"},
		}
		o.Spec.UserPool.MFA = &v1alpha1.MFA{Mode: v1alpha1.MFAOptional, Factors: []v1alpha1.MFAFactor{v1alpha1.MFATOTP}}
		o.Spec.Stage, o.Spec.Tags = "live", nil
		o.Spec.Domain.Pages = v1alpha1.PagesManaged
		o.Spec.Clients = append(o.Spec.Clients, v1alpha1.Client{
			Name: "app", CallbackURLs: []v1alpha1.URL{"notes:/callback"},
			Terms: &v1alpha1.Terms{
				TermsOfUse: map[string]v1alpha1.Link{"default": "https://notes.example.com/"}, PrivacyPolicy: map[string]v1alpha1.Link{"default": "https://notes.example.com/"},
			},
		})
		o.Spec.Routes[1].Backend.Lambda.Function = "OtherHandler"
	})
	w.AwaitReady(object)
	w.Eventually("the former secret to be deleted", func(ctx context.Context) (bool, string) {
		n := len(harness.Must[*cip.ListUserPoolClientSecretsOutput](w)(w.Cognito().ListUserPoolClientSecrets(ctx, &cip.ListUserPoolClientSecretsInput{
			UserPoolId: &object.Status.UserPool.ID, ClientId: &object.Status.Clients[0].ID,
		})).ClientSecrets)
		return n == 1, strconv.Itoa(n)
	})

	// A policy of the API's own that somebody sets is taken off by the next import, and tags come back.
	harness.Must[*apigateway.UpdateRestApiOutput](w)(w.Gateway().UpdateRestApi(ctx, &apigateway.UpdateRestApiInput{
		RestApiId: &object.Status.API.ID, PatchOperations: []apigwtypes.PatchOperation{{
			Op: apigwtypes.OpReplace, Path: aws.String("/policy"), Value: aws.String(`{"Version":"2012-10-17","Statement":[]}`),
		}},
	}))
	harness.Must[*cip.UntagResourceOutput](w)(w.Cognito().UntagResource(ctx, &cip.UntagResourceInput{
		ResourceArn: &object.Status.UserPool.ARN, TagKeys: []string{engine.TagUID},
	}))
	w.Update(object, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Domain.Branding = &v1alpha1.Branding{Settings: &runtime.RawExtension{Raw: []byte(`{"categories":{"global":{"colorSchemeMode":"DARK"}}}`)}}
	})
	w.AwaitReady(object)
	w.Update(object, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Domain.ClassicStyle = &v1alpha1.ClassicStyle{CSS: ".label-customizable {color: red;}"}
		o.Spec.Domain.Custom = &v1alpha1.CustomDomain{
			Name: "auth.example.com", CertificateARN: "arn:aws:acm:us-east-1:111111111111:certificate/a",
		}
	})
	w.AwaitReady(object)
	w.Update(object, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Domain.ClassicStyle.CSS = ".label-customizable {color: blue;}"
		o.Spec.Clients[len(o.Spec.Clients)-1].Terms.PrivacyPolicy["german"] = "https://notes.example.com/de"
	})
	w.AwaitReady(object)
	w.Update(object, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Clients[len(o.Spec.Clients)-1].Terms = nil
		o.Spec.Domain.Pages, o.Spec.Domain.Branding = v1alpha1.PagesClassic, nil
	})
	w.AwaitReady(object)
	weaken(w, object, 20)
	w.Update(object, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.Logs[1] = v1alpha1.UserPoolLog{Source: v1alpha1.LogUserActivity, StreamARN: logStream}
	})
	w.AwaitReady(object)
	w.Update(object, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Clients[0].Name, o.Spec.Clients[0].Secret = "other", nil
		o.Spec.UserPool.Groups, o.Spec.UserPool.IdentityProviders, o.Spec.Domain.Prefix = nil, nil, "notes-live"
		o.Spec.UserPool.Triggers = []v1alpha1.Trigger{{Event: v1alpha1.TriggerPostConfirmation, Function: "GuestHandler"}}
		o.Spec.UserPool.WebACLARN, o.Spec.UserPool.Replica = "", nil
		o.Spec.Routes[1].Backend.Lambda.Function = "GuestHandler"
	})
	w.AwaitReady(object)
	w.Update(object, func(o *v1alpha1.SecuredAPI) { harness.WithServer(o); o.Spec.DeletionPolicy = v1alpha1.DeletionProtect })
	w.AwaitReady(object)
	w.Update(object, func(o *v1alpha1.SecuredAPI) {
		o.Spec.ResourceServers, o.Spec.Clients[0].Scopes, o.Spec.Clients[0].Flows = nil, nil, []v1alpha1.Flow{v1alpha1.FlowCode}
	})
	w.AwaitReady(object)
	w.Delete(object)
}

// lifeOfAdopted takes over a pool with a role for SMS and a key, and an API.
func lifeOfAdopted(w *harness.World) {
	w.T.Helper()
	made := w.MakeLegacy(nil)
	harness.Must[*cip.UpdateUserPoolOutput](w)(w.Cognito().UpdateUserPool(w.T.Context(), &cip.UpdateUserPoolInput{
		UserPoolId:       &made.Pool,
		SmsConfiguration: &ciptypes.SmsConfigurationType{SnsCallerArn: aws.String(texts)},
		KeyConfiguration: &ciptypes.KeyConfigurationType{KmsKeyArn: aws.String(poolKey), KeyType: ciptypes.EncryptionKeyTypeCustomerManagedKey},
	}))
	object := w.Adopting(made)
	harness.WithServer(object)
	object.Spec.UserPool.Groups = []v1alpha1.Group{{Name: "readers"}}
	w.Create(object)
	w.AwaitStalled(object, v1alpha1.ReasonAwaitingAcknowledgement)
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Acknowledge = o.Status.Plan.Hash })
	w.AwaitReady(object)
	w.Delete(object)
}

// lifeOfTenant is in the account of a namespace's role.
func lifeOfTenant(w *harness.World) {
	w.T.Helper()
	giveRole(w, otherRole)
	object := w.Recipe()
	object.Name = "theirs"
	w.Create(object)
	w.AwaitReady(object)
	w.Delete(object)
}
