package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
)

// TestDemo runs the demo as a person does: reads what it prints, uses what is printed, and presses Ctrl-C.
func TestDemo(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	output, out := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, out, "0", false)
		out.CloseWithError(io.EOF)
		ended <- err
	}()
	printed := bufio.NewScanner(io.TeeReader(output, t.Output()))
	story, found := until(printed, `alias kubectl=`)
	if !found {
		t.Fatal(<-ended)
	}
	for _, want := range []string{
		`securedapi\.securedapi\.dev/notes created`,
		`securedapi\.securedapi\.dev/notes condition met`,
		`notes +True +Succeeded +http://127\.0\.0\.1:\d+/execute-api/\w+/beta`,
		`GET /registered +without a token +401 +{"message":"Unauthorized"}`,
		`GET /registered +with the ID token +200 +{.*"who":"user@example\.com"}`,
		`GET /guest +without a token +200 `,
		`same user pool, same API`,
		`no SecuredAPIPolicy selects namespace other, so nothing is made for it; ask an administrator for one`,
	} {
		if !regexp.MustCompile(want).MatchString(story) {
			t.Errorf("%s is not printed", want)
		}
	}

	kubectl := func(args ...string) []byte {
		cmd := exec.CommandContext(t.Context(), match(t, story, `alias kubectl=(\S+)`), args...)
		cmd.Env = append(os.Environ(), "KUBECONFIG="+match(t, story, `export KUBECONFIG=(\S+)`))
		text, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("kubectl %s: %v\n%s", strings.Join(args, " "), err, text)
		}
		return text
	}
	if text := kubectl("explain", "sapi.spec"); !bytes.Contains(text, []byte("who may sign in")) {
		t.Errorf("kubectl explain sapi.spec:\n%s", text)
	}
	object := &unstructured.Unstructured{}
	if err := json.Unmarshal(kubectl("get", "sapi", "notes", "-o", "json"), object); err != nil {
		t.Fatal(err)
	}
	if result, err := status.Compute(object); err != nil || result.Status != status.CurrentStatus {
		t.Errorf("kstatus of the ready object: %+v, %v", result, err)
	}
	for _, address := range []string{`front end +(\S+)`, `login page +(\S+)\n +an account`, `mailbox +(\S+)`} {
		if code, body, err := get(t.Context(), match(t, story, address), ""); err != nil || code != http.StatusOK {
			t.Errorf("%s: %d %s, %v", address, code, body, err)
		}
	}

	// The other samples work here, too, as often as people try them.
	for _, namespace := range []string{"default", "one", "two"} {
		if namespace != "default" {
			kubectl("create", "namespace", namespace)
		}
	}
	kubectl("apply", "-k", "../../config/samples")
	kubectl("wait", "--for=condition=Ready", "--timeout=3m", "sapi", "--all")
	for i := range 20 {
		manifest := fmt.Sprintf(`{"apiVersion":"securedapi.dev/v1alpha1","kind":"SecuredAPI","metadata":{"name":"n%d","namespace":"%s"},`+
			`"spec":{"routes":[{"path":"/","methods":["GET"],"backend":{"lambda":{"function":"Hello"}}}]}}`, i, []string{"default", "one", "two"}[i%3])
		file := filepath.Join(t.TempDir(), "manifest.json")
		if err := os.WriteFile(file, []byte(manifest), 0o600); err != nil {
			t.Fatal(err)
		}
		kubectl("apply", "-f", file)
	}
	interrupt()
	if story, _ := until(printed, "stopping"); !strings.HasSuffix(story, "and is gone\n") {
		t.Errorf("after Ctrl-C: got %q, want that all is gone", story)
	}
	if err := <-ended; err != nil {
		t.Errorf("after Ctrl-C: got %v, want no error", err)
	}
}

// until reads lines up to one that contains mark.
func until(lines *bufio.Scanner, mark string) (text string, found bool) {
	for lines.Scan() {
		text += lines.Text() + "\n"
		if strings.Contains(lines.Text(), mark) {
			return text, true
		}
	}
	return text, false
}

// match returns what the pattern's group matches.
func match(t *testing.T, text, pattern string) string {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if found == nil {
		t.Fatalf("no %s in:\n%s", pattern, text)
	}
	return found[1]
}

// TestPortTaken holds the demo to saying so at once, whichever of localhost's addresses it is.
func TestPortTaken(t *testing.T) {
	for _, address := range []string{"127.0.0.1:0", "[::1]:0"} {
		taken, err := net.Listen("tcp", address)
		if err != nil {
			t.Logf("%s: %v", address, err) // no IPv6 here
			continue
		}
		defer taken.Close()
		_, port, err := net.SplitHostPort(taken.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		err = run(t.Context(), &out, port, true)
		if err == nil || !strings.Contains(err.Error(), "port "+port) || !strings.Contains(err.Error(), "DEMO_PORT") {
			t.Errorf("%s is taken: error %v, want one that says so and what to do", address, err)
		}
		if out.Len() > 0 {
			t.Errorf("%s is taken: the demo began: %s", address, &out)
		}
	}
}
