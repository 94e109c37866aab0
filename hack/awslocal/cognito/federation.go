package cognito

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// Sign-in at identity providers: what is the same for all kinds.

// departure is a browser that was sent to a provider and is to come back.
type departure struct {
	req      *authRequest
	provider *provider
	nonce    string // what the provider's answer has to have; empty of one that nobody asked for
	expires  time.Time
}

// departureValidity: "Amazon Cognito cancels authentication requests that do not complete within 5 minutes"
// (cognito-user-pools-oidc-flow.html).
const departureValidity = 5 * time.Minute

// asked is the provider that a request names, by its name or an identifier of it (authorization-endpoint.html). A client with one
// provider and without users of the pool needs no name. It is nil if the client has no such provider.
func (c *client) asked(query url.Values) (found *provider, asks bool) {
	name, identifier := query.Get("identity_provider"), query.Get("idp_identifier")
	switch {
	case name == localUsers:
		return nil, false
	case name == "" && identifier != "":
		for _, p := range c.pool.providers {
			if slices.Contains(p.IdpIdentifiers, identifier) {
				name = *p.ProviderName
			}
		}
	case name == "" && len(c.SupportedIdentityProviders) == 1 && c.SupportedIdentityProviders[0] != localUsers:
		name = c.SupportedIdentityProviders[0]
	case name == "":
		return nil, false
	}
	if !slices.Contains(c.SupportedIdentityProviders, name) {
		return nil, true
	}
	return c.pool.providers[name], true
}

// depart sends the browser to a provider.
func (st *site) depart(r *http.Request, req *authRequest, one *provider) answer {
	leave := (*site).departOIDC
	if one.ProviderType == types.IdentityProviderTypeTypeSaml {
		leave = (*site).departSAML
	}
	asked := one.snapshot()
	state, left := newToken(), &departure{req: req, provider: one, nonce: newToken(), expires: st.now.Add(departureValidity)}
	st.departures[state] = left
	return answer{outside: func(ctx context.Context) answer {
		target, err := leave(st, ctx, asked, state, left.nonce)
		if err != nil {
			return redirect(r, req.back(url.Values{"error": {"server_error"}, "error_description": {err.Error()}}))
		}
		return redirect(r, target)
	}}
}

// snapshot is a provider as it is now: it may be updated while it is asked, which is outside the lock.
func (one *provider) snapshot() *provider {
	copied := *one
	copied.ProviderDetails, copied.AttributeMapping = maps.Clone(one.ProviderDetails), maps.Clone(one.AttributeMapping)
	return &copied
}

// back is where providers send browsers back to.
func (st *site) back(path string) string { return st.env.BaseURL() + st.below + path }

// returned is the departure of a state, which is good once, and for a provider of the pool; nil if there is none.
func (st *site) returned(state string) *departure {
	left := st.departures[state]
	delete(st.departures, state)
	if left == nil || !st.now.Before(left.expires) || left.req.client.pool != st.domain.pool {
		return nil
	}
	return left
}

// arrive lets in whom a provider names when it is asked, which is outside the lock.
func (st *site) arrive(
	r *http.Request, left *departure, ask func(context.Context, *provider) (*person, error),
) answer {
	asked := left.provider.snapshot()
	code, begins := "invalid_request", ""
	if asked.ProviderType == types.IdentityProviderTypeTypeSaml {
		code, begins = "server_error", "Invalid SAML response received: " // aws/aws-sdk-js-v3#6201
	}
	refuse := func(err error) answer {
		if errors.Is(err, errCode) {
			code = "server_error"
		}
		return redirect(r, left.req.back(url.Values{"error": {code}, "error_description": {begins + err.Error()}}))
	}
	return answer{outside: func(ctx context.Context) answer {
		named, err := ask(ctx, asked)
		if err != nil {
			return refuse(err)
		}
		st.mu.Lock()
		defer st.mu.Unlock()
		u, err := st.federate(left, named)
		if err != nil {
			return refuse(err)
		}
		return st.enter(r, left.req, u)
	}}
}

// person is whom a provider names.
type person struct {
	subject string
	issuer  *string // of SAML only
	claims  map[string]any
}

