package sweeper

import (
	"context"
	"time"

	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// What moved in AWS, by a sweep or an event, wakes the object that it belongs to: its next pass is now, and looks at
// everything.

// WakeDelay makes one pass of what is changed in one go, as by a deployment tool.
const WakeDelay = time.Second

// wakeSoon puts a woken object into the queue.
var wakeSoon = handler.Funcs{
	GenericFunc: func(_ context.Context, e event.GenericEvent, queue workqueue.TypedRateLimitingInterface[ctrl.Request]) {
		queue.AddAfter(ctrl.Request{NamespacedName: client.ObjectKeyFromObject(e.Object)}, WakeDelay)
	},
}

// Source is what SetupWithManager's controller and ReceiveEvents wake.
func (s *Sweeper) Source() source.Source { return source.Channel(s.State.wakes, wakeSoon) }

// wake returns when the object's next pass is sure to be a whole check.
func (s *Sweeper) wake(ctx context.Context, object *v1alpha1.SecuredAPI) error {
	s.Schedule.Wake(object.UID)
	select {
	case s.State.wakes <- event.GenericEvent{Object: object}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
