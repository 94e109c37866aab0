package restapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// permission is what AddPermission is sent: a statement in a function's resource policy that lets this API's stage alone call
// it. Another stage, or a test invocation in the console, needs a permission of its own.
type permission struct {
	Function  string
	Statement string
	Action    string
	Principal string
	SourceARN string
}

// statement is a statement of a function's policy that was seen to be there.
type statement struct{ ID string }

var permissionCalls = []string{"lambda:AddPermission", "lambda:RemovePermission", "lambda:GetPolicy"}

// statementPrefix begins the ids of the statements that let our APIs call functions.
const statementPrefix = "securedapi-"

// StatementID is the id of the statement, in a function's policy, that lets a stage of an API call it. The owner and the stage
// are in it as a digest: whatever a status says, the operator removes the owner's own statements only.
func StatementID(owner engine.Owner, api, stage string) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{owner.Cluster, owner.Namespace, owner.Name, stage}, "/")))
	return statementPrefix + api + "-" + hex.EncodeToString(sum[:8])
}

// StatementAPI is the API that a statement of ours is for, empty for a statement of others.
func StatementAPI(id string) string {
	rest, ours := strings.CutPrefix(id, statementPrefix)
	if !ours {
		return ""
	}
	api, _, _ := strings.Cut(rest, "-")
	return api
}

// permission is the permission to call one function from one stage; both are the key and the id, as <function ARN>/<stage>. A
// stage that is renamed gets its permissions before it is made, and the former one keeps its own until it is gone. AWS keeps a
// statement when the API goes.
func (g *Gateway) permission(p *engine.Pass, key string) engine.Resource {
	name := permissionPrefix + key
	return &engine.Of[permission, statement]{
		Meta: engine.Meta{
			In: NameAPI, Version: 3, Check: engine.Rotating,
			// What is served may call the function until something else is served.
			Leaves: []string{NameAPI, deploymentName, PrefixStage},
		},
		Desired: func() (*permission, error) { return g.wantedPermission(p, key) },
		ID:      func(*permission) string { return key },
		Read: func(ctx context.Context, id string, _ []string) (*statement, error) {
			function, stage := splitKey(id)
			return g.readStatement(ctx, function, StatementID(p.Owner, p.ID(NameAPI), stage))
		},
		Diff: func(_ *permission, have *statement) plan.Plan {
			if have != nil {
				return nil
			}
			return plan.Plan{{Part: name, Action: plan.Create, Subject: name, Class: plan.InPlace}}
		},
		Create: func(ctx context.Context, want *permission, _ string) (engine.Found[statement], error) {
			return engine.Found[statement]{ID: key, Value: &statement{want.Statement}}, g.addPermission(ctx, p, want)
		},
		Exists: func(err error) bool {
			// The same code also stands for a function that is being changed.
			conflict, ok := errors.AsType[*types.ResourceConflictException](err)
			return ok && strings.Contains(conflict.ErrorMessage(), "already exists")
		},
		Delete: func(ctx context.Context, id, under string) error {
			function, stage := splitKey(id)
			return g.removeStatement(ctx, function, StatementID(p.Owner, under, stage))
		},
	}
}

// splitKey takes a permission's key apart.
func splitKey(key string) (function, stage string) {
	function, stage, _ = strings.Cut(key, "/")
	return function, stage
}

// wantedPermissions are the keys of the permissions that the spec's routes need. None are known as long as the user pool's ARN
// is not; that fails in Desired, which nobody takes for a spec without functions.
func (g *Gateway) wantedPermissions(p *engine.Pass) []string {
	pool, err := g.pool(p)
	if err != nil {
		return nil
	}
	var keys []string
	for i := range p.Object.Spec.Routes {
		if backend := p.Object.Spec.Routes[i].Backend.Lambda; backend != nil {
			keys = append(keys, functionARN(backend.Function, pool)+"/"+p.Object.Spec.Stage)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

func (g *Gateway) wantedPermission(p *engine.Pass, key string) (*permission, error) {
	api, err := g.pool(p)
	if err != nil || !slices.Contains(g.wantedPermissions(p), key) {
		return nil, err
	}
	function, stage := splitKey(key)
	api.Service, api.Resource = "execute-api", p.ID(NameAPI)+"/"+stage+"/*"
	return &permission{
		Function: function, Statement: StatementID(p.Owner, p.ID(NameAPI), stage), Action: "lambda:InvokeFunction",
		Principal: "apigateway.amazonaws.com", SourceARN: api.String(),
	}, nil
}

func (g *Gateway) addPermission(ctx context.Context, p *engine.Pass, want *permission) error {
	name, qualifier := splitQualifier(want.Function)
	_, err := g.Lambda.AddPermission(ctx, &lambda.AddPermissionInput{
		FunctionName: &name, Qualifier: qualifier, StatementId: &want.Statement,
		Action: &want.Action, Principal: &want.Principal, SourceArn: &want.SourceARN,
	})
	if awserr.Is(err, awserr.NotFound) {
		return awserr.Because(v1alpha1.ReasonDependencyNotReady, fmt.Errorf(
			"%s: Lambda function %s does not exist; create it or name another: %w", g.fieldOf(p, want.Function), want.Function, err))
	}
	return err
}

// fieldOf is the first field of the spec that names a function.
func (g *Gateway) fieldOf(p *engine.Pass, function string) string {
	// It was parsed to know the function.
	pool, _ := g.pool(p)
	i := slices.IndexFunc(p.Object.Spec.Routes, func(route v1alpha1.Route) bool {
		return route.Backend.Lambda != nil && functionARN(route.Backend.Lambda.Function, pool) == function
	})
	return fmt.Sprintf("spec.routes[%d].backend.lambda.function", i)
}

// readStatement returns nil if a function's policy does not have the statement, or there is no such policy or function.
func (g *Gateway) readStatement(ctx context.Context, function, id string) (*statement, error) {
	name, qualifier := splitQualifier(function)
	out, err := g.Lambda.GetPolicy(ctx, &lambda.GetPolicyInput{FunctionName: &name, Qualifier: qualifier})
	if err != nil {
		return nil, unlessGone(err)
	}
	var policy struct{ Statement []struct{ Sid string } }
	if err := json.Unmarshal([]byte(aws.ToString(out.Policy)), &policy); err != nil {
		return nil, fmt.Errorf("parse the policy of %s: %w", function, err)
	}
	for _, s := range policy.Statement {
		if s.Sid == id {
			return &statement{id}, nil
		}
	}
	return nil, nil
}

func (g *Gateway) removeStatement(ctx context.Context, function, id string) error {
	name, qualifier := splitQualifier(function)
	_, err := g.Lambda.RemovePermission(ctx, &lambda.RemovePermissionInput{FunctionName: &name, Qualifier: qualifier, StatementId: &id})
	return unlessGone(err)
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
