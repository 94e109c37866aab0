package userpool

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/attached/invoke"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/hack/awslocal"
)

const (
	functionARN = "arn:aws:lambda:us-east-1:111111111111:function:"
	senderKey   = "arn:aws:kms:us-east-1:111111111111:key/0f3c5a2e-5f1c-4c11-9a52-3d2a1a0c7d11"
)

// calling has a pool call a function for events.
func calling(function string, events ...v1alpha1.TriggerEvent) func(*v1alpha1.SecuredAPISpec) {
	return func(spec *v1alpha1.SecuredAPISpec) {
		spec.UserPool.Triggers = nil
		for _, event := range events {
			spec.UserPool.Triggers = append(spec.UserPool.Triggers, v1alpha1.Trigger{Event: event, Function: function})
		}
	}
}

// functions makes functions that answer what they are told.
func (w *world) functions(names ...string) {
	for _, name := range names {
		w.aws.Lambda.Handle(name, func(_ context.Context, event json.RawMessage) (any, error) { return event, nil })
	}
}

// statements are the ids of those in a function's policy.
func (w *world) statements(function string) []string {
	w.Helper()
	out, err := w.cognito.Lambda.GetPolicy(w.Context(), &lambda.GetPolicyInput{FunctionName: &function})
	if awserr.Is(err, awserr.NotFound) {
		return nil
	}
	if err != nil {
		w.Fatal(err)
	}
	var policy struct{ Statement []struct{ Sid string } }
	if err := json.Unmarshal([]byte(*out.Policy), &policy); err != nil {
		w.Fatal(err)
	}
	var ids []string
	for _, s := range policy.Statement {
		ids = append(ids, s.Sid)
	}
	return ids
}

func TestTriggersInTheLifeOfAnObject(t *testing.T) {
	w := newWorld(t, calling("f", v1alpha1.TriggerPreSignUp, v1alpha1.TriggerPreTokenGeneration))
	w.functions("f", "g")
	permission := func(function string) string { return "triggerPermission/" + functionARN + function }
	if got, want := w.planned(), "+ userPool default-notes; + "+permission("f"); !strings.HasPrefix(got, want) {
		t.Errorf("a new object: got the plan %s, want %s first", got, want)
	}
	for _, step := range []struct {
		reason string
		edit   func(*v1alpha1.SecuredAPISpec)
		want   string
		calls  []string
	}{
		{
			"a new pool is never without its triggers; its permission needs its id", func(*v1alpha1.SecuredAPISpec) {},
			"+ userPool default-notes; + " + permission("f") + "; + client/web implicit; + domain notes-beta",
			[]string{"CreateUserPool", "AddPermission", "CreateUserPoolClient", "CreateUserPoolDomain"},
		},
		{
			"another function may be called before the pool names it, and the former one until it does not",
			calling("g", v1alpha1.TriggerPreSignUp, v1alpha1.TriggerPreTokenGeneration),
			"+ " + permission("g") + "; ~ userPool.triggers.PreSignUp: " + functionARN + "f -> " + functionARN + "g; " +
				"~ userPool.triggers.PreTokenGeneration: " + functionARN + "f V1 -> " + functionARN + "g V1; " +
				"- " + permission("f") + " " + functionARN + "f",
			[]string{"AddPermission", "UpdateUserPool", "RemovePermission"},
		},
		{
			"another version of what a function is told",
			func(spec *v1alpha1.SecuredAPISpec) { spec.UserPool.Triggers[1].Version = v1alpha1.TriggerV2 },
			"~ userPool.triggers.PreTokenGeneration: " + functionARN + "g V1 -> " + functionARN + "g V2",
			[]string{"UpdateUserPool"},
		},
		{
			"a function that is called for fewer events", calling("g", v1alpha1.TriggerPreSignUp),
			"~ userPool.triggers.PreTokenGeneration: " + functionARN + `g V2 -> ""`,
			[]string{"UpdateUserPool"},
		},
		{
			"no triggers", calling(""),
			"~ userPool.triggers.PreSignUp: " + functionARN + `g -> ""; - ` + permission("g") + " " + functionARN + "g",
			[]string{"UpdateUserPool", "RemovePermission"},
		},
	} {
		step.edit(&w.object.Spec)
		if got := w.converge(); got != step.want {
			t.Errorf("%s:\ngot  %s\nwant %s", step.reason, got, step.want)
		}
		if got := w.changed(); !slices.Equal(got, step.calls) {
			t.Errorf("%s: got the calls %v, want %v", step.reason, got, step.calls)
		}
		if w.converge(whole); len(w.changed()) != 0 {
			t.Errorf("%s: got the calls %v when all was done, want none", step.reason, w.changed())
		}
	}
}

