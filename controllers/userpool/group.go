package userpool

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// PrefixGroup is the prefix of the names of groups in status.
const PrefixGroup = "group/"

// group is a group of users. It has the name that the spec gives it.
type group struct {
	*Cognito
	p    *engine.Pass
	name string
}

// groupSettings is what a group is made with. What is empty or nil is not sent.
type groupSettings struct {
	Name, Description, RoleARN string
	Precedence                 *int32
}

func groupKeys(p *engine.Pass) []string {
	var keys []string
	for i := range p.Object.Spec.UserPool.Groups {
		keys = append(keys, p.Object.Spec.UserPool.Groups[i].Name)
	}
	return keys
}

func (c *Cognito) group(p *engine.Pass, name string) engine.Resource {
	r := group{c, p, name}
	return &engine.Of[groupSettings, types.GroupType]{
		Meta:    engine.Meta{In: NamePool, GoesWith: true, Check: engine.Rotating, Removal: plan.Replace},
		Desired: r.desired,
		ID:      func(want *groupSettings) string { return want.Name },
		Read:    r.read,
		Diff:    r.diff,
		Create:  r.create,
		Exists:  groupExists,
		Update:  r.update,
		Delete:  r.delete,
		Guard:   r.guard,
	}
}

func groupExists(err error) bool {
	_, exists := errors.AsType[*types.GroupExistsException](err)
	return exists
}

func (r group) desired() (*groupSettings, error) {
	groups := r.p.Object.Spec.UserPool.Groups
	at := slices.IndexFunc(groups, func(g v1alpha1.Group) bool { return g.Name == r.name })
	if at < 0 {
		return nil, nil
	}
	return &groupSettings{r.name, groups[at].Description, groups[at].RoleARN, groups[at].Precedence}, nil
}

// groupFields are what the spec sets of a group.
var groupFields = []engine.Field[groupSettings, types.GroupType]{
	{
		Name: "description", Class: plan.InPlace,
		Words: func(have *types.GroupType) string { return aws.ToString(have.Description) },
		Set:   func(have *types.GroupType, want *groupSettings) { have.Description = given(want.Description) },
	},
	{
		Name: "precedence", Class: plan.InPlace,
		Words: func(have *types.GroupType) string {
			if have.Precedence == nil {
				return ""
			}
			return strconv.Itoa(int(*have.Precedence))
		},
		Set: func(have *types.GroupType, want *groupSettings) { have.Precedence = want.Precedence },
	},
	{
		Name: "roleARN", Class: plan.InPlace,
		Words: func(have *types.GroupType) string { return aws.ToString(have.RoleArn) },
		Set:   func(have *types.GroupType, want *groupSettings) { have.RoleArn = given(want.RoleARN) },
	},
}

// given is nil for what the spec leaves out.
func given(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func (r group) diff(want *groupSettings, have *types.GroupType) plan.Plan {
	todo := compare(PrefixGroup+r.name, groupFields, want, have, want.Description)
	for i := range todo {
		if cleared(todo[i]) {
			todo[i].Class = plan.Replace
		}
	}
	return todo
}

// cleared says that a change takes a value away. Only another group is without it: UpdateGroup keeps what it is not given,
// and an empty description counts as not given (AWS CLI's example update-group; radkawar/stackd, cognitoidp).
func cleared(change plan.Change) bool { return change.Action == plan.Update && change.To == "" }

// guard refuses a change that takes a value away. A group made anew under the same name would lose its members.
func (r group) guard(_ context.Context, operation v1alpha1.Operation, want *groupSettings, have *types.GroupType) error {
	if operation != v1alpha1.OperationUpdate {
		return nil
	}
	for _, change := range r.diff(want, have) {
		if cleared(change) {
			field := change.Subject[len(PrefixGroup+r.name+"."):]
			return invalid(fmt.Sprintf("spec.userPool.groups[%d].%s", slices.Index(groupKeys(r.p), r.name), field),
				"the group has %q and the spec leaves it out; Cognito cannot take it away from a group; "+
					"set it to %q or another value, or rename the group, which makes one without members", change.From, change.From)
		}
	}
	return nil
}

func (r group) read(ctx context.Context, name string, _ []string) (*types.GroupType, error) {
	out, err := r.API.GetGroup(ctx, &cip.GetGroupInput{UserPoolId: new(r.p.ID(NamePool)), GroupName: &name})
	if err != nil {
		return nil, unlessGone(err)
	}
	return out.Group, nil
}

func (r group) create(ctx context.Context, want *groupSettings, name string) (engine.Found[types.GroupType], error) {
	laid := engine.Overlay(groupFields, want, nil)
	out, err := r.API.CreateGroup(ctx, &cip.CreateGroupInput{
		UserPoolId: new(r.p.ID(NamePool)), GroupName: &name,
		Description: laid.Description, Precedence: laid.Precedence, RoleArn: laid.RoleArn,
	})
	if err != nil {
		return engine.Found[types.GroupType]{}, err
	}
	return engine.Found[types.GroupType]{ID: name, Value: out.Group}, nil
}

func (r group) update(ctx context.Context, name string, want *groupSettings, have *types.GroupType) (*types.GroupType, error) {
	laid := engine.Overlay(groupFields, want, have)
	out, err := r.API.UpdateGroup(ctx, &cip.UpdateGroupInput{
		UserPoolId: new(r.p.ID(NamePool)), GroupName: &name,
		Description: laid.Description, Precedence: laid.Precedence, RoleArn: laid.RoleArn,
	})
	if err != nil {
		return nil, err
	}
	return out.Group, nil
}

func (r group) delete(ctx context.Context, name, pool string) error {
	_, err := r.API.DeleteGroup(ctx, &cip.DeleteGroupInput{UserPoolId: &pool, GroupName: &name})
	return unlessGone(err)
}
