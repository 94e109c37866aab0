// Package config tests the manifests in its folders against a real API server.
package config

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-logr/logr"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/restapi"
	"github.com/securedapi/securedapi/controllers/userpool"
	"github.com/securedapi/securedapi/hack/localcluster"
)

var cluster *localcluster.Cluster

func TestMain(m *testing.M) {
	log.SetLogger(logr.Discard())
	opts := localcluster.Options{CRDs: []string{"crd/bases"}}
	os.Exit(localcluster.RunTests(m, opts, func(c *localcluster.Cluster) { cluster = c }))
}

// TestInstall applies what `make deploy` does. Warnings are errors, so that a pod less than
// restricted, which the namespace's labels warn of, is one too.
func TestInstall(t *testing.T) {
	out := apply(t, build(t, "default"), "--server-side", "--force-conflicts", "--warnings-as-errors")
	for _, want := range []string{
		"namespace/securedapi-system",
		"customresourcedefinition.apiextensions.k8s.io/securedapis.securedapi.dev",
		"deployment.apps/securedapi-manager",
		"networkpolicy.networking.k8s.io/securedapi-manager",
		"clusterrole.rbac.authorization.k8s.io/securedapi-manager",
	} {
		if !strings.Contains(out, want+" serverside-applied") {
			t.Errorf("%s was not applied; there is:\n%s", want, out)
		}
	}
}

// TestShards applies two managers side by side, which share nothing but the CRD.
func TestShards(t *testing.T) {
	for dir, want := range map[string]string{"shards/a": "securedapi-manager", "shards/rest": "securedapi-manager-rest"} {
		out := apply(t, build(t, dir), "--server-side", "--force-conflicts", "--warnings-as-errors")
		for _, kind := range []string{"deployment.apps", "clusterrolebinding.rbac.authorization.k8s.io"} {
			if !strings.Contains(out, kind+"/"+want+" serverside-applied") {
				t.Errorf("%s: %s %s was not applied; there is:\n%s", dir, kind, want, out)
			}
		}
	}
}

