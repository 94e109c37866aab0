package drift

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/securedapi/securedapi/controllers/attached/invoke"
)

// Change is a call that may have changed a resource of a SecuredAPI.
type Change struct {
	Place
	// Pool is the user pool's id, or API the REST API's, that it was made on.
	Pool, API string
	// Operation is what was called, and Principal the ARN of who called.
	Operation, Principal string
	// Signed says that the call carries the operator's signature, which anyone can write into a user agent.
	Signed bool
}

// detailType is EventBridge's word for a call that CloudTrail wrote down.
const detailType = "AWS API Call via CloudTrail"

// event is what is read of such an event. Frame:
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html; detail:
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html.
type event struct {
	DetailType string `json:"detail-type"`
	Detail     struct {
		EventSource        string `json:"eventSource"`
		EventName          string `json:"eventName"`
		AWSRegion          string `json:"awsRegion"`
		RecipientAccountID string `json:"recipientAccountId"`
		UserAgent          string `json:"userAgent"`
		ReadOnly           bool   `json:"readOnly"`
		ErrorCode          string `json:"errorCode"`
		UserIdentity       struct {
			ARN string `json:"arn"`
		} `json:"userIdentity"`
		RequestParameters parameters `json:"requestParameters"`
	} `json:"detail"`
}

// parameters are those that name what a call is made on.
type parameters struct {
	UserPoolID  string `json:"userPoolId"`
	RestAPIID   string `json:"restApiId"`
	ResourceARN string `json:"resourceArn"`
	StatementID string `json:"statementId"`
}

// pool is the id in a user pool's ARN.
func (p parameters) pool() string {
	_, id, _ := strings.Cut(p.ResourceARN, ":userpool/")
	return id
}

// ParseEvent returns the change in an event of EventBridge; false for a call that only read or failed, or that concerns no
// SecuredAPI.
func ParseEvent(body, signature string) (Change, bool, error) {
	var e event
	if err := json.Unmarshal([]byte(body), &e); err != nil {
		return Change{}, false, fmt.Errorf("parse an event of EventBridge: %w", err)
	}
	d := &e.Detail
	if e.DetailType != detailType {
		return Change{}, false, fmt.Errorf("an event is %q, not %q", e.DetailType, detailType)
	}
	if d.ReadOnly || d.ErrorCode != "" {
		return Change{}, false, nil
	}
	c := Change{
		Place: Place{d.RecipientAccountID, d.AWSRegion}, Operation: d.EventName, Principal: d.UserIdentity.ARN,
		Signed: signed(d.UserAgent, signature),
	}
	switch d.EventSource {
	case "cognito-idp.amazonaws.com":
		if !concernsUsers(d.EventName) {
			c.Pool = d.RequestParameters.UserPoolID
			if c.Pool == "" {
				c.Pool = d.RequestParameters.pool()
			}
		}
	case "wafv2.amazonaws.com":
		// It names what a web ACL is put on or taken off (panther-labs/panther-analysis, aws_waf_disassociation).
		c.Pool = d.RequestParameters.pool()
	case "apigateway.amazonaws.com":
		c.API = d.RequestParameters.RestAPIID
		if c.API == "" {
			_, path, _ := strings.Cut(d.RequestParameters.ResourceARN, "::/restapis/")
			c.API, _, _ = strings.Cut(path, "/")
		}
	case "lambda.amazonaws.com":
		// A function serves many: whose a statement is, its id tells.
		if root := invoke.StatementRoot(d.RequestParameters.StatementID); strings.Contains(root, "_") {
			c.Pool = root
		} else {
			c.API = root
		}
	}
	return c, c.Pool != "" || c.API != "", nil
}

// concernsUsers says that a call is on the users of a pool, who come and go, and not on the pool. Every other call that names a
// pool may be drift, also one that this version does not know.
func concernsUsers(operation string) bool {
	return strings.HasPrefix(operation, "Admin") || strings.Contains(operation, "UserImportJob") || operation == "UpdateAuthEventFeedback"
}

// signed says whether the signature is a word of a user agent. CloudTrail puts some in brackets.
func signed(userAgent, signature string) bool {
	for word := range strings.FieldsSeq(strings.Trim(userAgent, "[]")) {
		if word == signature {
			return true
		}
	}
	return false
}
