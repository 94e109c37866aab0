package awsclient

import (
	_ "embed" // for the list of Regions
	"errors"
	"fmt"
	"slices"
	"strings"
)

// regions are AWS's Regions, one a line: those of the SDK, which keeps its own list internal. TestPartitionsAreTheSDKs compares the two,
// and writes the list with -update.
//
//go:embed regions.txt
var regions string

// ErrNoRegion says that neither the object nor the operator names a Region.
var ErrNoRegion = errors.New("no Region: set spec.region, or AWS_REGION for the operator")

// AllowRegions adds Regions to those that the SDK knows: AWS has new ones before there is a new version of the operator.
func (f *Factory) AllowRegions(names []string) { f.moreRegions = names }

// Region returns the Region that a spec names, or the operator's own if it names none. It fails if AWS has no such Region:
// the SDK would call a host that does not exist, or wait for one that does not answer.
func (f *Factory) Region(name string) (string, error) {
	switch {
	case name == "" && f.config.Region == "":
		return "", ErrNoRegion
	case name == "" || name == f.config.Region:
		return f.config.Region, nil
	case slices.Contains(strings.Fields(regions), name), slices.Contains(f.moreRegions, name):
		return name, nil
	}
	return "", fmt.Errorf("spec.region: %q is not a Region of AWS; the field is immutable, so delete the SecuredAPI and create it with "+
		"another one, or ask an administrator to allow a Region that is newer than this version of the operator with --regions=%s", name, name)
}
