package awsclient_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/securedapi/securedapi/api/v1alpha1"
	policies "github.com/securedapi/securedapi/config/iam"
	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/awsclient/quota"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/awslocal/iam"
)

const team = "arn:aws:iam::222222222222:role/team"

// operations are the operations of the calls that the local AWS got, since the last time.
func operations(server *awslocal.Server) string {
	var names []string
	for _, call := range server.Calls() {
		names = append(names, call.Operation)
	}
	server.ResetCalls()
	return strings.Join(names, " ")
}

func getAPIs(ctx context.Context, clients *awsclient.Clients) error {
	_, err := clients.APIGateway.GetRestApis(ctx, &apigateway.GetRestApisInput{})
	return err
}

// Each object has a session of its own in the role, which says whose it is.
func TestSessions(t *testing.T) {
	server := awslocal.Start(t)
	factory, err := awsclient.New(server.Config(), quota.Options{}, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	factory.Cluster = "c1"
	clients, err := factory.For(awsclient.Target{Region: "us-east-1", Role: team})
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("n", 60)
	for _, tc := range []struct {
		reason          string
		namespace, name string
		calls, session  string
	}{
		{"an object's first call", "a", "notes", "AssumeRole GetRestApis", "securedapi-a-notes"},
		{"the object's next call", "a", "notes", "GetRestApis", "securedapi-a-notes"},
		{"another object's first call", "b", "notes", "AssumeRole GetRestApis", "securedapi-b-notes"},
		{"a session name of more than 64 characters is cut", "a", long, "AssumeRole GetRestApis", "securedapi-a-" + long[:51]},
	} {
		ctx := quota.WithCaller(t.Context(), quota.Caller{Namespace: tc.namespace, Name: tc.name})
		if err := getAPIs(ctx, clients); err != nil {
			t.Fatalf("%s: %v", tc.reason, err)
		}
		calls := server.Calls()
		last := calls[len(calls)-1]
		if got := operations(server); got != tc.calls {
			t.Errorf("%s: got calls %s, want %s", tc.reason, got, tc.calls)
		}
		if want := "arn:aws:sts::222222222222:assumed-role/team/" + tc.session; last.Principal != want {
			t.Errorf("%s: got principal %s, want %s", tc.reason, last.Principal, want)
		}
		if last.Tags["securedapi.dev/cluster"] != "c1" || last.Tags["securedapi.dev/namespace"] != tc.namespace || last.Tags["securedapi.dev/name"] != tc.name {
			t.Errorf("%s: got tags %v, want c1, %s and %s", tc.reason, last.Tags, tc.namespace, tc.name)
		}
	}
	clients.Forget("a", "notes")
	for _, tc := range []struct{ reason, namespace, calls string }{
		{"an object that was forgotten begins anew", "a", "AssumeRole GetRestApis"},
		{"other objects keep their session", "b", "GetRestApis"},
	} {
		if err := getAPIs(quota.WithCaller(t.Context(), quota.Caller{Namespace: tc.namespace, Name: "notes"}), clients); err != nil {
			t.Fatalf("%s: %v", tc.reason, err)
		}
		if got := operations(server); got != tc.calls {
			t.Errorf("%s: got calls %s, want %s", tc.reason, got, tc.calls)
		}
	}
	clientsFor(t, factory, "us-east-1").Forget("a", "notes") // which have no sessions
	server.STS.Deny(team)
	clients.Forget("a", "notes")
	err = getAPIs(quota.WithCaller(t.Context(), quota.Caller{Namespace: "a", Name: "notes"}), clients)
	if err == nil || !strings.Contains(err.Error(), "assume role "+team+": ") || !awserr.Is(err, awserr.Denied) {
		t.Errorf("got %v, want an error that names the role that may not be assumed", err)
	}
}

// A role whose trust policy asks for the external id and the session tags of one namespace lets no other in.
func TestARoleTrustsOneNamespace(t *testing.T) {
	const operator = "arn:aws:iam::111111111111:role/securedapi"
	text, err := policies.Fill("trust-tenant", policies.Values{"CLUSTER_ID": {"c1"}, "NAMESPACE": {"shop"}, "OPERATOR_ROLE_ARN": {operator}})
	if err != nil {
		t.Fatal(err)
	}
	trust, err := iam.ParseTrust("trust-tenant", text)
	if err != nil {
		t.Fatal(err)
	}
	text, err = policies.Fill("tenants", policies.Values{"ROLE_ARN": {team}})
	if err != nil {
		t.Fatal(err)
	}
	tenants, err := iam.Parse("tenants", text)
	if err != nil {
		t.Fatal(err)
	}
	allowed := iam.Role{Policies: []iam.Policy{tenants}}
	for _, tc := range []struct {
		reason             string
		operator           iam.Role
		cluster, namespace string
		says               string
	}{
		{"its own namespace", allowed, "c1", "shop", ""},
		{"another namespace", allowed, "c1", "pay", "sts:AssumeRole"},
		{"the same namespace of another cluster", allowed, "c2", "shop", "sts:AssumeRole"},
		{"a cluster whose id begins alike", allowed, "c1/x", "shop", "sts:AssumeRole"},
		{"an operator whose policies don't allow it", iam.Role{}, "c1", "shop", "sts:AssumeRole"},
	} {
		server := awslocal.Start(t, awslocal.WithRole(operator, tc.operator), awslocal.WithRole(team, iam.Role{Trust: &trust, Policies: nil}))
		config, err := server.ConfigAs(operator, "pod")
		if err != nil {
			t.Fatal(err)
		}
		factory, err := awsclient.New(config, quota.Options{}, prometheus.NewRegistry())
		if err != nil {
			t.Fatal(err)
		}
		factory.Cluster = tc.cluster
		clients, err := factory.For(awsclient.Target{Region: "us-east-1", Role: team})
		if err != nil {
			t.Fatal(err)
		}
		// The role has no policies, so a session in it may ask who it is, and no more.
		_, err = clients.Account(quota.WithCaller(t.Context(), quota.Caller{Namespace: tc.namespace, Name: "notes"}))
		if (err == nil) != (tc.says == "") || err != nil && !strings.Contains(err.Error(), "not authorized to perform: "+tc.says+" on resource: "+team) {
			t.Errorf("%s: got %v, want a refusal of %q", tc.reason, err, tc.says)
		}
	}
}

func TestExternalID(t *testing.T) {
	for _, tc := range []struct{ cluster, namespace, want string }{
		{"0f3c5a2e-5f1c-4c11-9a52-3d2a1a0c7d11", "shop", "0f3c5a2e-5f1c-4c11-9a52-3d2a1a0c7d11/shop"},
		{"my cluster/eu", "shop", "my-cluster/eu/shop"},
	} {
		if got := awsclient.ExternalID(tc.cluster, tc.namespace); got != tc.want {
			t.Errorf("got %s, want %s", got, tc.want)
		}
	}
}

func TestRoleAccount(t *testing.T) {
	for _, tc := range []struct{ reason, role, account string }{
		{"a role", team, "222222222222"},
		{"a role in China", "arn:aws-cn:iam::222222222222:role/team", "222222222222"},
		{"a name", "team", ""},
		{"an ARN of another service", "arn:aws:sts::222222222222:assumed-role/team/x", ""},
		{"an ARN without an account", "arn:aws:iam:::role/team", ""},
	} {
		account, err := awsclient.RoleAccount(tc.role)
		if account != tc.account || (err == nil) != (tc.account != "") {
			t.Errorf("%s: got account %q, error %v; want %q", tc.reason, account, err, tc.account)
		}
		factory, err := awsclient.New(aws.Config{}, quota.Options{}, prometheus.NewRegistry())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := factory.For(awsclient.Target{Region: "us-east-1", Role: tc.role}); (err == nil) != (tc.account != "") {
			t.Errorf("%s: got clients with error %v", tc.reason, err)
		}
	}
}

// With credentials of another account, everything that was made would seem to be gone.
func TestInAccount(t *testing.T) {
	const own = "111111111111"
	for _, tc := range []struct {
		reason  string
		account string
		calls   string
		wrong   bool
	}{
		{"no account is required", "", "GetRestApis", false},
		{"the required account", own, "GetCallerIdentity GetRestApis", false},
		{"another account: no call is made", "333333333333", "GetCallerIdentity", true},
	} {
		server := awslocal.Start(t, awslocal.WithAccount(own))
		factory, err := awsclient.New(server.Config(), quota.Options{}, prometheus.NewRegistry())
		if err != nil {
			t.Fatal(err)
		}
		err = getAPIs(awsclient.InAccount(t.Context(), tc.account), clientsFor(t, factory, "us-east-1"))
		failure, ok := errors.AsType[*awserr.Failure](err)
		if ok != tc.wrong || tc.wrong && failure.Reason != v1alpha1.ReasonWrongAccount || !tc.wrong && err != nil {
			t.Errorf("%s: got error %v, want one: %v", tc.reason, err, tc.wrong)
		}
		if tc.wrong && !strings.Contains(err.Error(), "arn:aws:iam::"+own+":root, of account "+own) {
			t.Errorf("%s: got %v, want who the operator is", tc.reason, err)
		}
		if got := operations(server); got != tc.calls {
			t.Errorf("%s: got calls %s, want %s", tc.reason, got, tc.calls)
		}
	}
}

// A failure to find out who the operator is stops a call that needs to know, and no other.
func TestInAccountUnknown(t *testing.T) {
	server := awslocal.Start(t)
	factory, err := awsclient.New(server.Config(), quota.Options{}, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	clients := clientsFor(t, factory, "us-east-1")
	server.Inject(awslocal.Fault{Operation: "GetCallerIdentity", Kind: awslocal.RefuseBefore, Code: "AccessDenied", Status: 403})
	if err := getAPIs(awsclient.InAccount(t.Context(), "111111111111"), clients); err == nil || awserr.Explained(err) {
		t.Errorf("got %v, want AWS's own error", err)
	}
	if got := operations(server); got != "GetCallerIdentity" {
		t.Errorf("got calls %s, want GetCallerIdentity", got)
	}
	if err := getAPIs(t.Context(), clients); err != nil {
		t.Errorf("got %v for a call in any account, want none", err)
	}
}

func TestWithoutCredentials(t *testing.T) {
	expired := errors.New("the session is over")
	for _, tc := range []struct {
		reason      string
		credentials aws.CredentialsProvider
		words       string
	}{
		{"no credentials are configured", nil, "get credentials: none are configured"},
		{"the credentials' source has none", aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return aws.Credentials{}, expired }), "get credentials: the session is over"},
	} {
		factory, err := awsclient.New(aws.Config{Region: "us-east-1", Credentials: tc.credentials}, quota.Options{}, prometheus.NewRegistry())
		if err != nil {
			t.Fatal(err)
		}
		clients := clientsFor(t, factory, "us-east-1")
		if account, err := clients.Account(t.Context()); account != "" || err == nil || err.Error() != tc.words {
			t.Errorf("%s: got account %q, error %v; want %q", tc.reason, account, err, tc.words)
		}
		if got := clients.Principal(t.Context()); got != "without credentials" {
			t.Errorf("%s: got principal %q", tc.reason, got)
		}
		clients.BelongsTo(t.Context(), "111111111111")
		if account, err := clients.Account(t.Context()); account != "" || err == nil {
			t.Errorf("%s: got account %q, error %v: what is told without credentials is nobody's", tc.reason, account, err)
		}
	}
}

