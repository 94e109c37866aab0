package controllers

import (
	"context"
	"errors"
	"fmt"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/drift/sweeper"
	"github.com/securedapi/securedapi/controllers/kube/index"
	"github.com/securedapi/securedapi/controllers/kube/watch"
	"github.com/securedapi/securedapi/controllers/tenancy"
)

// What the spec reads of ConfigMaps and Secrets is read in each pass (package inputs), and watched. Secrets are watched only in the
// namespaces of objects that read one, so where the operator may not do that, an object that waits for a Secret looks again each minute.

// Fields that are indexed, so that a change of a ConfigMap or a Secret finds the objects that read it.
const (
	fieldInput  = "inputs.configMaps"
	fieldSecret = "inputs.secrets"
)

// anySecret is the value of fieldSecret that every object has which reads a Secret.
const anySecret = "*"

// index makes the cache find objects by what they claim, share, hold, write and read.
func (r *SecuredAPIReconciler) index(ctx context.Context, indexer client.FieldIndexer) error {
	return errors.Join(
		tenancy.Index(ctx, indexer), sweeper.Index(ctx, indexer), index.By(ctx, indexer, fieldInput, inputNames),
		index.By(ctx, indexer, fieldSecret, secretNames),
		index.By(ctx, indexer, fieldConfigMap, func(object *v1alpha1.SecuredAPI) []string {
			if name := object.Spec.Outputs.ConfigMapName; name != "" {
				return []string{name}
			}
			return nil
		}),
	)
}

// inputNames are the ConfigMaps that a spec reads.
func inputNames(object *v1alpha1.SecuredAPI) []string {
	var names []string
	for i := range object.Spec.UserPool.IdentityProviders {
		if saml := object.Spec.UserPool.IdentityProviders[i].SAML; saml != nil && saml.MetadataFrom != nil {
			names = append(names, saml.MetadataFrom.Name)
		}
	}
	if domain := object.Spec.Domain; domain != nil {
		names = append(names, domain.Branding.ConfigMaps()...)
		names = append(names, domain.ClassicStyle.ConfigMaps()...)
	}
	for i := range object.Spec.Clients {
		names = append(names, object.Spec.Clients[i].Branding.ConfigMaps()...)
		names = append(names, object.Spec.Clients[i].ClassicStyle.ConfigMaps()...)
	}
	return names
}

// secretNames are the Secrets that a spec reads, and anySecret if there is one.
func secretNames(object *v1alpha1.SecuredAPI) []string {
	var names []string
	for i := range object.Spec.UserPool.IdentityProviders {
		names = append(names, object.Spec.UserPool.IdentityProviders[i].Secrets()...)
	}
	for i := range object.Spec.Clients {
		if secret := object.Spec.Clients[i].Secret; secret != nil && secret.From != nil {
			names = append(names, secret.From.Name)
		}
	}
	if len(names) > 0 {
		names = append(names, anySecret)
	}
	return names
}

// setupSecrets watches Secrets while the manager leads. The controller takes what changed from the channel.
func (r *SecuredAPIReconciler) setupSecrets(mgr ctrl.Manager) (<-chan event.GenericEvent, error) {
	reader, err := metadata.NewForConfigAndClient(mgr.GetConfig(), mgr.GetHTTPClient())
	if err != nil {
		return nil, fmt.Errorf("make the client that watches Secrets: %w", err)
	}
	changes := make(chan event.GenericEvent)
	r.secrets = &watch.Secrets{
		Client: reader, Now: r.Clock.Now,
		Needed: func(ctx context.Context, namespace string) (bool, error) {
			readers, err := r.readers(ctx, client.InNamespace(namespace), client.Limit(1))
			return len(readers) > 0, err
		},
		Changed: func(ctx context.Context, secret client.Object) {
			select {
			case changes <- event.GenericEvent{Object: secret}:
			case <-ctx.Done():
			}
		},
	}
	return changes, mgr.Add(manager.RunnableFunc(func(ctx context.Context) error {
		return r.secrets.Start(ctx, func() {
			readers, err := r.readers(ctx)
			if err != nil {
				ctrl.LoggerFrom(ctx).Error(err, "Find out where Secrets are read")
			}
			namespaces := map[string]bool{}
			for i := range readers {
				namespaces[readers[i].Namespace] = true
			}
			for namespace := range namespaces {
				r.watchSecrets(ctx, namespace)
			}
		})
	}))
}

// readers are the objects that read a Secret. They are the cache's own, not to be changed.
func (r *SecuredAPIReconciler) readers(ctx context.Context, within ...client.ListOption) ([]v1alpha1.SecuredAPI, error) {
	found := &v1alpha1.SecuredAPIList{}
	err := r.Client.List(ctx, found, append(within, client.MatchingFields{fieldSecret: anySecret}, client.UnsafeDisableDeepCopy)...)
	if err != nil {
		return nil, fmt.Errorf("list who reads Secrets: %w", err)
	}
	return found.Items, nil
}

// watchSecrets has the Secrets of a namespace watched while an object there reads one. Where that fails, what waits for a Secret looks
// again by itself.
func (r *SecuredAPIReconciler) watchSecrets(ctx context.Context, namespace string) {
	if r.secrets == nil {
		return
	}
	if err := r.secrets.Keep(ctx, namespace); err != nil {
		ctrl.LoggerFrom(ctx).Error(err, "Find out whether Secrets are read", "namespace", namespace)
	}
}

// touchedInputs has the objects reconciled that read a ConfigMap or Secret which appeared, changed or went. They also try what is stalled.
func (r *SecuredAPIReconciler) touchedInputs(field string) handler.EventHandler {
	touched := r.touched(field, func(uid types.UID) {
		r.Schedule.Again(uid)
		r.Schedule.Touch(uid)
	})
	touched.CreateFunc = func(ctx context.Context, e event.CreateEvent, queue workqueue.TypedRateLimitingInterface[ctrl.Request]) {
		if !e.IsInInitialList {
			touched.UpdateFunc(ctx, event.UpdateEvent{ObjectNew: e.Object}, queue)
		}
	}
	return touched
}
