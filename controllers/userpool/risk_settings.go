package userpool

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// riskSettings is what is done about risks.
type riskSettings struct {
	Compromised       types.CompromisedCredentialsEventActionType
	Events            []types.EventFilterType
	Low, Medium, High answer
	// Notify is nil where nobody is told.
	Notify            *noticeSettings `json:",omitempty"`
	Blocked, Unjudged []string        `json:",omitempty"`
}

// answer is the answer to a risk.
type answer struct {
	Action types.AccountTakeoverEventActionType
	Notify bool
}

// noticeSettings are the e-mails about risks. What is empty is not sent.
type noticeSettings struct {
	IdentityARN, From, ReplyTo string
	Blocked, MFA, Allowed      *notice
}

type notice struct{ Subject, HTML, Text string }

// takeoverActions are the answers in Cognito's words.
var takeoverActions = map[v1alpha1.TakeoverAction]types.AccountTakeoverEventActionType{
	v1alpha1.TakeoverAllow:           types.AccountTakeoverEventActionTypeNoAction,
	v1alpha1.TakeoverMFAIfConfigured: types.AccountTakeoverEventActionTypeMfaIfConfigured,
	v1alpha1.TakeoverRequireMFA:      types.AccountTakeoverEventActionTypeMfaRequired,
	v1alpha1.TakeoverBlock:           types.AccountTakeoverEventActionTypeBlock,
}

// takeoverOrder has the weakest answer first.
var takeoverOrder = []v1alpha1.TakeoverAction{
	v1alpha1.TakeoverAllow, v1alpha1.TakeoverMFAIfConfigured, v1alpha1.TakeoverRequireMFA, v1alpha1.TakeoverBlock,
}

var passwordEvents = map[v1alpha1.PasswordEvent]types.EventFilterType{
	v1alpha1.EventSignIn:         types.EventFilterTypeSignIn,
	v1alpha1.EventSignUp:         types.EventFilterTypeSignUp,
	v1alpha1.EventPasswordChange: types.EventFilterTypePasswordChange,
}

// everyEvent is also what Cognito takes where none is named (CompromisedCredentialsRiskConfigurationType, EventFilter).
var everyEvent = []types.EventFilterType{
	types.EventFilterTypePasswordChange, types.EventFilterTypeSignIn, types.EventFilterTypeSignUp,
}

// riskSettingsOf says all of it: no source tells Cognito's own defaults.
func riskSettingsOf(asked *v1alpha1.ThreatProtection) *riskSettings {
	want := &riskSettings{
		Compromised: types.CompromisedCredentialsEventActionTypeBlock, Events: everyEvent,
		Low: answerOf(nil), Medium: answerOf(nil), High: answerOf(nil),
		Blocked: ranges(asked.BlockCIDRs), Unjudged: ranges(asked.AllowCIDRs),
	}
	if passwords := asked.CompromisedPasswords; passwords != nil {
		if passwords.Action == v1alpha1.CompromisedAllow {
			want.Compromised = types.CompromisedCredentialsEventActionTypeNoAction
		}
		if len(passwords.Events) > 0 {
			want.Events = nil
			for _, event := range passwords.Events {
				want.Events = append(want.Events, passwordEvents[event])
			}
			slices.Sort(want.Events)
		}
	}
	if takeover := asked.Takeover; takeover != nil {
		want.Low, want.Medium, want.High = answerOf(takeover.Low), answerOf(takeover.Medium), answerOf(takeover.High)
	}
	if n := asked.Notifications; n != nil {
		want.Notify = &noticeSettings{
			n.IdentityARN, n.From, n.ReplyTo, noticeOf(n.Blocked), noticeOf(n.MFA), noticeOf(n.Allowed),
		}
	}
	return want
}

func answerOf(asked *v1alpha1.TakeoverAnswer) answer {
	if asked == nil {
		asked = &v1alpha1.TakeoverAnswer{}
	}
	return answer{takeoverActions[cmp.Or(asked.Action, v1alpha1.TakeoverAllow)], asked.Notify == v1alpha1.Enabled}
}

func noticeOf(asked *v1alpha1.ThreatNotice) *notice {
	if asked == nil {
		return nil
	}
	return &notice{asked.Subject, asked.HTML, asked.Text}
}

// ranges are addresses in the way in which they are written shortest, sorted.
func ranges[S ~string](cidrs []S) []string {
	var all []string
	for _, cidr := range cidrs {
		text := string(cidr)
		if prefix, err := netip.ParsePrefix(text); err == nil {
			text = prefix.String()
		}
		all = append(all, text)
	}
	slices.Sort(all)
	return all
}

// config is what is sent.
func (s *riskSettings) config() *riskConfig {
	actions := &types.AccountTakeoverActionsType{
		LowAction: s.Low.action(), MediumAction: s.Medium.action(), HighAction: s.High.action(),
	}
	laid := &riskConfig{
		CompromisedCredentialsRiskConfiguration: &types.CompromisedCredentialsRiskConfigurationType{
			Actions: &types.CompromisedCredentialsActionsType{EventAction: s.Compromised}, EventFilter: s.Events,
		},
		AccountTakeoverRiskConfiguration: &types.AccountTakeoverRiskConfigurationType{
			Actions: actions, NotifyConfiguration: s.Notify.config(),
		},
	}
	if len(s.Blocked)+len(s.Unjudged) > 0 {
		laid.RiskExceptionConfiguration = &types.RiskExceptionConfigurationType{
			BlockedIPRangeList: s.Blocked, SkippedIPRangeList: s.Unjudged,
		}
	}
	return laid
}

func (a answer) action() *types.AccountTakeoverActionType {
	return &types.AccountTakeoverActionType{EventAction: a.Action, Notify: a.Notify}
}

func (s *noticeSettings) config() *types.NotifyConfigurationType {
	if s == nil {
		return nil
	}
	return &types.NotifyConfigurationType{
		SourceArn: &s.IdentityARN, From: given(s.From), ReplyTo: given(s.ReplyTo),
		BlockEmail: s.Blocked.email(), MfaEmail: s.MFA.email(), NoActionEmail: s.Allowed.email(),
	}
}

func (n *notice) email() *types.NotifyEmailType {
	if n == nil {
		return nil
	}
	return &types.NotifyEmailType{Subject: &n.Subject, HtmlBody: given(n.HTML), TextBody: given(n.Text)}
}
