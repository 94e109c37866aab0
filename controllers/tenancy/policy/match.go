package policy

import (
	"net"
	"net/url"
	"strings"
)

// glob says whether a value matches a pattern, in which * stands for any characters. Everything else stands for itself.
func glob(pattern, value string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == value
	}
	first, last := parts[0], parts[len(parts)-1]
	if len(value) < len(first)+len(last) || !strings.HasPrefix(value, first) || !strings.HasSuffix(value, last) {
		return false
	}
	rest := value[len(first) : len(value)-len(last)]
	for _, part := range parts[1 : len(parts)-1] {
		at := strings.Index(rest, part)
		if at < 0 {
			return false
		}
		rest = rest[at+len(part):]
	}
	return true
}

// hostMatches says whether a host is the pattern, or below it where it begins with "*.".
func hostMatches(pattern, host string) bool {
	pattern = strings.ToLower(pattern)
	if domain, ok := strings.CutPrefix(pattern, "*."); ok {
		return strings.HasSuffix(host, "."+domain)
	}
	return pattern == host
}

// Host is the host of an http or https URL in lower case, without port; empty if it is no such URL, names a user, or has
// a host with a variable, a wildcard or an escape.
func Host(raw string) string {
	parsed, err := url.Parse(raw)
	if err != nil || parsed.Scheme != "http" && parsed.Scheme != "https" || parsed.User != nil {
		return ""
	}
	host := strings.ToLower(strings.TrimSuffix(parsed.Hostname(), "."))
	if strings.ContainsAny(host, "{}%*") {
		return ""
	}
	return host
}

// Local says whether a URL names the browser's own computer (localhost, a loopback address).
func Local(raw string) bool {
	host := Host(raw)
	if ip := net.ParseIP(host); ip != nil {
		return ip.IsLoopback()
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}
