#!/usr/bin/env bash
# The table of what attacks came to, from the output of the tests that try them: `go test -v … | hack/attacks.sh`. It fails
# if one succeeded or a test failed.
set -euo pipefail

awk -F'\t' '
	$1 == "attack" {
		if (!lines++) printf "%-74s  %-66s  %s\n", "ATTACK", "HOW", "RESULT"
		printf "%-74s  %-66s  %s\n", $2, $3, $4
		if ($4 == "SUCCEEDED") succeeded++
		next
	}
	/^ *--- FAIL|_test\.go:|^FAIL|^panic/ { print; if (/^FAIL|^panic/) failed++ }
	END {
		printf "\n%d attacks, %d succeeded\n", lines, succeeded
		exit succeeded > 0 || failed > 0 || lines == 0
	}'
