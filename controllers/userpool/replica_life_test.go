package userpool

import (
	"strings"
	"testing"
	"time"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
)

// deleteReplicaByHand deactivates our pool's replica and deletes it.
func (w *world) deleteReplicaByHand(region string) {
	w.Helper()
	must[cip.UpdateUserPoolReplicaOutput](w)(w.cip.UpdateUserPoolReplica(w.Context(), &cip.UpdateUserPoolReplicaInput{
		UserPoolId: w.id(NamePool), RegionName: &region, Status: types.UpdateReplicaStatusTypeInactive,
	}))
	must[cip.DeleteUserPoolReplicaOutput](w)(w.cip.DeleteUserPoolReplica(w.Context(), &cip.DeleteUserPoolReplicaInput{
		UserPoolId: w.id(NamePool), RegionName: &region,
	}))
}

// A replica that is made in the place of one that somebody deleted has none of its settings, whoever looked at the settings last.
func TestAReplicaMadeAnewHasItsSettings(t *testing.T) {
	w := newWorld(t, settled)
	w.functions("f")
	w.wantAwaited(w.apply(), time.Second, "CREATING")
	w.converge()
	w.deleteReplicaByHand(west)
	w.wantAwaited(w.apply(func(p *engine.Pass) { p.Checks = map[string]bool{PrefixReplica + west: true} }), time.Second, "CREATING")
	w.converge()
	w.wantReplicas("made anew", "us-west-2 ACTIVE")
	if diff := cmp.Diff(ownSettings, regionalWords(w.replicaPool())); diff != "" {
		t.Errorf("while it is active (-want +got):\n%s", diff)
	}
}

// The reply to its creation is lost, and the spec names another Region before the next pass: the replica is this object's all the same.
func TestALostReplicaInAnotherRegion(t *testing.T) {
	w := newWorldWith(t, slowReplicas(), func(spec *v1alpha1.SecuredAPISpec) { spec.UserPool.KMSKeyARN = multiRegionKey })
	w.converge()
	replicated(west, v1alpha1.ReplicaActive)(&w.object.Spec)
	w.loseReply("CreateUserPoolReplica")
	if err := w.apply(); err == nil {
		t.Fatal("got no error, want one")
	}
	w.wantReplicas("although its reply was lost", "us-west-2 CREATING")
	w.object.Spec.UserPool.Replica.Region = "eu-west-1"
	w.wantAwaited(w.apply(), time.Second, "the replica in eu-west-1 waits until the one in us-west-2 is deleted")
	w.pause(replicating)
	w.apply() //nolint:errcheck // it waits
	w.pause(replicating)
	w.apply() //nolint:errcheck // it waits
	w.apply() //nolint:errcheck // it waits
	w.pause(replicating)
	w.converge()
	w.wantReplicas("at the end", "eu-west-1 ACTIVE")
}

// A replica that somebody made is taken over once the spec names its Region.
func TestAForeignReplicaIsNamedLater(t *testing.T) {
	w := newWorld(t, func(spec *v1alpha1.SecuredAPISpec) { spec.UserPool.KMSKeyARN = multiRegionKey })
	w.converge()
	w.makeReplica(west)
	settled(&w.object.Spec)
	w.functions("f")
	for range 3 {
		if err := w.apply(); err != nil {
			t.Log(err)
		}
		w.clock.Step(grace)
	}
	w.converge(whole)
	w.wantReplicas("once it is named", "us-west-2 ACTIVE")
	w.wantTags("taken over", map[string]string{"securedapi.dev/name": "notes"})
	if diff := cmp.Diff(ownSettings, regionalWords(w.replicaPool())); diff != "" {
		t.Error(diff)
	}
}

