package userpool

import (
	"reflect"
	"strings"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/awslocal/cognito"
)

// Cognito resets what an update leaves out. These tests fill every member of what is read, and look for each in what
// is sent: a member that a new SDK adds is noticed here.

// fill gives every member of a struct a value that is not its zero.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i))
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key)
		fill(value)
		v.SetMapIndex(key, value)
	case reflect.String:
		v.SetString("read")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int32, reflect.Int64:
		v.SetInt(42)
	}
}

// missing lists the members of sent that were read and are neither sent as read nor excepted.
func missing(read, sent any, excepted map[string]string) []string {
	var names []string
	r, s := reflect.ValueOf(read).Elem(), reflect.ValueOf(sent).Elem()
	for i := range s.NumField() {
		name := s.Type().Field(i).Name
		from := r.FieldByName(name)
		if _, ok := excepted[name]; ok || !s.Type().Field(i).IsExported() || !from.IsValid() {
			continue
		}
		if !reflect.DeepEqual(from.Interface(), s.Field(i).Interface()) {
			names = append(names, name)
		}
	}
	return names
}

func TestUpdatePoolSendsAllThatWasRead(t *testing.T) {
	read, before := &types.UserPoolType{}, &types.UserPoolType{}
	fill(reflect.ValueOf(read).Elem())
	fill(reflect.ValueOf(before).Elem())
	want := &poolSettings{
		Blocks:                 engine.Blocks{Named: []string{blockPasswordPolicy}},
		AutoVerifiedAttributes: []types.VerifiedAttributeType{"email"}, Password: passwordPolicy{MinimumLength: 9},
		Recovery: []types.RecoveryOptionNameType{"admin_only"},
	}
	sent := updatePoolInput(engine.Overlay(poolFields, want, read), map[string]string{"k": "v"})
	got := missing(read, sent, map[string]string{
		"AdminCreateUserConfig": "UnusedAccountValidityDays is left out",
		"Policies":              "the spec's passwordPolicy is laid over it",
		"UserPoolTags":          "the owner's are laid over them",
	})
	if len(got) > 0 {
		t.Errorf("not sent as read: %v", got)
	}
	if sent.PoolName != read.Name {
		t.Error("the name is sent as read")
	}
	policy := sent.Policies
	if policy.SignInPolicy != read.Policies.SignInPolicy || *policy.PasswordPolicy.PasswordHistorySize != 0 || policy.PasswordPolicy.TemporaryPasswordValidityDays != 7 {
		t.Errorf("got %+v, want the sign-in policy as read and the whole password policy as the spec has it", policy)
	}
	if *policy.PasswordPolicy.MinimumLength != 9 || policy.PasswordPolicy.RequireSymbols {
		t.Errorf("what the spec says is laid over: %+v", policy.PasswordPolicy)
	}
	if sent.AdminCreateUserConfig.UnusedAccountValidityDays != 0 || sent.AdminCreateUserConfig.InviteMessageTemplate != read.AdminCreateUserConfig.InviteMessageTemplate {
		t.Error("UnusedAccountValidityDays conflicts with TemporaryPasswordValidityDays when sent back; the rest is sent")
	}
	if !reflect.DeepEqual(read, before) {
		t.Error("what was read stays as it was read")
	}
}

func TestUpdatePoolLeavesMFAAlone(t *testing.T) {
	read := &types.UserPoolType{MfaConfiguration: types.UserPoolMfaTypeOptional}
	if sent := updatePoolInput(read, nil); sent.MfaConfiguration != "" {
		t.Error("MFA by app alone is refused by UpdateUserPool and survives when left out")
	}
	read.SmsConfiguration = &types.SmsConfigurationType{}
	if sent := updatePoolInput(read, nil); sent.MfaConfiguration != types.UserPoolMfaTypeOptional {
		t.Error("with an SMS role MFA is sent as read")
	}
}

