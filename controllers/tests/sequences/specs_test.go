package sequences_test

import (
	"net/http"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/validate"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// The generators of this file draw specs that the API server takes and AWS too, from few values, so that two draws
// often have something in common.

// specPart draws a part of a spec that can be changed by itself.
type specPart struct {
	name string
	draw func(*rapid.T, *v1alpha1.SecuredAPISpec)
}

// specParts are those that most specs have.
var specParts = []specPart{
	{"stage", func(r *rapid.T, s *v1alpha1.SecuredAPISpec) { s.Stage = pick(r, "stage", stages...) }},
	{"deletionPolicy", func(r *rapid.T, s *v1alpha1.SecuredAPISpec) {
		s.DeletionPolicy = pick(r, "deletionPolicy", "", v1alpha1.DeletionProtect, v1alpha1.DeletionDelete, v1alpha1.DeletionRetain)
	}},
	{"selfSignUp", func(r *rapid.T, s *v1alpha1.SecuredAPISpec) {
		s.UserPool.SelfSignUp = pick(r, "selfSignUp", "", v1alpha1.Enabled, v1alpha1.Disabled)
	}},
	{"passwordPolicy", drawPasswordPolicy},
	{"tier", func(r *rapid.T, s *v1alpha1.SecuredAPISpec) {
		s.UserPool.Tier = pick(r, "tier", "", v1alpha1.TierLite, v1alpha1.TierEssentials, v1alpha1.TierPlus)
	}},
	{"devices", func(r *rapid.T, s *v1alpha1.SecuredAPISpec) {
		s.UserPool.Devices = *one(r, "devices", []*v1alpha1.Devices{nil, {}, {Remember: v1alpha1.RememberOnRequest, SkipMFA: v1alpha1.Enabled}})
	}},
	{"verification", drawVerification},
	{"signIn", drawSignIn},
	{"resourceServers", drawResourceServers},
	{"domain", func(r *rapid.T, s *v1alpha1.SecuredAPISpec) {
		s.Domain = nil
		if prefix := pick(r, "domain", "", "notes-beta", "notes-live"); prefix != "" {
			s.Domain = &v1alpha1.DomainSpec{Prefix: prefix}
		}
	}},
	{"clients", drawClients},
	{"routes", drawRoutes},
}

// stages are all stages that a spec may name; the empty one is the default.
var stages = []string{"", "prod", "beta", "live"}

// drawSpec draws a whole spec, with what cannot be changed later.
func drawSpec(r *rapid.T, parts []specPart) v1alpha1.SecuredAPISpec {
	s := v1alpha1.SecuredAPISpec{Region: pick(r, "region", "", "us-east-1")}
	s.UserPool.SignInWith = *one(r, "signInWith", [][]v1alpha1.SignInAttribute{
		nil, {v1alpha1.SignInEmail}, {v1alpha1.SignInEmail, v1alpha1.SignInPhoneNumber},
	})
	if s.UserPool.SignInWith == nil {
		// Users made by hand have addresses as names, which Cognito refuses beside the alias Email.
		s.UserPool.Aliases = subset(r, "aliases", 0, v1alpha1.AliasPreferredUsername)
	}
	s.UserPool.UsernameCase = pick(r, "usernameCase", "", v1alpha1.UsernameInsensitive, v1alpha1.UsernameSensitive)
	for _, part := range parts {
		part.draw(r, &s)
	}
	fit(&s)
	return s
}

// drawEdit draws one part of the spec anew, and returns its name.
func drawEdit(r *rapid.T, parts []specPart, s *v1alpha1.SecuredAPISpec) string {
	part := one(r, "part", parts)
	part.draw(r, s)
	fit(s)
	return part.name
}

// fit takes off what would be refused: a history in tier Lite, scopes that are no more, and flows without a domain.
func fit(s *v1alpha1.SecuredAPISpec) {
	if s.UserPool.Tier == v1alpha1.TierLite && needsTier(s) {
		s.UserPool.Tier = v1alpha1.TierEssentials
	}
	fitParts(s)
	known := scopesOf(s)
	unknown := func(scope string) bool { return strings.Contains(scope, "/") && !slices.Contains(known, scope) }
	for i := range s.Routes {
		s.Routes[i].Scopes = slices.DeleteFunc(s.Routes[i].Scopes, unknown)
	}
	for i := range s.Clients {
		c := &s.Clients[i]
		c.Scopes = slices.DeleteFunc(c.Scopes, unknown)
		if s.Domain == nil {
			*c = v1alpha1.Client{Name: c.Name, Flows: []v1alpha1.Flow{}}
		}
	}
	s.Clients = slices.DeleteFunc(s.Clients, func(c v1alpha1.Client) bool {
		return len(c.Scopes) == 0 && slices.Contains(c.Flows, v1alpha1.FlowClientCredentials)
	})
}

// needsTier says that a spec asks for what tier Lite lacks.
func needsTier(s *v1alpha1.SecuredAPISpec) bool {
	pool := &s.UserPool
	history := pool.PasswordPolicy != nil && pool.PasswordPolicy.History > 0
	email := pool.MFA != nil && slices.Contains(pool.MFA.Factors, v1alpha1.MFAEmail)
	rotates := func(c v1alpha1.Client) bool { return c.Tokens != nil && c.Tokens.Rotation == v1alpha1.Enabled }
	return s.ManagedPages() || history || email || pool.FirstFactors != nil || slices.ContainsFunc(s.Clients, rotates)
}

func drawPasswordPolicy(r *rapid.T, s *v1alpha1.SecuredAPISpec) {
	s.UserPool.PasswordPolicy = nil
	if rapid.Bool().Draw(r, "passwordPolicy") {
		flag := func(name string) bool { return rapid.Bool().Draw(r, name) }
		s.UserPool.PasswordPolicy = &v1alpha1.PasswordPolicy{
			MinimumLength:    pick(r, "minimumLength", int32(0), 6, 12, 99), // 0 is left out
			RequireUppercase: flag("uppercase"), RequireLowercase: flag("lowercase"),
			RequireNumbers: flag("numbers"), RequireSymbols: flag("symbols"),
			History: pick(r, "history", int32(0), 5), TemporaryValidity: pick(r, "temporaryValidity", v1alpha1.Duration(""), "24h"),
		}
	}
}

func drawVerification(r *rapid.T, s *v1alpha1.SecuredAPISpec) {
	// A pool that is made with autoVerify [] does not require the e-mail address, and cannot later.
	s.UserPool.AutoVerify = *one(r, "autoVerify", [][]v1alpha1.VerifiedAttribute{nil, {v1alpha1.VerifiedEmail}})
	s.UserPool.VerifyBeforeUpdate = *one(r, "verifyBeforeUpdate", [][]v1alpha1.VerifiedAttribute{nil, {}, {v1alpha1.VerifiedEmail}})
}

// drawSignIn draws how users sign in, as far as AWS takes it all back: a role for texts stays in a pool.
func drawSignIn(r *rapid.T, s *v1alpha1.SecuredAPISpec) {
	s.UserPool.MFA, s.UserPool.Email, s.UserPool.FirstFactors = nil, nil, nil
	if rapid.Bool().Draw(r, "SES") {
		s.UserPool.Email = &v1alpha1.Email{Sender: v1alpha1.EmailSenderSES, IdentityARN: "arn:aws:ses:us-east-1:111111111111:identity/example.com"}
	}
	switch mode := pick(r, "mfa", "", v1alpha1.MFADisabled, v1alpha1.MFAOptional, v1alpha1.MFARequired); mode {
	case "":
	case v1alpha1.MFADisabled:
		s.UserPool.MFA = &v1alpha1.MFA{}
	default:
		s.UserPool.MFA = &v1alpha1.MFA{Mode: mode, Factors: []v1alpha1.MFAFactor{v1alpha1.MFATOTP}}
		if s.UserPool.Email != nil {
			s.UserPool.MFA.Factors = append(s.UserPool.MFA.Factors, v1alpha1.MFAEmail)
		}
	}
	if (s.UserPool.MFA == nil || s.UserPool.MFA.Mode != v1alpha1.MFARequired) && rapid.Bool().Draw(r, "EmailOTP") {
		s.UserPool.FirstFactors = []v1alpha1.FirstFactor{v1alpha1.FirstFactorPassword, v1alpha1.FirstFactorEmailOTP}
	}
}

func drawResourceServers(r *rapid.T, s *v1alpha1.SecuredAPISpec) {
	s.ResourceServers = nil
	for _, identifier := range subset(r, "resourceServers", 0, "notes", "https://notes.example.com") {
		server := v1alpha1.ResourceServer{Identifier: identifier}
		for _, scope := range subset(r, "scopes of "+identifier, 1, "read", "write") {
			server.Scopes = append(server.Scopes, v1alpha1.ResourceServerScope{Name: scope, Description: pick(r, "description", "", "To "+scope)})
		}
		s.ResourceServers = append(s.ResourceServers, server)
	}
}

// scopesOf are the scopes of the spec's own resource servers.
func scopesOf(s *v1alpha1.SecuredAPISpec) []string {
	var scopes []string
	for _, server := range s.ResourceServers {
		for _, scope := range server.Scopes {
			scopes = append(scopes, server.Identifier+"/"+scope.Name)
		}
	}
	return scopes
}

func drawClients(r *rapid.T, s *v1alpha1.SecuredAPISpec) {
	s.Clients = nil
	own := scopesOf(s)
	for _, name := range subset(r, "clients", 0, "web", "app", "job") {
		c := v1alpha1.Client{Name: name}
		if len(own) > 0 && rapid.Bool().Draw(r, "program") {
			c.Flows, c.Scopes = []v1alpha1.Flow{v1alpha1.FlowClientCredentials}, subset(r, "scopes", 1, own...)
		} else {
			c.Flows = subset(r, "flows", 1, v1alpha1.FlowCode, v1alpha1.FlowImplicit)
			c.CallbackURLs = subset(r, "callbackURLs", 1, v1alpha1.URL("http://localhost:3000/callback"), "https://notes.example.com/callback", "notes:/callback")
			c.LogoutURLs = subset(r, "logoutURLs", 0, v1alpha1.URL("http://localhost:3000/"), "https://notes.example.com/bye")
			c.Scopes = subset(r, "scopes", 0, append(own, "openid", "email", "profile")...)
		}
		drawTokens(r, &c)
		s.Clients = append(s.Clients, c)
	}
}

func drawTokens(r *rapid.T, c *v1alpha1.Client) {
	if rapid.Bool().Draw(r, "tokens") {
		c.Tokens = &v1alpha1.ClientTokens{
			Access: pick(r, "access", v1alpha1.Duration(""), "5m", "90m"), Refresh: pick(r, "refresh", v1alpha1.Duration(""), "2h", "87600h"),
			Revocation: pick(r, "revocation", "", v1alpha1.Enabled, v1alpha1.Disabled),
			Rotation:   pick(r, "rotation", "", v1alpha1.Enabled, v1alpha1.Disabled), RotationGrace: pick(r, "grace", v1alpha1.Duration(""), "10s"),
		}
	}
	flows := []v1alpha1.AuthFlow{v1alpha1.AuthFlowSRP, v1alpha1.AuthFlowPassword, v1alpha1.AuthFlowRefresh}
	if c.Tokens != nil && c.Tokens.Rotation == v1alpha1.Enabled {
		flows = flows[:2]
	}
	c.AuthFlows = subset(r, "authFlows", 0, flows...)
	c.UserExistenceErrors = pick(r, "userExistenceErrors", "", v1alpha1.UserExistenceHidden, v1alpha1.UserExistenceLegacy)
	if rapid.Bool().Draw(r, "readAttributes") {
		c.ReadAttributes = subset(r, "read", 0, "email", "name", "address")
	}
}

func drawRoutes(r *rapid.T, s *v1alpha1.SecuredAPISpec) {
	s.Routes = nil
	for _, path := range subset(r, "routes", 1, "/a", "/b", "/", "/a/{id}", "/a/{id}/b", "/b/{rest+}", "/{proxy+}") {
		methods := subset(r, "methods", 1, v1alpha1.Method("GET"), "POST", "DELETE", "HEAD", "OPTIONS", "ANY")
		if len(methods) > 1 && rapid.Bool().Draw(r, "two routes") {
			s.Routes = append(s.Routes, drawRoute(r, s, path, methods[:1]))
			methods = methods[1:]
		}
		s.Routes = append(s.Routes, drawRoute(r, s, path, methods))
	}
	if validate.Spec(s, validate.Facts{Region: awslocal.DefaultRegion, Partition: "aws"}) != nil {
		// A guest's path over a guarded one, with the same backend.
		for i := range s.Routes {
			s.Routes[i].Access = v1alpha1.AccessRegistered
		}
	}
}

func drawRoute(r *rapid.T, s *v1alpha1.SecuredAPISpec, path string, methods []v1alpha1.Method) v1alpha1.Route {
	route := v1alpha1.Route{
		Path:    path,
		Methods: methods,
		Access:  pick(r, "access", "", v1alpha1.AccessRegistered, v1alpha1.AccessGuest),
		Backend: drawBackend(r, path),
	}
	if route.Access != v1alpha1.AccessGuest {
		route.Scopes = subset(r, "scopes", 0, append(scopesOf(s), "openid")...)
	}
	return route
}

func drawBackend(r *rapid.T, path string) v1alpha1.Backend {
	if rapid.Bool().Draw(r, "http") {
		server := pick(r, "server", "https://notes.example.com", "https://www.example.com")
		urls := []string{server + "/answer", server + "/answer?from=gateway"}
		for _, variable := range []string{"{id}", "{rest+}", "{proxy+}"} {
			if strings.Contains(path, variable) {
				urls = append(urls, server+"/"+variable)
			}
		}
		return v1alpha1.Backend{HTTP: &v1alpha1.HTTPBackend{URL: pick(r, "url", urls...)}}
	}
	return v1alpha1.Backend{Lambda: &v1alpha1.LambdaBackend{Function: pick(r, "function",
		"RegisteredHandler", "GuestHandler", "OtherHandler", "OtherHandler:live", "OtherHandler:$LATEST",
		"arn:aws:lambda:us-east-1:111111111111:function:OtherHandler")}}
}

func pick[T any](r *rapid.T, label string, values ...T) T {
	return rapid.SampledFrom(values).Draw(r, label)
}

// subset draws at least so many of the values, each once.
func subset[T comparable](r *rapid.T, label string, least int, values ...T) []T {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(values), least, min(3, len(values)), rapid.ID[T]).Draw(r, label)
}

// servers stand for all servers that routes may name: each answers everything.
type servers struct{}

func (servers) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
}
