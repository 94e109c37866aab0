package rules_test

import "github.com/securedapi/securedapi/api/v1alpha1"

// multiRegionKey encrypts a pool that has a replica, and those that begin with replicaKeys are it in the replica's Region.
const (
	multiRegionKey = "arn:aws:kms:us-east-1:111111111111:key/mrk-0f3c5a2e"
	replicaKeys    = "arn:aws:kms:*:111111111111:key/mrk-0f3c5a2e"
	healthCheck    = "0f3c5a2e-5f1c-4c11-9a52-3d2a1a0c7d11"
)

func replicated(o *v1alpha1.SecuredAPI) {
	o.Spec.UserPool.KMSKeyARN, o.Spec.UserPool.Issuer = multiRegionKey, v1alpha1.IssuerUpdated
	o.Spec.UserPool.Replica = &v1alpha1.Replica{Region: "us-west-2"}
}

func active(o *v1alpha1.SecuredAPI) {
	replicated(o)
	o.Spec.UserPool.Replica.State = v1alpha1.ReplicaActive
}

func failingOver(o *v1alpha1.SecuredAPI) {
	active(o)
	ownDomain(o)
	o.Spec.Domain.Custom.FailoverHealthCheckID = healthCheck
}

// settled gives the replica settings of its own.
func settled(edit func(*v1alpha1.Replica)) func(*v1alpha1.SecuredAPI) {
	return func(o *v1alpha1.SecuredAPI) {
		active(o)
		edit(o.Spec.UserPool.Replica)
	}
}

// What a replica uses in its Region.
const (
	westIdentity = "arn:aws:ses:us-west-2:111111111111:identity/example.com"
	westFunction = "arn:aws:lambda:us-west-2:111111111111:function:OtherHandler"
	westCodesKey = "arn:aws:kms:us-west-2:111111111111:key/0f3c5a2e-5f1c-4c11-9a52-3d2a1a0c7d11"

	westLogGroup    = "arn:aws:logs:us-west-2:111111111111:log-group:notes"
	westStream      = "arn:aws:firehose:us-west-2:111111111111:deliverystream/notes"
	westWebACL      = "arn:aws:wafv2:us-west-2:111111111111:regional/webacl/notes/a"
	otherWestWebACL = "arn:aws:wafv2:us-west-2:111111111111:regional/webacl/other/b"
)

var (
	withWestTexts     = settled(func(r *v1alpha1.Replica) { r.SMS = &v1alpha1.SMS{RoleARN: textsRole} })
	withWestFunctions = settled(func(r *v1alpha1.Replica) {
		r.SenderKeyARN = westCodesKey
		r.Triggers = []v1alpha1.Trigger{
			{Event: v1alpha1.TriggerPreTokenGeneration, Function: "OtherHandler"}, {Event: v1alpha1.TriggerCustomEmailSender, Function: "OtherHandler"},
		}
	})
	withWestWebACL = settled(func(r *v1alpha1.Replica) { r.WebACLARN = westWebACL })
	withWestLogs   = func(o *v1alpha1.SecuredAPI) {
		active(o)
		o.Spec.UserPool.Tier = v1alpha1.TierPlus
		o.Spec.UserPool.Replica.Logs = []v1alpha1.UserPoolLog{
			{Source: v1alpha1.LogNotifications, LogGroupARN: westLogGroup}, {Source: v1alpha1.LogUserActivity, StreamARN: westStream},
		}
	}
	withWestNotices = func(o *v1alpha1.SecuredAPI) {
		active(o)
		protecting(telling)(o)
		o.Spec.UserPool.Replica.Notifications = &v1alpha1.ReplicaNotifications{IdentityARN: westIdentity}
	}
)

func settledWithAll(o *v1alpha1.SecuredAPI) {
	withWestNotices(o)
	o.Spec.UserPool.Replica.WebACLARN = westWebACL
	o.Spec.UserPool.Replica.Logs = []v1alpha1.UserPoolLog{{Source: v1alpha1.LogNotifications, LogGroupARN: westLogGroup}}
}