func TestPoolDiff(t *testing.T) {
	for _, tc := range []struct {
		reason string
		change func(*types.UserPoolType)
		want   string
	}{
		{"what is as it should be needs nothing, whatever else is there", func(*types.UserPoolType) {}, ""},
		{
			"a field of the password policy", func(pool *types.UserPoolType) { pool.Policies.PasswordPolicy.MinimumLength = new(int32(8)) },
			"~ userPool.passwordPolicy.minimumLength: 8 -> 6",
		},
		{
			"no configuration for administrators lets people sign up", func(pool *types.UserPoolType) { pool.AdminCreateUserConfig = nil },
			"",
		},
		{
			"no policy but one for sign-ins", func(pool *types.UserPoolType) { pool.Policies.PasswordPolicy = nil },
			"~ userPool.passwordPolicy.minimumLength: 0 -> 6; ~ userPool.passwordPolicy.requireNumbers: false -> true; ~ userPool.passwordPolicy.requireUppercase: false -> true",
		},
		{"every field", func(pool *types.UserPoolType) {
			pool.UsernameAttributes, pool.AutoVerifiedAttributes = []types.UsernameAttributeType{"phone_number", "email"}, nil
			pool.AdminCreateUserConfig = &types.AdminCreateUserConfigType{AllowAdminCreateUserOnly: true}
			pool.Policies.PasswordPolicy = &types.PasswordPolicyType{RequireLowercase: true, RequireSymbols: true}
		}, `~ userPool.signInWith: Email,PhoneNumber -> Email; ~ userPool.selfSignUp: Disabled -> Enabled; ` +
			"~ userPool.passwordPolicy.minimumLength: 0 -> 6; ~ userPool.passwordPolicy.requireLowercase: true -> false; ~ userPool.passwordPolicy.requireNumbers: false -> true; " +
			"~ userPool.passwordPolicy.requireSymbols: true -> false; ~ userPool.passwordPolicy.requireUppercase: false -> true"},
		{"there is none", nil, "+ userPool default-notes"},
	} {
		spec := recipe()
		spec.UserPool.SelfSignUp = v1alpha1.Enabled
		r := desiring(spec)
		want, err := r.desired()
		if err != nil {
			t.Fatal(err)
		}
		have := &types.UserPoolType{
			Id: new("p"), Name: new("renamed by hand"), UsernameAttributes: []types.UsernameAttributeType{"email"},
			AutoVerifiedAttributes: []types.VerifiedAttributeType{"phone_number", "email"},
			AdminCreateUserConfig:  &types.AdminCreateUserConfigType{UnusedAccountValidityDays: 7},
			Policies:               &types.UserPoolPolicyType{PasswordPolicy: &types.PasswordPolicyType{MinimumLength: new(int32(6)), RequireUppercase: true, RequireNumbers: true, TemporaryPasswordValidityDays: 7}},
			MfaConfiguration:       types.UserPoolMfaTypeOptional,
		}
		if tc.change == nil {
			have = nil
		} else {
			tc.change(have)
		}
		got := r.diff(want, have)
		if diff := cmp.Diff(tc.want, got.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
		for _, change := range got {
			if loses := change.Subject == "userPool.signInWith"; loses != (change.Class == plan.LosesUsers) {
				t.Errorf("%s: %s is of class %s", tc.reason, change, change.Class)
			}
		}
	}
}

func TestWhatWeakensThePool(t *testing.T) {
	for _, tc := range []struct {
		reason string
		change func(*types.UserPoolType)
		want   string
	}{
		{"the pool is as it is wanted", func(*types.UserPoolType) {}, ""},
		{"passwords were longer", func(pool *types.UserPoolType) { pool.Policies.PasswordPolicy.MinimumLength = new(int32(7)) }, "minimumLength"},
		{"passwords were shorter", func(pool *types.UserPoolType) { pool.Policies.PasswordPolicy.MinimumLength = new(int32(5)) }, ""},
		{"a symbol was required", func(pool *types.UserPoolType) { pool.Policies.PasswordPolicy.RequireSymbols = true }, "requireSymbols"},
		{"a lowercase letter was required", func(pool *types.UserPoolType) { pool.Policies.PasswordPolicy.RequireLowercase = true }, "requireLowercase"},
		{"an uppercase letter was not required", func(pool *types.UserPoolType) { pool.Policies.PasswordPolicy.RequireUppercase = false }, ""},
		{
			"nobody signed up", func(pool *types.UserPoolType) {
				pool.AdminCreateUserConfig = &types.AdminCreateUserConfigType{AllowAdminCreateUserOnly: true}
			}, "selfSignUp",
		},
	} {
		spec := recipe()
		spec.UserPool.SelfSignUp = v1alpha1.Enabled
		r := desiring(spec)
		want, err := r.desired()
		if err != nil {
			t.Fatal(err)
		}
		have := engine.Overlay(poolFields, want, &types.UserPoolType{})
		tc.change(have)
		var got []string
		for _, change := range r.diff(want, have).Class(plan.Weakens) {
			got = append(got, change.Subject[strings.LastIndexByte(change.Subject, '.')+1:])
		}
		if strings.Join(got, " ") != tc.want {
			t.Errorf("%s: got %q that weakens, want %q", tc.reason, got, tc.want)
		}
	}
	spec := recipe()
	spec.UserPool.SelfSignUp = v1alpha1.Disabled
	want, _ := desiring(spec).desired()
	if got := desiring(spec).diff(want, &types.UserPoolType{}); got.Class(plan.Weakens).Touches("userPool") {
		t.Errorf("sign-up is closed: got %s of class weakens, want none", got.Class(plan.Weakens))
	}
}

// desiring is the user pool of a spec.
func desiring(spec v1alpha1.SecuredAPISpec) userPool {
	return userPool{&Cognito{}, &engine.Pass{
		Object: &v1alpha1.SecuredAPI{Spec: spec, Status: v1alpha1.SecuredAPIStatus{Region: "us-east-1"}},
		Owner:  engine.Owner{Cluster: "c", Namespace: "default", Name: "notes", UID: "u1"},
	}}
}

func TestPoolDesired(t *testing.T) {
	base := func(edit func(*poolSettings)) poolSettings {
		settings := poolSettings{
			Name: "default-notes", AutoVerifiedAttributes: []types.VerifiedAttributeType{"email"}, Password: passwordPolicy{
				MinimumLength: 8, RequireLowercase: true, RequireNumbers: true, RequireSymbols: true, RequireUppercase: true,
			},
		}
		edit(&settings)
		return settings
	}
	for _, tc := range []struct {
		reason string
		edit   func(*v1alpha1.UserPoolSpec)
		want   poolSettings
	}{
		{"an empty spec is Cognito's own default", func(*v1alpha1.UserPoolSpec) {}, base(func(*poolSettings) {})},
		{"people may register themselves", func(s *v1alpha1.UserPoolSpec) { s.SelfSignUp = v1alpha1.Enabled }, base(func(s *poolSettings) { s.Named = []string{blockSelfSignUp} })},
		{"or may not", func(s *v1alpha1.UserPoolSpec) { s.SelfSignUp = v1alpha1.Disabled }, base(func(s *poolSettings) { s.Named, s.AdminCreateUserOnly = []string{blockSelfSignUp}, true })},
		{
			"attributes are sorted", func(s *v1alpha1.UserPoolSpec) {
				s.SignInWith = []v1alpha1.SignInAttribute{v1alpha1.SignInPhoneNumber, v1alpha1.SignInEmail}
			},
			base(func(s *poolSettings) { s.UsernameAttributes = []types.UsernameAttributeType{"email", "phone_number"} }),
		},
		{"a policy that is there asks for nothing but a length", func(s *v1alpha1.UserPoolSpec) { s.PasswordPolicy = &v1alpha1.PasswordPolicy{} }, base(func(s *poolSettings) {
			s.Named, s.Password = []string{blockPasswordPolicy}, passwordPolicy{MinimumLength: 8}
		})},
		{
			"and for what it says", func(s *v1alpha1.UserPoolSpec) {
				s.PasswordPolicy = &v1alpha1.PasswordPolicy{MinimumLength: 12, RequireLowercase: true}
			},
			base(func(s *poolSettings) {
				s.Named, s.Password = []string{blockPasswordPolicy}, passwordPolicy{MinimumLength: 12, RequireLowercase: true}
			}),
		},
		{"the rest of a policy", func(s *v1alpha1.UserPoolSpec) {
			s.PasswordPolicy = &v1alpha1.PasswordPolicy{History: 5, TemporaryValidity: "23h60m"}
		}, base(func(s *poolSettings) {
			s.Named, s.Password = []string{blockPasswordPolicy}, passwordPolicy{MinimumLength: 8, History: 5, TemporaryDays: 1}
		})},
		{"Cognito's default is no other setting than none", func(s *v1alpha1.UserPoolSpec) { s.PasswordPolicy = &v1alpha1.PasswordPolicy{TemporaryValidity: "168h"} }, base(func(s *poolSettings) {
			s.Named, s.Password = []string{blockPasswordPolicy}, passwordPolicy{MinimumLength: 8}
		})},
		{"a tier and a protection", func(s *v1alpha1.UserPoolSpec) { s.Tier, s.DeletionProtection = v1alpha1.TierPlus, v1alpha1.Enabled }, base(func(s *poolSettings) {
			s.Named, s.Tier, s.Protected = []string{blockDeletionProtection, blockTier}, "PLUS", true
		})},
		{"devices are remembered", func(s *v1alpha1.UserPoolSpec) { s.Devices = &v1alpha1.Devices{} }, base(func(s *poolSettings) {
			s.Named, s.Devices = []string{blockDevices}, &deviceSettings{}
		})},
		{"texts of one's own", func(s *v1alpha1.UserPoolSpec) {
			s.Messages = &v1alpha1.Messages{Verification: &v1alpha1.VerificationMessage{By: v1alpha1.VerifyByLink, Subject: "Hello"}}
		}, base(func(s *poolSettings) {
			s.Named, s.Messages = []string{blockMessages}, &messageSettings{ByLink: true, Verification: texts{Subject: "Hello"}}
		})},
		{"nothing is verified", func(s *v1alpha1.UserPoolSpec) { s.AutoVerify = []v1alpha1.VerifiedAttribute{} }, base(func(s *poolSettings) {
			s.Named, s.AutoVerifiedAttributes = []string{blockAutoVerify}, nil
		})},
		{"a new address counts at once", func(s *v1alpha1.UserPoolSpec) { s.VerifyBeforeUpdate = []v1alpha1.VerifiedAttribute{} }, base(func(s *poolSettings) {
			s.Named, s.VerifyBeforeUpdate = []string{blockVerifyBeforeUpdate}, []types.VerifiedAttributeType{}
		})},
		{"the order of recovery stays", func(s *v1alpha1.UserPoolSpec) {
			s.Recovery = []v1alpha1.RecoveryMethod{v1alpha1.RecoveryPhoneNumber, v1alpha1.RecoveryEmail}
		}, base(func(s *poolSettings) {
			s.Named, s.Recovery = []string{blockRecovery}, []types.RecoveryOptionNameType{"verified_phone_number", "verified_email"}
		})},
		{"each class by itself", func(s *v1alpha1.UserPoolSpec) { s.PasswordPolicy = &v1alpha1.PasswordPolicy{RequireNumbers: true} }, base(func(s *poolSettings) {
			s.Named, s.Password = []string{blockPasswordPolicy}, passwordPolicy{MinimumLength: 8, RequireNumbers: true}
		})},
		{"each class by itself", func(s *v1alpha1.UserPoolSpec) { s.PasswordPolicy = &v1alpha1.PasswordPolicy{RequireSymbols: true} }, base(func(s *poolSettings) {
			s.Named, s.Password = []string{blockPasswordPolicy}, passwordPolicy{MinimumLength: 8, RequireSymbols: true}
		})},
		{"each class by itself", func(s *v1alpha1.UserPoolSpec) { s.PasswordPolicy = &v1alpha1.PasswordPolicy{RequireUppercase: true} }, base(func(s *poolSettings) {
			s.Named, s.Password = []string{blockPasswordPolicy}, passwordPolicy{MinimumLength: 8, RequireUppercase: true}
		})},
	} {
		spec := v1alpha1.SecuredAPISpec{}
		tc.edit(&spec.UserPool)
		got, err := desiring(spec).desired()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(&tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
	}
}

// The login pages ask for required attributes only, and a code goes to the e-mail address.
func TestTheEmailAddressIsRequiredWhereACodeGoesThere(t *testing.T) {
	for _, tc := range []struct {
		reason string
		signIn []v1alpha1.SignInAttribute
		want   bool
	}{
		{"a user name of their choice", nil, true},
		{"the address is the user name", []v1alpha1.SignInAttribute{v1alpha1.SignInEmail}, false},
		{"a user name of their choice, and nothing is verified", nil, false},
		{"a phone number may be the user name", []v1alpha1.SignInAttribute{v1alpha1.SignInEmail, v1alpha1.SignInPhoneNumber}, true},
	} {
		w := newWorld(t)
		w.object.Spec.UserPool.SignInWith = tc.signIn
		if strings.Contains(tc.reason, "nothing is verified") {
			w.object.Spec.UserPool.AutoVerify = []v1alpha1.VerifiedAttribute{}
		}
		w.converge()
		for _, attribute := range w.ourPool().SchemaAttributes {
			if *attribute.Name == "email" && (*attribute.Required != tc.want || !*attribute.Mutable) {
				t.Errorf("%s: got required %t and mutable %t, want %t and true", tc.reason, *attribute.Required, *attribute.Mutable, tc.want)
			}
		}
	}
}

// What a team set of the messages is sent back as Cognito takes it, however it describes a pool that confirms by link.
func TestMessagesSurvive(t *testing.T) {
	link := &types.VerificationMessageTemplateType{
		DefaultEmailOption: types.DefaultEmailOptionTypeConfirmWithLink,
		EmailMessageByLink: new("Click {##here##}"), EmailSubjectByLink: new("A link"),
	}
	both := *link
	both.EmailMessage, both.EmailSubject, both.SmsMessage = new("Your code: {####}"), new("A code"), new("Code {####}")
	for _, tc := range []struct {
		reason   string
		template *types.VerificationMessageTemplateType
		inOld    bool
	}{
		{"links alone", link, false},
		{"links alone, which the old members show", link, true},
		{"links, and texts for codes", &both, false},
		{"links, and texts for codes, of which the old members show the links", &both, true},
	} {
		w := newWorldWith(t, []awslocal.Option{awslocal.WithCognito(cognito.WithLinkInOldMembers(tc.inOld))})
		w.converge()
		pool := w.ourPool()
		in := updatePoolInput(pool, pool.UserPoolTags)
		in.VerificationMessageTemplate, in.AdminCreateUserConfig = tc.template, nil
		must[cip.UpdateUserPoolOutput](w)(w.cip.UpdateUserPool(w.Context(), in))
		before := w.ourPool()
		w.object.Spec.UserPool.PasswordPolicy.MinimumLength = 9
		if done := w.converge(); !strings.Contains(done, "minimumLength: 6 -> 9") {
			t.Errorf("%s: got %q done", tc.reason, done)
		}
		after := w.ourPool()
		for name, pair := range map[string][2]any{
			"VerificationMessageTemplate": {before.VerificationMessageTemplate, after.VerificationMessageTemplate},
			"EmailVerificationMessage":    {before.EmailVerificationMessage, after.EmailVerificationMessage},
			"EmailVerificationSubject":    {before.EmailVerificationSubject, after.EmailVerificationSubject},
			"SmsVerificationMessage":      {before.SmsVerificationMessage, after.SmsVerificationMessage},
		} {
			if !reflect.DeepEqual(pair[0], pair[1]) {
				t.Errorf("%s: %s changed from %+v to %+v", tc.reason, name, pair[0], pair[1])
			}
		}
	}
}
