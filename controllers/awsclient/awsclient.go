// Package awsclient makes the clients for AWS: one set per account and Region. Calls are counted, and creations are retried only
// after a throttle.
package awsclient

import (
	"context"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	"github.com/aws/smithy-go/middleware"
	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/utils/clock"

	"github.com/securedapi/securedapi/controllers/awsclient/quota"
	"github.com/securedapi/securedapi/controllers/awserr"
)

// unusedFor is how long clients are kept that nobody asks for: as long as a session of a role lasts, so nothing is lost with them.
const unusedFor = time.Hour

// free drops the clients, and the budgets, of targets that nobody uses any more.
func (f *Factory) free(now time.Time) {
	maps.DeleteFunc(f.clients, func(_ Target, c *Clients) bool { return now.Sub(c.used) > unusedFor })
	maps.DeleteFunc(f.budgets, func(_ place, b *quota.Budget) bool { return b.Idle() })
}

// Clients are the clients for one account and Region, and the URLs of what they make.
type Clients struct {
	Cognito    *cip.Client
	APIGateway *apigateway.Client
	Lambda     *lambda.Client
	WAF        *wafv2.Client
	URLs       URLs

	identity *identity
	// budget is the one of the account that a context's calls are made in; nil if there are no quotas.
	budget func(context.Context) *quota.Budget
	// sessions are the role's; nil for the operator's own credentials.
	sessions *sessions
	// used is when they were last asked for.
	used time.Time
}

// Target is the Region to call, and the role to call with. No role means the operator's own credentials.
type Target struct{ Region, Role string }

// place is where quotas hold.
type place struct{ account, region string }

// Factory hands out Clients. It is safe for concurrent use.
type Factory struct {
	// Cluster is the id of the operator's cluster, which sessions in roles tell. It is set before the first call.
	Cluster string

	config   aws.Config
	quotas   quota.Options
	identity *identity
	mu       sync.Mutex
	clients  map[Target]*Clients
	// moreRegions are those that an administrator allows beside the SDK's.
	moreRegions []string
	// budgets are by account and Region: roles of one account share one, also with the operator's own credentials.
	budgets map[place]*quota.Budget
}

const (
	// maxAttempts and maxBackoff bound how long a worker waits out a throttle by itself; then the object waits.
	maxAttempts = 3
	maxBackoff  = 2 * time.Second
)

// New returns a factory for clients with the credentials, endpoint and default Region of config. Calls stay
// within the operator's share of the quotas (0 does not bound them), and are counted in a metric that is registered with metrics.
func New(config aws.Config, quotas quota.Options, metrics prometheus.Registerer) (*Factory, error) {
	calls, err := newCallMetrics(metrics)
	if err != nil {
		return nil, err
	}
	if quotas.Clock == nil {
		quotas.Clock = clock.RealClock{}
	}
	config = config.Copy()
	config.Retryer = throttleRetryer
	config.HTTPClient = awshttp.NewBuildableClient()
	config.APIOptions = append(config.APIOptions, bound, func(stack *middleware.Stack) error {
		return stack.Deserialize.Add(calls.count(), middleware.Before)
	})
	f := &Factory{
		config: config, quotas: quotas, identity: &identity{config: config},
		clients: map[Target]*Clients{}, budgets: map[place]*quota.Budget{},
	}
	return f, metrics.Register(waiting{f})
}

// throttleRetryer repeats only what was throttled, for then nothing was done. Everything else goes back to the
// reconciler, which looks before it acts again: a create repeated after a 5xx or a lost reply makes a second pool.
func throttleRetryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = maxAttempts
		o.MaxBackoff = maxBackoff
		o.Retryables = []retry.IsErrorRetryable{retry.IsErrorRetryableFunc(func(err error) aws.Ternary {
			return aws.BoolTernary(awserr.Is(err, awserr.Throttle))
		})}
	})
}

// tally is a context's key of the number of calls made under it.
type tally struct{}

// Tally returns a context under which calls are counted, and the count.
func Tally(ctx context.Context) (context.Context, *atomic.Int32) {
	calls := &atomic.Int32{}
	return context.WithValue(ctx, tally{}, calls), calls
}

// For returns the clients for a target. It fails if the role is not the ARN of a role.
func (f *Factory) For(target Target) (*Clients, error) {
	now := f.quotas.Clock.Now()
	f.mu.Lock()
	defer f.mu.Unlock()
	if clients, ok := f.clients[target]; ok {
		clients.used = now
		return clients, nil
	}
	f.free(now)
	clients := &Clients{
		URLs:     URLs{Region: target.Region, Endpoint: aws.ToString(f.config.BaseEndpoint)},
		identity: f.identity,
		used:     now,
	}
	config := f.config.Copy()
	config.Region = target.Region
	account := ""
	if target.Role != "" {
		var err error
		if account, err = RoleAccount(target.Role); err != nil {
			return nil, err
		}
		clients.sessions = &sessions{
			sts: sts.NewFromConfig(config), role: target.Role, cluster: f.Cluster, byObject: map[string]*aws.CredentialsCache{},
		}
		config.Credentials = clients.sessions
		clients.identity = &identity{config: config}
	}
	config.APIOptions = append(slices.Clone(config.APIOptions), clients.checkAccount, clients.tellGone)
	if f.quotas.Share > 0 {
		clients.budget = func(ctx context.Context) *quota.Budget {
			if target.Role != "" {
				return f.budget(account, target.Region)
			}
			// Until it is known whose the operator's credentials are, they have a budget of their own.
			known, _ := clients.identity.known(ctx)
			return f.budget(known.account, target.Region)
		}
		config.APIOptions = append(config.APIOptions, keepTo(clients.budget))
	}
	clients.Cognito = cip.NewFromConfig(config)
	clients.APIGateway = apigateway.NewFromConfig(config)
	clients.Lambda = lambda.NewFromConfig(config)
	clients.WAF = wafv2.NewFromConfig(config)
	f.clients[target] = clients
	return clients, nil
}

func (f *Factory) budget(account, region string) *quota.Budget {
	f.mu.Lock()
	defer f.mu.Unlock()
	key := place{account, region}
	if f.budgets[key] == nil {
		f.budgets[key] = quota.New(f.quotas)
	}
	return f.budgets[key]
}

// Forget drops the session of a deleted object.
func (c *Clients) Forget(namespace, name string) {
	if c.sessions != nil {
		c.sessions.forget(quota.Caller{Namespace: namespace, Name: name})
	}
}
