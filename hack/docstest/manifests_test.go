package docstest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// TestManifests holds YAML and JSON in documents to being that, shell blocks to being a shell's, and whole SecuredAPIs and
// SecuredAPIPolicies to what the API server takes.
func TestManifests(t *testing.T) {
	for _, args := range [][]string{
		{"apply", "--server-side", "-k", root + "/config/crd"},
		{"wait", "--for=condition=Established", "--timeout=1m", "crd/securedapis.securedapi.dev", "crd/securedapipolicies.securedapi.dev"},
	} {
		if out, err := cluster.Kubectl(t.Context(), args...).CombinedOutput(); err != nil {
			t.Fatalf("kubectl %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	n := 0
	for _, d := range documents(t, "README.md", "docs", "config") {
		for _, b := range d.blocks {
			text, err := b.text, error(nil)
			switch b.language {
			case "yaml":
				for manifest := range strings.SplitSeq(b.text, "\n---\n") {
					err = errors.Join(err, checkYAML(t, manifest))
				}
			case "json":
				err = json.Unmarshal([]byte(text), new(any))
			case "sh":
				check := exec.CommandContext(t.Context(), "bash", "-n")
				check.Stdin = strings.NewReader(text)
				if out, failed := check.CombinedOutput(); failed != nil {
					err = fmt.Errorf("bash -n: %s", out)
				}
			default:
				continue
			}
			n++
			if err != nil {
				report(t, []problem{{d.path, b.line, err.Error()}})
			}
		}
	}
	t.Logf("%d blocks", n)
}

// checkYAML parses a manifest, and has the API server say whether it would take it.
func checkYAML(t *testing.T, text string) error {
	t.Helper()
	var object struct {
		APIVersion string
		Kind       string
	}
	if err := yaml.Unmarshal([]byte(text), &object); err != nil {
		return err
	}
	if !strings.HasPrefix(object.APIVersion, "securedapi.dev/") {
		return nil
	}
	cmd := cluster.Kubectl(t.Context(), "create", "--dry-run=server", "--validate=strict", "-f", "-")
	cmd.Stdin = strings.NewReader(text)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("the API server refuses it: %s", bytes.TrimSpace(out))
	}
	return nil
}
