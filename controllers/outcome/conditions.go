package outcome

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// Summarize writes the conditions that follow from the phases' outcomes. beside is what else keeps the object from being Ready (see
// Beside): then the resources stay as they are, and Ready is False. It is pure but for the transition times.
func Summarize(status *v1alpha1.SecuredAPIStatus, generation int64, pool, api, beside Outcome) {
	c := conditions{status, generation}
	c.expand()
	defer c.shorten()
	c.phase(v1alpha1.ConditionUserPoolReady, pool, "User pool, clients and domain are as the spec asks")
	c.phase(v1alpha1.ConditionAPIReady, api, "The API's working copy equals the spec")
	c.deployed(api)
	c.guarded(api)
	if !beside.OK() {
		c.set(v1alpha1.ConditionReady, metav1.ConditionFalse, beside.Reason, beside.Message)
		c.progress(beside)
		return
	}
	c.ready()
	c.progress(both(pool, api))
}

type conditions struct {
	status     *v1alpha1.SecuredAPIStatus
	generation int64
}

// maxMessage bounds a condition's message: people read the beginning, and the API server takes 32 KiB.
const maxMessage = 4096

func (c conditions) set(conditionType string, status metav1.ConditionStatus, reason, message string) {
	if len(message) > maxMessage {
		message = strings.ToValidUTF8(message[:maxMessage], "") + "…"
	}
	meta.SetStatusCondition(&c.status.Conditions, metav1.Condition{
		Type: conditionType, Status: status, Reason: reason, Message: message, ObservedGeneration: c.generation,
	})
}

func (c conditions) get(conditionType string) *metav1.Condition {
	return meta.FindStatusCondition(c.status.Conditions, conditionType)
}

// phase says what a phase came to. What taught nothing about the resources leaves the condition as it was.
func (c conditions) phase(conditionType string, o Outcome, success string) {
	switch {
	case o.OK():
		c.set(conditionType, metav1.ConditionTrue, v1alpha1.ReasonSucceeded, success)
	case !o.Keep:
		c.set(conditionType, metav1.ConditionFalse, o.Reason, o.Message)
	case c.get(conditionType) == nil:
		c.set(conditionType, metav1.ConditionUnknown, o.Reason, o.Message)
	}
}

// noRoutes is what conditions say of an object that asks for a user pool alone.
const noRoutes = "The spec has no routes, so there is no API"

// deployed says whether the stage serves the spec.
func (c conditions) deployed(api Outcome) {
	served := c.status.API
	switch {
	case api.OK() && served == nil:
		c.set(v1alpha1.ConditionDeployed, metav1.ConditionTrue, v1alpha1.ReasonSucceeded, noRoutes)
	case api.OK():
		c.set(v1alpha1.ConditionDeployed, metav1.ConditionTrue, v1alpha1.ReasonSucceeded,
			fmt.Sprintf("Stage %s serves deployment %s", served.Stage, served.DeploymentID))
	case served == nil || served.DeploymentID == "":
		c.set(v1alpha1.ConditionDeployed, metav1.ConditionFalse, api.Reason, "The stage does not serve a deployment of ours")
	case !api.Keep:
		c.set(v1alpha1.ConditionDeployed, metav1.ConditionFalse, api.Reason,
			"The stage still serves the last good deployment "+served.DeploymentID)
	}
}

// guarded speaks of what is served, so a new spec that fails does not change it.
func (c conditions) guarded(api Outcome) {
	switch {
	case api.OK() && c.status.API == nil:
		c.set(v1alpha1.ConditionAllRoutesGuarded, metav1.ConditionTrue, v1alpha1.ReasonSucceeded, noRoutes)
	case api.OK():
		guarded, guest := 0, 0
		for _, route := range c.status.API.Routes {
			if route.Access == v1alpha1.AccessRegistered {
				guarded++
			} else {
				guest++
			}
		}
		c.set(v1alpha1.ConditionAllRoutesGuarded, metav1.ConditionTrue, v1alpha1.ReasonSucceeded,
			fmt.Sprintf("Read back before the deployment: %d guarded by our authorizer, %d for guests%s", guarded, guest, c.otherStages()))
	case c.status.API == nil || c.status.API.DeploymentID == "":
		c.set(v1alpha1.ConditionAllRoutesGuarded, metav1.ConditionUnknown, api.Reason, "The operator has not read back what the stage serves")
	}
}

