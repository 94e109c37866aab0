package attacks_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/config/iam"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/tests/attacks/report"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// tenant starts an operator whose namespace has a label of its own, and a policy for it that allows the recipe.
func tenant(t *testing.T, edit func(*v1alpha1.SecuredAPIPolicySpec)) (*harness.World, *v1alpha1.SecuredAPIPolicy) {
	t.Helper()
	w := harness.NewWorld(t, harness.ResyncNever)
	label(w, w.Namespace)
	policy := &v1alpha1.SecuredAPIPolicy{ObjectMeta: metav1.ObjectMeta{Name: w.Namespace}, Spec: v1alpha1.SecuredAPIPolicySpec{
		NamespaceSelector:  metav1.LabelSelector{MatchLabels: map[string]string{"team": w.Namespace}},
		Regions:            []string{"us-east-1"},
		Functions:          []string{"*Handler"},
		HTTPHosts:          []string{"*.shop.example.com"},
		DomainPrefixes:     []string{"notes-*"},
		CustomDomains:      []string{"*.notes.example.com"},
		Certificates:       []string{"arn:aws:acm:us-east-1:111111111111:certificate/notes"},
		CallbackHosts:      []string{"*.shop.example.com"},
		CognitoRoles:       []string{"arn:aws:iam::111111111111:role/notes-*"},
		KMSKeys:            []string{"arn:aws:kms:us-east-1:111111111111:key/notes-*"},
		EmailIdentities:    []string{"arn:aws:ses:us-east-1:111111111111:identity/shop.example.com"},
		WebACLs:            []string{"arn:aws:wafv2:us-east-1:111111111111:regional/webacl/notes-*"},
		LogDestinations:    []string{"arn:aws:s3:::notes-*"},
		HealthChecks:       []string{"0f3c5a2e-*"},
		DeletionPolicies:   []v1alpha1.DeletionPolicy{v1alpha1.DeletionProtect, v1alpha1.DeletionDelete},
		LocalhostCallbacks: v1alpha1.Allowed,
	}}
	if edit != nil {
		edit(&policy.Spec)
	}
	if err := w.Client.Create(t.Context(), policy); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.IgnoreNotFound(w.Client.Delete(context.WithoutCancel(t.Context()), policy)); err != nil {
			t.Error(err)
		}
	})
	return w, policy
}

// label puts a namespace in a team.
func label(w *harness.World, team string) {
	w.T.Helper()
	namespace := &corev1.Namespace{}
	if err := w.Client.Get(w.T.Context(), client.ObjectKey{Name: w.Namespace}, namespace); err != nil {
		w.T.Fatal(err)
	}
	before := client.MergeFrom(namespace.DeepCopy())
	namespace.Labels = map[string]string{"team": team}
	if err := w.Client.Patch(w.T.Context(), namespace, before); err != nil {
		w.T.Fatal(err)
	}
}

// ask changes a policy.
func ask(w *harness.World, policy *v1alpha1.SecuredAPIPolicy, edit func(*v1alpha1.SecuredAPIPolicySpec)) {
	w.T.Helper()
	before := client.MergeFrom(policy.DeepCopy())
	edit(&policy.Spec)
	if err := w.Client.Patch(w.T.Context(), policy, before); err != nil {
		w.T.Fatal(err)
	}
}

