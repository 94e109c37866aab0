package userpool

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

const (
	editorsRole = "arn:aws:iam::111111111111:role/Editors"
	readersRole = "arn:aws:iam::111111111111:role/Readers"
)

// grouped asks for those groups.
func grouped(groups ...v1alpha1.Group) func(*v1alpha1.SecuredAPISpec) {
	return func(spec *v1alpha1.SecuredAPISpec) { spec.UserPool.Groups = groups }
}

// editors is a group that has everything.
func editors() v1alpha1.Group {
	return v1alpha1.Group{Name: "editors", Description: "Change notes", Precedence: new(int32(0)), RoleARN: editorsRole}
}

// group is what Cognito holds of a group, field by field; empty if there is none.
func (w *world) group(name string) string {
	w.Helper()
	out, err := w.cip.GetGroup(w.Context(), &cip.GetGroupInput{UserPoolId: w.id(NamePool), GroupName: &name})
	if _, missing := errors.AsType[*types.ResourceNotFoundException](err); missing {
		return ""
	} else if err != nil {
		w.Fatal(err)
	}
	var words []string
	for _, field := range groupFields {
		words = append(words, field.Name+"="+field.Words(out.Group))
	}
	return strings.Join(words, " ")
}

// makeGroup makes a group by hand.
func (w *world) makeGroup(name, description string) {
	w.Helper()
	must[cip.CreateGroupOutput](w)(w.cip.CreateGroup(w.Context(), &cip.CreateGroupInput{
		UserPoolId: w.id(NamePool), GroupName: &name, Description: given(description),
	}))
}

// editGroup changes a group by hand.
func (w *world) editGroup(name string, edit func(*cip.UpdateGroupInput)) {
	w.Helper()
	in := &cip.UpdateGroupInput{UserPoolId: w.id(NamePool), GroupName: &name}
	edit(in)
	must[cip.UpdateGroupOutput](w)(w.cip.UpdateGroup(w.Context(), in))
}

func (w *world) deleteGroup(name string) {
	w.Helper()
	must[cip.DeleteGroupOutput](w)(w.cip.DeleteGroup(w.Context(), &cip.DeleteGroupInput{UserPoolId: w.id(NamePool), GroupName: &name}))
}

// join puts ann into a group.
func (w *world) join(name string) {
	w.Helper()
	must[cip.AdminAddUserToGroupOutput](w)(w.cip.AdminAddUserToGroup(w.Context(), &cip.AdminAddUserToGroupInput{
		UserPoolId: w.id(NamePool), Username: new("ann@example.com"), GroupName: &name,
	}))
}

const (
	asAsked = "description=Change notes precedence=0 roleARN=" + editorsRole
	nothing = "description= precedence= roleARN="
)

