package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
)

// assumptionsFile is where the assumptions about AWS are, from the repository's root.
const assumptionsFile = "docs/aws.md"

// assumption is a row of docs/aws.md: | what is assumed | what depends on it | if it is wrong | `check` |.
type assumption struct{ text, check string }

var checkCell = regexp.MustCompile("^`([a-z0-9-]+)`$")

// readAssumptions reads the rows of the table whose last column is headed Check.
func readAssumptions(path string) ([]assumption, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var rows []assumption
	inside := false
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		last := strings.TrimSpace(cells[len(cells)-1])
		switch {
		case !strings.HasPrefix(line, "|"):
			inside = false
		case last == "Check":
			inside = true
		case inside && !strings.HasPrefix(line, "|--"):
			found := checkCell.FindStringSubmatch(last)
			if found == nil || len(cells) != 4 {
				return nil, fmt.Errorf("%s: no check in the last of four columns: %s", path, line)
			}
			rows = append(rows, assumption{strings.TrimSpace(cells[0]), found[1]})
		}
	}
	return rows, nil
}
