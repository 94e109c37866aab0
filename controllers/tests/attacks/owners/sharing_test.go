package owners_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/attacks/report"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// shared are two objects with one user pool. The first one, whose pool it is, has a program, a group and a resource server.
func shared(w *harness.World) (owner, user *v1alpha1.SecuredAPI) {
	w.T.Helper()
	objects := w.Samples("shared")
	owner, user = objects[0], objects[1]
	owner.Spec.UserPool.Groups = []v1alpha1.Group{{Name: "admins"}}
	owner.Spec.ResourceServers = []v1alpha1.ResourceServer{{Identifier: "accounts", Scopes: []v1alpha1.ResourceServerScope{{Name: "read"}}}}
	owner.Spec.Clients = append(owner.Spec.Clients, v1alpha1.Client{
		Name: "job", Flows: []v1alpha1.Flow{v1alpha1.FlowClientCredentials}, Scopes: []string{"accounts/read"},
	})
	for _, object := range objects {
		object.Spec.Routes[0].Backend.Lambda.Function = "RegisteredHandler"
	}
	return owner, user
}

// program is a client with a secret, and the resource server that it needs.
func program(o *v1alpha1.SecuredAPI, name string) {
	o.Spec.ResourceServers = []v1alpha1.ResourceServer{{Identifier: "shop", Scopes: []v1alpha1.ResourceServerScope{{Name: "read"}}}}
	o.Spec.Clients = append(o.Spec.Clients, v1alpha1.Client{
		Name: name, Flows: []v1alpha1.Flow{v1alpha1.FlowClientCredentials}, Scopes: []string{"shop/read"},
	})
}

func recordIn(s *v1alpha1.SecuredAPIStatus, name string) *v1alpha1.ResourceRecord {
	if known := s.Resource(name); known != nil {
		return known
	}
	s.Resources = append(s.Resources, v1alpha1.ResourceRecord{Name: name})
	return &s.Resources[len(s.Resources)-1]
}

// sharingWithPrograms are an owner and one that uses its user pool, both Ready, the latter with a program's client.
func sharingWithPrograms(t *testing.T) (w *harness.World, owner, user *v1alpha1.SecuredAPI) {
	t.Helper()
	w = harness.NewWorld(t, harness.ResyncNever)
	owner, user = shared(w)
	program(user, "own")
	w.Create(owner)
	w.AwaitReady(owner)
	w.Create(user)
	w.AwaitReady(user)
	return w, owner, user
}

// held is what a pool holds of one object: of the owner what has no mark, of another what has its mark. Of resource servers, that of
// the other one is called shop.
func held(w *harness.World, pool string, mark string) (left []string) {
	w.T.Helper()
	item := w.Pool(w.T.Context(), pool)
	for _, one := range slices.Concat(item.Clients, item.ResourceServers, item.Groups, []string{item.Settings, item.SignIn, item.Domain, item.Tags}) {
		if mark == "" && !strings.Contains(one, "securedapi=") && !strings.HasPrefix(one, "shopmap[") || mark != "" && strings.Contains(one, mark) {
			left = append(left, one)
		}
	}
	return left
}

