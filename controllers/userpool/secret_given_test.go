package userpool

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
)

// Secrets that the spec gives, and one that Cognito does not take.
const (
	firstGiven  = "first_given_secret_0123456789"
	secondGiven = "second+given+secret+0123456789"
	thirdGiven  = "third_given_secret_0123456789"
	badGiven    = "too-short-and-with-hyphens"
)

// newGivenWorld has a program whose secret is in the Secret app.
func newGivenWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, withJob, fromApp)
	w.inputs["app/password"] = firstGiven
	return w
}

func fromApp(spec *v1alpha1.SecuredAPISpec) {
	spec.Clients[1].Secret = &v1alpha1.ClientSecret{From: &v1alpha1.SecretKey{Name: "app", Key: "password"}}
}

func (w *world) wantHeld(reason, want string) {
	w.Helper()
	if got := w.secrets.stored["job"][keyPresent]; got != want || !w.admits(want) {
		w.Errorf("%s: got %q in the Secret, want %q, and it is good: %v", reason, got, want, w.admits(want))
	}
}

// A secret that the spec gives is the client's from its creation, and another one takes its place without a gap.
func TestAGivenSecret(t *testing.T) {
	w := newGivenWorld(t)
	w.converge()
	w.wantHeld("from the first", firstGiven)
	if got := w.converge(whole); got != "" {
		t.Errorf("a look at everything does %s, want nothing", got)
	}
	w.inputs["app/password"] = secondGiven
	if diff := cmp.Diff("~ client/job.secret: another one -> the one of secret.from", w.planned()); diff != "" {
		t.Errorf("the plan (-want +got):\n%s", diff)
	}
	until := w.postponed()
	w.wantHeld("before Cognito knows it", firstGiven)
	w.clock.SetTime(until)
	w.converge()
	w.wantHeld("then", secondGiven)
	if !w.admits(firstGiven) {
		t.Error("the former one is not good for the overlap")
	}
	w.clock.Step(overlap)
	w.converge()
	if ids := w.secretIDs(); len(ids) != 1 || w.admits(firstGiven) {
		t.Errorf("after the overlap: got the secrets %v and the former one good: %v, want one", ids, w.admits(firstGiven))
	}
	if got := w.record().Kept[KeptGeneration]; got != "1" {
		t.Errorf("got generation %s, want that it stays 1", got)
	}
	if got := w.converge(whole); got != "" {
		t.Errorf("a look at everything does %s, want nothing", got)
	}
	w.object.Spec.Clients[1].Secret = nil
	if got := w.converge(); got != "" || w.record().Kept[keptGiven] != "" {
		t.Errorf("the spec gives none any more: did %q, and the record has %v; want that it stays", got, w.record().Kept)
	}
	w.wantHeld("the spec gives none any more", secondGiven)
}

// Whatever happens meanwhile, the client ends with the secret that the spec gives then, and with no other.
func TestAGivenSecretMeanwhile(t *testing.T) {
	for _, tc := range []struct {
		reason    string
		meanwhile func(*world)
		want      string
	}{
		{"it is another one again", func(w *world) { w.inputs["app/password"] = thirdGiven }, thirdGiven},
		{"it is the former one again", func(w *world) { w.inputs["app/password"] = firstGiven }, firstGiven},
		{"the Secret of the client is deleted", func(w *world) { delete(w.secrets.stored, "job") }, secondGiven},
		{"somebody changes the Secret of the client", func(w *world) { w.secrets.stored["job"][keyPresent] = "by hand" }, secondGiven},
		{"it is given no more", func(w *world) { w.object.Spec.Clients[1].Secret = nil }, secondGiven},
		{"the status is lost", func(w *world) { w.object.Status = v1alpha1.SecuredAPIStatus{Region: w.object.Status.Region} }, secondGiven},
	} {
		for _, when := range []string{"before the reply", "before Cognito knows it", "in the overlap", "afterwards"} {
			if tc.reason == "the status is lost" && when != "afterwards" || tc.reason == "it is given no more" && when == "before the reply" {
				// Two secrets of which nobody knows the ids are for a person; and nothing says that another one was wanted.
				continue
			}
			w := newGivenWorld(t)
			w.converge()
			w.inputs["app/password"] = secondGiven
			switch when {
			case "before the reply":
				w.loseReply("AddUserPoolClientSecret")
				_ = w.apply()
			case "before Cognito knows it":
				w.postponed()
			case "in the overlap":
				w.clock.SetTime(w.postponed())
				w.converge()
			default:
				w.settle()
			}
			tc.meanwhile(w)
			for range 24 {
				_ = w.apply(whole)
				w.pause(overlap / 4)
			}
			w.wantHeld(tc.reason+" "+when, tc.want)
			if ids := w.secretIDs(); len(ids) != 1 {
				t.Errorf("%s %s: got the secrets %v, want one", tc.reason, when, ids)
			}
			if got := w.converge(whole); got != "" {
				t.Errorf("%s %s: a look at everything does %s, want nothing", tc.reason, when, got)
			}
		}
	}
}

