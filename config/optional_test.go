package config

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/yaml"
)

// edited builds config/default after an edit of its kustomization, as documents say, and returns the manifests by their kinds.
func edited(t *testing.T, edit func(string) string) map[string][][]byte {
	t.Helper()
	copied := t.TempDir()
	if err := os.CopyFS(copied, os.DirFS(".")); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(copied, "default", "kustomization.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	changed := edit(string(text))
	if changed == string(text) {
		t.Fatal("the edit changes nothing in config/default/kustomization.yaml")
	}
	if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	return byKind(t, build(t, filepath.Dir(file)))
}

func byKind(t *testing.T, manifests []byte) map[string][][]byte {
	t.Helper()
	kinds := map[string][][]byte{}
	for manifest := range bytes.SplitSeq(manifests, []byte("\n---\n")) {
		var object metav1.TypeMeta
		if err := yaml.Unmarshal(manifest, &object); err != nil {
			t.Fatal(err)
		}
		kinds[object.Kind] = append(kinds[object.Kind], manifest)
	}
	return kinds
}

// TestPartsThatAreSwitchedOff takes out what documents let people take out, and nothing else goes.
func TestPartsThatAreSwitchedOff(t *testing.T) {
	whole := edited(t, func(s string) string { return s + "# the same\n" })
	for part, gone := range map[string][]string{
		"network-policy": {"NetworkPolicy"},
		"admission":      {"ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"},
	} {
		kinds := edited(t, func(s string) string { return strings.Replace(s, "  - ../"+part+"\n", "", 1) })
		for kind, before := range whole {
			want := len(before)
			if slices.Contains(gone, kind) {
				want = 0
			}
			if got := len(kinds[kind]); got != want {
				t.Errorf("without ../%s: got %d manifests of %s, want %d", part, got, kind, want)
			}
		}
	}
}

// TestPartsThatAreSwitchedOn takes the comments off all that config/default/kustomization.yaml has in comments.
func TestPartsThatAreSwitchedOn(t *testing.T) {
	kinds := edited(t, func(s string) string { return regexp.MustCompile(`(?m)^  # (- )`).ReplaceAllString(s, "  $1") })
	one := func(kind string, into any) {
		t.Helper()
		if len(kinds[kind]) != 1 {
			t.Fatalf("got %d manifests of %s, want 1", len(kinds[kind]), kind)
		}
		if err := yaml.Unmarshal(kinds[kind][0], into); err != nil {
			t.Fatal(err)
		}
	}
	var (
		monitor struct {
			metav1.ObjectMeta `json:"metadata"`
			Spec              struct {
				Selector  metav1.LabelSelector
				Endpoints []struct{ Port, Scheme, Path string }
			}
		}
		service    corev1.Service
		deployment appsv1.Deployment
		account    corev1.ServiceAccount
	)
	one("ServiceMonitor", &monitor)
	one("Service", &service)
	one("Deployment", &deployment)
	one("ServiceAccount", &account)

	// A monitor finds its Service by labels in its own namespace, the Service its pods, and both their ports by name.
	selector, err := metav1.LabelSelectorAsSelector(&monitor.Spec.Selector)
	if err != nil {
		t.Fatal(err)
	}
	if !selector.Matches(labels.Set(service.Labels)) || monitor.Namespace != service.Namespace {
		t.Errorf("the ServiceMonitor in %s selects %s, want the Service in %s with the labels %v", monitor.Namespace, selector, service.Namespace, service.Labels)
	}
	pod := deployment.Spec.Template
	if !labels.SelectorFromSet(service.Spec.Selector).Matches(labels.Set(pod.Labels)) {
		t.Errorf("the Service selects %v, want the pods with the labels %v", service.Spec.Selector, pod.Labels)
	}
	endpoint, port := monitor.Spec.Endpoints[0], service.Spec.Ports[0]
	if endpoint.Port != port.Name || endpoint.Scheme != "https" || endpoint.Path != "/metrics" {
		t.Errorf("got the endpoint %+v, want /metrics over https of the port %s", endpoint, port.Name)
	}
	if service.Name != "securedapi-metrics" || port.Port != 8443 {
		t.Errorf("got the Service %s with the port %d, want securedapi-metrics with 8443", service.Name, port.Port)
	}
	if !slices.ContainsFunc(pod.Spec.Containers[0].Ports, func(p corev1.ContainerPort) bool { return p.Name == port.TargetPort.StrVal && p.ContainerPort == 8443 }) {
		t.Errorf("got the ports %+v of the operator, want one with the name %s", pod.Spec.Containers[0].Ports, port.TargetPort.StrVal)
	}
	if account.Annotations["eks.amazonaws.com/role-arn"] == "" {
		t.Errorf("got the annotations %v of the ServiceAccount, want a role of IRSA", account.Annotations)
	}
	everywhere := func(manifest []byte) bool { return bytes.Contains(manifest, []byte("name: securedapi-secrets\n")) }
	if !slices.ContainsFunc(kinds["ClusterRoleBinding"], everywhere) {
		t.Error("got no ClusterRoleBinding with the role securedapi-secrets, want that of rbac/all-namespaces")
	}
}
