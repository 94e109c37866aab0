// Package tenancy decides who may have what: what policies let a namespace ask for, and with which role; which of several objects
// gets what only one can have; and which objects use one user pool.
package tenancy

import (
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/controllers/schedule"
)

// Tenants are the namespaces and objects of a cluster.
type Tenants struct {
	// Client reads from the cache, which has the SecuredAPIs of this manager.
	Client client.Client
	// Reader reads from the API server, where a cache may be old.
	Reader client.Reader
	// Everyone reads the SecuredAPIs of all managers.
	Everyone client.Reader
	// Cluster identifies this cluster in owner tags.
	Cluster string
	// Region returns the Region that a spec means, empty if there is none of that name.
	Region func(string) string
	// RequirePolicy makes every namespace need a SecuredAPIPolicy, also while there is none.
	RequirePolicy bool
	// ReconcilesPerMinute is how many passes each namespace may ask for in a minute whose policies give no bound; 0 does not bound them.
	ReconcilesPerMinute int
	// Limits counts the passes that namespaces asked for.
	Limits *schedule.Limits
	// Schedule decides when objects are reconciled that wait for others.
	Schedule *schedule.Schedule
}
