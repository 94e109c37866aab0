package userpool

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine/plan"
	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/awslocal/cognito"
)

const (
	multiRegionKey = "arn:aws:kms:us-east-1:111111111111:key/mrk-0f3c5a2e"
	west           = "us-west-2"
	// replicating is how long AWS takes to make a replica, and to delete one.
	replicating = 5 * time.Minute
)

// replicated asks for a replica.
func replicated(region string, state v1alpha1.ReplicaState) func(*v1alpha1.SecuredAPISpec) {
	return func(spec *v1alpha1.SecuredAPISpec) {
		spec.UserPool.KMSKeyARN = multiRegionKey
		spec.UserPool.Replica = &v1alpha1.Replica{Region: region, State: state}
	}
}

func slowReplicas() []awslocal.Option {
	return []awslocal.Option{awslocal.WithCognito(cognito.WithReplicaDelay(replicating))}
}

// replicasInAWS are Region and status of our pool's replicas.
func (w *world) replicasInAWS() []string {
	w.Helper()
	var all []string
	for _, one := range must[cip.ListUserPoolReplicasOutput](w)(w.cip.ListUserPoolReplicas(w.Context(), &cip.ListUserPoolReplicasInput{
		UserPoolId: w.id(NamePool),
	})).UserPoolReplicas {
		if one.Role == types.ReplicaRoleTypeSecondary {
			all = append(all, *one.RegionName+" "+string(one.Status))
		}
	}
	return all
}

func (w *world) wantReplicas(reason string, want ...string) {
	w.Helper()
	if diff := cmp.Diff(want, w.replicasInAWS()); diff != "" {
		w.Errorf("%s: replicas (-want +got):\n%s", reason, diff)
	}
}

// makeReplica makes a replica of our pool by hand.
func (w *world) makeReplica(region string) {
	w.Helper()
	must[cip.CreateUserPoolReplicaOutput](w)(w.cip.CreateUserPoolReplica(w.Context(), &cip.CreateUserPoolReplicaInput{
		UserPoolId: w.id(NamePool), RegionName: &region,
	}))
}

func TestAReplica(t *testing.T) {
	w := newWorldWith(t, slowReplicas(), replicated(west, v1alpha1.ReplicaActive))
	w.wantAwaited(w.apply(), time.Second, "the replica in us-west-2 is CREATING")
	w.wantReplicas("right after its creation", "us-west-2 CREATING")
	w.pause(replicating)
	if diff := cmp.Diff("+ replicaSettings/us-west-2; ~ replica/us-west-2.state: Inactive -> Active", w.converge()); diff != "" {
		t.Error(diff)
	}
	w.wantReplicas("once it is made", "us-west-2 ACTIVE")
	if left := w.converge(whole); left != "" {
		t.Errorf("got %q done once more, want nothing", left)
	}
	w.wantTags("made with", map[string]string{"securedapi.dev/name": "notes"})

	w.object.Spec.UserPool.Replica.State = ""
	if diff := cmp.Diff("~ replica/us-west-2.state: Active -> Inactive", w.converge()); diff != "" {
		t.Error(diff)
	}
	w.object.Spec.UserPool.Replica.State = v1alpha1.ReplicaActive
	w.converge()
	w.object.Spec.UserPool.Replica, w.object.Spec.UserPool.KMSKeyARN = nil, ""
	todo, err := w.plan()
	if err != nil || !todo.Has(plan.Replace) {
		t.Errorf("got the plan %v, %v, want one that replaces", todo, err)
	}
	w.wantAwaited(w.apply(), time.Second, "the replica in us-west-2 is DELETING")
	w.wantReplicas("inactive first", "us-west-2 DELETING")
	if got := customerKey(w.ourPool()); got != multiRegionKey {
		t.Errorf("got the key %q while there is a replica, want %q", got, multiRegionKey)
	}
	w.pause(replicating)
	w.converge()
	w.converge()
	w.wantReplicas("at the end")
	if got := customerKey(w.ourPool()); got != "" || w.object.Status.Resource(PrefixReplica+west) != nil {
		t.Errorf("got the key %q, and the record %v, want neither", got, w.object.Status.Resource(PrefixReplica+west))
	}
}

