package main

import (
	"strings"
	"testing"
	"time"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

func TestReport(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		reason string
		figure figure
		row    string
		fails  bool
	}{
		{"at the bound is within it", figure{what: "w", unit: " s", most: 2, floor: "1", reached: 2}, "w ≤ 2 s 1 2 s ok", false},
		{"above it is missed, and fails", figure{what: "w", unit: " s", most: 2, reached: 2.004}, "w ≤ 2 s 2 s MISSED", true},
		{"what nothing is asked of cannot be missed", told("w", 12345.6, " B"), "w 12346 B", false},
	} {
		out := &strings.Builder{}
		err := report(out, []figure{tc.figure})
		if (err != nil) != tc.fails {
			t.Errorf("%s: %v", tc.reason, err)
		}
		_, rows, _ := strings.Cut(out.String(), "\n")
		if row := strings.Join(strings.Fields(rows), " "); row != tc.row {
			t.Errorf("%s: %q, want %q", tc.reason, row, tc.row)
		}
	}
}

func TestQuantile(t *testing.T) {
	t.Parallel()
	var all []time.Duration
	for i := range 200 {
		all = append(all, time.Duration(199-i))
	}
	if median, most := quantile(all, 0.5), quantile(all, 1); median != 100 || most != 199 {
		t.Errorf("of 0 to 199: median %d, most %d", median, most)
	}
}

// The counts of docs/performance.md.
func TestNaiveParts(t *testing.T) {
	t.Parallel()
	lambda := func(name string) v1alpha1.Backend {
		return v1alpha1.Backend{Lambda: &v1alpha1.LambdaBackend{Function: name}}
	}
	spec := &v1alpha1.SecuredAPISpec{
		Domain:  &v1alpha1.DomainSpec{Prefix: "notes"},
		Clients: []v1alpha1.Client{{Name: "web"}},
		Routes: []v1alpha1.Route{
			{Path: "/registered", Methods: []v1alpha1.Method{"GET"}, Backend: lambda("a")},
			{Path: "/guest", Methods: []v1alpha1.Method{"GET"}, Backend: lambda("b")},
		},
	}
	if gateway, others := naiveParts(spec); gateway != 20 || others != 5 {
		t.Errorf("the recipe is 20 resources of API Gateway and 5 others, not %d and %d", gateway, others)
	}
	// One path in two routes is one resource with one preflight.
	spec.Routes[1].Path, spec.Routes[1].Methods = "/registered", []v1alpha1.Method{"POST"}
	if gateway, others := naiveParts(spec); gateway != 15 || others != 5 {
		t.Errorf("with one path in two routes: got %d resources of API Gateway and %d others, want 15 and 5", gateway, others)
	}
}
