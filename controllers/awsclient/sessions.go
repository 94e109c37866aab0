package awsclient

import (
	"context"
	"fmt"
	"regexp"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/securedapi/securedapi/controllers/awsclient/quota"
)

// Session tags, for conditions in the role's policies (aws:PrincipalTag).
const (
	SessionTagCluster   = "securedapi.dev/cluster"
	SessionTagNamespace = "securedapi.dev/namespace"
	SessionTagName      = "securedapi.dev/name"
)

// sessions are credentials of a role. Each object has a session of its own, tagged with its namespace and name; the
// context of a call says which object it is for, so the clients are the same for all.
type sessions struct {
	sts     *sts.Client
	role    string
	cluster string

	mu       sync.Mutex
	byObject map[string]*aws.CredentialsCache
}

// refreshBefore is how long before its end a session is renewed: longer than any call takes.
const refreshBefore = 5 * time.Minute

// Retrieve returns the credentials of the session of the object that the context names.
func (s *sessions) Retrieve(ctx context.Context) (aws.Credentials, error) {
	credentials, err := s.of(quota.CallerOf(ctx)).Retrieve(ctx)
	if err != nil {
		return aws.Credentials{}, fmt.Errorf("assume role %s: %w", s.role, err)
	}
	return credentials, nil
}

func (s *sessions) of(object quota.Caller) *aws.CredentialsCache {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := object.Namespace + "/" + object.Name
	if session, ok := s.byObject[id]; ok {
		return session
	}
	session := aws.NewCredentialsCache(
		stscreds.NewAssumeRoleProvider(s.sts, s.role, func(o *stscreds.AssumeRoleOptions) {
			o.RoleSessionName = sessionName(object)
			o.ExternalID = aws.String(ExternalID(s.cluster, object.Namespace))
			o.Tags = []types.Tag{
				{Key: aws.String(SessionTagCluster), Value: &s.cluster},
				{Key: aws.String(SessionTagNamespace), Value: &object.Namespace},
				{Key: aws.String(SessionTagName), Value: &object.Name},
			}
		}),
		func(o *aws.CredentialsCacheOptions) { o.ExpiryWindow = refreshBefore },
	)
	s.byObject[id] = session
	return session
}

// ExternalID is the external id with which the operator of a cluster assumes a role for a namespace: <cluster id>/<namespace>. A trust
// policy that demands it (sts:ExternalId) lets no other namespace use the role, whoever names it
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html). A namespace has no slash, so the last one ends the
// cluster. What an external id may not have is replaced by -.
func ExternalID(cluster, namespace string) string {
	return notInExternalID.ReplaceAllString(cluster, "-") + "/" + namespace
}

// notInExternalID is what AssumeRole's ExternalId may not have.
var notInExternalID = regexp.MustCompile(`[^\w+=,.@:/-]`)

// forget drops an object's session.
func (s *sessions) forget(object quota.Caller) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byObject, object.Namespace+"/"+object.Name)
}

// notInSessionName is what a role session's name may not have (AssumeRole, RoleSessionName), which is at most 64 long.
var notInSessionName = regexp.MustCompile(`[^\w+=,.@-]`)

const maxSessionName = 64

// sessionName is what CloudTrail shows of who called.
func sessionName(object quota.Caller) string {
	name := notInSessionName.ReplaceAllString("securedapi-"+object.Namespace+"-"+object.Name, "-")
	return name[:min(len(name), maxSessionName)]
}

// RoleAccount returns the account of a role, or an error that says what is wrong with its ARN.
func RoleAccount(role string) (string, error) {
	parsed, err := arn.Parse(role)
	if err != nil || parsed.Service != "iam" || parsed.AccountID == "" {
		return "", fmt.Errorf("%q is not the ARN of a role, like arn:aws:iam::111122223333:role/securedapi", role)
	}
	return parsed.AccountID, nil
}
