package config

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// get is the status and the body of an answer; the error if there is none. Nobody's token is empty.
func get(t *testing.T, from *http.Client, url, token string) (status, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := from.Do(request)
	if err != nil {
		return err.Error(), ""
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err.Error(), ""
	}
	return response.Status, string(text)
}

// scrape reads the metrics as Prometheus does. The operator asks the API server whether it may.
func scrape(t *testing.T, address string) {
	t.Helper()
	token := func(account string) string {
		kubectl(t, "create", "serviceaccount", account, "--namespace=shop")
		return strings.TrimSpace(kubectl(t, "create", "token", account, "--namespace=shop"))
	}
	kubectl(t, "create", "clusterrolebinding", "prometheus", "--clusterrole=securedapi-metrics-reader", "--serviceaccount=shop:prometheus")
	insecure := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	for _, tc := range []struct{ reason, scheme, token, want string }{
		{"nobody", "https", "", "401 Unauthorized"},
		{"a token that nobody gave, which controller-runtime takes for an error of its own", "https", "made.up.token", "500 Internal Server Error"},
		{"an account without the role", "https", token("stranger"), "403 Forbidden"},
		{"an account with the role", "https", token("prometheus"), "200 OK"},
		{"not over TLS", "http", "", "400 Bad Request"},
	} {
		status, text := get(t, insecure, tc.scheme+"://"+address+"/metrics", tc.token)
		if status != tc.want || strings.Contains(text, "securedapi_build_info") != (tc.want == "200 OK") {
			t.Errorf("%s: got %s of /metrics with %d bytes, want %s, and the metrics with 200 OK only", tc.reason, status, len(text), tc.want)
		}
	}
}

// The kubelet asks where the operator answers, by the flags of its Deployment. TestFlags sees the answers.
func TestProbes(t *testing.T) {
	deployment := &appsv1.Deployment{}
	if err := yaml.Unmarshal(byKind(t, build(t, "manager"))["Deployment"][0], deployment); err != nil {
		t.Fatal(err)
	}
	manager := deployment.Spec.Template.Spec.Containers[0]
	port := func(name string) int32 {
		for _, p := range manager.Ports {
			if p.Name == name {
				return p.ContainerPort
			}
		}
		return 0
	}
	for path, probe := range map[string]*corev1.Probe{"/healthz": manager.LivenessProbe, "/readyz": manager.ReadinessProbe} {
		flag := fmt.Sprintf("--health-probe-bind-address=:%d", port(probe.HTTPGet.Port.StrVal))
		if probe.HTTPGet.Path != path || !slices.Contains(manager.Args, flag) {
			t.Errorf("got a probe of %s with the flags %v, want %s and %s", probe.HTTPGet.Path, manager.Args, path, flag)
		}
	}
	if flag := fmt.Sprintf("--metrics-bind-address=:%d", port("https")); !slices.Contains(manager.Args, flag) {
		t.Errorf("got the flags %v, want %s", manager.Args, flag)
	}
}
