package config

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// TestUninstallAsks runs what make uninstall runs first, without a terminal.
func TestUninstallAsks(t *testing.T) {
	p := person{t, newClient(t, cluster.Config)}
	ask := func(env ...string) (string, error) {
		cmd := exec.CommandContext(t.Context(), "../hack/uninstall.sh")
		cmd.Env = append(os.Environ(), "KUBECTL="+strings.Join([]string{cluster.KubectlPath, "--kubeconfig", cluster.Kubeconfig()}, " "), "CONFIRM=")
		cmd.Env = append(cmd.Env, env...)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	var losing *v1alpha1.SecuredAPI
	policies := map[string]v1alpha1.DeletionPolicy{"keeps": v1alpha1.DeletionRetain, "protects": "", "loses": v1alpha1.DeletionDelete}
	for namespace, policy := range policies {
		object := p.create(namespace, func(o *v1alpha1.SecuredAPI) { o.Spec.DeletionPolicy = policy })
		if policy == v1alpha1.DeletionDelete {
			losing = object
		}
		t.Cleanup(func() { _ = p.Delete(context.Background(), object) })
	}
	out, err := ask()
	if err == nil || !strings.Contains(out, "CONFIRM=yes") || !strings.Contains(out, "  loses/orders\n") {
		t.Errorf("want a refusal that names loses/orders and CONFIRM=yes, got %v:\n%s", err, out)
	}
	for _, namespace := range []string{"keeps/", "protects/"} {
		if strings.Contains(out, namespace) {
			t.Errorf("%s loses no users, got:\n%s", namespace, out)
		}
	}
	if out, err := ask("CONFIRM=no"); err == nil {
		t.Errorf("CONFIRM=no was taken for yes:\n%s", out)
	}
	if out, err := ask("CONFIRM=yes"); err != nil {
		t.Errorf("CONFIRM=yes: %v\n%s", err, out)
	}
	p.delete(losing)
	if out, err := ask(); err != nil || out != "" {
		t.Errorf("nothing is to be lost: want no question, got %v:\n%s", err, out)
	}
}
