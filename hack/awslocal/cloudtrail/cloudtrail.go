// Package cloudtrail turns a call of the control plane into the event that CloudTrail logs and EventBridge delivers.
//
// The frame is documented (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html,
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html). What was
// asked and what was answered is the service's own affair, and of that there are examples only: each difference between
// services stands in parameters.go with the event that shows it.
package cloudtrail

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// Call is a call that succeeded and may have changed something.
type Call struct {
	// Service is the name in the signature.
	Service string
	Request wire.Request
	Call    wire.Call
	Answer  wire.Response

	RequestID, UserAgent, SourceIP string
}

// event is an event of EventBridge.
type event struct {
	Version    string   `json:"version"`
	ID         string   `json:"id"`
	DetailType string   `json:"detail-type"`
	Source     string   `json:"source"`
	Account    string   `json:"account"`
	Time       string   `json:"time"`
	Region     string   `json:"region"`
	Resources  []string `json:"resources"`
	Detail     record   `json:"detail"`
}

// record is an event of CloudTrail.
type record struct {
	EventVersion       string         `json:"eventVersion"`
	UserIdentity       userIdentity   `json:"userIdentity"`
	EventTime          string         `json:"eventTime"`
	EventSource        string         `json:"eventSource"`
	EventName          string         `json:"eventName"`
	AWSRegion          string         `json:"awsRegion"`
	SourceIPAddress    string         `json:"sourceIPAddress"`
	UserAgent          string         `json:"userAgent"`
	RequestParameters  map[string]any `json:"requestParameters"` // null if there are none
	ResponseElements   map[string]any `json:"responseElements"`  // null if there are none
	RequestID          string         `json:"requestID"`
	EventID            string         `json:"eventID"`
	ReadOnly           bool           `json:"readOnly"`
	EventType          string         `json:"eventType"`
	ManagementEvent    bool           `json:"managementEvent"`
	RecipientAccountID string         `json:"recipientAccountId"`
	EventCategory      string         `json:"eventCategory"`
}

// Event returns the event of a call.
func Event(c Call) (string, error) {
	asked, err := c.requestParameters()
	if err != nil {
		return "", fmt.Errorf("request parameters of %s: %w", c.Call.Operation, err)
	}
	answered, err := c.responseElements()
	if err != nil {
		return "", fmt.Errorf("response elements of %s: %w", c.Call.Operation, err)
	}
	at := timestamp(c.Request.Now)
	body, err := json.Marshal(event{
		Version:    "0",
		ID:         uuid.NewString(),
		DetailType: "AWS API Call via CloudTrail",
		Source:     "aws." + c.Service,
		Account:    c.Request.Account,
		Time:       at,
		Region:     c.Request.Region,
		Resources:  []string{},
		Detail: record{
			EventVersion:       "1.11",
			UserIdentity:       identify(c.Request.Caller),
			EventTime:          at,
			EventSource:        c.Service + ".amazonaws.com",
			EventName:          c.name(),
			AWSRegion:          c.Request.Region,
			SourceIPAddress:    c.SourceIP,
			UserAgent:          c.UserAgent,
			RequestParameters:  asked,
			ResponseElements:   answered,
			RequestID:          c.RequestID,
			EventID:            uuid.NewString(),
			EventType:          "AwsApiCall",
			ManagementEvent:    true,
			RecipientAccountID: c.Request.Account,
			EventCategory:      "Management",
		},
	})
	return string(body), err
}

func timestamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
