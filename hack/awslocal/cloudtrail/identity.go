package cloudtrail

import (
	"strings"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// userIdentity says who called
// (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html). Session
// tags aren't part of it: CloudTrail writes them down with AssumeRole.
type userIdentity struct {
	Type           string          `json:"type"`
	PrincipalID    string          `json:"principalId"`
	ARN            string          `json:"arn"`
	AccountID      string          `json:"accountId"`
	AccessKeyID    string          `json:"accessKeyId"`
	SessionContext *sessionContext `json:"sessionContext,omitempty"`
}

type sessionContext struct {
	SessionIssuer sessionIssuer     `json:"sessionIssuer"`
	Attributes    map[string]string `json:"attributes"`
}

type sessionIssuer struct {
	Type        string `json:"type"`
	PrincipalID string `json:"principalId"`
	ARN         string `json:"arn"`
	AccountID   string `json:"accountId"`
	UserName    string `json:"userName"`
}

func identify(p wire.Principal) userIdentity {
	identity := userIdentity{Type: "Root", PrincipalID: p.ID, ARN: p.ARN, AccountID: p.Account, AccessKeyID: p.Key}
	if p.Session != nil {
		identity.Type = "AssumedRole"
		identity.SessionContext = &sessionContext{
			SessionIssuer: sessionIssuer{
				Type:        "Role",
				PrincipalID: p.Session.RoleID,
				ARN:         p.Session.RoleARN,
				AccountID:   p.Account,
				UserName:    p.Session.RoleARN[strings.LastIndex(p.Session.RoleARN, "/")+1:],
			},
			Attributes: map[string]string{"creationDate": timestamp(p.Session.Created), "mfaAuthenticated": "false"},
		}
	}
	return identity
}