func TestASpecOutsideThePolicyMakesNoAWSCall(t *testing.T) {
	t.Parallel()
	function := func(name string) func(*v1alpha1.SecuredAPI) {
		return func(o *v1alpha1.SecuredAPI) { o.Spec.Routes[0].Backend.Lambda.Function = name }
	}
	ownDomain := func(name, certificate string) func(*v1alpha1.SecuredAPI) {
		return func(o *v1alpha1.SecuredAPI) {
			o.Spec.Domain.Custom = &v1alpha1.CustomDomain{
				Name: name, CertificateARN: "arn:aws:acm:us-east-1:111111111111:certificate/" + certificate,
			}
		}
	}
	callback := func(url string) func(*v1alpha1.SecuredAPI) {
		return func(o *v1alpha1.SecuredAPI) { o.Spec.Clients[0].CallbackURLs[0] = v1alpha1.URL(url) }
	}
	ofReplica := func(replica v1alpha1.Replica) func(*v1alpha1.SecuredAPI) {
		return func(o *v1alpha1.SecuredAPI) {
			replica.Region = "us-east-1"
			o.Spec.UserPool.Tier, o.Spec.UserPool.KMSKeyARN = v1alpha1.TierPlus, "arn:aws:kms:us-east-1:111111111111:key/mrk-a"
			o.Spec.UserPool.Replica = &replica
		}
	}
	w, _ := tenant(t, nil)
	for _, tc := range []struct {
		attack string
		edit   func(*v1alpha1.SecuredAPI)
		field  string
	}{
		{"another team's health check", func(o *v1alpha1.SecuredAPI) {
			ownDomain("auth.notes.example.com", "notes")(o)
			o.Spec.Domain.Custom.FailoverHealthCheckID = "1f3c5a2e-5f1c"
			o.Spec.UserPool.KMSKeyARN, o.Spec.UserPool.Replica = "arn:aws:kms:us-east-1:111111111111:key/mrk-a", &v1alpha1.Replica{Region: "us-east-1"}
		}, "spec.domain.custom.failoverHealthCheckID"},
		{"a replica where the namespace may have nothing", func(o *v1alpha1.SecuredAPI) {
			o.Spec.UserPool.KMSKeyARN, o.Spec.UserPool.Replica = "arn:aws:kms:us-east-1:111111111111:key/mrk-a", &v1alpha1.Replica{Region: "eu-west-1"}
		}, "spec.userPool.replica.region"},
		{"another team's web ACL before a replica", ofReplica(v1alpha1.Replica{
			WebACLARN: "arn:aws:wafv2:us-east-1:111111111111:regional/webacl/pay/a",
		}), "spec.userPool.replica.webACLARN"},
		{"a replica's logs in another team's bucket", ofReplica(v1alpha1.Replica{
			Logs: []v1alpha1.UserPoolLog{{Source: v1alpha1.LogUserActivity, BucketARN: "arn:aws:s3:::pay-logs"}},
		}), "spec.userPool.replica.logs[0].bucketARN"},
		{"a replica's notices from another team's address", func(o *v1alpha1.SecuredAPI) {
			sender := "arn:aws:ses:us-east-1:111111111111:identity/pay.example.com"
			ofReplica(v1alpha1.Replica{Notifications: &v1alpha1.ReplicaNotifications{IdentityARN: sender}})(o)
			o.Spec.UserPool.ThreatProtection = &v1alpha1.ThreatProtection{
				Mode: v1alpha1.ThreatAudit, Notifications: &v1alpha1.ThreatNotifications{IdentityARN: sender},
			}
		}, "spec.userPool.replica.notifications.identityARN"},
		{"another team's function, by name", function("pay-charge"), "spec.routes[0].backend.lambda.function"},
		{"another team's function, by ARN", function("arn:aws:lambda:us-east-1:111111111111:function:pay-charge"), "spec.routes[0].backend.lambda.function"},
		{"a function of another account with an allowed name", function("arn:aws:lambda:us-east-1:222222222222:function:GuestHandler"), "222222222222"},
		{"another team's function, at each sign-in", func(o *v1alpha1.SecuredAPI) {
			o.Spec.UserPool.Triggers = []v1alpha1.Trigger{{Event: v1alpha1.TriggerPreAuthentication, Function: "pay-charge"}}
		}, "spec.userPool.triggers[0].function"},
		{"codes with another team's key", func(o *v1alpha1.SecuredAPI) {
			o.Spec.UserPool.SenderKeyARN = "arn:aws:kms:us-east-1:111111111111:key/pay-codes"
		}, "spec.userPool.senderKeyARN"},
		{"another host behind a route", func(o *v1alpha1.SecuredAPI) {
			o.Spec.Routes[0].Backend = v1alpha1.Backend{HTTP: &v1alpha1.HTTPBackend{URL: "https://pay.example.com/"}}
		}, "spec.routes[0].backend.http.url"},
		{"another team's user pool, by id", func(o *v1alpha1.SecuredAPI) {
			o.Spec.UserPool.Adopt = &v1alpha1.AdoptUserPoolSpec{ID: "us-east-1_AbCdEfGhI"}
		}, "spec.userPool.adopt.id"},
		{"another team's user pool, in a plan", func(o *v1alpha1.SecuredAPI) {
			o.Spec.Mode, o.Spec.UserPool.Adopt = v1alpha1.ModePlan, &v1alpha1.AdoptUserPoolSpec{ID: "us-east-1_AbCdEfGhI"}
		}, "spec.userPool.adopt.id"},
		{"another team's API, in a plan", func(o *v1alpha1.SecuredAPI) {
			o.Spec.Mode, o.Spec.API = v1alpha1.ModePlan, &v1alpha1.APISpec{Adopt: &v1alpha1.AdoptAPISpec{ID: "abc123defg"}}
		}, "spec.api.adopt.id"},
		{"texts with another team's role", func(o *v1alpha1.SecuredAPI) {
			o.Spec.UserPool.SMS = &v1alpha1.SMS{RoleARN: "arn:aws:iam::111111111111:role/pay-texts"}
		}, "spec.userPool.sms.roleARN"},
		{"another team's role in tokens", func(o *v1alpha1.SecuredAPI) {
			o.Spec.UserPool.Groups = []v1alpha1.Group{{Name: "admins", RoleARN: "arn:aws:iam::111111111111:role/pay-admins"}}
		}, "spec.userPool.groups[0].roleARN"},
		{"mail from another team's address", func(o *v1alpha1.SecuredAPI) {
			o.Spec.UserPool.Email = &v1alpha1.Email{
				Sender: v1alpha1.EmailSenderSES, IdentityARN: "arn:aws:ses:us-east-1:111111111111:identity/pay.example.com",
			}
		}, "spec.userPool.email.identityARN"},
		{"another team's domain", func(o *v1alpha1.SecuredAPI) { o.Spec.Domain.Prefix = "pay-beta" }, "spec.domain.prefix"},
		{"another team's name of login pages", ownDomain("auth.pay.example.com", "notes"), "spec.domain.custom.name"},
		{"another team's certificate", ownDomain("auth.notes.example.com", "pay"), "spec.domain.custom.certificateARN"},
		{"tokens sent to another host", callback("https://evil.example.com/"), "callbackURLs[0]"},
		{"tokens sent to another app", callback("notes://back"), "callbackURLs[0]"},
		{"another Region", func(o *v1alpha1.SecuredAPI) { o.Spec.Region = "eu-west-1" }, "spec.region"},
		{"resources that outlive the object", func(o *v1alpha1.SecuredAPI) { o.Spec.DeletionPolicy = v1alpha1.DeletionRetain }, "spec.deletionPolicy"},
	} {
		t.Run(tc.attack, func(t *testing.T) {
			report.Attack(t, "a tenant asks for what the policy does not allow", tc.attack)
			w.AWS.ResetCalls()
			object := w.Recipe()
			object.Name = strings.ReplaceAll(strings.ReplaceAll(tc.attack, " ", "-"), ",", "")
			object.Name = strings.ToLower(strings.ReplaceAll(object.Name, "'", ""))
			tc.edit(object)
			w.Create(object)
			message := w.AwaitStalled(object, v1alpha1.ReasonPolicyDenied)
			if !strings.Contains(message, tc.field) || !strings.Contains(message, "SecuredAPIPolicy "+w.Namespace) {
				t.Errorf("got the message %q, want the field %s and the policy", message, tc.field)
			}
			if calls := w.TakeCalls(); len(calls) > 0 {
				t.Errorf("got the calls %v, want none", calls)
			}
			w.Delete(object)
		})
	}
}

