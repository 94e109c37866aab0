package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/outcome"
)

// home is where the clients' callback URLs are. Nothing listens there: a visit ends with the redirect.
const home = "http://localhost:3000"

// name is the name of an object of this run; its user pool and API are called <namespace>-<name>.
func (w *world) name(of string) string { return "e2e-" + w.run + "-" + of }

func (w *world) key(of string) client.ObjectKey {
	return client.ObjectKey{Namespace: metav1.NamespaceDefault, Name: w.name(of)}
}

// object is an object of this run that is deleted with all that it made.
func (w *world) object(of string, routes ...v1alpha1.Route) *v1alpha1.SecuredAPI {
	key := w.key(of)
	return &v1alpha1.SecuredAPI{
		ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name},
		Spec:       v1alpha1.SecuredAPISpec{DeletionPolicy: v1alpha1.DeletionDelete, Routes: routes},
	}
}

// recipe is config/samples/securedapi_v1alpha1_notes.yaml with the names of this run.
func (w *world) recipe() *v1alpha1.SecuredAPI {
	o := w.object("notes", w.route("/registered", v1alpha1.AccessRegistered, "GET"), w.route("/guest", v1alpha1.AccessGuest, "GET"))
	o.Spec.Stage = "beta"
	o.Spec.UserPool.SignInWith = []v1alpha1.SignInAttribute{v1alpha1.SignInEmail}
	o.Spec.UserPool.PasswordPolicy = &v1alpha1.PasswordPolicy{MinimumLength: 6, RequireUppercase: true, RequireNumbers: true}
	o.Spec.Domain = &v1alpha1.DomainSpec{Prefix: w.name("notes")}
	o.Spec.Clients = []v1alpha1.Client{w.webClient("openid", "email", "phone", "profile", "aws.cognito.signin.user.admin")}
	return o
}

func (w *world) webClient(scopes ...string) v1alpha1.Client {
	return v1alpha1.Client{
		Name: "web", CallbackURLs: []v1alpha1.URL{home + "/callback"}, LogoutURLs: []v1alpha1.URL{home + "/"},
		Flows: []v1alpha1.Flow{v1alpha1.FlowImplicit}, Scopes: scopes,
	}
}

// route is a route to the function for its callers.
func (w *world) route(path string, access v1alpha1.Access, methods ...v1alpha1.Method) v1alpha1.Route {
	function := w.registered
	if access == v1alpha1.AccessGuest {
		function = w.guest
	}
	return v1alpha1.Route{
		Path: path, Methods: methods, Access: access,
		Backend: v1alpha1.Backend{Lambda: &v1alpha1.LambdaBackend{Function: function}},
	}
}

// get reads an object.
func (w *world) get(ctx context.Context, of string) (*v1alpha1.SecuredAPI, error) {
	o := &v1alpha1.SecuredAPI{}
	return o, w.kube.Get(ctx, w.key(of), o)
}

// edit changes an object's spec or metadata.
func (w *world) edit(ctx context.Context, of string, change func(*v1alpha1.SecuredAPI)) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		o, err := w.get(ctx, of)
		if err != nil {
			return err
		}
		change(o)
		return w.kube.Update(ctx, o)
	})
}

// ready waits until AWS agrees with an object's spec, and returns the object. It fails at once if a person has to act.
func (w *world) ready(ctx context.Context, of string) (*v1alpha1.SecuredAPI, error) {
	refused := false
	o, err := w.becomes(ctx, of, func(o *v1alpha1.SecuredAPI) bool {
		stalled := meta.FindStatusCondition(o.Status.Conditions, v1alpha1.ConditionStalled)
		refused = stalled != nil && stalled.ObservedGeneration == o.Generation
		return refused || o.Status.ObservedGeneration == o.Generation &&
			meta.IsStatusConditionTrue(o.Status.Conditions, v1alpha1.ConditionReady) &&
			meta.FindStatusCondition(o.Status.Conditions, v1alpha1.ConditionReconciling) == nil
	})
	if refused {
		return nil, errors.New(outcome.StalledMessage(&o.Status))
	}
	return o, err
}

// stalled waits until a person has to act for a reason, and returns the condition's message.
func (w *world) stalled(ctx context.Context, of, reason string) (string, error) {
	o, err := w.becomes(ctx, of, func(o *v1alpha1.SecuredAPI) bool {
		stalled := meta.FindStatusCondition(o.Status.Conditions, v1alpha1.ConditionStalled)
		return stalled != nil && stalled.Reason == reason
	})
	if err != nil {
		return "", err
	}
	return outcome.StalledMessage(&o.Status), nil
}

// becomes waits until an object is as it is to be.
func (w *world) becomes(ctx context.Context, of string, done func(*v1alpha1.SecuredAPI) bool) (o *v1alpha1.SecuredAPI, err error) {
	return o, w.await(ctx, func() (bool, string) {
		if o, err = w.get(ctx, of); err != nil {
			return false, err.Error()
		}
		return done(o), conditions(o)
	})
}

// conditions are an object's conditions.
func conditions(o *v1alpha1.SecuredAPI) string {
	var all []string
	for _, c := range o.Status.Conditions {
		all = append(all, fmt.Sprintf("%s=%s (%s: %s)", c.Type, c.Status, c.Reason, c.Message))
	}
	return "the object is " + strings.Join(all, ", ")
}

// lookAgain has the operator make a full check of an object, and waits until that is done and the object ready.
func (w *world) lookAgain(ctx context.Context, of string) (*v1alpha1.SecuredAPI, error) {
	now := time.Now().Format(time.RFC3339Nano)
	err := w.edit(ctx, of, func(o *v1alpha1.SecuredAPI) {
		metav1.SetMetaDataAnnotation(&o.ObjectMeta, v1alpha1.ReconcileAtAnnotation, now)
	})
	if err != nil {
		return nil, err
	}
	if _, err := w.becomes(ctx, of, func(o *v1alpha1.SecuredAPI) bool { return o.Status.LastHandledReconcileAt == now }); err != nil {
		return nil, err
	}
	return w.ready(ctx, of)
}

// remove deletes an object and waits until it is gone.
func (w *world) remove(ctx context.Context, of string) error {
	o, err := w.get(ctx, of)
	if err == nil {
		err = w.kube.Delete(ctx, o)
	}
	if err != nil {
		return client.IgnoreNotFound(err)
	}
	return w.await(ctx, func() (bool, string) {
		o, err := w.get(ctx, of)
		return apierrors.IsNotFound(err), conditions(o)
	})
}

// deleteObjects deletes all objects and waits until they are gone.
func (w *world) deleteObjects(ctx context.Context) error {
	if err := w.kube.DeleteAllOf(ctx, &v1alpha1.SecuredAPI{}, client.InNamespace(metav1.NamespaceDefault)); err != nil {
		return err
	}
	return w.await(ctx, func() (bool, string) {
		var left v1alpha1.SecuredAPIList
		if err := w.kube.List(ctx, &left); err != nil {
			return false, err.Error()
		}
		var seen []string
		for i := range left.Items {
			seen = append(seen, left.Items[i].Name+": "+conditions(&left.Items[i]))
		}
		return len(left.Items) == 0, strings.Join(seen, "; ")
	})
}

// secret is the client secret that the Secret of a client holds, and the client's id.
func (w *world) secret(ctx context.Context, of, clientName string) (id, secret string, err error) {
	o := &corev1.Secret{}
	key := w.key(of)
	key.Name += "-" + clientName
	err = w.kube.Get(ctx, key, o)
	return string(o.Data["clientID"]), string(o.Data["clientSecret"]), err
}
