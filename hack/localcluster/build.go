package localcluster

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"
)

// self is this package. The module in its folder binaries pins what is built.
const self = "github.com/securedapi/securedapi/hack/localcluster"

// controlPlane is all that envtest starts, and kubectl.
var controlPlane = []program{
	{name: "etcd", pkg: "go.etcd.io/etcd/server/v3"},
	{name: "kubectl", pkg: "k8s.io/kubernetes/cmd/kubectl"},
	{name: "kube-apiserver", pkg: "k8s.io/kubernetes/cmd/kube-apiserver"},
}

type program struct{ name, pkg string }

// build makes the programs from a module, once per state of that module.
type build struct {
	module   string // folder with go.mod and go.sum
	programs []program
	dir      string // where the programs end up
	minor    string // of Kubernetes: "1.37"
	ldflags  string
	// setupEnvtest is the command that downloads them instead.
	setupEnvtest []string
}

// newBuild knows the build of the module in the folder binaries.
func newBuild(ctx context.Context) (build, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}", self).Output()
	if err != nil {
		return build{}, fmt.Errorf("go list %s (run it inside the module): %w", self, err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return build{}, err
	}
	dir := strings.TrimSpace(string(out))
	b, err := buildOf(filepath.Join(dir, "binaries"), filepath.Join(cache, "securedapi"))
	b.setupEnvtest = []string{"go", "tool", "-modfile=" + filepath.Join(dir, "..", "tools", "go.mod"), "setup-envtest"}
	return b, err
}

var kubernetesVersion = regexp.MustCompile(`(?m)^\s*k8s\.io/kubernetes (v(\d+)\.(\d+)\.\S+)`)

// buildOf names the result by all that it is made of, so that it never has to be
// asked whether it is up to date.
func buildOf(module, cache string) (build, error) {
	mod, err := os.ReadFile(filepath.Join(module, "go.mod"))
	if err != nil {
		return build{}, err
	}
	sum, err := os.ReadFile(filepath.Join(module, "go.sum"))
	if err != nil {
		return build{}, err
	}
	version := kubernetesVersion.FindSubmatch(mod)
	if version == nil {
		return build{}, fmt.Errorf("%s requires no k8s.io/kubernetes", filepath.Join(module, "go.mod"))
	}
	// The release scripts set these too. kubectl compares them with the server's,
	// and kube-apiserver derives from them which APIs are still served.
	const variable = " -X k8s.io/component-base/version."
	b := build{module: module, programs: controlPlane, minor: fmt.Sprintf("%s.%s", version[2], version[3])}
	b.ldflags = "-s -w" +
		variable + "gitVersion=" + string(version[1]) +
		variable + "gitMajor=" + string(version[2]) +
		variable + "gitMinor=" + string(version[3])
	hash := sha256.Sum256(bytes.Join([][]byte{mod, sum, []byte(b.ldflags)}, []byte{0}))
	b.dir = filepath.Join(cache, fmt.Sprintf("controlplane-%x", hash[:8]))
	return b, nil
}

// run builds what is not built yet. The folder appears whole or not at all, and
// of several processes that want it, one builds and the others wait.
func (b build) run(ctx context.Context, logf func(format string, args ...any)) error {
	cache := filepath.Dir(b.dir)
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return err
	}
	unlock, err := lock(ctx, b.dir+".lock", func() { logf("waiting for another build of the local control plane") })
	if err != nil {
		return err
	}
	defer unlock()
	if complete(b.dir, b.programs) == nil {
		return nil
	}
	unfinished, err := os.MkdirTemp(cache, "unfinished-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(unfinished)
	logf("building the local control plane, once for this machine: 5 minutes on 2 idle cores, up to 14 on busy ones")
	for i, p := range b.programs {
		logf("%d/%d %s", i+1, len(b.programs), p.name)
		if err := b.compile(ctx, p, unfinished, logf); err != nil {
			return fmt.Errorf("build %s: %w", p.name, err)
		}
	}
	// Something incomplete under the final name can only be the rest of a clean-up.
	if err := os.RemoveAll(b.dir); err != nil {
		return err
	}
	return os.Rename(unfinished, b.dir)
}

func (b build) compile(ctx context.Context, p program, into string, logf func(format string, args ...any)) error {
	var printed output
	defer every(10*time.Second, func(elapsed time.Duration) {
		logf("    %s: %d s, %d packages compiled", p.name, int(elapsed.Seconds()), printed.lines())
	})()
	// Each package is printed when it is compiled.
	cmd := exec.CommandContext(ctx, "go", "build", "-v", "-trimpath", "-ldflags", b.ldflags,
		"-o", filepath.Join(into, p.name), p.pkg)
	cmd.Dir = b.module
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	// Interrupted, go build takes its work folder with it.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	cmd.Stdout, cmd.Stderr = &printed, &printed
	if err := cmd.Run(); err != nil {
		return errors.Join(err, ctx.Err(), errors.New(printed.last(lastLines)))
	}
	return nil
}

// lastLines of what a build printed are shown when it fails: the reason is at the end.
const lastLines = 30

// output is what a program printed so far.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) lines() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return bytes.Count(o.text.Bytes(), []byte("\n"))
}

func (o *output) last(n int) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	lines := strings.Split(strings.TrimSpace(o.text.String()), "\n")
	return strings.Join(lines[max(len(lines)-n, 0):], "\n")
}

// every calls f with the time since its own call, again and again until stop is called.
func every(period time.Duration, f func(elapsed time.Duration)) (stop func()) {
	began := time.Now()
	ticker := time.NewTicker(period)
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-ticker.C:
				f(time.Since(began))
			case <-done:
				return
			}
		}
	}()
	return func() {
		ticker.Stop()
		close(done)
	}
}
