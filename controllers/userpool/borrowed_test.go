package userpool

import (
	"strings"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
)

// A name in AWS tells whose something is, and no two objects have one.
func TestNamesTellWhoseSomethingIs(t *testing.T) {
	p := &engine.Pass{Owner: engine.Owner{Namespace: "shop", Name: "notes"}}
	own, borrowing := &Cognito{}, &Cognito{Loan: &Loan{}}
	marked := func(client, namespace, name string) string {
		return markedName(client, engine.Owner{Namespace: namespace, Name: name})
	}
	for _, tc := range []struct {
		reason string
		c      *Cognito
		has    string
		refuse string
	}{
		{"in a pool of its own, by the client's name", own, "web", ""},
		{"in a pool of its own, renamed by a person", own, "front end", ""},
		{"in a pool of its own, another one's", own, marked("web", "shop", "papers"), "belongs to SecuredAPI shop/papers"},
		{"in another's pool, by its mark", borrowing, marked("web", "shop", "notes"), ""},
		{"in another's pool, of a former namespace", borrowing, markedName("web", engine.Owner{Namespace: "shop", Name: "notes", NamespaceUID: "former"}), "belongs to SecuredAPI shop/notes"},
		{"in another's pool, the owner's", borrowing, "web", "belongs to the user pool's owner"},
		{"in another's pool, of another client of its own", borrowing, marked("app", "shop", "notes"), "belongs to SecuredAPI shop/notes"},
		{"in another's pool, of another object", borrowing, marked("web", "shop", "papers"), "belongs to SecuredAPI shop/papers"},
		{"in another's pool, of another namespace", borrowing, marked("web", "shop2", "notes"), "belongs to SecuredAPI shop2/notes"},
	} {
		err := tc.c.ours("client", "c1", tc.has, tc.c.clientName(p, "web"))
		if (err == nil) != (tc.refuse == "") || err != nil && (!strings.Contains(err.Error(), tc.refuse) || !awserr.Has(err, v1alpha1.ReasonOwnershipConflict)) {
			t.Errorf("%s: got %v, want %q", tc.reason, err, tc.refuse)
		}
	}
}

func TestMarkedNames(t *testing.T) {
	long := strings.Repeat("a", 63)
	named := map[string]string{}
	for _, tc := range []struct{ client, namespace, object string }{
		{"web", "a", "b"},
		{"web", "a-b", "c"},
		{"web", "a", "b-c"},
		{"web", "b", "a"},
		{"a", "web", "b"},
		{"", "a", "b"},
		{long, long, "a"},
		{long, long, "b"},
		{long, long, strings.Repeat("c.", 100) + "d"},
		{long, strings.Repeat("b", 63), "a"},
		{"web", long, long},
		{"", long, long},
	} {
		got := markedName(tc.client, engine.Owner{Namespace: tc.namespace, Name: tc.object})
		if other, taken := named[got]; taken || len(got) > maxName || !strings.Contains(got, markKey) {
			t.Errorf("%+v: got %q, which is %q's, too, or not a name that tells whose it is in %d letters", tc, got, other, maxName)
		}
		named[got] = tc.client + " " + tc.namespace + " " + tc.object
	}
	if got, want := markedName("web", engine.Owner{Namespace: "shop", Name: "notes", NamespaceUID: "n1"}), "web,securedapi=shop@notes+"; !strings.HasPrefix(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// No record makes the operator touch anything else in another's pool.
func TestABorrowerHasServersAndClientsAlone(t *testing.T) {
	var got []string
	for _, kind := range Kinds(&Cognito{Loan: &Loan{}}) {
		got = append(got, kind.Prefix)
	}
	if want := "userPool resourceServer/ client/ secret/"; strings.Join(got, " ") != want {
		t.Errorf("got the resources %v, want %s", got, want)
	}
	for _, kind := range Kinds(&Cognito{Loan: &Loan{}})[:1] {
		if strings.Join(kind.Operations, " ") != "cognito-idp:DescribeUserPool" {
			t.Errorf("got the calls %v of %s, want that it is read", kind.Operations, kind.Prefix)
		}
	}
}

// A pool that somebody planted with all of the object's tags is taken back only if nothing of others is in it, whatever that is called.
func TestAPlantedPoolWithAMarkedClientIsNotUsed(t *testing.T) {
	for _, name := range []string{"evil", "evil,securedapi=no@body"} {
		w := newWorld(t)
		owner := engine.Owner{Cluster: "c", Namespace: "default", Name: "notes", UID: "u1", NamespaceUID: "n"}
		id := w.makePool(func(in *cip.CreateUserPoolInput) {
			in.PoolName, in.UserPoolTags = new(owner.ResourceName()), owner.Tags("")
		})
		must[cip.CreateUserPoolClientOutput](w)(w.cip.CreateUserPoolClient(w.Context(), &cip.CreateUserPoolClientInput{
			UserPoolId: &id, ClientName: &name,
		}))
		err := w.apply()
		if err == nil {
			t.Errorf("client %q: the planted pool is used without anybody's consent; clients %v, foreign %+v", name, w.clients(), w.object.Status.ForeignResources)
		}
	}
}
