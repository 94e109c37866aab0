package main

import "slices"

// mutants are all that is broken on purpose, by the rules of docs/design/README.md.
var mutants = slices.Concat(neverTwice, onlyOurs, guarded, nothingLost, deletion, quiet, secrets)

// The packages whose tests notice.
const (
	controllers = "controllers"
	awsclient   = "controllers/awsclient"
	awserr      = "controllers/awserr"
	drift       = "controllers/drift"
	ownership   = "controllers/ownership"
	restapi     = "controllers/restapi"
	userpool    = "controllers/userpool"
)

// swap is the one edit of most mutants.
func swap(old, replacement string) []edit { return []edit{{old, replacement}} }
