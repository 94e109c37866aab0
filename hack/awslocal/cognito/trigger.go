package cognito

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// Lambda triggers: functions that a pool calls, and that change or refuse what users do. Members of events:
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html and the pages
// of each trigger. Those of federation and senders are stored and not run.

// triggerTimeout is for how long Cognito waits for a function (the same page).
const triggerTimeout = 5 * time.Second

// triggerEvent is what a function is called with.
type triggerEvent struct {
	Version       string         `json:"version"`
	TriggerSource string         `json:"triggerSource"`
	Region        string         `json:"region"`
	UserPoolID    string         `json:"userPoolId"`
	UserName      string         `json:"userName,omitempty"`
	CallerContext callerContext  `json:"callerContext"`
	Request       map[string]any `json:"request"`
	Response      any            `json:"response"`
}

type callerContext struct {
	AWSSDKVersion string `json:"awsSdkVersion"`
	ClientID      string `json:"clientId"`
}

// trigger is one call of a function, for somebody who may be nobody: a program.
type trigger struct {
	name     string
	function *string
	version  string
	source   string
	pool     *pool
	client   *client // nil for administrators
	user     *user
	login    string // of somebody who is no user yet
	request  map[string]any
}

// call runs a trigger's function and reads its answer into response. Nothing happens where the pool has none. The service is
// unlocked meanwhile: functions call Cognito.
func (s *Service) call(t trigger, response any) error {
	if aws.ToString(t.function) == "" {
		return nil
	}
	event := triggerEvent{
		Version: t.version, TriggerSource: t.source, Region: t.pool.region, UserPoolID: *t.pool.Id,
		CallerContext: callerContext{AWSSDKVersion: "aws-sdk-unknown-unknown", ClientID: "CLIENT_ID_NOT_APPLICABLE"},
		UserName:      t.login, Request: t.request, Response: response,
	}
	if event.Version == "" {
		event.Version = "1"
	}
	if t.client != nil {
		event.CallerContext.ClientID = *t.client.ClientId
	}
	if t.user != nil {
		event.UserName = t.user.name
		event.Request["userAttributes"] = t.user.told()
	}
	sent, err := json.Marshal(event)
	if err != nil {
		return err
	}
	answer, err := s.run(t, sent)
	if err != nil {
		return err
	}
	var read struct{ Response json.RawMessage }
	if json.Unmarshal(answer, &read) != nil || read.Response == nil || json.Unmarshal(read.Response, response) != nil {
		return wire.Errorf("InvalidLambdaResponseException", "Unrecognizable lambda output") // amazon-cognito-identity-js#633
	}
	return nil
}

// run calls a trigger's function, and says in Cognito's words what became of that.
func (s *Service) run(t trigger, event []byte) ([]byte, error) {
	// One that may not be called: awslabs/service-workbench-on-aws#1136, whose code other reports name.
	notRun := func(code string) error {
		return wire.Errorf("UnexpectedLambdaException", "%s invocation failed due to error %s.", t.name, code)
	}
	if s.settings.functions == nil {
		return nil, notRun(resourceNotFound)
	}
	s.mu.Unlock()
	defer s.mu.Lock()
	ctx, cancel := context.WithTimeout(context.Background(), triggerTimeout)
	defer cancel()
	answer, failed, err := s.settings.functions(ctx, *t.function, *t.pool.Arn, event)
	if refusal, ok := errors.AsType[*wire.Error](err); ok {
		return nil, notRun(refusal.Code)
	}
	if err != nil {
		return nil, notRun(err.Error())
	}
	if failed {
		// amplify-flutter#1051 quotes it.
		var failure struct{ ErrorMessage string }
		if err := json.Unmarshal(answer, &failure); err != nil {
			return nil, err
		}
		return nil, wire.Errorf("UserLambdaValidationException", "%s failed with error %s.", t.name, failure.ErrorMessage)
	}
	return answer, nil
}

// told are the attributes of a user that functions are told.
func (u *user) told() map[string]string {
	attributes := maps.Clone(u.attributes)
	if u.status != "" {
		attributes["cognito:user_status"] = string(u.status)
	}
	return attributes
}