// Each event has its own member, and a pool that loses the block has none.
func TestEachEventHasItsMember(t *testing.T) {
	w := newWorld(t, func(spec *v1alpha1.SecuredAPISpec) { spec.UserPool.SenderKeyARN = senderKey })
	for _, e := range triggerEvents {
		name := strings.ToLower(string(e.name))
		w.functions(name)
		w.object.Spec.UserPool.Triggers = append(w.object.Spec.UserPool.Triggers, v1alpha1.Trigger{Event: e.name, Function: name})
	}
	w.converge()
	at := func(event v1alpha1.TriggerEvent) *string { return new(functionARN + strings.ToLower(string(event))) }
	got, err := json.Marshal(w.ourPool().LambdaConfig)
	if err != nil {
		t.Fatal(err)
	}
	want, err := json.Marshal(&types.LambdaConfigType{
		PreSignUp: at("PreSignUp"), PostConfirmation: at("PostConfirmation"), PreAuthentication: at("PreAuthentication"),
		PostAuthentication: at("PostAuthentication"), CustomMessage: at("CustomMessage"), UserMigration: at("UserMigration"),
		DefineAuthChallenge: at("DefineAuthChallenge"), CreateAuthChallenge: at("CreateAuthChallenge"),
		VerifyAuthChallengeResponse: at("VerifyAuthChallengeResponse"), PreTokenGeneration: at("PreTokenGeneration"),
		PreTokenGenerationConfig: &types.PreTokenGenerationVersionConfigType{LambdaArn: at("PreTokenGeneration"), LambdaVersion: "V1_0"},
		InboundFederation:        &types.InboundFederationLambdaType{LambdaArn: at("InboundFederation"), LambdaVersion: "V1_0"},
		CustomEmailSender:        &types.CustomEmailLambdaVersionConfigType{LambdaArn: at("CustomEmailSender"), LambdaVersion: "V1_0"},
		CustomSMSSender:          &types.CustomSMSLambdaVersionConfigType{LambdaArn: at("CustomSMSSender"), LambdaVersion: "V1_0"},
		KMSKeyID:                 new(senderKey),
	})
	if err != nil || string(got) != string(want) {
		t.Errorf("got %s, want %s (%v)", got, want, err)
	}
	w.object.Spec.UserPool.Triggers, w.object.Spec.UserPool.SenderKeyARN = nil, ""
	w.converge()
	if got := *w.ourPool().LambdaConfig; got != (types.LambdaConfigType{}) {
		t.Errorf("without the blocks: got %+v, want none", got)
	}
}

// byHand sets the triggers of the pool.
func (w *world) byHand(config *types.LambdaConfigType) {
	w.Helper()
	w.updatePool(func(in *cip.UpdateUserPoolInput) { in.LambdaConfig = config })
}

