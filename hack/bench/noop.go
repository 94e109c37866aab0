package main

import (
	"context"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
)

// noop runs the Go benchmark of a pass that finds nothing to do.
func noop(ctx context.Context, _ *lab, _ size) ([]figure, error) {
	cmd := exec.CommandContext(ctx, "go", "test", "-run=^$", "-bench=NothingToDo", "-benchmem", "./controllers/tests/features")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("go test: %w\n%s", err, out)
	}
	// As `go doc testing.Benchmark` has it: a name, a count, then values, each before its unit.
	values := map[string]float64{}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		if len(fields) < 2 || !strings.HasPrefix(fields[0], "BenchmarkNothingToDo") {
			continue
		}
		for i := 2; i+1 < len(fields); i += 2 {
			if values[fields[i+1]], err = strconv.ParseFloat(fields[i], 64); err != nil {
				return nil, err
			}
		}
	}
	if len(values) == 0 {
		return nil, fmt.Errorf("no benchmark in the output:\n%s", out)
	}
	return []figure{
		{what: "a pass that finds nothing to do, p99", unit: " ms", most: 2, reached: values["ms-p99"]},
		told("  allocations", values["allocs/op"], ""),
		told("  bytes allocated", values["B/op"], ""),
	}, nil
}