// Who shares a user pool and forges a status gets nothing of what another SecuredAPI has in it: neither the client's settings, nor its
// secret, nor its end.
func TestAForgedStatusTakesNothingInASharedPool(t *testing.T) {
	t.Parallel()
	type records func(s *v1alpha1.SecuredAPIStatus, theirs *v1alpha1.SecuredAPIStatus)
	app := func(name, of string, verified bool) records {
		return func(s, theirs *v1alpha1.SecuredAPIStatus) {
			rec := recordIn(s, "client/"+name)
			rec.ID, rec.Under, rec.Pending = theirs.Resource("client/"+of).ID, theirs.UserPool.ID, nil
			if rec.Verified = nil; verified {
				rec.Verified = new(metav1.Now())
			}
		}
	}
	for _, tc := range []struct {
		how   string
		forge records
	}{
		{"the id of its client, to be changed", app("web", "web", false)},
		{"the id of its client, as it was verified", app("web", "web", true)},
		{"the id of its program, whose secret is lost here", func(s, theirs *v1alpha1.SecuredAPIStatus) {
			app("own", "job", true)(s, theirs)
			*recordIn(s, "secret/own") = v1alpha1.ResourceRecord{
				Name: "secret/own", Under: theirs.Resource("client/job").ID,
				Kept: map[string]string{"client": theirs.Resource("client/job").ID, "generation": "1"},
			}
		}},
		{"the id of its program, with a secret to come", func(s, theirs *v1alpha1.SecuredAPIStatus) {
			app("own", "job", true)(s, theirs)
			*recordIn(s, "secret/own") = v1alpha1.ResourceRecord{
				Name: "secret/own", ID: "x", Under: theirs.Resource("client/job").ID,
				Kept:    map[string]string{"client": theirs.Resource("client/job").ID, "generation": "0"},
				Retired: []v1alpha1.RetiredResource{{ID: "x", Until: new(metav1.Unix(1, 0))}},
			}
		}},
		{"the id of its client under a name that the spec lacks", app("gone", "web", false)},
		{"its client as one that was replaced", func(s, theirs *v1alpha1.SecuredAPIStatus) {
			rec := recordIn(s, "client/web")
			rec.Retired = append(rec.Retired, v1alpha1.RetiredResource{ID: theirs.Resource("client/web").ID, Under: theirs.UserPool.ID, Until: new(metav1.Unix(1, 0))})
		}},
		{"its resource server", func(s, theirs *v1alpha1.SecuredAPIStatus) {
			*recordIn(s, "resourceServer/accounts") = v1alpha1.ResourceRecord{Name: "resourceServer/accounts", ID: "accounts", Under: theirs.UserPool.ID}
		}},
		{"its group", func(s, theirs *v1alpha1.SecuredAPIStatus) {
			*recordIn(s, "group/admins") = v1alpha1.ResourceRecord{Name: "group/admins", ID: "admins", Under: theirs.UserPool.ID}
		}},
		{"its domain and its second factors", func(s, theirs *v1alpha1.SecuredAPIStatus) {
			*recordIn(s, "domain") = v1alpha1.ResourceRecord{Name: "domain", ID: "accounts-example", Under: theirs.UserPool.ID}
			*recordIn(s, "mfa") = v1alpha1.ResourceRecord{Name: "mfa", ID: "mfa", Under: theirs.UserPool.ID}
		}},
		{"the user pool as the object's own", func(s, theirs *v1alpha1.SecuredAPIStatus) {
			*recordIn(s, "userPool") = v1alpha1.ResourceRecord{Name: "userPool", ID: theirs.UserPool.ID, Adopted: true}
		}},
	} {
		t.Run(tc.how, func(t *testing.T) {
			t.Parallel()
			report.Attack(t, "who shares a user pool takes what another has in it", tc.how)
			w, owner, user := sharingWithPrograms(t)
			pool := owner.Status.UserPool.ID
			before := held(w, pool, "")
			if len(before) < 8 {
				t.Fatalf("got %d things of the owner's in the pool, want two clients, a resource server, a group and settings: %v", len(before), before)
			}
			known := secretOf(w, owner.Name+"-job")
			if strings.Contains(tc.how, "secret") {
				dropSecret(w, user.Name+"-own")
			}
			forge(w, user, func(s *v1alpha1.SecuredAPIStatus) { tc.forge(s, &owner.Status) })
			w.AskNow(user)
			w.Update(user, func(o *v1alpha1.SecuredAPI) {
				o.Spec.Clients[0].CallbackURLs = []v1alpha1.URL{"https://evil.example.com/"}
			})
			w.AskNow(user)
			for _, secret := range w.Secrets() {
				if value := string(secret.Data["clientSecret"]); secret.Name != owner.Name+"-job" && value == known {
					t.Errorf("Secret %s has the secret of the other one's program", secret.Name)
				}
			}
			if diff := cmp.Diff(before, held(w, pool, "")); diff != "" {
				t.Errorf("what the owner has in the pool (-before +after):\n%s", diff)
			}
			if err := w.Client.Delete(t.Context(), user); err != nil {
				t.Fatal(err)
			}
			w.Eventually("the deletion to end, or to say why not", func(context.Context) (bool, string) {
				if gone(w, user) {
					return true, ""
				}
				stalled := meta.FindStatusCondition(user.Status.Conditions, v1alpha1.ConditionStalled)
				return stalled != nil && stalled.ObservedGeneration == user.Generation, "neither"
			})
			if diff := cmp.Diff(before, held(w, pool, "")); diff != "" {
				t.Errorf("what the owner has in the pool, after the deletion (-before +after):\n%s", diff)
			}
		})
	}
}

// gone says that an object is no more, and else reads it.
func gone(w *harness.World, object *v1alpha1.SecuredAPI) bool {
	err := w.Client.Get(w.T.Context(), client.ObjectKeyFromObject(object), object)
	if client.IgnoreNotFound(err) != nil {
		w.T.Fatal(err)
	}
	return err != nil
}

func secretOf(w *harness.World, name string) string {
	w.T.Helper()
	for _, secret := range w.Secrets() {
		if secret.Name == name {
			return string(secret.Data["clientSecret"])
		}
	}
	w.T.Fatalf("there is no Secret %s", name)
	return ""
}

func dropSecret(w *harness.World, name string) {
	w.T.Helper()
	for _, secret := range w.Secrets() {
		if secret.Name == name {
			if err := w.Client.Delete(w.T.Context(), &secret); err != nil {
				w.T.Fatal(err)
			}
		}
	}
}