func TestASpecInANamespaceWithoutPolicyIsRefused(t *testing.T) {
	t.Parallel()
	report.Attack(t, "a namespace that no policy selects has something made or read", "modes Apply and Plan")
	w, _ := tenant(t, nil)
	label(w, "nobody")
	for _, mode := range []v1alpha1.Mode{v1alpha1.ModeApply, v1alpha1.ModePlan} {
		object := w.Recipe()
		object.Name, object.Spec.Mode = "notes-"+strings.ToLower(string(mode)), mode
		w.Create(object)
		if message := w.AwaitStalled(object, v1alpha1.ReasonPolicyDenied); !strings.Contains(message, "no SecuredAPIPolicy selects namespace "+w.Namespace) {
			t.Errorf("mode %s: got the message %q", mode, message)
		}
		if calls := w.TakeCalls(); len(calls) > 0 {
			t.Errorf("mode %s: got the calls %v, want none", mode, calls)
		}
	}
}

func TestANewPolicyStartsTheRefusedSpec(t *testing.T) {
	t.Parallel()
	w, policy := tenant(t, func(s *v1alpha1.SecuredAPIPolicySpec) { s.DomainPrefixes = []string{"other-*"} })
	object := w.Create(w.Recipe())
	w.AwaitStalled(object, v1alpha1.ReasonPolicyDenied)
	ask(w, policy, func(s *v1alpha1.SecuredAPIPolicySpec) { s.DomainPrefixes = []string{"notes-*"} })
	w.AwaitReady(object)
	if object.Status.Policy != policy.Name {
		t.Errorf("got status.policy %q, want %q", object.Status.Policy, policy.Name)
	}
}

