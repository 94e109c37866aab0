package v1alpha1

// AuthFlow is a way to sign in with Cognito's API (InitiateAuth) instead of the login pages.
//
// +kubebuilder:validation:Enum=SRP;Password;AdminPassword;Custom;Choice;Refresh
type AuthFlow string

// The flows of Cognito's API, its ExplicitAuthFlows.
const (
	// AuthFlowSRP proves the password without sending it.
	AuthFlowSRP AuthFlow = "SRP"
	// AuthFlowPassword sends the password.
	AuthFlowPassword AuthFlow = "Password"
	// AuthFlowAdminPassword is for servers with AWS credentials that sign users in (AdminInitiateAuth).
	AuthFlowAdminPassword AuthFlow = "AdminPassword"
	// AuthFlowCustom is defined by Lambda triggers.
	AuthFlowCustom AuthFlow = "Custom"
	// AuthFlowChoice lets users choose among the first factors of the user pool.
	AuthFlowChoice AuthFlow = "Choice"
	// AuthFlowRefresh hands out tokens for a refresh token that stays the same.
	AuthFlowRefresh AuthFlow = "Refresh"
)

// UserExistenceErrors says what those learn who name a user that does not exist.
//
// +kubebuilder:validation:Enum=Hidden;Legacy
type UserExistenceErrors string

// What is said of a user that does not exist.
const (
	// UserExistenceHidden answers as for a wrong password.
	UserExistenceHidden UserExistenceErrors = "Hidden"
	// UserExistenceLegacy says that there is no such user.
	UserExistenceLegacy UserExistenceErrors = "Legacy"
)

// ClientTokens is how long tokens and sign-ins are good, and what becomes of refresh tokens.
//
// +kubebuilder:validation:XValidation:rule="[has(self.access) ? self.access : '1h', has(self.id) ? self.id : '1h'].all(d, duration(d) <= duration(has(self.refresh) ? self.refresh : '720h'))",message="refresh must be as long as access and id at least, because Cognito refuses tokens that outlive it; raise it, or lower access and id",fieldPath=".refresh"
type ClientTokens struct {
	// access is how long an access token is good, 5m to 24h. Defaults to 1h.
	// +optional
	// +kubebuilder:validation:XValidation:rule="!self.contains('ms') && duration(self) >= duration('5m') && duration(self) <= duration('24h')",message="access must be 5m to 24h in whole seconds; write it like 1h or 90m"
	Access Duration `json:"access,omitempty"`

	// id is how long an ID token is good, 5m to 24h. Defaults to 1h.
	// +optional
	// +kubebuilder:validation:XValidation:rule="!self.contains('ms') && duration(self) >= duration('5m') && duration(self) <= duration('24h')",message="id must be 5m to 24h in whole seconds; write it like 1h or 90m"
	ID Duration `json:"id,omitempty"`

	// refresh is how long a refresh token is good, 1h to 87600h (10 years), and as long as access and id at least. After it users
	// have to sign in again. Defaults to 720h (30 days).
	// +optional
	// +kubebuilder:validation:XValidation:rule="!self.contains('ms') && duration(self) >= duration('1h') && duration(self) <= duration('87600h')",message="refresh must be 1h to 87600h in whole seconds; write it like 720h"
	Refresh Duration `json:"refresh,omitempty"`

	// session is how long a sign-in may take from one step to the next, 3m to 15m. Defaults to 3m.
	// +optional
	// +kubebuilder:validation:XValidation:rule="!self.contains('ms') && duration(self) >= duration('3m') && duration(self) <= duration('15m') && duration(self).getSeconds() % 60 == 0",message="session must be 3m to 15m in whole minutes; write it like 5m"
	Session Duration `json:"session,omitempty"`

	// revocation lets refresh tokens be revoked, and the access tokens with them that came of them. Defaults to Enabled.
	// +optional
	Revocation Switch `json:"revocation,omitempty"`

	// rotation replaces a refresh token at each use, so that a stolen one is noticed. Applications then refresh with
	// GetTokensFromRefreshToken or the token endpoint, so authFlows have no Refresh. Defaults to Disabled.
	// +optional
	Rotation Switch `json:"rotation,omitempty"`

	// rotationGrace is how long a refresh token that was replaced is good, 0s to 60s, for those whose answer was lost. It has no
	// effect while rotation is Disabled. Defaults to 0s.
	// +optional
	// +kubebuilder:validation:XValidation:rule="!self.contains('ms') && duration(self) <= duration('60s')",message="rotationGrace must be 0s to 60s in whole seconds; write it like 10s"
	RotationGrace Duration `json:"rotationGrace,omitempty"`
}
