package validate

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// trigger refuses a function that the user pool cannot call, for it is elsewhere (developer guide, "Customizing user pool workflows
// with Lambda triggers": user pool and function have to be in one Region).
func trigger(spec *v1alpha1.SecuredAPISpec, facts Facts) []Finding {
	findings := triggersOf("spec.userPool", "user pool", spec.UserPool.Triggers, facts)
	if replica := spec.UserPool.Replica; replica != nil && facts.Replica.Region != "" {
		there := Facts{Region: facts.Replica.Region, Partition: facts.Replica.Partition, Account: facts.Account}
		findings = append(findings, triggersOf("spec.userPool.replica", "replica", replica.Triggers, there)...)
	}
	return findings
}

func triggersOf(field, caller string, triggers []v1alpha1.Trigger, facts Facts) []Finding {
	var findings []Finding
	for i := range triggers {
		function := triggers[i].Function
		named, err := arn.Parse(function)
		if err != nil || facts.Region == "" {
			// A name is of this account and Region.
			continue
		}
		if rule, remedy := elsewhere(named, caller, facts); rule != "" {
			findings = append(findings, Finding{fmt.Sprintf("%s.triggers[%d].function", field, i), quote(function), rule, remedy})
		}
	}
	return findings
}
