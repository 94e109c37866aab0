package main

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/securedapi/securedapi/hack/awslocal/lambda"
)

// The functions that the recipe and the other samples name, and what those of routes say.
const (
	registeredFunction = "RegisteredHandler"
	guestFunction      = "GuestHandler"
)

var messages = map[string]string{
	registeredFunction: "Only registered users read this.",
	guestFunction:      "Anybody may read this.",
	"Hello":            "Hello.",
	"ListProducts":     "There are no products yet.",
	"AddProduct":       "It was added.",
	"Orders":           "There are no orders yet.",
	"Books":            "There are no books yet.",
	"Loans":            "There are no loans yet.",
	"Documents":        "There are no documents yet.",
}

// handlers are all functions.
var handlers = func() map[string]lambda.Handler {
	all := map[string]lambda.Handler{"Teams": addTeam}
	for name, message := range messages {
		all[name] = greet(message)
	}
	return all
}()

var functions = slices.Sorted(maps.Keys(handlers))

// greet returns a Lambda function that says something, and to whom if it knows. Its input and output are those of a
// proxy integration, which leaves all headers to the function, CORS included:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
func greet(message string) lambda.Handler {
	return func(_ context.Context, event json.RawMessage) (any, error) {
		var in struct {
			RequestContext struct {
				Authorizer struct {
					Claims struct {
						Email string `json:"email"`
					} `json:"claims"`
				} `json:"authorizer"`
			} `json:"requestContext"`
		}
		if err := json.Unmarshal(event, &in); err != nil {
			return nil, err
		}
		body, err := json.Marshal(greeting{Message: message, Who: in.RequestContext.Authorizer.Claims.Email})
		if err != nil {
			return nil, err
		}
		return map[string]any{
			"statusCode": http.StatusOK,
			"headers":    map[string]string{"Content-Type": "application/json", "Access-Control-Allow-Origin": "*"},
			"body":       string(body),
		}, nil
	}
}

// addTeam is a function for PreTokenGeneration: a user's team is the domain of the address. Its input and output are those of
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html, version V1_0.
func addTeam(_ context.Context, event json.RawMessage) (any, error) {
	var in struct {
		Request struct {
			UserAttributes struct {
				Email string `json:"email"`
			} `json:"userAttributes"`
		} `json:"request"`
	}
	if err := json.Unmarshal(event, &in); err != nil {
		return nil, err
	}
	_, team, _ := strings.Cut(in.Request.UserAttributes.Email, "@")
	return map[string]any{
		"response": map[string]any{"claimsOverrideDetails": map[string]any{"claimsToAddOrOverride": map[string]string{"team": team}}},
	}, nil
}

// greeting is what the functions of routes answer.
type greeting struct {
	Message string `json:"message"`
	Who     string `json:"who,omitempty"`
}
