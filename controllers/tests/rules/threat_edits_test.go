package rules_test

import (
	"slices"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// protecting answers risks in a pool of the Plus tier.
func protecting(edits ...func(*v1alpha1.ThreatProtection)) func(*v1alpha1.SecuredAPI) {
	return func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.Tier = v1alpha1.TierPlus
		o.Spec.UserPool.ThreatProtection = &v1alpha1.ThreatProtection{Mode: v1alpha1.ThreatEnforced}
		for _, edit := range edits {
			edit(o.Spec.UserPool.ThreatProtection)
		}
	}
}

// telling tells users of high risks.
func telling(p *v1alpha1.ThreatProtection) {
	p.Takeover = &v1alpha1.Takeover{High: &v1alpha1.TakeoverAnswer{Action: v1alpha1.TakeoverBlock, Notify: v1alpha1.Enabled}}
	p.Notifications = &v1alpha1.ThreatNotifications{IdentityARN: identity}
}

func blocking(p *v1alpha1.ThreatProtection) { p.BlockCIDRs = []v1alpha1.CIDR{"192.0.2.0/24"} }

// threatProperties are those below a property of threatProtection.
func threatProperties(below string, names ...string) []string {
	var all []string
	for _, name := range names {
		all = append(all, "userPool.threatProtection."+below+"."+name)
	}
	return append(all, "userPool.threatProtection."+below)
}

// threatEdits change how risks are answered.
var threatEdits = []edit{
	{"threat protection", of("userPool.threatProtection"), nil, protecting(), "+ threatProtection Enforced"},
	{
		"no threat protection, and a lower tier", of("userPool.threatProtection", "userPool.tier"), protecting(telling, blocking),
		func(o *v1alpha1.SecuredAPI) {
			o.Spec.UserPool.ThreatProtection, o.Spec.UserPool.Tier = nil, v1alpha1.TierEssentials
		},
		"- threatProtection",
	},
	{"only logged", of("userPool.threatProtection.mode"), protecting(), func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.ThreatProtection.Mode = v1alpha1.ThreatAudit
	}, "~ userPool.threatProtection.mode: Enforced -> Audit"},
	{"turned off", of("userPool.threatProtection.mode"), protecting(blocking), func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.ThreatProtection = &v1alpha1.ThreatProtection{}
	}, "~ userPool.threatProtection.mode: Enforced -> Disabled"},
	{"own challenges", of("userPool.threatProtection.customAuth"), protecting(), protecting(func(p *v1alpha1.ThreatProtection) {
		p.CustomAuth = "Audit"
	}), "~ userPool.threatProtection.customAuth: Disabled -> Audit"},
	{"compromised passwords", threatProperties("compromisedPasswords", "action", "events"), protecting(), protecting(func(p *v1alpha1.ThreatProtection) {
		p.CompromisedPasswords = &v1alpha1.CompromisedPasswords{Action: v1alpha1.CompromisedAllow, Events: []v1alpha1.PasswordEvent{v1alpha1.EventSignIn}}
	}), "~ threatProtection.compromisedPasswords.action: Block -> Allow; ~ threatProtection.compromisedPasswords.events: PasswordChange,SignIn,SignUp -> SignIn"},
	{
		"takeover", slices.Concat(of("userPool.threatProtection.takeover"), threatProperties("takeover.low", "action", "notify"),
			threatProperties("takeover.medium", "action", "notify"), threatProperties("takeover.high", "action", "notify"), of("userPool.threatProtection.notifications")),
		protecting(), protecting(func(p *v1alpha1.ThreatProtection) {
			told := func(action v1alpha1.TakeoverAction) *v1alpha1.TakeoverAnswer {
				return &v1alpha1.TakeoverAnswer{Action: action, Notify: v1alpha1.Enabled}
			}
			p.Takeover = &v1alpha1.Takeover{Low: told(v1alpha1.TakeoverMFAIfConfigured), Medium: told(v1alpha1.TakeoverRequireMFA), High: told(v1alpha1.TakeoverBlock)}
			p.Notifications = &v1alpha1.ThreatNotifications{IdentityARN: identity}
		}), "~ threatProtection.takeover.low.action: Allow -> MFAIfConfigured; ~ threatProtection.takeover.low.notify: Disabled -> Enabled",
	},
	{
		"notifications", slices.Concat(threatProperties("notifications", "identityARN", "from", "replyTo"),
			threatProperties("notifications.blocked", "subject", "html", "text"), threatProperties("notifications.mfa", "subject", "html", "text"),
			threatProperties("notifications.allowed", "subject", "html", "text")),
		protecting(telling), protecting(telling, func(p *v1alpha1.ThreatProtection) {
			notice := &v1alpha1.ThreatNotice{Subject: "Was it you?", HTML: "<p>Was it you?</p>", Text: "Was it you?"}
			p.Notifications = &v1alpha1.ThreatNotifications{
				IdentityARN: otherIdentity, From: "security@example.com", ReplyTo: "help@example.com", Blocked: notice, MFA: notice, Allowed: notice,
			}
		}), "~ threatProtection.notifications.identityARN: ",
	},
	{"addresses", of("userPool.threatProtection.blockCIDRs", "userPool.threatProtection.allowCIDRs"), protecting(blocking), protecting(func(p *v1alpha1.ThreatProtection) {
		p.BlockCIDRs, p.AllowCIDRs = []v1alpha1.CIDR{"2001:db8::/32"}, []v1alpha1.CIDR{"198.51.100.0/24"}
	}), `~ threatProtection.blockCIDRs: 192.0.2.0/24 -> 2001:db8::/32; ~ threatProtection.allowCIDRs: "" -> 198.51.100.0/24`},
}

