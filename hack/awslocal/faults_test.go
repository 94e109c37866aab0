package awslocal

import (
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	clocktesting "k8s.io/utils/clock/testing"
)

// seen is what the SDK makes of an answer: an error of the API with its code and status, another kind of error, or
// none.
func seen(err error) (kind, code string, status int) {
	if e, ok := errors.AsType[*smithyhttp.ResponseError](err); ok {
		status = e.HTTPStatusCode()
	}
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		return "api", e.ErrorCode(), status
	}
	if _, ok := errors.AsType[*smithyhttp.RequestSendError](err); ok {
		return "connection", "", 0
	}
	if _, ok := errors.AsType[*smithy.DeserializationError](err); ok {
		return "answer", "", status
	}
	if err != nil {
		return err.Error(), "", status
	}
	return "none", "", status
}

func TestFaults(t *testing.T) {
	tests := []struct {
		fault      Fault
		wantKind   string
		wantCode   string
		wantStatus int
		wantDone   int
		wantLogged Call
	}{
		{
			Fault{Kind: RefuseBefore},
			"api", "InternalErrorException", 500, 0,
			Call{Status: 500, Code: "InternalErrorException"},
		},
		{
			Fault{Kind: RefuseBefore, Code: "ConcurrentModificationException", Message: "no", Status: 400},
			"api", "ConcurrentModificationException", 400, 0,
			Call{Status: 400, Code: "ConcurrentModificationException"},
		},
		{
			Fault{Kind: RefuseAfter},
			"api", "InternalErrorException", 500, 1,
			Call{Status: 500, Code: "InternalErrorException"},
		},
		{Fault{Kind: LoseReply}, "connection", "", 0, 1, Call{Code: "LoseReply"}},
		{Fault{Kind: Cut}, "connection", "", 0, 0, Call{Code: "Cut"}},
		{
			Fault{Kind: Throttle},
			"api", "TooManyRequestsException", 400, 0,
			Call{Status: 400, Code: "TooManyRequestsException"},
		},
		{Fault{Kind: CutBody}, "answer", "", 200, 1, Call{Status: 200, Code: "CutBody"}},
		{Fault{Kind: Garbage}, "answer", "", 200, 1, Call{Status: 200, Code: "Garbage"}},
		{Fault{Kind: Delay, Delay: time.Nanosecond}, "none", "", 0, 1, Call{Status: 200}},
	}
	for _, tt := range tests {
		t.Run(tt.fault.Kind.String()+tt.fault.Code, func(t *testing.T) {
			s := Start(t)
			tt.fault.Operation = "CreateUserPool"
			s.Inject(tt.fault)
			_, err := cognitoidentityprovider.NewFromConfig(once(s)).CreateUserPool(t.Context(), newPool("a"))
			kind, code, status := seen(err)
			if kind != tt.wantKind || code != tt.wantCode || status != tt.wantStatus {
				t.Errorf("the SDK sees %s %s %d, want %s %s %d: %v",
					kind, code, status, tt.wantKind, tt.wantCode, tt.wantStatus, err)
			}
			got := s.Calls()[0]
			if got.Status != tt.wantLogged.Status || got.Code != tt.wantLogged.Code || got.Operation != "CreateUserPool" {
				t.Errorf("logged %+v, want %+v", got, tt.wantLogged)
			}
			if done := pools(t, s); done != tt.wantDone {
				t.Errorf("%d pools, want %d", done, tt.wantDone)
			}
		})
	}
}

// With the SDK's retries on, a lost reply makes a second pool: the trap that these faults are for.
func TestARetryAfterALostReplyCreatesTwo(t *testing.T) {
	s := Start(t)
	s.Inject(Fault{Operation: "CreateUserPool", Kind: LoseReply, Times: 1})
	config := s.Config()
	config.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) {
			o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
		})
	}
	if _, err := cognitoidentityprovider.NewFromConfig(config).CreateUserPool(t.Context(), newPool("a")); err != nil {
		t.Fatal(err)
	}
	if got := pools(t, s); got != 2 {
		t.Errorf("%d pools, want 2", got)
	}
}

func TestAFaultFiltersCalls(t *testing.T) {
	tests := []struct {
		reason string
		faults []Fault
		calls  []string
		want   []Kind
	}{
		{"always", []Fault{{Kind: Cut}}, []string{"A", "B"}, []Kind{Cut, Cut}},
		{"one operation", []Fault{{Operation: "B", Kind: Cut}}, []string{"A", "B", "A"}, []Kind{0, Cut, 0}},
		{"two calls", []Fault{{Kind: Cut, Times: 2}}, []string{"A", "A", "A"}, []Kind{Cut, Cut, 0}},
		{"the second call only", []Fault{{Kind: Cut, Skip: 1, Times: 1}}, []string{"A", "A", "A"}, []Kind{0, Cut, 0}},
		{
			"only calls that fit are skipped",
			[]Fault{{Operation: "B", Kind: Cut, Skip: 1, Times: 1}},
			[]string{"A", "B", "A", "B"},
			[]Kind{0, 0, 0, Cut},
		},
		{
			"another account's passes",
			[]Fault{{Account: "222222222222", Kind: Cut}, {Account: DefaultAccount, Kind: Garbage, Times: 1}},
			[]string{"A", "A"},
			[]Kind{Garbage, 0},
		},
		{
			"the first injected, then the next",
			[]Fault{{Kind: Cut, Times: 1}, {Kind: Garbage, Times: 1}},
			[]string{"A", "A", "A"},
			[]Kind{Cut, Garbage, 0},
		},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			var fs faults
			for _, f := range tt.faults {
				fs.add(f)
			}
			for i, operation := range tt.calls {
				if got := fs.take(DefaultAccount, operation).Kind; got != tt.want[i] {
					t.Errorf("call %d, %s: got %s, want %s", i, operation, got, tt.want[i])
				}
			}
		})
	}
}

func TestDelayEnds(t *testing.T) {
	tests := []struct {
		reason string
		end    func(*Server, *clocktesting.FakeClock)
	}{
		{"when its time is up", func(_ *Server, c *clocktesting.FakeClock) { c.Step(time.Hour) }},
		{"when faults are cleared", func(s *Server, _ *clocktesting.FakeClock) { s.ClearFaults() }},
		{"when the server closes", func(s *Server, _ *clocktesting.FakeClock) { _ = s.Close() }},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			c := clocktesting.NewFakeClock(time.Now())
			s := Start(t, WithClock(c))
			s.Inject(Fault{Operation: "CreateUserPool", Kind: Delay, Delay: time.Hour})
			done := make(chan error)
			go func() {
				_, err := cognitoidentityprovider.NewFromConfig(once(s)).CreateUserPool(t.Context(), newPool("a"))
				done <- err
			}()
			for !c.HasWaiters() {
				runtime.Gosched()
			}
			tt.end(s, c)
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
	}
}
