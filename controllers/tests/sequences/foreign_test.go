package sequences_test

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"pgregory.net/rapid"
)

// foreignName names everything that was made by hand.
const foreignName = "by-hand"

// foreign is something that was made by hand and is none of the operator's business: it has to survive.
type foreign struct {
	what string
	// on is the id of the pool or API that it goes with.
	on string
	// survives says whether it is still there.
	survives func() bool
	// remove takes it away, so that what remains is the operator's; nil where an inventory doesn't show it.
	remove func()
}

// foreigns make something each, once in a sequence. They return false where it cannot be made.
var foreigns = map[string]func(*model, *rapid.T) bool{
	"settings of the pool": func(m *model, _ *rapid.T) bool {
		before := m.poolInAWS()
		changed := m.editPool(func(in *cip.UpdateUserPoolInput) {
			in.UserPoolTags["team"] = "blue"
			in.EmailVerificationSubject, in.EmailVerificationMessage = aws.String("By hand"), aws.String("The code is {####}")
			in.VerificationMessageTemplate = nil
			in.AccountRecoverySetting = &ciptypes.AccountRecoverySettingType{
				RecoveryMechanisms: []ciptypes.RecoveryOptionType{{Name: ciptypes.RecoveryOptionNameTypeAdminOnly, Priority: aws.Int32(1)}},
			}
		})
		return changed && m.note(foreign{on: *m.poolInAWS().Id, survives: func() bool {
			pool := m.poolInAWS()
			return pool.UserPoolTags["team"] == "blue" && aws.ToString(pool.EmailVerificationSubject) == "By hand" &&
				pool.AccountRecoverySetting.RecoveryMechanisms[0].Name == ciptypes.RecoveryOptionNameTypeAdminOnly
		}, remove: func() {
			m.editPool(func(in *cip.UpdateUserPoolInput) {
				in.EmailVerificationSubject, in.EmailVerificationMessage = before.EmailVerificationSubject, before.EmailVerificationMessage
				in.VerificationMessageTemplate, in.AccountRecoverySetting = before.VerificationMessageTemplate, before.AccountRecoverySetting
			})
		}})
	},
	"a user": func(m *model, _ *rapid.T) bool {
		pool := m.poolInAWS()
		if pool == nil {
			return false
		}
		do(m.World, m.Cognito().AdminCreateUser, &cip.AdminCreateUserInput{UserPoolId: pool.Id, Username: aws.String("ann@example.com")})
		return m.note(foreign{on: *pool.Id, survives: func() bool {
			return len(do(m.World, m.Cognito().ListUsers, &cip.ListUsersInput{UserPoolId: pool.Id}).Users) == 1
		}})
	},
	"settings of a client": func(m *model, r *rapid.T) bool {
		var id string
		changed := m.editClient(r, func(in *cip.UpdateUserPoolClientInput) {
			id, in.WriteAttributes = *in.ClientId, []string{"email", "nickname"}
		})
		described := func() *ciptypes.UserPoolClientType {
			for _, listed := range m.clientsInAWS() {
				if *listed.ClientId == id {
					return do(m.World, m.Cognito().DescribeUserPoolClient, &cip.DescribeUserPoolClientInput{UserPoolId: listed.UserPoolId, ClientId: &id}).UserPoolClient
				}
			}
			// The spec does without it, or somebody deleted it.
			return nil
		}
		return changed && m.note(foreign{on: *m.poolInAWS().Id, survives: func() bool {
			c := described()
			return c == nil || slices.Equal(slices.Sorted(slices.Values(c.WriteAttributes)), []string{"email", "nickname"})
		}, remove: func() {
			if c := described(); c != nil {
				in := convert[cip.UpdateUserPoolClientInput](m.World, c)
				in.WriteAttributes = nil
				do(m.World, m.Cognito().UpdateUserPoolClient, in)
			}
		}})
	},
	"a client": func(m *model, _ *rapid.T) bool {
		pool := m.poolInAWS()
		if pool == nil {
			return false
		}
		c := do(m.World, m.Cognito().CreateUserPoolClient, &cip.CreateUserPoolClientInput{UserPoolId: pool.Id, ClientName: aws.String(foreignName)}).UserPoolClient
		return m.note(foreign{on: *pool.Id, survives: func() bool {
			_, err := m.Cognito().DescribeUserPoolClient(m.T.Context(), &cip.DescribeUserPoolClientInput{UserPoolId: pool.Id, ClientId: c.ClientId})
			return err == nil
		}, remove: func() {
			do(m.World, m.Cognito().DeleteUserPoolClient, &cip.DeleteUserPoolClientInput{UserPoolId: pool.Id, ClientId: c.ClientId})
		}})
	},
	"a resource server": func(m *model, _ *rapid.T) bool {
		pool := m.poolInAWS()
		if pool == nil {
			return false
		}
		do(m.World, m.Cognito().CreateResourceServer, &cip.CreateResourceServerInput{UserPoolId: pool.Id, Identifier: aws.String(foreignName), Name: aws.String(foreignName)})
		return m.note(foreign{on: *pool.Id, survives: func() bool {
			_, err := m.Cognito().DescribeResourceServer(m.T.Context(), &cip.DescribeResourceServerInput{UserPoolId: pool.Id, Identifier: aws.String(foreignName)})
			return err == nil
		}, remove: func() {
			do(m.World, m.Cognito().DeleteResourceServer, &cip.DeleteResourceServerInput{UserPoolId: pool.Id, Identifier: aws.String(foreignName)})
		}})
	},
	"a stage": func(m *model, _ *rapid.T) bool {
		stage, api := m.stageInAWS(), m.apiInAWS()
		if stage == nil {
			return false
		}
		do(m.World, m.Gateway().CreateStage, &apigateway.CreateStageInput{RestApiId: api.Id, StageName: aws.String(foreignName), DeploymentId: stage.DeploymentId})
		return m.note(foreign{on: *api.Id, survives: func() bool {
			found, err := m.Gateway().GetStage(m.T.Context(), &apigateway.GetStageInput{RestApiId: api.Id, StageName: aws.String(foreignName)})
			return err == nil && *found.DeploymentId == *stage.DeploymentId
		}, remove: func() {
			do(m.World, m.Gateway().DeleteStage, &apigateway.DeleteStageInput{RestApiId: api.Id, StageName: aws.String(foreignName)})
		}})
	},
	"a permission": func(m *model, _ *rapid.T) bool {
		function := aws.String("OtherHandler")
		do(m.World, m.Lambda().AddPermission, &lambda.AddPermissionInput{
			FunctionName: function, StatementId: aws.String(foreignName),
			Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("events.amazonaws.com"),
		})
		return m.note(foreign{survives: func() bool {
			return strings.Contains(*do(m.World, m.Lambda().GetPolicy, &lambda.GetPolicyInput{FunctionName: function}).Policy, foreignName)
		}})
	},
}

func (m *model) note(f foreign) bool {
	m.foreign = append(m.foreign, f)
	return true
}

// checkForeign fails if what was made by hand did not survive, and takes it away for what is compared after.
func (m *model) checkForeign() {
	m.T.Helper()
	for _, f := range m.foreign {
		switch {
		case m.lost[f.on]:
		case !f.survives():
			m.T.Fatalf("%s, made by hand, did not survive", f.what)
		case f.remove != nil:
			f.remove()
		}
	}
	if pool := m.poolInAWS(); m.object.Spec.DomainPrefix() == "" && aws.ToString(pool.Domain) == foreignName {
		// Somebody put it in the place of ours, and then the spec did without.
		m.deleteDomain(pool)
	}
}