// The owner of a user pool has all that no other SecuredAPI made in it, and nothing else.
func TestTheOwnerOfAPoolTakesNothingOfItsUsers(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		how   string
		forge func(s, theirs *v1alpha1.SecuredAPIStatus)
	}{
		{"the id of its client, to be changed", func(s, theirs *v1alpha1.SecuredAPIStatus) {
			recordIn(s, "client/web").ID, recordIn(s, "client/web").Verified = theirs.Resource("client/web").ID, nil
		}},
		{"the id of its client under a name that the spec lacks", func(s, theirs *v1alpha1.SecuredAPIStatus) {
			*recordIn(s, "client/gone") = v1alpha1.ResourceRecord{Name: "client/gone", ID: theirs.Resource("client/web").ID, Under: theirs.UserPool.ID}
		}},
		{"the id of its program, whose secret is lost here", func(s, theirs *v1alpha1.SecuredAPIStatus) {
			id := theirs.Resource("client/own").ID
			recordIn(s, "client/job").ID, recordIn(s, "client/job").Verified = id, new(metav1.Now())
			*recordIn(s, "secret/job") = v1alpha1.ResourceRecord{Name: "secret/job", Under: id, Kept: map[string]string{"client": id, "generation": "1"}}
		}},
		{"its resource server", func(s, theirs *v1alpha1.SecuredAPIStatus) {
			*recordIn(s, "resourceServer/shop") = v1alpha1.ResourceRecord{Name: "resourceServer/shop", ID: "shop", Under: theirs.UserPool.ID}
		}},
	} {
		t.Run(tc.how, func(t *testing.T) {
			t.Parallel()
			report.Attack(t, "the owner of a user pool takes what another has in it", tc.how)
			w, owner, user := sharingWithPrograms(t)
			pool, mark := owner.Status.UserPool.ID, "securedapi="+w.Namespace+"@market"
			before, known := held(w, pool, mark), secretOf(w, user.Name+"-own")
			if len(before) < 2 {
				t.Fatalf("got %v of the other one's in the pool, want two clients", before)
			}
			if strings.Contains(tc.how, "secret") {
				dropSecret(w, owner.Name+"-job")
			}
			forge(w, owner, func(s *v1alpha1.SecuredAPIStatus) { tc.forge(s, &user.Status) })
			w.AskNow(owner)
			if diff := cmp.Diff(before, held(w, pool, mark)); diff != "" {
				t.Errorf("what the other one has in the pool (-before +after):\n%s", diff)
			}
			servers := harness.Must[*cip.ListResourceServersOutput](w)(w.Cognito().ListResourceServers(t.Context(), &cip.ListResourceServersInput{
				UserPoolId: &pool, MaxResults: aws.Int32(50),
			})).ResourceServers
			if len(servers) != 2 {
				t.Errorf("got %d resource servers, want one of each", len(servers))
			}
			for _, secret := range w.Secrets() {
				if secret.Name != user.Name+"-own" && string(secret.Data["clientSecret"]) == known {
					t.Errorf("Secret %s has the secret of the other one's program", secret.Name)
				}
			}
		})
	}
}

