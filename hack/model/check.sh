#!/usr/bin/env bash
# Checks the model: its properties hold, and each breach in rules.pml is caught by its property.
# With the name of a breach, tells the shortest way in which that goes wrong: hack/model/check.sh NO_INTENT
set -euo pipefail
model=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# search CLAIM [BREACH] looks for a counterexample: everywhere, or with a breach (0 is none) for a shortest one.
search() {
	local claim=$1 breach=${2:-}
	local cflags=(-w -DMEMLIM=2000) flags=(-m1000000 -N "$claim")
	definitions=()
	if [[ -n $breach ]]; then definitions+=(-DBREACH="$breach"); fi
	if [[ $claim == asks ]]; then definitions+=(-DTWINS); fi
	if [[ $claim == rests ]]; then
		definitions+=(-DBOUNDED) cflags+=(-O2 -DNOFAIR) flags+=(-a)
	elif [[ -n $breach ]]; then
		cflags+=(-O1 -DSAFETY -DBFS)
	else
		cflags+=(-O2 -DSAFETY)
	fi
	rm -f -- *
	cp "$model"/*.pml .
	spin "${definitions[@]}" -a model.pml >report || { cat report; exit 1; }
	gcc "${cflags[@]}" -o pan pan.c
	./pan "${flags[@]}" >report 2>&1 || true
}

# What pan reported: that nothing is wrong and nothing was left out, or a counterexample to the claim.
holds() { grep -q 'errors: 0' report && ! grep -qE 'error:|not completed|-DMEMLIM bound' report; }
falls() { grep -qE 'assertion violated  !\(|acceptance cycle' report; }

row() { printf '%-38s %9s %7s %7s  %s\n' "$@"; }
result() {
	row "$1" "$(sed -nE 's/^ *(\S+) states, stored.*/\1/p' report)" "$(sed -nE 's/.*depth reached ([0-9]+),.*/\1/p' report)" \
		"$(sed -nE 's/^pan: elapsed time (\S+) seconds/\1 s/p' report)" "$2"
}

story() {
	spin "${definitions[@]}" -k model.pml.trail model.pml | sed -nE 's/^ +((operator|AWS|time|people|<<<<<START).*)/  \1/p'
}

breaches() { sed -nE 's/^#define ([A-Z_]+) +[0-9]+ +\/\* ([a-z]+): .*/\1 \2/p' "$model/rules.pml"; }

if (($# > 0)); then
	read -r breach claim < <(breaches | grep -w -- "$1") || { echo "no such breach: $1" >&2; exit 2; }
	search "$claim" "$breach"
	story
	exit
fi

row property states depth time result
for claim in safe asks rests; do
	search "$claim"
	holds || {
		cat report
		falls || { result "$claim" 'NOT SHOWN'; exit 1; }
		result "$claim" 'DOES NOT HOLD'
		search "$claim" 0
		story
		exit 1
	}
	result "${claim/safe/once client stays right clean known}" holds
done
while read -r breach claim; do
	search "$claim" "$breach"
	falls || { cat report; result "$breach against $claim" 'NOT CAUGHT'; exit 1; }
	result "$claim, with $breach" caught
done < <(breaches)
