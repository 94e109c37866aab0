package apigateway

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// scheme is what a security scheme of the document means to a method that names it.
type scheme struct {
	kind         string // of authorization; empty if the scheme asks for none
	authorizerID *string
	apiKey       bool
	unusable     bool // its methods aren't made
}

// authorizers makes one authorizer of each security scheme that describes one
// (test_import_with_cognito_auth_identity_source, 2025-07-02). A scheme without API Gateway's extensions is ignored,
// and so are the methods' wishes for it.
func (i *importer) authorizers() {
	schemes := i.doc.object("components").object("securitySchemes")
	if i.doc.has("swagger") {
		schemes = i.doc.object("securityDefinitions")
	}
	for _, name := range slices.Sorted(maps.Keys(schemes)) {
		i.schemes[name] = i.scheme(name, schemes.object(name))
	}
}

func (i *importer) scheme(name string, n node) scheme {
	authType := n.text(extension + "authtype")
	switch {
	case n.has(extension + "authorizer"):
		authorizer := describedAuthorizer(name, n)
		if err := checkAuthorizer(authorizer); err != nil {
			return i.incomplete(name, reason(err)+".")
		}
		return i.useAuthorizer(name, authorizer)
	case strings.EqualFold(authType, "awsSigv4"):
		return scheme{kind: authIAM}
	case authType != "":
		return i.incomplete(name, "Extension x-amazon-apigateway-authorizer is required.")
	case n.text("type") == "apiKey" && strings.EqualFold(n.text("name"), "x-api-key"):
		return scheme{apiKey: true}
	}
	return scheme{}
}

// incomplete is a scheme that is marked as an authorizer and doesn't say which.
func (i *importer) incomplete(name, fault string) scheme {
	if i.tenant.facts.DropsIncompleteAuthorizer {
		return scheme{}
	}
	i.warnings = append(i.warnings, "Unable to create authorizer from security definition: '"+name+"'. "+fault+
		" Any methods with security: '"+name+"' will not be created. If this security definition is not a custom "+
		"authorizer, remove the x-amazon-apigateway-authtype extension and it will be ignored.")
	return scheme{unusable: true}
}

func describedAuthorizer(name string, n node) *types.Authorizer {
	described := n.object(extension + "authorizer")
	a := &types.Authorizer{
		Name:                         &name,
		Type:                         types.AuthorizerType(strings.ToUpper(described.text("type"))),
		AuthType:                     n.optional(extension + "authtype"),
		ProviderARNs:                 described.texts("providerARNs"),
		AuthorizerUri:                described.optional("authorizerUri"),
		AuthorizerCredentials:        described.optional("authorizerCredentials"),
		AuthorizerResultTtlInSeconds: described.number("authorizerResultTtlInSeconds"),
		IdentitySource:               described.optional("identitySource"),
		IdentityValidationExpression: described.optional("identityValidationExpression"),
	}
	// Without a source of its own the scheme's place of the key is the source.
	if location := map[string]string{"header": "header", "query": "querystring"}[n.text("in")]; a.IdentitySource == nil &&
		location != "" && a.Type != types.AuthorizerTypeRequest {
		a.IdentitySource = aws.String("method.request." + location + "." + n.text("name"))
	}
	return a
}

// useAuthorizer adds an authorizer, or brings the one of this name up to date. Its id stays, as those of resources do
// (of authorizers nobody recorded it).
func (i *importer) useAuthorizer(name string, described *types.Authorizer) scheme {
	kind := authCustom
	if described.Type == types.AuthorizerTypeCognitoUserPools {
		kind = authCognito
	}
	named := func(a *types.Authorizer) bool { return same(a.Name, name) }
	if before := find(i.old.Authorizers, named); before != nil {
		described.Id = before.Id
		if i.tenant.facts.KeepsAuthorizerOnPut {
			*described = *before
		}
		remove(&i.Authorizers, named)
	}
	if err := i.addAuthorizer(described, i.tenant.limits.Authorizers); err != nil {
		i.errors = append(i.errors, "Unable to create authorizer '"+name+"': "+reason(err))
		return scheme{unusable: true}
	}
	return scheme{kind: kind, authorizerID: described.Id}
}

// guard is what stands before a method.
type guard struct {
	kind         string
	authorizerID *string
	scopes       []string
	apiKey       bool
}

// guard reads the operation's security or, if it has none of its own, the document's. An empty list is one of its own:
// it opens the method. usable is false if the method can't be made.
func (i *importer) guard(op operation) (g guard, usable bool) {
	g.kind = authNone
	requirements := i.doc.objects("security")
	if op.has("security") {
		requirements = op.objects("security")
	}
	for _, requirement := range requirements {
		for _, name := range slices.Sorted(maps.Keys(requirement)) {
			s, defined := i.schemes[name]
			switch {
			case !defined: // in the words that AWS has for models
				i.warnings = append(i.warnings, "Reference to security definition '"+name+"' not found. Ignoring.")
			case s.unusable:
				return g, false
			case s.apiKey:
				g.apiKey = true
			case s.kind != "" && g.kind == authNone: // a method has one authorizer: the first
				g.kind, g.authorizerID = s.kind, s.authorizerID
				if s.kind == authCognito {
					g.scopes = requirement.texts(name)
				}
			}
		}
	}
	return g, true
}