// A tenant points spec.userPoolRef at an object of their own, whose status they forged: it names another team's pool.
func TestAForgedOwnerLendsNoPoolOfOthers(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		how  string
		lend func(w *harness.World, owner *v1alpha1.SecuredAPI)
	}{
		{"an object that has a pool", func(w *harness.World, owner *v1alpha1.SecuredAPI) {
			w.Create(owner)
			w.AwaitReady(owner)
			w.Update(owner, func(o *v1alpha1.SecuredAPI) { o.Spec.Suspend = true })
		}},
		{"an object that never had one", func(w *harness.World, owner *v1alpha1.SecuredAPI) {
			owner.Spec.Suspend = true
			w.Create(owner)
		}},
	} {
		t.Run(tc.how, func(t *testing.T) {
			t.Parallel()
			report.Attack(t, "a tenant gets clients into another's user pool by an object of their own", tc.how)
			w := harness.NewWorld(t, harness.ResyncNever)
			theirs := another(w)
			before := held(w, theirs.pool, "")
			owner, user := shared(w)
			tc.lend(w, owner)
			forge(w, owner, func(s *v1alpha1.SecuredAPIStatus) {
				*recordIn(s, "userPool") = v1alpha1.ResourceRecord{Name: "userPool", ID: theirs.pool, Verified: new(metav1.Now())}
				s.UserPool = &v1alpha1.UserPoolStatus{ID: theirs.pool, ARN: "arn:aws:cognito-idp:us-east-1:111111111111:userpool/" + theirs.pool}
				s.Region, s.Account = "us-east-1", "111111111111"
			})
			w.Create(user)
			message := w.AwaitStalled(user, v1alpha1.ReasonOwnershipConflict)
			if strings.Contains(message, "pay/api") {
				t.Errorf("got the message %q, want nobody to be told whose the pool is", message)
			}
			if user.Status.UserPool != nil && user.Status.UserPool.ID == theirs.pool {
				t.Errorf("got the user pool %+v, want none", user.Status.UserPool)
			}
			// The same, written down in the status of the one that uses it.
			forge(w, user, func(s *v1alpha1.SecuredAPIStatus) {
				*recordIn(s, "userPool") = v1alpha1.ResourceRecord{Name: "userPool", ID: theirs.pool, Verified: new(metav1.Now())}
				*recordIn(s, "client/web") = v1alpha1.ResourceRecord{Name: "client/web", ID: theirs.client, Under: theirs.pool}
				*recordIn(s, "client/gone") = v1alpha1.ResourceRecord{Name: "client/gone", ID: theirs.client, Under: theirs.pool}
			})
			w.AskNow(user)
			w.Delete(user)
			if diff := cmp.Diff(before, held(w, theirs.pool, "")); diff != "" {
				t.Errorf("the other team's pool (-before +after):\n%s", diff)
			}
			if got := harness.Must[*cip.ListUserPoolClientsOutput](w)(w.Cognito().ListUserPoolClients(t.Context(), &cip.ListUserPoolClientsInput{UserPoolId: &theirs.pool})).UserPoolClients; len(got) != 1 {
				t.Errorf("got %d clients in the other team's pool, want theirs", len(got))
			}
		})
	}
}

// One identifier of a resource server is one object's: who comes second is told whose it is.
func TestAResourceServerOfAnotherIsNotTaken(t *testing.T) {
	t.Parallel()
	report.Attack(t, "who shares a user pool takes another's resource server", "the same identifier")
	w := harness.NewWorld(t, harness.ResyncNever)
	owner, user := shared(w)
	w.Create(owner)
	w.AwaitReady(owner)
	before := held(w, owner.Status.UserPool.ID, "")
	user.Spec.ResourceServers = []v1alpha1.ResourceServer{{Identifier: "accounts", Scopes: []v1alpha1.ResourceServerScope{{Name: "write"}}}}
	w.Create(user)
	if message := w.AwaitStalled(user, v1alpha1.ReasonOwnershipConflict); !strings.Contains(message, "resource server accounts belongs to the user pool's owner") {
		t.Errorf("got the message %q, want to read whose it is", message)
	}
	third := user.DeepCopy()
	third.ObjectMeta = metav1.ObjectMeta{Namespace: w.Namespace, Name: "third"}
	w.Update(user, func(o *v1alpha1.SecuredAPI) { o.Spec.ResourceServers[0].Identifier = "shop" })
	w.AwaitReady(user)
	third.Spec.ResourceServers[0].Identifier = "shop"
	w.Create(third)
	if message := w.AwaitStalled(third, v1alpha1.ReasonOwnershipConflict); !strings.Contains(message, "resource server shop belongs to SecuredAPI "+w.Namespace+"/market") {
		t.Errorf("got the message %q, want to read whose it is", message)
	}
	w.Update(owner, func(o *v1alpha1.SecuredAPI) {
		o.Spec.ResourceServers = append(o.Spec.ResourceServers, v1alpha1.ResourceServer{Identifier: "shop", Scopes: []v1alpha1.ResourceServerScope{{Name: "own"}}})
	})
	if message := w.AwaitStalled(owner, v1alpha1.ReasonOwnershipConflict); !strings.Contains(message, "resource server shop belongs to SecuredAPI "+w.Namespace+"/market") {
		t.Errorf("got the message %q, want to read whose it is", message)
	}
	w.Delete(third)
	if diff := cmp.Diff(before, held(w, owner.Status.UserPool.ID, "")); diff != "" {
		t.Errorf("what the owner has in the pool (-before +after):\n%s", diff)
	}
}

// A client that asks a scope of another object's resource server would get access tokens for its API.
func TestAClientAsksNoScopeOfAnother(t *testing.T) {
	t.Parallel()
	report.Attack(t, "a client opens another's API with an access token", "a scope of its resource server")
	w := harness.NewWorld(t, harness.ResyncNever)
	owner, user := shared(w)
	w.Create(owner)
	w.AwaitReady(owner)
	user.Spec.Clients[0].Scopes = []string{"openid", "accounts/read"}
	w.Create(user)
	if message := w.AwaitStalled(user, v1alpha1.ReasonInvalidSpec); !strings.Contains(message, `"accounts/read" is not declared in spec.resourceServers`) {
		t.Errorf("got the message %q, want the scope in it", message)
	}
}
