package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// root is the package of most of the rows' tests.
const root = `"Package":"` + module + kills + `"`

// Tests move: this says so at once, where `make faults` takes minutes.
func TestEveryRowHasItsTest(t *testing.T) {
	for _, row := range rows {
		if row.test == "" {
			continue
		}
		files, err := filepath.Glob(filepath.Join("../..", row.pkg, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			found = found || strings.Contains(string(text), "\nfunc "+row.test+"(t *testing.T)")
		}
		if !found {
			t.Errorf("%s: there is no %s in %s", row.swept, row.test, row.pkg)
		}
	}
}

const sample = "sample: 7 of 70 runs of optional parts, seed 3"

// events are what `go test -json` prints of every row's test, with a case each that passes, and what it says.
func events() string {
	var said []string
	for _, row := range rows {
		if row.sampled {
			said = append(said, says(row.test, sample))
		}
	}
	return strings.Join(append(said,
		passes("TestKilledAtEveryBoundary"), passes("TestSpecRevertedWhileTheOperatorIsDown"), passes("TestValuesChangeWhileTheOperatorIsDown"), passes("TestTwoLeaders"), passes("TestEveryLostReply"),
		passes("TestTheDefaultRetryerMakesTwoPools"), passes("TestEveryModeledFailure"), passes("TestRule8AnUpdatedObjectEqualsANewOne"),
		passes("TestABadSpecLeavesNoTraceOnceItIsCorrected"), passes("TestDeleteAtEveryStep"), passes("TestADeletedSecretComesBackAtEveryBoundary"),
		passes("TestABorrowerIsKilledAtEveryBoundary"), passes("TestAnAdoptionIsKilledAtEveryBoundary"),
		says("TestARejectedSpecCostsOneCallPerTenMinutes", "rejected: at most 72 calls in 12 hours"), passes("TestARejectedSpecCostsOneCallPerTenMinutes"),
		says("TestSeededSchedules", "schedules: 100 seeds, 9000 steps, 0 bad actions"), passes("TestSeededSchedules"),
		says("TestModel", "model: 500 sequences, 0 unguarded, 0 duplicates"), passes("TestModel"),
		says("TestModelOfRareParts", "model: 100 sequences, 0 unguarded, 0 duplicates"), passes("TestModelOfRareParts"),
		says("TestMeddling", "meddling: 500 cases, 0 served open, 0 unnoticed"), passes("TestMeddling"),
		`{"Action":"output",`+root+`,"Output":"guarded: 4711 calls without a token, 0 let in\\n"}`,
	), "\n")
}

// in is the package of a row's test.
func in(test string) string {
	for _, row := range rows {
		if row.test != "" && (row.test == test || strings.HasPrefix(test, row.test+"/")) {
			return `"Package":"` + module + row.pkg + `"`
		}
	}
	return root
}

func passes(test string) string {
	return `{"Action":"pass",` + in(test) + `,"Test":"` + test + `/a/b"}` + "\n" + `{"Action":"pass",` + in(test) + `,"Test":"` + test + `/a"}` + "\n" +
		`{"Action":"pass",` + in(test) + `,"Test":"` + test + `"}`
}

func says(test, words string) string {
	return `{"Action":"output",` + in(test) + `,"Test":"` + test + `","Output":"    x_test.go:1: ` + words + `\n"}`
}

func TestReport(t *testing.T) {
	for _, tc := range []struct {
		reason        string
		old, new      string
		failure, line string
	}{
		{"all that is asked was reached", "", "", "", "1 of 1"},
		{"a sample", "", "", "", "1 of 1, 7 of 70 runs of optional parts, seed 3"},
		{"no word of a sample", sample, "sampled", "TestTwoLeaders: it says nothing of a sample", "FAILED"},
		{"a case failed", `"pass",` + root + `,"Test":"TestTwoLeaders/a/b"`, `"fail",` + root + `,"Test":"TestTwoLeaders/a/b"`, "TestTwoLeaders: 0 of 1 cases passed", "0 of 1"},
		{"a test failed by itself", `"pass",` + root + `,"Test":"TestTwoLeaders"`, `"fail",` + root + `,"Test":"TestTwoLeaders"`, "TestTwoLeaders: 1 of 1 cases passed", "FAILED"},
		{"a test is not there", "TestTwoLeaders", "TestThreeLeaders", "there is no such test", "did not run"},
		{"a test was skipped", `"pass",` + root + `,"Test":"TestTwoLeaders"`, `"skip",` + root + `,"Test":"TestTwoLeaders"`, "TestTwoLeaders", "FAILED"},
		{"fewer than asked", "500 sequences", "499 sequences", "TestModel: 499 sequences", "499 sequences"},
		{"more than allowed", "0 bad actions", "1 bad actions", "TestSeededSchedules: 1 bad actions", "1 bad actions"},
		{"ten of something are not none", "0 bad actions", "10 bad actions", "TestSeededSchedules: 10 bad actions", "10 bad actions"},
		{"what all tests say together", "0 let in", "3 let in", "called without a token: 3 let in", "4711 calls without a token, 3 let in"},
		{"a test of the name, in another package", root + `,"Test":"TestTwoLeaders`, strings.Replace(root, `kills"`, `kills/x"`, 1) + `,"Test":"TestTwoLeaders`, "there is no such test", "did not run"},
		{"what packages say by themselves adds up", "4711 calls", "4000 calls without a token, 0 let in\\n\"}\n{\"Action\":\"output\",\"Package\":\"x\",\"Output\":\"711 calls", "", "4711 calls without a token, 0 let in"},
		{"a figure is missing", "0 bad actions", "nothing bad", "it says nothing of bad actions", "FAILED"},
	} {
		said := events()
		if tc.old != "" {
			said = strings.ReplaceAll(said, tc.old, tc.new)
		}
		l := newLog()
		if err := read(strings.NewReader(said), l, newProgress(io.Discard, rows)); err != nil {
			t.Fatal(err)
		}
		var table strings.Builder
		err := report(&table, l)
		switch {
		case tc.failure == "" && err != nil:
			t.Errorf("%s: %v", tc.reason, err)
		case tc.failure != "" && (err == nil || !strings.Contains(err.Error(), tc.failure)):
			t.Errorf("%s: got %v, want %q", tc.reason, err, tc.failure)
		}
		if !strings.Contains(table.String(), tc.line) {
			t.Errorf("%s: the table does not say %q:\n%s", tc.reason, tc.line, &table)
		}
	}
}

func TestWhatFailedIsPrinted(t *testing.T) {
	failed := strings.Join([]string{
		says("TestTwoLeaders/a", "two pools"), `{"Action":"fail",` + root + `,"Test":"TestTwoLeaders/a"}`, `{"Action":"fail",` + root + `,"Test":"TestTwoLeaders"}`,
		says("TestModel", "nothing wrong"), `{"Action":"pass","Test":"TestModel"}`,
	}, "\n")
	l := newLog()
	if err := read(strings.NewReader(failed), l, newProgress(io.Discard, rows)); err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	if err := report(&table, l); err == nil {
		t.Error("a failure is one")
	}
	if words := table.String(); !strings.Contains(words, "two pools") || strings.Contains(words, "nothing wrong") {
		t.Errorf("the failed test's own words, and no other's:\n%s", words)
	}
}

// Each row that is done is a line at once, with its count and time.
func TestProgress(t *testing.T) {
	event := func(words string) string { return `{` + words + `,` + root + `}` + "\n" }
	var told strings.Builder
	p := newProgress(&told, rows)
	l := newLog()
	p.starts(kills)
	for _, tc := range []struct{ reason, event, want string }{
		{"a test begins", event(`"Time":"2026-09-07T12:00:00Z","Action":"run","Test":"TestTwoLeaders"`), ""},
		{"and goes on when others have ended", event(`"Time":"2026-09-07T12:01:00Z","Action":"cont","Test":"TestTwoLeaders"`), ""},
		{"a case, after a silence", event(`"Time":"2026-09-07T12:01:15Z","Action":"pass","Test":"TestTwoLeaders/a"`), "TestTwoLeaders: 1 cases so far, 15s\n"},
		{"a case, soon after", event(`"Time":"2026-09-07T12:01:16Z","Action":"pass","Test":"TestTwoLeaders/b"`), ""},
		{"a case of no row, after a silence", event(`"Time":"2026-09-07T12:02:00Z","Action":"pass","Test":"TestX/b"`), ""},
		{"its words", says("TestTwoLeaders", sample), ""},
		{"a row", event(`"Time":"2026-09-07T12:02:11.6Z","Action":"pass","Test":"TestTwoLeaders"`), "1 of 19: TestTwoLeaders: 2 of 2, 7 of 70 runs of optional parts, seed 3, 1m12s, ok\n"},
		{"another begins", event(`"Time":"2026-09-07T12:02:12Z","Action":"run","Test":"TestEveryLostReply"`), ""},
		{"a row that failed", event(`"Time":"2026-09-07T12:02:14Z","Action":"fail","Test":"TestEveryLostReply"`), "2 of 19: TestEveryLostReply: 0 of 1, 2s, FAILED\n"},
		{"the package", event(`"Action":"fail"`), ""},
		{"what does not compile", `{"Action":"build-output","ImportPath":"x","Output":"x.go:1: no\n"}`, "x.go:1: no\n"},
	} {
		before := told.Len()
		if err := read(strings.NewReader(tc.event), l, p); err != nil {
			t.Fatal(err)
		}
		if got := told.String()[before:]; got != tc.want {
			t.Errorf("%s: got %q, want %q", tc.reason, got, tc.want)
		}
	}
	if want := kills + ": 12 tests …\n"; !strings.HasPrefix(told.String(), want) {
		t.Errorf("got %q, want %q first", told.String(), want)
	}
}
