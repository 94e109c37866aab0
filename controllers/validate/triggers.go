package validate

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// trigger refuses a function that the user pool cannot call, for it is elsewhere (developer guide, "Customizing user pool workflows
// with Lambda triggers": user pool and function have to be in one Region).
func trigger(spec *v1alpha1.SecuredAPISpec, facts Facts) []Finding {
	var findings []Finding
	for i := range spec.UserPool.Triggers {
		function := spec.UserPool.Triggers[i].Function
		named, err := arn.Parse(function)
		if err != nil || facts.Region == "" {
			// A name is of this account and Region.
			continue
		}
		if rule, remedy := elsewhere(named, "user pool", facts); rule != "" {
			findings = append(findings, Finding{fmt.Sprintf("spec.userPool.triggers[%d].function", i), quote(function), rule, remedy})
		}
	}
	return findings
}

// senderKey refuses a key that Cognito cannot use in the pool's Region (AWS KMS developer guide, "Multi-Region keys": a key is used in
// its own Region).
func senderKey(spec *v1alpha1.SecuredAPISpec, facts Facts) []Finding {
	key := spec.UserPool.SenderKeyARN
	named, err := arn.Parse(key)
	if err != nil || facts.Region == "" || named.Region == facts.Region && named.Partition == facts.Partition {
		return nil
	}
	return []Finding{{
		"spec.userPool.senderKeyARN", quote(key), fmt.Sprintf("is in Region %s, but the user pool is in %s", named.Region, facts.Region),
		"name a key of " + facts.Region,
	}}
}
