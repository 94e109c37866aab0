package userpool

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
)

const (
	red  = ".label-customizable {color: red;}"
	blue = ".label-customizable {color: blue;}"
)

func withClassicStyle(spec *v1alpha1.SecuredAPISpec) {
	spec.Domain.ClassicStyle = &v1alpha1.ClassicStyle{CSS: red}
	spec.Clients[0].ClassicStyle = &v1alpha1.ClassicStyle{CSS: blue, LogoFrom: &v1alpha1.ConfigMapKey{Name: "style", Key: "logo"}}
}

// classic is the style of client web, and whose it is.
func (w *world) classic() *types.UICustomizationType {
	w.Helper()
	return must[cip.GetUICustomizationOutput](w)(w.cip.GetUICustomization(w.Context(), &cip.GetUICustomizationInput{
		UserPoolId: w.id(NamePool), ClientId: w.id("client/web"),
	})).UICustomization
}

func TestClassicStyles(t *testing.T) {
	w := newWorld(t, withClassicStyle)
	w.inputs["style/logo"] = "logo"
	const made = "+ userPool default-notes; + client/web implicit; + domain notes-beta; + classicStyle " + red + "; + classicStyle/web " + blue
	if diff := cmp.Diff(made, w.converge()); diff != "" {
		t.Error(diff)
	}
	if todo := w.converge(whole); todo != "" {
		t.Errorf("got %s, want nothing left to do", todo)
	}
	w.inputs["style/logo"] = "another"
	want := "~ classicStyle/web.logo: " + engine.DigestOf(0, "logo") + " -> " + engine.DigestOf(0, "another")
	if diff := cmp.Diff(want, w.converge()); diff != "" {
		t.Errorf("another logo (-want +got):\n%s", diff)
	}
	w.object.Spec.Clients[0].ClassicStyle = nil
	w.converge()
	if style := w.classic(); aws.ToString(style.ClientId) != allClients || aws.ToString(style.CSS) != red {
		t.Errorf("got %v, want the style of all clients", style)
	}
	w.object.Spec.Domain.ClassicStyle = nil
	w.converge()
	if style := w.classic(); style.CSS != nil {
		t.Errorf("got %v, want Cognito's own style", style)
	}
}

// Cognito does not show a logo, so one that somebody else gave is known by its address.
func TestClassicStyleDrift(t *testing.T) {
	for _, tc := range []struct{ reason, css, logo, want string }{
		{"another style sheet", red, "logo", "~ classicStyle/web.css: " + red + " -> " + blue + "; ~ classicStyle/web.logo: another -> " + engine.DigestOf(0, "logo")},
		{"another logo", blue, "other", "~ classicStyle/web.logo: another -> " + engine.DigestOf(0, "logo")},
		{"no logo", blue, "", `~ classicStyle/web.logo: "" -> ` + engine.DigestOf(0, "logo")},
		{"no style", "", "", "~ classicStyle/web.css: \"\" -> " + blue + `; ~ classicStyle/web.logo: "" -> ` + engine.DigestOf(0, "logo")},
	} {
		w := newWorld(t, withClassicStyle)
		w.inputs["style/logo"] = "logo"
		w.converge()
		in := &cip.SetUICustomizationInput{UserPoolId: w.id(NamePool), ClientId: w.id("client/web"), CSS: given(tc.css)}
		if tc.logo != "" {
			in.ImageFile = []byte(tc.logo)
		}
		must[cip.SetUICustomizationOutput](w)(w.cip.SetUICustomization(w.Context(), in))
		if diff := cmp.Diff(tc.want, w.converge(whole)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
		if todo := w.converge(whole); todo != "" {
			t.Errorf("%s: got %s, want nothing left to do", tc.reason, todo)
		}
	}
}

func TestAClassicStyleInDoubt(t *testing.T) {
	for _, fault := range []struct {
		reason string
		inject func(*world)
	}{
		{"the answer is lost", func(w *world) { w.loseReply("SetUICustomization") }},
		{"the call is lost", func(w *world) { w.cut("SetUICustomization") }},
		{"AWS refuses", func(w *world) { w.refuse("SetUICustomization", "TooManyRequestsException") }},
	} {
		w := newWorld(t, withClassicStyle)
		w.inputs["style/logo"] = "logo"
		fault.inject(w)
		if err := w.apply(); err == nil {
			t.Errorf("%s: want an error", fault.reason)
		}
		w.pause(2 * grace)
		w.converge()
		if todo := w.converge(whole); todo != "" || aws.ToString(w.classic().CSS) != blue {
			t.Errorf("%s: got %q left to do and %v, want nothing and %s", fault.reason, todo, w.classic(), blue)
		}
	}
	w := newWorld(t, withClassicStyle)
	w.inputs["style/logo"] = string(make([]byte, maxLogo+1))
	w.wantFailure(w.apply(), v1alpha1.ReasonInvalidSpec, "spec.clients[0].classicStyle.logoFrom", "has 102401 bytes")
}

// The style of all clients has no key. In a pool that is found again it is looked at, and not sent once more.
func TestAClassicStyleOfAPoolThatIsFoundAgain(t *testing.T) {
	w := newWorld(t, withClassicStyle)
	w.inputs["style/logo"] = "logo"
	w.converge()
	w.object.Status = v1alpha1.SecuredAPIStatus{}
	w.converge()
	for _, call := range w.changed() {
		if call == "CreateUserPool" {
			t.Errorf("got the call %s, want the pool taken back", call)
		}
	}
	if got, want := w.last.ID(NameClassicStyle), allClients; got != want {
		t.Errorf("got the style's id %q, want %q", got, want)
	}
}
