package features_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// sharing is the sample of two objects with one user pool. Its functions are those of the account.
func sharing(w *harness.World) (owner, user *v1alpha1.SecuredAPI) {
	w.T.Helper()
	objects := w.Samples("shared")
	for _, object := range objects {
		object.Spec.Routes[0].Backend.Lambda.Function = "RegisteredHandler"
	}
	return objects[0], objects[1]
}

// ready creates both, and waits until they are Ready.
func ready(w *harness.World) (owner, user *v1alpha1.SecuredAPI) {
	w.T.Helper()
	owner, user = sharing(w)
	w.Create(owner)
	w.Create(user)
	w.AwaitReady(owner)
	w.AwaitReady(user)
	return owner, user
}

// register makes a user of an object's pool.
func register(w *harness.World, object *v1alpha1.SecuredAPI) {
	w.T.Helper()
	pool := &object.Status.UserPool.ID
	harness.Must[*cip.AdminCreateUserOutput](w)(w.Cognito().AdminCreateUser(w.T.Context(), &cip.AdminCreateUserInput{
		UserPoolId: pool, Username: aws.String(ada), UserAttributes: verified(), MessageAction: types.MessageActionTypeSuppress,
	}))
	harness.Must[*cip.AdminSetUserPasswordOutput](w)(w.Cognito().AdminSetUserPassword(w.T.Context(), &cip.AdminSetUserPasswordInput{
		UserPoolId: pool, Username: aws.String(ada), Password: aws.String(adaPassword), Permanent: true,
	}))
}

// tokensAt are those of a user who signs in at a client of an object.
func tokensAt(w *harness.World, object *v1alpha1.SecuredAPI, client string) *types.AuthenticationResultType {
	w.T.Helper()
	return harness.Must[*cip.InitiateAuthOutput](w)(w.Cognito().InitiateAuth(w.T.Context(), &cip.InitiateAuthInput{
		ClientId: &object.Status.Client(client).ID, AuthFlow: types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": ada, "PASSWORD": adaPassword},
	})).AuthenticationResult
}

// clientsIn are the names of the clients of a pool, sorted.
func clientsIn(w *harness.World, pool string) []string {
	w.T.Helper()
	var names []string
	for _, c := range harness.Must[*cip.ListUserPoolClientsOutput](w)(w.Cognito().ListUserPoolClients(w.T.Context(), &cip.ListUserPoolClientsInput{
		UserPoolId: &pool, MaxResults: aws.Int32(60),
	})).UserPoolClients {
		names = append(names, *c.ClientName)
	}
	slices.Sort(names)
	return names
}

// The sample: a user of the one API signs in to the other, and no token of the one opens the other.
func TestTwoAPIsHaveOneUserPool(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	owner, user := sharing(w)
	// The order in which they come means nothing.
	w.Create(user)
	w.AwaitStalled(user, v1alpha1.ReasonDependencyNotReady)
	w.Create(owner)
	w.AwaitReady(owner)
	w.AwaitReady(user)
	if pool, want := user.Status.UserPool, owner.Status.UserPool; pool.ID != want.ID || pool.ARN != want.ARN || pool.Owner.String() != w.Namespace+"/accounts" {
		t.Errorf("got the user pool %+v, want that of %s, %s", pool, owner.Name, want.ID)
	}
	w.Await(user, "the owner's login pages", func(o *v1alpha1.SecuredAPI) bool {
		return o.Status.Domain == owner.Status.Domain && strings.HasPrefix(o.Status.Client("web").LoginURL, owner.Status.Domain+"/login?")
	})
	if pools := w.Inventory().Pools; len(pools) != 1 {
		t.Errorf("got %d user pools, want 1", len(pools))
	}
	register(w, owner)
	atOwner, atUser := tokensAt(w, owner, "web"), tokensAt(w, user, "web")
	for _, tc := range []struct {
		reason, url, token string
		want               int
	}{
		{"the second API, with a token of its client", user.Status.Endpoint + "/baskets", *atUser.IdToken, http.StatusOK},
		{"the second API, with a token of the first one's client", user.Status.Endpoint + "/baskets", *atOwner.IdToken, http.StatusUnauthorized},
		{"the second API, with an access token", user.Status.Endpoint + "/baskets", *atUser.AccessToken, http.StatusUnauthorized},
		{"the first API, with a token of its client", owner.Status.Endpoint + "/profile", *atOwner.IdToken, http.StatusOK},
		{"the first API takes any client's", owner.Status.Endpoint + "/profile", *atUser.IdToken, http.StatusOK},
	} {
		if got := callWith(t, http.MethodGet, tc.url, tc.token); got != tc.want {
			t.Errorf("%s: got %d, want %d", tc.reason, got, tc.want)
		}
	}

	w.AskNow(owner)
	if got := owner.Status.ForeignResources; len(got) != 0 {
		t.Errorf("got the foreign resources %+v, want none: the other one is allowed to use the pool", got)
	}
	w.Delete(user)
	if got := clientsIn(w, owner.Status.UserPool.ID); !slices.Equal(got, []string{"web"}) {
		t.Errorf("after the second one is deleted: got the clients %v, want the first one's", got)
	}
	w.AskNow(owner)
	w.AwaitReady(owner)
}

