package validate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// standardAttributes are in every user pool (Cognito developer guide, "Working with user attributes").
var standardAttributes = []string{
	"address", "birthdate", "email", "email_verified", "family_name", "gender", "given_name", "locale", "middle_name", "name",
	"nickname", "phone_number", "phone_number_verified", "picture", "preferred_username", "profile", "sub", "updated_at", "website",
	"zoneinfo",
}

// readOnlyAttributes are written by nobody but Cognito and administrators.
var readOnlyAttributes = []string{"email_verified", "phone_number_verified", "sub"}

// attributes refuses attributes that a client cannot have. Which custom ones there are is known to AWS only.
func attributes(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	var findings []Finding
	refuse := func(field, value, rule, remedy string) {
		findings = append(findings, Finding{field, value, rule, remedy})
	}
	for i := range spec.Clients {
		for _, list := range []struct {
			name  string
			names []string
			write bool
		}{{"readAttributes", spec.Clients[i].ReadAttributes, false}, {"writeAttributes", spec.Clients[i].WriteAttributes, true}} {
			field := fmt.Sprintf("spec.clients[%d].%s", i, list.name)
			for j, name := range list.names {
				switch at := fmt.Sprintf("%s[%d]", field, j); {
				case !strings.HasPrefix(name, "custom:") && !slices.Contains(standardAttributes, name):
					refuse(at, quote(name), "is not an attribute of users", "name a standard attribute, like given_name, or custom:<name>")
				case list.write && slices.Contains(readOnlyAttributes, name):
					refuse(at, quote(name), "is an attribute that no client may write", "take it off")
				}
			}
			for _, required := range requiredAttributes(spec) {
				if list.write && len(list.names) > 0 && !slices.Contains(list.names, required) {
					refuse(field, "", required+" is not in it, which users have to give when they sign up", "add it, or leave writeAttributes out")
				}
			}
		}
	}
	return findings
}

// requiredAttributes are what a user pool requires that is made for the spec: what the spec says, and the e-mail address where Cognito
// verifies it and it is not the user name itself. What an adopted pool requires, or another's, is known to AWS only.
func requiredAttributes(spec *v1alpha1.SecuredAPISpec) []string {
	pool := &spec.UserPool
	if pool.Adopt != nil || spec.UserPoolRef != nil {
		return nil
	}
	var required []string
	email := needsEmail(pool)
	for i := range pool.StandardAttributes {
		one := &pool.StandardAttributes[i]
		if one.Required {
			required = append(required, string(one.Name))
		}
		email = email && one.Name != "email"
	}
	if email {
		required = append(required, "email")
	}
	return required
}
