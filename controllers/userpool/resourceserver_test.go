package userpool

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
)

// server is what Cognito holds of a resource server: its name and scopes, empty if there is none.
func (w *world) server(identifier string) string {
	w.Helper()
	out, err := w.cip.DescribeResourceServer(w.Context(), &cip.DescribeResourceServerInput{UserPoolId: w.id(NamePool), Identifier: &identifier})
	if err != nil {
		return ""
	}
	return *out.ResourceServer.Name + ": " + scopeWords(descriptions(out.ResourceServer))
}

// scoped are the scopes of a resource server that is called notes.
func scoped(scopes ...string) func(*v1alpha1.SecuredAPISpec) {
	return func(spec *v1alpha1.SecuredAPISpec) {
		server := v1alpha1.ResourceServer{Identifier: "notes"}
		for _, scope := range scopes {
			server.Scopes = append(server.Scopes, v1alpha1.ResourceServerScope{Name: scope})
		}
		spec.ResourceServers = []v1alpha1.ResourceServer{server}
	}
}

func TestResourceServerInItsLife(t *testing.T) {
	w := newWorld(t, withJob)
	if got := w.converge(); !strings.Contains(got, "+ resourceServer/notes read (read), write (Change notes)") {
		t.Errorf("got %s", got)
	}
	if diff := cmp.Diff("notes: read (read), write (Change notes)", w.server("notes")); diff != "" {
		t.Errorf("made (-want +got):\n%s", diff)
	}
	for _, tc := range []struct {
		reason string
		edit   func(*v1alpha1.SecuredAPISpec)
		want   string
		calls  []string
	}{
		{
			"a scope comes", scoped("read", "list", "write"),
			"~ resourceServer/notes.scopes: read (read), write (Change notes) -> list (list), read (read), write (write)",
			[]string{"ListResourceServers", "DescribeUserPool", "UpdateResourceServer"},
		},
		{
			"two go", scoped("read"), "~ resourceServer/notes.scopes: list (list), read (read), write (write) -> read (read)",
			[]string{"ListResourceServers", "DescribeUserPool", "UpdateResourceServer"},
		},
		{
			"one comes and one goes: the client may still ask for the one that goes", scoped("write"),
			"~ resourceServer/notes.scopes: read (read) -> write (write)",
			[]string{"ListResourceServers", "DescribeUserPool", "UpdateResourceServer", "UpdateResourceServer"},
		},
	} {
		tc.edit(&w.object.Spec)
		if diff := cmp.Diff(tc.want, w.converge()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
		w.wantCalls(tc.reason, tc.calls...)
	}
	must[cip.UpdateResourceServerOutput](w)(w.cip.UpdateResourceServer(w.Context(), &cip.UpdateResourceServerInput{
		UserPoolId: w.id(NamePool), Identifier: new("notes"), Name: new("by hand"),
	}))
	if diff := cmp.Diff(`~ resourceServer/notes.scopes: "" -> write (write)`, w.converge(whole)); diff != "" {
		t.Errorf("drift (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("by hand: write (write)", w.server("notes")); diff != "" {
		t.Errorf("the name stays as it was read (-want +got):\n%s", diff)
	}
	w.object.Spec.ResourceServers, w.object.Spec.Clients = nil, w.object.Spec.Clients[:1]
	if diff := cmp.Diff("- client/job "+w.last.ID(PrefixClient+"job")+"; - resourceServer/notes notes", w.converge()); diff != "" {
		t.Errorf("it goes after its clients (-want +got):\n%s", diff)
	}
	if got := w.server("notes"); got != "" || w.object.Status.Resource(PrefixServer+"notes") != nil {
		t.Errorf("got %s and a record, want none", got)
	}
}

func TestResourceServersAreNamedAfterTheirIdentifiers(t *testing.T) {
	w := newWorld(t, func(spec *v1alpha1.SecuredAPISpec) {
		scoped("read")(spec)
		spec.ResourceServers[0].Identifier = "https://notes.example.com"
	})
	w.converge()
	if diff := cmp.Diff("https---notes.example.com: read (read)", w.server("https://notes.example.com")); diff != "" {
		t.Errorf("as far as a name may hold it (-want +got):\n%s", diff)
	}
}

func TestResourceServersShareALook(t *testing.T) {
	w := newWorld(t, func(spec *v1alpha1.SecuredAPISpec) {
		scoped("read")(spec)
		spec.ResourceServers = append(spec.ResourceServers, v1alpha1.ResourceServer{Identifier: "files", Scopes: []v1alpha1.ResourceServerScope{{Name: "get"}}})
		spec.Clients = nil
	})
	w.converge()
	w.converge(whole)
	w.wantCalls("both are in one list", "DescribeUserPool", "ListUserPoolClients", "ListIdentityProviders", "ListResourceServers")
}

// A scope stays while a client that may ask for it did not converge, and goes then.
func TestScopesGoAfterTheirClients(t *testing.T) {
	w := newWorld(t, withJob)
	w.converge()
	scoped("write")(&w.object.Spec)
	w.object.Spec.Clients[1].Scopes = []string{"notes/write"}
	w.refuse("UpdateUserPoolClient", "TooManyRequestsException")
	if err := w.apply(); err == nil {
		t.Fatal("the refusal is an error")
	}
	if diff := cmp.Diff("notes: read (read), write (write)", w.server("notes")); diff != "" {
		t.Errorf("meanwhile (-want +got):\n%s", diff)
	}
	w.converge()
	if diff := cmp.Diff("notes: write (write)", w.server("notes")); diff != "" {
		t.Errorf("then (-want +got):\n%s", diff)
	}
}

func TestScopesThatDoNotAllFit(t *testing.T) {
	names := func(from, to int) []string {
		var all []string
		for i := from; i < to; i++ {
			all = append(all, fmt.Sprintf("s%03d", i))
		}
		return all
	}
	for _, tc := range []struct {
		reason string
		after  []string
		want   int
	}{
		{"a hundred fit", names(60, 100), 2},
		{"one more does not, so the former ones are deleted at once", names(60, 101), 1},
	} {
		w := newWorld(t, scoped(names(0, 60)...))
		w.converge()
		scoped(tc.after...)(&w.object.Spec)
		w.converge()
		if got := len(w.changed()); got != tc.want {
			t.Errorf("%s: got %d updates, want %d", tc.reason, got, tc.want)
		}
	}
}

func TestResourceServersThatExist(t *testing.T) {
	w := newWorld(t)
	w.converge()
	must[cip.CreateResourceServerOutput](w)(w.cip.CreateResourceServer(w.Context(), &cip.CreateResourceServerInput{
		UserPoolId: w.id(NamePool), Identifier: new("notes"), Name: new("by hand"),
	}))
	scoped("read")(&w.object.Spec)
	w.converge()
	if diff := cmp.Diff("by hand: read (read)", w.server("notes")); diff != "" {
		t.Errorf("one of that identifier is taken over (-want +got):\n%s", diff)
	}
	w.object.Spec.ResourceServers[0].Identifier = "other"
	w.refuse("CreateResourceServer", "LimitExceededException")
	if err := w.apply(); err == nil || w.last.ID(PrefixServer+"other") != "" {
		t.Errorf("got %v, want the refusal", err)
	}
}

// A creation that may come late is waited for, also when the spec has dropped the resource server by then.
func TestResourceServersInDoubt(t *testing.T) {
	w := newWorld(t)
	w.converge()
	scoped("read")(&w.object.Spec)
	w.loseReply("CreateResourceServer")
	if err := w.apply(); err == nil {
		t.Fatal("a lost reply is an error")
	}
	w.converge()
	if diff := cmp.Diff("notes: read (read)", w.server("notes")); diff != "" || w.last.ID(PrefixServer+"notes") != "notes" {
		t.Errorf("it is found (-want +got):\n%s", diff)
	}

	w.object.Spec.ResourceServers[0].Identifier = "late"
	w.cut("CreateResourceServer")
	if err := w.apply(); err == nil {
		t.Fatal("a cut connection is an error")
	}
	w.object.Spec.ResourceServers = nil
	if _, unsettled := errors.AsType[*engine.UnsettledError](w.apply()); !unsettled {
		t.Error("it may come yet")
	}
	scope := cip.CreateResourceServerInput{UserPoolId: w.id(NamePool), Identifier: new("late"), Name: new("late")}
	must[cip.CreateResourceServerOutput](w)(w.cip.CreateResourceServer(w.Context(), &scope))
	w.converge()
	if got := w.server("late"); got != "" {
		t.Errorf("it came, and goes: got %s", got)
	}
}

func TestADeletedResourceServerComesBack(t *testing.T) {
	w := newWorld(t, withJob)
	w.converge()
	must[cip.DeleteResourceServerOutput](w)(w.cip.DeleteResourceServer(w.Context(), &cip.DeleteResourceServerInput{UserPoolId: w.id(NamePool), Identifier: new("notes")}))
	if diff := cmp.Diff("+ resourceServer/notes read (read), write (Change notes)", w.planned()); diff != "" {
		t.Errorf("the plan (-want +got):\n%s", diff)
	}
	w.converge(whole)
	if got := w.server("notes"); got == "" {
		t.Error("it is not there")
	}
	must[cip.DeleteResourceServerOutput](w)(w.cip.DeleteResourceServer(w.Context(), &cip.DeleteResourceServerInput{UserPoolId: w.id(NamePool), Identifier: new("notes")}))
	w.object.Spec.ResourceServers, w.object.Spec.Clients = nil, nil
	if w.converge(); w.object.Status.Resource(PrefixServer+"notes") != nil {
		t.Error("one that is gone already is forgotten")
	}
}

func TestResourceServersThatCannotBeRead(t *testing.T) {
	w := newWorld(t, withJob)
	w.converge()
	w.refuse("ListResourceServers", "TooManyRequestsException")
	if err := w.apply(whole); err == nil || len(w.changed()) > 0 {
		t.Errorf("got %v, %v, want the refusal and nothing changed", err, w.changed())
	}
	w.object.Spec.ResourceServers[0].Scopes[0].Description = "Read"
	w.refuse("UpdateResourceServer", "TooManyRequestsException")
	if err := w.apply(); err == nil || w.object.Status.Resource(PrefixServer+"notes").Verified != nil {
		t.Errorf("got %v, want the refusal", err)
	}
	w.converge()
	w.object.Spec.ResourceServers, w.object.Spec.Clients = nil, nil
	w.refuse("DeleteResourceServer", "TooManyRequestsException")
	if err := w.apply(); err == nil || w.last.ID(PrefixServer+"notes") == "" {
		t.Errorf("got %v, want the refusal", err)
	}
}
