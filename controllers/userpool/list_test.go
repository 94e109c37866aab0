package userpool

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/attached/invoke"
	"github.com/securedapi/securedapi/controllers/engine"
)

func TestWhatOthersNeedComesBefore(t *testing.T) {
	place := map[string]int{}
	for i, kind := range Kinds(&Cognito{}) {
		place[kind.Prefix] = i
	}
	for _, pair := range [][2]string{{NamePool, PrefixServer}, {PrefixServer, PrefixClient}, {PrefixProvider, PrefixClient}, {PrefixClient, PrefixSecret}, {PrefixClient, PrefixBranding}, {PrefixBranding, NameDomain}, {PrefixClient, PrefixTerms}, {NameDomain, NameClassicStyle}, {NameDomain, PrefixClassicStyle}} {
		if place[pair[0]] >= place[pair[1]] {
			t.Errorf("%s is in place %d, and %s, which needs it, in %d", pair[0], place[pair[0]], pair[1], place[pair[1]])
		}
	}
}

// What is sent may change only together with the version of its resource: else it is not rolled out, or it is sent to every
// object of every fleet for nothing.
func TestDigests(t *testing.T) {
	p := &engine.Pass{
		Object: &v1alpha1.SecuredAPI{Spec: recipe(), Status: v1alpha1.SecuredAPIStatus{Region: "us-east-1"}},
		Owner:  engine.Owner{Cluster: "c", Namespace: "default", Name: "notes", UID: "u1"},
	}
	withJob(&p.Object.Spec)
	c := &Cognito{
		Inputs:  inputs{"okta/secret": "s1", "google/secret": "s2"},
		PoolARN: func(id string) string { return "arn:aws:cognito-idp:us-east-1:111111111111:userpool/" + id },
	}
	calls := *p
	calls.Object = p.Object.DeepCopy()
	calls.Object.Status.Resources = []v1alpha1.ResourceRecord{{Name: NamePool, ID: "us-east-1_AbC"}}
	calling("f:live", v1alpha1.TriggerPreSignUp, v1alpha1.TriggerPreTokenGeneration)(&calls.Object.Spec)
	web, job := digest(t, c.client(p, "web").(*engine.Of[clientSettings, clientType])), digest(t, c.client(p, "job").(*engine.Of[clientSettings, clientType]))
	styled := &engine.Pass{Object: p.Object.DeepCopy()}
	branded(dark)(&styled.Object.Spec)
	withTerms(&styled.Object.Spec)
	ownDomain(&styled.Object.Spec)
	styled.Object.Spec.Domain.ClassicStyle = &v1alpha1.ClassicStyle{CSS: red}
	failing := &engine.Pass{Object: &v1alpha1.SecuredAPI{Spec: recipe()}}
	failingOver(&failing.Object.Spec)
	failing.Object.Status.Resources = []v1alpha1.ResourceRecord{{Name: PrefixReplica + west, ID: west}}
	providing(okta(), google())(&p.Object.Spec)
	having := &engine.Pass{Object: &v1alpha1.SecuredAPI{Spec: recipe()}}
	guarded(&having.Object.Spec)
	for _, tc := range []struct{ name, got, want string }{
		{"userPool", digest(t, c.userPool(p, "").(*engine.Of[poolSettings, poolType])), "sha256:c9d8839409f1c94791225e601bdfd372"},
		{"userPool with triggers", digest(t, c.userPool(&calls, "").(*engine.Of[poolSettings, poolType])), "sha256:3cc7f60337258427a52019ed7c88b139"},
		{"triggerPermission/<function>", digest(t, c.permission(&calls, functionARN+"f:live").(*engine.Of[invoke.Permission, invoke.Statement])), "sha256:625c8dc57d67a80b77a75e98a9694ef3"},
		{"resourceServer/notes", digest(t, c.resourceServer(p, "notes").(*engine.Of[serverSettings, serverType])), "sha256:e48d93a368064614832e8b3082f53406"},
		{"client/web", web, "sha256:9ac830b8503b5cb9fd315ae7a7aab9bd"},
		{"client/job", job, "sha256:0a9dce28b06932db8e6d271382c2c4ff"},
		{"identityProvider/Okta", digest(t, c.identityProvider(p, "Okta").(*engine.Of[providerSettings, providerType])), "sha256:cd474365605896ea9815397a9ce3a165"},
		{"identityProvider/Google", digest(t, c.identityProvider(p, "Google").(*engine.Of[providerSettings, providerType])), "sha256:e8740e28cf949b98a9d759bda870b929"},
		{"branding/web", digest(t, c.branding(styled, "web").(*engine.Of[brandingSettings, style])), "sha256:3cc78fa1049fbd7a52b412f4b95a9749"},
		{"terms/web/termsOfUse", digest(t, c.terms(styled, "web/termsOfUse").(*engine.Of[termsSettings, termsType])), "sha256:6a2d8ddc625bc1ebca68daa7c22e529b"},
		{"classicStyle", digest(t, c.poolStyle(styled, "").(*engine.Of[classicSettings, classicHeld])), "sha256:46badcc89d2ae787847690030b23a7b6"},
		{"customDomain", digest(t, c.customDomain(styled, "").(*engine.Of[customSettings, customHeld])), "sha256:ac4bb278320e7bf9d43c1ad429934fff"},
		{"customDomain with failover", digest(t, c.customDomain(failing, "").(*engine.Of[customSettings, customHeld])), "sha256:6a9059d4e7d7bcd6ad23dd5813eb8e2f"},
		{"replica/us-west-2", digest(t, c.replica(failing, west).(*engine.Of[replicaSettings, replicaHeld])), "sha256:2caf603259173b99856bbc5bbd752eb6"},
		{"replicaSettings/us-west-2", digest(t, c.replicaSettings(failing, west).(*engine.Of[poolSettings, poolType])), "sha256:d7a1401a3e65defe4734515d0395d5e1"},
		{"replicaLogs/us-west-2", digest(t, c.replicaLogs(having, west).(*engine.Of[logSettings, logConfig])), "sha256:d919d1ab7c0504bba557d41573de2d1d"},
		{"replicaNotifications/us-west-2", digest(t, c.replicaNotices(having, west).(*engine.Of[riskSettings, riskConfig])), "sha256:8a4c35b3f31a7383ca9f52dc5b10b621"},
		{"domain", digest(t, c.domain(p, "").(*engine.Of[prefix, givenDomain])), "sha256:2a972b5c1a9313c5d28fd79bcbbebe39"},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: got %s, want %s; raise its version if what is sent is meant to change", tc.name, tc.got, tc.want)
		}
	}
}