// wantTags fails the test unless the replica has those tags.
func (w *world) wantTags(reason string, want map[string]string) {
	w.Helper()
	there, err := w.elsewhere(west)
	if err != nil {
		w.Fatal(err)
	}
	got := must[cip.DescribeUserPoolOutput](w)(there.API.DescribeUserPool(w.Context(), &cip.DescribeUserPoolInput{UserPoolId: w.id(NamePool)})).UserPool.UserPoolTags
	for key, value := range want {
		if got[key] != value {
			w.Errorf("%s: got %q for the tag %s, want %q", reason, got[key], key, value)
		}
	}
	if len(want) == 0 && got["team"] != "" {
		w.Errorf("%s: got the tag team, want none", reason)
	}
}

func TestTagsOfAReplica(t *testing.T) {
	w := newWorld(t, replicated(west, ""))
	w.converge()
	w.object.Spec.Tags = map[string]v1alpha1.TagValue{"team": "shop"}
	w.converge()
	w.wantTags("a tag of the spec", map[string]string{"team": "shop", "securedapi.dev/name": "notes"})
	w.object.Spec.Tags = nil
	w.converge()
	w.wantTags("none any more", nil)
}

// A pool has one replica, so the former one goes first.
func TestAReplicaInAnotherRegion(t *testing.T) {
	w := newWorldWith(t, slowReplicas(), replicated(west, v1alpha1.ReplicaActive))
	w.apply() //nolint:errcheck // it waits
	w.pause(replicating)
	w.converge()
	w.object.Spec.UserPool.Replica.Region = "eu-west-1"
	if diff := cmp.Diff("+ replica/eu-west-1 Active; + replicaSettings/eu-west-1; - replicaSettings/us-west-2 us-west-2; - replica/us-west-2 us-west-2", w.planned()); diff != "" {
		t.Error(diff)
	}
	w.wantAwaited(w.apply(), time.Second, "the replica in eu-west-1 waits until the one in us-west-2 is deleted")
	w.wantReplicas("the former one goes", "us-west-2 DELETING")
	w.pause(replicating)
	w.apply() //nolint:errcheck // it waits
	w.apply() //nolint:errcheck // it waits
	w.wantReplicas("then the other is made", "eu-west-1 CREATING")
	w.pause(replicating)
	w.converge()
	w.wantReplicas("and activated", "eu-west-1 ACTIVE")
	if left := w.converge(whole); left != "" {
		t.Errorf("got %q left to do, want nothing", left)
	}
}

// What somebody does to a replica is repaired where the spec has one.
func TestAReplicaChangedByHand(t *testing.T) {
	w := newWorld(t, replicated(west, v1alpha1.ReplicaActive))
	w.wantAwaited(w.apply(), time.Second, "CREATING")
	w.converge()
	region := aws.String(west)
	must[cip.UpdateUserPoolReplicaOutput](w)(w.cip.UpdateUserPoolReplica(t.Context(), &cip.UpdateUserPoolReplicaInput{
		UserPoolId: w.id(NamePool), RegionName: region, Status: types.UpdateReplicaStatusTypeInactive,
	}))
	if diff := cmp.Diff("~ replica/us-west-2.state: Inactive -> Active", w.converge(whole)); diff != "" {
		t.Error(diff)
	}
	must[cip.UpdateUserPoolReplicaOutput](w)(w.cip.UpdateUserPoolReplica(t.Context(), &cip.UpdateUserPoolReplicaInput{
		UserPoolId: w.id(NamePool), RegionName: region, Status: types.UpdateReplicaStatusTypeInactive,
	}))
	must[cip.DeleteUserPoolReplicaOutput](w)(w.cip.DeleteUserPoolReplica(t.Context(), &cip.DeleteUserPoolReplicaInput{
		UserPoolId: w.id(NamePool), RegionName: region,
	}))
	w.wantAwaited(w.apply(whole), time.Second, "CREATING")
	w.converge()
	w.wantReplicas("deleted by hand", "us-west-2 ACTIVE")
}

// A replica that this object did not make stays, unless the spec names its Region.
func TestAForeignReplica(t *testing.T) {
	key := func(spec *v1alpha1.SecuredAPISpec) { spec.UserPool.KMSKeyARN = multiRegionKey }
	w := newWorld(t, key)
	w.converge()
	w.makeReplica(west)
	w.converge(whole)
	w.wantReplicas("the spec has none", "us-west-2 INACTIVE")
	w.object.Spec.UserPool.Replica = &v1alpha1.Replica{Region: "eu-west-1"}
	w.wantFailure(w.apply(), v1alpha1.ReasonInvalidSpec, "spec.userPool.replica.region", "has a replica in us-west-2, which this object did not make")
	w.object.Spec.UserPool.Replica = nil
	w.converge()
	if err := w.remove(); err != nil {
		t.Fatal(err)
	}
	if got := w.pools(); len(got) != 0 {
		t.Errorf("got pools %v, want none: it goes with its pool", got)
	}
}

