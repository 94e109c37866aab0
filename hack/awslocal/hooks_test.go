package awslocal

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/google/go-cmp/cmp"
	clocktesting "k8s.io/utils/clock/testing"
)

// held is how many pools the server's account holds, asked aside.
func held(t *testing.T, s *Server) int {
	t.Helper()
	out, err := cognitoidentityprovider.NewFromConfig(Aside(s.Config())).ListUserPools(t.Context(),
		&cognitoidentityprovider.ListUserPoolsInput{MaxResults: aws.Int32(60)})
	if err != nil {
		t.Error(err)
		return -1
	}
	return len(out.UserPools)
}

func TestWhenAHookRuns(t *testing.T) {
	tests := []struct {
		reason string
		fault  Fault
		want   []string
	}{
		{"no fault: not executed before, executed after", Fault{}, []string{"before: 0 pools, 0", "after: 1 pools, 200"}},
		{"Delay: executed after the delay", Fault{Kind: Delay, Delay: time.Nanosecond}, []string{"before: 0 pools, 0", "after: 1 pools, 200"}},
		{"LoseReply: executed", Fault{Kind: LoseReply}, []string{"before: 0 pools, 0", "after: 1 pools, 200"}},
		{"RefuseAfter: executed", Fault{Kind: RefuseAfter}, []string{"before: 0 pools, 0", "after: 1 pools, 200"}},
		{"CutBody: executed", Fault{Kind: CutBody}, []string{"before: 0 pools, 0", "after: 1 pools, 200"}},
		{"Garbage: executed", Fault{Kind: Garbage}, []string{"before: 0 pools, 0", "after: 1 pools, 200"}},
		{"RefuseBefore: not executed", Fault{Kind: RefuseBefore}, nil},
		{"Throttle: not executed", Fault{Kind: Throttle}, nil},
		{"Cut: not executed", Fault{Kind: Cut}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			s := Start(t)
			if tt.fault.Kind != 0 {
				tt.fault.Operation = "CreateUserPool"
				s.Inject(tt.fault)
			}
			var got []string
			at := func(moment string) func(Call) {
				return func(c Call) { got = append(got, fmt.Sprintf("%s: %d pools, %d", moment, held(t, s), c.Status)) }
			}
			s.Hook(Hook{Operation: "CreateUserPool", Before: at("before"), After: at("after")})
			// What the SDK makes of the fault is TestFaults' affair.
			_, _ = cognitoidentityprovider.NewFromConfig(once(s)).CreateUserPool(t.Context(), newPool("a"))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("moments (-want +got):\n%s", diff)
			}
		})
	}
}