// The account that an answer told is kept if none is known, and does not replace one.
func TestBelongsTo(t *testing.T) {
	credentials := aws.Credentials{AccessKeyID: "A", SecretAccessKey: "s", AccountID: "333333333333"}
	config := aws.Config{Region: "us-east-1", Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return credentials, nil })}
	factory, err := awsclient.New(config, quota.Options{}, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	clients := clientsFor(t, factory, "us-east-1")
	clients.BelongsTo(t.Context(), "111111111111")
	if account, err := clients.Account(t.Context()); account != "333333333333" || err != nil {
		t.Errorf("got account %q, error %v; want that of the credentials", account, err)
	}
}

func TestTally(t *testing.T) {
	server := awslocal.Start(t)
	factory, err := awsclient.New(server.Config(), quota.Options{}, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	clients := clientsFor(t, factory, "us-east-1")
	ctx, calls := awsclient.Tally(t.Context())
	server.Inject(awslocal.Fault{Operation: "GetRestApis", Kind: awslocal.Throttle, Times: 1})
	for _, ctx := range []context.Context{ctx, ctx, t.Context()} {
		if err := getAPIs(ctx, clients); err != nil {
			t.Fatal(err)
		}
	}
	if got := calls.Load(); got != 3 {
		t.Errorf("got %d calls, want 3: two under the context, of which one was tried again", got)
	}
}
