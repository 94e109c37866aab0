package userpool

import (
	"fmt"
	"strings"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// signInByName lets users choose a name, and names what cannot be changed later.
func signInByName(s *v1alpha1.SecuredAPISpec) {
	s.UserPool.SignInWith = nil
	s.UserPool.Aliases = []v1alpha1.Alias{v1alpha1.AliasPreferredUsername, v1alpha1.AliasEmail}
	s.UserPool.UsernameCase = v1alpha1.UsernameSensitive
	s.UserPool.StandardAttributes = []v1alpha1.StandardAttribute{
		{Name: "given_name", Required: true, MaxLength: new(int32(40))}, {Name: "birthdate", Mutable: new(false)}, {Name: "updated_at"},
	}
	s.UserPool.CustomAttributes = []v1alpha1.CustomAttribute{
		{Name: "team", MinLength: new(int32(1)), MaxLength: new(int32(8))},
		{Name: "level", Type: v1alpha1.AttributeNumber, Minimum: new(int64(0)), Mutable: new(false)},
		{Name: "since", Type: v1alpha1.AttributeDateTime},
	}
}

const (
	namedStandard = "{name: birthdate, mutable: false}, {name: email, required: true}, {name: given_name, required: true, maxLength: 40}"
	namedCustom   = "{name: level, type: Number, mutable: false, minimum: 0}, {name: since, type: DateTime}, {name: team, minLength: 1, maxLength: 8}"
)

func TestAPoolIsMadeWithItsAttributes(t *testing.T) {
	w := newWorld(t, signInByName)
	w.converge()
	pool := w.ourPool()
	got := []string{
		specNames(pool.AliasAttributes), string(usernameCase(pool)),
		attributesWords(pool.SchemaAttributes, false), attributesWords(pool.SchemaAttributes, true),
	}
	if diff := cmp.Diff([]string{"Email,PreferredUsername", "Sensitive", namedStandard, namedCustom}, got); diff != "" {
		t.Errorf("aliases, case, standard and custom attributes (-want +got):\n%s", diff)
	}
	if left := w.converge(whole); left != "" {
		t.Errorf("got %q done once more, want nothing", left)
	}
	w.object.Spec.UserPool.AutoVerify = []v1alpha1.VerifiedAttribute{}
	if done := w.converge(); strings.Contains(done, "Attributes") {
		t.Errorf("e-mail stays required when it is verified no more: got %q done", done)
	}
}

// Custom attributes are added in place, twenty-five a call, beside any other change.
func TestCustomAttributesAreAdded(t *testing.T) {
	w := newWorld(t)
	w.converge()
	for i := range 30 {
		w.object.Spec.UserPool.CustomAttributes = append(w.object.Spec.UserPool.CustomAttributes, v1alpha1.CustomAttribute{Name: fmt.Sprintf("a%02d", i)})
	}
	w.object.Spec.UserPool.PasswordPolicy.MinimumLength = 9
	planned := w.planned()
	if !strings.Contains(planned, `~ userPool.customAttributes: "" -> {name: a00}, {name: a01}, `) {
		t.Errorf("got plan %s", planned)
	}
	if diff := cmp.Diff(planned, w.converge()); diff != "" {
		t.Errorf("what was planned is done (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"AddCustomAttributes", "AddCustomAttributes", "UpdateUserPool"}, w.changed()); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	must[cip.AddCustomAttributesOutput](w)(w.cip.AddCustomAttributes(w.Context(), &cip.AddCustomAttributesInput{
		UserPoolId: w.id(NamePool), CustomAttributes: []types.SchemaAttributeType{{Name: new("by-hand"), AttributeDataType: "String"}},
	}))
	if done := w.converge(whole); done != "" {
		t.Errorf("an attribute that somebody added stays: got %q done, want nothing", done)
	}
}

