package userpool

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/oauth2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// raise asks for a new secret.
func (w *world) raise(generation int32) {
	w.object.Spec.Clients[1].Secret = &v1alpha1.ClientSecret{Generation: generation}
}

// record is the record of the program's secret.
func (w *world) record() *v1alpha1.ResourceRecord {
	return w.object.Status.Resource(PrefixSecret + "job")
}

// admits says whether a secret proves to the token endpoint who the program's client is.
func (w *world) admits(secret string) bool {
	w.Helper()
	config := oauth2.Config{ClientID: *w.id(PrefixClient + "job"), ClientSecret: secret, Endpoint: oauth2.Endpoint{
		TokenURL: w.aws.URL + "/auth/" + awslocal.DefaultRegion + "/notes-beta/oauth2/token",
	}}
	_, err := config.TokenSource(w.Context(), &oauth2.Token{RefreshToken: "none"}).Token()
	refused, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		w.Fatalf("an answer of the token endpoint is missing: %v", err)
	}
	return refused.ErrorCode != "invalid_client"
}

// secretIDs are the ids of the secrets that the program's client has in Cognito.
func (w *world) secretIDs() []string {
	w.Helper()
	var ids []string
	for _, one := range must[cip.ListUserPoolClientSecretsOutput](w)(w.cip.ListUserPoolClientSecrets(w.Context(), &cip.ListUserPoolClientSecretsInput{
		UserPoolId: w.id(NamePool), ClientId: w.id(PrefixClient + "job"),
	})).ClientSecrets {
		ids = append(ids, *one.ClientSecretId)
	}
	return ids
}

// addSecret adds a secret to the program's client by hand.
func (w *world) addSecret() string {
	w.Helper()
	return *must[cip.AddUserPoolClientSecretOutput](w)(w.cip.AddUserPoolClientSecret(w.Context(), &cip.AddUserPoolClientSecretInput{
		UserPoolId: w.id(NamePool), ClientId: w.id(PrefixClient + "job"),
	})).ClientSecretDescriptor.ClientSecretId
}

func (w *world) deleteSecret(id string) {
	w.Helper()
	must[cip.DeleteUserPoolClientSecretOutput](w)(w.cip.DeleteUserPoolClientSecret(w.Context(), &cip.DeleteUserPoolClientSecretInput{
		UserPoolId: w.id(NamePool), ClientId: w.id(PrefixClient + "job"), ClientSecretId: &id,
	}))
}

// postponed makes a pass that has to wait, and returns until when.
func (w *world) postponed(options ...func(*engine.Pass)) time.Time {
	w.Helper()
	err := w.apply(options...)
	wait, ok := errors.AsType[*engine.PostponedError](err)
	if !ok {
		w.Fatalf("got %v, want it to be postponed", err)
	}
	return wait.Until
}

// rotate replaces the program's secret, up to the moment from which the Secret holds the new one.
func (w *world) rotate(generation int32) {
	w.Helper()
	w.raise(generation)
	w.clock.SetTime(w.postponed())
	w.converge()
}

// The spec says how long a former secret stays good, also while it is replaced.
func TestAClientsOwnOverlap(t *testing.T) {
	for _, tc := range []struct {
		reason string
		spec   v1alpha1.Duration
		want   time.Duration
	}{
		{"the spec says nothing", "", overlap},
		{"longer than others", "26h", 26 * time.Hour},
		{"not at all", "0s", 0},
	} {
		w := newWorld(t, withJob)
		w.converge()
		w.raise(2)
		w.clock.SetTime(w.postponed())
		w.object.Spec.Clients[1].Secret.Overlap = tc.spec
		w.converge()
		if until := w.record().Retired[0].Until.Time; !until.Equal(w.clock.Now().Add(tc.want)) {
			t.Errorf("%s: got the former secret good until %v, want %v from %v", tc.reason, until, tc.want, w.clock.Now())
		}
		w.clock.Step(tc.want)
		w.converge()
		if left := w.secretIDs(); len(left) != 1 || len(w.record().Retired) > 0 {
			t.Errorf("%s: got %v and %+v left, want one secret", tc.reason, left, w.record().Retired)
		}
	}
}