// otherStages says that others serve the API, too: this object guards its own stage.
func (c conditions) otherStages() string {
	for _, one := range c.status.ForeignResources {
		if strings.HasPrefix(one.Name, "stage/") {
			return "; who may call " + one.Name + ", which this object did not make, is not known: see status.foreignResources"
		}
	}
	return ""
}

// parts are the conditions that Ready sums up. The last speaks of what is served, whatever the spec.
var parts = []string{
	v1alpha1.ConditionUserPoolReady, v1alpha1.ConditionAPIReady, v1alpha1.ConditionDeployed, v1alpha1.ConditionAllRoutesGuarded,
}

// ready is the summary: true if everything is, else with the reason of the first part that is not, and with the texts of
// both phases if both failed. It speaks of the oldest spec that a part of it speaks of.
func (c conditions) ready() {
	for _, conditionType := range parts[:3] {
		if part := c.get(conditionType); part != nil {
			c.generation = min(c.generation, part.ObservedGeneration)
		}
	}
	for _, conditionType := range parts {
		part := c.get(conditionType)
		if part == nil || part.Status == metav1.ConditionTrue {
			continue
		}
		message := part.Message
		api := c.get(v1alpha1.ConditionAPIReady)
		if conditionType == v1alpha1.ConditionUserPoolReady && api != nil && api.Status != metav1.ConditionTrue {
			message = joined(message, api.Message)
		}
		c.set(v1alpha1.ConditionReady, part.Status, part.Reason, message)
		return
	}
	c.set(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonSucceeded, "Cognito and API Gateway agree with the spec")
}

// progress shows Reconciling or Stalled, one of them and only while it is true, and moves observedGeneration.
func (c conditions) progress(o Outcome) {
	if o.OK() || o.Stalled {
		c.status.ObservedGeneration = c.generation
		meta.RemoveStatusCondition(&c.status.Conditions, v1alpha1.ConditionReconciling)
	}
	meta.RemoveStatusCondition(&c.status.Conditions, v1alpha1.ConditionSuspended)
	if !o.Stalled {
		meta.RemoveStatusCondition(&c.status.Conditions, v1alpha1.ConditionStalled)
	}
	switch {
	case o.OK():
	case o.Stalled:
		c.set(v1alpha1.ConditionStalled, metav1.ConditionTrue, o.Reason, o.Message)
	default:
		c.set(v1alpha1.ConditionReconciling, metav1.ConditionTrue, o.Reason, o.Message)
	}
}

// SummarizePlan writes the conditions of an object whose plan is shown and not carried out.
func SummarizePlan(status *v1alpha1.SecuredAPIStatus, generation int64, changes int, deleted bool) {
	if changes == 0 {
		Summarize(status, generation, Outcome{}, Outcome{}, Outcome{})
		return
	}
	c := conditions{status, generation}
	c.expand()
	message := fmt.Sprintf("%d changes are planned and none is made, because spec.mode is Plan; status.plan lists them", changes)
	if deleted {
		message = "The deletion waits, because spec.mode is Plan; status.plan lists what it will take away"
	}
	c.set(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonPlanned, message)
	if c.get(v1alpha1.ConditionAllRoutesGuarded) != nil && (status.API == nil || status.API.DeploymentID == "") {
		c.set(v1alpha1.ConditionAllRoutesGuarded, metav1.ConditionUnknown, v1alpha1.ReasonPlanned,
			"The stage serves a deployment that the operator has not read back")
	}
	// AWS does not agree with this spec, so observedGeneration stays as it was.
	for _, conditionType := range []string{v1alpha1.ConditionReconciling, v1alpha1.ConditionStalled, v1alpha1.ConditionSuspended} {
		meta.RemoveStatusCondition(&status.Conditions, conditionType)
	}
}

// MarkSuspended says that AWS is not read, so the other conditions date from before the suspension.
func MarkSuspended(status *v1alpha1.SecuredAPIStatus, generation int64, deleted bool) {
	c := conditions{status, generation}
	message := "spec.suspend is true: AWS is neither read nor changed"
	if deleted {
		message = "spec.suspend is true: the deletion waits"
	}
	c.set(v1alpha1.ConditionSuspended, metav1.ConditionTrue, v1alpha1.ReasonSuspended,
		message+"; the other conditions date from before the suspension")
	if c.get(v1alpha1.ConditionReady) == nil {
		c.set(v1alpha1.ConditionReady, metav1.ConditionUnknown, v1alpha1.ReasonSuspended, message)
	}
	meta.RemoveStatusCondition(&status.Conditions, v1alpha1.ConditionReconciling)
	meta.RemoveStatusCondition(&status.Conditions, v1alpha1.ConditionStalled)
}