// replicaEdits change the replica of a pool, and which domain fails over to it.
var replicaEdits = []edit{
	{"a replica", of("userPool.replica"), nil, replicated, "+ replica/us-west-2 Inactive"},
	{"no replica, and no key", of("userPool.replica"), active, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.Replica, o.Spec.UserPool.KMSKeyARN = nil, ""
	}, "- replica/us-west-2"},
	{"a replica in another Region", of("userPool.replica.region"), active, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.Replica.Region = "eu-west-1"
	}, "+ replica/eu-west-1 Active"},
	{"an active replica", of("userPool.replica.state"), replicated, active, "~ replica/us-west-2.state: Inactive -> Active"},
	{"an inactive replica", of("userPool.replica.state"), active, replicated, "~ replica/us-west-2.state: Active -> Inactive"},
	{"a replica's e-mail", of("userPool.replica.email", "userPool.replica.email.sender", "userPool.replica.email.identityARN"), active, settled(func(r *v1alpha1.Replica) {
		r.Email = &v1alpha1.Email{Sender: v1alpha1.EmailSenderSES, IdentityARN: westIdentity}
	}), "~ replicaSettings/us-west-2.email.sender: Cognito -> SES"},
	{
		"a replica's addresses", of("userPool.replica.email.from", "userPool.replica.email.replyTo", "userPool.replica.email.configurationSet"),
		settled(func(r *v1alpha1.Replica) {
			r.Email = &v1alpha1.Email{Sender: v1alpha1.EmailSenderSES, IdentityARN: westIdentity}
		}), func(o *v1alpha1.SecuredAPI) {
			email := o.Spec.UserPool.Replica.Email
			email.From, email.ReplyTo, email.ConfigurationSet = "notes@example.com", "help@example.com", "login"
		}, `~ replicaSettings/us-west-2.email.from: "" -> notes@example.com`,
	},
	{"a replica's texts", of("userPool.replica.sms", "userPool.replica.sms.roleARN"), active, withWestTexts, `~ replicaSettings/us-west-2.sms.roleARN: "" -> ` + textsRole},
	{"a replica's other texts", of("userPool.replica.sms.externalID", "userPool.replica.sms.region"), withWestTexts, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.Replica.SMS.ExternalID, o.Spec.UserPool.Replica.SMS.Region = "notes", "us-east-2"
	}, `~ replicaSettings/us-west-2.sms.externalID: "" -> notes`},
	{
		"a replica's functions", of("userPool.replica.triggers", "userPool.replica.triggers[].event", "userPool.replica.triggers[].function", "userPool.replica.senderKeyARN"),
		active, withWestFunctions, `~ replicaSettings/us-west-2.triggers.PreTokenGeneration: "" -> ` + westFunction + " V1",
	},
	{"another version", of("userPool.replica.triggers[].version"), withWestFunctions, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.Replica.Triggers[0].Version = v1alpha1.TriggerV2
	}, "~ replicaSettings/us-west-2.triggers.PreTokenGeneration: " + westFunction + " V1 -> " + westFunction + " V2"},
	{"no functions of a replica", of("userPool.replica.triggers", "userPool.replica.senderKeyARN"), withWestFunctions, active, "- replicaPermission/" + westFunction},
	{
		"a replica's logs", of("userPool.replica.logs", "userPool.replica.logs[].source", "userPool.replica.logs[].logGroupARN", "userPool.replica.logs[].streamARN"),
		active, withWestLogs, "+ replicaLogs/us-west-2",
	},
	{"a replica's logs in a bucket", of("userPool.replica.logs[].bucketARN"), withWestLogs, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.Replica.Logs[1] = v1alpha1.UserPoolLog{Source: v1alpha1.LogUserActivity, BucketARN: logBucket}
	}, "~ replicaLogs/us-west-2.UserActivity: " + westStream + " -> " + logBucket},
	{"no logs of a replica, and a lower tier", of("userPool.replica.logs", "userPool.tier"), withWestLogs, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.Replica.Logs, o.Spec.UserPool.Tier = nil, v1alpha1.TierEssentials
	}, "- replicaLogs/us-west-2"},
	{"a replica's web ACL", of("userPool.replica.webACLARN"), active, withWestWebACL, "+ replicaWebACL/us-west-2 " + westWebACL},
	{"another web ACL of a replica", of("userPool.replica.webACLARN"), withWestWebACL, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.Replica.WebACLARN = otherWestWebACL
	}, "~ replicaWebACL/us-west-2.arn: " + westWebACL + " -> " + otherWestWebACL},
	{"no web ACL of a replica", of("userPool.replica.webACLARN"), withWestWebACL, active, "- replicaWebACL/us-west-2"},
	{
		"a replica's notices", of("userPool.replica.notifications", "userPool.replica.notifications.identityARN"), active, withWestNotices,
		"+ replicaNotifications/us-west-2 " + westIdentity,
	},
	{"a replica's sender of notices", of("userPool.replica.notifications.from"), withWestNotices, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.Replica.Notifications.From = "notes@example.com"
	}, `~ replicaNotifications/us-west-2.from: "" -> notes@example.com`},
	{"no notices of a replica", of("userPool.replica.notifications", "userPool.threatProtection.notifications"), withWestNotices, func(o *v1alpha1.SecuredAPI) {
		protecting()(o)
		o.Spec.UserPool.Replica.Notifications = nil
	}, "- replicaNotifications/us-west-2"},
	{"no replica that has all", of("userPool.replica"), settledWithAll, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.Replica, o.Spec.UserPool.KMSKeyARN = nil, ""
	}, "- replica/us-west-2"},
	{"a replica that has all in another Region", of("userPool.replica.region"), settledWithAll, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.Replica = &v1alpha1.Replica{
			Region: "eu-west-1", Notifications: &v1alpha1.ReplicaNotifications{IdentityARN: "arn:aws:ses:eu-west-1:111111111111:identity/example.com"},
		}
	}, "+ replicaNotifications/eu-west-1"},
	{"a failover", of("domain.custom.failoverHealthCheckID"), nil, failingOver, `+ customDomain auth.example.com`},
	{"no failover", of("domain.custom.failoverHealthCheckID"), failingOver, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Domain.Custom.FailoverHealthCheckID, o.Spec.UserPool.Replica = "", nil
	}, "~ customDomain.failoverHealthCheckID: " + healthCheck + `, to us-west-2 -> ""`},
}