func TestGroupInItsLife(t *testing.T) {
	w := newWorld(t, grouped(editors(), v1alpha1.Group{Name: "readers"}))
	if got := w.converge(); !strings.Contains(got, "+ group/editors Change notes; + group/readers") {
		t.Errorf("got %s", got)
	}
	w.wantCalls("groups come before the login pages",
		"ListUserPools", "CreateUserPool", "CreateUserPoolClient", "CreateGroup", "CreateGroup", "CreateUserPoolDomain")
	if diff := cmp.Diff([]string{asAsked, nothing}, []string{w.group("editors"), w.group("readers")}); diff != "" {
		t.Errorf("made (-want +got):\n%s", diff)
	}
	for _, tc := range []struct {
		reason string
		edit   func(*v1alpha1.Group)
		want   string
	}{
		{
			"another description", func(g *v1alpha1.Group) { g.Description = "Edit notes" },
			"~ group/editors.description: Change notes -> Edit notes",
		},
		{
			"another precedence", func(g *v1alpha1.Group) { g.Precedence = new(int32(7)) },
			"~ group/editors.precedence: 0 -> 7",
		},
		{
			"zero is a precedence", func(g *v1alpha1.Group) { g.Precedence = new(int32(0)) },
			"~ group/editors.precedence: 7 -> 0",
		},
		{
			"another role", func(g *v1alpha1.Group) { g.RoleARN = readersRole },
			"~ group/editors.roleARN: " + editorsRole + " -> " + readersRole,
		},
		{
			"all at once: one call", func(g *v1alpha1.Group) { *g = editors() },
			"~ group/editors.description: Edit notes -> Change notes; ~ group/editors.roleARN: " + readersRole + " -> " + editorsRole,
		},
	} {
		tc.edit(&w.object.Spec.UserPool.Groups[0])
		if diff := cmp.Diff(tc.want, w.converge()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
		w.wantCalls(tc.reason, "GetGroup", "DescribeUserPool", "UpdateGroup")
	}
	if diff := cmp.Diff(asAsked, w.group("editors")); diff != "" {
		t.Errorf("changed (-want +got):\n%s", diff)
	}
	w.object.Spec.UserPool.Groups[1].Precedence = new(int32(5))
	if diff := cmp.Diff(`~ group/readers.precedence: "" -> 5`, w.converge()); diff != "" {
		t.Errorf("what a group did not have is set in place (-want +got):\n%s", diff)
	}

	grouped(v1alpha1.Group{Name: "readers", Precedence: new(int32(5))})(&w.object.Spec)
	todo, err := w.plan()
	if err != nil || !todo.Has(plan.Replace) {
		t.Errorf("got %v, %v: members lose a group that goes, so its plan is not in place", todo, err)
	}
	if diff := cmp.Diff("- group/editors editors", w.converge()); diff != "" {
		t.Errorf("one goes (-want +got):\n%s", diff)
	}
	w.wantCalls("one goes", "DescribeUserPool", "DeleteGroup")
	if got := w.group("editors"); got != "" || w.object.Status.Resource(PrefixGroup+"editors") != nil {
		t.Errorf("got %q and a record, want none", got)
	}
	if err := w.remove(); err != nil || len(w.object.Status.Resources) != 0 {
		t.Errorf("got %v, %v left; the others go with the pool", err, w.object.Status.Resources)
	}
	w.wantCalls("with the pool", "DescribeUserPool", "DeleteUserPoolDomain", "DeleteUserPool", "DescribeUserPool")
}

func TestDriftOfAGroupIsPutBack(t *testing.T) {
	for _, tc := range []struct {
		reason string
		edit   func(*cip.UpdateGroupInput)
		want   string
	}{
		{
			"the description", func(in *cip.UpdateGroupInput) { in.Description = new("by hand") },
			"~ group/editors.description: by hand -> Change notes",
		},
		{
			"the precedence", func(in *cip.UpdateGroupInput) { in.Precedence = new(int32(9)) },
			"~ group/editors.precedence: 9 -> 0",
		},
		{
			"the role", func(in *cip.UpdateGroupInput) { in.RoleArn = new(readersRole) },
			"~ group/editors.roleARN: " + readersRole + " -> " + editorsRole,
		},
	} {
		w := newWorld(t, grouped(editors()))
		w.converge()
		w.editGroup("editors", tc.edit)
		if diff := cmp.Diff(tc.want, w.converge(whole)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
		if diff := cmp.Diff(asAsked, w.group("editors")); diff != "" {
			t.Errorf("%s: in AWS (-want +got):\n%s", tc.reason, diff)
		}
	}
}

func TestADeletedGroupComesBack(t *testing.T) {
	w := newWorld(t, grouped(editors()))
	w.converge()
	w.deleteGroup("editors")
	if diff := cmp.Diff("+ group/editors Change notes", w.converge(whole)); diff != "" {
		t.Errorf("got another pass (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(asAsked, w.group("editors")); diff != "" {
		t.Errorf("in AWS (-want +got):\n%s", diff)
	}
	w.deleteGroup("editors")
	grouped()(&w.object.Spec)
	if w.converge(); w.object.Status.Resource(PrefixGroup+"editors") != nil {
		t.Error("one that is gone already is not forgotten")
	}
}

// Cognito keeps what an update leaves out, so the spec cannot take anything away from a group.
func TestWhatAGroupHasCannotBeTakenAway(t *testing.T) {
	for _, tc := range []struct {
		field, has string
		clear      func(*v1alpha1.Group)
		other      func(*v1alpha1.Group)
	}{
		{
			"description", "Change notes",
			func(g *v1alpha1.Group) { g.Description = "" }, func(g *v1alpha1.Group) { g.Description = "Edit notes" },
		},
		{"precedence", "0", func(g *v1alpha1.Group) { g.Precedence = nil }, func(g *v1alpha1.Group) { g.Precedence = new(int32(9)) }},
		{"roleARN", editorsRole, func(g *v1alpha1.Group) { g.RoleARN = "" }, func(g *v1alpha1.Group) { g.RoleARN = readersRole }},
	} {
		w := newWorld(t, grouped(editors()))
		w.converge()
		w.addUser(*w.id(NamePool))
		w.join("editors")
		group := &w.object.Spec.UserPool.Groups[0]
		tc.clear(group)
		want := plan.Plan{{
			Part: "group/editors", Action: plan.Update, Subject: "group/editors." + tc.field, From: tc.has, Class: plan.Replace,
		}}
		if todo, err := w.plan(); err != nil || cmp.Diff(want, todo) != "" {
			t.Errorf("%s: the plan: got %v, %v, want %v", tc.field, todo, err, want)
		}
		w.wantFailure(w.apply(), v1alpha1.ReasonInvalidSpec,
			"spec.userPool.groups[0]."+tc.field, fmt.Sprintf("%q", tc.has), "cannot take it away", "rename the group")
		if got := w.changed(); len(got) > 0 || w.group("editors") != asAsked {
			t.Errorf("%s: got calls %v and %s, want no change", tc.field, got, w.group("editors"))
		}
		tc.other(group)
		if got := w.converge(); !strings.HasPrefix(got, "~ group/editors."+tc.field+": "+tc.has+" -> ") {
			t.Errorf("%s: another value is the first remedy: got %s", tc.field, got)
		}
		tc.clear(group)
		group.Name = "authors"
		if got := w.converge(); !strings.Contains(got, "+ group/authors") || !strings.Contains(got, "- group/editors editors") {
			t.Errorf("%s: another name is the second remedy: got %s", tc.field, got)
		}
	}
}

func TestGroupsThatExist(t *testing.T) {
	for _, tc := range []struct{ reason, has, want string }{
		{"one of our name becomes as the spec asks", "by hand", asAsked},
		{"also one that has nothing", "", asAsked},
	} {
		w := newWorld(t)
		w.converge()
		w.makeGroup("editors", tc.has)
		w.addUser(*w.id(NamePool))
		w.join("editors")
		grouped(editors())(&w.object.Spec)
		w.converge()
		if diff := cmp.Diff(tc.want, w.group("editors")); diff != "" || w.last.ID(PrefixGroup+"editors") != "editors" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
		members := must[cip.ListUsersInGroupOutput](w)(w.cip.ListUsersInGroup(w.Context(), &cip.ListUsersInGroupInput{
			UserPoolId: w.id(NamePool), GroupName: new("editors"),
		})).Users
		if len(members) != 1 {
			t.Errorf("%s: got %d members, want the one that it had", tc.reason, len(members))
		}
	}
	w := newWorld(t)
	w.converge()
	w.makeGroup("editors", "by hand")
	grouped(v1alpha1.Group{Name: "editors"})(&w.object.Spec)
	w.wantFailure(w.apply(), v1alpha1.ReasonInvalidSpec, "spec.userPool.groups[0].description", `"by hand"`)
}

func TestGroupsOfOtherNamesAreLeftAlone(t *testing.T) {
	w := newWorld(t, grouped(editors()))
	w.converge()
	w.makeGroup("others", "by hand")
	w.converge(whole)
	if diff := cmp.Diff("description=by hand precedence= roleARN=", w.group("others")); diff != "" {
		t.Errorf("in AWS (-want +got):\n%s", diff)
	}
}

// A creation whose reply is lost is found by its name, and one that may come late is waited for.
func TestGroupsInDoubt(t *testing.T) {
	w := newWorld(t)
	w.converge()
	grouped(editors())(&w.object.Spec)
	w.loseReply("CreateGroup")
	if err := w.apply(); err == nil {
		t.Fatal("a lost reply is an error")
	}
	w.converge()
	w.wantCalls("it is found, and compared", "GetGroup", "GetGroup")
	if diff := cmp.Diff(asAsked, w.group("editors")); diff != "" || w.last.ID(PrefixGroup+"editors") != "editors" {
		t.Errorf("in AWS (-want +got):\n%s", diff)
	}

	grouped(editors(), v1alpha1.Group{Name: "late"})(&w.object.Spec)
	w.cut("CreateGroup")
	if err := w.apply(); err == nil {
		t.Fatal("a cut connection is an error")
	}
	grouped(editors())(&w.object.Spec)
	if _, unsettled := errors.AsType[*engine.UnsettledError](w.apply()); !unsettled {
		t.Error("it may come yet")
	}
	w.makeGroup("late", "")
	w.converge()
	if got := w.group("late"); got != "" {
		t.Errorf("it came, and goes: got %s", got)
	}
}

func TestRefusedCallsOnGroups(t *testing.T) {
	for _, tc := range []struct {
		operation string
		edit      func(*v1alpha1.SecuredAPISpec)
	}{
		{"GetGroup", func(*v1alpha1.SecuredAPISpec) {}},
		{"CreateGroup", grouped(editors(), v1alpha1.Group{Name: "readers"})},
		{"UpdateGroup", func(spec *v1alpha1.SecuredAPISpec) { spec.UserPool.Groups[0].Description = "Edit notes" }},
		{"DeleteGroup", grouped()},
	} {
		w := newWorld(t, grouped(editors()))
		w.converge()
		tc.edit(&w.object.Spec)
		w.refuse(tc.operation, "TooManyRequestsException")
		if err := w.apply(whole); err == nil || w.last.ID(PrefixGroup+"editors") == "" {
			t.Errorf("%s: got %v, want the refusal and the record", tc.operation, err)
		}
		w.converge(whole)
	}
}

// A member's access token names the group, which is what the group is for.
func TestTokensNameGroups(t *testing.T) {
	w := newWorld(t, grouped(editors()))
	w.converge()
	w.addUser(*w.id(NamePool))
	w.join("editors")
	must[cip.AdminSetUserPasswordOutput](w)(w.cip.AdminSetUserPassword(w.Context(), &cip.AdminSetUserPasswordInput{
		UserPoolId: w.id(NamePool), Username: new("ann@example.com"), Password: new("Secret1"), Permanent: true,
	}))
	client := must[cip.CreateUserPoolClientOutput](w)(w.cip.CreateUserPoolClient(w.Context(), &cip.CreateUserPoolClientInput{
		UserPoolId: w.id(NamePool), ClientName: new("by hand"), ExplicitAuthFlows: []types.ExplicitAuthFlowsType{
			types.ExplicitAuthFlowsTypeAllowUserPasswordAuth, types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth,
		},
	})).UserPoolClient
	tokens := must[cip.InitiateAuthOutput](w)(w.cip.InitiateAuth(w.Context(), &cip.InitiateAuthInput{
		ClientId: client.ClientId, AuthFlow: types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": "ann@example.com", "PASSWORD": "Secret1"},
	})).AuthenticationResult
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(*tokens.AccessToken, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims struct {
		Groups []string `json:"cognito:groups"`
	}
	if err := json.Unmarshal(payload, &claims); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"editors"}, claims.Groups); diff != "" {
		t.Errorf("cognito:groups (-want +got):\n%s", diff)
	}
}

// What is sent may change only together with the version of its resource: see TestDigests.
func TestDigestsOfGroups(t *testing.T) {
	p := &engine.Pass{Object: &v1alpha1.SecuredAPI{Spec: recipe()}}
	grouped(editors(), v1alpha1.Group{Name: "readers"})(&p.Object.Spec)
	for _, tc := range []struct{ name, want string }{
		{"editors", "sha256:44ecc25053517365e305bbc1bbc53e12"},
		{"readers", "sha256:19dd463e8b246abbe64b5b82dad23e81"},
	} {
		if got := digest(t, (&Cognito{}).group(p, tc.name).(*engine.Of[groupSettings, types.GroupType])); got != tc.want {
			t.Errorf("%s: got %s, want %s; raise its version if what is sent is meant to change", tc.name, got, tc.want)
		}
	}
}

func TestGroupsTakeTurnsInChecks(t *testing.T) {
	w := newWorld(t, grouped(editors()))
	w.converge()
	p, kinds := w.pass()
	want := engine.Check{Name: "group/editors", Cadence: engine.Rotating}
	if got := p.Checkable(kinds); !slices.Contains(got, want) {
		t.Errorf("got %v, want %v among them", got, want)
	}
}