// A withdrawn policy stops new resources. Existing ones stay guarded, and can be deleted.
func TestAWithdrawnPolicyKeepsResourcesGuarded(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		attack   string
		withdraw func(w *harness.World, policy *v1alpha1.SecuredAPIPolicy)
	}{
		{"the function is not allowed any more", func(w *harness.World, policy *v1alpha1.SecuredAPIPolicy) {
			ask(w, policy, func(s *v1alpha1.SecuredAPIPolicySpec) { s.Functions = []string{"RegisteredHandler"} })
		}},
		{"no policy selects the namespace any more", func(w *harness.World, _ *v1alpha1.SecuredAPIPolicy) { label(w, "nobody") }},
	} {
		t.Run(tc.attack, func(t *testing.T) {
			t.Parallel()
			report.Attack(t, "a tenant keeps asking when a policy is withdrawn", tc.attack)
			w, policy := tenant(t, nil)
			w.Stop()
			w.Resync = 500 * time.Millisecond
			w.StartOperator()
			object := w.Create(w.Recipe())
			w.AwaitReady(object)
			tc.withdraw(w, policy)
			w.AwaitStalled(object, v1alpha1.ReasonPolicyDenied)

			// Somebody opens the guarded method and deploys it.
			served := object.Status.API.DeploymentID
			w.OpenByHand(object, "/registered")
			w.DeployByHand(object)
			w.Await(object, "the stage to be moved back", func(o *v1alpha1.SecuredAPI) bool {
				stage := harness.Must[*apigateway.GetStageOutput](w)(w.Gateway().GetStage(t.Context(), &apigateway.GetStageInput{
					RestApiId: &o.Status.API.ID, StageName: &o.Status.API.Stage,
				}))
				return *stage.DeploymentId == o.Status.API.DeploymentID
			})
			if got := w.StatusCode(object.Status.Endpoint + "/registered"); got != 401 {
				t.Errorf("the guarded route answers %d without a token, want 401 (deployment %s before)", got, served)
			}

			// A new route is not made.
			w.Update(object, func(o *v1alpha1.SecuredAPI) {
				route := *o.Spec.Routes[0].DeepCopy()
				route.Path = "/more"
				o.Spec.Routes = append(o.Spec.Routes, route)
			})
			w.Await(object, "the edit to be refused", func(o *v1alpha1.SecuredAPI) bool {
				return o.Status.ObservedGeneration == o.Generation && meta.IsStatusConditionTrue(o.Status.Conditions, v1alpha1.ConditionStalled)
			})
			if got := w.StatusCode(object.Status.Endpoint + "/more"); got == 401 || got == 200 {
				t.Errorf("the new route answers %d, want that it is not there", got)
			}
			w.Delete(object)
			w.AwaitGone(object)
			pools := harness.Must[*cip.ListUserPoolsOutput](w)(w.Cognito().ListUserPools(t.Context(), &cip.ListUserPoolsInput{MaxResults: aws.Int32(60)})).UserPools
			if len(pools) > 0 {
				t.Errorf("the object is gone, and AWS has %d user pools", len(pools))
			}
		})
	}
}

