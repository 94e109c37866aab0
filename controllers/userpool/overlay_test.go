package userpool

import (
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
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
	read := &types.UserPoolType{}
	fill(reflect.ValueOf(read).Elem())
	sent := updatePoolInput(read, Pool{Password: v1alpha1.PasswordPolicy{MinimumLength: 9}}, map[string]string{"k": "v"})
	got := missing(read, sent, map[string]string{
		"AdminCreateUserConfig": "the spec's selfSignUp is laid over it",
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
	if policy.SignInPolicy != read.Policies.SignInPolicy || policy.PasswordPolicy.TemporaryPasswordValidityDays != 42 || *policy.PasswordPolicy.PasswordHistorySize != 42 {
		t.Errorf("what the spec does not say of policies is sent as read: %+v", policy)
	}
	if *policy.PasswordPolicy.MinimumLength != 9 || policy.PasswordPolicy.RequireSymbols {
		t.Errorf("what the spec says is laid over: %+v", policy.PasswordPolicy)
	}
	if sent.AdminCreateUserConfig.UnusedAccountValidityDays != 0 || sent.AdminCreateUserConfig.InviteMessageTemplate != read.AdminCreateUserConfig.InviteMessageTemplate {
		t.Error("UnusedAccountValidityDays conflicts with TemporaryPasswordValidityDays when sent back; the rest is sent")
	}
	if *read.Policies.PasswordPolicy.MinimumLength != 42 {
		t.Error("what was read stays as it was read")
	}
}

func TestUpdatePoolLeavesMFAAlone(t *testing.T) {
	read := &types.UserPoolType{MfaConfiguration: types.UserPoolMfaTypeOptional}
	if sent := updatePoolInput(read, Pool{}, nil); sent.MfaConfiguration != "" {
		t.Error("MFA by app alone is refused by UpdateUserPool and survives when left out")
	}
	read.SmsConfiguration = &types.SmsConfigurationType{}
	if sent := updatePoolInput(read, Pool{}, nil); sent.MfaConfiguration != types.UserPoolMfaTypeOptional {
		t.Error("with an SMS role MFA is sent as read")
	}
}

func TestUpdateClientSendsAllThatWasRead(t *testing.T) {
	read := &types.UserPoolClientType{}
	fill(reflect.ValueOf(read).Elem())
	sent := updateClientInput(read, &Client{CallbackURLs: []string{"read", "https://a/"}})
	got := missing(read, sent, map[string]string{
		"AllowedOAuthFlows":               "the spec says them",
		"AllowedOAuthScopes":              "the spec says them",
		"AllowedOAuthFlowsUserPoolClient": "always on",
		"CallbackURLs":                    "the spec says them",
		"LogoutURLs":                      "the spec says them",
	})
	if len(got) > 0 {
		t.Errorf("not sent as read: %v", got)
	}
	if sent := updateClientInput(read, &Client{CallbackURLs: []string{"https://a/"}}); sent.DefaultRedirectURI != nil {
		t.Error("a default redirect that is no callback URL any more is refused, so it goes")
	}
}
