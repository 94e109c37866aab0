package config

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/client-go/rest"
)

// account is the operator's, as config/default has it.
const account = "system:serviceaccount:securedapi-system:securedapi-manager"

// right is what RBAC gives or withholds. Of a cluster-wide one, namespace is empty.
type right struct{ verb, group, resource string }

func (r right) String() string { return fmt.Sprintf("%s %s.%s", r.verb, r.resource, r.group) }

// recorder stands between the operator and the API server: it makes the operator its service account, and keeps what was
// asked for.
type recorder struct {
	kubeconfig string

	mu   sync.Mutex
	used map[right]sets.Set[string] // with the namespaces it was used in
	// refused are the rights that RBAC withheld, with their namespace.
	refused sets.Set[string]
}

// as is an administrator's configuration that acts for a user.
func as(user string, groups ...string) *rest.Config {
	config := rest.CopyConfig(cluster.Config)
	config.Impersonate = rest.ImpersonationConfig{UserName: user, Groups: append(groups, "system:authenticated")}
	return config
}

func asOperator() *rest.Config {
	return as(account, "system:serviceaccounts", "system:serviceaccounts:securedapi-system")
}

func newRecorder(t *testing.T) *recorder {
	t.Helper()
	transport, err := rest.TransportFor(asOperator())
	if err != nil {
		t.Fatal(err)
	}
	target, err := url.Parse(cluster.Config.Host)
	if err != nil {
		t.Fatal(err)
	}
	if target.Scheme == "" {
		target = &url.URL{Scheme: "https", Host: cluster.Config.Host}
	}
	r := &recorder{used: map[right]sets.Set[string]{}, refused: sets.New[string]()}
	proxy := &httputil.ReverseProxy{
		Rewrite:        func(p *httputil.ProxyRequest) { p.SetURL(target) },
		ModifyResponse: r.record,
		Transport:      transport,
		FlushInterval:  -1, // watches
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if request.URL.Query().Get("sendInitialEvents") == "true" {
			// An API server without the feature WatchList refuses, and then clients list.
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusUnprocessableEntity)
			fmt.Fprint(w, `{"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Invalid", "code": 422}`)
			return
		}
		proxy.ServeHTTP(w, request)
	}))
	t.Cleanup(server.Close)
	r.kubeconfig = filepath.Join(t.TempDir(), "kubeconfig")
	text := fmt.Sprintf(`{apiVersion: v1, kind: Config, current-context: c, contexts: [{name: c, context: {cluster: c, user: u}}],
clusters: [{name: c, cluster: {server: %q}}], users: [{name: u, user: {}}]}`, server.URL)
	if err := os.WriteFile(r.kubeconfig, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return r
}

var requests = &request.RequestInfoFactory{APIPrefixes: sets.NewString("api", "apis"), GrouplessAPIPrefixes: sets.NewString("api")}

func (r *recorder) record(response *http.Response) error {
	info, err := requests.NewRequestInfo(response.Request)
	if err != nil || !info.IsResourceRequest {
		return err
	}
	resource := info.Resource
	if info.Subresource != "" {
		resource += "/" + info.Subresource
	}
	one := right{info.Verb, info.APIGroup, resource}
	r.mu.Lock()
	defer r.mu.Unlock()
	if response.StatusCode == http.StatusForbidden {
		r.refused.Insert(fmt.Sprintf("%s in %q", one, info.Namespace))
	}
	if r.used[one] == nil {
		r.used[one] = sets.New[string]()
	}
	r.used[one].Insert(info.Namespace)
	return nil
}

// namespacesOf are those in which the operator asked for the resource.
func (r *recorder) namespacesOf(resource string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := sets.New[string]()
	for one, namespaces := range r.used {
		if one.resource == resource {
			all = all.Union(namespaces)
		}
	}
	return sets.List(all)
}

func (r *recorder) rights() []right {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Collect(maps.Keys(r.used))
}

func (r *recorder) refusals() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return sets.List(r.refused)
}
