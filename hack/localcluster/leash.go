package localcluster

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// leash returns a program that runs the one at path, and that the kernel kills
// when its parent dies, however that dies: a test binary that ran into its
// timeout or got a SIGKILL leaves no etcd behind. envtest sets the process
// attributes itself, so util-linux's setpriv sets the signal (prctl(2),
// PR_SET_PDEATHSIG) in its place. Where there is none, path is returned as it
// is, and only a Stop ends the program.
func leash(ctx context.Context, dir, path string) (string, error) {
	if !canLeash(ctx) {
		return path, nil
	}
	quoted := "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	script := "#!/bin/sh\nexec setpriv --pdeathsig KILL " + quoted + " \"$@\"\n"
	leashed := filepath.Join(dir, filepath.Base(path))
	if err := os.WriteFile(leashed, []byte(script), 0o700); err != nil {
		return "", fmt.Errorf("write the start script of %s: %w", filepath.Base(path), err)
	}
	return leashed, nil
}

// canLeash tells whether there is a setpriv that knows the option.
func canLeash(ctx context.Context) bool {
	return exec.CommandContext(ctx, "setpriv", "--pdeathsig", "KILL", "true").Run() == nil
}
