package drift_test

import (
	"testing"
	"time"

	"github.com/securedapi/securedapi/controllers/drift"
	"github.com/securedapi/securedapi/controllers/engine"
)

var (
	here  = drift.Place{Account: "111122223333", Region: "us-east-1"}
	owner = engine.Owner{Cluster: "cluster-1", Namespace: "default", Name: "notes", UID: "u"}
)

// During a sweep, an object may be deleted after the list and before the operator looks for the object.
func TestAnOrphanIsReportedAfterTwoSweeps(t *testing.T) {
	var orphans drift.Orphans
	with := map[drift.Tagged]engine.Owner{{Kind: drift.KindAPI, ID: "a"}: owner}
	for i, tc := range []struct {
		reason string
		found  map[drift.Tagged]engine.Owner
		news   int
	}{
		{"found by one sweep", with, 0},
		{"its object exists again", nil, 0},
		{"found by one sweep again", with, 0},
		{"found by two sweeps in a row", with, 1},
		{"found by a third sweep, and reported already", with, 0},
	} {
		if got := orphans.Keep(here, tc.found); len(got) != tc.news {
			t.Errorf("sweep %d, %s: got %v, want %d", i, tc.reason, got, tc.news)
		}
	}
}

func TestTheTagsOfAPoolWithoutObjectAreReadOnce(t *testing.T) {
	listed := drift.Listing{Pools: map[string]time.Time{"pool": monday, "held": monday}}
	var orphans drift.Orphans
	held := map[string]bool{"held": true}
	if _, unread := orphans.Pools(here, listed, held); unread != "pool" {
		t.Fatalf("got %q to be read, want the pool that no object has", unread)
	}
	orphans.Learn(here, "pool", owner)
	if owners, unread := orphans.Pools(here, listed, held); unread != "" || owners["pool"] != owner {
		t.Errorf("got %v, and %q to be read, want its owner and none", owners, unread)
	}
	if owners, _ := orphans.Pools(here, drift.Listing{}, held); len(owners) != 0 {
		t.Errorf("got %v of a pool that is gone, want none", owners)
	}
}
