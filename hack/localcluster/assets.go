package localcluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// assetsVariable is where envtest and setup-envtest look too.
// https://book.kubebuilder.io/reference/envtest
const assetsVariable = "KUBEBUILDER_ASSETS"

// downloadTimeout bounds setup-envtest, which on a closed network may hang
// where the build from modules, through a proxy, would work.
const downloadTimeout = 2 * time.Minute

// Assets returns a folder with etcd, kube-apiserver and kubectl. It is the first of:
//
//  1. $KUBEBUILDER_ASSETS, if set;
//  2. a build that an earlier call left in the user's cache;
//  3. what setup-envtest downloads, where its index can be reached;
//  4. a new build, which takes some minutes and tells logf how far it is.
func Assets(ctx context.Context, logf func(format string, args ...any)) (string, error) {
	if dir := os.Getenv(assetsVariable); dir != "" {
		if err := complete(dir, controlPlane); err != nil {
			return "", fmt.Errorf("%s=%s: %w", assetsVariable, dir, err)
		}
		return dir, nil
	}
	b, err := newBuild(ctx)
	if err != nil {
		return "", err
	}
	if complete(b.dir, b.programs) == nil {
		return b.dir, nil
	}
	logf("the control plane, once for this machine: asking setup-envtest for Kubernetes %s", b.minor)
	dir, err := download(ctx, b.setupEnvtest, b.minor)
	if err == nil {
		return dir, nil
	}
	logf("it cannot be downloaded (%v), so it is built", err)
	return b.dir, b.run(ctx, logf)
}

// complete is nil if each of the programs is in dir and can be executed.
func complete(dir string, programs []program) error {
	for _, p := range programs {
		info, err := os.Stat(filepath.Join(dir, p.name))
		if err != nil {
			return err
		}
		if info.Mode()&0o111 == 0 {
			return fmt.Errorf("%s is not executable", p.name)
		}
	}
	return nil
}

// download asks setup-envtest for the newest release of a Kubernetes minor
// version ("1.37"). An error only means that the programs must come from elsewhere.
func download(ctx context.Context, setupEnvtest []string, minor string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, downloadTimeout)
	defer cancel()
	args := slices.Concat(setupEnvtest[1:], []string{"use", minor + ".x", "--print", "path"})
	cmd := exec.CommandContext(ctx, setupEnvtest[0], args...)
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		return "", fmt.Errorf("setup-envtest: %s", firstLine(failed.Stderr))
	}
	if err != nil {
		return "", fmt.Errorf("setup-envtest: %w", err)
	}
	dir := strings.TrimSpace(string(out))
	return dir, complete(dir, controlPlane)
}

func firstLine(text []byte) string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	return line
}