// MarkWorking marks the conditions of an object whose spec is new, for those who watch while the work goes on.
func MarkWorking(status *v1alpha1.SecuredAPIStatus, generation int64) {
	c := conditions{status, generation}
	c.set(v1alpha1.ConditionReconciling, metav1.ConditionTrue, v1alpha1.ReasonProgressing, "Working on the spec")
	meta.RemoveStatusCondition(&status.Conditions, v1alpha1.ConditionStalled)
	meta.RemoveStatusCondition(&status.Conditions, v1alpha1.ConditionSuspended)
	if c.get(v1alpha1.ConditionReady) == nil {
		c.set(v1alpha1.ConditionReady, metav1.ConditionUnknown, v1alpha1.ReasonProgressing, "Working on the spec")
	}
}

// MarkMissing says of an object that was Ready that a resource does not exist and is being created. An object whose spec
// is new is not Ready for that spec yet, so its conditions stay.
func MarkMissing(status *v1alpha1.SecuredAPIStatus, generation int64, resource string) {
	if status.ObservedGeneration != generation || !meta.IsStatusConditionTrue(status.Conditions, v1alpha1.ConditionReady) {
		return
	}
	c := conditions{status, generation}
	message := resource + " does not exist in AWS and is being created"
	c.set(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonProgressing, message)
	c.set(v1alpha1.ConditionReconciling, metav1.ConditionTrue, v1alpha1.ReasonProgressing, message)
}

// Deleting writes the conditions of an object that is being deleted: a part that was deleted is not ready.
func Deleting(status *v1alpha1.SecuredAPIStatus, generation int64, o Outcome) {
	c := conditions{status, generation}
	c.expand()
	defer c.shorten()
	if status.API == nil {
		for _, conditionType := range parts[1:] {
			c.set(conditionType, metav1.ConditionFalse, v1alpha1.ReasonDeleting, "The API is gone")
		}
	}
	if status.UserPool == nil {
		c.set(v1alpha1.ConditionUserPoolReady, metav1.ConditionFalse, v1alpha1.ReasonDeleting, "The user pool is gone")
	}
	c.set(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonDeleting, o.Message)
	c.progress(o)
}

// Domains sets the condition DomainsReady, or removes it where there is no custom domain. It speaks of AWS: nobody looks into DNS.
func Domains(status *v1alpha1.SecuredAPIStatus, generation int64, known *v1alpha1.ResourceRecord) {
	if known == nil || known.ID == "" {
		meta.RemoveStatusCondition(&status.Conditions, v1alpha1.ConditionDomainsReady)
		return
	}
	c := conditions{status, generation}
	if known.Verified == nil && known.Awaited != nil {
		c.set(v1alpha1.ConditionDomainsReady, metav1.ConditionFalse, v1alpha1.ReasonProgressing,
			fmt.Sprintf("Domain %s is not ACTIVE yet; make the records in status.dnsRecords meanwhile", known.ID))
		return
	}
	if known.Verified != nil || c.get(v1alpha1.ConditionDomainsReady) == nil {
		c.set(v1alpha1.ConditionDomainsReady, metav1.ConditionTrue, v1alpha1.ReasonSucceeded,
			fmt.Sprintf("AWS serves domain %s, once it has the records in status.dnsRecords", known.ID))
	}
}

// Warn sets the condition Warnings to the spec's doubts, or removes it if there are none. It does not change Ready.
func Warn(status *v1alpha1.SecuredAPIStatus, generation int64, warnings []string) {
	if len(warnings) == 0 {
		meta.RemoveStatusCondition(&status.Conditions, v1alpha1.ConditionWarnings)
		return
	}
	c := conditions{status, generation}
	c.set(v1alpha1.ConditionWarnings, metav1.ConditionTrue, v1alpha1.ReasonDoubtfulSpec, strings.Join(warnings, "\n"))
}
