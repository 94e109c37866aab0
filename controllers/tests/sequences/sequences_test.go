package sequences_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/tools/events"
	"pgregory.net/rapid"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
	local "github.com/securedapi/securedapi/hack/awslocal/apigateway"
)

// The model: one SecuredAPI lives through a random sequence of edits, good and bad, changes in AWS by hand, failures,
// crashes and time. After every pass nothing is there twice and nothing is served unguarded; and when it is quiet again,
// AWS is as a fresh build of the last spec, and a further pass does nothing.
//
// The seed is always the same, so that a change is judged by its own doing. Others are gone through with
//
//	go test ./controllers/tests/sequences -sweeps -run TestModel -rapid.seed=0
//
// rapid shortens a sequence that fails, and says in which file it keeps what is left of it for -rapid.failfile.
//
// actions_test.go has the actions, specs_test.go and parts_test.go draw specs, hands_test.go, hands_parts_test.go and
// foreign_test.go are what people do by hand, and checks_test.go is what has to hold.

// shards run side by side: a pass waits more than it computes.
const shards = 5

// counts are the figures of all sequences.
type counts struct{ sequences, actions, passes, unguarded, duplicates atomic.Int64 }

// repertoire is what sequences are drawn from: parts of specs, what people do by hand, and calls that fail.
type repertoire struct {
	parts []specPart
	hands map[string]func(*model, *rapid.T) bool
	calls []string
}

func TestModel(t *testing.T) {
	draw(t, shards, &repertoire{specParts, hands, fallible("cognito-idp", "apigateway", "lambda")})
}

// The same with the parts that most specs do without.
func TestModelOfRareParts(t *testing.T) {
	all := maps.Clone(hands)
	maps.Copy(all, partHands)
	draw(t, 1, &repertoire{slices.Concat(specParts, rareParts), all, fallible("cognito-idp", "apigateway", "lambda", "wafv2")})
}

// draw goes through the sequences of so many shards.
func draw(t *testing.T, shards int, from *repertoire) {
	t.Helper()
	harness.Sweep(t)
	var count counts
	var running sync.WaitGroup
	fresh := &builds{done: map[string]build{}}
	for shard := range shards {
		running.Go(func() {
			t.Run(strconv.Itoa(shard), rapid.MakeCheck(func(r *rapid.T) {
				// Shards have one seed: each begins further on in what it gives.
				for range shard {
					rapid.Uint64().Draw(r, "shard")
				}
				m := newModel(r, &count, from)
				r.Repeat(m.actions())
				m.quiet(r, fresh)
			}))
		})
	}
	running.Wait()
	t.Logf("model: %d sequences, %d actions, %d passes, %d unguarded, %d duplicates", count.sequences.Load(),
		count.actions.Load(), count.passes.Load(), count.unguarded.Load(), count.duplicates.Load())
}

// model is one SecuredAPI, its operator, and what is known of both.
type model struct {
	*harness.Stepper
	*repertoire
	count    *counts
	operator *controllers.SecuredAPIReconciler
	events   *events.FakeRecorder
	object   *v1alpha1.SecuredAPI
	// moment are the specs that may be served: the last one that was Ready, and all since.
	moment []v1alpha1.SecuredAPISpec
	// drifted: something was changed by hand, which only a check finds.
	drifted bool
	// byHand are the deployments that somebody made a stage serve, by stage.
	byHand map[string]string
	// lost are the pools and APIs that somebody deleted, by id.
	lost    map[string]bool
	foreign []foreign
}

func newModel(r *rapid.T, count *counts, from *repertoire) *model {
	m := &model{
		repertoire: from,
		Stepper:    harness.NewStepper(r, awslocal.WithAPIGateway(local.WithTransport(servers{}))), count: count, events: events.NewFakeRecorder(1000),
		byHand: map[string]string{}, lost: map[string]bool{},
	}
	// What must be closed depends on the specs that were drawn.
	m.Guarded = false
	count.sequences.Add(1)
	m.Console = newConsole(m.AWS)
	m.Furnish()
	m.restart()
	m.object = &v1alpha1.SecuredAPI{Spec: drawSpec(r, m.parts)}
	m.object.Namespace, m.object.Name = m.Namespace, "notes"
	m.Create(m.object)
	m.moment = []v1alpha1.SecuredAPISpec{*m.object.Spec.DeepCopy()}
	return m
}

// name is what the operator calls the pool and the API.
func (m *model) name() string { return m.Namespace + "-" + m.object.Name }

// restart is a new operator in the place of the one that runs.
func (m *model) restart() {
	m.operator = m.Start()
	m.operator.Recorder = m.events
}