// The places that logs go to.
const (
	logGroup  = "arn:aws:logs:us-east-1:111111111111:log-group:notes"
	logBucket = "arn:aws:s3:::notes-logs"
	logStream = "arn:aws:firehose:us-east-1:111111111111:deliverystream/notes"
)

// logging sends what could not be delivered to a log group, and sign-ins elsewhere.
func logging(activity v1alpha1.UserPoolLog) func(*v1alpha1.SecuredAPI) {
	return func(o *v1alpha1.SecuredAPI) {
		activity.Source = v1alpha1.LogUserActivity
		o.Spec.UserPool.Tier = v1alpha1.TierPlus
		o.Spec.UserPool.Logs = []v1alpha1.UserPoolLog{{Source: v1alpha1.LogNotifications, LogGroupARN: logGroup}, activity}
	}
}

// logEdits change where logs go.
var logEdits = []edit{
	{"logs", of("userPool.logs", "userPool.logs[].source", "userPool.logs[].logGroupARN", "userPool.logs[].bucketARN"), nil, logging(v1alpha1.UserPoolLog{BucketARN: logBucket}), "+ logs"},
	{
		"logs to a stream", of("userPool.logs[].streamARN", "userPool.logs[].bucketARN"), logging(v1alpha1.UserPoolLog{BucketARN: logBucket}),
		logging(v1alpha1.UserPoolLog{StreamARN: logStream}), "~ logs.UserActivity: " + logBucket + " -> " + logStream,
	},
	{"fewer logs, and a lower tier", of("userPool.logs", "userPool.tier"), logging(v1alpha1.UserPoolLog{StreamARN: logStream}), func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.Logs, o.Spec.UserPool.Tier = o.Spec.UserPool.Logs[:1], v1alpha1.TierLite
	}, "~ logs.UserActivity: " + logStream + ` -> ""`},
	{"no logs", of("userPool.logs"), logging(v1alpha1.UserPoolLog{LogGroupARN: logGroup}), func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.Logs, o.Spec.UserPool.Tier = nil, v1alpha1.TierLite
	}, "- logs"},
}

// Keys that encrypt a pool.
const (
	poolKey      = "arn:aws:kms:us-east-1:111111111111:key/0f3c5a2e-5f1c-4c11-9a52-3d2a1a0c7d11"
	otherPoolKey = "arn:aws:kms:us-east-1:111111111111:key/1f3c5a2e-5f1c-4c11-9a52-3d2a1a0c7d12"
)

func withKey(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.KMSKeyARN = poolKey }

func withUpdatedIssuer(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.Issuer = v1alpha1.IssuerUpdated }

// keyEdits change the key of a pool, and the issuer of its tokens.
var keyEdits = []edit{
	{"a key", of("userPool.kmsKeyARN"), nil, withKey, `~ userPool.kmsKeyARN: "" -> ` + poolKey},
	{"another key", of("userPool.kmsKeyARN"), withKey, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.KMSKeyARN = otherPoolKey }, "~ userPool.kmsKeyARN: " + poolKey + " -> " + otherPoolKey},
	{"no key", of("userPool.kmsKeyARN"), withKey, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.KMSKeyARN = "" }, "~ userPool.kmsKeyARN: " + poolKey + ` -> ""`},
	{"an updated issuer", of("userPool.issuer"), nil, withUpdatedIssuer, "~ userPool.issuer: Original -> Updated"},
	{"no issuer", of("userPool.issuer"), withUpdatedIssuer, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.Issuer = "" }, "~ userPool.issuer: Updated -> Original"},
}

// Web ACLs that stand before a pool.
const (
	poolWebACL      = "arn:aws:wafv2:us-east-1:111111111111:regional/webacl/notes/a"
	otherPoolWebACL = "arn:aws:wafv2:us-east-1:111111111111:regional/webacl/other/b"
)

func withWebACL(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.WebACLARN = poolWebACL }

// webACLEdits change which web ACL stands before the pool.
var webACLEdits = []edit{
	{"a web ACL", of("userPool.webACLARN"), nil, withWebACL, "+ webACL " + poolWebACL},
	{"another web ACL", of("userPool.webACLARN"), withWebACL, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.WebACLARN = otherPoolWebACL }, "~ webACL.arn: " + poolWebACL + " -> " + otherPoolWebACL},
	{"no web ACL", of("userPool.webACLARN"), withWebACL, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.WebACLARN = "" }, "- webACL"},
}
