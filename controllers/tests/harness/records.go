package harness

import (
	"slices"
	"strings"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// What tests ask of the records in status.

// Pending are the names of the resources of which a call is pending.
func Pending(status *v1alpha1.SecuredAPIStatus) (names []string) {
	for i := range status.Resources {
		if status.Resources[i].Pending != nil {
			names = append(names, status.Resources[i].Name)
		}
	}
	return names
}

// RetiredClients are the ids of clients that were replaced and are still there, or that are about to be: the creation of what
// takes the place is pending.
func RetiredClients(status *v1alpha1.SecuredAPIStatus) (ids []string) {
	for i := range status.Resources {
		if rec := &status.Resources[i]; strings.HasPrefix(rec.Name, "client/") {
			for _, old := range rec.Retired {
				ids = append(ids, old.ID)
			}
			if rec.ID != "" && rec.Pending != nil && rec.Pending.Operation == v1alpha1.OperationCreate {
				ids = append(ids, rec.ID)
			}
		}
	}
	return ids
}

// Held are the names of what status says that there is, with a prefix.
func Held(status *v1alpha1.SecuredAPIStatus, prefix string) (names []string) {
	for i := range status.Resources {
		if rec := &status.Resources[i]; rec.ID != "" && strings.HasPrefix(rec.Name, prefix) {
			names = append(names, strings.TrimPrefix(rec.Name, prefix))
		}
	}
	slices.Sort(names)
	return names
}

// Record returns a record, an empty one if there is none.
func Record(status *v1alpha1.SecuredAPIStatus, name string) v1alpha1.ResourceRecord {
	if known := status.Resource(name); known != nil {
		return *known
	}
	return v1alpha1.ResourceRecord{}
}
