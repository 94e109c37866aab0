package sweeper

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/awsclient/quota"
	"github.com/securedapi/securedapi/controllers/drift"
)

// ReceiveEvents makes the leader receive events from a queue, which the operator's own credentials may read.
func (s *Sweeper) ReceiveEvents(mgr ctrl.Manager, config aws.Config, queueURL string) error {
	messages, err := drift.Client(config, queueURL)
	if err != nil {
		return err
	}
	return mgr.Add(&drift.Queue{URL: queueURL, SQS: messages, Signature: awsclient.Signature(s.Tenants.Cluster), Changed: s.changed})
}

// changed wakes the objects that a change concerns. Ids are unique in an account and Region only.
func (s *Sweeper) changed(ctx context.Context, change drift.Change) error {
	for field, id := range map[string]string{holdsPool: change.Pool, holdsAPI: change.API} {
		if id == "" {
			continue
		}
		found := &v1alpha1.SecuredAPIList{}
		if err := s.Client.List(ctx, found, client.MatchingFields{field: id}); err != nil {
			return fmt.Errorf("find the object of %s %s: %w", field, id, err)
		}
		for i := range found.Items {
			object := &found.Items[i]
			if placeOf(object) != change.Place || !object.DeletionTimestamp.IsZero() {
				continue
			}
			if change.Signed && s.calls(ctx, object, change.Principal) {
				continue
			}
			ctrl.LoggerFrom(ctx).Info("Changed by somebody else",
				"object", client.ObjectKeyFromObject(object), "operation", change.Operation, "principal", change.Principal)
			if err := s.wake(ctx, object); err != nil {
				return err
			}
		}
	}
	return nil
}

// calls says whether the operator calls as a principal on behalf of an object. If that cannot be told, it does not.
func (s *Sweeper) calls(ctx context.Context, object *v1alpha1.SecuredAPI, principal string) bool {
	role, err := s.Tenants.Role(ctx, object.Namespace)
	if err != nil {
		return false
	}
	clients, err := s.AWS.For(awsclient.Target{Region: object.Status.Region, Role: role})
	if err != nil {
		return false
	}
	ctx = quota.WithCaller(ctx, quota.Caller{Namespace: object.Namespace, Name: object.Name})
	return clients.Calls(ctx, object.Namespace, object.Name, principal)
}
