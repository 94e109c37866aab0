package localcluster

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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
//  3. what setup-envtest, if it is on the PATH, downloads;
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
	if dir, err := download(ctx, b.minor); err == nil {
		return dir, nil
	}
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
func download(ctx context.Context, minor string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, downloadTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, "setup-envtest", "use", minor+".x", "--print", "path")
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("setup-envtest: %w", err)
	}
	dir := strings.TrimSpace(string(out))
	return dir, complete(dir, controlPlane)
}
