#!/usr/bin/env bash
# Counts lines of Go: the product's, its tests' and those of hack, and how long the product's files are.
set -euo pipefail
cd "$(dirname "$0")/.."

files=$(git ls-files '*.go' | grep -v zz_generated)
product=$(grep -Ev '_test\.go$|^hack/|^controllers/tests/' <<<"$files")
tests=$(grep -v '^hack/' <<<"$files" | grep -E '_test\.go$|^controllers/tests/')
hack=$(grep '^hack/' <<<"$files")

lines() { xargs cat <<<"$1" | wc -l; }
lengths=$(xargs -n1 wc -l <<<"$product" | sort -n)
echo "product: $(lines "$product") lines in $(wc -l <<<"$product") files"
echo "tests:   $(lines "$tests") lines"
echo "hack:    $(lines "$hack") lines, its tests among them"
echo "longest: $(tail -1 <<<"$lengths")"
echo "median:  $(awk '{ n[NR] = $1 } END { print n[int((NR + 1) / 2)] }' <<<"$lengths") lines"
