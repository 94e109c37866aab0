package controllers

import (
	"context"
	"errors"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/drift/sweeper"
	"github.com/securedapi/securedapi/controllers/kube/index"
	"github.com/securedapi/securedapi/controllers/tenancy"
)

// What the spec reads of ConfigMaps and Secrets is read in each pass (package inputs). A ConfigMap is watched, too. To watch Secrets the
// operator would need a right to the content of all Secrets of the cluster, so an object that waits for one looks again each minute.

// fieldInput is indexed, so that a change of a ConfigMap finds the objects that read it.
const fieldInput = "inputs"

// index makes the cache find objects by what they claim, share, hold, write and read.
func (r *SecuredAPIReconciler) index(ctx context.Context, indexer client.FieldIndexer) error {
	return errors.Join(
		tenancy.Index(ctx, indexer), sweeper.Index(ctx, indexer), index.By(ctx, indexer, fieldInput, inputNames),
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

// touchedInputs has the objects reconciled that read a ConfigMap which appeared, changed or went. They also try what is stalled.
func (r *SecuredAPIReconciler) touchedInputs() handler.EventHandler {
	touched := r.touched(fieldInput, func(uid types.UID) {
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
