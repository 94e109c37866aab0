package harness

import "github.com/securedapi/securedapi/api/v1alpha1"

// What a replica names in its Region.
const (
	replicaRegion = "us-west-2"

	// multiRegionKey is a key that is in several Regions, and replicaKey is that key in the replica's.
	multiRegionKey = "arn:aws:kms:us-east-1:111111111111:key/mrk-0f3c5a2e5f1c4c119a523d2a1a0c7d11"
	replicaKey     = "arn:aws:kms:us-west-2:111111111111:key/mrk-0f3c5a2e5f1c4c119a523d2a1a0c7d11"

	replicaWebACL      = "arn:aws:wafv2:us-west-2:111111111111:regional/webacl/notes/a"
	otherReplicaWebACL = "arn:aws:wafv2:us-west-2:111111111111:regional/webacl/other/b"
	replicaLogGroup    = "arn:aws:logs:us-west-2:111111111111:log-group:notes"
	replicaIdentity    = "arn:aws:ses:us-west-2:111111111111:identity/example.com"
)

// withReplica has an active replica with all that it can have of its own.
func withReplica(o *v1alpha1.SecuredAPI) {
	withProtection(o)
	pool := &o.Spec.UserPool
	pool.KMSKeyARN = multiRegionKey
	pool.Replica = &v1alpha1.Replica{
		Region: replicaRegion, State: v1alpha1.ReplicaActive,
		Email:         &v1alpha1.Email{Sender: v1alpha1.EmailSenderSES, IdentityARN: replicaIdentity},
		Triggers:      []v1alpha1.Trigger{{Event: v1alpha1.TriggerPreSignUp, Function: "GuestHandler"}},
		Logs:          []v1alpha1.UserPoolLog{{Source: v1alpha1.LogNotifications, LogGroupARN: replicaLogGroup}},
		WebACLARN:     replicaWebACL,
		Notifications: &v1alpha1.ReplicaNotifications{IdentityARN: replicaIdentity},
	}
}

// withOtherReplica changes all of it, and takes away what can go.
func withOtherReplica(o *v1alpha1.SecuredAPI) {
	withReplica(o)
	replica := o.Spec.UserPool.Replica
	replica.Email, replica.Triggers = nil, []v1alpha1.Trigger{{Event: v1alpha1.TriggerPreSignUp, Function: "OtherHandler"}}
	replica.Logs, replica.WebACLARN = nil, otherReplicaWebACL
	replica.Notifications.From = "notes@example.com"
}

func withoutReplica(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.Replica = nil }
