#!/usr/bin/env bash
# Fails if the operator calls code with a known vulnerability: https://go.dev/doc/security/vuln
# The Go vulnerability data base is itself a Go module, so the module proxy serves it. The newest version is the
# default: what became known since the last run has to fail this one. VULNDB=VERSION repeats a run.
set -euo pipefail
cd "$(dirname "$0")/../.."

module=golang.org/x/vulndb@${VULNDB:-latest}
# In a folder without a go.mod: the data base must not become a dependency.
folder=$(cd / && go mod download -json "$module" | sed -n 's/^\t"Dir": "\(.*\)",\{0,1\}$/\1/p')
osv=$folder/data/osv
entries=$(find "$osv" -name 'GO-*.json' | wc -l)
if ((entries == 0)); then
	echo "vuln: $osv has no entries GO-*.json; name a version of golang.org/x/vulndb that has, as VULNDB=VERSION" >&2
	exit 1
fi
echo "vuln: ${folder##*/} with $entries entries, $(go env GOVERSION)"
go tool -modfile=hack/tools/go.mod govulncheck -db "file://$osv" "$@" .
