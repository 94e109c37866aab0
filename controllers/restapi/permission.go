package restapi

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/ownership"
	"github.com/securedapi/securedapi/controllers/plan"
)

// A function's resource policy must let the API call it: one statement a function, which names this API alone.

const invokeAction = "lambda:InvokeFunction"

// partPermissions are the permissions that a pass is about to add.
const partPermissions = "permissions"

// PartPermission is the part of the permission to call one function.
func PartPermission(function string) string { return "permission/" + function }

func (p *Phase) statementID() string { return ownership.StatementID(p.Status.API.ID) }

// executeARN is the ARN of the API's methods that callers see: all of them for suffix "/*".
func (p *Phase) executeARN(suffix string) arn.ARN {
	// The pool's ARN was parsed for the model; account, Region and partition are the API's, too.
	pool, _ := arn.Parse(p.Status.UserPool.ARN)
	pool.Service, pool.Resource = "execute-api", p.Status.API.ID+suffix
	return pool
}

// grant lets the API call the functions that it may not yet call. They are noted before, so that a permission is
// never left behind.
func (p *Phase) grant(ctx context.Context, m *Model) (plan.Plan, error) {
	var missing []string
	for _, function := range m.Functions {
		if p.Status.VerifiedDigest(PartPermission(function)) == "" {
			missing = append(missing, function)
		}
		if !slices.Contains(p.Status.API.Functions, function) {
			p.Status.API.Functions = append(p.Status.API.Functions, function)
		}
	}
	var applied plan.Plan
	begun := v1alpha1.Creation{Resource: partPermissions, Token: ownership.NewToken()}
	for _, function := range missing {
		var err error
		if begun, err = p.Journal.Renew(ctx, begun); err != nil {
			return applied, err
		}
		if err := p.addPermission(ctx, function); err != nil {
			p.Journal.Failed(begun, err)
			return applied, err
		}
		p.Journal.Verified(PartPermission(function), "granted")
		applied = append(applied, permissionChange(plan.Create, function))
	}
	p.Status.ForgetCreation(partPermissions)
	return applied, nil
}

func (p *Phase) addPermission(ctx context.Context, function string) error {
	name, qualifier := splitQualifier(function)
	_, err := p.Lambda.AddPermission(ctx, &lambda.AddPermissionInput{
		FunctionName: &name, Qualifier: qualifier, StatementId: aws.String(p.statementID()),
		Action: aws.String(invokeAction), Principal: aws.String("apigateway.amazonaws.com"),
		SourceArn: aws.String(p.executeARN("/*").String()),
	})
	conflict, ok := errors.AsType[*types.ResourceConflictException](err)
	if ok && strings.Contains(conflict.ErrorMessage(), "already exists") {
		// The statement is named after this API: an earlier attempt added it. The same code also stands for a function
		// that is being changed.
		return nil
	}
	if awserr.Is(err, awserr.NotFound) {
		return awserr.Because(v1alpha1.ReasonDependencyNotReady,
			fmt.Errorf("lambda function %s does not exist; create it or name another in routes[].backend.lambda.function: %w", function, err))
	}
	if err != nil {
		return fmt.Errorf("add permission to call %s: %w", function, err)
	}
	return nil
}

// missingGrants looks whether the permissions are in the functions' policies.
func (p *Phase) missingGrants(ctx context.Context, functions ...string) (plan.Plan, error) {
	var missing plan.Plan
	for _, function := range functions {
		name, qualifier := splitQualifier(function)
		out, err := p.Lambda.GetPolicy(ctx, &lambda.GetPolicyInput{FunctionName: &name, Qualifier: qualifier})
		if err != nil && !awserr.Is(err, awserr.NotFound) {
			return nil, fmt.Errorf("get policy of %s: %w", function, err)
		}
		if err != nil || !strings.Contains(aws.ToString(out.Policy), `"`+p.statementID()+`"`) {
			missing = append(missing, permissionChange(plan.Create, function))
		}
	}
	return missing, nil
}

// regrant grants again what the plan says is gone.
func (p *Phase) regrant(ctx context.Context, m *Model, todo plan.Plan) error {
	for _, function := range m.Functions {
		if todo.Touches(PartPermission(function)) {
			p.Status.ForgetVerified(PartPermission(function))
		}
	}
	_, err := p.grant(ctx, m)
	return err
}

func permissionChange(action plan.Action, function string) plan.Change {
	part := PartPermission(function)
	return plan.Change{Part: part, Action: action, Subject: part, Class: plan.InPlace}
}

// revoke takes back the permissions that the model no longer needs.
func (p *Phase) revoke(ctx context.Context, m *Model) (plan.Plan, error) {
	var applied plan.Plan
	for _, function := range slices.Clone(p.Status.API.Functions) {
		if slices.Contains(m.Functions, function) {
			continue
		}
		// One that is about to be added would come after its removal.
		if err := p.Journal.Settled(partPermissions); err != nil {
			return applied, err
		}
		if err := p.removePermission(ctx, function); err != nil {
			return applied, err
		}
		applied = append(applied, permissionChange(plan.Delete, function))
	}
	return applied, nil
}

// revokeAll takes back every permission.
func (p *Phase) revokeAll(ctx context.Context) error {
	_, err := p.revoke(ctx, &Model{})
	return err
}

// removePermission forgets the function when it was seen without our statement.
func (p *Phase) removePermission(ctx context.Context, function string) error {
	if err := p.Journal.Doubt(ctx, PartPermission(function)); err != nil {
		return err
	}
	name, qualifier := splitQualifier(function)
	_, err := p.Lambda.RemovePermission(ctx, &lambda.RemovePermissionInput{
		FunctionName: &name, Qualifier: qualifier, StatementId: aws.String(p.statementID()),
	})
	if err != nil && !awserr.Is(err, awserr.NotFound) {
		return fmt.Errorf("remove permission to call %s: %w", function, err)
	}
	p.Status.API.Functions = slices.DeleteFunc(p.Status.API.Functions, func(f string) bool { return f == function })
	return nil
}

// splitQualifier takes the alias or version off a function's ARN: each has a policy of its own.
func splitQualifier(function string) (string, *string) {
	const words = 7 // of an unqualified ARN
	parts := strings.Split(function, ":")
	if len(parts) <= words {
		return function, nil
	}
	return strings.Join(parts[:words], ":"), &parts[words]
}
