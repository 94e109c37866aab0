package schedules_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// atRest says that the object is gone, or that nothing is under way and it is Ready. Whose user pool lost our tags waits for a
// person instead, in a schedule that ends before its deletion.
func (h *history) atRest() bool {
	o := h.object
	if o == nil {
		return true
	}
	if !o.DeletionTimestamp.IsZero() || o.Status.ObservedGeneration != o.Generation || len(harness.Pending(&o.Status)) > 0 ||
		meta.IsStatusConditionTrue(o.Status.Conditions, v1alpha1.ConditionReconciling) {
		return false
	}
	ready := meta.FindStatusCondition(o.Status.Conditions, v1alpha1.ConditionReady)
	if ready == nil {
		return false
	}
	return ready.Status == metav1.ConditionTrue || h.isDisowned() && ready.Reason == v1alpha1.ReasonOwnershipConflict
}

// isDisowned says that somebody took our tags off the object's user pool.
func (h *history) isDisowned() bool {
	pool := h.object.Status.UserPool
	return pool != nil && pool.ID == h.disowned
}

// end compares what there is with what there would be if nothing had ever gone wrong.
func (h *history) end() {
	h.T.Helper()
	h.clock.Step(h.lag)
	h.dirty = true
	h.check()
	if now := h.describeForeign(); now != h.inForeign {
		h.foulf("what is not ours was touched (-before +after):\n%s", cmp.Diff(h.inForeign, now))
	}
	if h.object == nil || h.isDisowned() {
		// What the object made is somebody else's now, and was seen to be left alone.
		return
	}
	wanted := wishOf(h.object)
	h.checkGuard(h.look(), wanted.guarded())
	if !h.retained {
		h.compare(wanted)
	}
	h.checkServed(wanted)
	h.checkSecret(wanted)
	if status := &h.object.Status; len(harness.RetiredClients(status)) > 0 {
		h.foulf("what was replaced is left: %+v", status)
	}
	before := h.object
	h.AWS.ResetCalls()
	h.through(h.pass(h.start(1), h.object))
	if calls := h.Writes(); len(calls) > 0 {
		h.foulf("a second pass writes: %v", calls)
	}
	if h.observe(); version(h.object) != version(before) {
		h.foulf("a second pass writes the object (-before +after):\n%s", cmp.Diff(before.Status, h.object.Status))
	}
}

// compare holds AWS against a fresh build. What a deposed operator wrote over what its successor wrote is drift, in
// settings that every check for drift looks at: it has to be gone after as many checks as there are turns.
func (h *history) compare(wanted wish) {
	h.T.Helper()
	want := h.freshBuild(wanted)
	diff := cmp.Diff(want, inOrder(harness.Normalised(h.World)))
	if diff != "" {
		h.sayf("drift (-want +got):\n%s", diff)
		h.drifted++
		l := h.start(1)
		for range 6 {
			h.through(h.pass(l, h.object))
			h.check()
			h.clock.Step(time.Second)
		}
		diff = cmp.Diff(want, inOrder(harness.Normalised(h.World)))
	}
	if diff != "" {
		h.foulf("AWS is not as a fresh build of %+v (-want +got):\n%s", wanted, diff)
	}
}

// checkServed calls the routes as a guest.
func (h *history) checkServed(wanted wish) {
	h.T.Helper()
	const unauthorized = `401 {"message":"Unauthorized"}`
	want := map[string]string{"/registered": unauthorized, "/guest": unauthorized}
	if wanted.open {
		want["/guest"] = `200 "` + wanted.guests + `"`
	}
	for path := range want {
		response, err := http.Get(h.object.Status.Endpoint + path)
		if err != nil {
			h.T.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if got := fmt.Sprint(response.StatusCode, " ", string(body)); got != want[path] {
			h.foulf("%s answers %s, want %s", path, got, want[path])
		}
	}
}

// checkSecret compares the client's secret in Kubernetes with the one in AWS.
func (h *history) checkSecret(wanted wish) {
	h.T.Helper()
	if !wanted.secret || wanted.domain == "" {
		return
	}
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: h.Namespace, Name: "notes-" + wanted.client}}
	h.Get(secret)
	c := harness.Must[*cip.DescribeUserPoolClientOutput](h.World)(h.Cognito().DescribeUserPoolClient(h.T.Context(), &cip.DescribeUserPoolClientInput{
		UserPoolId: &h.object.Status.UserPool.ID, ClientId: &h.object.Status.Client(wanted.client).ID,
	})).UserPoolClient
	if string(secret.Data["clientSecret"]) != aws.ToString(c.ClientSecret) || string(secret.Data["clientID"]) != *c.ClientId {
		h.foulf("the Secret is not the client's: %s, not %s", secret.Data["clientID"], *c.ClientId)
	}
}

// freshBuilds are the fresh builds so far: many schedules end with the same spec.
var freshBuilds sync.Map

// freshBuild is what AWS holds for a new object that nobody disturbs, beside what is not ours.
func (s *schedule) freshBuild(wanted wish) harness.Inventory {
	s.T.Helper()
	wanted.policy = v1alpha1.DeletionDelete
	build, _ := freshBuilds.LoadOrStore(wanted, sync.OnceValue(func() harness.Inventory {
		m := harness.NewStepper(s.T)
		addForeign(m.World)
		object := m.Recipe()
		wanted.apply(object)
		m.Create(object)
		m.RunUntil(object, m.Ready(object))
		return inOrder(harness.Normalised(m.World))
	}))
	fresh, _ := build.(func() harness.Inventory)
	return fresh()
}

// inOrder sorts what AWS lists in any order.
func inOrder(all harness.Inventory) harness.Inventory {
	slices.SortFunc(all.Pools, func(a, b harness.PoolItem) int { return strings.Compare(a.Settings, b.Settings) })
	slices.SortFunc(all.APIs, func(a, b harness.APIItem) int { return strings.Compare(a.Name, b.Name) })
	return all
}
