package features_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// An API and its user pool are in one Region and made with one role.
func TestWhoseUserPoolCannotBeUsed(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		reason, words string
		// make makes what the user pool of the reference is of.
		make func(w *harness.World, owner, user *v1alpha1.SecuredAPI)
	}{
		{"another Region", "is in Region eu-west-1, and this object in us-east-1", func(w *harness.World, owner, _ *v1alpha1.SecuredAPI) {
			owner.Spec.Region = "eu-west-1"
			owner.Spec.Routes, owner.Spec.Domain, owner.Spec.Clients = nil, nil, nil
			w.Create(owner)
			w.AwaitReady(owner)
		}},
		{"another role", "is made with another IAM role than this object", func(w *harness.World, owner, user *v1alpha1.SecuredAPI) {
			owner.Namespace, user.Spec.UserPoolRef.Namespace = w.Neighbor, w.Neighbor
			owner.Spec.UserPool.SharedWith = &v1alpha1.SharedWith{From: v1alpha1.SharedFromAll}
			w.Create(owner)
			w.AwaitReady(owner)
			giveRole(w, otherRole)
		}},
		{"a user pool that the other one has of a third", "has no user pool of its own; name", func(w *harness.World, owner, user *v1alpha1.SecuredAPI) {
			middle := user.DeepCopy()
			middle.Name, user.Spec.UserPoolRef.Name = "middle", "middle"
			w.Create(owner)
			w.AwaitReady(owner)
			w.Create(middle)
			w.AwaitReady(middle)
		}},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			t.Parallel()
			w := harness.NewAccount(t)
			neighbor := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "test-accounts-"}}
			if err := w.Client.Create(t.Context(), neighbor); err != nil {
				t.Fatal(err)
			}
			w.Resync, w.Neighbor = harness.ResyncNever, neighbor.Name
			w.StartOperator()
			t.Cleanup(func() { w.Stop() })
			owner, user := sharing(w)
			tc.make(w, owner, user)
			w.AWS.ResetCalls()
			w.Create(user)
			if message := w.AwaitStalled(user, v1alpha1.ReasonInvalidSpec); !strings.Contains(message, tc.words) {
				t.Errorf("got the message %q, want %q in it", message, tc.words)
			}
			if writes := w.Writes(); len(writes) != 0 {
				t.Errorf("got the calls %v, want none", writes)
			}
			w.Delete(user)
		})
	}
}

// A plan reads the other one's pool and changes nothing.
func TestAPlanInAnothersUserPool(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	owner, user := sharing(w)
	w.Create(owner)
	w.AwaitReady(owner)
	w.AWS.ResetCalls()
	user.Spec.Mode = v1alpha1.ModePlan
	w.Create(user)
	plan := strings.Join(w.AwaitPlanned(user), "\n")
	for _, want := range []string{"+ client/web code (inPlace)", "+ api ", "+ GET /baskets registered at its own clients (redeploy)"} {
		if !strings.Contains(plan, want) {
			t.Errorf("got the plan\n%s\nwant %q in it", plan, want)
		}
	}
	if strings.Contains(plan, "userPool") || len(w.Writes()) != 0 {
		t.Errorf("got the plan\n%s\nand the calls %v, want nothing of the pool, and no call", plan, w.Writes())
	}
	w.Update(user, func(o *v1alpha1.SecuredAPI) { o.Spec.Mode = v1alpha1.ModeApply })
	w.AwaitReady(user)

	w.Update(user, func(o *v1alpha1.SecuredAPI) { o.Spec.Mode = v1alpha1.ModePlan })
	if err := w.Client.Delete(t.Context(), user); err != nil {
		t.Fatal(err)
	}
	w.Await(user, "the plan of the deletion", func(o *v1alpha1.SecuredAPI) bool {
		if o.Status.Plan == nil {
			return false
		}
		words := strings.Join(harness.PlanWords(o), "\n")
		return strings.Contains(words, "- client/web "+o.Status.Client("web").ID) && strings.Contains(words, "- api ") && !strings.Contains(words, "userPool")
	})
	w.Update(user, func(o *v1alpha1.SecuredAPI) { o.Spec.Mode = v1alpha1.ModeApply })
	w.AwaitGone(user)
	w.AskNow(owner)
	w.AwaitReady(owner)
}

