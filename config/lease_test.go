package config

import (
	"context"
	"net/http"
	"os"
	"strings"
	"testing"

	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/schedule/shard"
	"github.com/securedapi/securedapi/hack/child"
)

const system = "securedapi-system"

// elected are the flags of config/manager that concern the lease. A pod knows its own namespace.
var elected = []string{"--leader-elect", "--leader-election-namespace=" + system}

// leaseOf is the lease of the managers with a selector.
func (p person) leaseOf(selector string) *coordinationv1.Lease {
	p.Helper()
	selected, err := labels.Parse(selector)
	if err != nil {
		p.Fatal(err)
	}
	return &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Namespace: system, Name: shard.LeaseName(selected)}}
}

// tidy deletes the leases when the test is over, and its operators stopped. TestRights sees that the operator may create its own.
func (p person) tidy(selectors ...string) {
	p.Cleanup(func() {
		for _, selector := range selectors {
			if err := p.Delete(context.Background(), p.leaseOf(selector)); err != nil {
				p.Error(err)
			}
		}
	})
}

// holder is who holds the lease of the managers with a selector; empty if nobody does.
func (p person) holder(selector string) string {
	p.Helper()
	lease := p.leaseOf(selector)
	if err := p.Get(p.Context(), client.ObjectKeyFromObject(lease), lease); client.IgnoreNotFound(err) != nil {
		p.Fatal(err)
	}
	if lease.Spec.HolderIdentity == nil {
		return ""
	}
	return *lease.Spec.HolderIdentity
}

// led waits until somebody else than former holds the lease, and returns who.
func (p person) led(selector, former string) (holder string) {
	p.Helper()
	p.eventually("a holder of the lease of "+selector, func() (bool, string) {
		holder = p.holder(selector)
		return holder != "" && holder != former, holder
	})
	return holder
}

// waiting waits until an operator has asked for its lease.
func (p person) waiting(process *child.Process) {
	p.Helper()
	p.eventually("an operator to ask for its lease", func() (bool, string) {
		log, err := os.ReadFile(process.Log)
		return strings.Contains(string(log), "acquire leader lease"), errorText(err) + ": " + string(log)
	})
}

// kept is an object that its deletion only lets go of.
func kept(o *v1alpha1.SecuredAPI) { o.Spec.DeletionPolicy = v1alpha1.DeletionRetain }

// TestUpgrade starts a new operator while the old one runs, as a Deployment does. README.md says what happens.
func TestUpgrade(t *testing.T) {
	o, p := newOperators(t, newRecorder(t)), person{t, newClient(t, cluster.Config)}
	p.tidy("")
	_, stopOld := o.start("old", elected...)
	object := p.create("upgraded", kept)
	p.await(object, v1alpha1.ReasonSucceeded)
	former := p.holder("")

	process, _ := o.start("new", elected...)
	p.waiting(process)
	p.edit(object, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.DeletionProtection = v1alpha1.Enabled })
	p.await(object, v1alpha1.ReasonSucceeded)
	if got := p.holder(""); got != former || former == "" {
		t.Errorf("got the holder %q while the old operator runs, want %q as before", got, former)
	}
	if n := o.calls("new"); n != 0 {
		t.Errorf("got %d AWS calls of the operator that waits, want none", n)
	}

	stopOld()
	if got := p.holder(""); got == former {
		t.Errorf("got the holder %q after the old operator stopped, want that it gave the lease back", got)
	}
	if got := statusOf(t, object.Status.Endpoint+"/orders"); got != http.StatusUnauthorized {
		t.Errorf("got the answer %d of a guarded route while nobody leads, want %d as ever", got, http.StatusUnauthorized)
	}
	p.led("", former)
	old := o.calls("old")
	p.edit(object, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.DeletionProtection = v1alpha1.Disabled })
	p.await(object, v1alpha1.ReasonSucceeded)
	if o.calls("new") == 0 || o.calls("old") != old {
		t.Errorf("got %d calls of the new operator and %d more of the old one, want that the new one works", o.calls("new"), o.calls("old")-old)
	}
	p.delete(object)
}

// TestShardsHaveLeasesOfTheirOwn runs the managers of docs/performance.md side by side, one of them with two replicas.
func TestShardsHaveLeasesOfTheirOwn(t *testing.T) {
	o, p := newOperators(t, newRecorder(t)), person{t, newClient(t, cluster.Config)}
	const ofA, ofRest = "shard=a", "shard notin (a)"
	p.tidy(ofA, ofRest)
	_, stopA := o.start("a", append(elected, "--watch-selector="+ofA)...)
	first := p.led(ofA, "")
	_, _ = o.start("rest", append(elected, "--watch-selector="+ofRest)...)
	spare, _ := o.start("spare", append(elected, "--watch-selector="+ofA)...)
	p.waiting(spare)
	if rest := p.led(ofRest, ""); rest == first || p.holder(ofA) != first {
		t.Errorf("got the holders %q and %q, want the first manager's and another", p.holder(ofA), rest)
	}
	inA := p.create("shard-a", kept, func(o *v1alpha1.SecuredAPI) { o.Labels = map[string]string{"shard": "a"} })
	p.await(inA, v1alpha1.ReasonSucceeded)
	if rest, waits := o.calls("rest"), o.calls("spare"); rest+waits != 0 || o.calls("a") == 0 {
		t.Errorf("got %d calls of the other shard and %d of the replica that waits, want those of the manager alone", rest, waits)
	}
	unlabelled := p.create("shard-rest", kept)
	a := o.calls("a")
	p.await(unlabelled, v1alpha1.ReasonSucceeded)
	if o.calls("rest") == 0 || o.calls("a") != a {
		t.Errorf("got %d calls of the rest and %d more of a, want that each works on its own objects", o.calls("rest"), o.calls("a")-a)
	}

	stopA()
	p.led(ofA, first)
	rest := o.calls("rest")
	p.edit(inA, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.DeletionProtection = v1alpha1.Enabled })
	p.await(inA, v1alpha1.ReasonSucceeded)
	if o.calls("spare") == 0 || o.calls("rest") != rest {
		t.Errorf("got %d calls of the replica and %d more of the rest, want that the replica works on the objects of its shard", o.calls("spare"), o.calls("rest")-rest)
	}
	p.delete(inA)
	p.delete(unlabelled)
}

// statusOf is the status of the answer to a request without a token.
func statusOf(t *testing.T, url string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	return response.StatusCode
}