func TestASecretIsReplacedWithoutAGap(t *testing.T) {
	w := newWorld(t, withJob)
	w.converge()
	old := w.secrets.stored["job"][keyPresent]
	first := w.secretIDs()[0]
	w.edge = func() {
		if !w.admits(w.secrets.stored["job"][keyPresent]) {
			t.Error("what the Secret holds gets no token")
		}
	}
	w.raise(2)
	if diff := cmp.Diff("~ client/job.secret: generation 1 -> 2", w.planned()); diff != "" || len(w.calls()) > 4 {
		t.Errorf("the plan (-want +got):\n%s", diff)
	}
	began := w.clock.Now()
	until := w.postponed()
	w.wantCalls("a secret is added", "DescribeUserPool", "DescribeUserPoolClient", "ListUserPoolClientSecrets", "AddUserPoolClientSecret")
	if !until.Equal(began.Add(grace)) || w.record().ID != first || w.record().Kept[KeptGeneration] != "1" {
		t.Errorf("got %v, %+v, want it to wait for the grace period", until, w.record())
	}
	w.clock.SetTime(until.Add(-time.Second))
	w.postponed()
	w.wantCalls("nothing but time is missing", "DescribeUserPool")
	if w.secrets.stored["job"][keyPresent] != old {
		t.Error("the Secret holds the former one until then")
	}
	w.clock.SetTime(until)
	if diff := cmp.Diff("~ client/job.secret: generation 1 -> 2", w.converge()); diff != "" {
		t.Errorf("done (-want +got):\n%s", diff)
	}
	young := w.secrets.stored["job"][keyPresent]
	if young == old || !w.admits(old) || !w.admits(young) {
		t.Error("both secrets are good")
	}
	second := w.secrets.stored["job"][keyID]
	want := &v1alpha1.ResourceRecord{
		Name: "secret/job", ID: second, Under: w.last.ID(PrefixClient + "job"),
		Kept: map[string]string{
			KeptGeneration: "2", KeptClient: w.last.ID(PrefixClient + "job"), KeptIssued: written(until),
		},
		Retired: []v1alpha1.RetiredResource{{ID: first, Until: new(metav1.NewTime(until.Add(overlap)))}},
	}
	if diff := cmp.Diff(want, w.record()); diff != "" {
		t.Errorf("the record (-want +got):\n%s", diff)
	}

	w.clock.SetTime(until.Add(overlap - time.Second))
	w.converge(whole)
	if changed := w.changed(); len(changed) > 0 {
		t.Errorf("the former one has its time: got %v", changed)
	}
	w.clock.SetTime(until.Add(overlap))
	if diff := cmp.Diff("- client/job.formerSecret "+first, w.converge()); diff != "" {
		t.Errorf("done (-want +got):\n%s", diff)
	}
	w.wantCalls("the former one goes", "DescribeUserPool", "DescribeUserPoolClient", "DeleteUserPoolClientSecret")
	if w.admits(old) || !w.admits(young) || w.record().Retired != nil {
		t.Error("only the new one is good")
	}
	w.converge()
	w.wantCalls("it has converged")
	if id := w.last.ID(PrefixClient + "job"); w.client(id).ClientSecret != nil {
		t.Error("Cognito shows no secret that was added")
	}
	w.converge(whole)
	if changed := w.changed(); len(changed) > 0 {
		t.Errorf("nor is it missed: got %v", changed)
	}
}

