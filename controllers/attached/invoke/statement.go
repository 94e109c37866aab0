package invoke

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/securedapi/securedapi/controllers/engine"
)

// statementPrefix begins the ids of the statements that let what is ours call functions.
const statementPrefix = "securedapi-"

// StatementID is the id of the statement, in a function's policy, that lets a root call it: an API's stage, or a user pool, which
// has no part. The owner and the part are in it as a digest: whatever a status says, the operator removes the owner's own
// statements only.
func StatementID(owner engine.Owner, root, part string) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{owner.Cluster, owner.Namespace, owner.Name, part}, "/")))
	return statementPrefix + root + "-" + hex.EncodeToString(sum[:8])
}

// StatementRoot is the API or the user pool that a statement of ours is for, empty for a statement of others.
func StatementRoot(id string) string {
	root, ours := strings.CutPrefix(id, statementPrefix)
	if !ours {
		return ""
	}
	// A user pool's id begins with its Region, which has dashes. The digest has none, and former versions had none at all.
	if end := strings.LastIndexByte(root, '-'); end >= 0 {
		root = root[:end]
	}
	return root
}
