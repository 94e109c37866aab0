package attacks_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/outcome"
	"github.com/securedapi/securedapi/controllers/tests/attacks/report"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// Where there are policies, what carries the tags of the object and of its namespace, and contains what the spec does not name, is taken
// back once each policy lists it. Mode Plan tells before what is in it. Neither that nor a hash is a consent.
func TestTheReturnOfAResourceWithForeignContentNeedsEachPolicy(t *testing.T) {
	t.Parallel()
	const evil = "arn:aws:lambda:us-east-1:111111111111:function:OtherHandler"
	for _, tc := range []struct {
		how   string
		plant func(w *harness.World, owner engine.Owner) (id string)
		list  string
		lines []string
		lists func(*v1alpha1.SecuredAPIPolicySpec, string)
		// of is the planted one in the account.
		of func(harness.Inventory) any
	}{
		{
			"a pool with a trigger that changes tokens, and a client", func(w *harness.World, owner engine.Owner) string {
				pool := harness.Must[*cip.CreateUserPoolOutput](w)(w.Cognito().CreateUserPool(w.T.Context(), &cip.CreateUserPoolInput{
					PoolName: aws.String(owner.ResourceName()), UsernameAttributes: []ciptypes.UsernameAttributeType{"email"}, UserPoolTags: owner.Tags(""),
					LambdaConfig: &ciptypes.LambdaConfigType{PreTokenGeneration: aws.String(evil)},
				})).UserPool
				harness.Must[*cip.CreateUserPoolClientOutput](w)(w.Cognito().CreateUserPoolClient(w.T.Context(), &cip.CreateUserPoolClientInput{
					UserPoolId: pool.Id, ClientName: aws.String("evil"),
				}))
				return *pool.Id
			}, "adopt.userPoolIDs",
			[]string{"= userPool ", "= trigger/preTokenGeneration " + evil, "= client/evil "},
			func(s *v1alpha1.SecuredAPIPolicySpec, id string) { s.Adopt.UserPoolIDs = []string{id} },
			func(all harness.Inventory) any { return all.Pools },
		},
		{
			"an API with a stage", func(w *harness.World, owner engine.Owner) string {
				return w.MakeAPI(owner.ResourceName(), "evil", owner.Tags(""))
			}, "adopt.restAPIIDs",
			[]string{"= api ", "= stage/evil"},
			func(s *v1alpha1.SecuredAPIPolicySpec, id string) { s.Adopt.RestAPIIDs = []string{id} },
			func(all harness.Inventory) any { return all.APIs },
		},
	} {
		t.Run(tc.how, func(t *testing.T) {
			t.Parallel()
			report.Attack(t, "a tenant agrees to take a planted resource of this namespace", tc.how)
			w, first := tenant(t, nil)
			second := secondPolicy(w, first)
			id := tc.plant(w, ownerOf(w))
			before := w.Inventory()
			asked := w.Recipe()
			asked.Spec.Mode = v1alpha1.ModePlan
			object := w.Create(asked)
			planned := w.AwaitPlanned(object)
			for _, line := range tc.lines {
				if !slices.ContainsFunc(planned, func(words string) bool { return strings.HasPrefix(words, line) && strings.HasSuffix(words, "(adopts)") }) {
					t.Errorf("%q is not in the plan:\n%s", line, strings.Join(planned, "\n"))
				}
			}
			hash := object.Status.Plan.Hash
			w.AWS.ResetCalls()
			untouched := func(state string, lacking *v1alpha1.SecuredAPIPolicy) {
				t.Helper()
				message := w.AwaitStalled(object, v1alpha1.ReasonPolicyDenied)
				for _, words := range []string{id, tc.list, lacking.Name} {
					if !strings.Contains(message, words) {
						t.Errorf("%s: got the message %q, want %q in it", state, message, words)
					}
				}
				w.AskNow(object)
				if api := object.Status.API; api != nil && api.ID == id {
					t.Errorf("%s: the API is the object's", state)
				}
				if object.Status.UserPool != nil && object.Status.UserPool.ID == id {
					t.Errorf("%s: the pool is the object's", state)
				}
			}
			w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Mode, o.Spec.Acknowledge = v1alpha1.ModeApply, hash })
			untouched("no policy lists it, and the hash is acknowledged", first)
			if diff := cmp.Diff(tc.of(before), tc.of(w.Inventory())); diff != "" {
				t.Errorf("no policy lists it: it was changed (-before +after):\n%s", diff)
			}
			ask(w, first, func(s *v1alpha1.SecuredAPIPolicySpec) { tc.lists(s, id) })
			w.Await(object, "the policy that does not list it", func(o *v1alpha1.SecuredAPI) bool {
				return strings.Contains(outcome.StalledMessage(&o.Status), second.Name)
			})
			untouched("one of two policies lists it", second)
			if diff := cmp.Diff(tc.of(before), tc.of(w.Inventory())); diff != "" {
				t.Errorf("one of two policies lists it: it was changed (-before +after):\n%s", diff)
			}
			ask(w, second, func(s *v1alpha1.SecuredAPIPolicySpec) { tc.lists(s, id) })
			w.AwaitReady(object)
			if object.Status.UserPool.ID != id && object.Status.API.ID != id {
				t.Errorf("both policies list it: got the pool %s and the API %s, want one to be %s", object.Status.UserPool.ID, object.Status.API.ID, id)
			}
		})
	}
}

// secondPolicy selects the same namespace, and allows all but adoptions.
func secondPolicy(w *harness.World, first *v1alpha1.SecuredAPIPolicy) *v1alpha1.SecuredAPIPolicy {
	w.T.Helper()
	second := &v1alpha1.SecuredAPIPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: first.Name + "-b"}, Spec: v1alpha1.SecuredAPIPolicySpec{NamespaceSelector: first.Spec.NamespaceSelector},
	}
	if err := w.Client.Create(w.T.Context(), second); err != nil {
		w.T.Fatal(err)
	}
	w.T.Cleanup(func() {
		if err := client.IgnoreNotFound(w.Client.Delete(context.WithoutCancel(w.T.Context()), second)); err != nil {
			w.T.Error(err)
		}
	})
	return second
}

// ownerOf is whose tags the operator writes for the recipe, with another uid of the object: it was made anew.
func ownerOf(w *harness.World) engine.Owner {
	w.T.Helper()
	namespace := &corev1.Namespace{}
	if err := w.Client.Get(w.T.Context(), client.ObjectKey{Name: w.Namespace}, namespace); err != nil {
		w.T.Fatal(err)
	}
	return engine.Owner{Cluster: w.ClusterID, Namespace: w.Namespace, Name: "notes", UID: "former", NamespaceUID: string(namespace.UID)}
}
