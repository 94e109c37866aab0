package main

import (
	"context"
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/samlidp"
)

// byHandProvider is an identity provider that nobody signs in at. All addresses are given, so that Cognito discovers none.
func byHandProvider() map[string]string {
	return map[string]string{
		"client_id": "e2e", "client_secret": "not-a-secret", "oidc_issuer": "https://login.example.com", "authorize_scopes": "openid",
		"attributes_request_method": "GET", "authorize_url": "https://login.example.com/authorize",
		"token_url": "https://login.example.com/token", "attributes_url": "https://login.example.com/userinfo",
		"jwks_uri": "https://login.example.com/keys",
	}
}

// providerDetails makes a provider in the pool made by hand, and takes away what an update leaves out.
func (w *world) providerDetails(ctx context.Context) (finding, error) {
	name, details := aws.String("Details"), byHandProvider()
	if _, err := w.cognito.CreateIdentityProvider(ctx, &cip.CreateIdentityProviderInput{
		UserPoolId: &w.pool, ProviderName: name, ProviderType: types.IdentityProviderTypeTypeOidc, ProviderDetails: details,
		AttributeMapping: map[string]string{"name": "nick"}, IdpIdentifiers: []string{"example.com"},
	}); err != nil {
		return finding{}, err
	}
	made, err := w.cognito.DescribeIdentityProvider(ctx, &cip.DescribeIdentityProviderInput{UserPoolId: &w.pool, ProviderName: name})
	if err != nil {
		return finding{}, err
	}
	shown := made.IdentityProvider.ProviderDetails["client_secret"] == details["client_secret"]
	fewer := maps.Clone(details)
	fewer["authorize_scopes"] = "openid email"
	if _, err := w.cognito.UpdateIdentityProvider(ctx, &cip.UpdateIdentityProviderInput{
		UserPoolId: &w.pool, ProviderName: name, ProviderDetails: fewer, AttributeMapping: map[string]string{}, IdpIdentifiers: []string{},
	}); err != nil {
		return found(false, "an update without attributes and identifiers: %v", err)
	}
	out, err := w.cognito.DescribeIdentityProvider(ctx, &cip.DescribeIdentityProviderInput{UserPoolId: &w.pool, ProviderName: name})
	if err != nil {
		return finding{}, err
	}
	now := out.IdentityProvider
	empty := now.AttributeMapping["name"] == "" && len(now.IdpIdentifiers) == 0
	return found(shown && empty && now.ProviderDetails["authorize_scopes"] == fewer["authorize_scopes"],
		"secret shown: %t; then attributes %v, identifiers %v", shown, now.AttributeMapping, now.IdpIdentifiers)
}

// providerInitiated lets sign-ins begin at a provider of SAML that a client has beside the pool's own users.
func (w *world) providerInitiated(ctx context.Context) (finding, error) {
	idp, err := samlidp.Start("https://saml.example.com", "nobody")
	if err != nil {
		return finding{}, err
	}
	defer idp.Close()
	metadata, err := idp.Metadata()
	if err != nil {
		return finding{}, err
	}
	name, details := aws.String("Initiated"), map[string]string{"MetadataFile": metadata, "IDPInit": "false"}
	if _, err := w.cognito.CreateIdentityProvider(ctx, &cip.CreateIdentityProviderInput{
		UserPoolId: &w.pool, ProviderName: name, ProviderType: types.IdentityProviderTypeTypeSaml, ProviderDetails: details,
	}); err != nil {
		return finding{}, err
	}
	client := &cip.CreateUserPoolClientInput{
		UserPoolId: &w.pool, ClientName: aws.String("e2e-initiated"), SupportedIdentityProviders: []string{"COGNITO", *name},
	}
	if _, err := w.cognito.CreateUserPoolClient(ctx, client); err != nil {
		return finding{}, err
	}
	details["IDPInit"] = "true"
	if _, err := w.cognito.UpdateIdentityProvider(ctx, &cip.UpdateIdentityProviderInput{
		UserPoolId: &w.pool, ProviderName: name, ProviderDetails: details,
	}); err != nil {
		return found(false, "the provider of a client with other providers%s", because(err))
	}
	_, err = w.cognito.CreateUserPoolClient(ctx, client)
	return found(err != nil, "another client with the pool's users beside the provider%s", because(err))
}

// providerDeleted deletes a provider that a client names.
func (w *world) providerDeleted(ctx context.Context) (finding, error) {
	name := aws.String("Deleted")
	if _, err := w.cognito.CreateIdentityProvider(ctx, &cip.CreateIdentityProviderInput{
		UserPoolId: &w.pool, ProviderName: name, ProviderType: types.IdentityProviderTypeTypeOidc, ProviderDetails: byHandProvider(),
	}); err != nil {
		return finding{}, err
	}
	if _, err := w.cognito.CreateUserPoolClient(ctx, &cip.CreateUserPoolClientInput{
		UserPoolId: &w.pool, ClientName: aws.String("e2e-provider"), SupportedIdentityProviders: []string{*name},
	}); err != nil {
		return finding{}, err
	}
	_, err := w.cognito.DeleteIdentityProvider(ctx, &cip.DeleteIdentityProviderInput{UserPoolId: &w.pool, ProviderName: name})
	return found(err == nil, "deleted while a client names it%s", because(err))
}
