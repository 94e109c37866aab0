package drift_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/securedapi/securedapi/controllers/drift"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/hack/awslocal"
)

var (
	here  = drift.Place{Account: "111122223333", Region: "us-east-1"}
	owner = engine.Owner{Cluster: "cluster-1", Namespace: "default", Name: "notes", UID: "u"}
)

// During one sweep an object may be deleted between the list and the look for the object.
func TestWhatHasNoObjectTwiceIsNews(t *testing.T) {
	var orphans drift.Orphans
	with := map[drift.Tagged]engine.Owner{{Kind: drift.KindAPI, ID: "a"}: owner}
	for i, tc := range []struct {
		reason string
		found  map[drift.Tagged]engine.Owner
		news   int
	}{
		{"seen once", with, 0},
		{"its object came back", nil, 0},
		{"seen once again", with, 0},
		{"seen twice", with, 1},
		{"which was said already", with, 0},
	} {
		if got := orphans.Keep(here, tc.found); len(got) != tc.news {
			t.Errorf("sweep %d, %s: got %v, want %d", i, tc.reason, got, tc.news)
		}
	}
}

func TestAPoolThatNoObjectHasIsReadOnce(t *testing.T) {
	server := awslocal.Start(t)
	cognito := cip.NewFromConfig(server.Config())
	made, err := cognito.CreateUserPool(t.Context(), &cip.CreateUserPoolInput{PoolName: aws.String("notes"), UserPoolTags: owner.Tags("")})
	if err != nil {
		t.Fatal(err)
	}
	id := *made.UserPool.Id
	listed := drift.Listing{Pools: map[string]time.Time{id: monday, "held": monday}}
	var orphans drift.Orphans
	held := map[string]bool{"held": true}
	if _, unread := orphans.Pools(here, listed, held); unread != id {
		t.Fatalf("got %q to be read, want %s", unread, id)
	}
	if got, err := orphans.Read(t.Context(), here, cognito, id); got != owner || err != nil {
		t.Errorf("got the owner %+v and the error %v, want %+v", got, err, owner)
	}
	if owners, unread := orphans.Pools(here, listed, held); unread != "" || owners[id] != owner {
		t.Errorf("got %v, and %q to be read, want its owner and none", owners, unread)
	}
	if owners, _ := orphans.Pools(here, drift.Listing{}, held); len(owners) != 0 {
		t.Errorf("got %v of a pool that is gone, want none", owners)
	}
	if got, err := orphans.Read(t.Context(), here, cognito, "us-east-1_gone"); got != (engine.Owner{}) || err != nil {
		t.Errorf("got the owner %+v and the error %v of a pool that is gone, want none", got, err)
	}
	server.Inject(awslocal.Fault{Operation: "DescribeUserPool", Kind: awslocal.RefuseBefore, Status: 500, Code: "InternalErrorException"})
	if _, err := orphans.Read(t.Context(), here, cognito, id); err == nil {
		t.Error("an answer that is missing is no owner")
	}
}
