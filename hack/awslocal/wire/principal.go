package wire

import "time"

// Principal is who asks, known by the access key that a request is signed with.
type Principal struct {
	Account string
	// ARN is how policies and messages call it. Empty for the users of a pool, whose requests aren't signed.
	ARN string
	// ID is what GetCallerIdentity calls the user id.
	ID string
	// Key is the id of the access key.
	Key string
	// Session is set if the key is temporary.
	Session *Session
}

// Session is a role that somebody has assumed.
type Session struct {
	RoleARN, RoleID string
	Name            string
	Tags            map[string]string
	// Policy is the document of the session policy, empty if there is none.
	Policy string
	// Expires is zero for a session that does not end.
	Created, Expires time.Time
}

// Root returns the root user of an account, whose id is the account's.
func Root(account, key string) Principal {
	return Principal{Account: account, ARN: "arn:aws:iam::" + account + ":root", ID: account, Key: key}
}
