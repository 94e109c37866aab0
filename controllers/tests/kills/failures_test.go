package kills_test

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// failure is a way in which a call fails, and the kind that it has to be taken for.
type failure struct {
	fault awslocal.Fault
	kind  awserr.Kind
}

// unmodeled are the ways in which any call may fail, whatever its service says of it. That a call was carried out and
// its answer lost is TestEveryLostReply's.
var unmodeled = map[string]failure{
	"500":              {awslocal.Fault{Kind: awslocal.RefuseBefore, Code: "InternalFailure", Status: http.StatusInternalServerError}, awserr.Transient},
	"503":              {awslocal.Fault{Kind: awslocal.RefuseBefore, Code: "ServiceUnavailable", Status: http.StatusServiceUnavailable}, awserr.Transient},
	"timeout":          {awslocal.Fault{Kind: awslocal.Delay, Delay: time.Hour}, awserr.Transient},
	"connection cut":   {awslocal.Fault{Kind: awslocal.Cut, Times: 2}, awserr.Transient}, // net/http repeats a GET once by itself
	"half an answer":   {awslocal.Fault{Kind: awslocal.CutBody}, awserr.Transient},
	"garbage":          {awslocal.Fault{Kind: awslocal.Garbage}, awserr.Transient},
	"access denied":    {refuse("AccessDeniedException", "User: x is not authorized", http.StatusForbidden), awserr.Denied},
	"credentials":      {refuse("ExpiredTokenException", "The security token included in the request is expired", http.StatusForbidden), awserr.Denied},
	"an unknown error": {refuse("TeapotException", "short and stout", http.StatusTeapot), awserr.Rejected},
}

func refuse(code, message string, status int) awslocal.Fault {
	return awslocal.Fault{Kind: awslocal.RefuseBefore, Code: code, Message: message, Status: status}
}

// failuresOf are all ways in which a call fails.
func failuresOf(t *testing.T, call awslocal.Call, modeled map[operation][]string) map[string]failure {
	t.Helper()
	all := map[string]failure{}
	for name, f := range unmodeled {
		if !call.Mutating || !slices.Contains(losses, f.fault.Kind) {
			all[name] = f
		}
	}
	codes, known := modeled[operation{call.Service, call.Operation}]
	if !known {
		t.Fatalf("it is not known how %s %s may fail", call.Service, call.Operation)
	}
	for _, code := range codes {
		answer, classified := answers[code]
		if !classified {
			t.Fatalf("answers has no row for %s, which %s may answer: decide what it means", code, call.Operation)
		}
		all[code] = failure{refuse(code, "no", answer.statusFrom(call.Service)), answer.kind}
	}
	return all
}

// deletionsBy are the operations that lives delete by, beside those that say so: styles are looked for before they are deleted, or
// set to none.
var deletionsBy = map[string]string{
	"classic pages": "DescribeManagedLoginBrandingByClient",
	"managed pages": "SetUICustomization",
}

// takenAtItsWord says that the failure is that a deletion finds nothing to delete: then what was to be deleted is gone, if AWS
// does not lie.
func takenAtItsWord(life harness.Life, call awslocal.Call, f failure) bool {
	isDeletion := strings.HasPrefix(call.Operation, "Delete") || strings.HasPrefix(call.Operation, "Remove") || call.Operation == deletionsBy[life.Name]
	return isDeletion && f.kind == awserr.NotFound
}

// once is the first call of each operation so far.
func once(w *harness.World) (calls []awslocal.Call) {
	seen := map[operation]bool{}
	for _, call := range w.AWS.Calls() {
		if op := (operation{call.Service, call.Operation}); !seen[op] {
			seen[op] = true
			calls = append(calls, call)
		}
	}
	return calls
}

// impatience is how long a call may take that is to run into a timeout. The operator's own patience is 20 seconds.
const impatience = 250 * time.Millisecond

// witness notes the kind of each failure of an operation, and bounds its calls if they are to run into a timeout. What a
// call asked for that was given up is done before the next pass.
func witness(m *harness.Stepper, operation string, timeout bool) *[]awserr.Kind {
	kinds := &[]awserr.Kind{}
	m.Stack = append(m.Stack, func(stack *middleware.Stack) error {
		return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("Witness", func(
			ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler,
		) (middleware.DeserializeOutput, middleware.Metadata, error) {
			if awsmiddleware.GetOperationName(ctx) != operation {
				return next.HandleDeserialize(ctx, in)
			}
			if timeout {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, impatience)
				defer cancel()
			}
			out, metadata, err := next.HandleDeserialize(ctx, in)
			if err != nil {
				*kinds = append(*kinds, awserr.Classify(err))
			}
			return out, metadata, err
		}), middleware.Before)
	})
	m.AfterPass = func() {
		if m.AWS.Delayed() == 0 {
			return
		}
		is := func(c awslocal.Call) bool { return c.Operation == operation }
		done := m.CountCalls(is)
		m.AWS.ClearFaults()
		m.AwaitCalls(is, done+1)
	}
	return kinds
}

