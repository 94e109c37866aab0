package sequences_test

import (
	"slices"

	"k8s.io/apimachinery/pkg/runtime"
	"pgregory.net/rapid"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// The generators of this file draw the parts of a spec that most specs do without.

// rareParts are these parts. Domain and clients are drawn before.
var rareParts = []specPart{
	{"login pages", drawLoginPages},
	{"pages of clients", drawClientPages},
	{"identityProviders", drawProviders},
	{"protection", drawProtection},
	{"groups", drawGroups},
	{"triggers", drawTriggers},
}

// seldom draws true in one of three.
func seldom(r *rapid.T, label string) bool { return rapid.IntRange(0, 2).Draw(r, label) == 2 }

// drawProviders draws where else users sign in, of what kind and with whose values.
func drawProviders(r *rapid.T, s *v1alpha1.SecuredAPISpec) {
	s.UserPool.IdentityProviders = nil
	if !seldom(r, "identityProviders") {
		return
	}
	for _, name := range subset(r, "names", 1, "Okta", "Corp", "Google") {
		p := v1alpha1.IdentityProvider{Name: name, Attributes: map[string]v1alpha1.Claim{"email": pick(r, "claim", v1alpha1.Claim("email"), "mail")}}
		secret := v1alpha1.SecretKey{Name: pick(r, "secret", harness.InputName, harness.OtherInputName), Key: pick(r, "key", "a", "b")}
		switch {
		case name == "Google":
			p.Google = &v1alpha1.SocialProvider{ClientID: "c", ClientSecretFrom: secret}
		case rapid.Bool().Draw(r, "SAML"):
			p.SAML = &v1alpha1.SAMLProvider{MetadataFrom: &v1alpha1.ConfigMapKey{Name: secret.Name, Key: secret.Key}}
		default:
			p.OIDC = &v1alpha1.OIDCProvider{Issuer: "https://login.example.com", ClientID: "c", ClientSecretFrom: &secret}
		}
		s.UserPool.IdentityProviders = append(s.UserPool.IdentityProviders, p)
	}
}

// drawLoginPages draws a custom domain, which pages domains serve and how these look.
func drawLoginPages(r *rapid.T, s *v1alpha1.SecuredAPISpec) {
	domain := &v1alpha1.DomainSpec{Prefix: s.DomainPrefix()}
	if seldom(r, "custom") {
		domain.Custom = &v1alpha1.CustomDomain{
			Name:           pick(r, "name", "auth.example.com", "login.example.com"),
			CertificateARN: "arn:aws:acm:us-east-1:111111111111:certificate/" + pick(r, "certificate", "a", "b"),
		}
	}
	if domain.Prefix == "" && domain.Custom == nil {
		s.Domain = nil
		return
	}
	s.Domain = domain
	if domain.Pages = pick(r, "pages", "", v1alpha1.PagesClassic, v1alpha1.PagesManaged); domain.Pages == v1alpha1.PagesManaged {
		domain.Branding = drawBranding(r)
	}
	domain.ClassicStyle = drawClassicStyle(r)
}

func inStyle(key string) *v1alpha1.ConfigMapKey {
	return &v1alpha1.ConfigMapKey{Name: harness.StyleName, Key: key}
}

func drawBranding(r *rapid.T) *v1alpha1.Branding {
	branding := &v1alpha1.Branding{}
	switch pick(r, "branding", "", "own", "dark", "plain") {
	case "":
		return nil
	case "dark":
		branding.SettingsFrom = inStyle("dark")
	case "plain":
		branding.Settings = &runtime.RawExtension{Raw: []byte(harness.PlainStyle)}
	}
	if rapid.Bool().Draw(r, "logo") {
		branding.Assets = []v1alpha1.Asset{{Category: "FormLogo", ColorMode: "Light", Extension: "SVG", From: *inStyle("logo.svg")}}
	}
	return branding
}

func drawClassicStyle(r *rapid.T) *v1alpha1.ClassicStyle {
	if !seldom(r, "classicStyle") {
		return nil
	}
	style := &v1alpha1.ClassicStyle{CSS: pick(r, "css", harness.BlueStyle, harness.RedStyle)}
	if rapid.Bool().Draw(r, "logo") {
		style.LogoFrom = inStyle("logo.png")
	}
	return style
}

// drawClientPages draws what clients' pages have of their own; fit takes off what the domain does not serve.
func drawClientPages(r *rapid.T, s *v1alpha1.SecuredAPISpec) {
	for i := range s.Clients {
		c := &s.Clients[i]
		c.Branding, c.ClassicStyle, c.Terms = drawBranding(r), drawClassicStyle(r), nil
		if rapid.Bool().Draw(r, "terms") {
			link := pick(r, "link", v1alpha1.Link("https://notes.example.com/terms"), "https://notes.example.com/rules")
			c.Terms = &v1alpha1.Terms{TermsOfUse: map[string]v1alpha1.Link{"default": link}, PrivacyPolicy: map[string]v1alpha1.Link{"default": link}}
		}
	}
}

// drawProtection draws what guards the pool: against risks, by a web ACL, with a key and with logs.
func drawProtection(r *rapid.T, s *v1alpha1.SecuredAPISpec) {
	pool := &s.UserPool
	pool.ThreatProtection, pool.Logs, pool.WebACLARN, pool.KMSKeyARN, pool.Issuer = nil, nil, "", "", ""
	if !seldom(r, "protection") {
		return
	}
	if mode := pick(r, "threatProtection", "", v1alpha1.ThreatDisabled, v1alpha1.ThreatAudit, v1alpha1.ThreatEnforced); mode != "" {
		asked := &v1alpha1.ThreatProtection{Mode: mode}
		if pool.ThreatProtection = asked; mode != v1alpha1.ThreatDisabled {
			asked.BlockCIDRs = subset(r, "blockCIDRs", 0, v1alpha1.CIDR("192.0.2.0/24"), "198.51.100.0/24")
			asked.Takeover = *one(r, "takeover", []*v1alpha1.Takeover{nil, {High: &v1alpha1.TakeoverAnswer{Action: v1alpha1.TakeoverBlock}}})
		}
	}
	for _, source := range subset(r, "logs", 0, v1alpha1.LogNotifications, v1alpha1.LogUserActivity) {
		pool.Logs = append(pool.Logs, v1alpha1.UserPoolLog{Source: source, LogGroupARN: "arn:aws:logs:us-east-1:111111111111:log-group:" + pick(r, "log group", "notes", "other")})
	}
	pool.WebACLARN = pick(r, "webACL", "", harness.WebACL, harness.OtherWebACL)
	pool.KMSKeyARN = pick(r, "kmsKey", "", harness.PoolKey, harness.OtherPoolKey)
	pool.Issuer = pick(r, "issuer", "", v1alpha1.IssuerOriginal, v1alpha1.IssuerUpdated)
}

// drawGroups draws groups with all that they can have: Cognito takes nothing away from one.
func drawGroups(r *rapid.T, s *v1alpha1.SecuredAPISpec) {
	s.UserPool.Groups = nil
	if !seldom(r, "groups") {
		return
	}
	for _, name := range subset(r, "names", 1, "editors", "readers") {
		s.UserPool.Groups = append(s.UserPool.Groups, v1alpha1.Group{
			Name: name, Description: pick(r, "description", "Who edits", "Who reads"), Precedence: new(pick(r, "precedence", int32(1), 2)),
			RoleARN: pick(r, "role", harness.GroupRole, harness.OtherGroupRole),
		})
	}
}

// drawTriggers draws the functions that the pool calls. None of them is called when a user is made by hand.
func drawTriggers(r *rapid.T, s *v1alpha1.SecuredAPISpec) {
	s.UserPool.Triggers = nil
	if !seldom(r, "triggers") {
		return
	}
	for _, event := range subset(r, "events", 1, v1alpha1.TriggerPreAuthentication, v1alpha1.TriggerPostConfirmation, v1alpha1.TriggerPreTokenGeneration) {
		s.UserPool.Triggers = append(s.UserPool.Triggers, v1alpha1.Trigger{Event: event, Function: pick(r, "function", "GuestHandler", "OtherHandler")})
	}
}

// fitParts takes off what would be refused of these parts, and gives the tier that they need.
func fitParts(s *v1alpha1.SecuredAPISpec) {
	activity := func(l v1alpha1.UserPoolLog) bool { return l.Source == v1alpha1.LogUserActivity }
	if s.UserPool.ThreatProtection != nil || slices.ContainsFunc(s.UserPool.Logs, activity) {
		s.UserPool.Tier = v1alpha1.TierPlus
	}
	for i := range s.Clients {
		c := &s.Clients[i]
		if !c.HasPages() {
			c.ClassicStyle = nil
		}
		if !c.HasPages() || !s.ManagedPages() {
			c.Branding, c.Terms = nil, nil
		}
	}
}
