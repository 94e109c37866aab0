package sts

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/securedapi/securedapi/hack/awslocal/iam"
	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// longest is for how long a session lasts unless its caller says less: nobody has raised the role's
// MaxSessionDuration, which is an hour (https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html).
const longest = time.Hour

// role is the target of AssumeRole. Its path isn't part of the ARN of a session
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns).
type role struct{ arn, partition, account, name string }

var roleRegexp = regexp.MustCompile(`^arn:(aws[a-z-]*):iam::(\d{12}):role/(?:[\x21-\x7e]+/)?([\w+=,.@-]{1,64})$`)

func (s *Service) assumeRole(req wire.Request, form url.Values) (assumeRoleResponse, *wire.Error) {
	duration, err := validate(form)
	if err != nil {
		return assumeRoleResponse{}, err
	}
	r, err := s.role(req.Caller, form.Get("RoleArn"))
	if err != nil {
		return assumeRoleResponse{}, err
	}
	if duration > longest {
		limit := "the MaxSessionDuration set for this role."
		if req.Caller.Session != nil {
			limit = "the 1 hour session limit for roles assumed by role chaining."
		}
		return assumeRoleResponse{}, wire.Errorf("ValidationError", "The requested DurationSeconds exceeds %s", limit)
	}
	tags, err := sessionTags(form)
	if err != nil {
		return assumeRoleResponse{}, err
	}
	policy := form.Get("Policy")
	if policy != "" {
		if _, err := iam.Parse("session", []byte(policy)); err != nil {
			return assumeRoleResponse{}, wire.Errorf("MalformedPolicyDocument", "%v", err)
		}
	}
	p := newSession(r, form.Get("RoleSessionName"), tags, req.Now, duration)
	p.Session.Policy = policy
	return assumeRoleResponse{
		AssumedRoleID: p.ID,
		ARN:           p.ARN,
		AccessKeyID:   p.Key,
		SecretKey:     newSecret(),
		SessionToken:  s.keep(p),
		Expiration:    p.Session.Expires.UTC().Format(time.RFC3339),
	}, nil
}

// keep remembers a session and returns its token.
func (s *Service) keep(p wire.Principal) string {
	token := rand.Text() + rand.Text() + rand.Text()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions[p.Key] = session{p, token}
	return token
}

func newSecret() string { return rand.Text() + rand.Text()[:14] }

// Issue makes a session in a role without a call of AssumeRole. The session does not expire.
func (s *Service) Issue(roleARN, name string, tags map[string]string) (aws.Credentials, error) {
	m := roleRegexp.FindStringSubmatch(roleARN)
	if m == nil {
		return aws.Credentials{}, fmt.Errorf("%q is no role", roleARN)
	}
	p := newSession(role{roleARN, m[1], m[2], m[3]}, name, tags, s.env.Clock.Now(), 0)
	p.Session.Expires = time.Time{}
	return aws.Credentials{AccessKeyID: p.Key, SecretAccessKey: newSecret(), SessionToken: s.keep(p)}, nil
}

// input is the request as the SDK has it.
func input(form url.Values) *sdk.AssumeRoleInput {
	in := &sdk.AssumeRoleInput{RoleArn: aws.String(form.Get("RoleArn")), RoleSessionName: aws.String(form.Get("RoleSessionName"))}
	if form.Has("ExternalId") {
		in.ExternalId = aws.String(form.Get("ExternalId"))
	}
	for i := 1; form.Has("Tags.member." + strconv.Itoa(i) + ".Key"); i++ {
		member := "Tags.member." + strconv.Itoa(i)
		in.Tags = append(in.Tags, types.Tag{Key: aws.String(form.Get(member + ".Key")), Value: aws.String(form.Get(member + ".Value"))})
	}
	return in
}

// role finds the role, if the caller may assume it. Like on AWS, the words don't tell whether there is one.
func (s *Service) role(caller wire.Principal, arn string) (role, *wire.Error) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" || parts[1] == "" || parts[2] == "" || parts[5] == "" {
		return role{}, wire.Errorf("ValidationError", "%s is invalid", arn)
	}
	m := roleRegexp.FindStringSubmatch(arn)
	s.mu.Lock()
	defer s.mu.Unlock()
	if m == nil || s.denied[arn] {
		return role{}, &wire.Error{
			Code:    "AccessDenied",
			Message: fmt.Sprintf("User: %s is not authorized to perform: sts:AssumeRole on resource: %s", caller.ARN, arn),
			Status:  http.StatusForbidden,
		}
	}
	return role{arn: arn, partition: m[1], account: m[2], name: m[3]}, nil
}

func newSession(r role, name string, tags map[string]string, now time.Time, duration time.Duration) wire.Principal {
	id := r.id()
	return wire.Principal{
		Account: r.account,
		ARN:     fmt.Sprintf("arn:%s:sts::%s:assumed-role/%s/%s", r.partition, r.account, r.name, name),
		ID:      id + ":" + name,
		Key:     temporaryPrefix + rand.Text()[:20-len(temporaryPrefix)],
		Session: &wire.Session{
			RoleARN: r.arn, RoleID: id, Name: name, Tags: tags,
			// The answer has whole seconds.
			Created: now, Expires: now.Truncate(time.Second).Add(duration),
		},
	}
}

// id is the unique id of a role, which looks like AROA1234567890EXAMPLE and is the same for the same role.
func (r role) id() string {
	sum := sha256.Sum256([]byte(r.arn))
	return "AROA" + base32.StdEncoding.EncodeToString(sum[:])[:17]
}

// sessionTags reads the tags, whose keys are the same whatever their case.
func sessionTags(form url.Values) (map[string]string, *wire.Error) {
	tags, folded := map[string]string{}, map[string]bool{}
	for i := 1; ; i++ {
		member := "Tags.member." + strconv.Itoa(i)
		key := form.Get(member + ".Key")
		if key == "" {
			return tags, nil
		}
		if folded[strings.ToLower(key)] {
			return nil, wire.Errorf("InvalidParameterValue",
				"Duplicate tag keys found. Please note that Tag keys are case insensitive.")
		}
		folded[strings.ToLower(key)] = true
		tags[key] = form.Get(member + ".Value")
	}
}