func TestSecretPlans(t *testing.T) {
	const former = "job--1"
	for _, tc := range []struct {
		reason string
		spec   *v1alpha1.ClientSecret
		change func(*v1alpha1.ResourceRecord)
		lost   bool
		want   string
	}{
		{"as asked for", nil, func(*v1alpha1.ResourceRecord) {}, false, ""},
		{"as asked for in words", &v1alpha1.ClientSecret{}, func(*v1alpha1.ResourceRecord) {}, false, ""},
		{"a later one is asked for", &v1alpha1.ClientSecret{Generation: 2}, func(*v1alpha1.ResourceRecord) {}, false, "~ client/job.secret: generation 1 -> 2"},
		{"much later", &v1alpha1.ClientSecret{Generation: 12}, func(*v1alpha1.ResourceRecord) {}, false, "~ client/job.secret: generation 1 -> 12"},
		{"there is a later one, of a spec that went back", nil, func(rec *v1alpha1.ResourceRecord) { rec.Kept[KeptGeneration] = "3" }, false, ""},
		{"one is on its way, of a spec that went back", nil, func(rec *v1alpha1.ResourceRecord) { rec.Kept[keptNext] = "3" }, false, "~ client/job.secret: generation 1 -> 3"},
		{"one may be on its way, of a spec that went back", nil, func(rec *v1alpha1.ResourceRecord) {
			rec.Pending = &v1alpha1.PendingOperation{Operation: v1alpha1.OperationCreate}
		}, false, "~ client/job.secret: generation 1 -> 2"},
		{"one may be on its way, and a later one is asked for", &v1alpha1.ClientSecret{Generation: 4}, func(rec *v1alpha1.ResourceRecord) {
			rec.Pending = &v1alpha1.PendingOperation{Operation: v1alpha1.OperationCreate}
		}, false, "~ client/job.secret: generation 1 -> 4"},
		{"the Secret was deleted, of a secret that Cognito shows", nil, func(*v1alpha1.ResourceRecord) {}, true, "~ client/job.secret: lost -> as in Cognito"},
		{
			"and a later one is asked for", &v1alpha1.ClientSecret{Generation: 2},
			func(*v1alpha1.ResourceRecord) {}, true, "~ client/job.secret: lost -> as in Cognito; ~ client/job.secret: generation 1 -> 2",
		},
		{"the Secret was deleted, of another one", nil, func(rec *v1alpha1.ResourceRecord) { rec.ID = "job--2" }, true, "~ client/job.secret: lost -> generation 1"},
		{
			"the Secret was deleted, of a later one", nil,
			func(rec *v1alpha1.ResourceRecord) { rec.ID, rec.Kept[KeptGeneration] = "job--2", "3" }, true, "~ client/job.secret: lost -> generation 3",
		},
		{
			"the Secret was deleted, and a later one is asked for", &v1alpha1.ClientSecret{Generation: 2},
			func(rec *v1alpha1.ResourceRecord) { rec.ID = "job--2" }, true, "~ client/job.secret: lost -> generation 2",
		},
		{"the Secret was deleted and came back", nil, func(rec *v1alpha1.ResourceRecord) { rec.Kept[KeptLost] = "true" }, false, ""},
		{"a former one has its time", nil, func(rec *v1alpha1.ResourceRecord) {
			rec.Retired = []v1alpha1.RetiredResource{{ID: former, Until: new(metav1.NewTime(time.Unix(1001, 0)))}}
		}, false, ""},
		{"a former one's time is over", nil, func(rec *v1alpha1.ResourceRecord) {
			rec.Retired = []v1alpha1.RetiredResource{{ID: former, Until: new(metav1.NewTime(time.Unix(1000, 0)))}}
		}, false, "- client/job.formerSecret job--1"},
		{"the client is another one", &v1alpha1.ClientSecret{Generation: 2}, func(rec *v1alpha1.ResourceRecord) { rec.Kept[KeptClient] = "other" }, false, ""},
	} {
		w := newWorld(t, withJob)
		w.converge()
		w.object.Spec.Clients[1].Secret = tc.spec
		tc.change(w.record())
		if tc.lost {
			delete(w.secrets.stored, "job")
		}
		p, _ := w.pass()
		p.Now = func() time.Time { return time.Unix(1000, 0) }
		got, err := (&secret{Cognito: w.cognito, p: p, name: "job"}).look(t.Context())
		if diff := cmp.Diff(tc.want, got.String()); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", tc.reason, err, diff)
		}
		if lost := w.record().Kept[KeptLost] != ""; lost != strings.Contains(tc.want, "lost -> generation") {
			t.Errorf("%s: got lost %v", tc.reason, lost)
		}
	}
}

