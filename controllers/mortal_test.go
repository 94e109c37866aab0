package controllers_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	"github.com/prometheus/client_golang/prometheus"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/events"
	clocktesting "k8s.io/utils/clock/testing"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers"
	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/awsclient/quota"
	times "github.com/securedapi/securedapi/controllers/schedule"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// crash is what a killed operator panics with: nothing after it runs.
type crash struct{}

// boundaries counts the edges of calls, and kills at one of them.
type boundaries struct {
	seen, killAt int
	names        []string
	// instead happens there in the place of the kill.
	instead func()
	// each is called at every edge: what it finds there is what a crash would leave.
	each func(name string)
}

func (b *boundaries) cross(name string) {
	b.seen++
	b.names = append(b.names, name)
	if b.each != nil {
		b.each(name)
	}
	if b.seen != b.killAt {
		return
	}
	if b.instead == nil {
		panic(crash{})
	}
	b.instead()
}

// mortal is an operator without a queue, on a clock of its own: the test runs pass after pass and lets time jump.
type mortal struct {
	*world
	clock *clocktesting.FakePassiveClock
	edges *boundaries
	// stack is what a test puts into the stack of every call to AWS.
	stack []func(*middleware.Stack) error
	// guarded says that the object is the recipe, whose guarded route must be closed after every pass.
	guarded bool
	// afterPass is called after every pass, also after one in which the operator was killed.
	afterPass func()
}

func newMortal(t tester, options ...awslocal.Option) *mortal {
	t.Helper()
	return &mortal{
		world: newAccount(t, options...), clock: clocktesting.NewFakePassiveClock(time.Now()), edges: &boundaries{},
		guarded: true, afterPass: func() {},
	}
}

// newMortalOnOneClock is one whose AWS is on the same clock.
func newMortalOnOneClock(t tester, options ...awslocal.Option) *mortal {
	t.Helper()
	clock := clocktesting.NewFakeClock(time.Now())
	m := newMortal(t, append(options, awslocal.WithClock(clock))...)
	m.clock = &clock.FakePassiveClock
	return m
}

// start is an operator that has just been started: it remembers nothing.
func (m *mortal) start() *controllers.SecuredAPIReconciler {
	m.t.Helper()
	config := m.aws.Config()
	config.APIOptions = append(config.APIOptions, func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("Mortal", func(
			ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
		) (middleware.InitializeOutput, middleware.Metadata, error) {
			name := awsmiddleware.GetOperationName(ctx)
			m.edges.cross("before " + name)
			out, metadata, err := next.HandleInitialize(ctx, in)
			m.edges.cross("after " + name)
			return out, metadata, err
		}), middleware.After)
	})
	config.APIOptions = append(config.APIOptions, m.stack...)
	clients, err := awsclient.New(config, quota.Options{}, prometheus.NewRegistry())
	if err != nil {
		m.t.Fatal(err)
	}
	return &controllers.SecuredAPIReconciler{
		Client: m.mortalClient(), Reader: m.client, AWS: clients, Cluster: "test-cluster",
		Recorder: events.NewFakeRecorder(100), Schedule: &times.Schedule{Interval: resyncNever}, CreationGracePeriod: 30 * time.Second, SecretOverlap: time.Hour, Clock: m.clock,
	}
}

// inNamespace is the client of an operator that watches one namespace: others are other tests' accounts.
func (m *mortal) inNamespace() client.WithWatch {
	return interceptor.NewClient(m.client, interceptor.Funcs{
		List: func(ctx context.Context, c client.WithWatch, list client.ObjectList, opts ...client.ListOption) error {
			return c.List(ctx, list, append(opts, client.InNamespace(m.namespace))...)
		},
	})
}

