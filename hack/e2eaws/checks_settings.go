package main

import (
	"context"
	"errors"
	"os"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// handMade sets by hand what the spec of the recipe does not name: MFA, a trigger and deletion protection. An edit of the
// spec must leave all of it.
func (w *world) handMade(ctx context.Context) (finding, error) {
	pool, err := w.describe(ctx, "notes")
	if err != nil {
		return finding{}, err
	}
	trigger := w.arnOf("lambda", "function:"+w.registered)
	if err := w.setByHand(ctx, pool, &types.LambdaConfigType{PostConfirmation: &trigger}, types.DeletionProtectionTypeActive); err != nil {
		return finding{}, err
	}
	if _, err := w.cognito.SetUserPoolMfaConfig(ctx, &cip.SetUserPoolMfaConfigInput{
		UserPoolId: pool.Id, MfaConfiguration: types.UserPoolMfaTypeOptional,
		SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: true},
	}); err != nil {
		return finding{}, err
	}
	if err := w.change(ctx, func(spec *v1alpha1.SecuredAPISpec) { spec.UserPool.PasswordPolicy.MinimumLength = 8 }); err != nil {
		return finding{}, err
	}
	after, err := w.describe(ctx, "notes")
	if err != nil {
		return finding{}, err
	}
	mfa, err := w.cognito.GetUserPoolMfaConfig(ctx, &cip.GetUserPoolMfaConfigInput{UserPoolId: pool.Id})
	if err != nil {
		return finding{}, err
	}
	kept := after.MfaConfiguration == types.UserPoolMfaTypeOptional && after.DeletionProtection == types.DeletionProtectionTypeActive &&
		after.LambdaConfig != nil && aws.ToString(after.LambdaConfig.PostConfirmation) == trigger &&
		mfa.SoftwareTokenMfaConfiguration != nil && mfa.SoftwareTokenMfaConfiguration.Enabled
	// The operator refuses to delete a pool that is protected.
	if err := w.setByHand(ctx, after, nil, types.DeletionProtectionTypeInactive); err != nil {
		return finding{}, err
	}
	return found(kept, "after an edit of the password policy: MFA %s, deletion protection %s, trigger kept: %t", after.MfaConfiguration,
		after.DeletionProtection, after.LambdaConfig != nil && aws.ToString(after.LambdaConfig.PostConfirmation) == trigger)
}

// groupRole gives the recipe a group with a role, which takes the right to pass it.
func (w *world) groupRole(ctx context.Context) (finding, error) {
	role := os.Getenv(groupRoleVariable)
	if role == "" {
		return finding{}, &errUndecided{groupRoleVariable + " names no role"}
	}
	err := w.change(ctx, func(spec *v1alpha1.SecuredAPISpec) {
		spec.UserPool.Groups = []v1alpha1.Group{{Name: "readers", RoleARN: role}}
	})
	if back := w.change(ctx, func(spec *v1alpha1.SecuredAPISpec) { spec.UserPool.Groups = nil }); back != nil {
		return finding{}, errors.Join(err, back)
	}
	return found(err == nil, "the group is made%s", because(err))
}

// setByHand sets triggers and deletion protection of a pool, and sends back what an update would reset.
func (w *world) setByHand(
	ctx context.Context, pool *types.UserPoolType, triggers *types.LambdaConfigType, protection types.DeletionProtectionType,
) error {
	_, err := w.cognito.UpdateUserPool(ctx, &cip.UpdateUserPoolInput{
		UserPoolId: pool.Id, PoolName: pool.Name, Policies: pool.Policies, AutoVerifiedAttributes: pool.AutoVerifiedAttributes,
		AdminCreateUserConfig: &types.AdminCreateUserConfigType{}, UserPoolTags: pool.UserPoolTags,
		LambdaConfig: triggers, DeletionProtection: protection,
	})
	return err
}

// resets updates the pool made by hand with nothing but its id, once deletion protection is on.
func (w *world) resets(ctx context.Context) (finding, error) {
	for _, in := range []*cip.UpdateUserPoolInput{
		{UserPoolId: &w.pool, DeletionProtection: types.DeletionProtectionTypeActive, UserPoolTags: w.byHandTags()},
		{UserPoolId: &w.pool, UserPoolTags: w.byHandTags()},
	} {
		if _, err := w.cognito.UpdateUserPool(ctx, in); err != nil {
			return finding{}, err
		}
	}
	out, err := w.cognito.DescribeUserPool(ctx, &cip.DescribeUserPoolInput{UserPoolId: &w.pool})
	if err != nil {
		return finding{}, err
	}
	protection := out.UserPool.DeletionProtection
	if _, err := w.cognito.UpdateUserPool(ctx, &cip.UpdateUserPoolInput{
		UserPoolId: &w.pool, DeletionProtection: types.DeletionProtectionTypeInactive, UserPoolTags: w.byHandTags(),
	}); err != nil {
		return finding{}, err
	}
	return found(protection == types.DeletionProtectionTypeActive, "left out of an update, ACTIVE becomes %s", protection)
}

// templatesSurvive lets the pool made by hand confirm by link, and sends back what is read.
func (w *world) templatesSurvive(ctx context.Context) (finding, error) {
	update := func(in *cip.UpdateUserPoolInput) (*types.UserPoolType, error) {
		in.UserPoolId, in.UserPoolTags = &w.pool, w.byHandTags()
		if _, err := w.cognito.UpdateUserPool(ctx, in); err != nil {
			return nil, err
		}
		out, err := w.cognito.DescribeUserPool(ctx, &cip.DescribeUserPoolInput{UserPoolId: &w.pool})
		if err != nil {
			return nil, err
		}
		return out.UserPool, nil
	}
	before, err := update(&cip.UpdateUserPoolInput{VerificationMessageTemplate: &types.VerificationMessageTemplateType{
		DefaultEmailOption: types.DefaultEmailOptionTypeConfirmWithLink,
		EmailMessageByLink: aws.String("Click {##here##}"), EmailSubjectByLink: aws.String("A link"),
	}})
	if err != nil {
		return finding{}, err
	}
	shown := aws.ToString(before.EmailVerificationMessage)
	after, err := update(&cip.UpdateUserPoolInput{
		VerificationMessageTemplate: before.VerificationMessageTemplate, SmsVerificationMessage: before.SmsVerificationMessage,
		EmailVerificationMessage: before.EmailVerificationMessage, EmailVerificationSubject: before.EmailVerificationSubject,
	})
	if err != nil {
		return found(false, "EmailVerificationMessage reads %q, and to send it back: %v", shown, err)
	}
	same := reflect.DeepEqual(before.VerificationMessageTemplate, after.VerificationMessageTemplate)
	return found(same, "EmailVerificationMessage reads %q; sent back, the template stays: %t", shown, same)
}
