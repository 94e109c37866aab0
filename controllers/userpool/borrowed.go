package userpool

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
)

// Loan is a user pool of another SecuredAPI, whose tags it carries.
type Loan struct {
	Lender engine.Owner
	// ID is the pool's, and Domain the URL of its login pages, by the lender's status; empty where that is not asked.
	ID, Domain string
}

// KeptDomain is what the record of another's user pool keeps: the URL of its login pages.
const KeptDomain = "domain"

// borrowedPool is the user pool of another SecuredAPI.
func (c *Cognito) borrowedPool(p *engine.Pass, _ string) engine.Resource {
	note := map[string]string{KeptDomain: c.Loan.Domain}
	if c.Loan.Domain == "" {
		note = nil
	}
	return &engine.Borrowed[types.UserPoolType]{
		Meta: engine.Meta{Check: engine.BySweep}, Lender: c.Loan.Lender, ID: c.Loan.ID, Note: note,
		Tags: func(have *types.UserPoolType) map[string]string { return have.UserPoolTags },
		Read: func(ctx context.Context, id string) (*types.UserPoolType, error) {
			return engine.Share(p, NamePool+" "+id, func() (*types.UserPoolType, error) {
				pool, err := c.describe(ctx, id)
				if pool != nil {
					userPool{c, p}.saw(pool)
				}
				return pool, err
			})
		},
	}
}

// What several SecuredAPIs make in one pool has no tags, so its name tells whose it is: nobody but the operator gives names. What
// the pool's owner makes has plain names.

// markKey begins the mark of an object in names. Neither clients nor servers of a spec have such names by themselves.
const markKey = "securedapi="

// maxName is how long a client's name may be, the shorter of the two (ClientNameType, ResourceServerNameType).
const maxName = 128

// mark is an object in names. A namespace and a name hold neither @ nor +. The hash tells a namespace from a former one of its name.
func mark(owner engine.Owner) string {
	sum := sha256.Sum256([]byte(owner.NamespaceUID))
	return markKey + owner.Namespace + "@" + owner.Name + "+" + hex.EncodeToString(sum[:4])
}

// markedName is the name of what an object makes in another's pool. One that would be too long has a hash of the object.
func markedName(name string, owner engine.Owner) string {
	full := strings.TrimPrefix(name+","+mark(owner), ",")
	if len(full) <= maxName {
		return full
	}
	sum := sha256.Sum256([]byte(mark(owner)))
	return strings.TrimPrefix(name+","+markKey+hex.EncodeToString(sum[:16]), ",")
}

// clientName is the name of one of the object's clients in AWS.
func (c *Cognito) clientName(p *engine.Pass, name string) string {
	if c.Loan == nil {
		return name
	}
	return markedName(name, p.Owner)
}

// serverName is the name of one of the object's resource servers in AWS.
func (c *Cognito) serverName(p *engine.Pass, identifier string) string {
	if c.Loan == nil {
		return notInName.ReplaceAllString(identifier, "-")
	}
	return markedName("", p.Owner)
}

// notLent leaves of clients those that are of none of the objects that use the pool.
func (c *Cognito) notLent(clients []types.UserPoolClientDescription) ([]types.UserPoolClientDescription, error) {
	if !slices.ContainsFunc(clients, func(one types.UserPoolClientDescription) bool { return strings.Contains(*one.ClientName, markKey) }) {
		return clients, nil
	}
	borrowers, err := c.Borrowers()
	return slices.DeleteFunc(clients, func(one types.UserPoolClientDescription) bool {
		of, _, _ := strings.Cut(*one.ClientName, ",")
		return slices.ContainsFunc(borrowers, func(b engine.Owner) bool { return markedName(of, b) == *one.ClientName })
	}), err
}

// ours fails if a name in AWS tells that something is another SecuredAPI's: anybody may have written a record. In a pool of its own
// an object has all that no other made.
func (c *Cognito) ours(what, id, has, want string) error {
	if has == want || c.Loan == nil && !strings.Contains(has, markKey) {
		return nil
	}
	whose := "the user pool's owner"
	if _, of, is := strings.Cut(has, markKey); is {
		of, _, _ = strings.Cut(of, "+")
		whose = "SecuredAPI " + strings.Replace(of, "@", "/", 1)
	}
	return awserr.Because(v1alpha1.ReasonOwnershipConflict,
		fmt.Errorf("%s %s belongs to %s; nothing was changed; choose another name for yours", what, id, whose))
}
