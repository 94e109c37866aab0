package harness

import (
	"slices"
	"strings"

	"github.com/securedapi/securedapi/controllers/restapi"
	"github.com/securedapi/securedapi/controllers/userpool"
)

// Operations are the operations of a service, as IAM names it, that the kinds of resources declare.
func Operations(service string) []string {
	var operations []string
	for _, kind := range slices.Concat(userpool.Kinds(&userpool.Cognito{}), restapi.Kinds(&restapi.Gateway{})) {
		for _, operation := range kind.Operations {
			if name, ok := strings.CutPrefix(operation, service+":"); ok {
				operations = append(operations, name)
			}
		}
	}
	slices.Sort(operations)
	return slices.Compact(operations)
}
