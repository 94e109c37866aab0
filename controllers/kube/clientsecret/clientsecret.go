// Package clientsecret keeps the secrets of clients in Secrets of the object's namespace, for programs to read.
package clientsecret

import (
	"context"
	"crypto/rand"
	"errors"
	"maps"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/kube/owned"
	"github.com/securedapi/securedapi/controllers/userpool"
)

// Keys of a client's Secret.
const (
	keyID     = "clientID"
	keySecret = "clientSecret"
	keyURL    = "tokenURL"
	// While the secret is replaced, the one that is to come; it is not published before Cognito knows it.
	keyNext = "nextClientSecret"
	// Of a secret that was replaced, the id of the present one in Cognito.
	keySecretID = "clientSecretID"
)

// Secrets reads and writes the Secrets of one object's clients. The object owns them.
type Secrets struct{ owned.Objects }

var _ userpool.Secrets = (*Secrets)(nil)

// Name is the name of the Secret that an object's client has.
func Name(object *v1alpha1.SecuredAPI, clientName string) string {
	if known := object.Status.Resource(userpool.PrefixSecret + clientName); known != nil && known.Kept[userpool.KeptName] != "" {
		return known.Kept[userpool.KeptName]
	}
	return byDefault(object, clientName)
}

func byDefault(object *v1alpha1.SecuredAPI, clientName string) string {
	return object.Name + "-" + clientName
}

// Name is the name of the client's Secret where the spec gives it none.
func (s *Secrets) Name(clientName string) string { return byDefault(s.Owner, clientName) }

// Move moves the content of the client's Secret to the one of that name. That one comes first, so that a crash loses nothing.
func (s *Secrets) Move(ctx context.Context, clientName, name string) error {
	former, err := s.get(ctx, clientName)
	if apierrors.IsNotFound(err) || awserr.Has(err, v1alpha1.ReasonOwnershipConflict) {
		return nil
	}
	if err != nil {
		return err
	}
	moved, err := s.named(ctx, name)
	switch {
	case apierrors.IsNotFound(err):
		err = s.Create(ctx, &corev1.Secret{Data: former.Data}, name)
	case err == nil:
		moved.Data = former.Data
		err = s.Update(ctx, moved)
	}
	if err != nil {
		return err
	}
	return s.Delete(ctx, former)
}

// Ensure returns the client's secret, storing a new one where there is none.
func (s *Secrets) Ensure(ctx context.Context, clientName string) (string, error) {
	return s.store(ctx, clientName, keySecret, "")
}

// Put stores the client's secret.
func (s *Secrets) Put(ctx context.Context, clientName, value string) error {
	_, err := s.store(ctx, clientName, keySecret, value)
	return err
}

// Stage returns the client's next secret, storing the given one, or a new one where there is none.
func (s *Secrets) Stage(ctx context.Context, clientName, given string) (string, error) {
	return s.store(ctx, clientName, keyNext, given)
}

// Promote makes the next secret the client's secret. The id in the Secret shows whether that was done already.
func (s *Secrets) Promote(ctx context.Context, clientName, id string) (bool, error) {
	secret, err := s.get(ctx, clientName)
	if err != nil {
		return false, client.IgnoreNotFound(err)
	}
	if string(secret.Data[keySecretID]) == id {
		return true, nil
	}
	next := secret.Data[keyNext]
	if len(next) == 0 {
		return false, nil
	}
	secret.Data[keySecret], secret.Data[keySecretID] = next, []byte(id)
	delete(secret.Data, keyNext)
	return true, s.Update(ctx, secret)
}

// store returns what the client's Secret has under key. It stores value or, where that is empty and there is none, a new secret.
func (s *Secrets) store(ctx context.Context, clientName, key, value string) (string, error) {
	secret, err := s.get(ctx, clientName)
	if err != nil && !apierrors.IsNotFound(err) {
		return "", err
	}
	if err == nil && len(secret.Data[key]) > 0 && (value == "" || value == string(secret.Data[key])) {
		return string(secret.Data[key]), nil
	}
	if value == "" {
		// 26 characters of base32; Cognito asks for 24 at least.
		value = rand.Text()
	}
	if err == nil {
		if secret.Data == nil {
			secret.Data = map[string][]byte{}
		}
		secret.Data[key] = []byte(value)
		return value, s.Update(ctx, secret)
	}
	secret = &corev1.Secret{Data: map[string][]byte{key: []byte(value)}}
	return value, s.Create(ctx, secret, Name(s.Owner, clientName))
}

// Remove deletes the client's Secret, if it exists and the object owns it.
func (s *Secrets) Remove(ctx context.Context, clientName string) error {
	secret, err := s.get(ctx, clientName)
	if awserr.Explained(err) {
		return s.leave(err)
	}
	if err == nil {
		err = s.Delete(ctx, secret)
	}
	return s.leave(client.IgnoreNotFound(err))
}

// leave returns why a Secret cannot be deleted, or nil if it needn't be.
func (s *Secrets) leave(err error) error {
	switch failure, _ := errors.AsType[*awserr.Failure](err); {
	case failure == nil:
		return err
	case failure.Reason == v1alpha1.ReasonOwnershipConflict:
		// Somebody else's: the client never had one.
		return nil
	case failure.Reason == v1alpha1.ReasonMissingSecretAccess && !s.Owner.DeletionTimestamp.IsZero():
		// The garbage collector deletes it after its owner. A namespace that is deleted loses its RoleBindings first, and nobody
		// can give it new ones: the object would keep the namespace for ever.
		return nil
	default:
		return err
	}
}

// Publish writes into the client's Secret what a program needs beside the secret, if it is not there yet.
func (s *Secrets) Publish(ctx context.Context, clientName, id, tokenURL string) error {
	secret, err := s.get(ctx, clientName)
	if err != nil {
		return err
	}
	data := maps.Clone(secret.Data)
	data[keyID], data[keyURL] = []byte(id), []byte(tokenURL)
	if maps.EqualFunc(data, secret.Data, func(a, b []byte) bool { return string(a) == string(b) }) {
		return nil
	}
	secret.Data = data
	return s.Update(ctx, secret)
}

// Value returns the client's secret that is in use; empty if none is stored.
func (s *Secrets) Value(ctx context.Context, clientName string) (string, error) {
	secret, err := s.get(ctx, clientName)
	if err != nil {
		return "", client.IgnoreNotFound(err)
	}
	return string(secret.Data[keySecret]), nil
}

// get returns the client's Secret, and refuses one that is somebody else's, or that spec.outputs asked for.
func (s *Secrets) get(ctx context.Context, clientName string) (*corev1.Secret, error) {
	return s.named(ctx, Name(s.Owner, clientName))
}

func (s *Secrets) named(ctx context.Context, name string) (*corev1.Secret, error) {
	const remedy = "give the client's secret another name"
	secret := &corev1.Secret{}
	if err := s.Get(ctx, secret, name, remedy); err != nil {
		return nil, err
	}
	if secret.Labels[v1alpha1.ContentLabel] != "" {
		return nil, owned.Foreign(secret, "is one of spec.outputs", remedy)
	}
	return secret, nil
}