func TestADeletedSecretComesBack(t *testing.T) {
	w := newWorld(t, withJob)
	w.converge()
	before := w.secrets.stored["job"][keyPresent]
	delete(w.secrets.stored, "job")
	if diff := cmp.Diff("~ client/job.secret: lost -> as in Cognito", w.converge()); diff != "" {
		t.Errorf("done (-want +got):\n%s", diff)
	}
	w.wantCalls("Cognito shows it", "DescribeUserPoolClient", "DescribeUserPool")
	if w.secrets.stored["job"][keyPresent] != before || w.record().Kept[KeptLost] != "" {
		t.Errorf("got another secret, or %+v", w.record())
	}
	w.rotate(2)
	w.pause(overlap)
	w.converge()
	young := w.secrets.stored["job"][keyPresent]
	delete(w.secrets.stored, "job")
	until := w.postponed()
	if w.record().Kept[KeptLost] != "true" {
		t.Errorf("the record says that it is lost: got %+v", w.record())
	}
	w.clock.SetTime(until)
	w.converge()
	if got := w.secrets.stored["job"][keyPresent]; got == young || !w.admits(got) || w.record().Kept[KeptGeneration] != "2" || w.record().Kept[KeptLost] != "" {
		t.Errorf("what Cognito does not show is replaced by one of the same generation: got %+v", w.record())
	}
}

// Whenever somebody deletes the Secret, one comes back that is good for a token.
func TestADeletedSecretComesBackAtEveryBoundary(t *testing.T) {
	for boundary, deleted := 1, true; deleted; boundary++ {
		w := newWorld(t, withJob)
		w.converge()
		seen := 0
		w.edge = func() {
			if seen++; seen == boundary {
				delete(w.secrets.stored, "job")
			}
		}
		w.raise(2)
		w.settle()
		deleted = seen >= boundary
		if got := w.secrets.stored["job"][keyPresent]; got == "" || !w.admits(got) {
			t.Errorf("boundary %d: what the Secret holds gets no token", boundary)
		}
		if ids := w.secretIDs(); len(ids) != 1 {
			t.Errorf("boundary %d: got secrets %v, want one", boundary, ids)
		}
		if rec := w.record(); rec.Kept[KeptGeneration] != "2" || rec.Kept[KeptLost] != "" || rec.Kept[keptNext] != "" || rec.Pending != nil || rec.Unproven != nil {
			t.Errorf("boundary %d: got %+v", boundary, rec)
		}
		if w.secrets.stored["job"][keyNext] != "" {
			t.Errorf("boundary %d: a secret is staged still", boundary)
		}
	}
}

// settle makes passes until nothing is left to do.
func (w *world) settle() {
	w.Helper()
	for range 30 {
		err := w.apply(whole)
		w.pause(grace)
		if rec := w.record(); err == nil && len(rec.Retired) == 0 && w.secrets.stored["job"][keyPresent] != "" {
			return
		}
		if err == nil {
			w.pause(overlap)
		}
	}
	w.Fatal("it does not come to an end")
}

// Whatever becomes of a reply, a secret is added once, and what the Secret holds is good for a token.
func TestSecretsInDoubt(t *testing.T) {
	for _, operation := range []string{"ListUserPoolClientSecrets", "AddUserPoolClientSecret", "DeleteUserPoolClientSecret", "DescribeUserPool"} {
		for _, kind := range []awslocal.Kind{awslocal.LoseReply, awslocal.RefuseAfter, awslocal.Cut, awslocal.RefuseBefore, awslocal.Throttle} {
			w := newWorld(t, withJob)
			w.converge()
			w.edge = func() {
				if !w.admits(w.secrets.stored["job"][keyPresent]) {
					t.Errorf("%v of %s: what the Secret holds gets no token", kind, operation)
				}
			}
			w.aws.Inject(awslocal.Fault{Operation: operation, Kind: kind, Times: 1})
			w.raise(2)
			w.settle()
			if ids := w.secretIDs(); len(ids) != 1 || w.record().Kept[KeptGeneration] != "2" || w.record().ID != ids[0] {
				t.Errorf("%v of %s: got secrets %v, %+v", kind, operation, ids, w.record())
			}
		}
	}
}

