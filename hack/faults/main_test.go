package main

import (
	"strings"
	"testing"
)

// events are what `go test -json` prints of every row's test, with a case each that passes, and what it says.
func events() string {
	return strings.Join([]string{
		passes("TestKilledAtEveryBoundary"), passes("TestTheSpecMovesOn"), passes("TestTwoLeaders"), passes("TestEveryLostReply"),
		passes("TestTheDefaultRetryerMakesTwoPools"), passes("TestEveryModeledFailure"), passes("TestRule8AnUpdateEndsAsAFreshObject"),
		passes("TestBadThenGoodEndsAsGood"), passes("TestDeleteAtEveryStep"), passes("TestADeletedSecretComesBackAtEveryBoundary"),
		says("TestARejectedSpecIsCheap", "rejected: at most 72 calls in 12 hours"), passes("TestARejectedSpecIsCheap"),
		says("TestSeededSchedules", "schedules: 100 seeds, 9000 steps, 0 bad actions"), passes("TestSeededSchedules"),
		says("TestModel", "model: 500 sequences, 0 unguarded, 0 duplicates"), passes("TestModel"),
		`{"Action":"output","Output":"guarded: 4711 calls without a token, 0 let in\\n"}`,
	}, "\n")
}

func passes(test string) string {
	return `{"Action":"pass","Test":"` + test + `/a/b"}` + "\n" + `{"Action":"pass","Test":"` + test + `/a"}` + "\n" +
		`{"Action":"pass","Test":"` + test + `"}`
}

func says(test, words string) string {
	return `{"Action":"output","Test":"` + test + `","Output":"    x_test.go:1: ` + words + `\n"}`
}

func TestReport(t *testing.T) {
	for _, tc := range []struct {
		reason        string
		old, new      string
		failure, line string
	}{
		{"all that is asked was reached", "", "", "", "1 of 1"},
		{"a case failed", `"pass","Test":"TestTwoLeaders/a/b"`, `"fail","Test":"TestTwoLeaders/a/b"`, "TestTwoLeaders: 0 of 1 cases passed", "0 of 1"},
		{"a test failed by itself", `"pass","Test":"TestTwoLeaders"`, `"fail","Test":"TestTwoLeaders"`, "TestTwoLeaders: 1 of 1 cases passed", "FAILED"},
		{"a test is not there", "TestTwoLeaders", "TestThreeLeaders", "there is no such test", "did not run"},
		{"a test was skipped", `"pass","Test":"TestTwoLeaders"`, `"skip","Test":"TestTwoLeaders"`, "TestTwoLeaders", "FAILED"},
		{"fewer than asked", "500 sequences", "499 sequences", "TestModel: 499 sequences", "499 sequences"},
		{"more than allowed", "0 bad actions", "1 bad actions", "TestSeededSchedules: 1 bad actions", "1 bad actions"},
		{"ten of something are not none", "0 bad actions", "10 bad actions", "TestSeededSchedules: 10 bad actions", "10 bad actions"},
		{"what all tests say together", "0 let in", "3 let in", "called without a token: 3 let in", "4711 calls without a token, 3 let in"},
		{"a figure is missing", "0 bad actions", "nothing bad", "it says nothing of bad actions", "FAILED"},
	} {
		l, err := read(strings.NewReader(strings.ReplaceAll(events(), tc.old, tc.new)))
		if tc.old == "" {
			l, err = read(strings.NewReader(events()))
		}
		if err != nil {
			t.Fatal(err)
		}
		var table strings.Builder
		err = report(&table, l)
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
		says("TestTwoLeaders/a", "two pools"), `{"Action":"fail","Test":"TestTwoLeaders/a"}`, `{"Action":"fail","Test":"TestTwoLeaders"}`,
		says("TestModel", "nothing wrong"), `{"Action":"pass","Test":"TestModel"}`,
	}, "\n")
	l, err := read(strings.NewReader(failed))
	if err != nil {
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
