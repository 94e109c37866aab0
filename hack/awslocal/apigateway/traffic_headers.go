package apigateway

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// remapped are headers that API Gateway keeps for itself in a response: what a backend or a mapping sets under these
// names gets another (test_apigateway_header_remapping_http, 2024-07-17):
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
var remapped = set(
	"Authorization", "Connection", "Content-Length", "Content-Md5", "Date", "Expect", "Host", "Max-Forwards",
	"Proxy-Authenticate", "Server", "Trailer", "Upgrade", "User-Agent", "Www-Authenticate", "X-Amzn-Requestid",
)

// dropped are headers that don't come through at all.
var dropped = set("Transfer-Encoding")

// withheld are headers of a request that a proxied backend doesn't get.
var withheld = set(
	"Connection", "Content-Length", "Expect", "Host", "Max-Forwards", "Proxy-Authenticate", "Server", "Te",
	"Transfer-Encoding", "Trailer", "Upgrade", "Via", "Www-Authenticate",
)

func set(names ...string) map[string]bool {
	out := make(map[string]bool, len(names))
	for _, name := range names {
		out[name] = true
	}
	return out
}

// setHeader sets a header of the response to the client.
func setHeader(h http.Header, name string, values ...string) {
	canonical := http.CanonicalHeaderKey(name)
	switch {
	case dropped[canonical]:
	case remapped[canonical]:
		h["X-Amzn-Remapped-"+canonical] = values
	default:
		h[canonical] = values
	}
}

// matches tells whether a pattern matches all of s. One that isn't an expression matches nothing.
func matches(pattern, s string) bool {
	re, err := regexp.Compile("^(?:" + pattern + ")$")
	return err == nil && re.MatchString(s)
}

// isBinary tells whether the API treats a media type as binary. The API's types may have wildcards; of several media
// types, as in an Accept header, the first counts.
func (d *definition) isBinary(header string) bool {
	first, _, _ := strings.Cut(header, ",")
	mediaType, _, _ := strings.Cut(first, ";")
	mediaType = strings.ToLower(strings.TrimSpace(mediaType))
	return slices.ContainsFunc(d.RestAPI.BinaryMediaTypes, func(binary string) bool {
		binary = strings.ToLower(binary)
		family, wild := strings.CutSuffix(binary, "/*")
		return binary == "*/*" || binary == mediaType || wild && strings.HasPrefix(mediaType, family+"/")
	})
}
