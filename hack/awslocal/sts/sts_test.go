package sts_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/securedapi/securedapi/hack/awslocal/sts"
	"github.com/securedapi/securedapi/hack/awslocal/wire"
	"github.com/securedapi/securedapi/hack/awslocal/wire/wiretest"
)

const (
	ours    = "111111111111"
	theirs  = "222222222222"
	roleARN = "arn:aws:iam::" + theirs + ":role/Deployer"
)

// fixture is STS and a client of it, who is the root user of ours.
type fixture struct {
	t       *testing.T
	service *sts.Service
	clock   *clocktesting.FakeClock
	client  *sdk.Client
}

func start(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{t: t, clock: clocktesting.NewFakeClock(time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC))}
	f.service = sts.New(wire.Env{Clock: f.clock}, ours)
	f.client = f.as(wire.Root(ours, "KEY"))
	return f
}

// as returns a client who is somebody.
func (f *fixture) as(caller wire.Principal) *sdk.Client {
	req := wire.Request{Account: caller.Account, Region: "us-east-1", Now: f.clock.Now(), Caller: caller}
	return sdk.NewFromConfig(wiretest.Serve(f.t, f.service.Protocol(), req))
}

// assume assumes the role, changed from what a caller usually asks for.
func (f *fixture) assume(changes ...func(*sdk.AssumeRoleInput)) (*sdk.AssumeRoleOutput, error) {
	in := &sdk.AssumeRoleInput{RoleArn: aws.String(roleARN), RoleSessionName: aws.String("notes")}
	for _, change := range changes {
		change(in)
	}
	return f.client.AssumeRole(f.t.Context(), in)
}

// session assumes the role and returns who that is.
func (f *fixture) session(changes ...func(*sdk.AssumeRoleInput)) wire.Principal {
	f.t.Helper()
	out, err := f.assume(changes...)
	if err != nil {
		f.t.Fatal(err)
	}
	p, err := f.service.Principal(*out.Credentials.AccessKeyId, *out.Credentials.SessionToken)
	if err != nil {
		f.t.Fatal(err)
	}
	return p
}

func role(arn string) func(*sdk.AssumeRoleInput) {
	return func(in *sdk.AssumeRoleInput) { in.RoleArn = &arn }
}

func name(name string) func(*sdk.AssumeRoleInput) {
	return func(in *sdk.AssumeRoleInput) { in.RoleSessionName = &name }
}

func duration(seconds int32) func(*sdk.AssumeRoleInput) {
	return func(in *sdk.AssumeRoleInput) { in.DurationSeconds = &seconds }
}

func tags(pairs ...string) func(*sdk.AssumeRoleInput) {
	return func(in *sdk.AssumeRoleInput) {
		for i := 0; i < len(pairs); i += 2 {
			in.Tags = append(in.Tags, types.Tag{Key: &pairs[i], Value: &pairs[i+1]})
		}
	}
}

// Sources.
const (
	recorded = "LocalStack's recordings of AWS, test_sts.snapshot.json: "
	apiDoc   = "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html: "
)

