package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// row is one line of the table: a test, and the figure that it has to reach.
type row struct {
	swept string
	// pkg is the folder of the test's package.
	pkg string
	// test is the name of a top-level test; none for what all tests together say in the end.
	test string
	// asked is the figure in words. All cases of a test have to pass, whatever else is asked.
	asked string
	// said are figures that the test itself says, each behind its name's colon: "model: 500 sequences, 0 bad".
	said []figure
	// sampled says that the test tells how many runs of optional parts it made, of how many.
	sampled bool
}

// figure is a number in a test's output, and its bounds.
type figure struct {
	// of is the word behind the number.
	of string
	// least and most bound it.
	least, most int
}

// The folders of the packages with tests of rows.
const (
	rules     = "controllers/tests/rules"
	kills     = "controllers/tests/kills"
	schedules = "controllers/tests/schedules"
	sequences = "controllers/tests/sequences"
	meddling  = "controllers/tests/meddling"
)

// unbounded is no bound.
const unbounded = int(^uint(0) >> 1)

// rows are the table, in the order of the tests' reach. Of what is sampled, 100 % are those of the recipe's lives.
var rows = []row{
	{
		swept: "killed before and after every call to AWS and every write to Kubernetes, and restarted",
		pkg:   kills, test: "TestKilledAtEveryBoundary", asked: "100 % of boundaries: nothing twice, nothing left", sampled: true,
	},
	{
		swept: "the same, and the spec goes back while it is down",
		pkg:   kills, test: "TestSpecRevertedWhileTheOperatorIsDown", asked: "100 % of boundaries: all as before", sampled: true,
	},
	{
		swept: "the same, and the values of Secrets and ConfigMaps change while it is down",
		pkg:   kills, test: "TestValuesChangeWhileTheOperatorIsDown", asked: "a sample of boundaries: as with the new values", sampled: true,
	},
	{
		swept: "another leader works at every boundary",
		pkg:   kills, test: "TestTwoLeaders", asked: "100 % of boundaries: nothing twice", sampled: true,
	},
	{
		swept: "the reply of every call that changes something is lost",
		pkg:   kills, test: "TestEveryLostReply", asked: "100 %: nothing twice, no secret lost", sampled: true,
	},
	{
		swept: "the same with the retryer that the SDK comes with",
		pkg:   kills, test: "TestTheDefaultRetryerMakesTwoPools", asked: "two of each, shown",
	},
	{
		swept: "every call fails in every way that is modeled for it, and in every way that calls fail",
		pkg:   kills, test: "TestEveryModeledFailure", asked: "100 % known for what they are, 0 panics", sampled: true,
	},
	{
		swept: "every call is refused for good",
		pkg:   kills, test: "TestARejectedSpecCostsOneCallPerTenMinutes", asked: "at most 1 call per 10 minutes", sampled: true,
		said: []figure{{"calls in 12 hours", 1, 12*6 + 6}}, // and one try more at the beginning
	},
	{
		swept: "stale cache, missed events, time travel, two leaders, a lease lost in mid-call: seeded schedules",
		pkg:   schedules, test: "TestSeededSchedules", asked: "100 seeds, 0 bad actions",
		said: []figure{{"seeds", 100, unbounded}, {"bad actions", 0, 0}},
	},
	{
		swept: "edits, drift and faults by chance, then quiet",
		pkg:   sequences, test: "TestModel", asked: "500 sequences: as a fresh build of the last spec",
		said: []figure{{"sequences", 500, unbounded}, {"unguarded", 0, 0}, {"duplicates", 0, 0}},
	},
	{
		swept: "the same with identity providers, login pages, protection, groups and triggers",
		pkg:   sequences, test: "TestModelOfRareParts", asked: "100 sequences: as a fresh build of the last spec",
		said: []figure{{"sequences", 100, unbounded}, {"unguarded", 0, 0}, {"duplicates", 0, 0}},
	},
	{
		swept: "an update from A to B, of every property",
		pkg:   rules, test: "TestRule8AnUpdatedObjectEqualsANewOne", asked: "100 %: as a fresh B",
	},
	{
		swept: "a bad spec, and then the good one",
		pkg:   rules, test: "TestABadSpecLeavesNoTraceOnceItIsCorrected", asked: "100 %: as before",
	},
	{
		swept: "deleted at every boundary of creation, update and change of secrets",
		pkg:   kills, test: "TestDeleteAtEveryStep", asked: "100 % of boundaries: all gone, or all as it was", sampled: true,
	},
	{
		swept: "the Secret is deleted at every boundary of the change of secrets",
		pkg:   kills, test: "TestADeletedSecretComesBackAtEveryBoundary", asked: "100 % of boundaries: one that is good comes back",
	},
	{
		swept: "the operator is killed at every boundary while an object that uses another one's user pool is created, updated, deleted",
		pkg:   kills, test: "TestABorrowerIsKilledAtEveryBoundary", asked: "100 % of boundaries: nothing twice, the pool as it was",
	},
	{
		swept: "the operator is killed at every boundary while an object adopts a pool and an API, changes them, lets them go",
		pkg:   kills, test: "TestAnAdoptionIsKilledAtEveryBoundary", asked: "100 % of boundaries: agreed to once, users kept",
	},
	{
		swept: "somebody else changes, opens, untags or deletes something before and after every call to AWS",
		pkg:   meddling, test: "TestMeddling", asked: "100 %: never served open, noticed within two intervals",
		said: []figure{{"cases", 500, unbounded}, {"served open", 0, 0}, {"unnoticed", 0, 0}},
	},
	{
		swept: "after every pass of these, the guarded route is called without a token",
		asked: "0 let in",
		said:  []figure{{"calls without a token", 1000, unbounded}, {"let in", 0, 0}},
	},
}

