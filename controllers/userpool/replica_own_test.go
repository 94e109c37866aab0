package userpool

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/awslocal/cognito"
)

const (
	westLogGroup    = "arn:aws:logs:us-west-2:111111111111:log-group:notes"
	westStream      = "arn:aws:firehose:us-west-2:111111111111:deliverystream/notes"
	westWebACL      = "arn:aws:wafv2:us-west-2:111111111111:regional/webacl/notes/a"
	otherWestWebACL = "arn:aws:wafv2:us-west-2:111111111111:regional/webacl/other/b"
	eastIdentity    = "arn:aws:ses:us-east-1:111111111111:identity/notes.example.com"
	westNotices     = "notes@west.example.com"
)

// guarded asks for a replica with logs, a web ACL and a sender of notices, and its pool for answers to risks.
func guarded(spec *v1alpha1.SecuredAPISpec) {
	replicated(west, v1alpha1.ReplicaActive)(spec)
	pool := &spec.UserPool
	pool.Tier = v1alpha1.TierPlus
	pool.ThreatProtection = &v1alpha1.ThreatProtection{
		Mode:     v1alpha1.ThreatEnforced,
		Takeover: &v1alpha1.Takeover{High: &v1alpha1.TakeoverAnswer{Action: v1alpha1.TakeoverBlock, Notify: v1alpha1.Enabled}},
		Notifications: &v1alpha1.ThreatNotifications{
			IdentityARN: eastIdentity, From: "notes@example.com", ReplyTo: "help@example.com", Blocked: &v1alpha1.ThreatNotice{Subject: "Blocked", Text: "It was blocked."},
		},
	}
	pool.Replica.Logs = []v1alpha1.UserPoolLog{
		{Source: v1alpha1.LogNotifications, LogGroupARN: westLogGroup}, {Source: v1alpha1.LogUserActivity, StreamARN: westStream},
	}
	pool.Replica.WebACLARN = westWebACL
	pool.Replica.Notifications = &v1alpha1.ReplicaNotifications{IdentityARN: westIdentity, From: westNotices}
}

func newGuardedWorld(t *testing.T, switches ...awslocal.Option) *world {
	t.Helper()
	w := newWorldWith(t, switches, guarded)
	w.aws.WAF.Put(westWebACL, otherWestWebACL, testWebACL)
	return w
}

// there are the clients of the replica's Region.
func (w *world) there() *Regional {
	w.Helper()
	there, err := w.elsewhere(west)
	if err != nil {
		w.Fatal(err)
	}
	return there
}

// own are a pool's logs, its web ACL and the sender of its notices, as a Region knows them.
func (w *world) own(api *cip.Client, region string) string {
	w.Helper()
	var words []string
	logs := must[cip.GetLogDeliveryConfigurationOutput](w)(api.GetLogDeliveryConfiguration(w.Context(), &cip.GetLogDeliveryConfigurationInput{UserPoolId: w.id(NamePool)}))
	for i := range logs.LogDeliveryConfiguration.LogConfigurations {
		words = append(words, arnOf(&logs.LogDeliveryConfiguration.LogConfigurations[i]))
	}
	slices.Sort(words)
	if acl := w.aws.WAF.WebACL(strings.Replace(*w.ourPool().Arn, "us-east-1:", region+":", 1)); acl != "" {
		words = append(words, acl)
	}
	risk, err := api.DescribeRiskConfiguration(w.Context(), &cip.DescribeRiskConfigurationInput{UserPoolId: w.id(NamePool)})
	if notProtected(err) {
		return strings.Join(words, " ")
	}
	if err != nil {
		w.Fatal(err)
	}
	if n := notifyOf(risk.RiskConfiguration); n.SourceArn != nil {
		words = append(words, *n.SourceArn, aws.ToString(n.From), aws.ToString(n.ReplyTo), *n.BlockEmail.Subject)
	}
	return strings.Join(words, " ")
}

func (w *world) wantOwn(reason string, want ...string) {
	w.Helper()
	if diff := cmp.Diff(strings.Join(want, " "), w.own(w.there().API, west)); diff != "" {
		w.Errorf("%s: at the replica (-want +got):\n%s", reason, diff)
	}
}

const (
	eastSender = eastIdentity + " notes@example.com help@example.com Blocked"
	westSent   = westIdentity + " " + westNotices + " help@example.com Blocked"
)

