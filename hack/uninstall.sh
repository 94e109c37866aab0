#!/usr/bin/env bash
# Asks before the CRD is deleted, and every SecuredAPI with it: those whose deletionPolicy is Delete take their users with
# them. KUBECTL is the command to ask the cluster with. CONFIRM=yes answers yes where there is no terminal.
set -euo pipefail

# Without a CRD there is nothing to lose. Protect and Retain keep the users; no policy means one of the two.
objects=$(${KUBECTL:-kubectl} get crd securedapis.securedapi.dev --ignore-not-found --output=name)
if [[ -n $objects ]]; then
	objects=$(${KUBECTL:-kubectl} get securedapis.securedapi.dev --all-namespaces --output=go-template='{{range .items}}{{if eq
		(or .spec.deletionPolicy "") "Delete"}}{{.metadata.namespace}}/{{.metadata.name}}{{"\n"}}{{end}}{{end}}')
fi
if [[ -z $objects ]]; then
	exit
fi
echo "spec.deletionPolicy is Delete: uninstalling deletes the user pools of these SecuredAPIs in AWS, with all users:" >&2
sed 's/^/  /' <<<"$objects" >&2
if [[ ${CONFIRM:-} == yes ]]; then
	exit
fi
if [[ ! -t 0 ]]; then
	echo "uninstall: nothing was deleted; run it with CONFIRM=yes, or set spec.deletionPolicy to Retain first" >&2
	exit 1
fi
read -rp "Delete them? Only yes is taken for it: " answer
if [[ $answer != yes ]]; then
	echo "uninstall: nothing was deleted" >&2
	exit 1
fi
