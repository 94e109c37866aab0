package harness

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
)

// Crash is what a killed operator panics with: nothing after it runs.
type Crash struct{}

// Boundaries counts the edges of calls, and kills at one of them.
type Boundaries struct {
	Seen, KillAt int
	// Names are those of the edges that were seen.
	Names []string
	// Instead happens there in the place of the kill.
	Instead func()
	// Each is called at every edge: what it finds there is what a crash would leave.
	Each func(name string)
}

func (b *Boundaries) cross(name string) {
	b.Seen++
	b.Names = append(b.Names, name)
	if b.Each != nil {
		b.Each(name)
	}
	if b.Seen != b.KillAt {
		return
	}
	if b.Instead == nil {
		panic(Crash{})
	}
	b.Instead()
}

// inNamespace is the client of an operator that watches one namespace: others are other tests' accounts.
func (m *Stepper) inNamespace() client.WithWatch {
	return interceptor.NewClient(m.Client, interceptor.Funcs{
		List: func(ctx context.Context, c client.WithWatch, list client.ObjectList, opts ...client.ListOption) error {
			return c.List(ctx, list, append(opts, client.InNamespace(m.Namespace))...)
		},
	})
}

// kindOf is that of what the operator writes beside SecuredAPIs.
func kindOf(object client.Object) string {
	if _, is := object.(*corev1.ConfigMap); is {
		return "ConfigMap"
	}
	return "Secret"
}

// crossingClient crosses an edge before and after each write.
func (m *Stepper) crossingClient() client.Client {
	write := func(name string, do func() error) error {
		m.Edges.cross("before " + name)
		err := do()
		m.Edges.cross("after " + name)
		return err
	}
	return interceptor.NewClient(m.inNamespace(), interceptor.Funcs{
		Create: func(ctx context.Context, c client.WithWatch, o client.Object, opts ...client.CreateOption) error {
			return write("create "+kindOf(o), func() error { return c.Create(ctx, o, opts...) })
		},
		Update: func(ctx context.Context, c client.WithWatch, o client.Object, opts ...client.UpdateOption) error {
			return write("update "+kindOf(o), func() error { return c.Update(ctx, o, opts...) })
		},
		Delete: func(ctx context.Context, c client.WithWatch, o client.Object, opts ...client.DeleteOption) error {
			return write("delete "+kindOf(o), func() error { return c.Delete(ctx, o, opts...) })
		},
		Patch: func(ctx context.Context, c client.WithWatch, o client.Object, p client.Patch, opts ...client.PatchOption) error {
			return write("patch finalizer", func() error { return c.Patch(ctx, o, p, opts...) })
		},
		SubResourceApply: func(ctx context.Context, c client.Client, sub string, o runtime.ApplyConfiguration, opts ...client.SubResourceApplyOption) error {
			return write("apply "+sub, func() error { return c.SubResource(sub).Apply(ctx, o, opts...) })
		},
	})
}
