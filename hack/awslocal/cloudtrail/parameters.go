package cloudtrail

import (
	"maps"
	"strings"
)

// Services by their name in a signature.
const (
	cognito    = "cognito-idp"
	apiGateway = "apigateway"
	lambda     = "lambda"
)

// name is the operation's name. Lambda's have the date and the version of its API behind them, although AWS announced
// in 2021 that they wouldn't any more (SummitRoute/aws_breaking_changes#53): it is AddPermission20150331v2 in the event
// that DataDog/stratus-red-team recorded on 2024-08-01 (aws.persistence.lambda-backdoor-function).
func (c Call) name() string {
	if c.Service == lambda {
		return c.Call.Operation + "20150331v2"
	}
	return c.Call.Operation
}

// requestParameters holds what was asked, all in one object, but for API Gateway: there what is in the URI stands at the
// top, what is in the body below the name of the operation's input, and "template" beside them. Sources: GetResource in
// https://docs.aws.amazon.com/apigateway/latest/developerguide/cloudtrail.html; createDeploymentInput.stageName, which
// SumoLogic/sumologic-aws-lambda reads (awsresource.py); putIntegrationInput in a log of 2021-11-15 that was published
// with the solution of a security game. A document that was imported is left out: no event of one is to be found.
func (c Call) requestParameters() (map[string]any, error) {
	uri, body, err := c.Call.Documents()
	if err != nil {
		return nil, err
	}
	if c.Service != apiGateway {
		maps.Copy(uri, body)
		return c.public(uri), nil
	}
	delete(uri, "body")
	if len(body) > 0 {
		uri[strings.ToLower(c.Call.Operation[:1])+c.Call.Operation[1:]+"Input"] = body
	}
	uri["template"] = false
	return uri, nil
}

// responseElements holds what was answered, as programs read it: userPoolClient.clientId of Cognito, id of API Gateway
// (port-labs/port-docs, "Run on events"), statement of Lambda (stratus-red-team). API Gateway's links are left out.
func (c Call) responseElements() (map[string]any, error) {
	if c.Answer.Output == nil {
		return nil, nil
	}
	answered, err := c.Answer.Document()
	if err != nil {
		return nil, err
	}
	return c.public(answered), nil
}

// concealed is what Cognito writes for a secret, or for what tells who a user is
// (https://docs.aws.amazon.com/cognito/latest/developerguide/understanding-amazon-cognito-entries.html).
const concealed = "HIDDEN_DUE_TO_SECURITY_REASONS"

// secrets are the members of Cognito's operations that are concealed. The page shows some of them, an event quoted in
// 2025 shows authParameters, and the others are of the same kind.
var secrets = map[string]bool{
	"accessToken": true, "attributes": true, "authenticationResult": true, "authParameters": true,
	"challengeParameters": true, "challengeResponses": true, "clientSecret": true, "confirmationCode": true,
	"password": true, "secretHash": true, "session": true, "temporaryPassword": true, "userAttributes": true,
	"username": true, "validationData": true,
}

// public conceals what is secret. Nothing at all becomes null.
func (c Call) public(object map[string]any) map[string]any {
	if len(object) == 0 {
		return nil
	}
	if c.Service == cognito {
		conceal(object)
	}
	return object
}

func conceal(value any) {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			if secrets[name] {
				value[name] = concealed
			} else {
				conceal(member)
			}
		}
	case []any:
		for _, member := range value {
			conceal(member)
		}
	}
}
