package validate

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

func TestAGuestsPathOverAGuardedOneOfTheSameBackendIsRefused(t *testing.T) {
	const remedy = "which may take one for the other; give one of them another backend, or name the guests' paths one by one"
	orders := server("https://b.example.com/orders/{id}")
	for _, tc := range []struct {
		reason string
		routes []v1alpha1.Route
		want   bool
	}{
		{"a greedy path", []v1alpha1.Route{route("/a", lambda("f")), guest("/{proxy+}", lambda("f"), "ANY")}, true},
		{"a variable", []v1alpha1.Route{route("/a", lambda("f")), guest("/{id}", lambda("f"))}, true},
		{"a guarded path with a variable", []v1alpha1.Route{route("/orders/{id}", lambda("f")), guest("/{proxy+}", lambda("f"))}, true},
		{"any guarded method", []v1alpha1.Route{route("/a", lambda("f"), "ANY"), guest("/{proxy+}", lambda("f"), "POST")}, true},
		{"another version of the function", []v1alpha1.Route{route("/a", lambda("f:live")), guest("/{proxy+}", lambda("f"))}, true},
		{"the function by its ARN", []v1alpha1.Route{route("/a", lambda(functions+"f:1")), guest("/{proxy+}", lambda("f"))}, true},
		{"the same server", []v1alpha1.Route{route("/orders/{id}", orders), guest("/{proxy+}", server("https://B.example.com./{proxy}"))}, true},
		{"another port of it", []v1alpha1.Route{route("/orders/{id}", orders), guest("/{proxy+}", server("https://b.example.com:8443/{proxy}"))}, true},

		{"another function", []v1alpha1.Route{route("/a", lambda("f")), guest("/{proxy+}", lambda("g"), "ANY")}, false},
		{"another server", []v1alpha1.Route{route("/orders/{id}", orders), guest("/{proxy+}", server("https://www.example.com/{proxy}"), "ANY")}, false},
		{"a function is no server", []v1alpha1.Route{route("/a", lambda("b.example.com")), guest("/{proxy+}", server("https://b.example.com/{proxy}"))}, false},
		{"another method", []v1alpha1.Route{route("/products/import", lambda("f"), "POST"), guest("/products/{id}", lambda("f"))}, false},
		{"a variable that holds a slash", []v1alpha1.Route{route("/orders/{id}/lines", lambda("f")), guest("/orders/{id}", lambda("f"))}, true},
		{"a variable that holds several", []v1alpha1.Route{route("/a/b/c", lambda("f")), guest("/{id}", lambda("f"))}, true},
		{"a variable between, that does", []v1alpha1.Route{route("/a/b/c/d", lambda("f")), guest("/a/{id}/d", lambda("f"))}, true},
		{"a variable inside a guarded rest", []v1alpha1.Route{route("/{proxy+}", lambda("f"), "ANY"), guest("/orders/{id}", lambda("f"))}, true},
		{"a guarded rest behind a variable's slash", []v1alpha1.Route{route("/a/b/{proxy+}", lambda("f")), guest("/a/{id}", lambda("f"))}, true},
		{"the rest of a path inside a guarded rest", []v1alpha1.Route{route("/{proxy+}", lambda("f"), "ANY"), guest("/public/{proxy+}", lambda("f"))}, false},
		{"the guests' path is the more specific", []v1alpha1.Route{route("/{a}/x", lambda("f")), guest("/b/{c}", lambda("f"))}, false},
		{"a variable that holds a dot", []v1alpha1.Route{route("/a", lambda("f")), guest("/{tenant}/a", lambda("f"))}, true},
		{"a dot inside a guarded path", []v1alpha1.Route{route("/{a}/x", lambda("f")), guest("/b/{c}/{d}", lambda("f"))}, true},
		{"another literal", []v1alpha1.Route{route("/a/b", lambda("f")), guest("/c/{id}", lambda("f"))}, false},
		{"another literal behind the variable", []v1alpha1.Route{route("/a/b", lambda("f")), guest("/{id}/c", lambda("f"))}, false},
		{"a path beside it", []v1alpha1.Route{route("/orders", lambda("f")), guest("/orders/{id}", lambda("f"))}, false},
		{"guarded, too", []v1alpha1.Route{route("/a", lambda("f")), route("/{proxy+}", lambda("f"), "ANY")}, false},
		{"the guests' is the narrow one", []v1alpha1.Route{guest("/a", lambda("f")), route("/{proxy+}", lambda("f"), "ANY")}, false},
	} {
		err := Spec(of(tc.routes...), here)
		if tc.want != (reason(err) == v1alpha1.ReasonInvalidSpec) || tc.want && (!strings.Contains(err.Error(), remedy) ||
			!strings.HasPrefix(err.Error(), fmt.Sprintf("spec.routes[1].path: %q is for guests, and so is any request that is guarded by %q of spec.routes[0] but written", tc.routes[1].Path, tc.routes[0].Path))) {
			t.Errorf("%s: got %v, want refused %t", tc.reason, err, tc.want)
		}
	}
}

// A path has 128 variables at most, and what they hold can be divided in many ways.
func TestSpellingsOfLongPathsAreComparedInTime(t *testing.T) {
	var routes []v1alpha1.Route
	for i := range 60 {
		routes = append(routes,
			guest(fmt.Sprintf("/%d", i)+strings.Repeat("/{a}", 120)+"/x", lambda("f")), route(fmt.Sprintf("/%d", i)+strings.Repeat("/{a}", 120)+"/x/y", lambda("f")))
	}
	begun := time.Now()
	_ = writings(of(routes...), here)
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("got %s for 120 routes, want less than 10 s", took)
	}
}
