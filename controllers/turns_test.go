package controllers

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

func TestChecked(t *testing.T) {
	recipe := []string{"userPool", "domain", "client/web", "permission/a", "permission/b", "api"}
	for _, tc := range []struct {
		reason   string
		verified []string
		turn     int
		vouched  bool
		want     []string
	}{
		{"every other check reads the clients", recipe, 0, true, []string{"api", "client/web"}},
		{"the checks between take turns", recipe, 1, true, []string{"api", "methods"}},
		{"and are between", recipe, 2, true, []string{"api", "client/web"}},
		{"authorizers", recipe, 3, true, []string{"api", "authorizers"}},
		{"one function", recipe, 5, true, []string{"api", "permission/a"}},
		{"the other", recipe, 7, true, []string{"api", "permission/b"}},
		{"last the user pool, whose domain no sweep shows", recipe, 9, true, []string{"api", "userPool", "domain"}},
		{"and from the beginning", recipe, 11, true, []string{"api", "methods"}},
		{"all clients are read in one check", append([]string{"client/app"}, recipe...), 4, true, []string{"api", "client/app", "client/web"}},
		{"resource servers take turns like the rest", append(slices.Clone(recipe), "resourceServers"), 9, true, []string{"api", "resourceServers"}},
		{"without clients each check takes a turn", []string{"userPool", "domain", "api"}, 1, true, []string{"api", "authorizers"}},
		{"without a sweep pool and clients are read each time", recipe, 0, false, []string{"api", "userPool", "domain", "client/web", "methods"}},
		{"and what takes turns, does so in every check", recipe, 3, false, []string{"api", "userPool", "domain", "client/web", "permission/b"}},
	} {
		verified := make([]v1alpha1.Verification, 0, len(tc.verified))
		for _, part := range tc.verified {
			verified = append(verified, v1alpha1.Verification{Part: part})
		}
		if diff := cmp.Diff(tc.want, checked(verified, tc.turn, tc.vouched)); diff != "" {
			t.Errorf("%s: turn %d (-want +got):\n%s", tc.reason, tc.turn, diff)
		}
	}
}
