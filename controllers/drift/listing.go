// Package drift finds changes in AWS with few calls: from lists of a whole account and Region, and from CloudTrail's events.
// It only reads, and knows no objects: the caller finds the object that a change concerns, and wakes it.
package drift

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/securedapi/securedapi/controllers/engine"
)

// Place is an account and Region: what one list covers.
type Place struct{ Account, Region string }

// Listing is the content of a place at one time. The zero Listing is that of a place that was not listed.
type Listing struct {
	// Began is when the first list call was made.
	Began time.Time
	// Pools has the LastModifiedDate of each user pool, by its id.
	Pools map[string]time.Time
	// APIs has the owners of the REST APIs that carry an owner's tags, by id: one whose tags somebody took off is not in it.
	APIs map[string]engine.Owner
	// Disabled has the ids of those whose default endpoint is disabled.
	Disabled map[string]bool
	// Told has the ids of the APIs that APIGone has reported.
	Told map[string]bool
}

// List lists a place: a call for 60 user pools, and one for 500 REST APIs.
func List(ctx context.Context, pools cip.ListUserPoolsAPIClient, apis apigateway.GetRestApisAPIClient, now time.Time) (Listing, error) {
	l := Listing{
		Began: now, Pools: map[string]time.Time{}, APIs: map[string]engine.Owner{}, Disabled: map[string]bool{}, Told: map[string]bool{},
	}
	poolPages := cip.NewListUserPoolsPaginator(pools, &cip.ListUserPoolsInput{MaxResults: aws.Int32(60)})
	for poolPages.HasMorePages() {
		page, err := poolPages.NextPage(ctx)
		if err != nil {
			return Listing{}, fmt.Errorf("list user pools: %w", err)
		}
		for _, pool := range page.UserPools {
			l.Pools[aws.ToString(pool.Id)] = aws.ToTime(pool.LastModifiedDate)
		}
	}
	apiPages := apigateway.NewGetRestApisPaginator(apis, &apigateway.GetRestApisInput{Limit: aws.Int32(500)})
	for apiPages.HasMorePages() {
		page, err := apiPages.NextPage(ctx)
		if err != nil {
			return Listing{}, fmt.Errorf("get REST APIs: %w", err)
		}
		for _, api := range page.Items {
			if engine.Owned(api.Tags) {
				l.APIs[aws.ToString(api.Id)] = engine.OwnerOf(api.Tags)
				if api.DisableExecuteApiEndpoint {
					l.Disabled[aws.ToString(api.Id)] = true
				}
			}
		}
	}
	return l, nil
}

// Vouches says that the user pool has not changed since a read that showed the LastModifiedDate seen.
func (l Listing) Vouches(pool string, seen time.Time) bool {
	modified, listed := l.Pools[pool]
	return listed && !seen.IsZero() && modified.Equal(seen)
}

// PoolMoved says that the user pool was deleted, or was changed since a read that showed the LastModifiedDate seen. It reports a
// change once: not if the listing before had it already.
func (l Listing) PoolMoved(before Listing, pool string, seen time.Time) bool {
	modified, listed := l.Pools[pool]
	known, was := before.Pools[pool]
	if !listed {
		return was || before.Began.IsZero()
	}
	// A list may trail behind what was seen, and what was not looked at yet has nothing to differ from.
	return !seen.IsZero() && modified.After(seen) && !modified.Equal(known)
}

// APIGone says, once, that there is no such API, or that it has no owner tags. The caller knows that the API existed when the
// list call was made.
func (l Listing) APIGone(before Listing, api string) bool {
	if _, there := l.APIs[api]; there {
		return false
	}
	l.Told[api] = true
	return !before.Told[api]
}

// EndpointMoved says, once, that the API's default endpoint was disabled or enabled since it was last known.
func (l Listing) EndpointMoved(before Listing, api string, enabled bool) bool {
	disabled := l.Disabled[api]
	return disabled == enabled && (before.Began.IsZero() || disabled != before.Disabled[api])
}
