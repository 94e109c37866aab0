package cognito_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/securedapi/securedapi/hack/awslocal/cognito"
)

func TestPoolLimitsAndLags(t *testing.T) {
	limits := cognito.DefaultLimits()
	limits.Pools = 2
	check(t, setup{listLag: time.Minute, options: []cognito.Option{cognito.WithLimits(limits)}}, []behavior{
		{
			name:   "a young pool isn't listed, but described",
			source: "eventual consistency of lists: not known of AWS, so it can be switched on",
			do: func(c *cloud) (any, error) {
				id := c.pool()
				count := func() int {
					out, err := c.api.ListUserPools(c.ctx(), &idp.ListUserPoolsInput{MaxResults: aws.Int32(60)})
					if err != nil {
						c.t.Fatal(err)
					}
					return len(out.UserPools)
				}
				before := count()
				c.clock.Step(time.Minute)
				return []any{before, count(), *c.describe(id).Id == *id}, nil
			},
			want: []any{0, 1, true},
		},
		{
			name:   "the quota of pools is the account's",
			source: "Cognito quotas: 1,000 pools; model: CreateUserPool throws LimitExceededException",
			do: func(c *cloud) (any, error) {
				c.pool()
				c.pool()
				if _, err := c.client("222222222222", region).CreateUserPool(c.ctx(), &idp.CreateUserPoolInput{
					PoolName: aws.String("theirs"),
				}); err != nil {
					return nil, err
				}
				err := createErr(c)
				code, _, _ := strings.Cut(explain(err), ":")
				return code, nil
			},
			want: "LimitExceededException",
		},
	})
}

func TestClientLimits(t *testing.T) {
	limits := cognito.DefaultLimits()
	limits.Clients = 1
	check(t, setup{options: []cognito.Option{cognito.WithLimits(limits)}}, []behavior{{
		name:   "the quota of clients is the pool's",
		source: "Cognito quotas: 1,000 app clients a pool; model: LimitExceededException",
		do: func(c *cloud) (any, error) {
			id := c.pool()
			c.appClient(id)
			c.appClient(c.pool())
			_, err := c.tryClient(id)
			code, _, _ := strings.Cut(explain(err), ":")
			return code, nil
		},
		want: "LimitExceededException",
	}})
}
