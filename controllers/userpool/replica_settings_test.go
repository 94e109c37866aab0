package userpool

import (
	"strings"
	"testing"
	"time"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

const (
	westFunction = "arn:aws:lambda:us-west-2:111111111111:function:f"
	westIdentity = "arn:aws:ses:us-west-2:111111111111:identity/notes.example.com"
	westSender   = "arn:aws:kms:us-west-2:111111111111:key/codes"
	westTexts    = "arn:aws:iam::111111111111:role/WestTexts"
)

// settled asks for a replica with settings of its own.
func settled(spec *v1alpha1.SecuredAPISpec) {
	replicated(west, v1alpha1.ReplicaActive)(spec)
	spec.UserPool.Replica.Email = &v1alpha1.Email{Sender: v1alpha1.EmailSenderSES, IdentityARN: westIdentity}
	spec.UserPool.Replica.SMS = &v1alpha1.SMS{RoleARN: westTexts}
	spec.UserPool.Replica.SenderKeyARN = westSender
	spec.UserPool.Replica.Triggers = []v1alpha1.Trigger{
		{Event: v1alpha1.TriggerPreSignUp, Function: "f"}, {Event: v1alpha1.TriggerCustomSMSSender, Function: "f"},
	}
}

// replicaPool is our pool as the replica's Region describes it.
func (w *world) replicaPool() *types.UserPoolType {
	w.Helper()
	there, err := w.elsewhere(west)
	if err != nil {
		w.Fatal(err)
	}
	return must[cip.DescribeUserPoolOutput](w)(there.API.DescribeUserPool(w.Context(), &cip.DescribeUserPoolInput{UserPoolId: w.id(NamePool)})).UserPool
}

// regionalWords are the settings of the pool, or of the replica.
func regionalWords(pool *types.UserPoolType) string {
	var words []string
	for _, field := range regionalFields {
		if word := field.Words(pool); word != "" {
			words = append(words, field.Name+": "+word)
		}
	}
	return strings.Join(words, "; ")
}

const (
	plainSettings = "email.sender: Cognito"
	ownSettings   = "email.sender: SES; email.identityARN: " + westIdentity + "; sms.roleARN: " + westTexts + "; sms.region: us-west-2; " +
		"triggers.PreSignUp: " + westFunction + "; triggers.CustomSMSSender: " + westFunction + "; senderKeyARN: " + westSender
)

func TestSettingsOfAReplica(t *testing.T) {
	w := newWorld(t, settled)
	w.functions("f")
	w.wantAwaited(w.apply(), time.Second, "CREATING")
	if diff := cmp.Diff("+ replicaSettings/us-west-2; ~ replica/us-west-2.state: Inactive -> Active", w.converge()); diff != "" {
		t.Errorf("it is activated once it has its settings (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(ownSettings, regionalWords(w.replicaPool())); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(plainSettings, regionalWords(w.ourPool())); diff != "" {
		t.Errorf("those of the pool are others (-want +got):\n%s", diff)
	}
	if left := w.converge(whole); left != "" {
		t.Errorf("got %q left to do, want nothing", left)
	}
	w.wantReplicas("at the end", "us-west-2 ACTIVE")
	spec := w.object.Spec.UserPool.Replica
	spec.Email, spec.Triggers, spec.SenderKeyARN = nil, nil, ""
	todo, err := w.plan()
	if err != nil || !todo.Has(plan.Weakens) {
		t.Errorf("got the plan %v, %v, want one that weakens: PreSignUp keeps people out", todo, err)
	}
	w.converge()
	if diff := cmp.Diff(plainSettings+"; sms.roleARN: "+westTexts+"; sms.region: us-west-2", regionalWords(w.replicaPool())); diff != "" {
		t.Errorf("without them, but for the role, which stays (-want +got):\n%s", diff)
	}
	if w.object.Status.Resource(prefixReplicaPermission+westFunction) != nil {
		t.Error("got the record of the permission kept, want it gone")
	}
	w.object.Spec.UserPool.Replica = nil
	w.converge()
	if got := w.object.Status.Resource(prefixReplicaSettings + west); got != nil {
		t.Errorf("got the record %v, want none", got)
	}
}

// What somebody changes in the replica's Region is repaired.
func TestSettingsOfAReplicaChangedByHand(t *testing.T) {
	w := newWorld(t, replicated(west, ""))
	w.converge()
	w.converge()
	there, err := w.elsewhere(west)
	if err != nil {
		t.Fatal(err)
	}
	changed := *w.replicaPool()
	changed.LambdaConfig = &types.LambdaConfigType{PreSignUp: new(westFunction)}
	must[cip.UpdateUserPoolOutput](w)(there.API.UpdateUserPool(t.Context(), updatePoolInput(&changed, changed.UserPoolTags)))
	if diff := cmp.Diff("~ replicaSettings/us-west-2.triggers.PreSignUp: "+westFunction+` -> ""`, w.converge(whole)); diff != "" {
		t.Error(diff)
	}
}

// A replica stays inactive while its settings cannot be as wanted: it would let users in without its functions.
func TestAReplicaWithoutItsFunction(t *testing.T) {
	w := newWorld(t, settled)
	w.wantAwaited(w.apply(), time.Second, "CREATING")
	w.wantFailure(w.apply(), v1alpha1.ReasonDependencyNotReady, "spec.userPool.replica.triggers[0].function", "does not exist")
	w.wantReplicas("without it", "us-west-2 INACTIVE")
	w.functions("f")
	w.converge()
	w.wantReplicas("with it", "us-west-2 ACTIVE")
	if err := w.remove(); err != nil {
		t.Fatal(err)
	}
}
