package main

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/smithy-go"
)

// refusal is a call that AWS is to refuse with a code, and words that the operator looks for in the message.
type refusal struct {
	of          string
	code, words string
	err         error
}

// inTheseWords is the finding about refusals.
func inTheseWords(all ...refusal) (finding, error) {
	ok := true
	var seen []string
	for _, one := range all {
		got := "not refused"
		if api, refused := errors.AsType[smithy.APIError](one.err); refused {
			got = api.ErrorCode() + ": " + api.ErrorMessage()
			ok = ok && api.ErrorCode() == one.code && strings.Contains(api.ErrorMessage(), one.words)
		} else {
			ok = false
		}
		seen = append(seen, one.of+": "+got)
	}
	return found(ok, "%s", strings.Join(seen, "; "))
}

// domainWords gives the pool made by hand a domain twice, one that another pool has, and takes off one that is not there.
func (w *world) domainWords(ctx context.Context) (finding, error) {
	mine := aws.String(w.name("hand"))
	if _, err := w.cognito.CreateUserPoolDomain(ctx, &cip.CreateUserPoolDomainInput{UserPoolId: &w.pool, Domain: mine}); err != nil {
		return finding{}, err
	}
	other := aws.String(w.name("second"))
	_, second := w.cognito.CreateUserPoolDomain(ctx, &cip.CreateUserPoolDomainInput{UserPoolId: &w.pool, Domain: other})
	if _, err := w.cognito.DeleteUserPoolDomain(ctx, &cip.DeleteUserPoolDomainInput{UserPoolId: &w.pool, Domain: mine}); err != nil {
		return finding{}, err
	}
	_, gone := w.cognito.DeleteUserPoolDomain(ctx, &cip.DeleteUserPoolDomainInput{UserPoolId: &w.pool, Domain: mine})
	_, taken := w.cognito.CreateUserPoolDomain(ctx, &cip.CreateUserPoolDomainInput{UserPoolId: &w.pool, Domain: aws.String(w.name("notes"))})
	const code = "InvalidParameterException"
	return inTheseWords(
		refusal{"a second domain", code, "User pool already has a domain configured", second},
		refusal{"another pool's domain", code, "already associated with another user pool", taken},
		refusal{"deletion of none", code, "No such domain or user pool exists", gone})
}

// existsWords makes a stage, a resource server and a statement that exist.
func (w *world) existsWords(ctx context.Context) (finding, error) {
	o, err := w.get(ctx, "notes")
	if err != nil {
		return finding{}, err
	}
	_, stage := w.gateway.CreateStage(ctx, &apigateway.CreateStageInput{
		RestApiId: &o.Status.API.ID, StageName: &o.Status.API.Stage, DeploymentId: &o.Status.API.DeploymentID,
	})
	server := &cip.CreateResourceServerInput{
		UserPoolId: &w.pool, Identifier: aws.String("e2e"), Name: aws.String("e2e"),
		Scopes: []ciptypes.ResourceServerScopeType{{ScopeName: aws.String("run"), ScopeDescription: aws.String("run")}},
	}
	if _, err := w.cognito.CreateResourceServer(ctx, server); err != nil {
		return finding{}, err
	}
	_, again := w.cognito.CreateResourceServer(ctx, server)
	statement := &lambda.AddPermissionInput{
		FunctionName: &w.guest, StatementId: aws.String(statementPrefix + w.api + "-hand"), Action: aws.String("lambda:InvokeFunction"),
		Principal: aws.String("apigateway.amazonaws.com"),
		SourceArn: aws.String(w.arnOf("execute-api", w.api+"/*")),
	}
	if _, err := w.lambda.AddPermission(ctx, statement); err != nil {
		return finding{}, err
	}
	_, second := w.lambda.AddPermission(ctx, statement)
	if _, err := w.lambda.RemovePermission(ctx, &lambda.RemovePermissionInput{
		FunctionName: statement.FunctionName, StatementId: statement.StatementId,
	}); err != nil {
		return finding{}, err
	}
	return inTheseWords(
		refusal{"a stage", "ConflictException", "already exists", stage},
		refusal{"a resource server", "InvalidParameterException", "already exists", again},
		refusal{"a statement", "ResourceConflictException", "already exists", second})
}

// deploymentWords deletes the deployment that a stage serves, and moves the stage to one that is not there.
func (w *world) deploymentWords(ctx context.Context) (finding, error) {
	o, err := w.get(ctx, "notes")
	if err != nil {
		return finding{}, err
	}
	_, active := w.gateway.DeleteDeployment(ctx, &apigateway.DeleteDeploymentInput{
		RestApiId: &o.Status.API.ID, DeploymentId: &o.Status.API.DeploymentID,
	})
	_, missing := w.gateway.UpdateStage(ctx, &apigateway.UpdateStageInput{
		RestApiId: &o.Status.API.ID, StageName: &o.Status.API.Stage,
		PatchOperations: []types.PatchOperation{{Op: types.OpReplace, Path: aws.String("/deploymentId"), Value: aws.String("aaaaaa")}},
	})
	return inTheseWords(
		refusal{"deletion of what a stage serves", "BadRequestException", "Active stages", active},
		refusal{"a stage of a missing deployment", "BadRequestException", "Deployment id does not exist", missing})
}
