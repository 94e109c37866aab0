package userpool

import (
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// riskField is a property of what is done about risks. All are sent together: the first one of riskFields sets them.
type riskField = engine.Field[riskSettings, riskConfig]

func setNothing(*riskConfig, *riskSettings) {}

var riskFields = slices.Concat([]riskField{
	{
		Name: "compromisedPasswords.action", Class: plan.InPlace, Words: compromisedAction,
		Weakens: func(have, laid *riskConfig) bool {
			return compromisedAction(have) == string(v1alpha1.CompromisedBlock) && compromisedAction(laid) != compromisedAction(have)
		},
		Set: func(have *riskConfig, want *riskSettings) { *have = *want.config() },
	},
	{
		Name: "compromisedPasswords.events", Class: plan.InPlace,
		Words:   func(have *riskConfig) string { return engine.Join(events(have)) },
		Weakens: func(have, laid *riskConfig) bool { return loses(events(have), events(laid)) },
		Set:     setNothing,
	},
}, answerFields("low", func(a *types.AccountTakeoverActionsType) *types.AccountTakeoverActionType { return a.LowAction }),
	answerFields("medium", func(a *types.AccountTakeoverActionsType) *types.AccountTakeoverActionType { return a.MediumAction }),
	answerFields("high", func(a *types.AccountTakeoverActionsType) *types.AccountTakeoverActionType { return a.HighAction }),
	[]riskField{
		notifyField("identityARN", func(n *types.NotifyConfigurationType) *string { return n.SourceArn }),
		notifyField("from", func(n *types.NotifyConfigurationType) *string { return n.From }),
		notifyField("replyTo", func(n *types.NotifyConfigurationType) *string { return n.ReplyTo }),
	},
	noticeFields("blocked", func(n *types.NotifyConfigurationType) *types.NotifyEmailType { return n.BlockEmail }),
	noticeFields("mfa", func(n *types.NotifyConfigurationType) *types.NotifyEmailType { return n.MfaEmail }),
	noticeFields("allowed", func(n *types.NotifyConfigurationType) *types.NotifyEmailType { return n.NoActionEmail }),
	[]riskField{
		{
			Name: "blockCIDRs", Class: plan.InPlace,
			Words:   func(have *riskConfig) string { return shortened(engine.Join(blocked(have))) },
			Weakens: func(have, laid *riskConfig) bool { return uncovered(blocked(have), blocked(laid)) },
			Set:     setNothing,
		},
		{
			Name: "allowCIDRs", Class: plan.InPlace,
			Words:   func(have *riskConfig) string { return shortened(engine.Join(unjudged(have))) },
			Weakens: func(have, laid *riskConfig) bool { return uncovered(unjudged(laid), unjudged(have)) },
			Set:     setNothing,
		},
	})

func compromisedAction(have *riskConfig) string {
	passwords := have.CompromisedCredentialsRiskConfiguration
	switch {
	case passwords == nil || passwords.Actions == nil:
		return ""
	case passwords.Actions.EventAction == types.CompromisedCredentialsEventActionTypeBlock:
		return string(v1alpha1.CompromisedBlock)
	default:
		return string(v1alpha1.CompromisedAllow)
	}
}

// events are in the spec's words.
func events(have *riskConfig) []v1alpha1.PasswordEvent {
	if have.CompromisedCredentialsRiskConfiguration == nil {
		return nil
	}
	filter := have.CompromisedCredentialsRiskConfiguration.EventFilter
	if len(filter) == 0 {
		filter = everyEvent
	}
	var words []v1alpha1.PasswordEvent
	for word, event := range passwordEvents {
		if slices.Contains(filter, event) {
			words = append(words, word)
		}
	}
	return words
}

func answerFields(risk string, of func(*types.AccountTakeoverActionsType) *types.AccountTakeoverActionType) []riskField {
	found := func(have *riskConfig) types.AccountTakeoverActionType {
		if takeover := have.AccountTakeoverRiskConfiguration; takeover != nil && takeover.Actions != nil && of(takeover.Actions) != nil {
			return *of(takeover.Actions)
		}
		return types.AccountTakeoverActionType{}
	}
	action := func(have *riskConfig) v1alpha1.TakeoverAction {
		for word, action := range takeoverActions {
			if action == found(have).EventAction {
				return word
			}
		}
		return v1alpha1.TakeoverAction(found(have).EventAction)
	}
	return []riskField{
		{
			Name: "takeover." + risk + ".action", Class: plan.InPlace,
			Words: func(have *riskConfig) string { return string(action(have)) },
			Weakens: func(have, laid *riskConfig) bool {
				return slices.Index(takeoverOrder, action(laid)) < slices.Index(takeoverOrder, action(have))
			},
			Set: setNothing,
		},
		{
			Name: "takeover." + risk + ".notify", Class: plan.InPlace,
			Words: func(have *riskConfig) string { return engine.Switch(found(have).Notify) },
			Set:   setNothing,
		},
	}
}

// notifyOf is empty where nobody is told.
func notifyOf(have *riskConfig) *types.NotifyConfigurationType {
	if takeover := have.AccountTakeoverRiskConfiguration; takeover != nil && takeover.NotifyConfiguration != nil {
		return takeover.NotifyConfiguration
	}
	return &types.NotifyConfigurationType{}
}

func notifyField(name string, of func(*types.NotifyConfigurationType) *string) riskField {
	return riskField{
		Name: "notifications." + name, Class: plan.InPlace,
		Words: func(have *riskConfig) string { return shortened(aws.ToString(of(notifyOf(have)))) },
		Set:   setNothing,
	}
}

func noticeFields(name string, of func(*types.NotifyConfigurationType) *types.NotifyEmailType) []riskField {
	text := func(one func(*types.NotifyEmailType) *string) func(*types.NotifyConfigurationType) *string {
		return func(config *types.NotifyConfigurationType) *string {
			if of(config) == nil {
				return nil
			}
			return one(of(config))
		}
	}
	return []riskField{
		notifyField(name+".subject", text(func(e *types.NotifyEmailType) *string { return e.Subject })),
		notifyField(name+".html", text(func(e *types.NotifyEmailType) *string { return e.HtmlBody })),
		notifyField(name+".text", text(func(e *types.NotifyEmailType) *string { return e.TextBody })),
	}
}

func blocked(have *riskConfig) []string {
	if have.RiskExceptionConfiguration == nil {
		return nil
	}
	return ranges(have.RiskExceptionConfiguration.BlockedIPRangeList)
}

func unjudged(have *riskConfig) []string {
	if have.RiskExceptionConfiguration == nil {
		return nil
	}
	return ranges(have.RiskExceptionConfiguration.SkippedIPRangeList)
}

// uncovered says that an address of the first list may not be in the second: no range there holds all of its own.
func uncovered(from, in []string) bool {
	return slices.ContainsFunc(from, func(one string) bool {
		return !slices.ContainsFunc(in, func(other string) bool { return holds(other, one) })
	})
}

func holds(outer, inner string) bool {
	o, errOuter := netip.ParsePrefix(outer)
	i, errInner := netip.ParsePrefix(inner)
	if errOuter != nil || errInner != nil {
		return outer == inner
	}
	return o.Bits() <= i.Bits() && o.Contains(i.Addr())
}
