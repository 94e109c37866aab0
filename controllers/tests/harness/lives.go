package harness

import (
	"context"
	"encoding/json"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers"
)

// Life is a stretch of an object's life: of a new one, or of a Ready one that is edited or deleted.
type Life struct {
	Name string
	// From is what the recipe is changed to before.
	From   func(*v1alpha1.SecuredAPI)
	Edit   func(*v1alpha1.SecuredAPI)
	Delete bool
	// Optional says that it is of parts that the recipe does not have, in an account and namespace with what these need.
	Optional bool
}

// Lives are the stretches of an object's life that the operator is killed in.
var Lives = []Life{
	{Name: "create"},
	{Name: "update", Edit: func(o *v1alpha1.SecuredAPI) {
		o.Spec.Stage = "live"
		o.Spec.UserPool.PasswordPolicy.MinimumLength = 9
		o.Spec.Domain.Prefix = "notes-live"
		o.Spec.Clients[0].Name = "other"
		o.Spec.Routes[1].Backend.Lambda.Function = "OtherHandler"
	}},
	{Name: "secret", Edit: WithProgram},
	{Name: "rotate", From: WithProgram, Edit: RotateTo(2)},
	{Name: "no secret", From: WithProgram, Edit: func(o *v1alpha1.SecuredAPI) {
		o.Spec.Clients[0].Flows, o.Spec.Clients[0].Scopes = []v1alpha1.Flow{v1alpha1.FlowCode}, nil
	}},
	{Name: "second factors", Edit: withSecondFactors},
	{Name: "no second factors", From: withSecondFactors, Edit: func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.MFA, o.Spec.UserPool.Passkeys = nil, nil
		o.Spec.UserPool.FirstFactors = []v1alpha1.FirstFactor{v1alpha1.FirstFactorPassword, v1alpha1.FirstFactorEmailOTP}
	}},
	{Name: "triggers", From: calling("GuestHandler"), Edit: calling("OtherHandler")},
	{Name: "delete", Delete: true},
	{Name: "providers", Optional: true, From: withProviders, Edit: withOtherProviders},
	{Name: "managed pages", Optional: true, From: withClassicStyles, Edit: withManagedPages},
	{Name: "other managed pages", Optional: true, From: withManagedPages, Edit: withOtherManagedPages},
	{Name: "classic pages", Optional: true, From: withManagedPages, Edit: withClassicPages},
	{Name: "custom domain", Optional: true, Edit: all(withCustomDomain("auth.example.com", certificate), withoutPrefix)},
	{Name: "another custom domain", Optional: true, From: withCustomDomain("auth.example.com", certificate), Edit: withCustomDomain("login.example.com", certificate)},
	{Name: "certificate", Optional: true, From: withCustomDomain("auth.example.com", certificate), Edit: withCustomDomain("auth.example.com", otherCertificate)},
	{Name: "protection", Optional: true, Edit: withProtection},
	{Name: "other protection", Optional: true, From: withProtection, Edit: withOtherProtection},
	{Name: "no protection", Optional: true, From: withProtection, Edit: withoutProtection},
	{Name: "replica", Optional: true, Edit: withReplica},
	{Name: "other replica", Optional: true, From: withReplica, Edit: withOtherReplica},
	{Name: "no replica", Optional: true, From: withReplica, Edit: withoutReplica},
	{Name: "groups and scopes", Optional: true, From: withGroups, Edit: withOtherGroups},
	{Name: "no routes", Optional: true, Edit: withoutRoutes},
	{Name: "first routes", Optional: true, From: withoutRoutes, Edit: func(o *v1alpha1.SecuredAPI) {
		o.Spec.Routes = []v1alpha1.Route{
			{Path: "/registered", Methods: []v1alpha1.Method{"GET"}, Access: v1alpha1.AccessRegistered, Backend: lambdaOf("RegisteredHandler")},
			{Path: "/guest", Methods: []v1alpha1.Method{"GET"}, Access: v1alpha1.AccessGuest, Backend: lambdaOf("GuestHandler")},
		}
	}},
	{Name: "create with all", Optional: true, From: withAll},
	{Name: "delete with all", Optional: true, From: withAll, Delete: true},
}

