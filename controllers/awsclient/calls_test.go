package awsclient_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/awsclient/quota"
	"github.com/securedapi/securedapi/hack/awslocal"
)

func TestIsOwnCall(t *testing.T) {
	const role = "arn:aws:iam::222222222222:role/teams/securedapi"
	for _, tc := range []struct {
		reason, role, principal string
		want                    bool
	}{
		{"the object's session in its namespace's role", role, "arn:aws:sts::222222222222:assumed-role/securedapi/securedapi-a-notes", true},
		{"another object's session", role, "arn:aws:sts::222222222222:assumed-role/securedapi/securedapi-b-notes", false},
		{"a person's session in the same role", role, "arn:aws:sts::222222222222:assumed-role/securedapi/ann", false},
		{"a session of the same name in another role", role, "arn:aws:sts::222222222222:assumed-role/dev/securedapi-a-notes", false},
		{"a role of the same name in another account", role, "arn:aws:sts::333333333333:assumed-role/securedapi/securedapi-a-notes", false},
		{"a user of the role's account", role, "arn:aws:iam::222222222222:user/ann", false},
		{"the operator's own user", "", "arn:aws:iam::111111111111:root", true},
		{"another user", "", "arn:aws:iam::111111111111:user/ann", false},
		{"nobody", "", "", false},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			server := awslocal.Start(t)
			factory, err := awsclient.New(server.Config(), quota.Options{}, prometheus.NewRegistry())
			if err != nil {
				t.Fatal(err)
			}
			clients, err := factory.For(awsclient.Target{Region: "us-east-1", Role: tc.role})
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if got := clients.Calls(t.Context(), "a", "notes", tc.principal); got != tc.want {
					t.Errorf("%s is ours: %v, want %v", tc.principal, got, tc.want)
				}
			}
			if calls := len(server.Calls()); calls > 1 {
				t.Errorf("got %d calls, want GetCallerIdentity once at most", calls)
			}
		})
	}
}

// The operator is in a session of its own role, which has another name in each pod.
func TestIsOwnCallInAnySessionOfTheRole(t *testing.T) {
	server := awslocal.Start(t)
	config := server.Config()
	config.Credentials = sessionIn(t, server, "arn:aws:iam::111111111111:role/operator", "pod-2")
	factory, err := awsclient.New(config, quota.Options{}, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	for principal, want := range map[string]bool{
		"arn:aws:sts::111111111111:assumed-role/operator/pod-2": true,
		"arn:aws:sts::111111111111:assumed-role/operator/pod-1": true,
		"arn:aws:sts::111111111111:assumed-role/dev/pod-2":      false,
		"arn:aws:sts::222222222222:assumed-role/operator/pod-2": false,
	} {
		if got := clientsFor(t, factory, "us-east-1").Calls(t.Context(), "a", "notes", principal); got != want {
			t.Errorf("%s is ours: %v, want %v", principal, got, want)
		}
	}
}

// sessionIn are credentials of a session in a role.
func sessionIn(t *testing.T, server *awslocal.Server, role, name string) aws.CredentialsProvider {
	t.Helper()
	provider := stscreds.NewAssumeRoleProvider(sts.NewFromConfig(server.Config()), role, func(o *stscreds.AssumeRoleOptions) { o.RoleSessionName = name })
	credentials, err := provider.Retrieve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return credentials, nil })
}
