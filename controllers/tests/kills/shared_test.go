package kills_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// borrower is an object that uses another one's user pool, which is Ready. It is not made yet, or Ready, too.
func borrower(m *harness.Stepper, made bool) *v1alpha1.SecuredAPI {
	m.T.Helper()
	// The guarded route is another than the recipe's.
	m.Guarded = false
	objects := m.Samples("shared")
	owner, user := objects[0], objects[1]
	for _, object := range objects {
		object.Spec.Routes[0].Backend.Lambda.Function = "RegisteredHandler"
	}
	user.Spec.ResourceServers = []v1alpha1.ResourceServer{{Identifier: "shop", Scopes: []v1alpha1.ResourceServerScope{{Name: "read"}}}}
	user.Spec.Clients = append(user.Spec.Clients, v1alpha1.Client{
		Name: "job", Flows: []v1alpha1.Flow{v1alpha1.FlowClientCredentials}, Scopes: []string{"shop/read"},
	})
	m.Create(owner)
	m.RunUntil(owner, m.Ready(owner))
	if made {
		m.Create(user)
		m.RunUntil(user, m.Ready(user))
	}
	return user
}

// What the operator makes in another's user pool, and takes out of it, is as it should be wherever the operator was killed.
func TestABorrowerIsKilledAtEveryBoundary(t *testing.T) {
	harness.Sweep(t)
	for _, life := range []struct {
		name string
		made bool
		live func(*harness.Stepper, *v1alpha1.SecuredAPI)
	}{
		{"create", false, func(m *harness.Stepper, user *v1alpha1.SecuredAPI) {
			m.Create(user)
			m.RunUntil(user, m.Ready(user))
		}},
		{"update", true, func(m *harness.Stepper, user *v1alpha1.SecuredAPI) {
			m.Update(user, func(o *v1alpha1.SecuredAPI) {
				o.Spec.Clients[0].Name, o.Spec.ResourceServers[0].Identifier, o.Spec.Clients[1].Scopes[0] = "app", "market", "market/read"
			})
			m.RunUntil(user, m.Ready(user))
		}},
		{"delete", true, func(m *harness.Stepper, user *v1alpha1.SecuredAPI) {
			if err := m.Client.Delete(m.T.Context(), user); err != nil {
				m.T.Fatal(err)
			}
			m.RunUntil(user, m.Gone(user))
		}},
	} {
		t.Run(life.name, func(t *testing.T) {
			t.Parallel()
			whole := harness.NewStepper(t)
			user := borrower(whole, life.made)
			*whole.Edges = harness.Boundaries{}
			life.live(whole, user)
			want, names := sharedPool(whole), whole.Edges.Names
			if life.name == "delete" && strings.Contains(fmt.Sprint(want), "@market") {
				t.Fatalf("got %+v after the deletion, want nothing of the object", want)
			}
			for i, name := range names {
				t.Run(fmt.Sprintf("%d %s", i+1, name), func(t *testing.T) {
					t.Parallel()
					m := harness.NewStepper(t)
					user := borrower(m, life.made)
					*m.Edges = harness.Boundaries{KillAt: i + 1}
					life.live(m, user)
					if m.Edges.Seen < i+1 {
						t.Fatal("it was not killed")
					}
					if diff := cmp.Diff(want, sharedPool(m)); diff != "" {
						t.Errorf("AWS is as after a life without a crash (-want +got):\n%s", diff)
					}
					if left := len(m.Secrets()); life.name == "delete" && left != 0 {
						t.Errorf("got %d Secrets, want none", left)
					}
				})
			}
			t.Logf("%s: %d boundaries", life.name, len(names))
		})
	}
}

// ownerHash is what a borrower's client has in its name, of the object's uid: another one in each run.
var ownerHash = regexp.MustCompile(`(securedapi=[a-z0-9-]+@market)\+[0-9a-f]{8}`)

// sharedPool is all that there is, without the namespace in names.
func sharedPool(m *harness.Stepper) harness.Inventory {
	m.T.Helper()
	all := harness.Normalised(m.World)
	for i := range all.Pools {
		for j, c := range all.Pools[i].Clients {
			all.Pools[i].Clients[j] = ownerHash.ReplaceAllString(strings.ReplaceAll(c, m.Namespace, "ns"), "$1")
		}
	}
	return all
}
