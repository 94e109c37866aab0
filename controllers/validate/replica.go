package validate

import (
	"fmt"
	"slices"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// replicaRegion refuses a replica in the pool's own Region, and in one where none can be.
func replicaRegion(spec *v1alpha1.SecuredAPISpec, facts Facts) []Finding {
	replica := spec.UserPool.Replica
	if replica == nil || facts.Region == "" {
		return nil
	}
	finding := Finding{Field: "spec.userPool.replica.region", Value: quote(replica.Region)}
	switch {
	case replica.Region == facts.Region:
		finding.Rule, finding.Remedy = "is the user pool's own Region", "name another one"
	case facts.Replica.Region == "":
		finding.Rule = "is not a Region of AWS"
		finding.Remedy = "correct it, or ask an administrator to allow a Region that is newer than this version of the operator with " +
			"--regions=" + replica.Region
	case facts.Replica.Partition != facts.Partition:
		finding.Rule = "is in another part of AWS than the user pool's Region, " + facts.Region
		finding.Remedy = "name a Region of the same part"
	default:
		return nil
	}
	return []Finding{finding}
}

// replicaIssuer: "For consistent token validation across Regions, we recommend that you configure your user pool with an updated issuer"
// (Cognito developer guide, "Multi-Region replication for user pools").
func replicaIssuer(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	pool := &spec.UserPool
	if pool.Replica == nil || pool.Issuer == v1alpha1.IssuerUpdated || pool.Issuer == "" && pool.Adopt != nil {
		return nil
	}
	return []Finding{{
		"spec.userPool.issuer", "",
		"is not Updated, so programs that check tokens of the replica ask a host of the user pool's Region for keys",
		"set it to Updated, and have programs accept the new issuer",
	}}
}

// replicaTOTP: "The secondary replica doesn't support TOTP MFA" (the same page).
func replicaTOTP(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	pool := &spec.UserPool
	if pool.Replica == nil || pool.MFA == nil || !slices.Contains(pool.MFA.Factors, v1alpha1.MFATOTP) {
		return nil
	}
	return []Finding{{
		"spec.userPool.mfa.factors", "TOTP", "is no factor at a replica, so users with an authenticator app alone cannot sign in there",
		"offer them another factor, too",
	}}
}

// replicaTriggers: a replica has no functions but its own (UpdateUserPool, "regional configurations for email, SMS, Lambda functions").
func replicaTriggers(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	pool := &spec.UserPool
	if pool.Replica == nil {
		return nil
	}
	var findings []Finding
	for i := range pool.Triggers {
		event := pool.Triggers[i].Event
		if !slices.ContainsFunc(pool.Replica.Triggers, func(t v1alpha1.Trigger) bool { return t.Event == event }) {
			findings = append(findings, Finding{
				fmt.Sprintf("spec.userPool.triggers[%d]", i), string(event),
				"is called by the user pool and not by the replica, where users sign in without it",
				"name a function of the replica's Region in spec.userPool.replica.triggers, too",
			})
		}
	}
	return findings
}

// replicaWebACL: a replica has no web ACL but its own (developer guide, "Multi-Region replication for user pools").
func replicaWebACL(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	pool := &spec.UserPool
	if pool.Replica == nil || pool.WebACLARN == "" || pool.Replica.WebACLARN != "" {
		return nil
	}
	return []Finding{{
		"spec.userPool.webACLARN", quote(pool.WebACLARN), "protects the user pool and not the replica, which takes all requests",
		"name a web ACL of the replica's Region in spec.userPool.replica.webACLARN, too",
	}}
}

// failoverInactive: a replica that is INACTIVE "is not accepting requests for end-users" (UserPoolReplicaType).
func failoverInactive(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	custom, replica := spec.CustomDomain(), spec.UserPool.Replica
	if custom == nil || custom.FailoverHealthCheckID == "" || replica == nil || replica.State == v1alpha1.ReplicaActive {
		return nil
	}
	return []Finding{{
		"spec.userPool.replica.state", "", "is not Active, so nobody can sign in once the domain fails over", "set it to Active",
	}}
}
