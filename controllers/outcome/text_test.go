package outcome

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
)

// long is a text of more than a line.
func long(text string) string { return text + strings.Repeat(", and so on", 15) }

func failed(reason, message string) Outcome {
	return Outcome{Reason: reason, Message: message, Stalled: true, After: RetryStalled}
}

func TestReadyAloneHasALongText(t *testing.T) {
	var (
		invalid = failed(v1alpha1.ReasonInvalidSpec, long("routes[0] is wrong"))
		taken   = failed(v1alpha1.ReasonDomainTaken, long("domain.prefix is taken"))
		missing = failed(v1alpha1.ReasonDependencyNotReady, long("no function Notes"))
		denied  = failed(v1alpha1.ReasonPolicyDenied, long("policy x does not allow it"))
		brief   = failed(v1alpha1.ReasonAccessDenied, "one line")
		queued  = Outcome{
			Reason: v1alpha1.ReasonWaitingForQuota, Keep: true,
			Message: (&awserr.Waiting{Operation: "ListUserPoolClientSecrets", Place: 1000, At: time.Unix(0, 0)}).Error(),
		}
		throttled = Outcome{Reason: v1alpha1.ReasonWaitingForQuota, Message: long("slow"), Keep: true, After: RetryThrottle}
		down      = Outcome{Reason: v1alpha1.ReasonAWSUnavailable, Message: long("no answer"), Keep: true}
		going     = Outcome{Reason: v1alpha1.ReasonProgressing, Message: long("it is CREATING"), After: RetrySoon}

		invalidShort = "The spec is not valid; see Ready"
		takenShort   = "Another user pool has the domain; see Ready"
		missingShort = "Something that the spec names does not exist; see Ready"
		deniedShort  = "No SecuredAPIPolicy allows what the spec asks for; see Ready"
	)
	type pass struct{ pool, api, denied Outcome }
	for _, tc := range []struct {
		reason string
		passes []pass
		want   map[string]string
		stalls string // What the event says.
	}{
		{"the check of the spec fails both phases with one text", []pass{{invalid, invalid, Outcome{}}}, map[string]string{
			"Ready": invalid.Message, "UserPoolReady": invalidShort, "APIReady": invalidShort, "Stalled": invalidShort,
		}, invalid.Message},
		{"the user pool fails, and the API waits for it", []pass{{taken, Awaiting(taken), Outcome{}}}, map[string]string{
			"Ready": taken.Message, "UserPoolReady": takenShort, "APIReady": "Waits for the user pool", "Stalled": takenShort,
		}, taken.Message},
		{"the API fails alone", []pass{{Outcome{}, missing, Outcome{}}}, map[string]string{
			"Ready": missing.Message, "UserPoolReady": "User pool, clients and domain are as the spec asks", "APIReady": missingShort, "Stalled": missingShort,
		}, missing.Message},
		{"both fail, each with its cause: Ready has both, and each part its own", []pass{{taken, missing, Outcome{}}}, map[string]string{
			"Ready": taken.Message + "; " + missing.Message, "UserPoolReady": taken.Message, "APIReady": missing.Message, "Stalled": takenShort,
		}, taken.Message + "; " + missing.Message},
		{"one needs a person and the other goes on by itself", []pass{{taken, going, Outcome{}}}, map[string]string{
			"Ready": taken.Message + "; " + going.Message, "UserPoolReady": taken.Message, "APIReady": going.Message, "Reconciling": takenShort,
		}, ""},
		{"a text of one line stays", []pass{{brief, brief, Outcome{}}}, map[string]string{
			"Ready": "one line", "UserPoolReady": "one line", "APIReady": "one line", "Stalled": "one line",
		}, "one line"},
		{"a call's place in the queue is one line", []pass{{Outcome{}, queued, Outcome{}}}, map[string]string{
			"Ready": queued.Message, "UserPoolReady": "User pool, clients and domain are as the spec asks", "APIReady": queued.Message, "Reconciling": queued.Message,
		}, ""},
		{"a throttle does not change Ready, so Reconciling has its text", []pass{{}, {throttled, throttled, Outcome{}}}, map[string]string{
			"Ready": "Cognito and API Gateway agree with the spec", "UserPoolReady": "User pool, clients and domain are as the spec asks",
			"APIReady": "The API's working copy equals the spec", "Reconciling": throttled.Message,
		}, ""},
		{"a throttle after a failure leaves the failure's text", []pass{{taken, Awaiting(taken), Outcome{}}, {throttled, Awaiting(throttled), Outcome{}}}, map[string]string{
			"Ready": taken.Message, "UserPoolReady": takenShort, "APIReady": "Waits for the user pool", "Reconciling": throttled.Message,
		}, ""},
		{"a throttle after two failures leaves the text of each", []pass{{taken, missing, Outcome{}}, {throttled, missing, Outcome{}}}, map[string]string{
			"Ready": taken.Message + "; " + missing.Message, "UserPoolReady": taken.Message, "APIReady": missing.Message, "Reconciling": missing.Message,
		}, ""},
		{"an outage of AWS after both failed, and one is repaired", []pass{{taken, missing, Outcome{}}, {down, Outcome{}, Outcome{}}}, map[string]string{
			"Ready": taken.Message, "UserPoolReady": takenShort, "APIReady": "The API's working copy equals the spec", "Reconciling": down.Message,
		}, ""},
		{"a policy speaks in Ready, and the parts of what there is", []pass{{Outcome{}, missing, denied}}, map[string]string{
			"Ready": denied.Message, "UserPoolReady": "User pool, clients and domain are as the spec asks", "APIReady": missing.Message, "Stalled": deniedShort,
		}, denied.Message},
		{"a part that referred to Ready has its own text when Ready tells a policy's", []pass{{Outcome{}, missing, Outcome{}}, {Outcome{}, down, denied}}, map[string]string{
			"Ready": denied.Message, "UserPoolReady": "User pool, clients and domain are as the spec asks", "APIReady": missing.Message, "Stalled": deniedShort,
		}, denied.Message},
		{"the repair leaves no short text", []pass{{invalid, invalid, Outcome{}}, {}}, map[string]string{
			"Ready": "Cognito and API Gateway agree with the spec", "UserPoolReady": "User pool, clients and domain are as the spec asks",
			"APIReady": "The API's working copy equals the spec",
		}, ""},
	} {
		status := &v1alpha1.SecuredAPIStatus{API: &v1alpha1.APIStatus{ID: "a", Stage: "beta", DeploymentID: "d"}}
		for _, p := range tc.passes {
			Summarize(status, 1, p.pool, p.api, p.denied)
		}
		if diff := cmp.Diff(tc.want, texts(status)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
		if got := StalledMessage(status); got != tc.stalls {
			t.Errorf("%s: the event says %q, want %q", tc.reason, got, tc.stalls)
		}
	}
}

func texts(status *v1alpha1.SecuredAPIStatus) map[string]string {
	got := map[string]string{}
	for _, c := range status.Conditions {
		if c.Type != "Deployed" && c.Type != "AllRoutesGuarded" {
			got[c.Type] = c.Message
		}
	}
	return got
}

func TestPartsKeepTheirTextWhenReadyGetsAnother(t *testing.T) {
	missing := failed(v1alpha1.ReasonDependencyNotReady, long("no function Notes"))
	lost := failed(v1alpha1.ReasonUsersWouldBeLost, long("the pool has 7 users"))
	for _, tc := range []struct {
		reason string
		next   func(*v1alpha1.SecuredAPIStatus)
		want   map[string]string
	}{
		{"a plan is shown", func(s *v1alpha1.SecuredAPIStatus) { SummarizePlan(s, 2, 3, false) }, map[string]string{
			"Ready": "3 changes are planned and none is made, because spec.mode is Plan; status.plan lists them", "APIReady": missing.Message,
		}},
		{"a deletion waits", func(s *v1alpha1.SecuredAPIStatus) { Deleting(s, 2, lost) }, map[string]string{
			"Ready": lost.Message, "APIReady": missing.Message, "Stalled": "The deletion waits because the user pool has users; see Ready",
		}},
		{"the object is suspended, and Ready stays", func(s *v1alpha1.SecuredAPIStatus) { MarkSuspended(s, 2, false) }, map[string]string{
			"Ready": missing.Message, "APIReady": "Something that the spec names does not exist; see Ready",
			"Suspended": "spec.suspend is true: AWS is neither read nor changed; the other conditions date from before the suspension",
		}},
		{"work on a new spec begins, and Ready stays", func(s *v1alpha1.SecuredAPIStatus) { MarkWorking(s, 2) }, map[string]string{
			"Ready": missing.Message, "APIReady": "Something that the spec names does not exist; see Ready", "Reconciling": "Working on the spec",
		}},
	} {
		status := &v1alpha1.SecuredAPIStatus{
			UserPool: &v1alpha1.UserPoolStatus{ID: "p"}, API: &v1alpha1.APIStatus{ID: "a", Stage: "beta", DeploymentID: "d"},
		}
		Summarize(status, 1, Outcome{}, missing, Outcome{})
		tc.next(status)
		tc.want["UserPoolReady"] = "User pool, clients and domain are as the spec asks"
		if diff := cmp.Diff(tc.want, texts(status)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
	}
}

// A long text is in status once, unless each phase has its own.
func TestATruncatedTextIsShortenedElsewhere(t *testing.T) {
	status := &v1alpha1.SecuredAPIStatus{}
	huge := failed(v1alpha1.ReasonInvalidSpec, strings.Repeat("wrong; ", 1000))
	Summarize(status, 1, huge, huge, Outcome{})
	size := 0
	for _, c := range status.Conditions {
		if c.Status != metav1.ConditionTrue || c.Type == v1alpha1.ConditionStalled {
			size += len(c.Message)
		}
	}
	if size > maxMessage+500 {
		t.Errorf("got %d bytes of messages, want one of %d and short ones", size, maxMessage)
	}
}

// Texts of a bound's length are whole, and those that are longer by a byte are not.
func TestBoundsOfTexts(t *testing.T) {
	takenShort := "Another user pool has the domain; see Ready"
	for _, tc := range []struct {
		reason      string
		length      int
		ready, pool func(text string) string
	}{
		{"a line stays in the part, too", maxLine, whole, whole},
		{"more than a line is in Ready alone", maxLine + 1, whole, func(string) string { return takenShort }},
		{"the longest text is whole in Ready", maxMessage, whole, func(string) string { return takenShort }},
		{"a longer text ends at the bound", maxMessage + 1, func(text string) string { return text[:maxMessage] + "…" }, func(string) string { return takenShort }},
	} {
		text := strings.Repeat("x", tc.length)
		taken := failed(v1alpha1.ReasonDomainTaken, text)
		status := &v1alpha1.SecuredAPIStatus{}
		Summarize(status, 1, taken, Awaiting(taken), Outcome{})
		got := texts(status)
		if want := tc.ready(text); got["Ready"] != want {
			t.Errorf("%s: Ready has %d bytes, want %d", tc.reason, len(got["Ready"]), len(want))
		}
		if want := tc.pool(text); got["UserPoolReady"] != want {
			t.Errorf("%s: UserPoolReady says %q, want %q", tc.reason, got["UserPoolReady"], want)
		}
	}
}

func whole(text string) string { return text }