// A secret that may have been added is looked for until it cannot come any more.
func TestASecretThatMayComeYet(t *testing.T) {
	w := newWorld(t, withJob)
	w.converge()
	w.raise(2)
	w.cut("AddUserPoolClientSecret")
	if err := w.apply(); err == nil {
		t.Fatal("a cut connection is an error")
	}
	w.pause(grace - time.Second)
	if _, unsettled := errors.AsType[*engine.UnsettledError](w.apply()); !unsettled || len(w.changed()) > 0 {
		t.Errorf("got %v, want nothing changed", w.changed())
	}
	w.pause(time.Second)
	w.postponed()
	if diff := cmp.Diff([]string{"AddUserPoolClientSecret"}, w.changed()); diff != "" || len(w.secretIDs()) != 2 {
		t.Errorf("then it is added (-want +got):\n%s", diff)
	}
}

func TestASecretIsNotAddedUnlessThatIsWrittenDown(t *testing.T) {
	w := newWorld(t, withJob)
	w.converge()
	w.raise(2)
	down := errors.New("Kubernetes is down")
	err := w.apply(func(p *engine.Pass) { p.Save = func(context.Context) error { return down } })
	if !errors.Is(err, down) || len(w.changed()) > 0 || w.secrets.stored["job"][keyNext] != "" {
		t.Errorf("got %v, %v, want nothing changed", err, w.changed())
	}
}

// What is begun is brought to its end, also when the spec goes back.
func TestARotationThatTheSpecTakesBack(t *testing.T) {
	w := newWorld(t, withJob)
	w.converge()
	w.raise(2)
	w.loseReply("AddUserPoolClientSecret")
	if err := w.apply(); err == nil {
		t.Fatal("a lost reply is an error")
	}
	w.object.Spec.Clients[1].Secret = nil
	if until := w.postponed(); !until.Equal(w.clock.Now().Add(grace)) {
		t.Errorf("it is found, and waits: until %v", until)
	}
	if diff := cmp.Diff([]string(nil), w.changed()); diff != "" {
		t.Errorf("no other is added (-want +got):\n%s", diff)
	}
	w.settle()
	if w.record().Kept[KeptGeneration] != "2" || len(w.secretIDs()) != 1 {
		t.Errorf("got %+v", w.record())
	}
}

func TestTwoRotationsWaitForEachOther(t *testing.T) {
	w := newWorld(t, withJob)
	w.converge()
	w.rotate(2)
	former := w.record().Retired[0]
	w.raise(3)
	if until := w.postponed(); !until.Equal(former.Until.Time) || len(w.changed()) > 0 {
		t.Errorf("it waits until the former one goes: got %v, want %v", until, former.Until)
	}
	w.clock.SetTime(former.Until.Time)
	until := w.postponed()
	if diff := cmp.Diff("- client/job.formerSecret "+former.ID, w.last.Done().String()); diff != "" {
		t.Errorf("done (-want +got):\n%s", diff)
	}
	w.clock.SetTime(until)
	w.converge()
	if w.record().Kept[KeptGeneration] != "3" {
		t.Errorf("got %+v", w.record())
	}
}