func TestWhatAReplicaHasOfItsOwn(t *testing.T) {
	w := newGuardedWorld(t)
	w.wantAwaited(w.apply(), time.Second, "CREATING")
	const first = "+ replicaSettings/us-west-2; + replicaLogs/us-west-2; + replicaWebACL/us-west-2 " + westWebACL +
		"; + replicaNotifications/us-west-2 " + westIdentity + "; ~ replica/us-west-2.state: Inactive -> Active"
	if diff := cmp.Diff(first, w.converge()); diff != "" {
		t.Errorf("it is activated once it has all of it (-want +got):\n%s", diff)
	}
	w.wantOwn("made", westStream, westLogGroup, westWebACL, westSent)
	if diff := cmp.Diff(eastSender, w.own(w.cip, "us-east-1")); diff != "" {
		t.Errorf("the pool has its own (-want +got):\n%s", diff)
	}
	if left := w.converge(whole); left != "" {
		t.Errorf("got %q left to do, want nothing", left)
	}
	replica := w.object.Spec.UserPool.Replica
	for _, step := range []struct {
		reason, done string
		edit         func()
		want         []string
	}{
		{"another log", "~ replicaLogs/us-west-2.UserActivity: " + westStream + " -> arn:aws:s3:::notes-west", func() {
			replica.Logs[1] = v1alpha1.UserPoolLog{Source: v1alpha1.LogUserActivity, BucketARN: "arn:aws:s3:::notes-west"}
		}, []string{westLogGroup, "arn:aws:s3:::notes-west", westWebACL, westSent}},
		{"another web ACL", "~ replicaWebACL/us-west-2.arn: " + westWebACL + " -> " + otherWestWebACL, func() {
			replica.WebACLARN = otherWestWebACL
		}, []string{westLogGroup, "arn:aws:s3:::notes-west", otherWestWebACL, westSent}},
		{"no address", "~ replicaNotifications/us-west-2.from: " + westNotices + ` -> ""`, func() { replica.Notifications.From = "" }, []string{
			westLogGroup, "arn:aws:s3:::notes-west", otherWestWebACL, westIdentity, "", "help@example.com", "Blocked",
		}},
		{"another subject, which the pool has", `~ threatProtection.notifications.blocked.subject: Blocked -> No`, func() {
			w.object.Spec.UserPool.ThreatProtection.Notifications.Blocked.Subject = "No"
		}, []string{westLogGroup, "arn:aws:s3:::notes-west", otherWestWebACL, westIdentity, "", "help@example.com", "No"}},
		{"no logs", "- replicaLogs/us-west-2 us-west-2", func() { replica.Logs = nil }, []string{
			otherWestWebACL, westIdentity, "", "help@example.com", "No",
		}},
		{"no notices", "~ threatProtection.takeover.high.notify: Enabled -> Disabled; ~ threatProtection.notifications.identityARN: " + shortened(eastIdentity) + ` -> ""; ` +
			`~ threatProtection.notifications.from: notes@example.com -> ""; ~ threatProtection.notifications.replyTo: help@example.com -> ""; ` +
			`~ threatProtection.notifications.blocked.subject: No -> ""; ~ threatProtection.notifications.blocked.text: It was blocked. -> ""; ` +
			"- replicaNotifications/us-west-2 us-west-2", func() {
			replica.Notifications, w.object.Spec.UserPool.ThreatProtection.Notifications = nil, nil
			w.object.Spec.UserPool.ThreatProtection.Takeover.High.Notify = v1alpha1.Disabled
		}, []string{otherWestWebACL}},
	} {
		step.edit()
		if diff := cmp.Diff(step.done, w.converge()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.reason, diff)
		}
		w.wantOwn(step.reason, step.want...)
		if left := w.converge(whole); left != "" {
			t.Errorf("%s: got %q done once more, want nothing", step.reason, left)
		}
	}
	replica.WebACLARN = ""
	if todo, err := w.plan(); err != nil || !todo.Has(plan.Weakens) {
		t.Errorf("without the web ACL: got the plan %v, %v, want one that weakens", todo, err)
	}
	w.converge()
	w.wantOwn("without anything")
}

// With the replica all of it goes, and no call is made for it.
func TestWhatAReplicaHasGoesWithIt(t *testing.T) {
	for reason, edit := range map[string]func(*v1alpha1.UserPoolSpec){
		"no replica":     func(pool *v1alpha1.UserPoolSpec) { pool.Replica = nil },
		"another Region": func(pool *v1alpha1.UserPoolSpec) { pool.Replica = &v1alpha1.Replica{Region: "eu-west-1"} },
	} {
		w := newGuardedWorld(t)
		w.apply() //nolint:errcheck // it waits
		w.converge()
		edit(&w.object.Spec.UserPool)
		if todo, err := w.plan(); err != nil || todo.Has(plan.Weakens) {
			t.Errorf("%s: got the plan %v, %v, want that nothing weakens what is gone", reason, todo, err)
		}
		w.apply() //nolint:errcheck // it may wait
		for _, call := range w.aws.Calls() {
			if slices.Contains([]string{"SetLogDeliveryConfiguration", "DisassociateWebACL", "SetRiskConfiguration"}, call.Operation) {
				t.Errorf("%s: got a call of %s, want none", reason, call.Operation)
			}
		}
		w.converge()
		for _, name := range settingsOf(west) {
			if w.object.Status.Resource(name) != nil {
				t.Errorf("%s: got the record %s kept, want it gone", reason, name)
			}
		}
		if acl := w.aws.WAF.WebACL(strings.Replace(*w.ourPool().Arn, "us-east-1:", west+":", 1)); acl != "" {
			t.Errorf("%s: got the web ACL %q, want none", reason, acl)
		}
	}
}

