package restapi

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// authorizerTTL is how long API Gateway may reuse the answer for a token, in seconds: its default, said aloud.
const authorizerTTL = 300

// Authorizer takes tokens of a user pool, from the header that the spec names, and no others.
type Authorizer struct {
	PoolARN string
	Header  string
	// TTL is how long its answer may be reused, in seconds.
	TTL int32
	// Audience is what the audience of a token has to match; empty takes all. An access token has none, and matches nothing.
	Audience string
}

// Name is the authorizer's name, which tells everything of it: an import was once seen to leave an authorizer of the same name as
// it was (aws/chalice#539), and one of another name cannot be left.
func (a Authorizer) Name() string {
	name := "cognito-" + a.PoolARN[strings.LastIndexByte(a.PoolARN, '/')+1:]
	settings := fmt.Append(nil, a.Audience, a.TTL)
	if a.Header != v1alpha1.DefaultTokenHeader {
		settings = append(settings, a.Header...)
	} else if a.Audience == "" && a.TTL == authorizerTTL {
		return name
	}
	sum := sha256.Sum256(settings)
	return name + "-" + hex.EncodeToString(sum[:5])
}

// is says whether an authorizer that was read is this one, whatever its name.
func (a Authorizer) is(have *types.Authorizer) bool {
	ttl := int32(authorizerTTL)
	if have.AuthorizerResultTtlInSeconds != nil {
		ttl = *have.AuthorizerResultTtlInSeconds
	}
	return guards(have, a.PoolARN, a.Header) && aws.ToString(have.IdentityValidationExpression) == a.Audience && ttl == a.TTL
}

// guards says whether an authorizer takes tokens of the user pool, from the header, and no others.
func guards(a *types.Authorizer, poolARN, header string) bool {
	return a.Type == types.AuthorizerTypeCognitoUserPools &&
		slices.Equal(a.ProviderARNs, []string{poolARN}) &&
		aws.ToString(a.IdentitySource) == "method.request.header."+header
}

// audienceOf matches the ids of clients, each as a whole. API Gateway matches it with the claim aud (API Gateway's API reference,
// Authorizer, identityValidationExpression).
func audienceOf(clients []string) string {
	quoted := make([]string, 0, len(clients))
	for _, id := range slices.Sorted(slices.Values(clients)) {
		quoted = append(quoted, regexp.QuoteMeta(id))
	}
	return "^(" + strings.Join(quoted, "|") + ")$"
}

// authorizer is the one for a method: access tokens, which a method with scopes takes, have no audience.
func (m *Model) authorizer(scopes []string) Authorizer {
	a := m.Authorizer
	if len(scopes) > 0 {
		a.Audience = ""
	}
	return a
}

// authorizers are those that the methods need. An API of guests has one, too.
func (m *Model) authorizers() []Authorizer {
	var all []Authorizer
	for i := range m.Methods {
		a := m.authorizer(m.Methods[i].Scopes)
		if m.Methods[i].Guarded && !slices.Contains(all, a) {
			all = append(all, a)
		}
	}
	if all == nil {
		all = append(all, m.Authorizer)
	}
	return all
}

// lacking are the authorizers of the model that were not seen; none if nobody looked.
func (m *Model) lacking(have []types.Authorizer) []Authorizer {
	if have == nil {
		return nil
	}
	return slices.DeleteFunc(m.authorizers(), func(a Authorizer) bool {
		return slices.ContainsFunc(have, func(one types.Authorizer) bool { return a.is(&one) })
	})
}

// whose says whose ID tokens open a method, as far as its words tell: not of one with scopes, which takes access tokens.
func whose(clients v1alpha1.TokenClients, scopes []string) string {
	if clients != v1alpha1.ClientsOwn || len(scopes) > 0 {
		return ""
	}
	return ownClients
}

// guardedBy is what a method's authorizer lets in, in words; ok is false for one that is not ours.
func (m *Model) guardedBy(a *types.Authorizer, scopes []string) (clients string, ok bool) {
	switch {
	case m.authorizer(scopes).is(a):
		return whose(m.clients(), scopes), true
	case len(scopes) > 0 || !m.authorizer(scopes).timed(a):
		return "", false
	case aws.ToString(a.IdentityValidationExpression) == "":
		return "", true
	default:
		return otherClients, true
	}
}

// timed says whether an authorizer that was read is this one but for the audience.
func (a Authorizer) timed(have *types.Authorizer) bool {
	a.Audience = aws.ToString(have.IdentityValidationExpression)
	return a.is(have)
}

// clients are those whose ID tokens open the methods.
func (m *Model) clients() v1alpha1.TokenClients {
	if m.Audience == "" {
		return ""
	}
	return v1alpha1.ClientsOwn
}