func TestTriggersOfOthers(t *testing.T) {
	theirs := new(functionARN + "theirs")
	w := newWorld(t)
	w.functions("f", "theirs")
	w.converge()
	w.byHand(&types.LambdaConfigType{PostConfirmation: theirs})
	w.object.Spec.UserPool.PasswordPolicy.MinimumLength = 9
	w.converge()
	if got := aws.ToString(w.ourPool().LambdaConfig.PostConfirmation); got != *theirs {
		t.Errorf("a spec that never had triggers: got %q of what somebody made, want it", got)
	}

	calling("f", v1alpha1.TriggerPreSignUp)(&w.object.Spec)
	w.converge()
	if got := w.ourPool().LambdaConfig; aws.ToString(got.PreSignUp) != functionARN+"f" || got.PostConfirmation != nil {
		t.Errorf("a spec with triggers owns all of them: got %+v, want PreSignUp alone", got)
	}

	w.byHand(&types.LambdaConfigType{PreSignUp: theirs, PreAuthentication: theirs})
	want := "~ userPool.triggers.PreSignUp: " + *theirs + " -> " + functionARN + "f; ~ userPool.triggers.PreAuthentication: " + *theirs + ` -> ""`
	todo, err := w.plan()
	if err != nil || todo.String() != want {
		t.Errorf("drift: got %s, %v, want %s", todo, err, want)
	}
	w.converge(whole)
	if got := w.ourPool().LambdaConfig; aws.ToString(got.PreSignUp) != functionARN+"f" || got.PreAuthentication != nil {
		t.Errorf("after drift: got %+v, want PreSignUp alone", got)
	}
}

// Cognito wants both members of PreTokenGeneration equal, and shows what somebody set in either of them.
func TestTheLegacyMemberOfPreTokenGeneration(t *testing.T) {
	w := newWorld(t, calling("f", v1alpha1.TriggerPreTokenGeneration))
	w.functions("f")
	w.converge()
	w.byHand(&types.LambdaConfigType{PreTokenGeneration: new(functionARN + "f")})
	if got := w.converge(whole); got != "" {
		t.Errorf("the same function in the legacy member alone: got %s, want no change", got)
	}
	w.object.Spec.UserPool.Triggers[0].Version = v1alpha1.TriggerV3
	w.converge()
	config := w.ourPool().LambdaConfig
	if aws.ToString(config.PreTokenGeneration) != *config.PreTokenGenerationConfig.LambdaArn || config.PreTokenGenerationConfig.LambdaVersion != "V3_0" {
		t.Errorf("got %+v, want one function, with V3_0", config)
	}
}

func TestAFunctionThatIsMissingKeepsThePoolAsItIs(t *testing.T) {
	w := newWorld(t, calling("f", v1alpha1.TriggerPreSignUp))
	w.functions("f")
	w.converge()
	calling("missing", v1alpha1.TriggerPreSignUp)(&w.object.Spec)
	err := w.apply()
	if !awserr.Has(err, v1alpha1.ReasonDependencyNotReady) || !strings.Contains(err.Error(),
		"spec.userPool.triggers[0].function: Lambda function "+functionARN+"missing does not exist; create it or name another") {
		t.Errorf("got the error %v, want DependencyNotReady with the field", err)
	}
	if got := aws.ToString(w.ourPool().LambdaConfig.PreSignUp); got != functionARN+"f" {
		t.Errorf("got the trigger %s, want the former one", got)
	}
	if got := w.statements("f"); len(got) != 1 {
		t.Errorf("got the statements %v, want one: the pool calls it", got)
	}
	w.functions("missing")
	w.converge()
	if got := w.statements("f"); len(got) != 0 {
		t.Errorf("got the statements %v of what is not called any more, want none", got)
	}
}

func TestAPermissionIsForThePoolAlone(t *testing.T) {
	w := newWorld(t, calling("f", v1alpha1.TriggerPreSignUp))
	w.functions("f")
	w.converge()
	add := &lambda.AddPermissionInput{
		FunctionName: aws.String("f"), StatementId: aws.String("theirs"), Action: aws.String(invoke.Action),
		Principal: aws.String("cognito-idp.amazonaws.com"), SourceArn: aws.String("arn:aws:cognito-idp:us-east-1:111111111111:userpool/us-east-1_x"),
	}
	if _, err := w.cognito.Lambda.AddPermission(t.Context(), add); err != nil {
		t.Fatal(err)
	}
	out, err := w.cognito.Lambda.GetPolicy(t.Context(), &lambda.GetPolicyInput{FunctionName: aws.String("f")})
	if err != nil {
		t.Fatal(err)
	}
	pool := w.object.Status.Resource(NamePool).ID
	want := `{"Sid":"` + invoke.StatementID(w.last.Owner, pool, "") + `","Effect":"Allow","Principal":{"Service":"cognito-idp.amazonaws.com"},` +
		`"Action":"lambda:InvokeFunction","Resource":"` + functionARN + `f","Condition":{"ArnLike":{"AWS:SourceArn":` +
		`"arn:aws:cognito-idp:us-east-1:111111111111:userpool/` + pool + `"},"StringEquals":{"AWS:SourceAccount":"111111111111"}}}`
	if !strings.Contains(*out.Policy, want) {
		t.Errorf("got the policy %s, want %s in it", *out.Policy, want)
	}
	if err := w.remove(); err != nil {
		t.Fatal(err)
	}
	if got := w.statements("f"); !slices.Equal(got, []string{"theirs"}) {
		t.Errorf("after the deletion: got the statements %v, want that of others", got)
	}
	if got := w.changed(); !slices.Equal(got, []string{"DeleteUserPoolDomain", "DeleteUserPool", "RemovePermission"}) {
		t.Errorf("got the calls %v, want the permission to go after the pool", got)
	}
}