// federate makes or updates the user whom a provider named. The attributes that are mapped are written at each sign-in. Such users have
// no password, and no second factor is asked for.
func (st *site) federate(left *departure, named *person) (*user, error) {
	p, provider := left.req.client.pool, left.provider
	name := *provider.ProviderName + "_" + named.subject
	u, known := p.users[name]
	if !known {
		// The attribute: developer guide, "Linking federated users to an existing user profile".
		identities, err := json.Marshal([]map[string]any{{
			"userId": named.subject, "providerName": provider.ProviderName, "providerType": provider.ProviderType, "issuer": named.issuer,
			"primary": "true", "dateCreated": strconv.FormatInt(st.now.UnixMilli(), 10),
		}})
		if err != nil {
			return nil, err
		}
		u = &user{
			name: name, attributes: map[string]string{"sub": newUUID(), "identities": string(identities), "email_verified": "false"},
			groups: map[string]*types.GroupType{}, verifications: map[string]code{}, pending: map[string]string{},
			created: st.now, status: types.UserStatusTypeExternalProvider,
		}
	}
	attributes := maps.Clone(u.attributes)
	for attribute, claim := range provider.AttributeMapping {
		value := claimText(named.claims[claim])
		if attribute == "username" || value == "" {
			continue
		}
		writes, readOnly := left.req.client.WriteAttributes, strings.HasSuffix(attribute, "_verified")
		if known && !p.mutable(attribute) || len(writes) > 0 && !slices.Contains(writes, attribute) && !readOnly {
			// An attribute that cannot change fails the second sign-in, also with the same value
			// (aws-solutions-library-samples/accelerated-intelligent-document-processing-on-aws#835). Of one that the client may not
			// write, the words are not known.
			return nil, fmt.Errorf("user.%s: Attribute cannot be updated.", attribute) //nolint:revive,staticcheck // Cognito's words
		}
		attributes[attribute] = value
	}
	// The words: amazon-archives/amazon-cognito-auth-js#54; of SAML: repost.aws/knowledge-center/cognito-invalid-saml-response-errors.
	words := "attributes required: %s"
	if provider.ProviderType == types.IdentityProviderTypeTypeSaml {
		words = "Invalid user attributes: %s: The attribute is required"
	}
	for _, a := range p.SchemaAttributes {
		if aws.ToBool(a.Required) && attributes[*a.Name] == "" {
			return nil, fmt.Errorf(words, *a.Name)
		}
	}
	u.attributes, u.modified = attributes, st.now
	p.users[name] = u
	p.join(u, provider, st.now)
	return u, nil
}

// join puts a user into the group that Cognito makes for all who sign in at a provider. Its name and its description are those that
// people have taken over into Terraform ("${aws_cognito_user_pool.this.id}_Google").
func (p *pool) join(u *user, from *provider, now time.Time) {
	name := *p.Id + "_" + *from.ProviderName
	if p.groups[name] == nil {
		p.groups[name] = &types.GroupType{
			UserPoolId: p.Id, GroupName: &name, CreationDate: &now, LastModifiedDate: &now,
			Description: aws.String("Autogenerated group for users who sign in using " + *from.ProviderName),
		}
	}
	u.groups[name] = p.groups[name]
}

// mutable says whether an attribute of the pool can change.
func (p *pool) mutable(name string) bool {
	return slices.ContainsFunc(p.SchemaAttributes, func(a types.SchemaAttributeType) bool {
		return *a.Name == name && aws.ToBool(a.Mutable)
	})
}

// addIdentities adds the claim that ID tokens have of users of a provider.
func (u *user) addIdentities(claims map[string]any) {
	var identities []any
	if json.Unmarshal([]byte(cmp.Or(u.attributes["identities"], "null")), &identities) == nil && len(identities) > 0 {
		claims["identities"] = identities
	}
}

// claimText is a claim as an attribute has it.
func claimText(claim any) string {
	switch claim := claim.(type) {
	case nil:
		return ""
	case string:
		return claim
	case bool:
		return strconv.FormatBool(claim)
	default:
		text, err := json.Marshal(claim)
		if err != nil {
			return ""
		}
		return string(text)
	}
}

// offered are the providers that a login page shows.
func (st *site) offered(c *client) []string {
	return slices.DeleteFunc(slices.Sorted(slices.Values(c.SupportedIdentityProviders)), func(name string) bool {
		return c.pool.providers[name] == nil
	})
}
