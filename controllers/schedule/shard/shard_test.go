package shard_test

import (
	"testing"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/securedapi/securedapi/controllers/schedule/shard"
)

func selecting(t *testing.T, words string) labels.Selector {
	t.Helper()
	selector, err := labels.Parse(words)
	if err != nil {
		t.Fatal(err)
	}
	return selector
}

func TestLeaseName(t *testing.T) {
	t.Parallel()
	if got := shard.LeaseName(labels.Everything()); got != "securedapi.dev" {
		t.Errorf("the lease of who works on all: %s", got)
	}
	a := shard.LeaseName(selecting(t, "shard in (a, b),team"))
	for _, tc := range []struct {
		reason, selector string
		same             bool
	}{
		{"another order and other spaces are the same selector", "team, shard in (b,a)", true},
		{"another value is another selector", "team,shard in (a)", false},
		{"the manager without a selector has its own lease", "shard notin (a,b),team", false},
	} {
		name := shard.LeaseName(selecting(t, tc.selector))
		if (name == a) != tc.same {
			t.Errorf("%s: %s and %s", tc.reason, a, name)
		}
		if wrong := validation.IsDNS1123Subdomain(name); len(wrong) != 0 {
			t.Errorf("a lease needs a name that Kubernetes takes: %s: %v", name, wrong)
		}
	}
}