func TestTwoPoliciesWithTwoRolesAreRefused(t *testing.T) {
	t.Parallel()
	report.Attack(t, "a tenant gets the role that it chooses", "two policies with two roles")
	w, first := tenant(t, func(s *v1alpha1.SecuredAPIPolicySpec) { s.RoleARN = "arn:aws:iam::111111111111:role/one" })
	second := &v1alpha1.SecuredAPIPolicy{ObjectMeta: metav1.ObjectMeta{Name: w.Namespace + "-b"}, Spec: v1alpha1.SecuredAPIPolicySpec{
		NamespaceSelector: first.Spec.NamespaceSelector, RoleARN: "arn:aws:iam::222222222222:role/two",
	}}
	if err := w.Client.Create(t.Context(), second); err != nil {
		t.Fatal(err)
	}
	object := w.Create(w.Recipe())
	message := w.AwaitStalled(object, v1alpha1.ReasonPolicyDenied)
	if want := fmt.Sprintf("the SecuredAPIPolicies %s and %s give namespace %s two different roles", first.Name, second.Name, w.Namespace); !strings.Contains(message, want) {
		t.Errorf("got the message %q, want %q in it", message, want)
	}
	if calls := w.TakeCalls(); len(calls) > 0 {
		t.Errorf("got the calls %v, want none", calls)
	}
}

// withoutFunctions is the recipe for another account, which has no functions.
func withoutFunctions(w *harness.World) *v1alpha1.SecuredAPI {
	w.T.Helper()
	object := w.Recipe()
	object.Spec.Routes = object.Spec.Routes[:1]
	object.Spec.Routes[0].Backend = v1alpha1.Backend{HTTP: &v1alpha1.HTTPBackend{URL: "https://example.com/"}}
	return object
}

// What a policy's namespace asks for is made with the policy's role, and nothing with the operator's own.
func TestAPolicyGivesTheRole(t *testing.T) {
	t.Parallel()
	const account, role = "333344445555", "arn:aws:iam::333344445555:role/shop"
	report.Attack(t, "what a tenant asks for is made with the operator's own role", "a policy with a role of another account")
	w, _ := tenant(t, func(s *v1alpha1.SecuredAPIPolicySpec) { s.RoleARN, s.HTTPHosts = role, []string{"example.com"} })
	w.Permit("tenants", iam.Values{"ROLE_ARN": {role}})
	object := w.Create(withoutFunctions(w))
	w.AwaitReady(object)
	if object.Status.Account != account {
		t.Errorf("got the account %s, want the role's", object.Status.Account)
	}
	for _, call := range w.AWS.Calls() {
		if call.Service != "sts" && call.Account != account {
			t.Errorf("got %s in account %s, want it in the role's", call.Operation, call.Account)
		}
	}
	w.Delete(object)
}

