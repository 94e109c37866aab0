package cognito

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// pool is a user pool and all that lives and dies with it.
type pool struct {
	types.UserPoolType // the description, but for what describe adds

	account, region string
	mfa             idp.GetUserPoolMfaConfigOutput          // MfaConfiguration is in the description
	risks           map[string]*types.RiskConfigurationType // by client; the pool's own is that of none
	formerRisk      *types.RiskConfigurationType            // the pool's own before its last change
	riskChanged     time.Time
	logs            []types.LogConfigurationType
	clients         map[string]*client
	servers         map[string]*types.ResourceServerType
	providers       map[string]*provider                  // by name
	users           map[string]*user                      // by user name
	groups          map[string]*types.GroupType           // by name
	documents       map[string]*types.TermsType           // by id
	classic         map[string]*types.UICustomizationType // by client, or ALL
	keys            *keyPair
	signing         *certified // of requests to providers of SAML
	replica         *replica   // nil without one
	// temporaryDaysSet is true once TemporaryPasswordValidityDays was given: UnusedAccountValidityDays can't be, then.
	temporaryDaysSet bool
}

// defaultUserPool is what CreateUserPool fills in, and what an update resets to. Sources: the output of
// create-user-pool in the AWS CLI's examples, the model's documentation, and what terraform-provider-aws' acceptance
// test TestAccCognitoIDPUserPool_basic finds in AWS. The test sees an AccountRecoverySetting but not which.
func defaultUserPool() types.UserPoolType {
	return types.UserPoolType{
		AccountRecoverySetting: &types.AccountRecoverySettingType{RecoveryMechanisms: []types.RecoveryOptionType{
			{Name: types.RecoveryOptionNameTypeVerifiedEmail, Priority: aws.Int32(1)},
			{Name: types.RecoveryOptionNameTypeVerifiedPhoneNumber, Priority: aws.Int32(2)},
		}},
		AdminCreateUserConfig: &types.AdminCreateUserConfigType{},
		DeletionProtection:    types.DeletionProtectionTypeInactive,
		EmailConfiguration:    &types.EmailConfigurationType{EmailSendingAccount: types.EmailSendingAccountTypeCognitoDefault},
		LambdaConfig:          &types.LambdaConfigType{},
		MfaConfiguration:      types.UserPoolMfaTypeOff,
		Policies: &types.UserPoolPolicyType{
			PasswordPolicy: &types.PasswordPolicyType{
				MinimumLength:    aws.Int32(8),
				RequireLowercase: true, RequireNumbers: true, RequireSymbols: true, RequireUppercase: true,
				TemporaryPasswordValidityDays: 7,
			},
			SignInPolicy: &types.SignInPolicyType{AllowedFirstAuthFactors: []types.AuthFactorType{types.AuthFactorTypePassword}},
		},
		UserPoolTags: map[string]string{},
		UserPoolTier: types.UserPoolTierTypeEssentials,
		VerificationMessageTemplate: &types.VerificationMessageTemplateType{
			DefaultEmailOption: types.DefaultEmailOptionTypeConfirmWithCode,
		},
	}
}

func (s *Service) createUserPool(r wire.Request, in *idp.CreateUserPoolInput) (*idp.CreateUserPoolOutput, error) {
	owned := 0
	for _, p := range s.pools {
		if p.account == r.Account && p.region == r.Region {
			owned++
		}
	}
	if owned >= s.settings.limits.Pools {
		return nil, overLimit("user pools", s.settings.limits.Pools)
	}
	if len(in.AliasAttributes) > 0 && len(in.UsernameAttributes) > 0 {
		return nil, invalid("Only one of the aliasAttributes or usernameAttributes can be set in a User pool.")
	}
	if in.MfaConfiguration != "" && in.MfaConfiguration != types.UserPoolMfaTypeOff &&
		!canText(in.SmsConfiguration, in.AutoVerifiedAttributes) {
		return nil, invalid("SMS configuration and Auto verification for phone_number are required when MFA is required/optional")
	}

	id := newPoolID(r.Region)
	p := &pool{
		UserPoolType: defaultUserPool(),
		account:      r.Account,
		region:       r.Region,
		risks:        map[string]*types.RiskConfigurationType{},
		clients:      map[string]*client{},
		servers:      map[string]*types.ResourceServerType{},
		providers:    map[string]*provider{},
		users:        map[string]*user{},
		groups:       map[string]*types.GroupType{},
		documents:    map[string]*types.TermsType{},
		classic:      map[string]*types.UICustomizationType{},
		keys:         newKeyPair(),
		signing:      newCertified(id, r.Now),
	}
	members := slices.Concat(createOnlyMembers, updateUserPoolMembers)
	overlay(members, &p.UserPoolType, in, defaultUserPool(), false)
	p.Id = aws.String(id)
	p.Arn = aws.String("arn:aws:cognito-idp:" + r.Region + ":" + r.Account + ":userpool/" + id)
	p.CreationDate = aws.Time(r.Now)
	p.LastModifiedDate = aws.Time(r.Now)
	p.SchemaAttributes = standardAttributes()
	if err := p.addSchema(in.Schema, s.settings.limits.CustomAttributes); err != nil {
		return nil, err
	}
	if err := s.settle(p, in.AdminCreateUserConfig, in.Policies); err != nil {
		return nil, err
	}
	s.pools[id] = p
	return &idp.CreateUserPoolOutput{UserPool: s.describe(p)}, nil
}

