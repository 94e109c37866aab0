package kills_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// borrower is an object that uses another one's user pool, which is Ready. It is not made yet if that is only shared, or Ready, too.
func borrower(m *harness.Stepper, from string) *v1alpha1.SecuredAPI {
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
	if from == "borrowed" {
		m.Create(user)
		m.RunUntil(user, m.Ready(user))
	}
	return user
}

// What the operator makes in another's user pool, and takes out of it, is as it should be wherever the operator was killed.
func TestABorrowerIsKilledAtEveryBoundary(t *testing.T) {
	killedIn(t, []stretch{
		{"create", "shared", func(m *harness.Stepper, user *v1alpha1.SecuredAPI) {
			m.Create(user)
			m.RunUntil(user, m.Ready(user))
		}},
		{"update", "borrowed", func(m *harness.Stepper, user *v1alpha1.SecuredAPI) {
			m.Update(user, func(o *v1alpha1.SecuredAPI) {
				o.Spec.Clients[0].Name, o.Spec.ResourceServers[0].Identifier, o.Spec.Clients[1].Scopes[0] = "app", "market", "market/read"
			})
			m.RunUntil(user, m.Ready(user))
		}},
		{"delete", "borrowed", func(m *harness.Stepper, user *v1alpha1.SecuredAPI) {
			if err := m.Client.Delete(m.T.Context(), user); err != nil {
				m.T.Fatal(err)
			}
			m.RunUntil(user, m.Gone(user))
			if all := sharedPool(m); strings.Contains(fmt.Sprint(all), "@market") || len(m.Secrets()) != 0 {
				m.T.Errorf("got %+v and %d Secrets after the deletion, want nothing of the object", all, len(m.Secrets()))
			}
		}},
	}, borrower, sharedPool)
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
