package awslocal

import (
	"context"
	"encoding/json"
	"runtime"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"
	clocktesting "k8s.io/utils/clock/testing"
)

// told returns the events in the queue, each as its name and account.
func told(t *testing.T, s *Server) []string {
	t.Helper()
	out, err := sqs.NewFromConfig(s.Config()).ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
		QueueUrl: aws.String(s.EventsURL()), MaxNumberOfMessages: 10,
	})
	if err != nil {
		t.Fatal(err)
	}
	var events []string
	for _, m := range out.Messages {
		var event struct {
			Account string
			Detail  struct{ EventName string }
		}
		if err := json.Unmarshal([]byte(*m.Body), &event); err != nil {
			t.Fatal(err)
		}
		events = append(events, event.Detail.EventName+" "+event.Account)
	}
	return events
}

func TestEvents(t *testing.T) {
	create := func(ctx context.Context, config aws.Config) {
		_, _ = cognitoidentityprovider.NewFromConfig(config).CreateUserPool(ctx, newPool("notes"))
	}
	tests := []struct {
		reason string
		do     func(ctx context.Context, s *Server)
		want   []string
	}{
		{
			"of what changed something",
			func(ctx context.Context, s *Server) { create(ctx, once(s)) },
			[]string{"CreateUserPool " + DefaultAccount},
		},
		{
			"not of what only reads", func(ctx context.Context, s *Server) {
				_, _ = cognitoidentityprovider.NewFromConfig(once(s)).ListUserPools(ctx,
					&cognitoidentityprovider.ListUserPoolsInput{MaxResults: aws.Int32(1)})
			}, nil,
		},
		{
			"not of what was refused", func(ctx context.Context, s *Server) {
				_, _ = cognitoidentityprovider.NewFromConfig(once(s)).DeleteUserPool(ctx,
					&cognitoidentityprovider.DeleteUserPoolInput{UserPoolId: aws.String("us-east-1_a")})
			}, nil,
		},
		{
			"not of what a fault didn't let happen", func(ctx context.Context, s *Server) {
				s.Inject(Fault{Kind: RefuseBefore, Times: 1})
				create(ctx, once(s))
			}, nil,
		},
		{
			"but of what happened, whatever its caller saw", func(ctx context.Context, s *Server) {
				s.Inject(Fault{Kind: LoseReply, Times: 1})
				create(ctx, once(s))
			}, []string{"CreateUserPool " + DefaultAccount},
		},
		{
			"of all accounts and Regions, in one queue", func(ctx context.Context, s *Server) {
				create(ctx, once(s))
				elsewhere := assuming(s, theirRole)
				elsewhere.Region = "eu-west-1"
				create(ctx, elsewhere)
			}, []string{"CreateUserPool " + DefaultAccount, "CreateUserPool " + theirs},
		},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			s := Start(t, WithEvents("events", 0))
			tt.do(t.Context(), s)
			if diff := cmp.Diff(tt.want, told(t, s)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// What users of a pool do for themselves isn't signed, and nobody is told of it.
func TestNoEventsOfUsers(t *testing.T) {
	s := Start(t, WithEvents("events", 0))
	signIn(t, s, "ann")
	want := []string{
		"CreateUserPool " + DefaultAccount, "CreateUserPoolClient " + DefaultAccount,
		"AdminCreateUser " + DefaultAccount, "AdminSetUserPassword " + DefaultAccount,
	}
	if diff := cmp.Diff(want, told(t, s)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestEventsAreLate(t *testing.T) {
	c := clocktesting.NewFakeClock(time.Now())
	s := Start(t, WithClock(c), WithEvents("events", time.Minute))
	if _, err := cognitoidentityprovider.NewFromConfig(once(s)).CreateUserPool(t.Context(), newPool("notes")); err != nil {
		t.Fatal(err)
	}
	if got := told(t, s); got != nil {
		t.Errorf("at once: %v", got)
	}
	c.Step(time.Minute)
	if got := told(t, s); len(got) != 1 {
		t.Errorf("a minute later: %v", got)
	}
}

func TestNoEventsUnlessAskedFor(t *testing.T) {
	if got := Start(t).EventsURL(); got != "" {
		t.Errorf("the queue is %q", got)
	}
}

// Who waits for events doesn't keep the server from closing, nor does it keep messages after it has gone.
func TestWaitingForEventsEnds(t *testing.T) {
	tests := []struct {
		reason string
		end    func(s *Server, gone func())
	}{
		{"when the server closes", func(s *Server, _ func()) { _ = s.Close() }},
		{"when the caller goes", func(_ *Server, gone func()) { gone() }},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			c := clocktesting.NewFakeClock(time.Now())
			s := Start(t, WithClock(c), WithEvents("events", 0))
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan struct{})
			go func() {
				defer close(done)
				_, _ = sqs.NewFromConfig(once(s)).ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
					QueueUrl: aws.String(s.EventsURL()), WaitTimeSeconds: 20,
				})
			}()
			for !c.HasWaiters() {
				runtime.Gosched()
			}
			tt.end(s, cancel)
			<-done
			cancel()
		})
	}
}
