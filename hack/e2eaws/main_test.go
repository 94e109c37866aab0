package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/securedapi/securedapi/hack/awslocal"
)

// TestLocalAWS goes through all checks against the local AWS, whose behavior is what docs/aws.md assumes.
func TestLocalAWS(t *testing.T) {
	t.Setenv(roleVariable, "arn:aws:iam::"+awslocal.DefaultAccount+":role/securedapi")
	t.Setenv(groupRoleVariable, "arn:aws:iam::"+awslocal.DefaultAccount+":role/readers")
	o := options{local: true, record: t.TempDir(), in: strings.NewReader(""), out: t.Output()}
	o.report = filepath.Join(o.record, "report.md")
	if err := run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(o.report)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range regexp.MustCompile(`(?m)^.*\| (differs|not decided|failed) \|.*$`).FindAllString(string(text), -1) {
		t.Error(row)
	}
	if rows := strings.Count(string(text), "| agrees |"); rows < 2*len(checks()) {
		t.Errorf("%d rows of the report agree, want one for each check and each assumption", rows)
	}
	files, err := filepath.Glob(filepath.Join(o.record, "*.json"))
	if err != nil || len(files) < 200 {
		t.Errorf("%d exchanges are recorded, %v", len(files), err)
	}
	for _, file := range files {
		recording, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{awslocal.DefaultAccount, password, "eyJ", "AWS4-HMAC", "local-secret"} {
			if strings.Contains(string(recording), secret) {
				t.Errorf("%s has %q", file, secret)
			}
		}
	}
}

// account is a local AWS that the command finds as it finds an account, by the SDK's environment.
func account(t *testing.T) *awslocal.Server {
	t.Helper()
	server := awslocal.Start(t)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_REGION": awslocal.DefaultRegion, "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_PROFILE": "",
		"E2E_FUNCTION_REGISTERED": "Registered", "E2E_FUNCTION_GUEST": "Guest",
	} {
		t.Setenv(name, value)
	}
	server.Lambda.Handle("Registered", echo)
	server.Lambda.Handle("Guest", echo)
	return server
}

// TestFailedAndInterrupted has a check fail, and presses Ctrl-C in a later one. Everything is taken down, and the report says
// what failed and what was not run.
func TestFailedAndInterrupted(t *testing.T) {
	server := account(t)
	t.Setenv("TMPDIR", t.TempDir()) // the operator's log stays after a failure
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	// Only calls by hand are of this operation.
	server.Inject(awslocal.Fault{Operation: "GetStage", Kind: awslocal.RefuseBefore, Code: "BadRequestException", Status: http.StatusBadRequest})
	server.Hook(awslocal.Hook{Operation: "AdminCreateUser", Times: 1, After: func(awslocal.Call) { interrupt() }})
	o := options{record: t.TempDir(), in: strings.NewReader("y\n"), out: t.Output()}
	o.report = filepath.Join(o.record, "report.md")
	err := run(ctx, o)
	if !errors.Is(err, errInterrupted) || !strings.Contains(err.Error(), "checks that failed: tags-at-once, stages-list") {
		t.Errorf("after a failure and Ctrl-C: %v", err)
	}
	if left := inventory(t, server); len(left) > 0 {
		t.Errorf("left in AWS: %v", left)
	}
	text, err := os.ReadFile(o.report)
	if err != nil || !strings.Contains(string(text), "| interrupted before | not decided |") {
		t.Errorf("the report does not say what was not run: %v", err)
	}
}

// TestNotConfirmed answers the question with nothing: then nothing is made.
func TestNotConfirmed(t *testing.T) {
	server := account(t)
	if err := run(t.Context(), options{in: strings.NewReader("\n"), out: io.Discard}); err == nil {
		t.Error("a run that nobody agreed to went on")
	}
	for _, call := range server.Calls() {
		if call.Mutating {
			t.Errorf("call %s", call.Operation)
		}
	}
}

// TestNoFunctions names no functions: the error says which variables do.
func TestNoFunctions(t *testing.T) {
	account(t)
	t.Setenv("E2E_FUNCTION_GUEST", "")
	err := run(t.Context(), options{out: io.Discard})
	if err == nil || !strings.Contains(err.Error(), "E2E_FUNCTION_GUEST") {
		t.Errorf("without functions: %v", err)
	}
}

// TestAssumptions compares the checks that docs/aws.md names with those that there are.
func TestAssumptions(t *testing.T) {
	rows, err := readAssumptions(filepath.Join("..", "..", assumptionsFile))
	if err != nil {
		t.Fatal(err)
	}
	decides := map[string]bool{}
	for _, c := range checks() {
		if decides[c.name] {
			t.Errorf("two checks are called %s", c.name)
		}
		decides[c.name] = true
		if !slices.ContainsFunc(rows, func(row assumption) bool { return row.check == c.name }) {
			t.Errorf("%s: no assumption is decided by %s", assumptionsFile, c.name)
		}
		for _, need := range c.needs {
			if !decides[need] {
				t.Errorf("%s needs %s, which is no earlier check", c.name, need)
			}
		}
	}
	for _, row := range rows {
		if !decides[row.check] {
			t.Errorf("%s: there is no check %s for: %s", assumptionsFile, row.check, row.text)
		}
	}
}

// TestVerdicts runs checks that end in every way.
func TestVerdicts(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	ends := func(f finding, err error) func(*world, context.Context) (finding, error) {
		return func(*world, context.Context) (finding, error) { return f, err }
	}
	all := []check{
		{name: "as-assumed", run: ends(found(true, "yes"))},
		{name: "otherwise", run: ends(found(false, "no"))},
		{name: "broken", run: ends(finding{}, errors.New("refused"))},
		{name: "unable", run: ends(finding{}, &errUndecided{"no queue"})},
		{name: "on-broken", needs: needs("as-assumed", "broken"), run: ends(found(true, "yes"))},
		{name: "on-on-broken", needs: needs("on-broken"), run: ends(found(true, "yes"))},
		{name: "on-otherwise", needs: needs("otherwise"), run: ends(found(true, "yes"))},
		{name: "interrupted", run: func(*world, context.Context) (finding, error) {
			interrupt()
			return finding{}, errors.New("canceled")
		}},
		{name: "after", run: ends(found(true, "yes"))},
	}
	w := &world{target: &target{patience: time.Minute}, options: options{out: t.Output()}, recorder: &recorder{}}
	var got []string
	for _, r := range w.runChecks(ctx, all) {
		got = append(got, fmt.Sprintf("%s %s: %s", r.name, r.verdict, r.seen))
	}
	want := []string{
		"as-assumed agrees: yes", "otherwise differs: no", "broken failed: refused", "unable not decided: no queue",
		"on-broken not decided: needs broken", "on-on-broken not decided: needs on-broken", "on-otherwise agrees: yes",
		"interrupted not decided: interrupted", "after not decided: interrupted before",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestReport says of each assumption what its check found; one that failed decides nothing.
func TestReport(t *testing.T) {
	r := report{
		began: time.Unix(0, 0),
		results: []result{
			{check: check{name: "one"}, verdict: differs, seen: "a|b\nc"},
			{check: check{name: "two"}, verdict: failed},
		},
		assumed: []assumption{{"first", "one"}, {"second", "two"}},
	}
	text := r.markdown()
	for _, want := range []string{`a\|b c`, "| first | `one` | differs |", "| second | `two` | not decided |"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if err := r.failure(); err == nil || !strings.Contains(err.Error(), "two") {
		t.Errorf("a check failed: %v", err)
	}
}
