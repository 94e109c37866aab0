package userpool

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
	"github.com/securedapi/securedapi/hack/awslocal"
)

func TestUpdateClientSendsAllThatWasRead(t *testing.T) {
	read, before := &types.UserPoolClientType{}, &types.UserPoolClientType{}
	fill(reflect.ValueOf(read).Elem())
	fill(reflect.ValueOf(before).Elem())
	sent := updateClientInput(engine.Overlay(clientFields, &clientSettings{CallbackURLs: []string{"read", "https://a/"}}, read))
	got := missing(read, sent, map[string]string{
		"AllowedOAuthFlows":               "the spec says them",
		"AllowedOAuthScopes":              "the spec says them",
		"AllowedOAuthFlowsUserPoolClient": "on with any flow",
		"CallbackURLs":                    "the spec says them",
		"LogoutURLs":                      "the spec says them",
	})
	if len(got) > 0 {
		t.Errorf("not sent as read: %v", got)
	}
	if !reflect.DeepEqual(read, before) {
		t.Error("what was read stays as it was read")
	}
	laid := engine.Overlay(clientFields, &clientSettings{CallbackURLs: []string{"https://a/"}, Flows: []types.OAuthFlowType{"code"}}, read)
	if sent := updateClientInput(laid); sent.DefaultRedirectURI != nil || !sent.AllowedOAuthFlowsUserPoolClient {
		t.Error("a default redirect that is no callback URL any more is refused, so it goes")
	}
}

