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
	{"a failover", of("domain.custom.failoverHealthCheckID"), nil, failingOver, `+ customDomain auth.example.com`},
	{"no failover", of("domain.custom.failoverHealthCheckID"), failingOver, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Domain.Custom.FailoverHealthCheckID, o.Spec.UserPool.Replica = "", nil
	}, "~ customDomain.failoverHealthCheckID: " + healthCheck + `, to us-west-2 -> ""`},
}