func TestASecretAddedByHandIsForAPerson(t *testing.T) {
	w := newWorld(t, withJob)
	w.converge()
	byHand := w.addSecret()
	w.raise(2)
	w.wantFailure(w.apply(), v1alpha1.ReasonDuplicateFound, "client job", byHand, "which one the Secret holds is not known", "nothing was changed")
	if changed := w.changed(); len(changed) > 0 || w.secrets.stored["job"][keyNext] != "" {
		t.Errorf("got %v, want nothing changed", changed)
	}
	w.deleteSecret(byHand)
	w.clock.SetTime(w.postponed())
	w.converge()
	w.pause(overlap)
	w.converge()

	// Then the one in use is known.
	present := w.record().ID
	byHand = w.addSecret()
	w.raise(3)
	w.wantFailure(w.apply(), v1alpha1.ReasonDuplicateFound, byHand, ", of which the Secret holds "+present)
	w.deleteSecret(present)
	w.wantFailure(w.apply(), v1alpha1.ReasonDuplicateFound, "there are "+byHand+", of which the Secret holds "+present)
}

func TestSecretsThatAreNotListed(t *testing.T) {
	w := newWorld(t, withJob)
	w.converge()
	w.raise(2)
	// A client without a secret has none in the list.
	w.object.Status.Resource(PrefixClient + "job").ID = w.last.ID(PrefixClient + "web")
	w.record().Kept[KeptClient], w.record().Under = w.last.ID(PrefixClient+"web"), ""
	if err := w.apply(); err == nil || !strings.Contains(err.Error(), "the secret of client job is not listed") || len(w.changed()) > 0 {
		t.Errorf("got %v, %v", err, w.changed())
	}
}

func TestTheFormerSecretIsGone(t *testing.T) {
	rejected := func(skip, times int) func(w *world) {
		return func(w *world) {
			w.aws.Inject(awslocal.Fault{Operation: "DeleteUserPoolClientSecret", Kind: awslocal.RefuseBefore, Code: "InvalidParameterException", Status: 400, Skip: skip, Times: times})
		}
	}
	for _, tc := range []struct {
		reason string
		before func(*world)
		gone   bool
	}{
		{"a person deleted it", func(w *world) { w.deleteSecret(w.record().Retired[0].ID) }, true},
		{"a person deleted it, and AWS says so in another way", func(w *world) {
			w.deleteSecret(w.record().Retired[0].ID)
			rejected(0, 1)(w)
		}, true},
		{"AWS refuses it, and it is there", rejected(0, 1), false},
		{"AWS refuses it, and whether it is there cannot be told", func(w *world) {
			w.deleteSecret(w.record().Retired[0].ID)
			rejected(0, 1)(w)
			w.refuse("ListUserPoolClientSecrets", "TooManyRequestsException")
		}, false},
		{"AWS throttles", func(w *world) { w.refuse("DeleteUserPoolClientSecret", "TooManyRequestsException") }, false},
	} {
		w := newWorld(t, withJob)
		w.converge()
		w.rotate(2)
		w.pause(overlap)
		tc.before(w)
		err := w.apply()
		if gone := err == nil && w.record().Retired == nil; gone != tc.gone {
			t.Errorf("%s: got %v, %+v", tc.reason, err, w.record())
		}
		if err != nil && !strings.Contains(err.Error(), "delete the former secret of client job: ") {
			t.Errorf("%s: got %v", tc.reason, err)
		}
	}
}

func TestANewSecretIsLostWithTheSecret(t *testing.T) {
	w := newWorld(t, withJob)
	w.converge()
	w.raise(2)
	until := w.postponed()
	next := w.record().Unproven.ID
	delete(w.secrets.stored, "job")
	w.clock.SetTime(until)
	if again := w.postponed(); !again.Equal(until) {
		t.Errorf("another one is begun at once: got %v, want %v", again, until)
	}
	if rec := w.record(); rec.Unproven != nil || rec.Kept[keptNext] != "" || len(rec.Retired) != 1 || rec.Retired[0].ID != next {
		t.Errorf("the one that nobody knows goes: got %+v", rec)
	}
	w.settle()
	if ids := w.secretIDs(); len(ids) != 1 || ids[0] == next || !w.admits(w.secrets.stored["job"][keyPresent]) {
		t.Errorf("got %v", ids)
	}
}

