package cognito

import (
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// Custom challenges: three functions ask and judge
// (https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-challenge.html). A flow that begins with SRP is not there.

// customRound is one challenge of a sign-in, as DefineAuthChallenge is told of it.
type customRound struct {
	Name     string `json:"challengeName"`
	Correct  bool   `json:"challengeResult"`
	Metadata string `json:"challengeMetadata,omitempty"`
}

// customSignIn is what a sign-in by custom challenges keeps: the rounds, and what only the functions know of the last.
type customSignIn struct {
	rounds  []customRound
	private map[string]string
}

var customFlow = authFlow{
	[]types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowCustomAuth, types.ExplicitAuthFlowsTypeCustomAuthFlowOnly},
	"CUSTOM_AUTH is not enabled for the client.",
	[]string{"USERNAME"},
	(*Service).customAuth,
}

func (s *Service) customAuth(c *client, parameters map[string]string, now time.Time) (*idp.InitiateAuthOutput, error) {
	if parameters["CHALLENGE_NAME"] != "" {
		return nil, wire.Errorf("UnsupportedOperationException", "The local AWS doesn't have CUSTOM_AUTH with %s", parameters["CHALLENGE_NAME"])
	}
	u, functions := c.pool.find(parameters["USERNAME"]), c.pool.LambdaConfig
	switch {
	case aws.ToString(functions.DefineAuthChallenge) == "", aws.ToString(functions.CreateAuthChallenge) == "",
		aws.ToString(functions.VerifyAuthChallengeResponse) == "":
		return nil, invalid("Custom auth lambda trigger is not configured for the user pool.") // aws-amplify threads quote it
	case u == nil:
		return nil, c.unknown("User does not exist.", errWrongPassword)
	case u.status == types.UserStatusTypeUnconfirmed:
		return nil, errUnconfirmed
	}
	next, err := s.define(c, u, &customSignIn{rounds: []customRound{}}, now)
	return s.conclude(c, u, next, err, now)
}

// define asks what comes next: tokens, which is nil, a refusal, or a challenge.
func (s *Service) define(c *client, u *user, custom *customSignIn, now time.Time) (*idp.InitiateAuthOutput, error) {
	var verdict struct {
		ChallengeName      string `json:"challengeName"`
		IssueTokens        bool   `json:"issueTokens"`
		FailAuthentication bool   `json:"failAuthentication"`
	}
	p := c.pool
	err := s.call(trigger{
		name: "DefineAuthChallenge", function: p.LambdaConfig.DefineAuthChallenge, source: "DefineAuthChallenge_Authentication",
		pool: p, client: c, user: u, request: map[string]any{"session": custom.rounds, "userNotFound": false},
	}, &verdict)
	switch {
	case err != nil:
		return nil, err
	case verdict.FailAuthentication:
		return nil, errWrongPassword
	case verdict.IssueTokens:
		return nil, nil
	case verdict.ChallengeName != string(types.ChallengeNameTypeCustomChallenge):
		return nil, wire.Errorf("InvalidLambdaResponseException", "Unrecognizable lambda output")
	}
	var created struct {
		Public   map[string]string `json:"publicChallengeParameters"`
		Private  map[string]string `json:"privateChallengeParameters"`
		Metadata string            `json:"challengeMetadata"`
	}
	if err := s.call(trigger{
		name: "CreateAuthChallenge", function: p.LambdaConfig.CreateAuthChallenge, source: "CreateAuthChallenge_Authentication",
		pool: p, client: c, user: u, request: map[string]any{"challengeName": verdict.ChallengeName, "session": custom.rounds},
	}, &created); err != nil {
		return nil, err
	}
	rounds := slices.Concat(custom.rounds, []customRound{{Name: verdict.ChallengeName, Metadata: created.Metadata}})
	parameters := map[string]string{"USERNAME": u.name}
	maps.Copy(parameters, created.Public)
	return s.ask(&challenge{
		name: types.ChallengeNameTypeCustomChallenge, client: c, user: u, custom: &customSignIn{rounds, created.Private},
	}, parameters, now), nil
}

// answerCustom lets a function judge an answer. A wrong one is no error: DefineAuthChallenge says what becomes of it.
func (s *Service) answerCustom(ch *challenge, responses map[string]string, now time.Time) (*idp.InitiateAuthOutput, error) {
	var judged struct {
		AnswerCorrect bool `json:"answerCorrect"`
	}
	p := ch.client.pool
	if err := s.call(trigger{
		name: "VerifyAuthChallengeResponse", function: p.LambdaConfig.VerifyAuthChallengeResponse,
		source: "VerifyAuthChallengeResponse_Authentication", pool: p, client: ch.client, user: ch.user,
		request: map[string]any{"privateChallengeParameters": ch.custom.private, "challengeAnswer": responses["ANSWER"]},
	}, &judged); err != nil {
		return nil, err
	}
	ch.custom.rounds[len(ch.custom.rounds)-1].Correct = judged.AnswerCorrect
	return s.define(ch.client, ch.user, ch.custom, now)
}
