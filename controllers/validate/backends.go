package validate

import (
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/restapi/routepath"
)

// unknownVariable refuses a variable of a URL that the path does not have.
func unknownVariable(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	var findings []Finding
	for i := range spec.Routes {
		backend := spec.Routes[i].Backend.HTTP
		if backend == nil {
			continue
		}
		known := routepath.Variables(spec.Routes[i].Path)
		for _, name := range routepath.Variables(backend.URL) {
			if !slices.Contains(known, name) {
				findings = append(findings, Finding{
					field(i, "backend.http.url"), quote(backend.URL),
					fmt.Sprintf("uses {%s}, which the path %s does not have", name, spec.Routes[i].Path),
					"name a variable of the path",
				})
			}
		}
	}
	return findings
}

// namesFunction says that a route names a function by an ARN, which has an account in it.
func namesFunction(spec *v1alpha1.SecuredAPISpec) bool {
	return slices.ContainsFunc(spec.Routes, func(route v1alpha1.Route) bool {
		return route.Backend.Lambda != nil && arn.IsARN(route.Backend.Lambda.Function)
	})
}

// function refuses a function that the API cannot call, for it is elsewhere.
func function(spec *v1alpha1.SecuredAPISpec, facts Facts) []Finding {
	var findings []Finding
	for i := range spec.Routes {
		backend := spec.Routes[i].Backend.Lambda
		if backend == nil || facts.Region == "" {
			continue
		}
		named, err := arn.Parse(backend.Function)
		if err != nil {
			// A name is of this account and Region.
			continue
		}
		if rule, remedy := elsewhere(named, "API", facts); rule != "" {
			findings = append(findings, Finding{field(i, "backend.lambda.function"), quote(backend.Function), rule, remedy})
		}
	}
	return findings
}

// elsewhere says where a function is, if it is not where its caller is.
func elsewhere(function arn.ARN, caller string, facts Facts) (rule, remedy string) {
	here := "name a function of " + facts.Region
	switch {
	case function.Partition != facts.Partition:
		return fmt.Sprintf("is in the partition %s, but the %s is in %s, in the partition %s, and partitions do not know each other",
			function.Partition, caller, facts.Region, facts.Partition), here
	case function.Region != facts.Region:
		return fmt.Sprintf("is in Region %s, but the %s is in %s, and calls functions of its own Region only",
			function.Region, caller, facts.Region), here
	case facts.Account != "" && function.AccountID != facts.Account:
		// Lambda developer guide, "Granting Lambda function access to other accounts".
		return fmt.Sprintf("is of account %s, but the %s is of account %s, and only account %[1]s can allow the call, "+
			"in the function's policy", function.AccountID, caller, facts.Account), "name a function of account " + facts.Account
	}
	return "", ""
}