// A replica that is made in the place of one that somebody deleted, and one that somebody changes, have all of it again.
func TestWhatAReplicaHasIsRepaired(t *testing.T) {
	for reason, happens := range map[string]func(*world){
		"the replica is deleted": func(w *world) { w.deleteReplicaByHand(west) },
		"its settings are changed": func(w *world) {
			there := w.there()
			must[cip.SetLogDeliveryConfigurationOutput](w)(there.API.SetLogDeliveryConfiguration(w.Context(), &cip.SetLogDeliveryConfigurationInput{
				UserPoolId: w.id(NamePool), LogConfigurations: []types.LogConfigurationType{},
			}))
			must[wafv2.AssociateWebACLOutput](w)(there.WAF.AssociateWebACL(w.Context(), &wafv2.AssociateWebACLInput{
				ResourceArn: new(strings.Replace(*w.ourPool().Arn, "us-east-1:", west+":", 1)), WebACLArn: aws.String(otherWestWebACL),
			}))
			risk := riskSettingsOf(w.object.Spec.UserPool.ThreatProtection).config()
			must[cip.SetRiskConfigurationOutput](w)(there.API.SetRiskConfiguration(w.Context(), &cip.SetRiskConfigurationInput{
				UserPoolId: w.id(NamePool), AccountTakeoverRiskConfiguration: risk.AccountTakeoverRiskConfiguration,
				CompromisedCredentialsRiskConfiguration: risk.CompromisedCredentialsRiskConfiguration,
			}))
		},
	} {
		w := newGuardedWorld(t)
		w.apply() //nolint:errcheck // it waits
		w.converge()
		happens(w)
		w.apply(whole) //nolint:errcheck // it may wait
		w.converge()
		w.wantOwn(reason, westStream, westLogGroup, westWebACL, westSent)
		w.wantReplicas(reason, "us-west-2 ACTIVE")
		if left := w.converge(whole); left != "" {
			t.Errorf("%s: got %q left to do, want nothing", reason, left)
		}
	}
}

// Somebody may make another replica and activate it between two looks: it has none of our tags, and nothing of what the spec asks for.
func TestAReplicaOfSomebodyHasItsSettingsAtOnce(t *testing.T) {
	w := newGuardedWorld(t)
	w.apply() //nolint:errcheck // it waits
	w.converge()
	w.deleteReplicaByHand(west)
	w.makeReplica(west)
	must[cip.UpdateUserPoolReplicaOutput](w)(w.cip.UpdateUserPoolReplica(w.Context(), &cip.UpdateUserPoolReplicaInput{
		UserPoolId: w.id(NamePool), RegionName: aws.String(west), Status: types.UpdateReplicaStatusTypeActive,
	}))
	w.converge(func(p *engine.Pass) { p.Checks = map[string]bool{PrefixReplica + west: true} })
	w.wantOwn("the replica was looked at", westStream, westLogGroup, westWebACL, westSent)
}

// A replica stays inactive while something of it cannot be as wanted.
func TestAReplicaWaitsForWhatItHas(t *testing.T) {
	for operation, code := range map[string]string{
		"SetLogDeliveryConfiguration": "InvalidParameterException", "AssociateWebACL": "WAFUnavailableEntityException",
		"SetRiskConfiguration": "InvalidParameterException",
	} {
		w := newGuardedWorld(t)
		w.apply() //nolint:errcheck // it waits
		w.refuse(operation, code)
		if err := w.apply(); err == nil {
			t.Errorf("%s is refused: got no error, want one", operation)
		}
		w.wantReplicas(operation+" is refused", "us-west-2 INACTIVE")
		w.clock.Step(grace)
		w.converge()
		w.wantReplicas(operation+" is taken", "us-west-2 ACTIVE")
		w.wantOwn(operation, westStream, westLogGroup, westWebACL, westSent)
	}
}