// The owner's deletion waits, says for whom, and goes on when nobody uses the pool.
func TestAUserPoolInUseIsNotDeleted(t *testing.T) {
	t.Parallel()
	for _, policy := range []v1alpha1.DeletionPolicy{v1alpha1.DeletionProtect, v1alpha1.DeletionDelete} {
		t.Run(string(policy), func(t *testing.T) {
			t.Parallel()
			w := harness.NewWorld(t, harness.ResyncNever)
			owner, user := sharing(w)
			owner.Spec.DeletionPolicy = policy
			w.Create(owner)
			w.Create(user)
			w.AwaitReady(owner)
			w.AwaitReady(user)
			if err := w.Client.Delete(t.Context(), owner); err != nil {
				t.Fatal(err)
			}
			message := w.AwaitStalled(owner, v1alpha1.ReasonUserPoolInUse)
			if want := "is used by " + w.Namespace + "/market;"; !strings.Contains(message, want) {
				t.Errorf("got the message %q, want %q in it", message, want)
			}
			w.AskNow(user)
			w.AwaitReady(user)
			// One that comes now makes nothing, and keeps nobody.
			_, late := sharing(w)
			late.Name = "late"
			w.Create(late)
			w.AwaitStalled(late, v1alpha1.ReasonDependencyNotReady)
			w.Delete(user)
			w.AwaitGone(owner)
			if pools := w.Inventory().Pools; len(pools) != 0 {
				t.Errorf("got the user pools %+v, want none", pools)
			}
			w.Delete(late)
		})
	}
}

// Consent that is withdrawn takes nothing down. Nothing more is made, what is guarded stays so, and the pool's owner is free.
func TestConsentThatIsWithdrawn(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, 300*time.Millisecond)
	owner, user := ready(w)
	w.Update(owner, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.SharedWith.From = v1alpha1.SharedFromNone })
	if message := w.AwaitStalled(user, v1alpha1.ReasonUserPoolNotShared); !strings.Contains(message, w.Namespace+"/accounts") {
		t.Errorf("got the message %q, want the owner in it", message)
	}
	w.Update(user, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Clients = append(o.Spec.Clients, v1alpha1.Client{Name: "more", CallbackURLs: []v1alpha1.URL{"shop:/in"}})
	})
	w.AwaitStalled(user, v1alpha1.ReasonUserPoolNotShared)
	if got := clientsIn(w, owner.Status.UserPool.ID); len(got) != 2 {
		t.Errorf("got the clients %v, want one of each", got)
	}
	w.OpenByHand(user, "/baskets")
	w.DeployByHand(user)
	w.Await(user, "the route to be closed again", func(*v1alpha1.SecuredAPI) bool {
		return w.StatusCode(user.Status.Endpoint+"/baskets") == http.StatusUnauthorized
	})
	w.Update(owner, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.SharedWith = nil })
	w.AwaitReady(user)
	if got := clientsIn(w, owner.Status.UserPool.ID); len(got) != 3 {
		t.Errorf("got the clients %v, want one more", got)
	}
	w.Update(owner, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.SharedWith = &v1alpha1.SharedWith{From: v1alpha1.SharedFromNone}
	})
	w.Delete(owner)
	// The pool is gone, and nothing is left to do in it.
	w.Delete(user)
}

