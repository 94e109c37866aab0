package refused_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/controllers/validate"
)

// warned are what the operator says to the example of each doubt.
var warned = map[string]words{
	"unconfirmed":          {"spec.userPool.autoVerify", "[]", "verifies no address, so who signs up gets no code", "add Email"},
	"localURL":             {"spec.clients[0].callbackURLs[0]", `"http://localhost:3000/callback"`, "is on the user's own machine", "take it off"},
	"wildcardURL":          {"spec.clients[0].callbackURLs[0]", `"https://app.example.com/*"`, "Cognito compares URLs letter by letter", "name each URL"},
	"factorsOnPages":       {"spec.userPool.firstFactors[1]", "EmailOTP", "is not offered by the login pages", "set spec.domain.pages to Managed"},
	"requiredUnmapped":     {"spec.userPool.identityProviders[0].attributes", "", "email is not in it, which the pool requires of users", "map it, as email: <claim>"},
	"providerWithoutPages": {"spec.userPool.identityProviders", "", "is of no use without spec.domain", "set spec.domain.prefix"},
	"passkeysOfPrefix":     {"spec.userPool.passkeys.relyingPartyID", "", "passkeys are for spec.domain.custom once that is made", "set it to the domain where users have passkeys"},
	"replicaIssuer":        {"spec.userPool.issuer", "", "is not Updated, so programs that check tokens of the replica", "set it to Updated"},
	"replicaTOTP":          {"spec.userPool.mfa.factors", "TOTP", "is no factor at a replica", "offer them another factor, too"},
	"replicaTriggers":      {"spec.userPool.triggers[0]", "PreSignUp", "is called by the user pool and not by the replica", "in spec.userPool.replica.triggers, too"},
	"replicaWebACL":        {"spec.userPool.webACLARN", `"arn:aws:wafv2:us-east-1:111111111111:regional/webacl/notes/a"`, "protects the user pool and not the replica", "in spec.userPool.replica.webACLARN, too"},
	"failoverInactive":     {"spec.userPool.replica.state", "", "is not Active, so nobody can sign in once the domain fails over", "set it to Active"},
	"noFlow":               {"spec.clients[0].flows", "[]", "lets users sign in by Cognito's API alone", "name a flow"},
	"claimsWithoutOpenID":  {"spec.clients[0].scopes[0]", `"email"`, "is given by Cognito together with openid only", "add openid"},
	"adoptedScopes":        {"spec.routes[0].scopes[0]", `"notes/write"`, "is not declared in spec.resourceServers", "declare it there"},
	"noClient":             {"spec.clients", "", "there is no client, so nobody gets a token", "add a client"},
	"noIDToken":            {"spec.routes[0].scopes", "[]", "asks for an ID token, and no client has the scope openid", "add openid"},
	"noAccessToken":        {"spec.routes[0].scopes", "[notes/read]", "are among no client's scopes", "add one of them to the scopes of a client"},
}

func TestEveryDoubtIsShownInWarnings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	start(t, w)
	for i, doubt := range validate.Doubts {
		want, ok := warned[doubt.Name]
		if !ok {
			t.Errorf("no row for the doubt %s", doubt.Name)
			continue
		}
		one := create(t, w, fmt.Sprintf("warned-%d", i), doubt.Example, func(s *v1alpha1.SecuredAPISpec) {
			if s.Domain != nil {
				s.Domain.Prefix = fmt.Sprintf("warned-%d", i)
			}
		})
		w.Await(one, "the warning of "+doubt.Name, func(o *v1alpha1.SecuredAPI) bool {
			got := meta.FindStatusCondition(o.Status.Conditions, v1alpha1.ConditionWarnings)
			return got != nil && got.Status == "True" && got.Reason == v1alpha1.ReasonDoubtfulSpec && got.ObservedGeneration == o.Generation &&
				strings.Contains(got.Message, want.field+": "+want.value) && strings.Contains(got.Message, want.rule) && strings.Contains(got.Message, want.remedy)
		})
	}
}

// The recipe works, and its pages are on the developer's machine. One event and the condition Warnings report that; Ready is True.
func TestAWarningDoesNotChangeReady(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	start(t, w)
	one := w.Create(w.Recipe())
	w.AwaitReady(one)
	warnings := func() string {
		w.Get(one)
		if got := meta.FindStatusCondition(one.Status.Conditions, v1alpha1.ConditionWarnings); got != nil {
			return got.Message
		}
		return ""
	}
	want := `spec.clients[0].callbackURLs[0]: "http://localhost:3000/callback" is on the user's own machine`
	if got := warnings(); !strings.Contains(got, want) || !strings.Contains(got, "spec.clients[0].logoutURLs[0]: ") {
		t.Errorf("got the warnings %q, want in them %q", got, want)
	}
	w.AskNow(one)
	w.AskNow(one)
	w.Update(one, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Clients[0].CallbackURLs, o.Spec.Clients[0].LogoutURLs = []v1alpha1.URL{"https://app.example.com/"}, nil
	})
	w.AwaitReady(one)
	if got := warnings(); got != "" {
		t.Errorf("got the warnings %q of a spec without doubts", got)
	}
	w.Eventually("the event of the update", func(context.Context) (bool, string) {
		return events(w, "Applied") >= 3, "the creation has two, of the user pool and the API"
	})
	if got := events(w, v1alpha1.ReasonDoubtfulSpec); got != 1 {
		t.Errorf("got %d events of warnings after three passes with them, want 1", got)
	}
}

// events counts the events of a reason.
func events(w *harness.World, reason string) int {
	count := 0
	for _, event := range w.Events() {
		if event.Reason == reason {
			count++
		}
	}
	return count
}