// A lost Secret gets back what the spec gives: no secret takes the place of one that is good.
func TestALostSecretThatTheSpecGives(t *testing.T) {
	w := newGivenWorld(t)
	w.converge()
	w.inputs["app/password"] = secondGiven
	w.settle()
	delete(w.secrets.stored, "job")
	if diff := cmp.Diff("~ client/job.secret: lost -> as in Cognito", w.converge()); diff != "" {
		t.Errorf("deleted (-want +got):\n%s", diff)
	}
	w.wantHeld("deleted", secondGiven)
	w.secrets.stored["job"][keyPresent] = "by hand"
	if diff := cmp.Diff("~ client/job.secret: another one -> as in Cognito", w.converge()); diff != "" {
		t.Errorf("changed (-want +got):\n%s", diff)
	}
	w.wantHeld("changed", secondGiven)
}

// A secret that is not there, or that Cognito does not take, keeps back the client that is to have it, takes nothing down, and is shown
// nowhere.
func TestAGivenSecretThatIsNoGood(t *testing.T) {
	for _, tc := range []struct{ reason, value, because, words string }{
		{"it is missing", "", v1alpha1.ReasonDependencyNotReady, "Secret app"},
		{"it has signs that Cognito does not take", badGiven, v1alpha1.ReasonInvalidSpec, "24 to 64 letters, digits, underscores and plus signs"},
		{"it is short", strings.Repeat("a", 23), v1alpha1.ReasonInvalidSpec, "the key password of Secret app"},
		{"it is long", strings.Repeat("a", 65), v1alpha1.ReasonInvalidSpec, "the key password of Secret app"},
	} {
		w := newGivenWorld(t)
		refused := func(when string, options ...func(*engine.Pass)) {
			t.Helper()
			err := w.apply(options...)
			w.wantFailure(err, tc.because, "spec.clients[1].secret.from", tc.words)
			if tc.value != "" && strings.Contains(err.Error()+statusText(w), tc.value) {
				t.Errorf("%s %s: the value is shown: %v", tc.reason, when, err)
			}
		}
		w.inputs["app/password"] = tc.value
		refused("from the first")
		if diff := cmp.Diff([]string{"web"}, w.clients()); diff != "" {
			t.Errorf("%s: clients meanwhile (-want +got):\n%s", tc.reason, diff)
		}
		refused("again")
		w.wantCalls(tc.reason + ": the next look makes no call")
		w.inputs["app/password"] = firstGiven
		w.converge()

		w.inputs["app/password"] = tc.value
		refused("later", whole)
		w.wantHeld(tc.reason+" later", firstGiven)
		if _, err := w.plan(); err == nil {
			t.Errorf("%s: there is a plan, want an error", tc.reason)
		}

		// A replacement that has begun ends all the same, and the former secret goes.
		w.inputs["app/password"] = secondGiven
		w.postponed()
		w.inputs["app/password"] = tc.value
		w.pause(grace)
		refused("while another one comes")
		w.wantHeld(tc.reason+" while another one comes", secondGiven)
		w.pause(overlap)
		refused("after the overlap")
		if ids := w.secretIDs(); len(ids) != 1 {
			t.Errorf("%s: got the secrets %v after the overlap, want one", tc.reason, ids)
		}
		w.inputs["app/password"] = secondGiven
		if got := w.converge(); got != "" {
			t.Errorf("%s: then it does %s, want nothing", tc.reason, got)
		}
	}
}

// A client that had a secret of the operator's gets the one that the spec gives, and one without gets another client in its place.
func TestASecretIsGivenLater(t *testing.T) {
	w := newWorld(t, withJob)
	w.converge()
	w.inputs["app/password"] = firstGiven
	id := w.last.ID(PrefixClient + "job")
	fromApp(&w.object.Spec)
	w.settle()
	w.wantHeld("a program", firstGiven)
	if got := w.last.ID(PrefixClient + "job"); got != id {
		t.Errorf("got client %s, want that it stays %s", got, id)
	}
	web := &w.object.Spec.Clients[0]
	web.Flows, web.Secret = []v1alpha1.Flow{v1alpha1.FlowCode}, w.object.Spec.Clients[1].Secret
	w.converge()
	if got := w.secrets.stored["web"][keyPresent]; got != firstGiven {
		t.Errorf("a client of people: got %q in the Secret, want the one that is given", got)
	}
}

// No value is in status or in a plan at any boundary.
func TestNoGivenSecretIsInTheRecords(t *testing.T) {
	w := newGivenWorld(t)
	said := ""
	w.edge = func() { said += statusText(w) }
	w.converge()
	w.inputs["app/password"] = secondGiven
	said += w.planned()
	w.settle()
	for _, value := range []string{firstGiven, secondGiven} {
		if strings.Contains(said+statusText(w), value) {
			t.Error("a secret is in status or in a plan")
		}
	}
}