// Sources of PreSignUp and PostConfirmation.
const (
	signUpBySelf      = "SignUp"
	signUpByAdmin     = "AdminCreateUser"
	confirmedSignUp   = "ConfirmSignUp"
	confirmedPassword = "ConfirmForgotPassword"
)

// signUpVerdict is what a function of PreSignUp says of who signs up.
type signUpVerdict struct {
	AutoConfirmUser bool `json:"autoConfirmUser"`
	AutoVerifyEmail bool `json:"autoVerifyEmail"`
	AutoVerifyPhone bool `json:"autoVerifyPhone"`
}

// verify marks the addresses that need no code.
func (v *signUpVerdict) verify(u *user) {
	if v.AutoVerifyEmail && u.attributes["email"] != "" {
		u.attributes["email_verified"] = "true"
	}
	if v.AutoVerifyPhone && u.attributes["phone_number"] != "" {
		u.attributes["phone_number_verified"] = "true"
	}
}

func (s *Service) preSignUp(p *pool, c *client, u *user, source string, validation []types.AttributeType) (*signUpVerdict, error) {
	data := map[string]string{}
	for _, a := range validation {
		data[*a.Name] = aws.ToString(a.Value)
	}
	verdict := &signUpVerdict{}
	return verdict, s.call(trigger{
		name: "PreSignUp", function: p.LambdaConfig.PreSignUp, source: "PreSignUp_" + source, pool: p, client: c, user: u,
		request: map[string]any{"validationData": data},
	}, verdict)
}

// postConfirmation: a function that fails does not undo the confirmation (user-pool-lambda-post-confirmation.html).
func (s *Service) postConfirmation(p *pool, c *client, u *user, source string) error {
	return s.call(trigger{
		name: "PostConfirmation", function: p.LambdaConfig.PostConfirmation, source: "PostConfirmation_" + source, pool: p, client: c, user: u,
		request: map[string]any{},
	}, &struct{}{})
}

// preAuthentication asks about users who exist. AWS also tells a function of others where the client keeps them secret.
func (s *Service) preAuthentication(c *client, login string, metadata map[string]string) error {
	u := c.pool.find(login)
	if u == nil {
		return nil
	}
	return s.call(trigger{
		name: "PreAuthentication", function: c.pool.LambdaConfig.PreAuthentication, source: "PreAuthentication_Authentication",
		pool: c.pool, client: c, user: u,
		request: map[string]any{"validationData": metadata, "userNotFound": false},
	}, &struct{}{})
}

func (s *Service) postAuthentication(c *client, u *user) error {
	return s.call(trigger{
		name: "PostAuthentication", function: c.pool.LambdaConfig.PostAuthentication, source: "PostAuthentication_Authentication",
		pool: c.pool, client: c, user: u,
		request: map[string]any{"newDeviceUsed": false},
	}, &struct{}{})
}

// messageSource is what a message is for.
type messageSource = string

// The sources of CustomMessage.
const (
	messageOfSignUp       messageSource = "SignUp"
	messageOfInvitation   messageSource = "AdminCreateUser"
	messageOfRecovery     messageSource = "ForgotPassword"
	messageOfUpdate       messageSource = "UpdateUserAttribute"
	messageOfVerification messageSource = "VerifyUserAttribute"
	messageOfSignIn       messageSource = "Authentication"
)

// customMessage lets a function write a message. What it leaves out is the pool's own.
func (s *Service) customMessage(p *pool, c *client, u *user, source messageSource, m *Message) error {
	var texts struct {
		SMSMessage   *string `json:"smsMessage"`
		EmailMessage *string `json:"emailMessage"`
		EmailSubject *string `json:"emailSubject"`
	}
	err := s.call(trigger{
		name: "CustomMessage", function: p.LambdaConfig.CustomMessage, source: "CustomMessage_" + source, pool: p, client: c, user: u,
		request: map[string]any{"codeParameter": "{####}", "usernameParameter": "{username}"},
	}, &texts)
	if err != nil {
		return err
	}
	body := texts.EmailMessage
	if m.Medium == types.DeliveryMediumTypeSms {
		body = texts.SMSMessage
	}
	if aws.ToString(body) != "" {
		m.Body = *body
	}
	if aws.ToString(texts.EmailSubject) != "" {
		m.Subject = *texts.EmailSubject
	}
	return nil
}