// pass runs one pass and looks at what came of it. Time goes on as far as the operator waits by itself.
func (m *model) pass() {
	m.T.Helper()
	m.count.passes.Add(1)
	after, killed := m.Pass(m.operator, m.object)
	m.check()
	switch {
	case killed:
		m.restart()
	case harness.IsReady(m.object):
		m.moment = m.moment[len(m.moment)-1:]
	case after <= time.Minute:
		m.Clock.SetTime(m.Clock.Now().Add(after))
	}
}

// until runs passes until the object is so, whatever time it takes.
func (m *model) until(what string, is func(*v1alpha1.SecuredAPI) bool) {
	m.T.Helper()
	for range harness.MaxPasses {
		if m.Get(m.object); is(m.object) {
			return
		}
		m.count.passes.Add(1)
		after, _ := m.Pass(m.operator, m.object)
		if m.check(); is(m.object) {
			return
		}
		if m.drifted && meta.IsStatusConditionTrue(m.object.Status.Conditions, v1alpha1.ConditionStalled) {
			// What is in the way may have been changed by hand, which only a check finds.
			after = max(after, 2*harness.ResyncNever)
		}
		m.Clock.SetTime(m.Clock.Now().Add(after))
	}
	text, _ := json.MarshalIndent(m.object.Status, "", " ") //nolint:errchkjson // for people to read
	m.T.Fatalf("not %s after %d passes: %s", what, harness.MaxPasses, text)
}

// calm ends all failures.
func (m *model) calm() {
	m.AWS.ClearFaults()
	m.Edges.KillAt = 0
}

// quiet lets the object come to rest and fails unless all is as the last spec asks.
func (m *model) quiet(r *rapid.T, fresh *builds) {
	m.T.Helper()
	m.logf("quiet")
	m.calm()
	if rapid.Bool().Draw(r, "restart") {
		m.restart()
	}
	if len(m.lost) > 0 {
		// A lost pool is only made anew where users are held cheap.
		m.Update(m.object, func(o *v1alpha1.SecuredAPI) { o.Spec.DeletionPolicy = v1alpha1.DeletionDelete })
	}
	m.until("ready", harness.IsReady)
	m.moment = m.moment[len(m.moment)-1:]
	if m.drifted || len(m.foreign) > 0 {
		m.untilChecked()
	}
	if m.checkForeign(); len(m.foreign) > 0 {
		// What was there is gone from status, too.
		m.untilChecked()
	}
	m.checkServed()
	m.checkSecrets()
	want := fresh.of(m)
	if diff := cmp.Diff(want.inventory, m.inventoryOfObject()); diff != "" {
		m.T.Fatalf("AWS is as a fresh build of the spec (-fresh +this):\n%s", diff)
	}
	if diff := cmp.Diff(want.status, harness.Anonymous(m.World, m.object)); diff != "" {
		m.T.Fatalf("so is status (-fresh +this):\n%s", diff)
	}
	if s := &m.object.Status; len(harness.Pending(s)) != 0 || len(harness.RetiredClients(s)) != 0 {
		m.T.Fatalf("nothing is left in doubt: %v %v", harness.Pending(s), harness.RetiredClients(s))
	}
	m.checkIdle()
	if rapid.IntRange(0, 3).Draw(r, "deleted") == 3 {
		m.checkDeletion()
	}
}

// rotating are the prefixes of what takes turns in checks, of which there can be any number.
var rotating = []string{
	"permission/", "triggerPermission/", "resourceServer/", "group/", "branding/", "terms/", "classicStyle", "customDomain", "logs",
}

// untilChecked runs checks until a whole round of them, in which everything has its turn, changed nothing.
func (m *model) untilChecked() {
	m.T.Helper()
	for range harness.MaxPasses {
		m.AWS.ResetCalls()
		// Methods, authorizers, what the pool has many of, the policy of each function and what others may have made take turns,
		// after two checks without the last. After a restart a check waits for its time.
		turns := 4
		for _, prefix := range rotating {
			turns += len(harness.Held(&m.object.Status, prefix))
		}
		for checks := 0; checks < turns+2; {
			calls := len(m.AWS.Calls())
			m.Clock.SetTime(m.Clock.Now().Add(2 * harness.ResyncNever))
			m.pass()
			m.until("ready", harness.IsReady)
			if len(m.AWS.Calls()) > calls {
				checks++
			}
		}
		if len(m.Writes()) == 0 {
			return
		}
	}
	m.T.Fatalf("checks find no end: %v", m.Writes())
}