// What policies do not allow is not made, so a replica that lacks it serves nobody. One that has all of it is kept as it was.
func TestAReplicaWithoutWhatIsDeniedStaysInactive(t *testing.T) {
	denied := func(p *engine.Pass) { p.Denied = true }
	w := newGuardedWorld(t)
	w.apply() //nolint:errcheck // it waits
	if err := w.apply(denied); !awserr.Has(err, v1alpha1.ReasonPolicyDenied) {
		t.Errorf("it has nothing yet: got %v, want that policies keep it", err)
	}
	w.wantReplicas("it has nothing yet", "us-west-2 INACTIVE")
	w.converge()
	w.wantReplicas("allowed", "us-west-2 ACTIVE")
	deactivate := func() {
		must[cip.UpdateUserPoolReplicaOutput](w)(w.cip.UpdateUserPoolReplica(w.Context(), &cip.UpdateUserPoolReplicaInput{
			UserPoolId: w.id(NamePool), RegionName: aws.String(west), Status: types.UpdateReplicaStatusTypeInactive,
		}))
	}
	deactivate()
	w.converge(denied, whole)
	w.wantReplicas("it has all", "us-west-2 ACTIVE")
	deactivate()
	w.object.Spec.UserPool.Replica.WebACLARN = otherWestWebACL
	if err := w.apply(denied, whole); !awserr.Has(err, v1alpha1.ReasonPolicyDenied) {
		t.Errorf("it has another web ACL: got %v, want that policies keep it", err)
	}
	w.wantReplicas("it has another web ACL", "us-west-2 INACTIVE")
}

// A call of what a replica has that fails is carried out once.
func TestCallsForAReplicaThatFail(t *testing.T) {
	for reason, fail := range map[string]func(*world, string){
		"AWS does not carry it out": (*world).cut, "the reply is lost": (*world).loseReply,
	} {
		for _, operation := range []string{"SetLogDeliveryConfiguration", "AssociateWebACL", "SetRiskConfiguration"} {
			w := newGuardedWorld(t)
			w.apply() //nolint:errcheck // it waits
			fail(w, operation)
			if err := w.apply(); err == nil {
				t.Errorf("%s, %s: got no error, want one", operation, reason)
			}
			w.clock.Step(grace)
			w.converge()
			w.wantOwn(operation+", "+reason, westStream, westLogGroup, westWebACL, westSent)
			w.wantReplicas(operation+", "+reason, "us-west-2 ACTIVE")
		}
	}
}

// Cognito copies the pool's answers to risks to the replica, and refuses others there: the sender is set once they are the same.
func TestNoticesOfAReplicaWaitForItsPool(t *testing.T) {
	const delay = 20 * time.Second
	w := newGuardedWorld(t, awslocal.WithCognito(cognito.WithReplication(delay)))
	w.apply() //nolint:errcheck // it waits
	w.wantAwaited(w.apply(), time.Second, "does not have the user pool's answers to risks yet")
	w.wantReplicas("meanwhile", "us-west-2 INACTIVE")
	w.clock.Step(delay)
	w.converge()
	w.wantReplicas("afterwards", "us-west-2 ACTIVE")
	w.object.Spec.UserPool.ThreatProtection.Takeover.High.Action = v1alpha1.TakeoverRequireMFA
	w.object.Spec.UserPool.Replica.Notifications.From = "other@west.example.com"
	w.wantAwaited(w.apply(), time.Second, "takeover.high.action: Block -> RequireMFA")
	w.clock.Step(delay)
	w.converge()
	w.wantOwn("changed", westStream, westLogGroup, westWebACL, westIdentity, "other@west.example.com", "help@example.com", "Blocked")
}

// A web ACL that somebody else put before the replica stays.
func TestAWebACLOfAReplicaThatIsSomebodyElses(t *testing.T) {
	w := newGuardedWorld(t)
	w.apply() //nolint:errcheck // it waits
	w.converge()
	must[wafv2.AssociateWebACLOutput](w)(w.there().WAF.AssociateWebACL(w.Context(), &wafv2.AssociateWebACLInput{
		ResourceArn: new(strings.Replace(*w.ourPool().Arn, "us-east-1:", west+":", 1)), WebACLArn: aws.String(otherWestWebACL),
	}))
	w.object.Spec.UserPool.Replica.WebACLARN = ""
	w.converge()
	w.wantOwn("dropped", westStream, westLogGroup, otherWestWebACL, westSent)
}

// Status may name what a replica has in a Region where the spec has none: no call is made there.
func TestRecordsOfAReplicaThatSomebodyWrote(t *testing.T) {
	w := newWorld(t)
	w.converge()
	for _, name := range settingsOf("atlantis-1") {
		w.object.Status.Resources = append(w.object.Status.Resources, v1alpha1.ResourceRecord{Name: name, ID: "atlantis-1", Under: *w.id(NamePool)})
	}
	w.converge(whole)
	for _, name := range settingsOf("atlantis-1") {
		if w.object.Status.Resource(name) != nil {
			t.Errorf("got the record %s kept, want it gone", name)
		}
	}
}