// Who uses a pool from another namespace needs a consent that names it, by its labels or with all others.
// Who may not use a pool does not learn whether there is one.
func TestAPoolOfAnotherNamespaceThatIsNotThere(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	_, user := sharing(w)
	user.Spec.UserPoolRef.Namespace, user.Spec.UserPoolRef.Name = "default", "nothing"
	w.Create(user)
	message := w.AwaitStalled(user, v1alpha1.ReasonUserPoolNotShared)
	if want := "does not exist, or does not share its user pool with namespace " + w.Namespace; !strings.Contains(message, want) {
		t.Errorf("got %q, want %q in it", message, want)
	}
}

func TestConsentToNamespaces(t *testing.T) {
	t.Parallel()
	team := &v1alpha1.SharedWith{
		From: v1alpha1.SharedFromSelector, Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"team": "shop"}},
	}
	for _, tc := range []struct {
		reason string
		shared *v1alpha1.SharedWith
		labels map[string]string
		want   bool
	}{
		{"the default is the same namespace", nil, nil, false},
		{"the same namespace, said", &v1alpha1.SharedWith{From: v1alpha1.SharedFromSame}, nil, false},
		{"nobody", &v1alpha1.SharedWith{From: v1alpha1.SharedFromNone}, nil, false},
		{"a label that the namespace lacks", team, nil, false},
		{"a label that the namespace has", team, map[string]string{"team": "shop"}, true},
		{"all", &v1alpha1.SharedWith{From: v1alpha1.SharedFromAll}, nil, true},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			t.Parallel()
			w := harness.NewAccount(t)
			other := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "test-shop-", Labels: tc.labels}}
			if err := w.Client.Create(t.Context(), other); err != nil {
				t.Fatal(err)
			}
			w.Resync, w.Neighbor = harness.ResyncNever, other.Name
			w.StartOperator()
			t.Cleanup(func() { w.Stop() })
			owner, user := sharing(w)
			owner.Spec.UserPool.SharedWith = tc.shared
			user.Namespace, user.Spec.UserPoolRef.Namespace = other.Name, w.Namespace
			w.Create(owner)
			w.AwaitReady(owner)
			w.Create(user)
			if !tc.want {
				w.AwaitStalled(user, v1alpha1.ReasonUserPoolNotShared)
				if user.Status.UserPool != nil || len(clientsIn(w, owner.Status.UserPool.ID)) != 1 {
					t.Errorf("got the user pool %+v, want none", user.Status.UserPool)
				}
				// A consent that comes wakes it.
				w.Update(owner, func(o *v1alpha1.SecuredAPI) {
					o.Spec.UserPool.SharedWith = &v1alpha1.SharedWith{From: v1alpha1.SharedFromAll}
				})
			}
			w.AwaitReady(user)
			w.Delete(user)
			w.Delete(owner)
		})
	}
}

// What others use of a pool follows it: another domain, and another pool in the place of one that was lost.
func TestAUserPoolThatChanges(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	owner, user := ready(w)
	w.Update(owner, func(o *v1alpha1.SecuredAPI) { o.Spec.Domain.Prefix = "accounts-other" })
	w.AwaitReady(owner)
	w.Await(user, "the other login pages", func(o *v1alpha1.SecuredAPI) bool {
		return o.Status.Domain == owner.Status.Domain && strings.HasPrefix(o.Status.Client("web").LoginURL, owner.Status.Domain)
	})

	w.Update(owner, func(o *v1alpha1.SecuredAPI) { o.Spec.DeletionPolicy = v1alpha1.DeletionDelete })
	w.AwaitReady(owner)
	lost := owner.Status.UserPool.ID
	w.DeletePool(owner)
	w.AskNow(owner)
	w.AwaitReady(owner)
	w.Await(user, "the new pool", func(o *v1alpha1.SecuredAPI) bool {
		return o.Status.UserPool != nil && o.Status.UserPool.ID != lost && harness.IsReady(o)
	})
	register(w, owner)
	if got := callWith(t, http.MethodGet, user.Status.Endpoint+"/baskets", *tokensAt(w, user, "web").IdToken); got != http.StatusOK {
		t.Errorf("with a token of the new pool: got %d, want %d", got, http.StatusOK)
	}
}
