package harness

import (
	"bytes"
	"context"
	"strings"
	"time"

	eventsv1 "k8s.io/api/events/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/watch"
	kstatus "sigs.k8s.io/cli-utils/pkg/kstatus/status"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/outcome"
)

// Eventually waits for a condition, and fails with what was there last.
func (w *World) Eventually(what string, is func(context.Context) (bool, string)) {
	w.T.Helper()
	var last string
	err := wait.PollUntilContextTimeout(w.T.Context(), 10*time.Millisecond, Patience, true, func(ctx context.Context) (done bool, err error) {
		done, last = is(ctx)
		return done, nil
	})
	if err != nil {
		w.T.Fatalf("waited for %s: %v\n%s", what, err, last)
	}
}

// Await waits until the object is as it should be.
func (w *World) Await(object *v1alpha1.SecuredAPI, what string, is func(*v1alpha1.SecuredAPI) bool) {
	w.T.Helper()
	w.follow(object, what, func(state watch.EventType) bool { return state != watch.Deleted && is(object) })
}

// follow keeps object as the API server has it, until the state that is waited for. It watches: who asks again and again
// keeps the API server from the tests that run beside.
func (w *World) follow(object *v1alpha1.SecuredAPI, what string, is func(watch.EventType) bool) {
	w.T.Helper()
	ctx, cancel := context.WithTimeout(w.T.Context(), Patience)
	defer cancel()
	all, this := &v1alpha1.SecuredAPIList{}, &client.ListOptions{
		Namespace: object.Namespace, FieldSelector: fields.OneTermEqualSelector(metav1.ObjectNameField, object.Name),
	}
	if err := w.Client.List(ctx, all, this); err != nil {
		w.T.Fatal(err)
	}
	state := watch.Deleted
	for _, now := range all.Items {
		now.DeepCopyInto(object)
		state = watch.Added
	}
	if is(state) {
		return
	}
	this.Raw = &metav1.ListOptions{ResourceVersion: all.ResourceVersion}
	changes, err := w.Client.Watch(ctx, all, this)
	if err != nil {
		w.T.Fatal(err)
	}
	defer changes.Stop()
	for change := range changes.ResultChan() {
		now, ok := change.Object.(*v1alpha1.SecuredAPI)
		if !ok {
			w.T.Fatalf("waited for %s: %+v", what, change.Object)
		}
		if now.DeepCopyInto(object); is(change.Type) {
			return
		}
	}
	text, _ := yaml.Marshal(object.Status)
	w.T.Fatalf("waited for %s: %v\n%s", what, ctx.Err(), text)
}

// AwaitReady waits until the object's present spec is Ready.
func (w *World) AwaitReady(object *v1alpha1.SecuredAPI) {
	w.T.Helper()
	w.Await(object, "Ready", IsReady)
	w.judge(object, kstatus.CurrentStatus)
}

// IsReady says that the object's present spec is Ready.
func IsReady(object *v1alpha1.SecuredAPI) bool {
	return object.Status.ObservedGeneration == object.Generation && meta.IsStatusConditionTrue(object.Status.Conditions, v1alpha1.ConditionReady)
}

// AwaitStalled waits until the object's present spec was found impossible, and returns the long text of what a person has to do.
func (w *World) AwaitStalled(object *v1alpha1.SecuredAPI, reason string) string {
	w.T.Helper()
	var message string
	w.Await(object, "Stalled with "+reason, func(o *v1alpha1.SecuredAPI) bool {
		stalled := meta.FindStatusCondition(o.Status.Conditions, v1alpha1.ConditionStalled)
		if stalled == nil || stalled.Reason != reason || stalled.ObservedGeneration != o.Generation {
			return false
		}
		message = outcome.StalledMessage(&o.Status)
		return true
	})
	if object.DeletionTimestamp.IsZero() {
		w.judge(object, kstatus.FailedStatus)
	}
	return message
}

// AwaitPlanned waits until the plan of the present spec is shown, and returns its words and classes.
func (w *World) AwaitPlanned(object *v1alpha1.SecuredAPI) []string {
	w.T.Helper()
	w.Await(object, "the plan", func(o *v1alpha1.SecuredAPI) bool {
		ready := meta.FindStatusCondition(o.Status.Conditions, v1alpha1.ConditionReady)
		return o.Status.Plan != nil && ready.Reason == v1alpha1.ReasonPlanned && ready.ObservedGeneration == o.Generation
	})
	return PlanWords(object)
}

// PlanWords are the words and classes of the plan that status shows.
func PlanWords(object *v1alpha1.SecuredAPI) []string {
	var words []string
	for _, change := range object.Status.Plan.Changes {
		words = append(words, change.Change+" ("+change.Class+")")
	}
	return words
}

// AwaitGone waits until the object is gone.
func (w *World) AwaitGone(object *v1alpha1.SecuredAPI) {
	w.T.Helper()
	w.follow(object, "the object to go", func(state watch.EventType) bool { return state == watch.Deleted })
}

// Events are those of the namespace, as far as they have arrived: who wants one waits for it.
func (w *World) Events() []eventsv1.Event {
	w.T.Helper()
	list := &eventsv1.EventList{}
	if err := w.Client.List(w.T.Context(), list, client.InNamespace(w.Namespace)); err != nil {
		w.T.Fatal(err)
	}
	return list.Items
}

// EventNotes are the words of all events of the namespace that have arrived.
func (w *World) EventNotes() string {
	w.T.Helper()
	var notes []string
	for _, event := range w.Events() {
		notes = append(notes, event.Note)
	}
	return strings.Join(notes, "\n")
}

// EventTypes are the types of the events of the namespace that have arrived, by their reasons.
func (w *World) EventTypes() map[string]string {
	w.T.Helper()
	types := map[string]string{}
	for _, event := range w.Events() {
		types[event.Reason] = event.Type
	}
	return types
}

// TextOf is the object and all events of the namespace, as text.
func (w *World) TextOf(object *v1alpha1.SecuredAPI) string {
	w.T.Helper()
	var text bytes.Buffer
	w.Get(object)
	for _, o := range []any{object, w.Events()} {
		encoded, err := yaml.Marshal(o)
		if err != nil {
			w.T.Fatal(err)
		}
		text.Write(encoded)
	}
	return text.String()
}