func (r row) name() name { return name{r.pkg, r.test} }

// packages are the folders of the rows' tests, in the order of the rows.
func packages(rows []row) []string {
	var found []string
	for _, row := range rows {
		if row.test != "" && !slices.Contains(found, row.pkg) {
			found = append(found, row.pkg)
		}
	}
	return found
}

// pattern is what `go test -run` takes for the rows of a package.
func pattern(rows []row, pkg string) string {
	var names []string
	for _, row := range rows {
		if row.test != "" && row.pkg == pkg {
			names = append(names, row.test)
		}
	}
	return "^(" + strings.Join(names, "|") + ")$"
}

// sampleWords are a test's, of the runs that it made of the lives of optional parts.
var sampleWords = regexp.MustCompile(`\d+ of \d+ runs of optional parts, seed \d+`)

// judge says what a row reached, and why that is not enough.
func (r row) judge(l *log) (reached string, err error) {
	var figures []string
	if r.test != "" {
		passed, all := l.cases(r.name())
		figures = append(figures, fmt.Sprintf("%d of %d", passed, all))
		switch {
		case l.results[r.name()] == "":
			return "did not run", errors.New("there is no such test")
		case passed != all || l.results[r.name()] != "pass":
			err = fmt.Errorf("%d of %d cases passed", passed, all)
		}
	}
	outputs := l.said(r.name())
	if r.sampled {
		if sample := sampleWords.FindString(strings.Join(outputs, "\n")); sample != "" {
			figures = append(figures, sample)
		} else {
			err = errors.Join(err, errors.New("it says nothing of a sample"))
		}
	}
	for _, f := range r.said {
		n, found := f.in(outputs)
		figures = append(figures, fmt.Sprintf("%d %s", n, f.of))
		switch {
		case !found:
			err = errors.Join(err, fmt.Errorf("it says nothing of %s", f.of))
		case n < f.least || n > f.most:
			err = errors.Join(err, fmt.Errorf("%d %s", n, f.of))
		}
	}
	return strings.Join(figures, ", "), err
}

// in adds up the figure where it stands in outputs, once in each.
func (f figure) in(outputs []string) (sum int, found bool) {
	words := regexp.MustCompile(`(\d+) ` + regexp.QuoteMeta(f.of) + `\b`)
	for _, output := range outputs {
		if match := words.FindStringSubmatch(output); match != nil {
			n, err := strconv.Atoi(match[1])
			if err != nil {
				return 0, false
			}
			sum, found = sum+n, true
		}
	}
	return sum, found
}
