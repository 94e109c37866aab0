package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"
)

// figure is a number that was measured.
type figure struct {
	what string
	// unit stands behind the numbers.
	unit string
	// most is what is asked; NaN asks for nothing.
	most float64
	// floor is what no operator gets below, in words.
	floor   string
	reached float64
}

// told is a figure that nothing is asked of.
func told(what string, reached float64, unit string) figure {
	return figure{what: what, unit: unit, most: math.NaN(), reached: reached}
}

func (f figure) missed() bool { return f.reached > f.most }

// report prints the table, and fails if a figure is missed.
func report(w io.Writer, figures []figure) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "WHAT IS MEASURED\tASKED\tFLOOR\tREACHED\t")
	var missed []error
	for _, f := range figures {
		asked, mark := "", ""
		if !math.IsNaN(f.most) {
			asked, mark = "≤ "+number(f.most)+f.unit, "ok"
		}
		if f.missed() {
			mark = "MISSED"
			missed = append(missed, fmt.Errorf("%s: %s%s, asked for at most %s%s", f.what, number(f.reached), f.unit, number(f.most), f.unit))
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", f.what, asked, f.floor, number(f.reached)+f.unit, mark)
	}
	return errors.Join(table.Flush(), errors.Join(missed...))
}

// number has three digits that tell something.
func number(x float64) string {
	if math.Abs(x) >= 100 {
		return strconv.FormatFloat(math.Round(x), 'f', -1, 64)
	}
	return strconv.FormatFloat(x, 'g', 3, 64)
}

// quantile is the value that a part of all are not above.
func quantile(all []time.Duration, part float64) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(int(part*float64(len(sorted))), len(sorted)-1)]
}
