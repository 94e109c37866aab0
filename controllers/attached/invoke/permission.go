package invoke

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// Permission is what AddPermission is sent: a statement in a function's resource policy that lets one source alone call it.
type Permission struct {
	Function  string
	Statement string
	Action    string
	Principal string
	SourceARN string
	// SourceAccount is empty where the source's ARN says enough.
	SourceAccount string `json:",omitempty"`
}

// Statement is a statement of a function's policy that was seen to be there.
type Statement struct{ ID string }

// Calls are all calls to AWS that a permission makes.
var Calls = []string{"lambda:AddPermission", "lambda:RemovePermission", "lambda:GetPolicy"}

// Action is the one that a permission allows.
const Action = "lambda:InvokeFunction"

// Grant is the permission to call one function that a root has. AWS keeps a statement when what it is for goes.
type Grant struct {
	Lambda *lambda.Client
	// Meta says where the permission is in the order of things.
	Meta engine.Meta
	// Name is the resource's. Its key, which is the id as well, is <function ARN>, or <function ARN>/<part> for a part of a root.
	Name, Key string
	// Wanted is what is sent; nil if the spec does not name the function.
	Wanted func() (*Permission, error)
	// Field is the first field of the spec that names a function.
	Field func(function string) string
}

// Resource is the permission as the engine brings it about.
func (g Grant) Resource(p *engine.Pass) engine.Resource {
	return &engine.Of[Permission, Statement]{
		Meta:    g.Meta,
		Desired: g.Wanted,
		ID:      func(*Permission) string { return g.Key },
		Read: func(ctx context.Context, id string, _ []string) (*Statement, error) {
			function, part := SplitKey(id)
			return g.read(ctx, function, StatementID(p.Owner, p.ID(g.Meta.In), part))
		},
		Diff: func(_ *Permission, have *Statement) plan.Plan {
			if have != nil {
				return nil
			}
			return plan.Plan{{Part: g.Name, Action: plan.Create, Subject: g.Name, Class: plan.InPlace}}
		},
		Create: func(ctx context.Context, want *Permission, _ string) (engine.Found[Statement], error) {
			return engine.Found[Statement]{ID: g.Key, Value: &Statement{want.Statement}}, g.add(ctx, want)
		},
		Exists: func(err error) bool {
			// The same code also stands for a function that is being changed.
			conflict, ok := errors.AsType[*types.ResourceConflictException](err)
			return ok && strings.Contains(conflict.ErrorMessage(), "already exists")
		},
		Delete: func(ctx context.Context, id, under string) error {
			function, part := SplitKey(id)
			return g.remove(ctx, function, StatementID(p.Owner, under, part))
		},
	}
}

// SplitKey takes a permission's key apart. Only one for a part of a root has a part.
func SplitKey(key string) (function, part string) {
	function, part, _ = strings.Cut(key, "/")
	return function, part
}

func (g Grant) add(ctx context.Context, want *Permission) error {
	name, qualifier := splitQualifier(want.Function)
	in := &lambda.AddPermissionInput{
		FunctionName: &name, Qualifier: qualifier, StatementId: &want.Statement,
		Action: &want.Action, Principal: &want.Principal, SourceArn: &want.SourceARN,
	}
	if want.SourceAccount != "" {
		in.SourceAccount = &want.SourceAccount
	}
	_, err := g.Lambda.AddPermission(ctx, in)
	if awserr.Is(err, awserr.NotFound) {
		return awserr.Because(v1alpha1.ReasonDependencyNotReady, fmt.Errorf(
			"%s: Lambda function %s does not exist; create it or name another: %w", g.Field(want.Function), want.Function, err))
	}
	return err
}

// read returns nil if a function's policy does not have the statement, or there is no such policy or function.
func (g Grant) read(ctx context.Context, function, id string) (*Statement, error) {
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
			return &Statement{id}, nil
		}
	}
	return nil, nil
}

func (g Grant) remove(ctx context.Context, function, id string) error {
	name, qualifier := splitQualifier(function)
	_, err := g.Lambda.RemovePermission(ctx, &lambda.RemovePermissionInput{FunctionName: &name, Qualifier: qualifier, StatementId: &id})
	return unlessGone(err)
}

// unlessGone is err, but nil if it says that there is no such thing.
func unlessGone(err error) error {
	if awserr.Is(err, awserr.NotFound) {
		return nil
	}
	return err
}
