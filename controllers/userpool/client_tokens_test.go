package userpool

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

func TestTokens(t *testing.T) {
	for _, tc := range []struct {
		reason string
		spec   *v1alpha1.ClientTokens
		want   *tokenSettings
	}{
		{"the spec says nothing", nil, nil},
		{"an empty block is the defaults", &v1alpha1.ClientTokens{}, &tokenSettings{3600, 3600, 2592000, 0, 3, true, false}},
		{
			"everything", &v1alpha1.ClientTokens{
				Access: "1h30m", ID: "300s", Refresh: "87600h", Session: "900s", Revocation: v1alpha1.Disabled, Rotation: v1alpha1.Enabled, RotationGrace: "1m",
			}, &tokenSettings{5400, 300, 315360000, 60, 15, false, true},
		},
	} {
		got, err := tokens(tc.spec)
		if diff := cmp.Diff(tc.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", tc.reason, err, diff)
		}
	}
	if got, err := tokens(&v1alpha1.ClientTokens{Access: "long"}); err == nil {
		t.Errorf("a length of time that cannot be read: got %+v, want an error", got)
	}
}

func TestLengthsOfTimeInWords(t *testing.T) {
	for _, tc := range []struct {
		n    int32
		unit types.TimeUnitsType
		want string
	}{
		{0, "", "1h"}, {12, "", "12m"}, {5400, "seconds", "90m"}, {5401, "seconds", "5401s"}, {120, "minutes", "2h"}, {30, "days", "720h"}, {1, "hours", "1h"},
	} {
		if got := lasts(tc.n, tc.unit, time.Minute, time.Hour); got != tc.want {
			t.Errorf("%d %s: got %s, want %s", tc.n, tc.unit, got, tc.want)
		}
	}
}

// withTokens gives the client for people tokens of its own.
func withTokens(spec *v1alpha1.SecuredAPISpec) {
	spec.Clients[0].Tokens = &v1alpha1.ClientTokens{Access: "10m", Rotation: v1alpha1.Enabled, RotationGrace: "10s"}
}

// as is what a client is like in Cognito, of what this file is about.
func as(have *types.UserPoolClientType) []string {
	words := []string{authFlowWords(have)}
	for _, field := range clientTokenFields {
		words = append(words, field.Words(have))
	}
	return words
}

var (
	defaultWords  = []string{"Custom,Refresh,SRP", "1h", "1h", "720h", "3m", "Enabled", "Disabled", "0s"}
	rotatingWords = []string{"Custom,SRP", "10m", "1h", "720h", "3m", "Enabled", "Enabled", "10s"}
)

func TestTokensOfAClient(t *testing.T) {
	w := newWorld(t)
	w.converge()
	web := func() *types.UserPoolClientType { return w.client(w.last.ID(PrefixClient + "web")) }
	if made := web(); cmp.Diff(defaultWords, as(made)) != "" || made.TokenValidityUnits.RefreshToken != "seconds" || made.RefreshTokenRotation == nil {
		t.Errorf("a client is made with the defaults, which are sent: got %v, %+v", as(made), made.TokenValidityUnits)
	}

	in := updateClientInput(web())
	in.AccessTokenValidity, in.EnableTokenRevocation = new(int32(600)), new(false)
	w.updateClient(in)
	if got := w.converge(whole); got != "" {
		t.Errorf("what the spec never named is left as it is: got %s", got)
	}

	withTokens(&w.object.Spec)
	want := "~ client/web.authFlows: Custom,Refresh,SRP -> Custom,SRP; ~ client/web.tokens.revocation: Disabled -> Enabled; " +
		"~ client/web.tokens.rotation: Disabled -> Enabled; ~ client/web.tokens.rotationGrace: 0s -> 10s"
	if diff := cmp.Diff(want, w.converge()); diff != "" {
		t.Errorf("the block is there (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(rotatingWords, as(web())); diff != "" {
		t.Errorf("it is owned whole (-want +got):\n%s", diff)
	}

	in = updateClientInput(web())
	in.IdTokenValidity, in.TokenValidityUnits = new(int32(2)), &types.TokenValidityUnitsType{AccessToken: "seconds", IdToken: "hours", RefreshToken: "seconds"}
	w.updateClient(in)
	if diff := cmp.Diff("~ client/web.tokens.id: 2h -> 1h", w.converge(whole)); diff != "" {
		t.Errorf("drift (-want +got):\n%s", diff)
	}
	in = updateClientInput(web())
	in.AccessTokenValidity, in.TokenValidityUnits = new(int32(10)), &types.TokenValidityUnitsType{AccessToken: "minutes", IdToken: "seconds", RefreshToken: "seconds"}
	w.updateClient(in)
	if got := w.converge(whole); got != "" {
		t.Errorf("the same length in another unit is no drift: got %s", got)
	}

	w.object.Spec.Clients[0].Tokens = nil
	w.converge()
	if diff := cmp.Diff(defaultWords, as(web())); diff != "" {
		t.Errorf("a block that leaves the spec is the default again (-want +got):\n%s", diff)
	}
}

func TestWhatWeakensAClient(t *testing.T) {
	for _, tc := range []struct {
		reason string
		change func(*types.UserPoolClientType)
		want   []string
	}{
		{"tokens could not be revoked", func(have *types.UserPoolClientType) { have.EnableTokenRevocation = new(false) }, nil},
		{"tokens could be revoked", func(*types.UserPoolClientType) {}, []string{"client/web.tokens.revocation"}},
		{"nobody learned who is a user", func(have *types.UserPoolClientType) {
			have.EnableTokenRevocation, have.PreventUserExistenceErrors = new(false), types.PreventUserExistenceErrorTypesEnabled
		}, []string{"client/web.userExistenceErrors"}},
		{"refresh tokens were replaced", func(have *types.UserPoolClientType) {
			have.EnableTokenRevocation = new(false)
			have.RefreshTokenRotation = &types.RefreshTokenRotationType{Feature: types.FeatureTypeEnabled}
		}, []string{"client/web.tokens.rotation"}},
	} {
		p := desiring(recipe()).p
		web := &p.Object.Spec.Clients[0]
		web.Tokens, web.UserExistenceErrors = &v1alpha1.ClientTokens{Revocation: v1alpha1.Disabled}, v1alpha1.UserExistenceLegacy
		r := client{&Cognito{}, p, "web"}
		want, err := r.desired()
		if err != nil {
			t.Fatal(err)
		}
		have := &types.UserPoolClientType{ClientId: new("c1"), EnableTokenRevocation: new(true)}
		tc.change(have)
		var got []string
		for _, change := range r.diff(want, have) {
			if change.Class == plan.Weakens {
				got = append(got, change.Subject)
			}
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
	}
}