// A permission that somebody took away is given again. AWS fails before and after the call, and loses the answer.
func TestAPermissionThatIsLost(t *testing.T) {
	for _, kind := range []awslocal.Kind{awslocal.RefuseBefore, awslocal.RefuseAfter, awslocal.LoseReply} {
		w := newWorld(t, calling("f", v1alpha1.TriggerPreSignUp))
		w.functions("f")
		w.aws.Inject(awslocal.Fault{Operation: "AddPermission", Kind: kind, Times: 1})
		if err := w.apply(); err == nil {
			t.Errorf("%v: got no error, want one", kind)
		}
		w.pause(2 * grace)
		w.converge()
		id := invoke.StatementID(w.last.Owner, w.object.Status.Resource(NamePool).ID, "")
		if got := w.statements("f"); !slices.Equal(got, []string{id}) {
			t.Errorf("%v: got the statements %v, want %s", kind, got, id)
		}
		if _, err := w.cognito.Lambda.RemovePermission(t.Context(), &lambda.RemovePermissionInput{FunctionName: aws.String("f"), StatementId: &id}); err != nil {
			t.Fatal(err)
		}
		w.converge(whole)
		if got := w.statements("f"); !slices.Equal(got, []string{id}) {
			t.Errorf("%v: got the statements %v after somebody removed it, want %s", kind, got, id)
		}
	}
}

func TestWhichTriggersWeaken(t *testing.T) {
	for _, tc := range []struct {
		reason string
		event  v1alpha1.TriggerEvent
		want   string
	}{
		{"who may sign up is decided no more", v1alpha1.TriggerPreSignUp, "weakens"},
		{"what tokens say is decided no more", v1alpha1.TriggerPreTokenGeneration, "weakens"},
		{"nobody is told any more", v1alpha1.TriggerPostConfirmation, "inPlace"},
	} {
		w := newWorld(t, calling("f", tc.event))
		w.functions("f")
		w.converge()
		w.object.Spec.UserPool.Triggers = nil
		todo, err := w.plan()
		if err != nil || len(todo) == 0 || string(todo[0].Class) != tc.want {
			t.Errorf("%s: got %+v, %v, want the class %s", tc.reason, todo, err, tc.want)
		}
	}
}

// A status that was lost finds its permission, and what is not known of the account makes nothing.
func TestTriggersWithoutStatus(t *testing.T) {
	w := newWorld(t, calling("f", v1alpha1.TriggerPreSignUp))
	w.functions("f")
	w.converge()
	w.object.Status = v1alpha1.SecuredAPIStatus{Region: awslocal.DefaultRegion}
	if got := w.converge(whole); got != "" {
		t.Errorf("got %s after status was lost, want nothing to do", got)
	}
	p, kinds := w.pass()
	w.cognito.PoolARN = func(id string) string { return "arn:aws:cognito-idp:us-east-1::userpool/" + id }
	if err := p.Apply(t.Context(), kinds); err == nil || len(w.changed()) != 0 {
		t.Errorf("got %v, and the calls %v, while the account is not known, want an error and none", err, w.changed())
	}
	if got := w.statements("f"); len(got) != 1 {
		t.Errorf("got the statements %v, want one", got)
	}
}

