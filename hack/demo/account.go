package main

import (
	"fmt"

	"github.com/securedapi/securedapi/config/iam"
	"github.com/securedapi/securedapi/hack/operatorrole"
)

// What the samples name in the account, beside functions.
var (
	webACLs = []string{
		"arn:aws:wafv2:us-east-1:111111111111:regional/webacl/bookings/0f3c5a2e",
		"arn:aws:wafv2:us-west-2:111111111111:regional/webacl/bookings/1f3c5a2e",
	}
	keys = []string{
		"arn:aws:kms:us-east-1:111111111111:key/mrk-0f3c5a2e5f1c4c119a523d2a1a0c7d11",
		"arn:aws:kms:us-west-2:111111111111:key/mrk-0f3c5a2e5f1c4c119a523d2a1a0c7d11",
	}
)

// permit lets the operator of a cluster use what the samples name.
func permit(w *world, cluster string) error {
	for policy, values := range map[string]iam.Values{"kms": {"KEY_ARN": keys}, "logs": nil, "web-acls": {"WEB_ACL_ARN": webACLs}} {
		if err := operatorrole.Attach(w.aws, cluster, policy, values); err != nil {
			return fmt.Errorf("attach the policy %s: %w", policy, err)
		}
	}
	return nil
}