// A key that no other Region has takes its place when the replica is gone, and so does a lower tier.
func TestWhatAReplicaNeedsGoesAfterIt(t *testing.T) {
	const regional = "arn:aws:kms:us-east-1:111111111111:key/0f3c5a2e"
	for reason, edit := range map[string]func(*v1alpha1.UserPoolSpec){
		"another key":  func(pool *v1alpha1.UserPoolSpec) { pool.KMSKeyARN = regional },
		"a lower tier": func(pool *v1alpha1.UserPoolSpec) { pool.KMSKeyARN, pool.Tier = "", v1alpha1.TierLite },
		"both":         func(pool *v1alpha1.UserPoolSpec) { pool.KMSKeyARN, pool.Tier = regional, v1alpha1.TierLite },
	} {
		w := newWorldWith(t, slowReplicas(), replicated(west, v1alpha1.ReplicaActive), func(spec *v1alpha1.SecuredAPISpec) {
			spec.UserPool.Tier = v1alpha1.TierEssentials
		})
		w.wantAwaited(w.apply(), time.Second, "CREATING")
		w.pause(replicating)
		w.converge()
		w.object.Spec.UserPool.Replica = nil
		edit(&w.object.Spec.UserPool)
		w.wantAwaited(w.apply(), time.Second, "the replica in us-west-2 is DELETING")
		w.pause(replicating)
		w.converge()
		w.converge()
		w.wantReplicas(reason)
		if got := customerKey(w.ourPool()); got != w.object.Spec.UserPool.KMSKeyARN {
			t.Errorf("%s: got the key %q, want %q", reason, got, w.object.Spec.UserPool.KMSKeyARN)
		}
		if left := w.converge(whole); left != "" {
			t.Errorf("%s: got %q left to do, want nothing", reason, left)
		}
	}
}

// The spec changes its mind while Cognito makes the replica.
func TestAReplicaThatGoesAndComesBackWhileItIsMade(t *testing.T) {
	w := newWorldWith(t, slowReplicas(), replicated(west, v1alpha1.ReplicaActive))
	w.wantAwaited(w.apply(), time.Second, "CREATING")
	w.object.Spec.UserPool.Replica.Region = "eu-west-1"
	if err := w.apply(); err == nil {
		t.Fatal("got no error, want one")
	}
	w.object.Spec.UserPool.Replica.Region = west
	for range 3 {
		if err := w.apply(); err != nil {
			t.Log(err)
		}
		w.pause(replicating)
	}
	w.converge()
	w.wantReplicas("at the end", "us-west-2 ACTIVE")
	if left := w.converge(whole); left != "" {
		t.Errorf("got %q left to do, want nothing", left)
	}
}

// Somebody deactivates the replica and takes its functions off. It is not activated without them, whatever a pass was to look at.
func TestAReplicaIsActivatedWithItsSettings(t *testing.T) {
	w := newWorld(t, settled)
	w.functions("f")
	w.wantAwaited(w.apply(), time.Second, "CREATING")
	w.converge()
	there, err := w.elsewhere(west)
	if err != nil {
		t.Fatal(err)
	}
	changed := *w.replicaPool()
	changed.LambdaConfig = nil
	must[cip.UpdateUserPoolOutput](w)(there.API.UpdateUserPool(t.Context(), updatePoolInput(&changed, changed.UserPoolTags)))
	must[cip.UpdateUserPoolReplicaOutput](w)(w.cip.UpdateUserPoolReplica(t.Context(), &cip.UpdateUserPoolReplicaInput{
		UserPoolId: w.id(NamePool), RegionName: new(west), Status: types.UpdateReplicaStatusTypeInactive,
	}))
	w.converge(func(p *engine.Pass) { p.Checks = map[string]bool{PrefixReplica + west: true} })
	w.wantReplicas("afterwards", "us-west-2 ACTIVE")
	if diff := cmp.Diff(ownSettings, regionalWords(w.replicaPool())); diff != "" {
		t.Errorf("while it is active (-want +got):\n%s", diff)
	}
}