// mortalClient crosses an edge before and after each write.
func (m *mortal) mortalClient() client.Client {
	write := func(name string, do func() error) error {
		m.edges.cross("before " + name)
		err := do()
		m.edges.cross("after " + name)
		return err
	}
	return interceptor.NewClient(m.inNamespace(), interceptor.Funcs{
		Create: func(ctx context.Context, c client.WithWatch, o client.Object, opts ...client.CreateOption) error {
			return write("create Secret", func() error { return c.Create(ctx, o, opts...) })
		},
		Update: func(ctx context.Context, c client.WithWatch, o client.Object, opts ...client.UpdateOption) error {
			return write("update Secret", func() error { return c.Update(ctx, o, opts...) })
		},
		Delete: func(ctx context.Context, c client.WithWatch, o client.Object, opts ...client.DeleteOption) error {
			return write("delete Secret", func() error { return c.Delete(ctx, o, opts...) })
		},
		Patch: func(ctx context.Context, c client.WithWatch, o client.Object, p client.Patch, opts ...client.PatchOption) error {
			return write("patch finalizer", func() error { return c.Patch(ctx, o, p, opts...) })
		},
		SubResourceApply: func(ctx context.Context, c client.Client, sub string, o runtime.ApplyConfiguration, opts ...client.SubResourceApplyOption) error {
			return write("apply "+sub, func() error { return c.SubResource(sub).Apply(ctx, o, opts...) })
		},
	})
}

// maxPasses bounds the passes until rest: what needs more is a loop.
const maxPasses = 40

// rest runs passes until the object is at rest, starting the operator again when it was killed.
func (m *mortal) rest(object *v1alpha1.SecuredAPI, atRest func() bool) {
	m.t.Helper()
	m.restWith(m.start, object, atRest)
}

// restWith is rest, with operators that start makes.
func (m *mortal) restWith(start func() *controllers.SecuredAPIReconciler, object *v1alpha1.SecuredAPI, atRest func() bool) {
	m.t.Helper()
	operator := start()
	var wait time.Duration
	for range maxPasses {
		if atRest() {
			return
		}
		m.clock.SetTime(m.clock.Now().Add(wait))
		var killed bool
		if wait, killed = m.passOnce(operator, object); killed {
			operator, wait = start(), 0
		}
	}
	m.t.Errorf("not at rest after %d passes: %+v", maxPasses, object.Status)
}

func (m *mortal) passOnce(operator *controllers.SecuredAPIReconciler, object *v1alpha1.SecuredAPI) (after time.Duration, killed bool) {
	defer func() {
		if cause := recover(); cause != nil {
			if _, ok := cause.(crash); !ok {
				panic(cause)
			}
			killed = true
		}
		m.afterPass()
		if m.guarded {
			m.neverOpen(object)
		}
	}()
	result, err := operator.Reconcile(m.t.Context(), ctrl.Request{NamespacedName: client.ObjectKeyFromObject(object)})
	if err != nil {
		// The queue backs off for a while.
		return time.Second, false
	}
	return result.RequeueAfter, false
}

// withoutToken counts the calls of the recipe's guarded route without a token, in all tests.
var withoutToken struct{ calls, letIn atomic.Int64 }

// neverOpen fails if a stage that the operator made lets anybody into the recipe's guarded route, whatever the pass that
// has just ended came to.
func (m *mortal) neverOpen(object *v1alpha1.SecuredAPI) {
	m.t.Helper()
	api := object.Status.API
	if api == nil {
		return
	}
	for _, stage := range held(&object.Status, "stage/") {
		withoutToken.calls.Add(1)
		if got := m.call(m.aws.URL + "/execute-api/" + api.ID + "/" + stage + "/registered"); got != http.StatusUnauthorized && got != http.StatusForbidden {
			withoutToken.letIn.Add(1)
			m.t.Errorf("stage %s answers %d without a token", stage, got)
		}
	}
}

// ready says whether the object is Ready, and no secret is on its way or waits to be deleted.
func (m *mortal) ready(object *v1alpha1.SecuredAPI) func() bool {
	return func() bool {
		m.get(object)
		return isReady(object) && !replacesSecrets(object)
	}
}

func replacesSecrets(object *v1alpha1.SecuredAPI) bool {
	return slices.ContainsFunc(object.Status.Resources, func(rec v1alpha1.ResourceRecord) bool {
		return strings.HasPrefix(rec.Name, "secret/") && (rec.Unproven != nil || len(rec.Retired) > 0)
	})
}

func isReady(object *v1alpha1.SecuredAPI) bool {
	return object.Status.ObservedGeneration == object.Generation && meta.IsStatusConditionTrue(object.Status.Conditions, v1alpha1.ConditionReady)
}

func (m *mortal) gone(object *v1alpha1.SecuredAPI) func() bool {
	return func() bool {
		err := m.client.Get(m.t.Context(), client.ObjectKeyFromObject(object), object)
		return apierrors.IsNotFound(err)
	}
}
