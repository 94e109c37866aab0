package features_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/config/iam"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// parts are what a spec can have beside the recipe, each with the calls that it may cost when it is added.
var parts = []struct {
	name string
	most int
	add  func(*v1alpha1.SecuredAPI)
}{
	{"tags", 5, func(o *v1alpha1.SecuredAPI) { o.Spec.Tags = map[string]v1alpha1.TagValue{"team": "shop"} }},
	{"a group", 2, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.Groups = []v1alpha1.Group{{Name: "readers"}} }},
	{"a resource server", 2, harness.WithServer},
	{"a client with a secret", 2, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Clients = append(o.Spec.Clients, v1alpha1.Client{Name: "job", Flows: []v1alpha1.Flow{v1alpha1.FlowClientCredentials}, Scopes: []string{"notes/read"}})
	}},
	{"MFA by app", 3, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.MFA = &v1alpha1.MFA{Mode: v1alpha1.MFAOptional, Factors: []v1alpha1.MFAFactor{v1alpha1.MFATOTP}}
	}},
	{"a trigger", 5, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.Triggers = []v1alpha1.Trigger{{Event: v1alpha1.TriggerPostConfirmation, Function: "OtherHandler"}}
	}},
	{"an identity provider, of two clients", 6, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.IdentityProviders = []v1alpha1.IdentityProvider{{
			Name: "Okta", Attributes: map[string]v1alpha1.Claim{"email": "email"}, OIDC: &v1alpha1.OIDCProvider{Issuer: "https://login.example.com", ClientID: "c"},
		}}
	}},
	{"managed login pages", 7, func(o *v1alpha1.SecuredAPI) { o.Spec.Domain.Pages = v1alpha1.PagesManaged }},
	{"terms of a client", 3, func(o *v1alpha1.SecuredAPI) {
		links := map[string]v1alpha1.Link{"default": "https://notes.example.com/"}
		o.Spec.Clients[0].Terms = &v1alpha1.Terms{TermsOfUse: links, PrivacyPolicy: links}
	}},
	{"threat protection", 4, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.Tier, o.Spec.UserPool.ThreatProtection = v1alpha1.TierPlus, &v1alpha1.ThreatProtection{Mode: v1alpha1.ThreatAudit}
	}},
	{"logs", 2, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.Logs = []v1alpha1.UserPoolLog{{Source: v1alpha1.LogNotifications, LogGroupARN: logGroup}}
	}},
	{"a web ACL", 2, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.WebACLARN = webACL }},
	{"a replica", 14, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.KMSKeyARN, o.Spec.UserPool.Issuer = poolKey, v1alpha1.IssuerUpdated
		o.Spec.UserPool.Replica = &v1alpha1.Replica{Region: "us-west-2", State: v1alpha1.ReplicaActive}
	}},
	{"tokens of its own clients alone", 7, func(o *v1alpha1.SecuredAPI) {
		o.Spec.API = &v1alpha1.APISpec{Authorizer: &v1alpha1.AuthorizerSpec{Clients: v1alpha1.ClientsOwn}}
	}},
}

// TestBudgetOfParts adds the parts one after the other, each to all before, and counts the calls on the wire: `make budget`.
func TestBudgetOfParts(t *testing.T) {
	w := permitted(harness.NewWorld(t, harness.ResyncNever))
	w.Operator.CreationGracePeriod = engine.DefaultGrace
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	table := &strings.Builder{}
	fmt.Fprintf(table, "%-34s %7s %7s   %s\n", "part", "calls", "at most", "which calls")
	for _, part := range parts {
		w.AWS.ResetCalls()
		w.Update(object, part.add)
		w.AwaitReady(object)
		var operations []string
		for _, call := range w.AWS.Calls() {
			if call.Operation != "GetCallerIdentity" {
				operations = append(operations, call.Operation)
			}
		}
		if len(operations) > part.most {
			t.Errorf("%s: got %d calls, want %d at most: %v", part.name, len(operations), part.most, operations)
		}
		fmt.Fprintf(table, "%-34s %7d %7d   %s\n", part.name, len(operations), part.most, strings.Join(operations, " "))
	}
	w.AWS.ResetCalls()
	w.Stop()
	w.StartOperator()
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.DeletionPolicy = v1alpha1.DeletionProtect })
	w.AwaitReady(object)
	if calls := w.AWS.Calls(); len(calls) > 0 {
		t.Errorf("a restart, and an edit of Kubernetes alone, with all parts: got the calls %v, want none", calls)
	}
	t.Log("\n" + table.String() + checksOfParts(t))
}

// checksOfParts counts checks for drift of an object that has all parts, over all turns that they take.
func checksOfParts(t *testing.T) string {
	t.Helper()
	w := permitted(harness.NewWorld(t, 300*time.Millisecond))
	object := w.Recipe()
	for _, part := range parts {
		part.add(object)
	}
	w.Create(object)
	w.AwaitReady(object)
	w.Eventually("a sweep", func(context.Context) (bool, string) {
		return slices.ContainsFunc(checks(w), func(c check) bool { return len(c) <= 2 }), fmt.Sprint(checks(w))
	})
	const turns = 60
	most := 2.1 + 0.2*float64(len(parts))
	var operations []string
	for _, check := range awaitChecks(w, turns) {
		operations = append(operations, check...)
	}
	calls := float64(len(operations)) / turns
	if calls > most {
		t.Errorf("a check for drift with %d parts: got %.2f calls, want %.1f at most", len(parts), calls, most)
	}
	slices.Sort(operations)
	return fmt.Sprintf("a check for drift with %d parts: %.2f calls, at most %.1f: %s\n", len(parts), calls, most, strings.Join(slices.Compact(operations), " "))
}

// permitted lets the operator do what the parts need.
func permitted(w *harness.World) *harness.World {
	w.T.Helper()
	w.AWS.WAF.Put(webACL)
	w.Permit("web-acls", iam.Values{"WEB_ACL_ARN": {webACL}})
	w.Permit("logs", nil)
	w.Permit("kms", iam.Values{"KEY_ARN": {poolKey, westKey}})
	return w
}