// Between a call and its answer somebody else deletes what it made.
func TestAHookCanCallAWS(t *testing.T) {
	s := Start(t)
	client := cognitoidentityprovider.NewFromConfig(once(s))
	s.Hook(Hook{Operation: "CreateUserPool", After: func(Call) {
		mine := cognitoidentityprovider.NewFromConfig(Aside(s.Config()))
		out, err := mine.ListUserPools(t.Context(), &cognitoidentityprovider.ListUserPoolsInput{MaxResults: aws.Int32(60)})
		if err != nil || len(out.UserPools) != 1 {
			t.Errorf("got %v, %v, want one pool", out, err)
			return
		}
		_, err = mine.DeleteUserPool(t.Context(), &cognitoidentityprovider.DeleteUserPoolInput{UserPoolId: out.UserPools[0].Id})
		if err != nil {
			t.Error(err)
		}
	}})
	out, err := client.CreateUserPool(t.Context(), newPool("a"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.DescribeUserPool(t.Context(), &cognitoidentityprovider.DescribeUserPoolInput{UserPoolId: out.UserPool.Id})
	if got, want := code(err), "ResourceNotFoundException"; got != want {
		t.Errorf("the pool that was answered: got %v, want %s", err, want)
	}
	s.ClearHooks()
	if _, err := client.CreateUserPool(t.Context(), newPool("b")); err != nil {
		t.Fatal(err)
	}
	if got := held(t, s); got != 1 {
		t.Errorf("without hooks: %d pools, want 1", got)
	}
}

// A hook may turn the clock: the call is carried out at the new time.
func TestAHookCanMoveTheClock(t *testing.T) {
	start := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	c := clocktesting.NewFakeClock(start)
	s := Start(t, WithClock(c))
	s.Hook(Hook{Operation: "CreateUserPool", Before: func(Call) { c.Step(time.Hour) }})
	out, err := cognitoidentityprovider.NewFromConfig(once(s)).CreateUserPool(t.Context(), newPool("a"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := *out.UserPool.CreationDate, start.Add(time.Hour); !got.Equal(want) {
		t.Errorf("made at %s, want %s", got, want)
	}
	if got := s.Calls()[0].At; !got.Equal(start) {
		t.Errorf("came at %s, want %s", got, start)
	}
}

func TestAHookFiltersCalls(t *testing.T) {
	const other = "222222222222"
	tests := []struct {
		reason string
		hooks  []Hook
		calls  []string // of the default account, but for those that say "other/"
		want   []string // the numbers of the hooks that run, for each call
	}{
		{"any call", []Hook{{}}, []string{"A", "B"}, []string{"0", "0"}},
		{"one operation", []Hook{{Operation: "B"}}, []string{"A", "B", "A"}, []string{"", "0", ""}},
		{"one account", []Hook{{Account: other}}, []string{"A", "other/A"}, []string{"", "0"}},
		{"the second of all", []Hook{{Skip: 1, Times: 1}}, []string{"A", "B", "A"}, []string{"", "0", ""}},
		{"the second of one operation", []Hook{{Operation: "A", Skip: 1, Times: 1}}, []string{"A", "B", "A", "A"}, []string{"", "", "0", ""}},
		{"twice", []Hook{{Times: 2}}, []string{"A", "A", "A"}, []string{"0", "0", ""}},
		{"from the second on", []Hook{{Skip: 1}}, []string{"A", "A", "A"}, []string{"", "0", "0"}},
		{"all that fit, in their order", []Hook{{Times: 1}, {Operation: "B"}, {}}, []string{"A", "B"}, []string{"02", "12"}},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			var hs hooks
			var ran string
			for i, h := range tt.hooks {
				h.Before = func(Call) { ran += strconv.Itoa(i) }
				hs.add(h)
			}
			for i, operation := range tt.calls {
				call := Call{Operation: operation, Account: DefaultAccount}
				if len(operation) > 1 {
					call = Call{Operation: "A", Account: other}
				}
				ran = ""
				for _, h := range hs.take(call) {
					h.Before(call)
				}
				if ran != tt.want[i] {
					t.Errorf("call %d, %s: hooks %q ran, want %q", i, operation, ran, tt.want[i])
				}
			}
		})
	}
}

// What a test does aside has no part in what it looks at, but for the events of it.
func TestAside(t *testing.T) {
	s := Start(t, WithQuotas(1), WithEvents("events", 0), WithClock(clocktesting.NewFakeClock(time.Now())))
	s.Inject(Fault{Kind: RefuseBefore, Operation: "CreateRestApi"})
	s.Hook(Hook{Before: func(c Call) { t.Errorf("a hook ran at %s", c.Operation) }})
	for _, config := range []aws.Config{once(s), s.ConfigFor("222222222222")} {
		client := apigateway.NewFromConfig(Aside(config))
		for range 3 { // one at once is the quota
			if _, err := client.CreateRestApi(t.Context(), &apigateway.CreateRestApiInput{Name: aws.String("notes")}); err != nil {
				t.Fatal(err)
			}
		}
		out, err := client.GetRestApis(t.Context(), nil)
		if err != nil || len(out.Items) != 3 {
			t.Errorf("got %v, %v, want three APIs", out, err)
		}
		_, err = client.GetRestApi(t.Context(), &apigateway.GetRestApiInput{RestApiId: aws.String("missing")})
		if code(err) != "NotFoundException" {
			t.Errorf("a missing API: got %v, want NotFoundException", err)
		}
	}
	if got := s.Calls(); len(got) != 0 {
		t.Errorf("got calls %v, want none", got)
	}
	s.ClearHooks()
	s.ClearFaults()
	// The tokens are all there, and the configuration that Aside took is as it was.
	_, err := apigateway.NewFromConfig(once(s)).CreateRestApi(t.Context(), &apigateway.CreateRestApiInput{Name: aws.String("notes")})
	if err != nil {
		t.Error(err)
	}
	if got := s.Calls(); len(got) != 1 {
		t.Errorf("got calls %v, want one", got)
	}
	const ours, theirs = "CreateRestApi " + DefaultAccount, "CreateRestApi 222222222222"
	if diff := cmp.Diff([]string{ours, ours, ours, theirs, theirs, theirs, ours}, told(t, s)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}