// What is retained works on: the one's clients in the other's pool, and the pool without its owner.
func TestRetainInASharedPool(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, 300*time.Millisecond)
	owner, user := ready(w)
	pool, url := owner.Status.UserPool.ID, user.Status.Endpoint+"/baskets"
	register(w, owner)
	w.Update(owner, func(o *v1alpha1.SecuredAPI) { o.Spec.DeletionPolicy = v1alpha1.DeletionRetain })
	w.Delete(owner)
	w.AwaitStalled(user, v1alpha1.ReasonDependencyNotReady)
	if got := callWith(t, http.MethodGet, url, *tokensAt(w, user, "web").IdToken); got != http.StatusOK {
		t.Errorf("without the owner: got %d, want %d", got, http.StatusOK)
	}
	w.OpenByHand(user, "/baskets")
	w.DeployByHand(user)
	w.Await(user, "the route to be closed again", func(*v1alpha1.SecuredAPI) bool { return w.StatusCode(url) == http.StatusUnauthorized })

	// The owner comes back, and takes its pool back at once, with another one's clients in it.
	back, _ := sharing(w)
	w.Create(back)
	w.AwaitReady(back)
	if back.Status.UserPool.ID != pool {
		t.Errorf("got the user pool %s, want %s again", back.Status.UserPool.ID, pool)
	}
	w.AwaitReady(user)

	w.Update(user, func(o *v1alpha1.SecuredAPI) { o.Spec.DeletionPolicy = v1alpha1.DeletionRetain })
	w.Delete(user)
	mark := "web,securedapi=" + w.Namespace + "@market+"
	if got := clientsIn(w, pool); len(got) != 2 || got[0] != "web" || !strings.HasPrefix(got[1], mark) {
		t.Errorf("got the clients %v, want both", got)
	}
	w.Await(back, "the other one's client in status.foreignResources", func(o *v1alpha1.SecuredAPI) bool {
		return slices.ContainsFunc(o.Status.ForeignResources, func(f v1alpha1.ForeignResource) bool { return strings.HasPrefix(f.Name, "client/"+mark) })
	})
}

// A namespace that loses its label loses the pool.
func TestALabelThatIsTakenOff(t *testing.T) {
	t.Parallel()
	w := harness.NewAccount(t)
	other := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "test-shop-", Labels: map[string]string{"team": "shop"}}}
	if err := w.Client.Create(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	w.Resync, w.Neighbor = harness.ResyncNever, other.Name
	w.StartOperator()
	t.Cleanup(func() { w.Stop() })
	owner, user := sharing(w)
	owner.Spec.UserPool.SharedWith = &v1alpha1.SharedWith{
		From: v1alpha1.SharedFromSelector, Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"team": "shop"}},
	}
	user.Namespace, user.Spec.UserPoolRef.Namespace = other.Name, w.Namespace
	w.Create(owner)
	w.Create(user)
	w.AwaitReady(owner)
	w.AwaitReady(user)
	label := func(labels map[string]string) {
		w.Get(other)
		other.Labels = labels
		if err := w.Client.Update(t.Context(), other); err != nil {
			t.Fatal(err)
		}
	}
	label(nil)
	w.AwaitStalled(user, v1alpha1.ReasonUserPoolNotShared)
	label(map[string]string{"team": "shop"})
	w.AwaitReady(user)
	w.Delete(user)
}

// A borrower is not Ready while nobody could sign in: its clients have no style of Managed pages, and no tokens without a domain.
func TestABorrowerNeedsPagesThatWork(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		reason string
		edit   func(*v1alpha1.SecuredAPI)
		want   string
	}{
		{"the owner has Managed pages", func(o *v1alpha1.SecuredAPI) { o.Spec.Domain.Pages = v1alpha1.PagesManaged }, v1alpha1.ReasonInvalidSpec},
		{"the owner has no domain", func(o *v1alpha1.SecuredAPI) {
			o.Spec.Domain = nil
			for i := range o.Spec.Clients {
				o.Spec.Clients[i] = v1alpha1.Client{Name: o.Spec.Clients[i].Name, Flows: []v1alpha1.Flow{}}
			}
		}, v1alpha1.ReasonDependencyNotReady},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			t.Parallel()
			w := harness.NewWorld(t, harness.ResyncNever)
			owner, user := sharing(w)
			tc.edit(owner)
			w.Create(owner)
			w.AwaitReady(owner)
			w.Create(user)
			w.AwaitStalled(user, tc.want)
		})
	}
}

// A borrower that is made anew, without a status, finds its own clients in the other's pool again.
func TestABorrowerIsMadeAnew(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	owner, user := sharing(w)
	user.Spec.DeletionPolicy = v1alpha1.DeletionRetain
	again := user.DeepCopy()
	w.Create(owner)
	w.AwaitReady(owner)
	w.Create(user)
	w.AwaitReady(user)
	former := user.Status.Client("web").ID
	w.Delete(user)
	again.Namespace = user.Namespace
	w.Create(again)
	w.AwaitReady(again)
	if got := clientsIn(w, owner.Status.UserPool.ID); len(got) != 2 {
		t.Errorf("got the clients %v, want 2", got)
	}
	if got := again.Status.Client("web").ID; got != former {
		t.Errorf("got client %s, want the former one, %s", got, former)
	}
	w.Update(again, func(o *v1alpha1.SecuredAPI) { o.Spec.DeletionPolicy = v1alpha1.DeletionDelete })
	w.Delete(again)
	if got := clientsIn(w, owner.Status.UserPool.ID); !slices.Equal(got, []string{"web"}) {
		t.Errorf("after a deletion with the policy Delete: got the clients %v, want the owner's", got)
	}
}
