package harness

import (
	"flag"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
)

var (
	sampleSize = flag.Int("sample", 0, "how many runs each sweep makes of the life of an optional part; 0 for all of them")
	sampleSeed = flag.Uint64("sampleseed", 1, "which runs these are")
)

// Sample counts the runs of a sweep through the lives of optional parts.
type Sample struct {
	t         *testing.T
	made, all atomic.Int64
}

// NewSample tells of a sweep, when it is over, how many of these runs were made: make faults has it in its table.
func NewSample(t *testing.T) *Sample {
	t.Helper()
	s := &Sample{t: t}
	t.Cleanup(func() {
		t.Logf("sample: %d of %d runs of optional parts, seed %d", s.made.Load(), s.all.Load(), *sampleSeed)
	})
	return s
}

// Of are the runs that are made of all runs of a life, in order: of the life of an optional part perhaps not all.
func (s *Sample) Of(life Life, runs int) []int {
	order := make([]int, runs)
	for i := range order {
		order[i] = i
	}
	if !life.Optional {
		return order
	}
	s.all.Add(int64(runs))
	if *sampleSize > 0 && *sampleSize < runs {
		name := fnv.New64()
		_, _ = name.Write([]byte(s.t.Name() + "/" + life.Name))
		rand.New(rand.NewPCG(*sampleSeed, name.Sum64())).Shuffle(runs, func(i, j int) { order[i], order[j] = order[j], order[i] })
		order = order[:*sampleSize]
		slices.Sort(order)
	}
	s.made.Add(int64(len(order)))
	return order
}
