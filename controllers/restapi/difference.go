package restapi

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// seen is what was seen of an API's definition: of the working copy, of a deployment, or of the routes in status.
type seen struct {
	// methods are those that there are, by "GET /path"; nil if nobody looked at them.
	methods map[string]words
	// authorizers are those that there are; nil if nobody looked at them.
	authorizers []types.Authorizer
	// unused are models and request validators, which no document of ours holds.
	unused []string
}

// words are a method: who may call it, and what answers.
type words struct{ access, backend string }

func (m *Model) describe() map[string]words { return describe(m.Methods, m.clients()) }

func describe(methods []Method, clients v1alpha1.TokenClients) map[string]words {
	described := make(map[string]words, len(methods))
	for i := range methods {
		m := &methods[i]
		described[m.String()] = words{accessWords(m.Access(), m.Scopes, whose(clients, m.Scopes)), m.Integration.words()}
	}
	return described
}

// recall is what the routes in status tell of, with what came with them; nil if there are none.
func recall(status *v1alpha1.APIStatus) *seen {
	if status == nil || len(status.Routes) == 0 {
		return nil
	}
	served := status.Routes
	methods := make([]Method, 0, len(served))
	for i := range served {
		route := &served[i]
		methods = append(methods, Method{
			Path: route.Path, HTTPMethod: route.Method, Guarded: route.Access != v1alpha1.AccessGuest, Scopes: route.Scopes,
			Integration: Integration{Backend: route.Backend},
		})
	}
	return &seen{methods: describe(append(methods, implied(methods)...), status.Clients)}
}

// difference returns what has to change for what was seen to be the model. A preflight that comes or goes with its path is
// not told of.
func (m *Model) difference(have *seen) plan.Plan {
	var todo plan.Plan
	if have.methods != nil {
		wanted, there := m.describe(), paths(have.methods)
		for i := range m.Methods {
			method := &m.Methods[i]
			name := method.String()
			want := wanted[name]
			found, ok := have.methods[name]
			switch {
			case ok:
				todo = append(todo, plan.Diff(deploymentName, classOf(weaker(found.access, want.access)),
					plan.Field{Subject: name + " access", Observed: found.access, Desired: want.access})...)
				todo = append(todo, plan.Diff(deploymentName, plan.Redeploy,
					plan.Field{Subject: name + " backend", Observed: shown(found.backend, want.backend), Desired: want.backend})...)
			case !method.Preflight() || there[method.Path] > 0:
				change := added(name, want.access)
				change.Class = classOf(opens(method, have.methods))
				todo = append(todo, change)
			}
		}
		remaining := paths(wanted)
		for _, name := range slices.Sorted(maps.Keys(have.methods)) {
			_, ok := wanted[name]
			path := pathOf(name)
			preflight := strings.HasPrefix(name, string(v1alpha1.MethodOptions)+" ") && have.methods[name].backend == string(typeMock)
			withPath := preflight && remaining[path] == 0 && there[path] > 1
			if !ok && !withPath {
				class := classOf(m.leavesOpen(name, have.methods[name]))
				todo = append(todo, plan.Change{Part: deploymentName, Action: plan.Delete, Subject: name, Class: class})
			}
		}
	}
	for _, name := range have.unused {
		// What a validator refused reaches the backend then.
		class := classOf(strings.HasPrefix(name, validatorPrefix))
		todo = append(todo, plan.Change{Part: deploymentName, Action: plan.Delete, Subject: name, Class: class})
	}
	for _, a := range m.lacking(have.authorizers) {
		todo = append(todo, added("authorizer "+a.Name(), a.PoolARN))
	}
	return todo
}

// Parts of what answers that may hold secrets: the credentials and the query of a URL, and values that are in quotes.
var (
	secretURL   = regexp.MustCompile(`(://)([^/@\s]*@)?([^?#\s]*)([?#]\S*)?`)
	secretValue = regexp.MustCompile(`'[^']*'`)
)

// shown is a backend as a plan tells it. One that is not the spec's may be another's: "…" stands for what may be a secret.
func shown(found, want string) string {
	if found == want {
		return found
	}
	found = secretURL.ReplaceAllStringFunc(found, func(address string) string {
		parts := secretURL.FindStringSubmatch(address)
		words := parts[1]
		if parts[2] != "" {
			words += "…@"
		}
		words += parts[3]
		if parts[4] != "" {
			words += parts[4][:1] + "…"
		}
		return words
	})
	return secretValue.ReplaceAllString(found, "'…'")
}

func added(subject, to string) plan.Change {
	return plan.Change{Part: deploymentName, Action: plan.Create, Subject: subject, To: to, Class: plan.Redeploy}
}

// paths counts the methods of each path.
func paths(methods map[string]words) map[string]int {
	count := map[string]int{}
	for name := range methods {
		count[pathOf(name)]++
	}
	return count
}

func pathOf(method string) string {
	_, path, _ := strings.Cut(method, " ")
	return path
}
