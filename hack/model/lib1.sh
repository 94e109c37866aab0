#!/usr/bin/env bash
# Checks the model: its properties hold, and each breach in rules.pml is caught by its property.
# With the name of a breach, tells the shortest way in which that goes wrong: hack/model/check.sh NO_INTENT
set -euo pipefail
model=/work/wt/port-model/hack/model
work=/tmp/dev/r; mkdir -p $work

# How much is searched of each cast: by one leader that is killed, loses replies and is refused, and by two at once.
# Faults and edits are the bounds; "-" leaves a search out.
bounds() {
	case $1/$2 in
	LIFE/one) echo 2 3 ;; LIFE/both) echo 0 1 ;;
	TWINS/one) echo 1 2 ;;
	ADOPTION/one) echo 2 0 ;; ADOPTION/both) echo 0 0 ;;
	SNAPSHOT/one) echo 2 3 ;; SNAPSHOT/both) echo 0 1 ;;
	CHANGES/one) echo 3 4 ;; CHANGES/both) echo 0 2 ;;
	*/rests) echo 2 2 ;;
	esac
}

# search CAST LEADERS CLAIM [BREACH] looks for a counterexample: everywhere, or with a breach (0 is none) for a shortest one.
search() {
	local cast=$1 leaders=$2 claim=$3 breach=${4:-}
	local faults edits cflags=(-w -DMEMLIM=3000) flags=(-m200000 -N "$claim")
	if [[ $claim == rests ]]; then leaders=rests; fi
	read -r faults edits < <(bounds "$cast" "$leaders")
	definitions=(-DCAST="$cast" -DFAULTS="$faults" -DEDITS="$edits")
	if [[ $leaders == both ]]; then definitions+=(-DBOTH); fi
	if [[ -n $breach ]]; then definitions+=(-DBREACH="$breach"); fi
	if [[ $claim == rests ]]; then
		definitions+=(-DRESTS) cflags+=(-O2 -DNOFAIR -DCOLLAPSE) flags+=(-a)
	elif [[ -n $breach ]]; then
		cflags+=(-O1 -DSAFETY -DBFS)
	else
		cflags+=(-O2 -DSAFETY -DHC4)
	fi
	cd "$work"
	rm -rf -- *
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
	spin "${definitions[@]}" -k model.pml.trail model.pml | sed -nE 's/^ +((leader|rival|AWS|time|people|<<<<<START).*)/  \1/p'
}

breaches() { sed -nE 's/^#define ([A-Z_]+) +[0-9]+ +\/\* ([A-Z]+) (one|both) ([a-z]+): .*/\1 \2 \3 \4/p' "$model/rules.pml"; }

