package schedules_test

import (
	"context"
	"slices"
	"strings"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// gate is an edge of a call or a write.
type gate struct {
	edge, name string
	// aws says that it is a call to AWS; writes, that it can change something there or in Kubernetes.
	aws, writes bool
}

func (g gate) String() string { return g.edge + " " + g.name }

// order is how a flight goes on from a gate.
type order int

const (
	proceed order = iota
	// kill ends the operator here.
	kill
	// cancel is a lease that is lost, or a shutdown: the pass goes on with a canceled context.
	cancel
	// giveUp leaves a call in flight: the pass sees that its time is up, and AWS carries it out whenever it likes.
	giveUp
	// throttle is a throttle that outlasted the SDK's own tries.
	throttle
	// fail is an API server that does not take a write, or takes it and does not say so.
	fail
	// fault and those beyond it are what the local AWS is told to do.
	fault
)

func (o order) String() string {
	if o > fault {
		return awslocal.Kind(o - fault).String()
	}
	return []string{"proceed", "kill", "cancel", "give up", "throttle", "fail"}[o]
}

type flightKey struct{}

func flightOf(ctx context.Context) *flight {
	f, _ := ctx.Value(flightKey{}).(*flight)
	return f
}

// gateCalls gates the SDK's calls, above its own retries.
func gateCalls(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("Gate", func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (out middleware.InitializeOutput, metadata middleware.Metadata, err error) {
		f := flightOf(ctx)
		g := gate{edge: "before", name: awsmiddleware.GetOperationName(ctx), aws: true}
		g.writes = !slices.ContainsFunc([]string{"Get", "List", "Describe"}, func(verb string) bool { return strings.HasPrefix(g.name, verb) })
		switch f.cross(g) { //nolint:exhaustive // the others let the call be made
		case throttle:
			return out, metadata, &smithy.GenericAPIError{Code: "TooManyRequestsException", Message: "Too Many Requests"}
		case giveUp:
			f.leave(g, func() { _, _, _ = next.HandleInitialize(context.WithoutCancel(ctx), in) })
			return out, metadata, context.DeadlineExceeded
		}
		out, metadata, err = next.HandleInitialize(ctx, in)
		g.edge = "after"
		f.cross(g)
		return out, metadata, err
	}), middleware.After)
}

// gateWrites gates a client's writes, and SecuredAPIs are read from the flight's cache.
func gateWrites(c client.WithWatch) client.Client {
	write := func(ctx context.Context, name string, do func() error) error {
		f := flightOf(ctx)
		if f.cross(gate{edge: "before", name: name, writes: true}) == fail {
			return apierrors.NewTimeoutError("the API server did not answer", 0)
		}
		err := do()
		if f.cross(gate{edge: "after", name: name, writes: true}) == fail {
			return apierrors.NewTimeoutError("the API server did not answer", 0)
		}
		return err
	}
	return interceptor.NewClient(c, interceptor.Funcs{
		// Nobody else is in the account: others are other tests'.
		List: func(context.Context, client.WithWatch, client.ObjectList, ...client.ListOption) error { return nil },
		Get: func(ctx context.Context, c client.WithWatch, key client.ObjectKey, o client.Object, opts ...client.GetOption) error {
			object, ok := o.(*v1alpha1.SecuredAPI)
			if !ok {
				return c.Get(ctx, key, o, opts...)
			}
			cached := flightOf(ctx).cached
			if cached == nil {
				return apierrors.NewNotFound(v1alpha1.GroupVersion.WithResource("securedapis").GroupResource(), key.Name)
			}
			cached.DeepCopyInto(object)
			return nil
		},
		Create: func(ctx context.Context, c client.WithWatch, o client.Object, opts ...client.CreateOption) error {
			return write(ctx, "create Secret", func() error { return c.Create(ctx, o, opts...) })
		},
		Update: func(ctx context.Context, c client.WithWatch, o client.Object, opts ...client.UpdateOption) error {
			return write(ctx, "update Secret", func() error { return c.Update(ctx, o, opts...) })
		},
		Delete: func(ctx context.Context, c client.WithWatch, o client.Object, opts ...client.DeleteOption) error {
			return write(ctx, "delete Secret", func() error { return c.Delete(ctx, o, opts...) })
		},
		Patch: func(ctx context.Context, c client.WithWatch, o client.Object, p client.Patch, opts ...client.PatchOption) error {
			return write(ctx, "patch finalizer", func() error { return c.Patch(ctx, o, p, opts...) })
		},
		SubResourceApply: func(ctx context.Context, c client.Client, sub string, o runtime.ApplyConfiguration, opts ...client.SubResourceApplyOption) error {
			return write(ctx, "apply "+sub, func() error { return c.SubResource(sub).Apply(ctx, o, opts...) })
		},
	})
}
