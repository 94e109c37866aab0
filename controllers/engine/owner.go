package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"

	"github.com/google/uuid"
)

// Tag keys. Cluster, namespace and name are the owner. The namespace's uid tells a namespace from a former one of the same
// name; uid and token help to tell what happened.
const (
	TagCluster   = "securedapi.dev/cluster"
	TagNamespace = "securedapi.dev/namespace"
	TagName      = "securedapi.dev/name"
	TagUID       = "securedapi.dev/uid"
	TagToken     = "securedapi.dev/token"

	TagNamespaceUID = "securedapi.dev/namespace-uid"
)

// Owner is the SecuredAPI that a resource in AWS belongs to. Cluster is the kube-system namespace's uid, or the
// operator's --cluster-id.
type Owner struct {
	Cluster   string
	Namespace string
	Name      string
	UID       string
	// NamespaceUID is the uid of the namespace.
	NamespaceUID string
}

// OwnerOf returns the owner that tags name; the zero Owner if they name none.
func OwnerOf(tags map[string]string) Owner {
	return Owner{Cluster: tags[TagCluster], Namespace: tags[TagNamespace], Name: tags[TagName], UID: tags[TagUID]}
}

// Tags are what every resource of the owner carries that takes tags. token identifies the creation; empty leaves it out.
func (o Owner) Tags(token string) map[string]string {
	tags := map[string]string{
		TagCluster: o.Cluster, TagNamespace: o.Namespace, TagName: o.Name, TagUID: o.UID, TagNamespaceUID: o.NamespaceUID,
	}
	if token != "" {
		tags[TagToken] = token
	}
	return tags
}

// Owns says whether tags are the owner's. The uid does not count: a SecuredAPI restored from a backup has a new one.
func (o Owner) Owns(tags map[string]string) bool {
	return tags[TagCluster] == o.Cluster && tags[TagNamespace] == o.Namespace && tags[TagName] == o.Name
}

// Returns says whether tags are the owner's, of this namespace and not of a former one of the same name.
func (o Owner) Returns(tags map[string]string) bool {
	return o.Owns(tags) && tags[TagNamespaceUID] == o.NamespaceUID
}

// Owned says whether tags name an owner, whoever that is.
func Owned(tags map[string]string) bool { return tags[TagCluster] != "" }

// Overlay returns tags with the owner's laid over them; others survive.
func (o Owner) Overlay(tags map[string]string) map[string]string {
	merged := maps.Clone(tags)
	if merged == nil {
		merged = map[string]string{}
	}
	maps.Copy(merged, o.Tags(""))
	return merged
}

// String is the owner in messages.
func (o Owner) String() string { return o.Namespace + "/" + o.Name }

// maxNameLength is Cognito's bound on a pool's name, the shorter of the two services'.
const maxNameLength = 128

// ResourceName is the name of the owner's user pool and REST API: <namespace>-<name>, cut with a hash where it is too
// long for Cognito. Names are for people: neither service keeps them unique, so tags decide.
func (o Owner) ResourceName() string {
	name := o.Namespace + "-" + o.Name
	if len(name) <= maxNameLength {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	suffix := "-" + hex.EncodeToString(sum[:5])
	return name[:maxNameLength-len(suffix)] + suffix
}

// NewToken returns a token for one creation.
func NewToken() string { return uuid.NewString() }
