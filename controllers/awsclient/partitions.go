package awsclient

import (
	_ "embed" // for the list of partitions
	"regexp"
	"strings"
	"sync"
)

// partitionList has AWS's partitions, one a line: id, DNS suffix, and the pattern of its Regions' names. They are the SDK's, as the
// Regions are.
//
//go:embed partitions.txt
var partitionList string

// partition is a group of Regions that has accounts, ARNs and hosts of its own.
type partition struct {
	id, dnsSuffix string
	regions       *regexp.Regexp
}

var partitions = sync.OnceValue(func() []partition {
	var all []partition
	for line := range strings.Lines(partitionList) {
		words := strings.Fields(line)
		all = append(all, partition{words[0], words[1], regexp.MustCompile(words[2])})
	}
	return all
})

// partitionOf is the partition that a Region is in by its name, as the SDK tells it: the first one if none fits.
func partitionOf(region string) partition {
	for _, p := range partitions() {
		if p.regions.MatchString(region) {
			return p
		}
	}
	return partitions()[0]
}