func TestSamples(t *testing.T) {
	samples, err := filepath.Glob("samples/securedapi_*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	listed := string(build(t, "samples"))
	for _, sample := range samples {
		t.Run(filepath.Base(sample), func(t *testing.T) {
			manifest, err := os.ReadFile(sample)
			if err != nil {
				t.Fatal(err)
			}
			out := apply(t, manifest, "--dry-run=server", "--validate=strict", "--warnings-as-errors")
			_, rest, _ := strings.Cut(out, "securedapi.securedapi.dev/")
			name, _, _ := strings.Cut(rest, " ")
			if !strings.Contains(listed, "name: "+name+"\n") {
				t.Errorf("%s is not in the kustomization", name)
			}
		})
	}
}

// TestColumns compares what kubectl shows of an object with README.md.
func TestColumns(t *testing.T) {
	install() // only the operator writes a status
	admin, operator := person{t, newClient(t, cluster.Config)}, newClient(t, asOperator())
	object := admin.create("columns", kept)
	before := client.MergeFrom(object.DeepCopy())
	object.Status.Endpoint, object.Status.Domain, object.Status.Policy = "https://api.example.com/prod", "https://login.example.com", "shop"
	object.Status.Conditions = []metav1.Condition{{
		Type: v1alpha1.ConditionReady, Status: metav1.ConditionFalse, Reason: v1alpha1.ReasonProgressing, LastTransitionTime: metav1.Now(),
	}}
	if err := operator.Status().Patch(t.Context(), object, before); err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := strings.Fields(regexp.MustCompile(`(?m)^NAME .*$`).FindString(string(readme)))
	added := regexp.MustCompile("`kubectl get sapi -o wide` adds `(\\w+)`, `(\\w+)` and `(\\w+)`").FindStringSubmatch(string(readme))
	if len(added) != 4 {
		t.Fatalf("got %v of README.md, want that it names the columns of -o wide", added)
	}
	for _, tc := range []struct {
		flag          string
		header, value []string
	}{
		{"--output=", shown, []string{"orders", "False", "Progressing", "https://api.example.com/prod"}},
		{"--output=wide", slices.Concat(shown, added[1:]), []string{"orders", "False", "Progressing", "https://api.example.com/prod", "Apply", "https://login.example.com", "shop"}},
	} {
		lines := strings.Split(kubectl(t, "get", "sapi", "--namespace=columns", tc.flag), "\n")
		if got := strings.Fields(lines[0]); !slices.Equal(got, tc.header) {
			t.Errorf("kubectl get sapi %s: got the columns %v, want %v", tc.flag, got, tc.header)
		}
		got := strings.Fields(lines[1])
		if age := slices.Index(tc.header, "AGE"); age < len(got) {
			got = slices.Delete(got, age, age+1)
		}
		if !slices.Equal(got, tc.value) {
			t.Errorf("kubectl get sapi %s: got the values %v, want %v", tc.flag, got, tc.value)
		}
	}
	if err := admin.Delete(t.Context(), object); err != nil {
		t.Fatal(err)
	}
}

// actionsOf lists what a policy of config/iam allows.
func actionsOf(t *testing.T, name string) []string {
	t.Helper()
	var policy struct {
		Statement []struct {
			Action any `json:"Action"`
		} `json:"Statement"`
	}
	text, err := os.ReadFile("iam/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &policy); err != nil {
		t.Fatal(err)
	}
	var allowed []string
	for _, statement := range policy.Statement {
		switch actions := statement.Action.(type) {
		case string:
			allowed = append(allowed, actions)
		case []any:
			for _, action := range actions {
				allowed = append(allowed, action.(string))
			}
		}
	}
	return allowed
}

// TestPolicyAllowsEveryCall holds the policy against the interfaces that list the operator's calls. API Gateway's
// permissions are HTTP methods, so only those of Cognito and Lambda carry a call's name. Those of AWS WAF are for objects with a web ACL,
// which need a policy of their own.
func TestPolicyAllowsEveryCall(t *testing.T) {
	allowed, beside := actionsOf(t, "policy"), actionsOf(t, "web-acls")
	var calls []string
	for _, kind := range slices.Concat(userpool.Kinds(&userpool.Cognito{}), restapi.Kinds(&restapi.Gateway{})) {
		calls = append(calls, kind.Operations...)
	}
	for _, call := range calls {
		// API Gateway's actions are HTTP methods on paths.
		allowed := allowed
		if strings.HasPrefix(call, "wafv2:") {
			allowed = beside
		}
		if !strings.HasPrefix(call, "apigateway:") && !slices.Contains(allowed, call) {
			t.Errorf("the operator calls %s, which the policy does not allow", call)
		}
	}
	for _, action := range allowed {
		// TagResource authorizes the tags of other calls.
		if strings.HasPrefix(action, "apigateway:") || strings.HasSuffix(action, ":TagResource") || slices.Contains(calls, action) {
			continue
		}
		if strings.HasPrefix(action, "cognito-idp:") || strings.HasPrefix(action, "lambda:") {
			t.Errorf("the policy allows %s, which the operator does not call", action)
		}
	}
}

func build(t *testing.T, dir string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "tool", "-modfile=../hack/tools/go.mod", "kustomize", "build", dir)
	cmd.Stderr = new(bytes.Buffer)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("kustomize build %s: %v\n%s", dir, err, cmd.Stderr)
	}
	return out
}

func apply(t *testing.T, manifest []byte, flags ...string) string {
	t.Helper()
	cmd := cluster.Kubectl(t.Context(), append([]string{"apply", "-f", "-"}, flags...)...)
	cmd.Stdin = bytes.NewReader(manifest)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("kubectl apply: %v\n%s", err, out)
	}
	return string(out)
}
