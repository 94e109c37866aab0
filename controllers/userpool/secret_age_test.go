package userpool

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// A secret is replaced when it has the age that the spec says, as it is for its generation, which stays.
func TestASecretIsReplacedForItsAge(t *testing.T) {
	w := newWorld(t, withJob)
	w.object.Spec.Clients[1].Secret = &v1alpha1.ClientSecret{Generation: 3, RotateEvery: "48h"}
	w.converge()
	issued, old := w.clock.Now(), w.secrets.stored["job"][keyPresent]
	w.clock.SetTime(issued.Add(48*time.Hour - time.Second))
	if got := w.planned(); got != "" {
		t.Errorf("a second before: got the plan %q, want none", got)
	}
	w.clock.SetTime(issued.Add(48 * time.Hour))
	want := "~ client/job.secret: issued " + written(issued) + " -> a new one"
	if diff := cmp.Diff(want, w.planned()); diff != "" {
		t.Errorf("the plan (-want +got):\n%s", diff)
	}
	w.clock.SetTime(w.postponed())
	w.converge()
	young := w.secrets.stored["job"][keyPresent]
	if young == old || !w.admits(young) || !w.admits(old) {
		t.Errorf("got a new secret: %v, it is good: %v, and the former one: %v; want all three", young != old, w.admits(young), w.admits(old))
	}
	if got := w.record().Kept; got[KeptGeneration] != "3" || got[KeptIssued] != written(w.clock.Now()) || got[keptTimed] != "" {
		t.Errorf("got %v in the record, want the same generation, issued now", got)
	}
	w.clock.Step(overlap)
	w.converge()
	if ids := w.secretIDs(); len(ids) != 1 || w.admits(old) {
		t.Errorf("after the overlap: got the secrets %v and the former one good: %v, want one", ids, w.admits(old))
	}
}

// Whatever the spec says meanwhile, a replacement for age ends, with one secret more than before and the generation that is asked for.
func TestASecretThatIsReplacedForItsAge(t *testing.T) {
	for _, tc := range []struct {
		reason     string
		meanwhile  func(*world)
		generation string
	}{
		{"nothing happens", func(*world) {}, "1"},
		{"the spec asks no more for it", func(w *world) { w.object.Spec.Clients[1].Secret = nil }, "1"},
		{"the spec asks for another generation", func(w *world) { w.object.Spec.Clients[1].Secret.Generation = 2 }, "2"},
		{"the reply of the creation is lost", func(w *world) { w.loseReply("AddUserPoolClientSecret") }, "1"},
		{"the Secret is deleted", func(w *world) { delete(w.secrets.stored, "job") }, "1"},
	} {
		w := newWorld(t, withJob)
		w.object.Spec.Clients[1].Secret = &v1alpha1.ClientSecret{RotateEvery: "48h"}
		w.converge()
		old := w.secrets.stored["job"][keyPresent]
		w.clock.Step(48 * time.Hour)
		if !strings.HasPrefix(tc.reason, "the reply") {
			w.postponed()
		}
		tc.meanwhile(w)
		w.settle()
		young := w.secrets.stored["job"][keyPresent]
		if young == old || !w.admits(young) {
			t.Errorf("%s: got another secret: %v, that is good: %v; want both", tc.reason, young != old, w.admits(young))
		}
		if got := w.record(); got.Kept[KeptGeneration] != tc.generation || got.Kept[keptTimed] != "" || len(w.secretIDs()) != 1 {
			t.Errorf("%s: got %v and %d secrets, want generation %s and one secret", tc.reason, got.Kept, len(w.secretIDs()), tc.generation)
		}
	}
}

// The Secret has the name that the spec gives it, from the first or from then on.
func TestASecretsName(t *testing.T) {
	w := newWorld(t, withJob)
	w.object.Spec.Clients[1].Secret = &v1alpha1.ClientSecret{Name: "program"}
	w.converge()
	if got := w.record().Kept[KeptName]; got != "program" || len(w.secrets.moved) > 0 {
		t.Errorf("made with a name: got %q after the moves %v, want program and no move", got, w.secrets.moved)
	}
	for _, tc := range []struct{ name, want string }{
		{"other", "~ client/job.secret.name: program -> other"},
		{"", "~ client/job.secret.name: other -> notes-job"},
	} {
		w.object.Spec.Clients[1].Secret.Name = tc.name
		if diff := cmp.Diff(tc.want, w.converge()); diff != "" {
			t.Errorf("done (-want +got):\n%s", diff)
		}
	}
	if want := []string{"job to other", "job to notes-job"}; !slices.Equal(w.secrets.moved, want) {
		t.Errorf("got the moves %v, want %v", w.secrets.moved, want)
	}
}

// No client's secret is moved into the Secret of another client, which would lose that one's.
func TestASecretWaitsForItsName(t *testing.T) {
	w := newWorld(t, withJob)
	w.object.Spec.Clients[0].Secret = &v1alpha1.ClientSecret{Name: "a"}
	w.object.Spec.Clients[1].Secret = &v1alpha1.ClientSecret{Name: "b"}
	w.converge()
	w.object.Spec.Clients[0].Secret.Name = "b"
	w.postponed()
	if len(w.secrets.moved) > 0 {
		t.Errorf("while client job has it: got the moves %v, want none", w.secrets.moved)
	}
	w.object.Spec.Clients[1].Secret.Name = "c"
	w.settle()
	if got := w.object.Status.Resource(PrefixSecret + "web").Kept[KeptName]; got != "b" {
		t.Errorf("got the name %q, want b", got)
	}
}

// A client of people has a secret if the spec says so, and is another client without it.
func TestAClientOfPeopleWithASecret(t *testing.T) {
	w := newWorld(t)
	w.object.Spec.Clients[0].Flows, w.object.Spec.Clients[0].Secret = []v1alpha1.Flow{v1alpha1.FlowCode}, &v1alpha1.ClientSecret{}
	w.converge()
	first := w.client(w.last.ID(PrefixClient + "web"))
	if got := aws.ToString(first.ClientSecret); got == "" || got != w.secrets.stored["web"][keyPresent] {
		t.Errorf("got the secret %q in Cognito and %q in the Secret, want one in both", got, w.secrets.stored["web"][keyPresent])
	}
	w.object.Spec.Clients[0].Secret = nil
	if diff := cmp.Diff("~ client/web.secret: Enabled -> Disabled", w.converge()); diff != "" {
		t.Errorf("done (-want +got):\n%s", diff)
	}
	if id := w.last.ID(PrefixClient + "web"); id == *first.ClientId || w.client(id).ClientSecret != nil || len(w.secrets.stored) > 0 {
		t.Errorf("got client %s with the Secrets %v, want another one than %s, and none", id, w.secrets.stored, *first.ClientId)
	}
}

// Names that two clients exchange are for a person to change: no order of moves keeps both secrets.
func TestExchangedNamesAreRefused(t *testing.T) {
	w := newWorld(t, withJob, func(spec *v1alpha1.SecuredAPISpec) {
		spec.Clients[0].Secret = &v1alpha1.ClientSecret{Name: "a"}
		spec.Clients[1].Secret = &v1alpha1.ClientSecret{Name: "b"}
	})
	w.converge()
	w.object.Spec.Clients[0].Secret.Name, w.object.Spec.Clients[1].Secret.Name = "b", "a"
	// A person has to act: were it tried every 10 seconds, it would be for ever, with a call to AWS each time.
	w.wantFailure(w.apply(), v1alpha1.ReasonInvalidSpec, "give one client a third name first")
}
