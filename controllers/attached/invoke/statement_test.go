package invoke

import (
	"testing"

	"github.com/securedapi/securedapi/controllers/engine"
)

func TestStatementIDsNameTheOwner(t *testing.T) {
	owner := engine.Owner{Cluster: "c", Namespace: "default", Name: "notes"}
	first := StatementID(owner, "abc", "prod")
	if got := StatementRoot(first); got != "abc" {
		t.Errorf("the API of %s: got %q, want abc", first, got)
	}
	for _, id := range []string{"abc", "securedapi-", "securedapi--0123456789abcdef"} {
		if got := StatementRoot(id); got != "" {
			t.Errorf("the root of %s, a statement of others: got %q, want none", id, got)
		}
	}
	if id := StatementID(owner, "us-east-1_AbC", ""); StatementRoot(id) != "us-east-1_AbC" {
		t.Errorf("the user pool of %s: got %q, want us-east-1_AbC", id, StatementRoot(id))
	}
	for _, tc := range []struct {
		reason, root, part string
		change             func(*engine.Owner)
	}{
		{"another stage", "abc", "live", func(*engine.Owner) {}},
		{"another API", "abd", "prod", func(*engine.Owner) {}},
		{"another cluster", "abc", "prod", func(o *engine.Owner) { o.Cluster = "d" }},
		{"another namespace", "abc", "prod", func(o *engine.Owner) { o.Namespace = "other" }},
		{"another name", "abc", "prod", func(o *engine.Owner) { o.Name = "other" }},
	} {
		other := owner
		tc.change(&other)
		if got := StatementID(other, tc.root, tc.part); got == first {
			t.Errorf("%s: got the id %s of the first, want another", tc.reason, got)
		}
	}
}