// Drifts are what somebody else may make of optional parts: each edit changes or takes away all that there was, and adds nothing.
var Drifts = []Life{
	{Name: "providers", Optional: true, From: withProviders, Edit: func(o *v1alpha1.SecuredAPI) {
		withOtherProviders(o)
		o.Spec.UserPool.IdentityProviders = o.Spec.UserPool.IdentityProviders[:1]
	}},
	{Name: "classic styles changed", Optional: true, From: withClassicStyles, Edit: func(o *v1alpha1.SecuredAPI) {
		o.Spec.Domain.ClassicStyle, o.Spec.Clients[0].ClassicStyle.CSSFrom = &v1alpha1.ClassicStyle{CSS: RedStyle}, nil
		o.Spec.Clients[0].ClassicStyle.CSS = BlueStyle
	}},
	{Name: "classic styles gone", Optional: true, From: withClassicStyles, Edit: func(o *v1alpha1.SecuredAPI) {
		o.Spec.Domain.ClassicStyle, o.Spec.Clients[0].ClassicStyle = nil, nil
	}},
	{Name: "managed pages changed", Optional: true, From: withManagedPages, Edit: func(o *v1alpha1.SecuredAPI) {
		withOtherManagedPages(o)
		o.Spec.Clients = o.Spec.Clients[:1]
	}},
	{Name: "managed pages gone", Optional: true, From: withManagedPages, Edit: func(o *v1alpha1.SecuredAPI) {
		o.Spec.Domain.Pages, o.Spec.Domain.Branding, o.Spec.Clients[0].Terms = v1alpha1.PagesClassic, nil, nil
	}},
	{Name: "certificate", Optional: true, From: withCustomDomain("auth.example.com", certificate), Edit: withCustomDomain("auth.example.com", otherCertificate)},
	{Name: "custom domain gone", Optional: true, From: withCustomDomain("auth.example.com", certificate), Edit: func(o *v1alpha1.SecuredAPI) { o.Spec.Domain.Custom = nil }},
	{Name: "protection changed", Optional: true, From: withProtection, Edit: withOtherProtection},
	{Name: "protection gone", Optional: true, From: withProtection, Edit: withoutProtection},
	{Name: "replica changed", Optional: true, From: withReplica, Edit: withOtherReplica},
	{Name: "replica gone", Optional: true, From: withReplica, Edit: withoutReplica},
	{Name: "groups and scopes", Optional: true, From: withGroups, Edit: func(o *v1alpha1.SecuredAPI) {
		withOtherGroups(o)
		o.Spec.UserPool.Groups, o.Spec.ResourceServers = o.Spec.UserPool.Groups[:1], []v1alpha1.ResourceServer{server("notes", "read")}
		o.Spec.Clients[0].Scopes = []string{"openid", "notes/read"}
	}},
	{Name: "triggers gone", From: calling("GuestHandler"), Edit: func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.Triggers = nil }},
}

// Creations are the lives that begin with nothing.
func Creations() []Life {
	return slices.DeleteFunc(slices.Clone(Lives), func(life Life) bool { return life.Edit != nil || life.Delete })
}

// withAll has every optional part.
func withAll(o *v1alpha1.SecuredAPI) {
	all(withProviders, withManagedPages, withCustomDomain("auth.example.com", certificate), withProtection, withGroups)(o)
}

func withoutRoutes(o *v1alpha1.SecuredAPI) { o.Spec.Routes = nil }

func lambdaOf(function string) v1alpha1.Backend {
	return v1alpha1.Backend{Lambda: &v1alpha1.LambdaBackend{Function: function}}
}

