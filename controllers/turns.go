package controllers

import (
	"slices"
	"strings"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/restapi"
	"github.com/securedapi/securedapi/controllers/userpool"
)

// checked returns the parts that a check looks at. The stage shows what callers meet, so every check looks at it, and
// every other one at the clients. In the checks between, the rest takes turns: it shows as an error, or not before
// somebody deploys, or is the user pool, for which the account's sweep vouches. If that does not, each check also looks
// at the user pool, the clients and one of the rest.
func checked(verified []v1alpha1.Verification, turn int, vouched bool) []string {
	stage, pool := []string{restapi.PartAPI}, []string{userpool.PartPool, userpool.PartDomain}
	rest := [][]string{{restapi.PartMethods}, {restapi.PartAuthorizers}}
	var clients []string
	for _, v := range verified {
		switch {
		case strings.HasPrefix(v.Part, userpool.PartClient("")):
			clients = append(clients, v.Part)
		case v.Part == userpool.PartResourceServers, strings.HasPrefix(v.Part, restapi.PartPermission("")):
			rest = append(rest, []string{v.Part})
		}
	}
	if !vouched {
		return slices.Concat(stage, pool, clients, rest[turn%len(rest)])
	}
	if len(clients) > 0 {
		if turn%2 == 0 {
			return slices.Concat(stage, clients)
		}
		turn /= 2
	}
	rest = append(rest, pool)
	return slices.Concat(stage, rest[turn%len(rest)])
}
