package apigateway

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// stringClaims are the claims as a backend sees them: all of them texts, the times in Java's format but for auth_time.
func stringClaims(claims map[string]any) map[string]string {
	out := make(map[string]string, len(claims))
	for name, value := range claims {
		out[name] = claimText(name, value)
	}
	return out
}

func claimText(name string, value any) string {
	switch v := value.(type) {
	case string:
		return v
	case []string:
		return strings.Join(v, ",")
	case []any:
		parts := make([]string, len(v))
		for i, part := range v {
			parts[i] = fmt.Sprint(part)
		}
		return strings.Join(parts, ",")
	case json.Number:
		if seconds, err := v.Int64(); err == nil && (name == "exp" || name == "iat") {
			return time.Unix(seconds, 0).UTC().Format("Mon Jan 02 15:04:05 MST 2006")
		}
		return v.String()
	case float64:
		return claimText(name, json.Number(strconv.FormatFloat(v, 'f', -1, 64)))
	}
	return fmt.Sprint(value)
}