func digest[D, O any](t *testing.T, r *engine.Of[D, O]) string {
	t.Helper()
	want, err := r.Desired()
	if err != nil {
		t.Fatal(err)
	}
	return engine.DigestOf(r.Version, want)
}

func TestCallsInTheLifeOfAnObject(t *testing.T) {
	w := newWorld(t)
	w.converge()
	w.wantCalls("creation", "ListUserPools", "CreateUserPool", "CreateUserPoolClient", "CreateUserPoolDomain")

	saved := w.saved
	w.converge()
	w.wantCalls("nothing is due")
	if w.saved != saved || w.last.Wrote() {
		t.Error("a pass that changes nothing saves nothing")
	}

	w.converge(whole)
	w.wantCalls("a look at everything", "DescribeUserPool", "ListUserPoolClients", "ListIdentityProviders", "DescribeUserPoolClient")

	w.object.Spec.UserPool.PasswordPolicy.MinimumLength = 8
	if diff := cmp.Diff("~ userPool.passwordPolicy.minimumLength: 6 -> 8", w.converge()); diff != "" {
		t.Error(diff)
	}
	w.wantCalls("another password policy", "DescribeUserPool", "UpdateUserPool", "DescribeUserPool")

	w.object.Spec.Clients[0].LogoutURLs = nil
	w.converge()
	w.wantCalls("another client", "DescribeUserPoolClient", "DescribeUserPool", "UpdateUserPoolClient")

	if err := w.remove(); err != nil {
		t.Fatal(err)
	}
	w.wantCalls("deletion", "DescribeUserPool", "DeleteUserPoolDomain", "DeleteUserPool", "DescribeUserPool")
	if len(w.object.Status.Resources) != 0 || len(w.pools()) != 0 {
		t.Errorf("got %v left, want nothing", w.object.Status.Resources)
	}
}

func TestCadences(t *testing.T) {
	w := newWorld(t, withJob)
	w.converge()
	p, kinds := w.pass()
	want := []engine.Check{
		{Name: "foreign/client/", Cadence: engine.Background},
		{Name: "foreign/identityProvider/", Cadence: engine.Background},
		{Name: "userPool", Cadence: engine.BySweep},
		{Name: "resourceServer/notes", Cadence: engine.Rotating},
		{Name: "client/web", Cadence: engine.EverySecondCheck},
		{Name: "client/job", Cadence: engine.EverySecondCheck},
		{Name: "domain", Cadence: engine.BySweep},
	}
	if diff := cmp.Diff(want, p.Checkable(kinds)); diff != "" {
		t.Errorf("what is looked at, and how often (-want +got):\n%s", diff)
	}
}

// A resource that fails holds back only what needs it.
func TestWhatFailsHoldsBackNothingElse(t *testing.T) {
	w := newWorld(t, withJob)
	w.converge()
	w.object.Spec.UserPool.SelfSignUp = v1alpha1.Disabled
	w.object.Spec.Clients[0].LogoutURLs = nil
	w.object.Spec.Domain.Prefix = "notes-live"
	w.refuse("UpdateUserPool", "LimitExceededException")
	if err := w.apply(); err == nil {
		t.Fatal("the refusal is an error")
	}
	want := "~ client/web.logoutURLs: http://localhost:3000/ -> \"\"; ~ domain: notes-beta -> notes-live"
	if diff := cmp.Diff(want, w.last.Done().String()); diff != "" {
		t.Errorf("the rest is done (-want +got):\n%s", diff)
	}
}