func TestClientDiff(t *testing.T) {
	const web, job = "web", "job"
	held := func(edit func(*types.UserPoolClientType)) *types.UserPoolClientType {
		have := &types.UserPoolClientType{
			ClientId:     new("c1"),
			CallbackURLs: []string{"http://localhost:3000/callback"}, LogoutURLs: []string{"http://localhost:3000/"},
			AllowedOAuthFlows: []types.OAuthFlowType{"implicit"}, AllowedOAuthScopes: []string{"email", "openid"},
			AllowedOAuthFlowsUserPoolClient: new(true), AccessTokenValidity: new(int32(5)),
		}
		edit(have)
		return have
	}
	program := func(edit func(*types.UserPoolClientType)) *types.UserPoolClientType {
		have := &types.UserPoolClientType{
			ClientId: new("c1"), ClientSecret: new("s"), AllowedOAuthFlows: []types.OAuthFlowType{"client_credentials"},
			AllowedOAuthScopes: []string{"notes/read"}, AllowedOAuthFlowsUserPoolClient: new(true),
		}
		edit(have)
		return have
	}
	for _, tc := range []struct {
		reason string
		name   string
		have   *types.UserPoolClientType
		// known is the client that the record of the secret is of.
		known string
		want  string
		class plan.Class
	}{
		{"as wanted, whatever else there is", web, held(func(*types.UserPoolClientType) {}), "", "", ""},
		{"there is none", web, nil, "", "+ client/web implicit", plan.InPlace},
		{"there is none, and it has no flow", "device", nil, "", "+ client/device", plan.InPlace},
		{
			"every field", web, &types.UserPoolClientType{ClientId: new("c1"), LogoutURLs: []string{"https://x/"}}, "",
			`~ client/web.callbackURLs: "" -> http://localhost:3000/callback; ~ client/web.logoutURLs: https://x/ -> http://localhost:3000/; ` +
				`~ client/web.flows: "" -> implicit; ~ client/web.scopes: "" -> email,openid; ~ client/web.oauth: Disabled -> Enabled`, plan.InPlace,
		},
		{
			"OAuth is off", web, held(func(c *types.UserPoolClientType) { c.AllowedOAuthFlowsUserPoolClient = new(false) }), "",
			"~ client/web.oauth: Disabled -> Enabled", plan.InPlace,
		},
		{
			"one with a secret cannot lose it", web, held(func(c *types.UserPoolClientType) { c.ClientSecret = new("s") }), "",
			"~ client/web.secret: Enabled -> Disabled", plan.Replace,
		},
		{
			"one without cannot be given one", job, program(func(c *types.UserPoolClientType) { c.ClientSecret, c.AllowedOAuthFlows = nil, nil }), "",
			"~ client/job.secret: Disabled -> Enabled", plan.Replace,
		},
		{
			"nor does what is known of another client count", job, program(func(c *types.UserPoolClientType) { c.ClientSecret, c.AllowedOAuthFlows = nil, nil }), "c2",
			"~ client/job.secret: Disabled -> Enabled", plan.Replace,
		},
		{
			"Cognito does not show a secret that was added later: the flow tells", job, program(func(c *types.UserPoolClientType) { c.ClientSecret = nil }), "",
			"", "",
		},
		{
			"or the record does, whatever somebody did to the flow", job, program(func(c *types.UserPoolClientType) { c.ClientSecret, c.AllowedOAuthFlows = nil, nil }), "c1",
			`~ client/job.flows: "" -> client_credentials`, plan.InPlace,
		},
	} {
		p := desiring(recipe()).p
		withJob(&p.Object.Spec)
		p.Object.Spec.Clients = append(p.Object.Spec.Clients, v1alpha1.Client{Name: "device"})
		r := client{&Cognito{}, p, tc.name}
		if tc.known != "" {
			p.Record(PrefixSecret + tc.name).Kept = map[string]string{KeptClient: tc.known}
		}
		want, err := r.desired()
		if err != nil {
			t.Fatal(err)
		}
		got := r.diff(want, tc.have)
		if diff := cmp.Diff(tc.want, got.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
		if !got.Empty() && got[0].Class != tc.class {
			t.Errorf("%s: got class %s, want %s", tc.reason, got[0].Class, tc.class)
		}
	}
}

func TestClientDesired(t *testing.T) {
	p := desiring(v1alpha1.SecuredAPISpec{Clients: []v1alpha1.Client{
		{
			Name: "app", CallbackURLs: []v1alpha1.URL{"https://b/", "https://a/"}, LogoutURLs: []v1alpha1.URL{"https://d/", "https://c/"},
			Flows: []v1alpha1.Flow{v1alpha1.FlowImplicit, v1alpha1.FlowCode}, Scopes: []string{"profile", "openid"},
		},
		{Name: "bare", Flows: []v1alpha1.Flow{v1alpha1.FlowCode}},
		{Name: "job", Flows: []v1alpha1.Flow{v1alpha1.FlowClientCredentials}, Scopes: []string{"notes/read"}},
		{Name: "device", Flows: []v1alpha1.Flow{}},
	}}).p
	for name, want := range map[string]*clientSettings{
		"app": {
			Name: "app", CallbackURLs: []string{"https://a/", "https://b/"}, LogoutURLs: []string{"https://c/", "https://d/"},
			Flows: []types.OAuthFlowType{"code", "implicit"}, Scopes: []string{"openid", "profile"},
		},
		"bare": {Name: "bare", CallbackURLs: []string{}, LogoutURLs: []string{}, Flows: []types.OAuthFlowType{"code"}, Scopes: []string{"email", "openid"}},
		"job": {
			Name: "job", CallbackURLs: []string{}, LogoutURLs: []string{}, Flows: []types.OAuthFlowType{"client_credentials"},
			Scopes: []string{"notes/read"}, HasSecret: true,
		},
		"device": {Name: "device", CallbackURLs: []string{}, LogoutURLs: []string{}},
		"gone":   nil,
	} {
		got, err := client{&Cognito{}, p, name}.desired()
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
		if record := p.Known(PrefixSecret + name); (record != nil) != (want != nil && want.HasSecret) {
			t.Errorf("%s: the record of a secret comes before it: got %v", name, record)
		}
	}
}

func TestClientIsMade(t *testing.T) {
	w := newWorld(t, withJob)
	w.converge()
	web, job := w.client(w.last.ID(PrefixClient+"web")), w.client(w.last.ID(PrefixClient+"job"))
	if web.ClientSecret != nil || *web.ClientName != "web" || !*web.AllowedOAuthFlowsUserPoolClient ||
		web.PreventUserExistenceErrors != types.PreventUserExistenceErrorTypesEnabled || !slices.Equal(web.SupportedIdentityProviders, []string{"COGNITO"}) {
		t.Errorf("got %+v", web)
	}
	if got := aws.ToString(job.ClientSecret); got == "" || got != w.secrets.stored["job"][keyPresent] {
		t.Errorf("the Secret holds what Cognito has: got %q", got)
	}
	if len(w.secrets.stored) != 1 {
		t.Errorf("a client for people has no Secret: got %v", w.secrets.stored)
	}
}

func TestClientIsRepaired(t *testing.T) {
	w := newWorld(t)
	w.converge()
	id := w.last.ID(PrefixClient + "web")
	in := updateClientInput(w.client(id))
	in.RefreshTokenValidity, in.CallbackURLs, in.AllowedOAuthFlowsUserPoolClient = 7200, []string{"https://x/"}, true
	must[cip.UpdateUserPoolClientOutput](w)(w.cip.UpdateUserPoolClient(w.Context(), in))
	want := "~ client/web.callbackURLs: https://x/ -> http://localhost:3000/callback"
	if diff := cmp.Diff(want, w.converge(whole)); diff != "" {
		t.Errorf("done (-want +got):\n%s", diff)
	}
	if now := w.client(id); now.RefreshTokenValidity != 7200 || w.last.ID(PrefixClient+"web") != id {
		t.Errorf("what the spec does not name survives: got %+v", now)
	}
}

func TestAClientMadeByHandIsNotOurs(t *testing.T) {
	w := newWorld(t)
	w.converge()
	byHand := *must[cip.CreateUserPoolClientOutput](w)(w.cip.CreateUserPoolClient(w.Context(), &cip.CreateUserPoolClientInput{
		UserPoolId: w.id(NamePool), ClientName: new("app"),
	})).UserPoolClient.ClientId
	w.object.Spec.Clients = append(w.object.Spec.Clients, v1alpha1.Client{Name: "app", CallbackURLs: []v1alpha1.URL{"app:/x"}, Flows: []v1alpha1.Flow{v1alpha1.FlowCode}})
	w.converge()
	if got := w.last.ID(PrefixClient + "app"); got == byHand || got == "" {
		t.Errorf("got %q, want another client than %s", got, byHand)
	}
	w.object.Spec.Clients = nil
	w.converge()
	if diff := cmp.Diff([]string{"app"}, w.clients()); diff != "" {
		t.Errorf("what was made by hand stays (-want +got):\n%s", diff)
	}
}

// Whatever becomes of the reply, there is one client of a name, and it has the secret of the Secret.
func TestClientIsMadeOnce(t *testing.T) {
	for _, kind := range []awslocal.Kind{awslocal.LoseReply, awslocal.Garbage, awslocal.RefuseAfter} {
		w := newWorld(t, withJob)
		w.aws.Inject(awslocal.Fault{Operation: "CreateUserPoolClient", Kind: kind, Skip: 1, Times: 1})
		if err := w.apply(); err == nil {
			t.Fatalf("%v: got no error", kind)
		}
		w.converge()
		if diff := cmp.Diff([]string{"job", "web"}, w.clients()); diff != "" {
			t.Errorf("%v: (-want +got):\n%s", kind, diff)
		}
		if got := w.client(w.last.ID(PrefixClient + "job")).ClientSecret; *got != w.secrets.stored["job"][keyPresent] {
			t.Errorf("%v: got another secret than the Secret holds", kind)
		}
		w.converge()
		w.wantCalls("it has converged")
	}
}

// A client in doubt that the spec has dropped does not stay, and its Secret and records go with it.
func TestClientsInDoubt(t *testing.T) {
	for _, tc := range []struct {
		reason string
		fault  func(*world)
		waits  bool
	}{
		{"it was made", func(w *world) { w.loseReply("CreateUserPoolClient") }, false},
		{"it was not made", func(w *world) { w.cut("CreateUserPoolClient") }, true},
		{"it was refused", func(w *world) { w.refuse("CreateUserPoolClient", "LimitExceededException") }, false},
	} {
		w := newWorld(t)
		w.converge()
		withJob(&w.object.Spec)
		tc.fault(w)
		if err := w.apply(); err == nil || len(w.secrets.stored) != 1 {
			t.Fatalf("%s: got %v, Secrets %v", tc.reason, err, w.secrets.stored)
		}
		w.object.Spec = recipe()
		if tc.waits {
			if _, unsettled := errors.AsType[*engine.UnsettledError](w.apply()); !unsettled {
				t.Errorf("%s: it may come yet", tc.reason)
			}
			w.pause(grace)
		}
		w.converge()
		if got := w.clients(); len(got) != 1 || len(w.secrets.stored) > 0 {
			t.Errorf("%s: got clients %v, Secrets %v", tc.reason, got, w.secrets.stored)
		}
		for _, name := range []string{PrefixClient + "job", PrefixSecret + "job"} {
			if rec := w.object.Status.Resource(name); rec != nil {
				t.Errorf("%s: got the record %+v, want none", tc.reason, rec)
			}
		}
	}
}

func TestTwoClientsOfANameAreForAPerson(t *testing.T) {
	w := newWorld(t)
	pool := w.makePool()
	for range 2 {
		must[cip.CreateUserPoolClientOutput](w)(w.cip.CreateUserPoolClient(w.Context(), &cip.CreateUserPoolClientInput{UserPoolId: &pool, ClientName: new("web")}))
	}
	adopting(w, pool)
	if err := w.apply(w.consent); err == nil {
		t.Fatal("the adoption is not settled at once")
	}
	w.pause(grace)
	w.wantFailure(w.apply(), v1alpha1.ReasonDuplicateFound, "client/web")
	if got := w.clients(); len(got) != 2 {
		t.Errorf("got %v, want both", got)
	}
}

// Of a client that one answer misses the list has to say that it is gone, too: another one has another id.
func TestADeletedClientIsMadeAnew(t *testing.T) {
	w := newWorld(t, withJob)
	w.converge()
	id, secret := w.last.ID(PrefixClient+"job"), w.secrets.stored["job"][keyPresent]
	w.refuse("DescribeUserPoolClient", "ResourceNotFoundException")
	w.converge(whole)
	if got := w.last.ID(PrefixClient + "web"); len(w.clients()) != 2 || len(w.changed()) > 0 {
		t.Errorf("one answer may be wrong: got %s, %v", got, w.changed())
	}
	w.aws.Inject(awslocal.Fault{Operation: "DescribeUserPoolClient", Kind: awslocal.RefuseBefore, Code: "ResourceNotFoundException", Status: 400, Times: 2})
	if err := w.apply(whole); err == nil || !strings.Contains(err.Error(), "is listed, but was not found") {
		t.Errorf("got %v", err)
	}
	w.refuse("ListUserPoolClients", "TooManyRequestsException")
	w.refuse("DescribeUserPoolClient", "ResourceNotFoundException")
	if err := w.apply(whole); err == nil || len(w.changed()) > 0 {
		t.Errorf("got %v, %v", err, w.changed())
	}

	known := w.object.Status.Resource(PrefixSecret + "job").Kept
	known[KeptGeneration], known[keptNext], known[KeptLost] = "3", "4", "true"
	must[cip.DeleteUserPoolClientOutput](w)(w.cip.DeleteUserPoolClient(w.Context(), &cip.DeleteUserPoolClientInput{UserPoolId: w.id(NamePool), ClientId: &id}))
	if diff := cmp.Diff("+ client/job client_credentials", w.converge(whole)); diff != "" {
		t.Errorf("done (-want +got):\n%s", diff)
	}
	now := w.client(w.last.ID(PrefixClient + "job"))
	if *now.ClientId == id || *now.ClientSecret != secret {
		t.Errorf("it has another id, and the secret that programs have")
	}
	want := &v1alpha1.ResourceRecord{
		Name: "secret/job", Under: *now.ClientId, Kept: map[string]string{
			KeptGeneration: "3", KeptClient: *now.ClientId, KeptIssued: written(w.clock.Now()),
		},
	}
	if diff := cmp.Diff(want, w.object.Status.Resource(PrefixSecret+"job")); diff != "" {
		t.Errorf("the secret is of the generation that it was, and nothing else is known of it (-want +got):\n%s", diff)
	}
}

// asPeople makes the program's client one for people, and asProgram makes it a program's.
func asPeople(spec *v1alpha1.SecuredAPISpec) {
	spec.Clients[1].Flows, spec.Clients[1].Scopes = []v1alpha1.Flow{v1alpha1.FlowImplicit}, []string{"openid"}
	spec.Clients[1].CallbackURLs = []v1alpha1.URL{"https://a/"}
}

func asProgram(spec *v1alpha1.SecuredAPISpec) {
	spec.Clients[1].Flows, spec.Clients[1].Scopes = []v1alpha1.Flow{v1alpha1.FlowClientCredentials}, []string{"notes/read"}
	spec.Clients[1].CallbackURLs = nil
}

func TestAClientIsReplacedForItsSecret(t *testing.T) {
	w := newWorld(t, withJob)
	w.converge()
	for _, tc := range []struct {
		edit   func(*v1alpha1.SecuredAPISpec)
		want   string
		secret bool
	}{
		{asPeople, "~ client/job.secret: Enabled -> Disabled", false},
		{asProgram, "~ client/job.secret: Disabled -> Enabled", true},
	} {
		former := w.last.ID(PrefixClient + "job")
		tc.edit(&w.object.Spec)
		w.refuse("CreateUserPoolClient", "LimitExceededException")
		if err := w.apply(); err == nil || w.last.ID(PrefixClient+"job") != former {
			t.Errorf("%s: got %v, want the former one to stay until there is another", tc.want, err)
		}
		if stored := w.secrets.stored["job"] != nil; !stored {
			t.Errorf("%s: the former one's Secret stays, or the next one's is there", tc.want)
		}
		if diff := cmp.Diff(tc.want, w.converge()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		id := w.last.ID(PrefixClient + "job")
		if got := w.client(id); id == former || (got.ClientSecret != nil) != tc.secret || (w.secrets.stored["job"] != nil) != tc.secret {
			t.Errorf("%s: got %+v, Secrets %v", tc.want, got, w.secrets.stored)
		}
		if got := w.clients(); len(got) != 2 || (w.object.Status.Resource(PrefixSecret+"job") != nil) != tc.secret {
			t.Errorf("%s: got clients %v, records %+v", tc.want, got, w.object.Status.Resources)
		}
		w.converge()
		w.wantCalls(tc.want + ": it has converged")
	}
}

// A replaced client is not found in the place of its successor.
func TestAReplacementInDoubt(t *testing.T) {
	w := newWorld(t, withJob)
	w.converge()
	former := w.last.ID(PrefixClient + "job")
	asPeople(&w.object.Spec)
	w.loseReply("CreateUserPoolClient")
	if err := w.apply(); err == nil {
		t.Fatal("a lost reply is an error")
	}
	w.converge()
	if got := w.last.ID(PrefixClient + "job"); got == former || len(w.clients()) != 2 || len(w.secrets.stored) > 0 {
		t.Errorf("got %s, clients %v, Secrets %v", got, w.clients(), w.secrets.stored)
	}
}

func TestSecretsThatCannotBeStored(t *testing.T) {
	w := newWorld(t, withJob)
	w.secrets.err = errors.New("no Secrets today")
	if err := w.apply(); !errors.Is(err, w.secrets.err) || slices.Contains(w.clients(), "job") {
		t.Errorf("got %v, clients %v, want no client whose secret nobody knows", err, w.clients())
	}
	w.secrets.err = nil
	w.pause(grace)
	w.converge()
	w.secrets.err = errors.New("no Secrets today")
	w.object.Spec = recipe()
	if err := w.apply(); !errors.Is(err, w.secrets.err) || w.object.Status.Resource(PrefixClient+"job") == nil {
		t.Errorf("got %v, want it not to be forgotten", err)
	}
	if err := w.remove(); !errors.Is(err, w.secrets.err) {
		t.Errorf("got %v", err)
	}
	w.secrets.err = nil
	if err := w.remove(); err != nil || len(w.secrets.stored) > 0 {
		t.Errorf("got %v, Secrets %v", err, w.secrets.stored)
	}
}

func TestClientsOfPeopleNeedNoSecrets(t *testing.T) {
	w := newWorld(t)
	w.secrets.err = errors.New("no right to Secrets")
	w.converge()
	w.object.Spec.Clients[0].Scopes = []string{"openid"}
	w.converge()
	w.object.Spec.Clients = nil
	w.converge()
	if err := w.remove(); err != nil {
		t.Error(err)
	}
}

func TestAClientThatIsGoneAlready(t *testing.T) {
	w := newWorld(t, withJob)
	w.converge()
	must[cip.DeleteUserPoolClientOutput](w)(w.cip.DeleteUserPoolClient(w.Context(), &cip.DeleteUserPoolClientInput{
		UserPoolId: w.id(NamePool), ClientId: w.id(PrefixClient + "web"),
	}))
	w.object.Spec.Clients = w.object.Spec.Clients[1:]
	w.converge()
	if rec := w.object.Status.Resource(PrefixClient + "web"); rec != nil {
		t.Errorf("got %+v, want no record", rec)
	}
	w.object.Spec.Clients = nil
	w.refuse("DeleteUserPoolClient", "TooManyRequestsException")
	if err := w.apply(); err == nil || w.last.ID(PrefixClient+"job") == "" {
		t.Errorf("got %v, want the refusal", err)
	}
}

// A program's client that the spec has for people is replaced, whoever made it.
func TestAnAdoptedClientWithASecret(t *testing.T) {
	w := newWorld(t)
	pool := w.makePool()
	byHand := *must[cip.CreateUserPoolClientOutput](w)(w.cip.CreateUserPoolClient(w.Context(), &cip.CreateUserPoolClientInput{
		UserPoolId: &pool, ClientName: new("web"), GenerateSecret: true,
	})).UserPoolClient.ClientId
	adopting(w, pool)
	if planned := w.planned(); !strings.Contains(planned, "~ client/web.secret: Enabled -> Disabled") {
		t.Errorf("got plan %s", planned)
	}
	if err := w.apply(w.consent); err == nil {
		t.Fatal("an adoption is not settled at once")
	}
	w.pause(grace)
	w.converge()
	if id := w.last.ID(PrefixClient + "web"); id == byHand || w.client(id).ClientSecret != nil || len(w.clients()) != 1 || w.object.Status.Resource(PrefixSecret+"web") != nil {
		t.Errorf("got %s, clients %v, %+v", id, w.clients(), w.object.Status.Resources)
	}
}

// The secret of a client from before goes into the Secret, as far as Cognito shows it.
func TestAnAdoptedProgram(t *testing.T) {
	w := newWorld(t, withJob)
	pool := w.makePool()
	byHand := must[cip.CreateUserPoolClientOutput](w)(w.cip.CreateUserPoolClient(w.Context(), &cip.CreateUserPoolClientInput{
		UserPoolId: &pool, ClientName: new("job"), GenerateSecret: true,
	})).UserPoolClient
	adopting(w, pool)
	if planned := w.planned(); !strings.Contains(planned, "~ client/job.secret: lost -> as in Cognito") {
		t.Errorf("got plan %s", planned)
	}
	if err := w.apply(w.consent); err == nil {
		t.Fatal("an adoption is not settled at once")
	}
	w.pause(grace)
	w.converge()
	if got := w.secrets.stored["job"][keyPresent]; got != *byHand.ClientSecret || w.last.ID(PrefixClient+"job") != *byHand.ClientId {
		t.Errorf("got %+v", w.object.Status.Resources)
	}
}

// An answer that there is no such client, while it is listed, ends neither the client's record nor its deletion.
func TestAClientThatIsListedIsDeleted(t *testing.T) {
	w := newWorld(t, withJob)
	w.converge()
	w.object.Spec.Clients = w.object.Spec.Clients[:1]
	w.refuse("DescribeUserPoolClient", "ResourceNotFoundException")
	if err := w.apply(); err == nil || !strings.Contains(err.Error(), "is listed, but was not found") {
		t.Errorf("got %v, want the deletion to be tried again", err)
	}
	w.converge()
	if got := w.clients(); slices.Contains(got, "job") || w.object.Status.Resource(PrefixClient+"job") != nil {
		t.Errorf("got the clients %v and the records %v, want neither of job", got, w.object.Status.Resources)
	}
}
