// Package inputs reads what a spec names in Secrets and ConfigMaps of the object's namespace. Values are read anew in each pass and
// kept nowhere.
package inputs

import (
	"context"
	"fmt"
	"maps"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/kube/owned"
	"github.com/securedapi/securedapi/controllers/userpool"
)

// Inputs are those of one pass. It reads each Secret and ConfigMap once, when something asks for it.
type Inputs struct {
	namespace string

	read  func(object client.Object, name string) error
	known map[string]map[string]string
}

var _ userpool.Inputs = (*Inputs)(nil)

// Of are the inputs of the owner of objects.
func Of(ctx context.Context, objects owned.Objects) *Inputs {
	return &Inputs{
		namespace: objects.Owner.Namespace,
		read:      func(object client.Object, name string) error { return objects.Input(ctx, object, name) },
		known:     map[string]map[string]string{},
	}
}

// Secret returns the value that a field of the spec names in a Secret, without the line break that editors put behind it.
func (i *Inputs) Secret(field string, key v1alpha1.SecretKey) (string, error) {
	secret := &corev1.Secret{}
	return trimmed(i.value(field, secret, key.Name, key.Key, func() map[string]string {
		values := map[string]string{}
		for key, value := range secret.Data {
			values[key] = string(value)
		}
		return values
	}))
}

// ConfigMap returns the text that a field of the spec names in a ConfigMap, without the line break that editors put behind it.
func (i *Inputs) ConfigMap(field string, key v1alpha1.ConfigMapKey) (string, error) {
	return trimmed(i.File(field, key))
}

// File returns what a field of the spec names in a ConfigMap, byte by byte. Files that are no text are in its binaryData.
func (i *Inputs) File(field string, key v1alpha1.ConfigMapKey) (string, error) {
	configMap := &corev1.ConfigMap{}
	return i.value(field, configMap, key.Name, key.Key, func() map[string]string {
		values := map[string]string{}
		maps.Copy(values, configMap.Data)
		for key, value := range configMap.BinaryData {
			values[key] = string(value)
		}
		return values
	})
}

func trimmed(value string, err error) (string, error) { return strings.TrimRight(value, "\r\n"), err }

func (i *Inputs) value(field string, object client.Object, name, key string, data func() map[string]string) (string, error) {
	kind := owned.Kind(object)
	values, known := i.known[kind+"/"+name]
	if !known {
		err := i.read(object, name)
		if apierrors.IsNotFound(err) {
			return "", absent("%s: there is no %s %s with the label %s=%s, whose key %s is read; create it, or allow it to be read: "+
				"kubectl label %s %s --namespace=%s %[4]s=%[5]s",
				field, kind, name, v1alpha1.ContentLabel, v1alpha1.ContentInput, key, strings.ToLower(kind), name, i.namespace)
		}
		if err != nil {
			return "", err
		}
		values = data()
		i.known[kind+"/"+name] = values
	}
	value := values[key]
	if strings.TrimRight(value, "\r\n") == "" {
		return "", absent("%s: %s %s has no value for the key %s; add it, or name another key", field, kind, name, key)
	}
	return value, nil
}

// absent says what a person has to create, which may come at any time.
func absent(format string, args ...any) error {
	return awserr.Because(v1alpha1.ReasonDependencyNotReady, &engine.AbsentError{What: fmt.Sprintf(format, args...)})
}
