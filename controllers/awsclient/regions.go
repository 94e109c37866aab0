package awsclient

import (
	_ "embed" // for the list of Regions
	"slices"
	"strings"
)

// regions are AWS's Regions, one a line: those of the SDK, which keeps its own list internal. TestPartitionsAreTheSDKs compares the two,
// and writes the list with -update.
//
//go:embed regions.txt
var regions string

// AllowRegions adds Regions to those that the SDK knows: AWS has new ones before there is a new version of the operator.
func (f *Factory) AllowRegions(names []string) { f.moreRegions = names }

// Region returns the Region that a spec names, or the operator's own if it names none. It is empty if neither
// names one, or AWS has no such Region: the SDK would call a host that does not exist, or wait for one that does not answer.
func (f *Factory) Region(name string) string {
	if name == "" || name == f.config.Region {
		return f.config.Region
	}
	if slices.Contains(strings.Fields(regions), name) || slices.Contains(f.moreRegions, name) {
		return name
	}
	return ""
}
