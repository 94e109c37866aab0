package userpool

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

const (
	healthCheck      = "0f3c5a2e-5f1c-4c11-9a52-3d2a1a0c7d11"
	otherHealthCheck = "1f3c5a2e-5f1c-4c11-9a52-3d2a1a0c7d12"
)

func failingOver(spec *v1alpha1.SecuredAPISpec) {
	ownDomain(spec)
	replicated(west, v1alpha1.ReplicaActive)(spec)
	spec.Domain.Custom.FailoverHealthCheckID = healthCheck
}

func (w *world) wantFailover(reason, want string) {
	w.Helper()
	got := failoverField.Words(&customHeld{Failover: failoverOf(w.customOf("auth.example.com").Routing)})
	if got != want {
		w.Errorf("%s: got the failover %q, want %q", reason, got, want)
	}
}

// A domain fails over to a replica that has been made, and to no other.
func TestFailover(t *testing.T) {
	w := newWorldWith(t, slowReplicas(), failingOver)
	w.wantAwaited(w.apply(), time.Second, "CREATING")
	w.wantFailover("while the replica is made", "")
	w.pause(replicating)
	const first = `+ replicaSettings/us-west-2; ~ customDomain.failoverHealthCheckID: "" -> ` + healthCheck +
		", to us-west-2; ~ replica/us-west-2.state: Inactive -> Active"
	if diff := cmp.Diff(first, w.converge()); diff != "" {
		t.Error(diff)
	}
	w.object.Spec.Domain.Custom.CertificateARN = renewed
	w.converge()
	w.wantFailover("with another certificate", healthCheck+", to us-west-2")
	w.object.Spec.Domain.Custom.FailoverHealthCheckID = otherHealthCheck
	w.converge()
	w.wantFailover("another health check", otherHealthCheck+", to us-west-2")

	w.object.Spec.UserPool.Replica.Region = "eu-west-1"
	w.wantAwaited(w.apply(), time.Second, "waits until the one in us-west-2 is deleted")
	w.wantFailover("while the replica moves", "")
	w.pause(replicating)
	w.apply() //nolint:errcheck // it waits
	w.apply() //nolint:errcheck // it waits
	w.pause(replicating)
	w.converge()
	w.wantFailover("once it has moved", otherHealthCheck+", to eu-west-1")
	if left := w.converge(whole); left != "" {
		t.Errorf("got %q left to do, want nothing", left)
	}

	w.object.Spec.Domain.Custom.FailoverHealthCheckID = ""
	if diff := cmp.Diff("~ customDomain.failoverHealthCheckID: "+otherHealthCheck+`, to eu-west-1 -> ""`, w.converge()); diff != "" {
		t.Error(diff)
	}
	w.wantFailover("none any more", "")
}

// A deletion ends the failover with the domain, and then the replica.
func TestDeletionWithFailover(t *testing.T) {
	w := newWorld(t, failingOver)
	w.wantAwaited(w.apply(), time.Second, "CREATING")
	w.converge()
	w.wantFailover("before", healthCheck+", to us-west-2")
	w.object.Spec.UserPool.Replica, w.object.Spec.Domain.Custom.FailoverHealthCheckID = nil, ""
	w.converge()
	w.wantReplicas("both leave the spec at once")
	failingOver(&w.object.Spec)
	w.wantAwaited(w.apply(), time.Second, "CREATING")
	w.converge()
	if err := w.remove(); err != nil {
		t.Fatal(err)
	}
	if got := w.pools(); len(got) != 0 {
		t.Errorf("got pools %v, want none", got)
	}
}
