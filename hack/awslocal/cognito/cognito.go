// Package cognito is the local Amazon Cognito user pools, control plane and public side.
//
// Requests to the control plane arrive typed on the SDK's own structs ([Service.Operations]), are checked against the
// constraints of Cognito's model (constraints.go), and change pools, clients, domains and users in memory. What a
// browser or an OAuth client sees of a pool is served from the same memory: the login pages and OAuth endpoints of its
// domain ([Service.ServeDomain]), its issuer ([Service.ServeIssuer]), and a mailbox for what Cognito would have sent
// ([Service.ServeMailbox]).
//
// Where AWS's behavior is known, its source stands beside the code or in the row of a test's table; where no source
// decides, an [Option] does. Not emulated: the Lambda triggers of federation and senders; their configuration is stored, and
// signing in where it would matter is refused.
package cognito

import (
	"sync"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// Service is the user pools of all accounts and Regions.
type Service struct {
	env      wire.Env
	settings settings

	mu      sync.Mutex
	pools   map[string]*pool   // by id, which is unique everywhere
	clients map[string]*client // by id: operations for users name a client and no pool
	domains map[domainKey]*domain
	signIns
	mail   []Message
	srpKey []byte // of which salts are made
}

// New returns a service without user pools.
func New(env wire.Env, options ...Option) *Service {
	s := &Service{
		env:      env,
		settings: defaultSettings(),
		pools:    map[string]*pool{},
		clients:  map[string]*client{},
		domains:  map[domainKey]*domain{},
		signIns:  newSignIns(),
		srpKey:   []byte(newToken()),
	}
	for _, option := range options {
		option(&s.settings)
	}
	return s
}

// Operations lists what the service can do. Requests of users (SignUp and those after it) are sent without AWS
// credentials: their account and Region are those of the app client that they name or whose token or session they bear.
func (s *Service) Operations() []wire.Operation {
	return []wire.Operation{
		write(s, "CreateUserPool", s.createUserPool),
		read(s, "DescribeUserPool", s.describeUserPool),
		write(s, "UpdateUserPool", s.updateUserPool),
		write(s, "DeleteUserPool", s.deleteUserPool),
		read(s, "ListUserPools", s.listUserPools),
		write(s, "AddCustomAttributes", s.addCustomAttributes),
		write(s, "SetUserPoolMfaConfig", s.setUserPoolMfaConfig),
		read(s, "GetUserPoolMfaConfig", s.getUserPoolMfaConfig),
		write(s, "SetLogDeliveryConfiguration", s.setLogDeliveryConfiguration),
		read(s, "GetLogDeliveryConfiguration", s.getLogDeliveryConfiguration),
		write(s, "SetRiskConfiguration", s.setRiskConfiguration),
		read(s, "DescribeRiskConfiguration", s.describeRiskConfiguration),

		write(s, "CreateUserPoolReplica", s.createUserPoolReplica),
		read(s, "ListUserPoolReplicas", s.listUserPoolReplicas),
		write(s, "UpdateUserPoolReplica", s.updateUserPoolReplica),
		write(s, "DeleteUserPoolReplica", s.deleteUserPoolReplica),

		write(s, "CreateUserPoolClient", s.createUserPoolClient),
		read(s, "DescribeUserPoolClient", s.describeUserPoolClient),
		write(s, "UpdateUserPoolClient", s.updateUserPoolClient),
		write(s, "DeleteUserPoolClient", s.deleteUserPoolClient),
		read(s, "ListUserPoolClients", s.listUserPoolClients),

		write(s, "AddUserPoolClientSecret", s.addUserPoolClientSecret),
		read(s, "ListUserPoolClientSecrets", s.listUserPoolClientSecrets),
		write(s, "DeleteUserPoolClientSecret", s.deleteUserPoolClientSecret),

		write(s, "CreateUserPoolDomain", s.createUserPoolDomain),
		read(s, "DescribeUserPoolDomain", s.describeUserPoolDomain),
		write(s, "UpdateUserPoolDomain", s.updateUserPoolDomain),
		write(s, "DeleteUserPoolDomain", s.deleteUserPoolDomain),

		write(s, "CreateResourceServer", s.createResourceServer),
		read(s, "DescribeResourceServer", s.describeResourceServer),
		write(s, "UpdateResourceServer", s.updateResourceServer),
		write(s, "DeleteResourceServer", s.deleteResourceServer),
		read(s, "ListResourceServers", s.listResourceServers),

		write(s, "CreateIdentityProvider", s.createIdentityProvider),
		read(s, "DescribeIdentityProvider", s.describeIdentityProvider),
		write(s, "UpdateIdentityProvider", s.updateIdentityProvider),
		write(s, "DeleteIdentityProvider", s.deleteIdentityProvider),
		read(s, "ListIdentityProviders", s.listIdentityProviders),
		read(s, "GetSigningCertificate", s.getSigningCertificate),

		write(s, "CreateManagedLoginBranding", s.createManagedLoginBranding),
		read(s, "DescribeManagedLoginBrandingByClient", s.describeManagedLoginBrandingByClient),
		write(s, "UpdateManagedLoginBranding", s.updateManagedLoginBranding),
		write(s, "DeleteManagedLoginBranding", s.deleteManagedLoginBranding),

		write(s, "SetUICustomization", s.setUICustomization),
		read(s, "GetUICustomization", s.getUICustomization),

		write(s, "CreateTerms", s.createTerms),
		read(s, "DescribeTerms", s.describeTerms),
		write(s, "UpdateTerms", s.updateTerms),
		write(s, "DeleteTerms", s.deleteTerms),
		read(s, "ListTerms", s.listTerms),

		write(s, "TagResource", s.tagResource),
		write(s, "UntagResource", s.untagResource),
		read(s, "ListTagsForResource", s.listTagsForResource),

		read(s, "ListUsers", s.listUsers),
		read(s, "AdminGetUser", s.adminGetUser),
		write(s, "AdminCreateUser", s.adminCreateUser),
		write(s, "AdminDeleteUser", s.adminDeleteUser),
		write(s, "AdminUpdateUserAttributes", s.adminUpdateUserAttributes),
		write(s, "AdminConfirmSignUp", s.adminConfirmSignUp),
		write(s, "AdminSetUserPassword", s.adminSetUserPassword),
		write(s, "AdminSetUserMFAPreference", s.adminSetUserMFAPreference),
		write(s, "AdminInitiateAuth", s.adminInitiateAuth),
		write(s, "AdminRespondToAuthChallenge", s.adminRespondToAuthChallenge),

		write(s, "CreateGroup", s.createGroup),
		read(s, "GetGroup", s.getGroup),
		write(s, "UpdateGroup", s.updateGroup),
		write(s, "DeleteGroup", s.deleteGroup),
		read(s, "ListGroups", s.listGroups),
		write(s, "AdminAddUserToGroup", s.adminAddUserToGroup),
		write(s, "AdminRemoveUserFromGroup", s.adminRemoveUserFromGroup),
		read(s, "AdminListGroupsForUser", s.adminListGroupsForUser),
		read(s, "ListUsersInGroup", s.listUsersInGroup),

		write(s, "SignUp", s.signUp),
		write(s, "ConfirmSignUp", s.confirmSignUp),
		write(s, "ForgotPassword", s.forgotPassword),
		write(s, "ConfirmForgotPassword", s.confirmForgotPassword),
		write(s, "InitiateAuth", s.initiateAuth),
		write(s, "GetTokensFromRefreshToken", s.getTokensFromRefreshToken),
		write(s, "RespondToAuthChallenge", s.respondToAuthChallenge),
		write(s, "RevokeToken", s.revokeToken),
		write(s, "GlobalSignOut", s.globalSignOut),
		write(s, "AssociateSoftwareToken", s.associateSoftwareToken),
		write(s, "VerifySoftwareToken", s.verifySoftwareToken),
		write(s, "SetUserMFAPreference", s.setUserMFAPreference),
		write(s, "StartWebAuthnRegistration", s.startWebAuthnRegistration),
		write(s, "CompleteWebAuthnRegistration", s.completeWebAuthnRegistration),
		read(s, "ListWebAuthnCredentials", s.listWebAuthnCredentials),
		write(s, "DeleteWebAuthnCredential", s.deleteWebAuthnCredential),
		read(s, "GetUser", s.getUser),
		write(s, "UpdateUserAttributes", s.updateUserAttributes),
		write(s, "GetUserAttributeVerificationCode", s.getUserAttributeVerificationCode),
		write(s, "VerifyUserAttribute", s.verifyUserAttribute),
	}
}

func read[I, O any](s *Service, name string, f func(wire.Request, *I) (*O, error)) wire.Operation {
	return wire.Read(name, guard(s, f))
}

func write[I, O any](s *Service, name string, f func(wire.Request, *I) (*O, error)) wire.Operation {
	return wire.Write(name, guard(s, f))
}

// guard checks the input against the model and runs f alone. Input and output are copies, so that nobody outside
// shares memory with the service.
func guard[I, O any](s *Service, f func(wire.Request, *I) (*O, error)) func(wire.Request, *I) (*O, error) {
	return func(r wire.Request, in *I) (*O, error) {
		if err := validate(in); err != nil {
			return nil, err
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.endDomains(r.Now)
		s.endReplicas(r.Now)
		out, err := f(r, wire.Clone(in))
		if err != nil {
			return nil, err
		}
		return wire.Clone(out), nil
	}
}
