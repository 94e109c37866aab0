// Package invoke is what the phases have in common of Lambda: the ARNs of functions, and the statements in their resource
// policies that let a service call them.
package invoke

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
)

// ARN completes a function's name with the partition, Region and account of where it is called. $LATEST is the function itself:
// under two names it would have one policy, and be revoked when only one of them goes.
func ARN(function string, where arn.ARN) string {
	function = strings.TrimSuffix(function, ":$LATEST")
	if arn.IsARN(function) {
		return function
	}
	return fmt.Sprintf("arn:%s:lambda:%s:%s:function:%s", where.Partition, where.Region, where.AccountID, function)
}

// splitQualifier takes the alias or version off a function's ARN: each has a policy of its own.
func splitQualifier(function string) (string, *string) {
	const words = 7 // of an unqualified ARN
	parts := strings.Split(function, ":")
	if len(parts) <= words {
		return function, nil
	}
	return strings.Join(parts[:words], ":"), &parts[words]
}
