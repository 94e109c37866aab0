package v1alpha1

// Condition types of a SecuredAPI. Reconciling and Stalled are present only while true, as kstatus reads them.
const (
	// ConditionReady is the summary, always present.
	ConditionReady = "Ready"
	// ConditionUserPoolReady: user pool, clients and domain are as asked.
	ConditionUserPoolReady = "UserPoolReady"
	// ConditionAPIReady: the API's working copy equals the model.
	ConditionAPIReady = "APIReady"
	// ConditionDeployed: the stage serves the model.
	ConditionDeployed = "Deployed"
	// ConditionAllRoutesGuarded: every Registered method was read back with our authorizer before it was deployed.
	ConditionAllRoutesGuarded = "AllRoutesGuarded"
	// ConditionDomainsReady: AWS serves the custom domain. Present only while the spec asks for one.
	ConditionDomainsReady = "DomainsReady"
	// ConditionReconciling: work is going on or will be tried again soon.
	ConditionReconciling = "Reconciling"
	// ConditionStalled: a person has to act.
	ConditionStalled = "Stalled"
	// ConditionSuspended: spec.suspend is true, and the other conditions date from before the suspension. Present only while true.
	ConditionSuspended = "Suspended"
	// ConditionWarnings: the spec works, and may not mean what it says. Present only while true.
	ConditionWarnings = "Warnings"
)

// Condition reasons.
const (
	// ReasonSucceeded: AWS agrees with the spec.
	ReasonSucceeded = "Succeeded"
	// ReasonProgressing: on the way.
	ReasonProgressing = "Progressing"
	// ReasonInvalidSpec: the spec contradicts itself; no AWS call was made for it.
	ReasonInvalidSpec = "InvalidSpec"
	// ReasonDoubtfulSpec: the spec asks for what is seldom meant; the message lists it.
	ReasonDoubtfulSpec = "DoubtfulSpec"
	// ReasonPolicyDenied: a SecuredAPIPolicy does not allow what the spec asks for, or none selects the namespace.
	ReasonPolicyDenied = "PolicyDenied"
	// ReasonDomainTaken: the domain prefix belongs to another user pool, perhaps of another account.
	ReasonDomainTaken = "DomainTaken"
	// ReasonAccessDenied: the operator's principal may not make a call; the message names both.
	ReasonAccessDenied = "AccessDenied"
	// ReasonMissingSecretAccess: the operator has no right to the Secrets of the namespace; the message has the command that gives it.
	ReasonMissingSecretAccess = "MissingSecretAccess"
	// ReasonMissingConfigMapAccess: the operator has no right to the ConfigMaps of the namespace; the message has the command that
	// gives it.
	ReasonMissingConfigMapAccess = "MissingConfigMapAccess"
	// ReasonOutputsNotWritten: the API server refused the ConfigMap or the Secret of spec.outputs; AWS agrees with the spec.
	ReasonOutputsNotWritten = "OutputsNotWritten"
	// ReasonOwnershipConflict: what is there belongs to something else; nothing was changed.
	ReasonOwnershipConflict = "OwnershipConflict"
	// ReasonDuplicateFound: more than one resource carries our tags; a person has to choose.
	ReasonDuplicateFound = "DuplicateFound"
	// ReasonUserPoolNotShared: the SecuredAPI of spec.userPoolRef does not share its user pool with this one.
	ReasonUserPoolNotShared = "UserPoolNotShared"
	// ReasonUserPoolInUse: deletion waits because other SecuredAPIs use the user pool.
	ReasonUserPoolInUse = "UserPoolInUse"
	// ReasonUserPoolDeleted: the user pool was deleted in AWS, and its users with it.
	ReasonUserPoolDeleted = "UserPoolDeleted"
	// ReasonUsersWouldBeLost: deletion waits because the user pool has users.
	ReasonUsersWouldBeLost = "UsersWouldBeLost"
	// ReasonPlanned: mode is Plan, and status.plan lists changes that were not made.
	ReasonPlanned = "Planned"
	// ReasonAwaitingAcknowledgement: the plan in status.plan is carried out once spec.acknowledge has its hash.
	ReasonAwaitingAcknowledgement = "AwaitingAcknowledgement"
	// ReasonSuspended: spec.suspend is true.
	ReasonSuspended = "Suspended"
	// ReasonWrongAccount: the operator's credentials are for another account than everything was made in.
	ReasonWrongAccount = "WrongAccount"
	// ReasonWaitingForQuota: AWS throttles; the object keeps its place.
	ReasonWaitingForQuota = "WaitingForQuota"
	// ReasonLimitReached: an account's limit is used up.
	ReasonLimitReached = "LimitReached"
	// ReasonDependencyNotReady: something that the spec names does not exist, a Lambda function for example.
	ReasonDependencyNotReady = "DependencyNotReady"
	// ReasonRejectedByAWS: AWS refused a value; the message has its words.
	ReasonRejectedByAWS = "RejectedByAWS"
	// ReasonAWSUnavailable: AWS failed or did not answer; it is tried again.
	ReasonAWSUnavailable = "AWSUnavailable"
	// ReasonUnknownResource: status names a resource of a kind that this version of the operator does not know.
	ReasonUnknownResource = "UnknownResource"
	// ReasonDeleting: being taken down.
	ReasonDeleting = "Deleting"
)
