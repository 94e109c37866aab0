package userpool

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
)

// A client names providers, and a provider may wait for its Secret. What can be done without it does not wait.

// provide fills in the providers that a client names or, where it names none, the users of the pool and all of the spec's providers.
// One that is not made yet, as it waits for its Secret, keeps back nothing else of the client.
func (r client) provide(access *clientAccess, spec *v1alpha1.Client) {
	names, ours := spec.IdentityProviders, providerKeys(r.p)
	if len(names) == 0 && len(ours) > 0 {
		names = append([]string{providerCognito}, ours...)
	}
	for _, name := range names {
		switch {
		case name == providerCognito:
			access.IdentityProviders = append(access.IdentityProviders, localUsers)
		case slices.Contains(ours, name) && r.p.ID(PrefixProvider+name) == "":
			access.Waiting = append(access.Waiting, name)
		default:
			access.IdentityProviders = append(access.IdentityProviders, name)
		}
	}
	slices.Sort(access.IdentityProviders)
	slices.Sort(access.Waiting)
}

// waits says that no provider that the client names is made yet.
func (a *clientAccess) waits() bool { return len(a.IdentityProviders) == 0 && len(a.Waiting) > 0 }

// setProviders spares a provider that waits and that the client has: it is there from before the pool was adopted. Where all wait, the
// list stays: an empty one has no meaning in Cognito, and its own users may not be meant.
func setProviders(have *types.UserPoolClientType, want *clientSettings) {
	access := &want.Access
	providers := slices.Clone(access.IdentityProviders)
	for _, name := range access.Waiting {
		if slices.Contains(have.SupportedIdentityProviders, name) {
			providers = append(providers, name)
		}
	}
	slices.Sort(providers)
	switch {
	case len(providers) > 0:
		have.SupportedIdentityProviders = providers
	case !access.waits():
		// Without a provider there is nobody to sign in with.
		have.SupportedIdentityProviders = []string{localUsers}
	}
}

// guard keeps a provider that a client may have been left with, since none that it names is made yet: Cognito refuses every change of
// a client with a provider that is gone.
func (r identityProvider) guard(
	_ context.Context, operation v1alpha1.Operation, _ *providerSettings, _ *types.IdentityProviderType,
) error {
	if operation != v1alpha1.OperationDelete {
		return nil
	}
	for _, name := range clientKeys(r.p) {
		access := client{r.Cognito, r.p, name}.accessOf(specClient(r.p, name))
		if access.waits() {
			return awserr.Because(v1alpha1.ReasonDependencyNotReady, &engine.AbsentError{What: fmt.Sprintf(
				"identity provider %s is deleted when client %s has one that it names: %s", r.name, name, engine.Join(access.Waiting))})
		}
	}
	return nil
}
