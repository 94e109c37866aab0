package main

import (
	"context"
	"time"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// What tools spend that know each resource of AWS by itself: one call makes it, one reads it back, and one reads it at every
// resync. So do the resources of Terraform's provider, internal/service/apigateway/gateway_response.go for one (Create puts
// and then calls Read), and the controllers of ACK, which describe each resource every time
// (https://aws-controllers-k8s.github.io/community/docs/user-docs/drift-recovery).

// naiveParts are the resources that a spec is, by service: as one would write it in Terraform.
func naiveParts(spec *v1alpha1.SecuredAPISpec) (gateway, others int) {
	// The user pool and its clients, the domain, and a permission for each function.
	others = 1 + len(spec.Clients)
	if spec.Domain != nil {
		others++
	}
	functions := map[string]bool{}
	// The API, its authorizer, its deployment, its stage, and two gateway responses.
	gateway = 6
	paths := map[string]bool{}
	for _, route := range spec.Routes {
		if !paths[route.Path] {
			// The resource of the path, and its preflight: a method, an integration, and a response of each.
			gateway += 1 + 4
			paths[route.Path] = true
		}
		// A method and its proxy integration.
		gateway += 2 * len(route.Methods)
		if route.Backend.Lambda != nil {
			functions[route.Backend.Lambda.Function] = true
		}
	}
	return gateway, others + len(functions)
}

// naive tells what such a tool spends on the recipe, without running one.
func naive(_ context.Context, _ *lab, s size) ([]figure, error) {
	object, err := recipe()
	if err != nil {
		return nil, err
	}
	gateway, others := naiveParts(&object.Spec)
	// API Gateway takes ten calls a second.
	sweep := time.Duration(s.account*gateway) * time.Second / 10
	return []figure{
		told("a tool that calls for each resource (computed): calls to create", float64(2*(gateway+others)), ""),
		told("  calls for an object and sweep", float64(gateway+others), ""),
		told("  a sweep of a full account, with all of its quota", sweep.Minutes(), " min"),
	}, nil
}
