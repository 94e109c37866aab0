package awsclient

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// identity knows who the credentials are: it asks once for each access key, for they change while the operator runs.
type identity struct {
	config aws.Config

	mu        sync.Mutex
	accessKey string
	account   string
	arn       string
}

// Account returns the account that the credentials are for.
func (c *Clients) Account(ctx context.Context) (string, error) {
	id := c.identity
	id.mu.Lock()
	defer id.mu.Unlock()
	if err := id.refresh(ctx); err != nil {
		return "", err
	}
	if id.account == "" {
		if err := id.ask(ctx, c.URLs.Region); err != nil {
			return "", err
		}
	}
	return id.account, nil
}

// Principal returns the ARN of who the credentials are, or their access key's id if AWS does not tell.
func (c *Clients) Principal(ctx context.Context) string {
	id := c.identity
	id.mu.Lock()
	defer id.mu.Unlock()
	if err := id.refresh(ctx); err != nil {
		return "without credentials"
	}
	if id.arn == "" {
		if err := id.ask(ctx, c.URLs.Region); err != nil {
			return "access key " + id.accessKey
		}
	}
	return id.arn
}

// BelongsTo notes the account that a call's answer told, which saves asking.
func (c *Clients) BelongsTo(ctx context.Context, account string) {
	id := c.identity
	id.mu.Lock()
	defer id.mu.Unlock()
	if err := id.refresh(ctx); err == nil && id.account == "" {
		id.account = account
	}
}

// refresh forgets who the credentials were, if they are others now. Many sources of credentials tell their account.
func (id *identity) refresh(ctx context.Context) error {
	if id.config.Credentials == nil {
		return errors.New("get credentials: none are configured")
	}
	credentials, err := id.config.Credentials.Retrieve(ctx)
	if err != nil {
		return fmt.Errorf("get credentials: %w", err)
	}
	if credentials.AccessKeyID != id.accessKey {
		id.accessKey, id.account, id.arn = credentials.AccessKeyID, credentials.AccountID, ""
	}
	return nil
}

func (id *identity) ask(ctx context.Context, region string) error {
	out, err := sts.NewFromConfig(id.config, func(o *sts.Options) { o.Region = region }).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return fmt.Errorf("get caller identity: %w", err)
	}
	id.account, id.arn = aws.ToString(out.Account), aws.ToString(out.Arn)
	return nil
}
