package cognito_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func TestPools(t *testing.T) {
	check(t, setup{}, []behavior{
		{
			name:   "describe fills in the defaults",
			source: "terraform-provider-aws TestAccCognitoIDPUserPool_basic; AWS CLI example create-user-pool",
			do: func(c *cloud) (any, error) {
				p := c.describe(c.pool())
				return []any{
					p.DeletionProtection, p.MfaConfiguration, p.UserPoolTier, *p.EmailConfiguration, *p.LambdaConfig,
					*p.Policies.PasswordPolicy, p.Policies.SignInPolicy.AllowedFirstAuthFactors, *p.AdminCreateUserConfig,
					*p.VerificationMessageTemplate, p.EstimatedNumberOfUsers, p.UserPoolTags, len(p.AccountRecoverySetting.RecoveryMechanisms) > 0,
					p.AutoVerifiedAttributes, p.UsernameConfiguration, p.Domain, p.Status,
				}, nil
			},
			want: []any{
				types.DeletionProtectionTypeInactive, types.UserPoolMfaTypeOff, types.UserPoolTierTypeEssentials,
				types.EmailConfigurationType{EmailSendingAccount: "COGNITO_DEFAULT"},
				types.LambdaConfigType{},
				types.PasswordPolicyType{
					MinimumLength: aws.Int32(8), RequireLowercase: true, RequireNumbers: true, RequireSymbols: true, RequireUppercase: true,
					TemporaryPasswordValidityDays: 7,
				},
				[]types.AuthFactorType{"PASSWORD"},
				types.AdminCreateUserConfigType{UnusedAccountValidityDays: 7},
				types.VerificationMessageTemplateType{DefaultEmailOption: "CONFIRM_WITH_CODE"},
				int32(0),
				map[string]string{},
				true,
				[]types.VerifiedAttributeType(nil), (*types.UsernameConfigurationType)(nil), (*string)(nil), types.StatusType(""),
			},
		},
		{
			name:   "describe lists twenty standard attributes before the custom ones",
			source: "AWS CLI example create-user-pool",
			do: func(c *cloud) (any, error) {
				p := c.describe(c.pool(func(in *idp.CreateUserPoolInput) {
					in.Schema = []types.SchemaAttributeType{
						{Name: aws.String("email"), Required: aws.Bool(true)},
						{Name: aws.String("team"), AttributeDataType: types.AttributeDataTypeNumber},
					}
				}))
				email, custom := p.SchemaAttributes[10], p.SchemaAttributes[20]
				return []any{len(p.SchemaAttributes), *email.Name, *email.Required, *custom.Name, *custom.Mutable, *custom.Required}, nil
			},
			want: []any{21, "email", true, "custom:team", true, false},
		},
		{
			name:   "ids and ARNs look like AWS's",
			source: "model: UserPoolIdType, ArnType",
			do: func(c *cloud) (any, error) {
				p := c.describe(c.pool())
				return []any{
					strings.HasPrefix(*p.Id, "us-east-1_"), len(*p.Id),
					*p.Arn == "arn:aws:cognito-idp:us-east-1:111111111111:userpool/"+*p.Id,
				}, nil
			},
			want: []any{true, 19, true},
		},
		{
			name:   "two pools may have one name",
			source: "model: CreateUserPool has no exception for it",
			do: func(c *cloud) (any, error) {
				first, second := c.pool(), c.pool()
				return *first != *second, nil
			},
			want: true,
		},
		{
			name:    "a missing pool is not found",
			source:  "moto tests/test_cognitoidp; aws-aspnet-cognito-identity-provider#135",
			do:      func(c *cloud) (any, error) { return nil, describeErr(c, "us-east-1_Missing00") },
			wantErr: "ResourceNotFoundException: User pool us-east-1_Missing00 does not exist.",
		},
		{
			name:   "another account's pool is not found",
			source: "pools belong to an account and a Region",
			do: func(c *cloud) (any, error) {
				id := c.pool()
				_, other := c.client("222222222222", region).DescribeUserPool(c.ctx(), &idp.DescribeUserPoolInput{UserPoolId: id})
				_, elsewhere := c.client(account, "eu-west-1").DescribeUserPool(c.ctx(), &idp.DescribeUserPoolInput{UserPoolId: id})
				return []bool{other != nil, elsewhere != nil}, nil
			},
			want: []bool{true, true},
		},
		{
			name:   "names are checked against the model's pattern",
			source: "model: UserPoolNameType; AWS-quoted validation errors",
			do: func(c *cloud) (any, error) {
				return nil, createErr(c, func(in *idp.CreateUserPoolInput) { in.PoolName = aws.String("a/b") })
			},
			wantErr: `InvalidParameterException: 1 validation error detected: Value 'a/b' at 'poolName' failed to satisfy constraint: ` +
				`Member must satisfy regular expression pattern: [\w\s+=,.@-]+`,
		},
		{
			name:   "all violations come in one answer, the pattern before the length",
			source: "cypress and cucumber suites of apps that quote AWS: an empty confirmationCode",
			do: func(c *cloud) (any, error) {
				return nil, createErr(c, func(in *idp.CreateUserPoolInput) {
					in.PoolName = aws.String("")
					in.MfaConfiguration = "MAYBE"
					in.Policies = &types.UserPoolPolicyType{PasswordPolicy: &types.PasswordPolicyType{MinimumLength: aws.Int32(5)}}
				})
			},
			wantErr: "InvalidParameterException: 4 validation errors detected: " +
				`Value '' at 'poolName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w\s+=,.@-]+; ` +
				"Value '' at 'poolName' failed to satisfy constraint: Member must have length greater than or equal to 1; " +
				"Value 'MAYBE' at 'mfaConfiguration' failed to satisfy constraint: " +
				"Member must satisfy enum value set: [OFF, ON, OPTIONAL]; " +
				"Value '5' at 'policies.passwordPolicy.minimumLength' failed to satisfy constraint: " +
				"Member must have value greater than or equal to 6",
		},
		{
			name:   "alias and username attributes exclude each other",
			source: "cdk-preflight",
			do: func(c *cloud) (any, error) {
				return nil, createErr(c, byEmail, func(in *idp.CreateUserPoolInput) {
					in.AliasAttributes = []types.AliasAttributeType{types.AliasAttributeTypeEmail}
				})
			},
			wantErr: "InvalidParameterException: Only one of the aliasAttributes or usernameAttributes can be set in a User pool.",
		},
		{
			name:   "required custom attributes are refused",
			source: "amplify-cli#2570",
			do: func(c *cloud) (any, error) {
				return nil, createErr(c, func(in *idp.CreateUserPoolInput) {
					in.Schema = []types.SchemaAttributeType{{Name: aws.String("team"), AttributeDataType: "String", Required: aws.Bool(true)}}
				})
			},
			wantErr: "InvalidParameterException: Required custom attributes are not supported currently.",
		},
		{
			name:   "a custom attribute can be added but not changed",
			source: "moto tests/test_cognitoidp test_add_custom_attributes_existing_attribute",
			do: func(c *cloud) (any, error) {
				add := &idp.AddCustomAttributesInput{
					UserPoolId: c.pool(), CustomAttributes: []types.SchemaAttributeType{{Name: aws.String("team"), AttributeDataType: "String"}},
				}
				if _, err := c.api.AddCustomAttributes(c.ctx(), add); err != nil {
					return nil, err
				}
				_, err := c.api.AddCustomAttributes(c.ctx(), add)
				return nil, err
			},
			wantErr: "InvalidParameterException: custom:team: Existing attribute already has name custom:team.",
		},
		{
			name:   "a protected pool is not deleted",
			source: "localstack#11947; model: DeletionProtection",
			do: func(c *cloud) (any, error) {
				id := c.pool(func(in *idp.CreateUserPoolInput) { in.DeletionProtection = types.DeletionProtectionTypeActive })
				_, err := c.api.DeleteUserPool(c.ctx(), &idp.DeleteUserPoolInput{UserPoolId: id})
				return nil, err
			},
			wantErr: "InvalidParameterException: The user pool cannot be deleted because " +
				"deletion protection is activated. Deletion protection must be inactivated first.",
		},
		{
			name:   "a pool with a domain is not deleted",
			source: "terraform-provider-aws#16479; aws-nuke#330",
			do: func(c *cloud) (any, error) {
				id := c.pool()
				c.prefix(id, "notes")
				_, err := c.api.DeleteUserPool(c.ctx(), &idp.DeleteUserPoolInput{UserPoolId: id})
				return nil, err
			},
			wantErr: "InvalidParameterException: User pool cannot be deleted. It has " +
				"a domain configured that should be deleted first.",
		},
		{
			name:   "a deleted pool is gone with its clients",
			source: "model: DeleteUserPool",
			do: func(c *cloud) (any, error) {
				id := c.pool()
				web := c.appClient(id)
				if _, err := c.api.DeleteUserPool(c.ctx(), &idp.DeleteUserPoolInput{UserPoolId: id}); err != nil {
					return nil, err
				}
				_, err := c.api.SignUp(c.ctx(), &idp.SignUpInput{
					ClientId: web.ClientId, Username: aws.String("ada"), Password: aws.String(password),
				})
				return describeErr(c, *id) != nil, errWithout(err, *web.ClientId)
			},
			wantErr: "ResourceNotFoundException: User pool client ID does not exist.",
		},
		{
			name:   "pools are listed 60 a page, with names, ids and dates",
			source: "model: ListUserPools, UserPoolDescriptionType",
			do: func(c *cloud) (any, error) {
				for range 130 {
					c.pool()
				}
				var pages []int
				seen := map[string]bool{}
				list := idp.NewListUserPoolsPaginator(c.api, &idp.ListUserPoolsInput{MaxResults: aws.Int32(60)})
				for list.HasMorePages() {
					page, err := list.NextPage(c.ctx())
					if err != nil {
						return nil, err
					}
					pages = append(pages, len(page.UserPools))
					for _, p := range page.UserPools {
						seen[*p.Id] = *p.Name == "notes" && p.LastModifiedDate != nil && p.CreationDate != nil
					}
				}
				return []any{pages, len(seen)}, nil
			},
			want: []any{[]int{60, 60, 10}, 130},
		},
		{
			name:   "more than 60 results can't be asked for",
			source: "model: PoolQueryLimitType",
			do: func(c *cloud) (any, error) {
				_, err := c.api.ListUserPools(c.ctx(), &idp.ListUserPoolsInput{MaxResults: aws.Int32(61)})
				return nil, err
			},
			wantErr: "InvalidParameterException: 1 validation error detected: Value '61' at 'maxResults' failed to satisfy constraint: " +
				"Member must have value less than or equal to 60",
		},
		{
			name:   "tags are set at creation, added, and removed",
			source: "model: TagResource, UntagResource",
			do: func(c *cloud) (any, error) {
				id := c.pool(func(in *idp.CreateUserPoolInput) { in.UserPoolTags = map[string]string{"owner": "a", "old": "b"} })
				arn := c.describe(id).Arn
				_, err1 := c.api.TagResource(c.ctx(), &idp.TagResourceInput{ResourceArn: arn, Tags: map[string]string{"owner": "c"}})
				_, err2 := c.api.UntagResource(c.ctx(), &idp.UntagResourceInput{ResourceArn: arn, TagKeys: []string{"old"}})
				out, err3 := c.api.ListTagsForResource(c.ctx(), &idp.ListTagsForResourceInput{ResourceArn: arn})
				return []any{err1, err2, err3, out.Tags, c.describe(id).UserPoolTags}, nil
			},
			want: []any{nil, nil, nil, map[string]string{"owner": "c"}, map[string]string{"owner": "c"}},
		},
		{
			name:   "the two names of an invitation's validity exclude each other",
			source: "terraform-provider-aws#8827: sending back what Describe answers",
			do: func(c *cloud) (any, error) {
				p := c.describe(c.pool())
				_, err := c.api.UpdateUserPool(c.ctx(), &idp.UpdateUserPoolInput{
					UserPoolId: p.Id, AdminCreateUserConfig: p.AdminCreateUserConfig, Policies: p.Policies,
				})
				return nil, err
			},
			wantErr: "InvalidParameterException: Please use TemporaryPasswordValidityDays " +
				"in PasswordPolicy instead of UnusedAccountValidityDays",
		},
		{
			name:   "a refused update changes nothing",
			source: "one request, one change",
			do: func(c *cloud) (any, error) {
				id := c.pool(byEmail)
				_, err := c.api.UpdateUserPool(c.ctx(), &idp.UpdateUserPoolInput{
					UserPoolId: id, PoolName: aws.String("other"), UserPoolTier: "LITE",
					Policies: withFactors("PASSWORD", "EMAIL_OTP"),
				})
				return []any{err != nil, *c.describe(id).Name}, nil
			},
			want: []any{true, "notes"},
		},
	})
}

func withFactors(factors ...types.AuthFactorType) *types.UserPoolPolicyType {
	return &types.UserPoolPolicyType{SignInPolicy: &types.SignInPolicyType{AllowedFirstAuthFactors: factors}}
}

func createErr(c *cloud, change ...func(*idp.CreateUserPoolInput)) error {
	in := &idp.CreateUserPoolInput{PoolName: aws.String("notes")}
	for _, f := range change {
		f(in)
	}
	_, err := c.api.CreateUserPool(c.ctx(), in)
	return err
}

func describeErr(c *cloud, id string) error {
	_, err := c.api.DescribeUserPool(c.ctx(), &idp.DescribeUserPoolInput{UserPoolId: aws.String(id)})
	return err
}

// errWithout replaces an id that is different in each run.
func errWithout(err error, id string) error {
	if err == nil {
		return nil
	}
	return errors.New(strings.ReplaceAll(explain(err), id, "ID"))
}
