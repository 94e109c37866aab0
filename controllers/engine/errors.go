package engine

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
)

// UnsettledError says that the outcome of a call cannot be told before Until.
type UnsettledError struct {
	Resource  string
	Operation v1alpha1.Operation
	Until     time.Time
}

func (u *UnsettledError) Error() string {
	until := u.Until.UTC().Format(time.RFC3339)
	switch u.Operation {
	case v1alpha1.OperationAdopt:
		return fmt.Sprintf("%s has this object's tags now; at %s the operator knows whether another SecuredAPI adopts it, too",
			u.Resource, until)
	case v1alpha1.OperationCreate:
		return fmt.Sprintf("whether %s was created is not known; the operator looks for it until %s", u.Resource, until)
	default:
		return fmt.Sprintf("whether a former change of %s was carried out is not known; it may be until %s", u.Resource, until)
	}
}

// AwaitedError says that AWS took something that was not seen in effect yet, and that it is looked at again at Until.
type AwaitedError struct {
	What  string
	Until time.Time
	// Former says that what there was before works meanwhile.
	Former bool
}

// Error has no time in it: it is the same words at each look.
func (a *AwaitedError) Error() string { return a.What }

// PostponedError says that what is to be done has to wait until Until, while everything works as it did.
type PostponedError struct {
	What  string
	Until time.Time
}

func (p *PostponedError) Error() string { return p.What + " at " + p.Until.UTC().Format(time.RFC3339) }

// ConsentError says what is done only after a person has seen the plan and agreed.
type ConsentError struct{ What string }

func (c *ConsentError) Error() string {
	return c.What + " once spec.acknowledge has the hash of status.plan"
}

// Asks is the error to a person who can agree to the plan with the hash, and may have agreed to another.
func (c *ConsentError) Asks(hash, acknowledged string) string {
	asks := c.What + " once spec.acknowledge is " + hash + ", the hash of status.plan"
	if acknowledged != "" && acknowledged != hash {
		asks += "; it is " + strconv.Quote(acknowledged) + ", which is another plan's: read status.plan again"
	}
	return asks
}

// LostError says that a resource of ours is gone from AWS. The next pass makes it anew.
type LostError struct {
	Resource string
	ID       string
}

func (l *LostError) Error() string { return l.Resource + " " + l.ID + " is gone from AWS" }

// AbsentError says that what the spec names is not in the namespace, or is no good. It costs no call to AWS to look again.
type AbsentError struct{ What string }

func (a *AbsentError) Error() string { return a.What }

// ConflictError says that a resource is somebody else's, or nobody's, and that nothing was changed.
func ConflictError(resource string, tags map[string]string) error {
	whose := "does not carry this object's tags"
	if Owned(tags) {
		whose = fmt.Sprintf("belongs to SecuredAPI %s/%s of cluster %s", tags[TagNamespace], tags[TagName], tags[TagCluster])
	}
	return awserr.Because(v1alpha1.ReasonOwnershipConflict, fmt.Errorf("%s %s; nothing was changed", resource, whose))
}

// invalid refuses a value of the spec.
func invalid(field, format string, args ...any) error {
	return awserr.Because(v1alpha1.ReasonInvalidSpec, fmt.Errorf(field+": "+format, args...))
}

// duplicate says that more than one may be ours: which one goes is for a person to say.
func duplicate(name string, ids []string) error {
	return awserr.Because(v1alpha1.ReasonDuplicateFound, fmt.Errorf(
		"%d resources in AWS may be this object's %s (%s); nothing was changed; delete all but one, or remove their tags",
		len(ids), name, strings.Join(ids, ", ")))
}

// rejected says that AWS took a change and holds something else.
func rejected(name, left string) error {
	return awserr.Because(v1alpha1.ReasonRejectedByAWS,
		fmt.Errorf("AWS accepted the change of %s, but a read shows other values: %s", name, left))
}
