package harness

import (
	"context"
	"slices"
	"strings"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	"github.com/prometheus/client_golang/prometheus"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/tools/events"
	clocktesting "k8s.io/utils/clock/testing"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers"
	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/awsclient/quota"
	"github.com/securedapi/securedapi/controllers/schedule"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// Stepper is a world whose operator has no queue and a clock of its own: the test runs pass after pass, lets time jump, and
// kills the operator at any edge of a call.
type Stepper struct {
	*World
	Clock *clocktesting.FakePassiveClock
	Edges *Boundaries
	// Stack is what a test puts into the stack of every call to AWS.
	Stack []func(*middleware.Stack) error
	// Guarded says that the object is the recipe, whose guarded route must be closed after every pass.
	Guarded bool
	// AfterPass is called after every pass, also after one in which the operator was killed.
	AfterPass func()
}

// NewStepper is one whose AWS goes by the time of day.
func NewStepper(t TB, options ...awslocal.Option) *Stepper {
	t.Helper()
	return &Stepper{
		World: NewAccount(t, options...), Clock: clocktesting.NewFakePassiveClock(time.Now()), Edges: &Boundaries{},
		Guarded: true, AfterPass: func() {},
	}
}

// NewStepperOnOneClock is one whose AWS is on the same clock.
func NewStepperOnOneClock(t TB, options ...awslocal.Option) *Stepper {
	t.Helper()
	clock := clocktesting.NewFakeClock(time.Now())
	m := NewStepper(t, append(options, awslocal.WithClock(clock))...)
	m.Clock = &clock.FakePassiveClock
	return m
}

// Start is an operator that has just been started: it remembers nothing.
func (m *Stepper) Start() *controllers.SecuredAPIReconciler {
	m.T.Helper()
	config := OperatorConfig(m.T, m.AWS, ClusterID)
	config.APIOptions = append(config.APIOptions, func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("Edges", func(
			ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
		) (middleware.InitializeOutput, middleware.Metadata, error) {
			name := awsmiddleware.GetOperationName(ctx)
			m.Edges.cross("before " + name)
			out, metadata, err := next.HandleInitialize(ctx, in)
			m.Edges.cross("after " + name)
			return out, metadata, err
		}), middleware.After)
	})
	config.APIOptions = append(config.APIOptions, m.Stack...)
	clients, err := awsclient.New(config, quota.Options{}, prometheus.NewRegistry())
	if err != nil {
		m.T.Fatal(err)
	}
	clients.Cluster = ClusterID
	kube := m.crossingClient()
	return &controllers.SecuredAPIReconciler{
		Client: kube, Reader: m.Client, Everyone: kube, AWS: clients, Cluster: ClusterID,
		Recorder: events.NewFakeRecorder(100), Schedule: &schedule.Schedule{Interval: ResyncNever},
		CreationGracePeriod: 30 * time.Second, SecretOverlap: time.Hour, Clock: m.Clock,
	}
}

// MaxPasses bounds the passes of a wait: what needs more is a loop.
const MaxPasses = 40

// RunUntil runs passes until the object is as it is waited for, starting the operator again when it was killed.
func (m *Stepper) RunUntil(object *v1alpha1.SecuredAPI, is func() bool) {
	m.T.Helper()
	m.runUntilWith(m.Start, object, is)
}

// runUntilWith is RunUntil, with operators that start makes.
func (m *Stepper) runUntilWith(start func() *controllers.SecuredAPIReconciler, object *v1alpha1.SecuredAPI, is func() bool) {
	m.T.Helper()
	operator := start()
	var wait time.Duration
	for range MaxPasses {
		if is() {
			return
		}
		m.Clock.SetTime(m.Clock.Now().Add(wait))
		var killed bool
		if wait, killed = m.Pass(operator, object); killed {
			operator, wait = start(), 0
		}
	}
	m.T.Errorf("not at rest after %d passes: %+v", MaxPasses, object.Status)
}

// RunUntilKilled runs passes until the operator is killed.
func (m *Stepper) RunUntilKilled(object *v1alpha1.SecuredAPI) {
	m.T.Helper()
	operator := m.Start()
	for range MaxPasses {
		after, killed := m.Pass(operator, object)
		if killed {
			return
		}
		m.Clock.SetTime(m.Clock.Now().Add(after))
	}
	m.T.Fatal("it was not killed")
}

// Pass runs one pass, and returns when the queue would run the next, or that the operator was killed.
func (m *Stepper) Pass(operator *controllers.SecuredAPIReconciler, object *v1alpha1.SecuredAPI) (after time.Duration, killed bool) {
	defer func() {
		if cause := recover(); cause != nil {
			if _, ok := cause.(Crash); !ok {
				panic(cause)
			}
			killed = true
		}
		m.AfterPass()
		if m.Guarded {
			m.neverOpen(object)
		}
	}()
	result, err := operator.Reconcile(m.T.Context(), ctrl.Request{NamespacedName: client.ObjectKeyFromObject(object)})
	if err != nil {
		// The queue backs off for a while.
		return time.Second, false
	}
	return result.RequeueAfter, false
}

// Ready says whether the object is Ready, and no secret is on its way or waits to be deleted.
func (m *Stepper) Ready(object *v1alpha1.SecuredAPI) func() bool {
	return func() bool {
		m.Get(object)
		return IsReady(object) && !replacesSecrets(object)
	}
}

func replacesSecrets(object *v1alpha1.SecuredAPI) bool {
	return slices.ContainsFunc(object.Status.Resources, func(rec v1alpha1.ResourceRecord) bool {
		return strings.HasPrefix(rec.Name, "secret/") && (rec.Unproven != nil || len(rec.Retired) > 0)
	})
}

// Gone says whether the object is gone.
func (m *Stepper) Gone(object *v1alpha1.SecuredAPI) func() bool {
	return func() bool {
		err := m.Client.Get(m.T.Context(), client.ObjectKeyFromObject(object), object)
		return apierrors.IsNotFound(err)
	}
}
