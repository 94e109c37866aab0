package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// applying is how many objects are applied at the same time.
const applying = 8

// namespaces makes namespaces. Those of roles work each in an account of its own.
func (l *lab) namespaces(ctx context.Context, n int, roles bool) ([]string, error) {
	var names []string
	for i := range n {
		namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("team-%02d", i)}}
		if roles {
			namespace.Annotations = map[string]string{v1alpha1.RoleARNAnnotation: "arn:aws:iam::" + accountOf(i) + ":role/securedapi"}
		}
		if err := l.kube.Create(ctx, namespace); err != nil {
			return nil, err
		}
		names = append(names, namespace.Name)
	}
	return names, nil
}

// accountOf is the account of the i-th role.
func accountOf(i int) string { return fmt.Sprintf("%012d", i+1) }

// recipe is the manifest of the demo: two routes, two functions, one client, a domain. Every object has functions of its
// own, for the policy of one has room for some fifty APIs.
func recipe() (*v1alpha1.SecuredAPI, error) {
	text, err := os.ReadFile(filepath.Join("config", "samples", "securedapi_v1alpha1_notes.yaml"))
	if err != nil {
		return nil, err
	}
	object := &v1alpha1.SecuredAPI{}
	return object, yaml.UnmarshalStrict(text, object)
}

// objects are n recipes, dealt out to namespaces.
func (l *lab) objects(namespaces []string, prefix string, n int) ([]*v1alpha1.SecuredAPI, error) {
	var objects []*v1alpha1.SecuredAPI
	for i := range n {
		object, err := recipe()
		if err != nil {
			return nil, err
		}
		object.Namespace = namespaces[i%len(namespaces)]
		object.Name = fmt.Sprintf("%s-%04d", prefix, i/len(namespaces))
		object.Spec.Domain.Prefix = object.Namespace + "-" + object.Name
		for _, route := range object.Spec.Routes {
			route.Backend.Lambda.Function += "-" + object.Name
			l.function(route.Backend.Lambda.Function)
		}
		objects = append(objects, object)
	}
	return objects, nil
}

// function makes a function in each account.
func (l *lab) function(name string) {
	l.aws.Lambda.Handle(name, func(context.Context, json.RawMessage) (any, error) { return nil, nil })
}

// apply creates objects.
func (l *lab) apply(ctx context.Context, objects []*v1alpha1.SecuredAPI) error {
	return each(ctx, objects, func(ctx context.Context, object *v1alpha1.SecuredAPI) error { return l.kube.Create(ctx, object) })
}

// each does something with every object, with several at the same time.
func each(ctx context.Context, objects []*v1alpha1.SecuredAPI, do func(context.Context, *v1alpha1.SecuredAPI) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(applying)
	for _, object := range objects {
		group.Go(func() error { return do(ctx, object) })
	}
	return group.Wait()
}

// populate makes objects and waits until they are Ready, with an operator that knows no quotas. None runs after.
func (l *lab) populate(ctx context.Context, objects []*v1alpha1.SecuredAPI) error {
	l.logf("  making %d objects without quotas, which is not measured", len(objects))
	if err := l.start(ctx, 0, 1, applying); err != nil {
		return err
	}
	if err := l.apply(ctx, objects); err != nil {
		return err
	}
	if err := l.watcher.awaitAll(ctx, len(objects)); err != nil {
		return err
	}
	return l.stop()
}
