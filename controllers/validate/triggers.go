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
