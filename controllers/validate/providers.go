package validate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// cognito is the user pool itself among the identity providers of a client.
const cognito = "Cognito"

// uses says whether users of a client may sign in at a provider. The default are all.
func uses(client *v1alpha1.Client, provider string) bool {
	return len(client.IdentityProviders) == 0 || slices.Contains(client.IdentityProviders, provider)
}

// eachProvider goes through the spec's identity providers.
func eachProvider(spec *v1alpha1.SecuredAPISpec, visit func(field string, provider *v1alpha1.IdentityProvider)) {
	for i := range spec.UserPool.IdentityProviders {
		visit(fmt.Sprintf("spec.userPool.identityProviders[%d]", i), &spec.UserPool.IdentityProviders[i])
	}
}

// unknownProvider refuses a client that names a provider which nobody makes. An adopted pool can have some that the spec does not name.
func unknownProvider(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	if spec.UserPool.Adopt != nil {
		return nil
	}
	known := []string{cognito}
	eachProvider(spec, func(_ string, provider *v1alpha1.IdentityProvider) { known = append(known, provider.Name) })
	remedy := "add it there, or name one of " + strings.Join(known, ", ")
	if spec.UserPoolRef != nil {
		remedy = "take it off: clients in the user pool of another object sign in the pool's own users only"
	}
	var found []Finding
	for i := range spec.Clients {
		for j, name := range spec.Clients[i].IdentityProviders {
			if !slices.Contains(known, name) {
				found = append(found, Finding{
					fmt.Sprintf("spec.clients[%d].identityProviders[%d]", i, j), quote(name),
					"is not in spec.userPool.identityProviders, nor is it Cognito", remedy,
				})
			}
		}
	}
	return found
}

// mapping refuses attributes that a provider cannot fill. Cognito writes them at each sign-in, so one that cannot change fails the second
// sign-in of each user (aws-solutions-library-samples/accelerated-intelligent-document-processing-on-aws#835).
func mapping(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	fixed := map[string]string{}
	for i := range spec.UserPool.StandardAttributes {
		if one := &spec.UserPool.StandardAttributes[i]; one.Mutable != nil && !*one.Mutable {
			fixed[string(one.Name)] = fmt.Sprintf("spec.userPool.standardAttributes[%d].mutable", i)
		}
	}
	for i := range spec.UserPool.CustomAttributes {
		if one := &spec.UserPool.CustomAttributes[i]; one.Mutable != nil && !*one.Mutable {
			fixed["custom:"+one.Name] = fmt.Sprintf("spec.userPool.customAttributes[%d].mutable", i)
		}
	}
	var found []Finding
	eachProvider(spec, func(field string, provider *v1alpha1.IdentityProvider) {
		for _, name := range slices.Sorted(maps.Keys(provider.Attributes)) {
			at := field + ".attributes." + name
			switch {
			case name == "sub":
				found = append(found, Finding{at, "", "is Cognito's own id of a user, which nobody sets", "take it off"})
			case !strings.HasPrefix(name, "custom:") && !slices.Contains(standardAttributes, name):
				found = append(found, Finding{
					at, "", "is not an attribute of users", "name a standard attribute, like given_name, or custom:<name>",
				})
			case fixed[name] != "":
				found = append(found, Finding{
					at, "", "is written at each sign-in, and " + fixed[name] + " is false", "take it off, or use an attribute that is mutable",
				})
			}
		}
	})
	return found
}

// unwritable refuses a client that may not write what a provider fills. What no client may write, Cognito writes by itself.
func unwritable(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	var found []Finding
	for i := range spec.Clients {
		client := &spec.Clients[i]
		eachProvider(spec, func(field string, provider *v1alpha1.IdentityProvider) {
			if len(client.WriteAttributes) == 0 || !uses(client, provider.Name) {
				return
			}
			for _, name := range slices.Sorted(maps.Keys(provider.Attributes)) {
				if !slices.Contains(client.WriteAttributes, name) && !slices.Contains(readOnlyAttributes, name) {
					found = append(found, Finding{
						fmt.Sprintf("spec.clients[%d].writeAttributes", i), "",
						name + " is not in it, and " + field + " (" + provider.Name + ") writes it at each sign-in at the client",
						"add it, leave writeAttributes out, or take the provider off the client",
					})
				}
			}
		})
	}
	return found
}

// besideInitiated refuses a client with a provider beside one at which sign-ins may begin, if it is not of SAML: "you can't add non-SAML
// IdPs, including the user pool itself, to any app client that uses a SAML provider with IdP-initiated sign-in"
// (https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-SAML-session-initiation.html).
func besideInitiated(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	var initiated, others []string
	eachProvider(spec, func(_ string, provider *v1alpha1.IdentityProvider) {
		switch {
		case provider.SAML == nil:
			others = append(others, provider.Name)
		case provider.SAML.IDPInitiated == v1alpha1.Enabled:
			initiated = append(initiated, provider.Name)
		}
	})
	others = append(others, cognito)
	var found []Finding
	for i := range spec.Clients {
		client := &spec.Clients[i]
		used := func(name string) bool { return uses(client, name) }
		first, beside := slices.IndexFunc(initiated, used), slices.IndexFunc(others, used)
		if first >= 0 && beside >= 0 {
			found = append(found, Finding{
				fmt.Sprintf("spec.clients[%d].identityProviders", i), "", "has " + others[beside] + " beside " + initiated[first] +
					", whose saml.idpInitiated is Enabled, and Cognito allows only SAML beside such a provider",
				"name only providers of SAML, or set idpInitiated to Disabled",
			})
		}
	}
	return found
}

// identifierTwice refuses an identifier that does not tell which provider it means (GetIdentityProviderByIdentifier returns one).
func identifierTwice(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	first := map[string]string{}
	var found []Finding
	eachProvider(spec, func(field string, provider *v1alpha1.IdentityProvider) {
		for i, identifier := range provider.Identifiers {
			at := fmt.Sprintf("%s.identifiers[%d]", field, i)
			if before := first[identifier]; before != "" {
				found = append(found, Finding{at, quote(identifier), "is " + before + " already", "take one of them off"})
				continue
			}
			first[identifier] = at
		}
	})
	return found
}

// requiredUnmapped: Cognito signs nobody in from a provider whose attributes lack what the pool requires
// (amazon-archives/amazon-cognito-auth-js#54).
func requiredUnmapped(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	var found []Finding
	eachProvider(spec, func(field string, provider *v1alpha1.IdentityProvider) {
		for _, required := range requiredAttributes(spec) {
			if provider.Attributes[required] == "" {
				found = append(found, Finding{
					field + ".attributes", "", required + " is not in it, which the pool requires of users, so nobody can sign in there",
					"map it, as " + required + ": <claim>",
				})
			}
		}
	})
	return found
}

// providerWithoutPages: only the domain's pages sign users in at a provider.
func providerWithoutPages(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	if spec.Domain != nil || len(spec.UserPool.IdentityProviders) == 0 {
		return nil
	}
	return []Finding{{
		"spec.userPool.identityProviders", "", "is of no use without spec.domain, whose pages send users to a provider",
		"set spec.domain.prefix or spec.domain.custom",
	}}
}
