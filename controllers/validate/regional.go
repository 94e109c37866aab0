package validate

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// named is something that the spec names by an ARN, and that has to be where its user is.
type named struct {
	// kind has its article.
	field, arn, kind string
	// ours says that it has to be of the user's account, too.
	ours bool
}

// ofPoolsRegion refuses what Cognito takes only from the Region of a user pool, and what it takes only from the account.
func ofPoolsRegion(spec *v1alpha1.SecuredAPISpec, facts Facts) []Finding {
	pool := &spec.UserPool
	findings := misplaced("user pool", facts, append(logsOf("spec.userPool", pool.Logs),
		named{"spec.userPool.kmsKeyARN", pool.KMSKeyARN, "a key", false},
		named{"spec.userPool.senderKeyARN", pool.SenderKeyARN, "a key", false},
		named{"spec.userPool.webACLARN", pool.WebACLARN, "a web ACL", true},
	))
	replica := pool.Replica
	if replica == nil {
		return findings
	}
	const field = "spec.userPool.replica"
	all := append(logsOf(field, replica.Logs),
		named{field + ".senderKeyARN", replica.SenderKeyARN, "a key", false},
		named{field + ".webACLARN", replica.WebACLARN, "a web ACL", true},
	)
	if replica.Notifications != nil {
		// Another account may let Cognito send from its identity (types.NotifyConfigurationType: "sending authorization policy").
		all = append(all, named{field + ".notifications.identityARN", replica.Notifications.IdentityARN, "an identity", false})
	}
	there := Facts{Region: facts.Replica.Region, Partition: facts.Replica.Partition, Account: facts.Account}
	return append(findings, misplaced("replica", there, all)...)
}

// logsOf are the log groups and streams that logs go to: the ARN of a bucket has neither Region nor account. A log group is "in the same
// Amazon Web Services account as your user pool" (types.CloudWatchLogsConfigurationType). No source tells the account of a stream and the
// Region of either: these are the stricter answers.
func logsOf(field string, logs []v1alpha1.UserPoolLog) []named {
	var all []named
	for i := range logs {
		all = append(all,
			named{fmt.Sprintf("%s.logs[%d].logGroupARN", field, i), logs[i].LogGroupARN, "a log group", true},
			named{fmt.Sprintf("%s.logs[%d].streamARN", field, i), logs[i].StreamARN, "a stream", true})
	}
	return all
}

// misplaced finds what is not where its user is.
func misplaced(user string, facts Facts, all []named) []Finding {
	var findings []Finding
	for _, one := range all {
		parsed, err := arn.Parse(one.arn)
		switch {
		case err != nil || facts.Region == "":
		case parsed.Region != facts.Region || parsed.Partition != facts.Partition:
			findings = append(findings, Finding{
				one.field, quote(one.arn), fmt.Sprintf("is in Region %s, but the %s is in %s", parsed.Region, user, facts.Region),
				fmt.Sprintf("name %s of %s", one.kind, facts.Region),
			})
		case one.ours && facts.Account != "" && parsed.AccountID != facts.Account:
			findings = append(findings, Finding{
				one.field, quote(one.arn), fmt.Sprintf("is of account %s, but the %s is of account %s", parsed.AccountID, user, facts.Account),
				fmt.Sprintf("name %s of account %s", one.kind, facts.Account),
			})
		}
	}
	return findings
}

// NamesAccount says that the spec names something by an ARN that has to be of the account, or a function that a user pool is made with.
func NamesAccount(spec *v1alpha1.SecuredAPISpec) bool {
	for _, of := range []*v1alpha1.Replica{
		{Triggers: spec.UserPool.Triggers, Logs: spec.UserPool.Logs, WebACLARN: spec.UserPool.WebACLARN}, spec.UserPool.Replica,
	} {
		if of != nil && (len(of.Triggers) > 0 || len(of.Logs) > 0 || of.WebACLARN != "") {
			return true
		}
	}
	return namesFunction(spec)
}
