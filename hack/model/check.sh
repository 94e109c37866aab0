#!/usr/bin/env bash
# Checks the model: its properties hold, and each breach in rules.pml is caught by its property.
# With the name of a breach, tells the shortest way in which that goes wrong: hack/model/check.sh NO_INTENT
set -euo pipefail
model=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# What is searched: a cast, the leaders, the claim, and how many faults and edits there are. With one leader, that is killed,
# loses replies and is refused; both work at once.
searches() {
	cat <<-END
		LIFE one safe 2 3
		LIFE both safe 0 1
		LIFE one rests 2 2
		TWINS one asks 2 3
		ADOPTION one safe 4 0
		ADOPTION both safe 1 0
		SNAPSHOT one safe 2 3
		SNAPSHOT both safe 0 1
		SNAPSHOT one rests 2 2
		CHANGES one safe 4 4
		CHANGES both safe 1 2
		CHANGES one rests 3 3
	END
}

# The breaches, each with its number, cast, leaders, property, and the search whose bounds it is looked for in.
breaches() {
	sed -nE 's/^#define ([A-Z_]+) +([0-9]+) +\/\* ([A-Z]+) (one|both) ([a-z]+): .*/\1 \2 \3 \4 \5/p' "$model/rules.pml" |
		while read -r name number cast leaders claim; do
			local search=safe
			if [[ $claim == rests || $claim == asks ]]; then search=$claim; fi
			echo "$name $number $claim $(searches | grep "^$cast $leaders $search ")"
		done
}

# build CAST LEADERS CLAIM FAULTS EDITS ARGUMENT... makes pan; an argument is spin's if it defines something of the model.
build() {
	definitions=(-DCAST="$1" -DFAULTS="$4" -DEDITS="$5")
	local cflags=(-w -DMEMLIM=3000)
	if [[ $2 == both ]]; then definitions+=(-DBOTH); fi
	if [[ $3 == rests ]]; then
		definitions+=(-DRESTS) cflags+=(-DNOFAIR)
	else
		cflags+=(-DSAFETY)
	fi
	local argument
	for argument in "${@:6}"; do
		if [[ $argument == -DBREACH* ]]; then definitions+=("$argument"); else cflags+=("$argument"); fi
	done
	cp "$model"/*.pml .
	spin "${definitions[@]}" -a model.pml >report || { cat report; exit 1; }
	gcc "${cflags[@]}" -o pan pan.c
}

# run CLAIM looks for a counterexample.
run() {
	local flags=(-m200000 -N "$1")
	if [[ $1 == rests ]]; then flags+=(-a); fi
	./pan "${flags[@]}" >report 2>&1 || true
}

# What pan reported: that nothing is wrong and nothing was left out, or a counterexample to the claim.
holds() { grep -q 'errors: 0' report && ! grep -qE 'error:|not completed|-DMEMLIM bound' report; }
falls() { grep -qE 'assertion violated  !\(|acceptance cycle' report; }

row() { printf '%-38s %9s %7s %7s %7s  %s\n' "$@"; }
result() {
	row "$1" "$(sed -nE 's/^ *(\S+) states, stored.*/\1/p' report)" "$(sed -nE 's/.*depth reached ([0-9]+),.*/\1/p' report)" \
		"$(sed -nE 's/^ *(\S+)\s+total actual memory.*/\1/p' report)" \
		"$(sed -nE 's/^pan: elapsed time (\S+) seconds/\1 s/p' report)" "$2"
}

story() {
	spin "${definitions[@]}" -k model.pml.trail model.pml | sed -nE 's/^ +((leader|rival|AWS|time|people|<<<<<START).*)/  \1/p'
}
# A shortest way in which a search goes wrong.
shortest() {
	if [[ $3 == rests ]]; then build "$@" -O1; else build "$@" -O1 -DBFS; fi
	run "${claim:-$3}"
	story
}

case ${1:-} in
--holds)
	title="$2, $3: $4, $5 faults, $6 edits"
	if [[ $4 == rests ]]; then build "${@:2}" -O1 -DCOLLAPSE; else build "${@:2}" -O1 -DHC4; fi
	run "$4"
	if holds; then result "$title" holds; exit; fi
	cat report
	if ! falls; then result "$title" 'NOT SHOWN'; exit 255; fi
	result "$title" 'DOES NOT HOLD'
	shortest "${@:2}"
	exit 255
	;;
--falls) # with every breach of a search, by one program
	if [[ $4 == rests ]]; then build "${@:2}" -O1 -DCOLLAPSE -DBREACH=AT_RUN; else build "${@:2}" -O1 -DHC4 -DBREACH=AT_RUN; fi
	breaches | grep -- " ${*:2}$" | while read -r name number claim _; do
		BREACH=$number run "$claim"
		falls || { cat report; result "$claim, with $name" 'NOT CAUGHT'; exit 255; }
		result "$claim, with $name" caught
	done
	;;
'')
	row property states depth MB time result
	{
		searches | sed 's/^/--holds /'
		breaches | cut -d' ' -f4- | sort -u | sed 's/^/--falls /'
	} | xargs -P2 -L1 "$model/check.sh"
	;;
*)
	read -r _ number claim search < <(breaches | grep -- "^$1 ") || { echo "no such breach: $1" >&2; exit 2; }
	# shellcheck disable=SC2086
	shortest $search -DBREACH="$number"
	;;
esac
