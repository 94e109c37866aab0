package awsclient

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/middleware"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awsclient/quota"
	"github.com/securedapi/securedapi/controllers/awserr"
)

// identity knows who the credentials are: it asks once for each access key, for they change while the operator runs.
type identity struct {
	config aws.Config

	mu  sync.Mutex
	who who
}

// who is what is known of an access key. nameless says that STS refused to tell.
type who struct {
	accessKey, account, arn string
	nameless                bool
}

// Account returns the account that the credentials are for.
func (c *Clients) Account(ctx context.Context) (string, error) {
	known, err := c.identity.known(ctx)
	if err == nil && known.account == "" {
		known, err = c.identity.ask(ctx, c.URLs.Region, known)
	}
	return known.account, err
}

// KnownAccount returns the account that the credentials are for if no call is needed to know it: a role's ARN names its account, and
// many sources of credentials tell theirs. Else it is empty.
func (c *Clients) KnownAccount(ctx context.Context) string {
	if c.sessions != nil {
		account, _ := RoleAccount(c.sessions.role)
		return account
	}
	known, err := c.identity.known(ctx)
	if err != nil {
		return ""
	}
	return known.account
}

// Principal returns the ARN of the credentials' principal, or their access key's id if STS does not answer.
func (c *Clients) Principal(ctx context.Context) string {
	known, err := c.identity.known(ctx)
	if err != nil {
		return "without credentials"
	}
	if known.arn == "" && !known.nameless {
		known, _ = c.identity.ask(ctx, c.URLs.Region, known)
	}
	return cmp.Or(known.arn, "access key "+known.accessKey)
}

// Calls says whether a principal in CloudTrail is the one that the operator uses for an object: the object's session in the
// role; or, with the operator's own credentials, their user or role in any session. Others may be allowed to assume the same
// role; the session's name tells them apart only as far as AWS restricts who may choose it.
func (c *Clients) Calls(ctx context.Context, namespace, name, principal string) bool {
	got, err := arn.Parse(principal)
	if err != nil {
		return false
	}
	if c.sessions != nil {
		role, err := arn.Parse(c.sessions.role)
		session := sessionName(quota.Caller{Namespace: namespace, Name: name})
		return err == nil && got.AccountID == role.AccountID && got.Resource == "assumed-role/"+path.Base(role.Resource)+"/"+session
	}
	own, err := arn.Parse(c.Principal(ctx))
	return err == nil && withoutSession(got) == withoutSession(own)
}

// withoutSession leaves out the name of a role's session, which another process of ours had before.
func withoutSession(who arn.ARN) arn.ARN {
	if strings.HasPrefix(who.Resource, "assumed-role/") {
		who.Resource = path.Dir(who.Resource)
	}
	return who
}

// BelongsTo notes the account in a call's answer, which saves a call to STS.
func (c *Clients) BelongsTo(ctx context.Context, account string) {
	if known, err := c.identity.known(ctx); err == nil && known.account == "" {
		known.account = account
		c.identity.learn(known)
	}
}

type accountKey struct{}

// InAccount returns a context whose calls fail with credentials of another account: there, every resource of the object would
// seem to be deleted. An empty account allows any.
func InAccount(ctx context.Context, account string) context.Context {
	return context.WithValue(ctx, accountKey{}, account)
}

// checkAccount stops the calls of a stack whose context wants another account.
func (c *Clients) checkAccount(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("CheckAccount", func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (middleware.InitializeOutput, middleware.Metadata, error) {
		if wanted, _ := ctx.Value(accountKey{}).(string); wanted != "" {
			account, err := c.Account(ctx)
			if err == nil && account != wanted {
				err = awserr.Because(v1alpha1.ReasonWrongAccount, fmt.Errorf(
					"by GetCallerIdentity the operator is %s, of account %s, and everything of this object is in account %s; nothing was changed",
					c.Principal(ctx), account, wanted))
			}
			if err != nil {
				return middleware.InitializeOutput{}, middleware.Metadata{}, err
			}
		}
		return next.HandleInitialize(ctx, in)
	}), middleware.After)
}

// known returns what is known of the credentials as they are now. Many sources of credentials tell their account.
func (id *identity) known(ctx context.Context) (who, error) {
	if id.config.Credentials == nil {
		return who{}, errors.New("get credentials: none are configured")
	}
	credentials, err := id.config.Credentials.Retrieve(ctx)
	if err != nil {
		return who{}, fmt.Errorf("get credentials: %w", err)
	}
	id.mu.Lock()
	defer id.mu.Unlock()
	if credentials.AccessKeyID != id.who.accessKey {
		id.who = who{accessKey: credentials.AccessKeyID, account: credentials.AccountID}
	}
	return id.who, nil
}

// ask asks AWS. Nobody is held up meanwhile; at worst it is asked twice.
func (id *identity) ask(ctx context.Context, region string, known who) (who, error) {
	client := sts.NewFromConfig(id.config, func(o *sts.Options) { o.Region = region })
	out, err := client.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		known.nameless = awserr.Is(err, awserr.Denied)
		id.learn(known)
		return known, fmt.Errorf("get caller identity: %w", err)
	}
	known = who{accessKey: known.accessKey, account: aws.ToString(out.Account), arn: aws.ToString(out.Arn)}
	id.learn(known)
	return known, nil
}

// learn keeps what was learnt of the credentials, if they are the same still.
func (id *identity) learn(known who) {
	id.mu.Lock()
	defer id.mu.Unlock()
	if known.accessKey == id.who.accessKey {
		id.who = known
	}
}