// Every call of an object's life fails once, with every error that its model has and in every way that calls fail. Each error has
// a known outcome, and the object ends as without the failure.
func TestEveryModeledFailure(t *testing.T) {
	harness.Sweep(t)
	sample := harness.NewSample(t)
	exceptions := modeled(t)
	for _, life := range harness.Lives {
		t.Run(life.Name, func(t *testing.T) {
			t.Parallel()
			whole := harness.Undisturbed(t, life)
			calls, want := once(whole.World), harness.Normalised(whole.World)
			type run struct {
				call    awslocal.Call
				name    string
				failure failure
			}
			var runs []run
			for _, call := range calls {
				all := failuresOf(t, call, exceptions)
				for _, name := range slices.Sorted(maps.Keys(all)) {
					runs = append(runs, run{call, name, all[name]})
				}
			}
			for _, i := range sample.Of(life, len(runs)) {
				call, failure := runs[i].call, runs[i].failure
				t.Run(call.Operation+"/"+runs[i].name, func(t *testing.T) {
					t.Parallel()
					m := harness.NewStepper(t)
					object := m.Prepare(life)
					kinds := witness(m, call.Operation, failure.fault.Kind == awslocal.Delay)
					failure.fault.Operation, failure.fault.Times = call.Operation, max(failure.fault.Times, 1)
					m.AWS.Inject(failure.fault)
					m.Live(life, object)
					if len(*kinds) == 0 || (*kinds)[0] != failure.kind {
						t.Errorf("it is taken for %v, want %s first", *kinds, failure.kind)
					}
					if diff := cmp.Diff(want, harness.Normalised(m.World)); diff != "" && !takenAtItsWord(life, call, failure) {
						t.Errorf("AWS is as after a life without a failure (-want +got):\n%s", diff)
					}
				})
			}
			t.Logf("%s: %d operations, %d failures", life.Name, len(calls), len(runs))
		})
	}
}

// A spec that AWS rejects costs at most one call per ten minutes, whichever call AWS rejects.
func TestARejectedSpecCostsOneCallPerTenMinutes(t *testing.T) {
	harness.Sweep(t)
	const hours = 12
	var mu sync.Mutex
	most := 0
	t.Cleanup(func() { t.Logf("rejected: at most %d calls in %d hours", most, hours) })
	sample := harness.NewSample(t)
	codes := []string{"AccessDeniedException", "LimitExceededException", "InvalidParameterException", "TeapotException"}
	for _, life := range harness.Creations() {
		refused := once(harness.Undisturbed(t, life).World)
		for _, run := range sample.Of(life, len(refused)*len(codes)) {
			call, code := refused[run/len(codes)], codes[run%len(codes)]
			t.Run(life.Name+"/"+call.Operation+"/"+code, func(t *testing.T) {
				t.Parallel()
				m := harness.NewStepper(t)
				fault := refuse(code, "no", http.StatusBadRequest)
				fault.Operation = call.Operation
				m.AWS.Inject(fault)
				object := m.Prepare(life)
				// One operator from first to last: another would look at the object at the next check for drift only.
				operator := m.Start()
				for range harness.MaxPasses {
					after, _ := m.Pass(operator, object)
					m.Clock.SetTime(m.Clock.Now().Add(after))
					if m.Get(object); meta.IsStatusConditionTrue(object.Status.Conditions, v1alpha1.ConditionStalled) {
						break
					}
				}
				m.AWS.ResetCalls()
				conditions := object.Status.Conditions
				for end := m.Clock.Now().Add(hours * time.Hour); m.Clock.Now().Before(end); {
					after, _ := m.Pass(operator, object)
					m.Clock.SetTime(m.Clock.Now().Add(after))
					if calls := m.AWS.Calls(); len(calls) > hours*6+6 {
						t.Fatalf("%d calls with hours to go: %v", len(calls), m.TakeCalls())
					}
				}
				calls := len(m.AWS.Calls())
				if calls == 0 {
					t.Error("it is tried again")
				}
				mu.Lock()
				most = max(most, calls)
				mu.Unlock()
				m.Get(object)
				if diff := cmp.Diff(conditions, object.Status.Conditions); diff != "" {
					t.Errorf("the same failure has the same words (-before +after):\n%s", diff)
				}
			})
		}
	}
}