func TestAnAdoptedPoolWithAReplica(t *testing.T) {
	for _, tc := range []struct {
		reason, region, want string
	}{
		{"the spec names it", west, "us-west-2 ACTIVE"},
		{"the spec has none", "", "us-west-2 INACTIVE"},
	} {
		w := newWorld(t)
		id := w.makePool(func(in *cip.CreateUserPoolInput) {
			in.KeyConfiguration = &types.KeyConfigurationType{KeyType: types.EncryptionKeyTypeCustomerManagedKey, KmsKeyArn: aws.String(multiRegionKey)}
		})
		must[cip.CreateUserPoolReplicaOutput](w)(w.cip.CreateUserPoolReplica(t.Context(), &cip.CreateUserPoolReplicaInput{UserPoolId: &id, RegionName: aws.String(west)}))
		w.object.Spec.UserPool.Adopt = &v1alpha1.AdoptUserPoolSpec{ID: id}
		if tc.region != "" {
			replicated(tc.region, v1alpha1.ReplicaActive)(&w.object.Spec)
		}
		w.apply(w.consent) //nolint:errcheck // the adoption is in doubt for a while
		w.clock.Step(grace)
		w.converge()
		w.converge(whole)
		w.wantReplicas(tc.reason, tc.want)
	}
}

// Cognito deletes no pool that has a replica, and no replica that is active.
func TestDeletionWithAReplica(t *testing.T) {
	w := newWorldWith(t, slowReplicas(), replicated(west, v1alpha1.ReplicaActive))
	w.wantAwaited(w.apply(), time.Second, "CREATING")
	w.wantAwaited(w.remove(), time.Second, "the replica in us-west-2 is CREATING; it is deleted once Cognito has made it")
	w.pause(replicating)
	w.wantAwaited(w.remove(), time.Minute, "the replica in us-west-2 is DELETING")
	w.pause(replicating)
	if err := w.remove(); err != nil {
		t.Fatal(err)
	}
	if got := w.pools(); len(got) != 0 {
		t.Errorf("got pools %v, want none", got)
	}
}

func TestCallsOfAReplicaThatFail(t *testing.T) {
	for _, tc := range []struct {
		reason string
		fail   func(*world, string)
	}{
		{"AWS refuses it", func(w *world, operation string) { w.refuse(operation, "InvalidParameterException") }},
		{"AWS does not carry it out", (*world).cut},
		{"the reply is lost", (*world).loseReply},
	} {
		for _, step := range []struct {
			operation string
			want      []string
			edit      func(*v1alpha1.SecuredAPISpec)
		}{
			{"CreateUserPoolReplica", []string{"us-west-2 ACTIVE"}, replicated(west, v1alpha1.ReplicaActive)},
			{"UpdateUserPoolReplica", []string{"us-west-2 ACTIVE"}, replicated(west, v1alpha1.ReplicaActive)},
			{"DeleteUserPoolReplica", nil, func(spec *v1alpha1.SecuredAPISpec) { spec.UserPool.Replica = nil }},
		} {
			w := newWorld(t, func(spec *v1alpha1.SecuredAPISpec) { spec.UserPool.KMSKeyARN = multiRegionKey })
			if step.want == nil {
				replicated(west, "")(&w.object.Spec)
			}
			w.converge()
			step.edit(&w.object.Spec)
			if step.operation == "UpdateUserPoolReplica" {
				w.wantAwaited(w.apply(), time.Second, "CREATING")
			}
			tc.fail(w, step.operation)
			if err := w.apply(); err == nil {
				t.Fatalf("%s, %s: got no error, want one", step.operation, tc.reason)
			}
			w.clock.Step(grace)
			w.apply() //nolint:errcheck // what was in doubt may be told only now
			w.clock.Step(grace)
			w.converge()
			w.wantReplicas(step.operation+", "+tc.reason, step.want...)
		}
	}
}

// A record that somebody wrote names no Region.
func TestARecordOfNoRegion(t *testing.T) {
	w := newWorld(t)
	w.converge()
	w.object.Status.Resources = append(w.object.Status.Resources, v1alpha1.ResourceRecord{Name: PrefixReplica + "atlantis-1", ID: "atlantis-1", Under: *w.id(NamePool)})
	w.converge()
	if w.object.Status.Resource(PrefixReplica+"atlantis-1") != nil {
		t.Error("got the record kept, want it gone")
	}
}