// Cognito lists the replica, and then says that there is none: the list decides, in the next pass.
func TestAReplicaThatCallsDoNotFind(t *testing.T) {
	for _, operation := range []string{"UpdateUserPoolReplica", "DeleteUserPoolReplica"} {
		w := newWorld(t, replicated(west, v1alpha1.ReplicaActive))
		w.apply() //nolint:errcheck // it waits
		w.converge()
		w.object.Spec.UserPool.Replica = nil
		w.refuse(operation, "ResourceNotFoundException")
		if err := w.apply(); err == nil {
			t.Errorf("%s does not find it: got no error, want one", operation)
		}
		w.converge()
		w.wantReplicas(operation + " did not find it")
	}
}

// The object is deleted while nobody knows whether there is a replica, or status is lost with one.
func TestDeletionWithAReplicaThatNobodyKnows(t *testing.T) {
	for reason, happens := range map[string]func(*world){
		"the reply to its creation is lost": func(w *world) {
			w.loseReply("CreateUserPoolReplica")
			w.apply() //nolint:errcheck // the reply is lost
		},
		"status is lost": func(w *world) {
			w.apply() //nolint:errcheck // it waits
			w.object.Status.Resources = nil
		},
		"status is lost, and the spec has none": func(w *world) {
			w.apply() //nolint:errcheck // it waits
			w.object.Status.Resources, w.object.Spec.UserPool.Replica = nil, nil
		},
		"somebody else makes one when it is gone": func(w *world) {
			w.apply() //nolint:errcheck // it waits
			w.pause(replicating)
			w.converge()
			w.deleteReplicaByHand(west)
			w.pause(replicating)
			w.makeReplica("eu-west-1")
		},
	} {
		w := newWorldWith(t, slowReplicas(), func(spec *v1alpha1.SecuredAPISpec) { spec.UserPool.KMSKeyARN = multiRegionKey })
		w.converge()
		settled(&w.object.Spec)
		w.functions("f")
		happens(w)
		var err error
		for range 6 {
			if err = w.remove(); err == nil {
				break
			}
			w.pause(replicating)
		}
		if err != nil {
			t.Errorf("%s: got %v after 6 passes, want none to fail for ever", reason, err)
		}
		if got := w.pools(); len(got) != 0 {
			t.Errorf("%s: got pools %v, want none", reason, got)
		}
	}
}

// Status is lost with a replica, which is found again.
func TestAReplicaIsFoundAgain(t *testing.T) {
	w := newWorld(t, settled)
	w.functions("f")
	w.wantAwaited(w.apply(), time.Second, "CREATING")
	w.converge()
	w.object.Status.Resources = nil
	w.object.Spec.UserPool.Replica.State = v1alpha1.ReplicaInactive
	for range 4 {
		if err := w.apply(); err != nil {
			t.Log(err)
		}
		w.clock.Step(grace)
	}
	w.converge(whole)
	w.wantReplicas("found again", "us-west-2 INACTIVE")
	w.object.Spec.UserPool.Replica = nil
	w.converge()
	w.wantReplicas("the spec has none")
}

// Status is lost, or the object is another one of that name, and its Region is the replica's. There the replica carries its tags and
// its name, and is no pool to take back: Cognito refuses most calls to it.
func TestAReplicaIsNotFoundAsAPool(t *testing.T) {
	w := newWorld(t, replicated(west, ""))
	w.converge()
	w.converge()
	w.object.Status = v1alpha1.SecuredAPIStatus{Region: west}
	w.object.Spec.UserPool.Replica, w.object.Spec.UserPool.KMSKeyARN, w.object.Spec.Domain = nil, "", nil
	there, err := w.elsewhere(west)
	if err != nil {
		t.Fatal(err)
	}
	p, kinds := w.pass(w.consent)
	w.cognito.API = there.API
	w.cognito.PoolARN = func(id string) string { return "arn:aws:cognito-idp:us-west-2:111111111111:userpool/" + id }
	if err := p.Apply(t.Context(), kinds); err != nil {
		t.Error(err)
	}
	if got := *w.id(NamePool); !strings.HasPrefix(got, "us-west-2_") {
		t.Errorf("got the pool %q, want one that is made in us-west-2", got)
	}
}