// Without its role a namespace has no way to the account of its objects. What the operator would find in its own account is not theirs,
// so it changes nothing in either until the role is back. docs/policies.md says so.
func TestAPolicyTakesTheRoleAway(t *testing.T) {
	t.Parallel()
	const role = "arn:aws:iam::333344445555:role/shop"
	for _, tc := range []struct {
		taken string
		take  func(w *harness.World, policy *v1alpha1.SecuredAPIPolicy) error
	}{
		{"the field roleARN is taken out of the policy", func(w *harness.World, policy *v1alpha1.SecuredAPIPolicy) error {
			policy.Spec.RoleARN = ""
			return w.Client.Update(w.T.Context(), policy)
		}},
		{"the policy is deleted, and another one selects the namespace", func(w *harness.World, policy *v1alpha1.SecuredAPIPolicy) error {
			return w.Client.Delete(w.T.Context(), policy)
		}},
	} {
		t.Run(tc.taken, func(t *testing.T) {
			t.Parallel()
			report.Attack(t, "objects lose what they have, or are made again, in another account", tc.taken)
			w, policy := tenant(t, func(s *v1alpha1.SecuredAPIPolicySpec) { s.RoleARN, s.HTTPHosts = role, []string{"example.com"} })
			other := &v1alpha1.SecuredAPIPolicy{ObjectMeta: metav1.ObjectMeta{Name: w.Namespace + "-b"}, Spec: v1alpha1.SecuredAPIPolicySpec{
				NamespaceSelector: policy.Spec.NamespaceSelector,
			}}
			if err := w.Client.Create(t.Context(), other); err != nil {
				t.Fatal(err)
			}
			w.Permit("tenants", iam.Values{"ROLE_ARN": {role}})
			object := w.Create(withoutFunctions(w))
			w.AwaitReady(object)
			if err := tc.take(w, policy); err != nil {
				t.Fatal(err)
			}
			w.TakeCalls()
			if err := w.Client.Delete(t.Context(), object); err != nil {
				t.Fatal(err)
			}
			w.Await(object, "the deletion to wait for the role", func(o *v1alpha1.SecuredAPI) bool {
				stalled := meta.FindStatusCondition(o.Status.Conditions, v1alpha1.ConditionStalled)
				return !o.DeletionTimestamp.IsZero() && stalled != nil && stalled.Reason == v1alpha1.ReasonWrongAccount && stalled.ObservedGeneration == o.Generation
			})
			if writes := w.Writes(); len(writes) > 0 {
				t.Errorf("got the calls %v without the role, want none that changes something", writes)
			}

			other.Spec.RoleARN = role
			if err := w.Client.Update(t.Context(), other); err != nil {
				t.Fatal(err)
			}
			w.AwaitGone(object)
			theirs := cip.NewFromConfig(w.AWS.ConfigFor("333344445555"))
			pools := harness.Must[*cip.ListUserPoolsOutput](w)(theirs.ListUserPools(t.Context(), &cip.ListUserPoolsInput{MaxResults: aws.Int32(60)})).UserPools
			if len(pools) > 0 {
				t.Errorf("the object is gone, and the role's account has %d user pools", len(pools))
			}
		})
	}
}

// With RequirePolicy there need be no policy for a namespace to be refused.
func TestRequiredPolicies(t *testing.T) {
	t.Parallel()
	report.Attack(t, "a namespace that no policy selects has something made or read", "--require-policy, and no policy in the cluster")
	w := harness.NewAccount(t)
	w.Resync, w.RequirePolicy = harness.ResyncNever, true
	w.StartOperator()
	t.Cleanup(func() { w.Stop() })
	object := w.Create(w.Recipe())
	message := w.AwaitStalled(object, v1alpha1.ReasonPolicyDenied)
	if calls := w.TakeCalls(); len(calls) > 0 || !strings.Contains(message, w.Namespace) {
		t.Errorf("got the message %q and the calls %v, want the namespace and none", message, calls)
	}
}

// Where there are policies, the annotation of a namespace does not give it a role.
func TestANamespaceAnnotationGivesNoRole(t *testing.T) {
	t.Parallel()
	report.Attack(t, "a tenant gets the role that it chooses", "the namespace's annotation, where there are policies")
	w, _ := tenant(t, nil)
	namespace := &corev1.Namespace{}
	if err := w.Client.Get(t.Context(), client.ObjectKey{Name: w.Namespace}, namespace); err != nil {
		t.Fatal(err)
	}
	before := client.MergeFrom(namespace.DeepCopy())
	namespace.Annotations = map[string]string{v1alpha1.RoleARNAnnotation: "arn:aws:iam::222222222222:role/pay"}
	if err := w.Client.Patch(t.Context(), namespace, before); err != nil {
		t.Fatal(err)
	}
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	if slices.Contains(w.TakeCalls(), "AssumeRole") || object.Status.Account != "111111111111" {
		t.Errorf("got the account %s and the calls %v, want the operator's own account", object.Status.Account, w.TakeCalls())
	}
}