func TestSecretsAreKnownWhateverBecomesOfTheFlow(t *testing.T) {
	w := newWorld(t, withJob)
	w.converge()
	id := w.last.ID(PrefixClient + "job")
	w.rotate(2)
	w.pause(overlap)
	w.converge()
	in := updateClientInput(w.client(id))
	in.AllowedOAuthFlows, in.AllowedOAuthScopes = nil, nil
	in.AllowedOAuthFlowsUserPoolClient = false
	must[cip.UpdateUserPoolClientOutput](w)(w.cip.UpdateUserPoolClient(w.Context(), in))
	w.converge(whole)
	if got := w.last.ID(PrefixClient + "job"); got != id {
		t.Errorf("it is repaired, not replaced: got %s, want %s", got, id)
	}
}

func TestFailuresOfKubernetes(t *testing.T) {
	down := errors.New("Kubernetes is down")
	w := newWorld(t, withJob)
	w.converge()
	w.secrets.err = down
	if err := w.apply(); !errors.Is(err, down) || len(w.calls()) > 0 {
		t.Errorf("got %v, calls %v", err, w.calls())
	}
	// The next one fails where the error is injected: after the look.
	w.secrets.err = nil
	uses := 0
	failAt := func(n int) {
		uses = 0
		w.secrets.err = nil
		w.secrets.edge = func() {
			if uses++; uses == n {
				w.secrets.err = down
			}
		}
	}
	w.raise(2)
	failAt(2)
	if err := w.apply(); !errors.Is(err, down) || !strings.Contains(err.Error(), "add a secret to client job: ") || len(w.secretIDs()) != 1 {
		t.Errorf("it cannot be staged: got %v, %v", err, w.secretIDs())
	}
	failAt(0)
	w.pause(grace)
	w.clock.SetTime(w.postponed())
	failAt(2)
	if err := w.apply(); !errors.Is(err, down) || w.record().Unproven == nil {
		t.Errorf("it cannot be promoted: got %v, %+v", err, w.record())
	}
	failAt(0)
	w.converge()
	w.pause(overlap)
	w.converge()
	delete(w.secrets.stored, "job")
	w.record().ID = ""
	w.refuse("DescribeUserPoolClient", "TooManyRequestsException")
	if err := w.apply(); err == nil || len(w.changed()) > 0 {
		t.Errorf("what Cognito shows cannot be told: got %v, %v", err, w.changed())
	}
	if got := aws.ToString(w.client(w.last.ID(PrefixClient + "job")).ClientSecret); got != "" {
		t.Errorf("it shows none: got %q", got)
	}
}

func TestNoSecretIsInTheRecords(t *testing.T) {
	w := newWorld(t, withJob)
	said := ""
	values := map[string]bool{}
	w.edge = func() {
		for _, key := range []string{keyPresent, keyNext} {
			if value := w.secrets.stored["job"][key]; value != "" {
				values[value] = true
			}
		}
		said += statusText(w)
	}
	w.converge()
	w.raise(2)
	said += w.planned()
	w.settle()
	if len(values) != 2 {
		t.Fatalf("got %d secrets, want 2", len(values))
	}
	for value := range values {
		if strings.Contains(said+statusText(w), value) {
			t.Error("a secret is in status or in a plan")
		}
	}
}

func TestTheSecretGoesWithItsClient(t *testing.T) {
	w := newWorld(t, withJob)
	w.converge()
	w.object.Spec.Clients = w.object.Spec.Clients[:1]
	w.converge()
	if w.secrets.stored["job"] != nil || w.record() != nil {
		t.Errorf("got %v, %+v", w.secrets.stored, w.record())
	}
	w.object.Spec = recipe()
	withJob(&w.object.Spec)
	w.converge()
	if err := w.remove(); err != nil || len(w.secrets.stored) > 0 {
		t.Errorf("got %v, Secrets %v", err, w.secrets.stored)
	}
}

// statusText is status as it is written.
func statusText(w *world) string {
	w.Helper()
	text, err := json.Marshal(w.object.Status)
	if err != nil {
		w.Fatal(err)
	}
	return string(text)
}
