// Package userpool is the first phase: it makes Cognito agree with a SecuredAPI. The way of the data is
// BuildDesired (pure) → observe (reads) → Calculate (pure) → apply (writes, each read back) → status.
package userpool

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"regexp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/ownership"
)

// Parts of the user pool that are verified, and planned for, each by itself.
const (
	PartPool            = "userPool"
	PartResourceServers = "resourceServers"
	PartDomain          = "domain"
)

// PartClient is the part of one client.
func PartClient(name string) string { return "client/" + name }

// PartSecret is the part of one client's secret.
func PartSecret(name string) string { return "clientSecret/" + name }

// Desired is what Cognito should hold, in Cognito's words.
type Desired struct {
	Pool            Pool
	Domain          string
	ResourceServers []ResourceServer
	Clients         []Client
}

// Pool is the user pool's policy.
type Pool struct {
	Name                   string
	UsernameAttributes     []types.UsernameAttributeType
	AutoVerifiedAttributes []types.VerifiedAttributeType
	AdminCreateUserOnly    bool
	Password               v1alpha1.PasswordPolicy
	Tags                   map[string]string
}

// ResourceServer is a resource server and its scopes' descriptions by name.
type ResourceServer struct {
	Identifier string
	Scopes     map[string]string
}

// Client is an app client.
type Client struct {
	Name         string
	CallbackURLs []string
	LogoutURLs   []string
	Flows        []types.OAuthFlowType
	Scopes       []string
	HasSecret    bool
	// SecretGeneration is not of the digest: whether a secret is to be replaced is told by status, and costs no look.
	SecretGeneration int32 `json:"-"`
}

// oauthFlows are the flows in Cognito's words.
var oauthFlows = map[v1alpha1.Flow]types.OAuthFlowType{
	v1alpha1.FlowCode:              types.OAuthFlowTypeCode,
	v1alpha1.FlowImplicit:          types.OAuthFlowTypeImplicit,
	v1alpha1.FlowClientCredentials: types.OAuthFlowTypeClientCredentials,
}

// defaultScopes are asked for by a client that names none: enough to know who signed in.
var defaultScopes = []string{"email", "openid"}

// BuildDesired says what Cognito should hold for a SecuredAPI. Lists come out sorted: Cognito keeps no order.
func BuildDesired(spec *v1alpha1.SecuredAPISpec, owner ownership.Owner) Desired {
	d := Desired{Pool: Pool{
		Name: owner.ResourceName(),
		// A sign-up is confirmed by a code, and e-mail is the only way to send one without an SMS role.
		AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail},
		AdminCreateUserOnly:    spec.UserPool.SelfSignUp == v1alpha1.Disabled,
		Password:               buildPassword(spec.UserPool.PasswordPolicy),
		Tags:                   owner.Tags(""),
	}}
	for _, attribute := range spec.UserPool.SignInWith {
		switch attribute {
		case v1alpha1.SignInEmail:
			d.Pool.UsernameAttributes = append(d.Pool.UsernameAttributes, types.UsernameAttributeTypeEmail)
		case v1alpha1.SignInPhoneNumber:
			d.Pool.UsernameAttributes = append(d.Pool.UsernameAttributes, types.UsernameAttributeTypePhoneNumber)
		}
	}
	slices.Sort(d.Pool.UsernameAttributes)
	if spec.Domain != nil {
		d.Domain = spec.Domain.Prefix
	}
	for _, rs := range spec.ResourceServers {
		d.ResourceServers = append(d.ResourceServers, buildResourceServer(rs))
	}
	for i := range spec.Clients {
		d.Clients = append(d.Clients, buildClient(&spec.Clients[i]))
	}
	return d
}

// defaultMinimumLength is the least number of characters of a policy that does not say.
const defaultMinimumLength = 8

// buildPassword completes the spec's policy. Without one it is what Cognito gives a pool that is made without one, as
// terraform-provider-aws' acceptance test TestAccCognitoIDPUserPool_basic finds it in AWS.
func buildPassword(spec *v1alpha1.PasswordPolicy) v1alpha1.PasswordPolicy {
	if spec == nil {
		return v1alpha1.PasswordPolicy{
			MinimumLength: defaultMinimumLength, RequireUppercase: true, RequireLowercase: true, RequireNumbers: true, RequireSymbols: true,
		}
	}
	password := *spec
	password.MinimumLength = cmp.Or(password.MinimumLength, defaultMinimumLength)
	return password
}

func buildResourceServer(rs v1alpha1.ResourceServer) ResourceServer {
	scopes := map[string]string{}
	for _, scope := range rs.Scopes {
		scopes[scope.Name] = scope.Description
		if scope.Description == "" {
			scopes[scope.Name] = scope.Name
		}
	}
	return ResourceServer{Identifier: rs.Identifier, Scopes: scopes}
}

func buildClient(spec *v1alpha1.Client) Client {
	c := Client{
		Name:         spec.Name,
		CallbackURLs: sortedURLs(spec.CallbackURLs),
		LogoutURLs:   sortedURLs(spec.LogoutURLs),
		Scopes:       slices.Sorted(slices.Values(spec.Scopes)),
		HasSecret:    slices.Contains(spec.Flows, v1alpha1.FlowClientCredentials),
	}
	if c.HasSecret {
		c.SecretGeneration = 1
		if spec.Secret != nil {
			c.SecretGeneration = max(spec.Secret.Generation, 1)
		}
	}
	if len(c.Scopes) == 0 {
		c.Scopes = slices.Clone(defaultScopes)
	}
	for _, flow := range spec.Flows {
		c.Flows = append(c.Flows, oauthFlows[flow])
	}
	slices.Sort(c.Flows)
	return c
}

// Holds says whether Cognito was seen to hold the client as the spec asks.
func Holds(status *v1alpha1.SecuredAPIStatus, spec *v1alpha1.Client) bool {
	client := buildClient(spec)
	return status.VerifiedDigest(PartClient(spec.Name)) == digest(client)
}

func sortedURLs(urls []v1alpha1.URL) []string {
	sorted := make([]string, 0, len(urls))
	for _, url := range urls {
		sorted = append(sorted, string(url))
	}
	slices.Sort(sorted)
	return sorted
}

// digest identifies a part's desired state.
func digest(desired any) string {
	// Strings, numbers, slices and string maps: it cannot fail.
	text, _ := json.Marshal(desired) //nolint:errchkjson // as said above
	sum := sha256.Sum256(text)
	return "sha256:" + hex.EncodeToString(sum[:8])
}

// notInName is what an identifier may have and a name may not (ResourceServerNameType).
var notInName = regexp.MustCompile(`[^\w\s+=,.@-]`)

// name is a name for the resource server, which people see: its identifier, as far as a name may hold it.
func (r ResourceServer) name() string { return notInName.ReplaceAllString(r.Identifier, "-") }

// scopeTypes are a resource server's scopes in the SDK's types, sorted by name.
func (r ResourceServer) scopeTypes() []types.ResourceServerScopeType {
	scopes := make([]types.ResourceServerScopeType, 0, len(r.Scopes))
	for _, name := range slices.Sorted(maps.Keys(r.Scopes)) {
		scopes = append(scopes, types.ResourceServerScopeType{ScopeName: new(name), ScopeDescription: new(r.Scopes[name])})
	}
	return scopes
}