func TestAPolicyLimitsTheObjectsOfANamespace(t *testing.T) {
	t.Parallel()
	report.Attack(t, "a tenant makes more than the policy's limits", "objects and routes of a namespace")
	w, _ := tenant(t, func(s *v1alpha1.SecuredAPIPolicySpec) {
		s.Limits.Objects, s.Limits.Routes = new(int32(2)), new(int32(5))
		s.DomainPrefixes = nil
	})
	for i, want := range []string{"", "the namespace has 6 routes", "the namespace has 2 older SecuredAPIs"} {
		object := w.Recipe()
		object.Name = fmt.Sprintf("notes-%d", i)
		object.Spec.Domain = nil
		object.Spec.Clients = nil
		if i == 1 {
			for k := range 2 {
				route := *object.Spec.Routes[0].DeepCopy()
				route.Path = fmt.Sprintf("/more-%d", k)
				object.Spec.Routes = append(object.Spec.Routes, route)
			}
		}
		w.Create(object)
		// Times of creation are whole seconds, and who is older counts.
		w.Eventually("the next second", func(context.Context) (bool, string) {
			return time.Since(object.CreationTimestamp.Time) > time.Second, "it is the same second"
		})
		if want == "" {
			w.AwaitReady(object)
			continue
		}
		if message := w.AwaitStalled(object, v1alpha1.ReasonPolicyDenied); !strings.Contains(message, want) {
			t.Errorf("object %d: got the message %q, want %q in it", i, message, want)
		}
	}
}

// Where there are policies, the adoption of a resource with the object's tags that it may not have created needs a policy that lists
// it; the plan's hash is not enough.
func TestTheAdoptionOfAPlantedPoolNeedsAPolicy(t *testing.T) {
	t.Parallel()
	report.Attack(t, "a tenant agrees to take a planted pool", "the plan's hash, where there are policies")
	w, policy := tenant(t, nil)
	tags := engine.Owner{Cluster: w.ClusterID, Namespace: w.Namespace, Name: "notes", NamespaceUID: "former"}.Tags("")
	pool := *harness.Must[*cip.CreateUserPoolOutput](w)(w.Cognito().CreateUserPool(t.Context(), &cip.CreateUserPoolInput{
		PoolName: aws.String(w.Namespace + "-notes"), UsernameAttributes: []ciptypes.UsernameAttributeType{"email"}, UserPoolTags: tags,
	})).UserPool.Id
	for _, mode := range []v1alpha1.Mode{v1alpha1.ModePlan, v1alpha1.ModeApply} {
		w.AWS.ResetCalls()
		object := w.Recipe()
		object.Spec.Mode = mode
		w.Create(object)
		message := w.AwaitStalled(object, v1alpha1.ReasonPolicyDenied)
		for _, words := range []string{pool, "adopt.userPoolIDs", policy.Name} {
			if !strings.Contains(message, words) {
				t.Errorf("mode %s: got the message %q, want %q in it", mode, message, words)
			}
		}
		if calls := w.Writes(); len(calls) > 0 {
			t.Errorf("mode %s: got the calls %v, want none that write", mode, calls)
		}
		if mode == v1alpha1.ModePlan {
			w.Delete(object)
			continue
		}
		ask(w, policy, func(s *v1alpha1.SecuredAPIPolicySpec) { s.Adopt.UserPoolIDs = []string{pool} })
		w.AskNow(object)
		w.AwaitReady(object)
		if object.Status.UserPool.ID != pool {
			t.Errorf("once the policy lists it: got the pool %s, want %s", object.Status.UserPool.ID, pool)
		}
	}
}
