package main

import (
	"context"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// ownClients has the user sign in at a client that a person made in the pool. With spec.api.authorizer.clients Own its tokens open
// nothing, and those of the object's client do.
func (w *world) ownClients(ctx context.Context) (finding, error) {
	o, err := w.get(ctx, "notes")
	if err != nil {
		return finding{}, err
	}
	pool := &o.Status.UserPool.ID
	made, err := w.cognito.CreateUserPoolClient(ctx, &cip.CreateUserPoolClientInput{
		UserPoolId: pool, ClientName: aws.String("by-hand"),
		ExplicitAuthFlows: []ciptypes.ExplicitAuthFlowsType{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
	})
	if err != nil {
		return finding{}, err
	}
	signedIn, err := w.cognito.InitiateAuth(ctx, &cip.InitiateAuthInput{
		ClientId: made.UserPoolClient.ClientId, AuthFlow: ciptypes.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": email, "PASSWORD": password},
	})
	if err != nil {
		return finding{}, err
	}
	foreign := aws.ToString(signedIn.AuthenticationResult.IdToken)
	if _, err := w.answers(ctx, request{"GET", "/registered", foreign, http.StatusOK}); err != nil {
		return found(false, "a token of another client opens the API before: not so, %v", err)
	}
	open := func(clients v1alpha1.TokenClients) error {
		if err := w.edit(ctx, "notes", func(o *v1alpha1.SecuredAPI) {
			o.Spec.API = &v1alpha1.APISpec{Authorizer: &v1alpha1.AuthorizerSpec{Clients: clients}}
		}); err != nil {
			return err
		}
		_, err := w.ready(ctx, "notes")
		return err
	}
	if err := open(v1alpha1.ClientsOwn); err != nil {
		return finding{}, err
	}
	_, notOpened := w.answers(ctx,
		request{"GET", "/registered", foreign, http.StatusUnauthorized},
		request{"GET", "/registered", w.idToken, http.StatusOK})
	if err := open(v1alpha1.ClientsAny); err != nil {
		return finding{}, err
	}
	_, err = w.cognito.DeleteUserPoolClient(ctx, &cip.DeleteUserPoolClientInput{UserPoolId: pool, ClientId: made.UserPoolClient.ClientId})
	if err != nil {
		return finding{}, err
	}
	return found(notOpened == nil, "401 with a token of another client, 200 with one of the object's%s", because(notOpened))
}
