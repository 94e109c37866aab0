package localcluster

import (
	"bufio"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestCluster goes through what the project's tests, demo and users ask of a cluster.
func TestCluster(t *testing.T) {
	c := startForTest(t, "testdata/crd.yaml")
	const valid = `{apiVersion: test.securedapi.dev/v1, kind: Cup, metadata: {name: tea}, spec: {size: 3}}`
	tests := []struct {
		name  string
		args  []string
		stdin string
		want  string // part of standard output, or of standard error if the command fails
		fails bool
	}{
		{
			name: "explain knows an installed CRD",
			args: []string{"explain", "cup.spec.size"}, want: "how much it holds",
		},
		{
			name: "CEL rules are enforced",
			args: []string{"apply", "-f", "-"}, stdin: strings.Replace(valid, "3", "0", 1),
			want: "a cup holds something", fails: true,
		},
		{
			name: "server-side apply",
			args: []string{"apply", "--server-side", "-f", "-"}, stdin: valid, want: "tea serverside-applied",
		},
		{
			name: "patch of the status subresource",
			args: []string{
				"patch", "cup", "tea", "--subresource=status", "--type=merge",
				"-p", `{"status":{"conditions":[{"type":"Ready","status":"True"}]}}`,
			},
			want: "tea patched",
		},
		{
			name: "wait for a condition",
			args: []string{"wait", "cup/tea", "--for=condition=Ready", "--timeout=10s"}, want: "condition met",
		},
		{
			name: "events",
			args: []string{"create", "-f", "-"}, want: "created",
			stdin: `{apiVersion: events.k8s.io/v1, kind: Event, metadata: {name: e1}, eventTime: "2020-01-01T00:00:00.000000Z", ` +
				`reason: Poured, action: Pour, type: Normal, reportingController: test, reportingInstance: test, ` +
				`regarding: {apiVersion: test.securedapi.dev/v1, kind: Cup, name: tea, namespace: default}}`,
		},
		{
			name: "delete waits until the object is gone",
			args: []string{"delete", "cup", "tea", "--timeout=10s"}, want: `"tea" deleted`,
		},
		{
			name: "get of a deleted object",
			args: []string{"get", "cup", "tea"}, want: "NotFound", fails: true,
		},
	}
	for _, tt := range tests { // in order: one object's life
		t.Run(tt.name, func(t *testing.T) {
			cmd := c.Kubectl(t.Context(), tt.args...)
			cmd.Stdin = strings.NewReader(tt.stdin)
			out, err := cmd.CombinedOutput()
			if (err != nil) != tt.fails || !strings.Contains(string(out), tt.want) {
				t.Errorf("kubectl %s: error %v, want one: %v, and %q in:\n%s", strings.Join(tt.args, " "), err, tt.fails, tt.want, out)
			}
		})
	}
}

func TestStopLeavesNothing(t *testing.T) {
	c, err := Start(t.Context(), Options{Logf: t.Logf})
	if err != nil {
		t.Fatal(err)
	}
	addresses := c.addresses(t)
	if err := c.Stop(); err != nil {
		t.Fatal(err)
	}
	for _, address := range addresses {
		if answers(address) {
			t.Errorf("%s still answers after Stop", address)
		}
	}
	if _, err := os.Stat(c.dir); !os.IsNotExist(err) {
		t.Errorf("the cluster's folder is still there: %v", err)
	}
}

// TestKilledParentLeavesNothing kills a process that runs a cluster, as go test
// does with a test binary that ignores its timeout. The process is this test
// binary, told by a variable to be that.
func TestKilledParentLeavesNothing(t *testing.T) {
	const variable = "LOCALCLUSTER_TEST_PARENT"
	if os.Getenv(variable) != "" {
		c := startForTest(t)
		os.Stdout.WriteString("addresses: " + strings.Join(c.addresses(t), " ") + "\n")
		select {} // until killed
	}
	if !canLeash(t.Context()) {
		t.Skip("only util-linux's setpriv can tie the programs to their parent")
	}
	parent := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	parent.Env = append(os.Environ(), variable+"=1", "TMPDIR="+t.TempDir())
	stdout, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	var addresses []string
	for lines := bufio.NewScanner(stdout); len(addresses) == 0 && lines.Scan(); {
		if list, ok := strings.CutPrefix(lines.Text(), "addresses: "); ok {
			addresses = strings.Fields(list)
		}
	}
	if len(addresses) == 0 {
		t.Fatal("the process started no cluster")
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait() // says that it was killed
	for _, address := range addresses {
		deadline := time.Now().Add(10 * time.Second)
		for answers(address) {
			if time.Now().After(deadline) {
				t.Fatalf("%s still answers after its parent was killed", address)
			}
		}
	}
}

// addresses are where etcd and kube-apiserver listen.
func (c *Cluster) addresses(t *testing.T) []string {
	t.Helper()
	server, err := url.Parse(c.Config.Host)
	if err != nil {
		t.Fatal(err)
	}
	return []string{server.Host, c.env.ControlPlane.Etcd.URL.Host}
}

func answers(address string) bool {
	conn, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

// startForTest is a cluster for one test, stopped when the test ends.
func startForTest(t *testing.T, crds ...string) *Cluster {
	t.Helper()
	c, err := Start(t.Context(), Options{CRDs: crds, Logf: t.Logf})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	})
	return c
}
