package main

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// triggerPermission has the recipe's pool ask a function about who signs up. The function is one of a route: that Cognito does not
// understand its answer says that it was called.
func (w *world) triggerPermission(ctx context.Context) (finding, error) {
	err := w.change(ctx, func(spec *v1alpha1.SecuredAPISpec) {
		spec.UserPool.Triggers = []v1alpha1.Trigger{{Event: v1alpha1.TriggerPreSignUp, Function: w.guest}}
	})
	var refusal error
	if err == nil {
		refusal, err = w.signUpOnce(ctx)
	}
	back := w.change(ctx, func(spec *v1alpha1.SecuredAPISpec) { spec.UserPool.Triggers = nil })
	if err := errors.Join(err, back); err != nil {
		return finding{}, err
	}
	_, called := errors.AsType[*types.InvalidLambdaResponseException](refusal)
	return found(called || refusal == nil, "Cognito answers the sign-up with %v", refusal)
}

// signUpOnce signs a user up, and returns what Cognito says to it. No user is left.
func (w *world) signUpOnce(ctx context.Context) (refusal, err error) {
	o, err := w.get(ctx, "notes")
	if err != nil {
		return nil, err
	}
	const who = "trigger@example.com"
	_, refusal = w.cognito.SignUp(ctx, &cip.SignUpInput{
		ClientId: &o.Status.Client("web").ID, Username: aws.String(who), Password: aws.String("Correct-horse-7"),
	})
	if refusal != nil {
		return refusal, nil
	}
	_, err = w.cognito.AdminDeleteUser(ctx, &cip.AdminDeleteUserInput{UserPoolId: &o.Status.UserPool.ID, Username: aws.String(who)})
	return nil, err
}