func (s *Service) describeUserPool(r wire.Request, in *idp.DescribeUserPoolInput) (*idp.DescribeUserPoolOutput, error) {
	p, err := s.anywhere(r, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	if p.inReplica(r) {
		return &idp.DescribeUserPoolOutput{UserPool: s.describeReplica(p)}, nil
	}
	return &idp.DescribeUserPoolOutput{UserPool: s.describe(p)}, nil
}

// describe adds what isn't stored with the pool. Status isn't answered any more (model).
func (s *Service) describe(p *pool) *types.UserPoolType {
	described := p.UserPoolType
	described.EstimatedNumberOfUsers = int32(len(p.users))
	template := p.VerificationMessageTemplate
	if s.settings.linkInOldMembers && template.DefaultEmailOption == types.DefaultEmailOptionTypeConfirmWithLink {
		described.EmailVerificationMessage, described.EmailVerificationSubject = template.EmailMessageByLink, template.EmailSubjectByLink
	}
	for _, d := range s.domains {
		switch {
		case d.pool != p:
		case d.custom():
			described.CustomDomain = aws.String(d.name)
		default:
			described.Domain = aws.String(d.name)
		}
	}
	return &described
}

// updateUserPool works on a copy, so that a refused request changes nothing.
func (s *Service) updateUserPool(r wire.Request, in *idp.UpdateUserPoolInput) (*idp.UpdateUserPoolOutput, error) {
	p, err := s.anywhere(r, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	if p.inReplica(r) {
		return s.updateReplica(p, in)
	}
	if in.MfaConfiguration == types.UserPoolMfaTypeOn && p.MfaConfiguration != types.UserPoolMfaTypeOn {
		return nil, invalid("Cannot turn MFA functionality ON, once the user pool has been created")
	}
	changed := *p
	changed.UserPoolType = wire.Clone(p.UserPoolType)
	overlay(updateUserPoolMembers, &changed.UserPoolType, in, defaultUserPool(), s.settings.resetUnknown)
	if err := s.settle(&changed, in.AdminCreateUserConfig, in.Policies); err != nil {
		return nil, err
	}
	if err := changed.checkReplica(); err != nil {
		return nil, err
	}
	changed.LastModifiedDate = aws.Time(r.Now)
	*p = changed
	return &idp.UpdateUserPoolOutput{}, nil
}

func (s *Service) deleteUserPool(r wire.Request, in *idp.DeleteUserPoolInput) (*idp.DeleteUserPoolOutput, error) {
	p, err := s.pool(r, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	if p.DeletionProtection == types.DeletionProtectionTypeActive {
		return nil, invalid("The user pool cannot be deleted because deletion protection is activated. " +
			"Deletion protection must be inactivated first.")
	}
	for _, d := range s.domains {
		if d.pool == p {
			return nil, invalid("User pool cannot be deleted. It has a domain configured that should be deleted first.")
		}
	}
	if p.replica != nil {
		// No source says so; it is the stricter answer.
		return nil, invalid("User pool cannot be deleted. It has a replica that should be deleted first.")
	}
	for id := range p.clients {
		delete(s.clients, id)
	}
	delete(s.pools, *p.Id)
	s.settings.gone(*p.Arn)
	return &idp.DeleteUserPoolOutput{}, nil
}

// listUserPools shows ids, names and dates, and no pool that is younger than the list's lag.
func (s *Service) listUserPools(r wire.Request, in *idp.ListUserPoolsInput) (*idp.ListUserPoolsOutput, error) {
	visible := map[string]*pool{}
	for id, p := range s.pools {
		if there, err := s.anywhere(r, &id); err == nil && r.Now.Sub(*p.CreationDate) >= s.env.ListLag {
			visible[id] = there
		}
	}
	ids, next, err := page(visible, in.NextToken, in.MaxResults, 60)
	if err != nil {
		return nil, err
	}
	out := &idp.ListUserPoolsOutput{UserPools: []types.UserPoolDescriptionType{}, NextToken: next}
	for _, id := range ids {
		p := visible[id]
		out.UserPools = append(out.UserPools, types.UserPoolDescriptionType{
			Id: p.Id, Name: p.Name, LambdaConfig: p.LambdaConfig,
			CreationDate: p.CreationDate, LastModifiedDate: p.LastModifiedDate, ReplicaRegions: p.replicaRegions(),
		})
	}
	return out, nil
}

// pool finds a pool of the caller's account and Region.
func (s *Service) pool(r wire.Request, id *string) (*pool, error) {
	p, ok := s.pools[aws.ToString(id)]
	if ok && s.servedByReplica(r, p) {
		// Rule: model, OperationNotEnabledException. AWS's words are not known.
		return nil, wire.Errorf(notEnabled, "The operation is not enabled in the Region of a secondary replica")
	}
	if !ok || p.account != r.Account || p.region != r.Region {
		return nil, wire.Errorf(resourceNotFound, "User pool %s does not exist.", aws.ToString(id))
	}
	return p, nil
}

func (p *pool) temporaryPasswordValidity() time.Duration {
	return time.Duration(p.Policies.PasswordPolicy.TemporaryPasswordValidityDays) * 24 * time.Hour
}