// Who signs in meets the function, whichever it is, before and after each call of an edit and of a deletion, until the pool is gone.
func TestATriggerIsNeverWithoutPermission(t *testing.T) {
	w := newWorld(t, calling("f", v1alpha1.TriggerPreAuthentication), func(spec *v1alpha1.SecuredAPISpec) {
		spec.Clients[0].AuthFlows = []v1alpha1.AuthFlow{v1alpha1.AuthFlowPassword}
	})
	for _, name := range []string{"f", "g"} {
		w.aws.Lambda.Handle(name, func(context.Context, json.RawMessage) (any, error) { return nil, errors.New("not today") })
	}
	w.converge()
	// Only one who exists is asked about.
	must[cip.AdminCreateUserOutput](w)(w.cip.AdminCreateUser(t.Context(), &cip.AdminCreateUserInput{
		UserPoolId: w.id(NamePool), Username: aws.String("ada@example.com"),
	}))
	client, probes := w.id("client/web"), 0
	look := func(when string) func(awslocal.Call) {
		return func(call awslocal.Call) {
			if call.Operation == "InitiateAuth" {
				return
			}
			_, err := w.cip.InitiateAuth(t.Context(), &cip.InitiateAuthInput{
				ClientId: client, AuthFlow: types.AuthFlowTypeUserPasswordAuth,
				AuthParameters: map[string]string{"USERNAME": "ada@example.com", "PASSWORD": "?"},
			})
			_, refused := errors.AsType[*types.UserLambdaValidationException](err)
			_, gone := errors.AsType[*types.ResourceNotFoundException](err)
			if probes++; !refused && !gone {
				t.Errorf("%s %s: got %v, want the function's refusal", when, call.Operation, err)
			}
		}
	}
	w.aws.Hook(awslocal.Hook{Before: look("before"), After: look("after")})
	calling("g", v1alpha1.TriggerPreAuthentication)(&w.object.Spec)
	w.converge()
	if err := w.remove(); err != nil {
		t.Fatal(err)
	}
	if probes == 0 {
		t.Error("nobody signed in meanwhile")
	}
}

// A pool that is adopted has users: it calls another function only when it may.
func TestTriggersOfAnAdoptedPool(t *testing.T) {
	theirs := new(functionARN + "theirs")
	w := newWorld(t)
	w.functions("theirs")
	pool := w.makePool(func(in *cip.CreateUserPoolInput) {
		in.LambdaConfig = &types.LambdaConfigType{PreSignUp: theirs, PostConfirmation: theirs}
	})
	adopting(w, pool)
	calling("f", v1alpha1.TriggerPreSignUp, v1alpha1.TriggerCustomMessage)(&w.object.Spec)
	planned := w.planned()
	for _, want := range []string{
		"= trigger/preSignUp " + *theirs, "~ userPool.triggers.PreSignUp: " + *theirs + " -> " + functionARN + "f",
		"~ userPool.triggers.PostConfirmation: " + *theirs + ` -> ""`, "+ triggerPermission/" + functionARN + "f",
	} {
		if !strings.Contains(planned, want) {
			t.Errorf("got the plan %s, want %s in it", planned, want)
		}
	}
	_ = w.apply(w.consent)
	w.pause(grace)
	if err := w.apply(); !awserr.Has(err, v1alpha1.ReasonDependencyNotReady) {
		t.Errorf("got %v, want it to wait for the function", err)
	}
	if got := w.ourPool().LambdaConfig; aws.ToString(got.PreSignUp) != *theirs || got.CustomMessage != nil {
		t.Errorf("got the triggers %+v while the pool may not call the function, want the former one", got)
	}
	w.functions("f")
	w.converge()
	if got := w.ourPool().LambdaConfig; aws.ToString(got.PreSignUp) != functionARN+"f" || aws.ToString(got.CustomMessage) != functionARN+"f" || got.PostConfirmation != nil {
		t.Errorf("got the triggers %+v, want those of the spec", got)
	}
	if changed := w.changed(); slices.Index(changed, "AddPermission") > slices.Index(changed, "UpdateUserPool") {
		t.Errorf("got the calls %v, want the permission first", changed)
	}
}
