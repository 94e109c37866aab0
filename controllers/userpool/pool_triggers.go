package userpool

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/attached/invoke"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

const (
	blockTriggers  = "triggers"
	blockSenderKey = "senderKeyARN"
)

// trigger is a function that the pool calls. The version is empty for the first one.
type trigger struct {
	Event    v1alpha1.TriggerEvent
	Function string
	Version  types.PreTokenGenerationLambdaVersionType `json:",omitempty"`
}

// triggerVersions are the versions of what a function is told that are not the first.
var triggerVersions = map[v1alpha1.TriggerVersion]types.PreTokenGenerationLambdaVersionType{
	v1alpha1.TriggerV2: types.PreTokenGenerationLambdaVersionTypeV20,
	v1alpha1.TriggerV3: types.PreTokenGenerationLambdaVersionTypeV30,
}

// caller is who calls functions: the pool, or its replica.
type caller struct {
	// field is what of the spec names them.
	field string
	spec  []v1alpha1.Trigger
	// arn is the caller's.
	arn func() string
}

func (c *Cognito) poolCaller(p *engine.Pass) caller {
	return caller{"spec.userPool", p.Object.Spec.UserPool.Triggers, func() string { return c.PoolARN(p.ID(NamePool)) }}
}

// triggers are those of the spec, with the functions' ARNs.
func (from caller) triggers() ([]trigger, error) {
	if len(from.spec) == 0 {
		return nil, nil
	}
	pool, err := arn.Parse(from.arn())
	if err != nil || pool.AccountID == "" {
		return nil, cmp.Or(err, errors.New("the account of functions is not known"))
	}
	all := make([]trigger, 0, len(from.spec))
	for _, t := range from.spec {
		all = append(all, trigger{t.Event, invoke.ARN(t.Function, pool), triggerVersions[t.Version]})
	}
	slices.SortFunc(all, func(a, b trigger) int { return strings.Compare(string(a.Event), string(b.Event)) })
	return all, nil
}

// growTriggers keeps what the pool calls while it has no permission yet to call another function: it is just being adopted.
func (r userPool) growTriggers(want poolSettings, have *types.UserPoolType) poolSettings {
	wanted := want.Triggers
	want.Triggers = nil
	for _, t := range wanted {
		if r.p.ID(prefixPermission+t.Function) == "" {
			at := slices.IndexFunc(triggerEvents, func(e triggerEvent) bool { return e.name == t.Event })
			if t = triggerEvents[at].of(have.LambdaConfig); t.Function == "" {
				continue
			}
		}
		want.Triggers = append(want.Triggers, t)
	}
	return want
}

// triggerEvent is what calls a function, and where Cognito has that.
type triggerEvent struct {
	name v1alpha1.TriggerEvent
	get  func(*types.LambdaConfigType) string
	set  func(*types.LambdaConfigType, trigger)
	// guards says that the function can keep people out, or things out of their tokens.
	guards bool
}

// triggerEvents are all events.
var triggerEvents = []triggerEvent{
	plain(v1alpha1.TriggerPreSignUp, true, func(c *types.LambdaConfigType) **string { return &c.PreSignUp }),
	plain(v1alpha1.TriggerPostConfirmation, false, func(c *types.LambdaConfigType) **string { return &c.PostConfirmation }),
	plain(v1alpha1.TriggerPreAuthentication, true, func(c *types.LambdaConfigType) **string { return &c.PreAuthentication }),
	plain(v1alpha1.TriggerPostAuthentication, false, func(c *types.LambdaConfigType) **string { return &c.PostAuthentication }),
	plain(v1alpha1.TriggerCustomMessage, false, func(c *types.LambdaConfigType) **string { return &c.CustomMessage }),
	plain(v1alpha1.TriggerDefineAuthChallenge, false, func(c *types.LambdaConfigType) **string { return &c.DefineAuthChallenge }),
	plain(v1alpha1.TriggerCreateAuthChallenge, false, func(c *types.LambdaConfigType) **string { return &c.CreateAuthChallenge }),
	plain(v1alpha1.TriggerVerifyAuthChallengeResponse, false, func(c *types.LambdaConfigType) **string {
		return &c.VerifyAuthChallengeResponse
	}),
	plain(v1alpha1.TriggerUserMigration, false, func(c *types.LambdaConfigType) **string { return &c.UserMigration }),
	{v1alpha1.TriggerPreTokenGeneration, tokenFunction, setTokenFunction, true},
	{
		v1alpha1.TriggerInboundFederation,
		func(c *types.LambdaConfigType) string {
			return aws.ToString(cmp.Or(c.InboundFederation, &types.InboundFederationLambdaType{}).LambdaArn)
		},
		func(c *types.LambdaConfigType, t trigger) {
			c.InboundFederation = nil
			if t.Function != "" {
				c.InboundFederation = &types.InboundFederationLambdaType{
					LambdaArn: &t.Function, LambdaVersion: types.InboundFederationLambdaVersionTypeV10,
				}
			}
		},
		true,
	},
	{
		v1alpha1.TriggerCustomEmailSender,
		func(c *types.LambdaConfigType) string {
			return aws.ToString(cmp.Or(c.CustomEmailSender, &types.CustomEmailLambdaVersionConfigType{}).LambdaArn)
		},
		func(c *types.LambdaConfigType, t trigger) {
			c.CustomEmailSender = nil
			if t.Function != "" {
				c.CustomEmailSender = &types.CustomEmailLambdaVersionConfigType{
					LambdaArn: &t.Function, LambdaVersion: types.CustomEmailSenderLambdaVersionTypeV10,
				}
			}
		},
		false,
	},
	{
		v1alpha1.TriggerCustomSMSSender,
		func(c *types.LambdaConfigType) string {
			return aws.ToString(cmp.Or(c.CustomSMSSender, &types.CustomSMSLambdaVersionConfigType{}).LambdaArn)
		},
		func(c *types.LambdaConfigType, t trigger) {
			c.CustomSMSSender = nil
			if t.Function != "" {
				c.CustomSMSSender = &types.CustomSMSLambdaVersionConfigType{
					LambdaArn: &t.Function, LambdaVersion: types.CustomSMSSenderLambdaVersionTypeV10,
				}
			}
		},
		false,
	},
}

