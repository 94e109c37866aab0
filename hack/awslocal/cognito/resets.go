package cognito

import (
	"reflect"
	"strings"
)

// omission is what an update does to a member that its request leaves out.
type omission int

const (
	reset   omission = iota // it becomes the default
	keep                    // it stays as it was
	unknown                 // no source says: WithUnknownReset decides
)

// member is one member of an update request: what becomes of it if left out, and who says so.
//
// "If you don't provide a value for an attribute, Amazon Cognito sets it to its default value", say both updates in
// the model. Measurements and reports show where that isn't so.
type member struct {
	name    string // dotted where the halves of a structure behave on their own
	omitted omission
	source  string
	as      string // the member of the description, if its name is another
}

const (
	model    = "model: UpdateUserPool and UpdateUserPoolClient reset what isn't provided"
	measured = "measured on AWS in August 2026"
	nobody   = "not known"
)

var updateUserPoolMembers = []member{
	{name: "AccountRecoverySetting", omitted: reset, source: model},
	{name: "AdminCreateUserConfig", omitted: reset, source: model},
	{name: "AutoVerifiedAttributes", omitted: reset, source: measured},
	{name: "DeletionProtection", omitted: unknown, source: nobody},
	{name: "DeviceConfiguration", omitted: reset, source: model},
	{name: "EmailConfiguration", omitted: reset, source: model},
	{name: "EmailVerificationMessage", omitted: reset, source: model},
	{name: "EmailVerificationSubject", omitted: reset, source: model},
	{name: "IssuerConfiguration", omitted: unknown, source: nobody},
	{name: "KeyConfiguration", omitted: unknown, source: nobody},
	{name: "LambdaConfig", omitted: reset, source: "amplify-cli#3646, the other way around: sending it alone reset the rest"},
	{name: "MfaConfiguration", omitted: keep, source: measured},
	{name: "Policies.PasswordPolicy", omitted: keep, source: measured},
	{name: "Policies.SignInPolicy", omitted: keep, source: measured},
	{name: "PoolName", omitted: keep, source: "a pool can't be without a name", as: "Name"},
	{name: "SmsAuthenticationMessage", omitted: reset, source: model},
	{name: "SmsConfiguration", omitted: reset, source: model},
	{name: "SmsVerificationMessage", omitted: reset, source: model},
	{name: "UserAttributeUpdateSettings", omitted: keep, source: "aws-nuke#477: nil changes nothing, an empty list clears"},
	{name: "UserPoolAddOns", omitted: reset, source: "terraform-provider-aws TestAcc…UserPool_withAdvancedSecurityMode"},
	{name: "UserPoolTags", omitted: reset, source: model},
	{name: "UserPoolTier", omitted: keep, source: measured},
	{name: "VerificationMessageTemplate", omitted: reset, source: model},
}

// createOnlyMembers can be given to CreateUserPool and never again. Its Schema isn't here: see schema.go.
var createOnlyMembers = []member{
	{name: "AliasAttributes"},
	{name: "UsernameAttributes"},
	{name: "UsernameConfiguration"},
}

var updateUserPoolClientMembers = []member{
	{name: "AccessTokenValidity", omitted: reset, source: model},
	{name: "AllowedOAuthFlows", omitted: reset, source: model},
	{name: "AllowedOAuthFlowsUserPoolClient", omitted: reset, source: model},
	{name: "AllowedOAuthScopes", omitted: reset, source: model},
	{name: "AnalyticsConfiguration", omitted: reset, source: model},
	{name: "AuthSessionValidity", omitted: reset, source: model},
	{name: "CallbackURLs", omitted: reset, source: model},
	{name: "ClientName", omitted: keep, source: "a client can't be without a name"},
	{name: "DefaultRedirectURI", omitted: reset, source: model},
	{name: "EnablePropagateAdditionalUserContextData", omitted: reset, source: model},
	{name: "EnableTokenRevocation", omitted: reset, source: model},
	{name: "ExplicitAuthFlows", omitted: reset, source: model},
	{name: "IdTokenValidity", omitted: reset, source: model},
	{name: "LogoutURLs", omitted: reset, source: model},
	{name: "PreventUserExistenceErrors", omitted: reset, source: model},
	{name: "ReadAttributes", omitted: reset, source: "CloudFormationCognitoCustomResources#7"},
	{name: "RefreshTokenRotation", omitted: unknown, source: nobody},
	{name: "RefreshTokenValidity", omitted: reset, source: model},
	{name: "SupportedIdentityProviders", omitted: reset, source: "cloudformation-coverage-roadmap#676"},
	{name: "TokenValidityUnits", omitted: reset, source: model},
	{name: "WriteAttributes", omitted: reset, source: "CloudFormationCognitoCustomResources#7"},
}

// overlay puts the members that a request gives onto a description, and the defaults where the table says so. All
// three point to structs; the request's and the description's members have the same names and types.
func overlay(members []member, description, request, defaults any, resetUnknown bool) {
	for _, m := range members {
		from := fieldAt(reflect.ValueOf(request), m.name)
		if !from.IsValid() || from.IsZero() {
			if m.omitted == keep || m.omitted == unknown && !resetUnknown {
				continue
			}
			from = fieldAt(reflect.ValueOf(defaults), m.target())
		}
		to := fieldAt(reflect.ValueOf(description), m.target())
		if to.Kind() == reflect.Pointer && from.Kind() != reflect.Pointer {
			p := reflect.New(from.Type()) // *bool in a client's description, bool in the request
			p.Elem().Set(from)
			from = p
		}
		to.Set(from)
	}
}

func (m member) target() string {
	if m.as != "" {
		return m.as
	}
	return m.name
}

// fieldAt follows a dotted name. The zero Value says that a structure on the way isn't there.
func fieldAt(v reflect.Value, name string) reflect.Value {
	for step := range strings.SplitSeq(name, ".") {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return reflect.Value{}
			}
			v = v.Elem()
		}
		v = v.FieldByName(step)
	}
	return v
}
