package outcome

import (
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// shortTexts say in one line what a reason means. Reasons that no phase fails with have none.
var shortTexts = map[string]string{
	v1alpha1.ReasonProgressing:             "A step is going on",
	v1alpha1.ReasonInvalidSpec:             "The spec is not valid",
	v1alpha1.ReasonPolicyDenied:            "No SecuredAPIPolicy allows what the spec asks for",
	v1alpha1.ReasonDomainTaken:             "Another user pool has the domain",
	v1alpha1.ReasonAccessDenied:            "AWS denied the operator a call",
	v1alpha1.ReasonMissingSecretAccess:     "The operator has no right to the namespace's Secrets",
	v1alpha1.ReasonMissingConfigMapAccess:  "The operator has no right to the namespace's ConfigMaps",
	v1alpha1.ReasonOutputsNotWritten:       "The API server refused the ConfigMap or the Secret of spec.outputs",
	v1alpha1.ReasonOwnershipConflict:       "A resource does not belong to this object",
	v1alpha1.ReasonDuplicateFound:          "A resource exists more than once",
	v1alpha1.ReasonUserPoolDeleted:         "Somebody deleted the user pool in AWS",
	v1alpha1.ReasonUsersWouldBeLost:        "The deletion waits because the user pool has users",
	v1alpha1.ReasonUserPoolInUse:           "The deletion waits because other SecuredAPIs use the user pool",
	v1alpha1.ReasonUserPoolNotShared:       "The user pool is not shared with this object",
	v1alpha1.ReasonAwaitingAcknowledgement: "The plan waits for its hash in spec.acknowledge",
	v1alpha1.ReasonWrongAccount:            "The operator's credentials are for another account",
	v1alpha1.ReasonWaitingForQuota:         "A call waits for the account's quota",
	v1alpha1.ReasonLimitReached:            "A quota of the account is used up",
	v1alpha1.ReasonDependencyNotReady:      "Something that the spec names does not exist",
	v1alpha1.ReasonRejectedByAWS:           "AWS refused a value, or stores another one",
	v1alpha1.ReasonAWSUnavailable:          "AWS failed or did not answer",
	v1alpha1.ReasonUnknownResource:         "status.resources names a resource of an unknown kind",
}

// seeReady ends every short text.
const seeReady = "; see Ready"

// maxLine is the number of bytes that a wide line of `kubectl describe` shows. Other conditions repeat a text up to that length, such
// as the place of a call in a quota's queue.
const maxLine = 120

// Short is the text, for a reason, of a condition whose long text Ready has; empty if the reason has none.
func Short(reason string) string {
	if text := shortTexts[reason]; text != "" {
		return text + seeReady
	}
	return ""
}

// shortened are the conditions that can have the same text as Ready.
var shortened = []string{
	v1alpha1.ConditionUserPoolReady, v1alpha1.ConditionAPIReady, v1alpha1.ConditionReconciling, v1alpha1.ConditionStalled,
}

// shorten leaves a long text in Ready alone. A condition whose text differs from Ready's keeps it, so no cause is lost.
func (c conditions) shorten() {
	for _, conditionType := range shortened {
		one, ready := c.get(conditionType), c.get(v1alpha1.ConditionReady)
		if one == nil || ready == nil || one.Message != ready.Message || len(one.Message) <= maxLine {
			continue
		}
		if text := Short(one.Reason); text != "" {
			one.Message = text
		}
	}
}

// expand undoes shorten, before Ready gets another text: a phase that learns nothing keeps its condition, and its text.
func (c conditions) expand() {
	for _, conditionType := range shortened {
		if one := c.get(conditionType); one != nil {
			one.Message = longText(c.status, conditionType)
		}
	}
}

// longText is a condition's text, or Ready's if the condition refers to it; empty if there is no such condition.
func longText(status *v1alpha1.SecuredAPIStatus, conditionType string) string {
	one := meta.FindStatusCondition(status.Conditions, conditionType)
	if one == nil {
		return ""
	}
	ready := meta.FindStatusCondition(status.Conditions, v1alpha1.ConditionReady)
	if ready == nil || !strings.HasSuffix(one.Message, seeReady) {
		return one.Message
	}
	return ready.Message
}

// StalledMessage is the long text of what a person has to do; empty if the object does not wait for a person.
func StalledMessage(status *v1alpha1.SecuredAPIStatus) string {
	return longText(status, v1alpha1.ConditionStalled)
}

// Warnings is what the object warns of; empty if it warns of nothing.
func Warnings(status *v1alpha1.SecuredAPIStatus) string {
	return longText(status, v1alpha1.ConditionWarnings)
}