func TestIdentities(t *testing.T) {
	tests := []struct {
		reason, source string
		who            func(f *fixture) wire.Principal
		want           [3]string // account, ARN, user id; "*" is the role's id
	}{
		{
			"an access key is the root user's of its account",
			"https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html",
			func(*fixture) wire.Principal { return wire.Root(theirs, "KEY") },
			[3]string{theirs, "arn:aws:iam::" + theirs + ":root", theirs},
		},
		{
			"who assumes a role is in the role's account", recorded + "test_get_caller_identity_with_assumed_role_credentials, 2026-02-09",
			func(f *fixture) wire.Principal { return f.session() },
			[3]string{theirs, "arn:aws:sts::" + theirs + ":assumed-role/Deployer/notes", "*:notes"},
		},
		{
			"a role's path isn't part of its session",
			"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns",
			func(f *fixture) wire.Principal {
				return f.session(role("arn:aws:iam::" + theirs + ":role/a/b/Deployer"))
			},
			[3]string{theirs, "arn:aws:sts::" + theirs + ":assumed-role/Deployer/notes", "*:notes"},
		},
		{
			"a session may assume another role, in yet another account",
			"https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html, role chaining",
			func(f *fixture) wire.Principal {
				f.client = f.as(f.session())
				return f.session(role("arn:aws:iam::333333333333:role/Other"))
			},
			[3]string{"333333333333", "arn:aws:sts::333333333333:assumed-role/Other/notes", "*:notes"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			wiretest.Source(t, tt.source)
			f := start(t)
			out, err := f.as(tt.who(f)).GetCallerIdentity(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			got := [3]string{*out.Account, *out.Arn, *out.UserId}
			if id, rest, ok := strings.Cut(got[2], ":"); ok && strings.HasPrefix(id, "AROA") && len(id) == 21 {
				got[2] = "*:" + rest
			}
			if got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestCredentials(t *testing.T) {
	f := start(t)
	out, err := f.assume(tags("namespace", "default", "name", "notes"), duration(900))
	if err != nil {
		t.Fatal(err)
	}
	c := out.Credentials
	if !strings.HasPrefix(*c.AccessKeyId, "ASIA") || len(*c.AccessKeyId) != 20 || len(*c.SecretAccessKey) != 40 {
		t.Errorf("keys: %s, %d characters of secret", *c.AccessKeyId, len(*c.SecretAccessKey))
	}
	if want := f.clock.Now().Add(15 * time.Minute); !c.Expiration.Equal(want) {
		t.Errorf("expires %s, want %s", c.Expiration, want)
	}
	p, err := f.service.Principal(*c.AccessKeyId, *c.SessionToken)
	if err != nil || p.ARN != *out.AssumedRoleUser.Arn || p.ID != *out.AssumedRoleUser.AssumedRoleId {
		t.Fatalf("whose key it is: %+v, %v", p, err)
	}
	want := map[string]string{"namespace": "default", "name": "notes"}
	if diff := cmp.Diff(want, p.Session.Tags); diff != "" {
		t.Errorf("tags: -want +got:\n%s", diff)
	}
	if again := f.session(); again.Session.RoleID != p.Session.RoleID || again.Key == p.Key {
		t.Errorf("the same role again: %+v after %+v", again, p)
	}
}

func TestWhoseKey(t *testing.T) {
	f := start(t)
	out, err := f.assume()
	if err != nil {
		t.Fatal(err)
	}
	temporary, token := *out.Credentials.AccessKeyId, *out.Credentials.SessionToken
	tests := []struct {
		reason, key, token string
		after              time.Duration
		want               string // the account
		wantErr            error
	}{
		{"any key is the server's own account's", "AKIAEXAMPLE", "", 0, ours, nil},
		{"so is a session's from somewhere else", "ASIAEXAMPLE", "token", 0, ours, nil},
		{"twelve digits are an account", "333333333333", "", 0, "333333333333", nil},
		{"a session's is its role's account's", temporary, token, 0, theirs, nil},
		{"not without its token", temporary, "", 0, ours, sts.ErrInvalidToken},
		{"nor with another", temporary, token + "x", 0, ours, sts.ErrInvalidToken},
		{"nor with one that isn't known any more", "ASIALOCAL1234567890A", token, 0, ours, sts.ErrInvalidToken},
		{"until the hour is over", temporary, token, time.Hour - time.Second, theirs, nil},
		{"and then no more", temporary, token, time.Second, theirs, sts.ErrExpiredToken},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			f.clock.Step(tt.after)
			p, err := f.service.Principal(tt.key, tt.token)
			if p.Account != tt.want || !errors.Is(err, tt.wantErr) {
				t.Errorf("got %s, %v, want %s, %v", p.Account, err, tt.want, tt.wantErr)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	tests := []struct {
		reason, source string
		do             func(f *fixture) error
		want           string
	}{
		{
			"a role that the caller may not assume", "Netflix/security_monkey#77",
			func(f *fixture) error { f.service.Deny(roleARN); _, err := f.assume(); return err },
			"403 AccessDenied: User: arn:aws:iam::" + ours + ":root is not authorized to perform: sts:AssumeRole on resource: " + roleARN,
		},
		{
			"what isn't a role", "amzn/selling-partner-api-models#2523",
			func(f *fixture) error { _, err := f.assume(role("arn:aws:iam::" + theirs + ":user/ann")); return err },
			"403 AccessDenied: User: arn:aws:iam::" + ours + ":root is not authorized to perform: sts:AssumeRole on resource: " +
				"arn:aws:iam::" + theirs + ":user/ann",
		},
		{
			"what isn't an ARN", recorded + "test_sts_invalid_parameters, 2025-07-21",
			func(f *fixture) error { _, err := f.assume(role("nothing-valid-in-here")); return err },
			"400 ValidationError: nothing-valid-in-here is invalid",
		},
		{
			"an ARN of nothing", recorded + "test_sts_invalid_parameters, 2025-07-21",
			func(f *fixture) error { _, err := f.assume(role("arn:a:a::aaaaaaaaaa:")); return err },
			"400 ValidationError: arn:a:a::aaaaaaaaaa: is invalid",
		},
		{
			"an ARN that is too short", "mmmorris1975/aws-runas#80",
			func(f *fixture) error { _, err := f.assume(role("Deployer")); return err },
			"400 ValidationError: 1 validation error detected: Value 'Deployer' at 'roleArn' failed to satisfy constraint: " +
				"Member must have length greater than or equal to 20",
		},
		{
			"a session name with a colon", recorded + "test_sts_invalid_parameters, 2025-07-21",
			func(f *fixture) error { _, err := f.assume(name("Session1:2")); return err },
			"400 ValidationError: 1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy " +
				`constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*`,
		},
		{
			"a session name that is too long", recorded + "test_assume_role_session_name_too_long, 2026-02-09",
			func(f *fixture) error { _, err := f.assume(name(strings.Repeat("s", 65))); return err },
			"400 ValidationError: 1 validation error detected: Value '" + strings.Repeat("s", 65) + "' at 'roleSessionName' " +
				"failed to satisfy constraint: Member must have length less than or equal to 64",
		},
		{
			"two things at once", "mmmorris1975/aws-runas#80",
			func(f *fixture) error { _, err := f.assume(role("x"), name("a:b")); return err },
			"400 ValidationError: 2 validation errors detected: Value 'x' at 'roleArn' failed to satisfy constraint: Member " +
				"must have length greater than or equal to 20; Value 'a:b' at 'roleSessionName' failed to satisfy constraint: " +
				`Member must satisfy regular expression pattern: [\w+=,.@-]*`,
		},
		{
			"less than 15 minutes", apiDoc + "DurationSeconds",
			func(f *fixture) error { _, err := f.assume(duration(899)); return err },
			"400 ValidationError: 1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: " +
				"Member must have value greater than or equal to 900",
		},
		{
			"longer than a role allows by default", "kreuzwerker/awsu#27",
			func(f *fixture) error { _, err := f.assume(duration(3601)); return err },
			"400 ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
		},
		{
			"longer than a session may assume a role", "aws/eks-anywhere#9485",
			func(f *fixture) error {
				f.client = f.as(f.session())
				_, err := f.assume(duration(3601))
				return err
			},
			"400 ValidationError: The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
		},
		{
			"a tag twice, whatever its case", recorded + "test_assume_role_tag_validation, 2025-04-10",
			func(f *fixture) error { _, err := f.assume(tags("Name", "a", "name", "b")); return err },
			"400 InvalidParameterValue: Duplicate tag keys found. Please note that Tag keys are case insensitive.",
		},
		{
			"a tag's value that is too long", apiDoc + "Tags",
			func(f *fixture) error { _, err := f.assume(tags("name", strings.Repeat("v", 257))); return err },
			"400 ValidationError: 1 validation error detected: Value '" + strings.Repeat("v", 257) + "' at 'tags.1.member.value' " +
				"failed to satisfy constraint: Member must have length less than or equal to 256",
		},
		{
			"an operation that isn't served", "https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html: InvalidAction",
			func(f *fixture) error { _, err := f.client.GetSessionToken(f.t.Context(), nil); return err },
			"400 InvalidAction: Could not find operation GetSessionToken for version 2011-06-15",
		},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			wiretest.Source(t, tt.source)
			err := tt.do(start(t))
			e, ok := errors.AsType[smithy.APIError](err)
			response, _ := errors.AsType[*smithyhttp.ResponseError](err)
			if !ok || response == nil {
				t.Fatalf("got %v, want a refusal", err)
			}
			status := map[int]string{400: "400 ", 403: "403 "}[response.HTTPStatusCode()]
			if diff := cmp.Diff(tt.want, status+e.ErrorCode()+": "+e.ErrorMessage()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestAllowUndoesDeny(t *testing.T) {
	f := start(t)
	f.service.Deny(roleARN)
	f.service.Allow(roleARN)
	if _, err := f.assume(); err != nil {
		t.Error(err)
	}
}
