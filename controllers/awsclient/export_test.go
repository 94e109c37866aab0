package awsclient

import (
	"maps"
	"time"
)

// CallTimeouts are the timeouts by operation; that of all others is under "Create".
func CallTimeouts() map[string]time.Duration {
	all := maps.Clone(callTimeouts)
	all["Create"] = callTimeout
	return all
}