// A lost reply of AddCustomAttributes adds nothing twice.
func TestCustomAttributesAreAddedOnce(t *testing.T) {
	for _, fail := range []func(*world, string){(*world).loseReply, (*world).cut} {
		w := newWorld(t)
		w.converge()
		w.object.Spec.UserPool.CustomAttributes = []v1alpha1.CustomAttribute{{Name: "team"}}
		fail(w, "AddCustomAttributes")
		if err := w.apply(); err == nil {
			t.Fatal("got no error of a call without an answer")
		}
		w.pause(grace)
		w.converge()
		if got := attributesWords(w.ourPool().SchemaAttributes, true); got != "{name: team}" {
			t.Errorf("got custom attributes %q, want {name: team}", got)
		}
	}
}

// What Cognito cannot change has to be in an adopted pool as the spec says it, and the refusal says what to write.
func TestWhatCannotBeChangedIsRefused(t *testing.T) {
	made := func(in *cip.CreateUserPoolInput) {
		in.UsernameAttributes, in.AliasAttributes = nil, []types.AliasAttributeType{"preferred_username", "email"}
		in.UsernameConfiguration = &types.UsernameConfigurationType{CaseSensitive: new(true)}
		in.Schema = []types.SchemaAttributeType{
			{Name: new("email"), Required: new(true)},
			{Name: new("birthdate"), Mutable: new(false)},
			{Name: new("given_name"), Required: new(true), AttributeDataType: "String", StringAttributeConstraints: &types.StringAttributeConstraintsType{MaxLength: new("40")}},
			{Name: new("team"), AttributeDataType: "String", StringAttributeConstraints: &types.StringAttributeConstraintsType{MinLength: new("1"), MaxLength: new("8")}},
			{Name: new("level"), AttributeDataType: "Number", Mutable: new(false), NumberAttributeConstraints: &types.NumberAttributeConstraintsType{MinValue: new("0")}},
			{Name: new("beside"), AttributeDataType: "Boolean"},
		}
	}
	for _, tc := range []struct {
		reason string
		edit   func(*v1alpha1.UserPoolSpec)
		words  []string
	}{
		{"all is as it is, and one attribute is new", func(*v1alpha1.UserPoolSpec) {}, nil},
		{"nothing is named", func(s *v1alpha1.UserPoolSpec) { *s = v1alpha1.UserPoolSpec{Adopt: s.Adopt} }, nil},
		{
			"another case", func(s *v1alpha1.UserPoolSpec) { s.UsernameCase = v1alpha1.UsernameInsensitive },
			[]string{"spec.userPool.usernameCase: user pool ", " has Sensitive and the spec asks for Insensitive; Cognito cannot change it; set it to Sensitive"},
		},
		{
			"other aliases", func(s *v1alpha1.UserPoolSpec) { s.Aliases = []v1alpha1.Alias{v1alpha1.AliasEmail} },
			[]string{"spec.userPool.aliases: ", "has [Email,PreferredUsername] and the spec asks for [Email]", "set it to [Email,PreferredUsername]"},
		},
		{
			"one attribute is not named", func(s *v1alpha1.UserPoolSpec) { s.StandardAttributes = s.StandardAttributes[:1] },
			[]string{"spec.userPool.standardAttributes: ", "set it to [" + namedStandard + "]"},
		},
		{
			"a custom attribute has another type, and another one other limits", func(s *v1alpha1.UserPoolSpec) {
				s.CustomAttributes[0].MaxLength, s.CustomAttributes[1] = new(int32(9)), v1alpha1.CustomAttribute{Name: "level"}
			},
			[]string{
				"spec.userPool.customAttributes[0]: ", "set it to {name: team, minLength: 1, maxLength: 8}",
				"spec.userPool.customAttributes[1]: ", "set it to {name: level, type: Number, mutable: false, minimum: 0}",
			},
		},
	} {
		w := newWorld(t, signInByName)
		adopting(w, w.makePool(made))
		tc.edit(&w.object.Spec.UserPool)
		err := w.apply(w.consent)
		if tc.words != nil {
			w.wantFailure(err, v1alpha1.ReasonInvalidSpec, tc.words...)
			if changed := w.changed(); len(changed) > 0 {
				t.Errorf("%s: got calls %v, want nothing changed", tc.reason, changed)
			}
			continue
		}
		w.pause(grace)
		w.converge()
		if left := w.converge(whole); left != "" {
			t.Errorf("%s: got %q done once more, want nothing", tc.reason, left)
		}
	}
}