// plain is an event of which Cognito has the function alone.
func plain(name v1alpha1.TriggerEvent, guards bool, at func(*types.LambdaConfigType) **string) triggerEvent {
	return triggerEvent{
		name, func(c *types.LambdaConfigType) string { return aws.ToString(*at(c)) },
		func(c *types.LambdaConfigType, t trigger) { *at(c) = given(t.Function) },
		guards,
	}
}

func tokenFunction(c *types.LambdaConfigType) string {
	return aws.ToString(cmp.Or(tokenConfig(c).LambdaArn, c.PreTokenGeneration))
}

func tokenConfig(c *types.LambdaConfigType) *types.PreTokenGenerationVersionConfigType {
	return cmp.Or(c.PreTokenGenerationConfig, &types.PreTokenGenerationVersionConfigType{})
}

// setTokenFunction sets both members: where both are there, they have to be equal (LambdaConfigType).
func setTokenFunction(c *types.LambdaConfigType, t trigger) {
	c.PreTokenGeneration, c.PreTokenGenerationConfig = given(t.Function), nil
	if t.Function != "" {
		c.PreTokenGenerationConfig = &types.PreTokenGenerationVersionConfigType{
			LambdaArn: &t.Function, LambdaVersion: cmp.Or(t.Version, types.PreTokenGenerationLambdaVersionTypeV10),
		}
	}
}

// function is what a pool calls, empty if it calls none.
func (e triggerEvent) function(config *types.LambdaConfigType) string {
	if config == nil {
		return ""
	}
	return e.get(config)
}

// of is the trigger that a pool has.
func (e triggerEvent) of(config *types.LambdaConfigType) trigger {
	t := trigger{Event: e.name, Function: e.function(config)}
	if t.Function != "" && e.name == v1alpha1.TriggerPreTokenGeneration {
		t.Version = tokenConfig(config).LambdaVersion
	}
	return t
}

// words are the function, and the version where there are several.
func (e triggerEvent) words(have *types.UserPoolType) string {
	function := e.function(have.LambdaConfig)
	if function == "" || e.name != v1alpha1.TriggerPreTokenGeneration {
		return function
	}
	for word, version := range triggerVersions {
		if tokenConfig(have.LambdaConfig).LambdaVersion == version {
			return function + " " + string(word)
		}
	}
	return function + " " + string(v1alpha1.TriggerV1)
}

// triggerFields are the functions that the pool calls, and the key of what it tells those that send messages.
func triggerFields() []engine.Field[poolSettings, types.UserPoolType] {
	fields := make([]engine.Field[poolSettings, types.UserPoolType], 0, len(triggerEvents)+1)
	for _, e := range triggerEvents {
		fields = append(fields, engine.Field[poolSettings, types.UserPoolType]{
			Name: "triggers." + string(e.name), Block: blockTriggers, Class: plan.InPlace,
			Words: e.words,
			Weakens: func(have, laid *types.UserPoolType) bool {
				return e.guards && e.function(have.LambdaConfig) != "" && e.function(laid.LambdaConfig) == ""
			},
			Set: func(have *types.UserPoolType, want *poolSettings) {
				var wanted trigger
				if at := slices.IndexFunc(want.Triggers, func(t trigger) bool { return t.Event == e.name }); at >= 0 {
					wanted = want.Triggers[at]
				}
				if wanted.Function == "" && e.function(have.LambdaConfig) == "" {
					return
				}
				have.LambdaConfig = lambdaConfig(have)
				e.set(have.LambdaConfig, wanted)
			},
		})
	}
	return append(fields, engine.Field[poolSettings, types.UserPoolType]{
		Name: blockSenderKey, Block: blockSenderKey, Class: plan.InPlace,
		Words: func(have *types.UserPoolType) string { return aws.ToString(lambdaConfig(have).KMSKeyID) },
		Set: func(have *types.UserPoolType, want *poolSettings) {
			config := lambdaConfig(have)
			if config.KMSKeyID != nil || want.SenderKey != "" {
				config.KMSKeyID = given(want.SenderKey)
				have.LambdaConfig = config
			}
		},
	})
}

// lambdaConfig is a copy of what a pool has.
func lambdaConfig(have *types.UserPoolType) *types.LambdaConfigType {
	var config types.LambdaConfigType
	if have.LambdaConfig != nil {
		config = *have.LambdaConfig
	}
	return &config
}
