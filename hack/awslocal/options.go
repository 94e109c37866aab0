package awslocal

import (
	"time"

	"k8s.io/utils/clock"

	"github.com/securedapi/securedapi/hack/awslocal/apigateway"
	"github.com/securedapi/securedapi/hack/awslocal/cognito"
	"github.com/securedapi/securedapi/hack/awslocal/iam"
)

type options struct {
	addr    string
	account string
	clock   clock.Clock
	speed   float64
	listLag time.Duration
	// The name of the queue that gets events, and how late they are.
	events     string
	eventDelay time.Duration
	roles      map[string]iam.Role
	tagLag     time.Duration
	readLag    time.Duration

	cognito    []cognito.Option
	apigateway []apigateway.Option
}

// An Option changes a Server from its defaults: a free port on loopback, DefaultAccount, the system's clock, no
// quotas, consistent lists.
type Option func(*options)

// WithAddr sets where to listen.
func WithAddr(addr string) Option { return func(o *options) { o.addr = addr } }

// WithAccount sets the account of access keys that don't name one. Its id is in ARNs and in some messages.
func WithAccount(id string) Option { return func(o *options) { o.account = id } }

// WithClock sets the source of time: for tokens, quotas, list lag and delays.
func WithClock(c clock.Clock) Option { return func(o *options) { o.clock = c } }

// WithQuotas turns request quotas on: 1 is AWS's rate, 10 is ten times that rate, 0 turns them off.
func WithQuotas(speed float64) Option { return func(o *options) { o.speed = speed } }

// WithListLag makes lists eventually consistent: what was created shows up only after lag.
func WithListLag(lag time.Duration) Option { return func(o *options) { o.listLag = lag } }

// WithEvents makes a queue, in the server's own account and DefaultRegion, that gets an event of every change in any
// account and Region ([Server.EventsURL]). Delay is how long an event takes; on AWS it is seconds, at times minutes.
func WithEvents(queue string, delay time.Duration) Option {
	return func(o *options) { o.events, o.eventDelay = queue, delay }
}

// WithRole defines a role: what its sessions call is evaluated by its policies, and who may assume it by its trust policy. A
// role can be defined later, too: [iam.Service.PutRole].
func WithRole(arn string, role iam.Role) Option {
	return func(o *options) {
		if o.roles == nil {
			o.roles = map[string]iam.Role{}
		}
		o.roles[arn] = role
	}
}

// WithTagLag shows policies a resource's tags late: as they were until lag after a policy was first asked about them.
func WithTagLag(lag time.Duration) Option { return func(o *options) { o.tagLag = lag } }

// WithReadLag answers reads of one thing (Describe…, Get…) late: as it was until lag after a change was first read.
func WithReadLag(lag time.Duration) Option { return func(o *options) { o.readLag = lag } }

// WithCognito passes options on to the service: its limits, and what no source decides.
func WithCognito(opts ...cognito.Option) Option {
	return func(o *options) { o.cognito = append(o.cognito, opts...) }
}

// WithAPIGateway passes options on to the service: its limits, and what sources disagree on.
func WithAPIGateway(opts ...apigateway.Option) Option {
	return func(o *options) { o.apigateway = append(o.apigateway, opts...) }
}
