package controllers_test

import (
	"context"
	"encoding/json"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers"
)

// stretch is a stretch of an object's life: of a new one, or of a Ready one that is edited or deleted.
type stretch struct {
	name string
	// from is what the recipe is changed to before.
	from func(*v1alpha1.SecuredAPI)
	edit func(*v1alpha1.SecuredAPI)
	del  bool
}

// lives are the stretches of an object's life that the operator is killed in.
var lives = []stretch{
	{name: "create"},
	{name: "update", edit: func(o *v1alpha1.SecuredAPI) {
		o.Spec.Stage = "live"
		o.Spec.UserPool.PasswordPolicy.MinimumLength = 9
		o.Spec.Domain.Prefix = "notes-live"
		o.Spec.Clients[0].Name = "other"
		o.Spec.Routes[1].Backend.Lambda.Function = "OtherHandler"
	}},
	{name: "secret", edit: withProgram},
	{name: "rotate", from: withProgram, edit: raise(2)},
	{name: "no secret", from: withProgram, edit: func(o *v1alpha1.SecuredAPI) {
		o.Spec.Clients[0].Flows, o.Spec.Clients[0].Scopes = []v1alpha1.Flow{v1alpha1.FlowCode}, nil
	}},
	{name: "delete", del: true},
}

// prepare makes an object as it is before the stretch.
func (m *mortal) prepare(life stretch) *v1alpha1.SecuredAPI {
	m.t.Helper()
	object := m.recipe()
	if life.from != nil {
		life.from(object)
	}
	if life.edit == nil && !life.del {
		return m.create(object)
	}
	return m.createReady(object)
}

// createReady creates an object that is Ready. How it came to be is not what the test is about, so the operator works on a
// copy in memory meanwhile, and the API server is told once: that is most of what a sweep would cost.
func (m *mortal) createReady(object *v1alpha1.SecuredAPI) *v1alpha1.SecuredAPI {
	m.t.Helper()
	object.Finalizers = []string{controllers.Finalizer}
	m.create(object)
	draft, applied := object.DeepCopy(), &unstructured.Unstructured{}
	memory := interceptor.NewClient(m.inNamespace(), interceptor.Funcs{
		Get: func(ctx context.Context, c client.WithWatch, key client.ObjectKey, o client.Object, opts ...client.GetOption) error {
			if read, ok := o.(*v1alpha1.SecuredAPI); ok {
				draft.DeepCopyInto(read)
				return nil
			}
			return c.Get(ctx, key, o, opts...)
		},
		SubResourceApply: func(_ context.Context, _ client.Client, _ string, o runtime.ApplyConfiguration, _ ...client.SubResourceApplyOption) error {
			text, err := json.Marshal(o)
			if err != nil {
				return err
			}
			if err := applied.UnmarshalJSON(text); err != nil {
				return err
			}
			draft.Status = v1alpha1.SecuredAPIStatus{}
			return runtime.DefaultUnstructuredConverter.FromUnstructured(applied.Object["status"].(map[string]any), &draft.Status)
		},
	})
	m.restWith(func() *controllers.SecuredAPIReconciler {
		operator := m.start()
		operator.Client, operator.Reader = memory, memory
		return operator
	}, draft, func() bool { return isReady(draft) && !replacesSecrets(draft) })
	err := m.client.Status().Apply(m.t.Context(), client.ApplyConfigurationFromUnstructured(applied), client.FieldOwner("securedapi"), client.ForceOwnership)
	if err != nil {
		m.t.Fatal(err)
	}
	m.get(object)
	return object
}

// lived is an account after a stretch of an object's life in which nothing went wrong: the edges and calls are the stretch's.
func lived(t tester, life stretch) *mortal {
	t.Helper()
	whole := newMortal(t)
	object := whole.prepare(life)
	*whole.edges = boundaries{}
	whole.aws.ResetCalls()
	whole.live(life, object)
	return whole
}

// live leads an object through the stretch, until it is at rest.
func (m *mortal) live(life stretch, object *v1alpha1.SecuredAPI) {
	m.t.Helper()
	if life.del {
		if err := m.client.Delete(m.t.Context(), object); err != nil {
			m.t.Fatal(err)
		}
		m.rest(object, m.gone(object))
		return
	}
	if life.edit != nil {
		m.update(object, life.edit)
	}
	m.rest(object, m.ready(object))
}