// calling has the pool call a function.
func calling(function string) func(*v1alpha1.SecuredAPI) {
	return func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.Triggers = []v1alpha1.Trigger{{Event: v1alpha1.TriggerPreSignUp, Function: function}}
	}
}

func withSecondFactors(o *v1alpha1.SecuredAPI) {
	o.Spec.UserPool.FirstFactors = []v1alpha1.FirstFactor{v1alpha1.FirstFactorPassword, v1alpha1.FirstFactorPasskey}
	o.Spec.UserPool.Passkeys = &v1alpha1.Passkeys{
		RelyingPartyID: "auth.example.com", UserVerification: v1alpha1.UserVerificationRequired, SatisfyMFA: v1alpha1.Enabled,
	}
	o.Spec.UserPool.MFA = &v1alpha1.MFA{Mode: v1alpha1.MFARequired, Factors: []v1alpha1.MFAFactor{v1alpha1.MFATOTP}}
}

// Prepare makes an object as it is before the stretch.
func (m *Stepper) Prepare(life Life) *v1alpha1.SecuredAPI {
	m.T.Helper()
	if life.Optional {
		m.Furnish()
	}
	object := m.Recipe()
	if life.From != nil {
		life.From(object)
	}
	if life.Edit == nil && !life.Delete {
		return m.Create(object)
	}
	return m.createReady(object)
}

// createReady creates an object that is Ready. How it came to be is not what the test is about, so the operator works on a
// copy in memory meanwhile, and the API server is told once: that is most of what a sweep would cost.
func (m *Stepper) createReady(object *v1alpha1.SecuredAPI) *v1alpha1.SecuredAPI {
	m.T.Helper()
	object.Finalizers = []string{controllers.Finalizer}
	m.Create(object)
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
	m.runUntilWith(func() *controllers.SecuredAPIReconciler {
		operator := m.Start()
		operator.Client, operator.Reader = memory, memory
		return operator
	}, draft, func() bool { return IsReady(draft) && !replacesSecrets(draft) })
	m.applyStatus(applied)
	m.Get(object)
	return object
}

// Forget puts an object back to how it was, spec and status, and leaves AWS as it is now: to the operator that is drift.
func (m *Stepper) Forget(object, before *v1alpha1.SecuredAPI) {
	m.T.Helper()
	m.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec = *before.Spec.DeepCopy() })
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&before.Status)
	if err != nil {
		m.T.Fatal(err)
	}
	status := &unstructured.Unstructured{Object: map[string]any{"status": content}}
	status.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind("SecuredAPI"))
	status.SetNamespace(object.Namespace)
	status.SetName(object.Name)
	m.applyStatus(status)
	m.Get(object)
}

// applyStatus writes a status as the operator does.
func (m *Stepper) applyStatus(status *unstructured.Unstructured) {
	m.T.Helper()
	err := m.Client.Status().Apply(m.T.Context(), client.ApplyConfigurationFromUnstructured(status), client.FieldOwner("securedapi"), client.ForceOwnership)
	if err != nil {
		m.T.Fatal(err)
	}
}

// Undisturbed is an account after a stretch of an object's life in which nothing went wrong: the edges and calls are those of
// the stretch.
func Undisturbed(t TB, life Life) *Stepper {
	t.Helper()
	whole := NewStepper(t)
	object := whole.Prepare(life)
	*whole.Edges = Boundaries{}
	whole.AWS.ResetCalls()
	whole.Live(life, object)
	return whole
}

// Live leads an object through the stretch, until it is at rest.
func (m *Stepper) Live(life Life, object *v1alpha1.SecuredAPI) {
	m.T.Helper()
	if life.Delete {
		if err := m.Client.Delete(m.T.Context(), object); err != nil {
			m.T.Fatal(err)
		}
		m.RunUntil(object, m.Gone(object))
		return
	}
	if life.Edit != nil {
		m.Update(object, life.Edit)
	}
	m.RunUntil(object, m.Ready(object))
}
